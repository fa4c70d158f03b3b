"""Envelopes of collectors and search front ends, which wrap rows of any source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from parentchild.errors import InvalidEvent
from parentchild.telemetry.envelopes.envelope import Aside, Opened
from parentchild.telemetry.envelopes.eventlog import text_or_object
from parentchild.telemetry.messages import message_row
from parentchild.telemetry.nested import as_list, as_object, reached
from parentchild.telemetry.source import Row

_PREFIX = "Processes."
_CHILDREN = "__children"


def within(column: str) -> Callable[[Row], Opened]:
    """Return what opens the object, or its text, in a column."""
    return lambda row: text_or_object(row, column)


def splunk_raw(row: Row) -> Opened:
    """Open `_raw` of Splunk: the XML, the JSON or the classic text of an event.

    XML that tells host and time itself is left in it: the readers of the event log know it there.
    """
    raw = row.get("_raw")
    if not isinstance(raw, str):
        return None
    if raw.startswith("<Event ") and "</Computer>" in raw and "SystemTime" in raw and not _tells_more(row):
        return None
    try:
        opened = text_or_object(row, "_raw")
    except InvalidEvent:
        if _tells_more(row):
            return None
        raise
    if opened is not None:
        return opened
    return _classic(raw, "_raw")


def _tells_more(row: Row) -> bool:
    """Tell whether Splunk has already taken the fields out of `_raw`."""
    return any(name in row for name in ("EventCode", "process_name", "process_path", "Image", "EventID"))


def _classic(text: str, column: str) -> Opened:
    """Open the text that the Event Viewer shows of a record; None for another text."""
    row = message_row(text, column)
    return None if row is None else (row,)


def tstats(row: Row) -> Opened:
    """Open a row of Splunk's `tstats`, whose columns are called `Processes.process_name`."""
    return ({name.removeprefix(_PREFIX): value for name, value in row.items()},)


def is_tstats(columns: AbstractSet[object]) -> bool:
    """Tell whether columns are named after the data model."""
    return any(isinstance(name, str) and name.startswith(_PREFIX) for name in columns)


def trellix(row: Row) -> Opened:
    """Open an alert of Trellix HX about a process: `processEvent/pid` and such; others are counted."""
    kind, values = row.get("event_type"), as_object(row.get("event_values"))
    if values is None or not isinstance(kind, str):
        return None
    if kind != "processEvent":
        return (Aside(kind),)
    return ({name.rpartition("/")[2]: value for name, value in values.items()},)


def datadog(row: Row) -> Opened:
    """Open a log of Datadog: the attributes that its agent read, else the message."""
    outer = as_object(row.get("attributes"))
    inner = None if outer is None else as_object(outer.get("attributes"))
    if inner:
        return (inner,)
    return None if outer is None else text_or_object(outer, "message")


def gelf(row: Row) -> Opened:
    """Open a message of GELF: the additional fields, whose names start with an underscore."""
    inner = {name[1:]: value for name, value in row.items() if name.startswith("_") and name != "_id"}
    if inner:
        return (inner,)
    return text_or_object(row, "full_message") or text_or_object(row, "short_message")


def limacharlie(row: Row) -> Opened:
    """Open an event of LimaCharlie that holds a record of the event log, `event.EVENT`."""
    record = as_object(reached(row, "event.EVENT"))
    return None if record is None else ({"Event": record},)


def panther(row: Row) -> Opened:
    """Open a row of Panther that keeps what the tool wrote in `event`."""
    return text_or_object(row, "event")


def otlp(row: Row) -> Opened:
    """Open an export of OpenTelemetry: the bodies of all log records."""
    bodies: list[object] = []
    for resource in as_list(row.get("resourceLogs")) or ():
        scopes = as_object(resource)
        for scope in as_list(None if scopes is None else scopes.get("scopeLogs")) or ():
            records = as_object(scope)
            for record in as_list(None if records is None else records.get("logRecords")) or ():
                found = as_object(record)
                if found is not None:
                    bodies.append(_plain(found.get("body"), 0))
    return bodies


_ANY_VALUES = ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue")
_DEEPEST = 16


def _plain(value: object, depth: int) -> object:
    """Return one of OpenTelemetry's typed values as it is."""
    found = as_object(value)
    if found is None or depth > _DEEPEST:
        return value
    for kind in _ANY_VALUES:
        if kind in found:
            return found[kind]
    listed = as_object(found.get("arrayValue"))
    if listed is not None:
        return [_plain(each, depth + 1) for each in as_list(listed.get("values")) or ()]
    pairs = as_object(found.get("kvlistValue"))
    if pairs is None:
        return value
    return _pairs(pairs, depth)


def _pairs(pairs: Mapping[str, object], depth: int) -> Mapping[str, object]:
    named: dict[str, object] = {}
    for each in as_list(pairs.get("values")) or ():
        pair = as_object(each) or {}
        key = pair.get("key")
        if isinstance(key, str):
            named[key] = _plain(pair.get("value"), depth + 1)
    return named


_OF_PROCESS_EVENTS = ("ProcessStart", "ProcessStop")


def osquery_result(row: Row) -> Opened:
    """Open a line of osquery's result log: one row of a table, or one that is gone.

    A row of `process_etw_events` is left in it: osquery's own reader takes the line whole.
    """
    columns = as_object(row.get("columns"))
    if columns is None or columns.get("type") in _OF_PROCESS_EVENTS:
        return None
    return (Aside("removed"),) if row.get("action") == "removed" else (columns,)


def osquery_snapshot(row: Row) -> Opened:
    """Open a snapshot of osquery, or a batch of differential results."""
    rows = as_list(row.get("snapshot"))
    if rows is not None:
        return rows
    results = as_object(row.get("diffResults"))
    if results is None:
        return None
    added, removed = as_list(results.get("added")) or (), as_list(results.get("removed")) or ()
    return (*added, *(Aside("removed") for _ in removed))


_KERNEL_PROCESS = "Microsoft-Windows-Kernel-Process"


def silketw(row: Row) -> Opened:
    """Open an event of SilkETW: the values lie in `XmlEventData`."""
    data = as_object(row.get("XmlEventData"))
    if data is None or row.get("ProviderName") != _KERNEL_PROCESS:
        return None if data is None else (Aside(str(row.get("EventName"))),)
    started, stopped = "ProcessStart/Start", "ProcessStop/Stop"
    number = {started: 1, stopped: 2}.get(str(row.get("EventName")), 0)
    return (_traced(number, row.get("TimeStamp"), row.get("ProcessID"), data),)


def sealighter(row: Row) -> Opened:
    """Open an event of Sealighter: `header` and `properties`."""
    header, data = as_object(row.get("header")), as_object(row.get("properties"))
    if header is None or data is None or "provider_name" not in header:
        return None
    if header.get("provider_name") != _KERNEL_PROCESS:
        return (Aside(str(header.get("task_name"))),)
    return (_traced(header.get("event_id"), header.get("timestamp"), header.get("process_id"), data),)


def _traced(number: object, time: object, process: object, data: Mapping[str, object]) -> Row:
    execution = {"process_id": process}
    system = {"provider": _KERNEL_PROCESS, "event_id": number, "time_created": time, "execution": execution}
    return {"system": system, "event_data": data}


_GRAYLOGS_OWN = "gl2_"
_GRAYLOG, _WINLOG_DATA = "winlogbeat_", "winlog_event_data_"


def is_graylog(columns: AbstractSet[object]) -> bool:
    """Tell whether columns are those that Graylog makes of Winlogbeat's, with or without its prefix."""
    return any(isinstance(name, str) and name.startswith((_GRAYLOG, _WINLOG_DATA)) for name in columns)


def graylog(row: Row) -> Opened:
    """Open a message of Graylog from Winlogbeat, whose columns are `winlogbeat_winlog_event_data_Image`."""
    opened: dict[str, object] = {"@timestamp": row.get("winlogbeat_@timestamp", row.get("timestamp"))}
    parts: dict[str, dict[str, object]] = {_WINLOG_DATA: {}, "event_data_": {}, "winlog_": {}}
    for column, value in row.items():
        name = column.removeprefix(_GRAYLOG)
        if name == column and not name.startswith("winlog_"):
            continue
        part = next((each for each in parts if name.startswith(each)), None)
        if part is None:
            opened[name] = value
        else:
            parts[part][name.removeprefix(part)] = value
    if parts["winlog_"]:
        opened["winlog"] = {**parts["winlog_"], "event_data": parts[_WINLOG_DATA]}
    if parts["event_data_"]:  # of Winlogbeat 6
        opened["event_data"] = parts["event_data_"]
    return (opened,)


def is_stored_by_graylog(columns: AbstractSet[object]) -> bool:
    """Tell whether columns are those that Graylog adds to every message."""
    return any(isinstance(name, str) and name.startswith(_GRAYLOGS_OWN) for name in columns)


def stored_by_graylog(row: Row) -> Opened:
    """Open a message as Graylog stores it: its fields, without Graylog's own `gl2_*`."""
    return ({name: value for name, value in row.items() if not name.startswith(_GRAYLOGS_OWN)},)


def loki_stream(row: Row) -> Opened:
    """Open a stream of an answer of Loki: the lines, each behind its time in nanoseconds."""
    pairs = [as_list(each) for each in as_list(row.get("values")) or ()]
    lines = [pair[1] for pair in pairs if pair is not None and len(pair) > 1]
    return lines if lines and len(lines) == len(pairs) else None


def cape(row: Row) -> Opened:
    """Open a report of CAPE: the processes of its `behavior`."""
    return as_list(reached(row, "behavior.processes"))


def tree(row: Row) -> Opened:
    """Open a row of a tree: itself, and the rows under it, from the top down."""
    found: list[object] = []
    waiting: list[object] = [row]
    while waiting:
        node = waiting.pop()
        each = as_object(node)
        if each is None:
            found.append(node)
            continue
        children = as_list(each.get(_CHILDREN)) or ()
        found.append({name: value for name, value in each.items() if name != _CHILDREN})
        waiting.extend(reversed(children))
    return found
