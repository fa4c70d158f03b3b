"""Memory: of a batch, of an entry, and of a day of a large fleet."""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import Any

from parentchild import SEED_RELATIONS, Detector, Process, ProcessCreated, RemoteThreadCreated, hunt
from parentchild.testing import fleet
from tests.benchmarks import workload
from tests.benchmarks.measuring import print_table

START = datetime(2026, 3, 1, tzinfo=timezone.utc)
ENTRIES = 10_000


def _peak(work: Callable[[], Any]) -> tuple[int, int]:
    """Return how many bytes more were in use at the most while it ran, and how many stayed."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    kept = work()
    gc.collect()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return peak - before, now - before


def run(options: argparse.Namespace) -> None:
    table = [
        row
        for row in workload.parsed(list(workload.lines(options.events, options.devices)))
        if row["InitiatingProcessFileName"].lower()
        in workload.WATCHED.get(row["FileName"].lower(), {"services.exe"})
        or row["FileName"].lower() not in workload.WATCHED
    ]
    peak, _ = _peak(lambda: hunt(table, registry=SEED_RELATIONS))
    rows = [(f"a batch of {len(table):,} rows without findings, peak", f"{peak / 2**20:.2f} MiB")]
    for name, make in (("member of a group", _mismatch), ("piece of evidence", _thread)):
        batch = [make(number) for number in range(ENTRIES)]

        def observed(batch: list[Any] = batch) -> Detector:
            detector = Detector(window=None)
            detector.observe_many(batch)
            return detector

        _, kept = _peak(observed)
        rows.append((f"a {name}, beside its event", f"{kept / ENTRIES:.0f} bytes"))
    event = _peak(lambda: [_mismatch(number) for number in range(ENTRIES)])[1] / ENTRIES
    rows.append(("an event itself", f"{event:.0f} bytes"))
    print_table("Memory", ("what", "how much"), rows)


def day(options: argparse.Namespace) -> None:
    print_table(
        f"A day of 1,000 events a second from 10,000 devices, one in {options.thinning} of them fed",
        ("by hour", "findings that stand", "the process grew by at most"),
        [
            (str(hour), f"{entries:,}", f"{size / 2**20:.1f} MiB")
            for hour, size, entries in _day(options.thinning)
        ],
    )


def _mismatch(number: int) -> ProcessCreated:
    return ProcessCreated(
        timestamp=START + timedelta(seconds=number),
        device=f"ws-{number}",
        process=Process("svchost.exe", pid=500),
        parent=Process("explorer.exe", pid=1000),
    )


def _thread(number: int) -> RemoteThreadCreated:
    return RemoteThreadCreated(
        timestamp=START + timedelta(seconds=number),
        device=f"ws-{number}",
        source=Process("WerFault.exe", pid=500),
        target=Process("svchost.exe", pid=1000),
    )


def _day(thinning: int) -> list[tuple[int, int, int]]:
    """Feed a day of 1,000 events a second from 10,000 devices; see how large the process got by each hour."""
    events = 86_400 * 1000 // thinning
    gc.collect()
    before = _most_resident()
    weights: list[tuple[int, int, int]] = []
    detector = Detector()
    for number, event in enumerate(fleet(devices=10_000, events=events, oddity_rate=0.01, start=START), 1):
        detector.observe(event)
        if number % (events // 24) == 0 and number * 24 // events in {1, 2, 3, 4, 6, 12, 18, 24}:
            weights.append((number * 24 // events, _most_resident() - before, len(detector.findings())))
    return weights


def _most_resident() -> int:
    """Return how many bytes of memory this process has had at the most, as the operating system counts."""
    resource: Any = import_module("resource")  # not on Windows
    most = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return most if sys.platform == "darwin" else most * 1024
