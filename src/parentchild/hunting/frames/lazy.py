"""Lazy frames: three questions to an engine, and a fourth or fifth where much is open.

Which children there are, which pairs of the interesting ones, and the rows that have the pairs which are
left.
"""

from __future__ import annotations

from typing import Any

from parentchild.hunting.frames.counting import collected
from parentchild.hunting.frames.filtering import exactly, key_counts
from parentchild.hunting.frames.narrowing import Narrowing
from parentchild.hunting.frames.schemas import TableSchema
from parentchild.hunting.frames.selection import Selection, refuse_if_over, settled_counts
from parentchild.relations.prefilter import Prefilter

_POSITION = "__parentchild_position"


def select(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    most: int,
) -> Selection:
    """Return the rows of a lazy frame that could matter; see `parentchild.hunting.frames.select`."""
    left = Narrowing(nw, frame, schema, prefilter)
    keys = left.counts.keys()
    found = collected(filtered(nw, frame, left.matters), most + 1)
    refuse_if_over(len(found), most)
    lists: dict[str, list[object]] = {}

    def column(name: str) -> list[object]:
        if name not in lists:
            lists[name] = found[name].to_list()
        return lists[name]

    positions = exactly(schema, prefilter, column, len(found), left.deferred)
    exact = found[positions].rows(named=True)
    return Selection(
        rows=lambda: iter(exact),
        positions=None,
        seen=left.counts.seen(),
        settled=settled_counts(schema, keys, key_counts(schema, column, positions)),
    )


def filtered(nw: Any, frame: Any, expression: Any) -> Any:  # noqa: ANN401
    """Return the rows of a lazy frame that an expression is true for.

    DuckDB reads every column of every row before it tries an expression that has an `or`; so of its own
    tables the row ids are asked for, and the rest of those rows alone (half of the time).
    """
    native = frame.to_native()
    if getattr(native, "type", None) != "TABLE_RELATION":
        return frame.filter(expression)
    numbered = nw.from_native(native.select(f"rowid AS {_POSITION}, *"))
    ids = numbered.filter(expression).select(_POSITION)
    return numbered.join(ids, on=_POSITION, how="semi").drop(_POSITION)
