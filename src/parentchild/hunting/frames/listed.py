"""Columns as plain Python sequences: a mapping of names to lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.filtering import filter_rows, key_counts
from parentchild.hunting.frames.schemas import schema_of
from parentchild.hunting.frames.selection import (
    MOST,
    Row,
    Selection,
    refuse_if_over,
    settled_counts,
    whole,
)
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry.recognition import is_document


def are_columns(table: object) -> bool:
    """Tell whether something is a mapping of column names to sequences, and no row or document of rows."""
    if not isinstance(table, Mapping) or not table:
        return False
    columns = cast("Mapping[str, object]", table)
    return all(
        isinstance(values, Sequence) and not isinstance(values, str | bytes) for values in columns.values()
    ) and not is_document(columns)


def select(table: object, prefilter: Prefilter, source: object, *, most: int = MOST) -> Selection:
    """Return the rows that could matter of a mapping of column names to sequences of one length.

    Raises:
        InvalidArgument: they are not of one length, lack columns of the source that is named, or too many
            rows could matter.
    """
    columns = cast("Mapping[str, Sequence[object]]", table)
    sizes = {name: len(values) for name, values in columns.items()}
    if len(set(sizes.values())) != 1:
        raise InvalidArgument("rows", sizes, "must be columns of one length")
    size = next(iter(sizes.values()))

    def row(position: int) -> Row:
        return {name: values[position] for name, values in columns.items()}

    schema = schema_of(columns, source)
    if schema is None:
        return whole(lambda: map(row, range(size)), size)
    positions = filter_rows(schema, prefilter, columns.__getitem__, size)
    refuse_if_over(len(positions), most)

    def rows() -> Iterator[Row]:
        return map(row, positions)

    column = columns.__getitem__
    all_keys, taken = (key_counts(schema, column, places) for places in (range(size), positions))
    return Selection(
        rows=rows, positions=positions, seen=size, settled=settled_counts(schema, all_keys, taken)
    )
