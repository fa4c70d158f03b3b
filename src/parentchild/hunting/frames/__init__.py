"""DataFrames and engines: the prefilter as an expression, so that only what could matter reaches Python.

`candidates` filters a frame of pandas, Polars, PyArrow, DuckDB or PySpark and returns one of the same kind.
`parentchild.hunt` takes such a frame and judges it. Both need the extra `frames` (narwhals); a mapping of
column names to lists needs nothing.
"""

from __future__ import annotations

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.listed import are_columns
from parentchild.hunting.frames.selection import MOST, Selection
from parentchild.relations.prefilter import Prefilter

__all__ = ["MOST", "Selection", "candidates", "is_table", "select"]

_MARKS = ("__narwhals_dataframe__", "__narwhals_lazyframe__", "__arrow_c_stream__", "__dataframe__")
_ENGINES = frozenset(
    {"pandas", "polars", "pyarrow", "duckdb", "_duckdb", "pyspark", "narwhals", "modin", "cudf"}
)


def is_table(value: object) -> bool:
    """Tell whether something is columns or a data frame, without importing what made it."""
    if are_columns(value):
        return True
    kind = type(value)
    return any(hasattr(kind, mark) for mark in _MARKS) or kind.__module__.partition(".")[0] in _ENGINES


def select(table: object, prefilter: Prefilter, source: object, *, most: int = MOST) -> Selection:
    """Return the rows of columns or of a frame that could matter, collected.

    Args:
        table: a mapping of column names to sequences, or a frame.
        prefilter: what could matter; it counts what is as Windows does it.
        source: what its rows are: a source of `parentchild.telemetry`, that itself, or a `FieldMap`.
        most: how many rows are collected at most.

    Raises:
        InvalidArgument: it is of no flat source, or too many of its rows could matter.
        ImportError: it is a frame, and the extra `frames` is not installed.
    """
    if are_columns(table):
        from parentchild.hunting.frames import listed  # noqa: PLC0415 - the engines' part is not needed here

        return listed.select(table, prefilter, source, most=most)
    from parentchild.hunting.frames import engines  # noqa: PLC0415 - narwhals is an extra

    return engines.select(table, prefilter, source, most=most)


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
