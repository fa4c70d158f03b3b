"""Resolution: which process a pid meant at a moment, from the starts and exits that are remembered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from parentchild import Process, ProcessCreated, ProcessExited
from parentchild.detector.resolution import ProcessTable, needs_resolution, resolved
from parentchild.detector.snapshots import ExitRecord, RunRecord
from parentchild.testing.host import START

MOST = 64  # starts, or exits, of one pid


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def start(
    name: str | None, second: float, *, pid: int | None = 700, device: str = "ws-01", **more: Any
) -> ProcessCreated:
    return ProcessCreated(timestamp=at(second), device=device, process=Process(name, pid=pid, **more))


def end(
    second: float, *, pid: int | None = 700, device: str = "ws-01", guid: str | None = None
) -> ProcessExited:
    return ProcessExited(timestamp=at(second), device=device, process=Process(None, pid=pid, guid=guid))


def table_of(*events: ProcessCreated | ProcessExited, capacity: int = 1000) -> ProcessTable:
    table = ProcessTable(capacity)
    for event in events:
        if isinstance(event, ProcessCreated):
            table.note_start(event)
        else:
            table.note_exit(event)
    return table


def meant(
    table: ProcessTable,
    second: float,
    *,
    pid: int | None = 700,
    device: str = "ws-01",
    guid: str | None = None,
) -> str | None:
    """Return the name of what the pid meant; looking it up and using it must agree."""
    reference = Process(None, pid=pid, guid=guid)
    found = table.find(device, reference, at(second))
    assert table.use(device, reference, at(second)) is found
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("second", "name"),
    [(-1, None), (0, "a.exe"), (49, "a.exe"), (50, "b.exe"), (99, "b.exe")],
)
def test_a_pid_means_what_started_last_at_or_before_the_moment(second: float, name: str | None) -> None:
    for events in ((start("a.exe", 0), start("b.exe", 50)), (start("b.exe", 50), start("a.exe", 0))):
        assert meant(table_of(*events), second) == name


@pytest.mark.parametrize("other", [{"pid": 704}, {"device": "ws-02"}, {"pid": None}])
def test_another_pid_or_device_means_something_else(other: dict[str, Any]) -> None:
    assert meant(table_of(start("a.exe", 0), start("b.exe", 0, pid=708)), 1, **other) is None


@pytest.mark.parametrize(
    ("second", "name"),
    [(10, "a.exe"), (11, None), (20, None), (30, "b.exe"), (99, "b.exe")],
)
def test_after_an_exit_a_pid_means_nothing_until_the_next_start(second: float, name: str | None) -> None:
    events = (start("a.exe", 0), end(10), start("b.exe", 30), end(30))  # a start at an exit's time is later
    for order in (events, events[::-1]):
        assert meant(table_of(*order), second) == name


@pytest.mark.parametrize(
    ("of_start", "of_exit", "name"),
    [
        ("{1}", "{1}", None),
        ("{1}", "{2}", "a.exe"),
        ("{1}", None, None),
        (None, "{2}", None),
        (None, None, None),
    ],
)
def test_an_exit_of_another_instance_ends_nothing(
    of_start: str | None, of_exit: str | None, name: str | None
) -> None:
    assert meant(table_of(start("a.exe", 0, guid=of_start), end(5, guid=of_exit)), 9) == name


@pytest.mark.parametrize(
    ("of_start", "of_reference", "name"),
    [("{1}", "{1}", "a.exe"), ("{1}", "{2}", None), ("{1}", None, "a.exe"), (None, "{2}", "a.exe")],
)
def test_a_reference_to_another_instance_finds_nothing(
    of_start: str | None, of_reference: str | None, name: str | None
) -> None:
    assert meant(table_of(start("a.exe", 0, guid=of_start)), 9, guid=of_reference) == name


def test_of_two_starts_at_one_moment_the_same_is_taken_in_either_order() -> None:
    events = (start("a.exe", 0), start("b.exe", 0))
    assert meant(table_of(*events), 1) == meant(table_of(*events[::-1]), 1) == "b.exe"


def test_a_start_or_an_exit_says_where_it_changes_something_and_a_repeat_does_not() -> None:
    table = ProcessTable(1000)
    assert table.note_start(start("a.exe", 0)) == ("ws-01", 700)
    assert table.note_start(start("a.exe", 0)) is None
    assert table.note_start(start("a.exe", 1)) == ("ws-01", 700)
    assert table.note_start(start("b.exe", 0)) == ("ws-01", 700)
    assert table.note_exit(end(0)) == ("ws-01", 700)
    assert table.note_exit(end(0)) is None
    assert table.note_exit(end(1)) == ("ws-01", 700)
    assert table.note_exit(end(0, guid="{1}")) == ("ws-01", 700)
    assert table.note_exit(end(0, device="ws-02", pid=704)) == ("ws-02", 704)
    assert len(table.memory) == 7


@pytest.mark.parametrize("event", [start("a.exe", 0, pid=None), start(None, 0)])
def test_a_start_without_pid_or_name_is_not_remembered(event: ProcessCreated) -> None:
    table = ProcessTable(1000)
    assert table.note_start(event) is None
    assert len(table.memory) == 0


def test_an_exit_without_pid_is_not_remembered() -> None:
    table = ProcessTable(1000)
    assert table.note_exit(end(0, pid=None)) is None
    assert len(table.memory) == 0


def test_of_one_pid_the_oldest_starts_go_first() -> None:
    seconds = [*range(1, MOST), 0]  # the oldest comes last
    table = table_of(*(start(f"{second}.exe", second) for second in seconds))
    assert meant(table, 0) == "0.exe"
    table.note_start(start("new.exe", MOST))
    assert (meant(table, 0), meant(table, 1), meant(table, MOST)) == (None, "1.exe", "new.exe")
    assert len(table.memory) == MOST


def test_of_one_pid_the_oldest_exits_go_first() -> None:
    seconds = [*range(3, 2 * MOST, 2), 1]
    table = table_of(start("a.exe", 0), *(end(second) for second in seconds))
    table.note_start(start("a.exe", 2))
    assert meant(table, 1.5) is None
    table.note_exit(end(2 * MOST + 1))
    assert (meant(table, 1.5), meant(table, 4)) == ("a.exe", None)
    assert len(table.memory) == MOST + 2


def test_over_the_capacity_what_was_used_longest_ago_is_forgotten() -> None:
    table = table_of(
        start("a.exe", 0), end(5, pid=704), start("b.exe", 0, pid=708), start("b.exe", 1, pid=708), capacity=2
    )
    assert meant(table, 1) == "a.exe"  # used just now
    assert table.shrink() == 2
    assert table.shrink() == 0
    assert (meant(table, 1), meant(table, 0.5, pid=708), meant(table, 1, pid=708)) == ("a.exe", None, "b.exe")
    assert table.note_exit(end(5, pid=704)) == ("ws-01", 704)
    table.note_exit(end(6, pid=704))
    assert table.shrink() == 2
    assert (list(table._exits), list(table._runs)) == ([("ws-01", 704)], [])


def test_all_that_is_remembered_is_written_down_and_taken_back() -> None:
    events = (
        ProcessCreated(
            timestamp=at(0), device="ws-01", process=Process("a.exe", pid=700, guid="{1}"), ingested_at=at(60)
        ),
        ProcessExited(
            timestamp=at(5), device="ws-01", process=Process(None, pid=700, guid="{1}"), ingested_at=at(61)
        ),
        start("b.exe", 9),
    )
    table = table_of(*events)
    records = table.records()
    assert records.runs == (
        RunRecord("ws-01", Process("a.exe", pid=700, guid="{1}"), at(0), at(60), 1),
        RunRecord("ws-01", Process("b.exe", pid=700), at(9), at(9), 3),
    )
    assert records.exits == (ExitRecord("ws-01", 700, "{1}", at(5), at(61), 2),)
    assert records.table_touches == 3
    twin = ProcessTable(1000)
    twin.restore(records)
    assert twin.records() == records
    assert [meant(twin, second) for second in (4, 6, 9)] == ["a.exe", None, "b.exe"]


def test_records_of_one_use_are_taken_back_in_one_order() -> None:
    runs = tuple(RunRecord("ws-01", Process(f"{name}.exe", pid=4), at(0), at(0), 1) for name in "ab")
    kept: set[tuple[RunRecord, ...]] = set()
    for order in (runs, runs[::-1]):
        table = ProcessTable(1)
        table.restore(table.records().__class__(runs=order))
        table.shrink()
        kept.add(table.records().runs)
    assert len(kept) == 1


# references ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("process", "needs"),
    [
        (None, False),
        (Process(None), False),
        (Process(None, pid=0), False),
        (Process("a.exe"), False),
        (Process("a.exe", pid=700), False),
        (Process(None, pid=700), True),
    ],
)
def test_only_a_process_known_by_its_pid_alone_is_looked_up(process: Process | None, *, needs: bool) -> None:
    assert needs_resolution(process) is needs


@pytest.mark.parametrize("role", ["parent", "creator"])
def test_a_reference_is_replaced_by_what_it_meant_and_what_has_a_name_is_left(role: str) -> None:
    table = table_of(start("a.exe", 0))
    named, unknown = Process("b.exe", pid=700), Process(None, pid=704)

    def child_of(reference: Process | None) -> ProcessCreated:
        fields: dict[str, Any] = {role: reference}
        return ProcessCreated(timestamp=at(1), device="ws-01", process=Process("c.exe"), **fields)

    assert getattr(resolved(child_of(Process(None, pid=700)), table.find), role) == Process("a.exe", pid=700)
    for reference in (None, named, unknown):
        same = child_of(reference)
        assert resolved(same, table.find) is same
