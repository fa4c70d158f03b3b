"""What travels between driver and executors; it takes no Spark to try that."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import timedelta

import attrs
import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    Detector,
    Exclusion,
    InvalidState,
    Process,
    ProcessCreated,
    telemetry,
)
from parentchild.detector.settings import Settings
from parentchild.hunting.following import Awaited
from parentchild.hunting.spark.executors import MOST_NAMED, MOST_PROCESSES, Deferred
from parentchild.hunting.spark.jobs import Job
from parentchild.telemetry import defender
from tests.hunting.telemetry_rows import START
from tests.spark.rows import everything


def job(*, resolve_parents: bool = False, exclusions: tuple[Exclusion, ...] = ()) -> Job:
    settings = Settings(resolve_parents=resolve_parents, exclusions=exclusions, window=timedelta(hours=2))
    return Job(registry=DEFAULT_RELATIONS, settings=settings, source=telemetry, device=None, zone=None)


def fleet(work: Job, copies: int = 1) -> list[Detector]:
    """Return a detector for each device of some fleets that are alike but for their devices' names."""
    by_device: dict[str, Detector] = {}
    rows = [row for row in everything() if row["FileName"].strip() not in {"", "-", "N/A"}]
    for event in defender.read_many(rows):
        for number in range(copies):
            named = attrs.evolve(event, device=f"{event.device}-{number}")
            by_device.setdefault(named.device, work.detector()).observe(named)
    return list(by_device.values())


def test_detectors_that_are_merged_in_a_tree_know_what_one_merge_knows() -> None:
    work = job()
    detectors = fleet(work, copies=12)
    assert len(detectors) > 2 * 64
    whole, tree = detectors[0].merge(*detectors[1:]), work.merged(detectors)
    assert (tree.findings(), tree.suppressed(), tree.stats) == (
        whole.findings(),
        whole.suppressed(),
        whole.stats,
    )
    assert work.merged([]).findings() == ()


@pytest.mark.parametrize("resolve_parents", [False, True])
def test_what_is_kept_of_a_device_continues_as_if_nothing_had_been(*, resolve_parents: bool) -> None:
    work = job(resolve_parents=resolve_parents)
    for detector in fleet(work):
        saved = work.saved(detector)
        assert saved is not None
        again = work.restored(saved)
        assert (again.findings(), again.suppressed()) == (detector.findings(), detector.suppressed())
        assert work.saved(again) == saved
        assert again.stats.seen == 0


def test_options_are_not_kept_with_every_device_but_are_those_of_the_job() -> None:
    many = tuple(Exclusion(child="x.exe", parent=f"{number}.exe", reason="a test") for number in range(500))
    plain, excluding = job(), job(exclusions=many)
    saved = plain.saved(fleet(plain)[0])
    assert saved is not None
    restored = excluding.restored(saved)
    assert excluding.saved(restored) == saved
    assert restored.settings.exclusions == many


def test_starts_can_be_left_out_and_a_device_of_which_nothing_is_known_keeps_nothing() -> None:
    work = job(resolve_parents=True)
    detector = fleet(work)[0]
    whole, brief = work.saved(detector), work.saved(detector, keeps_processes=False)
    assert whole is not None
    assert brief is not None
    assert len(brief) < len(whole)
    assert work.restored(brief).findings() == detector.findings()
    assert work.saved(work.detector()) is None


def test_a_state_of_another_release_or_a_damaged_one_is_refused() -> None:
    work = job(resolve_parents=True)
    saved = work.saved(fleet(work)[0])
    assert saved is not None
    with pytest.raises(InvalidState, match="version"):
        work.restored(b"\x01" + saved[1:])
    with pytest.raises(InvalidState, match="version"):
        work.restored(zlib.compress(b"{}"))
    for length in (0, 1, 2, len(saved) // 2):
        with pytest.raises(InvalidState):
            work.restored(saved[:length])


def awaited(processes: Iterable[tuple[str, int]], names: Iterable[str]) -> Deferred:
    return Deferred.of(Awaited(processes=set(processes), names=set(names)))


def test_processes_and_names_are_named_up_to_a_number_of_them() -> None:
    few = awaited([("ws-1", 700), ("ws-2", 4)], ["cmd.exe"])
    assert (few.processes, few.names) == (frozenset({("ws-1", 700), ("ws-2", 4)}), frozenset({"cmd.exe"}))
    many = awaited(((f"ws-{each}", 4) for each in range(MOST_PROCESSES + 1)), map(str, range(MOST_NAMED + 1)))
    assert (many.processes, many.names) == (None, None)
    other = awaited([("ws-3", 8)], ["reg.exe"])
    both = Deferred.union([few, other])
    assert both == awaited([("ws-1", 700), ("ws-2", 4), ("ws-3", 8)], ["cmd.exe", "reg.exe"])
    assert Deferred.union([few, many]) == many
    assert few.prefilter().created("cmd.exe", "x.exe")
    assert not few.prefilter().created("other.exe", "x.exe")
    assert many.prefilter().created("other.exe", "x.exe")


def test_a_start_is_awaited_by_its_device_and_pid_and_what_a_copy_started_by_its_parents() -> None:
    copy = Deferred.of(Awaited(processes={("ws-1", 700)}, copies={("ws-1", 700)}, copied={"svchost.exe"}))

    def started(device: str, pid: int, parent_pid: int) -> ProcessCreated:
        return ProcessCreated(
            timestamp=START,
            device=device,
            process=Process("x.exe", pid=pid),
            parent=Process("svchost.exe", pid=parent_pid),
        )

    assert copy.includes(started("ws-1", 700, 4))
    assert copy.includes(started("ws-1", 12, 700))
    assert not copy.includes(started("ws-2", 700, 4))
    assert not copy.includes(started("ws-2", 12, 700))
    assert not copy.includes(started("ws-1", 12, 4))
