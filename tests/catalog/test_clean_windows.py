"""A clean Windows gives no finding, in any cycle, on any release, however much the sensor tells."""

from __future__ import annotations

import ntpath

import pytest

from parentchild import catalog
from parentchild.events import Process
from parentchild.relations.evaluation import Evaluation, Verdict, evaluate
from tests.catalog.clean_windows import CYCLES, RELEASES, Start, starts

each_release = pytest.mark.parametrize("release", RELEASES)
each_cycle = pytest.mark.parametrize("cycle", CYCLES)
each_view = pytest.mark.parametrize("view", ["paths", "names", "parent-directory", "devices", "lower-case"])


def seen(start: Start, view: str) -> tuple[Process, Process]:
    """Return child and parent as one kind of sensor logs them."""
    command_line = start.command_line
    if view == "names":
        return Process(start.child_name, command_line=command_line), Process(start.parent_name)
    starters_line = start.parent_command_line
    child, parent = start.child, start.parent
    if view == "parent-directory":  # Defender for Endpoint logs the parent's directory alone
        parent = ntpath.dirname(parent).lower()
    elif view == "devices":
        child, parent = (path.replace("C:", r"\Device\HarddiskVolume3") for path in (child, parent))
    elif view == "lower-case":
        child, parent = child.lower(), parent.lower()
    return (
        Process(start.child_name, path=child, command_line=command_line),
        Process(start.parent_name, path=parent, command_line=starters_line),
    )


def mismatches(judged: list[tuple[Start, Evaluation]]) -> list[Start]:
    return [start for start, evaluation in judged if evaluation.verdict is Verdict.MISMATCH]


def needs_paths(start: Start) -> bool:
    """Tell whether names alone cannot excuse a start: a hand-over to SysWOW64, a shell host's restart."""
    return start.child_name == start.parent_name and start.child_name in {"svchost.exe", "sihost.exe"}


def seen_in(cycle: str, release: str, view: str) -> list[Start]:
    return [start for start in starts(cycle, release) if view != "names" or not needs_paths(start)]


@each_view
@each_cycle
@each_release
def test_default_is_silent(release: str, cycle: str, view: str) -> None:
    table = catalog.DEFAULT_RELATIONS.compiled
    judged = [(start, evaluate(table, *seen(start, view))) for start in seen_in(cycle, release, view)]
    assert mismatches(judged) == []


@each_view
@each_cycle
@each_release
def test_default_is_silent_when_it_knows_the_release(release: str, cycle: str, view: str) -> None:
    table = catalog.DEFAULT_RELATIONS.compiled
    judged = [
        (start, evaluate(table, *seen(start, view), windows=release))
        for start in seen_in(cycle, release, view)
    ]
    assert mismatches(judged) == []


@each_cycle
@each_release
def test_relations_of_one_release_are_silent(release: str, cycle: str) -> None:
    table = catalog.for_windows(release).compiled
    judged = [(start, evaluate(table, *seen(start, "paths"))) for start in starts(cycle, release)]
    assert mismatches(judged) == []


@each_cycle
@each_release
def test_optional_children_are_silent_too(release: str, cycle: str) -> None:
    table = (catalog.DEFAULT_RELATIONS | catalog.OPTIONAL_CHILDREN).compiled
    judged = [(start, evaluate(table, *seen(start, "paths"))) for start in starts(cycle, release)]
    assert mismatches(judged) == []


@each_cycle
@each_release
def test_vendor_packs_are_silent_too(release: str, cycle: str) -> None:
    registry = catalog.DEFAULT_RELATIONS
    for pack in catalog.VENDORS:
        registry |= catalog.vendor(pack)
    judged = [(start, evaluate(registry.compiled, *seen(start, "paths"))) for start in starts(cycle, release)]
    assert mismatches(judged) == []


def test_every_relation_of_the_default_is_met_on_a_clean_machine() -> None:
    """The cycles are no alibi: they start each watched image, and by each of its parents that is core."""
    met = {
        (start.child_name.lower(), start.parent_name.lower())
        for release in RELEASES
        for cycle in CYCLES
        for start in starts(cycle, release)
    }
    kernel = {"ntoskrnl.exe", "system"}
    missing = {
        (child, image.name)
        for child, relation in catalog.DEFAULT_RELATIONS.items()
        for image in relation.parents
        if image.tier.value == "core" and image.name not in kernel and (child, image.name) not in met
    }
    assert missing == set()


def test_the_same_starts_from_a_foreign_parent_are_findings() -> None:
    """The silence is not blindness: each watched child of the cycles is loud under a foreign parent."""
    table = catalog.DEFAULT_RELATIONS.compiled
    for release in RELEASES:
        for cycle in CYCLES:
            for start in starts(cycle, release):
                if start.child_name.lower() not in catalog.DEFAULT_RELATIONS:
                    continue
                child, _ = seen(start, "paths")
                foreign = Process("winword.exe", path=r"C:\Program Files\Microsoft Office\WINWORD.EXE")
                assert evaluate(table, child, foreign).verdict is Verdict.MISMATCH
