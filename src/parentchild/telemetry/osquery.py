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

from parentchild.events import Event, Process, ProcessCreated, ProcessExited
from parentchild.telemetry.fields import Fields, name_in, process_if_known
from parentchild.telemetry.kernel import creator_of
from parentchild.telemetry.source import Row, Screening, Source

_TABLE = "process_etw_events"
_CREATED, _EXITED = "ProcessStart", "ProcessStop"


def _event(row: Row, screen: Screening) -> Event | None:
    envelope = Fields(row)
    columns = envelope
    if envelope.has("columns"):
        action = envelope.text("action")
        if _TABLE not in (envelope.text("name") or "") or action not in {"added", "snapshot", None}:
            return None
        columns = envelope.within("columns")
    kind = columns.text("type")
    if kind == _CREATED:
        parent, creator = columns.pid("ppid"), creator_of(columns.pid("ppid"), columns.pid("header_pid"))
        if creator is None and not screen.created(columns.raw("path"), None):
            return None
        return _creation(envelope, columns, parent, creator)
    if kind == _EXITED and screen.exits:
        return ProcessExited(
            timestamp=columns.timestamp("time", "datetime"),
            device=_device(envelope),
            process=_process(columns),
            ingested_at=envelope.time("unixTime"),
            record_id=columns.record_id("eid"),
        )
    return None


def _creation(envelope: Fields, columns: Fields, parent: int | None, creator: Process | None) -> ProcessCreated:
    return ProcessCreated(
        timestamp=columns.timestamp("time", "datetime"),
        device=_device(envelope),
        process=_process(columns),
        parent=process_if_known(
            Process(None, pid=parent, guid=columns.identifier("parent_process_sequence_number"))
        ),
        creator=creator,
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


def _device(envelope: Fields) -> str:
    return envelope.within("decorations").text("hostname") or envelope.text("hostIdentifier") or ""


SOURCE = Source("osquery", "name and columns, or ppid and cmdline", _event)
read = SOURCE.read
read_many = SOURCE.read_many
