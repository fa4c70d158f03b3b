"""A row gives its event back, as far as its source can tell, and finds what its event finds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import (
    DEFAULT_RELATIONS,
    Event,
    Finding,
    InvalidEvent,
    Process,
    ProcessCreated,
    ProcessExited,
    Reason,
    RelationRegistry,
    RemoteThreadCreated,
    catalog,
    hunt,
    telemetry,
)
from parentchild.testing import SCENARIOS, Expected, Host, Scenario, assert_findings, laws, rows, strategies
from parentchild.testing.rows.spelling import sensor_number
from tests.testing.told import told
from tests.testing.unshown import UNSHOWN

SOURCES = sorted(rows.WRITERS)
YEAR_2000 = datetime(2000, 1, 1)  # noqa: DTZ001 - Hypothesis puts the zone on
YEAR_2100 = datetime(2100, 1, 1)  # noqa: DTZ001


def day() -> Host:
    host = Host("ws-01", ingestion_delay=timedelta(minutes=3))
    host.boot()
    host.logon("alice")
    host.crash("svchost.exe")
    host.spoof("svchost.exe", parent="services.exe", creator="explorer.exe")
    return host


EVENTS = (*day().events, *(event for scenario in SCENARIOS for event in scenario.events))

MOMENTS = st.datetimes(YEAR_2000, YEAR_2100, timezones=st.just(timezone.utc))
TEXTS = st.one_of(st.none(), st.text(min_size=1, max_size=12), st.sampled_from(strategies.NO_NAMES))
GUIDS = st.one_of(st.none(), st.uuids().map(str), st.integers(1, 2**63).map(str))


def with_more(process: Process, more: dict[str, Any]) -> Process:
    return attrs.evolve(process, **more)


def whole_processes(names: Sequence[str | None]) -> st.SearchStrategy[Process]:
    """Processes of which everything may be known."""
    fields = {
        "command_line": TEXTS,
        "user": st.one_of(TEXTS, st.sampled_from(("CORP\\alice", "a\\b\\c", "\\alice", "CORP\\"))),
        "user_sid": st.sampled_from((None, "S-1-5-18", "S-1-0-0")),
        "guid": GUIDS,
        "session": st.one_of(st.none(), st.integers(0, 9)),
        "integrity": st.sampled_from((None, "System", "medium", "S-1-16-12288", "4096", "lofty")),
        "started_at": st.one_of(st.none(), MOMENTS),
        "signer": TEXTS,
        "original_name": TEXTS,
        "sha256": st.sampled_from((None, "ab" * 32)),
    }
    return st.builds(with_more, strategies.processes(names), st.fixed_dictionaries(fields))


CHILDREN = whole_processes(strategies.CHILDREN)
OTHERS = st.one_of(whole_processes(strategies.PARENTS), whole_processes(strategies.NO_NAMES))
COMMON = {
    "timestamp": MOMENTS,
    "device": st.sampled_from(("ws-01", "")),
    "ingested_at": st.one_of(st.none(), MOMENTS),
    "record_id": st.one_of(st.none(), st.integers(0, 2**32), st.sampled_from(("a", "7"))),
}
WHOLE_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        ProcessCreated,
        process=st.one_of(CHILDREN, OTHERS),
        parent=st.one_of(st.none(), OTHERS),
        creator=st.one_of(st.none(), OTHERS),
        grandparent=st.one_of(st.none(), OTHERS),
        **COMMON,
    ),
    st.builds(RemoteThreadCreated, source=OTHERS, target=OTHERS, **COMMON),
    st.builds(ProcessExited, process=OTHERS, **COMMON),
)


def read_one_by_one(source: str, event: Event) -> Event | None:
    """Return what the source's own reader makes of an event's row; None where there is no row, or no name."""
    row = rows.WRITERS[source](event)
    if row is None:
        return None
    assert json.loads(json.dumps(row)) == row
    reader = getattr(telemetry, source)
    found, again = answer(reader.read, row), answer(telemetry.read, row)
    assert found == again
    return found


def answer(read: Callable[[rows.Row], Event | None], row: rows.Row) -> Event | None:
    """Return the event that is read; None where the row is refused since it names no process."""
    try:
        return read(row)
    except InvalidEvent as error:
        if error.field != "process":
            raise
        return None


@pytest.mark.parametrize("source", SOURCES)
def test_a_row_gives_back_what_its_source_tells(source: str) -> None:
    for event in EVENTS:
        assert read_one_by_one(source, event) == told(source, event)


@pytest.mark.parametrize("source", SOURCES)
@settings(deadline=None, max_examples=100)
@given(event=WHOLE_EVENTS)
def test_the_row_of_any_event_gives_back_what_its_source_tells(source: str, event: Event) -> None:
    assert read_one_by_one(source, event) == told(source, event)


@pytest.mark.parametrize("source", SOURCES)
def test_what_a_source_tells_is_written_and_read_again_unchanged(source: str) -> None:
    for event in EVENTS:
        left = told(source, event)
        assert left is None or read_one_by_one(source, left) == left


@pytest.mark.parametrize("source", SOURCES)
def test_rows_of_every_scenario_find_what_their_source_tells_of_its_events(source: str) -> None:
    reader = getattr(telemetry, source).SOURCE
    for scenario in SCENARIOS:
        laws.check_agreement(
            [left for event in scenario.events if (left := told(source, event)) is not None],
            rows.WRITERS[source],
            lambda given, prefilter: reader.read_many(given, prefilter=prefilter),
            DEFAULT_RELATIONS,
        )


def hunted(
    source: str, events: Sequence[Event], registry: RelationRegistry = DEFAULT_RELATIONS
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return what `hunt` finds and suppresses in the rows of events; of a snapshot, in one of each host."""
    hosts = [events]
    if source == "pslist":
        devices = dict.fromkeys(event.device for event in events)
        hosts = [[event for event in events if event.device == device] for device in devices]
    found: list[Finding] = []
    suppressed: list[Finding] = []
    for host in hosts:
        written = [row for event in host if (row := rows.WRITERS[source](event)) is not None]
        if source == "pslist":  # a memory image does not name its host, whoever looks at it must
            report = hunt(rows.snapshot(host), device=host[0].device, registry=registry)
        else:
            report = hunt(written, registry=registry)
        assert report.invalid == ()
        found += report
        suppressed += report.suppressed
    return tuple(found), tuple(suppressed)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_rows_of_a_scenario_find_what_it_finds_or_exactly_what_is_stated(
    scenario: Scenario, source: str
) -> None:
    found, suppressed = hunted(source, scenario.events)
    stated = UNSHOWN[source].get(scenario.name, scenario)
    assert_findings(found, *stated.finds)
    assert_findings(suppressed, *stated.suppresses)


def test_what_is_stated_as_not_shown_differs_from_what_is_shown() -> None:
    assert set(UNSHOWN) == set(SOURCES)
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    for source, unshown in UNSHOWN.items():
        for name, stated in unshown.items():
            scenario = by_name[name]
            assert stated.why, (source, name)
            assert (stated.finds, stated.suppresses) != (scenario.finds, scenario.suppresses), (source, name)


WITHOUT_WRITER = {
    *("Win32_Process", "Trellix", "Trend Vision One", "Google UDM"),
    *("Graylog Illuminate", "MITRE CAR", "Rapid7 InsightIDR", "Carbon Black EDR"),
    *("CAPE", "Carbon Black", "Cortex XDR", "EQL events", "Event Viewer", "GRR processes", "HarfangLab"),
    *("LimaCharlie", "Process Monitor", "SentinelOne", "SentinelOne Deep Visibility", "Sysmon columns"),
    *("Velociraptor process creation", "Velociraptor pslist", "osquery processes", "psutil"),
}
"""Sources whose rows tests/telemetry invents by hand."""


def test_there_is_a_writer_for_every_other_source() -> None:
    modules = {getattr(telemetry, name).SOURCE.name for name in rows.WRITERS}
    assert modules | WITHOUT_WRITER == {source.name for source in telemetry.SOURCES}
    assert modules.isdisjoint(WITHOUT_WRITER)
    assert all(getattr(rows, name) is write for name, write in rows.WRITERS.items())


@pytest.mark.parametrize("source", ["ecs", "ocsf", "osquery", "etw"])
def test_a_creator_is_found_where_its_own_start_is_among_the_rows(source: str) -> None:
    host = Host("ws-01")
    host.boot()
    host.spawn("powershell.exe", parent="explorer.exe")
    host.spoof("svchost.exe", parent="services.exe", creator="powershell.exe")
    report = hunt(host.rows(rows.WRITERS[source]))
    assert_findings(report, Expected(Reason.SPOOFED_PARENT, "svchost.exe", "services.exe"))


@pytest.mark.parametrize("source", SOURCES)
def test_an_integrity_level_is_known_in_every_spelling(source: str) -> None:
    """COMODO's host may start service hosts as SYSTEM: a level that logs write as name, label or number."""
    relations = DEFAULT_RELATIONS | catalog.vendor("comodo")
    starter = r"C:\Program Files\COMODO\COMODO Internet Security\cmdvirth.exe"
    wrong = Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "cmdvirth.exe")
    for level in ("System", "Medium"):
        host = Host("ws-01")
        host.boot()
        container = host.spawn(starter, parent="services.exe", integrity="System").process
        host.spawn("svchost.exe", parent=container, integrity=level)
        is_told_wrong = level == "Medium" and source not in {"endgame", "pslist"}  # which have no levels
        assert_findings(hunted(source, host.events, relations)[0], *([wrong] if is_told_wrong else []))


@pytest.mark.parametrize("source", ["osquery", "etw", "pslist"])
def test_a_parent_known_by_its_pid_alone_is_found_where_its_start_is_among_the_rows(source: str) -> None:
    host = Host("ws-01")
    host.boot()
    host.spawn("acme.exe", parent="services.exe")
    host.spawn("lsass.exe", parent="acme.exe")
    written = host.snapshot() if source == "pslist" else host.rows(rows.WRITERS[source])
    found = hunt(written, device="ws-01")
    assert_findings(found, Expected(Reason.UNEXPECTED_PARENT, "lsass.exe", "acme.exe"))


def test_a_snapshot_has_what_runs_and_what_ran_before_the_recording() -> None:
    host = Host("ws-01")
    shell = host.spawn("cmd.exe", parent="explorer.exe").process
    host.spawn("SearchProtocolHost.exe", parent="SearchIndexer.exe")
    host.thread(source="csrss.exe", target=shell)
    host.exit(shell)
    host.reuse_pid()
    host.spawn("notepad.exe", parent="explorer.exe")
    listed = host.snapshot()
    assert [(line["ImageFileName"], line["PID"]) for line in listed] == [
        ("explorer.exe", 88),
        ("SearchIndexer.", 96),
        ("csrss.exe", 104),
        ("SearchProtocol", 100),
        ("notepad.exe", shell.pid),
    ]
    read = list(telemetry.pslist.read_many(listed, device="ws-01"))
    starts = [event for event in read if isinstance(event, ProcessCreated)]
    assert [event.parent and event.parent.name for event in starts] == [
        None,
        None,
        None,
        "SearchIndexer.exe",
        "explorer.exe",
    ]


def test_an_exit_without_a_start_time_ends_whatever_had_its_pid() -> None:
    host = Host("ws-01")
    started = host.spawn("cmd.exe", parent=None)
    gone = ProcessExited(timestamp=host.now, device="ws-01", process=Process(None, pid=started.process.pid))
    assert rows.snapshot([started]) != []
    assert rows.snapshot([started, gone]) == []


def test_a_thread_that_is_recorded_late_puts_nothing_back_into_a_snapshot() -> None:
    host = Host("ws-01")
    victim = host.spawn("cmd.exe", parent=None).process
    thread = host.thread(source="csrss.exe", target=victim)
    host.exit(victim)
    late = [event for event in host.events if event != thread]
    assert [line["ImageFileName"] for line in rows.snapshot([*late, thread])] == ["csrss.exe"]


def test_sensors_number_processes_alike_in_every_role() -> None:
    first = day().events[5]
    assert isinstance(first, ProcessCreated)
    assert first.parent is not None
    numbers = {sensor_number(process.guid) for process in (first.process, first.parent)}
    assert len(numbers) == 2
    for write, own, parents in (
        (rows.crowdstrike, "TargetProcessId", "ParentProcessId"),
        (rows.endgame, "unique_pid", "unique_ppid"),
    ):
        row = write(first)
        assert row is not None
        assert (int(str(row[own])), int(str(row[parents]))) == (
            sensor_number(first.process.guid),
            sensor_number(first.parent.guid),
        )


def test_a_host_writes_its_rows_with_any_writer() -> None:
    host = day()
    assert len(host.rows(rows.sysmon)) == len(host.events)
    assert host.rows(lambda event: {"id": event.record_id})[0] == {"id": 1}
    for write in rows.WRITERS.values():
        assert host.rows(write)
