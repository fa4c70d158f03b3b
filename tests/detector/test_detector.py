"""The detector: lifecycle, crash evidence, memory, time, exclusions, and the blind spots of the query."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Activity,
    CrashHandler,
    Detector,
    Event,
    Exclusion,
    ExpectedChildren,
    Finding,
    InvalidArgument,
    InvalidEvent,
    Process,
    ProcessCreated,
    ProcessExited,
    Reason,
    RelationRegistry,
    RemoteThreadCreated,
    Severity,
    published,
)
from parentchild.relations.evaluation import MissingParent

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
SYSTEM32 = r"C:\Windows\System32"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def created(
    child: str,
    parent: str | None,
    *,
    seconds: float = 0,
    device: str = "ws-01",
    pid: int = 500,
    parent_pid: int | None = 400,
    started: float | None = None,
    **more: Any,
) -> ProcessCreated:
    started_at = None if started is None else at(started)
    return ProcessCreated(
        timestamp=at(seconds),
        device=device,
        process=Process(child, pid=pid),
        parent=Process(parent, pid=parent_pid, started_at=started_at),
        **more,
    )


def werfault(
    target: str,
    *,
    seconds: float = 0,
    device: str = "ws-01",
    pid: int = 400,
    source: str = rf"{SYSTEM32}\WerFault.exe",
    started: float | None = None,
) -> RemoteThreadCreated:
    started_at = None if started is None else at(started)
    return RemoteThreadCreated(
        timestamp=at(seconds),
        device=device,
        source=Process("WerFault.exe", path=source),
        target=Process(target, pid=pid, started_at=started_at),
    )


def clone(image: str = "taskhostw.exe", **more: Any) -> ProcessCreated:
    return created(image, image, **more)


def pairs(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.child, finding.parent) for finding in findings]


# lifecycle --------------------------------------------------------------------------------------------


def test_a_new_pair_is_created_another_device_updates_it_and_a_repeat_only_counts() -> None:
    detector = Detector()
    [first] = detector.observe(created("svchost.exe", "explorer.exe", seconds=5))
    assert (first.activity, first.device_count, first.devices) == (Activity.CREATED, 1, ("ws-01",))
    assert detector.observe(created("SVCHOST.EXE", "Explorer.exe", seconds=9)) == ()
    [second] = detector.observe(created("svchost.exe", "explorer.exe", device="ws-02"))
    assert (second.activity, second.device_count, second.devices) == (Activity.UPDATED, 2, ("ws-01", "ws-02"))
    [standing] = detector.findings()
    assert standing.occurrences == 3
    assert standing.first_seen == NOON
    assert standing.last_seen == at(9)
    assert standing.event.device == "ws-02"
    assert first.uid == second.uid == standing.uid
    assert first.devices == ("ws-01",)


def test_a_finding_says_in_one_sentence_what_started_what_and_what_was_expected() -> None:
    [finding] = Detector(SEED_RELATIONS).observe(created("lsass.exe", "cmd.exe"))
    assert "lsass.exe" in finding.explanation
    assert "cmd.exe" in finding.explanation
    assert "wininit.exe" in finding.explanation
    assert "\n" not in finding.explanation
    assert finding.expected == ("wininit.exe",)
    assert finding.relation == SEED_RELATIONS["lsass.exe"]
    assert finding.attack[0].id == "T1036.005"


def test_a_finding_has_the_severity_of_its_relation() -> None:
    [lsass] = Detector().observe(created("lsass.exe", "cmd.exe"))
    [task] = Detector().observe(created("taskhostw.exe", "cmd.exe"))
    assert lsass.severity is Severity.CRITICAL
    assert task.severity < lsass.severity


def test_an_event_that_is_wrong_in_two_ways_gives_one_finding_with_both_reasons() -> None:
    event = ProcessCreated(
        timestamp=NOON,
        device="ws-01",
        process=Process("svchost.exe", path=r"C:\Temp\svchost.exe"),
        parent=Process("cmd.exe"),
    )
    [finding] = Detector().observe(event)
    assert set(finding.reasons) == {Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE}
    assert finding.directory == r"c:\temp"


def test_findings_are_listed_the_most_severe_first_then_by_score() -> None:
    detector = Detector()
    detector.observe_many(
        [
            created("taskhostw.exe", "cmd.exe"),
            created("lsass.exe", "cmd.exe", seconds=50),
            created("lsass.exe", "explorer.exe", seconds=40),
        ]
    )
    assert pairs(detector.findings()) == [
        ("lsass.exe", "cmd.exe"),
        ("lsass.exe", "explorer.exe"),
        ("taskhostw.exe", "cmd.exe"),
    ]


def test_equal_times_are_settled_by_record_id() -> None:
    detector = Detector()
    detector.observe(created("svchost.exe", "explorer.exe", record_id=7, device="a"))
    detector.observe(created("svchost.exe", "explorer.exe", record_id="3", device="b"))
    assert detector.findings()[0].event.record_id == "3"


# the seed's blind spots -------------------------------------------------------------------------------


def _as_process_row(event: ProcessCreated) -> dict[str, object]:
    assert event.parent is not None
    return {
        "Timestamp": event.timestamp,
        "DeviceId": event.device,
        "ActionType": "ProcessCreated",
        "FileName": event.process.name,
        "InitiatingProcessFileName": event.parent.name,
        "InitiatingProcessId": event.parent.pid,
    }


def _as_thread_row(event: RemoteThreadCreated) -> dict[str, object]:
    return {
        "Timestamp": event.timestamp,
        "DeviceId": event.device,
        "ActionType": "CreateRemoteThreadApiCall",
        "FileName": event.target.name,
        "ProcessId": event.target.pid,
        "InitiatingProcessFileName": event.source.name,
    }


def _published(*events: Event) -> list[tuple[object, object]]:
    rows = published.run(
        [_as_process_row(event) for event in events if isinstance(event, ProcessCreated)],
        [_as_thread_row(event) for event in events if isinstance(event, RemoteThreadCreated)],
        now=NOON + timedelta(minutes=30),
    )
    return [(row["ImageFile"], row["ParentFile"]) for row in rows]


def test_a_crash_clone_that_comes_first_hides_no_later_attack_on_another_device() -> None:
    events = (
        werfault("taskhostw.exe", seconds=0),
        clone(seconds=1),
        clone(seconds=60, device="ws-02"),
    )
    detector = Detector()
    detector.observe_many(events)
    assert _published(*events) == []
    assert [finding.devices for finding in detector.findings()] == [("ws-02",)]
    assert detector.findings()[0].suppressed == 1
    assert detector.stats.suppressed == 1


def test_csrss_is_watched() -> None:
    event = created("csrss.exe", "cmd.exe")
    assert _published(event) == []
    assert pairs(Detector().observe(event)) == [("csrss.exe", "cmd.exe")]


def test_a_thread_from_a_werfault_elsewhere_suppresses_nothing() -> None:
    events = (werfault("taskhostw.exe", source=r"C:\Temp\werfault.exe"), clone(seconds=1))
    assert _published(*events) == []
    detector = Detector()
    assert pairs(detector.observe_many(events)) == [("taskhostw.exe", "taskhostw.exe")]
    assert detector.stats.evidence == 0


def test_lsass_as_its_own_parent_is_always_reported() -> None:
    events = (werfault("lsass.exe"), clone("lsass.exe", seconds=1))
    assert _published(*events) == []
    [finding] = Detector().observe_many(events)
    assert finding.severity is Severity.CRITICAL


def test_a_pid_used_again_suppresses_nothing() -> None:
    thread_into_another_run = werfault("taskhostw.exe", started=-3600)
    event = clone(seconds=10, started=5)
    assert _published(thread_into_another_run, event) == []
    assert pairs(Detector().observe_many([thread_into_another_run, event])) == [
        ("taskhostw.exe", "taskhostw.exe")
    ]


def test_a_thread_before_its_target_started_suppresses_nothing() -> None:
    assert len(Detector().observe_many([werfault("taskhostw.exe"), clone(seconds=10, started=5)])) == 1


def test_a_child_that_is_no_clone_is_never_suppressed() -> None:
    events = (werfault("explorer.exe"), created("svchost.exe", "explorer.exe", seconds=1))
    assert _published(*events) == []
    assert len(Detector().observe_many(events)) == 1


@pytest.mark.parametrize(
    ("thread", "child", "standing"),
    [(0, 0, 0), (0, 30, 0), (0, 30.001, 1), (1, 0, 1), (0, 3600, 1)],
)
def test_the_thread_comes_at_most_thirty_seconds_before_the_clone(
    thread: float, child: float, standing: int
) -> None:
    detector = Detector()
    detector.observe_many([werfault("taskhostw.exe", seconds=thread), clone(seconds=child)])
    assert len(detector.findings()) == standing


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({}, 0),
        ({"device": "ws-02"}, 1),
        ({"pid": 404}, 1),
        ({"target": "svchost.exe"}, 1),
        ({"source": "WerFault.exe"}, 0),
        ({"source": r"C:\Windows\SysWOW64\WerFault.exe"}, 0),
    ],
)
def test_evidence_must_name_the_very_process(change: dict[str, Any], standing: int) -> None:
    detector = Detector()
    fields: dict[str, Any] = {"target": "taskhostw.exe", **change}
    detector.observe(werfault(**fields))
    detector.observe(clone(seconds=1))
    assert len(detector.findings()) == standing


def test_the_name_of_the_target_is_compared_without_regard_to_case() -> None:
    events = (werfault("TASKHOSTW.EXE"), clone(seconds=1))
    assert _published(*events) == [("taskhostw.exe", "taskhostw.exe")]
    assert Detector().observe_many(events) == ()


def test_a_clone_in_another_directory_is_no_clone() -> None:
    event = ProcessCreated(
        timestamp=at(1),
        device="ws-01",
        process=Process("taskhostw.exe", path=r"C:\Temp\taskhostw.exe"),
        parent=Process("taskhostw.exe", pid=400, path=rf"{SYSTEM32}\taskhostw.exe"),
    )
    [finding] = Detector().observe_many([werfault("taskhostw.exe"), event])
    assert set(finding.reasons) == {Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE}
    assert finding.directory == r"c:\temp"


@pytest.mark.parametrize(
    ("command_line", "parent", "standing"),
    [
        (rf"{SYSTEM32}\WerFault.exe -pss -s 460 -p 400 -ip 400", "svchost.exe", 0),
        (rf"{SYSTEM32}\WerFault.exe -pss -s 460 -p 400 -ip 400", None, 1),
        (rf"{SYSTEM32}\WerFault.exe -pss -s 460 -p 400 -ip 400", "cmd.exe", 1),
        (rf"{SYSTEM32}\WerFault.exe -pss -s 460 -p 404 -ip 400", "svchost.exe", 1),
        (rf"{SYSTEM32}\WerFault.exe -u -p 400 -s 460", "svchost.exe", 1),
        (rf"{SYSTEM32}\WerFault.exe -pss -p", "svchost.exe", 1),
        (rf"{SYSTEM32}\WerFault.exe -pss -p x", "svchost.exe", 1),
        (" ".join(["WerFault.exe", "-pss", "-p", "400", "x" * 2000]), "svchost.exe", 1),
        (None, "svchost.exe", 1),
    ],
)
def test_a_start_of_werfault_with_pss_is_evidence_when_windows_made_it(
    command_line: str | None, parent: str | None, standing: int
) -> None:
    start = ProcessCreated(
        timestamp=NOON,
        device="ws-01",
        process=Process("WerFault.exe", pid=900, command_line=command_line),
        parent=None if parent is None else Process(parent, pid=300),
    )
    detector = Detector()
    detector.observe_many([start, clone(seconds=1)])
    assert len(detector.findings()) == standing


def test_late_evidence_closes_its_finding() -> None:
    detector = Detector()
    [opened] = detector.observe(clone(seconds=1))
    [closed] = detector.observe(werfault("taskhostw.exe"))
    assert (opened.activity, closed.activity) == (Activity.CREATED, Activity.CLOSED)
    assert opened.uid == closed.uid
    assert detector.findings() == ()
    assert pairs(detector.suppressed()) == [("taskhostw.exe", "taskhostw.exe")]
    [again] = detector.observe(clone(seconds=3600))
    assert again.activity is Activity.CREATED


def test_late_evidence_for_one_device_of_two_is_told_by_the_findings() -> None:
    detector = Detector()
    detector.observe_many([clone(seconds=1), clone(seconds=2, device="ws-02")])
    assert detector.observe(werfault("taskhostw.exe")) == ()
    [finding] = detector.findings()
    assert (finding.devices, finding.suppressed, finding.first_seen) == (("ws-02",), 1, at(2))


def test_late_evidence_for_one_event_of_two_on_a_device_changes_the_earliest() -> None:
    detector = Detector()
    detector.observe_many([clone(seconds=1), clone(seconds=600)])
    assert detector.observe(werfault("taskhostw.exe")) == ()
    [finding] = detector.findings()
    assert (finding.first_seen, finding.last_seen, finding.occurrences) == (at(600), at(600), 1)


def test_a_closed_finding_is_told_as_it_last_was() -> None:
    detector = Detector()
    detector.observe_many([clone(seconds=1), clone(seconds=2)])
    [closed] = detector.observe(werfault("taskhostw.exe"))
    assert (closed.activity, closed.occurrences, closed.suppressed) == (Activity.CLOSED, 2, 0)


def test_evidence_that_explains_what_is_suppressed_already_says_nothing() -> None:
    detector = Detector()
    detector.observe_many([werfault("taskhostw.exe"), clone(seconds=1)])
    assert detector.observe(werfault("taskhostw.exe", seconds=0.5)) == ()
    assert detector.observe(werfault("taskhostw.exe", seconds=0.5)) == ()
    assert detector.stats.suppressed == 1


def test_evidence_older_than_the_window_clears_nothing_any_more() -> None:
    detector = Detector()
    detector.observe(clone(seconds=1))
    detector.observe(created("svchost.exe", "cmd.exe", seconds=3 * 3600))
    assert detector.observe(werfault("taskhostw.exe")) == ()


def test_without_a_policy_nothing_is_suppressed() -> None:
    detector = Detector(suppression=None)
    assert len(detector.observe_many([werfault("taskhostw.exe"), clone(seconds=1)])) == 1
    assert detector.stats.evidence == 0


def test_a_policy_can_wait_longer() -> None:
    patient = Detector(suppression=CrashHandler(within=timedelta(minutes=5)))
    assert patient.observe_many([werfault("taskhostw.exe"), clone(seconds=200)]) == ()


# both directions, look-alikes, creators -----------------------------------------------------------------


def test_a_child_that_a_system_process_never_starts_is_found() -> None:
    [finding] = Detector().observe(created("cmd.exe", "lsass.exe"))
    assert finding.reason is Reason.UNEXPECTED_CHILD
    registry = RelationRegistry([ExpectedChildren("lsm.exe", ())])
    [none] = Detector(registry).observe(created("cmd.exe", "lsm.exe"))
    assert none.expected == ()


def test_a_misspelled_system_name_is_found_with_the_name_that_it_imitates() -> None:
    [finding] = Detector().observe(created("scvhost.exe", "services.exe"))
    assert (finding.reason, finding.imitates) == (Reason.LOOKALIKE, "svchost.exe")
    assert Detector(SEED_RELATIONS).observe(created("scvhost.exe", "services.exe")) == ()


def test_a_spoofed_parent_is_found_by_who_made_the_call() -> None:
    event = created("svchost.exe", "services.exe", creator=Process("powershell.exe", pid=999))
    [finding] = Detector().observe(event)
    assert finding.reason is Reason.SPOOFED_PARENT
    assert "powershell.exe" in finding.explanation
    honest = created("svchost.exe", "services.exe", creator=Process("services.exe", pid=400))
    assert Detector().observe(honest) == ()


# unknown parents ----------------------------------------------------------------------------------------


def test_an_unknown_parent_is_counted_by_what_is_missing_and_not_reported() -> None:
    detector = Detector()
    detector.observe_many(
        [
            created("svchost.exe", "?"),
            created("svchost.exe", "-"),
            created("lsass.exe", "S-1-16-16384"),
            created("lsass.exe", None),
            created("notepad.exe", "?"),
        ]
    )
    assert detector.findings() == ()
    assert detector.stats.unknown == 4
    assert detector.stats.unknown_by_missing == {
        MissingParent.PLACEHOLDER: 2,
        MissingParent.SID: 1,
        MissingParent.PID_ONLY: 1,
    }


def test_an_unknown_parent_is_reported_on_request() -> None:
    detector = Detector(report_unknown=True)
    [finding] = detector.observe(created("svchost.exe", "?"))
    assert (finding.reason, finding.parent, finding.severity) == (
        Reason.UNKNOWN_PARENT,
        "",
        Severity.INFORMATIONAL,
    )


def test_pid_four_is_the_kernel() -> None:
    detector = Detector()
    detector.observe(created("smss.exe", None, parent_pid=4))
    assert detector.stats.unknown == 0
    assert detector.stats.expected == 1
    assert pairs(detector.observe(created("svchost.exe", "", parent_pid=4))) == [("svchost.exe", "system")]


def start(name: str, pid: int, seconds: float, **more: Any) -> ProcessCreated:
    return created(name, "services.exe", pid=pid, seconds=seconds, **more)


def test_a_parent_known_by_pid_is_looked_up_among_earlier_starts_of_the_device() -> None:
    detector = Detector(resolve_parents=True)
    child = created("svchost.exe", None, parent_pid=700, seconds=100)
    detector.observe_many([start("evil.exe", 700, 0), start("evil.exe", 700, 0, device="ws-02")])
    [finding] = detector.observe(child)
    assert (finding.child, finding.parent) == ("svchost.exe", "evil.exe")
    assert detector.stats.resolved == 1
    assert Detector().observe_many([start("evil.exe", 700, 0), child]) == ()


def test_the_newest_start_before_the_child_is_the_parent() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([start("evil.exe", 700, 0), start("services.exe", 700, 50)])
    detector.observe(created("svchost.exe", None, parent_pid=700, seconds=100))
    assert ("svchost.exe", "evil.exe") not in pairs(detector.findings())
    assert detector.stats.unknown == 0


def exit_of(pid: int, seconds: float) -> ProcessExited:
    return ProcessExited(timestamp=at(seconds), device="ws-01", process=Process(None, pid=pid))


def test_a_parent_that_has_exited_is_unknown_again() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe_many([start("evil.exe", 700, 0), exit_of(700, 50)])
    assert detector.observe(created("svchost.exe", None, parent_pid=700, seconds=100)) == ()
    assert detector.stats.unknown == 1


def test_a_creator_known_by_pid_is_looked_up_too() -> None:
    detector = Detector(resolve_parents=True)
    detector.observe(start("powershell.exe", 900, 0))
    event = created("svchost.exe", "services.exe", seconds=100, creator=Process(None, pid=900))
    [finding] = detector.observe(event)
    assert finding.reason is Reason.SPOOFED_PARENT


# time and memory ----------------------------------------------------------------------------------------


def test_a_host_in_2099_blinds_no_other_host() -> None:
    detector = Detector()
    century = timedelta(days=27_000).total_seconds()
    detector.observe(created("svchost.exe", "explorer.exe", device="ws-99", seconds=century))
    [finding] = detector.observe(created("lsass.exe", "explorer.exe"))
    assert finding.devices == ("ws-01",)
    assert detector.observe(created("lsass.exe", "explorer.exe", seconds=10)) == ()
    assert len(detector.findings()) == 2


def test_a_host_whose_clock_was_wrong_is_heard_when_it_is_right_again() -> None:
    detector = Detector()
    century = timedelta(days=27_000).total_seconds()
    detector.observe(created("svchost.exe", "explorer.exe", seconds=century))
    [finding] = detector.observe(created("lsass.exe", "explorer.exe"))
    assert finding.activity is Activity.CREATED
    assert detector.observe(created("lsass.exe", "explorer.exe", seconds=1)) == ()


def test_an_old_event_is_still_judged_and_reported() -> None:
    detector = Detector()
    detector.observe(created("svchost.exe", "explorer.exe"))
    [finding] = detector.observe(created("lsass.exe", "explorer.exe", seconds=-90 * 86400))
    assert finding.child == "lsass.exe"


def test_a_pair_that_comes_back_after_the_window_is_new_again() -> None:
    detector = Detector(window=timedelta(hours=2))
    detector.observe(created("svchost.exe", "explorer.exe"))
    assert detector.observe(created("svchost.exe", "explorer.exe", seconds=7200)) == ()
    [again] = detector.observe(created("svchost.exe", "explorer.exe", seconds=7200 + 7201))
    assert (again.activity, again.occurrences) == (Activity.CREATED, 1)
    assert detector.stats.expired == 1


def test_without_a_window_nothing_is_forgotten() -> None:
    detector = Detector(window=None)
    detector.observe(created("svchost.exe", "explorer.exe"))
    assert detector.observe(created("svchost.exe", "explorer.exe", seconds=365 * 86400)) == ()
    assert detector.expire(at(10**8)) == ()
    assert detector.findings()[0].occurrences == 2


def test_memory_is_kept_by_ingestion_time() -> None:
    detector = Detector()
    detector.observe(created("svchost.exe", "explorer.exe", ingested_at=at(0)))
    late = created("svchost.exe", "explorer.exe", seconds=-86400, ingested_at=at(60))
    assert detector.observe(late) == ()
    assert detector.findings()[0].first_seen == at(-86400)


def test_expire_forgets_silent_devices_and_returns_what_it_forgot() -> None:
    detector = Detector()
    detector.observe_many(
        [created("svchost.exe", "explorer.exe"), created("lsass.exe", "cmd.exe", seconds=3600)]
    )
    gone = detector.expire(at(2 * 3600 + 1))
    assert pairs(gone) == [("svchost.exe", "explorer.exe")]
    assert pairs(detector.findings()) == [("lsass.exe", "cmd.exe")]
    with pytest.raises(InvalidEvent, match=r"^now = "):
        detector.expire(datetime(2026, 3, 1))  # noqa: DTZ001


def test_when_there_is_no_room_for_all_devices_that_heard_from_longest_ago_goes() -> None:
    detector = Detector(capacity=2)
    for seconds, device in enumerate("abc"):
        detector.observe(created("svchost.exe", "explorer.exe", device=device, seconds=seconds))
    [finding] = detector.findings()
    assert (finding.devices, finding.device_count_is_exact) == (("b", "c"), False)
    assert detector.stats.evicted == 1
    [again] = detector.observe(created("svchost.exe", "explorer.exe", device="a"))
    assert again.activity is Activity.UPDATED


def test_a_pair_that_lost_a_device_for_want_of_room_says_so_even_when_it_comes_back() -> None:
    detector = Detector(capacity=1)
    for child, parent, device in [
        ("svchost.exe", "cmd.exe", "a"),
        ("svchost.exe", "x.exe", "a"),
        ("svchost.exe", "cmd.exe", "b"),
    ]:
        detector.observe(created(child, parent, device=device))
    [finding] = detector.findings()
    assert (finding.device_count, finding.device_count_is_exact) == (1, False)


# exclusions ---------------------------------------------------------------------------------------------


def excluded(exclusion: Exclusion, event: ProcessCreated) -> bool:
    detector = Detector(exclusions=[exclusion])
    found = detector.observe(event)
    assert detector.stats.excluded == (0 if found else 1)
    return not found


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"child": "SVCHOST.exe", "parent": "Acme.exe"}, True),
        ({"child": "svchost.exe"}, True),
        ({"parent": "acme.exe"}, True),
        ({"parent": "ntoskrnl.exe"}, False),
        ({"parent": "other.exe"}, False),
        ({"device": "WS-01"}, True),
        ({"device": "ws-0"}, False),
        ({"device": "ws-*"}, True),
        ({"device": "dc-*"}, False),
        ({"user": "system"}, False),
        ({"command_line": "-k NETSVCS"}, False),
        ({"child": "svchost.exe", "expires_at": at(0)}, False),
        ({"child": "svchost.exe", "expires_at": at(1)}, True),
    ],
)
def test_an_exclusion_covers_what_it_names_and_nothing_else(fields: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert excluded(Exclusion(reason="a test", **fields), created("svchost.exe", "acme.exe")) is expected


@pytest.mark.parametrize("name", ["System", "ntoskrnl.exe"])
@pytest.mark.parametrize("parent", ["System", "ntoskrnl.exe", None])
def test_an_exclusion_knows_the_kernel_by_each_of_its_names(name: str, parent: str | None) -> None:
    assert excluded(Exclusion(reason="a test", parent=name), created("svchost.exe", parent, parent_pid=4))


def test_an_exclusion_can_name_user_and_command_line() -> None:
    event = ProcessCreated(
        timestamp=NOON,
        device="ws-01",
        process=Process("svchost.exe", user="CORP\\svc-acme", command_line="svchost.exe -k Acme"),
        parent=Process("acme.exe"),
    )
    assert excluded(Exclusion(reason="a test", user="corp\\SVC-acme", command_line="-K ACME"), event)


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "", "child": "svchost.exe"},
        {"reason": " ", "child": "svchost.exe"},
        {"reason": 7, "child": "svchost.exe"},
        {"reason": "everything"},
        {"reason": "x", "child": ""},
        {"reason": "x", "child": 7},
        {"reason": "x", "child": r"C:\Tools\lsass.exe"},
        {"reason": "x", "parent": "tools/lsass.exe"},
        {"reason": "x", "device": ""},
        {"reason": "x", "user": 7},
        {"reason": "x", "child": "a.exe", "expires_at": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"reason": "x", "child": "a.exe", "expires_at": "soon"},
    ],
)
def test_an_exclusion_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        Exclusion(**fields)


# bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", [None, {}, "event", 7, Process("svchost.exe")])
def test_what_is_no_event_is_refused_and_leaves_the_detector_as_it_was(stranger: Any) -> None:
    detector = Detector()
    detector.observe(created("svchost.exe", "explorer.exe"))
    before = detector.state()
    with pytest.raises(InvalidEvent):
        detector.observe(stranger)
    with pytest.raises(InvalidEvent):
        detector.observe_many([created("lsass.exe", "cmd.exe"), stranger])
    assert detector.state() == before


def test_a_batch_that_breaks_off_leaves_the_detector_as_it_was() -> None:
    def broken() -> Any:
        yield created("lsass.exe", "cmd.exe")
        raise InvalidEvent("timestamp", None, "a test")

    detector = Detector()
    before = detector.state()
    with pytest.raises(InvalidEvent):
        detector.observe_many(broken())
    assert detector.state() == before


@pytest.mark.parametrize(
    "name", ["\0", "svchost.exe\0", "\ud800.exe", "svch\u202eost.exe", "x" * 100_000, "\x1b[31m", "<script>"]
)
def test_no_name_makes_the_detector_fall_over(name: str) -> None:
    detector = Detector(report_unknown=True, resolve_parents=True)
    for child, parent in ((name, "services.exe"), ("svchost.exe", name), (name, name)):
        for finding in detector.observe(created(child, parent)):
            assert finding.explanation.isprintable()
            assert finding.uid
            assert finding.to_dict()
    Detector.from_state(detector.state(), registry=DEFAULT_RELATIONS)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"registry": {}}, "registry"),
        ({"exclusions": [7]}, "exclusions"),
        ({"exclusions": Exclusion(child="a.exe", reason="x")}, "exclusions"),
        ({"window": 7200}, "window"),
        ({"window": timedelta(0)}, "window"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": True}, "capacity"),
        ({"capacity": 1.5}, "capacity"),
        ({"suppression": "default"}, "suppression"),
        ({"suppression": CrashHandler}, "suppression"),
        ({"report_unknown": "yes"}, "report_unknown"),
        ({"resolve_parents": 1}, "resolve_parents"),
    ],
)
def test_an_option_outside_its_range_is_refused_by_name(options: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArgument, match=f"^{field} = "):
        Detector(**options)


@pytest.mark.parametrize("within", [5, None, timedelta(seconds=-1)])
def test_a_policy_that_cannot_work_is_refused_when_it_is_made(within: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"^within = "):
        CrashHandler(within=within)


def test_a_name_with_half_a_character_is_forgotten_for_want_of_room_like_any_other() -> None:
    detector = Detector(capacity=1)
    for parent in ("\ud800.exe", "x.exe", "\ud800.exe"):
        detector.observe(created("svchost.exe", parent))
    [finding] = detector.findings()
    assert not finding.device_count_is_exact
    assert detector.stats.evicted == 2


def test_what_a_detector_is_called_counts_the_findings_that_stand() -> None:
    detector = Detector()
    detector.observe_many([clone(seconds=1), created("svchost.exe", "cmd.exe", seconds=2)])
    assert repr(detector) == "<Detector: 2 findings in 2 events, 0 suppressed>"
    detector.observe(werfault("taskhostw.exe"))
    assert repr(detector) == "<Detector: 1 findings in 3 events, 1 suppressed>"


def test_a_closed_finding_whose_pair_lost_a_device_has_no_exact_count() -> None:
    small = Detector(capacity=3)
    for device in ("a", "b"):
        small.observe(clone(device=device, seconds=1))
    [closed] = Detector().merge(small).observe(werfault("taskhostw.exe", device="b"))
    assert (closed.activity, closed.device_count_is_exact) == (Activity.CLOSED, False)


def test_only_a_detector_merges_with_a_detector() -> None:
    with pytest.raises(InvalidArgument, match=r"^other = "):
        Detector().merge(Detector().state())  # type: ignore[arg-type]


def test_a_detector_shows_what_it_was_made_with() -> None:
    exclusion = Exclusion(child="a.exe", reason="x")
    detector = Detector(exclusions=[exclusion], capacity=7)
    assert detector.registry is DEFAULT_RELATIONS
    assert detector.settings.exclusions == (exclusion,)
    assert detector.settings.capacity == 7
    assert detector.settings.window == timedelta(hours=2)
