"""A hunt that is interrupted leaves a report of what was seen, wherever the interruption strikes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

import pytest

from parentchild import Hunt, hunt


def row(number: int, child: str = "svchost.exe", parent: str = "explorer.exe") -> dict[str, object]:
    return {
        "Timestamp": f"2026-03-02T10:{number // 60:02}:{number % 60:02}Z",
        "DeviceName": f"ws-{number % 3}",
        "ActionType": "ProcessCreated",
        "FileName": child,
        "ProcessId": 100 + number,
        "InitiatingProcessFileName": parent,
        "InitiatingProcessFolderPath": rf"C:\Tools\{parent}",
        "InitiatingProcessCommandLine": parent,
        "InitiatingProcessId": 50,
        "ReportId": number,
    }


ROWS = [row(number, parent=f"tool{number % 7}.exe") for number in range(40)]


def test_progress_tells_how_many_rows_were_read() -> None:
    told: list[int] = []
    hunt((ROWS[0] for _ in range(20_001)), progress=told.append)
    assert told == [10_000, 20_000, 20_001]


def test_a_hunt_gives_findings_as_they_come_and_is_complete_at_the_end() -> None:
    going = Hunt(iter(ROWS))
    first = next(going)
    assert first.parent == "tool0.exe"
    assert not going.report().is_complete
    assert str(going.report()).startswith("so far, 1 finding in 1 row")
    going.run()
    assert going.report() == hunt(iter(ROWS))
    assert going.report().is_complete


def test_a_loop_that_was_left_can_be_taken_up_again() -> None:
    going = Hunt(iter(ROWS))
    for finding in going:
        if finding.parent == "tool3.exe":
            break
    for _ in going:
        pass
    assert going.report() == hunt(iter(ROWS))


def test_an_interrupted_source_leaves_what_was_seen() -> None:
    def rows() -> Iterator[Mapping[str, object]]:
        yield from ROWS[:10]
        raise KeyboardInterrupt

    going = Hunt(rows())
    with pytest.raises(KeyboardInterrupt):
        going.run()
    seen = going.report()
    assert not seen.is_complete
    assert seen.findings == hunt(ROWS[:10]).findings
    assert list(going) == []


def test_an_interruption_inside_the_library_leaves_a_usable_report() -> None:
    """Strike at every so many lines that the library runs; the report never fails nor invents anything."""
    final = {(finding.child, finding.parent): finding.occurrences for finding in hunt(ROWS)}

    def struck(at: int) -> Hunt | None:
        ran = 0

        def trace(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal ran
            del argument
            if "parentchild" not in frame.f_code.co_filename:
                return None
            if event == "line":
                ran += 1
                if ran == at:
                    raise KeyboardInterrupt
            return trace

        going = Hunt(ROWS)
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            going.run()
        except KeyboardInterrupt:
            return going
        finally:
            sys.settrace(before)
        return None

    strikes = 0
    for at in range(1, 4000, 37):
        going = struck(at)
        if going is None:
            break
        strikes += 1
        seen = going.report()
        assert not seen.is_complete
        assert str(seen)
        assert all(finding.occurrences <= final[finding.child, finding.parent] for finding in seen)
    assert strikes > 20
