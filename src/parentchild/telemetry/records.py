"""Records of the Windows event log, and the shapes of row in which they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from parentchild.errors import InvalidEvent
from parentchild.telemetry.beats import from_ecs, from_winlogbeat_6, is_winlogbeat_6
from parentchild.telemetry.evtx import TEXTS, from_json, from_xml, xml_column
from parentchild.telemetry.flat import from_flat, is_flat
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.nested import as_object
from parentchild.telemetry.record import Record
from parentchild.telemetry.source import CutOff, Outcome, Prefiltering, Row

_CARRIERS = ("EventID", "EventId", "Event", "data", "winlog", "winlog.event_id", "event_data", *TEXTS)
MARKS = Marks(
    (_CARRIERS,),
    (
        *("Event", "EventID", "EventId", "Channel", "ProviderName", "SourceName", "EventData", "Computer"),
        *("Image", "ParentImage", "NewProcessName", "ParentProcessName", "UtcTime", "SubjectUserSid"),
        *("winlog.event_id", "winlog.provider_name", "winlog.channel", "winlog.computer_name", "winlog.api"),
        *("event_data", "event_id", "provider_name", "source_name", "log_name", "computer_name"),
    ),
    fits=lambda row: is_record(row),  # noqa: PLW0108 - it is defined below
    looks_at=(*_CARRIERS[2:], "event_id"),
)
"""By what a record of the Windows event log is known, whoever wrote it."""

_PROCESS_EVENTS = frozenset({1, 5, 8})  # of Sysmon: starts, exits, remote threads

TIME = "TimeCreated"
"""The column of a flat record in which its time stands, where what wraps it knows it."""


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
        "row", sorted(map(str, row)), f"has no record of the event log: looked for {', '.join(_CARRIERS[:7])}"
    )


def of_records(
    wrote: Callable[[Record], bool], event: Callable[[Record, Prefiltering], Outcome]
) -> Callable[[Row, Prefiltering], Outcome]:
    """Return what reads rows that hold records of one writer: those of others are about something else.

    Args:
        wrote: tells whether it wrote a record.
        event: takes its record and gives the event.
    """

    def read(row: Row, prefilter: Prefiltering) -> Outcome:
        record = opened(row)
        if record is None:
            return "ECS"
        return outcome_of(record, event if wrote(record) else _kind, prefilter)

    return read


def outcome_of(
    record: Record, event: Callable[[Record, Prefiltering], Outcome], prefilter: Prefiltering
) -> Outcome:
    """Return what a record was, with the mark of one that was cut off.

    Raises:
        InvalidEvent: what is left of it is no event, or a value in it cannot be what it claims to be.
    """
    if not record.is_truncated:
        return event(record, prefilter)
    try:
        outcome = event(record, prefilter)
    except InvalidEvent as error:
        raise InvalidEvent(error.field, error.value, f"{error.reason}; the row was cut off") from error
    return outcome if isinstance(outcome, CutOff) else CutOff(outcome)


def _kind(record: Record, _: Prefiltering) -> Outcome:
    return kind_of(record)


def kind_of(record: Record) -> str:
    """Return the kind of a record that none of the sources wrote: who did, and its number.

    Raises:
        InvalidEvent: it has no number, or one of Sysmon's process events and nothing that says who wrote it.
    """
    number = record.event_id
    if number is None:
        raise record.without_number()
    writer = record.provider or record.channel
    if writer is None and number in _PROCESS_EVENTS:
        raise record.without_writer()
    return f"{writer or 'event'} {number}"


def _wrapped(row: Row) -> Mapping[str, object] | None:
    data = as_object(row.get("data"))
    return None if data is None else as_object(data.get("Event"))
