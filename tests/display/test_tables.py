"""Findings as frames: the declared types, no loss, and the shapes that other libraries read by themselves."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest

from parentchild import Report, hunt
from parentchild.findings.columns import FINDING_COLUMNS
from tests.display.hostile import report

NAMES = [column.name for column in FINDING_COLUMNS]


@pytest.fixture(scope="module")
def whole() -> Report:
    return report(many=3)


def library(name: str) -> Any:
    """Return a library, or skip where it is not installed."""
    pytest.importorskip(name)
    return import_module(name)


def test_a_report_is_no_sequence() -> None:
    """Polars and pandas would read a sequence as rows of one column."""
    assert not issubclass(Report, Sequence)


def test_pandas_gets_the_declared_dtypes(whole: Report) -> None:
    library("pandas")
    frame = whole.to_pandas()
    assert list(frame.columns) == NAMES
    assert len(frame) == len(whole)
    for column in FINDING_COLUMNS:
        assert str(frame[column.name].dtype) == column.pandas, column.name
    assert frame["first_seen"][0].to_pydatetime() == whole[0].first_seen
    assert frame["devices"][0] == list(whole[0].devices)


def test_polars_gets_the_declared_types(whole: Report) -> None:
    polars = library("polars")
    frame = whole.to_polars()
    assert frame.columns == NAMES
    assert frame.schema["first_seen"] == polars.Datetime("us", "UTC")
    assert frame.schema["devices"] == polars.List(polars.String)
    assert frame.schema["child_pid"] == polars.Int64
    assert frame["first_seen"][0] == whole[0].first_seen


def test_arrow_gets_the_declared_types(whole: Report) -> None:
    library("pyarrow")
    table = whole.to_arrow()
    assert {field.name: str(field.type) for field in table.schema} == {
        column.name: column.arrow.replace("item", field_name(table)) for column in FINDING_COLUMNS
    }
    assert table["first_seen"][0].as_py() == whole[0].first_seen


def field_name(table: Any) -> str:
    """Return what this release of Arrow calls the items of a list."""
    return str(table.schema.field("devices").type.value_field.name)


def test_other_libraries_read_the_stream_by_themselves(whole: Report) -> None:
    pyarrow, polars = library("pyarrow"), library("polars")
    assert pyarrow.table(whole).num_rows == len(whole)
    assert polars.DataFrame(whole).shape == (len(whole), len(NAMES))


def test_an_empty_report_keeps_its_columns() -> None:
    for name in ("pandas", "polars", "pyarrow"):
        library(name)
    empty = hunt([])
    assert list(empty.to_pandas().columns) == NAMES
    assert empty.to_polars().shape == (0, len(NAMES))
    assert empty.to_arrow().num_rows == 0


def test_what_no_library_can_store_is_written_as_its_escape(whole: Report) -> None:
    library("polars")
    assert any(r"lone \ud800 surrogate" in device for device in whole.to_polars()["device"])


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow"])
def test_a_library_that_is_missing_is_named_with_its_remedy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    convert = {"pandas": "to_pandas", "polars": "to_polars", "pyarrow": "to_arrow"}[name]
    with pytest.raises(ModuleNotFoundError, match=rf"pip install {name}$"):
        getattr(hunt([]), convert)()
