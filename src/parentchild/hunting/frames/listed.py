"""Columns as plain Python sequences: a mapping of names to lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.filtering import filter_rows
from parentchild.hunting.frames.schemas import schemas_of
from parentchild.hunting.frames.selection import MOST, Row, Selection, refuse_if_over, settled_rows
from parentchild.relations.prefilter import Prefilter


def are_columns(table: object) -> bool:
    """Tell whether something is a mapping of column names to sequences, and not a single row."""
    if not isinstance(table, Mapping) or not table:
        return False
    columns = cast("Mapping[object, object]", table)
    return all(
        isinstance(name, str) and isinstance(values, Sequence) and not isinstance(values, str | bytes)
        for name, values in columns.items()
    )


def select(table: object, prefilter: Prefilter, source: object, *, most: int = MOST) -> Selection:
    """Return the rows that could matter of a mapping of column names to sequences of one length.

    Raises:
        InvalidArgument: they are not of one length, of no flat source, or too many rows could matter.
    """
    columns = cast("Mapping[str, Sequence[object]]", table)
    sizes = {name: len(values) for name, values in columns.items()}
    if len(set(sizes.values())) != 1:
        raise InvalidArgument("rows", sizes, "must be columns of one length")
    size = next(iter(sizes.values()))
    names = frozenset(columns)

    def everything() -> Iterator[Row]:
        return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))

    sample = {name: values[0] for name, values in columns.items()} if size else None
    schemas = schemas_of(names, source, sample)
    if not schemas:
        return Selection(
            rows=tuple(everything()), positions=None, seen=size, settled={}, everything=everything
        )
    positions = filter_rows(schemas, prefilter, columns.__getitem__, names)
    refuse_if_over(len(positions), most)
    action = schemas[0].columns.action
    return Selection(
        rows=[{name: values[at] for name, values in columns.items()} for at in positions],
        positions=positions,
        seen=size,
        settled=settled_rows(
            schemas,
            {None: size} if action is None else counted(columns[action]),
            {None: len(positions)} if action is None else counted(columns[action][at] for at in positions),
        ),
        everything=everything,
    )


def counted(actions: Iterable[object]) -> dict[object, int]:
    """Return how often each action occurs; those that cannot be looked up count by what they show as."""
    found: dict[object, int] = {}
    for action in actions:
        try:
            found[action] = found.get(action, 0) + 1
        except TypeError:
            found[repr(action)] = found.get(repr(action), 0) + 1
    return found
