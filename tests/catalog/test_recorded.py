"""The catalog over recorded events: silent on what is normal, loud on what is known to be an attack.

The events are not part of this repository. They lie beside it, in `../shared/data`; without them these tests
are skipped.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from parentchild import catalog
from parentchild.relations.evaluation import Reason
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import image_name

DOCS = Path(__file__).parents[2] / "docs"

ONLY_WITH_PACKS = {
    ("evtx-attack-samples__sysmon-evtx", 23): "explorer",
    ("evtx-attack-samples__sysmon-evtx", 169): "children",
    ("evtx-attack-samples__sysmon-evtx", 238): "explorer",
    ("mordor__security-flat", 284): "children",
    ("mordor__sysmon-flat", 341): "children",
    ("xp-rules-sec__security-xmljson", 14): "children",
}
"""Known attacks that the default does not find, each with the shipped relations that do."""


@pytest.fixture(scope="module")
def recorded() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(DOCS), *sys.path])
        module = importlib.import_module("recorded_figures")
    if not module.has_data():
        pytest.skip("recorded events are not beside the repository")
    return module


def test_there_is_something_to_evaluate(recorded: ModuleType) -> None:
    assert len(recorded.creations()) > 4000
    assert set(recorded.labels()) <= {row.key for row in recorded.creations()}


def test_the_default_finds_nothing_but_attacks(recorded: ModuleType) -> None:
    assert set(recorded.findings(catalog.DEFAULT_RELATIONS)) - recorded.attacks() == set()


def test_every_known_attack_is_found_by_the_default_or_by_a_pack(recorded: ModuleType) -> None:
    missed = recorded.attacks() - set(recorded.findings(catalog.DEFAULT_RELATIONS))
    assert missed == set(ONLY_WITH_PACKS)
    packs = {"children": catalog.OPTIONAL_CHILDREN, **catalog.OPTIONAL_PACKS}
    for key, pack in ONLY_WITH_PACKS.items():
        assert key in recorded.findings(catalog.DEFAULT_RELATIONS | packs[pack])


def test_the_figures_of_the_page_are_those_that_are_counted(recorded: ModuleType) -> None:
    kept = json.loads(recorded.FIGURES.read_text(encoding="utf-8"))
    assert kept == recorded.measure(), "run python docs/recorded_figures.py"


def test_no_other_table_finds_more(recorded: ModuleType) -> None:
    figures = recorded.measure()["tables"]
    own = figures.pop("this catalog")
    assert own["false"] == 0
    assert all(own["found"] > other["found"] for other in figures.values())


def test_what_the_reasons_find(recorded: ModuleType) -> None:
    found = recorded.findings(catalog.DEFAULT_RELATIONS).values()
    counts = Counter(reason for evaluation in found for reason in evaluation.reasons)
    assert counts == {
        Reason.UNEXPECTED_CHILD: 33,
        Reason.MISPLACED_IMAGE: 13,
        Reason.UNEXPECTED_PARENT: 10,
        Reason.UNEXPECTED_ARGUMENTS: 3,
        Reason.LOOKALIKE: 2,
        Reason.RENAMED_IMAGE: 1,
    }


def test_children_of_other_parents_find_more_attacks_and_nothing_else(recorded: ModuleType) -> None:
    wider = set(recorded.findings(catalog.DEFAULT_RELATIONS | catalog.OPTIONAL_CHILDREN))
    assert wider - recorded.attacks() == set()


def test_vendor_packs_change_nothing_on_machines_without_the_products(recorded: ModuleType) -> None:
    registry = catalog.DEFAULT_RELATIONS
    for pack in catalog.VENDORS:
        registry |= catalog.vendor(pack)
    assert set(recorded.findings(registry)) == set(recorded.findings(catalog.DEFAULT_RELATIONS))


def test_look_alikes_are_quiet_on_real_names(recorded: ModuleType) -> None:
    """Of all distinct names two are look-alikes, and both mean to be: no false finding."""
    names = {
        image_name(process.name)
        for row in recorded.creations()
        for process in (row.event.process, row.event.parent)
        if process is not None and process.name is not None
    }
    protected = (
        catalog.DEFAULT_RELATIONS.compiled.protected_names
        | catalog.OPTIONAL_PACKS["explorer"].compiled.protected_names
    )
    assert len(names) > 350
    assert {name: imitated(name, protected) for name in names if imitated(name, protected)} == {
        "[1]consent.exe": "consent.exe",
        "wsass.exe": "lsass.exe",
    }


def test_names_are_spelled_as_telemetry_spells_them(recorded: ModuleType) -> None:
    seen: dict[str, Counter[str]] = {}
    for row in recorded.creations():
        for process in (row.event.process, row.event.parent):
            if process is not None and process.name:
                seen.setdefault(image_name(process.name), Counter())[process.name] += 1
    default = catalog.DEFAULT_RELATIONS
    watched = {*default, *default.expected_children, *default.expected_launches}
    for name in watched & set(seen):
        spellings = {spelling for spelling, _ in seen[name].most_common(3)}
        assert catalog.spelled(name) in spellings or name in spellings
