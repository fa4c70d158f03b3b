r"""osquery: results of the table `process_etw_events`, with the result log's envelope or without.

`ppid` is the parent; its name is in another row, or nowhere. `header_pid`, a hidden column that a query must
ask for by name, is the creator.

>>> event = read({"name": "process_etw_events", "hostIdentifier": "ws-1", "unixTime": 1718015460,
...               "action": "added", "columns": {"type": "ProcessStart", "time": "1718015400", "pid": "42",
...               "ppid": "600", "header_pid": "8004", "path": r"C:\Windows\System32\cmd.exe"}})
>>> event.parent.pid, event.creator.pid
(600, 8004)
"""

from __future__ import annotations

from parentchild.events import Event, Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.kernel import creator_of
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Prefiltering, Row, Source

_TABLE = "process_etw_events"
_CREATED, _EXITED = "ProcessStart", "ProcessStop"


def _event(row: Row, prefilter: Prefiltering) -> Event | None:
    envelope = Fields(row)
    columns = envelope
    if envelope.has("columns"):
        action = envelope.text("action")
        if _TABLE not in (envelope.text("name") or "") or action not in {"added", "snapshot", None}:
            return None
        columns = envelope.within("columns")
    kind = columns.text("type")
    if kind == _CREATED:
        parent = columns.pid("ppid")
        creator = creator_of(parent, columns.pid("header_pid"))
        if creator is None and not prefilter.created(columns.raw("path"), None):
            return None
        declared = Process(None, pid=parent, guid=columns.identifier("parent_process_sequence_number"))
        return _occurrence(envelope, columns).created(_process(columns), declared, creator=creator)
    return (
        _occurrence(envelope, columns).exited(_process(columns))
        if kind == _EXITED and prefilter.exits
        else None
    )


def _occurrence(envelope: Fields, columns: Fields) -> Occurrence:
    return Occurrence(
        timestamp=columns.timestamp("time", "datetime"),
        device=envelope.within("decorations").text("hostname") or envelope.text("hostIdentifier"),
        ingested_at=envelope.time("unixTime"),
        record_id=columns.record_id("eid"),
    )


def _process(columns: Fields) -> Process:
    path = columns.text("path")
    return Process(
        name_in(path),
        pid=columns.pid("pid"),
        path=path,
        command_line=columns.text("cmdline"),
        user=columns.text("username"),
        guid=columns.identifier("process_sequence_number"),
        session=columns.session("session_id"),
        integrity=columns.text("mandatory_label"),
    )


SOURCE = Source("osquery", "name and columns, or ppid and cmdline", _event)
read = SOURCE.read
read_many = SOURCE.read_many
