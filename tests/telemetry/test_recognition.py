"""A row is known by what only its source has, whatever came before it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from parentchild import telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import ProcessCreated
from parentchild.telemetry import recognition
from tests.telemetry.agents import TOLD
from tests.telemetry.products import EXPLORER, TEMP, sentinelone_row
from tests.telemetry.rows import AT, CROWDSTRIKE, DEFENDER, ECS, ECS_DOTTED, SPLUNK_CIM, all_rows, flat

ROWS = all_rows()
SOURCE_OF = {
    "defender": "Microsoft Defender",
    "event hub": "Microsoft Defender",
    "asim": "Microsoft Sentinel ASIM",
    "ecs": "ECS",
    "ocsf": "OCSF",
    "endgame": "Endgame",
    "splunk cim": "Splunk CIM",
    "crowdstrike": "CrowdStrike",
    "flat 1": "Sysmon",
    "flat 4688": "Windows security log",
    "evtx 1": "Sysmon",
    "winlog 4688": "Windows security log",
}


def ignored(index: int, error: Exception) -> None:
    """Go on."""


def source_of(row: Any) -> str:
    """The name under which a row is counted."""
    counts = telemetry.RowCounts()
    list(telemetry.read_many([row], counts=counts, on_invalid=ignored))
    (name,) = counts.by_source
    return name


@pytest.mark.parametrize("name", SOURCE_OF)
def test_each_row_is_counted_under_its_source(name: str) -> None:
    assert source_of(ROWS[name]) == SOURCE_OF[name]


@pytest.mark.parametrize(
    "row",
    [
        {"process_name": "svchost.exe"},
        {"process_name": "svchost.exe", "parent_process_name": "explorer.exe"},
        {"event": {"id": 7, "name": "login"}},
        {"event": {"category": "x"}, "user": "ann"},
        {"pid": 1, "msg": "started svchost.exe"},
        {"EventType": "ProcessCreated"},
        {"FileName": "svchost.exe", "size": 3},
        {"columns": {"a": 1}, "user": "x"},
        {"value": [1, 2]},
        {"data": {"win": 1}},
        {"name": "svchost.exe", "parent": "explorer.exe"},
    ],
)
def test_a_column_that_many_tools_have_makes_no_source(row: dict[str, Any]) -> None:
    assert source_of(row) == "unrecognised"


def test_the_rows_before_change_nothing() -> None:
    alone = {name: source_of(row) for name, row in ROWS.items()}
    for first, second in itertools.product(SOURCE_OF, SOURCE_OF):
        source_of(ROWS[first])
        assert source_of(ROWS[second]) == alone[second]


def test_rows_with_the_same_columns_may_be_of_different_sources() -> None:
    sysmon = {"Event": ROWS["evtx 1"]["Event"]}
    security = {"Event": ROWS["evtx 4688"]["Event"]}
    other = {"Event": {"System": {"Provider": {"Name": "Disk"}, "EventID": 7}}}
    assert [source_of(row) for row in (sysmon, security, other, sysmon)] == [
        "Sysmon",
        "Windows security log",
        "Windows event log",
        "Sysmon",
    ]


def test_more_shapes_than_are_remembered_are_recognised_all_the_same() -> None:
    for number in range(3000):
        assert source_of({**DEFENDER, f"extra {number}": 1}) == "Microsoft Defender"
    assert len(recognition._shapes) <= 1024


@pytest.mark.parametrize("system", ["linux", "macos"])
def test_a_process_of_another_system_is_no_start(system: str) -> None:
    row = {**ECS_DOTTED, "host.os.type": system}
    assert telemetry.read(row) is None


def test_an_action_alone_says_that_a_process_started() -> None:
    for action in ("start", "process-created"):
        row = {"@timestamp": AT, "event": {"action": action}, "process": {"name": "a.exe"}}
        assert isinstance(telemetry.read(row), ProcessCreated)
    row = {"@timestamp": AT, "event": {"action": "rename"}, "process": {"name": "a.exe"}}
    assert telemetry.read(row) is None


@pytest.mark.parametrize("lost", ["ActionType", "Timestamp"])
def test_a_query_that_left_columns_out_is_still_defenders(lost: str) -> None:
    row = {name: value for name, value in DEFENDER.items() if name != lost}
    row["TimeGenerated"] = AT
    assert isinstance(telemetry.read(row), ProcessCreated)


@pytest.mark.parametrize(
    ("row", "closest"),
    [
        ({"Timestamp": AT, "DeviceName": "ws-1", "FileName": "a.exe"}, "Microsoft Defender"),
        ({name: value for name, value in SPLUNK_CIM.items() if "parent" not in name}, "Splunk CIM"),
    ],
)
def test_an_unrecognised_row_names_the_closest_source_and_what_it_lacks(row: Any, closest: str) -> None:
    with pytest.raises(InvalidEvent, match=rf"is unrecognised\. Closest: {closest} \(needs \w") as caught:
        telemetry.read(row)
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize("width", [1, 30, 3000])
def test_messages_stay_short_whatever_the_row(width: int) -> None:
    with pytest.raises(InvalidEvent) as caught:
        telemetry.read({f"column number {number} with a long name": number for number in range(width)})
    assert len(str(caught.value)) <= 300


def test_a_numberless_record_of_the_event_log_is_unreadable() -> None:
    row = {**flat(1), "EventID": None}
    with pytest.raises(InvalidEvent, match="EventID = None: must be the number of the event"):
        telemetry.read(row)


def test_a_dotted_name_beside_an_object_of_that_name_changes_nothing_in_the_row() -> None:
    tops: list[dict[str, Any]] = [{}, {"win": {"eventdata": {}}}, {"win": 1}]
    for top in tops:
        row: dict[str, Any] = {"data": {"Event": {"System": {}}, **top}, "data.win.eventdata.image": "x.exe"}
        before = repr(row)
        list(telemetry.read_many([row, dict(row)], on_invalid=ignored))
        assert repr(row) == before


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        ("Timestamp,DeviceName,FileName\n", r"csv\.DictReader\(file\)"),
        ('"2026-03-01","ws-1","svchost.exe"\n', r"csv\.DictReader\(file\)"),
        ({"Timestamp;DeviceName;FileName": "2026-03-01;ws-1;svchost.exe"}, "delimiter=';'"),
        ({"Timestamp\tDeviceName": "2026-03-01\tws-1"}, r"delimiter='\\t'"),
    ],
)
def test_a_table_that_was_not_taken_apart_says_how_to(row: Any, advice: str) -> None:
    with pytest.raises(InvalidEvent, match=advice):
        telemetry.read(row)


@pytest.mark.parametrize("system", ["Win", "win", "WINDOWS", "Windows 10", "Microsoft Windows 11", None])
@pytest.mark.parametrize("name", ["crowdstrike", "sentinelone", "ecs", "udm"])
def test_windows_is_windows_however_a_sensor_writes_it(name: str, system: str | None) -> None:
    rows: dict[str, dict[str, Any]] = {
        "crowdstrike": {**CROWDSTRIKE, "event_platform": system},
        "sentinelone": {**sentinelone_row(TEMP, EXPLORER, 1337), "endpoint.os": system},
        "ecs": {**ECS, "host": {"name": "ws-1", "os": {"type": system}}},
        "udm": {**TOLD["udm"], "principal": {**TOLD["udm"]["principal"], "platform": system}},
    }
    assert isinstance(telemetry.read(rows[name]), ProcessCreated)


def test_a_command_line_that_is_json_stays_a_command_line() -> None:
    for line in ('{"name": "services.exe"}', '{"parent": {"name": "services.exe", "executable": "x"}}'):
        event = telemetry.read({**SPLUNK_CIM, "process": line})
        assert isinstance(event, ProcessCreated)
        assert event.process.command_line == line


def with_underscores(name: str) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("name", ["defender", "asim", "flat 1", "flat 4688"])
@pytest.mark.parametrize(
    "spelled",
    [str.lower, str.upper, with_underscores],
)
def test_the_columns_of_a_flat_table_are_known_in_any_spelling(
    name: str, spelled: Callable[[str], str]
) -> None:
    row = {spelled(column): value for column, value in ROWS[name].items()}
    assert telemetry.read(row) == telemetry.read(ROWS[name])


def test_names_that_fall_together_when_their_spelling_is_left_out_are_not_guessed_at() -> None:
    row = {name.lower(): value for name, value in DEFENDER.items()}
    with pytest.raises(InvalidEvent, match="is unrecognised"):
        telemetry.read({**row, "file_name": "other.exe"})


@pytest.mark.parametrize("system", ["Mac", "Darwin", "linux", "macOS"])
def test_another_system_is_none_of_ours(system: str) -> None:
    for row in (
        {**CROWDSTRIKE, "event_platform": system},
        {**sentinelone_row(TEMP, EXPLORER, 1337), "endpoint.os": system},
        {**TOLD["trend"], "osName": system},
    ):
        assert telemetry.read(row) is None


def test_a_start_in_ecs_is_one_in_any_case_and_an_unknown_action_is_no_other_event() -> None:
    row: dict[str, Any] = {**ECS, "event": {"category": ["Process"], "type": "Start"}}
    assert isinstance(telemetry.read(row), ProcessCreated)
    with pytest.raises(InvalidEvent, match="does not say that a process starts"):
        telemetry.read({**row, "event": {"action": "spawned"}})
    assert telemetry.read({**row, "event": {"action": "spawned", "category": ["process"]}}) is None


def test_the_data_models_fields_with_the_events_number_beside_them_are_read() -> None:
    assert isinstance(
        telemetry.read({**SPLUNK_CIM, "EventCode": "1", "source": "WinEventLog"}), ProcessCreated
    )
