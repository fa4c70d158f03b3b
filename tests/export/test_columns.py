"""The flat form of a finding: columns, JSON Schema and `to_dict` say the same, and it reads back."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import (
    Activity,
    Detector,
    Finding,
    InvalidEvent,
    ProcessCreated,
    Reason,
    Severity,
)
from parentchild.findings.columns import (
    FINDING_COLUMNS,
    VARIANT_FIELDS,
    Column,
    ColumnType,
    event_of,
    spark_schema,
    typed,
)
from tests.export.findings import FULL_EVENT, events, findings, findings_of
from tests.export.validators import validator

SCHEMA: dict[str, Any] = json.loads(
    (files("parentchild.findings") / "finding.schema.json").read_text("utf-8")
)
BATCHES = st.lists(events(), max_size=6)
some = settings(max_examples=60, deadline=None)


def test_columns_schema_and_row_name_the_same_things_in_the_same_order() -> None:
    [finding, *_] = findings_of([FULL_EVENT])
    names = [column.name for column in FINDING_COLUMNS]
    assert list(finding.to_dict()) == names
    assert list(SCHEMA["properties"]) == names
    assert SCHEMA["required"] == names


@pytest.mark.parametrize("column", FINDING_COLUMNS, ids=lambda column: str(column.name))
def test_a_column_and_its_property_have_one_type(column: Column) -> None:
    described = SCHEMA["properties"][column.name]
    kind = {ColumnType.TIME: "string", ColumnType.VARIANTS: "array"}.get(column.type, column.type.value)
    assert described["type"] == ([kind, "null"] if column.is_nullable else kind)
    assert (described.get("format") == "date-time") is (column.type is ColumnType.TIME)


def test_the_schema_lists_every_word_of_a_finding() -> None:
    properties = SCHEMA["properties"]
    assert properties["activity"]["enum"] == [activity.value for activity in Activity]
    assert properties["reason"]["enum"] == [reason.value for reason in Reason]
    assert properties["reasons"]["items"]["enum"] == [reason.value for reason in Reason]
    assert properties["severity"]["enum"] == [severity.label for severity in Severity]


@some
@given(BATCHES, findings())
def test_every_finding_is_valid_by_the_schema_and_survives_json(
    batch: list[ProcessCreated], any_finding: Finding
) -> None:
    checker = validator("jsonschema").Draft202012Validator(SCHEMA)
    for finding in (any_finding, *findings_of(batch)):
        row = finding.to_dict()
        assert [error.message for error in checker.iter_errors(row)] == []
        assert json.loads(json.dumps(row)) == row


@some
@given(findings())
def test_the_value_of_each_column_is_of_its_declared_type(finding: Finding) -> None:
    kinds = {
        ColumnType.TEXT: str,
        ColumnType.INTEGER: int,
        ColumnType.BOOLEAN: bool,
        ColumnType.TIME: datetime,
        ColumnType.TEXTS: list,
        ColumnType.VARIANTS: list,
    }
    for column, value in zip(FINDING_COLUMNS, typed(finding.to_dict()).values(), strict=True):
        assert type(value) is kinds[column.type] or (value is None and column.is_nullable)


@some
@given(findings())
def test_each_variant_has_the_declared_fields_of_their_types(finding: Finding) -> None:
    kinds = {ColumnType.TEXT: str, ColumnType.INTEGER: int, ColumnType.TEXTS: list}
    variants = cast("list[dict[str, object]]", finding.to_dict()["variants"])
    assert len(variants) == len(finding.variants)
    for variant in variants:
        assert list(variant) == [name for name, _ in VARIANT_FIELDS]
        for name, kind in VARIANT_FIELDS:
            assert variant[name] is None or type(variant[name]) is kinds[kind]


@some
@given(events())
def test_the_event_that_is_read_back_makes_the_same_row_again(event: ProcessCreated) -> None:
    for finding in findings_of([event]):
        if finding.activity is Activity.CREATED:
            row = json.loads(json.dumps(finding.to_dict()))
            detector = Detector(report_unknown=True)
            again = [each.to_dict() for each in detector.observe(event_of(row))]
            assert row in again


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timestamp": "noon"}, "timestamp"),
        ({"timestamp": "2026-03-01T12:00:00"}, "time zone"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
        ({"timestamp": 5}, "timestamp"),
        ({"child_pid": "4"}, "pid"),
    ],
)
def test_a_row_that_is_not_of_this_form_names_the_field(change: Mapping[str, object], field: str) -> None:
    [finding, *_] = findings_of([FULL_EVENT])
    with pytest.raises(InvalidEvent, match=field):
        event_of({**finding.to_dict(), **change})


def test_a_row_that_lacks_a_column_names_it() -> None:
    with pytest.raises(InvalidEvent, match="schema_version"):
        typed({})


def test_arrow_takes_the_declared_types() -> None:
    arrow = validator("pyarrow")
    kinds = {
        "string": arrow.string(),
        "int64": arrow.int64(),
        "bool": arrow.bool_(),
        "timestamp[us, tz=UTC]": arrow.timestamp("us", tz="UTC"),
        "list<item: string>": arrow.list_(arrow.string()),
    }
    fields = {ColumnType.TEXT: "string", ColumnType.INTEGER: "int64", ColumnType.TEXTS: "list<item: string>"}
    variant = arrow.struct([(name, kinds[fields[kind]]) for name, kind in VARIANT_FIELDS])
    [variants] = [column.arrow for column in FINDING_COLUMNS if column.type is ColumnType.VARIANTS]
    kinds[variants] = arrow.list_(variant)
    schema = arrow.schema([(column.name, kinds[column.arrow]) for column in FINDING_COLUMNS])
    assert [str(kind) for kind in schema.types] == [column.arrow for column in FINDING_COLUMNS]
    rows = [typed(finding.to_dict()) for finding in findings_of([FULL_EVENT])]
    assert arrow.Table.from_pylist(rows, schema=schema).to_pylist() == rows


def test_pandas_takes_the_declared_types() -> None:
    pandas = validator("pandas")
    frame = pandas.DataFrame([typed(finding.to_dict()) for finding in findings_of([FULL_EVENT])])
    kinds = {column.name: column.pandas for column in FINDING_COLUMNS}
    assert {name: str(kind) for name, kind in frame.astype(kinds).dtypes.items()} == kinds


def test_sparks_ddl_is_one_column_after_another() -> None:
    assert spark_schema().startswith("schema_version bigint NOT NULL, uid string NOT NULL, ")
    assert "devices array<string> NOT NULL, occurrences bigint NOT NULL" in spark_schema()
    assert "occurrences: bigint, device_count: bigint, devices: array<string>>> NOT NULL" in spark_schema()


def test_the_schema_file_is_part_of_the_package(tmp_path: Path) -> None:
    builder = validator("hatchling.build")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(_root())
        wheel = builder.build_wheel(str(tmp_path))
    with zipfile.ZipFile(tmp_path / wheel) as archive:
        assert "parentchild/findings/finding.schema.json" in archive.namelist()


def _root() -> Path:
    return Path(__file__).parents[2]
