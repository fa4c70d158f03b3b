"""A stream gives what a detector on each device gives, forgets silent devices, and survives being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from parentchild import Detector, InvalidEvent, hunt, spark
from parentchild.findings.columns import FINDING_COLUMNS, ColumnType, typed
from parentchild.telemetry import defender
from tests.hunting.telemetry_rows import START, fixed
from tests.spark.rows import everything
from tests.spark.sessions import run, stream, written

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, about pandas and Python

ROOT = Path(__file__).parents[2]
TIMES = [column.name for column in FINDING_COLUMNS if column.type is ColumnType.TIME]


def detectors(rows: list[dict[str, Any]], **options: Any) -> tuple[dict[str, Detector], list[dict[str, Any]]]:
    """Return what one detector a device makes of rows, and the flat findings that it returned."""
    by_device: dict[str, Detector] = {}
    told: list[dict[str, Any]] = []
    for event in defender.read_many(rows, on_invalid=_passed_over):
        detector = by_device.setdefault(event.device, Detector(**options))
        told += [typed(finding.to_dict()) for finding in detector.observe(event)]
    return by_device, told


def _passed_over(index: int, error: InvalidEvent) -> None:
    del index, error


def sink(session: Any, home: Path) -> Any:
    return session.read.schema(spark.FINDING_SCHEMA).json(str(home / "out"))


def flat(session: Any, home: Path) -> list[dict[str, Any]]:
    """Return the rows of the sink, with times as they were meant."""
    columns = [
        f"unix_micros({column.name}) AS {column.name}" if column.name in TIMES else column.name
        for column in FINDING_COLUMNS
    ]
    return [row.asDict(recursive=True) for row in sink(session, home).selectExpr(*columns).collect()]


def in_microseconds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **row,
            **{
                name: None if row[name] is None else (row[name] - START) // timedelta(microseconds=1) + _START
                for name in TIMES
            },
        }
        for row in rows
    ]


_START = int(START.timestamp()) * 1_000_000


def observed(progress: Any) -> Any:
    """Return the metrics of a micro-batch; Spark 3 tells none of one without rows."""
    return progress.get("observedMetrics", {}).get("parentchild")


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["uid"], row["device"], row["activity"], repr(row)))


@pytest.mark.parametrize("resolve_parents", [False, True], ids=["plain", "pids"])
def test_a_stream_gives_what_a_detector_on_each_device_gives(
    spark_session: Any, tmp_path: Path, *, resolve_parents: bool
) -> None:
    rows = everything()
    written(rows, tmp_path / "in", 2)
    found = spark.hunt_stream(stream(spark_session, tmp_path / "in"), resolve_parents=resolve_parents)
    query = run(found, tmp_path)
    by_device, told = detectors(rows, resolve_parents=resolve_parents)
    assert {row["activity"] for row in told} == {"created", "closed"}
    assert in_order(flat(spark_session, tmp_path)) == in_order(in_microseconds(told))
    metrics = [each for each in map(observed, query.recentProgress) if each]
    assert sum(each["unreadable"] or 0 for each in metrics) == hunt(rows).stats.unreadable > 0
    whole = next(iter(by_device.values())).merge(*list(by_device.values())[1:])
    fleet = {row["uid"]: row for row in spark.fleet(sink(spark_session, tmp_path)).collect()}
    assert {
        uid: (row["device_count"], tuple(row["devices"]), row["explanation"]) for uid, row in fleet.items()
    } == {each.uid: (each.device_count, each.devices, each.explanation) for each in whole.findings()}


def test_a_silent_device_is_forgotten_after_the_window(spark_session: Any, tmp_path: Path) -> None:
    row = fixed(1)[0] | {
        "ActionType": "ProcessCreated",
        "FileName": "lsass.exe",
        "FolderPath": None,
        "ProcessCommandLine": None,
        "InitiatingProcessFileName": "cmd.exe",
        "InitiatingProcessFolderPath": None,
    }
    later = row | {"DeviceName": "ws-99", "Timestamp": START + timedelta(hours=9)}
    written([row, later], tmp_path / "in", 2)
    query = run(spark.hunt_stream(stream(spark_session, tmp_path / "in")), tmp_path)
    kept = [progress["stateOperators"][0]["numRowsTotal"] for progress in query.recentProgress]
    assert (kept[0], kept[-1]) == (1, 1), "the first device is forgotten once the second moved the watermark"
    assert [each["device"] for each in in_order(flat(spark_session, tmp_path))] == ["ws-00", "ws-99"]


def test_killed_in_the_middle_of_a_batch_it_goes_on_with_nothing_lost_and_nothing_twice(
    spark_session: Any, tmp_path: Path
) -> None:
    rows, fatal = everything(), 234
    given, killed = tmp_path / "in", tmp_path / "killed"
    written(rows, given, 2)
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    victim = subprocess.run(
        [sys.executable, "-m", "tests.spark.killed", str(given), str(killed), str(fatal)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert victim.returncode == -signal.SIGKILL, victim.stderr[-2000:]
    begun, ended = (
        {path.name for path in (killed / "checkpoint" / part).glob("[0-9]*")}
        for part in ("offsets", "commits")
    )
    assert (begun, ended) == ({"0", "1"}, {"0"}), "it was killed in its second micro-batch"
    run(spark.hunt_stream(stream(spark_session, given)), killed)
    assert in_order(flat(spark_session, killed)) == in_order(in_microseconds(detectors(rows)[1]))
