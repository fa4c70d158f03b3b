"""All benchmarks, one table each: `python tests/benchmarks/run.py [--only SECTION ...] [--events N]`.

Needs the extra `bench`. Times on a busy machine mean nothing, so ratios are what counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ["POLARS_MAX_THREADS"] = "1"  # one thread each: what is compared is the work, not the cores

from tests.benchmarks import (
    construction,
    evaluators,
    frames,
    growth,
    keeping,
    modes,
    new_findings,
    parts,
    starting,
)


def _script(name: str, *arguments: str) -> Callable[[argparse.Namespace], None]:
    """Return a section that is a program of its own, since it starts others or changes what is imported."""

    def run(options: argparse.Namespace) -> None:
        del options
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *arguments], check=True)

    return run


SECTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "rows": modes.rows,
    "columns": modes.columns,
    "events": modes.events,
    "one": modes.one_at_a_time,
    "frames": frames.run,
    "parts": parts.run,
    "evaluators": evaluators.run,
    "defaults": modes.defaults,
    "growth": growth.run,
    "frame-growth": growth.of_frames,
    "memory": keeping.run,
    "day": keeping.day,
    "construction": construction.run,
    "import": starting.run,
    "findings": new_findings.run,
    "flood": _script("flood", "alone", "parents", "merge", "lines", "rows"),
    "hunts": _script("hunt_memory"),
    "reading": _script("reading"),
    "spark": _script("spark"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--most", type=int, default=1_000_000, help="how many events growth goes up to")
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[500_000, 2_000_000], help="how many rows frames grow to"
    )
    parser.add_argument("--tables", type=Path, help="a directory in which tables are kept between runs")
    parser.add_argument("--thinning", type=int, default=100, help="of the day, one event in so many is fed")
    options = parser.parse_args()
    today = datetime.now(tz=timezone.utc).date()
    print(  # noqa: T201 - the machine belongs to the tables
        f"{today}, Python {platform.python_version()}, {platform.system()} on {platform.machine()}: "
        f"{options.events} events, {options.devices} devices, {options.repeats} repeats"
    )
    for section in options.only:
        SECTIONS[section](options)


if __name__ == "__main__":
    main()
