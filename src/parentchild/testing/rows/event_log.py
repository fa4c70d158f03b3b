"""The event log of Windows, as `evtx` turns it into JSON: Sysmon's records, and those of the security log."""

from __future__ import annotations

from typing import Final

from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.testing.rows.row import NOBODY, Row, image
from parentchild.testing.rows.spelling import account, hexadecimal, in_milliseconds, iso, mandatory_label

_SYSMON: Final = "Microsoft-Windows-Sysmon"
_SECURITY: Final = "Microsoft-Windows-Security-Auditing"


def sysmon(event: Event) -> Row | None:
    """Return the record of Sysmon: event 1, 5 or 8.

    Lost: the creator, the grandparent, the ingestion time, security identifiers, signers, of a start time
    what is finer than a millisecond, of the parent all but its path, pid, guid, account and command line, and
    of what exits or has to do with a thread all but path, pid, guid and account. A process without a file has
    its name where others have their path.
    """
    if isinstance(event, ProcessCreated):
        return _record(_SYSMON, 1, event, _sysmon_creation(event))
    if isinstance(event, RemoteThreadCreated):
        ends = {**_sysmon_end("Source", event.source), **_sysmon_end("Target", event.target)}
        return _record(_SYSMON, 8, event, {"UtcTime": in_milliseconds(event.timestamp), **ends})
    process = event.process
    return _record(
        _SYSMON,
        5,
        event,
        {
            "UtcTime": in_milliseconds(event.timestamp),
            "ProcessGuid": process.guid,
            "ProcessId": process.pid,
            "Image": image(process),
            "User": process.user,
        },
    )


def security(event: Event) -> Row | None:
    """Return the record of the Windows security log: 4688 or 4689; None for a remote thread.

    Lost: the creator, the grandparent, the ingestion time, guids, start times, sessions, signers, original
    names, hashes, of the parent all but its path and pid, and of what exits all but path, pid and account. An
    integrity level becomes its label. A process without a file has its name where others have their path.
    """
    if isinstance(event, ProcessCreated):
        parent = event.parent or NOBODY
        return _record(
            _SECURITY,
            4688,
            event,
            {
                **_subject("Target", event.process),
                "NewProcessId": hexadecimal(event.process.pid),
                "NewProcessName": image(event.process),
                "CommandLine": event.process.command_line or "",
                "MandatoryLabel": mandatory_label(event.process.integrity),
                "ProcessId": hexadecimal(parent.pid),
                "ParentProcessName": image(parent),
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
                "ProcessId": hexadecimal(process.pid),
                "ProcessName": image(process),
                "Status": "0x0",
            },
        )
    return None


def _sysmon_creation(event: ProcessCreated) -> Row:
    process, parent = event.process, event.parent or NOBODY
    return {
        "UtcTime": in_milliseconds(process.started_at or event.timestamp),
        "ProcessGuid": process.guid,
        "ProcessId": process.pid,
        "Image": image(process),
        "OriginalFileName": process.original_name or "-",
        "CommandLine": process.command_line or "",
        "User": process.user,
        "TerminalSessionId": process.session,
        "IntegrityLevel": process.integrity,
        "Hashes": "" if process.sha256 is None else f"SHA256={process.sha256}",
        "ParentProcessGuid": parent.guid,
        "ParentProcessId": parent.pid,
        "ParentImage": image(parent) or "-",
        "ParentCommandLine": parent.command_line or "-",
        "ParentUser": parent.user,
    }


def _sysmon_end(side: str, process: Process) -> Row:
    return {
        f"{side}ProcessGuid": process.guid,
        f"{side}ProcessId": process.pid,
        f"{side}Image": image(process),
        f"{side}User": process.user,
    }


def _record(provider: str, number: int, event: Event, data: Row) -> Row:
    return {
        "Event": {
            "System": {
                "Provider": {"#attributes": {"Name": provider}},
                "EventID": number,
                "TimeCreated": {"#attributes": {"SystemTime": iso(event.timestamp)}},
                "EventRecordID": event.record_id,
                "Channel": "Security" if provider == _SECURITY else f"{provider}/Operational",
                "Computer": event.device,
            },
            "EventData": data,
        }
    }


def _subject(side: str, process: Process) -> Row:
    domain, user = account(process.user)
    return {
        f"{side}UserSid": process.user_sid or "S-1-0-0",
        f"{side}UserName": user or "-",
        f"{side}DomainName": domain or "-",
    }
