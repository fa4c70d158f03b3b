"""A simulated machine is coherent, and the same calls always give the same events."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import attrs
import pytest

from parentchild import (
    Detector,
    InvalidArgument,
    Process,
    ProcessCreated,
    ProcessExited,
    RemoteThreadCreated,
    hunt,
)
from parentchild.testing import Capture, Host, rows

WHEN = datetime(2026, 5, 1, 12, 0, tzinfo=timezone.utc)


def busy(windows: str = "11") -> Host:
    host = Host("ws-07", windows=windows, start=WHEN)
    host.boot()
    host.logon("alice")
    host.crash("svchost.exe")
    host.masquerade("svchost.exe", parent="explorer.exe")
    return host


def creations(host: Host) -> list[ProcessCreated]:
    return [event for event in host.events if isinstance(event, ProcessCreated)]


def test_the_same_calls_give_the_same_events() -> None:
    assert busy().events == busy().events


def test_times_rise_and_record_ids_count() -> None:
    events = busy().events
    assert all(one.timestamp < other.timestamp for one, other in pairwise(events))
    assert [event.record_id for event in events] == list(range(1, len(events) + 1))
    assert {event.device for event in events} == {"ws-07"}


@pytest.mark.parametrize("windows", ["7", "8.1", "10", "11", "Server 2022"])
def test_a_pid_belongs_to_one_running_process_at_a_time(windows: str) -> None:
    running: dict[int | None, Process] = {}
    for event in busy(windows).events:
        if isinstance(event, ProcessCreated):
            assert event.process.pid not in running
            running[event.process.pid] = event.process
        elif isinstance(event, ProcessExited):
            del running[event.process.pid]


def test_parents_run_and_started_before_their_children() -> None:
    exited: set[Process] = set()
    for event in busy().events:
        if isinstance(event, ProcessExited):
            exited.add(event.process)
        elif isinstance(event, ProcessCreated):
            parent = event.parent
            assert parent is not None
            assert parent not in exited
            assert parent.started_at is not None
            assert event.process.started_at == event.timestamp
            assert parent.started_at < event.timestamp


def test_a_child_has_its_parents_account_and_session() -> None:
    host = Host("ws-01")
    host.boot()
    host.logon("alice")
    child = host.spawn("cmd.exe", parent="explorer.exe").process
    assert (child.user, child.session, child.integrity) == ("CORP\\alice", 1, "Medium")


def test_a_boot_starts_what_its_release_starts() -> None:
    named = {windows: {event.process.name for event in creations(busy(windows))} for windows in ("7", "11")}
    assert named["7"] - named["11"] >= {"lsm.exe", "taskhost.exe"}
    assert named["11"] - named["7"] >= {"Registry", "sihost.exe", "taskhostw.exe"}


def test_a_crash_is_a_thread_a_clone_and_three_exits() -> None:
    started, thread, clone, *exits = Host("ws-01").crash("svchost.exe")
    assert isinstance(started, ProcessCreated)
    assert isinstance(thread, RemoteThreadCreated)
    assert isinstance(clone, ProcessCreated)
    assert thread.source == started.process
    assert thread.target == clone.parent
    assert clone.process.path == thread.target.path
    assert [type(each) for each in exits] == [ProcessExited] * 3


def test_a_crash_by_snapshot_makes_no_thread() -> None:
    events = Host("ws-01").crash("svchost.exe", capture=Capture.SNAPSHOT)
    assert not any(isinstance(event, RemoteThreadCreated) for event in events)
    assert isinstance(events[0], ProcessCreated)
    assert "-pss" in str(events[0].process.command_line)


def test_the_next_process_gets_the_pid_that_is_used_again() -> None:
    host = Host("ws-01")
    first = host.spawn("notepad.exe", parent="explorer.exe").process
    host.exit(first)
    assert host.reuse_pid() == first.pid
    second = host.spawn("cmd.exe", parent="acme.exe").process  # acme.exe had started before, with its own pid
    assert (second.pid, second.guid != first.guid) == (first.pid, True)
    assert host.spawn("cmd.exe", parent="acme.exe").process.pid != first.pid


def test_no_pid_can_be_used_again_before_a_process_exits() -> None:
    with pytest.raises(InvalidArgument, match="exit"):
        Host("ws-01").reuse_pid()


def test_a_parent_is_named_given_or_unknown() -> None:
    host = Host("ws-01")
    given = Process("acme.exe", pid=1)
    assert host.spawn("cmd.exe", parent=given).parent is given
    assert host.spawn("cmd.exe", parent=None).parent is None
    kernel = host.spawn("smss.exe", parent="System").parent
    assert kernel is not None
    assert kernel.pid == 4


def test_the_clock_starts_waits_and_delays_as_it_is_told() -> None:
    host = Host("ws-01", start=WHEN, step=timedelta(seconds=1), ingestion_delay=timedelta(minutes=5))
    assert host.wait(timedelta(hours=1)) == WHEN + timedelta(hours=1)
    event = host.spawn("cmd.exe", parent="explorer.exe")
    assert event.timestamp == host.now == WHEN + timedelta(hours=1, seconds=1)
    assert event.ingested_at == event.timestamp + timedelta(minutes=5)


@pytest.mark.parametrize(
    "options",
    [{"start": datetime(2026, 1, 1)}, {"step": timedelta(0)}],  # noqa: DTZ001 - that is the point
)
def test_a_clock_without_a_zone_or_that_stands_still_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        Host("ws-01", **options)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_unknown_release_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        Host("ws-01", windows="95")


def test_what_masquerades_is_found_and_what_is_spoofed_names_its_creator() -> None:
    host, detector = Host("ws-01"), Detector()
    [found] = detector.observe(host.masquerade("svchost.exe", parent="explorer.exe"))
    assert (found.reason.value, found.child, found.parent) == (
        "unexpected-parent",
        "svchost.exe",
        "explorer.exe",
    )
    [spoofed] = detector.observe(host.spoof("svchost.exe", parent="services.exe", creator="cmd.exe"))
    assert spoofed.reason.value == "spoofed-parent"
    assert attrs.asdict(spoofed.event)["creator"]["name"] == "cmd.exe"


def _in_the_kernels_words(process: Process) -> Process:
    """Return a process with its path by volume, and what else a sensor may know of an image of Windows."""
    if process.path is None:
        return process
    return attrs.evolve(
        process,
        path=process.path.replace("C:", r"\Device\HarddiskVolume3"),
        original_name=f"{(process.name or '').upper()}.MUI",
        signer="Microsoft Windows",
    )


@pytest.mark.parametrize("windows", ["7", "8.1", "10", "11", "Server 2016", "Server 2022", "Server 2025"])
@pytest.mark.parametrize("source", sorted(rows.WRITERS))
def test_a_day_on_which_nothing_happens_is_silent_however_its_facts_are_written(
    source: str, windows: str
) -> None:
    host = Host("ws-07", windows=windows)
    host.boot()
    host.logon("alice")
    spelled = [
        attrs.evolve(event, process=_in_the_kernels_words(event.process), parent=parent)
        for event in creations(host)
        for parent in [None if event.parent is None else _in_the_kernels_words(event.parent)]
    ]
    for events in (creations(host), spelled):
        written = [row for event in events if (row := rows.WRITERS[source](event)) is not None]
        report = hunt(rows.snapshot(events) if source == "pslist" else written, device="ws-07")
        assert (report.findings, report.invalid) == ((), ())
        assert report.stats.starts > 15
