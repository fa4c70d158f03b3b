"""Invented rows of agents, schemas and lists that others use: explorer.exe started lsass.exe on ws-1."""

from __future__ import annotations

from typing import Any

from tests.telemetry.rows import AT, EXPLORER, NTFS, SECURITY, SYSMON, SYSMON_LOG

LSASS = r"C:\Windows\System32\lsass.exe"
KERNEL = "Microsoft-Windows-Kernel-Process"

TOLD: dict[str, dict[str, Any]] = {
    "trellix": {
        "eventType": "start",
        "startTime": AT,
        "hostname": "ws-1",
        "process": "lsass.exe",
        "processPath": LSASS,
        "pid": "4242",
        "parentProcess": "explorer.exe",
        "parentProcessPath": EXPLORER,
        "parentPid": "1337",
    },
    "trend": {
        "eventId": "TELEMETRY_PROCESS",
        "eventSubId": "TELEMETRY_PROCESS_CREATE",
        "eventTime": 1718015400123,
        "endpointHostName": "ws-1",
        "osName": "Windows",
        "objectFilePath": LSASS,
        "objectPid": 4242,
        "processFilePath": EXPLORER,
        "processPid": 1337,
    },
    "udm": {
        "metadata": {"event_timestamp": AT, "event_type": "PROCESS_LAUNCH"},
        "principal": {"hostname": "ws-1", "process": {"pid": "1337", "file": {"full_path": EXPLORER}}},
        "target": {"process": {"pid": "4242", "file": {"full_path": LSASS}}},
    },
    "illuminate": {
        "timestamp": AT,
        "source": "ws-1",
        "process_name": "lsass.exe",
        "process_path": LSASS,
        "process_id": "4242",
        "process_parent_name": "explorer.exe",
        "process_parent_path": EXPLORER,
        "process_parent_id": "1337",
    },
    "car": {
        "action": "create",
        "timestamp": AT,
        "hostname": "ws-1",
        "exe": "lsass.exe",
        "image_path": LSASS,
        "pid": "4242",
        "parent_exe": "explorer.exe",
        "parent_image_path": EXPLORER,
        "ppid": "1337",
    },
    "insight": {
        "timestamp": AT,
        "hostname": "ws-1",
        "os_type": "WINDOWS",
        "process": {"start_time": AT, "name": "lsass.exe", "exe_path": LSASS, "pid": 4242},
        "parent_process": {"name": "explorer.exe", "exe_path": EXPLORER, "pid": 1337},
    },
    "deep visibility": {
        "eventTime": AT,
        "eventType": "Process Creation",
        "endpointName": "ws-1",
        "endpointOs": "windows",
        "srcProcName": "explorer.exe",
        "srcProcPid": 1337,
        "srcProcImagePath": EXPLORER,
        "tgtProcName": "lsass.exe",
        "tgtProcPid": 4242,
        "tgtProcImagePath": LSASS,
    },
    "trend, numbers": {
        "eventId": 1,
        "eventSubId": 2,
        "eventTime": 1718015400123,
        "endpointHostName": "ws-1",
        "osName": "Windows",
        "objectFilePath": LSASS,
        "objectPid": 4242,
        "processFilePath": EXPLORER,
        "processPid": 1337,
    },
    "carbon black edr": {
        "type": "ingress.event.procstart",
        "event_type": "proc",
        "cb_server": "cb",
        "sensor_id": 7,
        "computer_name": "ws-1",
        "timestamp": 1718015400.123,
        "process_guid": "00000007-0000-1092-01da-bb1f00000000",
        "path": LSASS,
        "pid": 4242,
        "parent_path": EXPLORER,
        "parent_pid": 1337,
    },
    "trellix hx": {
        "_id": 7,
        "agent": {"_id": "ws-1", "containment_state": "normal"},
        "event_type": "processEvent",
        "event_values": {
            "processEvent/eventType": "start",
            "processEvent/startTime": AT,
            "processEvent/timestamp": AT,
            "processEvent/process": "lsass.exe",
            "processEvent/processPath": LSASS,
            "processEvent/pid": 4242,
            "processEvent/parentProcess": "explorer.exe",
            "processEvent/parentProcessPath": EXPLORER,
            "processEvent/parentPid": 1337,
        },
    },
    "fields of elasticsearch alone": {
        "@timestamp": [AT],
        "host.name": ["ws-1"],
        "event.category": ["process"],
        "event.type": ["start", "process_started"],
        "event.action": ["start", "exec"],
        "process.name": ["lsass.exe"],
        "process.executable": [LSASS],
        "process.pid": [4242],
        "process.parent.name": ["explorer.exe"],
        "process.parent.executable": [EXPLORER],
        "process.parent.pid": [1337],
    },
    "graylog": {
        "timestamp": AT,
        "source": "ws-1",
        "winlogbeat_winlog_provider_name": SYSMON,
        "winlogbeat_winlog_event_id": "1",
        "winlogbeat_winlog_channel": SYSMON_LOG,
        "winlogbeat_winlog_computer_name": "ws-1",
        "winlogbeat_winlog_event_data_Image": LSASS,
        "winlogbeat_winlog_event_data_ProcessId": "4242",
        "winlogbeat_winlog_event_data_ParentImage": EXPLORER,
        "winlogbeat_winlog_event_data_ParentProcessId": "1337",
    },
    "graylog, winlogbeat 6": {
        "timestamp": AT,
        "winlogbeat_source_name": SYSMON,
        "winlogbeat_event_id": 1,
        "winlogbeat_computer_name": "ws-1",
        "winlogbeat_event_data_Image": LSASS,
        "winlogbeat_event_data_ProcessId": "4242",
        "winlogbeat_event_data_ParentImage": EXPLORER,
        "winlogbeat_event_data_ParentProcessId": "1337",
    },
    "sumo logic": {
        "TimeCreated": AT,
        "EventID": "4688",
        "Computer": "ws-1",
        "Provider": {"Name": SECURITY},
        "EventData": {
            "NewProcessId": "0x1092",
            "NewProcessName": LSASS,
            "ProcessId": "0x539",
            "ParentProcessName": EXPLORER,
        },
    },
    "datadog": {
        "id": "x",
        "attributes": {
            "host": "ws-1",
            "attributes": {
                "Event": {
                    "System": {
                        "Provider": {"Name": SYSMON},
                        "EventID": "1",
                        "Computer": "ws-1",
                        "TimeCreated": {"SystemTime": AT},
                    },
                    "EventData": {
                        "Data": {
                            "Image": LSASS,
                            "ProcessId": "4242",
                            "ParentImage": EXPLORER,
                            "ParentProcessId": "1337",
                        }
                    },
                }
            },
        },
    },
    "text of a message alone": {
        "@timestamp": AT,
        "host": {"name": "ws-1"},
        "log": "Process Create:\nRuleName: -\nUtcTime: 2024-06-10 10:30:00.120\nProcessId: 4242\n"
        f"Image: {LSASS}\nParentProcessId: 1337\nParentImage: {EXPLORER}\n",
    },
}
"""One start by a parent that is named, of each."""

TRACED: dict[str, dict[str, Any]] = {
    "silketw": {
        "ProviderName": KERNEL,
        "EventName": "ProcessStart/Start",
        "TimeStamp": AT,
        "ProcessID": 1337,
        "ProcessName": "explorer",
        "XmlEventData": {"ProcessID": "4,242", "ParentProcessID": "1,337", "ImageName": NTFS},
    },
    "sealighter": {
        "header": {"event_id": 1, "process_id": 1337, "provider_name": KERNEL, "timestamp": AT},
        "properties": {"ProcessID": 4242, "ParentProcessID": 1337, "ImageName": NTFS},
    },
}
"""One start by a parent that is a pid, of each."""

WMI: list[dict[str, Any]] = [
    {
        "CSName": "ws-1",
        "Name": "explorer.exe",
        "ExecutablePath": EXPLORER,
        "ProcessId": 1337,
        "ParentProcessId": 1300,
        "CreationDate": "20240610100000.000000+000",
    },
    {
        "CSName": "ws-1",
        "Name": "lsass.exe",
        "ExecutablePath": LSASS,
        "ProcessId": 4242,
        "ParentProcessId": 1337,
        "CreationDate": "20240610123000.123456+120",
    },
]
"""Two processes as `Get-CimInstance Win32_Process` and `wmic` list them."""

WEVTUTIL = f"""Event[0]
  Log Name: Security
  Source: {SECURITY}
  Date: {AT}
  Event ID: 4624
  Computer: ws-1
  Description:
An account was successfully logged on.

Event[1]
  Log Name: Security
  Source: {SECURITY}
  Date: {AT}
  Event ID: 4688
  Computer: ws-1
  Description:
A new process has been created.

Process Information:
\tNew Process ID:\t\t0x1092
\tNew Process Name:\t{LSASS}
\tCreator Process ID:\t0x539
\tCreator Process Name:\t{EXPLORER}
"""
"""Two events as `wevtutil qe /f:text` writes them."""
