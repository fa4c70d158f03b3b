"""Sigma rules: valid by pySigma, and run on SQLite they find what the verdicts say."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, ExpectedParents, Process, RelationRegistry
from parentchild.export.sigma import render
from tests.export.defender_tables import FULL_RELATIONS, RICH_RELATIONS
from tests.export.plain_events import Creation, creations
from tests.export.sigma_engine import matches, parsed
from tests.export.validators import validator

_ONLINE = {"attacktag", "d3_fendtag"}  # these two load the newest ATT&CK and D3FEND from afar
AGENT = RelationRegistry([ExpectedParents("agent.exe", ["host.exe"], directories=[r"C:\Tools\*"])])


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS, FULL_RELATIONS])
def test_every_validator_of_pysigma_that_works_offline_is_content(registry: RelationRegistry) -> None:
    rules = parsed(render(registry)).rules
    validators = validator("sigma.plugins").InstalledSigmaPlugins.autodiscover().validators
    chosen = {kind for name, kind in validators.items() if name not in _ONLINE}
    checker = validator("sigma.validation").SigmaValidator(chosen)
    issues: list[Any] = checker.validate_rules(iter(rules))
    assert [str(issue) for issue in issues] == []


def test_ids_are_stable_and_differ() -> None:
    ids = [str(rule["id"]) for rule in render(DEFAULT_RELATIONS)]
    assert ids == [str(rule["id"]) for rule in render(DEFAULT_RELATIONS)]
    assert len(set(ids)) == len(ids)
    assert {uuid.UUID(each).version for each in ids} == {5}


def test_vendor_exceptions_are_optional_filters() -> None:
    [rule] = [
        each
        for each in render(SEED_RELATIONS.allow("svchost.exe", "acme.exe", why="ours"))
        if each["title"] == "Unexpected Parent of svchost.exe"
    ]
    detection: Any = rule["detection"]
    assert detection["filter_optional_3"] == [
        {"ParentImage|endswith": ["\\acme.exe"]},
        {"ParentImage": ["acme.exe"]},
    ]
    assert detection["condition"] == "selection and not 1 of filter_main_* and not 1 of filter_optional_*"


@pytest.mark.parametrize("registry", [SEED_RELATIONS, FULL_RELATIONS, RICH_RELATIONS])
def test_run_on_sqlite_they_find_what_the_verdicts_say(registry: RelationRegistry) -> None:
    rules, events = render(registry), creations(registry, seed=5, count=4000)
    found: dict[str, set[int]] = {"parent": set(), "place": set(), "child": set()}
    for rule, rows in zip(rules, matches(rules, events), strict=True):
        found[kind_of(str(rule["title"]))] |= rows
    expected = {
        kind: {row for row, event in enumerate(events) if kind in event.kinds(registry)} for kind in found
    }
    deeper = {row for row, event in enumerate(events) if lies_deeper_than_a_wildcard(event.child)}
    assert found == expected | {"place": expected["place"] - deeper}
    assert all(len(rows) > 10 for kind, rows in expected.items() if kind == "parent" or len(registry) > 11)


def test_a_wildcard_spans_directories_and_only_that_way_more_passes_than_the_detector_lets() -> None:
    deep = Creation(Process("agent.exe", path=r"C:\Tools\a\b\agent.exe"), Process("host.exe"))
    assert deep.kinds(AGENT) == {"place"}
    assert list(matches(render(AGENT), [deep])) == [set(), set()]


def test_a_path_without_a_drive_letter_is_found_though_the_detector_knows_it() -> None:
    device = Creation(
        Process("agent.exe", path=r"\Device\HarddiskVolume3\Tools\a\agent.exe"), Process("host.exe")
    )
    assert device.kinds(AGENT) == set()
    assert list(matches(render(AGENT), [device])) == [set(), {0}]


def test_a_name_with_what_windows_drops_is_not_found() -> None:
    padded = Creation(Process("agent.exe "), Process("cmd.exe"))
    assert padded.kinds(AGENT) == {"parent"}
    assert list(matches(render(AGENT), [padded])) == [set(), set()]


def test_a_clone_by_the_crash_handler_is_found_and_the_rule_says_so() -> None:
    [rule, _] = render(AGENT)
    assert "clones that Windows Error Reporting makes" in str(rule["description"])
    assert list(matches([rule], [Creation(Process("agent.exe"), Process("agent.exe"))])) == [{0}]


def lies_deeper_than_a_wildcard(child: Process) -> bool:
    r"""Tell whether a path is two directories below C:\Tools, where agent.exe may lie one below it."""
    return (child.path or "").lower() == r"c:\tools\v2\bin\agent.exe"


def kind_of(title: str) -> str:
    return "place" if title.endswith("Directory") else "parent" if "Parent" in title else "child"
