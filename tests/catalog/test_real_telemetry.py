"""The default over public telemetry: silent on what is normal, loud on what is labelled an attack.

The rows are not part of this repository. They lie beside it, in `../shared/data`; without them these tests
are skipped.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from parentchild import catalog
from parentchild.events import Process
from parentchild.relations.evaluation import Evaluation, Reason, Verdict, evaluate
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import image_name

DATA = Path(__file__).parents[3] / "shared" / "data"
EXPECTED = DATA / "expected.jsonl.gz"
LABELS = DATA / "labels.json"

pytestmark = pytest.mark.skipif(not EXPECTED.exists(), reason="public telemetry is not beside the repository")

BEYOND_THE_LABELS = {
    ("evtx-attack-samples__sysmon-evtx", 288): "a recorded attack: cmd.exe under smss.exe, from BootExecute",
    (
        "evtx-attack-samples__sysmon-evtx",
        376,
    ): "a recorded attack: a file written by the spooler, cmd.exe as SYSTEM",
    ("evtx-attack-samples__sysmon-evtx", 477): "a recorded attack: WinPwnage's cmd.exe under lsass.exe",
    ("sigma-regression__sysmon-evtx", 29): "a test of a rule: WSASS.exe, a dumper named after lsass.exe",
}
"""Findings on rows without a label, since the labels ask for expected parents alone: all are attacks."""

ONLY_WITH_OPTIONAL_CHILDREN = {
    ("deepbluecli__sysmon-evtx", 30): "a recorded attack: Metasploit's cmd.exe out of winlogon.exe",
    ("evtx-attack-samples__sysmon-evtx", 169): "a recorded attack: code injected into conhost.exe",
    (
        "evtx-attack-samples__sysmon-evtx",
        298,
    ): "a recorded attack: SMBGhost, cmd.exe as SYSTEM from winlogon.exe",
    ("evtx-to-mitre__security-evtx", 254): "a recorded attack: the spooler exploited (PrintNightmare)",
    ("evtx-to-mitre__sysmon-evtx", 3): "a recorded attack: the spooler exploited (PrintNightmare)",
    ("xp-rules-sec__security-xmljson", 14): "a test of a rule: a changed Shell value of Winlogon",
}

NOT_WATCHED = {"explorer.exe"}
"""Images that the labels' own table holds and the default does not: they have many rightful parents."""

ATTACKS = {"true_positive", "lab_simulation"}


class Row(NamedTuple):
    """One recorded process creation."""

    key: tuple[str, int]
    child: Process
    parent: Process | None


def _read(row: Mapping[str, object]) -> Row:
    parent, parent_path = cast("str | None", row["parent"]), cast("str | None", row["parent_path"])
    parent_pid = cast("int | None", row["ppid"])
    known = parent is not None or parent_path is not None or parent_pid is not None
    return Row(
        (cast("str", row["file"]), cast("int", row["line"])),
        Process(cast("str | None", row["child"]), path=cast("str | None", row["child_path"])),
        Process(parent, path=parent_path, pid=parent_pid) if known else None,
    )


@cache
def creations() -> tuple[Row, ...]:
    with gzip.open(EXPECTED, "rt", encoding="utf-8") as lines:
        rows = [cast("dict[str, object]", json.loads(line)) for line in lines]
    return tuple(_read(row) for row in rows if row["kind"] in {"create", "already_running"})


@cache
def labels() -> dict[tuple[str, int], dict[str, str]]:
    rows = cast("list[dict[str, object]]", json.loads(LABELS.read_text(encoding="utf-8"))["labels"])
    return {(cast("str", row["file"]), cast("int", row["line"])): cast("dict[str, str]", row) for row in rows}


def findings(registry: RelationRegistry) -> dict[tuple[str, int], Evaluation]:
    judged = {row.key: evaluate(registry.table, row.child, row.parent) for row in creations()}
    return {key: evaluation for key, evaluation in judged.items() if evaluation.verdict is Verdict.MISMATCH}


def test_there_is_something_to_judge() -> None:
    assert len(creations()) > 4000


def test_no_finding_on_a_row_that_is_not_an_attack() -> None:
    attacks = {key for key, label in labels().items() if label["judgement"] in ATTACKS}
    assert set(findings(catalog.DEFAULT_RELATIONS)) - attacks == set(BEYOND_THE_LABELS)


def test_every_labelled_attack_on_a_watched_image_is_found() -> None:
    found = findings(catalog.DEFAULT_RELATIONS)
    missed = {
        key: label["child"]
        for key, label in labels().items()
        if label["judgement"] in ATTACKS and key not in found
    }
    assert {image_name(child) for child in missed.values()} == NOT_WATCHED


def test_what_the_reasons_find() -> None:
    counts = Counter(
        reason for evaluation in findings(catalog.DEFAULT_RELATIONS).values() for reason in evaluation.reasons
    )
    assert counts == {
        Reason.UNEXPECTED_PARENT: 9,
        Reason.MISPLACED_IMAGE: 7,
        Reason.UNEXPECTED_CHILD: 3,
        Reason.LOOKALIKE: 1,
    }


def test_optional_children_find_more_attacks_and_nothing_else() -> None:
    more = set(findings(catalog.DEFAULT_RELATIONS | catalog.OPTIONAL_CHILDREN))
    assert more - set(findings(catalog.DEFAULT_RELATIONS)) == set(ONLY_WITH_OPTIONAL_CHILDREN)


def test_vendor_packs_change_nothing_on_machines_without_the_products() -> None:
    registry = catalog.DEFAULT_RELATIONS
    for pack in catalog.VENDORS:
        registry |= catalog.vendor(pack)
    assert set(findings(registry)) == set(findings(catalog.DEFAULT_RELATIONS))


def test_look_alikes_are_quiet_on_real_names() -> None:
    """Of all distinct names one is a look-alike, and that one means to be: no false alarm."""
    names = {
        image_name(process.name)
        for row in creations()
        for process in (row.child, row.parent)
        if process is not None and process.name is not None
    }
    protected_names = (
        catalog.DEFAULT_RELATIONS.table.protected_names
        | catalog.OPTIONAL_PACKS["explorer"].table.protected_names
    )
    assert len(names) == 354
    assert {name: imitated(name, protected_names) for name in names if imitated(name, protected_names)} == {
        "wsass.exe": "lsass.exe"
    }


def test_names_are_spelled_as_telemetry_spells_them() -> None:
    seen: dict[str, Counter[str]] = {}
    for row in creations():
        for process in (row.child, row.parent):
            if process is not None and process.name:
                seen.setdefault(image_name(process.name), Counter())[process.name] += 1
    watched = {*catalog.DEFAULT_RELATIONS, *catalog.DEFAULT_RELATIONS.expected_children}
    for name in watched & set(seen):
        most_often = seen[name].most_common(1)[0][0]
        assert catalog.spelled(name) == most_often or most_often == name
