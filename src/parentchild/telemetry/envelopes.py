"""Which envelope a record of the Windows event log is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from parentchild.errors import InvalidEvent
from parentchild.events import Event
from parentchild.telemetry.beats import from_ecs, from_winlogbeat_6, is_winlogbeat_6
from parentchild.telemetry.evtx import from_json, from_xml, xml_column
from parentchild.telemetry.flat import from_flat, is_flat
from parentchild.telemetry.nested import as_object
from parentchild.telemetry.record import Record
from parentchild.telemetry.source import Prefiltering, Row

ENVELOPES = "Event, data.Event, XML text in _raw, EventID, winlog, or event_data with event_id"


def is_record(row: Row) -> bool:
    """Tell whether a row is in one of the envelopes."""
    return (
        is_flat(row)
        or as_object(row.get("Event")) is not None
        or _wrapped(row) is not None
        or is_ecs_record(row)
        or is_winlogbeat_6(row)
        or xml_column(row) is not None
    )


def is_ecs_record(row: Row) -> bool:
    """Tell whether a row is in ECS with the event log's own part, nested or under dotted names."""
    return "winlog" in row or "winlog.event_id" in row


def opened(row: Row) -> Record | None:
    """Return the record in a row; None when only ECS fields are left of it.

    Raises:
        InvalidEvent: the row is in none of the envelopes, or what it holds cannot be read.
    """
    if is_flat(row):
        return from_flat(row)
    if (event := as_object(row.get("Event"))) is not None:
        return from_json(event, "Event.")
    if (wrapped := _wrapped(row)) is not None:
        return from_json(wrapped, "data.Event.")
    if is_ecs_record(row):
        return from_ecs(row)
    if is_winlogbeat_6(row):
        return from_winlogbeat_6(row)
    if (column := xml_column(row)) is not None:
        return from_xml(row, column)
    raise InvalidEvent(
        "row", sorted(map(str, row)), f"has no record of the event log: looked for {ENVELOPES}"
    )


def of_records(
    wrote: Callable[[Record], bool], event: Callable[[Record, Prefiltering], Event | None]
) -> Callable[[Row, Prefiltering], Event | None]:
    """Return what reads rows that hold records of one writer: those of others give nothing.

    Args:
        wrote: tells whether it wrote a record.
        event: takes its record and gives the event.
    """

    def read(row: Row, prefilter: Prefiltering) -> Event | None:
        record = opened(row)
        return event(record, prefilter) if record is not None and wrote(record) else None

    return read


def _wrapped(row: Row) -> Mapping[str, object] | None:
    data = as_object(row.get("data"))
    return None if data is None else as_object(data.get("Event"))
