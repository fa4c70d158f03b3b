"""A snapshot of processes is read, and parents that have gone are unknown."""

from __future__ import annotations

from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS
from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process, ProcessCreated
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import pslist


def listed(pid: int, ppid: int, name: str, second: int, **more: Any) -> dict[str, Any]:
    time = f"2024-06-10 10:30:{second:02}.000000 UTC"
    return {"PID": pid, "PPID": ppid, "ImageFileName": name, "CreateTime": time, "ExitTime": "N/A", **more}


def exited(second: int) -> dict[str, str]:
    return {"ExitTime": f"2024-06-10 10:30:{second:02}.000000 UTC"}


def parents(rows: list[dict[str, Any]]) -> dict[int | None, Process | None]:
    return {event.process.pid: event.parent for event in map(creation, pslist.read_many(rows))}


def creation(event: Event) -> ProcessCreated:
    assert isinstance(event, ProcessCreated)
    return event


def test_a_parent_is_found_in_the_list_wherever_it_is() -> None:
    found = parents([listed(676, 552, "services.exe", 9), listed(552, 444, "wininit.exe", 5)])
    assert found[676] is not None
    assert found[676].name == "wininit.exe"


def test_a_parent_that_is_not_in_the_list_is_known_by_its_pid() -> None:
    assert parents([listed(552, 444, "wininit.exe", 5)]) == {552: Process(None, pid=444)}


def test_a_process_that_started_later_is_not_the_parent() -> None:
    found = parents([listed(552, 444, "wininit.exe", 5), listed(444, 4, "evil.exe", 6)])
    assert found[552] == Process(None, pid=444)


def test_a_process_that_had_exited_is_not_the_parent() -> None:
    rows = [listed(444, 4, "smss.exe", 1, **exited(2)), listed(552, 444, "wininit.exe", 5)]
    assert parents(rows)[552] == Process(None, pid=444)


def test_of_two_processes_with_one_pid_the_later_before_the_child_is_the_parent() -> None:
    rows = [
        listed(444, 4, "old.exe", 1, **exited(5)),
        listed(444, 4, "new.exe", 3),
        listed(552, 444, "child.exe", 4),
    ]
    found = parents(rows)[552]
    assert found is not None
    assert found.name == "new.exe"


def test_a_process_is_not_its_own_parent() -> None:
    assert parents([listed(444, 444, "odd.exe", 1)])[444] == Process(None, pid=444)


def test_the_idle_process_is_nobodys_parent() -> None:
    assert parents([listed(4, 0, "System", 0)]) == {4: None}


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("RuntimeBroker.", "RuntimeBroker.exe"),
        ("LONGUNKNOWNNAM", "LONGUNKNOWNNAM"),
        ("svchost.exe", "svchost.exe"),
    ],
)
def test_a_cut_name_is_completed_when_one_known_image_begins_with_it(shown: str, name: str) -> None:
    assert creation_of(listed(1, 2, shown, 0)).process.name == name


def creation_of(row: dict[str, Any]) -> ProcessCreated:
    event = pslist.read(row)
    assert event is not None
    return creation(event)


def test_a_path_gives_the_whole_name() -> None:
    row = listed(1, 2, "LONGUNKNOWNNAM", 0, Path=r"\Device\HarddiskVolume2\LongUnknownName.exe")
    assert creation_of(row).process.name == "LongUnknownName.exe"


def test_the_rows_of_a_tree_are_read_too() -> None:
    tree = listed(552, 444, "wininit.exe", 5, __children=[listed(676, 552, "services.exe", 9, __children=[])])
    found = parents([tree])
    assert set(found) == {552, 676}
    with pytest.raises(InvalidEvent, match="__children"):
        pslist.read(tree)


def test_the_device_is_what_the_caller_says() -> None:
    (event,) = pslist.read_many([listed(1, 2, "a.exe", 0)], device="ws-1")
    assert event.device == "ws-1"


def test_a_row_that_cannot_be_read_is_handed_over_and_the_rest_is_read() -> None:
    errors: list[int] = []
    rows = [listed(1, 2, "a.exe", 0), {**listed(3, 1, "b.exe", 1), "CreateTime": "N/A"}]
    events = list(pslist.read_many(rows, on_invalid=lambda index, _: errors.append(index)))
    assert len(events) == 1
    assert errors == [1]


def test_the_screen_is_asked_once_the_parents_are_known() -> None:
    rows = [
        listed(552, 4, "wininit.exe", 1),
        listed(676, 552, "services.exe", 2),
        listed(824, 676, "notepad.exe", 3),
    ]
    prefilter = Prefilter(DEFAULT_RELATIONS.table)
    names = {event.process.name for event in map(creation, pslist.read_many(rows, prefilter=prefilter))}
    assert "notepad.exe" not in names
