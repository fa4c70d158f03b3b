"""Reading: microseconds a row of each shape, alone and beside an earlier edition in the same run.

    python tests/benchmarks/reading.py [--old PATH/TO/src] [--only TEXT ...] [--rows N] [--repeats N]

Every row becomes an event, or is quiet: then the prefilter of a detector holds it back. Rows are made afresh
for each round, since the first look at a text costs more than the second. The earlier edition is any source
tree of the package with the same readers; it must give as many events.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.measuring import Entry, interleaved, print_table, ratio
from tests.telemetry.rows import all_rows
from tests.telemetry.wrapped import WRAPPED

ROOT = Path(__file__).parents[2]
_PACKAGE = "parentchild"
_QUIET_FOR_EACH = 20  # quiet rows for each that becomes an event: what is new to the prefilter is then little
_READERS = {
    "defender": "defender",
    "asim": "asim",
    "endgame": "endgame",
    "splunk cim": "splunk_cim",
    "flat 1": "sysmon",
    "flat 4688": "security",
}
"""The reader of each flat table, which can let quiet rows go in one loop."""
_QUIET = {
    "defender": ("FileName", "InitiatingProcessFileName"),
    "asim": ("TargetProcessName", "ActingProcessName"),
    "endgame": ("process_name", "parent_process_name"),
    "splunk cim": ("process_name", "parent_process_name"),
    "flat 1": ("Image", "ParentImage"),
    "flat 4688": ("NewProcessName", "ParentProcessName"),
}


def edition(source: Path) -> ModuleType:
    """Import the package from a source tree, whatever else goes by its name in this process."""
    others = {name: module for name, module in sys.modules.items() if name.split(".")[0] == _PACKAGE}
    for name in others:
        del sys.modules[name]
    sys.path.insert(0, str(source))
    try:
        found = importlib.import_module(_PACKAGE)
        found.Detector().prefilter  # noqa: B018 - the package imports a name when it is first asked for
        list(found.telemetry.read_many([]))
    finally:
        sys.path.remove(str(source))
        for name in [name for name in sys.modules if name.split(".")[0] == _PACKAGE]:
            del sys.modules[name]
        sys.modules.update(others)
    return found


def quiet(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return rows whose images nobody watches, of fifty names."""
    child, parent = _QUIET[name]
    folder = "C:\\Windows\\" if "\\" in str(row[child]) else ""
    return [
        {**row, child: f"{folder}notepad{each}.exe", parent: f"{folder}explorer.exe"} for each in range(50)
    ]


Reader = Callable[[ModuleType, list[Any], Any], Iterable[Any]]
"""Reads rows with an edition of the package and the prefilter of one of its detectors."""


def _all(package: ModuleType, rows: list[Any], _: object) -> Iterable[Any]:
    events: Iterable[Any] = package.telemetry.read_many(rows)
    return events


def _filtered(package: ModuleType, rows: list[Any], prefilter: object) -> Iterable[Any]:
    events: Iterable[Any] = package.telemetry.read_many(rows, prefilter=prefilter)
    return events


def _by_one_reader(module: str) -> Reader:
    def read(package: ModuleType, rows: list[Any], prefilter: object) -> Iterable[Any]:
        events: Iterable[Any] = getattr(package.telemetry, module).read_many(rows, prefilter=prefilter)
        return events

    return read


def shapes() -> dict[str, tuple[list[Any], Reader]]:
    """Return, of each shape, rows of it and how they are read."""
    known = all_rows()
    found: dict[str, tuple[list[Any], Reader]] = {name: ([row], _all) for name, row in known.items()}
    for name, module in _READERS.items():
        found[f"{name}, quiet"] = (quiet(known[name], name), _filtered)
        found[f"{name}, quiet, its own reader"] = (quiet(known[name], name), _by_one_reader(module))
    found |= {
        f"in {name}": ([document], _all)
        for name, document in WRAPPED.items()
        if not isinstance(document, bytes)
    }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old", type=Path, help="the source tree of an earlier edition")
    parser.add_argument("--only", nargs="*", help="texts of which a shape's name must have one")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    editions = {"new": edition(ROOT / "src")}
    if options.old is not None:
        editions["old"] = edition(options.old)
    table: list[tuple[str, ...]] = []
    for name, (rows, reader) in shapes().items():
        if options.only and not any(text in name for text in options.only):
            continue
        times = _times(editions, rows, reader, options)
        number = _number(rows, options)
        spent = {of: f"{statistics.median(each) / number * 1e6:.2f}" for of, each in times.items()}
        compared = f"{ratio(times, 'new', 'old'):.2f}" if "old" in times else ""
        table.append((name, spent["new"], spent.get("old", ""), compared))
    print_table("reading", ("shape", "µs a row", "earlier", "ratio"), table)


def _number(rows: list[Any], options: argparse.Namespace) -> int:
    number: int = options.rows
    return number * (_QUIET_FOR_EACH if len(rows) > 1 else 1)


def _times(
    editions: Mapping[str, ModuleType], rows: list[Any], reader: Reader, options: argparse.Namespace
) -> dict[str, list[float]]:
    text = json.dumps([rows[each % len(rows)] for each in range(_number(rows, options))])

    def entry(package: ModuleType) -> Entry:
        return (
            lambda: (json.loads(text), package.Detector().prefilter),
            lambda given: [type(each).__name__ for each in reader(package, *given)],
        )

    entries = {name: entry(package) for name, package in editions.items()}
    try:
        return interleaved(entries, options.repeats)
    except (ValueError, AssertionError):  # the earlier edition does not read it
        return interleaved({"new": entries["new"]}, options.repeats)


if __name__ == "__main__":
    main()
