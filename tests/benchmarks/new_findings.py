"""What a new finding costs in `observe`, beside a record made by hand, by how many there are already.

`python -m tests.benchmarks.new_findings [--most N]`. The record by hand is a tuple in a dict, by child and
parent, made where the published table does not expect the pair. Events are made as they are needed, and only
observing them is timed.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from time import process_time_ns
from typing import Any

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Detector, Process, ProcessCreated
from tests.benchmarks.floors import Children
from tests.benchmarks.measuring import print_table

START = datetime(2026, 3, 1, tzinfo=timezone.utc)
SIZES = (10_000, 100_000, 1_000_000)


def run(options: argparse.Namespace) -> None:
    sizes = [size for size in SIZES if size <= options.most]
    table: list[tuple[str, ...]] = []
    for size in sizes:
        by_hand: dict[str, float] = {}
        for name, make in WAYS.items():
            took = {collector: _spent(make(2 * size), size, collector) for collector in ("with", "without")}
            by_hand = by_hand or took
            ratios = (f"{took[collector] / by_hand[collector]:.1f}" for collector in took)
            table.append((f"{size:,}", name, *(f"{each:.2f}" for each in took.values()), *ratios))
    head = ("findings", "what", "µs each", "without the collector", "x by hand", "x by hand, without")
    print_table("A new finding in observe", head, table)


class ByHand:
    """The least that could be called a finding, decided and grouped as the published query does it."""

    def __init__(self) -> None:
        self.parents = Children()
        self.found: dict[tuple[str, str], tuple[Any, ...]] = {}

    def observe(self, event: Any) -> tuple[Any, ...]:
        """Keep the record of an event's pair, and return it if it is new."""
        child, parent, at = event.process.name, event.parent.name, event.timestamp
        parents = self.parents[child]
        if parents is None or not parents[parent]:
            return ()
        key = child.lower(), parent.lower()
        known = self.found.get(key)
        if known is None:
            record = self.found[key] = (*key, at, at, {event.device}, 1)
            return (record,)
        _, _, first, last, devices, number = known
        devices.add(event.device)
        self.found[key] = (*key, min(first, at), max(last, at), devices, number + 1)
        return ()


WAYS: dict[str, Callable[[int], Callable[[Any], Any]]] = {
    "a record by hand": lambda _: ByHand().observe,
    "observe, the published table": lambda capacity: Detector(SEED_RELATIONS, capacity=capacity).observe,
    "observe, the default relations": lambda capacity: Detector(DEFAULT_RELATIONS, capacity=capacity).observe,
}
"""What takes events, by a capacity that is never reached."""


def _spent(observe: Callable[[Any], Any], size: int, collector: str) -> float:
    """Return the microseconds of processor time that a finding takes."""
    gc.collect()
    if collector == "without":
        gc.disable()
    try:
        spent = _timed(observe, size) - _timed(_nothing, min(size, 100_000))
    finally:
        gc.enable()
    return spent


def _timed(observe: Callable[[Any], Any], size: int) -> float:
    spent = 0
    for number in range(size):
        event = ProcessCreated(
            timestamp=START + timedelta(milliseconds=number),
            device="ws-01",
            process=Process("svchost.exe", pid=4242),
            parent=Process(f"{number}.exe", pid=1337),
        )
        began = process_time_ns()
        observe(event)
        spent += process_time_ns() - began
    return spent / size / 1000


def _nothing(event: object) -> None:
    del event


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000)
    run(parser.parse_args())


if __name__ == "__main__":
    main()
