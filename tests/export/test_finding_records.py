"""Findings as records of other systems: valid by their own schemas, and saying what the finding says."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import Activity, Finding, InvalidArgument, Process, Reason
from parentchild.export import ecs, ocsf, sentinel
from parentchild.findings.variants import Variant
from tests.export.findings import FULL_EVENT, START, findings, findings_of
from tests.export.validators import missing, validator

BATCHES = st.lists(findings(), max_size=5)
few = settings(max_examples=25, deadline=None)


def full_finding() -> Finding:
    return findings_of([FULL_EVENT])[0]


# OCSF -----------------------------------------------------------------------------------------------------


@cache
def _ocsf_checker(version: str) -> Any:
    schemas = validator("ocsf_json_schema")
    embedded = schemas.OcsfJsonSchemaEmbedded(schemas.get_ocsf_schema(version=version))
    schema = embedded.get_class_schema(class_name="detection_finding", profiles=["host"])
    return validator("jsonschema").Draft202012Validator(schema)


@pytest.mark.parametrize("version", ocsf.OCSF_VERSIONS)
@few
@given(batch=BATCHES)
def test_an_ocsf_record_is_valid_in_its_version(version: str, batch: list[Finding]) -> None:
    for finding in (full_finding(), *batch):
        record = ocsf.finding(finding, version=version)
        assert [error.message for error in _ocsf_checker(version).iter_errors(record)] == []
        assert json.loads(json.dumps(record)) == record


@few
@given(batch=BATCHES)
def test_an_ocsf_record_is_a_detection_finding_of_py_ocsf_models(batch: list[Finding]) -> None:
    model = validator("py_ocsf_models.events.findings.detection_finding").DetectionFinding
    for finding in (full_finding(), *batch):
        record = model(**ocsf.finding(finding))
        assert (record.finding_info.uid, record.type_uid.value % 100) == (
            finding.uid,
            {Activity.CREATED: 1, Activity.UPDATED: 2, Activity.CLOSED: 3}[finding.activity],
        )


@pytest.mark.parametrize(
    ("activity", "words"),
    [
        (Activity.CREATED, (1, "Create", 200401, "New")),
        (Activity.UPDATED, (2, "Update", 200402, "New")),
        (Activity.CLOSED, (3, "Close", 200403, "Suppressed")),
    ],
)
def test_the_activity_of_an_ocsf_record_is_that_of_the_finding(
    activity: Activity, words: tuple[object, ...]
) -> None:
    record = ocsf.finding(attrs.evolve(full_finding(), activity=activity))
    names = ("activity_id", "activity_name", "type_uid", "status")
    assert tuple(record[name] for name in names) == words


def test_an_ocsf_record_tells_child_parent_and_creator_apart() -> None:
    [evidence] = cast("list[Any]", ocsf.finding(full_finding())["evidences"])
    names = (evidence["process"]["name"], evidence["process"]["parent_process"]["name"])
    assert (*names, evidence["actor"]["process"]["name"]) == ("svchost.exe", "explorer.exe", "evil.exe")


def several() -> Finding:
    """Return a finding with several reasons, a wrong place, variants and an inferred parent."""
    variants = (
        Variant(r"C:\Users\ann\svchost.exe", None, None, "ann", 1, 1, ("ws-7",)),
        Variant(None, None, "svchost.exe -k x", None, 9, 4, ("ws-1", "ws-2")),
    )
    return attrs.evolve(
        full_finding(),
        reasons=(Reason.MISPLACED_IMAGE, Reason.UNEXPECTED_PARENT),
        directory=r"c:\users\*",
        variants=variants,
        inference_age=timedelta(hours=3),
    )


VARIANTS = [
    {
        "child_path": r"C:\Users\ann\svchost.exe",
        "user": "ann",
        "occurrences": 1,
        "device_count": 1,
        "devices": ["ws-7"],
    },
    {
        "command_line": "svchost.exe -k x",
        "occurrences": 9,
        "device_count": 4,
        "devices": ["ws-1", "ws-2"],
    },
]


def test_an_ocsf_record_tells_all_reasons_place_score_steps_and_variants() -> None:
    finding = several()
    record = ocsf.finding(finding)
    info, rest = cast("dict[str, Any]", record["finding_info"]), cast("dict[str, Any]", record["unmapped"])
    assert info["types"] == ["misplaced-image", "unexpected-parent"]
    assert record["risk_score"] == finding.risk_score
    assert (rest["directory"], rest["next_steps"]) == (r"c:\users\*", list(finding.next_steps))
    assert rest["variants"] == VARIANTS
    assert (rest["parent_is_inferred"], rest["parent_inferred_seconds"]) == (True, 10_800)


def test_no_record_is_made_for_a_version_of_ocsf_that_was_not_tried() -> None:
    with pytest.raises(InvalidArgument, match=r"1\.3\.0"):
        ocsf.finding(full_finding(), version="1.0.0")


# ECS ------------------------------------------------------------------------------------------------------

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "keyword": str,
    "wildcard": str,
    "match_only_text": str,
    "constant_keyword": str,
    "date": str,
    "long": int,
    "float": float,
}


@cache
def _published_fields() -> dict[str, dict[str, Any]]:
    node, script = shutil.which("node"), Path(__file__).parent / "kqlcheck" / "ecs_fields.mjs"
    if node is None or not (script.parent / "node_modules" / "@elastic" / "ecs").is_dir():
        missing("Elastic's list of fields is not installed; npm install --prefix tests/export/kqlcheck")
    done = subprocess.run([str(node), str(script)], capture_output=True, check=True)
    fields: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return fields


@few
@given(batch=BATCHES)
def test_every_field_of_an_ecs_alert_is_published_with_that_type(batch: list[Finding]) -> None:
    fields = _published_fields()
    for finding in (full_finding(), *batch):
        document = ecs.alert(finding)
        for name, value in _flat(document):
            if not name.startswith("parentchild."):
                assert name in fields, name
                values: list[object] = cast("list[object]", value) if isinstance(value, list) else [value]
                assert all(isinstance(each, _KINDS[fields[name]["type"]]) for each in values), name
                assert not isinstance(value, list) or fields[name]["isArray"], name
        assert json.loads(json.dumps(document)) == document


def test_an_ecs_alert_says_who_started_what() -> None:
    document = dict(_flat(ecs.alert(full_finding())))
    assert {
        name: document[name] for name in document if name.startswith(("event.kind", "process.parent.n"))
    } == {
        "event.kind": "alert",
        "process.parent.name": "explorer.exe",
    }
    assert (document["process.name"], document["user.name"], document["user.domain"]) == (
        "svchost.exe",
        "SYSTEM",
        "NT AUTHORITY",
    )
    assert document["threat.technique.name"] == [
        "Access Token Manipulation",
        "Masquerading",
        "Process Injection",
    ]
    assert not any(name.startswith("kibana") for name in document)


def test_an_ecs_alert_tells_all_reasons_place_score_steps_and_variants() -> None:
    finding = several()
    document = dict(_flat(ecs.alert(finding)))
    assert document["parentchild.reasons"] == ["misplaced-image", "unexpected-parent"]
    assert document["event.risk_score"] == document["event.risk_score_norm"] == float(finding.risk_score)
    assert document["parentchild.directory"] == r"c:\users\*"
    assert document["parentchild.next_steps"] == list(finding.next_steps)
    assert document["parentchild.variants"] == VARIANTS
    assert document["parentchild.parent_inferred_seconds"] == 10_800
    logged = dict(_flat(ecs.alert(full_finding())))
    assert logged["parentchild.parent_is_inferred"] is False
    assert "parentchild.parent_inferred_seconds" not in logged


def _flat(document: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(cast("Mapping[str, object]", value), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


# Sentinel -------------------------------------------------------------------------------------------------


def test_the_entities_of_sentinel_have_strong_identifiers() -> None:
    found = sentinel.entities(full_finding())
    assert [entity["Type"] for entity in found] == [
        "host", "file", "account", "process", "file", "account", "process",
    ]  # fmt: skip
    host, child = found[0], found[-1]
    assert (host["HostName"], host["DnsDomain"]) == ("ws-42", "contoso.com")
    assert child == {
        "$id": "7",
        "Type": "process",
        "ProcessId": "4242",
        "CommandLine": "svchost.exe -k netsvcs",
        "CreationTimeUtc": "2026-03-01T09:00:00.000000Z",
        "Host": {"$ref": "1"},
        "ImageFile": {"$ref": "5"},
        "Account": {"$ref": "6"},
        "ParentProcess": {"$ref": "4"},
    }
    assert found[5] == {
        "$id": "6",
        "Type": "account",
        "Sid": "S-1-5-18",
        "Name": "SYSTEM",
        "NTDomain": "NT AUTHORITY",
        "Host": {"$ref": "1"},
    }


@few
@given(batch=BATCHES)
def test_entities_refer_only_to_entities_that_are_there(batch: list[Finding]) -> None:
    for finding in batch:
        found = sentinel.entities(finding)
        ids = [entity["$id"] for entity in found]
        assert ids == [str(number) for number in range(1, len(ids) + 1)]
        references = [
            cast("dict[str, object]", each)["$ref"]
            for entity in found
            for each in entity.values()
            if isinstance(each, dict)
        ]
        assert set(references) <= set(ids)
        assert all(entity["Type"] in {"host", "file", "account", "process"} for entity in found)


@pytest.mark.parametrize("device", ["10.0.0.7", "fe80::1"])
def test_an_address_is_not_split_into_host_and_domain(device: str) -> None:
    [finding, *_] = findings_of([attrs.evolve(FULL_EVENT, device=device)])
    assert sentinel.entities(finding)[0] == {
        "$id": "1", "Type": "host", "HostName": device, "OSFamily": "Windows",
    }  # fmt: skip


def test_a_built_in_account_without_its_sid_is_left_out() -> None:
    event = attrs.evolve(
        FULL_EVENT, parent=None, process=Process("lsass.exe", pid=4, user=r"NT AUTHORITY\SYSTEM")
    )
    [finding] = findings_of([event])
    assert [entity["Type"] for entity in sentinel.entities(finding)] == ["host", "process"]


def test_a_custom_detection_gets_the_columns_by_which_it_finds_the_event() -> None:
    columns = sentinel.detection_columns(full_finding())
    assert (columns["Timestamp"], columns["DeviceId"], columns["ReportId"]) == (
        START.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "ws-42.contoso.com",
        51,
    )


def test_a_custom_detection_tells_all_reasons_place_score_and_steps() -> None:
    finding = several()
    columns = sentinel.detection_columns(finding)
    assert (columns["Severity"], columns["RiskScore"]) == ("High", finding.risk_score)
    assert (columns["Reasons"], columns["Directory"]) == (
        ["misplaced-image", "unexpected-parent"],
        r"c:\users\*",
    )
    assert (columns["Description"], columns["NextSteps"]) == (finding.explanation, list(finding.next_steps))
    assert columns["Techniques"] == ["T1036.005", "T1055.012"]
    assert (columns["DeviceCount"], columns["ParentIsInferred"]) == (1, True)
