"""Flat findings as tables of pandas, Polars and Arrow, with the types that `findings.columns` declares.

Each function imports its library when it is called; none is needed otherwise. Times are UTC with
microseconds, counts and pids are integers that may be absent, lists are lists of texts, variants are lists of
records. A half of a surrogate pair, which no such library can store, is written as its escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, cast

from parentchild.findings.columns import FINDING_COLUMNS, VARIANT_FIELDS, Column, ColumnType, typed

FlatFinding = Mapping[str, object]
"""What `Finding.to_dict` gives."""


def columns_of(findings: Iterable[FlatFinding]) -> dict[str, list[object]]:
    """Return findings as one list a column, times as datetimes."""
    rows = [typed(finding) for finding in findings]
    return {column.name: [_storable(row[column.name]) for row in rows] for column in FINDING_COLUMNS}


def arrow_table(findings: Iterable[FlatFinding]) -> Any:  # noqa: ANN401 - the type of an optional library
    """Return findings as a `pyarrow.Table`."""
    pyarrow = _library("pyarrow")
    types = {
        ColumnType.TEXT: pyarrow.string(),
        ColumnType.INTEGER: pyarrow.int64(),
        ColumnType.BOOLEAN: pyarrow.bool_(),
        ColumnType.TIME: pyarrow.timestamp("us", tz="UTC"),
        ColumnType.TEXTS: pyarrow.list_(pyarrow.string()),
    }
    variant = pyarrow.struct([(name, types[kind]) for name, kind in VARIANT_FIELDS])
    types[ColumnType.VARIANTS] = pyarrow.list_(variant)
    fields = [
        pyarrow.field(each.name, types[each.type], nullable=each.is_nullable) for each in FINDING_COLUMNS
    ]
    return pyarrow.Table.from_pydict(columns_of(findings), schema=pyarrow.schema(fields))


def polars_frame(findings: Iterable[FlatFinding]) -> Any:  # noqa: ANN401 - the type of an optional library
    """Return findings as a `polars.DataFrame`."""
    polars = _library("polars")
    types = {
        ColumnType.TEXT: polars.String,
        ColumnType.INTEGER: polars.Int64,
        ColumnType.BOOLEAN: polars.Boolean,
        ColumnType.TIME: polars.Datetime("us", "UTC"),
        ColumnType.TEXTS: polars.List(polars.String),
    }
    variant = polars.Struct({name: types[kind] for name, kind in VARIANT_FIELDS})
    types[ColumnType.VARIANTS] = polars.List(variant)
    return polars.DataFrame(
        columns_of(findings), schema={column.name: types[column.type] for column in FINDING_COLUMNS}
    )


def pandas_frame(findings: Iterable[FlatFinding]) -> Any:  # noqa: ANN401 - the type of an optional library
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
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in cast("dict[str, object]", value).items()}
    return list(map(_storable, cast("list[object]", value))) if isinstance(value, list) else value
