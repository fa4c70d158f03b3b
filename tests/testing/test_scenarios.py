"""The scenarios cover every reason and outcome, hold with the shipped relations, and tell what differs."""

from __future__ import annotations

import pytest

from parentchild import DEFAULT_RELATIONS, Detector, Exclusion, Finding, ProcessCreated, Reason, Tier
from parentchild.testing import (
    ATTACKS,
    CLEAN,
    CRASHES,
    SCENARIOS,
    Expected,
    Host,
    Scenario,
    assert_findings,
    assert_scenarios,
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_exactly_what_must_be_found_is_found(scenario: Scenario) -> None:
    assert scenario.difference() == ""


def test_names_are_unique_and_each_scenario_is_about_something_watched() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    for scenario in SCENARIOS:
        assert scenario.events == scenario.events
        if scenario.name != "lookalike":
            assert scenario.replay().stats.watched > 0


def test_every_reason_is_found_somewhere() -> None:
    assert {reason for scenario in ATTACKS for each in scenario.finds for reason in each.reasons} == set(
        Reason
    )


def test_crashes_are_suppressed_and_what_looks_like_one_is_not() -> None:
    outcomes = {(bool(scenario.suppresses), bool(scenario.finds)) for scenario in CRASHES}
    assert outcomes == {(True, False), (False, True), (True, True)}


def test_nothing_is_found_in_a_clean_cycle() -> None:
    assert not any(scenario.finds or scenario.suppresses for scenario in CLEAN)
    watched = {
        event.process.name.lower()
        for scenario in CLEAN
        for event in scenario.events
        if isinstance(event, ProcessCreated) and event.process.name
    } & set(DEFAULT_RELATIONS)
    assert len(watched) > 25


def test_a_registry_that_lacks_something_is_told_what_is_missing() -> None:
    poorer = DEFAULT_RELATIONS.without("lsass.exe")
    with pytest.raises(AssertionError) as caught:
        assert_scenarios(ATTACKS, poorer)
    assert str(caught.value).splitlines() == [
        "2 scenarios differ",
        "",
        "second-lsass: a second lsass.exe is started from a command prompt",
        "findings:",
        "- missing     unexpected-parent: lsass.exe <- cmd.exe",
        "",
        "shell-from-lsass: code that was injected into lsass.exe starts a command prompt",
        "findings:",
        "- missing     unexpected-child: cmd.exe <- lsass.exe",
    ]


def test_a_registry_that_finds_too_much_is_told_what_is_unexpected() -> None:
    stricter = DEFAULT_RELATIONS.without_tier(Tier.KNOWN_BENIGN)
    with pytest.raises(
        AssertionError,
        match=r"\+ unexpected  unexpected-parent, unexpected-arguments: svchost.exe <- msmpeng.exe",
    ):
        assert_scenarios(CLEAN, stricter)


def test_an_exclusion_that_is_too_wide_shows() -> None:
    wide = [Exclusion(child="svchost.exe", reason="too wide")]
    with pytest.raises(AssertionError, match="same-pair-on-three-hosts"):
        assert_scenarios(SCENARIOS, exclusions=wide)


def found(*hosts: str) -> tuple[Finding, ...]:
    detector = Detector()
    for name in hosts:
        detector.observe(Host(name).masquerade("svchost.exe", parent="cmd.exe"))
    return detector.findings()


PAIR = Expected(Reason.UNEXPECTED_PARENT, "SVCHOST.EXE", "cmd.exe")


def test_expectations_may_leave_counts_open_or_ask_for_them() -> None:
    assert_findings(found("a", "b"), PAIR)
    assert_findings(
        found("a", "b"), Expected(PAIR.reasons, "svchost.exe", "cmd.exe", devices=2, occurrences=2)
    )
    with pytest.raises(AssertionError, match=r"- missing .*\(3 devices\)"):
        assert_findings(found("a", "b"), Expected(PAIR.reasons, "svchost.exe", "cmd.exe", devices=3))


def test_each_expectation_takes_one_finding() -> None:
    assert_findings((*found("a"), *found("a")), PAIR, PAIR)
    with pytest.raises(AssertionError, match="missing"):
        assert_findings(found("a"), PAIR, PAIR)
    with pytest.raises(AssertionError, match="unexpected"):
        assert_findings((*found("a"), *found("a")), PAIR)


def test_all_reasons_are_compared_in_any_order_and_the_place_where_it_is_given() -> None:
    host, detector = Host("ws-01"), Detector()
    detector.observe(host.spawn(r"C:\Users\Public\lsass.exe", parent="explorer.exe"))
    parent, place = Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE
    for reasons in ((parent, place), (place, parent)):
        for directory in (None, r"c:\users\public", r"\users\public"):
            wanted = Expected(reasons, "lsass.exe", "explorer.exe", directory=directory)
            assert_findings(detector.findings(), wanted)
    for wrong in (
        Expected(parent, "lsass.exe", "explorer.exe"),
        Expected((parent, place), "lsass.exe", "explorer.exe", directory=r"e:\users\public"),
        Expected((parent, place), "lsass.exe", "explorer.exe", directory=""),
    ):
        with pytest.raises(AssertionError, match=r"unexpected-parent, misplaced-image: .*public"):
            assert_findings(detector.findings(), wrong)
