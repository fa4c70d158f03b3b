"""Invented rows: how each source would write that explorer.exe started svchost.exe, and its like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

SVCHOST = r"C:\Windows\System32\svchost.exe"
EXPLORER = r"C:\Windows\explorer.exe"
NTFS = r"\Device\HarddiskVolume3\Windows\System32\svchost.exe"
SPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
AT = "2024-06-10T10:30:00.123456Z"
UTC = "2024-06-10 10:30:00.120"
CHILD_GUID = "{A23EAE89-BD56-67E0-0000-0010E9D95E01}"
PARENT_GUID = "{A23EAE89-BD28-67E0-0000-00102F345D01}"

SYSMON = "Microsoft-Windows-Sysmon"
SYSMON_LOG = "Microsoft-Windows-Sysmon/Operational"
SECURITY = "Microsoft-Windows-Security-Auditing"

SYSMON_1 = {
    "RuleName": "-",
    "UtcTime": UTC,
    "ProcessGuid": CHILD_GUID,
    "ProcessId": "4242",
    "Image": SVCHOST,
    "OriginalFileName": "svchost.exe",
    "CommandLine": "svchost.exe -k netsvcs",
    "User": r"NT AUTHORITY\SYSTEM",
    "TerminalSessionId": "0",
    "IntegrityLevel": "System",
    "Hashes": "SHA1=AA,SHA256=BB,IMPHASH=CC",
    "ParentProcessGuid": PARENT_GUID,
    "ParentProcessId": "1337",
    "ParentImage": EXPLORER,
    "ParentCommandLine": "explorer.exe",
    "ParentUser": r"WS-1\ann",
}
SYSMON_5 = {"UtcTime": UTC, "ProcessGuid": CHILD_GUID, "ProcessId": "4242", "Image": SVCHOST}
SYSMON_8 = {
    "UtcTime": UTC,
    "SourceProcessGuid": PARENT_GUID,
    "SourceProcessId": "1337",
    "SourceImage": EXPLORER,
    "TargetProcessGuid": CHILD_GUID,
    "TargetProcessId": "4242",
    "TargetImage": SVCHOST,
}
SECURITY_4688 = {
    "SubjectUserSid": "S-1-5-21-1-2-3-1001",
    "SubjectUserName": "ann",
    "SubjectDomainName": "WS-1",
    "NewProcessId": "0x1092",
    "NewProcessName": SVCHOST,
    "ProcessId": "0x539",
    "CommandLine": "",
    "TargetUserSid": "S-1-0-0",
    "TargetUserName": "-",
    "TargetDomainName": "-",
    "ParentProcessName": EXPLORER,
    "MandatoryLabel": "S-1-16-16384",
}
SECURITY_4689 = {"SubjectUserName": "WS-1$", "ProcessId": "0x1092", "ProcessName": SVCHOST}

EVENTS: dict[int, tuple[str, str, dict[str, str]]] = {
    1: (SYSMON, SYSMON_LOG, SYSMON_1),
    5: (SYSMON, SYSMON_LOG, SYSMON_5),
    8: (SYSMON, SYSMON_LOG, SYSMON_8),
    4688: (SECURITY, "Security", SECURITY_4688),
    4689: (SECURITY, "Security", SECURITY_4689),
}


def xml(number: int) -> str:
    """An event as the event log renders it."""
    provider, channel, data = EVENTS[number]
    entries = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in data.items())
    return (
        f"<Event xmlns='{SPACE}'><System><Provider Name='{provider}'/><EventID>{number}</EventID>"
        f"<TimeCreated SystemTime='{AT}'/><EventRecordID>7</EventRecordID>"
        f"<Execution ProcessID='3000' ThreadID='1'/><Channel>{channel}</Channel><Computer>ws-1</Computer>"
        f"</System><EventData>{entries}</EventData></Event>"
    )


def evtx(number: int) -> dict[str, Any]:
    """An event as a converter of evtx files writes it."""
    provider, channel, data = EVENTS[number]
    system = {
        "Provider": {"#attributes": {"Name": provider}},
        "EventID": number,
        "TimeCreated": {"#attributes": {"SystemTime": AT}},
        "EventRecordID": 7,
        "Execution": {"#attributes": {"ProcessID": 3000}},
        "Channel": channel,
        "Computer": "ws-1",
    }
    return {"#attributes": {"xmlns": SPACE}, "System": system, "EventData": dict(data)}


def evtx_with_text(number: int) -> dict[str, Any]:
    """The same from a converter that keeps attributes apart and gives the number some."""
    event = evtx(number)
    event["System"]["EventID"] = {"#text": str(number), "#attributes": {"Qualifiers": 0}}
    event["System"]["Provider_attributes"] = event["System"].pop("Provider")["#attributes"]
    event["System"]["TimeCreated_attributes"] = event["System"].pop("TimeCreated")["#attributes"]
    return event


def xml_as_json(number: int) -> dict[str, Any]:
    """An event's XML turned into JSON; a value that is empty has no text."""
    provider, channel, data = EVENTS[number]
    system = {
        "Provider": {"Name": provider},
        "EventID": str(number),
        "TimeCreated": {"SystemTime": AT},
        "EventRecordID": "7",
        "Channel": channel,
        "Computer": "ws-1",
    }
    entries = [{"Name": name} | ({"text": value} if value else {}) for name, value in data.items()]
    return {"Event": {"System": system, "EventData": {"Data": entries}}}


def nxlog(number: int) -> dict[str, Any]:
    """A flat row of NXLog, whose own ProcessID is the logging service's."""
    provider, channel, data = EVENTS[number]
    own = {"SourceName": provider, "Channel": channel, "EventID": number, "Hostname": "ws-1", "host": "wec"}
    times = {"EventTime": "2024-06-10 06:30:00", "EventReceivedTime": "2024-06-10 06:30:02", "@timestamp": AT}
    return {**own, **times, "RecordNumber": 7, "ExecutionProcessID": 3000, **data}


def flat(number: int) -> dict[str, Any]:
    """A flat row as public data sets have it."""
    provider, channel, data = EVENTS[number]
    own = {"SourceName": provider, "Channel": channel, "EventID": str(number), "Hostname": "ws-1"}
    return {**own, "TimeCreated": AT, "RecordNumber": "7", **data}


def winlogbeat_6(number: int) -> dict[str, Any]:
    """A document of Winlogbeat 6, collected on another host."""
    provider, channel, data = EVENTS[number]
    own = {"source_name": provider, "log_name": channel, "event_id": number, "computer_name": "ws-1"}
    outer = {"@timestamp": AT, "record_number": "7", "process_id": 3000, "host": {"name": "wec"}}
    return {**own, **outer, "event_data": data}


def winlog(number: int) -> dict[str, Any]:
    """A document of Winlogbeat 7 or Elastic Agent, before its data are moved."""
    provider, channel, data = EVENTS[number]
    own = {"provider_name": provider, "channel": channel, "event_id": str(number), "computer_name": "ws-1"}
    return {
        "@timestamp": AT,
        "event": {"ingested": "2024-06-10T10:30:09Z"},
        "host": {"name": "wec"},
        "winlog": {**own, "record_id": 7, "event_data": data},
    }


def windows_event(number: int) -> dict[str, Any]:
    """A row of Log Analytics' table WindowsEvent."""
    provider, channel, data = EVENTS[number]
    own = {"Provider": provider, "Channel": channel, "EventID": number, "Computer": "ws-1"}
    return {**own, "TimeGenerated": AT, "EventRecordId": "7", "EventData": json.dumps(data)}


def log_analytics_event(number: int) -> dict[str, Any]:
    """A row of Log Analytics' table Event."""
    provider, channel, data = EVENTS[number]
    entries = "".join(f'<Data Name="{name}">{value}</Data>' for name, value in data.items())
    text = f'<DataItem type="System.XmlData"><EventData xmlns="{SPACE}">{entries}</EventData></DataItem>'
    own = {"Source": provider, "EventLog": channel, "EventID": number, "Computer": "ws-1"}
    return {**own, "TimeGenerated": AT, "EventData": text}


def security_event(number: int) -> dict[str, Any]:
    """A row of Log Analytics' table SecurityEvent."""
    provider, channel, data = EVENTS[number]
    own = {"EventSourceName": provider, "Channel": channel, "EventID": number, "Computer": "ws-1"}
    return {**own, "TimeGenerated": AT, "Process": "svchost.exe", **data}


ENVELOPES: dict[str, Callable[[int], dict[str, Any]]] = {
    "evtx": lambda number: {"Event": evtx(number)},
    "evtx with text": lambda number: {"Event": evtx_with_text(number)},
    "wrapped evtx": lambda number: {"event_record_id": 7, "data": {"Event": evtx(number)}},
    "xml": lambda number: {"Event": xml(number)},
    "splunk raw xml": lambda number: {"_raw": xml(number), "_time": "1"},
    "xml as json": xml_as_json,
    "nxlog": nxlog,
    "flat": flat,
    "winlogbeat 6": winlogbeat_6,
    "winlog": winlog,
    "WindowsEvent": windows_event,
    "Event": log_analytics_event,
    "SecurityEvent": security_event,
}
"""Each envelope, as a function of the event's number."""

DEFENDER: dict[str, Any] = {
    "Timestamp": "2024-06-10T10:30:00.1234567Z",
    "DeviceId": "d1",
    "DeviceName": "ws-1",
    "ActionType": "ProcessCreated",
    "FileName": "svchost.exe",
    "FolderPath": SVCHOST,
    "ProcessId": 4242,
    "ProcessCommandLine": "svchost.exe -k netsvcs",
    "ProcessCreationTime": "2024-06-10T10:30:00.1000000Z",
    "AccountDomain": "nt authority",
    "AccountName": "system",
    "AccountSid": "S-1-5-18",
    "SHA256": "bb",
    "InitiatingProcessFileName": "explorer.exe",
    "InitiatingProcessFolderPath": r"c:\windows",
    "InitiatingProcessId": 1337,
    "InitiatingProcessCreationTime": "2024-06-10T08:00:00.0000000Z",
    "InitiatingProcessSignerType": "OsVendor",
    "InitiatingProcessParentFileName": "userinit.exe",
    "InitiatingProcessParentId": 1200,
    "ReportId": 7,
    "IngestionTime": "2024-06-10T10:33:00Z",
}
DEFENDER_THREAD: dict[str, Any] = {
    **DEFENDER,
    "ActionType": "CreateRemoteThreadApiCall",
    "FolderPath": r"C:\Windows\System32",
}
EVENT_HUB: dict[str, Any] = {
    "category": "AdvancedHunting-DeviceProcessEvents",
    "time": "2024-06-10T10:33:00.0000000Z",
    "properties": DEFENDER,
}
ASIM: dict[str, Any] = {
    "TimeGenerated": "2024-06-10T10:30:00.1234567Z",
    "EventType": "ProcessCreated",
    "EventSchema": "ProcessEvent",
    "DvcHostname": "ws-1",
    "TargetProcessName": SVCHOST,
    "TargetProcessId": "4242",
    "ActingProcessName": EXPLORER,
    "ActingProcessId": "0x539",
    "ParentProcessName": "userinit.exe",
    "ParentProcessId": "1200",
}
ECS: dict[str, Any] = {
    "@timestamp": "2024-06-10T10:30:00.1234567Z",
    "event": {"category": ["process"], "type": ["start"], "ingested": "2024-06-10T10:30:09Z"},
    "host": {"name": "ws-1", "id": "h1", "os": {"type": "windows"}},
    "user": {"domain": "NT AUTHORITY", "name": "SYSTEM", "id": "S-1-5-18"},
    "process": {
        "name": "svchost.exe",
        "executable": SVCHOST,
        "pid": 4242,
        "entity_id": "c1",
        "hash": {"sha256": "bb"},
        "parent": {"name": "explorer.exe", "executable": EXPLORER, "pid": 1337, "entity_id": "p1"},
    },
}
ECS_DOTTED: dict[str, Any] = {
    "@timestamp": "2024-06-10T10:30:00.1234567Z",
    "event.category": ["process"],
    "event.type": ["start"],
    "host.name": "ws-1",
    "process.name": "svchost.exe",
    "process.executable": SVCHOST,
    "process.pid": 4242,
    "process.parent.name": "explorer.exe",
    "process.parent.executable": EXPLORER,
    "process.parent.pid": 1337,
    "process.parent.Ext.real.pid": 8004,
}
ECS_MOVED: dict[str, Any] = {
    "@timestamp": AT,
    "event": {"category": ["process"], "type": ["start"]},
    "process": ECS["process"],
    "user": {"id": "S-1-5-18"},
    "winlog": {
        "provider_name": SYSMON,
        "event_id": 1,
        "computer_name": "ws-1",
        "record_id": 7,
        "event_data": {"IntegrityLevel": "System"},
    },
}
OCSF: dict[str, Any] = {
    "class_uid": 1007,
    "activity_id": 1,
    "time": 1718015400123,
    "device": {"hostname": "ws-1", "uid": "h1"},
    "metadata": {"uid": "r7", "logged_time": 1718015409000},
    "actor": {"process": {"name": "powershell.exe", "pid": 8004, "uid": "x"}},
    "process": {
        "pid": 4242,
        "file": {
            "name": "svchost.exe",
            "path": SVCHOST,
            "hashes": [{"algorithm_id": 1, "value": "aa"}, {"algorithm_id": 3, "value": "bb"}],
        },
        "parent_process": {"pid": 1337, "path": EXPLORER, "uid": "y"},
    },
}
ENDGAME: dict[str, Any] = {
    "event_type_full": "process_event",
    "event_subtype_full": "creation_event",
    "serial_event_id": 7,
    "timestamp": 133624890001234567,
    "process_name": "svchost.exe",
    "process_path": SVCHOST,
    "pid": 4242,
    "parent_process_name": "explorer.exe",
    "parent_process_path": EXPLORER,
    "ppid": 1337,
    "unique_pid": 53,
    "unique_ppid": 48,
}
SPLUNK_CIM: dict[str, Any] = {
    "_time": "1718015400.123",
    "_indextime": "1718015460",
    "dest": "ws-1",
    "process_name": "svchost.exe",
    "process_path": SVCHOST,
    "process_id": "4242",
    "parent_process_name": "explorer.exe",
    "parent_process_path": EXPLORER,
    "parent_process_id": "0x539",
}
CROWDSTRIKE: dict[str, Any] = {
    "event_simpleName": "ProcessRollup2",
    "event_platform": "Win",
    "aid": "a1",
    "ComputerName": "ws-1",
    "ProcessStartTime": "1718015400.123",
    "timestamp": "1718015409000",
    "ImageFileName": NTFS,
    "RawProcessId": "4242",
    "TargetProcessId": "5642133882",
    "ParentProcessId": "5459598860",
    "SourceProcessId": "5459598860",
    "ParentBaseFileName": "explorer.exe",
    "GrandParentBaseFileName": "userinit.exe",
}
OSQUERY: dict[str, Any] = {
    "name": "pack_windows_process_etw_events",
    "hostIdentifier": "ws-1",
    "unixTime": 1718015460,
    "action": "added",
    "columns": {
        "type": "ProcessStart",
        "time": "1718015400",
        "pid": "4242",
        "ppid": "1337",
        "header_pid": "8004",
        "path": SVCHOST,
        "cmdline": "svchost.exe",
    },
}
ETW: dict[str, Any] = {
    "system": {
        "provider": "Microsoft-Windows-Kernel-Process",
        "event_id": "1",
        "computer": "ws-1",
        "time_created": "2024-06-10T10:30:00.123456789+00:00",
        "execution": {"process_id": "1,337"},
    },
    "event_data": {"ProcessID": " 4242", "ParentProcessID": " 1,337", "ImageName": NTFS},
}
PSLIST: dict[str, Any] = {
    "PID": 4242,
    "PPID": 1337,
    "ImageFileName": "svchost.exe",
    "CreateTime": "2024-06-10 10:30:00.000000 UTC",
    "ExitTime": "N/A",
    "SessionId": 0,
}

SOURCES: dict[str, Mapping[str, Any]] = {
    "defender": DEFENDER,
    "defender thread": DEFENDER_THREAD,
    "event hub": EVENT_HUB,
    "asim": ASIM,
    "ecs": ECS,
    "ecs dotted": ECS_DOTTED,
    "ecs moved": ECS_MOVED,
    "ocsf": OCSF,
    "endgame": ENDGAME,
    "splunk cim": SPLUNK_CIM,
    "crowdstrike": CROWDSTRIKE,
    "osquery": OSQUERY,
    "etw": ETW,
    "pslist": PSLIST,
}
"""One row of each source that is not the event log."""


def all_rows() -> dict[str, Mapping[str, Any]]:
    """Every invented row by name: each source, and each event in each envelope that can carry it."""
    carried: dict[str, Mapping[str, Any]] = {
        f"{envelope} {number}": build(number)
        for envelope, build in ENVELOPES.items()
        for number in EVENTS
        if envelope != "SecurityEvent" or number in {4688, 4689}
    }
    return {**SOURCES, **carried}
