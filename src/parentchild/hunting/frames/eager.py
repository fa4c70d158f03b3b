"""Eager frames: the engine finds the interesting children, which leaves a sixth of the rows for the memo.

A further question costs more than the memo. Only the columns that a question is about are touched; a copy of
all would take longer than the questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from parentchild.hunting.frames.counting import Counts
from parentchild.hunting.frames.expressions import never, of_kinds
from parentchild.hunting.frames.filtering import filter_rows, key_counts
from parentchild.hunting.frames.narrowing import interesting
from parentchild.hunting.frames.schemas import TableSchema
from parentchild.hunting.frames.selection import Row, Selection, refuse_if_over, settled_counts
from parentchild.relations.prefilter import Prefilter

_MATTERS = "__parentchild_matters"
_CHUNK = 10_000
_FEW = 4  # one row in so many is taken alone


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
        table = _comparable(nw, frame, schema, prefilter)
        if table is None:
            self.keys = key_counts(schema, self._column, places)
        else:
            counts = Counts(nw, table, schema)
            self.keys = counts.keys()
            self._mask = _mask(nw, table, schema, prefilter, counts)
            places = self._mask.arg_true().to_list()
        self._places = places
        found = filter_rows(schema, prefilter, self._column, len(places), self._part)
        self.positions = [places[at] for at in found]
        self.taken = key_counts(schema, self._column, found)

    def _column(self, name: str) -> list[object]:
        """Return the values of a column in the rows that the engine has left."""
        if name not in self._lists:
            column = self._frame[name]
            self._lists[name] = (column if self._mask is None else column.filter(self._mask)).to_list()
        return self._lists[name]

    def _part(self, name: str, positions: Sequence[int]) -> list[object]:
        """Return the values of a column in some of those rows: of most of them, it is cheaper to take all."""
        if name in self._lists or len(positions) * _FEW > len(self._places):
            values = self._column(name)
            return [values[at] for at in positions]
        found: list[object] = self._frame[name][[self._places[at] for at in positions]].to_list()
        return found


def _comparable(nw: Any, frame: Any, schema: TableSchema, prefilter: Prefilter) -> Any:  # noqa: ANN401
    """Return the columns that the engine is asked about, or None if it compares them otherwise than Python.

    Texts and integers it compares as Python does. A column of Python objects, as pandas before 3 keeps texts,
    is numbered first: each object is looked at once, not once a question.
    """
    named = {each.columns.child: None for each in schema.sources}
    if prefilter.parents_matter:
        named |= {each.columns.parent: None for each in schema.sources}
    table = frame.select(*(named | dict.fromkeys(schema.deciding)))
    texts: set[str] = set()
    if table.implementation.is_pandas_like():
        kinds = nw.to_native(table).dtypes
        objects = [name for name, kind in zip(table.columns, kinds, strict=True) if str(kind) == "object"]
        try:
            table = table.with_columns(nw.col(name).cast(nw.Categorical) for name in objects)
        except (TypeError, ValueError):  # not hashable, so no text; or a text with half a character
            return None
        texts = {name for name in objects if _holds_texts(nw.to_native(table[name]))}
    for name, kind in table.schema.items():
        if not (name in texts or kind == nw.String or (name not in named and kind.is_integer())):
            return None
    return table


def _holds_texts(numbered: Any) -> bool:  # noqa: ANN401 - of an optional library
    return all(each.__class__ is str for each in numbered.cat.categories)


def _mask(
    nw: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    counts: Counts,
) -> Any:  # noqa: ANN401
    """Return what is true for each row with an interesting child or parent, and for what is no creation."""
    creations = {each.name: interesting(nw, table, each, prefilter, counts) for each in schema.sources}
    matters = of_kinds(nw, schema, prefilter, creations, counts.keys())
    if matters is None:
        matters = never(nw, schema.sources[0].columns.child)
    return table.select(matters.alias(_MATTERS))[_MATTERS].fill_null(value=False)
