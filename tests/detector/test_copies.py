"""Copies: an image that started itself is harmless until the copy starts anything but a crash reporter."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from parentchild import Activity, CrashHandler, Detector, Event, Finding, Reason, Severity
from tests.detector.events import SYSTEM32, at, clone, created, exited, restored, thread

RAISED = (Reason.UNEXPECTED_PARENT,)


def started(child: str = "acme.exe", *, seconds: float = 5, by: int = 500, **parent: Any) -> Event:
    """Return a start by the copy, which is svchost.exe, of an image that no relation is about."""
    name = parent.pop("name", "svchost.exe")
    process = parent.pop("process", None)
    return created(
        child, name, seconds=seconds, pid=600, parent_pid=by, parent_process=parent, process=process
    )


COPY = clone("svchost.exe", seconds=1)


def copies(detector: Detector) -> list[tuple[Reason, ...]]:
    return [each.reasons for each in detector.findings() if each.child == each.parent]


def told(*events: Event) -> list[tuple[Reason, ...]]:
    detector = Detector(resolve_parents=True)
    detector.observe_many(events)
    assert restored(detector).state() == detector.state()
    return copies(detector)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_copy_that_starts_another_program_is_raised_in_whichever_order_they_come(
    order: tuple[int, ...],
) -> None:
    events = [COPY, started(), started("WerFault.exe", seconds=6), thread(name="svchost.exe")]
    detector = Detector(resolve_parents=True)
    for place in order:
        detector.observe(events[place])
        detector = restored(detector)
    assert copies(detector) == [RAISED]
    assert detector.suppressed() == ()
    stats = detector.stats
    assert (stats.mismatched, stats.copies, stats.suppressed) == (1, 0, 0)


def test_a_raised_copy_is_emitted_as_new_and_what_it_was_as_closed() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(COPY)
    closed, raised = detector.observe(started())
    assert (closed.activity, closed.reasons, closed.occurrences) == (
        Activity.CLOSED,
        (Reason.SELF_COPY,),
        1,
    )
    assert (raised.activity, raised.reasons, raised.event) == (Activity.CREATED, RAISED, COPY)
    assert closed.severity is Severity.INFORMATIONAL
    [unexplained] = Detector().observe(
        clone("svchost.exe", parent_process={"user": "a"}, process={"user": "b"})
    )
    assert (raised.severity, raised.expected) == (unexplained.severity, unexplained.expected)


@pytest.mark.parametrize("reporter", ["WerFault.exe", "WerFaultSecure.exe", "wermgr.exe", "WERMGR.EXE"])
def test_a_clone_that_starts_crash_reporters_alone_stays_harmless(reporter: str) -> None:
    inside = {"path": rf"{SYSTEM32}\{reporter}"}
    assert told(COPY, started(reporter), started(reporter, process=inside)) == [(Reason.SELF_COPY,)]
    assert told(thread(name="svchost.exe"), COPY, started(reporter)) == []


def test_a_crash_reporter_from_elsewhere_is_none() -> None:
    assert told(COPY, started("WerFault.exe", process={"path": r"C:\Temp\WerFault.exe"})) == [RAISED]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("others", "is_raised"),
    [
        ([started()], True),
        ([started(seconds=0)], False),  # before the copy was there
        ([started(by=400)], False),  # by its parent
        ([started(by=501)], False),
        ([started(name="acme.exe")], False),  # another process of that pid, whose start was not seen
        ([started(name=None)], False),  # by that pid, which may mean another by then
        ([started(name=None, started_at=at(1))], True),
        ([created("svchost.exe", "services.exe", seconds=3), started()], False),  # the pid was used again
        ([created("acme.exe", "services.exe", seconds=9), started()], True),  # later
        ([exited(500, 3), started()], False),
        ([exited(500, 9), started()], True),
        ([exited(500, 3), started(started_at=at(1))], True),  # the start time says so
        ([started(started_at=at(-60))], False),
    ],
)
def test_it_is_that_very_process_which_must_have_started_it(
    others: list[Event], *, is_raised: bool, is_first: bool
) -> None:
    events = [COPY, *others] if is_first else [*others, COPY]
    assert told(*events) == [RAISED if is_raised else (Reason.SELF_COPY,)]


def test_a_guid_tells_the_copy_from_another_process_of_its_pid() -> None:
    copy = clone("svchost.exe", seconds=1, process={"guid": "{1}"})
    for guid, reasons in (("{1}", RAISED), ("{2}", (Reason.SELF_COPY,))):
        assert told(copy, started(guid=guid)) == told(started(guid=guid), copy) == [reasons]


def test_a_copy_of_a_copy_raises_the_first_and_not_the_second() -> None:
    second = clone("svchost.exe", seconds=2, pid=501, parent_pid=500)
    assert set(told(COPY, second)) == set(told(second, COPY)) == {RAISED, (Reason.SELF_COPY,)}


@pytest.mark.parametrize("suppression", [None, CrashHandler()])
def test_a_copy_is_raised_whatever_the_policy(suppression: CrashHandler | None) -> None:
    for events in ([COPY, started()], [started(), COPY]):
        detector = Detector(resolve_parents=True, suppression=suppression)
        detector.observe_many(events)
        assert copies(detector) == [RAISED]


def test_a_copy_that_evidence_cleared_is_taken_back_and_leaves_its_place_to_the_next() -> None:
    detector = Detector(resolve_parents=True, suppression=CrashHandler(copies=1))
    other = clone("svchost.exe", seconds=2, pid=501)
    detector.observe_many([thread(name="svchost.exe"), COPY, other])
    assert (copies(detector), detector.stats.suppressed) == ([(Reason.SELF_COPY,)], 1)
    detector.observe(started())
    assert (copies(detector), detector.stats.suppressed) == ([RAISED], 1)
    [cleared] = detector.suppressed()
    assert cleared.event == other


def test_of_two_copies_the_one_that_started_nothing_stays_as_it_was() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([COPY, clone("svchost.exe", seconds=2, device="ws-02"), started()])
    found: dict[tuple[Reason, ...], Finding] = {each.reasons: each for each in detector.findings()}
    assert found[RAISED].devices == ("ws-01",)
    assert found[(Reason.SELF_COPY,)].devices == ("ws-02",)
    apart = [Detector(resolve_parents=True), Detector(resolve_parents=True)]
    apart[0].observe_many([COPY, started()])
    apart[1].observe(clone("svchost.exe", seconds=2, device="ws-02"))
    assert apart[1].merge(apart[0]).findings() == detector.findings()


def test_what_is_older_than_the_window_is_raised_no_more() -> None:
    detector = Detector(resolve_parents=True, window=timedelta(hours=1))
    detector.observe_many([COPY, created("lsass.exe", "cmd.exe", seconds=3700), started(seconds=3701)])
    assert copies(detector) == []


def test_without_the_starts_of_all_images_a_copy_stays_what_it_was() -> None:
    detector = Detector()
    detector.observe_many([COPY, started()])
    assert copies(detector) == [(Reason.SELF_COPY,)]


def test_a_copy_that_starts_more_and_more_is_raised_once() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([COPY, started(), started("b.exe", seconds=7), started("c.exe", seconds=8)])
    [finding] = [each for each in detector.findings() if each.child == each.parent]
    assert (finding.reasons, finding.occurrences, finding.variants[0].occurrences) == (RAISED, 1, 1)
    assert detector.stats.copies == 0


def test_a_raised_copy_is_remembered_by_its_count_alone_and_with_the_age_of_its_parent() -> None:
    parent = created("svchost.exe", "services.exe", seconds=-60, pid=400, parent_pid=300)
    copy = created("svchost.exe", None, seconds=1)
    for events in ([parent, copy, started()], [parent, started(), copy]):
        detector = Detector(resolve_parents=True)
        detector.observe_many(events)
        [finding] = [each for each in detector.findings() if each.child == each.parent]
        assert (finding.reasons, finding.inference_age) == (RAISED, timedelta(seconds=61))
        state: Any = detector.state()
        assert {thing["kind"] for thing in state["histories"][0]["things"]} == {"DeviceActivity"}


def test_what_is_no_harmless_copy_is_raised_by_nothing_that_it_starts() -> None:
    known = clone("svchost.exe", seconds=1, process={"user": "ann"}, parent_process={"user": "bob"})
    detector = Detector(resolve_parents=True)
    detector.observe(known)
    before = detector.findings()
    assert [each.reasons for each in before] == [RAISED]
    assert detector.observe(started()) == ()
    assert (detector.findings(), detector.stats.copies) == (before, 0)


def test_the_next_that_evidence_clears_in_place_of_a_raised_copy_is_closed_alone() -> None:
    detector = Detector(resolve_parents=True, suppression=CrashHandler(copies=1))
    other = clone("svchost.exe", seconds=2, pid=501)
    detector.observe_many([thread(name="svchost.exe"), COPY, other])
    closed, raised = detector.observe(started())
    assert (closed.activity, closed.event, closed.occurrences, closed.suppressed) == (
        Activity.CLOSED,
        other,
        1,
        0,
    )
    assert (raised.reasons, raised.event) == (RAISED, COPY)


def test_what_a_crash_reporter_from_elsewhere_raises_is_returned() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(COPY)
    closed, raised = detector.observe(started("WerFault.exe", process={"path": r"C:\Temp\WerFault.exe"}))[:2]
    assert (closed.activity, closed.reasons) == (Activity.CLOSED, (Reason.SELF_COPY,))
    assert raised.reasons == RAISED


def test_a_copy_that_was_told_twice_is_raised_twice_and_both_changes_are_returned() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([COPY, COPY])
    raised, closed = detector.observe(started())
    assert (raised.reasons, raised.activity) == (RAISED, Activity.CREATED)
    assert (closed.reasons, closed.activity) == ((Reason.SELF_COPY,), Activity.CLOSED)
    [finding] = [each for each in detector.findings() if each.child == each.parent]
    assert (finding.occurrences, detector.stats.copies) == (2, 0)


def test_what_is_no_copy_is_counted_as_none_whatever_it_started_before() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([started(), created("svchost.exe", "cmd.exe", seconds=1)])
    assert detector.stats.copies == 0
