"""Cases that fuzzing, floods and the state machines found; each was wrong once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    CrashHandler,
    Detector,
    Exclusion,
    InvalidArgument,
    InvalidState,
    Process,
    ProcessCreated,
    RemoteThreadCreated,
)
from parentchild.relations.crashes import CrashEvidence
from parentchild.relations.prefilter import Prefilter

START = datetime(2026, 3, 1, tzinfo=timezone.utc)


def created(
    child: str, parent: str | None, *, pid: int = 100, ppid: int = 200, second: int = 0
) -> ProcessCreated:
    return ProcessCreated(
        timestamp=START + timedelta(seconds=second),
        device="ws-01",
        process=Process(child, pid=pid),
        parent=Process(parent, pid=ppid),
    )


def saved(detector: Detector) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(json.dumps(detector.state()))
    return state


def remembered(prefilter: Prefilter) -> list[object]:
    """Return every spelling that the memo holds, those that children share once."""
    by_parents = {id(each): each for each in prefilter.memo.values() if each is not None}
    return [*prefilter.memo, *(parent for answers in by_parents.values() for parent in answers)]


def test_the_screens_memo_is_bounded_over_all_children_together() -> None:
    prefilter = Detector().prefilter
    for child in ("svchost.exe", "lsass.exe", "csrss.exe", "smss.exe"):
        for parent in range(20_000):
            prefilter.created(child, f"{parent}.exe")
    assert len(remembered(prefilter)) <= 65_536 + 4


def test_the_screen_does_not_remember_spellings_longer_than_a_path() -> None:
    prefilter = Detector().prefilter
    prefilter.created("x" * 100_000, "y" * 100_000)
    assert prefilter.created("svchost.exe", "y" * 100_000)
    assert all(spelling == "svchost.exe" for spelling in remembered(prefilter))


@pytest.mark.parametrize("field", ["at", "last"])
def test_a_time_without_a_zone_in_a_state_is_refused(field: str) -> None:
    detector = Detector()
    detector.observe(created("svchost.exe", "cmd.exe"))
    state = saved(detector)
    state["histories"][0]["things"][0][field] = "2026-03-01T00:00:00"
    with pytest.raises(InvalidState, match="zone"):
        Detector.from_state(state, registry=DEFAULT_RELATIONS)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_exclusion_that_expires_outside_of_all_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="UTC"):
        Exclusion(reason="a test", child="svchost.exe", expires_at=datetime.fromisoformat(text))
    state = saved(Detector(exclusions=[Exclusion(reason="a test", child="svchost.exe")]))
    state["settings"]["exclusions"][0]["expires_at"] = text
    with pytest.raises(InvalidState, match="UTC"):
        Detector.from_state(state, registry=DEFAULT_RELATIONS)


class Counting:
    """The default policy, which counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.policy = CrashHandler()
        self.evidence_names = self.policy.evidence_names
        self.evidence_in = self.policy.evidence_in
        self.could_be_evidence = self.policy.could_be_evidence
        self.could_clear = self.policy.could_clear
        self.copies = self.policy.copies

    def clears(self, evidence: CrashEvidence, event: ProcessCreated) -> bool:
        self.asked += 1
        return self.policy.clears(evidence, event)


def test_a_flood_of_evidence_and_copies_of_one_process_asks_a_policy_a_bounded_number_of_times() -> None:
    policy = Counting()
    detector = Detector(suppression=policy)
    for second in range(50):
        detector.observe(
            RemoteThreadCreated(
                timestamp=START + timedelta(seconds=second),
                device="ws-01",
                source=Process("WerFault.exe"),
                target=Process("svchost.exe", pid=44),
            )
        )
    policy.asked = 0
    for number in range(200):
        detector.observe(created("svchost.exe", "svchost.exe", pid=1000 + number, ppid=44, second=10_000))
    assert policy.asked <= 200 * 16 * 65


@pytest.mark.parametrize("name", ["", "?", "-", "<unknown process>"])
def test_the_kernel_is_known_by_its_pid_where_its_name_is_a_placeholder(name: str) -> None:
    found = Detector().observe(created("cmd.exe", name, ppid=4))
    assert [(finding.child, finding.parent) for finding in found] == [("cmd.exe", "system")]


def test_an_empty_name_does_not_hide_what_the_path_tells() -> None:
    hidden = ProcessCreated(
        timestamp=START,
        device="ws-01",
        process=Process("", path=r"C:\Windows\System32\svchost.exe"),
        parent=Process("cmd.exe"),
    )
    found = Detector().observe(hidden)
    assert [(finding.child, finding.parent) for finding in found] == [("svchost.exe", "cmd.exe")]
