"""A snapshot of processes is read, and parents that have gone are unknown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Detector, Verdict, hunt
from parentchild.catalog.default import for_windows
from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process, ProcessCreated
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import pslist
from parentchild.telemetry.counts import RowCounts
from parentchild.telemetry.snapshot import Listed, completed


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


@pytest.mark.parametrize("name", ["RuntimeBroker.", ".. 0xfffffa80:svchost.exe", "... taskhostw.exe"])
def test_a_prefilter_is_asked_about_the_name_that_the_event_has(name: str) -> None:
    """The kernel keeps a part of a name, and a tree puts marks before it."""
    row = listed(4116, 824, name, 5)
    prefilter = Detector(SEED_RELATIONS).prefilter
    assert list(pslist.SOURCE.read_many([row], prefilter=prefilter)) == [pslist.read(row)]


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
        ("SearchProtocol", "SearchProtocolHost.exe"),
        ("SearchFilterHo", "SearchFilterHost.exe"),
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
        listed(552, 4, "explorer.exe", 1),
        listed(676, 552, "services.exe", 2),
        listed(824, 552, "notepad.exe", 3),
    ]
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    names = {event.process.name for event in map(creation, pslist.read_many(rows, prefilter=prefilter))}
    assert "notepad.exe" not in names
    assert "services.exe" in names


def test_the_kernels_own_facts_come_before_what_the_process_says_of_itself() -> None:
    lying = listed(1, 2, "evil.exe", 0, Path=r"C:\Windows\System32\svchost.exe")
    assert creation_of(lying).process.name == "evil.exe"
    assert creation_of(lying).process.path is None
    audit = r"\Device\HarddiskVolume2\Temp\svchost.exe"
    both = listed(1, 2, "svchost.exe", 0, Path=r"C:\Windows\System32\svchost.exe", Audit=audit)
    assert creation_of(both).process.path == audit


def test_a_path_that_says_what_the_kernel_says_is_read() -> None:
    path = r"C:\Windows\System32\svchost.exe"
    assert creation_of(listed(1, 2, "svchost.exe", 0, Path=path)).process.path == path
    assert creation_of(listed(1, 2, "svchost.exe", 0, Path=path.replace("\\", 2 * "\\"))).process.path == path


def test_every_row_is_of_a_snapshot() -> None:
    assert all(event.from_snapshot for event in map(creation, pslist.read_many(XP)))


XP = [
    listed(376, 4, "smss.exe", 0),
    listed(632, 376, "csrss.exe", 1),
    listed(656, 376, "winlogon.exe", 2),
    listed(700, 656, "services.exe", 3),
    listed(712, 656, "lsass.exe", 4),
]
SEVEN = [
    listed(232, 4, "smss.exe", 0),
    listed(320, 312, "csrss.exe", 1),
    listed(368, 312, "wininit.exe", 2),
    listed(408, 360, "winlogon.exe", 3),
    listed(464, 368, "services.exe", 4),
]


def verdicts(rows: list[dict[str, Any]]) -> dict[str | None, Verdict]:
    return {
        event.process.name: (for_windows(event.windows) if event.windows else DEFAULT_RELATIONS).verdict(
            event.process.name or "", (event.parent and event.parent.name) or "", windows=event.windows
        )
        for event in map(creation, pslist.read_many(rows))
    }


def test_a_list_shows_that_it_is_of_xp_and_what_is_right_there() -> None:
    assert {event.windows for event in map(creation, pslist.read_many(XP))} == {"xp"}
    found = verdicts(XP)
    assert (found["services.exe"], found["lsass.exe"]) == (Verdict.EXPECTED, Verdict.EXPECTED)


def test_an_attack_on_xp_is_still_one() -> None:
    assert verdicts([*XP, listed(900, 656, "svchost.exe", 5)])["svchost.exe"] is Verdict.MISMATCH


def test_a_later_release_is_not_taken_for_xp() -> None:
    assert {event.windows for event in map(creation, pslist.read_many(SEVEN))} == {None}
    fake = [*SEVEN, listed(999, 408, "lsass.exe", 9)]
    assert verdicts(fake)["lsass.exe"] is Verdict.MISMATCH


def test_a_list_of_other_devices_says_nothing_of_ones_own() -> None:
    events = [
        *(Listed(creation_of(row)) for row in SEVEN),
        *(Listed(attrs.evolve(creation_of(row), device="old")) for row in XP),
    ]
    assert {(event.device, event.windows) for event in completed(events)} == {("", None), ("old", "xp")}


def test_rows_of_volatility_2_are_read_in_its_trees_too() -> None:
    row = {
        "Name": "... 0x85f3d030:explorer.exe",
        "Pid": 42,
        "PPid": 7,
        "Time": "2024-06-10 10:30:00 UTC+0000",
    }
    assert (creation_of(row).process.name, creation_of(row).parent) == ("explorer.exe", Process(None, pid=7))


def test_what_became_of_each_row_is_counted() -> None:
    counts = RowCounts()
    rows = [*XP, {**XP[0], "CreateTime": "N/A"}]
    list(pslist.read_many(rows, on_invalid=lambda _, __: None, counts=counts))
    assert (counts.starts, counts.unreadable) == (5, 1)


LIST = [
    listed(700, 333, "explorer.exe", 1),
    listed(900, 700, "svchost.exe", 21),
    listed(950, 4, "svchost.exe", 22),
]


def test_a_parent_from_a_list_is_marked_as_inferred_with_its_age() -> None:
    detector = Detector()
    detector.observe_many(pslist.read_many(LIST, device="ws-1"))
    by_list, by_row = sorted(detector.findings(), key=lambda finding: finding.parent)
    assert (by_list.parent, by_list.inference_age) == ("explorer.exe", timedelta(seconds=20))
    assert "parent looked up by pid, started 20 s earlier" in by_list.explanation
    assert (by_row.parent, by_row.parent_is_inferred) == ("system", False)  # pid 4 needs no looking up


def rows_of_lists() -> dict[str, list[dict[str, Any]]]:
    """The same list as other tools write it."""
    times = (1718015401, 1718015421)
    ids = (("explorer.exe", 700, 333), ("svchost.exe", 900, 700))
    both = list(zip(ids, times, strict=True))
    return {
        "pslist": LIST[:2],
        "psutil": [
            {"pid": pid, "ppid": ppid, "name": name, "exe": None, "cmdline": [], "create_time": time}
            for (name, pid, ppid), time in both
        ],
        "Win32_Process": [
            {"ProcessId": pid, "ParentProcessId": ppid, "Name": name, "ExecutablePath": None,
             "CommandLine": None, "CreationDate": time}
            for (name, pid, ppid), time in both
        ],
    }  # fmt: skip


@pytest.mark.parametrize("device", [None, "ws-1"])
@pytest.mark.parametrize("kind", sorted(rows_of_lists()))
def test_a_hunt_through_a_list_of_any_tool_marks_its_parents_in_the_finding_its_text_and_its_dict(
    kind: str, device: str | None
) -> None:
    report = hunt(rows_of_lists()[kind], device=device)
    (finding,) = report
    assert (finding.child, finding.parent, finding.inference_age) == (
        *("svchost.exe", "explorer.exe"),
        timedelta(seconds=20),
    )
    assert "looked up by pid" in str(finding)
    assert finding.to_dict()["parent_inferred_seconds"] == 20
    assert "1 finding with a parent that was not logged but looked up by its pid." in str(report)


def test_a_parent_that_a_listed_row_names_itself_is_not_inferred() -> None:
    child = creation_of(listed(900, 700, "svchost.exe", 21))
    named = attrs.evolve(child, parent=Process("explorer.exe", pid=700))
    (finding,) = Detector().observe(named)
    assert not finding.parent_is_inferred


def test_a_list_of_more_than_a_day_is_still_one_list() -> None:
    rows = [{**LIST[0], "CreateTime": "2024-05-01 10:30:00 UTC"}, LIST[1]]
    (finding,) = hunt(rows)
    assert finding.inference_age is not None
    assert finding.inference_age > timedelta(days=40)
