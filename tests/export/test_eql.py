"""EQL queries: run by the eql package over documents, they find what the verdicts say."""

from __future__ import annotations

import pytest

from parentchild import SEED_RELATIONS, ExpectedParents, Process, RelationRegistry
from parentchild.export.eql import NOT_SAID, render
from tests.export.defender_tables import FULL_RELATIONS, RICH_RELATIONS
from tests.export.eql_engine import matches
from tests.export.plain_events import JUDGED, Creation, creations

AGENT = RelationRegistry([ExpectedParents("agent.exe", ["mskhost.exe"], directories=[r"C:\Tools\*"])])


@pytest.mark.parametrize("registry", [SEED_RELATIONS, FULL_RELATIONS, RICH_RELATIONS])
def test_run_by_the_eql_package_they_find_what_the_verdicts_say(registry: RelationRegistry) -> None:
    queries, events = render(registry), creations(registry, seed=6, count=1500)
    found: dict[str, set[int]] = {kind: set() for kind in set(JUDGED.values())}
    for query, rows in zip(queries, matches(queries, events), strict=True):
        found[kind_of(query)] |= rows
    assert found == {
        kind: {row for row, event in enumerate(events) if kind in event.kinds(registry)} for kind in found
    }


def test_every_query_says_what_it_cannot_say() -> None:
    assert all(f"// {NOT_SAID}" in query for query in render(FULL_RELATIONS))


def test_a_wildcard_stays_within_one_directory() -> None:
    deep = Creation(Process("agent.exe", path=r"C:\Tools\a\b\agent.exe"), Process("mskhost.exe"))
    assert deep.kinds(AGENT) == {"place"}
    assert matches(render(AGENT), [deep]) == [set(), {0}]


def test_a_path_with_dots_counts_as_another_directory() -> None:
    dotted = Creation(Process("agent.exe", path=r"C:\Tools\.\a\agent.exe"), Process("mskhost.exe"))
    assert dotted.kinds(AGENT) == set()
    assert matches(render(AGENT), [dotted]) == [set(), {0}]


@pytest.mark.parametrize("root", ["C:", r"\??\C:", r"\\?\C:", r"\Device\HarddiskVolume3"])
def test_every_root_under_which_the_system_drive_is_logged_is_accepted(root: str) -> None:
    event = Creation(Process("agent.exe", path=rf"{root}\Tools\a\agent.exe"), Process("mskhost.exe"))
    assert event.kinds(AGENT) == set()
    assert matches(render(AGENT), [event]) == [set(), set()]


def test_a_name_with_what_windows_drops_is_not_found() -> None:
    padded = Creation(Process("agent.exe "), Process("cmd.exe"))
    assert padded.kinds(AGENT) == {"parent"}
    assert matches(render(AGENT), [padded]) == [set(), set()]


def test_the_engine_of_the_package_folds_a_kelvin_sign_and_so_lets_such_a_parent_pass() -> None:
    kelvin = Creation(Process("agent.exe"), Process("ms\u212ahost.exe"))
    assert kelvin.kinds(AGENT) == {"parent"}
    assert matches(render(AGENT), [kelvin]) == [set(), set()]


def test_a_clone_by_the_crash_handler_is_found() -> None:
    clone = Creation(Process("agent.exe"), Process("agent.exe"))
    assert matches(render(AGENT), [clone]) == [{0}, set()]


def kind_of(query: str) -> str:
    first = query.splitlines()[0]
    if first.endswith("outside its directory"):
        return "place"
    if first.endswith("without the arguments that Windows gives it"):
        return "arguments"
    return "child" if first.startswith("// A child") else "parent"
