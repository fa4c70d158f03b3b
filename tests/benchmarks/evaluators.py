"""Evaluators of rules: a hunt beside what evaluates Sigma and EQL in Python, on the same rows.

All are given rows that are dicts, and find the same pairs, since when, on how many devices.
"""

from __future__ import annotations

import argparse
import statistics

from tests.benchmarks import floors, peers, workload
from tests.benchmarks.measuring import Entry, interleaved, median_ms, print_table, ratio
from tests.benchmarks.modes import hunted
from tests.benchmarks.workload import Result, Row

_MOST = 20_000
_LOOP, _HUNT = "one loop by hand", "hunt(rows)"


def run(options: argparse.Namespace) -> None:
    """Print what each takes, and how often what a hunt and a loop by hand take."""
    events = min(options.events, _MOST)
    text = list(workload.lines(events, options.devices))

    def fresh() -> list[Row]:
        return workload.parsed(text)

    entries: dict[str, Entry] = {
        name: (fresh, find)
        for name, find in {
            _LOOP: floors.rows_in_one_pass,
            _HUNT: hunted,
            "eql, Python engine": peers.eql,
            "Sigma, azuma": peers.sigma_in_python,
            "Sigma, pySigma's SQLite backend": peers.sigma_in_sqlite,
            "DuckDB": peers.duckdb_of_rows,
            "Polars": peers.polars_of_rows,
            "pandas": peers.pandas_of_rows,
        }.items()
    }
    checked: list[Result] = [find(fresh()) for _, find in entries.values()]
    assert checked[0]
    assert all(found == checked[0] for found in checked), "the evaluators differ"
    times = interleaved(entries, options.repeats)
    print_table(
        f"Evaluators of rules, {events:,} rows, all with the same {len(checked[0])} pairs",
        ("", "ms", "µs an event", f"x {_HUNT}", f"x {_LOOP}"),
        [
            (
                name,
                f"{median_ms(times, name):.0f}",
                f"{median_ms(times, name) / events * 1e3:.2f}",
                *(f"{ratio(times, name, other):.1f}" for other in (_HUNT, _LOOP)),
            )
            for name in sorted(times, key=lambda name: statistics.median(times[name]))
        ],
    )
