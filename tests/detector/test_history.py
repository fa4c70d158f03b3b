"""One device's history: evidence and what it clears, the window, and fairness when there is no room."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from parentchild import (
    Activity,
    CrashHandler,
    Detector,
    Event,
    Finding,
    Process,
    Reason,
    RemoteThreadCreated,
    Severity,
)
from parentchild.detector.history import History
from parentchild.detector.pairs import DeviceActivity, Seen
from parentchild.relations.crashes import CrashEvidence
from tests.detector.events import NOON, SYSTEM32, at, clone, created, restored, thread

PSS = rf"{SYSTEM32}\WerFault.exe -pss -s 460 -p 400 -ip 400"


def reporter(parent: str | None, seconds: float = 0, *, pid: int = 300, **parent_process: Any) -> Event:
    return created(
        "WerFault.exe",
        parent,
        seconds=seconds,
        pid=900,
        parent_pid=pid,
        process={"command_line": PSS},
        parent_process=parent_process,
    )


def counts(finding: Finding) -> tuple[int, int]:
    return finding.occurrences, finding.suppressed


@pytest.mark.parametrize(
    ("starter", "clears"),
    [
        (reporter("svchost.exe"), True),
        (reporter("svchost.exe", path=rf"{SYSTEM32}\svchost.exe"), True),
        (reporter("svchost.exe", path=r"C:\Temp\svchost.exe"), False),
        (reporter("svchost.exe", path=r"C:\Windows\System32\svchost.exe:evil"), False),
        (reporter("svchost.exe "), False),
        (reporter("svchost.exe:evil"), False),
        (reporter("evil.exe"), False),
        (reporter(None), False),
    ],
)
def test_a_snapshot_is_evidence_only_if_the_error_reporting_service_took_it(
    starter: Event, *, clears: bool
) -> None:
    detector = Detector()
    detector.observe_many([starter, clone(seconds=1)])
    assert (detector.findings() == ()) is clears


def test_a_starter_known_by_its_pid_alone_is_looked_up_first() -> None:
    for name, clears in (("svchost.exe", True), ("evil.exe", False)):
        detector = Detector(resolve_parents=True)
        detector.observe_many([created(name, "services.exe", pid=300), reporter(None, 1), clone(seconds=2)])
        assert (not any(each.child == "taskhostw.exe" for each in detector.findings())) is clears


@pytest.mark.parametrize("copies", [1, 4])
def test_one_piece_of_evidence_clears_so_many_copies_the_earliest_first(copies: int) -> None:
    detector = Detector(suppression=CrashHandler(copies=copies))
    detector.observe_many([clone(seconds=second) for second in (5, 3, 1, 4, 2, 6)])
    detector.observe(thread())
    [finding] = detector.findings()
    assert counts(finding) == (6 - copies, copies)
    assert finding.first_seen == at(1 + copies)
    assert detector.stats.suppressed == copies


def test_the_same_evidence_seen_twice_clears_no_more() -> None:
    detector = Detector(suppression=CrashHandler(copies=1))
    detector.observe_many([clone(seconds=1), clone(seconds=2), thread(), thread()])
    assert counts(detector.findings()[0]) == (1, 1)
    assert detector.stats.evidence == 2


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_what_evidence_clears_does_not_depend_on_the_order(order: tuple[int, ...]) -> None:
    events: list[Event] = [clone(seconds=1), clone(seconds=2), clone(seconds=40), thread(), thread(30)]
    detector = Detector(suppression=CrashHandler(copies=1))
    for place in order:
        detector.observe(events[place])
        detector = restored(detector)
    [finding], [cleared] = detector.findings(), detector.suppressed()
    assert (counts(finding), finding.first_seen) == ((1, 2), at(2))
    assert (cleared.occurrences, cleared.first_seen, cleared.last_seen) == (2, at(1), at(40))


def test_an_earlier_copy_takes_the_place_of_a_later_one_which_is_reported() -> None:
    detector = Detector(suppression=CrashHandler(copies=1))
    assert detector.observe_many([thread(), clone(seconds=9)]) == ()
    [finding] = detector.observe(clone(seconds=1))
    assert (finding.activity, finding.first_seen, counts(finding)) == (Activity.CREATED, at(9), (1, 1))


def test_rows_without_a_device_clear_nothing_and_are_cleared_by_nothing() -> None:
    detector = Detector()
    detector.observe_many(
        [thread(device=""), clone(seconds=1, device=""), thread(), clone(seconds=1, device="")]
    )
    [finding] = detector.findings()
    assert counts(finding) == (2, 0)
    assert detector.stats.evidence == 2


def test_a_copy_from_another_place_or_wrong_in_another_way_is_not_cleared() -> None:
    stray = {"path": r"C:\Temp\taskhostw.exe"}
    detector = Detector()
    detector.observe_many([thread(), clone(seconds=1, process=stray, parent_process=stray)])
    [finding] = detector.findings()
    assert counts(finding) == (1, 0)


def test_evidence_that_goes_with_the_window_leaves_cleared_what_it_cleared() -> None:
    detector = Detector(window=timedelta(hours=1))
    detector.observe_many([thread(), clone(seconds=1), clone(seconds=3599)])
    [finding] = detector.findings()
    assert counts(finding) == (1, 1)
    detector.observe_many([created("svchost.exe", "cmd.exe", seconds=3601 + 1), clone(seconds=3700)])
    [finding] = [each for each in detector.findings() if each.child == "taskhostw.exe"]
    assert counts(finding) == (2, 1)
    assert detector.suppressed() == ()
    assert restored(detector).findings() == detector.findings()


def test_of_one_process_so_many_events_are_pending_and_the_first_counts_as_it_is() -> None:
    detector = Detector(suppression=CrashHandler(copies=100))
    detector.observe_many([clone(seconds=1 + number / 100) for number in range(66)])
    detector.observe(thread())
    [finding] = detector.findings()
    assert (counts(finding), finding.first_seen) == ((2, 64), at(1))


def test_of_one_process_so_much_evidence_is_kept_and_the_oldest_goes() -> None:
    detector = Detector()
    detector.observe_many([thread(100 * number) for number in range(17)])
    detector.observe_many([clone(seconds=1), clone(seconds=101)])
    assert [each.first_seen for each in detector.findings()] == [at(1)]


def test_what_forgotten_evidence_cleared_stays_cleared() -> None:
    detector = Detector(suppression=CrashHandler(copies=1))
    detector.observe_many([clone(seconds=20 + number / 1000) for number in range(10)])
    detector.observe_many([thread(number / 1000) for number in range(100)])
    assert (detector.stats.suppressed, detector.findings(), detector.suppressed()) == (10, (), ())
    state: Any = detector.state()
    assert len([thing for thing in state["histories"][0]["things"] if thing["kind"] == "Evidence"]) == 16


def test_evidence_that_goes_takes_what_it_cleared_along_and_leaves_what_it_did_not() -> None:
    detector = Detector(window=timedelta(hours=1), suppression=CrashHandler(copies=1))
    detector.observe_many([thread(), clone(seconds=1)])
    detector.observe(clone(seconds=3000))
    detector.observe_many([created("lsass.exe", "cmd.exe", seconds=3601), thread(2999)])
    assert [counts(each) for each in detector.findings()] == [(1, 0)]
    assert [(each.occurrences, each.first_seen) for each in detector.suppressed()] == [(1, at(3000))]


def test_evidence_that_is_seen_again_is_remembered_anew_and_once() -> None:
    detector = Detector(window=timedelta(seconds=20))
    detector.observe_many([thread(), created("lsass.exe", "cmd.exe", seconds=15), thread()])
    state: Any = detector.state()
    assert [thing["kind"] for thing in state["histories"][0]["things"]] == ["DeviceActivity", "Evidence"]
    assert detector.observe(clone(seconds=28)) == ()
    assert detector.stats.suppressed == 1


def test_what_evidence_cleared_is_counted_against_it_after_the_event_itself_was_forgotten() -> None:
    detector = Detector(window=timedelta(seconds=10), suppression=CrashHandler(copies=1))
    detector.observe_many([thread(), clone(seconds=1), created("lsass.exe", "cmd.exe", seconds=9), thread()])
    detector.observe(created("lsass.exe", "cmd.exe", seconds=12))
    assert detector.suppressed() == ()
    [finding] = detector.observe(clone(seconds=13))
    assert counts(finding) == (1, 0)


def test_of_a_process_of_which_nothing_is_known_any_more_nothing_is_kept() -> None:
    history = History("ws-01", CrashHandler())
    key = ("taskhostw.exe", "taskhostw.exe", (Reason.SELF_COPY,), "")
    activity = DeviceActivity(key=key, device="ws-01", at=NOON)
    history.clock = NOON
    history.use(activity)
    history.record(
        Seen(key, clone(seconds=1), None, Severity.INFORMATIONAL, NOON, is_clearable=True), activity
    )
    history.add_evidence(CrashEvidence(device="ws-01", pid=700, at=NOON))
    assert (list(history.waiting), list(history.copies), history.size) == ([400, 700], [500], 3)
    history.trim(0)
    assert (list(history.waiting), list(history.copies), history.size) == ([], [], 0)
    assert activity.pending == {}


def test_late_evidence_closes_each_finding_with_what_it_cleared_of_it_the_most_severe_first() -> None:
    detector = Detector()
    other_user = clone(seconds=2, process={"user": "ann"}, parent_process={"user": "bob"})
    detector.observe_many([clone(seconds=1), other_user])
    before = detector.findings()
    assert [each.reason for each in before] == [Reason.UNEXPECTED_PARENT, Reason.SELF_COPY]
    closed = sorted(detector.observe(thread()), key=lambda each: each.severity, reverse=True)
    assert [(each.reasons, each.occurrences) for each in closed] == [(each.reasons, 1) for each in before]
    cleared = detector.suppressed()
    assert [(each.reasons, each.suppressed) for each in cleared] == [(each.reasons, 1) for each in before]


def test_a_pending_event_that_is_forgotten_keeps_the_age_of_its_inferred_parent() -> None:
    detector = Detector(resolve_parents=True, window=timedelta(hours=1))
    detector.observe(created("taskhostw.exe", "svchost.exe", seconds=-60, pid=400, parent_pid=300))
    detector.observe(created("taskhostw.exe", None, seconds=1))
    detector.observe(clone(seconds=3000, parent_pid=401, pid=501))
    detector.observe(created("lsass.exe", "cmd.exe", seconds=3700))
    for each in (detector, restored(detector)):
        [finding] = [found for found in each.findings() if found.child == "taskhostw.exe"]
        assert (finding.first_seen, finding.inference_age) == (at(1), timedelta(seconds=61))


# the clock ----------------------------------------------------------------------------------------------


def test_a_device_forgets_by_its_own_clock_alone() -> None:
    detector = Detector(window=timedelta(hours=1))
    calm = created("svchost.exe", "cmd.exe", device="calm")
    detector.observe_many([calm, created("lsass.exe", "cmd.exe", device="wild")])
    assert detector.observe(created("svchost.exe", "cmd.exe", device="wild", seconds=10**9))
    assert detector.observe(calm) == ()
    assert detector.stats.expired == 1


def test_a_clock_that_was_set_wrong_does_not_make_each_repeat_new() -> None:
    detector = Detector(window=timedelta(hours=1))
    detector.observe(created("svchost.exe", "cmd.exe", seconds=10**9))
    detector.observe(created("lsass.exe", "cmd.exe"))
    assert detector.observe(created("lsass.exe", "cmd.exe", seconds=1)) == ()


def test_first_and_last_seen_do_not_move_back_when_a_device_is_forgotten() -> None:
    detector = Detector(window=timedelta(hours=1))
    detector.observe(created("svchost.exe", "cmd.exe", device="a"))
    detector.observe(created("svchost.exe", "cmd.exe", device="b", seconds=-60))
    detector.observe(created("svchost.exe", "cmd.exe", device="c", seconds=60))
    for device in "bc":
        detector.observe(created("lsass.exe", "cmd.exe", device=device, seconds=3661))
    [finding] = [each for each in restored(detector).findings() if each.child == "svchost.exe"]
    assert (finding.devices, finding.first_seen, finding.last_seen) == (("a",), at(-60), at(60))
    assert finding.event.device == "b"
    detector.expire(at(3601))
    [again] = detector.observe(created("svchost.exe", "cmd.exe", device="a", seconds=3602))
    assert (again.activity, again.occurrences, again.first_seen) == (Activity.CREATED, 1, at(-60))


def test_what_rows_without_a_device_left_goes_by_expire_alone() -> None:
    detector = Detector(window=timedelta(hours=1))
    detector.observe(created("svchost.exe", "cmd.exe", device=""))
    detector.observe(created("lsass.exe", "cmd.exe", device="", seconds=10**6))
    assert len(detector.findings()) == 2
    gone = detector.expire(at(10**6 + 3601))
    assert sorted(each.child for each in gone) == ["lsass.exe", "svchost.exe"]
    assert detector.findings() == ()


# room ---------------------------------------------------------------------------------------------------


def test_a_flood_from_one_device_costs_the_others_nothing() -> None:
    calm = [created("svchost.exe", f"{number}.exe", device=f"calm-{number}") for number in range(5)]
    detector = Detector(capacity=50)
    before = detector.observe_many(calm)
    detector.observe_many([created("svchost.exe", f"flood-{number}.exe") for number in range(1000)])
    detector.observe_many([thread(pid=number) for number in range(1, 1000)])
    kept = [each for each in detector.findings() if each.event.device.startswith("calm")]
    assert sorted(kept, key=lambda each: each.uid) == sorted(before, key=lambda each: each.uid)
    assert detector.observe_many(calm) == ()
    assert detector.stats.evicted > 1900


@pytest.mark.parametrize("capacity", [1, 2, 15, 16, 17, 100])
def test_the_capacity_is_never_exceeded_and_at_most_a_sixteenth_is_given_up_at_once(capacity: int) -> None:
    detector = Detector(capacity=capacity, resolve_parents=True)
    for number in range(400):
        detector.observe(created("svchost.exe", f"{number}.exe", device=f"{number % 3}", pid=number + 1))
        detector.observe(clone(seconds=number, parent_pid=number + 1, device=f"{number % 3}"))
        detector.observe(thread(number, pid=number + 1, device=f"{number % 3}"))
        state: Any = detector.state()
        size = sum(len(each["things"]) + len(each.get("entries", ())) for each in state["histories"])
        assert size <= capacity
        assert number < capacity or size >= capacity - capacity // 16
    assert restored(detector).state() == detector.state()


@pytest.mark.parametrize("is_pending", [True, False])
def test_a_variant_beyond_the_first_of_a_pair_on_a_device_is_one_thing_more(*, is_pending: bool) -> None:
    for capacity in (6, 7, 8):
        detector = Detector(capacity=capacity)
        for user in "abc":
            for second in (1, 2):
                pair = clone if is_pending else partial(created, "svchost.exe", "cmd.exe")
                detector.observe(pair(seconds=second, process={"user": user}))
        things = 1 + 2 + 6 * is_pending
        assert (detector.stats.evicted == 0) is (things <= capacity)
    detector = Detector(capacity=6)
    for user in "abc":
        for name in ("cmd.exe", "word.exe"):
            detector.observe(created("svchost.exe", name, process={"user": user}))
    assert detector.stats.evicted == 0
    detector.observe(created("svchost.exe", "excel.exe"))
    assert detector.stats.evicted > 0


def test_a_variant_that_was_cleared_takes_no_room_any_more() -> None:
    detector = Detector(capacity=4)
    detector.observe_many([clone(seconds=1), clone(seconds=60, process={"user": "ann"})])
    detector.observe(thread())
    assert (detector.stats.suppressed, detector.stats.evicted) == (1, 0)


def test_a_device_that_comes_back_takes_its_bounds_up_again_and_their_room() -> None:
    history = History("ws-01", None)
    activity = DeviceActivity(key=("a.exe", "", (), ""), device="ws-01", at=at(0))
    history.clock = at(0)
    history.use(activity)
    history.expire(at(10), timedelta(seconds=5))
    assert (history.size, list(history.dormant or ())) == (1, [activity])
    history.clock = at(10)
    history.use(activity)
    assert (history.size, list(history.dormant or ()), activity.at) == (1, [], at(10))


def test_variants_take_room_too() -> None:
    detector = Detector(capacity=20)
    for number in range(200):
        detector.observe(created("svchost.exe", "cmd.exe", process={"command_line": f"{number}"}))
        detector.observe(created("lsass.exe", f"{number}.exe", process={"command_line": f"{number}"}))
    finding = next((each for each in detector.findings() if each.child == "svchost.exe"), None)
    assert finding is None or len(finding.variants) <= 20


def test_the_count_of_a_pair_that_lost_a_device_is_a_lower_bound_and_says_so() -> None:
    detector = Detector(capacity=2)
    for number in range(4):
        detector.observe(created("svchost.exe", "cmd.exe", device=f"{number}", seconds=number))
    [finding] = restored(detector).findings()
    assert (finding.devices, finding.device_count_is_exact) == (("2", "3"), False)


def test_a_pair_that_was_forgotten_for_want_of_room_is_a_lower_bound_when_it_comes_again() -> None:
    detector = Detector(capacity=1)
    for number, child in enumerate(("svchost.exe", "lsass.exe")):
        [finding] = detector.observe(created(child, "cmd.exe", device=f"{number}", seconds=number))
        assert finding.device_count_is_exact
    [again] = restored(detector).observe(created("svchost.exe", "cmd.exe", device="9", seconds=60))
    assert (again.activity, again.device_count_is_exact) == (Activity.CREATED, False)


@pytest.mark.parametrize(("most", "is_exact"), [(2, True), (1, False)])
def test_when_too_many_pairs_were_forgotten_the_count_of_each_new_one_is_a_lower_bound(
    most: int,
    is_exact: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("parentchild.detector.fleet._FEWEST_LOST", most)
    detector = Detector(capacity=1)
    for number in range(3):  # the first two are forgotten
        detector.observe(created("svchost.exe", f"{number}.exe", device=f"{number}", seconds=number))
    state: Any = detector.state()
    assert (len(state.get("lost", ())), state.get("lost_all", False)) == (
        (2, False) if is_exact else (0, True)
    )
    for each in (detector, restored(detector), Detector().merge(detector)):
        [new] = each.observe(created("lsass.exe", "cmd.exe", seconds=60))
        assert new.device_count_is_exact is is_exact


def test_bounds_go_first_those_used_longest_ago_and_no_more_of_them_than_must() -> None:
    history = History("ws-01", None)
    for number in range(5):
        history.clock = at(number)
        history.use(DeviceActivity(key=(f"{number}.exe", "", (), ""), device="ws-01", at=at(number)))
    *old, active = history.things
    assert history.expire(at(13), timedelta(seconds=9.5)) == (4, old)
    assert history.trim(5) == (0, [])
    assert history.trim(3) == (0, old[:2])
    assert list(history.dormant or ()) == old[2:]
    assert list(history.things) == [active]


def test_the_system_drive_of_a_device_goes_last() -> None:
    history = History("ws-01", None, system_drive="d:")
    history.use(DeviceActivity(key=("a.exe", "", (), ""), device="ws-01", at=at(0)))
    assert (history.trim(1)[0], history.size, history.system_drive) == (1, 1, "d:")
    assert (history.trim(0), history.size, history.system_drive) == ((1, []), 0, None)


def test_starts_of_processes_push_no_finding_out() -> None:
    detector = Detector(capacity=20, resolve_parents=True)
    detector.observe(created("svchost.exe", "cmd.exe"))
    detector.observe_many([created("x.exe", "cmd.exe", pid=1000 + number) for number in range(100)])
    assert [each.child for each in detector.findings()] == ["svchost.exe"]


def test_nothing_but_a_remote_thread_by_the_crash_handler_in_its_own_place_is_evidence() -> None:
    for path, clears in (
        (rf"{SYSTEM32}\WerFault.exe", True),
        (SYSTEM32, True),  # as Defender logs it: the directory alone
        (r"C:\Temp\WerFault.exe", False),
        (r"C:\Temp", False),
        (rf"{SYSTEM32}\WerFault.exe:x", False),
        (rf"{SYSTEM32}\WerFault.exe ", False),
        (rf"{SYSTEM32}\evil.exe", False),
        (None, True),
    ):
        detector = Detector()
        event = RemoteThreadCreated(
            timestamp=NOON,
            device="ws-01",
            source=Process("WerFault.exe", path=path),
            target=Process("taskhostw.exe", pid=400),
        )
        detector.observe_many([event, clone(seconds=1)])
        assert (detector.findings() == ()) is clears


def test_what_fills_the_capacity_exactly_stays() -> None:
    events = [created("svchost.exe", "cmd.exe", device=f"{number:02}") for number in range(17)]
    detector, parts = Detector(capacity=16), [Detector(capacity=16), Detector(capacity=16)]
    detector.observe_many(events[:16])
    for number, event in enumerate(events[:16]):
        parts[number % 2].observe(event)
    for each in (detector, parts[0].merge(parts[1])):
        assert each.stats.evicted == 0
        each.observe(events[16])
        assert each.stats.evicted == 2


def test_what_rows_without_a_device_say_is_restored_as_counts_alone() -> None:
    detector = Detector()
    detector.observe_many([clone(device=""), clone(device="", seconds=1)])
    [finding] = restored(detector).findings()
    assert counts(finding) == (2, 0)


def test_the_things_of_one_device_are_counted_once_each() -> None:
    detector = Detector(capacity=16)
    detector.observe_many([created("svchost.exe", f"{number}.exe") for number in range(16)])
    assert detector.stats.evicted == 0
