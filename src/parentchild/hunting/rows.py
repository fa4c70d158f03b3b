"""The rows of a hunt: what reads them, how far the reading has come, and which of them were unreadable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from typing import Any, Protocol

import attrs

from parentchild.errors import InvalidEvent, shown
from parentchild.events import Event
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import Device, RowCounts

_MOST_MESSAGES = 1_000
_PROGRESS_EVERY = 10_000


class RowSource(Protocol):
    """Something that reads rows: `parentchild.telemetry`, one of its modules, or a `FieldMap`."""

    def read_many(
        self,
        rows: Iterable[Any],
        /,
        *,
        prefilter: Prefilter | None = None,
        on_invalid: Callable[[int, InvalidEvent], object] = ...,
        device: Device | None = None,
        zone: tzinfo | None = None,
        counts: RowCounts | None = None,
    ) -> Iterable[Event]:
        """Yield the events of the rows that pass the prefilter."""
        ...


@attrs.frozen
class InvalidRow:
    """Rows that could not be read, for one reason.

    Args:
        index: where the first of them stood, counted from 0.
        field: the field that could not be used.
        value: its value in that row, shortened and printable.
        reason: why not.
        count: how many rows could not be read for that reason.
    """

    index: int
    field: str
    value: str
    reason: str
    count: int = 1

    def __str__(self) -> str:
        times = f" ({self.count:,} rows)" if self.count > 1 else ""
        return f"{self.field} = {self.value}: {self.reason}{times}"


class InvalidRows:
    """Collects the rows that could not be read: equal messages once, with a count, and no row itself."""

    def __init__(self) -> None:
        self.count = 0
        self._first: dict[tuple[str, str], InvalidRow] = {}
        self._counts: dict[tuple[str, str], int] = {}

    @property
    def rows(self) -> tuple[InvalidRow, ...]:
        """What could not be read, the most frequent first; no more than a thousand reasons are told apart."""
        found = [attrs.evolve(row, count=self._counts[key]) for key, row in self._first.items()]
        return tuple(sorted(found, key=lambda row: (-row.count, row.index)))

    def __call__(self, index: int, error: InvalidEvent) -> None:
        """Count a row and its error, and keep what is shown of it."""
        self.count += 1
        key = error.field, error.reason
        if key not in self._first:
            if len(self._first) >= _MOST_MESSAGES:
                return
            self._first[key] = InvalidRow(index, error.field, shown(error.value), error.reason)
        self._counts[key] = self._counts.get(key, 0) + 1


def told(rows: Iterable[object], progress: Callable[[int], None] | None) -> Iterable[object]:
    """Return rows that tell how far they were read, every ten thousand; where nobody is told, as they are."""
    return rows if progress is None else _told(rows, progress)


def _told(rows: Iterable[object], progress: Callable[[int], None]) -> Iterator[object]:
    for number, row in enumerate(rows, 1):
        if number % _PROGRESS_EVERY == 0:
            progress(number)
        yield row
