"""A source: one kind of telemetry, and the one loop in which the rows of any of them are read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeAlias

import attrs

from parentchild.errors import InvalidEvent
from parentchild.events import Event
from parentchild.telemetry.nested import as_object

Row: TypeAlias = Mapping[str, object]
"""One record of telemetry, as `json.loads`, a database cursor or a DataFrame gives it."""


class Screening(Protocol):
    """What a reader asks before it parses a row; `Detector.screen` answers for its relations."""

    def created(self, child: object, parent: object, /) -> bool:
        """Tell whether the creation of `child` by `parent`, raw names or full paths, could matter."""
        ...

    def thread(self, source: object, /) -> bool:
        """Tell whether a remote thread made by `source`, a raw name or full path, could matter."""
        ...

    @property
    def exits(self) -> bool:
        """Whether the exit of a process could matter."""
        ...


class OnInvalid(Protocol):
    """What to do with a row that cannot be read: raise, or note it and return, and reading goes on."""

    def __call__(self, index: int, error: InvalidEvent, /) -> object:
        """Take the row's index, counted from 0, and what is wrong with it."""


def raise_invalid(index: int, error: InvalidEvent, /) -> None:
    """Raise the error, which stops reading at the first row that cannot be read.

    Raises:
        InvalidEvent: always; it is told the row's index.
    """
    if sys.version_info >= (3, 11):
        error.add_note(f"in row {index}")
    raise error


class _Everything:
    """The screen that lets everything through."""

    exits = True

    def created(self, child: object, parent: object, /) -> bool:  # noqa: ARG002
        return True

    def thread(self, source: object, /) -> bool:  # noqa: ARG002
        return True


EVERYTHING: Screening = _Everything()
"""The screen of a reader that was given none."""


@attrs.frozen(kw_only=True)
class Columns:
    """The columns of a flat table, so that an engine can filter and project before Python sees a row.

    Args:
        action: the column that says what happened.
        creations: the values of it that mean a process was created, as the source writes them.
        child: the new process's name or full path; what a screen is asked about.
        parent: the parent's name or full path; what a screen is asked about.
        needed: every column that the reader looks at, these three among them.
    """

    child: str
    parent: str
    needed: tuple[str, ...]
    action: str | None = None
    creations: tuple[object, ...] = ()


@attrs.frozen
class Source:
    """One kind of telemetry: how its rows become events.

    Args:
        name: what it is called.
        marks: the columns by which a row of it is known, for messages.
        event: takes a row and a screen and gives the event; None for a row that is not about the start or
            exit of a process or a remote thread, or that the screen rejects.
        columns: the columns of it, when it is a flat table.
    """

    name: str
    marks: str
    event: Callable[[Row, Screening], Event | None]
    columns: Columns | None = None

    def read(self, row: Row) -> Event | None:
        """Return the event of a row, None when it is about something else.

        Raises:
            InvalidEvent: the row is none of this source, or a value in it cannot be what it claims to be.
        """
        return self.event(checked(row), EVERYTHING)

    def read_many(
        self, rows: Iterable[Row], *, screen: Screening | None = None, on_invalid: OnInvalid = raise_invalid
    ) -> Iterator[Event]:
        """Return the events of rows, lazily: each row is read when its event is asked for, and not kept.

        Args:
            rows: the rows, each a mapping.
            screen: what could matter. It is asked with the raw names before anything else of a row is
                looked at, so the rest of a row that it rejects is not checked either.
            on_invalid: what to do with a row that cannot be read; the default raises.

        Raises:
            InvalidEvent: a row cannot be read, and `on_invalid` raised it.

        Cost: two dict look-ups in a row, and the screen's own, for a row of a flat table that it rejects.
        """
        return stream(self.event, rows, screen, on_invalid, self.columns)


def checked(row: object) -> Row:
    """Return `row` if it is a mapping.

    Raises:
        InvalidEvent: it is not.
    """
    found = as_object(row)
    if found is None:
        raise InvalidEvent("row", row, "must be a mapping of column names to values")
    return found


def stream(
    event: Callable[[Row, Screening], Event | None],
    rows: Iterable[Row],
    screen: Screening | None,
    on_invalid: OnInvalid,
    columns: Columns | None,
) -> Iterator[Event]:
    """Yield the events of rows. With `columns`, what the screen rejects never leaves this loop."""
    if screen is None or columns is None:
        yield from _stream_all(event, rows, screen or EVERYTHING, on_invalid)
        return
    created = screen.created
    # Where no column says what happened, all rows are creations: row.get("") is None, as `creation` is.
    # Classes are compared first, since a foreign value may answer == with something that has no truth.
    action, creation = columns.action or "", next(iter(columns.creations), None)
    kind, child, parent = creation.__class__, columns.child, columns.parent
    for index, row in enumerate(rows):
        try:
            if (
                row.__class__ is dict
                and (happened := row.get(action)).__class__ is kind
                and happened == creation
                and not created(row.get(child), row.get(parent))
            ):
                continue
            found = event(checked(row), screen)
        except InvalidEvent as error:
            on_invalid(index, error)
        else:
            if found is not None:
                yield found


def _stream_all(
    event: Callable[[Row, Screening], Event | None],
    rows: Iterable[Row],
    screen: Screening,
    on_invalid: OnInvalid,
) -> Iterator[Event]:
    for index, row in enumerate(rows):
        try:
            found = event(checked(row), screen)
        except InvalidEvent as error:  # noqa: PERF203 - one bad row must not end the reading
            on_invalid(index, error)
        else:
            if found is not None:
                yield found
