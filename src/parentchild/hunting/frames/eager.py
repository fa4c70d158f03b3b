"""Eager frames: the engine is asked for children and pairs; what further facts settle is settled in Python.

Only the columns that a question is about are touched; a copy of all would take longer than the questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from parentchild.hunting.frames.filtering import exactly, filter_rows, key_counts
from parentchild.hunting.frames.narrowing import Narrowing
from parentchild.hunting.frames.schemas import TableSchema
from parentchild.hunting.frames.selection import Row, Selection, refuse_if_over, settled_counts
from parentchild.relations.prefilter import Prefilter

_MATTERS = "__parentchild_matters"
_CHUNK = 10_000


def select(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    most: int,
) -> Selection:
    """Return the rows of an eager frame that could matter; see `parentchild.hunting.frames.select`."""
    found = _Filtered(nw, frame, schema, prefilter)
    positions = found.positions
    refuse_if_over(len(positions), most)
    return Selection(
        rows=lambda: chunks(frame, positions),
        positions=positions,
        seen=len(frame),
        settled=settled_counts(schema, found.keys, found.taken),
    )


def positions(nw: Any, frame: Any, schema: TableSchema, prefilter: Prefilter) -> list[int]:  # noqa: ANN401
    """Return the positions of the rows that could matter, in order."""
    return _Filtered(nw, frame, schema, prefilter).positions


def chunks(frame: Any, positions: Sequence[int]) -> Iterator[Row]:  # noqa: ANN401
    """Yield the rows at some positions, a part of them at a time."""
    for start in range(0, len(positions), _CHUNK):
        yield from frame[list(positions[start : start + _CHUNK])].rows(named=True)


class _Filtered:
    """What is left of an eager frame.

    Attributes:
        positions: where the rows stand that could matter, in order.
        keys: how many rows of the frame have each key.
        taken: how many of those that could matter have it.
    """

    def __init__(self, nw: Any, frame: Any, schema: TableSchema, prefilter: Prefilter) -> None:  # noqa: ANN401
        self._frame = frame
        self._mask: Any = None
        self._lists: dict[str, list[object]] = {}
        places: Sequence[int] = range(len(frame))
        table = _comparable(nw, frame, schema)
        if table is None:
            self.keys = key_counts(schema, self._column, places)
            found = filter_rows(schema, prefilter, self._column, len(places))
        else:
            left = Narrowing(nw, table, schema, prefilter, few=len(frame))
            self.keys = left.counts.keys()
            self._mask = table.select(left.matters.alias(_MATTERS))[_MATTERS].fill_null(value=False)
            places = self._mask.arg_true().to_list()
            found = exactly(schema, prefilter, self._column, len(places), left.deferred)
        self.positions = [places[at] for at in found]
        self.taken = key_counts(schema, self._column, found)

    def _column(self, name: str) -> list[object]:
        """Return the values of a column in the rows that the engine has left."""
        if name not in self._lists:
            column = self._frame[name]
            self._lists[name] = (column if self._mask is None else column.filter(self._mask)).to_list()
        return self._lists[name]


def _comparable(nw: Any, frame: Any, schema: TableSchema) -> Any:  # noqa: ANN401
    """Return the columns that the engine is asked about, or None if it compares them otherwise than Python.

    Texts and integers it compares as Python does. A column of Python objects, as pandas before 3 keeps texts,
    is numbered first: each object is looked at once, not once a question.
    """
    named = {name: None for each in schema.sources for name in (each.columns.child, each.columns.parent)}
    table = frame.select(*(named | dict.fromkeys(schema.deciding)))
    texts: set[str] = set()
    if table.implementation.is_pandas_like():
        kinds = nw.to_native(table).dtypes
        objects = [name for name, kind in zip(table.columns, kinds, strict=True) if str(kind) == "object"]
        try:
            table = table.with_columns(nw.col(name).cast(nw.Categorical) for name in objects)
        except TypeError:  # not hashable, so no text
            return None
        texts = {name for name in objects if _holds_texts(nw.to_native(table[name]))}
    for name, kind in table.schema.items():
        if not (name in texts or kind == nw.String or (name not in named and kind.is_integer())):
            return None
    return table


def _holds_texts(numbered: Any) -> bool:  # noqa: ANN401 - of an optional library
    return all(each.__class__ is str for each in numbered.cat.categories)
