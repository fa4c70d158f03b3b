"""Flat envelopes: NXLog, the flat rows of public data sets, and the tables of Log Analytics.

NXLog's column names ignore case, so its own `ProcessID` takes the place of Sysmon's `ProcessId`; the logging
service's pid is never read as the new process's. NXLog's `EventTime` is local time, and is not read unless it
gives a zone. In Log Analytics, `EventData` is XML text in Event and SecurityEvent, and JSON in WindowsEvent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from parentchild.errors import InvalidEvent
from parentchild.telemetry.eventxml import LONGEST, event_text
from parentchild.telemetry.evtx import attribute, named_data
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.nested import as_object
from parentchild.telemetry.record import PROCESS_NAMES, Header, Record
from parentchild.telemetry.source import Row

HEADER = Header(
    provider=("SourceName", "EventSourceName", "ProviderName", "Provider", "Source"),
    channel=("Channel", "EventLog"),
    event_id=("EventID", "EventId"),
    computer=("Hostname", "Computer", "host"),
    times=("@timestamp", "TimeCreated", "TimeGenerated", "TimeCreatedUtc", "SystemTime", "timestamp"),
    zoned_times=("EventTime",),
    record_id=("RecordNumber", "EventRecordID", "EventRecordId"),
    ingested=("IngestionTime", "_TimeReceived"),
)
HEADER_COLUMNS = (
    *(*HEADER.event_id, *HEADER.provider, *HEADER.channel, *HEADER.computer, *HEADER.record_id),
    *(*HEADER.times, *HEADER.zoned_times, *HEADER.ingested, "EventData"),
)
"""Every column of a flat row that says something of the record, whichever event it is."""

DECIDING_COLUMNS = (*HEADER.event_id, *HEADER.provider, *HEADER.channel)
"""The columns of a flat row that say who wrote the record, and its number."""

_ATTRIBUTES = (("Provider", "Name"), ("TimeCreated", "SystemTime"))
_LONGEST_INT = 20
_WIDEST = 512  # columns of a shape that is remembered


def is_flat(row: Row) -> bool:
    """Tell whether a row has the number of a Windows event among its own columns."""
    return "EventID" in row or "EventId" in row


def from_flat(row: Row) -> Record:
    """Return the record of a flat row.

    Raises:
        InvalidEvent: its event data cannot be read.
    """
    columns = tuple(row)
    shape = _shape_of(columns) if len(columns) <= _WIDEST else _new_shape(columns)
    for element, name in shape.attributes:
        if as_object(row.get(element)) is not None:  # as Sumo Logic has it
            row = {**row, element: attribute(row, element, name)}
    fields = Fields(row)
    if shape.is_whole:
        return Record(fields, shape.header, fields)
    data = row.get("EventData")
    if data is None:
        return Record(fields, shape.header, fields.within("EventData") if shape.is_dotted else fields)
    if isinstance(data, str) and (text := data.strip()).startswith("<"):
        event = event_text("EventData", text)
        return Record(fields, shape.header, Fields(event.data, "EventData."), event.is_truncated)
    return Record(fields, shape.header, Fields(_event_data(data), "EventData."))


class _Shape(NamedTuple):
    """What the names of a flat row's columns say."""

    header: Header
    attributes: tuple[tuple[str, str], ...]
    """The elements of which a row may hold all attributes."""
    is_whole: bool
    """Whether the event's data are columns of their own."""
    is_dotted: bool
    """Whether they are in columns called `EventData.` and so on."""


def _new_shape(columns: tuple[object, ...]) -> _Shape:
    there = frozenset(columns)
    return _Shape(
        HEADER.among(there),
        tuple(pair for pair in _ATTRIBUTES if pair[0] in there),
        not there.isdisjoint(PROCESS_NAMES),
        any(str(name).startswith("EventData.") for name in columns),
    )


_shape_of = lru_cache(maxsize=64)(_new_shape)


def _event_data(data: object) -> Mapping[str, object]:
    if isinstance(data, str):
        text = data.strip()
        if not text:
            return {}
        data = _from_json(text)
    if (found := as_object(data)) is None:
        raise InvalidEvent("EventData", data, "must be an object, or one as XML or JSON text")
    return named_data(found, "EventData.")


def _from_json(text: str) -> object:
    if len(text) > LONGEST:
        raise InvalidEvent("EventData", text, f"is longer than the {LONGEST} characters of an event")
    if not text.startswith("{"):
        raise InvalidEvent("EventData", text, "must be XML or JSON")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_int=_int)
    except (ValueError, RecursionError) as error:
        if isinstance(error, InvalidEvent):
            raise
        raise InvalidEvent("EventData", text, "is not complete JSON") from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidEvent("EventData", [name for name, _ in pairs], "must give each name once")
    return found


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits
