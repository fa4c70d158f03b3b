"""What the state of a device keeps of starts and exits still names every parent, in few bytes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, InvalidState, Process, ProcessCreated
from parentchild.detector.processes import Processes
from parentchild.hunting.spark.starts import Starts, names_with_arguments, needed, packed, unpacked
from parentchild.relations.pids import Entry
from tests.benchmarks.spark import device_job, workstation

START = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
NAMES = names_with_arguments(DEFAULT_RELATIONS)
SVCHOST = "C:\\Windows\\System32\\svchost.exe"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def entry(seconds: float, process: Process, *, is_exit: bool = False) -> Entry:
    return Entry(process, at(seconds), None, is_exit, from_snapshot=False, is_followed=False, at=START)


def named(entries: Any, pid: int, seconds: float) -> Any:
    """Return which process a child of some second means by a pid, or why none."""
    processes = Processes()
    for each in entries:
        processes.put(attrs.evolve(each), each.at)
    event = ProcessCreated(timestamp=at(seconds), device="ws-1", process=Process("x.exe", pid=4444))
    found = processes.find(Process(None, pid=pid), event)
    return found.process.name if isinstance(found, Entry) else found


@st.composite
def entries_of_two_pids(draw: st.DrawFn) -> Entry:
    is_exit, name = draw(st.booleans()), draw(st.sampled_from("abc"))
    process = Process(None if is_exit else f"{name}.exe", pid=draw(st.sampled_from([4, 700])))
    return entry(draw(st.integers(0, 30)), process, is_exit=is_exit)


ENTRIES = st.lists(entries_of_two_pids(), max_size=12, unique_by=lambda each: (each.when, each.process.pid))


@given(ENTRIES, st.integers(0, 30), st.integers(0, 12), st.sampled_from([4, 700]))
def test_what_is_forgotten_no_event_after_the_watermark_could_mean(
    entries: list[Entry], watermark: int, later: int, pid: int
) -> None:
    kept = needed(entries, at(watermark))
    assert named(kept, pid, watermark + later) == named(entries, pid, watermark + later)
    assert needed(entries, None) == entries


@given(ENTRIES, st.integers(0, 40), st.sampled_from([4, 700]))
def test_what_is_kept_names_the_same_parents(entries: list[Entry], seconds: int, pid: int) -> None:
    kept = packed(entries, NAMES)
    again = unpacked(kept, START)
    assert named(again, pid, seconds) == named(entries, pid, seconds)
    assert len(again) == len(entries)
    assert unpacked(packed(again, NAMES), START) is not None
    assert packed(again, NAMES) == packed(unpacked(packed(again, NAMES), START), NAMES)


def test_a_process_that_exited_before_the_watermark_is_forgotten_and_one_that_runs_is_not() -> None:
    services, cmd = Process("services.exe", pid=700), Process("cmd.exe", pid=900)
    entries = [entry(0, services), entry(1, cmd), entry(5, attrs.evolve(cmd, name=None), is_exit=True)]
    assert [each.process for each in needed(entries, at(6))] == [services]
    assert needed(entries, at(5)) == entries


def test_a_pid_that_was_given_to_another_process_means_that_one() -> None:
    entries = [entry(0, Process("cmd.exe", pid=900)), entry(60, Process("services.exe", pid=900))]
    assert [each.process.name for each in needed(entries, at(61))] == ["services.exe"]


def test_what_a_copy_started_is_known_until_the_watermark() -> None:
    copy = Process("taskhostw.exe", pid=900)
    child = attrs.evolve(
        entry(10.25, Process("cmd.exe", pid=904)), starter=(900, "taskhostw.exe", None, at(10))
    )
    by_service = attrs.evolve(entry(11, Process("x.exe", pid=908)), starter=(700, "services.exe", None, None))

    def has_started(entries: Any, copy: Process, seconds: float) -> bool:
        processes = Processes()
        for each in entries:
            processes.put(attrs.evolve(each), each.at)
        return processes.has_started(copy, at(seconds))

    kept = unpacked(packed([child, by_service], NAMES), START)
    assert has_started(kept, copy, 10.2)
    assert [each.starter for each in kept] == [child.starter, None], (
        "a copy of services.exe is never harmless"
    )
    assert has_started(needed([child], at(10)), copy, 10.2)
    assert not has_started(needed([child], at(11)), copy, 10.2)


def test_an_exit_keeps_its_name_with_its_start_and_without() -> None:
    first = entry(1, Process("cmd.exe", pid=900)), entry(9, Process("cmd.exe", pid=900), is_exit=True)
    others = entry(2, Process("a.exe", pid=904)), entry(9, Process("b.exe", pid=904), is_exit=True)
    again = unpacked(packed([*first, *others], NAMES), START)
    assert [(each.process.name, each.is_exit) for each in again] == [
        ("cmd.exe", False),
        ("cmd.exe", True),
        ("a.exe", False),
        ("b.exe", True),
    ]


def test_a_copy_that_is_watched_keeps_its_exit() -> None:
    entries = [entry(1, Process("taskhostw.exe", pid=900)), entry(5, Process(None, pid=900), is_exit=True)]
    assert needed(entries, at(60)) == []
    assert needed(entries, at(60), frozenset({900})) == entries


def test_the_time_of_a_start_is_kept_to_a_second_and_to_a_millisecond_where_the_order_decides() -> None:
    alone = entry(10.7501, Process("services.exe", pid=700))
    first, end = (
        entry(10.2501, Process("a.exe", pid=900)),
        entry(10.4001, Process(None, pid=900), is_exit=True),
    )
    second = entry(10.7501, Process("b.exe", pid=900))
    times = [each.when for each in unpacked(packed([alone, first, end, second], NAMES), START)]
    assert times == [at(10), at(10.25), at(10.401), at(10.75)]


def test_what_decides_of_a_parent_is_kept_and_what_does_not_is_not() -> None:
    process = Process(
        "svchost.exe",
        pid=700,
        path=SVCHOST,
        command_line=f"{SVCHOST} -k netsvcs -s Schedule",
        started_at=at(-86_400),
        user="NT AUTHORITY\\SYSTEM",
        user_sid="S-1-5-18",
        guid="{7bf9e-1}",
        session=0,
        integrity="System",
        signer="Microsoft Windows",
        original_name="svchost.exe",
        sha256="0" * 64,
    )
    shell = Process(
        "powershell.exe", pid=900, path="D:\\P\\PWSH.exe", command_line="powershell -enc SQBFAFgA"
    )
    first, second = unpacked(packed([entry(0, process), entry(1, shell)], NAMES), START)
    assert first.process == attrs.evolve(process, session=None, sha256=None)
    assert second.process == attrs.evolve(shell, command_line=None)


def test_command_lines_are_kept_of_what_the_relations_are_about() -> None:
    assert {"svchost.exe", "rundll32.exe", "services.exe"} <= NAMES
    assert not NAMES & {"cmd.exe", "powershell.exe", "chrome.exe"}
    assert names_with_arguments(SEED_RELATIONS) == set(SEED_RELATIONS)


@pytest.mark.parametrize("columns", [b"", b"\x00", b"\xff" * 20])
def test_damaged_starts_are_refused(columns: bytes) -> None:
    kept = packed([entry(0, Process("services.exe", pid=700))], NAMES)
    with pytest.raises(InvalidState, match="damaged"):
        unpacked(attrs.evolve(kept, columns=columns), START)
    with pytest.raises(InvalidState, match="damaged"):
        unpacked(Starts([], [], [], [], kept.columns), START)
    with pytest.raises(InvalidState, match="damaged"):
        unpacked(attrs.evolve(kept, images=[[5]]), START)  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("starts", "has_exits", "delay"),
    [(500, False, timedelta(hours=2)), (300, True, timedelta(hours=2)), (2_000, True, timedelta(minutes=10))],
)
def test_the_state_of_a_workstation_is_below_4_KiB(  # noqa: N802 - a unit
    *, starts: int, has_exits: bool, delay: timedelta
) -> None:
    work = device_job(resolve_parents=True)
    detector = workstation(starts, work, has_exits=has_exits)
    saved = work.saved(
        detector, watermark=max(each.clock for each in detector._fleet.histories.values()) - delay
    )
    assert saved is not None
    assert len(saved) < 4096
    assert work.restored(saved).findings() == detector.findings()
