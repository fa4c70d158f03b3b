"""Schemas: in which columns of a flat table the prefilter finds what it asks for, and what its rows tell of.

What a row tells of is asked of its reader, with a row that holds nothing but what that depends on.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping
from math import isnan
from types import ModuleType
from typing import Final, TypeAlias

import attrs

from parentchild import telemetry
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.telemetry import SOURCES, Device, FieldMap, Held, Source
from parentchild.telemetry.defender import SOURCE as DEFENDER
from parentchild.telemetry.eventlog import SOURCE as EVENT_LOG
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.recognition import reader_of, source_of_columns
from parentchild.telemetry.security import SOURCE as SECURITY
from parentchild.telemetry.source import Columns, Outcome, Prefiltering, Row, plainly_told
from parentchild.telemetry.sysmon import SOURCE as SYSMON

Key: TypeAlias = tuple[object, ...]
"""What stands in the deciding columns of a row."""

_Reader: TypeAlias = Callable[[Row, Prefiltering], tuple[str, Outcome]]
"""Tells which source wrote a row, and what it tells."""

_MISSING: Final = frozenset({"NAType", "NaTType"})
_MOST_KEYS: Final = 4096  # distinct keys whose meaning is remembered; they come from outside
_ANY_IMAGE: Final = "an-image.exe"


class Kind(enum.Enum):
    """What a row is about, by what stands in its deciding columns."""

    CREATION = enum.auto()
    THREAD = enum.auto()
    EXIT = enum.auto()
    OTHER = enum.auto()
    """Nothing that a detector takes."""
    UNSETTLED = enum.auto()
    """Only the whole row tells, or it is wrong: the reader must look at it."""


@attrs.frozen
class Told:
    """What rows with one key are about.

    Args:
        kind: what they are about.
        source: the name of the source that wrote them.
        other: what the source calls events about something else.
    """

    kind: Kind
    source: str = ""
    other: str = ""


_UNSETTLED: Final = Told(Kind.UNSETTLED)


@attrs.frozen
class TableSource:
    """A source of the rows of a table.

    Args:
        name: what it is called.
        columns: where its facts are; child and parent are columns of the table.
        thread_source: the column that names the process which made a remote thread; None where it has none.
        pids: the columns that alone tell the pids of a started process and its parent; none if others may.
        devices: the columns that tell the device, where `pids` are: the first that says something counts.
    """

    name: str
    columns: Columns
    thread_source: str | None = None
    pids: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


@attrs.frozen(eq=False)
class TableSchema:
    """The columns of a table, and which sources wrote its rows.

    Args:
        names: the names of the columns.
        deciding: those of them on which it depends what a row is about.
        sources: the sources; a table of the Windows event log has two when it holds events of Sysmon and of
            the security log.
        read: tells which source wrote a row, and what it tells.
    """

    names: frozenset[str]
    deciding: tuple[str, ...]
    sources: tuple[TableSource, ...]
    read: _Reader
    _known: dict[Key, Told] = attrs.field(factory=dict[Key, Told], init=False, repr=False)

    def told(self, key: Key) -> Told:
        """Return what rows are about that have these values in the deciding columns."""
        try:
            found = self._known.get(key)
        except TypeError:  # not hashable, so no text and no number
            return _UNSETTLED
        if found is None:
            found = self._asked(tuple(map(known, key)))
            if len(self._known) < _MOST_KEYS:
                self._known[key] = found
        return found

    def _is_other(self, row: Row) -> bool:
        try:
            return isinstance(self.read(row, _Question())[1], str)
        except InvalidEvent:
            return False

    def _asked(self, key: Key) -> Told:
        question = _Question()
        decided = dict(zip(self.deciding, key, strict=True))
        if self._is_other(dict.fromkeys(self.names) | decided) and not self._is_other(
            dict.fromkeys(self.names, _ANY_IMAGE) | decided
        ):
            return _UNSETTLED  # what such a row is depends on what else it says
        row = {
            **dict.fromkeys(self.names),
            **{
                name: _ANY_IMAGE
                for each in self.sources
                for name in (each.columns.child, each.columns.parent)
            },
            **decided,
        }
        try:
            source, outcome = self.read(row, question)
        except InvalidEvent:
            return _UNSETTLED
        if isinstance(outcome, str):
            return Told(Kind.OTHER, source, outcome)
        if outcome is Held.START:
            kind = Kind.CREATION if any(each.name == source for each in self.sources) else Kind.UNSETTLED
            return Told(kind, source)
        if outcome is Held.PROCESS and question.kind is not None:
            return Told(question.kind, source)
        return _UNSETTLED


class _Question:
    """A prefilter that lets nothing pass, and notes what it was asked last."""

    def __init__(self) -> None:
        self.kind: Kind | None = None

    def created(self, child: object, parent: object, /) -> bool:
        del child, parent
        self.kind = Kind.CREATION
        return False

    def thread(self, source: object, /) -> bool:
        del source
        self.kind = Kind.THREAD
        return False

    @property
    def exits(self) -> bool:
        self.kind = Kind.EXIT
        return False


def columns_read(schema: TableSchema, names: Iterable[str], device: Device | None) -> list[str]:
    """Return those columns of a table that are read: all of them where a function names the device.

    They are those at which the readers of its sources look, and those by which a row is recognised.
    """
    if callable(device):
        return list(names)
    wanted = {name.partition(".")[0] for each in schema.sources for name in each.columns.needed}
    wanted.update(schema.deciding)
    for each in SOURCES:
        marks = each.marks
        wanted.update(name for group in marks.needs for name in group)
        wanted.update((*marks.own, *marks.without, *marks.looks_at))
    return [name for name in names if name in wanted]


def read_alone(name: str, value: object) -> object:
    """Return a value as a reader asks a prefilter about it: None for what says nothing."""
    return Fields({name: value}).raw(name)


def known(value: object) -> object:
    """Return a value, None for what an engine means by null: NaN, or pandas' NA and NaT."""
    if isinstance(value, float) and isnan(value):
        return None
    return None if type(value).__name__ in _MISSING else value


def schema_of(names: Collection[str], source: object) -> TableSchema | None:
    """Return the schema of a table, by the names of its columns; None where rows must be read one by one.

    Args:
        names: the table's columns.
        source: a `FieldMap`, a `Source`, one of telemetry's modules, or telemetry itself, which knows all.

    Raises:
        InvalidArgument: the table lacks columns of the source that is named.
    """
    if source is telemetry:
        found = source_of_columns(names)
    else:
        found = _given(source)
        if found is not None and not found.marks.may_fit(frozenset(names)):
            missing = ", ".join(found.marks.lacking(dict.fromkeys(names)))
            raise InvalidArgument("rows", sorted(names), f"lacks the columns {missing} of {found.name}")
    if found is None:
        return None
    sources = (SYSMON, SECURITY) if found is EVENT_LOG else (found,)
    flat = [
        TableSource(
            each.name, each.columns, _THREAD_SOURCE.get(each.columns.child), *_PROCESSES.get(each.name, ())
        )
        for each in sources
        if each.columns is not None and all(name in names for name in _asked_of(each.columns))
    ]
    if not flat:
        return None
    wanted = dict.fromkeys(name for each in flat for name in (each.columns.action, *each.columns.deciding))
    return TableSchema(
        frozenset(names),
        tuple(name for name in wanted if name is not None and name in names),
        tuple(flat),
        _recognised(found) if source is telemetry else _named(found),
    )


def _given(source: object) -> Source | None:
    if isinstance(source, FieldMap):
        return source.source
    found = getattr(source, "SOURCE", None) if isinstance(source, ModuleType) else source
    return found if isinstance(found, Source) else None


def _recognised(source: Source) -> _Reader:
    def read(row: Row, prefilter: Prefiltering) -> tuple[str, Outcome]:
        wrote, tell = reader_of(row, source)
        return wrote.name, tell(prefilter)

    return read


def _named(source: Source) -> _Reader:
    return lambda row, prefilter: (source.name, plainly_told(source.event(row, prefilter), row))


def _asked_of(columns: Columns) -> tuple[str, ...]:
    return tuple(name for name in (columns.action, columns.child, columns.parent) if name is not None)


_THREAD_SOURCE: Final[Mapping[str, str]] = {
    "FileName": "InitiatingProcessFileName",
    "Image": "SourceImage",
}
"""By the column of the child's name, the column that names who made a remote thread."""
_PROCESSES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    DEFENDER.name: (("ProcessId", "InitiatingProcessId"), ("DeviceName", "DeviceId")),
}
"""By the name of the source, the columns that alone tell pids, and those that tell the device.

Sysmon's may stand in the message as well.
"""
