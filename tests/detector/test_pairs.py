"""Pairs: sums over devices, bounds, and variants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    Activity,
    Detector,
    Exclusion,
    Finding,
    InvalidArgument,
    Process,
    ProcessCreated,
    Reason,
    Severity,
)
from parentchild.detector.pairs import DeviceActivity, Pair, Seen
from parentchild.findings.bounds import Bounds
from parentchild.findings.variants import MOST_VARIANTS, Variant
from parentchild.relations.evaluation import evaluate
from tests.detector.events import at, clone, created, restored, thread


def wrong(
    line: str | None = None, *, device: str = "ws-01", seconds: float = 0, **more: Any
) -> ProcessCreated:
    return created(
        "svchost.exe",
        "cmd.exe",
        device=device,
        seconds=seconds,
        process={"command_line": None if line is None else f"svchost.exe -k {line}"},
        **more,
    )


def variants(finding: Finding) -> list[tuple[str | None, int, int, tuple[str, ...]]]:
    return [
        (each.command_line and each.command_line[15:], each.occurrences, each.device_count, each.devices)
        for each in finding.variants
    ]


def test_a_variant_is_a_path_a_parents_path_a_command_line_and_a_user() -> None:
    event = created(
        "svchost.exe",
        "cmd.exe",
        process={"path": r"C:\Windows\System32\svchost.exe", "command_line": "x", "user": "ann"},
        parent_process={"path": r"C:\Windows\System32\cmd.exe"},
    )
    [finding] = Detector().observe(event)
    assert finding.variants == (
        Variant(
            r"C:\Windows\System32\svchost.exe", r"C:\Windows\System32\cmd.exe", "x", "ann", 1, 1, ("ws-01",)
        ),
    )


def test_variants_are_counted_over_all_devices_the_rarest_first() -> None:
    detector = Detector()
    for number in range(7):
        detector.observe(wrong("usual", device=f"{number}"))
    detector.observe_many(
        [wrong("usual", device="3"), wrong("often"), wrong("often"), wrong("rare", device="z")]
    )
    [finding] = restored(detector).findings()
    assert variants(finding) == [
        ("rare", 1, 1, ("z",)),
        ("often", 2, 1, ("ws-01",)),
        ("usual", 8, 7, ("0", "1", "2", "3", "4")),
    ]


def test_the_first_devices_of_a_variant_are_named_in_whatever_order_they_come_and_go() -> None:
    detector = Detector()
    for device in "hgfedcba":
        detector.observe(clone(device=device, seconds=1))
    assert detector.findings()[0].variants[0].devices == tuple("abcde")
    detector.observe_many([thread(device=device) for device in "ac"])
    [finding] = detector.findings()
    assert [(each.devices, each.device_count) for each in finding.variants] == [
        (("b", "d", "e", "f", "g"), 6)
    ]


def test_a_cleared_event_takes_its_variant_along() -> None:
    detector = Detector()
    detector.observe_many([clone(seconds=1), clone(seconds=60, process={"user": "ann"})])
    detector.observe(thread())
    [finding] = detector.findings()
    assert [each.user for each in finding.variants] == ["ann"]


def test_of_too_many_variants_the_same_are_kept_whatever_the_order() -> None:
    events = [wrong(f"{number}", device=f"{number % 3}") for number in range(3 * MOST_VARIANTS)] * 2
    found: list[tuple[Finding, ...]] = []
    for order in (events, events[::-1], sorted(events, key=lambda each: str(each.process.command_line))):
        detector = Detector()
        detector.observe_many(order)
        found += [restored(detector).findings()]
    parts = [Detector(), Detector(), Detector()]
    for event in events:
        parts[int(event.device)].observe(event)
    found += [parts[2].merge(parts[0], parts[1]).findings()]
    assert found[0] == found[1] == found[2] == found[3]
    assert len(found[0][0].variants) == MOST_VARIANTS
    assert {each.occurrences for each in found[0][0].variants} == {2}


def test_a_device_that_is_forgotten_takes_its_variants_along() -> None:
    detector = Detector()
    detector.observe_many([wrong("a", device="a"), wrong("b", device="b", seconds=3600)])
    detector.expire(at(7201))
    [finding] = detector.findings()
    assert variants(finding) == [("b", 1, 1, ("b",))]
    assert finding.first_seen == at(0)


def test_rows_without_a_device_are_one_device_without_a_name() -> None:
    detector = Detector()
    detector.observe_many([wrong(device=""), wrong(device="", seconds=5), wrong(device="a")])
    [finding] = detector.findings()
    assert (finding.devices, finding.device_count, finding.occurrences) == (("", "a"), 2, 3)


def test_a_device_that_is_forgotten_takes_its_suppressed_events_along_and_no_others() -> None:
    detector = Detector(window=timedelta(hours=1))
    for device, second in (("a", 0), ("b", 1800), ("b", 1860)):
        detector.observe_many([thread(second, device=device), clone(seconds=second + 1, device=device)])
    detector.observe(clone(seconds=1900, device="c"))
    assert [each.suppressed for each in detector.findings()] == [3]
    detector.expire(at(3700))
    assert [each.suppressed for each in detector.findings()] == [2]


def test_what_is_suppressed_on_each_device_is_added_up_when_it_is_restored_or_merged() -> None:
    apart = [seen(thread(device=device), clone(seconds=1, device=device)) for device in "ab"]
    whole = apart[0].merge(apart[1])
    whole.observe(clone(seconds=900, device="c"))
    assert [each.suppressed for each in (*whole.findings(), *restored(whole).findings())] == [2, 2]


def test_what_rows_without_a_device_add_up_to_is_every_count_and_the_widest_bounds() -> None:
    key = ("lsass.exe", "cmd.exe", (Reason.UNEXPECTED_PARENT,), "")
    evaluation = evaluate(DEFAULT_RELATIONS.compiled, Process("lsass.exe"), Process("cmd.exe"))
    pair = Pair(
        key=key,
        expected=evaluation.expected,
        relation=evaluation.relation,
        imitates=None,
        evaluated=None,
        evaluate=lambda _: evaluation,
        is_exact=True,
    )
    for number in (2, 1):
        event = created("lsass.exe", "cmd.exe", device="", seconds=number)
        activity = DeviceActivity(
            key=key,
            device="",
            at=at(number),
            first=event,
            last=at(number),
            occurrences=number,
            suppressed=number + 3,
            variants=number,
        )
        pair.restore(activity)
    [mine] = pair.devices.values()
    assert (mine.occurrences, mine.suppressed, mine.variants, mine.at) == (3, 9, 2, at(2))
    found = pair.now()
    assert (found.occurrences, found.suppressed, found.device_count) == (3, 9, 1)
    assert (found.first_seen, found.last_seen) == (at(1), at(2))


def test_what_was_cleared_is_counted_by_devices_and_says_so() -> None:
    detector = Detector()
    for device, second in (("a", 0), ("a", 60), ("b", 120)):
        detector.observe_many([thread(second, device=device), clone(seconds=second + 1, device=device)])
    [cleared] = detector.suppressed()
    assert (cleared.occurrences, cleared.device_count, cleared.devices) == (3, 2, ("a", "b"))
    assert (cleared.suppressed, cleared.activity) == (3, Activity.CLOSED)


def test_what_was_cleared_keeps_the_age_of_its_inferred_parent() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(created("taskhostw.exe", "svchost.exe", seconds=-60, pid=400, parent_pid=300))
    detector.observe_many([thread(), created("taskhostw.exe", None, seconds=1)])
    [cleared] = detector.suppressed()
    assert cleared.inference_age == timedelta(seconds=61)


def test_a_closed_finding_that_is_evaluated_otherwise_now_is_told_as_it_was() -> None:
    """A relation that is gone since, say, still named what the child imitated."""
    event = clone()
    key = ("taskhostw.exe", "taskhostw.exe", (Reason.LOOKALIKE,), "")
    relation = DEFAULT_RELATIONS["taskhostw.exe"]
    pair = Pair(
        key=key,
        expected=("svchost.exe",),
        relation=relation,
        imitates="taskhost.exe",
        evaluated=event,
        evaluate=lambda each: evaluate(DEFAULT_RELATIONS.compiled, each.process, each.parent),
        is_exact=True,
    )
    closed = pair.closed([Seen(key, event, None, Severity.LOW, at(0), is_clearable=True)], 1)
    assert (closed.imitates, closed.relation, closed.expected) == ("taskhost.exe", relation, ("svchost.exe",))


# merging ------------------------------------------------------------------------------------------------


def seen(*events: Any, **options: Any) -> Detector:
    detector = Detector(**options)
    detector.observe_many(events)
    return detector


def test_a_device_that_two_detectors_saw_is_refused_by_name() -> None:
    one, other = seen(wrong(device="a"), wrong(device="b")), seen(wrong(device="b"), wrong(device="c"))
    with pytest.raises(InvalidArgument, match=r"^device = 'b': is a device that two of the detectors saw"):
        one.merge(other)
    with pytest.raises(InvalidArgument, match=r"^device = 'a'"):
        Detector().merge(seen(wrong(device="a")), seen(wrong(device="x")), one)


def test_rows_without_a_device_are_added_up_and_block_no_merge() -> None:
    one = seen(
        wrong("x", device="", seconds=5), wrong(device="a"), created("lsass.exe", "cmd.exe", device="")
    )
    other = seen(wrong("x", device=""), wrong("y", device="", seconds=9))
    for merged in (one.merge(other), other.merge(one)):
        finding = next(each for each in merged.findings() if each.child == "svchost.exe")
        assert (finding.occurrences, finding.device_count, finding.devices) == (4, 2, ("", "a"))
        assert (finding.first_seen, finding.last_seen) == (at(0), at(9))
        assert sorted(str(each[0]) + str(each[1]) for each in variants(finding)) == ["None1", "x2", "y1"]
    assert one.merge(other).state() == other.merge(one).state() == restored(other.merge(one)).state()


def test_rows_without_a_device_are_merged_in_one_order_and_keep_the_bounds_of_what_expired() -> None:
    one = seen(*(created(child, "cmd.exe", device="") for child in ("lsass.exe", "svchost.exe", "smss.exe")))
    other = seen(*(created(child, "cmd.exe", device="") for child in ("smss.exe", "csrss.exe", "lsass.exe")))
    assert one.merge(other).state() == other.merge(one).state()
    one.expire(at(7201))
    later = seen(created("lsass.exe", "cmd.exe", device="", seconds=9000))
    for merged in (one.merge(later), later.merge(one)):
        [finding] = merged.findings()
        assert (finding.first_seen, finding.last_seen, finding.occurrences) == (at(0), at(9000), 1)
        assert restored(merged).state() == merged.state()
        assert merged.observe(created("svchost.exe", "cmd.exe", device="", seconds=9001))[0].first_seen == at(
            0
        )


def test_counts_are_added_up_and_nothing_that_was_merged_changes() -> None:
    one, other = seen(wrong(device="a")), seen(wrong(device="b"), clone(device="b", seconds=1))
    before = one.state(), other.state()
    merged = one.merge(other)
    assert (merged.stats.seen, merged.stats.mismatched) == (3, 3)
    merged.observe_many([wrong(device="a"), thread(device="b"), wrong(device="b", seconds=9)])
    assert (one.state(), other.state()) == before


def test_a_merge_of_more_than_the_capacity_makes_room() -> None:
    parts = [
        seen(*(wrong(device=f"{number}-{each}") for each in range(5)), capacity=10) for number in range(4)
    ]
    merged = parts[0].merge(*parts[1:])
    [finding] = merged.findings()
    assert (finding.device_count, finding.device_count_is_exact, merged.stats.evicted) == (10, False, 10)


def test_a_merge_keeps_what_one_side_forgot() -> None:
    one = seen(*(wrong(device=f"{each}", seconds=each) for each in range(3)), capacity=2)
    merged = one.merge(seen(wrong(device="x", seconds=50)))
    [finding] = merged.findings()
    assert (finding.first_seen, finding.device_count_is_exact) == (at(0), False)


def test_a_finding_names_the_same_expectations_after_its_relation_is_gone() -> None:
    detector = seen(created("svchost.exe", "cmd.exe"))
    [before] = detector.findings()
    registry = detector.registry.without("svchost.exe")
    [after] = Detector.from_state(detector.state(), registry=registry).findings()
    assert (after.expected, after.severity, after.relation) == (before.expected, before.severity, None)
    assert after.uid == before.uid


def test_exclusions_given_anew_are_used_from_now_on() -> None:
    exclusion = Exclusion(child="svchost.exe", parent="cmd.exe", reason="a test")
    detector = restored(seen(), [exclusion])
    assert detector.observe(wrong()) == ()
    assert detector.settings.exclusions == (exclusion,)
    assert restored(detector, []).observe(wrong()) != ()


def test_what_was_expected_is_told_of_the_earliest_event_however_it_came() -> None:
    """Two creators are no creators of cmd.exe, and each starts other programs."""

    def by(creator: str, seconds: float, device: str) -> ProcessCreated:
        event = created("cmd.exe", "explorer.exe", seconds=seconds, device=device)
        return attrs.evolve(event, creator=Process(creator, pid=9000))

    for device in ("ws-01", "ws-02"):
        first, second = by("taskhostw.exe", 0, "ws-01"), by("lsass.exe", 1, device)
        told: list[tuple[Finding, ...]] = []
        for events in ((first, second), (second, first)):
            detector = Detector()
            detector.observe_many(events)
            told += [
                detector.findings(),
                restored(detector).findings(),
                detector.merge(Detector()).findings(),
            ]
        [finding] = told[0]
        assert all(each == told[0] for each in told)
        assert "ngentask.exe" in finding.expected
        assert finding.relation in DEFAULT_RELATIONS.expected_children["taskhostw.exe"]
    apart = [Detector(), Detector()]
    for detector, event in zip(apart, (first, second), strict=True):
        detector.observe(event)
    assert apart[1].merge(apart[0]).findings() == told[0]


# bounds -------------------------------------------------------------------------------------------------


def test_the_earliest_event_is_that_of_the_least_time_record_device_and_contents() -> None:
    events = [
        wrong("x", seconds=1, record_id=1),
        wrong("x", seconds=2, record_id=9),
        wrong("x", seconds=2, record_id=10),
        wrong("a", seconds=3, device="a"),
        wrong("b", seconds=3, device="a"),
        wrong("a", seconds=3, device="b"),
    ]
    for place, first in enumerate(events):
        for later in events[place:]:
            for order in ((first, later), (later, first)):
                bounds, whole = Bounds(), Bounds()
                for event in order:
                    bounds.add(event, None, Severity.LOW)
                assert bounds.first == first
                assert bounds.last == later.timestamp
                whole.include(Bounds())
                whole.include(bounds)
                assert (whole.first, whole.last, whole.severity) == (first, later.timestamp, Severity.LOW)


def test_of_two_records_that_say_the_same_the_first_that_came_keeps_its_age() -> None:
    bounds = Bounds()
    for age in (timedelta(1), timedelta(2)):
        bounds.add(wrong("x"), age, Severity.LOW)
    assert bounds.age == timedelta(1)


def test_bounds_include_the_latest_time_and_the_highest_severity_of_others() -> None:
    one, other = Bounds(), Bounds()
    one.add(wrong(seconds=5), timedelta(1), Severity.HIGH)
    other.add(wrong(seconds=3), timedelta(2), Severity.LOW)
    other.add(wrong(seconds=9), timedelta(3), Severity.MEDIUM)
    one.include(other)
    assert (one.first, one.age, one.last) == (wrong(seconds=3), timedelta(2), at(9))
    assert one.severity is Severity.HIGH


def test_a_sum_of_no_events_makes_no_finding() -> None:
    pair = Pair(
        key=("a.exe", "b.exe", (), ""),
        expected=(),
        relation=None,
        imitates=None,
        evaluated=None,
        evaluate=lambda _: evaluate(DEFAULT_RELATIONS.compiled, Process("a.exe"), None),
        is_exact=True,
    )
    with pytest.raises(AssertionError, match=r"^a finding needs an event$"):
        pair.now()


def test_the_bounds_of_an_activity_are_those_of_what_is_confirmed_and_of_what_is_not_cleared() -> None:
    key = ("taskhostw.exe", "taskhostw.exe", (Reason.SELF_COPY,), "")
    activity = DeviceActivity(key=key, device="ws-01", at=at(0))
    activity.add(clone(seconds=1), timedelta(1), Severity.HIGH)
    activity.pending = {Seen(key, clone(seconds=5), None, Severity.LOW, at(5), is_clearable=True): None}
    active = activity.active()
    assert (active.first, active.age, active.last) == (clone(seconds=1), timedelta(1), at(5))
    assert active.severity is Severity.HIGH
