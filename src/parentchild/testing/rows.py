r"""Rows: events written down as telemetry records them, to test a reader or a pipeline end to end.

Each writer gives the row of an event, or None where its source has no such record. A row says what the source
can say and no more, so reading it back may give less than was written; each writer tells what is lost. There
are writers for Microsoft Defender, for Sysmon, and for the Windows security log, the last two as `evtx` turns
them into JSON. For other sources, pass a function of your own wherever a writer is asked for.

>>> from parentchild import telemetry
>>> from parentchild.testing import Host
>>> event = Host("ws-01").spawn("svchost.exe", parent="explorer.exe")
>>> telemetry.read(sysmon(event)).parent.path
'C:\\Windows\\explorer.exe'
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated

Row: TypeAlias = dict[str, object]
Writer: TypeAlias = Callable[[Event], Row | None]

_NOBODY: Final = Process(None)
_SYSMON: Final = "Microsoft-Windows-Sysmon"
_SECURITY: Final = "Microsoft-Windows-Security-Auditing"


def defender(event: Event) -> Row | None:
    """Return the row of DeviceProcessEvents or DeviceEvents; None for an exit, which Defender does not keep.

    Lost are the creator and the session.
    """
    if isinstance(event, ProcessCreated):
        about, initiator, action = event.process, event.parent or _NOBODY, "ProcessCreated"
    elif isinstance(event, RemoteThreadCreated):
        about, initiator, action = event.target, event.source, "CreateRemoteThreadApiCall"
    else:
        return None
    domain, user = _account(about.user)
    their_domain, their_user = _account(initiator.user)
    row: Row = {
        "Timestamp": _ticks(event.timestamp),
        "DeviceId": event.device,
        "DeviceName": event.device,
        "ReportId": event.record_id,
        "ActionType": action,
        "FileName": about.name,
        "FolderPath": about.path,
        "ProcessId": about.pid,
        "ProcessCommandLine": about.command_line,
        "ProcessCreationTime": _ticks(about.started_at),
        "AccountDomain": domain,
        "AccountName": user,
        "AccountSid": about.user_sid,
        "InitiatingProcessFileName": initiator.name,
        "InitiatingProcessFolderPath": initiator.path,
        "InitiatingProcessId": initiator.pid,
        "InitiatingProcessCommandLine": initiator.command_line,
        "InitiatingProcessCreationTime": _ticks(initiator.started_at),
        "InitiatingProcessAccountDomain": their_domain,
        "InitiatingProcessAccountName": their_user,
        "InitiatingProcessAccountSid": initiator.user_sid,
        "InitiatingProcessIntegrityLevel": initiator.integrity,
        "InitiatingProcessSignerType": initiator.signer,
        "InitiatingProcessUniqueId": initiator.guid,
        "InitiatingProcessVersionInfoOriginalFileName": initiator.original_name,
        "InitiatingProcessSHA256": initiator.sha256,
    }
    if isinstance(event, ProcessCreated):
        ancestor = event.grandparent or _NOBODY
        row |= {
            "ProcessUniqueId": about.guid,
            "ProcessIntegrityLevel": about.integrity,
            "ProcessVersionInfoOriginalFileName": about.original_name,
            "SHA256": about.sha256,
            "InitiatingProcessParentFileName": ancestor.name,
            "InitiatingProcessParentId": ancestor.pid,
            "InitiatingProcessParentCreationTime": _ticks(ancestor.started_at),
        }
    if event.ingested_at is not None:
        row["IngestionTime"] = _ticks(event.ingested_at)
    return row


def sysmon(event: Event) -> Row | None:
    """Return the record of Sysmon: event 1, 5 or 8.

    Lost are the creator, the grandparent, the ingestion time, signers, and of a start time what is finer than
    a millisecond. A process without a file has its name where others have their path.
    """
    if isinstance(event, ProcessCreated):
        return _record(_SYSMON, 1, event, _sysmon_creation(event))
    if isinstance(event, RemoteThreadCreated):
        ends = {**_sysmon_end("Source", event.source), **_sysmon_end("Target", event.target)}
        return _record(_SYSMON, 8, event, {"UtcTime": _sysmon_time(event.timestamp), **ends})
    process = event.process
    return _record(
        _SYSMON,
        5,
        event,
        {
            "UtcTime": _sysmon_time(event.timestamp),
            "ProcessGuid": process.guid,
            "ProcessId": process.pid,
            "Image": process.path or process.name or "",
            "User": process.user,
        },
    )


def security(event: Event) -> Row | None:
    """Return the record of the Windows security log: 4688 or 4689; None for a remote thread.

    Lost are the creator, the grandparent, guids, start times, sessions, hashes, and of the parent all but its
    path and pid. A process without a file has its name where others have their path.
    """
    if isinstance(event, ProcessCreated):
        parent = event.parent or _NOBODY
        return _record(
            _SECURITY,
            4688,
            event,
            {
                **_subject("Target", event.process),
                "NewProcessId": _hexadecimal(event.process.pid),
                "NewProcessName": event.process.path or event.process.name or "",
                "CommandLine": event.process.command_line or "",
                "MandatoryLabel": event.process.integrity,
                "ProcessId": _hexadecimal(parent.pid),
                "ParentProcessName": parent.path or parent.name or "",
            },
        )
    if isinstance(event, ProcessExited):
        process = event.process
        return _record(
            _SECURITY,
            4689,
            event,
            {
                **_subject("Subject", process),
                "ProcessId": _hexadecimal(process.pid),
                "ProcessName": process.path or process.name or "",
                "Status": "0x0",
            },
        )
    return None


WRITERS: Final = MappingProxyType({"defender": defender, "sysmon": sysmon, "security": security})
"""The writers, by the name of the module of `parentchild.telemetry` that reads what they write."""


def _sysmon_creation(event: ProcessCreated) -> Row:
    process, parent = event.process, event.parent or _NOBODY
    return {
        "UtcTime": _sysmon_time(process.started_at or event.timestamp),
        "ProcessGuid": process.guid,
        "ProcessId": process.pid,
        "Image": process.path or process.name or "",
        "OriginalFileName": process.original_name or "-",
        "CommandLine": process.command_line or "",
        "User": process.user,
        "TerminalSessionId": process.session,
        "IntegrityLevel": process.integrity,
        "Hashes": "" if process.sha256 is None else f"SHA256={process.sha256}",
        "ParentProcessGuid": parent.guid,
        "ParentProcessId": parent.pid,
        "ParentImage": parent.path or parent.name or "-",
        "ParentCommandLine": parent.command_line or "-",
        "ParentUser": parent.user,
    }


def _sysmon_end(side: str, process: Process) -> Row:
    return {
        f"{side}ProcessGuid": process.guid,
        f"{side}ProcessId": process.pid,
        f"{side}Image": process.path or process.name or "",
        f"{side}User": process.user,
    }


def _record(provider: str, number: int, event: Event, data: Row) -> Row:
    return {
        "Event": {
            "System": {
                "Provider": {"#attributes": {"Name": provider}},
                "EventID": number,
                "TimeCreated": {"#attributes": {"SystemTime": _iso(event.timestamp)}},
                "EventRecordID": event.record_id,
                "Channel": "Security" if provider == _SECURITY else f"{provider}/Operational",
                "Computer": event.device,
            },
            "EventData": data,
        }
    }


def _subject(side: str, process: Process) -> Row:
    domain, user = _account(process.user)
    return {
        f"{side}UserSid": process.user_sid or "S-1-0-0",
        f"{side}UserName": user or "-",
        f"{side}DomainName": domain or "-",
    }


def _account(user: str | None) -> tuple[str | None, str | None]:
    """Return an account's domain and name."""
    if user is None or "\\" not in user:
        return None, user
    domain, _, name = user.partition("\\")
    return domain, name


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _ticks(time: datetime | None) -> str | None:
    """Return a time as Kusto writes it, with seven digits after the second."""
    return None if time is None else _iso(time).replace("Z", "0Z")


def _sysmon_time(time: datetime) -> str:
    return time.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")


def _hexadecimal(pid: int | None) -> str | None:
    return None if pid is None else hex(pid)
