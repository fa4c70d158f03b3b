"""Both forms of the Kusto query, run over random tables, against what they stand for."""

from __future__ import annotations

from functools import cache

import pytest

from parentchild import Exclusion, Reason, RelationRegistry, published
from parentchild.catalog import SEED_RELATIONS
from parentchild.export.kql import KqlForm, render
from tests.export.agreement import EXCLUSIONS, detected, finding_key, row_key
from tests.export.defender_tables import NOW, RICH_RELATIONS, Tables, with_late_ingestion
from tests.export.kusto import Kusto


@cache
def _published(exclusions: tuple[Exclusion, ...] = ()) -> Kusto:
    return Kusto(render(SEED_RELATIONS, exclusions=exclusions), now=NOW)


@cache
def _improved(registry: RelationRegistry, exclusions: tuple[Exclusion, ...] = ()) -> Kusto:
    return Kusto(render(registry, form=KqlForm.IMPROVED, exclusions=exclusions), now=NOW)


@pytest.mark.parametrize("seed", range(12))
def test_the_published_form_finds_the_rows_of_the_published_query(seed: int) -> None:
    made = Tables(SEED_RELATIONS, seed)
    processes = with_late_ingestion(made.process_events(400), seed)
    devices = with_late_ingestion(made.device_events(60), seed)
    found = _published().run(processes, devices)
    expected = published.run(processes, devices, now=NOW)
    columns = ("ImageFile", "ParentFile", "Timestamp", "ReportId", "DeviceId", "DeviceCount")
    assert sorted([row[column] for column in columns] for row in found) == sorted(
        [row[column] for column in columns] for row in expected
    )


@pytest.mark.parametrize("exclusions", [(), EXCLUSIONS])
@pytest.mark.parametrize("seed", range(6))
def test_the_improved_form_finds_what_the_detector_finds_except_look_alikes(
    seed: int, exclusions: tuple[Exclusion, ...]
) -> None:
    made = Tables(RICH_RELATIONS, seed)
    processes, devices = made.process_events(1500), made.device_events(250)
    findings = detected(RICH_RELATIONS, processes, devices, exclusions)
    found = _improved(RICH_RELATIONS, exclusions).run(processes, devices)
    assert {row_key(row) for row in found} == {
        finding_key(finding) for finding in findings if finding.reason is not Reason.LOOKALIKE
    }
