"""Every quick way answers as the plain one does: each row read, each event evaluated whole, one by one.

`python tests/hunting/test_fast_paths.py 1000000` tries as many creations as it is told.
"""

from __future__ import annotations

import gc
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Detector,
    ProcessCreated,
    RelationRegistry,
    hunt,
    telemetry,
)
from parentchild.relations import prefilter
from parentchild.relations.crashes import CrashHandler
from parentchild.relations.evaluation import Verdict, evaluate
from parentchild.relations.prefilter import Opened, Prefilter
from parentchild.telemetry import defender

Row: TypeAlias = dict[str, object]
Found: TypeAlias = Counter[tuple[str, str, tuple[str, ...], str]]

_NAMES = (
    *(
        "svchost.exe",
        "SVCHOST.EXE",
        "svchost.exe ",
        "scvhost.exe",
        "services.exe",
        "services.exe:x",
        "smss.exe",
    ),
    *("lsass.exe", "wininit.exe", "dllhost.exe", "RuntimeBroker.exe", "taskhostw.exe", "TASKHOSTW.exe"),
    *("WerFault.exe", "WERFAULT.EXE", "conhost.exe", "splwow64.exe", "spoolsv.exe", "notepad.exe", "cmd.exe"),
    *("winword.exe", "explorer.exe", "powershell.exe", "System", "ntoskrnl.exe", "unknown", "-", "4242"),
    *(r"C:\Windows\System32\svchost.exe", r"C:\Temp\svchost.exe", r"\Device\HarddiskVolume3\a\services.exe"),
)
_CHILDREN = tuple(name for name in _NAMES if name != "-")  # a child without a name cannot be read
_DIRECTORIES = ("C:\\Windows\\System32\\", "C:\\Windows\\SysWOW64\\", "C:\\Temp\\", "D:\\Windows\\System32\\")
_LINES = (
    *("svchost.exe -k netsvcs -p -s Schedule", "svchost.exe -k DcomLaunch -p", "svchost.exe", "x -Embedding"),
    *(
        "WerFault.exe -pss -s 460 -p 44 -ip 44",
        "WerFault.exe -u -p 44 -s 8",
        "WerFault.exe -pss",
        "-pss -p 44",
    ),
    *("dllhost.exe /Processid:{3AD05575-8857-4850-9277-11B85BDB8E09}", "", " ", "-", None),
)


def rows(number: int, seed: int = 17) -> list[Row]:
    """Return creations of any kind, most of them absurd."""
    chance = random.Random(seed)
    pick = chance.choice
    made: list[Row] = []
    for at in range(number):
        child, parent = pick(_CHILDREN), pick(_NAMES)
        row: Row = {
            "Timestamp": f"2026-03-01T{at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02}Z",
            "DeviceName": f"ws-{chance.randrange(4)}",
            "ActionType": "ProcessCreated",
            "FileName": child,
            "ProcessId": 44,
            "InitiatingProcessFileName": parent,
            "InitiatingProcessId": 44,
        }
        if chance.random() < 0.9:
            row["FolderPath"] = pick(_DIRECTORIES) + child if chance.random() < 0.8 else None
            row["InitiatingProcessFolderPath"] = pick(_DIRECTORIES) + parent if chance.random() < 0.8 else ""
            row["ProcessCommandLine"] = pick(_LINES)
            row["InitiatingProcessCommandLine"] = pick(_LINES)
        made.append(row)
    return made


def plainly(registry: RelationRegistry, events: Iterable[ProcessCreated]) -> Found:
    """Return what is found where nothing is left out and nothing remembered."""
    found: Found = Counter()
    for event in events:
        told = evaluate(registry.compiled, event.process, event.parent, event.creator)
        if told.verdict is Verdict.MISMATCH:
            found[
                told.child, told.parent, tuple(reason.value for reason in told.reasons), told.directory
            ] += 1
    return found


def quickly(findings: Iterable[object]) -> Found:
    found: Found = Counter()
    for each in findings:
        reasons = tuple(reason.value for reason in each.reasons)  # type: ignore[attr-defined]
        key = each.child, each.parent, reasons, each.directory  # type: ignore[attr-defined]
        found[key] = each.occurrences  # type: ignore[attr-defined]
    return found


def check(registry: RelationRegistry, number: int, seed: int) -> None:
    given = rows(number, seed)
    events = [event for event in defender.read_many(given) if isinstance(event, ProcessCreated)]
    assert len(events) == number
    wanted = plainly(registry, events)
    assert wanted
    one, many = (Detector(registry, suppression=None, window=None, capacity=10**7) for _ in range(2))
    for event in events:
        one.observe(event)
    many.observe_many(events)
    assert one.stats == many.stats
    assert quickly(one.findings()) == wanted
    assert quickly(many.findings()) == wanted
    hunted = hunt(given, registry=registry, suppression=None, resolve_parents=False, capacity=10**7)
    assert quickly(hunted.findings) == wanted


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS], ids=["published", "default"])
def test_what_is_held_back_or_evaluated_once_is_what_a_plain_evaluation_finds(
    registry: RelationRegistry,
) -> None:
    check(registry, 6_000, 17)


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS], ids=["published", "default"])
def test_no_start_of_the_crash_handler_that_is_evidence_is_held_back(registry: RelationRegistry) -> None:
    policy, evidence = CrashHandler(), 0
    for row in rows(60_000, 5):
        if str(row["FileName"]).lower() != "werfault.exe":
            continue
        event = defender.read(row)
        assert event is not None
        if policy.evidence_in(event) is not None:
            evidence += 1
            prefilter = Detector(registry).prefilter
            assert list(defender.read_many([row, row], prefilter=prefilter)) == [event, event]
    assert evidence > 5


def test_a_start_of_the_crash_handler_that_is_no_evidence_never_becomes_an_event() -> None:
    row: Row = {
        "Timestamp": "2026-03-01T09:30:00Z",
        "DeviceName": "ws-01",
        "ActionType": "ProcessCreated",
        "FileName": "WerFault.exe",
        "FolderPath": r"C:\Windows\System32\WerFault.exe",
        "ProcessId": 4242,
        "ProcessCommandLine": "WerFault.exe -u -p 44 -s 8",
        "InitiatingProcessFileName": "svchost.exe",
        "InitiatingProcessFolderPath": r"C:\Windows\System32\svchost.exe",
        "InitiatingProcessCommandLine": "svchost.exe -k WerSvcGroup",
        "InitiatingProcessId": 1337,
    }
    prefilter = Detector(SEED_RELATIONS).prefilter
    evidence = row | {"ProcessCommandLine": "WerFault.exe -pss -s 460 -p 44 -ip 44"}
    given = [row, row, evidence, row | {"InitiatingProcessFileName": "explorer.exe"}, evidence]
    assert len(list(defender.read_many(given, prefilter=prefilter))) == len([evidence, evidence])


def test_what_a_prefilter_has_forgotten_no_reader_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefilter, "_CHARACTERS", 2_000)
    opened: list[Row] = [
        {
            "Timestamp": "2026-03-01T09:00:00Z",
            "DeviceName": "ws-1",
            "ActionType": "ProcessCreated",
            "FileName": "svchost.exe",
            "ProcessCommandLine": f"svchost.exe -k netsvcs -s {number}",
            "InitiatingProcessFileName": "services.exe",
        }
        for number in range(2_000)
    ]
    gc.collect()
    before = {id(each) for each in gc.get_objects() if isinstance(each, Opened)}
    detector = Detector(DEFAULT_RELATIONS)
    last: Row = opened[0] | {"InitiatingProcessFileName": "cmd.exe"}
    for rows in (iter([*opened, last]), [*opened, last]):
        reading = iter(defender.read_many(rows, prefilter=detector.prefilter))
        assert next(reading).device == "ws-1"  # it has come to the end, and is there still
        kept = [each for each in gc.get_objects() if isinstance(each, Opened) and id(each) not in before]
        answers = sum(len(some) for each in kept for some in each.answers.values())
        assert detector.prefilter.forgotten > 20
        assert (len(kept), answers) <= (3, 60)
        del reading


def test_a_reading_for_some_pids_makes_events_of_rows_with_them_and_of_rows_that_do_not_tell() -> None:
    row = rows(1)[0] | {"FileName": "svchost.exe", "InitiatingProcessFileName": "cmd.exe"}
    given = [
        row | {"ReportId": at, "ProcessId": pid, "InitiatingProcessId": ppid}
        for at, (pid, ppid) in enumerate([(8, 12), (12, 16), (16, 20), (None, 20), ("0x10", 20), (16, 8.0)])
    ]
    twelve = frozenset({12})
    prefilter = Prefilter(SEED_RELATIONS.compiled, pids=twelve, starters=twelve)
    read = defender.read_many(given, prefilter=prefilter)
    assert [event.record_id for event in read] == [0, 1, 3, 4, 5]
    others: list[Row | str] = [*given, json.dumps(given[2])]  # one is no mapping, and has to be opened
    read = defender.read_many(others, prefilter=prefilter)
    assert [event.record_id for event in read] == [0, 1, 3, 4, 5, 2]


BOOT: Row = {
    "ActionType": "ProcessCreated",
    "FileName": "smss.exe",
    "FolderPath": r"D:\Windows\System32\smss.exe",
    "InitiatingProcessFileName": "System",
    "InitiatingProcessId": 4,
}


def booting(number: int, seed: int) -> list[Row]:
    """Return creations of Windows' own images, on C: and D:, and devices that start from D:."""
    chance = random.Random(seed)
    made: list[Row] = []
    for at in range(number):
        row: Row = {"Timestamp": f"2026-03-01T09:{at // 60 % 60:02}:{at % 60:02}Z", "ProcessId": 44}
        row["DeviceName"] = f"ws-{chance.randrange(3)}"
        system32 = rf"{chance.choice('CCCD')}:\Windows\System32"
        child, parent = chance.choice([("svchost.exe", "services.exe"), ("wininit.exe", "smss.exe")])
        is_by_path = chance.random() < 0.3
        row |= BOOT if at > number // 2 and chance.random() < 0.02 else {
            "ActionType": "ProcessCreated",
            "FileName": rf"{system32}\{child}" if is_by_path else child,
            "FolderPath": rf"{system32}\{child}",
            "ProcessCommandLine": f"{child} -k netsvcs -p",
            "InitiatingProcessFileName": parent,
            "InitiatingProcessFolderPath": rf"{system32}\{parent}",
            "InitiatingProcessCommandLine": parent,
            "InitiatingProcessId": 44,
        }  # fmt: skip
        made.append(row if chance.random() < 0.9 else {"rows": [row]})
    return made


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_settled_by_a_drive_before_a_device_may_have_told_another(seed: int) -> None:
    given = booting(400, seed)
    one, many, read = (Detector(window=None) for _ in range(3))
    events = [event for event in telemetry.read_many(given) if isinstance(event, ProcessCreated)]
    assert len(events) == len(given)
    for event in events:
        one.observe(event)
    assert one.stats.mismatched
    for half in (events[:200], events[200:]):  # by the second, the first has taught it what is usual
        many.observe_many(half)
    for each in telemetry.read_many(given, prefilter=read.prefilter):
        read.observe(each)
    wanted = quickly(one.findings())
    assert many.stats == one.stats
    assert quickly(many.findings()) == quickly(read.findings()) == wanted
    for again in (given, iter(given)):
        assert quickly(hunt(again).findings) == wanted


if __name__ == "__main__":
    for seed in range(max(1, int(sys.argv[1]) // 50_000)):
        for registry in (SEED_RELATIONS, DEFAULT_RELATIONS):
            check(registry, 50_000, seed)
