"""Lazy frames: three questions to an engine, and a fourth or fifth where much is open.

Which children there are, which pairs of the interesting ones, and the rows that have the pairs which are
left.
"""

from __future__ import annotations

from typing import Any

from parentchild.hunting.frames.counting import collected
from parentchild.hunting.frames.filtering import exactly, key_counts
from parentchild.hunting.frames.narrowing import Narrowing
from parentchild.hunting.frames.schemas import TableSchema, columns_read
from parentchild.hunting.frames.selection import Selection, refuse_if_over, settled_counts
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import Device

_POSITION = "__parentchild_position"


def select(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    most: int,
    device: Device | None,
) -> Selection:
    """Return the rows of a lazy frame that could matter; see `parentchild.hunting.frames.select`."""
    left = Narrowing(nw, frame, schema, prefilter)
    keys = left.counts.keys()
    found = taken(nw, frame, schema, left.matters, most, device)
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


def taken(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    expression: Any,  # noqa: ANN401
    most: int,
    device: Device | None,
) -> Any:  # noqa: ANN401
    """Return the rows of a lazy frame that an expression is true for, as an eager frame of what is read.

    DuckDB reads every column of every row before it tries an expression that has an `or`; so of its own
    tables the row ids are asked for, and the rest of those rows alone (half of the time).

    Raises:
        InvalidArgument: there are too many.
    """
    names = columns_read(schema, frame.collect_schema().names(), device)
    native = frame.to_native()
    if getattr(native, "type", None) == "TABLE_RELATION":
        numbered = native.select(f"rowid AS {_POSITION}, *")
        ids = nw.from_native(numbered).filter(expression).select(_POSITION).to_native()
        same = f"numbered.{_POSITION} = ids.{_POSITION}"  # by narwhals, it is bound twice as often
        found = nw.from_native(numbered.set_alias("numbered").join(ids.set_alias("ids"), same, how="semi"))
    else:
        found = frame.filter(expression)
    rows = collected(found.select(*names), most + 1)
    refuse_if_over(len(rows), most)
    return rows
