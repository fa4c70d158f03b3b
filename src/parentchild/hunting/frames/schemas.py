"""Schemas: in which columns of a flat table the prefilter finds what it asks for."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.telemetry import SOURCES, FieldMap, Source
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.source import Columns


class Kind(enum.Enum):
    """What a row is about, by the value in its action column."""

    CREATION = enum.auto()
    THREAD = enum.auto()
    EXIT = enum.auto()
    UNPARSEABLE = enum.auto()
    """Nothing that the reader knows: it must look at the row itself, and complain."""
    OTHER = enum.auto()


@attrs.frozen(kw_only=True)
class TableSchema:
    """The columns of one kind of flat row.

    Args:
        name: what the source is called.
        columns: the columns as telemetry knows them.
        kind: what a value in the action column says; not asked where there is no such column.
        thread_source: the column that names the process which made a remote thread.
    """

    name: str
    columns: Columns
    kind: Callable[[object], Kind]
    thread_source: str | None = None


def schemas_of(
    names: Collection[str], source: object, sample: Mapping[str, object] | None = None
) -> tuple[TableSchema, ...]:
    """Return the schemas of a table, by the names of its columns.

    A table of the Windows event log has two when it holds events of Sysmon and of the security log.

    Args:
        names: the table's columns.
        source: a `FieldMap`, a `Source`, one of telemetry's modules, or telemetry itself, which knows all.
        sample: one of its rows, which tells sources apart whose columns are alike; None where it has none.

    Returns:
        The schemas; none where no flat source has these columns, so that rows must be read one by one.

    Raises:
        InvalidArgument: the table lacks columns of the source that is named.
    """
    given = _flat_source(source)
    if given is not None:
        name, columns = given
        missing = [each for each in _asked(columns) if each not in names]
        if missing:
            raise InvalidArgument("frame", sorted(names), f"lacks the columns {', '.join(missing)}")
        return (_schema(name, columns),)
    row = sample if sample is not None else dict.fromkeys(names)
    scores = {
        each.name: each.marks.score(row)
        for each in SOURCES
        if each.columns is not None and all(name in names for name in _asked(each.columns))
    }
    best = max(scores, key=scores.__getitem__, default=None)
    if best is None or not scores[best]:
        return ()
    known = next(group for group in _KNOWN if any(name == best for name, _ in group))
    return tuple(_schema(name, each) for name, each in known if name in scores)


def _flat_source(source: object) -> tuple[str, Columns] | None:
    if isinstance(source, FieldMap):
        return "FieldMap", source.columns
    found = source if isinstance(source, Source) else getattr(source, "SOURCE", None)
    return (found.name, found.columns) if isinstance(found, Source) and found.columns is not None else None


def _asked(columns: Columns) -> tuple[str, ...]:
    return tuple(name for name in (columns.action, columns.child, columns.parent) if name is not None)


def _schema(name: str, columns: Columns) -> TableSchema:
    kind = _numbered(columns) if columns.action == "EventID" else _worded(columns)
    return TableSchema(name=name, columns=columns, kind=kind, thread_source=_THREAD_SOURCE.get(columns.child))


_THREAD_SOURCE = {"FileName": "InitiatingProcessFileName", "Image": "SourceImage"}
_THREAD_WORD = "createremotethreadapicall"
_THREAD_NUMBER = 8
_EXIT_WORDS = frozenset({"processterminated"})
_EXIT_NUMBERS = {"Image": 5, "NewProcessName": 4689}
"""By the column of the child's name, the number of the event that tells of a process's exit."""


def _worded(columns: Columns) -> Callable[[object], Kind]:
    creations = {str(each).lower() for each in columns.creations}
    action = columns.action or ""

    def kind(value: object) -> Kind:
        try:
            word = Fields({action: value}).text(action)
        except InvalidEvent:
            return Kind.UNPARSEABLE
        if word is None:
            return Kind.UNPARSEABLE
        if word.lower() in creations:
            return Kind.CREATION
        if word.lower() in _EXIT_WORDS:
            return Kind.EXIT
        return Kind.THREAD if word.lower() == _THREAD_WORD else Kind.OTHER

    return kind


def _numbered(columns: Columns) -> Callable[[object], Kind]:
    has_threads = columns.child in _THREAD_SOURCE
    exit_number = _EXIT_NUMBERS.get(columns.child)

    def kind(value: object) -> Kind:
        try:
            number = Fields({"EventID": value}).number("EventID")
        except InvalidEvent:
            return Kind.UNPARSEABLE
        if number is None:
            return Kind.UNPARSEABLE
        if number in columns.creations:
            return Kind.CREATION
        if number == exit_number:
            return Kind.EXIT
        return Kind.THREAD if has_threads and number == _THREAD_NUMBER else Kind.OTHER

    return kind


def _grouped(sources: Iterable[Source]) -> tuple[tuple[tuple[str, Columns], ...], ...]:
    """Group by action column: those of one group may stand in one table."""
    groups: dict[str | None, list[tuple[str, Columns]]] = {}
    for each in sources:
        if each.columns is not None:
            groups.setdefault(each.columns.action, []).append((each.name, each.columns))
    return tuple(map(tuple, groups.values()))


_KNOWN = _grouped(SOURCES)
