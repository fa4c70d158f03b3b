r"""Endgame: process events, which name no host.

`ppid` and `parent_process_*` are the parent. Rows about processes that were already running when the sensor
started are read as creations; where such a process's parent has exited, only its pid is there.

>>> read({"event_type_full": "process_event", "event_subtype_full": "already_running", "pid": 400,
...       "process_name": "winlogon.exe", "ppid": 364, "serial_event_id": 7,
...       "timestamp": 131485996510000000}).parent
Process(name=None, pid=364, ...)
"""

from __future__ import annotations

from parentchild.events import Process, checked_process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.plans import ABSENT, Kind, Plan, needed, process_of, secondary
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Row, Source

_EVENT = "process_event"
_CREATED = ("creation_event", "already_running", "fork_event", "exec_event")
_EXITED = "termination_event"


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    if (kind := fields.text("event_type_full")) not in {_EVENT, None}:
        return kind or _EVENT
    what = fields.text("event_subtype_full")
    if what in _CREATED:
        watched = prefilter.created(fields.raw("process_name"), fields.raw("parent_process_name"))
        return _occurrence(fields).created(_process(fields), _parent(fields)) if watched else Held.START
    if what == _EXITED:
        return _occurrence(fields).exited(_process(fields)) if prefilter.exits else Held.PROCESS
    if what is None:
        raise fields.invalid("event_subtype_full", "must say what happened")
    return what


def _occurrence(fields: Fields) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp("timestamp"),
        device=fields.text("hostname"),
        record_id=fields.record_id("serial_event_id"),
    )


_PROCESS = Plan(
    needed(Kind.TEXT, "process_name"),
    needed(Kind.PID, "pid"),
    needed(Kind.PATH, "process_path"),
    secondary(Kind.TEXT, "command_line"),
    ABSENT,
    secondary(Kind.ACCOUNT, "user_name"),
    secondary(Kind.TEXT, "user_sid"),
    secondary(Kind.GUID, "unique_pid"),
    ABSENT,
    ABSENT,
    secondary(Kind.TEXT, "signature_signer"),
    secondary(Kind.TEXT, "original_file_name"),
    secondary(Kind.TEXT, "sha256"),
    secondary(Kind.TEXT, "user_domain"),
)
_PARENT = Plan(
    needed(Kind.TEXT, "parent_process_name"),
    secondary(Kind.PID, "ppid"),
    needed(Kind.PATH, "parent_process_path"),
    secondary(Kind.GUID, "unique_ppid"),
)


def _parent(fields: Fields) -> Process:
    name, pid, path, guid = _PARENT.of(fields)
    return checked_process(name or name_in(path), pid, path, guid=guid)


def _process(fields: Fields) -> Process:
    found = _PROCESS.of(fields)
    found[0] = found[0] or name_in(found[2])
    return process_of(found, 0)


COLUMNS = Columns(
    action="event_subtype_full",
    creations=_CREATED,
    child="process_name",
    parent="parent_process_name",
    child_path="process_path",
    parent_path="parent_process_path",
    child_command_line="command_line",
    others={
        Fact.CHILD_ORIGINAL_NAME: "original_file_name",
        Fact.CHILD_SIGNER: "signature_signer",
        Fact.CHILD_USER: None,
    },
    deciding=("event_type_full",),
    needed=(
        "event_type_full",
        "event_subtype_full",
        "timestamp",
        "hostname",
        "serial_event_id",
        "process_name",
        "process_path",
        "pid",
        "command_line",
        "user_domain",
        "user_name",
        "user_sid",
        "unique_pid",
        "signature_signer",
        "original_file_name",
        "sha256",
        "parent_process_name",
        "parent_process_path",
        "ppid",
        "unique_ppid",
    ),
)
SOURCE = Source(
    "Endgame",
    Marks(
        (("event_subtype_full", "event_type_full", "serial_event_id"),),
        ("event_subtype_full", "event_type_full", "serial_event_id", "unique_pid", "unique_ppid"),
    ),
    _event,
    COLUMNS,
    time="timestamp",
)
read = SOURCE.read
read_many = SOURCE.read_many
