"""Frames: a hunt beside the same work by hand in the engine that holds them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zlib import crc32

from parentchild import SEED_RELATIONS, Detector, telemetry
from parentchild.hunting.frames import select
from tests.benchmarks import by_hand, peers, workload
from tests.benchmarks.measuring import Entry, interleaved, median_ms, print_table, ratio
from tests.benchmarks.modes import hunted
from tests.benchmarks.workload import Result

_CHUNK = 100_000
_BY_HAND = {
    engine: (f"{engine} by hand", f"{engine} by hand, pairs alone")
    for engine in ("DuckDB", "Polars", "pandas")
}


def run(options: argparse.Namespace) -> None:
    """Print what a hunt takes, and how often what its engine takes by hand.

    By hand, the same questions are asked: which pairs, since when, on how many devices, without the clones
    that remote threads and starts of the crash handler explain, and how many rows there are of each kind.
    Beside it stands what the pairs alone take, without those starts and that account; and what a hunt takes
    to choose the rows that could matter, before any of them is evaluated.
    """
    arrow = table(options.events, options.devices, options.tables)
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
    expected = hunted(arrow)

    def chosen(given: Any) -> Result:
        """Take the rows that could matter out of a frame, which is where a hunt begins, and evaluate none."""
        prefilter = Detector(SEED_RELATIONS, window=None).prefilter_for_rows(completes_parents=True)
        assert sum(1 for _ in select(given, prefilter, telemetry).rows())
        return expected

    for name, (engine, make) in list(hunts.items()):
        entries[name] = (make, hunted)
        hunts[f"{name}, rows chosen alone"] = (engine, make)
        entries[f"{name}, rows chosen alone"] = (make, chosen)
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


def table(events: int, devices: int, kept_in: Path | None = None) -> Any:
    """Return the work as an Arrow table, made a part at a time, since dicts take more memory.

    Args:
        events: how many rows.
        devices: of how many devices.
        kept_in: a directory; a table that was made before is read from there, a new one is kept there.
    """
    pyarrow = import_module("pyarrow")
    parts = map(pyarrow.Table.from_pylist, _parts(events, devices))
    if kept_in is None:
        return pyarrow.concat_tables(parts).combine_chunks()
    parquet = import_module("pyarrow.parquet")
    made_by = f"{crc32(Path(workload.__file__).read_bytes()):08x}"  # another edition makes other rows
    path = kept_in / f"events-{events}-of-{devices}-devices-{made_by}.parquet"
    if not path.exists():
        kept_in.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        first = next(parts)
        with parquet.ParquetWriter(unfinished, first.schema) as writer:
            for part in chain([first], parts):
                writer.write_table(part)
        unfinished.replace(path)
    return parquet.read_table(path)


def _parts(events: int, devices: int) -> Iterator[list[workload.Row]]:
    text = workload.lines(events, devices)
    while rows := workload.parsed(list(islice(text, _CHUNK))):
        yield rows
