r"""Endgame: process events, which name no host.

`ppid` and `parent_process_*` are the parent. Rows about processes that were already running when the sensor
started are read as creations; where such a process's parent has exited, only its pid is there.

>>> read({"event_type_full": "process_event", "event_subtype_full": "already_running", "pid": 400,
...       "process_name": "winlogon.exe", "ppid": 364, "serial_event_id": 7,
...       "timestamp": 131485996510000000}).parent
Process(name=None, pid=364, ...)
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
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


def _parent(fields: Fields) -> Process:
    path, rest = fields.path("parent_process_path"), fields.secondary
    return Process(
        fields.text("parent_process_name") or name_in(path),
        pid=rest.pid("ppid"),
        path=path,
        guid=rest.guid("unique_ppid"),
    )


def _process(fields: Fields) -> Process:
    path, rest = fields.path("process_path"), fields.secondary
    return Process(
        fields.text("process_name") or name_in(path),
        pid=fields.pid("pid"),
        path=path,
        command_line=rest.text("command_line"),
        user=rest.user(("user_domain", "user_name")),
        user_sid=rest.text("user_sid"),
        guid=rest.guid("unique_pid"),
        signer=rest.text("signature_signer"),
        original_name=rest.text("original_file_name"),
        sha256=rest.text("sha256"),
    )


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
