"""What a flood of findings costs: time a finding, peak memory, and a merge of many detectors.

`PYTHONPATH=src python tests/benchmarks/flood.py parents` (or `devices`, `lines`, `merge`, `alone`, `rows`).
"""

from __future__ import annotations

import gc
import importlib
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from parentchild import SEED_RELATIONS, Detector, Process, ProcessCreated, hunt

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.hunt_memory import row

START = datetime(2026, 3, 1, tzinfo=timezone.utc)
FLOOD = 300_000


def created(number: int, parent: str, device: str, line: str | None = None) -> ProcessCreated:
    """Return an event of a flood."""
    return ProcessCreated(
        timestamp=START + timedelta(milliseconds=number),
        device=device,
        process=Process(
            "svchost.exe", pid=4242, path=r"C:\Windows\System32\svchost.exe", command_line=line, user="SYSTEM"
        ),
        parent=Process(parent, pid=1337, path=rf"C:\Users\ann\{parent}"),
    )


def observed(events: Callable[[int], ProcessCreated], size: int, **options: Any) -> str:
    """Observe so many events, and return what one took."""
    detector = Detector(**options)
    spent = found = 0
    for number in range(size):
        event = events(number)
        began = time.process_time_ns()
        found += len(detector.observe(event))
        spent += time.process_time_ns() - began
    return f"{found:,} findings, {spent / size / 1000:.1f} us each, {detector.stats.evicted:,} evicted"


def parents() -> str:
    """Each event has another parent."""
    return observed(lambda number: created(number, f"{number}.exe", "ws-01"), FLOOD)


def devices() -> str:
    """Each event is of another device."""
    return observed(lambda number: created(number, "cmd.exe", f"ws-{number}"), FLOOD)


def alone() -> str:
    """New findings, without anything being evicted."""
    return observed(lambda number: created(number, f"{number}.exe", "ws-01"), 20_000)


def lines() -> str:
    """Each event has a command line of 32,000 characters of its own."""
    return observed(
        lambda number: created(number, f"{number}.exe", "ws-01", f"{number} ".ljust(32_000, "x")), 100_000
    )


def rows() -> str:
    """New findings through `hunt(rows)`, by how many there are, with the garbage collector and without."""
    bare = [row(number, InitiatingProcessFileName="services.exe") for number in range(20_000)]
    hunted(bare)
    usual = hunted(bare)
    told: list[str] = []
    for switch in (gc.enable, gc.disable):
        for size in (5_000, 20_000, 80_000):
            given = [row(number, InitiatingProcessFileName=f"p{number}.exe") for number in range(size)]
            gc.collect()
            switch()
            told.append(f"{size:,}: {hunted(given) - usual:.0f} us")
            gc.enable()
    return f"beyond a bare row of {usual:.2f} us: {', '.join(told)} (the last three without the collector)"


def hunted(given: list[dict[str, Any]]) -> float:
    """Return the microseconds that a row takes."""
    began = time.process_time()
    hunt(given, registry=SEED_RELATIONS)
    return (time.process_time() - began) / len(given) * 1e6


def merge() -> str:
    """Merge 200 detectors of 100 devices each."""
    detectors: list[Detector] = []
    for place in range(200):
        detector = Detector()
        for number in range(100):
            detector.observe(created(number, "cmd.exe", f"ws-{place}-{number}"))
        detectors.append(detector)
    began = time.process_time()
    merged = detectors[0].merge(*detectors[1:])
    took = time.process_time() - began
    return f"{merged.findings()[0].device_count:,} devices in {took:.2f} s of processor time"


FLOODS = {each.__name__: each for each in (parents, devices, alone, lines, rows, merge)}


def main() -> None:
    """Run what the command line names."""
    resource: Any = importlib.import_module("resource")  # not on Windows
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in sys.argv[1:]:
        result = FLOODS[name]()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sys.stdout.write(f"{name}: {result}; {(after - before) / 1024:.0f} MiB more at the peak\n")


if __name__ == "__main__":
    main()
