"""A hunt that is interrupted leaves a report of what was seen, wherever the interruption strikes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
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


def of_system32(number: int, **fields: object) -> dict[str, object]:
    return row(number, parent="svchost.exe") | {
        "Timestamp": f"2026-03-02T10:00:00.{number:03}Z",
        "FolderPath": r"C:\Windows\System32\svchost.exe",
        "ProcessCommandLine": "svchost.exe -k netsvcs",
        "InitiatingProcessCommandLine": "svchost.exe -k netsvcs",
        "InitiatingProcessFolderPath": r"C:\Windows\System32\svchost.exe",
        **fields,
    }


COPIES = [of_system32(number, InitiatingProcessId=900 + number % 4) for number in range(24)]
THREADS = [
    of_system32(
        24 + number,
        ActionType="CreateRemoteThreadApiCall",
        Timestamp="2026-03-02T09:59:59.9Z",
        ProcessId=900 + number % 4,
        InitiatingProcessFileName="WerFault.exe",
        InitiatingProcessFolderPath=r"C:\Windows\System32\WerFault.exe",
    )
    for number in range(6)
]
BY_COPIES = [
    of_system32(30 + number, FileName="cmd.exe", FolderPath=None, InitiatingProcessId=100 + number)
    for number in range(12)
]
CRASHES = [*COPIES, *THREADS, *BY_COPIES]
HUNTS: dict[str, tuple[list[dict[str, object]], dict[str, Any]]] = {
    "all is remembered": (ROWS, {}),
    "some is forgotten": (ROWS, {"capacity": 9}),
    "some is too old": (ROWS, {"window": timedelta(seconds=5)}),
    "some is cleared or raised": (CRASHES, {}),
    "some is cleared, raised or forgotten": (CRASHES, {"capacity": 9}),
}
STRIDE = 211  # lines of the library from one strike to the next


def is_struck(work: Callable[[], object], at: int) -> bool:
    """Work until so many lines of the library ran, and tell whether it was interrupted by then."""
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

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("rows", [list, iter], ids=["list", "stream"])
@pytest.mark.parametrize("name", HUNTS)
def test_an_interruption_inside_the_library_leaves_a_usable_report(
    name: str, rows: Callable[[list[dict[str, object]]], Any]
) -> None:
    """Strike at every so many lines that the library runs; the report never fails nor invents anything."""
    given, options = HUNTS[name]
    most: dict[str, int] = {}
    for read in range(len(given)):
        for finding in hunt(iter(given[: read + 1])):
            most[finding.uid] = max(most.get(finding.uid, 0), finding.occurrences)

    strikes = 0
    while is_struck((going := Hunt(rows(given), **options)).run, 1 + STRIDE * strikes):
        strikes += 1
        seen = going.report()
        assert not seen.is_complete
        assert str(seen)
        assert all(finding.occurrences <= most[finding.uid] for finding in seen)
        assert all(finding.device_count <= 3 for finding in seen)
    assert strikes > 20


def test_a_report_that_was_interrupted_is_whole_when_it_is_asked_for_again() -> None:
    expected, strikes = hunt(iter(CRASHES)), 0
    while True:
        going = Hunt(iter(CRASHES))
        going.run()
        if not is_struck(going.report, 1 + 5 * strikes):
            break
        strikes += 1
        assert going.report() == expected
    assert strikes > 20
