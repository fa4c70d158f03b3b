"""Starting: what importing costs, in a process of its own each time."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

from tests.benchmarks.measuring import print_table

_PROGRAMS = {
    "import attrs, datetime": "import attrs, datetime",
    "import parentchild": "import parentchild",
    "from parentchild import Process, ProcessCreated": "from parentchild import Process, ProcessCreated",
    "from parentchild import Detector": "from parentchild import Detector",
    "from parentchild import hunt": "from parentchild import hunt",
}
_TIMED = "from time import perf_counter as t; a = t(); {}; print(t() - a)"


def run(options: argparse.Namespace) -> None:
    times: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    for _ in range(max(options.repeats, 5)):
        for name, program in _PROGRAMS.items():
            done = subprocess.run(
                [sys.executable, "-c", _TIMED.format(program)], capture_output=True, text=True, check=True
            )
            times[name].append(float(done.stdout))
    base = "import attrs, datetime"
    rows = [
        (f"`{name}`", f"{statistics.median(spent) * 1000:.1f}",
         f"{statistics.median(a / b for a, b in zip(spent, times[base], strict=True)):.2f}")
        for name, spent in times.items()
    ]  # fmt: skip
    print_table("Import", ("", "ms", "x attrs, datetime"), rows)
