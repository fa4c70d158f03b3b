"""The rows of a hunt: what reads them, how far the reading has come, and which of them were unreadable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import length_hint
from typing import Protocol, TypeAlias

from parentchild.errors import InvalidEvent
from parentchild.events import Event
from parentchild.hunting.report import InvalidRow
from parentchild.relations.prefilter import Prefilter

_MOST_INVALID = 10_000
_PROGRESS_EVERY = 10_000

Row: TypeAlias = Mapping[str, object]


class Source(Protocol):
    """Something that reads rows: `parentchild.telemetry`, one of its modules, or a `FieldMap`."""

    def read_many(
        self,
        rows: Iterable[Mapping[str, object]],
        /,
        *,
        prefilter: Prefilter | None = None,
        on_invalid: Callable[[int, InvalidEvent], None] = ...,
    ) -> Iterable[Event]:
        """Yield the events of the rows that pass the prefilter."""
        ...


class CountedRows:
    """Counts rows as they are read, and tells how far the reading has come.

    Where nobody is told, a list's own iterator knows how much is left of it; counting each row would take
    a sixth of the time in which a list is read.
    """

    def __init__(self, rows: Iterable[Mapping[str, object]], progress: Callable[[int], None] | None) -> None:
        self._source = rows
        self._progress = progress
        self._rows = 0
        self._left: Iterator[Mapping[str, object]] | None = None

    @property
    def rows(self) -> int:
        """How many rows were read."""
        if self._left is not None and isinstance(self._source, Sequence):
            return len(self._source) - length_hint(self._left)
        return self._rows

    def count(self, rows: int) -> None:
        """Take as read what something else has read."""
        self._rows += rows

    def __iter__(self) -> Iterator[Mapping[str, object]]:
        if self._progress is None and type(self._source) in {list, tuple}:
            self._left = iter(self._source)
            return self._left
        return self._one_by_one()

    def _one_by_one(self) -> Iterator[Mapping[str, object]]:
        for row in self._source:
            self._rows += 1
            if self._progress is not None and self._rows % _PROGRESS_EVERY == 0:
                self._progress(self._rows)
            yield row

    def finish(self) -> None:
        """Tell that the reading has come to its end."""
        if self._progress is not None:
            self._progress(self.rows)


class InvalidRows:
    """Collects the rows that could not be read."""

    def __init__(self) -> None:
        self.rows: list[InvalidRow] = []
        self.count = 0

    def __call__(self, index: int, error: InvalidEvent) -> None:
        """Keep a row and its error, and count it in any case."""
        self.count += 1
        if len(self.rows) < _MOST_INVALID:
            self.rows.append(InvalidRow(index, error))
