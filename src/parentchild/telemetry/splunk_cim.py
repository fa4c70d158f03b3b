r"""Splunk's Common Information Model, Endpoint.Processes.

`parent_process_*` is the parent of whatever source lies behind the model. Values `unknown`, which add-ons
fill in, are None.

>>> read({"_time": "1718015400.123", "dest": "ws-1", "process_name": "svchost.exe", "process_id": "42",
...       "parent_process_name": "unknown", "parent_process_id": "0x2c8"}).parent.pid
712
"""

from __future__ import annotations

from parentchild.events import Process, ProcessCreated
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import NOTHING, Fields
from parentchild.telemetry.images import name_in, sha256_of
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Row, Source

_NOTHING = NOTHING | {"unknown"}


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row, nothing=_NOTHING)
    if not (fields.has("process_name") or fields.has("process_path")):
        raise fields.invalid("process_name", "must name the new process, or process_path")
    watched = prefilter.created(
        fields.raw("process_name", "process_path"),
        fields.raw("parent_process_name", "parent_process_path", "parent_process_exec"),
    )
    return _creation(fields) if watched else Held.START


def _creation(fields: Fields) -> ProcessCreated:
    rest = fields.secondary
    path, parent_path = fields.path("process_path"), fields.path("parent_process_path")
    process = Process(
        fields.text("process_name", "process_exec") or name_in(path),
        pid=fields.pid("process_id"),
        path=path,
        command_line=rest.text("process"),
        user=rest.account("user"),
        user_sid=rest.text("user_id"),
        guid=fields.guid("process_guid"),
        integrity=rest.text("process_integrity_level"),
        original_name=rest.text("original_file_name"),
        sha256=sha256_of(rest.text("process_hash")),
    )
    parent = Process(
        fields.text("parent_process_name", "parent_process_exec") or name_in(parent_path),
        pid=rest.pid("parent_process_id"),
        path=parent_path,
        command_line=rest.text("parent_process"),
        guid=fields.guid("parent_process_guid"),
    )
    occurrence = Occurrence(
        timestamp=fields.timestamp("_time"),
        device=fields.text("dest", "host"),
        ingested_at=fields.time("_indextime"),
        record_id=fields.record_id("event_id", "_cd"),
    )
    return occurrence.created(process, parent)


COLUMNS = Columns(
    child="process_name",
    parent="parent_process_name",
    child_path="process_path",
    parent_path="parent_process_path",
    child_command_line="process",
    parent_command_line="parent_process",
    others={
        Fact.CHILD_ORIGINAL_NAME: "original_file_name",
        Fact.CHILD_INTEGRITY: "process_integrity_level",
        Fact.CHILD_USER: "user",
    },
    needed=(
        "_time",
        "_indextime",
        "dest",
        "host",
        "event_id",
        "_cd",
        "process_name",
        "process_exec",
        "process_path",
        "process",
        "process_id",
        "process_guid",
        "process_hash",
        "process_integrity_level",
        "original_file_name",
        "user",
        "user_id",
        "parent_process_name",
        "parent_process_exec",
        "parent_process_path",
        "parent_process",
        "parent_process_id",
        "parent_process_guid",
    ),
)
_PARENT = (
    "parent_process_name",
    "parent_process_path",
    "parent_process_exec",
    "parent_process_id",
    "parent_process",
)
SOURCE = Source(
    "Splunk CIM",
    Marks(
        (("process_name", "process_path", "process_exec"), _PARENT, ("_time", "dest")),
        (
            "dest",
            "process",
            "process_id",
            "process_exec",
            "parent_process",
            "parent_process_exec",
            "vendor_product",
        ),
    ),
    _event,
    COLUMNS,
    time="_time",
)
read = SOURCE.read
read_many = SOURCE.read_many
