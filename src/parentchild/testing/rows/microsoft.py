"""Microsoft: the tables of Defender's advanced hunting, and Sentinel's ASIM on top of them and of others."""

from __future__ import annotations

from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.testing.rows.row import NOBODY, Row, image
from parentchild.testing.rows.spelling import account, decimal, ticks


def defender(event: Event) -> Row | None:
    """Return the row of DeviceProcessEvents or DeviceEvents; None for an exit, which Defender does not keep.

    Lost: the creator, sessions, the signer of the new process, of the grandparent all but its name, pid
    and start time, and of a thread's target all but its name, pid, path, command line and start time.
    """
    if isinstance(event, ProcessCreated):
        about, initiator, action = event.process, event.parent or NOBODY, "ProcessCreated"
    elif isinstance(event, RemoteThreadCreated):
        about, initiator, action = event.target, event.source, "CreateRemoteThreadApiCall"
    else:
        return None
    domain, user = account(about.user)
    their_domain, their_user = account(initiator.user)
    row: Row = {
        "Timestamp": ticks(event.timestamp),
        "DeviceId": event.device,
        "DeviceName": event.device,
        "ReportId": event.record_id,
        "ActionType": action,
        "FileName": about.name,
        "FolderPath": about.path,
        "ProcessId": about.pid,
        "ProcessCommandLine": about.command_line,
        "ProcessCreationTime": ticks(about.started_at),
        "AccountDomain": domain,
        "AccountName": user,
        "AccountSid": about.user_sid,
        "InitiatingProcessFileName": initiator.name,
        "InitiatingProcessFolderPath": initiator.path,
        "InitiatingProcessId": initiator.pid,
        "InitiatingProcessCommandLine": initiator.command_line,
        "InitiatingProcessCreationTime": ticks(initiator.started_at),
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
        ancestor = event.grandparent or NOBODY
        row |= {
            "ProcessUniqueId": about.guid,
            "ProcessIntegrityLevel": about.integrity,
            "ProcessVersionInfoOriginalFileName": about.original_name,
            "SHA256": about.sha256,
            "InitiatingProcessParentFileName": ancestor.name,
            "InitiatingProcessParentId": ancestor.pid,
            "InitiatingProcessParentCreationTime": ticks(ancestor.started_at),
        }
    if event.ingested_at is not None:
        row["IngestionTime"] = ticks(event.ingested_at)
    return row


def asim(event: Event) -> Row | None:
    """Return the row of ASIM's ProcessEvent, as Sentinel holds it; None for a remote thread.

    Lost: the creator, sessions and signers, and the accounts of the grandparent. An id of a record is
    text. A path without a separator is a name there.
    """
    if isinstance(event, RemoteThreadCreated):
        return None
    row: Row = {
        "EventSchema": "ProcessEvent",
        "EventSchemaVersion": "0.1.4",
        "EventType": "ProcessTerminated" if isinstance(event, ProcessExited) else "ProcessCreated",
        "TimeGenerated": ticks(event.timestamp),
        "EventStartTime": ticks(event.timestamp),
        "EventUid": "" if event.record_id is None else str(event.record_id),
        "Dvc": event.device,
        "DvcHostname": event.device,
        "TargetUsername": event.process.user or "",
        "TargetUserId": event.process.user_sid or "",
        **_asim_process("Target", event.process),
    }
    if isinstance(event, ProcessCreated):
        parent = event.parent or NOBODY
        row |= {
            "ActorUsername": parent.user or "",
            "ActorUserId": parent.user_sid or "",
            **_asim_process("Acting", parent),
            **_asim_process("Parent", event.grandparent or NOBODY),
        }
    if event.ingested_at is not None:
        row["IngestionTime"] = ticks(event.ingested_at)
    return row


def _asim_process(role: str, process: Process) -> Row:
    """Return the columns of a process in one role; Kusto has no text that is null."""
    return {
        f"{role}ProcessName": image(process),
        f"{role}ProcessFilename": process.name or "",
        f"{role}ProcessId": decimal(process.pid) or "",
        f"{role}ProcessGuid": process.guid or "",
        f"{role}ProcessCommandLine": process.command_line or "",
        f"{role}ProcessCreationTime": ticks(process.started_at),
        f"{role}ProcessIntegrityLevel": process.integrity or "",
        f"{role}ProcessFileOriginalName": process.original_name or "",
        f"{role}ProcessSHA256": process.sha256 or "",
    }
