"""A row as telemetry holds it, and what writes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from parentchild.events import Event, Process

Row: TypeAlias = dict[str, object]
"""One record of telemetry, of JSON values alone."""
Writer: TypeAlias = Callable[[Event], Row | None]
"""What gives the row of an event, or None where its source has no such record."""

_NOTHING: Final = frozenset(
    {"", "-", "?", "N/A", "NULL SID", "S-1-0-0", "nan", "NaN", "None", "null", "NULL"}
)

NOBODY: Final = Process(None)
"""A process of which nothing is known, in the place of a parent that is not."""


def image(process: Process) -> str:
    """Return what a source with one column for the image has in it: the path, else the name."""
    return process.path or process.name or ""


def said(row: Row) -> Row:
    """Return a row without what it does not say: absent is how JSON schemas write the unknown."""
    return {column: value for column, value in row.items() if not _is_nothing(value)}


def _is_nothing(value: object) -> bool:
    if isinstance(value, str):
        return value in _NOTHING or value.isspace()
    return value is None or value == {}
