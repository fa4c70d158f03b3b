"""Memory of a hunt over a generator: what is kept is what is found, not what is read.

`python -m tests.benchmarks.hunt_memory` prints what is added to the resident memory for rows, five times
as many, and 2,000 rows of a megabyte that cannot be read. With `--rows 1000000 10000000` it prints, for each
size, the peak of resident memory and of what Python allocated (tracemalloc), ten times on the way.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

from parentchild import Report, hunt

MIB = 1 << 20
_KINDS = {"resident": "resident memory added", "traced": "allocated by Python"}
_TIMES = 10  # that a long hunt tells where it is


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
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MIB if sys.platform == "darwin" else most / 1024


def _again(*arguments: str) -> None:
    """Run this in a process of its own, since a peak never falls."""
    subprocess.run([sys.executable, "-m", "tests.benchmarks.hunt_memory", *arguments], check=True)


def _one(name: str) -> None:
    before = resident()
    report = HUNTS[name]()
    told = f"{report.stats.unreadable} unreadable, {len(report)} findings"
    print(f"{name:40} adds {resident() - before:7.1f} MiB; {told}")  # noqa: T201 - what a benchmark is for


def _long(rows: int, *, is_traced: bool, resolves: bool) -> None:
    """Hunt over a generator, and print the peak so far as it goes."""
    before, told = resident(), 0
    if is_traced:
        tracemalloc.start()

    def progress(read: int) -> None:
        nonlocal told
        if read * _TIMES // rows <= told:
            return
        told = read * _TIMES // rows
        peak = tracemalloc.get_traced_memory()[1] / MIB if is_traced else resident() - before
        print(f"{rows:>12,} {read:>12,} {peak:10.2f}", flush=True)  # noqa: T201 - what a benchmark is for

    report = hunt(map(row, range(rows)), resolve_parents=resolves, progress=progress)
    assert (report.stats.rows, len(report)) == (rows, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=HUNTS, help="one hunt, in this process")
    parser.add_argument("--rows", type=int, nargs="*", help="sizes of long hunts")
    parser.add_argument(
        "--starts", action="store_true", help="long hunts that remember starts, as by default"
    )
    parser.add_argument("--kind", choices=_KINDS, nargs="*", default=list(_KINDS), help="peaks of long hunts")
    parser.add_argument("--is-alone", action="store_true", help="in this process, the first size and kind")
    options = parser.parse_args()
    hunt([row(0), {"nothing": "known"}])  # whatever is loaded when it is first asked for
    if options.name is not None:
        _one(options.name)
    elif options.rows and options.is_alone:
        _long(options.rows[0], is_traced=options.kind == ["traced"], resolves=options.starts)
    elif options.rows:
        more = ["--starts"] if options.starts else []
        for kind in options.kind:
            print(f"{'rows':>12} {'read so far':>12} {_KINDS[kind]}, peak in MiB", flush=True)  # noqa: T201
            for size in options.rows:
                _again("--is-alone", "--rows", str(size), "--kind", kind, *more)
    else:
        for name in HUNTS:
            _again(name)


if __name__ == "__main__":
    main()
