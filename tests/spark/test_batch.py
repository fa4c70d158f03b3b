"""A table in Spark gives the report that its rows give, pids resolved, however it is divided."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import attrs
import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Exclusion, Report, hunt, spark
from parentchild.telemetry import FieldMap
from tests.hunting.telemetry_rows import START, fixed
from tests.spark.rows import everything
from tests.spark.sessions import frame

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, about pandas and Python


def told(report: Report) -> tuple[Any, ...]:
    """Return all that a report says; rows of a DataFrame have no index."""
    invalid = sorted((row.field, row.reason, row.count) for row in report.invalid)
    return report.findings, report.suppressed, report.stats, report.sources, report.exclusions, invalid


@pytest.mark.parametrize(("registry", "partitions"), [(DEFAULT_RELATIONS, 3), (SEED_RELATIONS, None)])
def test_a_table_gives_the_report_that_its_rows_give(
    spark_session: Any, registry: Any, partitions: int | None
) -> None:
    rows, exclusions = everything(), [Exclusion(child="svchost.exe", parent="cmd.exe", reason="a test")]
    options: dict[str, Any] = {"registry": registry, "exclusions": exclusions, "report_unknown": True}
    expected = hunt(rows, **options)
    assert len(expected) > 10
    assert expected.suppressed
    assert expected.invalid
    found = spark.hunt(frame(spark_session, rows), partitions=partitions, **options)
    assert told(found) == told(expected)
    assert found.stats.rows == len(rows)


def test_what_hunt_collects_of_a_dataframe_is_the_same(spark_session: Any) -> None:
    rows = everything()
    assert told(hunt(frame(spark_session, rows))) == told(hunt(rows))


def security_rows() -> list[dict[str, Any]]:
    """Return rows of the security log that know parents by pid alone: reused pids, exits, two spellings."""
    system = "C:\\Windows\\System32\\"
    starts = [
        (0, "ws-1", 4688, system + "services.exe", "0x2bc", None),
        (1, "ws-2", 4688, "C:\\Temp\\evil.exe", "700", None),
        (2, "ws-1", 4688, system + "svchost.exe", "0x320", "0x2bc"),
        (3, "ws-2", 4688, system + "svchost.exe", "0x320", "0x2bc"),
        (4, "ws-1", 4689, None, None, "0x2bc"),
        (5, "ws-1", 4688, "C:\\Temp\\evil.exe", "0x2bc", None),
        (6, "ws-1", 4688, system + "svchost.exe", "0x324", "700"),
        (7, "ws-3", 4688, system + "svchost.exe", "0x320", "0x2bc"),
        (8, None, 4688, system + "svchost.exe", "0x320", "0x2bc"),
        (9, "ws-1", 4624, None, None, None),
    ]
    return [
        {
            "TimeCreated": START + timedelta(minutes=minute),
            "Computer": device,
            "EventID": number,
            "NewProcessName": image,
            "NewProcessId": pid,
            "ProcessId": parent,
            "ParentProcessName": None,
            "ProcessName": system + "services.exe" if number == 4689 else None,
            "EventRecordID": minute,
        }
        for minute, device, number, image, pid, parent in starts
    ]


SECURITY = (
    "TimeCreated timestamp, Computer string, EventID int, NewProcessName string, NewProcessId string, "
    "ProcessId string, ParentProcessName string, ProcessName string, EventRecordID long"
)


def test_parents_known_by_pid_alone_are_looked_up_on_their_own_device(spark_session: Any) -> None:
    rows = security_rows()
    expected = hunt(rows)
    assert [(each.parent, each.devices) for each in expected] == [("evil.exe", ("ws-1", "ws-2"))]
    assert (expected.stats.resolved, expected.stats.unknown, expected.stats.nameless) == (3, 3, 1)
    table = frame(spark_session, rows, SECURITY)
    assert told(spark.hunt(table, partitions=2)) == told(expected)
    assert told(spark.hunt(table, resolve_parents=False)) == told(hunt(rows, resolve_parents=False))


def test_a_field_map_and_a_name_for_the_nameless(spark_session: Any) -> None:
    ours = FieldMap(time="at", child="image", parent="by", pid="pid", parent_pid="ppid")
    rows = [
        {"at": row["Timestamp"], "image": row["FileName"], "by": row["InitiatingProcessFileName"],
         "pid": 100 + 4 * index, "ppid": row["InitiatingProcessId"]}
        for index, row in enumerate(fixed(60))
    ]  # fmt: skip
    table = frame(spark_session, rows, "at timestamp, image string, `by` string, pid long, ppid long")
    expected = hunt(rows, source=ours, device="ws-7")
    assert len(expected) > 3
    found = spark.hunt(table, source=ours, device="ws-7")
    assert told(found) == told(expected)


def test_rows_without_a_device_are_counted_apart_and_added_up(spark_session: Any) -> None:
    rows = [row | {"DeviceName": None} for row in fixed(120)]
    found, expected = spark.hunt(frame(spark_session, rows), partitions=2), hunt(rows)
    assert len(expected) > 3
    assert told(found) == told(expected)
    assert attrs.asdict(found.stats) == attrs.asdict(expected.stats)


def test_unreadable_rows_are_told_apart_by_field_and_reason_and_given_whole(spark_session: Any) -> None:
    rows = everything()
    expected = hunt(rows)
    table = frame(spark_session, rows)
    found = [row.asDict() for row in spark.unreadable(table).collect()]
    assert len(found) == expected.stats.unreadable > 0
    counts = Counter((row["unreadable_field"], row["unreadable_reason"]) for row in found)
    assert counts == {(row.field, row.reason): row.count for row in expected.invalid}
    first = next(row for row in expected.invalid if row.count == 1 or row.index)
    bad = rows[first.index]
    assert (bad["DeviceName"], bad["ReportId"]) in {(row["DeviceName"], row["ReportId"]) for row in found}


def test_a_device_may_run_from_another_drive(spark_session: Any) -> None:
    def row(device: str, drive: str, minute: int) -> dict[str, Any]:
        return fixed(1)[0] | {
            "Timestamp": START + timedelta(minutes=minute),
            "DeviceName": device,
            "ActionType": "ProcessCreated",
            "FileName": "svchost.exe",
            "FolderPath": f"{drive}\\Windows\\System32\\svchost.exe",
            "ProcessCommandLine": "svchost.exe -k netsvcs -p",
            "InitiatingProcessFileName": "services.exe",
            "InitiatingProcessFolderPath": f"{drive}\\Windows\\System32\\services.exe",
        }

    rows = [row("ws-1", "D:", 0), row("ws-2", "D:", 1), row("ws-3", "C:", 2)]
    table = frame(spark_session, rows)
    for drives, devices in (({"ws-1": "D:"}, {"ws-2"}), ("D:", {"ws-3"})):
        found = spark.hunt(table, system_drive=drives, resolve_parents=False)
        assert told(found) == told(hunt(rows, system_drive=drives, resolve_parents=False))
        assert {name for each in found for name in each.devices} == devices
