"""Measuring: everything of one table interleaved in one process, quoted as medians of ratios.

It is processor time that is measured, and every engine has one thread: on a machine that others use as well,
the time on the clock says more about them.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping, Sequence
from time import process_time
from typing import Any, TypeAlias

Entry: TypeAlias = tuple[Callable[[], Any], Callable[[Any], Any]]
"""What makes a fresh input, untimed, and what is timed."""


def interleaved(entries: Mapping[str, Entry], repeats: int) -> dict[str, list[float]]:
    """Time every entry once a round, beginning with another one each time; all must agree.

    Raises:
        AssertionError: two entries gave different results.
    """
    times: dict[str, list[float]] = {name: [] for name in entries}
    first: list[Any] = []
    order = list(entries)
    for number in range(repeats):
        turn = number % len(order)
        for name in order[turn:] + order[:turn]:
            prepare, run = entries[name]
            given = prepare()
            gc.collect()
            gc.freeze()
            began = process_time()
            result = run(given)
            times[name].append(process_time() - began)
            gc.unfreeze()
            first = first or [result]
            assert result == first[0], f"{name} differs: {len(result)} results instead of {len(first[0])}"
            del given
    return times


def ratio(times: Mapping[str, list[float]], name: str, against: str) -> float:
    """Return the median over the rounds of how many times as long one took as the other."""
    return statistics.median(a / b for a, b in zip(times[name], times[against], strict=True))


def median_ms(times: Mapping[str, list[float]], name: str) -> float:
    return statistics.median(times[name]) * 1000


def print_table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table as Markdown, as the documentation keeps it."""
    lines = ["", f"### {title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    print("\n".join(lines), flush=True)  # noqa: T201 - the table is what a benchmark is for
