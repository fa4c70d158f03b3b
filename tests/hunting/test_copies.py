"""What a copy of its parent started decides about it, though nobody watches what it started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Reason, RelationRegistry, hunt

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


COPY: dict[str, Any] = row("svchost.exe", "svchost.exe", second=1, pid=500, parent_pid=400)
USUAL: Rows = [
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


@pytest.mark.parametrize("shape", [list, columns])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_what_another_process_with_the_pid_of_a_copy_started_raises_no_copy(
    shape: Callable[[Rows], object], *, is_reversed: bool
) -> None:
    other = row("svchost.exe", "services.exe", second=3, pid=500, parent_pid=8)
    for rows, reason in (
        ([COPY, *USUAL, STARTED], Reason.UNEXPECTED_PARENT),
        ([COPY, *USUAL, other, STARTED], Reason.SELF_COPY),
    ):
        report = hunt(shape(rows[::-1] if is_reversed else rows))
        [finding] = [each for each in report.findings if each.child == each.parent]
        assert finding.reasons == (reason,)


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS])
@pytest.mark.parametrize("shape", [list, columns])
def test_a_copy_that_started_another_program_called_like_the_crash_handler_is_raised(
    registry: RelationRegistry, shape: Callable[[Rows], object]
) -> None:
    reporter = USUAL[-1]
    for started, reason in (
        (reporter, Reason.SELF_COPY),
        (reporter | {"FolderPath": r"C:\Temp\WerFault.exe"}, Reason.UNEXPECTED_PARENT),
    ):
        report = hunt(shape([COPY, *USUAL[:-1], started]), registry=registry)
        [finding] = [each for each in report.findings if each.child == each.parent]
        assert finding.reasons == (reason,)


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_list_is_searched_for_what_copies_started_whatever_else_is_in_it(*, is_reversed: bool) -> None:
    strange = [
        COPY | {"ProcessId": None, "DeviceId": "ws-03"},
        USUAL[1] | {"InitiatingProcessId": "0x1f4", "DeviceId": "ws-04"},
        {"colour": "red"},
        "no row",
    ]
    for started in (
        STARTED,
        STARTED | {"InitiatingProcessId": "500"},
        STARTED | {"InitiatingProcessId": 500.0},
    ):
        rows = [COPY, *USUAL, *strange, started]
        report = hunt(rows[::-1] if is_reversed else rows)
        reasons = [each.reasons for each in report.findings if each.child == each.parent]
        assert (Reason.UNEXPECTED_PARENT,) in reasons


def test_a_hunt_looks_for_what_a_copy_started_only_if_that_can_raise_it() -> None:
    other_line = COPY | {"ProcessCommandLine": "svchost.exe -k netsvcs -s Foreign"}
    read: list[object] = []

    class Counting(list[dict[str, Any]]):
        def __iter__(self) -> Iterator[dict[str, Any]]:
            read.append(None)
            return super().__iter__()

    def readings(rows: Rows) -> int:
        read.clear()
        hunt(Counting(rows))
        return len(read)

    assert readings([other_line, *USUAL]) == readings(USUAL) < readings([COPY, *USUAL])


def test_a_hunt_that_looks_no_parents_up_leaves_a_copy_as_it_is() -> None:
    report = hunt([COPY, *USUAL, STARTED], resolve_parents=False)
    [finding] = [each for each in report.findings if each.child == each.parent]
    assert finding.reasons == (Reason.SELF_COPY,)
