"""The ledger: what is open and what is settled, what evidence clears, and what goes for want of room."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Activity,
    AsPublished,
    CrashHandler,
    Detector,
    Event,
    Finding,
    Process,
    ProcessCreated,
    Reason,
    UnknownParents,
    Verdict,
)
from tests.core.test_detector import at, clone, created, exit_of, pairs, start, werfault

WINDOW = 7200
PAIR = ("taskhostw.exe", "taskhostw.exe")


def restored(detector: Detector) -> Detector:
    state: dict[str, Any] = json.loads(json.dumps(detector.state()))
    return Detector.from_state(state, registry=detector.registry)


def only(findings: tuple[Finding, ...]) -> Finding:
    [finding] = findings
    return finding


# what is cleared ----------------------------------------------------------------------------------------


def test_each_cleared_event_is_counted_on_its_pair_and_in_the_stats() -> None:
    detector = Detector()
    detector.observe(clone(device="ws-03"))
    detector.observe_many([werfault("taskhostw.exe"), clone(seconds=1), clone(seconds=2)])
    assert (only(detector.findings()).suppressed, detector.stats.suppressed) == (2, 2)
    detector.observe_many([clone(device="ws-02", seconds=1), clone(device="ws-02", seconds=2)])
    detector.observe(werfault("taskhostw.exe", device="ws-02"))
    finding = only(detector.findings())
    assert (finding.suppressed, finding.occurrences, finding.devices) == (4, 1, ("ws-03",))
    assert (detector.stats.suppressed, detector.stats.evidence) == (4, 2)
    again = only(restored(detector).findings())
    assert (again.suppressed, again.occurrences) == (4, 1)


def test_what_was_cleared_is_told_by_pair_and_device_the_most_severe_first() -> None:
    detector = Detector()
    images = [("taskhostw.exe", "ws-01"), ("taskhostw.exe", "ws-02"), ("svchost.exe", "ws-01")]
    for seconds, (image, device) in enumerate(images, start=1):
        detector.observe(werfault(image, device=device, pid=400 + seconds))
        detector.observe(clone(image, device=device, parent_pid=400 + seconds, seconds=seconds))
        detector.observe(clone(image, device=device, parent_pid=400 + seconds, seconds=seconds))
    detector.observe(clone("runtimebroker.exe"))  # nothing of it is cleared
    service, task = detector.suppressed()
    assert (service.child, task.child) == ("svchost.exe", "taskhostw.exe")
    assert service.severity > task.severity
    assert (task.activity, task.reason) == (Activity.CLOSED, Reason.UNEXPECTED_PARENT)
    assert (task.devices, task.device_count) == (("ws-01", "ws-02"), 2)
    assert (task.occurrences, task.suppressed) == (4, 4)
    assert (task.first_seen, task.last_seen) == (at(1), at(2))
    assert task.device_count_is_exact is True


def test_evidence_that_takes_nothing_visible_away_says_nothing() -> None:
    detector = Detector()
    detector.observe_many([clone(seconds=1), clone(seconds=600)])
    assert detector.observe(werfault("taskhostw.exe", seconds=599)) == ()
    finding = only(detector.findings())
    assert (finding.occurrences, finding.suppressed, finding.last_seen) == (1, 1, at(1))


def test_a_repeat_of_an_event_that_could_be_cleared_only_counts() -> None:
    detector = Detector()
    assert only(detector.observe(clone(seconds=1))).activity is Activity.CREATED
    assert detector.observe(clone(seconds=2)) == ()
    assert only(detector.findings()).occurrences == 2


def test_a_cleared_event_that_has_grown_old_is_still_counted_while_its_device_is_known() -> None:
    detector = Detector()
    detector.observe(clone(device="ws-02", ingested_at=at(2 * WINDOW)))
    detector.observe_many([werfault("taskhostw.exe"), clone(seconds=1), clone(seconds=2)])
    detector.observe(werfault("taskhostw.exe", seconds=7000))
    detector.observe(clone(seconds=7001))
    assert detector.stats.expired == 0
    detector.observe(created("notepad.exe", "lsass.exe", seconds=7300))  # its time goes on
    assert detector.stats.expired == 3  # a proof and two clones
    for each in (detector, restored(detector)):
        assert only(each.suppressed()).occurrences == 1  # the others are not remembered singly
        assert [finding.suppressed for finding in each.findings() if finding.parent == PAIR[1]] == [3]
        each.expire(at(7001 + WINDOW + 1))
        assert [finding.suppressed for finding in each.findings() if finding.parent == PAIR[1]] == [0]


def test_evidence_clears_what_is_open_when_another_event_of_the_pid_has_been_settled() -> None:
    detector = Detector()
    detector.observe_many([clone(seconds=1), clone(seconds=7000)])
    detector.observe(created("notepad.exe", "lsass.exe", seconds=7300))
    detector.observe(werfault("taskhostw.exe", seconds=6999))
    assert pairs(detector.suppressed()) == [PAIR]
    finding = next(finding for finding in detector.findings() if finding.parent == PAIR[1])
    assert (finding.occurrences, finding.suppressed) == (1, 1)


def test_evidence_goes_with_the_window_and_the_later_of_two_stays() -> None:
    detector = Detector()
    detector.observe_many([werfault("taskhostw.exe"), werfault("taskhostw.exe", seconds=100)])
    detector.observe(created("notepad.exe", "lsass.exe", seconds=7250))
    late: dict[str, Any] = {"ingested_at": at(7260)}
    assert pairs(detector.observe(clone(seconds=1, **late))) == [PAIR]
    assert detector.observe(clone(seconds=101, **late)) == ()
    assert pairs(detector.suppressed()) == [PAIR]
    kept: Any = restored(detector).state()["proofs"]
    assert len(kept) == 1


def test_evidence_moves_the_time_of_its_device_on() -> None:
    detector = Detector()
    detector.observe(created("svchost.exe", "cmd.exe"))
    detector.observe(werfault("taskhostw.exe", seconds=WINDOW + 1))
    assert detector.findings() == ()
    assert detector.stats.expired == 1


def test_a_process_that_starts_is_evidence_also_where_parents_are_resolved() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(clone(seconds=1))
    snapshot = ProcessCreated(
        timestamp=at(0),
        device="ws-01",
        process=Process("WerFault.exe", pid=900, command_line="WerFault.exe -pss -s 460 -p 400"),
        parent=Process("svchost.exe", pid=300),
    )
    assert only(detector.observe(snapshot)).activity is Activity.CLOSED


def test_the_policy_of_the_query_can_clear_an_event_without_a_parent() -> None:
    detector = Detector(suppression=AsPublished(), unknown_parents=UnknownParents.REPORT)
    event = ProcessCreated(timestamp=at(0), device="ws-01", process=Process("svchost.exe", pid=5))
    assert only(detector.observe(event)).reason is Reason.UNKNOWN_PARENT


def test_without_a_policy_a_state_has_no_evidence_and_what_waits_for_a_name_comes_back() -> None:
    detector = Detector(suppression=None, resolve_parents=True)
    detector.observe_many([start("taskhostw.exe", 400, 0), created("taskhostw.exe", None, seconds=1)])
    assert detector.state()["proofs"] == []
    assert restored(detector).findings() == detector.findings() != ()


def test_after_a_merge_a_policy_is_asked_about_mismatches_of_the_pair() -> None:
    asked: list[Any] = []

    class Mine:
        evidence_names: frozenset[str] = frozenset()

        def evidence_in(self, event: object) -> None:
            del event

        def could_clear(self, evaluation: Any, reason: Any, event: Any) -> bool:
            asked.append((evaluation.verdict, evaluation.child, evaluation.parent, reason, event))
            return True

        def clears(self, evidence: object, event: object) -> bool:
            del evidence, event
            return False

    detector, event = Detector(suppression=Mine()), clone()
    detector.observe(event)
    asked.clear()
    detector.merge(detector)
    assert asked == [(Verdict.MISMATCH, *PAIR, Reason.UNEXPECTED_PARENT, event)]


def test_what_was_cleared_and_turns_out_to_be_of_another_pair_is_not_cleared_any_more() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([start("taskhostw.exe", 400, 1), created("taskhostw.exe", None, seconds=10)])
    assert only(detector.observe(werfault("taskhostw.exe", seconds=9))).activity is Activity.CLOSED
    detector.observe(clone(device="ws-02"))
    [before] = [finding for finding in detector.findings() if finding.parent == PAIR[1]]
    assert (before.suppressed, detector.stats.suppressed) == (1, 1)
    moved = only(detector.observe(start("cmd.exe", 400, 5)))
    assert (moved.activity, moved.child, moved.parent) == (Activity.CREATED, "taskhostw.exe", "cmd.exe")
    assert (detector.suppressed(), detector.stats.suppressed) == ((), 0)
    [after] = [finding for finding in detector.findings() if finding.parent == PAIR[1]]
    assert (after.suppressed, after.devices) == (0, ("ws-02",))
    members: Any = detector.state()["members"]
    assert [member["device"] for member in members if member["key"][1:] == list(PAIR)] == ["ws-02"]


@pytest.mark.parametrize("cleared", [False, True])
def test_what_else_is_known_of_a_pair_stays_when_one_event_moves(*, cleared: bool) -> None:
    detector = Detector(SEED_RELATIONS, resolve_parents=True)
    if cleared:
        detector.observe(werfault("taskhostw.exe", pid=404))
    detector.observe(clone(parent_pid=404))
    detector.observe(start("taskhostw.exe", 400, 1))
    detector.observe(created("taskhostw.exe", None, seconds=7000))
    detector.observe(created("lsass.exe", "cmd.exe", seconds=WINDOW + 1))  # now the clone is settled
    detector.observe(start("svchost.exe", 400, 5))
    members: Any = detector.state()["members"]
    [kept] = [member for member in members if member["key"][1:] == list(PAIR)]
    assert (kept["settled"], kept["cleared"], kept["open"]) == (not cleared, cleared, [])
    assert (PAIR in pairs(detector.findings())) is not cleared


# what is kept -------------------------------------------------------------------------------------------


def test_a_finding_ends_with_its_latest_event_in_whatever_order_they_come() -> None:
    detector = Detector()
    for seconds in (5, 9, 7):
        detector.observe(created("svchost.exe", "cmd.exe", seconds=seconds))
    finding = only(detector.findings())
    assert (finding.first_seen, finding.last_seen) == (at(5), at(9))


def test_a_standing_finding_is_created_on_one_device_and_updated_on_more() -> None:
    detector = Detector()
    for count, activity in ((1, Activity.CREATED), (2, Activity.UPDATED), (3, Activity.UPDATED)):
        detector.observe(created("svchost.exe", "cmd.exe", device=f"ws-{count}"))
        assert only(detector.findings()).activity is activity


def test_a_finding_tells_what_is_expected_of_what_is_wrong() -> None:
    misplaced = ProcessCreated(
        timestamp=at(0),
        device="ws-01",
        process=Process("svchost.exe", path=r"C:\Temp\svchost.exe"),
        parent=Process("services.exe"),
    )
    image = only(Detector().observe(misplaced))
    relation = DEFAULT_RELATIONS["svchost.exe"]
    assert (image.reason, image.expected) == (Reason.MISPLACED_IMAGE, relation.directories)
    child = only(Detector().observe(created("notepad.exe", "lsass.exe")))
    relation_of_parent = DEFAULT_RELATIONS.expected_children["lsass.exe"]
    assert (child.relation, child.expected) == (relation_of_parent, relation_of_parent.names)


def test_a_device_that_is_used_again_is_kept_longer_and_goes_later() -> None:
    small = Detector(capacity=2)
    for device in "abac":
        small.observe(created("svchost.exe", "cmd.exe", device=device))
    assert only(small.findings()).devices == ("a", "c")
    detector = Detector()
    for seconds in (0, WINDOW, 2 * WINDOW):
        detector.observe(created("svchost.exe", "cmd.exe", seconds=seconds))
    assert only(detector.findings()).occurrences == 3
    assert detector.stats.expired == 0


def test_a_device_that_goes_takes_its_open_and_cleared_events_along() -> None:
    detector = Detector(capacity=5)
    detector.observe_many([werfault("taskhostw.exe"), clone(seconds=1), clone(seconds=9000, device="ws-02")])
    assert only(detector.findings()).suppressed == 1
    for number in range(2):  # makes room twice: the evidence goes, then ws-01
        detector.observe(created("svchost.exe", "cmd.exe", device=f"x-{number}"))
    finding = next(finding for finding in detector.findings() if finding.parent == PAIR[1])
    assert (finding.suppressed, finding.devices, finding.device_count_is_exact) == (0, ("ws-02",), False)
    assert detector.suppressed() == ()
    assert detector.stats.evicted == 2
    assert detector.observe(werfault("taskhostw.exe")) == ()


PARENTS = ["p0.exe", "p1.exe", "p2.exe", "p3.exe", "p4.exe", "p5.exe", "p6.exe"]


@pytest.mark.parametrize("saves", [False, True])
def test_while_the_pairs_that_lost_a_device_can_be_told_apart_only_they_say_so(*, saves: bool) -> None:
    detector = Detector(capacity=3)
    for device in "abcd":
        detector.observe(created("svchost.exe", PARENTS[0], device=device))
    other = ProcessCreated(
        timestamp=at(0),
        device="a",
        process=Process("svchost.exe", path=r"C:\Temp\svchost.exe"),
        parent=Process("services.exe"),
    )
    if saves:
        detector = restored(detector)
    exact = only(detector.observe(other))
    assert exact.device_count_is_exact is True
    for _ in range(2):
        found = {finding.parent: finding.device_count_is_exact for finding in detector.findings()}
        assert found == {"p0.exe": False, "services.exe": True}
        detector = restored(detector) if saves else detector
    for device in "bcd":  # now each pair has lost one
        detector.observe(created("lsass.exe", "cmd.exe", device=device))
    if saves:
        detector = restored(detector)
    assert only(detector.observe(other)).device_count_is_exact is False
    assert only(detector.observe(created("svchost.exe", PARENTS[0]))).device_count_is_exact is False
    assert only(detector.observe(created("svchost.exe", PARENTS[1]))).device_count_is_exact is True


@pytest.mark.parametrize("saves", [False, True])
def test_when_too_many_pairs_have_lost_a_device_none_is_exact(*, saves: bool) -> None:
    detector = Detector(capacity=2)
    emitted: list[bool] = []
    for parent in PARENTS:
        if saves:
            detector = restored(detector)
        emitted.append(only(detector.observe(created("svchost.exe", parent))).device_count_is_exact)
        standing = {finding.device_count_is_exact for finding in detector.findings()}
        assert standing == {parent in PARENTS[:4]}  # p4.exe makes it three that were lost
    assert emitted == [True] * 5 + [False] * 2


def test_a_pair_of_which_all_has_grown_old_is_exact_again() -> None:
    detector = Detector(capacity=2)
    for device in "abc":
        detector.observe(created("svchost.exe", "cmd.exe", device=device))
    assert only(detector.findings()).device_count_is_exact is False
    assert len(detector.expire(at(WINDOW + 1))) == 1
    assert only(detector.observe(created("svchost.exe", "cmd.exe"))).device_count_is_exact is True


# floods -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("clones", "settled"), [(1024, 0), (1025, 1)])
def test_of_one_pair_and_device_so_many_events_stay_open_and_the_oldest_is_settled(
    clones: int, settled: int
) -> None:
    detector = Detector()
    for number in range(clones):
        detector.observe(clone(seconds=number / 100, pid=1000 + number))
    assert detector.stats.evicted == settled
    detector.observe(werfault("taskhostw.exe"))
    assert detector.stats.suppressed == 1024
    assert [(each.occurrences, each.last_seen) for each in detector.findings()] == [(1, at(0))] * settled


@pytest.mark.parametrize(("proofs", "forgotten"), [(64, 0), (65, 1)])
def test_of_one_process_so_much_evidence_is_kept_and_the_oldest_goes(proofs: int, forgotten: int) -> None:
    detector = Detector(window=None)
    seconds = [100 * number for number in range(1, proofs - 1)]
    for second in (*seconds, 0, 100 * (proofs - 1)):  # the oldest comes late
        detector.observe(werfault("taskhostw.exe", seconds=second))
    assert detector.stats.evicted == forgotten
    for number in range(proofs):
        detector.observe(clone(seconds=100 * number))
    assert [finding.first_seen for finding in detector.findings()] == [at(0)] * forgotten
    assert detector.stats.suppressed == 64


@pytest.mark.parametrize("capacity", [1, 100])
def test_evidence_of_equal_use_is_kept_in_one_order_whichever_way_it_is_merged(capacity: int) -> None:
    one, other = Detector(capacity=capacity), Detector(capacity=capacity)
    one.observe(werfault("taskhostw.exe", seconds=5))
    other.observe(werfault("taskhostw.exe", seconds=3))
    kept: Any = one.merge(other).state()["proofs"]
    assert kept == other.merge(one).state()["proofs"]
    assert len(kept) == min(capacity, 2)


# orphans ------------------------------------------------------------------------------------------------


def orphan(child: str = "svchost.exe", *, seconds: float = 100, pid: int = 700) -> ProcessCreated:
    return ProcessCreated(
        timestamp=at(seconds), device="ws-01", process=Process(child), parent=Process(None, pid=pid)
    )


def resolving(**options: Any) -> Detector:
    return Detector(SEED_RELATIONS, resolve_parents=True, **options)


def test_a_detector_tells_which_pids_it_could_not_name() -> None:
    assert Detector().awaited == frozenset()
    detector = resolving()
    detector.observe_many([orphan(), orphan(pid=704)])
    spoofed = created("svchost.exe", "services.exe", parent_pid=300, creator=Process(None, pid=900))
    detector.observe(spoofed)
    assert detector.awaited == {("ws-01", 700), ("ws-01", 704), ("ws-01", 900)}
    detector.observe(start("services.exe", 704, 0))
    assert detector.awaited == {("ws-01", 700), ("ws-01", 900)}
    detector.expire(at(WINDOW + 101))
    assert detector.awaited == frozenset()


def test_a_start_may_be_told_before_anything_was_observed() -> None:
    detector = resolving()
    assert detector.follow(start("evil.exe", 700, 0)) == ()
    assert detector.follow(start("evil.exe", 700, 0)) == ()
    assert pairs(detector.observe(orphan())) == [("svchost.exe", "evil.exe")]
    assert detector.stats.seen == 1
    assert Detector().follow(start("evil.exe", 700, 0)) == ()


def test_an_orphan_older_than_the_window_stays_as_it_was_judged() -> None:
    detector = resolving()
    detector.observe_many([orphan(seconds=0), orphan(seconds=WINDOW + 1)])
    detector.observe(start("services.exe", 700, -1))
    assert (detector.stats.resolved, detector.stats.unknown) == (1, 1)


def test_over_the_capacity_the_orphan_judged_longest_ago_stays_as_it_was_judged() -> None:
    detector = resolving(capacity=2)
    detector.observe_many([orphan(seconds=second) for second in (1, 2, 3)])
    assert detector.stats.evicted == 1
    detector.observe(start("services.exe", 700, 0))
    assert (detector.stats.resolved, detector.stats.unknown) == (2, 1)


@pytest.mark.parametrize(("orphans", "let_go"), [(128, 0), (129, 1)])
def test_of_one_pid_so_many_orphans_wait_and_the_oldest_stays_as_it_was_judged(
    orphans: int, let_go: int
) -> None:
    detector = resolving()
    detector.observe_many([orphan(seconds=second + 1) for second in range(orphans)])
    assert detector.stats.evicted == let_go
    detector.observe(start("services.exe", 700, 0))
    assert (detector.stats.resolved, detector.stats.unknown) == (128, let_go)


@pytest.mark.parametrize("saves", [False, True])
def test_all_findings_that_a_name_makes_or_takes_away_are_returned(*, saves: bool) -> None:
    detector = resolving()
    detector.observe_many([orphan("svchost.exe", seconds=10), orphan("svchost.exe"), orphan("lsass.exe")])
    opened = detector.observe(start("evil.exe", 700, 50))  # after the first
    assert {finding.child for finding in opened} == {"svchost.exe", "lsass.exe"}
    assert detector.stats.unknown == 1
    if saves:
        detector = restored(detector)
    assert detector.observe(start("older.exe", 700, 20)) == ()  # changes nothing
    closed = detector.observe(exit_of(700, 60))
    assert [(each.child, each.activity) for each in closed] == [
        ("svchost.exe", Activity.CLOSED),
        ("lsass.exe", Activity.CLOSED),
    ]


def test_a_child_that_starts_in_the_same_moment_as_its_parent_gets_its_name() -> None:
    detector = resolving()
    detector.observe(orphan(seconds=100))
    assert pairs(detector.observe(start("evil.exe", 700, 100))) == [("svchost.exe", "evil.exe")]


def test_a_merge_judges_what_waits_by_what_the_other_side_knows() -> None:
    one, other = resolving(), resolving()
    one.observe(orphan())
    other.observe(start("evil.exe", 700, 0))
    for merged in (one.merge(other), other.merge(one)):
        assert pairs(merged.findings()) == [("svchost.exe", "evil.exe")]
        assert restored(merged).findings() == merged.findings()


@pytest.mark.parametrize("names", [("evil.exe", "wrong.exe"), ("wrong.exe", "evil.exe")])
@pytest.mark.parametrize("saves", [False, True])
def test_an_orphan_that_two_sides_named_differently_is_judged_anew(
    names: tuple[str, str], *, saves: bool
) -> None:
    one, other = resolving(), resolving()
    one.observe_many([start(names[0], 700, 1), orphan()])
    other.observe_many([start(names[1], 700, 2), orphan()])
    if saves:
        one, other = restored(one), restored(other)
    for merged in (one.merge(other), other.merge(one)):
        assert pairs(merged.findings()) == [("svchost.exe", names[1])]
        assert only(merged.findings()).occurrences == 1
        merged.observe(created("services.exe", "wininit.exe", pid=700, seconds=3))
        assert merged.findings() == ()


@pytest.mark.parametrize("part", ["orphans", "runs", "exits"])
def test_a_merge_keeps_no_more_than_the_capacity_and_can_be_saved_and_copied(part: str) -> None:
    def only_used_at(seconds: float, pid: int) -> Detector:
        detector = resolving(capacity=2)
        events: dict[str, Event] = {
            "orphans": orphan(seconds=seconds, pid=pid),
            "runs": start("evil.exe", pid, seconds),
            "exits": exit_of(pid, seconds),
        }
        detector.observe(events[part])
        return detector

    merged = only_used_at(0, 700)
    for number in (1, 2, 3):
        merged = merged.merge(only_used_at(number, 700 + 4 * number))
        state: Any = merged.state()
        assert len(state[part]) == min(number + 1, 2)
        assert merged.stats.evicted == max(number - 1, 0)
        assert restored(merged).state() == copy.copy(merged).state() == state
    assert len(merged.awaited) == (2 if part == "orphans" else 0)


def test_what_waits_since_equally_long_is_kept_in_one_order_whichever_way_it_is_merged() -> None:
    one, other = resolving(capacity=1), resolving(capacity=1)
    one.observe(orphan(pid=704))
    other.observe(orphan(pid=700))
    kept: Any = one.merge(other).state()["orphans"]
    assert kept == other.merge(one).state()["orphans"]
    assert len(kept) == 1


def test_a_state_tells_how_often_each_memory_was_used() -> None:
    detector = resolving()
    detector.observe_many([start("evil.exe", 700, 0), orphan(), created("lsass.exe", "cmd.exe", seconds=1)])
    touches = detector.state()["touches"]
    assert touches == [3, 3, 1]
    assert restored(detector).state() == detector.state()


def test_a_shorter_patience_is_kept_through_a_save() -> None:
    detector = Detector(suppression=CrashHandler(within=timedelta(seconds=1)))
    detector.observe(werfault("taskhostw.exe"))
    assert pairs(restored(detector).observe(clone(seconds=2))) == [PAIR]
