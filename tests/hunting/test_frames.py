"""Frames whose columns hold anything: pandas before 3 keeps texts as Python objects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import hunt
from parentchild.telemetry import FieldMap
from tests.hunting.telemetry_rows import fixed
from tests.hunting.test_account import EVENT_LOG, hostile_rows
from tests.hunting.test_agreement import module, thorough, told


def objects(table: list[dict[str, Any]]) -> Any:
    pandas = module("pandas")
    return pandas.DataFrame(
        {name: pandas.Series([row[name] for row in table], dtype=object) for name in table[0]}
    )


@thorough
@given(st.data(), st.sampled_from(["defender", "event log"]))
def test_objects_of_any_kind_give_the_account_and_findings_of_their_rows(
    data: st.DataObject, kind: str
) -> None:
    module("narwhals")
    keys = sorted(fixed(1)[0]) if kind == "defender" else list(EVENT_LOG)
    row = hostile_rows().map(lambda row: {key: row.get(key) for key in keys})
    table = data.draw(st.lists(row, min_size=1, max_size=8))
    of_rows, of_frame = hunt(table), hunt(objects(table))
    assert (of_frame.sources, of_frame.stats) == (of_rows.sources, of_rows.stats)
    assert of_frame.findings == of_rows.findings


@pytest.mark.parametrize("odd", [1, True, 2.5, ["svchost.exe"], b"svchost.exe", "\ud800"])
def test_one_name_that_is_no_text_changes_nothing_for_the_rest(odd: object) -> None:
    module("narwhals")
    table = [*fixed(60), fixed(1)[0] | {"FileName": odd}]
    assert told(hunt(objects(table))) == told(hunt(table))


def test_rows_keep_their_positions_whatever_the_index_of_a_frame() -> None:
    module("narwhals")
    table = fixed(60)
    table[7] = table[7] | {"ActionType": None}
    frame = objects(table).set_index(objects(table)["DeviceName"])
    found, expected = hunt(frame), hunt(table)
    assert told(found) == told(expected)
    assert [row.index for row in found.invalid] == [row.index for row in expected.invalid]


def test_what_a_row_is_by_its_own_names_is_the_same_in_a_frame() -> None:
    module("narwhals")
    empty = dict.fromkeys(("Image", "ParentImage", "UtcTime", "NewProcessName", "ParentProcessName"))
    at = {"TimeCreated": "2024-06-10T10:30:00Z", "Computer": "ws-1", "ProcessId": "8", **empty}
    svchost, explorer = r"C:\Temp\svchost.exe", r"C:\Windows\explorer.exe"
    security = {"NewProcessName": svchost, "ParentProcessName": explorer}
    rows: list[dict[str, Any]] = [
        {**at, "EventID": 1, "SourceName": "VMTools"},
        {**at, "EventID": 5, "SourceName": "VMTools"},
        {**at, "EventID": 5, "SourceName": "Sysmon", "Image": svchost, "UtcTime": "2024-06-10 10:30:00"},
        {**at, "EventID": 1, "SourceName": "Sysmon", "Image": svchost, "ParentImage": explorer},
        {**at, "EventID": 4688, "SourceName": "Microsoft Windows security auditing.", **security},
    ]
    of_rows, of_frame = hunt(rows), hunt(objects(rows))
    assert (of_rows.stats.starts, of_rows.stats.process_events, of_rows.stats.other_events) == (2, 1, 2)
    assert (of_frame.sources, of_frame.stats) == (of_rows.sources, of_rows.stats)
    assert of_frame.findings == of_rows.findings


def test_names_that_are_categories_are_found_as_texts() -> None:
    module("narwhals")
    table = fixed()
    frame = objects(table).astype({"FileName": "category", "ActionType": "category"})
    assert told(hunt(frame)) == told(hunt(table))


def test_a_frame_without_a_column_that_decides_is_all_starts() -> None:
    module("narwhals")
    ours = FieldMap(
        time="Timestamp", device="DeviceName", child="FileName", parent="InitiatingProcessFileName"
    )
    table = [row for row in fixed() if row["ActionType"] == "ProcessCreated"]
    narrow = [{name: row[name] for name in ("Timestamp", "DeviceName", "FileName",
               "InitiatingProcessFileName")} for row in table]  # fmt: skip
    assert told(hunt(objects(narrow), source=ours)) == told(hunt(narrow, source=ours))


@pytest.mark.parametrize("size", [60, 4000])
def test_a_table_of_duckdb_gives_what_its_rows_give(size: int) -> None:
    module("narwhals")
    duckdb = module("duckdb")
    table = fixed(size)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("given", module("pyarrow").Table.from_pylist(table))
    connection.execute("CREATE TABLE kept AS SELECT * FROM given")
    assert told(hunt(connection.table("kept"))) == told(hunt(table))
