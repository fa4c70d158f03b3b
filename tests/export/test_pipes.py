"""Splunk's and Elastic's pipes: run by a small evaluator, they find what the verdicts say."""

from __future__ import annotations

import attrs
import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Exclusion, Process, Reason, RelationRegistry
from parentchild.export import esql, spl
from parentchild.export.spl import SplSource
from parentchild.relations.evaluation import Verdict, evaluate
from tests.export import pipe_engine
from tests.export.defender_tables import FULL_RELATIONS, RICH_RELATIONS
from tests.export.plain_events import Creation, creations

_UNSAID = {Reason.LOOKALIKE, Reason.RENAMED_IMAGE}


def as_cim(event: Creation) -> dict[str, object]:
    """The creation in the common information model."""
    return {
        "process_path": event.child.path,
        "process_name": event.child.name,
        "parent_process_path": event.parent.path,
        "parent_process_name": event.parent.name,
        "process": event.child.command_line,
        "parent_process": event.parent.command_line,
        "user": event.child.user,
        "process_integrity_level": event.child.integrity,
    }


def rows_for(language: str, events: list[Creation]) -> tuple[list[dict[str, object]], bool]:
    if language == "esql":
        return [{**event.as_flat_ecs(), "n": n} for n, event in enumerate(events)], True
    if language == "cim":
        return [{**as_cim(event), "n": n} for n, event in enumerate(events)], False
    return [{**event.as_sysmon(), "n": n} for n, event in enumerate(events)], False


def query_for(language: str, registry: RelationRegistry) -> str:
    if language == "esql":
        return esql.render(registry)
    return spl.render(registry, source=SplSource.CIM if language == "cim" else SplSource.SYSMON)


@pytest.mark.parametrize("language", ["sysmon", "cim", "esql"])
@pytest.mark.parametrize("registry", [SEED_RELATIONS, FULL_RELATIONS, RICH_RELATIONS])
def test_run_by_the_evaluator_they_find_what_the_verdicts_say(
    registry: RelationRegistry, language: str
) -> None:
    events = creations(registry, seed=8, count=1500)
    rows, is_esql = rows_for(language, events)
    found = {
        row["n"]: (row["reasons"], row["severity"])
        for row in pipe_engine.run(query_for(language, registry), rows, is_esql=is_esql)
    }
    expected = {n: said for n, event in enumerate(events) if (said := said_of(event, registry)) is not None}
    assert found == expected


def said_of(event: Creation, registry: RelationRegistry) -> tuple[str, str] | None:
    """The reasons of a creation and how much they matter, None where it is no finding."""
    parent = attrs.evolve(event.parent, integrity=None)  # no schema has a field for it
    evaluation = evaluate(registry.compiled, event.child, parent)
    if evaluation.verdict is Verdict.UNKNOWN:
        return "unknown-parent", "informational"
    if not evaluation.reasons or not _UNSAID.isdisjoint(evaluation.reasons):
        return None
    if evaluation.reasons == (Reason.SELF_COPY,):
        return None
    return ", ".join(reason.value for reason in evaluation.reasons), evaluation.severity.label


def pair(parent: str) -> Creation:
    return Creation(Process("svchost.exe"), Process(parent))


def test_every_query_says_what_it_cannot_say_in_comments() -> None:
    assert all(f"```{each}```" in spl.render(DEFAULT_RELATIONS) for each in spl.NOT_SAID)
    assert all(f"// {each}" in esql.render(DEFAULT_RELATIONS) for each in esql.NOT_SAID)


@pytest.mark.parametrize("language", ["sysmon", "esql"])
def test_an_exclusion_leaves_out_what_it_covers_and_says_why(language: str) -> None:
    exclusion = Exclusion(child="svchost.exe", parent="acme-*.exe", reason="ACME's ```agent```\nhosts")
    render = esql.render if language == "esql" else spl.render
    query = render(SEED_RELATIONS, exclusions=[exclusion])
    assert r"ACME's '''agent'''\nhosts" in query or r"ACME's ```agent```\nhosts" in query
    rows, is_esql = rows_for(language, [pair("acme-1.exe"), pair("acme.exe")])
    assert [row["n"] for row in pipe_engine.run(query, rows, is_esql=is_esql)] == [1]
