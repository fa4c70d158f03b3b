"""Memory: of a batch, of an entry, and of a day of a large fleet."""

from __future__ import annotations

import argparse
import gc
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from parentchild import SEED_RELATIONS, Detector, Process, ProcessCreated, RemoteThreadCreated, hunt
from parentchild.testing import fleet
from tests.benchmarks import workload
from tests.benchmarks.measuring import print_table

START = datetime(2026, 3, 1, tzinfo=timezone.utc)
ENTRIES = 10_000
THINNING = 100  # one event in so many of the simulated day is fed; all devices and all hours are there


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
    for hour, size, entries in _day():
        rows.append((f"hour {hour} of the day: {entries:,} findings stand", f"{size / 2**20:.2f} MiB"))
    print_table("Memory", ("what", "how much"), rows)


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


def _day() -> list[tuple[int, int, int]]:
    """Feed a day of 1,000 events a second from 10,000 devices, thinned, and weigh the detector every hour."""
    events = 86_400 * 1000 // THINNING
    weights: list[tuple[int, int, int]] = []
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    detector = Detector()
    for number, event in enumerate(fleet(devices=10_000, events=events, mismatch_rate=0.01, start=START), 1):
        detector.observe(event)
        if number % (events // 24) == 0 and number * 24 // events in {1, 2, 3, 6, 12, 18, 24}:
            gc.collect()
            size = tracemalloc.get_traced_memory()[0] - before
            weights.append((number * 24 // events, size, len(detector.findings())))
    tracemalloc.stop()
    return weights
