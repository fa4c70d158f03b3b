"""The kernel's own trace of processes: as ETW gives it, and as osquery keeps it in a table."""

from __future__ import annotations

from parentchild.events import Event, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.testing.rows.row import NOBODY, Row, image, said
from parentchild.testing.rows.spelling import (
    decimal,
    device_path,
    epoch_seconds,
    mandatory_label,
    nanoseconds,
    sensor_number,
)

_PROVIDER = "Microsoft-Windows-Kernel-Process"
_SHORT = 14  # characters that the kernel keeps of a name


def osquery(event: Event) -> Row | None:
    """Return the result of osquery's `process_etw_events`; None for a remote thread, which it has not.

    The query asks for the hidden columns too. Lost: the grandparent, security identifiers, start times,
    signers, original names, hashes, of every time what is finer than a second, of the parent all but its pid
    and guid, and of the creator all but its pid (and the creator itself where it has the pid of the parent,
    or none). A guid becomes the kernel's number, an integrity level its label, an id of a record text. A
    process without a file has its name where others have their path.
    """
    if isinstance(event, RemoteThreadCreated):
        return None
    process, ended = event.process, isinstance(event, ProcessExited)
    when = epoch_seconds(event.timestamp, 0)
    columns: Row = {
        "type": "ProcessStop" if ended else "ProcessStart",
        "time": when,
        "datetime": when,
        "eid": None if event.record_id is None else str(event.record_id),
        "pid": decimal(process.pid),
        "path": image(process),
        "cmdline": process.command_line or "",
        "username": process.user or "",
        "session_id": decimal(process.session),
        "mandatory_label": mandatory_label(process.integrity) or "",
        "process_sequence_number": decimal(sensor_number(process.guid)),
    }
    if isinstance(event, ProcessCreated):
        parent = event.parent or NOBODY
        columns |= {
            "ppid": decimal(parent.pid),
            "parent_process_sequence_number": decimal(sensor_number(parent.guid)),
            "header_pid": decimal(_caller(event)),
        }
    return said(
        {
            "name": "process_etw_events",
            "hostIdentifier": event.device,
            "unixTime": None if event.ingested_at is None else int(epoch_seconds(event.ingested_at, 0)),
            "action": "added",
            "columns": said(columns),
        }
    )


def etw(event: Event) -> Row | None:
    """Return the event of ETW's Kernel-Process: 1 or 2; None for a remote thread, which does not say by whom.

    Lost: the grandparent, the ingestion time, the id of the record, command lines, accounts, signers,
    original names, hashes, of the parent all but its pid and guid, and of the creator all but its pid (and
    the creator itself where it has the pid of the parent, or none). An exit has no session and integrity, and
    14 characters of the name alone. A guid becomes the kernel's number, an integrity level its label, a drive
    a volume. A process without a file has its name where others have their path.
    """
    if isinstance(event, RemoteThreadCreated):
        return None
    process = event.process
    data: Row = {
        "ProcessID": _number(process.pid),
        "ProcessSequenceNumber": decimal(sensor_number(process.guid)),
        "CreateTime": nanoseconds(process.started_at),
    }
    if isinstance(event, ProcessExited):
        name = (process.name or "")[:_SHORT]
        return _trace(
            event, 2, process.pid, data | {"ExitTime": nanoseconds(event.timestamp), "ImageName": name}
        )
    parent = event.parent or NOBODY
    return _trace(
        event,
        1,
        _caller(event),
        data
        | {
            "ParentProcessID": _number(parent.pid),
            "ParentProcessSequenceNumber": decimal(sensor_number(parent.guid)),
            "SessionID": _number(process.session),
            "MandatoryLabel": mandatory_label(process.integrity),
            "ImageName": device_path(image(process)),
        },
    )


def _trace(event: Event, number: int, caller: int | None, data: Row) -> Row:
    return {
        "system": said(
            {
                "provider": _PROVIDER,
                "event_id": str(number),
                "time_created": nanoseconds(event.timestamp),
                "execution": said({"process_id": decimal(caller)}),
                "computer": event.device,
            }
        ),
        "event_data": said(data),
    }


def _caller(event: ProcessCreated) -> int | None:
    """Return the pid in whose context the start was traced: the creator's, which mostly is the parent."""
    parent, creator = event.parent or NOBODY, event.creator or NOBODY
    return creator.pid or parent.pid


def _number(number: int | None) -> str | None:
    """Return a number as traces print it, with a blank before it."""
    return None if number is None else f" {number}"
