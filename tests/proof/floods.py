"""Floods: what an attacker may send in any number. Memory stays bounded, and no mismatch is lost."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import attrs

from parentchild import Activity, Detector, Event, Process, ProcessCreated, RemoteThreadCreated

START = datetime(2026, 3, 1, tzinfo=timezone.utc)
FIRST = datetime(1601, 1, 1, tzinfo=timezone.utc)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
CAPACITY = 10_000
MOST_MEGABYTES = 128
"""The stated bound: about 4 KB for each thing that the capacity allows, and the memos of the prefilter."""


Flood = Callable[[int], int]


def traced(flood: Flood, size: int) -> int:
    """Let a flood come, and assert that no more than `MOST_MEGABYTES` are ever in use; return its cases."""
    tracemalloc.start()
    try:
        cases = flood(size)
        _assert_bounded(tracemalloc.get_traced_memory()[1] / 1e6)
    finally:
        tracemalloc.stop()
    return cases


def apart(flood: Flood, size: int) -> int:
    """Do what `traced` does in a process of its own, by what the system gives it: faster, if less exact."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.proof.floods", flood.__name__, str(size)]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if run.returncode:
        raise AssertionError(run.stderr)
    cases, megabytes = run.stdout.split()
    _assert_bounded(float(megabytes))
    return int(cases)


def _assert_bounded(megabytes: float) -> None:
    assert megabytes < MOST_MEGABYTES, f"{megabytes:.0f} MB in use, more than {MOST_MEGABYTES}"


def _highest() -> float:
    """Return the most memory that this process ever had, in megabytes."""
    resource: Any = importlib.import_module("resource")  # not on Windows
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1e3


def created(
    child: str,
    parent: str | None,
    *,
    device: str = "ws-01",
    at: datetime = START,
    ppid: int = 200,
    record_id: int | None = None,
) -> ProcessCreated:
    return ProcessCreated(
        timestamp=at,
        device=device,
        process=Process(child, pid=100),
        parent=Process(parent, pid=ppid),
        record_id=record_id,
    )


def thread(pid: int, *, at: datetime = START, device: str = "ws-01") -> RemoteThreadCreated:
    return RemoteThreadCreated(
        timestamp=at,
        device=device,
        source=Process("WerFault.exe"),
        target=Process("svchost.exe", pid=pid),
    )


def _emitted(detector: Detector, events: Iterable[Event]) -> int:
    """Return how many findings were emitted as new or grown."""
    found = (finding.activity for event in events for finding in detector.observe(event))
    return sum(activity is not Activity.CLOSED for activity in found)


def distinct_parents(size: int) -> int:
    """Each of so many parent names is a group of its own: each is emitted, few are remembered."""
    detector = Detector(capacity=CAPACITY)
    emitted = _emitted(detector, (created("svchost.exe", f"{number}.exe") for number in range(size)))
    stands = len(detector.findings())
    assert emitted == size
    assert min(size, CAPACITY - CAPACITY // 16) <= stands <= CAPACITY
    assert detector.stats.evicted == size - stands
    return size


def distinct_devices(size: int) -> int:
    """One pair on so many devices is one group: each device is emitted, few are remembered."""
    detector = Detector(capacity=CAPACITY)
    events = (created("svchost.exe", "cmd.exe", device=f"ws-{number}") for number in range(size))
    emitted = _emitted(detector, events)
    [finding] = detector.findings()
    assert emitted == size
    assert min(size, CAPACITY - CAPACITY // 16) <= finding.device_count <= CAPACITY
    assert finding.device_count_is_exact == (size <= CAPACITY)
    return size


def evidence(size: int) -> int:
    """Evidence into so many pids, then into one pid: none of it clears or hides what it is not about."""
    detector = Detector(capacity=CAPACITY)
    half = size // 2
    emitted = 0
    for number in range(half):
        detector.observe(thread(1000 + number))
        if number % 100 == 0:
            emitted += _emitted(detector, [created("svchost.exe", f"{number}.exe", ppid=44)])
    for number in range(half):
        detector.observe(thread(44, at=START + timedelta(seconds=number % 3600)))
    emitted += _emitted(detector, [created("lsass.exe", "lsass.exe", ppid=44)])
    assert emitted == len(range(0, half, 100)) + 1
    return size


def spellings(size: int) -> int:
    """Spellings of a name and of its parents fill no memo, and none of them hides what it spells."""
    padding = (" " * (number % 97) + " " * (number // 97 % 97) for number in range(size))
    detector = Detector(capacity=CAPACITY)
    for number, blank in enumerate(padding):
        child = f"{blank}{'SVCHOST.EXE' if number % 2 else 'svchost.exe'} {'.' * (number % 7)}"
        detector.prefilter.created(f"x{number}.exe", "explorer.exe")
        detector.prefilter.thread(f"y{number}.exe")
        assert detector.prefilter.created(child, f"{number}.exe")
    return size


def clocks(size: int) -> int:
    """Clocks that jump between 1601 and 9999 on one device blind neither it nor any other."""
    detector = Detector(capacity=CAPACITY)
    calm = created("taskhostw.exe", "cmd.exe", device="calm")
    emitted = _emitted(detector, [calm])
    times = islice(cycle((FIRST, LAST, START)), size)
    wild = (created("svchost.exe", f"{number}.exe", at=at) for number, at in enumerate(times))
    emitted += _emitted(detector, wild)
    repeated = _emitted(detector, [calm]) if size < CAPACITY else 0
    assert emitted == size + 1
    assert repeated == 0
    return size


def duplicates(size: int) -> int:
    """A thousand copies of each event count a thousand times, and are emitted once."""
    detector = Detector(capacity=CAPACITY)
    events = [created("svchost.exe", f"{number}.exe", record_id=number) for number in range(size // 1000)]
    emitted = _emitted(detector, (event for event in events for _ in range(1000)))
    counted = sum(finding.occurrences for finding in detector.findings())
    assert emitted == len(events)
    assert counted == 1000 * len(events)
    return 1000 * len(events)


def clones(size: int) -> int:
    """Clones that evidence could clear are remembered singly: these too are bounded, and all count."""
    detector = Detector(capacity=CAPACITY)
    at = (START + timedelta(milliseconds=number) for number in range(size))
    emitted = _emitted(detector, (created("svchost.exe", "svchost.exe", at=each) for each in at))
    [finding] = detector.findings()
    assert emitted == 1
    assert finding.occurrences == size
    return size


def nameless(size: int) -> int:
    """Children of pids that nobody can name are counted, and only their starts are remembered."""
    detector = Detector(capacity=CAPACITY, resolve_parents=True)
    for number in range(size):
        detector.observe(created("svchost.exe", None, ppid=1000 + 4 * (number % 50_000)))
    assert detector.stats.unknown == size
    return size


def starts(size: int) -> int:
    """So many starts push no finding out, and none of them names a child that it did not start."""
    detector = Detector(capacity=CAPACITY, resolve_parents=True)
    emitted = _emitted(detector, [created("svchost.exe", "cmd.exe", ppid=8)])
    for number in range(size):
        event = created("tool.exe", "explorer.exe", at=START + timedelta(milliseconds=number))
        detector.observe(attrs.evolve(event, process=Process("tool.exe", pid=1000 + 4 * number)))
    assert (emitted, len(detector.findings())) == (1, 1)
    return size


def lines(size: int) -> int:
    """Command lines of 32,000 characters are found as they are, and remembered cut."""
    detector = Detector(capacity=CAPACITY)
    for number in range(size):
        event = created("svchost.exe", f"{number}.exe")
        line = f"svchost.exe -k {number} ".ljust(32_000, "x")
        detector.observe(attrs.evolve(event, process=Process("svchost.exe", pid=8, command_line=line)))
    longest = max(len(finding.event.process.command_line or "") for finding in detector.findings())
    assert longest < 1100
    return size


FLOODS: tuple[tuple[Flood, int], ...] = (
    (distinct_parents, 1_000_000),
    (distinct_devices, 1_000_000),
    (evidence, 1_000_000),
    (spellings, 1_000_000),
    (clocks, 300_000),
    (duplicates, 1_000_000),
    (clones, 100_000),
    (nameless, 200_000),
    (starts, 300_000),
    (lines, 20_000),
)
"""Each flood, and how large it is when the proof is run in full."""


def main(arguments: list[str]) -> None:
    """Let one flood come, and print its cases and the memory that it took."""
    name, size = arguments
    flood = {flood.__name__: flood for flood, _ in FLOODS}[name]
    before = _highest()
    cases = flood(int(size))
    sys.stdout.write(f"{cases} {_highest() - before:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
