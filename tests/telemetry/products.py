"""Invented rows of further products: how each would write an attack, and its harmless like.

The attack is svchost.exe by explorer.exe, the harmless row svchost.exe by services.exe, where a row has a
parent's name at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parentchild.telemetry import (
    cape,
    carbonblack,
    cortex,
    crowdstrike,
    eqlevents,
    etw,
    eventviewer,
    harfanglab,
    procmon,
    pslist,
    sentinelone,
    sysmoncolumns,
)
from parentchild.telemetry.source import Source

TEMP = r"C:\Temp\svchost.exe"
SYSTEM32 = r"C:\Windows\System32\svchost.exe"
EXPLORER = r"C:\Windows\explorer.exe"
SERVICES = r"C:\Windows\System32\services.exe"
MILLISECONDS = 1718015400123
ISO = "2024-06-10T10:30:00.123Z"


def sentinelone_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "timestamp": "10:30:00.123",
        "event.time": MILLISECONDS,
        "event.type": "Process Creation",
        "event.category": "process",
        "endpoint.name": "ws-1",
        "endpoint.os": "windows",
        "tgt.process.name": "svchost.exe",
        "tgt.process.image.path": path,
        "tgt.process.pid": 4242,
        "tgt.process.uid": "C1",
        "tgt.process.cmdline": "svchost.exe -k netsvcs",
        "tgt.process.image.sha256": "bb",
        "src.process.name": parent.rpartition("\\")[2],
        "src.process.image.path": parent,
        "src.process.pid": pid,
        "src.process.parent.name": "userinit.exe",
    }


def carbonblack_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "type": "endpoint.event.procstart",
        "device_name": "ws-1",
        "device_os": "WINDOWS",
        "device_timestamp": "2024-06-10 10:30:00.123 +0000 UTC",
        "backend_timestamp": "2024-06-10 10:31:00 +0000 UTC",
        "process_path": parent.lower(),
        "process_pid": pid,
        "process_guid": "G-1",
        "parent_path": r"c:\windows\system32\userinit.exe",
        "parent_pid": 1200,
        "childproc_name": path.lower(),
        "childproc_pid": 4242,
        "childproc_guid": "G-2",
        "childproc_hash": ["aa", "b" * 64],
    }


def cortex_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "_time": MILLISECONDS,
        "agent_hostname": "ws-1",
        "agent_os_type": "AGENT_OS_WINDOWS",
        "event_type": "PROCESS",
        "event_sub_type": "PROCESS_START",
        "action_process_image_name": "svchost.exe",
        "action_process_image_path": path,
        "action_process_os_pid": 4242,
        "actor_process_image_name": parent.rpartition("\\")[2],
        "actor_process_image_path": parent,
        "actor_process_os_pid": pid,
    }


def logscale_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "#event_simpleName": "ProcessRollup2",
        "event_platform": "Win",
        "aid": "a1",
        "ComputerName": "ws-1",
        "@timestamp": MILLISECONDS,
        "ProcessStartTime": "1718015400.123",
        "RawProcessId": "4242",
        "TargetProcessId": "280000004242",
        "ParentProcessId": str(280_000_000_000 + pid),
        "SourceProcessId": str(280_000_000_000 + pid),
        "ImageFileName": path.replace("C:", r"\Device\HarddiskVolume3"),
        "ParentBaseFileName": parent.rpartition("\\")[2],
    }


def harfanglab_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "log_type": "process",
        "agent": {"hostname": "ws-1", "ostype": "windows"},
        "create_time": ISO,
        "process_name": "svchost.exe",
        "image_name": path,
        "pid": 4242,
        "process_unique_id": "u1",
        "parent_image": parent,
        "ppid": pid,
        "fake_ppid": 0,
        "fake_parent_image": "",
        "grandparent_image": r"C:\Windows\System32\userinit.exe",
        "pe_info": {"original_filename": "svchost.exe"},
    }


def procmon_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "Time of Day": "10:30:00.1230000 AM",
        "Process Name": parent.rpartition("\\")[2],
        "PID": str(pid),
        "Operation": "Process Create",
        "Path": path,
        "Result": "SUCCESS",
        "Detail": "PID: 4242, Command line: svchost.exe -k a, b",
        "Date & Time": "6/10/2024 10:30:00 AM",
        "Image Path": parent,
    }


def cape_row(path: str, _parent: str, pid: int) -> dict[str, Any]:
    return {
        "process_id": 4242,
        "parent_id": pid,
        "process_name": "svchost.exe",
        "module_path": path,
        "first_seen": "2024-06-10 10:30:00,123",
        "environ": {"CommandLine": "svchost.exe -k netsvcs"},
    }


def eql_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "event_type": "process",
        "subtype": "create",
        "timestamp": 133624890001230000,
        "hostname": "ws-1",
        "process_name": "svchost.exe",
        "process_path": path,
        "pid": 4242,
        "parent_process_name": parent.rpartition("\\")[2],
        "parent_process_path": parent,
        "ppid": pid,
    }


def eventviewer_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    message = (
        "A new process has been created.\r\n\r\nCreator Subject:\r\n\tSecurity ID:\t\tSYSTEM\r\n"
        "\tAccount Name:\t\tWS-1$\r\n\tAccount Domain:\t\tCORP\r\n\r\nTarget Subject:\r\n"
        "\tSecurity ID:\t\tNULL SID\r\n\tAccount Name:\t\t-\r\n\r\nProcess Information:\r\n"
        f"\tNew Process ID:\t\t0x1092\r\n\tNew Process Name:\t{path}\r\n"
        f"\tToken Elevation Type:\t%%1936\r\n\tCreator Process ID:\t{pid:#x}\r\n"
        f"\tCreator Process Name:\t{parent}\r\n\tProcess Command Line:\tsvchost.exe -k netsvcs\r\n\r\n"
        "Token Elevation Type indicates the type of token."
    )
    return {
        "Keywords": "Audit Success",
        "Date and Time": "6/10/2024 10:30:00 AM",
        "Source": "Microsoft-Windows-Security-Auditing",
        "Event ID": "4688",
        "Task Category": "Process Creation",
        "Message": message,
    }


def sysmon_columns_row(path: str, parent: str, pid: int) -> dict[str, Any]:
    return {
        "Time": "2024-06-10 10:30:00.123",
        "Computer": "ws-1",
        "Image": path,
        "ProcessId": "4242",
        "CommandLine": "svchost.exe -k netsvcs",
        "OriginalFileName": "svchost.exe",
        "ParentImage": parent,
        "ParentProcessId": str(pid),
    }


def python_etw_row(path: str, _parent: str, pid: int) -> dict[str, Any]:
    return {
        "EventHeader": {
            "ProcessId": pid,
            "ThreadId": 4,
            "TimeStamp": 133624890001230000,
            "ProviderId": "{22FB2CD6-0E7B-422B-A0C7-2FAD1FD0E716}",
            "EventDescriptor": {"Id": 1, "Version": 3, "Opcode": 1},
        },
        "Task Name": "PROCESSSTART",
        "ProcessID": "4242",
        "CreateTime": "\u200e2024\u200e-\u200e06\u200e-\u200e10T10:30:00.1230000Z",
        "ParentProcessID": str(pid),
        "ImageName": path.replace("C:", r"\Device\HarddiskVolume3"),
    }


def volatility_2_row(_path: str, _parent: str, pid: int) -> dict[str, Any]:
    return {
        "Offset(V)": 2230000000,
        "Name": "svchost.exe",
        "PID": 4242,
        "PPID": pid,
        "Thds": 4,
        "Hnds": 80,
        "Sess": "------",
        "Start": "2024-06-10 10:30:00 UTC+0000",
        "Exit": "",
    }


WRITERS = {
    "sentinelone": (sentinelone.SOURCE, sentinelone_row),
    "carbon black": (carbonblack.SOURCE, carbonblack_row),
    "cortex": (cortex.SOURCE, cortex_row),
    "logscale": (crowdstrike.SOURCE, logscale_row),
    "harfanglab": (harfanglab.SOURCE, harfanglab_row),
    "procmon": (procmon.SOURCE, procmon_row),
    "cape": (cape.SOURCE, cape_row),
    "eql": (eqlevents.SOURCE, eql_row),
    "event viewer": (eventviewer.SOURCE, eventviewer_row),
    "sysmon columns": (sysmoncolumns.SOURCE, sysmon_columns_row),
    "python etw": (etw.SOURCE, python_etw_row),
    "volatility 2": (pslist.SOURCE, volatility_2_row),
}
ATTACKS: dict[str, tuple[Source, Mapping[str, Any]]] = {
    name: (source, write(TEMP, EXPLORER, 1337)) for name, (source, write) in WRITERS.items()
}
HARMLESS: dict[str, tuple[Source, Mapping[str, Any]]] = {
    name: (source, write(SYSTEM32, SERVICES, 600)) for name, (source, write) in WRITERS.items()
}
NAMELESS_PARENT = frozenset({"cape", "python etw", "volatility 2"})
WITHOUT_DEVICE = frozenset({"procmon", "cape", "event viewer", "python etw", "volatility 2"})
