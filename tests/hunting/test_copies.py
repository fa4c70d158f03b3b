"""What a copy of its parent started decides about it, though nobody watches what it started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from parentchild import Reason, hunt

Rows = list[dict[str, Any]]


def row(child: str, parent: str, *, second: int, pid: int, parent_pid: int, device: str = "ws-01") -> Any:
    return {
        "Timestamp": f"2026-03-02T10:00:{second:02}Z",
        "DeviceId": device,
        "ActionType": "ProcessCreated",
        "FileName": child,
        "FolderPath": rf"C:\Windows\System32\{child}",
        "ProcessId": pid,
        "ProcessCommandLine": f"{child} -k netsvcs",
        "InitiatingProcessFileName": parent,
        "InitiatingProcessFolderPath": rf"C:\Windows\System32\{parent}",
        "InitiatingProcessCommandLine": f"{parent} -k netsvcs",
        "InitiatingProcessId": parent_pid,
    }


COPY = row("svchost.exe", "svchost.exe", second=1, pid=500, parent_pid=400)
USUAL = [
    row("svchost.exe", "services.exe", second=0, pid=400, parent_pid=8),
    row("acme.exe", "svchost.exe", second=2, pid=601, parent_pid=400),
    row("acme.exe", "svchost.exe", second=2, pid=602, parent_pid=500, device="ws-02"),
    row("WerFault.exe", "svchost.exe", second=3, pid=603, parent_pid=500),
]
STARTED = row("acme.exe", "svchost.exe", second=4, pid=604, parent_pid=500)


def columns(rows: Rows) -> dict[str, list[Any]]:
    return {name: [each[name] for each in rows] for name in rows[0]}


@pytest.mark.parametrize("shape", [list, iter, columns])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_hunt_raises_a_copy_that_started_a_program_of_no_interest(
    shape: Callable[[Rows], object], *, is_reversed: bool
) -> None:
    for rows, reason in (
        ([COPY, *USUAL], Reason.SELF_COPY),
        ([COPY, *USUAL, STARTED], Reason.UNEXPECTED_PARENT),
    ):
        report = hunt(shape(rows[::-1] if is_reversed else rows))
        [finding] = [each for each in report.findings if each.child == each.parent]
        assert (finding.reasons, finding.occurrences) == ((reason,), 1)
        assert report.stats.starts == len(rows)
        assert report.stats.copies == (reason is Reason.SELF_COPY)


def test_a_hunt_that_looks_no_parents_up_leaves_a_copy_as_it_is() -> None:
    report = hunt([COPY, *USUAL, STARTED], resolve_parents=False)
    [finding] = [each for each in report.findings if each.child == each.parent]
    assert finding.reasons == (Reason.SELF_COPY,)
