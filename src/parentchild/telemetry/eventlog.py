"""The Windows event log: records of any writer, told apart once they are opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from parentchild.telemetry import ecs, security, sysmon
from parentchild.telemetry.flat import HEADER
from parentchild.telemetry.record import Record
from parentchild.telemetry.records import MARKS, TIME, kind_of, opened, outcome_of
from parentchild.telemetry.source import Outcome, Prefiltering, Row, Source


def flat_source(columns: frozenset[object]) -> tuple[Source, str, str] | None:
    """Return of which source flat rows with these columns are if one of them holds a certain text.

    With the source come that column and that text; None where more must be looked at.
    """
    writers = [column for column in HEADER.provider if column in columns]
    if len(writers) != 1:
        return None
    for source, provider in ((sysmon.SOURCE, sysmon.PROVIDER), (security.SOURCE, security.PROVIDER)):
        flat = source.columns
        if flat is not None and {flat.action, flat.child, flat.parent} <= columns:
            return source, writers[0], provider
    return None


def narrowed(row: Row) -> tuple[Source, Callable[[Prefiltering], Outcome]]:
    """Return the source that wrote a record, and what tells what it was.

    Raises:
        InvalidEvent: the record cannot be opened.
    """
    record = opened(row)
    if record is None:  # its data have been moved to the fields of ECS
        return ecs.SOURCE, partial(ecs.SOURCE.event, row)
    source, event = _written_by(record)
    return source, partial(event, record) if not record.is_truncated else partial(outcome_of, record, event)


def _written_by(record: Record) -> tuple[Source, Callable[[Record, Prefiltering], Outcome]]:
    if sysmon.is_sysmon(record):
        return sysmon.SOURCE, sysmon.event_of
    if security.is_security(record):
        return security.SOURCE, security.event_of
    return SOURCE, _other


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    return narrowed(row)[1](prefilter)


def _other(record: Record, _: Prefiltering) -> Outcome:
    return kind_of(record)


SOURCE = Source("Windows event log", MARKS, _event, time=TIME, local_times=("EventTime",))
