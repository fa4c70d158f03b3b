"""The rendered Kusto queries: what they say, and that Microsoft's own parser takes them."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Exclusion, RelationRegistry
from parentchild.export.kql import KqlForm, KqlPlatform, render
from parentchild.export.kql_text import span
from tests.export.agreement import EXCLUSIONS
from tests.export.defender_tables import FULL_RELATIONS, NOW, RICH_RELATIONS
from tests.export.validators import analyse

PUBLISHED_TABLE = """\
let ProcessRelations=datatable(ImageFile:string,ExpectedParent:dynamic) [
    "smss.exe", dynamic(["smss.exe", "ntoskrnl.exe", "system"]),
    "csmss.exe", dynamic(["smss.exe"]),
    "wininit.exe", dynamic(["smss.exe"]),
    "winlogon.exe", dynamic(["smss.exe"]),
    "services.exe", dynamic(["wininit.exe"]),
    "lsaiso.exe", dynamic(["wininit.exe"]),
    "lsass.exe", dynamic(["wininit.exe"]),
    "userinit.exe", dynamic(["winlogon.exe"]),
    "svchost.exe", dynamic(["services.exe", "msmpeng.exe"]),
    "runtimebroker.exe", dynamic(["svchost.exe"]),
    "taskhostw.exe", dynamic(["svchost.exe"])
];
"""
REGISTRIES = (SEED_RELATIONS, DEFAULT_RELATIONS, FULL_RELATIONS, RICH_RELATIONS, RelationRegistry())


def test_the_table_of_the_seed_is_the_published_one_byte_for_byte() -> None:
    assert PUBLISHED_TABLE in render(SEED_RELATIONS)


def test_microsofts_parser_has_nothing_to_say_of_any_form() -> None:
    queries = [
        render(registry, form=form, platform=platform, exclusions=exclusions)
        for registry, form in product(REGISTRIES, KqlForm)
        for platform, exclusions in zip(KqlPlatform, ((), EXCLUSIONS), strict=True)
    ]
    assert len(queries) == 20
    assert [analysis.diagnostics for analysis in analyse(queries)] == [[]] * len(queries)


def test_that_parser_does_find_errors() -> None:
    [wrong_name, wrong_syntax] = analyse([render(SEED_RELATIONS).replace("DeviceId", "DeviceID"), "let x ="])
    assert any("KS142" in each for each in wrong_name.diagnostics)
    assert wrong_syntax.diagnostics != []


def test_the_result_of_the_published_form_has_the_published_columns() -> None:
    [analysis] = analyse([render(SEED_RELATIONS)])
    names = [name for name, _ in analysis.columns]
    assert (len(names), names[:3], names[-2:]) == (
        72,
        ["ImageFile", "ParentFile", "Timestamp"],
        ["ExpectedParent", "DeviceCount"],
    )


@pytest.mark.parametrize("platform", KqlPlatform)
def test_the_result_of_the_improved_form_has_what_detections_and_entities_need(platform: KqlPlatform) -> None:
    [analysis] = analyse([render(DEFAULT_RELATIONS, form=KqlForm.IMPROVED, platform=platform)])
    names = {name for name, _ in analysis.columns}
    needed = {
        "Timestamp",
        "DeviceId",
        "ReportId",
        "HostName",
        "DnsDomain",
        "AccountSid",
        "ProcessCreationTime",
    }
    assert (
        needed | {"Reasons", "Reason", "Directory", "Severity", "DeviceCount", "Occurrences", "LastSeen"}
        <= names
    )
    assert ("HashAlgorithm" in names) is (platform is KqlPlatform.SENTINEL)


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS])
def test_the_published_form_fits_an_analytics_rule_of_sentinel(registry: RelationRegistry) -> None:
    longest = 10_000  # characters, by Sentinel's own limit
    assert len(render(registry, platform=KqlPlatform.SENTINEL)) < longest


def test_an_exclusion_stands_in_the_environment_specific_filter_with_its_reason_and_its_end() -> None:
    exclusion = Exclusion(child="svchost.exe", parent="acme.exe", reason="ACME\nhosts", expires_at=NOW)
    block = render(SEED_RELATIONS, exclusions=[exclusion]).split("// Begin")[1].split("// End")[0]
    conditions = 'ImageFile == "svchost.exe" and ParentFile == "acme.exe" and Timestamp < '
    assert block.splitlines()[1:] == [
        r"// ACME\nhosts",
        f"| where not({conditions}datetime(2026-03-01T12:00:00.000000Z))",
    ]


def test_a_span_is_written_in_the_largest_unit_that_it_is_a_whole_number_of() -> None:
    lengths = (timedelta(hours=3), timedelta(minutes=90), timedelta(seconds=61), timedelta(microseconds=7))
    assert [span(length) for length in lengths] == ["3h", "90m", "61s", "7microsecond"]
