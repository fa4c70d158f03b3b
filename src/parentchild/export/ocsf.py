"""Findings as OCSF Detection Findings (class 2004), valid from OCSF 1.3 on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from parentchild._version import __version__
from parentchild.catalog.detection import DETECTION
from parentchild.errors import InvalidArgument
from parentchild.events import Process
from parentchild.export.present import inferred_seconds, present, variants_of
from parentchild.export.whole_techniques import whole_of
from parentchild.findings.attack import Tactic, Technique
from parentchild.findings.finding import Activity, Finding
from parentchild.relations.severity import Severity

OCSF_VERSIONS: Final = ("1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0")
"""The versions that a record can be made for, oldest first."""

_CLASS = 2004
_ACTIVITIES = {
    Activity.CREATED: (1, "Create"),
    Activity.UPDATED: (2, "Update"),
    Activity.CLOSED: (3, "Close"),
}
_NEW, _SUPPRESSED = (1, "New"), (3, "Suppressed")
_SEVERITIES = {severity: severity.label.capitalize() for severity in Severity}
_ATTACK_VERSION = "19"
_HOSTNAME = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_ALERTS_SINCE = "1.4.0"


def finding(f: Finding, *, version: str = OCSF_VERSIONS[-1]) -> dict[str, object]:
    """Return a finding as one Detection Finding.

    The record's activity is the finding's own: Create, Update, Close. Its `finding_info.uid` is the same in
    all three, so a store can keep one record a finding.

    Args:
        f: the finding.
        version: the version of OCSF.

    Raises:
        InvalidArgument: records are not made for that version.
    """
    if version not in OCSF_VERSIONS:
        raise InvalidArgument("version", version, f"must be one of {', '.join(OCSF_VERSIONS)}")
    activity_id, activity = _ACTIVITIES[f.activity]
    status_id, status = _SUPPRESSED if f.activity is Activity.CLOSED else _NEW
    return present(
        {
            "activity_id": activity_id,
            "activity_name": activity,
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": _CLASS,
            "class_name": "Detection Finding",
            "type_uid": _CLASS * 100 + activity_id,
            "type_name": f"Detection Finding: {activity}",
            "severity_id": int(f.severity),
            "severity": _SEVERITIES[f.severity],
            "risk_score": f.risk_score,
            "status_id": status_id,
            "status": status,
            "is_alert": True if version >= _ALERTS_SINCE else None,
            "time": _milliseconds(f.last_seen),
            "start_time": _milliseconds(f.first_seen),
            "end_time": _milliseconds(f.last_seen),
            "count": max(f.occurrences, 1),
            "message": f.explanation,
            "metadata": _metadata(f, version),
            "device": _device(f.event.device),
            "finding_info": _info(f),
            "evidences": [_evidence(f)],
            "observables": _observables(f),
            "unmapped": _unmapped(f),
        }
    )


def _metadata(f: Finding, version: str) -> dict[str, object]:
    return present(
        {
            "version": version,
            "product": {"name": "parentchild", "vendor_name": "parentchild", "version": __version__},
            "profiles": ["host"] if f.event.device else [],
            "logged_time": None if f.event.ingested_at is None else _milliseconds(f.event.ingested_at),
        }
    )


def _device(name: str) -> dict[str, object] | None:
    if not name:
        return None
    system = {"name": "Windows", "type_id": 100, "type": "Windows"}
    kind = "hostname" if _HOSTNAME.fullmatch(name) else "name"
    return {kind: name, "type_id": 0, "type": "Unknown", "os": system}


def _info(f: Finding) -> dict[str, object]:
    return present(
        {
            "uid": f.uid,
            "title": f"{DETECTION.title}: {f.child}",
            "desc": f.explanation,
            "types": [reason.value for reason in f.reasons],
            "first_seen_time": _milliseconds(f.first_seen),
            "last_seen_time": _milliseconds(f.last_seen),
            "analytic": {
                "uid": DETECTION.id,
                "name": DETECTION.title,
                "version": DETECTION.implemented_version,
                "type_id": 1,
                "type": "Rule",
            },
            "attacks": [_attack(technique, tactic) for technique in f.attack for tactic in technique.tactics],
        }
    )


def _attack(technique: Technique, tactic: Tactic) -> dict[str, object]:
    whole, name = whole_of(technique)
    is_part = whole != technique.id
    return present(
        {
            "version": _ATTACK_VERSION,
            "tactic": {"uid": tactic.id, "name": tactic.name},
            "technique": {"uid": whole, "name": name},
            "sub_technique": {"uid": technique.id, "name": technique.name} if is_part else None,
        }
    )


def _evidence(f: Finding) -> dict[str, object]:
    """Return the processes; OCSF knows a process only by an id, so those without one are plain data."""
    event = f.event
    evidence: dict[str, object] = {}
    data: dict[str, object] = {}
    child, parent = _process(event.process), _known(event.parent)
    if _has_id(event.process):
        evidence["process"] = child
    else:
        data["process"] = child
    if event.parent is not None and parent:
        if _has_id(event.parent):
            child["parent_process"] = parent
        else:
            data["parent_process"] = parent
    if event.creator is not None and _has_id(event.creator):
        evidence["actor"] = {"process": _process(event.creator)}
    elif creator := _known(event.creator):
        data["creator"] = creator
    return present({**evidence, "data": data})


def _known(process: Process | None) -> dict[str, object]:
    return {} if process is None else _process(process)


def _has_id(process: Process) -> bool:
    return process.pid is not None or process.guid is not None


def _process(process: Process) -> dict[str, object]:
    return present(
        {
            "name": process.name,
            "pid": process.pid,
            "uid": process.guid,
            "cmd_line": process.command_line,
            "created_time": None if process.started_at is None else _milliseconds(process.started_at),
            "integrity": process.integrity,
            "user": present({"name": process.user, "uid": process.user_sid}),
            "file": _file(process),
        }
    )


def _file(process: Process) -> dict[str, object] | None:
    if process.name is None or (process.path is None and process.sha256 is None):
        return None
    hashes: list[dict[str, object]] = []
    if process.sha256 is not None:
        hashes.append({"algorithm_id": 3, "algorithm": "SHA-256", "value": process.sha256})
    return present(
        {"name": process.name, "path": process.path, "type_id": 1, "type": "Regular File", "hashes": hashes}
    )


def _observables(f: Finding) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if _HOSTNAME.fullmatch(f.event.device):
        found.append({"name": "device.hostname", "type_id": 1, "type": "Hostname", "value": f.event.device})
    for path, process in (
        ("evidences.process.name", f.event.process),
        ("evidences.process.parent_process.name", f.event.parent),
        ("evidences.actor.process.name", f.event.creator),
    ):
        if process is not None and process.name is not None and _has_id(process):
            found.append({"name": path, "type_id": 9, "type": "Process Name", "value": process.name})
    return found


def _unmapped(f: Finding) -> dict[str, object]:
    return present(
        {
            "child": f.child,
            "parent": f.parent,
            "directory": f.directory or None,
            "expected": list(f.expected),
            "next_steps": list(f.next_steps),
            "imitates": f.imitates,
            "device_count": f.device_count,
            "device_count_is_exact": f.device_count_is_exact,
            "suppressed": f.suppressed,
            "variants": variants_of(f),
            "parent_is_inferred": f.parent_is_inferred,
            "parent_inferred_seconds": inferred_seconds(f),
            "record_id": f.event.record_id,
        }
    )


def _milliseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MILLISECOND
