"""Findings as Microsoft Sentinel takes them in: an alert's entities, and a custom detection's columns.

An entity is of use only with a strong identifier: a host with its domain, an account with its SID (for the
built-in accounts also its host), a process with its host and creation time, a file with its directory.
"""

from __future__ import annotations

import ipaddress
import ntpath
from datetime import datetime

from parentchild.events import Process
from parentchild.export.present import present
from parentchild.findings.finding import Finding
from parentchild.windows.names import fold

_HOST = "1"
_BUILT_IN = frozenset({"nt authority", "builtin", "window manager", "font driver host"})


def entities(f: Finding) -> list[dict[str, object]]:
    """Return the entities of a finding's earliest event, which refer to each other by `$id` and `$ref`.

    The host, the child and its file, the account it runs as; then the same of the parent. What the event does
    not tell is left out; an entity that would have no identifier is left out as a whole.
    """
    found = [_host(f.event.device)] if f.event.device else []
    for process in (f.event.parent, f.event.process):
        if process is not None:
            _add_process(found, process, has_host=bool(f.event.device))
    child, parent = _process_ids(found)
    if f.event.parent is not None and child is not None and parent is not None:
        child["ParentProcess"] = {"$ref": parent["$id"]}
    return found


def detection_columns(f: Finding) -> dict[str, object]:
    """Return the columns by which a custom detection of Defender XDR finds the event and its entities again.

    `DeviceId` is the device as the source named it: it is Defender's own id only where the reader was told to
    take that column. `ReportId` is the record's id, a number where it is one.
    """
    event = f.event
    host = _host(event.device)
    return {
        "Timestamp": _iso(event.timestamp),
        "DeviceId": event.device,
        "ReportId": _report_id(event.record_id),
        "DeviceName": event.device,
        "HostName": host["HostName"],
        "DnsDomain": host.get("DnsDomain", ""),
        "FileName": event.process.name,
        "ProcessId": event.process.pid,
        "ProcessCommandLine": event.process.command_line,
        "ProcessCreationTime": _iso(event.process.started_at),
        "AccountName": _account(event.process)[1],
        "AccountDomain": _account(event.process)[0],
        "AccountSid": event.process.user_sid,
        "SHA256": event.process.sha256,
        "Severity": f.severity.label.capitalize(),
        "RiskScore": f.risk_score,
        "Reasons": [reason.value for reason in f.reasons],
        "Directory": f.directory,
        "Description": f.explanation,
        "NextSteps": list(f.next_steps),
        "Techniques": [technique.id for technique in f.attack],
        "DeviceCount": f.device_count,
        "ParentIsInferred": f.parent_is_inferred,
        "InitiatingProcessFileName": None if event.parent is None else event.parent.name,
        "InitiatingProcessId": None if event.parent is None else event.parent.pid,
        "InitiatingProcessCreationTime": None if event.parent is None else _iso(event.parent.started_at),
    }


def _add_process(found: list[dict[str, object]], process: Process, *, has_host: bool) -> None:
    host: dict[str, object] | None = {"$ref": _HOST} if has_host else None
    file = _file(process)
    if file:
        found.append({"$id": _next(found), **file})
    file_id = found[-1]["$id"] if file else None
    account = _account_entity(process, host)
    if account:
        found.append({"$id": _next(found), **account})
    account_id = found[-1]["$id"] if account else None
    if process.pid is not None or process.command_line is not None:
        found.append(
            present(
                {
                    "$id": _next(found),
                    "Type": "process",
                    "ProcessId": None if process.pid is None else str(process.pid),
                    "CommandLine": process.command_line,
                    "CreationTimeUtc": _iso(process.started_at),
                    "Host": host,
                    "ImageFile": None if file_id is None else {"$ref": file_id},
                    "Account": None if account_id is None else {"$ref": account_id},
                }
            )
        )


def _process_ids(found: list[dict[str, object]]) -> tuple[dict[str, object] | None, dict[str, object] | None]:
    processes = [each for each in found if each["Type"] == "process"]
    if not processes:
        return None, None
    return processes[-1], processes[0] if len(processes) > 1 else None


def _host(device: str) -> dict[str, object]:
    name, domain = device, ""
    if not _is_address(device):
        name, _, domain = device.partition(".")
    return present(
        {
            "$id": _HOST,
            "Type": "host",
            "HostName": name,
            "DnsDomain": domain or None,
            "OSFamily": "Windows",
        }
    )


def _file(process: Process) -> dict[str, object] | None:
    if not process.name or (process.path is None and process.sha256 is None):
        return None
    directory = None if process.path is None else ntpath.dirname(process.path)
    hashes: list[dict[str, object]] = []
    if process.sha256 is not None:
        hashes.append({"Type": "filehash", "Algorithm": "SHA256", "Value": process.sha256})
    return present(
        {"Type": "file", "Name": process.name, "Directory": directory or None, "FileHashes": hashes}
    )


def _account_entity(process: Process, host: dict[str, object] | None) -> dict[str, object] | None:
    domain, name = _account(process)
    if process.user_sid is None and (name is None or domain is None or fold(domain) in _BUILT_IN):
        return None  # a name alone identifies nobody, and a built-in account by name is dropped by Sentinel
    return present(
        {"Type": "account", "Sid": process.user_sid, "Name": name, "NTDomain": domain, "Host": host}
    )


def _account(process: Process) -> tuple[str | None, str | None]:
    if process.user is None:
        return None, None
    domain, separator, name = process.user.rpartition("\\")
    return (domain, name) if separator else (None, process.user)


def _is_address(device: str) -> bool:
    try:
        ipaddress.ip_address(device)
    except ValueError:
        return False
    return True


def _report_id(record_id: str | int | None) -> str | int | None:
    if isinstance(record_id, str) and record_id.isascii() and record_id.isdigit():
        return int(record_id)
    return record_id


def _next(found: list[dict[str, object]]) -> str:
    return str(len(found) + 1)


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="microseconds").replace("+00:00", "Z")
