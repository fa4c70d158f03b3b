"""The rows of awaited processes: found by device and pid together, and never lost for their spelling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parentchild import hunt, spark, telemetry
from parentchild.hunting.following import Awaited
from parentchild.hunting.spark.awaited import can_tell, tells_of
from parentchild.hunting.spark.executors import Deferred
from parentchild.hunting.spark.tables import flat_schema, places
from tests.hunting.telemetry_rows import START

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, about pandas and Python

COLUMNS = (
    "Timestamp timestamp, DeviceName string, DeviceId string, ActionType string, FileName string, "
    "ProcessId {0}, InitiatingProcessFileName string, InitiatingProcessId {0}, ReportId long"
)


def row(
    number: int, name: str | None, other: str | None, pid: Any, parent_pid: Any, child: str = "cmd.exe"
) -> tuple[Any, ...]:
    at = START + timedelta(seconds=number)
    return (at, name, other, "ProcessCreated", child, pid, "svchost.exe", parent_pid, number)


def passing(session: Any, rows: list[tuple[Any, ...]], kind: str, deferred: Deferred) -> list[int]:
    """Return which rows Spark lets through."""
    frame = session.createDataFrame(rows, COLUMNS.format(kind))
    [there] = places(flat_schema(frame.columns, telemetry), telemetry)
    found = frame.filter(tells_of(frame, there, deferred)).select("ReportId").collect()
    return sorted(each["ReportId"] for each in found)


def copies_on(device: str) -> Deferred:
    own: set[tuple[str, int | None]] = {(device, 700)}
    return Deferred.of(Awaited(processes=own, copies=own, names={"svchost.exe"}, copied={"svchost.exe"}))


def test_a_pid_of_another_device_is_another_process(spark_session: Any) -> None:
    rows = [
        row(0, "ws-1", None, 700, 4),
        row(1, "ws-1", None, 8, 700),
        row(2, "ws-2", None, 700, 4),
        row(3, "ws-2", None, 8, 700),
        row(4, "ws-1", None, 8, 4),
        row(5, "", "ws-1", 8, 700),
        row(6, "", "ws-2", 8, 700),
        row(7, "ws-2", "ws-1", 8, 700),
    ]
    assert passing(spark_session, rows, "long", copies_on("ws-1")) == [0, 1, 5]
    spelled = [(*each[:5], hex(each[5]), each[6], str(each[7]), each[8]) for each in rows]
    assert passing(spark_session, spelled, "string", copies_on("ws-1")) == [0, 1, 5]


def test_what_only_a_reader_can_tell_passes(spark_session: Any) -> None:
    odd_devices = [
        None,
        "",
        " ",
        "\u00a0",
        "-",
        "N/A",
        "'-ws-1",
        '="ws-1"',
        "o'neill-pc",
        "NULL",
        "c:\\\\ws-1",
        "\u6771",
    ]
    rows = [row(number, device, None, 8, 4) for number, device in enumerate(odd_devices)]
    assert passing(spark_session, rows, "long", copies_on("ws-1")) == list(range(len(odd_devices)))
    odd_pids = [None, "", "-", "700.0", "0x2BC", "\u200e700", "700\n", " 700", "'700", '="700"']
    rows = [row(number, "ws-1", None, pid, "4") for number, pid in enumerate(odd_pids)]
    assert passing(spark_session, rows, "string", copies_on("ws-1")) == list(range(len(odd_pids)))
    rows = [row(number, "ws-1", None, "8", pid) for number, pid in enumerate(odd_pids)]
    assert passing(spark_session, rows, "string", copies_on("ws-1")) == list(range(len(odd_pids)))


@pytest.mark.parametrize("device", ["B\u00fcro 7", "ws-1\n", " ws-1", "7", "\u6771-1"])
def test_a_device_is_told_by_its_whole_name(spark_session: Any, device: str) -> None:
    rows = [row(0, device, None, 8, 700), row(1, f"{device}1", None, 8, 700), row(2, "ws-1", None, 8, 700)]
    assert passing(spark_session, rows, "long", copies_on(device)) == [0]


def test_pids_of_a_kind_that_nobody_expects_are_left_to_the_reader(spark_session: Any) -> None:
    for kind, told in (("double", False), ("long", True), ("string", True)):
        frame = spark_session.createDataFrame([], COLUMNS.format(kind))
        assert can_tell(frame, places(flat_schema(frame.columns, telemetry), telemetry)) is told
    assert not can_tell(frame, [])


@pytest.mark.parametrize("kind", ["long", "string", "double"])
def test_a_copy_that_started_a_program_is_raised_on_its_device_alone(spark_session: Any, kind: str) -> None:
    rows = [
        row(0, "ws-1", None, 700, 600, "svchost.exe"),
        row(1, "ws-1", None, 704, 700),
        row(2, "ws-2", None, 700, 600, "svchost.exe"),
        row(3, "ws-3", None, 704, 700),
    ]
    if kind == "string":
        rows = [(*each[:5], hex(each[5]), each[6], str(each[7]), each[8]) for each in rows]
    if kind == "double":
        rows = [(*each[:5], float(each[5]), each[6], float(each[7]), each[8]) for each in rows]
    frame = spark_session.createDataFrame(rows, COLUMNS.format(kind))
    names = [each.partition(" ")[0] for each in COLUMNS.split(", ")]
    expected = hunt([dict(zip(names, each, strict=True)) for each in rows])
    found = spark.hunt(frame)
    assert found.findings == expected.findings
    assert {(each.reason.value, each.device_count) for each in found} == {
        ("unexpected-parent", 1),
        ("self-copy", 1),
    }
