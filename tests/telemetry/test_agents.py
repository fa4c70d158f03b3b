"""Agents, schemas and lists that others use are read, each by its own columns."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest

from parentchild import hunt, telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import ProcessCreated, ProcessExited
from tests.telemetry.agents import LSASS, TOLD, TRACED, WEVTUTIL, WMI

TIME = "2024-06-10T10:30:00"


def started(row: Any) -> ProcessCreated:
    event = telemetry.read(row)
    assert isinstance(event, ProcessCreated)
    return event


@pytest.mark.parametrize("name", TOLD)
def test_a_start_is_read_with_both_processes(name: str) -> None:
    event = started(TOLD[name])
    assert event.parent is not None
    assert (event.process.name, event.process.path, event.process.pid) == ("lsass.exe", LSASS, 4242)
    assert (event.parent.name, event.parent.pid) == ("explorer.exe", 1337)
    assert (event.device, event.timestamp.isoformat()[: len(TIME)]) == ("ws-1", TIME)


@pytest.mark.parametrize("name", TRACED)
def test_a_traced_start_knows_its_parent_by_pid(name: str) -> None:
    event = started(TRACED[name])
    assert event.parent is not None
    assert (event.process.name, event.process.pid, event.parent.name, event.parent.pid) == (
        *("svchost.exe", 4242),
        *(None, 1337),
    )


def test_another_event_of_a_tracer_is_counted_by_its_name() -> None:
    rows: list[Any] = [
        {**TRACED["silketw"], "EventName": "ThreadStart/Start", "ProviderName": "Another"},
        {**TRACED["sealighter"], "header": {"provider_name": "Another", "task_name": "Thread"}},
    ]
    counts = telemetry.RowCounts()
    assert list(telemetry.read_many(rows, counts=counts)) == []
    assert counts.other_events == 2


def test_a_trace_that_does_not_say_who_traced_it_is_unreadable() -> None:
    with pytest.raises(InvalidEvent, match="must be who traced the event"):
        telemetry.read({"system": {"event_id": 1}, "event_data": {"ImageName": "x"}})


def test_a_list_of_wmi_finds_its_parents_names() -> None:
    finding = hunt(WMI)[0]
    assert (finding.child, finding.parent) == ("lsass.exe", "explorer.exe")
    assert started(WMI[1]).timestamp.isoformat() == "2024-06-10T10:30:00.123456+00:00"


def test_the_text_of_wevtutil_is_read_event_by_event() -> None:
    report = hunt(WEVTUTIL)
    assert [(finding.child, finding.parent) for finding in report] == [("lsass.exe", "explorer.exe")]
    counts = telemetry.RowCounts()
    list(telemetry.read_many(telemetry.rows_in(WEVTUTIL), counts=counts))
    assert (counts.starts, counts.other_events, counts.rows) == (1, 1, 2)


@pytest.mark.parametrize(
    ("name", "changes", "kind"),
    [
        ("trellix", {"eventType": "end"}, ProcessExited),
        ("udm", {"metadata": {"event_timestamp": "2024-06-10", "event_type": "FILE_CREATION"}}, None),
        ("trend", {"eventSubId": "TELEMETRY_FILE_CREATE"}, None),
        ("trend", {"osName": "Linux"}, None),
        ("insight", {"os_type": "LINUX"}, None),
        ("car", {"action": "terminate"}, ProcessExited),
        ("deep visibility", {"eventType": "File Creation"}, None),
        ("deep visibility", {"endpointOs": "linux"}, None),
        ("fields of elasticsearch alone", {"event.type": ["end"], "event.action": ["x"]}, ProcessExited),
    ],
)
def test_what_is_no_start_is_told_apart(name: str, changes: dict[str, Any], kind: type | None) -> None:
    event = telemetry.read({**TOLD[name], **changes})
    assert event is None if kind is None else isinstance(event, kind)


def test_a_row_without_an_action_is_unreadable() -> None:
    with pytest.raises(InvalidEvent, match="must say what happened"):
        telemetry.layouts.read({**TOLD["trellix"], "eventType": None})


def test_a_time_headed_as_local_asks_for_its_zone() -> None:
    row = {
        "TimeGenerated [Local Time]": "6/10/2024, 12:30:00.123 PM",
        "Computer": "ws-1",
        "EventID": "4688",
        "NewProcessName": LSASS,
        "ParentProcessName": "explorer.exe",
    }
    with pytest.raises(InvalidEvent, match="is local time: name its zone"):
        telemetry.read(row)
    zone = timezone(timedelta(hours=2))
    (event,) = telemetry.read_many([row], zone=zone)
    assert event.timestamp.isoformat()[: len(TIME)] == TIME
    (event,) = telemetry.read_many([{**row, "TimeGenerated [UTC]": "6/10/2024, 10:30:00 AM"}], zone=zone)
    assert event.timestamp.isoformat()[: len(TIME)] == TIME


def test_what_another_decoder_of_wazuh_made_is_another_event() -> None:
    row = {"agent": {"name": "web"}, "decoder": {"name": "sshd"}, "full_log": "x", "timestamp": "x"}
    counts = telemetry.RowCounts()
    assert list(telemetry.read_many([row], counts=counts)) == []
    assert counts.other_events == 1
