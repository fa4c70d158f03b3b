"""Real telemetry is read as its keepers say. The rows lie beside the repository and are no part of it.

Run as a script, this prints how many rows of each shape are read exactly.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from parentchild import telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process, ProcessCreated, ProcessExited
from parentchild.telemetry.fields import NOTHING
from parentchild.telemetry.images import name_in
from parentchild.telemetry.times import time_of

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NEEDED = 0.999

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"there is no {DATA}")

EXCEPTIONS = {
    ("elastic-endpoint-package__ecs-endpoint", 3): "expected as a creation, but the row says that it ended",
}
"""Rows that are read otherwise than expected, and why that is right."""


def rows() -> Iterator[tuple[str, int, Any, dict[str, Any]]]:
    """Yield each row that is expected to be an event, with its file, line and what is expected."""
    expected: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    with gzip.open(DATA / "expected.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            expected[entry["file"]][entry["line"]] = entry
    for name in sorted(expected):
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if number in expected[name]:
                    yield name, number, json.loads(line), expected[name][number]


def known(value: str | None) -> str | None:
    """A text with which a source says nothing is expected to be read as None."""
    return None if value in NOTHING else value


def wanted(entry: dict[str, Any]) -> dict[str, object]:
    """What is expected, under the names and in the forms of events."""
    common: dict[str, object] = {
        "device": entry["host"] or "",
        "timestamp": time_of("timestamp", entry["timestamp"]),
    }
    if entry["kind"] == "remote_thread":
        source_path = entry.get("src_path", entry.get("parent_path"))
        target_path = entry.get("tgt_path", entry.get("child_path"))
        return common | {
            "kind": "RemoteThreadCreated",
            "source": (
                name_in(known(source_path)),
                known(source_path),
                entry.get("src_pid", entry.get("ppid")),
            ),
            "target": (
                name_in(known(target_path)),
                known(target_path),
                entry.get("tgt_pid", entry.get("pid")),
            ),
        }
    path = known(entry["child_path"])
    child = (known(entry["child"]) if "child" in entry else name_in(path), path, entry["pid"])
    if entry["kind"] == "exit":
        return common | {"kind": "ProcessExited", "child": child}
    parent = (known(entry["parent"]), known(entry["parent_path"]), entry["ppid"])
    # A process that was running already is read as a creation: it is one, only seen late.
    return common | {"kind": "ProcessCreated", "child": child, "parent": parent}


def pid_in_message(row: Mapping[str, Any]) -> int | None:
    """The pid that the text of Sysmon's message gives."""
    told = re.search(r"^ProcessId: (\d+)", str(row.get("Message")), re.MULTILINE)
    return int(told[1]) if told else None


def found(event: Event) -> dict[str, object]:
    """What was read, in the same form."""
    common: dict[str, object] = {
        "kind": type(event).__name__,
        "device": event.device,
        "timestamp": event.timestamp,
    }
    if isinstance(event, ProcessCreated):
        return common | {"child": shown(event.process), "parent": shown(event.parent)}
    if isinstance(event, ProcessExited):
        return common | {"child": shown(event.process)}
    return common | {"source": shown(event.source), "target": shown(event.target)}


def shown(process: Process | None) -> tuple[str | None, str | None, int | None]:
    return (None, None, None) if process is None else (process.name, process.path, process.pid)


@attrs.define
class Tally:
    """How many rows of a shape were read exactly, and which were not."""

    exact: int = 0
    differences: list[str] = attrs.field(factory=list[str])

    @property
    def share(self) -> float:
        return self.exact / (self.exact + len(self.differences))


def measure() -> dict[str, Tally]:
    """Read every row and compare, by shape."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for name, number, row, entry in rows():
        if (name, number) in EXCEPTIONS:
            continue
        tally = tallies[name.partition("__")[2]]
        try:
            event = telemetry.read(row)
        except InvalidEvent as error:
            tally.differences.append(f"{name}:{number}: {error}")
            continue
        actual = None if event is None else found(event)
        lost = entry.get("pid", 0) is None  # NXLog lost it, but kept the message
        if actual == wanted({**entry, "pid": pid_in_message(row)} if lost else entry):
            tally.exact += 1
        else:
            tally.differences.append(f"{name}:{number}: {actual} is not {wanted(entry)}")
    return tallies


@needs_data
def test_at_least_999_of_1000_rows_of_every_shape_are_read_exactly() -> None:
    tallies = measure()
    assert len(tallies) == 21
    assert {shape: tally.differences for shape, tally in tallies.items() if tally.share < NEEDED} == {}


@needs_data
def test_every_exception_is_still_one() -> None:
    differing = {
        (name, number)
        for name, number, row, entry in rows()
        if (name, number) in EXCEPTIONS and (event := telemetry.read(row)) and found(event) != wanted(entry)
    }
    assert differing == set(EXCEPTIONS)


if __name__ == "__main__":
    for shape, tally in sorted(measure().items()):
        total = tally.exact + len(tally.differences)
        sys.stdout.write(f"{shape:35} {tally.exact:5} of {total:5} = {tally.share:.2%}\n")
        sys.stdout.writelines(f"    {difference}\n" for difference in tally.differences[:3])
