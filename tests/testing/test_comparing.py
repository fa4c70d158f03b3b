"""A comparison tells what a change of relations or exclusions adds, removes and changes, and why."""

from __future__ import annotations

import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Detector,
    Exclusion,
    ExpectedParents,
    InvalidArgument,
    RelationRegistry,
)
from parentchild.testing import Comparison, Host, compare


def week() -> Host:
    host = Host("ws-01")
    host.spawn("svchost.exe", parent="acme.exe")
    host.spawn("svchost.exe", parent="explorer.exe")
    host.spawn("agent.exe", parent="cmd.exe")
    return host


def why(comparison: Comparison) -> list[str]:
    return [removed.why for removed in comparison.removed]


def test_nothing_differs_from_itself() -> None:
    same = compare(week().events, DEFAULT_RELATIONS, DEFAULT_RELATIONS)
    assert not same
    assert str(same) == "0 findings added, 0 removed, 0 changed, 2 as before"


def test_an_allowed_pair_is_removed_with_its_reason() -> None:
    tuned = DEFAULT_RELATIONS.allow("svchost.exe", "acme.exe", why="ACME hosts services")
    comparison = compare(week().events, DEFAULT_RELATIONS, tuned)
    assert why(comparison) == ["expected now: ACME hosts services"]
    assert comparison.kept == 1


def test_an_exclusion_removes_with_its_reason() -> None:
    exclusion = Exclusion(child="svchost.exe", parent="acme.exe", reason="known at home")
    comparison = compare(week().events, Detector(), Detector(exclusions=[exclusion]))
    assert why(comparison) == ["excluded: known at home"]


def test_a_relation_that_is_gone_removes_because_nothing_is_about_the_image() -> None:
    comparison = compare(week().events, DEFAULT_RELATIONS, RelationRegistry())
    assert set(why(comparison)) == {"no relation is about svchost.exe any more"}


def test_a_new_relation_adds_what_it_finds() -> None:
    watching = DEFAULT_RELATIONS.with_relation(ExpectedParents("agent.exe", {"services.exe"}))
    comparison = compare(week().events, DEFAULT_RELATIONS, watching)
    assert [(each.child, each.parent) for each in comparison.added] == [("agent.exe", "cmd.exe")]
    assert "+ [high] unexpected-parent: agent.exe <- cmd.exe, 1 times on 1 devices" in str(comparison)


def test_a_part_that_is_excluded_changes_the_count() -> None:
    twin = Host("ws-02")
    twin.spawn("svchost.exe", parent="acme.exe")
    exclusion = Exclusion(child="svchost.exe", device="ws-02", reason="a build machine")
    comparison = compare([*week().events, *twin.events], Detector(), Detector(exclusions=[exclusion]))
    [changed] = comparison.changed
    assert (changed.before.device_count, changed.after.device_count) == (2, 1)
    assert "~ [high]" in str(comparison)


def test_a_suppression_policy_removes_crash_clones() -> None:
    host = Host("ws-01")
    host.crash("svchost.exe")
    comparison = compare(host.events, Detector(suppression=None), Detector())
    assert why(comparison) == ["cleared as a crash clone"]


def test_what_is_found_for_another_reason_says_so() -> None:
    host = Host("ws-01")
    impostor = host.spawn(r"C:\Temp\services.exe", parent="cmd.exe").process
    host.spawn("svchost.exe", parent=impostor)
    trusting = DEFAULT_RELATIONS.with_relation(ExpectedParents("services.exe", {"cmd.exe"}))
    assert why(compare(host.events, DEFAULT_RELATIONS, trusting)) == ["now misplaced-image"]


def test_a_change_that_is_too_wide_stays_short() -> None:
    host = Host("ws-01")
    for number in range(100):
        host.spawn("svchost.exe", parent=f"tool-{number}.exe")
    text = str(compare(host.events, DEFAULT_RELATIONS, SEED_RELATIONS.without("svchost.exe")))
    assert text.endswith("... and 80 more")
    assert len(text.splitlines()) == 1 + 2 * 20 + 1


def test_neither_detector_is_fed() -> None:
    before, after = Detector(), Detector()
    compare(week().events, before, after)
    assert (before.stats.seen, after.stats.seen) == (0, 0)


def test_anything_else_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="after"):
        compare([], DEFAULT_RELATIONS, "relations")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
