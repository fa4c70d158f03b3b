"""Plans: in which columns of a row which values are, worked out once for all rows with the same columns.

A reader of a flat table names the columns of some thirty values, and a row has half of them. So a plan holds
only those that are there, fetches them with one call, and takes each that is plain as it is; everything else
goes to the methods of `Fields`, which know what a value can be. A plan gives what they give.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from parentchild.events import Process, ProcessCreated, checked_creation, checked_process
from parentchild.telemetry.fields import GUID, MAX_PID, NO_GUID, NOTHING, Fields
from parentchild.telemetry.images import account, process_if_known
from parentchild.telemetry.occurrence import check_named
from parentchild.telemetry.times import plain_time

_SHAPES: Final = 256
_LONGEST_SHAPE: Final = 16_384  # characters of column names
_LONGEST_NOTHING: Final = max(map(len, NOTHING))
_LONGEST_DIGITS: Final = 12
_UNTOUCHED: Final = frozenset({'"', *map(chr, range(ord("("), 0x80))} - {"="})
"""How a text begins that is neither blank nor touched by a spreadsheet."""


class Kind(enum.Enum):
    """What a value is, by the method of `Fields` that reads it."""

    TEXT = "text"
    PATH = "path"
    ACCOUNT = "account"
    PID = "pid"
    SESSION = "session"
    TIME = "time"
    GUID = "guid"
    RECORD = "record_id"


class Value(NamedTuple):
    """A value that a reader wants.

    Attributes:
        kind: what it is.
        columns: where it may be, best first.
        is_secondary: whether an event can be told without it: then a bad one is None.
    """

    kind: Kind
    columns: tuple[str, ...]
    is_secondary: bool = False


def needed(kind: Kind, *columns: str) -> Value:
    """Return a value that must be what it claims to be, where it is there."""
    return Value(kind, columns)


def secondary(kind: Kind, *columns: str) -> Value:
    """Return a value that an event can do without."""
    return Value(kind, columns, is_secondary=True)


ABSENT: Final = Value(Kind.TEXT, ())
"""What the source does not tell."""

_ESCAPED: Final = {Kind.TEXT: ":\\\\", Kind.PATH: "\\\\", Kind.ACCOUNT: "\\\\"}
_NUMBERS: Final = frozenset({Kind.PID, Kind.SESSION, Kind.RECORD})


def process_of(found: list[Any], start: int) -> Process:
    """Return a process that a plan found: its fields in their order, then the domain of its account.

    Args:
        found: what `Plan.of` gave.
        start: where in it the process begins.
    """
    end = start + PROCESS
    if found[end] is not None:
        found[start + _USER] = account(found[end], found[start + _USER])
    return checked_process(*found[start:end])


def creation_of(
    timestamp: datetime,
    device: str | None,
    process: Process,
    parent: Process,
    *,
    grandparent: Process | None = None,
    ingested_at: datetime | None = None,
    record_id: str | int | None = None,
) -> ProcessCreated:
    """Return the creation of `process`, as `Occurrence.created` does, of values that a plan or `Fields` gave.

    Raises:
        InvalidEvent: the new process has neither a name nor a path, or several in one text.
    """
    check_named(process)
    known = process_if_known(parent)
    return checked_creation(timestamp, device or "", process, known, grandparent, ingested_at, record_id)


PROCESS: Final = 13
"""How many fields a process has; the domain of its account follows them."""

NAME, PATH, COMMAND_LINE, _USER, INTEGRITY, ORIGINAL_NAME, SHA256 = 0, 2, 3, 5, 9, 11, 12
"""Where some of them are, for readers that find these otherwise."""


class _Slot(NamedTuple):
    """What reads a value that is not plain."""

    is_alone: bool
    """Whether no other column is there that may hold it."""
    tell: Callable[..., Any]
    columns: tuple[str, ...]
    is_secondary: bool

    def read(self, fields: Fields) -> object:
        """Return the value by the method of `Fields`, which knows what it can be."""
        return self.tell(fields.secondary if self.is_secondary else fields, *self.columns)


_Fetch: TypeAlias = Callable[[Any], Iterable[Any]]


class _Known(NamedTuple):
    """What is known of all rows with the same columns."""

    fetch_texts: _Fetch
    texts: tuple[tuple[int, str, bool], ...]
    """Where each text goes, what is in it if a table may have doubled its backslashes, and `is_alone`."""
    fetch_others: _Fetch
    others: tuple[tuple[int, Callable[[str], object], bool, _Slot], ...]
    """Where each goes, what gives the value of a plain text of it, and whether it is a number."""
    odd: Mapping[int, _Slot]
    """What reads a text that is not plain, by where it goes."""


class Plan:
    """What a reader wants of rows.

    Args:
        values: it, in the order in which `of` gives it.
        nothing: the texts that mean None, short ones; those of the fields that `of` is given.
    """

    __slots__ = ("_known", "_nothing", "_shapes", "_values")

    def __init__(self, *values: Value, nothing: frozenset[str] = NOTHING) -> None:
        self._values = values
        self._nothing = nothing
        self._known: dict[str, dict[tuple[object, ...], _Known]] = {}  # by what stands before the columns
        self._shapes = 0

    def of(self, fields: Fields) -> list[Any]:
        """Return the values that fields have, None for each that they lack.

        Raises:
            InvalidEvent: one cannot be what it must be, and no event can be told without it.

        Cost: one look-up of the names of all columns, and a few comparisons a value.
        """
        row = fields.mapping
        try:
            fetch_texts, texts, fetch_others, others, odd = self._known[fields.dotted][tuple(row)]
        except KeyError:
            fetch_texts, texts, fetch_others, others, odd = self._learn(fields.dotted, row)
        found: list[Any] = [None] * len(self._values)
        nothing = self._nothing
        # Of each column there is one value, and to compare the numbers takes time.
        for text, (at, escaped, is_alone) in zip(fetch_texts(row), texts):  # noqa: B905
            # Untouched, and longer than what says nothing: so are most.
            if (
                text.__class__ is str
                and text[:1] in _UNTOUCHED
                and escaped not in text
                and (len(text) > _LONGEST_NOTHING or text not in nothing)
            ):
                found[at] = text
            elif not is_alone or (text is not None and not (text.__class__ is str and text in nothing)):
                found[at] = odd[at].read(fields)
        for each, (at, plain, is_number, slot) in zip(fetch_others(row), others):  # noqa: B905
            if each.__class__ is str:
                value = plain(each)
            elif each.__class__ is int and 0 <= each <= MAX_PID and (is_number or plain is _guid):
                value = each if is_number else str(each)  # some sensors count their processes
            else:
                value = None
            if value is not None:
                found[at] = value
            elif each is not None or not slot.is_alone:
                found[at] = slot.read(fields)
        return found

    def _learn(self, dotted: str, row: Mapping[str, object]) -> _Known:
        texts: list[tuple[int, str, bool]] = []
        columns_of_texts: list[str] = []
        others: list[tuple[int, Callable[[str], object], bool, _Slot]] = []
        columns_of_others: list[str] = []
        odd: dict[int, _Slot] = {}
        for at, (kind, columns, is_secondary) in enumerate(self._values):
            there = tuple(column for column in columns if dotted + column in row)
            if not there:
                continue
            is_alone, tell = len(there) == 1, getattr(Fields, kind.value)
            slot = _Slot(is_alone, tell, there, is_secondary)
            if kind in _ESCAPED:
                odd[at] = slot
                columns_of_texts.append(dotted + there[0])
                texts.append((at, _ESCAPED[kind], is_alone))
            else:
                columns_of_others.append(dotted + there[0])
                others.append((at, _PLAIN[kind], kind in _NUMBERS, slot))
        known = _Known(
            _fetching(columns_of_texts),
            tuple(texts),
            _fetching(columns_of_others),
            tuple(others),
            odd,
        )
        if sum(len(name) for name in row if isinstance(name, str)) <= _LONGEST_SHAPE:
            if self._shapes >= _SHAPES:
                self._known.clear()
                self._shapes = 0
            self._known.setdefault(dotted, {})[tuple(row)] = known
            self._shapes += 1
        return known


def _fetching(names: list[str]) -> _Fetch:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: [row[name] for name in names]


def _number(text: str) -> int | None:
    if len(text) > _LONGEST_DIGITS or not text.isascii():
        return None
    if text.isdigit():
        number = int(text)
    elif text[:2] == "0x" and text.isalnum():
        try:
            number = int(text, 16)
        except ValueError:
            return None
    else:
        return None
    return number if number <= MAX_PID else None


def _guid(text: str) -> str | None:
    found = GUID.fullmatch(text)
    if found is None:
        return None
    guid = found[1].lower()
    return None if guid == NO_GUID else guid


def _record(text: str) -> str | None:
    is_plain = text[:1] in _UNTOUCHED and text[:1] != '"' and ":\\\\" not in text
    return text if is_plain and (len(text) > _LONGEST_NOTHING or text.isdigit()) else None


_PLAIN: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.PID: _number,
    Kind.SESSION: _number,
    Kind.TIME: plain_time,
    Kind.GUID: _guid,
    Kind.RECORD: _record,
}
