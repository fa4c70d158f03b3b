"""Growth: with events, with devices, with relations."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from itertools import islice
from time import process_time
from typing import Any

from parentchild import SEED_RELATIONS, ExpectedParents, hunt
from tests.benchmarks import workload
from tests.benchmarks.measuring import print_table

_CHUNK = 100_000
_IN_A_LIST = 200_000


def run(options: argparse.Namespace) -> None:
    sizes = [size for size in (1_000_000, 2_000_000, 5_000_000, 10_000_000) if size <= options.most]
    _streamed(_CHUNK, options.devices)  # the first hunt also loads what it needs
    rows = [("events", f"{size:,}", f"{_streamed(size, options.devices):.0f}") for size in sizes]
    rows += [
        ("devices", f"{devices:,}", f"{_listed(devices):.0f}") for devices in (100, 1000, 10_000, 100_000)
    ]
    rows += [
        ("relations", f"{relations:,}", f"{_listed(options.devices, relations):.0f}")
        for relations in (11, 50, 200, 500)
    ]
    print_table("Growth: ns an event, hunt(rows)", ("what", "how many", "ns an event"), rows)


def _streamed(events: int, devices: int) -> float:
    """Return the time an event takes where the set is too large for memory: it is made a part at a time."""
    spent = 0.0

    def fed() -> Iterator[dict[str, Any]]:
        nonlocal spent
        text = workload.lines(events, devices)
        while True:
            began = process_time()  # what makes the rows is taken off
            table = workload.parsed(list(islice(text, _CHUNK)))
            spent += process_time() - began
            if not table:
                return
            yield from table

    began = process_time()
    hunt(_Again(fed), registry=SEED_RELATIONS)
    return (process_time() - began - spent) / events * 1e9


def _listed(devices: int, relations: int = 11) -> float:
    """Return the time an event takes in a list of them."""
    registry = SEED_RELATIONS
    for number in range(relations - 11):
        registry = registry.with_relation(ExpectedParents(f"agent{number}.exe", {f"service{number}.exe"}))
    table = workload.parsed(list(workload.lines(_IN_A_LIST, devices)))
    return statistics.median(_timed(table, registry) for _ in range(3)) / _IN_A_LIST * 1e9


def _timed(table: list[dict[str, Any]], registry: Any) -> float:
    began = process_time()
    hunt(table, registry=registry)
    return process_time() - began


class _Again(list[dict[str, Any]]):
    """Rows that are made anew each time they are read: to `hunt` it is a list, and takes no memory."""

    def __init__(self, make: Any) -> None:
        super().__init__()
        self._make = make

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._make())
