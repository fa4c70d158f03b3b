r"""Splunk's Common Information Model, Endpoint.Processes.

`parent_process_*` is the parent of whatever source lies behind the model. Values `unknown`, which add-ons
fill in, are None.

>>> read({"_time": "1718015400.123", "dest": "ws-1", "process_name": "svchost.exe", "process_id": "42",
...       "parent_process_name": "unknown", "parent_process_id": "0x2c8"}).parent.pid
712
"""

from __future__ import annotations

from parentchild.events import ProcessCreated, checked_process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import NOTHING, Fields
from parentchild.telemetry.images import name_in, sha256_of
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.plans import (
    ABSENT,
    PROCESS,
    Kind,
    Plan,
    creation_of,
    needed,
    process_of,
    secondary,
)
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


_CREATION = Plan(
    needed(Kind.TEXT, "process_name", "process_exec"),
    needed(Kind.PID, "process_id"),
    needed(Kind.PATH, "process_path"),
    secondary(Kind.TEXT, "process"),
    ABSENT,
    secondary(Kind.ACCOUNT, "user"),
    secondary(Kind.TEXT, "user_id"),
    needed(Kind.GUID, "process_guid"),
    ABSENT,
    secondary(Kind.TEXT, "process_integrity_level"),
    ABSENT,
    secondary(Kind.TEXT, "original_file_name"),
    secondary(Kind.TEXT, "process_hash"),
    ABSENT,
    needed(Kind.TEXT, "parent_process_name", "parent_process_exec"),
    secondary(Kind.PID, "parent_process_id"),
    needed(Kind.PATH, "parent_process_path"),
    secondary(Kind.TEXT, "parent_process"),
    needed(Kind.GUID, "parent_process_guid"),
    needed(Kind.TIME, "_time", "firstTime"),
    needed(Kind.TEXT, "dest", "host"),
    needed(Kind.TIME, "_indextime"),
    needed(Kind.RECORD, "event_id", "_cd"),
    nothing=_NOTHING,
)
"""The fields of the new process in their order, what is told of its parent, and of the event."""


def _creation(fields: Fields) -> ProcessCreated:
    found = _CREATION.of(fields)
    found[0], found[12] = found[0] or name_in(found[2]), sha256_of(found[12])
    name, pid, path, line, guid, timestamp, device, ingested_at, record_id = found[PROCESS + 1 :]
    return creation_of(
        fields.timestamp("_time", "firstTime") if timestamp is None else timestamp,
        device,
        process_of(found, 0),
        checked_process(name or name_in(path), pid, path, line, guid=guid),
        ingested_at=ingested_at,
        record_id=record_id,
    )


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
        "firstTime",
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
