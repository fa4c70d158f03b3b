"""Splunk's Common Information Model: the data set Endpoint.Processes."""

from __future__ import annotations

from parentchild.events import Event, ProcessCreated
from parentchild.testing.rows.row import NOBODY, Row, said
from parentchild.testing.rows.spelling import decimal, epoch_seconds

_DIGITS = 6
_FILLED_IN: Row = {"dest": "unknown", "process_name": "unknown", "parent_process_name": "unknown"}
"""What add-ons write where the model wants a value and there is none."""


def splunk_cim(event: Event) -> Row | None:
    """Return the row of the data model; None for an exit and a remote thread, which it has not.

    Lost: the creator, the grandparent, start times, sessions, signers, of the ingestion time what is finer
    than a second, and of the parent its account, integrity, original name and hash. An id of a record is
    text.
    """
    if not isinstance(event, ProcessCreated):
        return None
    process, parent = event.process, event.parent or NOBODY
    row = said(
        {
            "_time": epoch_seconds(event.timestamp, _DIGITS),
            "_indextime": None if event.ingested_at is None else epoch_seconds(event.ingested_at, 0),
            "dest": event.device,
            "action": "allowed",
            "event_id": None if event.record_id is None else str(event.record_id),
            "process_name": process.name,
            "process_path": process.path,
            "process": process.command_line,
            "process_id": decimal(process.pid),
            "process_guid": process.guid,
            "process_hash": None if process.sha256 is None else f"SHA256={process.sha256}",
            "process_integrity_level": process.integrity,
            "original_file_name": process.original_name,
            "user": process.user,
            "user_id": process.user_sid,
            "parent_process_name": parent.name,
            "parent_process_path": parent.path,
            "parent_process": parent.command_line,
            "parent_process_id": decimal(parent.pid),
            "parent_process_guid": parent.guid,
        }
    )
    return _FILLED_IN | row
