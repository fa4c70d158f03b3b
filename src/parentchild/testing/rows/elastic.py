"""Elastic: events of Elastic Endpoint in ECS, and those of Endgame, from which it came."""

from __future__ import annotations

from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.testing.rows.row import NOBODY, Row, said
from parentchild.testing.rows.spelling import account, filetime, integrity_name, sensor_number, ticks


def ecs(event: Event) -> Row | None:
    """Return the document of Elastic Endpoint, in ECS; None for a remote thread, which it has not.

    Lost: the grandparent, of the creator all but its pid and guid (and the creator itself where it has the
    pid of the parent, or none), and of the parent its account, session, integrity, original name and hash. An
    integrity level is in lower case.
    """
    if isinstance(event, RemoteThreadCreated):
        return None
    process, ended = event.process, isinstance(event, ProcessExited)
    domain, user = account(process.user)
    document = _ecs_process(process) | {
        "hash": said({"sha256": process.sha256}),
        "pe": said({"original_file_name": process.original_name}),
        "Ext": said(
            {
                "token": said({"integrity_level_name": integrity_name(process.integrity)}),
                "session_info": said({"id": process.session}),
            }
        ),
        "parent": _ecs_parent(event) if isinstance(event, ProcessCreated) else {},
    }
    number = isinstance(event.record_id, int)
    return said(
        {
            "@timestamp": ticks(event.timestamp),
            "event": said(
                {
                    "kind": "event",
                    "module": "endpoint",
                    "dataset": "endpoint.events.process",
                    "category": ["process"],
                    "type": ["end" if ended else "start"],
                    "action": "end" if ended else "start",
                    "sequence" if number else "id": event.record_id,
                    "ingested": ticks(event.ingested_at),
                }
            ),
            "host": said({"name": event.device or None, "os": {"type": "windows"}}),
            "user": said({"domain": domain, "name": user, "id": process.user_sid}),
            "process": said(document),
        }
    )


def _ecs_parent(event: ProcessCreated) -> Row:
    parent, creator = event.parent or NOBODY, event.creator or NOBODY
    real: Row = {}
    if creator.pid and creator.pid != parent.pid:
        real = said({"pid": creator.pid, "entity_id": creator.guid})
    return said(_ecs_process(parent) | {"Ext": said({"real": real})})


def _ecs_process(process: Process) -> Row:
    return said(
        {
            "pid": process.pid,
            "entity_id": process.guid,
            "name": process.name,
            "executable": process.path,
            "command_line": process.command_line,
            "start": ticks(process.started_at),
            "code_signature": said({"subject_name": process.signer}),
        }
    )


def endgame(event: Event) -> Row | None:
    """Return the event of Endgame; None for a remote thread, which it has not.

    Lost: the host, the creator, the grandparent, the ingestion time, start times, sessions, integrity, ids
    of records that are no numbers, and of the parent all but its name, path, pid and guid. A guid becomes the
    sensor's number.
    """
    if isinstance(event, RemoteThreadCreated):
        return None
    process, ended = event.process, isinstance(event, ProcessExited)
    domain, user = account(process.user)
    row: Row = {
        "event_type": "process",
        "event_type_full": "process_event",
        "event_subtype_full": "termination_event" if ended else "creation_event",
        "subtype": "terminate" if ended else "create",
        "opcode": 2 if ended else 1,
        "timestamp": filetime(event.timestamp),
        "serial_event_id": event.record_id if isinstance(event.record_id, int) else None,
        "process_name": process.name,
        "process_path": process.path,
        "pid": process.pid,
        "unique_pid": sensor_number(process.guid),
        "command_line": process.command_line,
        "user_domain": domain,
        "user_name": user,
        "user_sid": process.user_sid,
        "signature_signer": process.signer,
        "original_file_name": process.original_name,
        "sha256": process.sha256,
    }
    if isinstance(event, ProcessCreated):
        parent = event.parent or NOBODY
        row |= {
            "parent_process_name": parent.name,
            "parent_process_path": parent.path,
            "ppid": parent.pid,
            "unique_ppid": sensor_number(parent.guid),
        }
    return said(row)
