r"""Events in the schema of the EQL library: `event_type` process, with `subtype`.

`ppid` and `parent_process_*` are the parent; the schema has neither creator nor grandparent.

Source: endgameinc/eql, `eql/etc/schema` and the test data of the library.

>>> event = read({"event_type": "process", "subtype": "create", "timestamp": 133624890000000000,
...               "hostname": "ws-1", "process_name": "svchost.exe", "pid": 4242,
...               "parent_process_name": "explorer.exe", "ppid": 1337})
>>> event.parent.name
'explorer.exe'
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Row, Source

_PROCESS = "process"
_CREATED = ("create", "fork", "exec", "creation_event")
_EXITED = frozenset({"terminate", "exit", "termination_event"})
_NO_WINDOWS = frozenset({"fork", "exec"})


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    kind, what = fields.text("event_type"), fields.text("subtype")
    if kind != _PROCESS or what is None:
        return kind or "event"
    if what in _NO_WINDOWS:
        return f"{what} on another system"
    if what in _CREATED:
        if not prefilter.created(
            fields.raw("process_name", "process_path"),
            fields.raw("parent_process_name", "parent_process_path"),
        ):
            return Held.START
        return _occurrence(fields).created(_process(fields), _parent(fields))
    if what in _EXITED:
        return _occurrence(fields).exited(_process(fields)) if prefilter.exits else Held.PROCESS
    return f"{kind} {what}"


def _occurrence(fields: Fields) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp("timestamp", "@timestamp"),
        device=fields.text("hostname", "host", "endpoint_name"),
        record_id=fields.record_id("serial_event_id", "event_id"),
    )


def _process(fields: Fields) -> Process:
    path, rest = fields.path("process_path"), fields.secondary
    return Process(
        fields.text("process_name") or name_in(path),
        pid=fields.pid("pid"),
        path=path,
        command_line=rest.text("command_line"),
        user=rest.user(("user_domain", "user_name"), ("user_domain", "user")),
        user_sid=rest.text("user_sid"),
        guid=rest.guid("unique_pid"),
        integrity=rest.text("integrity_level"),
        signer=rest.text("signature_signer"),
        original_name=rest.text("original_file_name"),
        sha256=rest.text("sha256"),
    )


def _parent(fields: Fields) -> Process:
    path, rest = fields.path("parent_process_path"), fields.secondary
    return Process(
        fields.text("parent_process_name") or name_in(path),
        pid=rest.pid("ppid"),
        path=path,
        command_line=rest.text("parent_command_line"),
        guid=rest.guid("unique_ppid"),
    )


COLUMNS = Columns(
    action="subtype",
    creations=("create", "creation_event"),
    child="process_name",
    parent="parent_process_name",
    child_path="process_path",
    parent_path="parent_process_path",
    child_command_line="command_line",
    parent_command_line="parent_command_line",
    others={
        Fact.CHILD_ORIGINAL_NAME: "original_file_name",
        Fact.CHILD_SIGNER: "signature_signer",
        Fact.CHILD_INTEGRITY: "integrity_level",
        Fact.CHILD_USER: None,
    },
    deciding=("event_type",),
    needed=(
        *("event_type", "subtype", "timestamp", "@timestamp", "hostname", "host", "endpoint_name"),
        *(
            "serial_event_id",
            "event_id",
            "process_name",
            "process_path",
            "pid",
            "command_line",
            "user_domain",
        ),
        *("user_name", "user", "user_sid", "unique_pid", "integrity_level", "signature_signer"),
        *("original_file_name", "sha256", "parent_process_name", "parent_process_path", "ppid"),
        *("parent_command_line", "unique_ppid"),
    ),
)
SOURCE = Source(
    "EQL events",
    Marks(
        needs=(("event_type",), ("subtype",)),
        own=(
            *(
                "process_name",
                "process_path",
                "pid",
                "ppid",
                "parent_process_name",
                "unique_pid",
                "unique_ppid",
            ),
            *("serial_event_id", "timestamp"),
        ),
    ),
    _event,
    COLUMNS,
    time="timestamp",
)
read = SOURCE.read
read_many = SOURCE.read_many
