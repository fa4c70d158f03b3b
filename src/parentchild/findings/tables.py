"""Findings as tables of pandas, Polars and Arrow, with the types that `export.columns` declares.

Each function imports its library when it is called; none is needed otherwise. Times are UTC with
microseconds, counts and pids are integers that may be absent, lists are lists of texts. A half of a surrogate
pair, which no such library can store, is written as its escape.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, cast

from parentchild.findings.columns import FINDING_COLUMNS, Column, ColumnType, typed
from parentchild.findings.finding import Finding


def columns_of(findings: Iterable[Finding]) -> dict[str, list[object]]:
    """Return findings as one list a column, times as datetimes."""
    rows = [typed(finding.to_dict()) for finding in findings]
    return {column.name: [_storable(row[column.name]) for row in rows] for column in FINDING_COLUMNS}


def arrow_table(findings: Iterable[Finding]) -> Any:  # noqa: ANN401 - the type of an optional library
    """Return findings as a `pyarrow.Table`."""
    pyarrow = _library("pyarrow")
    types = {
        ColumnType.TEXT: pyarrow.string(),
        ColumnType.INTEGER: pyarrow.int64(),
        ColumnType.BOOLEAN: pyarrow.bool_(),
        ColumnType.TIME: pyarrow.timestamp("us", tz="UTC"),
        ColumnType.TEXTS: pyarrow.list_(pyarrow.string()),
    }
    fields = [
        pyarrow.field(each.name, types[each.type], nullable=each.is_nullable) for each in FINDING_COLUMNS
    ]
    return pyarrow.Table.from_pydict(columns_of(findings), schema=pyarrow.schema(fields))


def polars_frame(findings: Iterable[Finding]) -> Any:  # noqa: ANN401 - the type of an optional library
    """Return findings as a `polars.DataFrame`."""
    polars = _library("polars")
    types = {
        ColumnType.TEXT: polars.String,
        ColumnType.INTEGER: polars.Int64,
        ColumnType.BOOLEAN: polars.Boolean,
        ColumnType.TIME: polars.Datetime("us", "UTC"),
        ColumnType.TEXTS: polars.List(polars.String),
    }
    return polars.DataFrame(
        columns_of(findings), schema={column.name: types[column.type] for column in FINDING_COLUMNS}
    )


def pandas_frame(findings: Iterable[Finding]) -> Any:  # noqa: ANN401 - the type of an optional library
    """Return findings as a `pandas.DataFrame`."""
    pandas = _library("pandas")
    values = columns_of(findings)
    return pandas.DataFrame({each.name: _series(pandas, each, values[each.name]) for each in FINDING_COLUMNS})


def _series(pandas: Any, column: Column, values: list[object]) -> Any:  # noqa: ANN401 - the same
    if column.type is ColumnType.TIME:
        return pandas.Series([_naive(value) for value in values], dtype="datetime64[us]").dt.tz_localize(
            "UTC"
        )
    return pandas.Series(values, dtype=column.pandas)


def _naive(value: Any) -> object:  # noqa: ANN401 - a datetime or None
    return None if value is None else value.replace(tzinfo=None)


def _library(name: str) -> Any:  # noqa: ANN401 - an optional library
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"this needs {name}: pip install {name}", name=name) from error


def _storable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return list(map(_storable, cast("list[object]", value))) if isinstance(value, list) else value
