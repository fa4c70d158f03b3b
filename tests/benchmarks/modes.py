"""Rows, columns and events, each beside its floor and its peers."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Detector, RelationRegistry, Report, hunt
from parentchild.telemetry import defender
from tests.benchmarks import floors, peers, workload
from tests.benchmarks.measuring import Entry, interleaved, median_ms, print_table, ratio
from tests.benchmarks.workload import Result


def result_of(report: Report | Detector) -> Result:
    found = report.findings() if isinstance(report, Detector) else report.findings
    return frozenset(
        (each.child, each.parent, floors.micros(each.first_seen), each.device_count) for each in found
    )


def hunted(given: Any) -> Result:
    return result_of(hunt(given, registry=SEED_RELATIONS))


def _show(
    title: str, entries: dict[str, Entry], against: tuple[str, ...], options: argparse.Namespace
) -> None:
    times = interleaved(entries, options.repeats)
    rows = [
        (name, f"{median_ms(times, name):.1f}", f"{median_ms(times, name) / options.events * 1e6:.0f}",
         *(f"{ratio(times, name, other):.2f}" for other in against))
        for name in sorted(times, key=lambda name: statistics.median(times[name]))
    ]  # fmt: skip
    print_table(title, ("", "ms", "ns an event", *(f"x {other}" for other in against)), rows)


def rows(options: argparse.Namespace) -> None:
    """Rows with clones, for which a hunt reads a second time what the clones have started, and without."""
    for with_clones in (True, False):
        _rows(options, with_clones=with_clones)


def _rows(options: argparse.Namespace, *, with_clones: bool) -> None:
    text = list(workload.lines(options.events, options.devices, with_clones=with_clones))

    def fresh() -> Any:
        return workload.parsed(text)

    entries: dict[str, Entry] = {name: (fresh, run) for name, run in floors.FLOORS["rows"].items()}
    entries |= {
        "DuckDB": (fresh, peers.duckdb_of_rows),
        "Polars": (fresh, peers.polars_of_rows),
        "pandas": (fresh, peers.pandas_of_rows),
        "hunt(rows)": (fresh, hunted),
    }
    _show(
        f"A list of dict rows, {'with' if with_clones else 'without'} clones",
        entries,
        (*floors.FLOORS["rows"], "DuckDB", "Polars", "pandas"),
        options,
    )


def columns(options: argparse.Namespace) -> None:
    text = list(workload.lines(options.events, options.devices))

    def fresh() -> Any:
        table = workload.parsed(text)
        return {name: [row[name] for row in table] for name in table[0]}

    entries: dict[str, Entry] = {name: (fresh, run) for name, run in floors.FLOORS["columns"].items()}
    entries["hunt(columns)"] = (fresh, hunted)
    _show("Columns of Python lists", entries, ("zip loop",), options)


def _events(options: argparse.Namespace, devices: int | None = None) -> list[Any]:
    table = map(
        workload.parsed, ([line] for line in workload.lines(options.events, devices or options.devices))
    )
    return [defender.read(row) for [row] in table]


def events(options: argparse.Namespace) -> None:
    batch = _events(options)

    def run(given: list[Any]) -> Result:
        detector = Detector(SEED_RELATIONS, window=None)
        detector.observe_many(given)
        return result_of(detector)

    def one_by_one(given: list[Any]) -> Result:
        detector = Detector(SEED_RELATIONS, window=None)
        observe = detector.observe
        for event in given:
            observe(event)
        return result_of(detector)

    entries: dict[str, Entry] = {name: (lambda: batch, run) for name, run in floors.FLOORS["events"].items()}
    entries |= {
        "observe_many(events)": (lambda: batch, run),
        "observe(event) each": (lambda: batch, one_by_one),
    }
    _show("Typed events", entries, ("inline loop",), options)


def defaults(options: argparse.Namespace) -> None:
    """What the default relations cost on clean rows: they know five times as many images, and arguments."""
    for own_lines in (0, 10):
        _defaults(own_lines, options)


def _defaults(own_lines: int, options: argparse.Namespace) -> None:
    text = list(workload.clean_lines(options.events, options.devices, own_lines))
    batch = [defender.read(row) for row in workload.parsed(text)]

    def observed(registry: RelationRegistry) -> Callable[[list[Any]], tuple[int, int]]:
        def run(given: list[Any]) -> tuple[int, int]:
            detector = Detector(registry, window=None)
            return len(detector.observe_many(given)), detector.stats.seen

        return run

    def read(registry: RelationRegistry) -> Callable[[list[Any]], tuple[int, int]]:
        def run(given: list[Any]) -> tuple[int, int]:
            report = hunt(given, registry=registry)
            return len(report), report.stats.starts

        return run

    entries: dict[str, Entry] = {
        "hunt(rows), the published table": (lambda: workload.parsed(text), read(SEED_RELATIONS)),
        "the same texts by hand, the published table": (
            lambda: workload.parsed(text),
            floors.same_texts(SEED_RELATIONS),
        ),
        "the same texts by hand, the default relations": (
            lambda: workload.parsed(text),
            floors.same_texts(DEFAULT_RELATIONS),
        ),
        "hunt(rows), the default relations": (lambda: workload.parsed(text), read(DEFAULT_RELATIONS)),
        "observe_many, the published table": (lambda: batch, observed(SEED_RELATIONS)),
        "observe_many, the default relations": (lambda: batch, observed(DEFAULT_RELATIONS)),
    }
    title = f"The default relations, {own_lines} command lines in 1,000 never seen before"
    _show(
        title, entries, tuple(name for name in entries if "published" in name or "by hand" in name), options
    )


def one_at_a_time(options: argparse.Namespace) -> None:
    options = argparse.Namespace(**{**vars(options), "events": min(options.events, 20_000)})
    batch = _events(options)
    table = workload.parsed(list(workload.lines(options.events, options.devices)))
    detector = Detector(SEED_RELATIONS, window=None)
    feeds: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "method by hand": (floors.ByHand().observe, batch),
        "Detector.observe": (detector.observe, batch),
        "eql, Python engine": (peers.eql_feed([]), table[:4000]),
    }
    timer = statistics.median(perf_counter_ns() - perf_counter_ns() for _ in range(20_000))
    calls: dict[str, list[tuple[int, int]]] = {name: [] for name in feeds}
    for _ in range(options.repeats):
        for name, (feed, given) in feeds.items():
            spent: list[int] = []
            for each in given:
                began = perf_counter_ns()
                feed(each)
                spent.append(perf_counter_ns() - began)
            spent.sort()
            overhead = int(abs(timer))
            calls[name].append((spent[len(spent) // 2] - overhead, spent[len(spent) * 99 // 100] - overhead))
    half = {name: statistics.median(each[0] for each in spent) for name, spent in calls.items()}
    rare = {name: statistics.median(each[1] for each in spent) for name, spent in calls.items()}
    print_table(
        f"One event at a time, ns a call (the timer's own {abs(timer):.0f} taken off)",
        ("", "p50", "p99", "p50 x by hand"),
        [
            (name, f"{half[name]:.0f}", f"{rare[name]:.0f}", f"{half[name] / half['method by hand']:.2f}")
            for name in feeds
        ],
    )
