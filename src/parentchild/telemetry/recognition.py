"""Recognition: of which source a row is, from the names of its columns.

The answer depends on the row alone, never on the rows before it: each source is known by columns that no
other source has, and asking for them costs a few look-ups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parentchild.errors import InvalidEvent
from parentchild.events import Event
from parentchild.telemetry import (
    asim,
    crowdstrike,
    defender,
    ecs,
    endgame,
    etw,
    ocsf,
    osquery,
    pslist,
    security,
    splunk_cim,
    sysmon,
)
from parentchild.telemetry.envelopes import is_record, opened
from parentchild.telemetry.nested import as_object
from parentchild.telemetry.source import (
    EVERYTHING,
    OnInvalid,
    Prefiltering,
    Row,
    Source,
    checked,
    raise_invalid,
    stream,
)

SOURCES: tuple[Source, ...] = (
    defender.SOURCE,
    sysmon.SOURCE,
    security.SOURCE,
    ecs.SOURCE,
    ocsf.SOURCE,
    asim.SOURCE,
    crowdstrike.SOURCE,
    endgame.SOURCE,
    etw.SOURCE,
    osquery.SOURCE,
    pslist.SOURCE,
    splunk_cim.SOURCE,
)
"""Every source that `read` recognises."""


def read(row: Row) -> Event | None:
    """Return the event of a row of any source, None when it is about something else.

    Raises:
        InvalidEvent: the row is of no known source, or a value in it cannot be what it claims to be.

    >>> read({"EventID": 4689, "TimeCreated": "2024-06-10T10:30:00Z", "ProcessId": "0x1a4"}).process.pid
    420
    >>> read({"colour": "red"})
    Traceback (most recent call last):
        ...
    parentchild.errors.InvalidEvent: row = ['colour']: is of no known source; looked for ...
    """
    return _event(checked(row), EVERYTHING)


def read_many(
    rows: Iterable[Row], *, prefilter: Prefiltering | None = None, on_invalid: OnInvalid = raise_invalid
) -> Iterator[Event]:
    """Return the events of rows of any source, mixed as they come, lazily.

    Nothing is read until an event is asked for; each row is read then, and not kept. Rows that are not about
    the start or exit of a process or a remote thread give nothing; rows that cannot be read go to
    `on_invalid`. What `prefilter` rejects is not parsed, so nothing else in such a row is checked.

    Args:
        rows: the rows, each a mapping of column names to values.
        prefilter: what could matter, `Detector.prefilter` say; None reads all.
        on_invalid: what to do with a row that cannot be read; the default raises.

    Raises:
        InvalidEvent: a row cannot be read, and `on_invalid` raised it.

    >>> list(read_many([{"colour": "red"}], on_invalid=lambda index, error: print(index, error.field)))
    0 row
    []
    """
    # Defender's mark is looked for first in recognition too, so this shortcut cannot change an answer.
    return stream(_event, rows, prefilter, on_invalid, defender.COLUMNS)


def _event(row: Row, prefilter: Prefiltering) -> Event | None:
    for fits, event in _SHAPES:
        if fits(row):
            return event(row, prefilter)
    looked_for = "; ".join(f"{source.marks} ({source.name})" for source in SOURCES)
    raise InvalidEvent("row", sorted(map(str, row)), f"is of no known source; looked for {looked_for}")


def _record_event(row: Row, prefilter: Prefiltering) -> Event | None:
    record = opened(row)
    if record is None:
        return ecs.SOURCE.event(row, prefilter)
    if sysmon.is_sysmon(record):
        return sysmon.event_of(record, prefilter)
    return security.event_of(record, prefilter) if security.is_security(record) else None


def _is_defender(row: Row) -> bool:
    return "ActionType" in row or ("category" in row and "properties" in row)


def _is_ocsf(row: Row) -> bool:
    return "class_uid" in row


def _is_crowdstrike(row: Row) -> bool:
    return "event_simpleName" in row


def _is_endgame(row: Row) -> bool:
    return "event_subtype_full" in row or "serial_event_id" in row


def _is_etw(row: Row) -> bool:
    return "system" in row and "event_data" in row


def _is_asim(row: Row) -> bool:
    return "EventType" in row and (
        "TargetProcessName" in row or "ActingProcessName" in row or "EventSchema" in row
    )


def _is_osquery(row: Row) -> bool:
    return ("columns" in row and "name" in row) or ("ppid" in row and "cmdline" in row)


def _is_pslist(row: Row) -> bool:
    return "PID" in row and "PPID" in row


def _is_splunk_cim(row: Row) -> bool:
    return "process_name" in row or "process_path" in row


def _is_ecs(row: Row) -> bool:
    dotted = "event.category" in row or "event.action" in row or "event.type" in row
    return dotted or as_object(row.get("event")) is not None


_SHAPES = (
    (_is_defender, defender.SOURCE.event),
    (is_record, _record_event),
    (_is_ocsf, ocsf.SOURCE.event),
    (_is_crowdstrike, crowdstrike.SOURCE.event),
    (_is_endgame, endgame.SOURCE.event),
    (_is_etw, etw.SOURCE.event),
    (_is_asim, asim.SOURCE.event),
    (_is_osquery, osquery.SOURCE.event),
    (_is_pslist, pslist.SOURCE.event),
    (_is_ecs, ecs.SOURCE.event),
    (_is_splunk_cim, splunk_cim.SOURCE.event),
)
