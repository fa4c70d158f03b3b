r"""osquery: results of the table `process_etw_events`, with the result log's envelope or without.

`ppid` is the parent; its name is in another row, or nowhere. `header_pid`, a hidden column that a query must
ask for by name, is the creator. There is no grandparent. `process_events` is the table of other systems.

>>> event = read({"name": "process_etw_events", "hostIdentifier": "ws-1", "unixTime": 1718015460,
...               "action": "added", "columns": {"type": "ProcessStart", "time": "1718015400", "pid": "42",
...               "ppid": "600", "header_pid": "8004", "path": r"C:\Windows\System32\cmd.exe"}})
>>> event.parent.pid, event.creator.pid
(600, 8004)
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.kernel import creator_of
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source

_CREATED, _EXITED = "ProcessStart", "ProcessStop"
_BY_TYPE = (_CREATED, _EXITED)
_OF_OTHER_SYSTEMS = frozenset({"auid", "euid", "uid", "gid"})
_OF_THE_TABLES = frozenset(
    {"header_pid", "process_sequence_number", "mandatory_label", "time_windows", "auid"}
)


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    envelope = Fields(row)
    columns = envelope
    if envelope.has("columns"):
        if envelope.text("action") not in {"added", "snapshot", None}:
            return "removed"
        columns = envelope.within("columns")
    kind = columns.text("type")
    if any(map(columns.has, _OF_OTHER_SYSTEMS)):
        return "start on another system"
    if kind == _CREATED:
        parent = columns.secondary.pid("ppid")
        creator = creator_of(parent, columns.secondary.pid("header_pid"))
        if creator is None and not prefilter.created(columns.raw("path"), None):
            return Held.START
        declared = Process(None, pid=parent, guid=columns.guid("parent_process_sequence_number"))
        return _occurrence(envelope, columns).created(_process(columns), declared, creator=creator)
    if kind == _EXITED:
        return _occurrence(envelope, columns).exited(_process(columns)) if prefilter.exits else Held.PROCESS
    return kind or envelope.secondary.text("name") or "row of another table"


def _occurrence(envelope: Fields, columns: Fields) -> Occurrence:
    return Occurrence(
        timestamp=columns.timestamp("time", "time_windows", "datetime"),
        device=envelope.secondary.within("decorations").text("hostname") or envelope.text("hostIdentifier"),
        ingested_at=envelope.time("unixTime"),
        record_id=columns.record_id("eid"),
    )


def _process(columns: Fields) -> Process:
    path, rest = columns.path("path"), columns.secondary
    return Process(
        name_in(path),
        pid=columns.pid("pid"),
        path=path,
        command_line=rest.text("cmdline"),
        user=rest.account("username"),
        guid=rest.guid("process_sequence_number"),
        session=rest.session("session_id"),
        integrity=rest.text("mandatory_label"),
    )


SOURCE = Source(
    "osquery",
    Marks(
        needs=(
            ("columns.type", "columns.path", "type"),
            ("columns.ppid", "columns.pid", "columns.datetime", "ppid", "pid", "datetime"),
        ),
        own=(
            *("header_pid", "token_elevation_type", "process_sequence_number", "mandatory_label", "cmdline"),
            *("hostIdentifier", "unixTime", "action", "calendarTime", "time_windows", "eid"),
        ),
        fits=lambda row: (
            "columns" in row or row.get("type") in _BY_TYPE or not _OF_THE_TABLES.isdisjoint(row)
        ),
    ),
    _event,
    time="time",
)
read = SOURCE.read
read_many = SOURCE.read_many
