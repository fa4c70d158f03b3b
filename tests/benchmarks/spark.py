"""Spark beside one process and beside SQL by hand: `python -m tests.benchmarks.spark [--rows N ...]`.

Run it with the extras `spark` and `frames` and Java 17, from the checkout. Times are those on the clock, so
the machine must be idle for them to mean anything; ratios suffer less. Each is the median of the repeats.

The SQL by hand is what an analyst would write without this library: the seed's eleven children and their
parents, the earliest time and the devices. It knows no crash handler, no paths, no pids.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Detector,
    Process,
    ProcessCreated,
    Report,
    hunt,
    spark,
    telemetry,
)
from parentchild.detector.settings import Settings
from parentchild.hunting.frames.engines import narrowed
from parentchild.hunting.spark.executors import READ, ReadCandidates
from parentchild.hunting.spark.jobs import Job
from parentchild.hunting.spark.tables import read_columns
from tests.benchmarks import workload
from tests.benchmarks.measuring import print_table
from tests.spark.sessions import session

_CHUNK = 200_000
_EVENTS_A_DAY = 1_000_000_000
_SQL = """
SELECT child, parent, min(Timestamp) AS first_seen, count(DISTINCT DeviceName) AS device_count FROM (
  SELECT lower(FileName) AS child, lower(InitiatingProcessFileName) AS parent, Timestamp, DeviceName
  FROM events WHERE ActionType = 'ProcessCreated' AND lower(FileName) IN ({children}))
WHERE NOT (child || '<' || parent) IN ({pairs}) GROUP BY child, parent
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[200_000, 1_000_000])
    parser.add_argument("--devices", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--cores", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    states()
    with tempfile.TemporaryDirectory() as name:
        batch(options, Path(name))


# batch ---------------------------------------------------------------------------------------------------


def batch(options: argparse.Namespace, home: Path) -> None:
    """Time hunts over a Parquet file of rows."""
    tables = {(rows, options.devices[0]): home / f"{rows}-{options.devices[0]}" for rows in options.rows}
    tables |= {
        (options.rows[0], devices): home / f"{options.rows[0]}-{devices}" for devices in options.devices
    }
    for (rows, devices), path in tables.items():
        _write(rows, devices, path)
    times: dict[tuple[int, int, str], float] = {}
    hunt(_read(tables[min(tables)]), registry=SEED_RELATIONS)
    shuffled: dict[tuple[int, int], tuple[int, int]] = {}
    for rows, devices in tables:
        path = tables[rows, devices]
        times[rows, devices, "one process"] = _median(options.repeats, partial(_hunted, path))
    for cores in options.cores:
        made = session(
            cores,
            spark__sql__shuffle__partitions=str(2 * cores),
            spark__driver__memory="6g",
            spark__sql__adaptive__enabled="true",
            spark__sql__codegen__wholeStage="true",
        )
        warm = made.read.parquet(str(tables[min(tables)]))
        warm.createOrReplaceTempView("events")
        spark.hunt(warm, registry=SEED_RELATIONS)  # the first ones also load and compile
        _by_sql(made)
        for (rows, devices), path in tables.items():
            frame = made.read.parquet(str(path))
            frame.createOrReplaceTempView("events")
            here = f"Spark, {cores} core{'s' * (cores > 1)}"
            times[rows, devices, here] = _median(
                options.repeats, partial(spark.hunt, frame, registry=SEED_RELATIONS)
            )
            times[rows, devices, f"SQL by hand, {cores} core{'s' * (cores > 1)}"] = _median(
                options.repeats, partial(_by_sql, made)
            )
            shuffled[rows, devices] = _shuffled(frame)
        made.stop()
    table: list[tuple[str, ...]] = []
    for rows, devices in tables:
        one = times[rows, devices, "one process"]
        for (size, spread, name), seconds in times.items():
            if (size, spread) == (rows, devices):
                table.append(
                    (
                        f"{rows:,}",
                        f"{devices:,}",
                        name,
                        f"{seconds:.1f}",
                        f"{seconds / one:.2f}",
                        f"{seconds / rows * 1e9:.0f}",
                    )
                )
    print_table("Batch", ("rows", "devices", "what", "seconds", "ratio to one process", "ns a row"), table)
    largest = max(tables)
    cores = max(options.cores)
    seconds = times[largest[0], largest[1], f"Spark, {cores} core{'s' * (cores > 1)}"]
    moved = [
        (f"{rows:,}", f"{devices:,}", f"{events:,}", f"{size:,}")
        for (rows, devices), (events, size) in shuffled.items()
    ]
    print_table("Shuffled by device", ("rows", "devices", "events", "bytes"), moved)
    on_paper(seconds * cores / largest[0], shuffled[largest][1] / largest[0])


def on_paper(core_seconds_a_row: float, bytes_a_row: float) -> None:
    """Print what a day of a large fleet takes, from what a row takes here."""
    core_hours = core_seconds_a_row * _EVENTS_A_DAY / 3600
    table = [
        ("core hours", f"{core_hours:.1f}"),
        ("on 64 cores", f"{core_hours / 64 * 60:.0f} minutes"),
        ("shuffled", f"{bytes_a_row * _EVENTS_A_DAY / 1e9:.1f} GB"),
    ]
    print_table("On paper: 10^9 rows a day", ("what", "how much"), table)


def _write(rows: int, devices: int, path: Path) -> None:
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    path.mkdir()
    text = workload.lines(rows, devices)
    number = 0
    while part := workload.parsed(list(islice(text, _CHUNK))):
        for row in part:
            row["Timestamp"] = datetime.fromisoformat(row["Timestamp"])
        parquet.write_table(pyarrow.Table.from_pylist(part), path / f"{number:04}.parquet")
        number += 1


def _read(path: Path) -> Any:
    """Return the table in a directory, as a user without Spark would read it."""
    return import_module("pyarrow.parquet").read_table(path)


def _hunted(path: Path) -> Report:
    report: Report = hunt(_read(path), registry=SEED_RELATIONS)
    return report


def _by_sql(made: Any) -> Any:
    return made.sql(_by_hand()).collect()


def _by_hand() -> str:
    children = ", ".join(f"'{name}'" for name in SEED_RELATIONS)
    pairs = ", ".join(
        f"'{child}<{parent}'" for child in SEED_RELATIONS for parent in sorted(SEED_RELATIONS[child].names)
    )
    return _SQL.format(children=children, pairs=pairs)


def _median(repeats: int, run: Callable[[], Any]) -> float:
    return statistics.median(_timed(run) for _ in range(repeats))


def _timed(run: Callable[[], Any]) -> float:
    began = perf_counter()
    run()
    spent = perf_counter() - began
    print(f"{spent:.1f} s", file=sys.stderr, flush=True)  # noqa: T201 - a sign of life
    return spent


# the state of a device -----------------------------------------------------------------------------------


def states() -> None:
    """Print how large the state of a workstation's two hours is."""
    table: list[tuple[str, ...]] = []
    for resolve_parents in (False, True):
        for starts in (100, 300, 1_000):
            detector, job = _workstation(starts, resolve_parents=resolve_parents)
            saved = job.saved(detector) or b""
            pure = len(zlib.decompress(saved)) if saved else 0
            table.append((f"{starts:,}", str(resolve_parents), f"{pure:,}", f"{len(saved):,}"))
    print_table(
        "A device's state", ("starts in two hours", "resolve_parents", "bytes of JSON", "bytes kept"), table
    )


def _workstation(starts: int, *, resolve_parents: bool) -> tuple[Detector, Job]:
    """Return a device's detector after two hours: two mismatches, one crash, and ordinary starts."""
    settings = Settings(resolve_parents=resolve_parents)
    job = Job(registry=DEFAULT_RELATIONS, settings=settings, source=telemetry, device=None, zone=None)
    detector = job.detector()
    rows = [json.loads(line) for line in workload.lines(starts, 1)]
    step = timedelta(hours=2) / starts
    start = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
    for number, event in enumerate(telemetry.read_many(rows)):
        if isinstance(event, ProcessCreated):
            detector.observe(_at(event, start + number * step))
    return detector, job


def _at(event: ProcessCreated, at: datetime) -> ProcessCreated:
    parent = (
        None
        if event.parent is None
        else Process(event.parent.name, pid=event.parent.pid, path=event.parent.path)
    )
    return ProcessCreated(timestamp=at, device=event.device, process=event.process, parent=parent)


def _shuffled(frame: Any) -> tuple[int, int]:
    """Return how many events are shuffled by device, and their bytes before Spark compresses them."""
    settings = Settings(window=None)
    job = Job(registry=SEED_RELATIONS, settings=settings, source=telemetry, device=None, zone=None)
    found = narrowed(frame, job.settling(), telemetry)
    events = read_columns(found.frame, found.schema, None).mapInArrow(
        ReadCandidates(job, accounts=False), READ
    )
    [row] = events.selectExpr(
        "count(*)", "sum(length(device) + 16 + length(tie) + length(payload))"
    ).collect()
    return int(row[0]), int(row[1] or 0)


if __name__ == "__main__":
    main()
