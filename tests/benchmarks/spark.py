"""Spark beside one process and beside SQL by hand: `python -m tests.benchmarks.spark [--rows N ...]`.

Run it with the extras `spark` and `frames` and Java 17, from the checkout, on Linux. Times on the clock mean
something on an idle machine alone; those of processors suffer less. Each is the median of the repeats.

The SQL by hand is what an analyst would write without this library: the seed's eleven children and their
parents, the earliest time and the devices. It knows no crash handler, no paths, no pids.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import attrs

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Detector,
    InvalidEvent,
    Process,
    ProcessCreated,
    RemoteThreadCreated,
    Report,
    hunt,
    spark,
    telemetry,
)
from parentchild.detector.settings import Settings
from parentchild.events import Event, ProcessExited
from parentchild.hunting.frames.engines import narrowed
from parentchild.hunting.spark import streaming as spark_streaming
from parentchild.hunting.spark.executors import READ, ReadCandidates
from parentchild.hunting.spark.jobs import Job
from parentchild.hunting.spark.tables import read_columns
from tests.benchmarks import workload
from tests.benchmarks.measuring import print_table
from tests.spark.sessions import session

_CHUNK = 200_000
_FILES = 5  # at least; a stream takes one in a micro-batch
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
    parser.add_argument("--stream", type=int, default=500_000, help="rows of the streams; 0 for none")
    parser.add_argument("--tables", type=Path, help="where tables are kept, and found again")
    parser.add_argument("--recorded", type=Path, help="a directory of recorded rows, *.jsonl.gz")
    options = parser.parse_args()
    states()
    if options.recorded:
        recorded(options.recorded)
    with tempfile.TemporaryDirectory() as name:
        home = options.tables or Path(name)
        if options.rows:
            batch(options, home)
        if options.stream:
            streams(options, home)


# batch ---------------------------------------------------------------------------------------------------


def batch(options: argparse.Namespace, home: Path) -> None:
    """Time hunts over a Parquet file of rows."""
    tables = {(rows, options.devices[0]): home / f"{rows}-{options.devices[0]}" for rows in options.rows}
    tables |= {
        (options.rows[0], devices): home / f"{options.rows[0]}-{devices}" for devices in options.devices
    }
    for (rows, devices), path in tables.items():
        _write(rows, devices, path)
    times: dict[tuple[int, int], dict[str, Time]] = {each: {} for each in tables}
    hunt(_read(tables[min(tables)]), registry=SEED_RELATIONS)
    shuffled: dict[tuple[int, int], tuple[int, int]] = {}
    for each, path in tables.items():
        times[each][_ONE] = _median(options.repeats, partial(_hunted, path))
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
        for each, path in tables.items():
            frame = made.read.parquet(str(path))
            frame.createOrReplaceTempView("events")
            run = partial(spark.hunt, frame, registry=SEED_RELATIONS)
            times[each][f"spark.hunt, {_cores(cores)}"] = _median(options.repeats, run)
            times[each][f"SQL by hand, {_cores(cores)}"] = _median(options.repeats, partial(_by_sql, made))
            shuffled[each] = _shuffled(frame)
        made.stop()
    table = [
        (
            f"{rows:,}",
            f"{devices:,}",
            name,
            f"{time.clock:.1f}",
            f"{time.clock / found[_ONE].clock:.2f}",
            f"{time.processor:.1f}",
            f"{time.processor / found[_ONE].processor:.2f}",
            f"{time.processor / rows * 1e6:.1f}",
        )
        for (rows, devices), found in times.items()
        for name, time in found.items()
    ]
    header = ("rows", "devices", "what", "seconds", "ratio", "processor seconds", "ratio", "µs a row")
    print_table("Batch", header, table)
    largest = max(tables)
    processor = times[largest][f"spark.hunt, {_cores(max(options.cores))}"].processor
    moved = [
        (f"{rows:,}", f"{devices:,}", f"{events:,}", f"{size:,}")
        for (rows, devices), (events, size) in shuffled.items()
    ]
    print_table("Shuffled by device", ("rows", "devices", "events", "bytes"), moved)
    on_paper(processor / largest[0], shuffled[largest][1] / largest[0])


_ONE = "hunt, one process"


def _cores(number: int) -> str:
    return f"{number} core{'s' * (number > 1)}"


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
    if (path / "complete").exists():
        return
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    path.mkdir(parents=True)
    text = workload.lines(rows, devices)
    number = 0
    while part := workload.parsed(list(islice(text, min(_CHUNK, -(-rows // _FILES))))):
        for row in part:
            row["Timestamp"] = datetime.fromisoformat(row["Timestamp"])
        parquet.write_table(pyarrow.Table.from_pylist(part), path / f"{number:04}.parquet")
        number += 1
    (path / "complete").mkdir()


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


class Time(NamedTuple):
    """Seconds on the clock, and of processors, the JVM's and the Python workers' included."""

    clock: float
    processor: float


def _median(repeats: int, run: Callable[[], Any]) -> Time:
    times = [_timed(run) for _ in range(repeats)]
    return Time(*(statistics.median(values) for values in zip(*times, strict=True)))


def _timed(run: Callable[[], Any]) -> Time:
    began, used = perf_counter(), _processor_seconds()
    run()
    time = Time(perf_counter() - began, _processor_seconds() - used)
    print(f"{time.clock:.1f} s, {time.processor:.1f} s of processors", file=sys.stderr, flush=True)  # noqa: T201
    return time


def _processor_seconds() -> float:
    """Return what this process and all below it have used; Linux tells."""
    used: dict[int, float] = {}
    below: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8").rpartition(")")[2].split()
        except OSError:  # it has just ended; its parent counts it
            continue
        number = int(path.parent.name)
        below.setdefault(int(fields[1]), []).append(number)
        used[number] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def total(number: int) -> float:
        return used.get(number, 0.0) + sum(map(total, below.get(number, ())))

    return total(os.getpid())


# streams -------------------------------------------------------------------------------------------------


def streams(options: argparse.Namespace, home: Path) -> None:
    """Time streams over a day of rows, five files, a file a micro-batch; the first one is not counted."""
    table: list[tuple[str, ...]] = []
    for devices in options.devices:
        path = home / f"{options.stream}-{devices}"
        _write(options.stream, devices, path)
        for cores in options.cores:
            made = session(
                cores,
                spark__sql__shuffle__partitions=str(2 * cores),
                spark__driver__memory="6g",
                spark__sql__codegen__wholeStage="true",
            )
            for resolve_parents in (False, True):
                used = _processor_seconds()
                progress = _streamed(made, path, resolve_parents=resolve_parents)
                used = _processor_seconds() - used
                batches = progress[1:]
                rows = sum(each["numInputRows"] for each in batches)
                seconds = sum(each["durationMs"]["triggerExecution"] for each in batches) / 1000
                state = batches[-1]["stateOperators"][0]
                table.append(
                    (
                        f"{devices:,}",
                        str(cores),
                        str(resolve_parents),
                        f"{rows / seconds:,.0f}",
                        f"{used / options.stream * 1e6:.0f}",
                        f"{state['numRowsTotal']:,}",
                        f"{state['memoryUsedBytes'] / max(1, state['numRowsTotal']):,.0f}",
                    )
                )
            made.stop()
    header = (
        "devices",
        "cores",
        "resolve_parents",
        "rows a second",
        "processor µs a row",
        "states",
        "bytes of memory a state",
    )
    print_table(f"Streams of {options.stream:,} rows", header, table)


def _streamed(made: Any, path: Path, *, resolve_parents: bool) -> list[dict[str, Any]]:
    """Run a stream over a table to its end; return the progress of its micro-batches that had rows."""
    schema = made.read.parquet(str(path)).schema
    reader = made.readStream.schema(schema).option("maxFilesPerTrigger", 1).parquet(str(path))
    found = spark.hunt_stream(
        reader.withWatermark("Timestamp", "10 minutes"),
        registry=SEED_RELATIONS,
        resolve_parents=resolve_parents,
    )
    with tempfile.TemporaryDirectory() as checkpoint:
        writer = found.writeStream.format("noop").option("checkpointLocation", checkpoint)
        query = writer.trigger(availableNow=True).start()
        query.awaitTermination()
        return [each for each in query.recentProgress if each["numInputRows"]]


# the state of a device -----------------------------------------------------------------------------------


_SYSTEM32, _PROGRAMS = "C:\\Windows\\System32\\", "C:\\Program Files\\"
_ORDINARY = [
    (_SYSTEM32 + "conhost.exe", "0xffffffff -ForceV1"),
    (_SYSTEM32 + "svchost.exe", "-k netsvcs -p -s wlidsvc"),
    (_SYSTEM32 + "backgroundTaskHost.exe", "-ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca"),
    (_SYSTEM32 + "RuntimeBroker.exe", "-Embedding"),
    (_PROGRAMS + "Google\\Chrome\\Application\\chrome.exe", "--type=renderer"),
    (_SYSTEM32 + "SearchProtocolHost.exe", "Global\\UsGthrFltPipeMssGthrPipe1_ Global"),
    (_SYSTEM32 + "dllhost.exe", "/Processid:{973D20D7-562D-44B9-B70B-5A0F49CCDF3F}"),
    (_SYSTEM32 + "SearchFilterHost.exe", "0 816 820 828 8192 824 796"),
    (_SYSTEM32 + "svchost.exe", "-k LocalService -p -s LicenseManager"),
    (_SYSTEM32 + "taskhostw.exe", ""),
    (_SYSTEM32 + "wbem\\WmiPrvSE.exe", "-secured -Embedding"),
    (_SYSTEM32 + "cmd.exe", "/c"),
    (_SYSTEM32 + "svchost.exe", "-k wsappx -p -s AppXSvc"),
    (_SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe", "-NoProfile -File"),
    ("C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", "--type=utility"),
    (_SYSTEM32 + "svchost.exe", "-k netsvcs -p -s BITS"),
    (_SYSTEM32 + "smartscreen.exe", "-Embedding"),
    (_SYSTEM32 + "sppsvc.exe", ""),
    (_PROGRAMS + "Git\\mingw64\\bin\\git.exe", "status -z -uall"),
    (_SYSTEM32 + "rundll32.exe", "shell32.dll,Control_RunDLL"),
    (_SYSTEM32 + "svchost.exe", "-k LocalServiceNetworkRestricted -p -s wscsvc"),
    (_SYSTEM32 + "audiodg.exe", "0x504 0x508"),
    (_SYSTEM32 + "MoUsoCoreWorker.exe", "-Embedding"),
    (_SYSTEM32 + "reg.exe", "query HKLM"),
    *((f"{_PROGRAMS}Vendor {number // 4}\\Product\\{name}.exe", "--run") for number, name in enumerate((
        "WINWORD", "EXCEL", "OUTLOOK", "Teams", "OneDrive", "AcroRd32", "node", "Code", "python", "java",
        "agent", "updater", "7zG", "vmtoolsd", "Zoom", "slack", "notepad++", "mstsc", "putty", "curl",
        "crashpad_handler", "AdobeARM", "GoogleUpdate", "jusched", "helper", "launcher", "sensor", "uploader",
        "monitor", "tray", "setup", "compiler", "linker", "msbuild", "devenv", "docker",
    ))),
]  # fmt: skip
"""Sixty command lines of a workstation, the most frequent first."""
_ACCOUNTS = ["CORP\\ada", "NT AUTHORITY\\SYSTEM", "NT AUTHORITY\\LOCAL SERVICE"]
_PIDS = 6_000  # Windows counts them in fours; those of a busy machine are this spread


def states() -> None:
    """Print how large the state of a workstation's two hours is."""
    plain = device_job(resolve_parents=False)
    looked_up = device_job(resolve_parents=True)
    table: list[tuple[str, ...]] = []
    for starts in (100, 300, 600, 1_000, 2_000):
        sizes: list[int] = []
        for job, has_exits, delay in (
            (plain, False, timedelta(hours=2)),
            (looked_up, False, timedelta(hours=2)),
            (looked_up, True, timedelta(hours=2)),
            (looked_up, True, timedelta(minutes=10)),
        ):
            detector = workstation(starts, job, has_exits=has_exits)
            sizes.append(len(job.saved(detector, watermark=_END - delay) or b""))
        table.append((f"{starts:,}", *(f"{size:,}" for size in sizes)))
    header = (
        "starts in two hours",
        "bytes kept",
        "with resolve_parents",
        "and exits",
        "and exits, 10 minutes' delay",
    )
    print_table("A device's state", header, table)


_BUSY = 30  # starts in two hours, of a host that is counted


def recorded(directory: Path) -> None:
    """Print how many starts recorded hosts have in their busiest two hours, and the size of their states."""
    job, table = device_job(resolve_parents=True), list[tuple[str, ...]]()
    for path in sorted(directory.glob("*.jsonl.gz")):
        by_device: dict[str, list[Event]] = {}
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for event in telemetry.read_many(lines, on_invalid=_passed_over, device="?"):
                by_device.setdefault(event.device, []).append(event)
        for events in by_device.values():
            busiest = _busiest(sorted(events, key=lambda event: event.timestamp))
            starts = sum(isinstance(event, ProcessCreated) for event in busiest)
            if starts >= _BUSY:
                detector = job.detector()
                detector.observe_many(busiest)
                size = len(job.saved(detector) or b"")
                table.append((f"{starts:,}", f"{len(busiest) - starts:,}", f"{size:,}", path.name))
    table.sort(key=lambda row: -int(row[0].replace(",", "")))
    header = ("starts in two hours", "other events", "bytes kept, with resolve_parents", "recording")
    print_table("The busiest two hours of recorded hosts", header, table)


def _passed_over(index: int, error: InvalidEvent) -> None:
    del index, error


def _parent_of(path: str, name: str) -> Process:
    """Return by what Windows starts one of the ordinary images."""
    if name == "svchost.exe":
        return Process("services.exe", pid=700)
    if not path.startswith(_SYSTEM32) or name in {"conhost.exe", "cmd.exe", "powershell.exe", "reg.exe"}:
        return Process("explorer.exe", pid=5_000)
    return Process("svchost.exe", pid=900)


def _busiest(events: list[Event]) -> list[Event]:
    """Return the events of those two hours that hold most starts."""
    best, first, starts = (0, 0, 0), 0, 0
    for end, event in enumerate(events, 1):
        starts += isinstance(event, ProcessCreated)
        while events[first].timestamp < event.timestamp - timedelta(hours=2):
            starts -= isinstance(events[first], ProcessCreated)
            first += 1
        best = max(best, (starts, first, end))
    return events[best[1] : best[2]]


def device_job(*, resolve_parents: bool) -> Job:
    settings = Settings(resolve_parents=resolve_parents, capacity=spark_streaming.CAPACITY)
    return Job(registry=DEFAULT_RELATIONS, settings=settings, source=telemetry, device=None, zone=None)


_BEGIN = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
_END = _BEGIN + timedelta(hours=2)


def workstation(starts: int, job: Job, *, has_exits: bool) -> Detector:
    """Return a device's detector after two hours: two mismatches, one crash, and ordinary starts.

    Nine in ten of these live for a minute, on average; the others are still there at the end.
    """
    detector, chance = job.detector(), random.Random(80)
    device = "ws-000042.corp.example"
    weights = [1 / rank for rank in range(1, len(_ORDINARY) + 1)]
    events: list[Event] = []
    taken: set[int] = set()
    for number in range(starts):
        at = _BEGIN + timedelta(microseconds=chance.randrange(7_200_000_000))
        [(path, arguments)] = chance.choices(_ORDINARY, weights)
        while (pid := 4 * chance.randrange(1, _PIDS)) in taken:
            pass
        taken.add(pid)
        name = path.rpartition("\\")[2]
        has_own_line = name in {
            "chrome.exe",
            "SearchProtocolHost.exe",
            "cmd.exe",
            "powershell.exe",
            "conhost.exe",
        }
        process = Process(
            name,
            pid=pid,
            path=path,
            command_line=f"{path} {arguments}{f' {chance.randrange(10**9)}' * has_own_line}".strip(),
            user=chance.choices(_ACCOUNTS, (6, 3, 1))[0],
        )
        parent = _parent_of(path, name)
        if number in {starts // 3, starts // 2}:  # a mismatch
            process, parent = attrs.evolve(process, name="lsass.exe", path=_SYSTEM32 + "lsass.exe"), process
        events.append(ProcessCreated(timestamp=at, device=device, process=process, parent=parent))
        lives = timedelta(seconds=chance.expovariate(1 / 60))
        if has_exits and chance.random() < 0.9 and at + lives < _END:
            events.append(ProcessExited(timestamp=at + lives, device=device, process=Process(name, pid=pid)))
    crash = Process("taskhostw.exe", pid=6_200, path=_SYSTEM32 + "taskhostw.exe")
    crashed = Process("WerFault.exe", pid=6_204, path=_SYSTEM32 + "WerFault.exe")
    middle = _BEGIN + timedelta(hours=1)
    events.append(RemoteThreadCreated(timestamp=middle, device=device, source=crashed, target=crash))
    detector.observe_many(sorted(events, key=lambda event: event.timestamp))
    return detector


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
