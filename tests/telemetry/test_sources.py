"""Each source, in each envelope, tells the same story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from parentchild import telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from tests.telemetry.rows import (
    ASIM,
    CROWDSTRIKE,
    DEFENDER,
    DEFENDER_THREAD,
    ECS,
    ECS_MOVED,
    ENDGAME,
    ENVELOPES,
    ETW,
    EVENT_HUB,
    EVENTS,
    EXPLORER,
    NTFS,
    OCSF,
    OSQUERY,
    SOURCES,
    SPLUNK_CIM,
    SVCHOST,
    SYSMON_1,
    all_rows,
    flat,
    nxlog,
    winlog,
)

CARRYING_SYSMON = sorted(set(ENVELOPES) - {"SecurityEvent"})
NOON = datetime(2024, 6, 10, 10, 30, 0, 123456, tzinfo=timezone.utc)
GUID = "a23eae89-bd56-67e0-0000-0010e9d95e01"


def created(row: Mapping[str, Any]) -> ProcessCreated:
    event = telemetry.read(row)
    assert isinstance(event, ProcessCreated)
    return event


def parent_of(row: Mapping[str, Any]) -> Process:
    parent = created(row).parent
    assert parent is not None
    return parent


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_creation_in_the_security_log_is_the_same_in_every_envelope(envelope: str) -> None:
    event = created(ENVELOPES[envelope](4688))
    assert event.timestamp == NOON
    assert event.device == "ws-1"
    assert event.process == Process(
        "svchost.exe",
        pid=4242,
        path=SVCHOST,
        user=r"WS-1\ann",
        user_sid="S-1-5-21-1-2-3-1001",
        integrity="S-1-16-16384",
    )
    assert event.parent == Process("explorer.exe", pid=1337, path=EXPLORER)
    assert event.record_id in {7, "7", None}


@pytest.mark.parametrize("envelope", CARRYING_SYSMON)
def test_an_event_of_sysmon_is_the_same_in_every_envelope(envelope: str) -> None:
    event = created(ENVELOPES[envelope](1))
    assert (event.timestamp, event.device) == (NOON, "ws-1")
    assert event.process == Process(
        "svchost.exe",
        pid=4242,
        path=SVCHOST,
        command_line="svchost.exe -k netsvcs",
        started_at=NOON.replace(microsecond=120_000),
        user=r"NT AUTHORITY\SYSTEM",
        guid=GUID,
        session=0,
        integrity="System",
        original_name="svchost.exe",
        sha256="BB",
    )
    assert event.parent == Process(
        "explorer.exe",
        pid=1337,
        path=EXPLORER,
        command_line="explorer.exe",
        user=r"WS-1\ann",
        guid="a23eae89-bd28-67e0-0000-00102f345d01",
    )


@pytest.mark.parametrize(
    ("envelope", "number"),
    [*((envelope, 4689) for envelope in ENVELOPES), *((envelope, 5) for envelope in CARRYING_SYSMON)],
)
def test_an_exit_is_the_same_in_every_envelope(envelope: str, number: int) -> None:
    event = telemetry.read(ENVELOPES[envelope](number))
    assert isinstance(event, ProcessExited)
    assert (event.timestamp, event.device) == (NOON, "ws-1")
    assert (event.process.name, event.process.pid, event.process.path) == ("svchost.exe", 4242, SVCHOST)


@pytest.mark.parametrize("envelope", CARRYING_SYSMON)
def test_a_remote_thread_is_the_same_in_every_envelope(envelope: str) -> None:
    event = telemetry.read(ENVELOPES[envelope](8))
    assert isinstance(event, RemoteThreadCreated)
    assert (event.source.name, event.source.pid, event.source.path) == ("explorer.exe", 1337, EXPLORER)
    assert (event.target.name, event.target.pid, event.target.guid) == ("svchost.exe", 4242, GUID)


@pytest.mark.parametrize("name", sorted(set(SOURCES) - {"defender thread"}))
def test_every_source_names_the_new_process(name: str) -> None:
    event = created(SOURCES[name])
    assert (event.process.name, event.process.pid) == ("svchost.exe", 4242)
    assert abs(event.timestamp - NOON) < timedelta(seconds=1)


@pytest.mark.parametrize(
    "name",
    [
        "defender",
        "event hub",
        "asim",
        "ecs",
        "ecs dotted",
        "ecs moved",
        "ocsf",
        "endgame",
        "splunk cim",
        "crowdstrike",
    ],
)
def test_a_source_that_names_the_parent_gives_its_name(name: str) -> None:
    assert parent_of(SOURCES[name]).name == "explorer.exe"


@pytest.mark.parametrize("name", ["osquery", "etw", "pslist"])
def test_a_parent_known_by_pid_alone_has_no_name(name: str) -> None:
    assert parent_of(SOURCES[name]) == Process(None, pid=1337)


def test_every_invented_row_is_recognised_as_its_own_source_reads_it() -> None:
    modules = {
        "defender": telemetry.defender,
        "defender thread": telemetry.defender,
        "event hub": telemetry.defender,
        "asim": telemetry.asim,
        "ecs": telemetry.ecs,
        "ecs dotted": telemetry.ecs,
        "ecs moved": telemetry.ecs,
        "ocsf": telemetry.ocsf,
        "endgame": telemetry.endgame,
        "splunk cim": telemetry.splunk_cim,
        "crowdstrike": telemetry.crowdstrike,
        "osquery": telemetry.osquery,
        "etw": telemetry.etw,
        "pslist": telemetry.pslist,
    }
    for name, row in SOURCES.items():
        assert modules[name].read(row) == telemetry.read(row), name
    for build in ENVELOPES.values():
        assert telemetry.security.read(build(4688)) == telemetry.read(build(4688))
        assert telemetry.security.read(build(1)) is None


def test_no_row_is_changed_by_reading_it() -> None:
    before = {name: repr(row) for name, row in all_rows().items()}
    rows = all_rows()
    for row in rows.values():
        telemetry.read(row)
    assert {name: repr(row) for name, row in rows.items()} == before


# Defender -----------------------------------------------------------------------------------------------


def test_defenders_parent_of_the_initiating_process_is_the_grandparent() -> None:
    event = created(DEFENDER)
    assert event.grandparent == Process("userinit.exe", pid=1200)
    assert event.creator is None


def test_defenders_paths_are_kept_as_logged() -> None:
    event = created(DEFENDER)
    assert event.process.path == SVCHOST
    assert event.parent is not None
    assert event.parent.path == r"c:\windows"


def test_defenders_remote_thread_runs_in_the_process_named_by_file_name() -> None:
    event = telemetry.read(DEFENDER_THREAD)
    assert isinstance(event, RemoteThreadCreated)
    assert (event.source.name, event.target.name) == ("explorer.exe", "svchost.exe")
    assert event.target.path == SVCHOST  # this action logs the directory alone


def test_the_event_hub_says_when_a_record_was_published() -> None:
    assert created(EVENT_HUB).ingested_at == datetime(2024, 6, 10, 10, 33, tzinfo=timezone.utc)


@pytest.mark.parametrize("action", ["processcreated", "PROCESSCREATED"])
def test_defenders_actions_are_read_in_any_case(action: str) -> None:
    assert created({**DEFENDER, "ActionType": action}) == created(DEFENDER)


def test_an_initiating_process_of_which_only_pid_0_is_logged_is_no_parent() -> None:
    row = {name: None for name in DEFENDER if name.startswith("InitiatingProcess")}
    assert created({**DEFENDER, **row, "InitiatingProcessId": 0}).parent is None


def test_other_actions_and_other_tables_are_not_about_processes() -> None:
    assert telemetry.read({**DEFENDER, "ActionType": "FileCreated"}) is None
    assert telemetry.read({**EVENT_HUB, "category": "NetworkSecurityGroupEvent"}) is None


def test_floats_and_foreign_nothings_of_a_data_frame_are_read() -> None:
    row = {**DEFENDER, "ProcessId": 4242.0, "AccountName": float("nan"), "InitiatingProcessId": float("nan")}
    event = created(row)
    assert (event.process.pid, event.process.user) == (4242, None)
    assert event.parent is not None
    assert event.parent.pid is None


# Sysmon and the security log ----------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", ["-", "?", "", None])
def test_a_parent_that_sysmon_could_not_name_is_known_by_its_pid(nothing: str | None) -> None:
    row = {
        **flat(1),
        "ParentImage": nothing,
        "ParentProcessGuid": "{00000000-0000-0000-0000-000000000000}",
        "ParentCommandLine": nothing,
        "ParentUser": "-",
    }
    assert created(row).parent == Process(None, pid=1337)


def test_a_creation_of_before_windows_10_has_its_parents_pid_alone() -> None:
    row = flat(4688)
    del row["ParentProcessName"]
    assert created(row).parent == Process(None, pid=1337)


@pytest.mark.parametrize("number", EVENTS)
def test_the_number_of_a_document_may_stand_in_its_code_alone(number: int) -> None:
    row = winlog(number)
    row["event"]["code"] = str(row["winlog"].pop("event_id"))
    assert telemetry.read(row) == telemetry.read(winlog(number))


def test_the_code_of_a_document_whose_data_were_moved_is_its_number() -> None:
    writer = {"provider_name": "Microsoft-Windows-Sysmon", "computer_name": "ws-1"}
    row: dict[str, Any] = {**all_rows()["ecs"], "winlog": writer}
    event = row["event"]
    assert created(row | {"event": {**event, "code": "1"}}).process.name == "svchost.exe"
    assert telemetry.read(row | {"event": {**event, "code": "3"}}) is None
    with pytest.raises(InvalidEvent, match=r"winlog.event_id = None: must be the number of the event"):
        telemetry.read(row)


def test_nxlogs_own_process_id_is_never_taken_for_the_new_process() -> None:
    row = {**nxlog(1), "ProcessID": 3000}
    del row["ProcessId"]
    assert created(row).process.pid is None


def test_sysmons_own_time_is_used_where_the_record_has_none_that_is_utc() -> None:
    row = nxlog(1)
    del row["@timestamp"]
    assert created(row).timestamp == datetime(2024, 6, 10, 10, 30, 0, 120_000, tzinfo=timezone.utc)
    local = {**flat(1), "TimeCreated": "2024-06-10 03:30:00.123"}
    assert created(local).timestamp == datetime(2024, 6, 10, 10, 30, 0, 120_000, tzinfo=timezone.utc)


def test_nxlogs_local_time_is_refused_rather_than_taken_for_utc() -> None:
    row = nxlog(4688)
    del row["@timestamp"]
    with pytest.raises(
        InvalidEvent, match=r"EventTime = '2024-06-10 06:30:00': is local time without a zone"
    ):
        telemetry.read(row)


def test_nxlogs_time_is_read_when_it_gives_its_zone() -> None:
    row = {**nxlog(4688), "EventTime": "2024-06-10T06:30:00.123456-04:00"}
    del row["@timestamp"]
    assert created(row).timestamp == NOON


def test_a_row_of_nobody_is_known_by_its_number_and_columns() -> None:
    unsigned = {name: value for name, value in flat(1).items() if name not in {"SourceName", "Channel"}}
    assert created(unsigned).process.name == "svchost.exe"
    assert (
        created(
            {
                "EventID": "4688",
                "TimeCreatedUtc": "2024-06-10 10:30:00",
                "NewProcessId": "0x1",
                "NewProcessName": "x",
            }
        ).process.pid
        == 1
    )


@pytest.mark.parametrize(
    "provider",
    [
        *("Microsoft Windows security auditing.", "Microsoft Windows-Sicherheitsüberwachung.", "WinEventLog"),
        *("Sysmon", "Security", "collector"),
    ],
)
@pytest.mark.parametrize("number", [1, 4688])
def test_a_start_is_one_by_whatever_name_a_collector_calls_its_writer(number: int, provider: str) -> None:
    row = {**flat(number), "SourceName": provider, "Channel": provider}
    assert created(row).process.name == "svchost.exe"
    assert created({**row, "SourceName": None}).process.name == "svchost.exe"


def test_event_1_of_another_provider_is_not_sysmons() -> None:
    assert telemetry.read({**flat(1), "SourceName": "Microsoft-Windows-Kernel-General"}) is None


def test_a_document_of_winlogbeat_says_when_it_was_ingested() -> None:
    assert created(winlog(1)).ingested_at == datetime(2024, 6, 10, 10, 30, 9, tzinfo=timezone.utc)


def test_records_of_other_numbers_give_nothing() -> None:
    assert telemetry.read({**flat(1), "EventID": 10}) is None
    assert telemetry.read({**flat(4688), "EventID": 4624}) is None
    assert telemetry.read({"Event": {"System": {"EventID": 2}, "UserData": {}}}) is None
    system = {"EventID": 1, "Provider": {"#attributes": {"Name": "Microsoft-Windows-Kernel-General"}}}
    assert telemetry.read({"Event": {"System": system, "UserData": {}}}) is None


@pytest.mark.parametrize("number", [1, 5, 8])
def test_what_may_be_a_process_event_of_nobody_knows_whom_is_unreadable(number: int) -> None:
    flat_row: dict[str, Any] = {"EventID": number, "Level": 4}
    for row in (flat_row, {"Event": {"System": flat_row, "UserData": {}}}):
        with pytest.raises(InvalidEvent, match="must be who wrote the event"):
            telemetry.read(row)


# The others ---------------------------------------------------------------------------------------------


def test_asims_acting_process_is_the_parent_and_its_parent_the_grandparent() -> None:
    event = created(ASIM)
    assert event.parent == Process("explorer.exe", pid=1337, path=EXPLORER)
    assert event.grandparent == Process("userinit.exe", pid=1200)


def test_asims_termination_is_an_exit() -> None:
    event = telemetry.read({**ASIM, "EventType": "ProcessTerminated"})
    assert isinstance(event, ProcessExited)


def test_the_real_pid_of_elastic_endpoint_is_the_creator() -> None:
    parent = {**ECS["process"]["parent"], "Ext": {"real": {"pid": 8004, "entity_id": "x1"}}}
    row = {**ECS, "process": {**ECS["process"], "parent": parent}}
    assert created(row).creator == Process(None, pid=8004, guid="x1")
    same = {**parent, "Ext": {"real": {"pid": 1337}}}
    assert created({**ECS, "process": {**ECS["process"], "parent": same}}).creator is None


@pytest.mark.parametrize(
    ("kinds", "action"), [(["info"], "already_running"), (["change"], "already_running")]
)
def test_a_process_that_was_running_already_is_a_creation(kinds: list[str], action: str) -> None:
    assert (
        created({**ECS, "event": {"category": "process", "type": kinds, "action": action}}).process.pid
        == 4242
    )


def test_an_end_in_ecs_is_an_exit_and_other_systems_are_none_of_ours() -> None:
    ended = telemetry.read({**ECS, "event": {"category": "process", "type": "end"}})
    assert isinstance(ended, ProcessExited)
    assert telemetry.read({**ECS, "host": {"name": "l", "os": {"type": "linux"}}}) is None
    assert telemetry.read({**ECS, "event": {"category": ["file"], "type": ["start"]}}) is None
    assert telemetry.read({**ECS, "event": {"category": ["process"], "type": ["change"]}}) is None


def test_the_logging_services_account_is_not_the_new_processs() -> None:
    event = created(ECS_MOVED)
    assert (event.process.user_sid, event.device, event.record_id) == (None, "ws-1", 7)
    assert created(ECS).process.user_sid == "S-1-5-18"


def test_a_moved_remote_thread_has_its_target_in_the_event_data() -> None:
    data = {"TargetImage": SVCHOST, "TargetProcessId": "9"}
    event = telemetry.read(
        {**ECS_MOVED, "winlog": {**ECS_MOVED["winlog"], "event_id": 8, "event_data": data}}
    )
    assert isinstance(event, RemoteThreadCreated)
    assert event.target == Process("svchost.exe", pid=9, path=SVCHOST)


def test_an_ocsf_actor_that_is_not_the_parent_is_the_creator() -> None:
    event = created(OCSF)
    assert event.parent == Process("explorer.exe", pid=1337, path=EXPLORER, guid="y")
    assert event.creator == Process("powershell.exe", pid=8004, guid="x")
    assert event.process.sha256 == "bb"


def test_an_ocsf_actor_stands_for_the_parent_that_is_missing() -> None:
    process = {name: value for name, value in OCSF["process"].items() if name != "parent_process"}
    event = created({**OCSF, "process": process})
    assert event.parent == Process("powershell.exe", pid=8004, guid="x")
    assert event.creator is None


def test_an_ocsf_actor_that_is_the_parent_is_no_creator_apart() -> None:
    assert created({**OCSF, "actor": {"process": {"pid": 1337, "uid": "y"}}}).creator is None
    assert created({**OCSF, "actor": {"process": {"uid": "y"}}}).creator is None


def test_ocsf_terminate_and_inject_are_exit_and_remote_thread() -> None:
    assert isinstance(telemetry.read({**OCSF, "activity_id": 2}), ProcessExited)
    thread = telemetry.read({**OCSF, "activity_id": 4, "injection_type_id": 1})
    assert isinstance(thread, RemoteThreadCreated)
    assert (thread.source.name, thread.target.name) == ("powershell.exe", "svchost.exe")
    assert telemetry.read({**OCSF, "activity_id": 4, "injection_type_id": 3}) is None
    assert telemetry.read({**OCSF, "class_uid": 2004}) is None


def test_endgame_names_no_host() -> None:
    assert created(ENDGAME).device == ""
    assert isinstance(telemetry.read({**ENDGAME, "event_subtype_full": "termination_event"}), ProcessExited)
    assert telemetry.read({**ENDGAME, "event_type_full": "file_event"}) is None
    assert telemetry.read({**ENDGAME, "event_subtype_full": "other"}) is None


def test_an_endgame_process_whose_parent_has_exited_has_the_pid_of_it() -> None:
    row = {**ENDGAME, "event_subtype_full": "already_running"}
    for column in ("parent_process_name", "parent_process_path", "unique_ppid"):
        del row[column]
    assert created(row).parent == Process(None, pid=1337)


def test_what_splunk_does_not_know_is_none() -> None:
    row = {
        **SPLUNK_CIM,
        "parent_process_name": "unknown",
        "parent_process_path": "unknown",
        "user": "unknown",
    }
    event = created(row)
    assert event.parent == Process(None, pid=1337)
    assert event.process.user is None
    assert event.ingested_at == datetime(2024, 6, 10, 10, 31, tzinfo=timezone.utc)


def test_crowdstrikes_sensor_ids_are_no_pids() -> None:
    event = created(CROWDSTRIKE)
    assert event.process == Process(
        "svchost.exe",
        pid=4242,
        path=NTFS,
        started_at=NOON.replace(microsecond=123_000),
        guid="5642133882",
    )
    assert event.parent == Process("explorer.exe", guid="5459598860")
    assert event.grandparent == Process("userinit.exe")
    assert event.creator is None


def test_a_source_process_that_is_not_the_parent_is_crowdstrikes_creator() -> None:
    assert created({**CROWDSTRIKE, "SourceProcessId": "77"}).creator == Process(None, guid="77")


def test_crowdstrikes_end_of_process_is_an_exit_and_macs_are_none_of_ours() -> None:
    assert isinstance(telemetry.read({**CROWDSTRIKE, "event_simpleName": "EndOfProcess"}), ProcessExited)
    assert telemetry.read({**CROWDSTRIKE, "event_platform": "Mac"}) is None
    assert telemetry.read({**CROWDSTRIKE, "event_simpleName": "DnsRequest"}) is None


def test_the_header_of_a_kernel_trace_names_the_creator() -> None:
    assert created(OSQUERY).creator == Process(None, pid=8004)
    assert created(ETW).creator is None  # the parent itself
    header = {**ETW["system"], "execution": {"process_id": "8004"}}
    assert created({**ETW, "system": header}).creator == Process(None, pid=8004)


def test_kernel_traces_tell_of_exits_and_other_things() -> None:
    assert isinstance(telemetry.read({**ETW, "system": {**ETW["system"], "event_id": 2}}), ProcessExited)
    assert telemetry.read({**ETW, "system": {**ETW["system"], "event_id": 15}}) is None
    assert telemetry.read({**ETW, "system": {**ETW["system"], "provider": "x"}}) is None
    columns = {**OSQUERY["columns"], "type": "ProcessStop"}
    assert isinstance(telemetry.read({**OSQUERY, "columns": columns}), ProcessExited)
    assert isinstance(telemetry.osquery.read(columns), ProcessExited)
    assert telemetry.read({**OSQUERY, "action": "removed"}) is None
    assert telemetry.read({**OSQUERY, "columns": {**columns, "type": "Other"}}) is None


def test_a_guid_is_the_same_with_and_without_braces() -> None:
    bare = {**flat(1), "ProcessGuid": SYSMON_1["ProcessGuid"].strip("{}").lower()}
    assert created(bare).process.guid == created(flat(1)).process.guid == GUID
