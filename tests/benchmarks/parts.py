"""Parts: what rows and events take that do not matter, and what each of those takes that do."""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from time import process_time
from typing import Any

from parentchild import SEED_RELATIONS, Detector, ProcessCreated, telemetry
from parentchild.hunting.frames import select
from parentchild.telemetry import defender
from tests.benchmarks import floors, frames, workload
from tests.benchmarks.measuring import Entry, interleaved, median_ms, print_table, ratio
from tests.benchmarks.modes import hunted, result_of
from tests.benchmarks.workload import WATCHED, Result, Row


def run(options: argparse.Namespace) -> None:
    """Print both."""
    _that_do_not_matter(options)
    _that_do(options)


def _that_do_not_matter(options: argparse.Namespace) -> None:
    """Rows beside the loop by hand, and events beside theirs; a finding is in none, and no evidence."""
    text = [
        line
        for line in workload.lines(options.events, options.devices)
        if _is_of_no_matter(*workload.parsed([line]))
    ]
    batch = [defender.read(row) for row in workload.parsed(text)]

    def fresh() -> list[Row]:
        return workload.parsed(text)

    def observed(given: list[Any]) -> Result:
        detector = Detector(SEED_RELATIONS, window=None)
        detector.observe_many(given)
        return result_of(detector)

    entries: dict[str, Entry] = {
        "rows, one loop by hand": (fresh, floors.rows_in_one_pass),
        "rows, hunt": (fresh, hunted),
        "events, inline loop": (lambda: batch, floors.events_inline),
        "events, observe_many": (lambda: batch, observed),
    }
    times = interleaved(entries, options.repeats)
    print_table(
        f"{len(text):,} rows and events that do not matter",
        ("", "ms", "ns an event", "x by hand"),
        [
            (
                name,
                f"{median_ms(times, name):.1f}",
                f"{median_ms(times, name) / len(text) * 1e6:.0f}",
                f"{ratio(times, name, by_hand):.2f}",
            )
            for by_hand, name in zip(list(entries)[::2], list(entries)[1::2], strict=True)
        ],
    )


def _is_of_no_matter(row: Row) -> bool:
    child, parent = row["FileName"].lower(), row["InitiatingProcessFileName"].lower()
    is_right = child not in WATCHED or parent in WATCHED[child]
    return row["ActionType"] == "ProcessCreated" and child != "werfault.exe" and is_right


def _that_do(options: argparse.Namespace) -> None:
    """The rows that are chosen of a frame: how many of each kind, and what each takes once it is a dict."""
    arrow = frames.table(options.events, options.devices, options.tables)
    read: list[float] = []
    spent: dict[str, list[float]] = {}
    counts: Counter[str] = Counter()
    for _ in range(options.repeats):
        detector = Detector(SEED_RELATIONS, window=None, resolve_parents=True)
        prefilter = detector.prefilter_for_rows(completes_parents=True)
        rows = list(select(arrow, prefilter, telemetry).rows())
        began = process_time()
        events = list(telemetry.read_many(rows, prefilter=prefilter))
        read.append((process_time() - began) / len(rows))
        counts, totals = Counter[str](), dict[str, float]()
        for event in events:
            kind = _kind(event)
            began = process_time()
            detector.observe(event)
            totals[kind] = totals.get(kind, 0.0) + process_time() - began
            counts[kind] += 1
        for kind, total in totals.items():
            spent.setdefault(kind, []).append(total / counts[kind])
    each = f"{statistics.median(read) * 1e6:.0f} µs"
    print_table(
        f"The rows of {options.events:,} that are chosen; to read one takes {each}",
        ("", "how many", "µs to observe one"),
        [
            (kind, f"{number:,}", f"{statistics.median(spent[kind]) * 1e6:.0f}")
            for kind, number in counts.most_common()
        ],
    )


def _kind(event: Any) -> str:
    if not isinstance(event, ProcessCreated):
        return "a remote thread"
    child = (event.process.name or "").lower()
    if child == "werfault.exe":
        return "a start of the crash handler"
    if event.parent is not None and (event.parent.name or "").lower() == child:
        return "a copy of its parent"
    return "any other start"
