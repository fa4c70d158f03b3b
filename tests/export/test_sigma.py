"""Sigma rules: valid by pySigma, and run on SQLite they find what the verdicts say."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, cast

import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, ExpectedParents, Process, RelationRegistry
from parentchild.export.sigma import Metadata, render, render_files, rules
from tests.export.defender_tables import FULL_RELATIONS, RICH_RELATIONS
from tests.export.plain_events import JUDGED, Creation, creations
from tests.export.sigma_engine import matches, parsed
from tests.export.validators import validator

_ONLINE = {  # these load ATT&CK, D3FEND or SigmaHQ's taxonomy from afar
    "attacktag",
    "d3_fendtag",
    "sigmahq_category_event_id",
    "sigmahq_category_windows_provider_name",
    "sigmahq_fieldname_cast",
    "sigmahq_invalid_fieldname",
    "sigmahq_logsource_unknown",
    "sigmahq_redundant_field",
    "sigmahq_tags_techniques_without_tactics",
}
AGENT = RelationRegistry([ExpectedParents("agent.exe", ["host.exe"], directories=[r"C:\Tools\*"])])


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS, FULL_RELATIONS])
def test_every_validator_of_pysigma_that_works_offline_is_content(registry: RelationRegistry) -> None:
    found = parsed(rules(registry)).rules
    validators = validator("sigma.plugins").InstalledSigmaPlugins.autodiscover().validators
    chosen = {kind for name, kind in validators.items() if name not in _ONLINE}
    checker = validator("sigma.validation").SigmaValidator(chosen)
    issues: list[Any] = checker.validate_rules(iter(found))
    assert [str(issue) for issue in issues] == []


def test_the_text_is_yaml_of_the_very_rules() -> None:
    yaml = validator("yaml")
    assert list(yaml.safe_load_all(render(FULL_RELATIONS))) == rules(FULL_RELATIONS)
    files = render_files(FULL_RELATIONS)
    assert [yaml.safe_load(text) for text in files.values()] == rules(FULL_RELATIONS)


def test_author_date_status_and_references_are_the_users() -> None:
    metadata = Metadata(
        author="Blue Team", date=date(2026, 1, 2), status="test", references=("https://example.com/a",)
    )
    [rule, _] = rules(AGENT, metadata)
    assert (rule["author"], rule["date"], rule["status"]) == ("Blue Team", "2026-01-02", "test")
    assert rule["references"][1:] == ["https://example.com/a"]  # type: ignore[index]


def test_ids_are_stable_and_differ() -> None:
    ids = [str(rule["id"]) for rule in rules(DEFAULT_RELATIONS)]
    assert ids == [str(rule["id"]) for rule in rules(DEFAULT_RELATIONS)]
    assert len(set(ids)) == len(ids)
    assert {uuid.UUID(each).version for each in ids} == {5}


def test_no_rule_has_a_regular_expression() -> None:
    assert "|re" not in str(rules(FULL_RELATIONS)) + str(rules(RICH_RELATIONS))


def test_every_letter_of_a_value_is_in_lower_case_as_some_backends_lower_the_field_alone() -> None:
    assert [
        text for rule in rules(FULL_RELATIONS) for text in texts(rule["detection"]) if text != text.lower()
    ] == []


@pytest.mark.parametrize("registry", [SEED_RELATIONS, FULL_RELATIONS, RICH_RELATIONS])
def test_run_on_sqlite_they_find_what_the_verdicts_say(registry: RelationRegistry) -> None:
    written, events = rules(registry), creations(registry, seed=5, count=4000)
    found: dict[str, set[int]] = {kind: set() for kind in set(JUDGED.values())}
    for rule, rows in zip(written, matches(written, events), strict=True):
        found[kind_of(str(rule["title"]))] |= rows
    expected = {
        kind: {row for row, event in enumerate(events) if kind in event.kinds(registry)} for kind in found
    }
    for kind, rows in expected.items():
        differing = found[kind] ^ rows
        assert all(is_said_of(events[row], kind, is_found=row in found[kind]) for row in differing), kind
    assert all(len(expected[kind]) > 4 for kind in {kind_of(str(rule["title"])) for rule in written})


def test_a_wildcard_spans_directories_and_only_that_way_more_passes_than_the_detector_lets() -> None:
    deep = Creation(Process("agent.exe", path=r"C:\Tools\a\b\agent.exe"), Process("host.exe"))
    assert deep.kinds(AGENT) == {"place"}
    assert list(matches(rules(AGENT), [deep])) == [set(), set()]


@pytest.mark.parametrize("root", ["C:", r"\??\C:", r"\\?\C:", r"\Device\HarddiskVolume3"])
def test_every_root_under_which_the_system_drive_is_logged_is_accepted(root: str) -> None:
    event = Creation(Process("agent.exe", path=rf"{root}\Tools\a\agent.exe"), Process("host.exe"))
    assert event.kinds(AGENT) == set()
    assert list(matches(rules(AGENT), [event])) == [set(), set()]


@pytest.mark.parametrize(
    "root", ["D:", r"C:\Temp\C:", r"\Device\HarddiskVolume3\Temp", r"\\host\C$", "C:\\Temp"]
)
def test_no_other_root_is_accepted(root: str) -> None:
    event = Creation(Process("agent.exe", path=rf"{root}\Tools\a\agent.exe"), Process("host.exe"))
    assert event.kinds(AGENT) == {"place"}
    assert list(matches(rules(AGENT), [event])) == [set(), {0}]


@pytest.mark.parametrize("parent", ["4711", "?"])
def test_a_number_and_a_question_mark_are_found_though_they_name_nobody(parent: str) -> None:
    event = Creation(Process("agent.exe"), Process(parent))
    assert event.kinds(AGENT) == set()
    assert list(matches(rules(AGENT), [event])) == [{0}, set()]


def test_a_name_with_what_windows_drops_is_not_found() -> None:
    padded = Creation(Process("agent.exe "), Process("cmd.exe"))
    assert padded.kinds(AGENT) == {"parent"}
    assert list(matches(rules(AGENT), [padded])) == [set(), set()]


def test_a_clone_by_the_crash_handler_is_found_and_the_rule_says_so() -> None:
    [rule, _] = rules(AGENT)
    assert "clones that Windows Error Reporting makes" in str(rule["description"])
    assert list(matches([rule], [Creation(Process("agent.exe"), Process("agent.exe"))])) == [{0}]


def is_said_of(event: Creation, kind: str, *, is_found: bool) -> bool:
    r"""Tell whether the rules say that they differ from the detector in such an event."""
    if event.parent.name in {"4711", "?"}:
        return is_found
    if kind == "child":  # below one in which nothing that this parent starts may lie, deeper than it says
        return is_found and "\\programdata\\" in (event.child.path or "").lower()
    if kind == "arguments" and (event.child.name or "").lower() == "wmiprvse.exe":
        return not is_found  # no wildcard says that a command line has no arguments, which is expected of it
    # Two directories below C:\Tools, where an image may lie one below it.
    paths = [event.child.path] if kind == "place" else [event.child.path, event.parent.path]
    return not is_found and any((each or "").lower().startswith("c:\\tools\\v2\\bin\\") for each in paths)


def kind_of(title: str) -> str:
    if title.endswith("Arguments"):
        return "arguments"
    return "place" if title.endswith("Directory") else "parent" if "Parent" in title else "child"


def texts(search: object) -> list[str]:
    """The values in a detection."""
    if isinstance(search, dict):
        fields = cast("dict[str, object]", search)
        return [text for name, each in fields.items() if name != "condition" for text in texts(each)]
    if isinstance(search, list):
        return [text for each in cast("list[object]", search) for text in texts(each)]
    return [] if search is None else [str(search)]
