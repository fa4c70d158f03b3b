r"""LimaCharlie: new and existing processes, their ends, and remote threads, from its sensor on Windows.

`PARENT` is the parent. Records of the Windows event log that it carries (`WEL`) are read as what they are.

>>> event = read({"routing": {"event_type": "NEW_PROCESS", "hostname": "ws-1", "event_time": 1718015400123},
...               "event": {"FILE_PATH": r"C:\Windows\System32\svchost.exe", "PROCESS_ID": 42,
...                         "PARENT": {"FILE_PATH": r"C:\Windows\explorer.exe", "PROCESS_ID": 600}}})
>>> event.parent.name, event.device
('explorer.exe', 'ws-1')
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source

_CREATED = frozenset({"NEW_PROCESS", "EXISTING_PROCESS"})
_EXITED, _THREAD = "TERMINATE_PROCESS", "NEW_REMOTE_THREAD"
_PLATFORM, _WINDOWS = 0xF000_0000, 0x1000_0000


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    routing, event = fields.within("routing"), fields.within("event")
    kind = routing.text("event_type")
    if kind is None:
        raise routing.invalid("event_type", "must say what happened")
    platform = routing.secondary.number("plat")
    if platform is not None and platform & _PLATFORM != _WINDOWS:
        return f"{kind} on another system"
    if kind in _CREATED:
        parent = event.within("PARENT")
        if not prefilter.created(event.raw("FILE_PATH"), parent.raw("FILE_PATH")):
            return Held.START
        declared = _process(parent, routing.guid("parent"), event.secondary.pid("PARENT_PROCESS_ID"))
        return _occurrence(routing).created(
            _process(event, routing.guid("this")), declared, from_snapshot=kind == "EXISTING_PROCESS"
        )
    if kind == _EXITED:
        return _occurrence(routing).exited(_process(event)) if prefilter.exits else Held.PROCESS
    if kind == _THREAD:
        source, target = event.within("SOURCE"), event.within("TARGET")
        if not prefilter.thread(source.raw("FILE_PATH")):
            return Held.PROCESS
        return _occurrence(routing).thread(_process(source), _process(target))
    return kind


def _occurrence(routing: Fields) -> Occurrence:
    return Occurrence(
        timestamp=routing.timestamp("event_time"),
        device=routing.text("hostname", "sid"),
        record_id=routing.secondary.record_id("event_id"),
    )


def _process(fields: Fields, guid: str | None = None, pid: int | None = None) -> Process:
    path = fields.path("FILE_PATH")
    known = fields.pid("PROCESS_ID")
    return Process(
        name_in(path),
        pid=pid if known is None else known,
        path=path,
        command_line=fields.secondary.text("COMMAND_LINE"),
        user=fields.secondary.account("USER_NAME"),
        guid=guid,
        sha256=fields.secondary.text("HASH"),
    )


SOURCE = Source(
    "LimaCharlie",
    Marks((("event",), ("routing",), ("routing.event_type",)), ("routing.hostname", "routing.sid", "ts")),
    _event,
)
read = SOURCE.read
read_many = SOURCE.read_many
