"""Layouts: in which columns of a flat table the prefilter finds what it asks for."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.telemetry import SOURCES, FieldMap, Source
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.source import Columns


class Kind(enum.Enum):
    """What a row is about, by the value in its action column."""

    CREATION = enum.auto()
    THREAD = enum.auto()
    UNPARSEABLE = enum.auto()
    """Nothing that the reader knows: it must look at the row itself, and complain."""
    OTHER = enum.auto()


@attrs.frozen(kw_only=True)
class TableSchema:
    """The columns of one kind of flat row.

    Args:
        columns: the columns as telemetry knows them.
        kind: what a value in the action column says; not asked where there is no such column.
        thread_source: the column that names the process which made a remote thread.
    """

    columns: Columns
    kind: Callable[[object], Kind]
    thread_source: str | None = None


def layouts_of(names: Collection[str], source: object) -> tuple[TableSchema, ...]:
    """Return the schemas of a table, by the names of its columns.

    A table of the Windows event log has two when it holds events of Sysmon and of the security log.

    Args:
        names: the table's columns.
        source: a `FieldMap`, a `Source`, one of telemetry's modules, or telemetry itself, which knows all.

    Raises:
        InvalidArgument: no source that has flat columns has these.
    """
    columns = _columns_of(source)
    if columns is not None:
        missing = [each for each in _asked(columns) if each not in names]
        if missing:
            raise InvalidArgument("frame", sorted(names), f"lacks the columns {', '.join(missing)}")
        return (_layout(columns),)
    for known in _KNOWN:
        found = tuple(_layout(each) for each in known if all(name in names for name in _asked(each)))
        if found:
            return found
    looked_for = "; ".join(" and ".join(_asked(each)) for known in _KNOWN for each in known)
    raise InvalidArgument(
        "frame",
        sorted(names),
        f"has the columns of no flat source (looked for {looked_for}); give a FieldMap",
    )


def _columns_of(source: object) -> Columns | None:
    if isinstance(source, FieldMap):
        return source.columns
    found = source if isinstance(source, Source) else getattr(source, "SOURCE", None)
    return found.columns if isinstance(found, Source) else None


def _asked(columns: Columns) -> tuple[str, ...]:
    return tuple(name for name in (columns.action, columns.child, columns.parent) if name is not None)


def _layout(columns: Columns) -> TableSchema:
    if columns.action == "EventID":
        return TableSchema(
            columns=columns, kind=_numbered(columns), thread_source=_THREAD_SOURCE.get(columns.child)
        )
    return TableSchema(
        columns=columns, kind=_worded(columns), thread_source=_THREAD_SOURCE.get(columns.child)
    )


_THREAD_SOURCE = {"FileName": "InitiatingProcessFileName", "Image": "SourceImage"}
_THREAD_WORD = "createremotethreadapicall"
_THREAD_NUMBER = 8


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
        return Kind.THREAD if word.lower() == _THREAD_WORD else Kind.OTHER

    return kind


def _numbered(columns: Columns) -> Callable[[object], Kind]:
    has_threads = columns.child in _THREAD_SOURCE

    def kind(value: object) -> Kind:
        try:
            number = Fields({"EventID": value}).number("EventID")
        except InvalidEvent:
            return Kind.UNPARSEABLE
        if number is None:
            return Kind.UNPARSEABLE
        if number in columns.creations:
            return Kind.CREATION
        return Kind.THREAD if has_threads and number == _THREAD_NUMBER else Kind.OTHER

    return kind


def _grouped(columns: Iterable[Columns]) -> tuple[tuple[Columns, ...], ...]:
    """Group by action column: those of one group may stand in one table."""
    groups: dict[str | None, list[Columns]] = {}
    for each in columns:
        groups.setdefault(each.action, []).append(each)
    return tuple(map(tuple, groups.values()))


_KNOWN = _grouped(source.columns for source in SOURCES if source.columns is not None)
