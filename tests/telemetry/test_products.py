"""Rows of further products say who started what, attack and harmless row alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import DEFAULT_RELATIONS, Verdict, telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.telemetry import (
    cape,
    carbonblack,
    cortex,
    crowdstrike,
    eqlevents,
    etw,
    eventviewer,
    harfanglab,
    osquery,
    procmon,
    sentinelone,
)
from parentchild.telemetry.nested import as_object
from parentchild.telemetry.source import Source
from tests.telemetry.fuzz import UNPARSEABLE
from tests.telemetry.products import (
    ATTACKS,
    EXPLORER,
    HARMLESS,
    NAMELESS_PARENT,
    SERVICES,
    TEMP,
    WITHOUT_DEVICE,
)
from tests.telemetry.rows import ASIM, DEFENDER, ECS, ENDGAME, OCSF, OSQUERY, SPLUNK_CIM, flat, nxlog

AT = datetime(2024, 6, 10, 10, 30, tzinfo=timezone.utc)
NAMED = sorted(set(ATTACKS) - NAMELESS_PARENT)


def created(event: Event | None) -> ProcessCreated:
    assert isinstance(event, ProcessCreated)
    return event


def attack(name: str, **changed: Any) -> ProcessCreated:
    source, row = ATTACKS[name]
    return created(source.read({**row, **changed}))


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_every_product_names_the_new_process_its_pid_and_its_time(name: str) -> None:
    event = attack(name)
    assert event.process.name is not None
    assert (event.process.name.lower(), event.process.pid) == ("svchost.exe", 4242)
    assert timedelta(0) <= event.timestamp - AT < timedelta(seconds=1)
    assert event.device == ("" if name in WITHOUT_DEVICE else "ws-1")


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_every_product_names_the_parent_as_far_as_its_rows_do(name: str) -> None:
    parent = attack(name).parent
    assert parent is not None
    assert parent.name == (None if name in NAMELESS_PARENT else "explorer.exe")
    assert parent.pid == (None if name == "logscale" else 1337)


@pytest.mark.parametrize("name", NAMED)
def test_an_attack_is_a_mismatch_and_its_harmless_like_is_expected(name: str) -> None:
    found: list[Verdict] = []
    for source, row in (ATTACKS[name], HARMLESS[name]):
        event = created(source.read(row))
        assert event.parent is not None
        found.append(
            DEFAULT_RELATIONS.verdict(
                "svchost.exe",
                event.parent.name,
                child_path=event.process.path,
                parent_path=event.parent.path,
                command_line=event.process.command_line,
            )
        )
    assert found == [Verdict.MISMATCH, Verdict.EXPECTED]


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_every_product_is_recognised_as_its_own_source_reads_it(name: str) -> None:
    for source, row in (ATTACKS[name], HARMLESS[name]):
        assert telemetry.read(row) == source.read(row)


@pytest.mark.parametrize("name", sorted(ATTACKS))
@given(data=st.data())
def test_a_mutated_value_raises_nothing_but_invalid_event(name: str, data: st.DataObject) -> None:
    source, row = ATTACKS[name]
    column = data.draw(st.sampled_from(sorted(row)))
    value = data.draw(
        st.one_of(st.sampled_from(UNPARSEABLE), st.text(max_size=20), st.integers(), st.floats())
    )
    within = as_object(row[column])
    if within is not None and data.draw(st.booleans()):
        value = {**within, data.draw(st.sampled_from(sorted(within))): value}
    try:
        str(source.read({**row, column: value}))
    except InvalidEvent as error:
        str(error)


SECONDARY: dict[str, dict[str, Any]] = {
    "sentinelone": {"src.process.pid": "many", "tgt.process.cmdline": 5, "tgt.process.image.sha256": []},
    "carbon black": {"process_guid": {}, "backend_timestamp": "Invalid date", "process_username": 7},
    "cortex": {"actor_process_os_pid": None, "action_process_image_sha256": 5},
    "logscale": {"SessionId": "x", "IntegrityLevel": [], "timestamp": "then", "CommandLine": {}},
    "harfanglab": {"session": "x", "pe_info": 5, "hashes": "none", "ppid": "?"},
    "procmon": {"Detail": 5, "User": 5, "Session": "x"},
    "cape": {"environ": [], "parent_id": "x"},
    "eql": {"ppid": "x", "user_sid": 5, "sha256": 1, "unique_pid": []},
    "event viewer": {"Record ID": {}, "Computer": ""},
    "sysmon columns": {"ParentProcessId": "x", "Hashes": 5, "ProcessGuid": [], "TerminalSessionId": "x"},
    "python etw": {"CreateTime": "Invalid date", "SessionID": "x", "ParentProcessID": "x"},
    "volatility 2": {"Sess": "x", "PPID": "x", "Exit": "Invalid date"},
}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_a_bad_secondary_value_never_costs_the_row(name: str) -> None:
    event = attack(name, **SECONDARY[name])
    assert event.timestamp - AT < timedelta(seconds=1)
    assert event.process.name is not None


TIMES = {
    "sentinelone": ("event.time", "timestamp"),
    "carbon black": ("device_timestamp",),
    "cortex": ("_time",),
    "logscale": ("ProcessStartTime", "@timestamp"),
    "harfanglab": ("create_time",),
    "procmon": ("Date & Time",),
    "cape": ("first_seen",),
    "eql": ("timestamp",),
    "event viewer": ("Date and Time",),
    "sysmon columns": ("Time",),
    "python etw": ("EventHeader", "CreateTime"),
    "volatility 2": ("Start",),
}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_a_start_without_any_usable_time_is_unreadable(name: str) -> None:
    source, row = ATTACKS[name]
    header = {**row["EventHeader"], "TimeStamp": None} if name == "python etw" else None
    for nothing in (None, "then"):
        lost = dict.fromkeys(TIMES[name], nothing)
        if header is not None:
            lost["EventHeader"] = header  # type: ignore[assignment]
        with pytest.raises(InvalidEvent):
            source.read({**row, **lost})


def test_a_start_without_a_child_is_unreadable() -> None:
    for name, (source, row) in ATTACKS.items():
        silent = {
            column: ("" if isinstance(value, str) and value.lower().endswith("svchost.exe") else value)
            for column, value in row.items()
        }
        if name == "event viewer":
            silent["Message"] = row["Message"].replace(TEMP, "-")
        with pytest.raises(InvalidEvent):
            source.read(silent)


# SentinelOne ----------------------------------------------------------------------------------------------


def test_sentinelones_operating_system_parent_comes_first_and_its_source_is_the_creator() -> None:
    event = attack(
        "sentinelone",
        **{
            "osSrc.process.name": "services.exe",
            "osSrc.process.image.path": SERVICES,
            "osSrc.process.pid": 600,
        },
    )
    assert event.parent == Process("services.exe", pid=600, path=SERVICES)
    assert event.creator == Process("explorer.exe", pid=1337, path=EXPLORER)


def test_sentinelones_source_stands_for_both_where_it_is_the_same_or_alone() -> None:
    alone = attack("sentinelone")
    same = attack("sentinelone", **{"osSrc.process.name": "explorer.exe", "osSrc.process.pid": 1337})
    assert (alone.creator, same.creator) == (None, None)
    assert alone.grandparent == Process("userinit.exe")


def test_sentinelones_nested_rows_are_read_as_dotted_ones() -> None:
    nested: dict[str, Any] = {}
    for column, value in ATTACKS["sentinelone"][1].items():
        *path, last = column.split(".")
        place = nested
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    assert sentinelone.read(nested) == attack("sentinelone")


def test_sentinelones_other_events_and_systems_are_none_of_ours() -> None:
    row = ATTACKS["sentinelone"][1]
    assert sentinelone.read({**row, "event.type": "IP Connect"}) is None
    assert sentinelone.read({**row, "endpoint.os": "linux"}) is None
    thread = sentinelone.read({**row, "event.type": "Remote Thread Creation"})
    assert isinstance(thread, RemoteThreadCreated)
    assert (thread.source.name, thread.target.name) == ("explorer.exe", "svchost.exe")


# Carbon Black ---------------------------------------------------------------------------------------------


def test_carbon_blacks_parent_columns_are_the_grandparent_of_a_child() -> None:
    event = attack("carbon black")
    assert event.grandparent == Process("userinit.exe", pid=1200, path=r"c:\windows\system32\userinit.exe")
    assert event.process.sha256 == "b" * 64
    assert event.ingested_at == datetime(2024, 6, 10, 10, 31, tzinfo=timezone.utc)


def test_a_child_in_a_row_of_carbon_blacks_search_is_read() -> None:
    row = {
        "device_name": "ws-1",
        "device_timestamp": "2024-06-10T10:30:00Z",
        "process_guid": "G-1",
        "process_name": r"c:\windows\explorer.exe",
        "process_pid": [1337],
        "childproc_name": r"c:\temp\svchost.exe",
        "childproc_pid": 4242,
    }
    event = created(carbonblack.read(row))
    assert (event.process.name, event.parent) == (
        "svchost.exe",
        Process("explorer.exe", pid=1337, path=r"c:\windows\explorer.exe", guid="G-1"),
    )


def test_a_row_of_carbon_blacks_process_search_is_the_process_itself() -> None:
    row = {
        "device_name": "ws-1",
        "process_start_time": "2024-06-10T10:30:00Z",
        "process_guid": "G-1",
        "process_name": r"c:\temp\svchost.exe",
        "process_pid": [4242],
        "process_cmdline": ["svchost.exe -k"],
        "parent_name": r"c:\windows\explorer.exe",
        "parent_pid": 1337,
    }
    event = created(carbonblack.read(row))
    assert (event.process.name, event.process.pid, event.process.command_line) == (
        "svchost.exe",
        4242,
        "svchost.exe -k",
    )
    assert event.parent == Process("explorer.exe", pid=1337, path=r"c:\windows\explorer.exe")


def test_carbon_blacks_other_events_and_systems_are_none_of_ours() -> None:
    row = ATTACKS["carbon black"][1]
    assert carbonblack.read({**row, "type": "endpoint.event.moduleload"}) is None
    assert carbonblack.read({**row, "device_os": "LINUX"}) is None
    assert isinstance(carbonblack.read({**row, "type": "endpoint.event.procend"}), ProcessExited)


# Cortex XDR -----------------------------------------------------------------------------------------------


def test_cortexs_operating_system_actor_is_the_parent_and_the_actor_the_creator() -> None:
    spoofed = attack("cortex", os_actor_process_image_name="services.exe", os_actor_process_os_pid=600)
    assert spoofed.parent == Process("services.exe", pid=600)
    assert spoofed.creator == Process("explorer.exe", pid=1337, path=EXPLORER)
    same = attack("cortex", os_actor_process_image_name="explorer.exe", os_actor_process_os_pid=1337)
    assert same.creator is None


def test_cortexs_other_events_and_systems_are_none_of_ours() -> None:
    row = ATTACKS["cortex"][1]
    assert cortex.read({**row, "event_type": "FILE", "event_sub_type": "FILE_WRITE"}) is None
    assert cortex.read({**row, "agent_os_type": "AGENT_OS_MAC"}) is None
    assert isinstance(cortex.read({**row, "event_sub_type": "ENUM.PROCESS_STOP"}), ProcessExited)


# CrowdStrike ----------------------------------------------------------------------------------------------


def test_crowdstrikes_names_in_splunk_are_read() -> None:
    numbers = ("ProcessStartTime", "RawProcessId", "TargetProcessId", "ParentProcessId", "SourceProcessId")
    row = {
        (
            "event_simpleName" if name.startswith("#") else f"{name}_decimal" if name in numbers else name
        ): value
        for name, value in ATTACKS["logscale"][1].items()
    }
    assert created(crowdstrike.read(row)).process == attack("logscale").process


def test_crowdstrikes_directory_and_name_are_a_path() -> None:
    event = attack(
        "logscale", ImageFileName=None, FilePath=r"\Device\HarddiskVolume3\Temp" "\\", FileName="svchost.exe"
    )
    assert event.process.path == r"\Device\HarddiskVolume3\Temp\svchost.exe"


# HarfangLab -----------------------------------------------------------------------------------------------


def test_harfanglabs_fake_parent_is_the_declared_one() -> None:
    event = attack("harfanglab", fake_ppid=600, fake_parent_image=SERVICES)
    assert event.parent == Process("services.exe", pid=600, path=SERVICES)
    assert event.creator == Process("explorer.exe", pid=1337, path=EXPLORER)
    assert event.process.original_name == "svchost.exe"
    assert attack("harfanglab").creator is None


def test_harfanglabs_other_logs_and_systems_are_none_of_ours() -> None:
    row = ATTACKS["harfanglab"][1]
    assert harfanglab.read({**row, "log_type": "network"}) is None
    assert harfanglab.read({**row, "agent": {"ostype": "linux"}}) is None


# Process Monitor ------------------------------------------------------------------------------------------


def test_procmons_command_line_may_hold_commas() -> None:
    assert attack("procmon").process.command_line == "svchost.exe -k a, b"


def test_procmons_process_start_is_the_new_process_itself() -> None:
    detail = r"Parent PID: 1,337, Command line: svchost.exe -k, Current directory: C:\, Environment: ;A=1"
    event = attack(
        "procmon", Operation="Process Start", PID="4242", Detail=detail, **{"Process Name": "svchost.exe"}
    )
    assert (event.process.name, event.process.pid, event.process.command_line) == (
        "svchost.exe",
        4242,
        "svchost.exe -k",
    )
    assert event.parent == Process(None, pid=1337)


def test_procmons_list_of_processes_is_a_snapshot() -> None:
    row = {
        "ProcessIndex": "7",
        "ProcessId": "4242",
        "ParentProcessId": "1337",
        "CreateTime": "133624890001230000",
        "ProcessName": "svchost.exe",
        "ImagePath": TEMP,
        "CommandLine": "svchost.exe",
    }
    event = created(telemetry.read(row))
    assert (event.process.path, event.parent, event.from_snapshot) == (TEMP, Process(None, pid=1337), True)


def test_procmons_other_operations_are_none_of_ours() -> None:
    row = ATTACKS["procmon"][1]
    assert procmon.read({**row, "Operation": "RegOpenKey"}) is None
    assert isinstance(procmon.read({**row, "Operation": "Process Exit"}), ProcessExited)


# The others -----------------------------------------------------------------------------------------------


def test_cuckoos_names_are_read_too() -> None:
    row = {
        "pid": 4242,
        "ppid": 1337,
        "process_name": "svchost.exe",
        "process_path": TEMP,
        "command_line": "svchost.exe",
        "first_seen": 1718015400.123,
    }
    event = created(cape.read(row))
    assert (event.process.path, event.parent) == (TEMP, Process(None, pid=1337))


def test_eqls_other_events_are_none_of_ours() -> None:
    row = ATTACKS["eql"][1]
    assert eqlevents.read({**row, "event_type": "file"}) is None
    assert eqlevents.read({**row, "subtype": "fork"}) is None
    assert isinstance(eqlevents.read({**row, "subtype": "terminate"}), ProcessExited)


def test_the_event_viewers_nameless_column_holds_the_message() -> None:
    source, row = ATTACKS["event viewer"]
    unnamed: dict[Any, Any] = {name: value for name, value in row.items() if name != "Message"}
    saved: Any = {**unnamed, None: [row["Message"]]}
    assert telemetry.read(saved) == source.read(saved) == attack("event viewer")
    with pytest.raises(InvalidEvent, match="Event ID = '4688': must come with the event's message"):
        source.read(unnamed)
    assert eventviewer.read({**row, "Event ID": "4624"}) is None


def test_the_event_viewer_shows_sysmons_events_too() -> None:
    message = (
        "Process Create:\nRuleName: -\nUtcTime: 2024-06-10 10:30:00.123\nProcessId: 4242\n"
        f"Image: {TEMP}\nOriginalFileName: cmd.exe\nCommandLine: svchost.exe\n"
        f"ParentProcessId: 1337\nParentImage: {EXPLORER}\n"
    )
    row = {
        "Level": "Information",
        "Date and Time": "6/10/2024 10:30:00 AM",
        "Source": "Microsoft-Windows-Sysmon",
    }
    event = created(eventviewer.read({**row, "Event ID": "1", "Task Category": "", "x": message}))
    assert event.process.original_name == "cmd.exe"
    assert event.parent == Process("explorer.exe", pid=1337, path=EXPLORER)


def test_a_process_of_cortex_without_a_name_is_named_by_its_path() -> None:
    _, row = ATTACKS["cortex"]
    unnamed = {column: value for column, value in row.items() if not column.endswith("_image_name")}
    assert len(unnamed) < len(row)
    assert cortex.read(unnamed) == attack("cortex")


def test_full_event_log_view_names_the_columns_of_the_event_viewer_otherwise() -> None:
    _, row = ATTACKS["event viewer"]
    saved = {
        "Event Time": "6/10/2024 10:30:00 AM",
        "Record ID": "7",
        "Event ID": "4688",
        "Level": "Information",
        "Channel": "Security",
        "Provider": "Microsoft-Windows-Security-Auditing",
        "Description": row["Message"],
        "Computer": "ws-9",
    }
    event = created(telemetry.read(saved))
    assert event == attrs.evolve(attack("event viewer"), device="ws-9", record_id=event.record_id)
    with pytest.raises(InvalidEvent, match=r"Event Time = '2/3/2024 10:30:00': may have the day"):
        telemetry.read(saved | {"Event Time": "2/3/2024 10:30:00"})


def test_the_original_name_of_sysmons_columns_is_read() -> None:
    assert attack("sysmon columns", OriginalFileName="Cmd.Exe").process.original_name == "Cmd.Exe"


def test_a_row_with_the_number_of_another_event_is_no_start_for_its_columns() -> None:
    row = {**ATTACKS["sysmon columns"][1], "Channel": "Microsoft-Windows-Sysmon/Operational"}
    assert telemetry.read({**row, "EventID": 3}) is None


def test_the_header_of_a_python_trace_names_the_creator() -> None:
    header = {**ATTACKS["python etw"][1]["EventHeader"], "ProcessId": 8004}
    assert attack("python etw", EventHeader=header).creator == Process(None, pid=8004)
    assert attack("python etw").creator is None
    assert attack("python etw").process.started_at == AT.replace(microsecond=123_000)


def test_another_provider_in_a_python_trace_is_none_of_ours() -> None:
    row = ATTACKS["python etw"][1]
    foreign = {**row["EventHeader"], "ProviderId": "{EDD08927-9CC4-4E65-B970-C2560FB5C289}"}
    assert etw.read({**row, "EventHeader": foreign}) is None


def test_the_table_of_other_systems_is_no_windows_start() -> None:
    row = {
        "pid": "42",
        "path": "/usr/bin/id",
        "cmdline": "id",
        "auid": "0",
        "euid": "0",
        "parent": "1",
        "time": "1",
    }
    assert osquery.read(row) is None
    assert osquery.read({**OSQUERY, "name": "process_events", "columns": row}) is None


def test_every_source_of_a_product_has_a_name_of_its_own() -> None:
    sources: list[Source] = [source for source, _ in ATTACKS.values()]
    assert len({source.name for source in sources}) == len(sources)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (
            {**OCSF, "process": {**OCSF["process"], "file": {**OCSF["process"]["file"], "hashes": [1]}}},
            "sha256",
        ),
        ({**ENDGAME, "unique_pid": 10**30}, "guid"),
        ({**DEFENDER, "SHA256": 5}, "sha256"),
        ({**DEFENDER, "ProcessCreationTime": "Invalid date"}, "started_at"),
        ({**ASIM, "TargetProcessIntegrityLevel": []}, "integrity"),
        ({**SPLUNK_CIM, "user": {}}, "user"),
        ({**flat(1), "TerminalSessionId": "x"}, "session"),
        ({**flat(4688), "TargetUserSid": 5, "SubjectUserSid": None}, "user_sid"),
        ({**ECS, "process": {**ECS["process"], "pe": 5}}, "original_name"),
    ],
)
def test_a_bad_secondary_value_of_a_known_source_is_dropped(row: Mapping[str, Any], column: str) -> None:
    event = created(telemetry.read(row))
    assert event.process.name == "svchost.exe"
    assert getattr(event.process, column) is None


@pytest.mark.parametrize(
    "row",
    [
        {**OCSF, "process": {**OCSF["process"], "parent_process": {"name": "explorer.exe", "pid": "x"}}},
        {**ENDGAME, "ppid": "x"},
        {**DEFENDER, "InitiatingProcessId": "x"},
        {**ASIM, "ActingProcessId": []},
        {**SPLUNK_CIM, "parent_process_id": "x"},
        {**flat(1), "ParentProcessId": "x"},
        {**flat(4688), "ProcessId": "x"},
    ],
)
def test_a_bad_pid_of_a_parent_leaves_its_name(row: Mapping[str, Any]) -> None:
    parent = created(telemetry.read(row)).parent
    assert parent is not None
    assert (parent.name, parent.pid) == ("explorer.exe", None)


@pytest.mark.parametrize("number", [1, 4688])
def test_doubled_backslashes_of_a_table_are_none_of_the_path(number: int) -> None:
    doubled = {
        name: value.replace("\\", "\\\\") if isinstance(value, str) else value
        for name, value in flat(number).items()
    }
    assert created(telemetry.read(doubled)) == created(telemetry.read(flat(number)))


def test_nxlogs_message_has_the_pid_that_its_columns_have_lost() -> None:
    row = {**nxlog(1), "ProcessID": 3000, "Message": f"Process Create:\r\nProcessId: 4242\r\nImage: {TEMP}"}
    del row["ProcessId"]
    assert created(telemetry.read(row)).process.pid == 4242
    forged = {**row, "Message": f"{row['Message']}\r\nCommandLine: x\r\nProcessId: 4"}
    assert created(telemetry.read(forged)).process.pid is None
    ended = {**nxlog(5), "ProcessID": 3000, "Message": "Process terminated:\r\nProcessId: 4242\r\n"}
    del ended["ProcessId"]
    event = telemetry.read(ended)
    assert isinstance(event, ProcessExited)
    assert event.process.pid == 4242


@pytest.mark.parametrize("number", [1, 4688])
@pytest.mark.parametrize("nothing", ["", "-", None, "nan"])
def test_a_start_of_the_event_log_without_a_child_is_unreadable(number: int, nothing: str | None) -> None:
    child = "Image" if number == 1 else "NewProcessName"
    with pytest.raises(InvalidEvent, match=r"has (neither|no) name.* in the row"):
        telemetry.read({**flat(number), child: nothing})


def test_local_times_are_read_in_the_zone_that_the_caller_names() -> None:
    east = timezone(timedelta(hours=2))
    row = nxlog(4688)
    del row["@timestamp"]
    rows = [
        row,
        ATTACKS["procmon"][1],
        ATTACKS["event viewer"][1],
        {**ASIM, "TimeGenerated": "6/10/2024 10:30 AM"},
    ]
    times = [event.timestamp for event in telemetry.read_many(rows, zone=east)]
    assert times == [AT - timedelta(hours=6), *[AT - timedelta(hours=2)] * 3]
