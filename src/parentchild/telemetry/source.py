"""A source: one kind of telemetry, and the one loop in which the rows of any of them are read."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from itertools import islice
from operator import itemgetter, length_hint
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, cast

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import (
    Event,
    ProcessCreated,
    ProcessExited,
    RemoteThreadCreated,
    checked_creation,
)
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import Verdict
from parentchild.relations.prefilter import EVALUATE, Answer, Evidence, Opened, Prefilter
from parentchild.telemetry.counts import UNRECOGNISED, RowCounts
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.given import check_row, rows_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.nested import as_object
from parentchild.telemetry.texts import is_text, things_in
from parentchild.telemetry.times import localised

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
_LINE = Fact.CHILD_COMMAND_LINE
_LACKING = ""  # no row has such a column
_AHEAD = 65_536  # rows of a list
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
        child_path: the new process's full path; None where there is none, or `child` itself holds it.
        parent_path: the parent's full path, likewise.
        child_command_line: the new process's command line; None where the source has none.
        parent_command_line: the parent's command line, likewise.
        pids: the columns of the new process's and the parent's pid, where they hold numbers.
        others: the columns of other facts; None for one that several columns tell together.
        deciding: further columns on which it depends what a row is about: who wrote it, say.
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
    pids: tuple[str, ...] = ()
    others: Mapping[Fact, str | None] = attrs.field(factory=dict[Fact, str | None])
    deciding: tuple[str, ...] = ()
    facts: Mapping[Fact, str | None] = attrs.field(init=False)
    """The column of each fact that the source tells, beside the names."""
    naming: tuple[str, ...] = attrs.field(init=False)
    """The columns that say what happened, and to which images."""
    class_of: Mapping[object, type] = attrs.field(init=False)
    """The class of each of `creations`; it is compared too, since True equals 1 and is no event's number."""

    def __attrs_post_init__(self) -> None:
        named = {
            Fact.CHILD_PATH: self.child_path,
            Fact.PARENT_PATH: self.parent_path,
            Fact.CHILD_COMMAND_LINE: self.child_command_line,
            Fact.PARENT_COMMAND_LINE: self.parent_command_line,
        }
        told: dict[Fact, str | None] = {fact: column for fact, column in named.items() if column is not None}
        object.__setattr__(self, "facts", MappingProxyType(told | dict(self.others)))
        classes = {creation: creation.__class__ for creation in self.creations}
        naming = (self.child, self.parent) if self.action is None else (self.action, self.child, self.parent)
        object.__setattr__(self, "naming", naming)
        object.__setattr__(self, "class_of", MappingProxyType(classes))


class Held(enum.Enum):
    """What a row is about that the prefilter rejected, so that no event was made of it."""

    START = enum.auto()
    """The start of a process."""
    PROCESS = enum.auto()
    """Another event of a process: an exit, or a remote thread."""


@attrs.frozen
class CutOff:
    """What a row was whose text was cut off, read as far as it goes.

    Args:
        outcome: what it was; the fields after the cut are missing.
    """

    outcome: Event | Held | str


Outcome: TypeAlias = Event | Held | str | CutOff
"""What a row was: an event; one that the prefilter rejected; or the kind of an event about something else."""


_WRAPPING = frozenset(" \t\r\n\0\"'[]{}\u00a0\u200b\ufeff")
"""What tables put around a text: blanks of a padded column, quotes, the brackets of a list."""
_DEEPEST = 4


def plainly_told(outcome: Outcome, row: Row) -> Outcome:
    """Return what a row was, unless it is another event only because a table wrapped what happened.

    Raises:
        InvalidEvent: what a column says happened is padded, quoted, in brackets or there twice, so that
            nobody can tell whether a process started.

    >>> plainly_told("FileCreated", {"ActionType": "FileCreated"})
    'FileCreated'
    >>> plainly_told("ProcessCreated  ", {"ActionType": "ProcessCreated  "})
    Traceback (most recent call last):
        ...
    parentchild.errors.InvalidEvent: ActionType = 'ProcessCreated  ': must say what happened, once and ...
    """
    if not isinstance(outcome, str):
        return outcome
    if _WRAPPING.isdisjoint((outcome[:1], outcome[-1:])) and "\n" not in outcome:
        return outcome
    kind = outcome.lower()
    for column, value in _texts_in(row, "", 0):
        if value.lower() == kind:
            raise InvalidEvent(
                column, value, "must say what happened, once and without blanks, quotes or brackets around it"
            )
    return outcome  # a reader's own words


def _texts_in(row: Row, where: str, depth: int) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        if isinstance(value, str):
            yield f"{where}{column}", value
        elif depth < _DEEPEST and (inner := as_object(value)) is not None:
            yield from _texts_in(inner, f"{where}{column}.", depth + 1)


def event_in(outcome: Outcome) -> Event | None:
    """Return the event that a row was, None where it was none."""
    if isinstance(outcome, CutOff):
        outcome = outcome.outcome
    return None if isinstance(outcome, (Held, str)) else outcome


@attrs.frozen
class Source:
    """One kind of telemetry: how its rows are known, and how they become events.

    Args:
        name: what it is called.
        marks: the columns by which a row of it is known.
        event: takes a row and a prefilter and gives the event, or what the row was instead.
        columns: the columns of it, when it is a flat table.
        time: the column of the time, for rows that leave it to what wraps them; None when none does.
        local_times: the columns that hold local time unless they give a zone.
    """

    name: str
    marks: Marks
    event: Callable[[Row, Prefiltering], Outcome]
    columns: Columns | None = None
    time: str | None = None
    local_times: tuple[str, ...] = ()

    def read(self, row: Row | str | bytes) -> Event | None:
        """Return the event of a row, None when it is about something else.

        Raises:
            InvalidEvent: the row is none of this source, or a value in it cannot be what it claims to be.
        """
        found = checked(row)
        return event_in(plainly_told(self.event(found, EVERYTHING), found))

    def read_many(
        self,
        rows: Iterable[Row | str | bytes],
        *,
        prefilter: Prefiltering | None = None,
        on_invalid: OnInvalid = raise_invalid,
        device: Device | None = None,
        zone: tzinfo | None = None,
        counts: RowCounts | None = None,
    ) -> Iterator[Event]:
        """Return the events of rows, lazily: each row is read when its event is asked for, and not kept.

        Args:
            rows: the rows, each a mapping, or JSON text of one.
            prefilter: what could matter. It is asked with the raw names before anything else of a row is
                looked at, so the rest of a row that it rejects is not checked either.
            on_invalid: what to do with a row that cannot be read; the default raises.
            device: names the device where a row does not: a text, or a function of the row.
            zone: the zone of local times, where rows hold any.
            counts: is told what became of each row.

        Raises:
            InvalidEvent: a row cannot be read, and `on_invalid` raised it.
            InvalidArgument: what is given are no rows, or an option has a wrong value.

        Cost: three dict look-ups in a row, and two in the prefilter, for a row of a flat table that it
        rejects by its names.
        """
        reading = Reading(prefilter, on_invalid, device, zone, counts)
        return stream(self._one, rows_in(rows), reading, self.columns, self.name)

    def _one(self, given: object, reading: Reading) -> tuple[Read]:
        try:
            row = checked(given)
            if reading.zone is not None:
                row = reading.localised(row, self)
            outcome = plainly_told(self.event(row, reading.asked), row)
            return ((self, reading.completed(outcome, given)),)
        except InvalidEvent as error:
            return ((self, alone(error)),)


Device: TypeAlias = str | Callable[[Row], str]
"""What names the device of rows that do not: a text, or a function of the row."""

Read: TypeAlias = tuple[Source | None, Outcome | InvalidEvent]
"""What one row was, and of which source; None when no source knows it."""


@attrs.frozen
class Reading:
    """How rows are read: the options of `read_many`.

    Args:
        prefilter: what could matter; None reads all.
        on_invalid: what to do with a row that cannot be read.
        device: names the device where a row does not.
        zone: the zone of local times.
        counts: is told what became of each row.

    Raises:
        InvalidArgument: `device` is neither text nor a function, or `zone` no zone.
    """

    prefilter: Prefiltering | None = None
    on_invalid: OnInvalid = raise_invalid
    device: Device | None = None
    zone: tzinfo | None = attrs.field(default=None)
    counts: RowCounts | None = None
    asked: Prefiltering = attrs.field(init=False)
    """What is asked what could matter."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "asked", self.prefilter or EVERYTHING)
        if not (self.device is None or isinstance(self.device, str) or callable(self.device)):
            raise InvalidArgument("device", self.device, "must be a text, or a function of the row")
        if not (self.zone is None or isinstance(self.zone, tzinfo)):
            raise InvalidArgument(
                "zone", self.zone, 'must be a tzinfo, for example zoneinfo.ZoneInfo("Europe/Berlin")'
            )

    def localised(self, row: Row, source: Source) -> Row:
        """Return a row with its local times in the zone that was given."""
        return row if self.zone is None else localised(row, source.local_times, self.zone)

    def completed(
        self, outcome: Outcome, row: object, device: str | None = None, ingested: object = None
    ) -> Outcome:
        """Return an event with the device and the time of its arrival, where it lacks them.

        What wraps its row may know them, and the caller the device.

        Raises:
            InvalidEvent: the caller's function gives no text.
        """
        if isinstance(outcome, (Held, str)):
            return outcome
        if isinstance(outcome, CutOff):
            whole = self.completed(outcome.outcome, row, device, ingested)
            return whole if isinstance(whole, CutOff) else CutOff(whole)
        if outcome.device and (ingested is None or outcome.ingested_at is not None):
            return outcome
        arrived = outcome.ingested_at
        if arrived is None and ingested is not None:
            arrived = Fields({"ingested": ingested}).time("ingested")
        device = outcome.device or device or self._device_of(row)
        if not isinstance(outcome, ProcessCreated) or device.__class__ is not str:
            return attrs.evolve(outcome, device=device, ingested_at=arrived)
        return checked_creation(  # `evolve` takes several times as long
            outcome.timestamp,
            device,
            outcome.process,
            outcome.parent,
            outcome.grandparent,
            arrived,
            outcome.record_id,
            outcome.creator,
            outcome.windows,
            from_snapshot=outcome.from_snapshot,
        )

    def _device_of(self, row: object) -> str:
        """Return what the caller says is the device of a row that names none.

        Raises:
            InvalidEvent: the caller's function gives no text.
        """
        if self.device is None or isinstance(self.device, str):
            return self.device or ""
        device = self.device(cast("Row", row))
        if not isinstance(device, str):
            raise InvalidEvent("device", device, "must be a text, as the function of the row gives it")
        return device


def checked(row: object) -> Row:
    """Return `row` if it is a mapping, or what it says if it is the text of one.

    Raises:
        InvalidEvent: it is neither.
    """
    found = as_object(row)
    if found is not None:
        return found
    if is_text(row):
        things = things_in(row)
        found = as_object(things[0]) if len(things) == 1 else None
        if found is not None:
            return found
    raise not_a_row(row)


def alone(error: InvalidEvent) -> InvalidEvent:
    """Return an error to hand on as a value: without the calls it came through, which keep the row alive."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def not_a_row(value: object) -> InvalidEvent:
    """Return the error that says what a row must be.

    Raises:
        InvalidArgument: the value holds rows without being one, a frame say; that is the caller's mistake.
    """
    check_row(value)
    if isinstance(value, ProcessCreated | RemoteThreadCreated | ProcessExited):
        return InvalidEvent("row", value, "is an event already; give it to Detector.observe")
    return InvalidEvent("row", value, "must be a mapping of column names to values, or its JSON or XML text")


def stream(
    read: Callable[[object, Reading], Iterable[Read]],
    rows: Iterable[Any],
    reading: Reading,
    columns: Columns | None,
    name: str,
) -> Iterator[Event]:
    """Yield the events of rows. With `columns`, what the prefilter rejects is passed over before it is read.

    Args:
        read: gives what a row was, or what the rows within it were.
        rows: the rows.
        reading: how.
        columns: the columns of most of the rows.
        name: of which source rows with these columns are.
    """
    prefilter, on_invalid, counts = reading.prefilter, reading.on_invalid, reading.counts
    open_rows: Iterable[tuple[int, object]] = enumerate(rows)
    if columns is not None and type(prefilter) is Prefilter:
        if counts is None and columns.pids:
            rows = _with_pids(rows, columns.pids, prefilter)
        open_rows = _unsettled(rows, prefilter, columns, counts, name)
    for index, row in open_rows:
        for source, outcome in read(row, reading):
            if counts is not None:
                _count(counts, source, outcome)
            if isinstance(outcome, ProcessCreated):  # nearly always, where all is read
                yield outcome
            elif isinstance(outcome, InvalidEvent):
                on_invalid(index, outcome)
            elif (event := event_in(outcome)) is not None:
                yield event


def _unsettled(  # noqa: C901, PLR0912, PLR0915 - one flat loop, since a call for each row would double its cost
    rows: Iterable[Any], prefilter: Prefilter, columns: Columns, counts: RowCounts | None, name: str
) -> Iterator[tuple[int, object]]:
    """Yield the rows that have to be read, each with its place; count the starts that the prefilter settles.

    Of a list, some rows are looked at before the first of them is given: what reading one needs has left the
    processor's caches when it comes after hundreds of others, and several then share that. Nothing is looked
    at beyond a row that may change what is settled.
    """
    # This loop is what four in five rows of a flat table cost, so it calls nothing for a spelling seen
    # before: the memo is looked into here, and what it holds back is counted here (docs/performance.md).
    memo = prefilter.memo
    ways: _Ways = {}
    action, child, parent = columns.action, columns.child, columns.parent
    line = columns.facts.get(_LINE, _LACKING)
    class_of = dict(columns.class_of).get
    # To compare a text with the usual one is half of what it takes to look a new one up.
    usual = columns.creations[-1] if columns.creations else None
    kind = type(usual)
    is_at_hand = type(rows) in {list, tuple}
    left = iter(rows)
    waiting: list[tuple[int, object]] = []
    forgotten = prefilter.forgotten
    taken = settled = expected = 0  # rows that were given or counted, and starts that were not counted yet
    is_over = False
    while not is_over:
        try:
            for row in islice(left, _AHEAD) if is_at_hand else left:
                try:
                    if row.__class__ is dict and (
                        action is None
                        or (type(happened := row[action]) is kind and happened == usual)
                        or class_of(happened) is type(happened)
                    ):
                        by_parent = memo[row[child]]
                        if by_parent is None:
                            settled += 1
                            continue
                        known = by_parent[row[parent]]
                        if known is not _EXPECTED and known is not _UNWATCHED:
                            if type(known) is Evidence:
                                could_be = line is None or known.could_be(row[parent], row.get(line))
                                known = _EVALUATE if could_be else known.otherwise
                            if type(known) is Opened:
                                values, answers, lacking, others = ways[known]
                                known = (
                                    answers[values(row)]
                                    if lacking not in row and (not others or row.keys().isdisjoint(others))
                                    else answered(prefilter, columns, row, ways)
                                )
                        if known is not _EVALUATE:
                            settled += 1
                            if known is _EXPECTED:
                                expected += 1
                            continue
                except KeyError:
                    answer = answered(prefilter, columns, row, ways)
                    if prefilter.forgotten != forgotten:  # then nothing here keeps it either
                        ways.clear()
                        forgotten = prefilter.forgotten
                    if answer is not _EVALUATE:
                        settled += 1
                        if answer is _EXPECTED:
                            expected += 1
                        continue
                except TypeError:
                    pass  # a value is no text: the reader says what that means
                waiting.append((taken + settled, row))
                taken += 1
                if not (is_at_hand and _may_wait(row, columns, prefilter)):
                    break
            else:
                is_over = not (is_at_hand and length_hint(left))
        finally:  # whoever stops here finds every row counted
            taken += settled
            prefilter.expected += expected
            if counts is not None and settled:
                counts.of(name).starts += settled
            settled = expected = 0
        yield from waiting
        waiting.clear()


def _with_pids(rows: Iterable[Any], columns: tuple[str, ...], prefilter: Prefilter) -> Iterable[Any]:
    """Return the rows whose pids matter, or are no numbers as they stand.

    Cost: two thirds of what the loop above takes for a row that does not matter, nearly all of it for
    fetching the row from memory; a seventh more where both pids are looked at.
    """
    kind: object = type(rows)
    if kind is not list or prefilter.pids is None:  # what is no list may be long, or come but once
        return rows
    own, starter = columns
    pids, starters = prefilter.pids, prefilter.starters
    try:
        if not pids:
            return [row for row in rows if (pid := row[starter]) in starters or pid.__class__ is not int]
        return [
            row
            for row in rows
            if (pid := row[own]) in pids
            or pid.__class__ is not int
            or (pid := row[starter]) in starters
            or pid.__class__ is not int
        ]
    except (KeyError, IndexError, TypeError):  # a row is no mapping, lacks a column, or has a strange value
        return [
            row
            for row in rows
            if row.__class__ is not dict
            or (pid := row.get(starter)).__class__ is not int  # of another source, it may have `own` alone
            or pid in starters
            or (pids and ((pid := row.get(own)).__class__ is not int or pid in pids))
        ]


def _may_wait(row: object, columns: Columns, prefilter: Prefilter) -> bool:
    """Tell whether a row that has to be read says no more than that some creation is to be evaluated."""
    found = as_object(row)
    if found is None or not all(each in found for each in columns.naming):
        return False  # it may hold anything, many rows even
    return not prefilter.may_learn_from(found[columns.child])


_Ways: TypeAlias = dict[Opened, tuple[Callable[[Row], object], dict[object, Answer], str, frozenset[str]]]
"""How the values of the facts that settle a pair are fetched from rows like one that was seen.

That is what fetches those that it had columns for, what was answered by them, and the columns that it lacks:
the first of them, and the others. A row that has one of these is not like it.
"""


def answered(prefilter: Prefilter, columns: Columns, row: object, ways: _Ways | None = None) -> Answer:
    """Return what a prefilter says of the creation in a row of a flat table; `EVALUATE` for all else.

    How the facts that it needs are fetched from rows like this one is added to `ways`.
    """
    found = as_object(row)
    if found is None:
        return _EVALUATE
    try:
        happened = None if columns.action is None else found[columns.action]
        if columns.action is not None and columns.class_of.get(happened) is not happened.__class__:
            return _EVALUATE
        child, parent = found[columns.child], found[columns.parent]
        answer = prefilter.settle(child, parent, found, columns.facts)
    except (KeyError, TypeError, ValueError):
        return _EVALUATE  # a column is missing, or it is no text: the reader says what that means
    if ways is not None:
        known = prefilter.known(child, parent)
        if isinstance(known, Evidence):
            known = known.otherwise
        if isinstance(known, Opened):
            _add_way(ways, known, columns.facts, found)
    return answer


def _add_way(ways: _Ways, known: Opened, columns: Mapping[Fact, str | None], row: Row) -> None:
    names = {fact: columns.get(fact, _LACKING) for fact in known.needs}
    if None in names.values():
        return  # where several columns tell a fact together, the reader has to look
    absent = frozenset(fact for fact, name in names.items() if name not in row)
    present = [name for fact, name in names.items() if fact not in absent]
    values: Callable[[Row], object] = itemgetter(*present) if present else _no_values
    lacking, *others = sorted({str(names[fact]) for fact in absent} - {_LACKING}) or [_LACKING]
    ways[known] = values, known.answers.setdefault(absent, {}), lacking, frozenset(others)


def _no_values(row: Row) -> tuple[()]:
    del row
    return ()


def _count(counts: RowCounts, source: Source | None, outcome: Outcome | InvalidEvent) -> None:
    of = counts.of(UNRECOGNISED if source is None else source.name)
    if isinstance(outcome, CutOff):
        of.truncated += 1
        outcome = outcome.outcome
    if isinstance(outcome, ProcessCreated) or outcome is Held.START:
        of.starts += 1
    elif isinstance(outcome, InvalidEvent):
        of.unreadable += 1
    elif isinstance(outcome, str):
        of.add_other(outcome)
    else:
        of.process_events += 1
