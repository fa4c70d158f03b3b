"""Envelopes that keep a record's `System` and `EventData` apart: evtx as JSON, as XML, as XML in JSON.

All become the same two mappings, so that from here on nothing depends on who converted the log.
"""

from __future__ import annotations

from collections.abc import Mapping

from parentchild.errors import InvalidEvent
from parentchild.telemetry.eventxml import event_text
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.nested import as_list, as_object
from parentchild.telemetry.record import Header, Record
from parentchild.telemetry.source import Row

_HEADER = Header(
    provider=("Provider",),
    channel=("Channel",),
    event_id=("EventID",),
    computer=("Computer",),
    times=("TimeCreated",),
    record_id=("EventRecordID",),
)
_PLAIN = frozenset({str, int})
_ATTRIBUTES, _MARKS = ("#attributes", "@attributes", "$"), ("", "@", "_", "-")
"""Where the attributes of an element lie in JSON, if not in it, and what may stand before their names."""
_TEXTS_OF_ELEMENTS = ("#text", "text", "_", "__text", "$t", "Value")
_TIME = "SystemTime"
TEXTS = ("_raw", "Event", "event", "xml", "Xml", "XML")
"""The columns that may hold an event's XML text."""


def xml_column(row: Row) -> str | None:
    """Return the column that holds an event's XML text, None when there is none."""
    for column in TEXTS:
        value = row.get(column)
        if isinstance(value, str) and value.lstrip("\ufeff \t\r\n").startswith("<"):
            return column
    return None


def from_xml(row: Row, column: str) -> Record:
    """Return the record in the XML text of a column.

    Raises:
        InvalidEvent: the text is no event.
    """
    event = event_text(column, str(row[column]))
    if not event.system:
        raise InvalidEvent(column, row[column], "must be the XML of an event, with its System part")
    return Record(
        Fields(event.system, f"{column}.System."),
        _HEADER,
        Fields(event.data, f"{column}.EventData."),
        event.is_truncated,
    )


def from_json(event: Mapping[str, object], where: str) -> Record:
    """Return the record of an event in JSON; `where` names the place for errors.

    Raises:
        InvalidEvent: a part of it is no object.
    """
    system = _part(event, "System", where)
    flat = {
        "Provider": attribute(system, "Provider", "Name"),
        "TimeCreated": attribute(system, "TimeCreated", _TIME),
        "EventID": _content(system.get("EventID")),
        "EventRecordID": _content(system.get("EventRecordID")),
        "Computer": _content(system.get("Computer")),
        "Channel": _content(system.get("Channel")),
    }
    inner = f"{where}EventData."
    return Record(
        Fields(flat, f"{where}System."),
        _HEADER,
        Fields(named_data(_part(event, "EventData", where), inner), inner),
    )


def named_data(data: Mapping[str, object], where: str) -> Mapping[str, object]:
    """Return event data by name, also when it is a list of names with texts, as XML in JSON has it.

    Raises:
        InvalidEvent: an entry of the list has no name, or the name of an earlier one.
    """
    entries = as_list(data.get("Data"))
    if entries is None:
        return as_object(data.get("Data")) or data
    named: dict[str, object] = {}
    for entry in entries:
        pair = as_object(entry)
        if pair is None:
            continue  # classic events have data without names
        name = _attribute(pair, "Name")
        if not isinstance(name, str) or name in named:
            raise InvalidEvent(f"{where}Data", name, "must name each value, once")
        named[name] = next((pair[key] for key in _TEXTS_OF_ELEMENTS if key in pair), None)
    return named


def _part(event: Mapping[str, object], name: str, where: str) -> Mapping[str, object]:
    part = event.get(name)
    if part is None:
        return {}
    if (found := as_object(part)) is None:
        raise InvalidEvent(where + name, part, "must be an object")
    return found


def attribute(system: Mapping[str, object], element: str, name: str) -> object:
    """Return an attribute of an element of `System`, however the XML became JSON; a plain value as it is.

    A time that is an object without such an attribute is given whole: PowerShell writes a date as one.
    """
    value = system.get(element, system.get(element + "_attributes"))
    if (content := as_object(value)) is None:
        return value
    found = _attribute(content, name)
    return content if found is None and name == _TIME else found


def _attribute(element: Mapping[str, object], name: str) -> object:
    """Return an attribute of an element, as the tools that turn XML into JSON call it."""
    held = next((found for key in _ATTRIBUTES if (found := as_object(element.get(key))) is not None), element)
    return next((held[key] for mark in _MARKS if (key := mark + name) in held), None)


def _content(value: object) -> object:
    if value.__class__ in _PLAIN or (content := as_object(value)) is None:
        return value
    return next((content[key] for key in _TEXTS_OF_ELEMENTS if key in content), None)
