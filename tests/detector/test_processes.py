"""Which process a pid meant: starts, exits, what proves and what contradicts a start, and its completion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parentchild import Detector, Event, Process, ProcessCreated, Reason
from parentchild.detector.processes import Processes, unlist
from parentchild.events import LONGEST_COMMAND_LINE, LONGEST_TEXT, shortened
from parentchild.relations.evaluation import MissingParent
from tests.detector.events import at, child_of, created, exited, restored

DAY = timedelta(days=1).total_seconds()


def start(name: str, seconds: float, pid: int = 700, **more: Any) -> ProcessCreated:
    return created(name, "cmd.exe", seconds=seconds, pid=pid, parent_pid=1, **more)


def named(*events: Event, **options: Any) -> tuple[str, timedelta | None] | MissingParent:
    """Return the parent that the last event's finding names, and its age; or what is missing instead."""
    detector = Detector(resolve_parents=True, report_unknown=True, **options)
    detector.observe_many(events[:-1])
    [finding] = [each for each in detector.observe(events[-1]) if each.child == "svchost.exe"]
    if finding.reasons == (Reason.UNKNOWN_PARENT,):
        [(missing, _)] = detector.stats.missing
        return missing
    return finding.parent, finding.inference_age


@pytest.mark.parametrize(
    ("second", "name"),
    [
        (9, MissingParent.AMBIGUOUS),
        (10, ("a.exe", timedelta(0))),
        (19, ("a.exe", timedelta(seconds=9))),
    ],
)
def test_a_pid_means_what_started_last_at_or_before_the_moment(second: float, name: object) -> None:
    assert named(start("a.exe", 10), child_of(700, second)) == name


def test_of_two_starts_before_the_moment_the_later_one_counts() -> None:
    events = [start("a.exe", 1), start("b.exe", 2), child_of(700, 9)]
    assert named(*events) == ("b.exe", timedelta(seconds=7))
    assert named(events[1], events[0], events[2]) == ("b.exe", timedelta(seconds=7))


@pytest.mark.parametrize("other", [{"pid": 704}, {"device": "ws-02"}])
def test_another_pid_or_device_means_something_else(other: dict[str, Any]) -> None:
    assert named(start("a.exe", 1, **other), child_of(700, 9)) is MissingParent.PID_ONLY


@pytest.mark.parametrize("name", ["-", "?", "1234", "S-1-5-18"])
def test_a_name_that_is_none_is_looked_up_too(name: str) -> None:
    assert named(start("a.exe", 1), child_of(700, 9, name=name)) == ("a.exe", timedelta(seconds=8))


def test_a_name_that_the_row_tells_goes_before_what_its_pid_meant() -> None:
    assert named(start("a.exe", 1), child_of(700, 9, name="b.exe")) == ("b.exe", None)


@pytest.mark.parametrize(
    ("gone", "name"),
    [
        (exited(700, 0.5), "a.exe"),
        (exited(700, 5), MissingParent.PID_ONLY),
        (exited(700, 9), "a.exe"),
        (exited(700, 5, guid="{other}"), "a.exe"),
        (exited(700, 5, guid="{a}"), MissingParent.PID_ONLY),
    ],
)
def test_after_its_exit_a_pid_means_nothing(gone: Event, name: object) -> None:
    found = named(start("a.exe", 1, process={"guid": "{a}"}), gone, child_of(700, 9))
    assert (found[0] if isinstance(found, tuple) else found) == name


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"guid": "{a}"}, "a.exe"),
        ({"guid": "{b}"}, "b.exe"),
        ({"guid": "{c}"}, MissingParent.PID_ONLY),
        ({"started_at": at(1)}, "a.exe"),
        ({"started_at": at(2.5)}, MissingParent.PID_ONLY),
        ({"started_at": at(5)}, "b.exe"),
        ({"started_at": at(1), "guid": "{b}"}, MissingParent.PID_ONLY),
        ({}, "b.exe"),
    ],
)
def test_guid_and_start_time_must_fit_where_they_are_told(told: dict[str, Any], name: object) -> None:
    events = [start("a.exe", 1, process={"guid": "{a}"}), start("b.exe", 5, process={"guid": "{b}"})]
    found = named(*events, child_of(700, 9, **told))
    assert (found[0] if isinstance(found, tuple) else found) == name


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({}, MissingParent.TOO_OLD),
        ({"guid": "{a}"}, "a.exe"),
        ({"started_at": at(1)}, "a.exe"),
    ],
)
def test_an_inference_of_more_than_a_day_needs_proof(told: dict[str, Any], name: object) -> None:
    event = start("a.exe", 1, process={"guid": "{a}"})
    found = named(event, child_of(700, 2 + DAY, **told), window=None)
    assert (found[0] if isinstance(found, tuple) else found) == name
    assert named(event, child_of(700, 1 + DAY), window=None) == ("a.exe", timedelta(days=1))


def test_rows_of_one_list_of_running_processes_may_be_years_apart_and_in_any_order() -> None:
    old = start("a.exe", 0, from_snapshot=True)
    child = child_of(700, 400 * DAY, from_snapshot=True)
    assert named(old, child, window=None) == ("a.exe", timedelta(days=400))
    later = start("b.exe", 401 * DAY, from_snapshot=True)
    assert named(old, later, child, window=None) == ("a.exe", timedelta(days=400))
    assert named(old, child_of(700, 400 * DAY), window=None) is MissingParent.TOO_OLD


def test_a_later_start_that_came_before_the_child_leaves_its_parent_open() -> None:
    stale, loader, child = start("stale.exe", 1), start("loader.exe", 60), child_of(700, 9)
    assert named(stale, loader, child) is MissingParent.AMBIGUOUS
    proven = child_of(700, 9, started_at=at(1))
    assert named(stale, loader, proven) == ("stale.exe", timedelta(seconds=8))


@pytest.mark.parametrize(("record", "name"), [(5, MissingParent.AMBIGUOUS), (50, "a.exe"), (None, "a.exe")])
def test_of_a_start_that_was_read_ahead_only_the_record_can_contradict(
    record: int | None, name: object
) -> None:
    detector = Detector(resolve_parents=True, report_unknown=True)
    for event in (start("a.exe", 1, record_id=1), start("b.exe", 60, record_id=record)):
        detector.follow(event)
    assert detector.stats.seen == 0
    [finding] = detector.observe(child_of(700, 9, record_id=20))
    missing = next((each for each, _ in detector.stats.missing), None)
    assert (finding.parent or missing) == name


def test_an_exit_can_be_read_ahead_and_a_detector_that_does_not_resolve_follows_nothing() -> None:
    detector = Detector(resolve_parents=True)
    detector.follow(start("a.exe", 1))
    detector.follow(exited(700, 5))
    assert detector.observe(child_of(700, 9)) == ()
    idle = Detector()
    idle.follow(start("a.exe", 1))
    assert idle.state() == Detector().state()


def test_a_parent_that_was_named_stays_named() -> None:
    detector = Detector(resolve_parents=True, capacity=20)
    detector.observe(start("a.exe", 1))
    [finding] = detector.observe(child_of(700, 9))
    for second in range(10, 200):
        detector.observe(start("services.exe", second, pid=700))
    detector.observe(exited(700, 5))
    assert ("svchost.exe", "a.exe") in [(each.child, each.parent) for each in detector.findings()]
    assert finding.parent_is_inferred


def test_a_start_that_had_to_go_is_forgotten_not_unseen() -> None:
    detector = Detector(resolve_parents=True, capacity=10)
    detector.observe(start("loader.exe", 1))
    detector.observe_many([start("x.exe", 2, pid=800 + number) for number in range(20)])
    detector.observe(child_of(700, 9))
    assert dict(detector.stats.missing) == {MissingParent.FORGOTTEN: 1}
    assert restored(detector).stats == detector.stats


def test_starts_of_one_pid_are_bounded_and_those_used_are_kept() -> None:
    detector = Detector(resolve_parents=True)
    for number in range(300):
        detector.observe(start("x.exe", number))
    state: Any = detector.state()
    assert len(state["histories"][0]["entries"]) == 128


def test_a_process_is_not_its_own_parent_and_pid_zero_is_none() -> None:
    assert named(start("a.exe", 1, pid=9999), child_of(9999, 9)) is MissingParent.PID_ONLY
    assert named(start("a.exe", 1), child_of(0, 9)) is MissingParent.NAMELESS


def test_a_named_parent_is_completed_from_its_own_start_but_not_inferred() -> None:
    line = r"C:\Windows\System32\cmd.exe /c start"
    begun = start("cmd.exe", 1, process={"command_line": line, "path": r"C:\Temp\cmd.exe", "user": "ann"})
    detector = Detector(resolve_parents=True)
    detector.observe(begun)
    [finding] = detector.observe(child_of(700, 9, name="CMD.EXE"))
    parent = finding.event.parent
    assert parent is not None
    assert (parent.name, parent.command_line, parent.path) == ("CMD.EXE", line, r"C:\Temp\cmd.exe")
    assert (parent.user, parent.started_at, finding.parent_is_inferred) == ("ann", at(1), False)
    assert detector.stats.resolved == 0


def test_a_creator_known_by_its_pid_is_looked_up_and_makes_no_inference_of_the_parent() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(start("powershell.exe", 0, pid=900))
    event = created("svchost.exe", "services.exe", seconds=100, creator=Process(None, pid=900))
    [finding] = detector.observe(event)
    assert (finding.reason, finding.parent_is_inferred) == (Reason.SPOOFED_PARENT, False)
    assert detector.stats.resolved == 1


def test_rows_without_a_device_resolve_nothing() -> None:
    events = [
        start("a.exe", 1, device=""),
        created("svchost.exe", None, seconds=9, parent_pid=700, device=""),
    ]
    assert named(*events) is MissingParent.PID_ONLY


def test_the_age_is_that_of_the_earliest_event() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(start("a.exe", 1))
    detector.observe_many([child_of(700, 30), child_of(700, 20)])
    for each in (detector, restored(detector)):
        [finding] = each.findings()
        assert (finding.inference_age, finding.occurrences) == (timedelta(seconds=19), 2)
    detector.observe(child_of(701, 5, name="a.exe"))
    assert detector.findings()[0].inference_age is None
    assert restored(detector).findings() == detector.findings()


def test_what_is_remembered_of_a_text_is_bounded_and_marked() -> None:
    long = "x" * 40_000
    event = created(
        "svchost.exe",
        f"{long}.exe",
        process={"command_line": long, "user": long, "path": rf"C:\{long}\svchost.exe"},
        parent_process={"command_line": long},
        record_id=long,
    )
    detector = Detector(resolve_parents=True)
    [finding] = detector.observe(event)
    process = finding.event.process
    assert process.command_line == "x" * LONGEST_COMMAND_LINE + "… [40,000 characters]"
    assert process.user == "x" * LONGEST_TEXT + "… [40,000 characters]"
    assert finding.parent == "x" * LONGEST_TEXT + "… [40,004 characters]"
    assert len(repr(detector.state())) < 60_000
    assert restored(detector).state() == detector.state()


def test_devices_with_long_names_stay_apart() -> None:
    one, other = (shortened(exited(1, 0, device="x" * 1000 + end)).device for end in "ab")
    assert one != other
    assert len(one) < 300
    detector = Detector()
    detector.observe_many([created("svchost.exe", "cmd.exe", device="x" * 1000 + end) for end in "aab"])
    [finding] = detector.findings()
    assert (finding.devices, finding.occurrences) == (tuple(sorted((one, other))), 3)
    assert restored(detector).state() == detector.state()


@pytest.mark.parametrize(
    ("told", "lacks"),
    [({"path": r"C:\a.exe"}, "command_line"), ({"command_line": "a.exe -x"}, "path"), ({}, "path")],
)
def test_a_named_parent_is_completed_whichever_of_path_and_command_line_it_lacks(
    told: dict[str, str], lacks: str
) -> None:
    whole = {"path": r"C:\a.exe", "command_line": "a.exe -x"}
    detector = Detector(resolve_parents=True)
    detector.observe(start("a.exe", 1, process=whole))
    [finding] = detector.observe(child_of(700, 2, name="a.exe", **told))
    assert finding.event.parent is not None
    assert getattr(finding.event.parent, lacks) == whole[lacks]


def test_a_start_that_is_told_twice_is_remembered_once() -> None:
    one, two = Processes(), Processes()
    for processes, times in ((one, 1), (two, 2)):
        for _ in range(times):
            processes.note(start("a.exe", 1), at(1), is_followed=False)
            processes.note(exited(700, 1), at(1), is_followed=False)
    assert len(one.order) == len(two.order) == 2


def test_a_start_that_was_read_ahead_stays_so_when_it_is_seen_in_passing() -> None:
    processes = Processes()
    processes.note(start("a.exe", 1), at(1), is_followed=True)
    known = processes.note(start("a.exe", 1), at(1), is_followed=False)
    assert known is not None
    assert known.is_followed


def test_that_a_start_had_to_go_is_known_for_ever_and_an_exit_that_went_is_no_matter() -> None:
    processes = Processes()
    seen: list[bool] = []
    for event in (exited(700, 1), start("a.exe", 2), exited(700, 3)):
        entry = processes.note(event, at(1), is_followed=False)
        assert entry is not None
        processes.drop(entry)
        seen.append(processes.has_forgotten)
    assert seen == [False, True, True]


def test_what_is_dropped_is_found_no_more_by_its_pid_nor_by_that_of_its_starter() -> None:
    processes = Processes()
    begun, child = start("cmd.exe", 1), created("a.exe", "cmd.exe", seconds=5, pid=800, parent_pid=700)
    entries = [processes.note(event, at(5), is_followed=False) for event in (begun, child)]
    assert child.parent is not None
    assert processes.find(child.parent, child) is entries[0]
    assert processes.has_started(begun.process, at(1))
    for entry in entries:
        assert processes.has_started(begun.process, at(1))
        assert entry is not None
        processes.drop(entry)
    assert processes.find(child.parent, child) is MissingParent.FORGOTTEN
    assert not processes.has_started(begun.process, at(1))
    assert not processes.order


def test_a_reader_ahead_looks_nothing_up_and_notes_no_start() -> None:
    detector = Detector(resolve_parents=True, report_unknown=True)
    detector.follow(start("a.exe", 1))
    [finding] = detector.observe_complete(child_of(700, 9))
    assert (finding.reasons, detector.stats.seen) == ((Reason.UNKNOWN_PARENT,), 1)
    before: Any = detector.state()
    detector.observe_complete(start("b.exe", 10))
    after: Any = detector.state()
    assert after["histories"] == before["histories"]


def test_of_too_many_starts_of_one_pid_that_used_longest_ago_goes_but_never_the_new_one() -> None:
    processes = Processes()
    for number in range(128):
        processes.note(start("x.exe", number), at(number), is_followed=False)
    first, *_, last = list(processes.order)
    for entry in list(processes.order)[:-1]:
        processes.put(entry, at(500))
    processes.note(start("y.exe", 200), at(400), is_followed=False)
    assert last not in processes.order
    assert (first in processes.order, len(processes.order)) == (True, 128)
    new = processes.note(start("z.exe", 201), at(-5), is_followed=False)  # of a clock that was set back
    assert new in processes.order


def test_a_creator_is_looked_up_whatever_is_known_of_the_parent() -> None:
    whole = {"path": r"C:\Windows\System32\services.exe", "command_line": "services.exe"}
    event = created(
        "svchost.exe", "services.exe", seconds=9, parent_process=whole, creator=Process(None, pid=900)
    )
    detector = Detector(resolve_parents=True)
    detector.observe(start("powershell.exe", 0, pid=900))
    [finding] = detector.observe(event)
    assert finding.reason is Reason.SPOOFED_PARENT


def test_an_event_of_which_the_parent_was_looked_up_is_counted_though_its_creator_was_named() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([start("cmd.exe", 0), start("powershell.exe", 0, pid=900)])
    creator = Process("powershell.exe", pid=900)
    [finding] = detector.observe(created("svchost.exe", None, seconds=9, parent_pid=700, creator=creator))
    assert (finding.parent, detector.stats.resolved) == ("cmd.exe", 1)


def test_what_is_missing_is_told_of_the_parent_not_of_the_creator() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(start("powershell.exe", 60, pid=900))
    creator = Process(None, pid=900)  # it is not certain which
    detector.observe(created("svchost.exe", None, seconds=9, parent_pid=None, creator=creator))
    assert dict(detector.stats.missing) == {MissingParent.NAMELESS: 1}


def test_a_list_that_names_a_parent_tells_the_age_of_its_inference() -> None:
    detector = Detector()
    event = child_of(700, 9, name="cmd.exe", from_snapshot=True, started_at=at(3))
    [finding] = detector.observe(event)
    assert finding.inference_age == timedelta(seconds=6)


def test_a_child_that_nobody_watches_is_a_finding_of_a_parent_that_was_looked_up() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(created("lsass.exe", "wininit.exe", pid=700, parent_pid=1))
    found = detector.observe(created("cmd.exe", None, seconds=9, parent_pid=700))
    assert [(each.child, each.parent, each.reason) for each in found] == [
        ("cmd.exe", "lsass.exe", Reason.UNEXPECTED_CHILD)
    ]


def test_who_started_the_crash_handler_is_completed_by_its_own_start() -> None:
    line = r"C:\Windows\System32\WerFault.exe -pss -s 460 -p 400 -ip 400"
    for path, evidence in ((r"C:\Windows\System32\svchost.exe", 1), (r"C:\Temp\svchost.exe", 0)):
        detector = Detector(resolve_parents=True)
        detector.observe(start("svchost.exe", 0, process={"path": path}))
        reporter = created(
            "WerFault.exe", "svchost.exe", seconds=5, parent_pid=700, process={"command_line": line}
        )
        detector.observe(reporter)
        assert detector.stats.evidence == evidence


def test_what_is_taken_off_the_list_of_a_pid_need_not_be_there() -> None:
    index: dict[int | None, list[str]] = {1: ["a", "b"], 2: ["c"]}
    for pid, thing in ((1, "a"), (1, "x"), (2, "c"), (3, "a"), (None, "a")):
        unlist(index, pid, thing)
    assert index == {1: ["b"]}
