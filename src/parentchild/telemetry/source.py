"""A source: one kind of telemetry, and the one loop in which the rows of any of them are read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeAlias

import attrs

from parentchild.errors import InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.relations.evaluation import Verdict
from parentchild.relations.prefilter import EVALUATE, Answer, Prefilter
from parentchild.telemetry.nested import as_object

Row: TypeAlias = Mapping[str, object]
"""One record of telemetry, as `json.loads`, a database cursor or a DataFrame gives it."""


class Prefiltering(Protocol):
    """What a reader asks before it parses a row; `Detector.prefilter` answers for its relations."""

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
    """The prefilter that lets everything through."""

    exits = True

    def created(self, child: object, parent: object, /) -> bool:  # noqa: ARG002
        return True

    def thread(self, source: object, /) -> bool:  # noqa: ARG002
        return True


_EVALUATE, _EXPECTED, _UNWATCHED = EVALUATE, Verdict.EXPECTED, Verdict.UNWATCHED
EVERYTHING: Prefiltering = _Everything()
"""The prefilter of a reader that was given none."""


@attrs.frozen(kw_only=True)
class Columns:
    """The columns of a flat table, so that an engine can filter and project before Python sees a row.

    Args:
        action: the column that says what happened.
        creations: the values of it that mean a process was created, as the source writes them.
        child: the new process's name or full path; what a prefilter is asked about.
        parent: the parent's name or full path; what a prefilter is asked about.
        needed: every column that the reader looks at, these among them.
        child_path: the new process's full path; None where there is no such column, or `child` itself holds it.
        parent_path: the parent's full path, likewise.
        child_command_line: the new process's command line; None where the source has none.
        parent_command_line: the parent's command line, likewise.
    """

    child: str
    parent: str
    needed: tuple[str, ...]
    action: str | None = None
    creations: tuple[object, ...] = ()
    child_path: str | None = None
    parent_path: str | None = None
    child_command_line: str | None = None
    parent_command_line: str | None = None


@attrs.frozen
class Source:
    """One kind of telemetry: how its rows become events.

    Args:
        name: what it is called.
        marks: the columns by which a row of it is known, for messages.
        event: takes a row and a prefilter and gives the event; None for a row that is not about the start or
            exit of a process or a remote thread, or that the prefilter rejects.
        columns: the columns of it, when it is a flat table.
    """

    name: str
    marks: str
    event: Callable[[Row, Prefiltering], Event | None]
    columns: Columns | None = None

    def read(self, row: Row) -> Event | None:
        """Return the event of a row, None when it is about something else.

        Raises:
            InvalidEvent: the row is none of this source, or a value in it cannot be what it claims to be.
        """
        return self.event(checked(row), EVERYTHING)

    def read_many(
        self,
        rows: Iterable[Row],
        *,
        prefilter: Prefiltering | None = None,
        on_invalid: OnInvalid = raise_invalid,
    ) -> Iterator[Event]:
        """Return the events of rows, lazily: each row is read when its event is asked for, and not kept.

        Args:
            rows: the rows, each a mapping.
            prefilter: what could matter. It is asked with the raw names before anything else of a row is
                looked at, so the rest of a row that it rejects is not checked either.
            on_invalid: what to do with a row that cannot be read; the default raises.

        Raises:
            InvalidEvent: a row cannot be read, and `on_invalid` raised it.

        Cost: one or two dict look-ups in a row, and as many in the prefilter, for a row of a flat table that it
        rejects by its names.
        """
        return stream(self.event, rows, prefilter, on_invalid, self.columns)


def checked(row: object) -> Row:
    """Return `row` if it is a mapping.

    Raises:
        InvalidEvent: it is not.
    """
    found = as_object(row)
    if found is None:
        if isinstance(row, ProcessCreated | RemoteThreadCreated | ProcessExited):
            raise InvalidEvent("row", row, "is an event already; give it to Detector.observe")
        raise InvalidEvent("row", row, "must be a mapping of column names to values")
    return found


def stream(  # noqa: C901, PLR0912 - one flat loop, since a call for each row would double its cost
    event: Callable[[Row, Prefiltering], Event | None],
    rows: Iterable[Row],
    prefilter: Prefiltering | None,
    on_invalid: OnInvalid,
    columns: Columns | None,
) -> Iterator[Event]:
    """Yield the events of rows. With `columns`, what the prefilter rejects never leaves this loop."""
    if columns is None or type(prefilter) is not Prefilter or not prefilter.names_settle_unlisted:
        yield from _stream_all(event, rows, prefilter or EVERYTHING, on_invalid)
        return
    # This loop is what four in five rows of a flat table cost, so it calls nothing for a spelling seen
    # before: the memo is looked into here, and what it holds back is counted here (docs/performance.md).
    # Names come before the action: of a row whose image nobody watches, no other text is fetched.
    memo, unlisted = prefilter.memo, prefilter.unlisted
    # Classes are compared first, since a foreign value may answer == with something that has no truth.
    action, creation = columns.action, next(iter(columns.creations), None)
    kind, child, parent = creation.__class__, columns.child, columns.parent
    for index, row in enumerate(rows):
        try:
            if row.__class__ is dict:
                by_parent = memo[row[child]]
                if by_parent is None:
                    continue
                answer = by_parent[row[parent]]
                if answer is _UNWATCHED and by_parent is unlisted:
                    continue
                if action is None or ((happened := row[action]).__class__ is kind and happened == creation):
                    if answer is _UNWATCHED:
                        continue
                    if answer is _EVALUATE:
                        answer = _placed(prefilter, columns, row)
                    if answer is _EXPECTED:
                        prefilter.expected += 1
                        continue
        except KeyError:
            if _is_unlisted(prefilter, columns, row):
                continue
        except TypeError:
            pass  # a value is no text: the reader says what that means
        try:
            found = event(checked(row), prefilter)
        except InvalidEvent as error:
            on_invalid(index, error)
        else:
            if found is not None:
                yield found


def _is_unlisted(prefilter: Prefilter, columns: Columns, row: Row) -> bool:
    """Learn the names of a row if they are new; tell whether they settle it, whatever else it says."""
    try:
        child = row[columns.child]
        answer = prefilter.answer(child, row[columns.parent])
    except KeyError:
        return False  # a column is missing: the reader says what that means
    if answer is not _UNWATCHED or child not in prefilter.memo:
        return False
    by_parent = prefilter.memo[child]
    return by_parent is None or by_parent is prefilter.unlisted


def _placed(prefilter: Prefilter, columns: Columns, row: Row) -> Answer:
    """Return what names and paths of a row together say."""
    child_path, parent_path = columns.child_path, columns.parent_path
    if child_path is None or parent_path is None:
        return _EVALUATE
    return prefilter.answer_with_paths(
        row[columns.child], row.get(child_path), row[columns.parent], row.get(parent_path)
    )


def _stream_all(
    event: Callable[[Row, Prefiltering], Event | None],
    rows: Iterable[Row],
    prefilter: Prefiltering,
    on_invalid: OnInvalid,
) -> Iterator[Event]:
    for index, row in enumerate(rows):
        try:
            found = event(checked(row), prefilter)
        except InvalidEvent as error:  # noqa: PERF203 - one bad row must not end the reading
            on_invalid(index, error)
        else:
            if found is not None:
                yield found
