"""A row gives its event back, as far as its source can tell."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    Event,
    Process,
    ProcessCreated,
    ProcessExited,
    RemoteThreadCreated,
    telemetry,
)
from parentchild.testing import SCENARIOS, Host, laws, rows

KEPT_OF_CHILD = {
    "sysmon": {"name", "pid", "path", "command_line", "started_at", "user", "guid", "session", "integrity"},
    "security": {"name", "pid", "path", "command_line", "user", "integrity"},
}
KEPT_OF_PARENT = {
    "sysmon": {"name", "pid", "path", "command_line", "user", "guid"},
    "security": {"name", "pid", "path"},
}


def day() -> Host:
    host = Host("ws-01", ingestion_delay=timedelta(minutes=3))
    host.boot()
    host.logon("alice")
    host.crash("svchost.exe")
    return host


def only(process: Process | None, kept: set[str]) -> Process | None:
    """Return what is left of a process in a source that keeps some fields, and names files by their path."""
    if process is None:
        return None
    values = {name: value for name, value in attrs.asdict(process).items() if name in kept}
    if process.path is None:
        values["path"] = process.name
    return Process(**values)


def read(name: str, event: Event) -> Event | None:
    row = rows.WRITERS[name](event)
    assert row is not None
    found = telemetry.read(row)
    assert found == getattr(telemetry, name).read(row)
    return found


def test_defender_gives_all_back_but_creator_and_session() -> None:
    def told(process: Process) -> Process:
        return attrs.evolve(process, session=None)

    for event in day().events:
        if isinstance(event, ProcessCreated):
            grand = event.grandparent
            expected: Event = attrs.evolve(
                event,
                process=told(event.process),
                parent=event.parent and told(event.parent),
                grandparent=grand and Process(grand.name, pid=grand.pid, started_at=grand.started_at),
            )
            assert read("defender", event) == expected
        elif isinstance(event, RemoteThreadCreated):
            found = read("defender", event)
            assert isinstance(found, RemoteThreadCreated)
            assert (found.source, found.target.pid) == (told(event.source), event.target.pid)
            assert found.target.started_at == event.target.started_at
        else:
            assert rows.defender(event) is None


@pytest.mark.parametrize("name", ["sysmon", "security"])
def test_event_logs_give_back_what_they_record(name: str) -> None:
    for event in day().events:
        if isinstance(event, ProcessCreated):
            assert read(name, event) == ProcessCreated(
                timestamp=event.timestamp,
                device=event.device,
                record_id=event.record_id,
                process=only(event.process, KEPT_OF_CHILD[name]) or Process(None),
                parent=only(event.parent, KEPT_OF_PARENT[name]),
            )
        elif isinstance(event, ProcessExited):
            found = read(name, event)
            assert isinstance(found, ProcessExited)
            assert (found.timestamp, found.process.pid) == (event.timestamp, event.process.pid)
        elif name == "security":
            assert rows.security(event) is None


@pytest.mark.parametrize("name", sorted(rows.WRITERS))
def test_rows_of_every_scenario_find_what_its_events_find(name: str) -> None:
    reader = getattr(telemetry, name)
    for scenario in SCENARIOS:
        if any(getattr(event, "creator", None) is not None for event in scenario.events):
            continue  # none of the three sources tells the creator
        laws.check_agreement(
            scenario.events,
            rows.WRITERS[name],
            lambda given, screen: reader.read_many(given, screen=screen),
            DEFAULT_RELATIONS,
        )


def test_a_host_writes_its_rows_with_any_writer() -> None:
    host = day()
    assert len(host.rows(rows.sysmon)) == len(host.events)
    assert host.rows(lambda event: {"id": event.record_id})[0] == {"id": 1}
