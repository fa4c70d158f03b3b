"""DataFrames and engines: the prefilter as an expression, so that only what could matter reaches Python.

`candidates` filters a frame of pandas, Polars, PyArrow, DuckDB or PySpark and returns one of the same kind.
`parentchild.hunt` takes such a frame and evaluates it. Both need the extra `frames` (narwhals); a mapping of
column names to lists needs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.listed import are_columns
from parentchild.hunting.frames.selection import MOST, Selection
from parentchild.hunting.frames.wanted import Wanted
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import Device

__all__ = [
    "MOST",
    "Selection",
    "Wanted",
    "batches_in",
    "candidates",
    "is_frame",
    "is_table",
    "of_processes",
    "select",
    "unpacked",
]

_MARKS = ("__narwhals_dataframe__", "__narwhals_lazyframe__", "__arrow_c_stream__", "__dataframe__")
_ENGINES = frozenset(
    {"pandas", "polars", "pyarrow", "duckdb", "_duckdb", "pyspark", "narwhals", "modin", "cudf"}
)


def is_table(value: object) -> bool:
    """Tell whether something is columns or a data frame, without importing what made it."""
    return are_columns(value) or is_frame(value)


def is_frame(value: object) -> bool:
    """Tell whether something is a data frame; what is read piece by piece does not count."""
    kind = type(value)
    has_marks = any(hasattr(kind, mark) for mark in _MARKS) or kind.__module__.partition(".")[0] in _ENGINES
    return has_marks and not (_is_batches(kind) or hasattr(kind, "get_chunk"))


def batches_in(value: object) -> Iterable[object] | None:
    """Return the batches of Arrow's readers and data sets; None for all else.

    A reader is at its end once they were read, and so is what is returned then; those of a data set can be
    read again.
    """
    if not _is_batches(type(value)):
        return None
    return _Batches(value) if hasattr(value, "to_batches") else iter(value)  # type: ignore[call-overload]


def _is_batches(kind: type) -> bool:
    return hasattr(kind, "read_next_batch") or (
        hasattr(kind, "to_batches") and not hasattr(kind, "to_pylist")
    )


class _Batches:
    """The batches of a data set, anew each time."""

    def __init__(self, dataset: Any) -> None:  # noqa: ANN401 - of an optional library
        self._dataset = dataset

    def __iter__(self) -> Iterator[object]:
        return iter(self._dataset.to_batches())


def unpacked(rows: Iterable[object], source: object) -> Iterator[object]:
    """Yield rows, and those of the frames among them: of chunks, of batches.

    Args:
        rows: rows, frames, or both.
        source: what the rows of the frames are.

    Raises:
        ImportError: there is a frame, and the extra `frames` is not installed.
    """
    for each in rows:
        if each.__class__ is dict or not is_frame(each):
            yield each
            continue
        from parentchild.hunting.frames import engines  # noqa: PLC0415 - narwhals is an extra

        yield from engines.rows_of(each, source)


def select(
    table: object,
    prefilter: Prefilter,
    source: object,
    *,
    most: int = MOST,
    device: Device | None = None,
) -> Selection:
    """Return the rows of columns or of a frame that could matter.

    Args:
        table: a mapping of column names to sequences, or a frame.
        prefilter: what could matter; it counts what is as Windows does it.
        source: what its rows are: a source of `parentchild.telemetry`, that itself, or a `FieldMap`.
        most: how many rows are collected at most.
        device: names the device of rows that do not; a function is given all columns of a row, and without
            one a lazy frame gives those alone that are read.

    Raises:
        InvalidArgument: it is no frame, lacks columns of the source that is named, or too many of its rows
            could matter.
        ImportError: it is a frame, and the extra `frames` is not installed.
    """
    if are_columns(table):
        from parentchild.hunting.frames import listed  # noqa: PLC0415 - the engines' part is not needed here

        return listed.select(table, prefilter, source, most=most)
    from parentchild.hunting.frames import engines  # noqa: PLC0415 - narwhals is an extra

    return engines.select(table, prefilter, source, most=most, device=device)


def of_processes(
    table: object,
    prefilter: Prefilter,
    source: object,
    wanted: Wanted,
    *,
    most: int = MOST,
    device: Device | None = None,
) -> Iterable[object]:
    """Return the rows that could matter of the starts of some processes, and of those that copies started.

    Rows of other processes may be among them. An engine whose columns alone tell device and pids, these as
    integers, is first asked in a few columns whether any copy started anything; whole rows are asked for only
    if one did, or if the start of some other process is wanted.

    Args:
        table: a mapping of column names to sequences, or a frame.
        prefilter: what could matter.
        source: what its rows are.
        wanted: the processes.
        most: how many rows are collected at most.
        device: names the device of rows that do not, as for `select`.

    Raises:
        InvalidArgument: as `select` raises it.
        ImportError: it is a frame, and the extra `frames` is not installed.
    """
    if are_columns(table):
        return select(table, prefilter, source, most=most).rows()
    from parentchild.hunting.frames import engines  # noqa: PLC0415 - narwhals is an extra

    return engines.of_processes(table, prefilter, source, wanted, most=most, device=device)


def candidates(frame: object, prefilter: Prefilter, *, source: object = None) -> object:
    """Return the rows of a frame that could matter, as a frame of the same kind.

    The distinct names are asked for first, so that the filter is a comparison with a short list; a lazy frame
    stays lazy beyond that. Rows of remote threads by the crash handler and of its own starts are among them.
    What it returns may hold a few rows that do not matter; nothing that matters is missing. What is left out
    because it is as Windows does it is counted in `prefilter.expected`.

    Args:
        frame: of pandas, Polars (eager or lazy), PyArrow, DuckDB or PySpark.
        prefilter: what could matter: `Detector.prefilter`.
        source: what its rows are: a source of `parentchild.telemetry` or a `FieldMap`; None finds out.

    Raises:
        InvalidArgument: it is no frame, or of no flat source.
        ImportError: the extra `frames` is not installed.
    """
    if are_columns(frame) or not is_table(frame):
        raise InvalidArgument("frame", frame, "must be a data frame")
    from parentchild.hunting.frames import engines  # noqa: PLC0415 - narwhals is an extra

    return engines.candidates(frame, prefilter, source)
