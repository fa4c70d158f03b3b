"""Agreement: typed events, rows, columns and every frame give one result."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Detector,
    InvalidArgument,
    InvalidEvent,
    Reason,
    Report,
    hunt,
)
from parentchild.hunting import frames
from parentchild.telemetry import FieldMap, defender
from tests.hunting.telemetry_rows import START, fixed, rows

thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
REGISTRIES = [DEFAULT_RELATIONS, SEED_RELATIONS]
NAMES = list(fixed(1)[0])


def module(name: str) -> Any:
    return pytest.importorskip(name, reason=f"{name} is not installed")


def arrow(table: list[dict[str, Any]]) -> Any:
    return module("pyarrow").Table.from_pylist(table)


def polars(table: list[dict[str, Any]]) -> Any:
    return module("polars").DataFrame(table, infer_schema_length=None)


def pandas(table: list[dict[str, Any]]) -> Any:
    return module("pandas").DataFrame(table)


def pandas_of_arrow(table: list[dict[str, Any]]) -> Any:
    return pandas(table).convert_dtypes(dtype_backend="pyarrow")


def duckdb(table: list[dict[str, Any]]) -> Any:
    connection = module("duckdb").connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.from_arrow(arrow(table))


def columns(table: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in table] for name in table[0]}


BACKENDS: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "columns": columns,
    "arrow": arrow,
    "polars": polars,
    "polars-lazy": lambda table: polars(table).lazy(),
    "pandas": pandas,
    "pandas-arrow": pandas_of_arrow,
    "duckdb": duckdb,
}


def passed_over(index: int, error: InvalidEvent) -> None:
    del index, error


def told(report: Report) -> tuple[Any, ...]:
    """Return what a report says, apart from things that hold an order of their own."""
    return report.findings, report.suppressed, report.stats, report.sources, report.exclusions


@pytest.mark.parametrize("registry", REGISTRIES, ids=["default", "seed"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_frame_gives_what_its_rows_give(backend: str, registry: Any) -> None:
    if backend != "columns":
        module("narwhals")
    table = fixed()
    frame = BACKENDS[backend](table)
    expected = hunt(table, registry=registry)
    assert len(expected) > 10
    assert told(hunt(frame, registry=registry)) == told(expected)


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_that_cannot_be_read_are_found_where_they_stand(backend: str) -> None:
    if backend != "columns":
        module("narwhals")
    table = fixed(60)
    table[7] = {**table[7], "ActionType": None}
    table[9] = {**table[9], "FileName": "svchost.exe", "ActionType": "ProcessCreated", "Timestamp": None}
    found = hunt(BACKENDS[backend](table))
    assert told(found) == told(hunt(table))
    if backend not in {"polars-lazy", "duckdb"}:  # these keep no order
        where = [(row.index, row.field, row.count) for row in hunt(table).invalid]
        assert [(row.index, row.field, row.count) for row in found.invalid] == where
        assert {index for index, _, _ in where} >= {7, 9}


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "columns"])
def test_candidates_are_a_frame_of_the_same_kind_that_lacks_nothing(backend: str) -> None:
    module("narwhals")
    table = fixed()
    frame = BACKENDS[backend](table)
    found: Any = frames.candidates(frame, Detector().prefilter)
    assert type(found) is type(frame)
    one, other = Detector(window=None), Detector(window=None)  # which look nothing up by pid
    survivors = list(frames.select(found, other.prefilter, defender).rows())
    one.observe_many(defender.read_many(table, on_invalid=passed_over))
    other.observe_many(defender.read_many(survivors, on_invalid=passed_over))
    assert other.findings() == one.findings()
    assert 0 < len(survivors) < len(table)


@thorough
@given(st.sampled_from(REGISTRIES), st.lists(rows(), min_size=1, max_size=12))
def test_rows_that_are_read_once_give_what_typed_events_give(
    registry: Any, table: list[dict[str, Any]]
) -> None:
    detector = Detector(registry, window=None, capacity=1_000_000, resolve_parents=True)
    detector.observe_many(defender.read_many(table, on_invalid=passed_over))
    found = hunt(iter(table), registry=registry)
    assert (found.findings, found.suppressed) == (detector.findings(), detector.suppressed())
    assert found.stats.rows == len(table)


@thorough
@given(
    st.sampled_from(REGISTRIES),
    st.lists(rows(), min_size=1, max_size=12, unique_by=lambda row: row["Timestamp"]),
)
def test_rows_in_the_order_of_time_give_the_same_once_and_twice(
    registry: Any, table: list[dict[str, Any]]
) -> None:
    table.sort(key=lambda row: row["Timestamp"])
    table = [{**row, "ReportId": number} for number, row in enumerate(table)]
    once, twice = hunt(iter(table), registry=registry), hunt(table, registry=registry)
    assert (once.findings, once.suppressed) == (twice.findings, twice.suppressed)
    assert once.sources == twice.sources
    assert once.stats == twice.stats


@thorough
@given(st.sampled_from(REGISTRIES), st.permutations(fixed(14)))
def test_the_order_of_rows_that_are_read_twice_changes_nothing(
    registry: Any, table: list[dict[str, Any]]
) -> None:
    expected = hunt(fixed(14), registry=registry)
    assert told(hunt(table, registry=registry)) == told(expected)
    assert told(hunt(columns(table), registry=registry)) == told(expected)


@thorough
@given(st.sampled_from(REGISTRIES), st.lists(rows(), min_size=1, max_size=8))
def test_frames_give_what_rows_give(registry: Any, table: list[dict[str, Any]]) -> None:
    module("narwhals")
    expected = told(hunt(table, registry=registry))
    # A row of its own keeps every column a text, as a real table's are.
    for make in (columns, arrow, polars, pandas, duckdb):
        assert told(hunt(make(table), registry=registry)) == expected


def test_a_field_map_names_the_columns_of_anyone() -> None:
    ours = FieldMap(time="at", device="box", child="image", parent="by", pid="pid", parent_pid="ppid")
    table = [
        {"at": row["Timestamp"], "box": row["DeviceName"], "image": row["FileName"], "pid": 100 + index,
         "by": row["InitiatingProcessFileName"], "ppid": row["InitiatingProcessId"]}
        for index, row in enumerate(fixed())
    ]  # fmt: skip
    expected = hunt(table, source=ours)
    assert len(expected) > 10
    assert told(hunt(columns(table), source=ours)) == told(expected)
    if importlib.util.find_spec("narwhals") and importlib.util.find_spec("polars"):
        assert told(hunt(polars(table), source=ours)) == told(expected)
        assert told(hunt(polars(table).lazy(), source=ours)) == told(expected)


def test_events_of_sysmon_and_the_security_log_share_a_table() -> None:
    table: list[dict[str, Any]] = [
        {"EventID": 1, "UtcTime": "2026-03-01 09:00:00.000", "Computer": "ws-01", "ProcessId": 100,
         "Image": r"C:\Windows\System32\svchost.exe", "ParentImage": r"C:\Windows\explorer.exe",
         "NewProcessName": None, "ParentProcessName": None, "SourceImage": None, "TimeCreated": None},
        {"EventID": 4688, "UtcTime": None, "Computer": "ws-02", "ProcessId": 104, "Image": None,
         "ParentImage": None, "NewProcessName": r"C:\Windows\System32\lsass.exe",
         "ParentProcessName": r"C:\Windows\System32\cmd.exe", "SourceImage": None,
         "TimeCreated": "2026-03-01T09:00:00Z"},
        {"EventID": 3, "UtcTime": "2026-03-01 09:00:00.000", "Computer": "ws-01", "ProcessId": 100,
         "Image": r"C:\Windows\System32\svchost.exe", "ParentImage": None, "NewProcessName": None,
         "ParentProcessName": None, "SourceImage": None, "TimeCreated": None},
    ]  # fmt: skip
    for row in table[::2]:
        row["Provider"] = "Microsoft-Windows-Sysmon"
    table[1]["Provider"] = "Microsoft-Windows-Security-Auditing"
    expected = hunt(table)
    assert [finding.child for finding in expected] == ["lsass.exe", "svchost.exe"]
    for make in BACKENDS.values():
        if importlib.util.find_spec("narwhals") or make is columns:
            assert told(hunt(make(table))) == told(expected)


def test_columns_of_unequal_length_or_of_another_source_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="one length"):
        hunt({"ActionType": ["ProcessCreated"], "FileName": []})
    with pytest.raises(InvalidArgument, match="lacks the columns"):
        hunt({"FileName": ["x"]}, source=defender)


def test_one_row_or_column_of_a_frame_is_refused() -> None:
    module("narwhals")
    frame = pandas(fixed())
    for part in (frame.iloc[0], frame["FileName"]):
        with pytest.raises(InvalidArgument, match="is no data frame"):
            hunt(part)


def test_too_many_candidates_are_refused_with_what_to_tune() -> None:
    with pytest.raises(InvalidArgument, match="more than 3 rows that could matter: narrow it"):
        frames.select(columns(fixed()), Detector().prefilter, defender, most=3)


def test_a_list_of_rows_is_no_table() -> None:
    assert not frames.is_table(fixed(1))
    assert not frames.is_table({"FileName": "svchost.exe"})
    assert frames.is_table({"FileName": ["svchost.exe"]})


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "columns"])
def test_parents_known_by_pid_alone_are_looked_up_in_the_frame(backend: str) -> None:
    module("narwhals")
    first = fixed(1)[0] | {"ActionType": "ProcessCreated", "FolderPath": None, "DeviceName": "ws-01",
                           "InitiatingProcessFolderPath": None, "ProcessCommandLine": None}  # fmt: skip
    table = [
        first | {"FileName": "evil.exe", "ProcessId": 700, "InitiatingProcessFileName": "x.exe"},
        first | {"FileName": "svchost.exe", "ProcessId": 800, "InitiatingProcessFileName": None,
                 "InitiatingProcessId": 700},
    ]  # fmt: skip
    [finding] = hunt(BACKENDS[backend](table))
    assert (finding.child, finding.parent) == ("svchost.exe", "evil.exe")
    assert told(hunt(BACKENDS[backend](table))) == told(hunt(table))


def test_what_had_a_copys_pid_under_another_name_is_no_end_of_it_whichever_is_read_first() -> None:
    def row(number: int, child: str, pid: int, parent: str, parent_pid: int) -> dict[str, Any]:
        return {
            "Timestamp": (START + timedelta(seconds=number)).isoformat(),
            "DeviceName": "ws-1",
            "ActionType": "ProcessCreated",
            "FileName": child,
            "ProcessId": pid,
            "InitiatingProcessFileName": parent,
            "InitiatingProcessId": parent_pid,
            "ReportId": number,
        }

    table = [
        row(0, "svchost.exe", 100, "svchost.exe", 8),
        row(1, "taskhostw.exe", 100, "lsass.exe", 12),
        row(2, "svchost.exe", 8, "svchost.exe", 100),
    ]
    once, twice = hunt(iter(table)), hunt(table)
    assert once.findings == twice.findings
    assert [found.reasons for found in once if found.child == "svchost.exe"] == [
        (Reason.UNEXPECTED_PARENT,),
        (Reason.SELF_COPY,),
    ]
