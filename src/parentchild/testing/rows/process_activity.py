"""Process activity, class 1007 of the Open Cybersecurity Schema Framework."""

from __future__ import annotations

import enum

from parentchild.events import Event, Process, ProcessCreated, ProcessExited
from parentchild.testing.rows.row import Row, said
from parentchild.testing.rows.spelling import account, epoch_milliseconds

_CLASS = 1007
_IDENTITY = frozenset({"name", "pid", "uid", "path"})


class _Activity(enum.Enum):
    LAUNCH = 1
    TERMINATE = 2
    INJECT = 4


def ocsf(event: Event) -> Row | None:
    """Return the event of OCSF: launch, terminate, or inject by a remote thread.

    Lost: the grandparent, sessions, and of every time what is finer than a millisecond. An id of a record
    is text. An actor without a parent beside it stands for both, so the creator is lost where the parent is
    unknown, or is the same process.
    """
    if isinstance(event, ProcessCreated):
        return _launch(event)
    if isinstance(event, ProcessExited):
        return _activity(event, _Activity.TERMINATE, process=_process(event.process))
    row = _activity(event, _Activity.INJECT, process=_process(event.target), actor=_process(event.source))
    return row | {"injection_type_id": 1, "injection_type": "Remote Thread"}


def _launch(event: ProcessCreated) -> Row:
    process, parent, creator = (
        {} if each is None else _process(each) for each in (event.process, event.parent, event.creator)
    )
    if not parent.keys() & _IDENTITY:
        return _activity(event, _Activity.LAUNCH, process=process)
    actor = creator if creator.keys() & _IDENTITY else parent
    return _activity(event, _Activity.LAUNCH, process=process | {"parent_process": parent}, actor=actor)


def _activity(event: Event, activity: _Activity, *, process: Row, actor: Row | None = None) -> Row:
    """Return the event of an activity, in which `actor` does it to `process`."""
    return said(
        {
            "class_uid": _CLASS,
            "class_name": "Process Activity",
            "category_uid": 1,
            "category_name": "System Activity",
            "activity_id": activity.value,
            "activity_name": activity.name.capitalize(),
            "type_uid": _CLASS * 100 + activity.value,
            "severity_id": 1,
            "time": epoch_milliseconds(event.timestamp),
            "metadata": said(
                {
                    "version": "1.4.0",
                    "profiles": ["host"],
                    "uid": None if event.record_id is None else str(event.record_id),
                    "logged_time": epoch_milliseconds(event.ingested_at),
                }
            ),
            "device": said({"hostname": event.device or None, "os": {"name": "Windows", "type_id": 100}}),
            "actor": {} if actor is None else said({"process": actor}),
            "process": process,
        }
    )


def _process(process: Process) -> Row:
    domain, user = account(process.user)
    return said(
        {
            "name": process.name,
            "pid": process.pid,
            "uid": process.guid,
            "path": process.path,
            "cmd_line": process.command_line,
            "created_time": epoch_milliseconds(process.started_at),
            "integrity": process.integrity,
            "user": said({"domain": domain, "name": user, "uid": process.user_sid}),
            "file": _file(process),
        }
    )


def _file(process: Process) -> Row:
    digest = None if process.sha256 is None else {"algorithm": "SHA-256", "algorithm_id": 3}
    signer = None if process.signer is None else {"certificate": {"subject": process.signer}}
    file = said(
        {
            "name": process.name,
            "path": process.path,
            "internal_name": process.original_name,
            "hashes": None if digest is None else [digest | {"value": process.sha256}],
            "signature": signer,
        }
    )
    return file and file | {"type_id": 1}
