"""Engines: the prefilter pushed into whatever holds a frame, through narwhals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

import attrs

from parentchild import telemetry
from parentchild.errors import InvalidArgument
from parentchild.hunting.frames import eager, filtering, lazy, started
from parentchild.hunting.frames.counting import collected, distinct
from parentchild.hunting.frames.expressions import narwhals
from parentchild.hunting.frames.narrowing import Narrowing
from parentchild.hunting.frames.schemas import Key, TableSchema, schema_of
from parentchild.hunting.frames.selection import Row, Selection, refuse_if_over, told_alone, whole
from parentchild.hunting.frames.wanted import Wanted
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import Device


def select(
    native: object, prefilter: Prefilter, source: object, *, most: int, device: Device | None
) -> Selection:
    """Return the rows of a frame that could matter; see `parentchild.hunting.frames.select`."""
    nw = narwhals()
    frame = _frame(nw, native)
    schema = schema_of(frame.collect_schema().names(), source)
    is_eager = isinstance(frame, nw.DataFrame)
    if schema is not None and is_eager:
        return eager.select(nw, frame, schema, prefilter, most)
    if schema is not None:
        return lazy.select(nw, frame, schema, prefilter, most, device)
    if is_eager:
        return whole(lambda: map(told_alone, eager.chunks(frame, range(len(frame)))), len(frame))
    rows = collected(frame, most + 1).rows(named=True)
    refuse_if_over(len(rows), most)
    return whole(lambda: map(told_alone, rows), len(rows))


def of_processes(
    native: object, prefilter: Prefilter, source: object, wanted: Wanted, *, most: int, device: Device | None
) -> Iterable[Row]:
    """Return the rows that could matter of some processes; see `frames.of_processes`."""
    nw = narwhals()
    frame = _frame(nw, native)
    known = frame.collect_schema()
    schema = schema_of(known.names(), source)
    pids = schema.sources[0].pids if schema is not None and len(schema.sources) == 1 else ()
    if schema is None or not pids or not all(name in known and known[name].is_integer() for name in pids):
        return select(native, prefilter, source, most=most, device=device).rows()
    return started.rows(nw, frame, schema, prefilter, wanted, most, device)


def candidates(native: object, prefilter: Prefilter, source: object) -> object:
    """Return the rows that could matter as a frame of the same kind; see `frames.candidates`.

    What it leaves out because it is as Windows does it is counted in `prefilter.expected`.
    """
    nw = narwhals()
    frame = _frame(nw, native)
    schema = schema_of(frame.collect_schema().names(), telemetry if source is None else source)
    if schema is None:
        return frame.to_native()
    if isinstance(frame, nw.DataFrame):
        return frame[eager.positions(nw, frame, schema, prefilter)].to_native()
    return frame.filter(Narrowing(nw, frame, schema, prefilter).matters).to_native()


@attrs.frozen(kw_only=True)
class Narrowed:
    """The rows of a lazy frame that could matter, still in their engine.

    Args:
        frame: those rows, as a frame of the engine's own.
        schema: what they are.
        keys: how many rows of the whole frame have each key.
    """

    frame: Any
    schema: TableSchema
    keys: Mapping[Key, int]


def narrowed(native: object, prefilter: Prefilter, source: object) -> Narrowed:
    """Return the rows of a lazy frame that could matter, with the counts of all rows.

    What it leaves out because it is as Windows does it is counted in `prefilter.expected`.

    Raises:
        InvalidArgument: the frame is of no flat source.
    """
    nw = narwhals()
    frame = _frame(nw, native)
    names = frame.collect_schema().names()
    schema = schema_of(names, source)
    if schema is None:
        raise InvalidArgument("frame", names, "has the columns of no flat source; select those of one")
    found = Narrowing(nw, frame, schema, prefilter, few=0)
    return Narrowed(frame=frame.filter(found.matters).to_native(), schema=schema, keys=found.counts.keys())


def spellings(native: object, column: str) -> list[object]:
    """Return the different values of a column of a frame, null as None.

    Raises:
        InvalidArgument: there are too many.
    """
    nw = narwhals()
    return distinct(nw, _frame(nw, native), column)


def rows_of(native: object, source: object) -> Iterator[Row]:
    """Return the rows of an eager frame that is one of many, as they are read one by one."""
    nw = narwhals()
    frame = _frame(nw, native)
    if not isinstance(frame, nw.DataFrame):
        frame = frame.collect()
    rows = eager.chunks(frame, range(len(frame)))
    return rows if schema_of(frame.columns, source) else map(told_alone, rows)


def exactly(rows: list[Row], schema: TableSchema, prefilter: Prefilter) -> list[Row]:
    """Return those rows that could matter, of those of a narrowed frame.

    Nothing is counted in `prefilter.expected`: `narrowed` has done that.
    """
    lists: dict[str, list[object]] = {}

    def column(name: str) -> list[object]:
        if name not in lists:
            lists[name] = [row[name] for row in rows]
        return lists[name]

    return [rows[at] for at in filtering.exactly(schema, prefilter, column, len(rows))]


def _frame(nw: Any, native: object) -> Any:  # noqa: ANN401 - an extra, which type checkers may not see
    if hasattr(type(native), "__arrow_c_array__"):  # one batch
        native = import_module("pyarrow").table(native)
    try:
        frame = nw.from_native(native, pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise InvalidArgument("rows", native, "has two columns of one name") from error
    if not isinstance(frame, nw.DataFrame | nw.LazyFrame):
        raise InvalidArgument("rows", native, "is no data frame; one row or one column of it is not enough")
    return frame
