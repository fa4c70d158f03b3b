"""Invented rows in the envelopes of tools: explorer.exe started svchost.exe on ws-1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.telemetry.rows import (
    AT,
    CROWDSTRIKE,
    DEFENDER,
    ECS_DOTTED,
    SECURITY,
    SECURITY_4688,
    SVCHOST,
    SYSMON,
    SYSMON_1,
    SYSMON_LOG,
    all_rows,
    flat,
    xml,
)

_ROWS = all_rows()
EVTX: Mapping[str, Any] = _ROWS["evtx 1"]
ECS: Mapping[str, Any] = {**_ROWS["ecs"]}
_SYSTEM = {
    "providerName": SYSMON,
    "eventID": "1",
    "channel": SYSMON_LOG,
    "computer": "ws-1",
    "systemTime": AT,
    "eventRecordID": "7",
}
_LOWER = {name[:1].lower() + name[1:]: value.replace("\\", "\\\\") for name, value in SYSMON_1.items()}
_LISTED_1 = [
    SYSMON_1.get(name, "-")
    for name in (
        *("RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image"),
        *("FileVersion", "Description", "Product", "Company", "OriginalFileName"),
        *("CommandLine", "CurrentDirectory", "User", "LogonGuid", "LogonId"),
        *("TerminalSessionId", "IntegrityLevel", "Hashes", "ParentProcessGuid", "ParentProcessId"),
        *("ParentImage", "ParentCommandLine", "ParentUser"),
    )
]
_DATA = {"EventData": {"Data": [{"@Name": name, "#text": value} for name, value in SYSMON_1.items()]}}
_LOGGED = {"Provider": SYSMON, "Channel": SYSMON_LOG, "Computer": "ws-1"}
_OTLP_DATA = [{"key": name, "value": {"stringValue": value}} for name, value in SYSMON_1.items()]


def _table(row: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[list[Any]]]:
    return [{"name": name} for name in row], [list(row.values())]


_NAMES, _VALUES = _table(DEFENDER)


def _xml_in_json() -> dict[str, dict[str, Any]]:
    """What tools that turn XML into JSON make of a record, by the tool."""
    marks = {"xmltodict": "@", "x2js": "_", "mxj": "-"}
    objects = {"xml2js": "$", "evtx": "#attributes"}
    texts = {"x2js": "__text", "xml2js": "_"}

    def attribute(tool: str, name: str, value: str) -> dict[str, Any]:
        return {objects[tool]: {name: value}} if tool in objects else {marks[tool] + name: value}

    return {
        tool: {
            "Event": {
                "System": {
                    "Provider": attribute(tool, "Name", SYSMON),
                    "TimeCreated": attribute(tool, "SystemTime", AT),
                    "EventID": 1,
                    "Channel": SYSMON_LOG,
                    "Computer": "ws-1",
                },
                "EventData": {
                    "Data": [
                        {**attribute(tool, "Name", name), texts.get(tool, "#text"): value}
                        for name, value in SYSMON_1.items()
                    ]
                },
            }
        }
        for tool in (*marks, *objects)
    }


_TASK = "Process Create (rule: ProcessCreate)"
MESSAGE = "\r\n".join(("Process Create:", *(f"{name}: {value}" for name, value in SYSMON_1.items())))
_SHELL = {
    "Message": MESSAGE,
    "Id": "1",
    "RecordId": "7",
    "ProviderName": SYSMON,
    "LogName": SYSMON_LOG,
    "ProcessId": "4",
    "MachineName": "ws-1",
    "TimeCreated": "6/10/2024 10:30:00 AM",
    "TaskDisplayName": _TASK,
    "Properties": "System.Collections.Generic.List`1[System.Diagnostics.Eventing.Reader.EventProperty]",
}
_COLLECTED = {"EventID": 1, "SourceName": SYSMON, "Hostname": "ws-1", "EventTime": AT, "Message": MESSAGE}

WRAPPED: dict[str, Any] = {
    "get-winevent csv": _SHELL,
    "get-winevent chosen columns": {
        name: _SHELL[name] for name in ("TimeCreated", "Id", "MachineName", "Message")
    },
    "get-eventlog": {
        "EventID": 1,
        "MachineName": "ws-1",
        "Source": SYSMON,
        "ReplacementStrings": _LISTED_1,
        "TimeGenerated": AT,
        "Message": MESSAGE,
    },
    "nxlog message": _COLLECTED,
    "azure monitor description": {
        "TimeGenerated": AT,
        "EventID": 1,
        "Source": SYSMON,
        "Computer": "ws-1",
        "RenderedDescription": MESSAGE,
    },
    "fluent bit message": {
        "ProviderName": SYSMON,
        "EventID": 1,
        "TimeCreated": "2024-06-10 10:30:00 +0000",
        "Computer": "ws-1",
        "Message": MESSAGE,
        "StringInserts": ["-", "2024-06-10 10:30:00.123"],
    },
    "winlogbeat message": {
        "@timestamp": AT,
        "message": MESSAGE,
        "winlog": {"event_id": 1, "provider_name": SYSMON, "computer_name": "ws-1"},
        "event": {"code": "1"},
    },
    "loki": {
        "source": SYSMON,
        "channel": SYSMON_LOG,
        "computer": "ws-1",
        "event_id": 1,
        "eventRecordID": 7,
        "taskText": _TASK,
        "timeCreated": AT,
        "event_data": "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in SYSMON_1.items()),
    },
    "datadog": {
        "id": "x",
        "type": "log",
        "attributes": {
            "timestamp": AT,
            "host": "ws-1",
            "message": MESSAGE,
            "attributes": flat(1),
        },
    },
    "elasticsearch answer": {"took": 1, "hits": {"total": 1, "hits": [{"_index": "i", "_source": ECS}]}},
    "elasticsearch msearch": {"responses": [{"hits": {"hits": [{"_index": "i", "_source": ECS}]}}]},
    "elasticsearch fields": {
        "_index": "i",
        "_id": "1",
        "fields": {name: [value] for name, value in ECS_DOTTED.items()},
    },
    "es|ql": {"columns": _NAMES, "values": _VALUES},
    "sql rows": {"columns": _NAMES, "rows": _VALUES, "cursor": ""},
    "opensearch sql": {"schema": _NAMES, "datarows": _VALUES, "total": 1},
    "kusto": {
        "Tables": [{"TableName": "t", "Columns": [{"ColumnName": n} for n in DEFENDER], "Rows": _VALUES}]
    },
    "splunk json_rows": {"fields": [{"name": n} for n in DEFENDER], "rows": _VALUES},
    "splunk json_cols": {"fields": list(DEFENDER), "columns": [[value] for value in DEFENDER.values()]},
    "splunk export": {"preview": False, "offset": 0, "result": {"_time": AT, "host": "ws-1", "_raw": xml(1)}},
    "splunk results": {"results": [{"_time": AT, "_raw": json.dumps(EVTX)}]},
    "splunk raw text": {
        "_time": AT,
        "host": "ws-1",
        "_raw": "06/10/2024 10:30:00 AM\nLogName=Security\nEventCode=4688\n"
        f"Message=A new process has been created.\n\nProcess Information:\n"
        f"\tNew Process ID:\t\t0x1092\n\tNew Process Name:\t{SVCHOST}\n"
        "\tCreator Process ID:\t0x539\n\tCreator Process Name:\tC:\\Windows\\explorer.exe\n",
    },
    "splunk tstats": {
        f"Processes.{name}": value for name, value in _ROWS["splunk cim"].items() if name[0] != "_"
    }
    | {"_time": AT},
    "splunk event code": {
        "_time": AT,
        "host": "ws-1",
        "source": f"XmlWinEventLog:{SYSMON_LOG}",
        "EventCode": 1,
    }
    | SYSMON_1,
    "splunk 4688 fields": {
        "_time": AT,
        "ComputerName": "ws-1",
        "source": "WinEventLog:Security",
        "EventCode": "4688",
        "New_Process_Name": SVCHOST,
        "New_Process_ID": "0x1092",
        "Creator_Process_Name": r"C:\Windows\explorer.exe",
        "Creator_Process_ID": "0x539",
    },
    "graph": {"schema": _NAMES, "results": [DEFENDER]},
    "defender api": {"Stats": {}, "Schema": _NAMES, "Results": [DEFENDER]},
    "event hub": {"records": [_ROWS["event hub"]]},
    "azure monitor": {"tables": [{"name": "PrimaryResult", "columns": _NAMES, "rows": _VALUES}]},
    "azure diagnostics": {"time": AT, "category": "WindowsEventLogsTable", "properties": {"RawXml": xml(1)}},
    "sentinel csv": {f"{n} [UTC]" if n == "Timestamp" else n: value for n, value in DEFENDER.items()},
    "wazuh": {"agent": {"name": "ws-1"}, "data": {"win": {"system": _SYSTEM, "eventdata": _LOWER}}},
    "wazuh dashboard": {f"data.win.system.{n}": value for n, value in _SYSTEM.items()}
    | {f"data.win.eventdata.{n}": value for n, value in _LOWER.items()},
    "openwec": {
        "System": {"Provider": {"Name": SYSMON}, "EventID": 1, "TimeCreated": AT, "Computer": "ws-1"},
        "EventData": SYSMON_1,
        "OpenWEC": {"TimeReceived": "2024-06-10T10:30:09Z"},
    },
    "velociraptor evtx": {
        "System": {
            "Provider": {"Name": SYSMON},
            "EventID": {"Value": 1},
            "TimeCreated": {"SystemTime": 1718015400.123},
            "Computer": "ws-1",
        },
        "EventData": SYSMON_1,
        "ClientId": "C.1",
    },
    "velociraptor live": {"ID": 1, "Timestamp": AT, "EventData": SYSMON_1, "Hostname": "ws-1"},
    "vector": {
        "event_id": 1,
        "provider_name": SYSMON,
        "computer": "ws-1",
        "timestamp": AT,
        "event_data": SYSMON_1,
    },
    "fluentd": {
        "ProviderName": SECURITY,
        "EventID": "4688",
        "TimeCreated": AT,
        "Computer": "ws-1",
        "EventData": [
            *("S-1", "ann", "WS-1", "0x1", "0x1092", SVCHOST, "%%1", "0x539", "", "S-1-0-0", "-", "-", "0x0"),
            SECURITY_4688["ParentProcessName"],
        ],
    },
    "fluent bit": {"ProviderName": SYSMON, "EventID": 1, "TimeCreated": AT, "Computer": "ws-1"}
    | {"StringInserts": _LISTED_1},
    "get-winevent": {"Id": 1, "ProviderName": SYSMON, "MachineName": "ws-1", "TimeCreated": AT}
    | {"Properties": [{"Value": value} for value in _LISTED_1]},
    "gelf": {"version": "1.1", "host": "ws-1", "short_message": "-", "timestamp": 1718015400.123}
    | {f"_{name}": value for name, value in flat(1).items() if name not in {"Hostname", "Computer"}},
    "opentelemetry": {
        "body": {
            "channel": SYSMON_LOG,
            "computer": "ws-1",
            "event_id": {"id": 1, "qualifiers": 0},
            "provider": {"name": SYSMON},
            "system_time": AT,
            "event_data": {"data": [{name: value} for name, value in SYSMON_1.items()]},
        },
        "attributes": {},
    },
    "otlp": {
        "resourceLogs": [
            {
                "scopeLogs": [
                    {
                        "logRecords": [
                            {
                                "body": {
                                    "kvlistValue": {
                                        "values": [
                                            {"key": "system_time", "value": {"stringValue": AT}},
                                            {"key": "computer", "value": {"stringValue": "ws-1"}},
                                            {"key": "event_id", "value": {"intValue": "1"}},
                                            {
                                                "key": "event_data",
                                                "value": {"kvlistValue": {"values": _OTLP_DATA}},
                                            },
                                        ]
                                    }
                                }
                            }
                        ]
                    }
                ]
            }
        ]
    },
    "limacharlie": {
        "routing": {"event_type": "NEW_PROCESS", "hostname": "ws-1", "event_time": 1718015400123},
        "event": {
            "FILE_PATH": SVCHOST,
            "PROCESS_ID": 4242,
            "PARENT": {"FILE_PATH": r"C:\Windows\explorer.exe", "PROCESS_ID": 1337},
        },
    },
    "limacharlie wel": {"routing": {"event_type": "WEL", "hostname": "x"}, "event": {"EVENT": EVTX["Event"]}},
    "panther": {"p_log_type": "Crowdstrike.FDREvent", "p_event_time": AT, "event": CROWDSTRIKE},
    "panther windows": {"ProviderName": SYSMON, "EventID": 1, "Computer": "ws-1", "TimeCreated": AT}
    | {"ExtraEventData": SYSMON_1},
    "pyevtx-rs json": {"event_record_id": 7, "timestamp": AT, "data": json.dumps(EVTX)},
    "pyevtx-rs xml": {"event_record_id": 7, "timestamp": AT, "data": xml(1)},
    "plaso xml": {"data_type": "windows:evtx:record", "parser": "winevtx", "xml_string": xml(1)},
    "plaso strings": {
        "data_type": "windows:evtx:record",
        "parser": "winevtx",
        "source_name": SYSMON,
        "event_identifier": 1,
        "strings": _LISTED_1,
        "computer_name": "ws-1",
        "timestamp": 1718015400123456,
    },
    "plaso table": {
        "datetime": "2024-06-10T10:30:00.123456+00:00",
        "timestamp_desc": "Creation Time",
        "message": f"[1 / 0x0001] Source Name: {SYSMON} Strings: [{'  '.join(map(repr, _LISTED_1))}] "
        "Computer Name: ws-1 Record Number: 7 Event Level: 4",
        "parser": "winevtx",
    },
    "evtxecmd": {"EventId": "1", "TimeCreated": "2024-06-10 10:30:00.1234560", **_LOGGED}
    | {"Payload": json.dumps(_DATA), "ProcessId": "3104"},
    "chainsaw hunt": {"group": "Sigma", "document": {"kind": "evtx", "path": "x", "data": EVTX}},
    "hayabusa": {
        "Timestamp": "2024-06-10 10:30:00.123 +00:00",
        "RuleTitle": "Proc Exec",
        "Computer": "ws-1",
        "Channel": "Sysmon",
        "EventID": 1,
        "Details": f"Proc: {SVCHOST} ¦ PID: 4242 ¦ ParentPID: 1337",
        "ExtraFieldInfo": "ParentImage: C:\\Windows\\explorer.exe",
    },
    "hayabusa for timesketch": {
        "datetime": "2024-06-10T10:30:00.123Z",
        "timestamp_desc": "hayabusa",
        "message": "Proc Exec",
        "Computer": "ws-1",
        "Channel": "Sysmon",
        "EventID": "1",
        "RecordID": "7",
        "Details": f"Proc: {SVCHOST} ¦ PID: 4242 ¦ ParentPID: 1337",
        "ExtraFieldInfo": "ParentImage: C:\\Windows\\explorer.exe",
    },
    "osquery windows_events": {
        "name": "wel",
        "hostIdentifier": "ws-1",
        "action": "added",
        "columns": {
            "eventid": "1",
            "provider_name": SYSMON,
            "source": SYSMON_LOG,
            "computer_name": "ws-1",
            "datetime": AT,
            "data": json.dumps({"EventData": SYSMON_1}),
        },
    },
    "velociraptor parse_evtx": {"Event": {**EVTX["Event"]}},
    "json text": json.dumps(DEFENDER),
    "json lines": f"{json.dumps(DEFENDER)}\n",
    "xml text": f"<?xml version='1.0'?>\n{xml(1)}",
    "xml of many": f"<Events>{xml(1)}</Events>",
    "bytes": json.dumps(DEFENDER).encode(),
    "page": [DEFENDER],
    # As hands and other tools leave rows.
    "table of pandas": {"columns": list(DEFENDER), "index": [0], "data": [list(DEFENDER.values())]},
    "marks in headers": {f'\ufeff"{name}" ': value for name, value in DEFENDER.items()},
    "mark read as another code page": {"\u00ef\u00bb\u00bfTimestamp": AT}
    | {name: value for name, value in DEFENDER.items() if name != "Timestamp"},
    "properties as text": {
        "category": "AdvancedHunting-DeviceProcessEvents",
        "time": AT,
        "properties": json.dumps(DEFENDER),
    },
    "objects as text": {
        name: json.dumps(value) if isinstance(value, dict) else value for name, value in ECS.items()
    },
    "System and EventData as text": {
        "System": json.dumps(EVTX["Event"]["System"]),
        "EventData": json.dumps(EVTX["Event"]["EventData"]),
    },
    "loki stream": {"stream": {"job": "x"}, "values": [["1718015400123000000", json.dumps(EVTX)]]},
    "graylog stored": {"source": "ws-1", "timestamp": AT, "gl2_message_id": "x", "EventID": 1}
    | {"SourceName": SYSMON, **SYSMON_1},
    "graylog without a prefix": {
        "timestamp": AT,
        "source": "ws-1",
        "winlog_event_id": "1",
        "winlog_provider_name": SYSMON,
        "winlog_computer_name": "ws-1",
        "winlog_channel": SYSMON_LOG,
        **{f"winlog_event_data_{name}": value for name, value in SYSMON_1.items()},
    },
    "wazuh full_log": {
        "timestamp": AT,
        "agent": {"name": "x"},
        "decoder": {"name": "windows_eventchannel"},
        "full_log": json.dumps({"win": {"system": _SYSTEM, "eventdata": _LOWER}}),
    },
    "wazuh dashboard without the event's time": {
        "timestamp": "Jun 10, 2024 @ 10:30:00.500",
        **{f"data.win.system.{name}": value for name, value in _SYSTEM.items() if name != "systemTime"},
        **{f"data.win.eventdata.{name}": value for name, value in _LOWER.items()},
    },
    **{f"xml in json, {tool}": row for tool, row in _xml_in_json().items()},
    "rows by their ids": {"a1": DEFENDER},
    "bytes of utf-16 without a mark": json.dumps(DEFENDER).encode("utf-16-le"),
    "bytes of utf-16 without a mark, big": xml(1).encode("utf-16-be"),
    "evtx_dump in xml": f"Record 7\n<?xml version='1.0'?>\n{xml(1)}\n",
    "evtx_dump in json": f"Record 7\n{json.dumps(EVTX, indent=2)}\n",
    "rfc 7464": f"\x1e{json.dumps(DEFENDER)}\n",
    # Of tools that no envelope describes.
    "unknown wrapper": {"id": 7, "alert": {"severity": 3}, "host": {"name": "ws-1"}, "original": DEFENDER},
    "unknown wrapper of text": {"topic": "win", "partition": 3, "payload": json.dumps(EVTX)},
    "unknown list": {"status": "ok", "items": [DEFENDER], "next": None},
    "unknown wrappers": {"meta": {"page": 1}, "content": {"log": {"entry": dict(_ROWS["evtx 1"])}}},
}
"""Wrapped rows by the name of what wraps them."""
