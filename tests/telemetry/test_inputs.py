"""Inputs of real tools, with the events that should come out; skipped where the cases are not at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parentchild import telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited, RemoteThreadCreated

PLACE = Path(__file__).parents[3] / "shared" / "reference" / "inputs.json"
CASES: list[dict[str, Any]] = json.loads(PLACE.read_text(encoding="utf-8")) if PLACE.exists() else []
REFUSED = "refused"


def rows_of(case: dict[str, Any]) -> Any:
    """The rows of a case, as its tool's user has them in hand."""
    rows = case["rows"]
    if case["form"] == "table":
        return [dict(zip(rows["columns"], row, strict=True)) for row in rows["rows"]]
    return rows


def read_all(rows: Any) -> tuple[list[Event], list[InvalidEvent], telemetry.RowCounts]:
    """What reading gives: events, errors, and the account."""
    errors: list[InvalidEvent] = []
    counts = telemetry.RowCounts()
    events = telemetry.read_many(
        telemetry.rows_in(rows), on_invalid=lambda _, error: errors.append(error), counts=counts
    )
    return list(events), errors, counts


def differences(expected: dict[str, Any], event: Event) -> dict[str, tuple[object, object]]:
    """Where an event is not what a case expects."""
    if isinstance(event, RemoteThreadCreated):
        child, parent, kind = event.target, event.source, "remote_thread"
    elif isinstance(event, ProcessExited):
        child, parent, kind = event.process, None, "exit"
    else:
        child, parent = event.process, event.parent
        kind = "running" if event.from_snapshot else "create"
    found: dict[str, object] = {
        "kind": kind,
        "child": child.name,
        "parent": parent.name if parent else None,
        "pid": child.pid,
        "ppid": parent.pid if parent else 0 if expected["ppid"] == 0 else None,  # nobody: the idle process
        "device": event.device or None,
        "timestamp": event.timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    allowed = {key: [expected[key], *expected.get(f"{key}_also", [])] for key in found}
    return {
        key: (expected[key], value)
        for key, value in found.items()
        if value not in allowed[key] and not (key == "timestamp" and expected[key] is None)
    }


@pytest.mark.skipif(not CASES, reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_what_a_tool_writes_is_read_as_what_it_means(case: dict[str, Any]) -> None:
    rows = rows_of(case)
    events, errors, counts = read_all(rows)
    if case["events"] == REFUSED:
        assert (events, counts.unreadable) == ([], len(rows))
        assert all(len(str(error)) <= 300 for error in errors)
        return
    expected = [each for each in case["events"] if each is not None]
    assert [str(error) for error in errors] == []
    assert len(events) == len(expected)
    assert [differences(each, event) for each, event in zip(expected, events, strict=True)] == [{}] * len(
        events
    )
    assert counts.starts == sum(isinstance(event, ProcessCreated) for event in events)
    assert counts.process_events == sum(not isinstance(event, ProcessCreated) for event in events)
    assert counts.other_events == len(case["events"]) - len(expected)
    assert (counts.unreadable, counts.rows) == (0, len(case["events"]))
