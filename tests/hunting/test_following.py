"""What a second reading of the rows finds out: what a pid meant, by the starts of any row."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from parentchild import Reason, hunt

Row = dict[str, Any]


def start(child: str, parent: str | None, *, second: int, pid: int, parent_pid: int) -> Row:
    return {
        "Timestamp": f"2026-03-02T10:00:{second:02}Z",
        "DeviceId": "ws-01",
        "ActionType": "ProcessCreated",
        "FileName": child,
        "FolderPath": rf"C:\Windows\System32\{child}",
        "ProcessId": pid,
        "ProcessCommandLine": child,
        "InitiatingProcessFileName": parent,
        "InitiatingProcessId": parent_pid,
    }


def listed(name: str, *, pid: int, parent_pid: int) -> Row:
    return {
        "CSName": "ws-01",
        "ProcessId": pid,
        "ParentProcessId": parent_pid,
        "Name": name,
        "ExecutablePath": rf"C:\Windows\System32\{name}",
        "CreationDate": "20260302100030.000000+000",
    }


@pytest.mark.parametrize("parent", ["acme.exe", "svchost.exe"])
def test_a_listed_process_is_told_its_parent_by_a_start_that_no_list_holds(parent: str) -> None:
    rows = [
        start(parent, "explorer.exe", second=1, pid=700, parent_pid=8),
        listed("svchost.exe", pid=42, parent_pid=700),
    ]
    for order in permutations(rows):
        report = hunt(list(order))
        [finding] = [each for each in report if each.event.process.pid == 42]
        assert (finding.child, finding.parent, finding.parent_is_inferred) == ("svchost.exe", parent, True)


def test_a_list_is_taken_in_whole_beside_starts_whose_parents_are_looked_for() -> None:
    rows = [
        start("lsass.exe", None, second=2, pid=701, parent_pid=700),
        start("acme.exe", "explorer.exe", second=1, pid=700, parent_pid=8),
        listed("svchost.exe", pid=42, parent_pid=43),
        listed("other.exe", pid=43, parent_pid=8),
    ]
    for order in permutations(rows):
        report = hunt(list(order))
        found = {(each.child, each.parent, each.reasons) for each in report}
        wrong = (Reason.UNEXPECTED_PARENT,)
        assert found == {("lsass.exe", "acme.exe", wrong), ("svchost.exe", "other.exe", wrong)}


def test_a_start_in_hand_tells_what_its_pid_meant_in_any_order() -> None:
    rows = [
        start("svchost.exe", "explorer.exe", second=1, pid=700, parent_pid=8),
        start("lsass.exe", None, second=2, pid=701, parent_pid=700),
    ]
    rows[0] |= {"InitiatingProcessFolderPath": "C:\\Windows", "InitiatingProcessCommandLine": "explorer.exe"}
    for order in permutations(rows):
        found = {(each.child, each.parent) for each in hunt(list(order))}
        assert found == {("svchost.exe", "explorer.exe"), ("lsass.exe", "svchost.exe")}
