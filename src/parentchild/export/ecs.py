"""Findings as alerts in the Elastic Common Schema.

Nothing is written under `kibana.alert`, which belongs to Kibana's own alerting. What ECS has no field for is
under `parentchild`, a name of its own, as the schema asks of custom fields.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from parentchild.catalog.detection import DETECTION
from parentchild.events import Process
from parentchild.export.present import inferred_seconds, present, variants_of
from parentchild.export.whole_techniques import whole_of
from parentchild.findings.attack import Technique
from parentchild.findings.finding import Finding

ECS_VERSION: Final = "8.17.0"
"""The version of the schema whose fields are used; later ones have them too."""

_TACTICS = "https://attack.mitre.org/tactics/"


def alert(f: Finding) -> dict[str, object]:
    """Return a finding as one nested ECS document with `event.kind: alert`.

    `event.id` is the finding's `uid`, the same for its creation, its updates and its end: the key to
    de-duplicate by.
    """
    event = f.event
    return present(
        {
            "@timestamp": _iso(event.timestamp),
            "message": f.explanation,
            "tags": ["parentchild"],
            "ecs": {"version": ECS_VERSION},
            "event": _event(f),
            "host": {"name": event.device, "os": {"type": "windows"}} if event.device else None,
            "user": _user(event.process),
            "process": _child(f),
            "related": _related(f),
            "rule": {
                "id": DETECTION.id,
                "name": DETECTION.title,
                "description": DETECTION.description,
                "version": DETECTION.implemented_version,
                "reference": DETECTION.references[0],
                "ruleset": "parentchild",
            },
            "threat": _threat(f.attack),
            "parentchild": present(
                {
                    "activity": f.activity.value,
                    "reason": f.reason.value,
                    "reasons": [reason.value for reason in f.reasons],
                    "severity": f.severity.label,
                    "child": f.child,
                    "parent": f.parent,
                    "directory": f.directory or None,
                    "expected": list(f.expected),
                    "next_steps": list(f.next_steps),
                    "imitates": f.imitates,
                    "device_count": f.device_count,
                    "device_count_is_exact": f.device_count_is_exact,
                    "occurrences": f.occurrences,
                    "suppressed": f.suppressed,
                    "variants": variants_of(f),
                    "parent_is_inferred": f.parent_is_inferred,
                    "parent_inferred_seconds": inferred_seconds(f),
                    "creator": None if event.creator is None else _process(event.creator),
                }
            ),
        }
    )


def _event(f: Finding) -> dict[str, object]:
    return present(
        {
            "kind": "alert",
            "category": ["process"],
            "type": ["start"],
            "action": f"finding-{f.activity.value}",
            "dataset": "parentchild.finding",
            "provider": "parentchild",
            "id": f.uid,
            "reason": f.explanation,
            "severity": int(f.severity),
            "risk_score": float(f.risk_score),
            "risk_score_norm": float(f.risk_score),
            "start": _iso(f.first_seen),
            "end": _iso(f.last_seen),
        }
    )


def _child(f: Finding) -> dict[str, object]:
    parent = {} if f.event.parent is None else _process(f.event.parent)
    return present({**_process(f.event.process), "parent": parent})


def _process(process: Process) -> dict[str, object]:
    return present(
        {
            "name": process.name,
            "pid": process.pid,
            "executable": process.path,
            "command_line": process.command_line,
            "entity_id": process.guid,
            "start": None if process.started_at is None else _iso(process.started_at),
            "hash": present({"sha256": process.sha256}),
            "code_signature": present({"subject_name": process.signer}),
            "user": present({"id": process.user_sid, "name": _account(process)[1]}),
        }
    )


def _user(process: Process) -> dict[str, object]:
    domain, name = _account(process)
    return present({"id": process.user_sid, "domain": domain, "name": name})


def _account(process: Process) -> tuple[str | None, str | None]:
    if process.user is None:
        return None, None
    domain, separator, name = process.user.rpartition("\\")
    return (domain, name) if separator else (None, process.user)


def _related(f: Finding) -> dict[str, object]:
    processes = [each for each in (f.event.process, f.event.parent, f.event.creator) if each is not None]
    return present(
        {
            "hosts": [name for name in f.devices if name],
            "hash": _unique([each.sha256 for each in processes]),
            "user": _unique([value for each in processes for value in (_account(each)[1], each.user_sid)]),
        }
    )


def _threat(techniques: tuple[Technique, ...]) -> dict[str, object] | None:
    if not techniques:
        return None
    tactics = list(dict.fromkeys(tactic for technique in techniques for tactic in technique.tactics))
    wholes = dict(map(whole_of, techniques))
    parts = [technique for technique in techniques if "." in technique.id]
    technique: dict[str, object] = {
        "id": list(wholes),
        "name": list(wholes.values()),
        "reference": [f"https://attack.mitre.org/techniques/{each}/" for each in wholes],
    }
    if parts:
        technique["subtechnique"] = {
            "id": [part.id for part in parts],
            "name": [part.name for part in parts],
            "reference": [part.url for part in parts],
        }
    return {
        "framework": "MITRE ATT&CK",
        "tactic": {
            "id": [tactic.id for tactic in tactics],
            "name": [tactic.name for tactic in tactics],
            "reference": [f"{_TACTICS}{tactic.id}/" for tactic in tactics],
        },
        "technique": technique,
    }


def _unique(values: list[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value is not None))


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")
