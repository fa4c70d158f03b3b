"""Both forms of the Kusto query, run over random tables, against what they stand for."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest

from parentchild import Exclusion, Reason, RelationRegistry, published
from parentchild.catalog import SEED_RELATIONS
from parentchild.export.kql import KqlForm, render
from tests.export.agreement import EXCLUSIONS, detected, finding_key, row_key
from tests.export.defender_tables import NOW, RICH_RELATIONS, Row, Tables, with_late_ingestion
from tests.export.kusto import Kusto


@cache
def _published(exclusions: tuple[Exclusion, ...] = ()) -> Kusto:
    return Kusto(render(SEED_RELATIONS, exclusions=exclusions), now=NOW)


@cache
def _improved(registry: RelationRegistry, exclusions: tuple[Exclusion, ...] = ()) -> Kusto:
    return Kusto(render(registry, form=KqlForm.IMPROVED, exclusions=exclusions), now=NOW)


@pytest.mark.parametrize("seed", range(12))
def test_the_published_form_finds_the_rows_of_the_published_query(seed: int) -> None:
    made = Tables(SEED_RELATIONS, seed)
    processes = with_late_ingestion(made.process_events(400), seed)
    devices = with_late_ingestion(made.device_events(60), seed)
    found = _published().run(processes, devices)
    expected = published.run(processes, devices, now=NOW)
    columns = ("ImageFile", "ParentFile", "Timestamp", "ReportId", "DeviceId", "DeviceCount")
    assert sorted([row[column] for column in columns] for row in found) == sorted(
        [row[column] for column in columns] for row in expected
    )


@pytest.mark.parametrize("exclusions", [(), EXCLUSIONS])
@pytest.mark.parametrize("seed", range(6))
def test_the_improved_form_finds_what_the_detector_finds(
    seed: int, exclusions: tuple[Exclusion, ...]
) -> None:
    made = Tables(RICH_RELATIONS, seed)
    processes, devices = made.process_events(1500), made.device_events(250)
    findings = detected(RICH_RELATIONS, processes, devices, exclusions)
    found = _improved(RICH_RELATIONS, exclusions).run(processes, devices)
    keys = {row_key(row) for row in found}
    expected = {finding_key(finding) for finding in findings}
    assert (keys - expected, expected - keys) == (set(), set())
    assert keys


def creation(child: str, parent: str, **columns: object) -> Row:
    """One creation, as Defender logs it."""
    return {
        "Timestamp": NOW - timedelta(minutes=5),
        "IngestionTime": NOW - timedelta(minutes=4),
        "ReportId": 1,
        "DeviceId": "d1",
        "DeviceName": "ws-1",
        "ActionType": "ProcessCreated",
        "FileName": child,
        "ProcessId": 600,
        "InitiatingProcessFileName": parent,
        "InitiatingProcessId": 100,
        **columns,
    }


def thread_by_the_crash_handler(target: str) -> Row:
    """Evidence one second before `creation`, in its parent."""
    return {
        **creation(target, "werfault.exe"),
        "Timestamp": NOW - timedelta(minutes=5, seconds=1),
        "ActionType": "CreateRemoteThreadApiCall",
        "ProcessId": 100,
    }


@pytest.mark.parametrize(("name", "found"), [("taskhostw.exe", []), ("lsass.exe", ["unexpected-parent"])])
def test_a_clone_is_cleared_unless_it_is_of_lsass(name: str, found: list[str]) -> None:
    rows, threads = [creation(name, name)], [thread_by_the_crash_handler(name)]
    assert reasons(rows, threads) == found
    assert [each.reason.value for each in detected(RICH_RELATIONS, rows, threads)] == found


@pytest.mark.parametrize(
    "path",
    [r"C:\PROGRA~1\Windows Defender\msmpeng.exe", r"C:\Program Files\.\Windows Defender\msmpeng.exe"],
)
def test_short_names_and_dots_in_a_path_count_as_another_directory(path: str) -> None:
    rows = [creation("msmpeng.exe", "services.exe", FolderPath=path)]
    assert reasons(rows) == ["misplaced-image"]
    assert detected(RICH_RELATIONS, rows, []) == ()


def test_a_name_with_a_kelvin_sign_is_no_watched_child_and_no_expected_parent() -> None:
    rows = [
        creation("tas\u212ahostw.exe", "cmd.exe"),
        creation("taskhostw.exe", "SVCHO\u017fT.EXE", ReportId=2),
    ]
    [row] = _improved(RICH_RELATIONS).run(rows)
    assert (row["Reason"], row["ImageFile"], row["ParentFile"]) == (
        "unexpected-parent",
        "taskhostw.exe",
        "SVCHO\u017fT.EXE",  # the detector folds the rest; this query folds all of a name or nothing
    )
    [finding] = detected(RICH_RELATIONS, rows, [])
    assert (finding.reasons, finding.parent) == ((Reason.UNEXPECTED_PARENT,), "svcho\u017ft.exe")
    assert RICH_RELATIONS.evaluate("tas\u212ahostw.exe", "cmd.exe").reasons == (Reason.LOOKALIKE,)


def reasons(rows: list[Row], threads: list[Row] | None = None) -> list[str]:
    """Why the improved form finds what it finds."""
    return [row["Reason"] for row in _improved(RICH_RELATIONS).run(rows, threads or [])]
