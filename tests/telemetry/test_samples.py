"""Each sample of a schema is read as the schema's mapping says. Both lie beside the repository."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from parentchild import telemetry
from parentchild.events import Event, Process, ProcessCreated, RemoteThreadCreated
from parentchild.telemetry.images import base_name, joined_path
from parentchild.telemetry.times import time_of

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"

needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"there is no {REFERENCE}")

NOT_READ = {
    "child_hashes": "kept as sha256 alone",
    "child_sha1": "not kept",
    "child_md5": "not kept",
    "child_user_domain": "part of user",
    "child_token_elevation": "not kept",
    "child_file_age_s": "not kept",
    "child_signature_trusted": "not kept",
    "child_exit": "one row gives one event",
    "parent_signature_status": "not kept",
    "effective_parent_name": "the requester behind a broker is neither parent nor creator",
    "effective_parent_pid": "the requester behind a broker is neither parent nor creator",
    "subject_user": "the creator's account",
    "subject_user_sid": "the creator's account",
    "host_id": "a device has one identity: the host's name where there is one",
    "start_module": "not kept",
    "start_function": "not kept",
    "thread_id": "not kept",
}
"""What the mappings name and events have no place for."""

BY_RECORD = ("sysmon1", "sysmon8")
"""Schemas whose `event_time` is `UtcTime`. Events keep the record's time, and `UtcTime` as `started_at`."""


def mapped() -> list[tuple[str, dict[str, Any], str]]:
    """Each schema's name, the schema, and the path of one sample of it."""
    if not REFERENCE.is_dir():
        return []
    schemas = json.loads((REFERENCE / "mappings.json").read_text(encoding="utf-8"))["schemas"]
    return [
        (name, schema, sample) for name, schema in schemas.items() for sample in schema.get("samples") or ()
    ]


def pointed(document: Any, pointer: str) -> Any:
    """The value at a pointer as RFC 6901 has it."""
    parts = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    return reduce(lambda value, part: value.get(part) if hasattr(value, "get") else None, parts, document)


def folded_xml(text: str) -> dict[str, Any]:
    """An event's XML as the pointers of the mappings see it."""
    root = ET.fromstring(text)  # noqa: S314 - a sample, not an attacker's
    space = "{http://schemas.microsoft.com/win/2004/08/events/event}"
    system: dict[str, Any] = {}
    found = root.find(f"{space}System")
    for element in () if found is None else found:
        attributes = {f"@{key}": value for key, value in element.attrib.items()}
        system[element.tag.removeprefix(space)] = attributes or element.text
        if element.tag == f"{space}EventID":
            system["EventID"] = element.text
    data = {each.attrib["Name"]: each.text for each in root.iter(f"{space}Data")}
    return {"System": system, "EventData": data}


def sampled(sample: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The rows of a sample, each as the mappings see it and as a reader does."""
    path = REFERENCE / "samples" / sample
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".xml":
        return [(folded_xml(text), {"_raw": text})]
    if path.suffix == ".tsv":
        return [(row, row) for row in csv.DictReader(text.splitlines(), delimiter="\t")]
    row = json.loads(text)
    return [(row, row)]


def first(document: dict[str, Any], pointers: list[str]) -> Any:
    values = (pointed(document, pointer) for pointer in pointers)
    return next(
        (value for value in values if value not in {None, "", "-", "N/A", "S-1-0-0", "NULL SID"}), None
    )


def transformed(transform: str, value: Any, document: dict[str, Any]) -> Any:
    """The value in the form in which events keep it."""
    if value is None:
        return None
    if transform in {"iso", "sysmon_utc", "evtx_rs", "vol_time", "epoch_ms", "epoch_ms_str", "epoch_s_str"}:
        return time_of("value", value)
    if transform in {"int", "pid_hex"}:
        text = str(value).strip().replace(",", "")
        return int(text, 16) if text.lower().startswith("0x") else int(text)
    if transform == "basename":
        return base_name(value)
    if transform == "guid":
        match = re.fullmatch(r"\{?([0-9A-Fa-f-]{36})\}?", value)
        return match[1].lower() if match else value
    if transform == "join_path":
        return joined_path(value, document.get("FileName"))
    return value if isinstance(value, str) else str(value)


def read_as(event: Event, field: str) -> object:
    """The value of an event that a field of the mappings names."""
    plain = {
        "event_time": event.timestamp,
        "event_time_fallback": event.timestamp,
        "ingest_time": event.ingested_at,
        "host_name": event.device or None,
        "record_id": None if event.record_id is None else str(event.record_id),
    }
    if field in plain:
        return plain[field]
    role, _, what = field.partition("_")
    attribute = {"start": "started_at", "uid": "guid"}.get(what, what)
    if field == "session_id":
        role, attribute = "child", "session"
    process = role_of(event, role)
    value = getattr(process, attribute, None)
    return str(value) if attribute == "session" and value is not None else value


def role_of(event: Event, role: str) -> Process | None:
    if isinstance(event, ProcessCreated):
        # A creator is kept only where it differs, so without one it is the parent.
        creator = event.creator or event.parent
        roles = {"parent": event.parent, "grandparent": event.grandparent, "creator": creator}
        return roles.get(role, event.process)
    assert isinstance(event, RemoteThreadCreated)
    return {"source": event.source, "target": event.target}[role]


def is_as_mapped(name: str, field: str, actual: object, expected: object, event: Event) -> bool:
    if field == "event_time" and name.startswith(BY_RECORD):
        return isinstance(event, RemoteThreadCreated) or event.process.started_at == expected
    if field == "child_user" and isinstance(actual, str) and isinstance(expected, str):
        return actual == expected or actual.endswith(f"\\{expected}")
    if field == "child_start" and actual is None:  # no other time than the event's own
        return expected in {None, event.timestamp}
    if field.startswith("creator_") and expected is None:  # only where the parent is not the creator
        return isinstance(event, ProcessCreated) and event.creator is None
    if field == "host_name" and expected is None:  # then the sensor's id of the host
        return actual is None or name == "crowdstrike_processrollup2"
    if field == "child_name" and name == "volatility3_pslist":
        return isinstance(actual, str) and actual[:14] == expected
    if field == "child_user_sid" and name == "ecs" and expected == "S-1-5-18":  # the logging service's own
        return actual is None
    if field == "parent_pid" and expected == 0:
        return actual is None  # the idle process starts nothing
    return actual == expected


@needs_reference
@pytest.mark.parametrize(
    ("name", "schema", "sample"), mapped(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_sample_is_read_as_its_mapping_says(name: str, schema: dict[str, Any], sample: str) -> None:
    differences: list[str] = []
    fields = {key: value for key, value in schema["fields"].items() if key not in NOT_READ}
    for document, row in sampled(sample):
        event = telemetry.read(row)
        assert event is not None
        for field, source in fields.items():
            value = first(document, source["from"])
            expected = transformed(source["transform"], value, document)
            actual = read_as(event, field)
            if not is_as_mapped(name, field, actual, expected, event):
                differences.append(f"{field}: {actual!r} is not {expected!r}")
    assert differences == []


@needs_reference
@pytest.mark.parametrize(
    "sample",
    [
        "mde_deviceevents.nulls.streaming.json",
        "sysmon_eid10_spoof_evidence.evtx_rs.json",
        "ocsf_2004_finding.json",
    ],
)
def test_a_sample_about_something_else_gives_nothing(sample: str) -> None:
    text = (REFERENCE / "samples" / sample).read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text if text.startswith("[") else f"[{text}]")
    assert list(telemetry.read_many(rows)) == []
