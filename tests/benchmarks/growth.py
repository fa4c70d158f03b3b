"""Growth: with events, with devices, with relations; of hunts over frames beside their engines by hand."""

from __future__ import annotations

import argparse
import gc
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import islice
from time import process_time
from typing import Any

from parentchild import SEED_RELATIONS, ExpectedParents, hunt
from tests.benchmarks import by_hand, frames, peers, workload
from tests.benchmarks.measuring import Entry, interleaved, median_ms, print_table, ratio
from tests.benchmarks.modes import hunted

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


def of_frames(options: argparse.Namespace) -> None:
    """Print how a hunt over frames compares with the engine by hand as the frames grow.

    One engine is looked at after the other; beside the Arrow table no frame but its own is in memory.
    """
    rows: dict[str, list[str]] = {}
    for size in options.sizes:
        arrow = frames.table(size, options.devices, options.tables)
        for name, make, find in _engines():
            given = make(arrow)
            entries: dict[str, Entry] = {
                "by hand": (partial(_input_by_hand, name, arrow, given), find),
                "hunt": (partial(_input, name, given), hunted),
            }
            times = interleaved(entries, options.repeats)
            spent = [median_ms(times, each) / size * 1e6 for each in entries]
            cells = rows.setdefault(name, [])
            cells.append(f"{ratio(times, 'hunt', 'by hand'):.2f}: {spent[1]:.0f} and {spent[0]:.0f} ns")
            print(f"{size:,} rows, {name}: {cells[-1]}", flush=True)  # noqa: T201 - long runs tell where they are
            del given, entries
            gc.collect()
        del arrow
    print_table(
        "Growth: a hunt beside the engine by hand, and what an event takes in each",
        ("", *(f"{size:,} rows" for size in options.sizes)),
        [(name, *cells) for name, cells in rows.items()],
    )


def _engines() -> Iterator[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]:
    """Yield what each engine is called, what makes its frame of an Arrow table, and the work by hand."""
    pl = import_module("polars")

    def connected(arrow: Any) -> Any:
        made = peers.connection()
        made.register("ev", arrow)
        return made

    def stored(arrow: Any) -> Any:
        made = connected(arrow)
        made.execute("CREATE TABLE native AS SELECT * FROM ev")
        return made

    yield "DuckDB table", stored, by_hand.duckdb
    yield "DuckDB over Arrow", connected, by_hand.duckdb
    yield "Polars lazy", pl.from_arrow, by_hand.polars
    yield "pandas", lambda arrow: arrow.to_pandas(), by_hand.pandas


def _input(name: str, given: Any) -> Any:
    if name == "Polars lazy":
        return given.lazy()
    return {
        "DuckDB table": lambda: given.table("native"),
        "DuckDB over Arrow": lambda: given.table("ev"),
    }.get(name, lambda: given)()


def _input_by_hand(name: str, arrow: Any, given: Any) -> Any:
    return arrow if name.startswith("DuckDB") else given


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
