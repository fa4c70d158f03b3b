"""The published query of 0xFF-0080, version 2.2, executed literally: the reference to compare with.

It keeps Kusto's own rules, with every flaw that this library mends, so that a difference can be shown.
Source: FalconForceTeam/FalconFriday; for the rules Microsoft's Kusto documentation, and for null join keys,
on which it is silent, what the authors of duckdb-kql measured on the Kusto emulator.

Where the query leaves a choice, this is settled and documented: of several rows with the least Timestamp, the
one with the least ReportId stands for its group (numbers before texts, texts before none), then the one with
the least DeviceId. `dcount` is exact, while Kusto estimates above a thousand devices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone

from dateutil.parser import isoparse

from parentchild.catalog import SEED_RELATIONS
from parentchild.errors import InvalidEvent
from parentchild.events import record_order
from parentchild.relations.registry import RelationRegistry

TIMEFRAME = timedelta(hours=2)
"""How far back the query looks, by ingestion time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TICK = timedelta(microseconds=1)
_DIGITS = 7  # Kusto's times count 100 nanoseconds


def run(
    process_events: Iterable[Mapping[str, object]],
    device_events: Iterable[Mapping[str, object]],
    *,
    now: datetime,
    registry: RelationRegistry = SEED_RELATIONS,
) -> list[dict[str, object]]:
    """Execute the query over two tables.

    A row's ingestion time is its `IngestionTime`; a row without that column is taken as ingested at its
    `Timestamp`, and one whose `IngestionTime` is null is dropped, as Kusto does. Columns that a row lacks are
    null, or `""` where the column holds text.

    Args:
        process_events: rows of DeviceProcessEvents.
        device_events: rows of DeviceEvents.
        now: the moment at which the query runs, as an aware time.
        registry: the relations to put into the query's table; only their names count there.

    Returns:
        One row a group, sorted by its key, with the columns `ImageFile`, `ParentFile`, `Timestamp`, the other
        columns of the row that stands for the group, `ExpectedParent`, `DeviceCount`.

    Raises:
        InvalidEvent: a column has a value that Kusto's column could not hold.

    >>> row = {"Timestamp": "2024-06-10T10:30:00Z", "DeviceId": "d1", "ActionType": "ProcessCreated",
    ...        "FileName": "svchost.exe", "InitiatingProcessFileName": "explorer.exe"}
    >>> from datetime import datetime, timezone
    >>> [found] = run([row], [], now=datetime(2024, 6, 10, 12, tzinfo=timezone.utc))
    >>> found["ParentFile"], found["DeviceCount"]
    ('explorer.exe', 1)
    """
    since = _ticks("now", now) - TIMEFRAME // _TICK * 10
    expected = {child: [image.name for image in relation.parents] for child, relation in registry.items()}
    groups: dict[tuple[str, str], list[Mapping[str, object]]] = {}
    for row in process_events:
        image, parent = _text(row, "FileName").lower(), _text(row, "InitiatingProcessFileName").lower()
        if (
            _is_recent(row, since)
            and _text(row, "ActionType").lower() == "processcreated"
            and image in expected
            and parent not in expected[image]
        ):
            groups.setdefault((image, parent), []).append(row)
    crashes = {
        (_text(row, "DeviceId"), _number(row, "ProcessId"), _text(row, "FileName"))
        for row in device_events
        if _is_recent(row, since)
        and _text(row, "ActionType").lower() == "createremotethreadapicall"
        and _text(row, "InitiatingProcessFileName").lower() == "werfault.exe"
    }
    found: list[dict[str, object]] = []
    for (image, parent), rows in sorted(groups.items()):
        first = _arg_min(rows)
        target = (
            _text(first, "DeviceId"),
            _number(first, "InitiatingProcessId"),
            _text(first, "InitiatingProcessFileName"),
        )
        if target not in crashes:
            devices = {_text(row, "DeviceId") for row in rows}
            found.append(_output(image, parent, first, expected[image], len(devices)))
    return found


def _output(
    image: str, parent: str, first: Mapping[str, object], expected: list[str], devices: int
) -> dict[str, object]:
    leading = {"ImageFile": image, "ParentFile": parent, "Timestamp": first.get("Timestamp")}
    own = {name: value for name, value in first.items() if name not in leading and name != "IngestionTime"}
    return {**leading, **own, "ExpectedParent": list(expected), "DeviceCount": devices}


def _arg_min(rows: list[Mapping[str, object]]) -> Mapping[str, object]:
    """Return the row with the least Timestamp that is not null; if all are null, the least by the rest."""
    timed = [row for row in rows if not _is_null(row.get("Timestamp"))]
    least = min(map(_arg_min_key, timed or rows))
    ties = [row for row in timed or rows if _arg_min_key(row) == least]
    return min(ties, key=lambda row: repr(sorted(row.items())))


def _arg_min_key(row: Mapping[str, object]) -> tuple[int, tuple[int, int, str], str]:
    report = row.get("ReportId")
    if report is not None and not isinstance(report, str | int):
        raise InvalidEvent("ReportId", report, "must be a number or a text")
    time = row.get("Timestamp")
    ticks = 0 if _is_null(time) else _ticks("Timestamp", time)
    return ticks, record_order(report), _text(row, "DeviceId")


def _is_recent(row: Mapping[str, object], since: int) -> bool:
    column = "IngestionTime" if "IngestionTime" in row else "Timestamp"
    time = row.get(column)
    return not _is_null(time) and _ticks(column, time) >= since


def _is_null(value: object) -> bool:
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN and NaT differ from themselves


def _text(row: Mapping[str, object], column: str) -> str:
    if not isinstance(row, Mapping):
        raise InvalidEvent("row", row, "must be a mapping of column names to values")
    value = row.get(column)
    if isinstance(value, str):
        return value
    if _is_null(value):
        return ""
    raise InvalidEvent(column, value, "must be a text")


def _number(row: Mapping[str, object], column: str) -> int | None:
    value = row.get(column)
    if _is_null(value):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    raise InvalidEvent(column, value, "must be a whole number")


def _ticks(column: str, value: object) -> int:
    """Return a time as 100-nanosecond ticks since 1970; a text may have seven fraction digits or fewer."""
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise InvalidEvent(column, value, "must have a time zone")
        return (value - _EPOCH) // _TICK * 10
    if not isinstance(value, str):
        raise InvalidEvent(column, value, "must be a datetime or a text in ISO 8601")
    try:
        time = isoparse(value)
    except (ValueError, OverflowError) as error:
        raise InvalidEvent(column, value, f"is not a time in ISO 8601 ({error})") from error
    if time.utcoffset() is None:
        time = time.replace(tzinfo=timezone.utc)  # a Kusto datetime is always in UTC
    fraction = value.partition(".")[2][:_DIGITS]
    last = int(fraction[-1]) if len(fraction) == _DIGITS and fraction.isascii() and fraction.isdigit() else 0
    return (time - _EPOCH) // _TICK * 10 + last
