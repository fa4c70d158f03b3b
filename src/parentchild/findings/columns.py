"""The columns of a finding's flat form, `Finding.to_dict()`: one declaration for every frame and engine.

The JSON Schema of the same form is the file `finding.schema.json` beside this module.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Final

import attrs
from dateutil.parser import isoparse

from parentchild.errors import InvalidEvent
from parentchild.events import Process, ProcessCreated
from parentchild.findings.flat import PROCESS_COLUMNS


class ColumnType(enum.Enum):
    """What a column holds; the value is its JSON type."""

    TEXT = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TIME = "date-time"
    """An ISO 8601 text in UTC, with microseconds and a `Z`."""
    TEXTS = "array"
    VARIANTS = "array of objects"
    """A list of records with the fields of `VARIANT_FIELDS`."""


VARIANT_FIELDS: Final[tuple[tuple[str, ColumnType], ...]] = (
    ("child_path", ColumnType.TEXT),
    ("parent_path", ColumnType.TEXT),
    ("command_line", ColumnType.TEXT),
    ("user", ColumnType.TEXT),
    ("occurrences", ColumnType.INTEGER),
    ("device_count", ColumnType.INTEGER),
    ("devices", ColumnType.TEXTS),
)
"""The fields of each record in the column `variants`, in their order."""

_TYPES: Final = {
    ColumnType.TEXT: ("string", "string", "string"),
    ColumnType.INTEGER: ("int64", "bigint", "Int64"),
    ColumnType.BOOLEAN: ("bool", "boolean", "boolean"),
    ColumnType.TIME: ("timestamp[us, tz=UTC]", "timestamp", "datetime64[us, UTC]"),
    ColumnType.TEXTS: ("list<item: string>", "array<string>", "object"),
}
"""Each type as Arrow writes it, in Spark's DDL, and as a dtype of pandas that knows absent values."""
_ARROW, _SPARK = (", ".join(f"{name}: {_TYPES[kind][at]}" for name, kind in VARIANT_FIELDS) for at in (0, 1))
_TYPES[ColumnType.VARIANTS] = (f"list<item: struct<{_ARROW}>>", f"array<struct<{_SPARK}>>", "object")


@attrs.frozen(kw_only=True)
class Column:
    """One column of the flat form.

    Args:
        name: its name.
        type: what it holds.
        is_nullable: whether its value may be absent.
    """

    name: str
    type: ColumnType
    is_nullable: bool = True

    @property
    def arrow(self) -> str:
        """Its type as Arrow writes it."""
        return _TYPES[self.type][0]

    @property
    def spark(self) -> str:
        """Its type in Spark's DDL."""
        return _TYPES[self.type][1]

    @property
    def pandas(self) -> str:
        """Its dtype in pandas, one that knows absent values."""
        return _TYPES[self.type][2]


def _process(role: str) -> tuple[Column, ...]:
    types = {"pid": ColumnType.INTEGER, "started_at": ColumnType.TIME}
    return tuple(
        Column(name=f"{role}_{name}", type=types.get(name, ColumnType.TEXT)) for name in PROCESS_COLUMNS
    )


def _always(name: str, kind: ColumnType) -> Column:
    return Column(name=name, type=kind, is_nullable=False)


FINDING_COLUMNS: Final[tuple[Column, ...]] = (
    _always("schema_version", ColumnType.INTEGER),
    _always("uid", ColumnType.TEXT),
    _always("activity", ColumnType.TEXT),
    _always("reason", ColumnType.TEXT),
    _always("reasons", ColumnType.TEXTS),
    _always("severity", ColumnType.TEXT),
    _always("severity_id", ColumnType.INTEGER),
    _always("risk_score", ColumnType.INTEGER),
    _always("child", ColumnType.TEXT),
    _always("parent", ColumnType.TEXT),
    _always("directory", ColumnType.TEXT),
    _always("expected", ColumnType.TEXTS),
    _always("explanation", ColumnType.TEXT),
    _always("next_steps", ColumnType.TEXTS),
    _always("attack", ColumnType.TEXTS),
    _always("first_seen", ColumnType.TIME),
    _always("last_seen", ColumnType.TIME),
    _always("device_count", ColumnType.INTEGER),
    _always("device_count_is_exact", ColumnType.BOOLEAN),
    _always("devices", ColumnType.TEXTS),
    _always("occurrences", ColumnType.INTEGER),
    _always("suppressed", ColumnType.INTEGER),
    _always("variants", ColumnType.VARIANTS),
    Column(name="imitates", type=ColumnType.TEXT),
    _always("parent_is_inferred", ColumnType.BOOLEAN),
    Column(name="parent_inferred_seconds", type=ColumnType.INTEGER),
    _always("device", ColumnType.TEXT),
    _always("timestamp", ColumnType.TIME),
    Column(name="ingested_at", type=ColumnType.TIME),
    Column(name="record_id", type=ColumnType.TEXT),
    *_process("child"),
    *_process("parent"),
    *_process("creator"),
    Column(name="grandparent_name", type=ColumnType.TEXT),
)
"""Every column of `Finding.to_dict()`, in its order."""


def spark_schema() -> str:
    """Return the columns as Spark's DDL, for `createDataFrame` and `mapInArrow`.

    >>> spark_schema().split(", ")[:2]
    ['schema_version bigint NOT NULL', 'uid string NOT NULL']
    """
    return ", ".join(
        f"{column.name} {column.spark}{'' if column.is_nullable else ' NOT NULL'}"
        for column in FINDING_COLUMNS
    )


def typed(row: Mapping[str, object]) -> dict[str, object]:
    """Return a flat finding with its times as datetimes, in the order of the columns.

    Args:
        row: what `Finding.to_dict` gave, perhaps by way of JSON.

    Raises:
        InvalidEvent: a column is missing, or a time cannot be read.
    """
    return {column.name: _value(column, row) for column in FINDING_COLUMNS}


def event_of(row: Mapping[str, object]) -> ProcessCreated:
    """Return the event that stands for a flat finding: observed again, it makes the finding again.

    What the flat form does not hold (sessions, a grandparent's pid) is absent, and a parent that was looked
    up by its pid is there as if it had been logged.

    Raises:
        InvalidEvent: a column is missing, or its value is not of its type.
    """
    values = typed(row)
    child = _process_of("child", values)
    if child is None:
        raise InvalidEvent("child_name", None, "nothing is known of the child")
    grandparent = values["grandparent_name"]
    return ProcessCreated(
        timestamp=values["timestamp"],  # type: ignore[arg-type] # the event checks every value itself
        device=values["device"],  # type: ignore[arg-type]
        process=child,
        parent=_process_of("parent", values),
        creator=_process_of("creator", values),
        grandparent=None if grandparent is None else Process(grandparent),  # type: ignore[arg-type]
        ingested_at=values["ingested_at"],  # type: ignore[arg-type]
        record_id=values["record_id"],  # type: ignore[arg-type]
    )


def _process_of(role: str, values: Mapping[str, object]) -> Process | None:
    own = {column.name.removeprefix(f"{role}_"): values[column.name] for column in _process(role)}
    return None if set(own.values()) == {None} else Process(**own)  # type: ignore[arg-type]


def _value(column: Column, row: Mapping[str, object]) -> object:
    if column.name not in row:
        raise InvalidEvent(column.name, None, "is missing from the flat finding")
    value = row[column.name]
    if column.type is not ColumnType.TIME or value is None or isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise InvalidEvent(column.name, value, "must be a time in ISO 8601")
    try:
        time = isoparse(value)
        if time.tzinfo is not None:
            return time.astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise InvalidEvent(column.name, value, "must be a time in ISO 8601") from error
    raise InvalidEvent(column.name, value, "must say its time zone")
