"""CrowdStrike's Falcon Data Replicator."""

from __future__ import annotations

from parentchild.events import Event, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.testing.rows.row import NOBODY, Row, image, said
from parentchild.testing.rows.spelling import (
    account,
    decimal,
    device_path,
    epoch_milliseconds,
    epoch_seconds,
    integrity_number,
    sensor_number,
)

_DIGITS = 3


def crowdstrike(event: Event) -> Row | None:
    """Return the record of CrowdStrike: ProcessRollup2 or EndOfProcess; None for a remote thread.

    Records of injected threads name neither process, and are not read. Lost: signers, domains of accounts,
    of every time what is finer than a millisecond, of the parent all but its name and guid, of the
    grandparent all but its name, of the creator all but its guid (and the creator where it or the parent has
    none), and of an exit all but the pid and guid: one whose pid is unknown has no record. A process starts
    when its event says. A guid becomes the sensor's number, an integrity level the number of Windows, an id
    of a record text, and a drive a volume. A process without a file has its name where others have their
    path.
    """
    if isinstance(event, RemoteThreadCreated) or (
        isinstance(event, ProcessExited) and event.process.pid is None
    ):
        return None
    row: Row = {
        "event_simpleName": "EndOfProcess",
        "event_platform": "Win",
        "ComputerName": event.device,
        "id": None if event.record_id is None else str(event.record_id),
        "timestamp": decimal(epoch_milliseconds(event.ingested_at)),
        "RawProcessId": decimal(event.process.pid),
        "TargetProcessId": decimal(sensor_number(event.process.guid)),
    }
    when = epoch_seconds(event.timestamp, _DIGITS)
    if isinstance(event, ProcessExited):
        return said(row | {"ProcessEndTime": when, "ContextTimeStamp": when})
    return said(row | {"event_simpleName": "ProcessRollup2", "ProcessStartTime": when} | _creation(event))


def _creation(event: ProcessCreated) -> Row:
    process, parent = event.process, event.parent or NOBODY
    _, user = account(process.user)
    declared = sensor_number(parent.guid)
    source = declared if event.creator is None else sensor_number(event.creator.guid)
    return {
        "ImageFileName": device_path(image(process)),
        "CommandLine": process.command_line,
        "UserName": user,
        "UserSid": process.user_sid,
        "SessionId": decimal(process.session),
        "IntegrityLevel": integrity_number(process.integrity),
        "OriginalFilename": process.original_name,
        "SHA256HashData": process.sha256,
        "ParentBaseFileName": parent.name,
        "ParentProcessId": decimal(declared),
        "SourceProcessId": decimal(source),
        "GrandParentBaseFileName": None if event.grandparent is None else event.grandparent.name,
    }
