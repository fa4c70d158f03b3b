"""Frames: a hunt beside the same work by hand in the engine that holds them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from itertools import islice
from typing import Any

from tests.benchmarks import by_hand, peers, workload
from tests.benchmarks.measuring import Entry, interleaved, median_ms, print_table, ratio
from tests.benchmarks.modes import hunted

_CHUNK = 100_000
_BY_HAND = {
    engine: (f"{engine} by hand", f"{engine} by hand, pairs alone")
    for engine in ("DuckDB", "Polars", "pandas")
}


def run(options: argparse.Namespace) -> None:
    """Print what a hunt takes, and how often what its engine takes by hand.

    By hand, the same questions are asked: which pairs, since when, on how many devices, without the clones
    that remote threads and starts of the crash handler explain, and how many rows there are of each kind.
    Beside it stands what the pairs alone take, without those starts and that account.
    """
    arrow = table(options.events, options.devices)
    pl = import_module("polars")
    connection = peers.connection()
    connection.register("ev", arrow)
    connection.execute("CREATE TABLE native AS SELECT * FROM ev")

    def polars() -> Any:
        return pl.from_arrow(arrow)

    entries: dict[str, Entry] = {}
    makers: dict[str, Callable[[], Any]] = {
        "DuckDB": lambda: arrow,
        "Polars": polars,
        "pandas": arrow.to_pandas,
    }
    for engine, (in_full, alone) in _BY_HAND.items():
        entries[in_full] = (makers[engine], getattr(by_hand, engine.lower()))
        entries[alone] = (makers[engine], getattr(peers, engine.lower()))
    hunts: dict[str, tuple[str, Callable[[], Any]]] = {
        "hunt(DuckDB table)": ("DuckDB", lambda: connection.table("native")),
        "hunt(DuckDB relation over Arrow)": ("DuckDB", lambda: connection.table("ev")),
        "hunt(PyArrow table)": ("DuckDB", lambda: arrow),
        "hunt(Polars lazy frame)": ("Polars", lambda: polars().lazy()),
        "hunt(Polars frame)": ("Polars", polars),
        "hunt(pandas frame)": ("pandas", arrow.to_pandas),
    }
    entries |= {name: (make, hunted) for name, (_, make) in hunts.items()}
    times = interleaved(entries, options.repeats)
    rows: list[tuple[str, ...]] = []
    for name in times:
        spent = median_ms(times, name)
        beside = _BY_HAND[hunts[name][0]] if name in hunts else ()
        ratios = [f"{ratio(times, name, other):.2f}" for other in beside] or ["", ""]
        rows.append((name, f"{spent:.0f}", f"{spent / options.events * 1e6:.0f}", *ratios))
    print_table(
        f"Frames of {options.events:,} rows, beside the engine by hand (PyArrow beside DuckDB)",
        ("", "ms", "ns an event", "x by hand", "x by hand, pairs alone"),
        rows,
    )


def table(events: int, devices: int) -> Any:
    """Return the work as an Arrow table, made a part at a time, since dicts take more memory."""
    pyarrow = import_module("pyarrow")
    text = workload.lines(events, devices)
    parts: list[Any] = []
    while rows := workload.parsed(list(islice(text, _CHUNK))):
        parts.append(pyarrow.Table.from_pylist(rows))
    return pyarrow.concat_tables(parts).combine_chunks()
