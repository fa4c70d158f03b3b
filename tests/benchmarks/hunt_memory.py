"""Memory of a hunt over a generator: what is kept is what is found, not what is read.

`python -m tests.benchmarks.hunt_memory` prints what is added to the resident memory for rows, five times
as many, and 2,000 rows of a megabyte that cannot be read.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from parentchild import Report, hunt

MIB = 1 << 20


def row(number: int, **more: Any) -> dict[str, Any]:
    return {
        "Timestamp": "2026-03-01T09:00:00Z",
        "DeviceName": f"ws-{number % 500}",
        "ActionType": "ProcessCreated",
        "FileName": "svchost.exe",
        "FolderPath": r"C:\Windows\System32\svchost.exe",
        "ProcessId": 4 * (number % 9000),
        "ProcessCommandLine": f"svchost.exe -k group{number}",
        "InitiatingProcessFileName": "services.exe" if number % 100 else "explorer.exe",
        "InitiatingProcessFolderPath": r"C:\Windows\System32\services.exe",
        "InitiatingProcessCommandLine": "services.exe",
        "InitiatingProcessId": 640,
        **more,
    }


def unreadable(size: int) -> Iterator[dict[str, Any]]:
    for number in range(size):
        yield row(number, FileName="lsass.exe", Timestamp=f"{number} " + "x" * MIB)


def strange(size: int) -> Iterator[dict[str, Any]]:
    for number in range(size):
        yield {f"column {number}": "x" * MIB}


HUNTS: dict[str, Callable[[], Report]] = {
    "20,000 rows, starts remembered": lambda: hunt(map(row, range(20_000))),
    "100,000 rows, starts remembered": lambda: hunt(map(row, range(100_000))),
    "20,000 rows, named parents alone": lambda: hunt(map(row, range(20_000)), resolve_parents=False),
    "100,000 rows, named parents alone": lambda: hunt(map(row, range(100_000)), resolve_parents=False),
    "2,000 rows of 1 MiB with a bad time": lambda: hunt(unreadable(2000)),
    "2,000 rows of 1 MiB of nothing known": lambda: hunt(strange(2000)),
}


def resident() -> float:
    """Return the most memory that this process had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    if len(sys.argv) == 1:  # each in a process of its own, since a peak never falls
        for name in HUNTS:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.hunt_memory", name], check=True)
        return
    hunt([row(0), {"nothing": "known"}])  # whatever is loaded when it is first asked for
    name, before = sys.argv[1], resident()
    report = HUNTS[name]()
    told = f"{report.stats.unreadable} unreadable, {len(report)} findings"
    print(f"{name:40} adds {resident() - before:7.1f} MiB; {told}")  # noqa: T201 - what a benchmark is for


if __name__ == "__main__":
    main()
