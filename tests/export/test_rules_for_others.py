"""The analytics rule for Sentinel and the layer for ATT&CK's Navigator."""

from __future__ import annotations

from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, InvalidArgument, RelationRegistry
from parentchild.export import kql, navigator, sentinel_rule
from parentchild.export.kql import KqlForm, KqlPlatform
from tests.export.validators import analyse, validator

IDENTIFIERS = {
    "Host": {
        "HostName",
        "DnsDomain",
        "NetBiosName",
        "FullName",
        "AzureID",
        "OMSAgentID",
        "OSFamily",
        "OSVersion",
    },
    "Account": {"Sid", "Name", "NTDomain", "FullName", "UPNSuffix", "AadUserId", "ObjectGuid", "DisplayName"},
    "Process": {"ProcessId", "CommandLine", "CreationTimeUtc", "ElevationToken"},
    "File": {"Name", "Directory"},
    "FileHash": {"Algorithm", "Value"},
}
"""What Sentinel's entity types are identified by (Microsoft, "Entity types reference")."""


def rule(registry: RelationRegistry = DEFAULT_RELATIONS) -> Any:
    return validator("yaml").safe_load(sentinel_rule.render(registry, function="ParentChildMismatch"))


def test_a_rule_has_what_a_scheduled_rule_needs() -> None:
    found = rule()
    assert (found["kind"], found["query"], found["triggerThreshold"]) == (
        "Scheduled",
        "ParentChildMismatch\n",
        0,
    )
    assert found["tactics"] == ["DefenseEvasion", "PrivilegeEscalation"]
    assert "T1036.005" in found["relevantTechniques"]


def test_every_entity_is_mapped_by_identifiers_that_sentinel_knows_to_columns_that_the_query_has() -> None:
    query = kql.render(DEFAULT_RELATIONS, form=KqlForm.IMPROVED, platform=KqlPlatform.SENTINEL)
    [analysis] = analyse([query])
    columns = {name for name, _ in analysis.columns}
    for mapping in rule()["entityMappings"]:
        fields = mapping["fieldMappings"]
        assert 1 <= len(fields) <= 3
        assert {each["identifier"] for each in fields} <= IDENTIFIERS[mapping["entityType"]]
        assert {each["columnName"] for each in fields} <= columns


def test_a_query_that_is_too_long_for_a_rule_is_refused_and_told_what_to_do() -> None:
    with pytest.raises(InvalidArgument, match="save it as a function"):
        sentinel_rule.render(DEFAULT_RELATIONS)
    with pytest.raises(InvalidArgument, match="letters, digits"):
        sentinel_rule.render(DEFAULT_RELATIONS, function="x | take 1")


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS])
def test_a_layer_counts_the_images_of_each_technique(registry: RelationRegistry) -> None:
    layer: Any = navigator.layer(registry)
    assert layer["versions"] == {"attack": "18", "navigator": "5.1.0", "layer": "4.5"}
    keys = [(each["techniqueID"], each["tactic"]) for each in layer["techniques"]]
    assert len(set(keys)) == len(keys)
    assert ("T1036.005", "defense-evasion") in keys
    assert all(each["score"] > 0 for each in layer["techniques"])


def test_a_layer_of_nothing_has_no_technique() -> None:
    assert navigator.layer(RelationRegistry())["techniques"] == []
