"""The flat form of a finding: one row of JSON values, whose columns `findings.columns` declares."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from parentchild.events import Process
from parentchild.findings.record import FindingRecord

SCHEMA_VERSION: Final = 2
"""The version of the flat form; it changes when a column changes its meaning."""

PROCESS_COLUMNS: Final = (
    "name",
    "pid",
    "path",
    "command_line",
    "started_at",
    "user",
    "user_sid",
    "guid",
    "integrity",
    "signer",
    "original_name",
    "sha256",
)
"""What the flat form tells of each process; each name is prefixed with the process's role."""


def flat(finding: FindingRecord) -> dict[str, object]:
    """Return a finding as one row. Cost: linear in the devices."""
    event = finding.event
    age = finding.inference_age
    row: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "uid": finding.uid,
        "activity": finding.activity.value,
        "reason": finding.reason.value,
        "reasons": [reason.value for reason in finding.reasons],
        "severity": finding.severity.label,
        "severity_id": int(finding.severity),
        "risk_score": finding.risk_score,
        "child": finding.child,
        "parent": finding.parent,
        "directory": finding.directory,
        "expected": list(finding.expected),
        "explanation": finding.explanation,
        "next_steps": list(finding.next_steps),
        "attack": [technique.id for technique in finding.attack],
        "first_seen": iso(finding.first_seen),
        "last_seen": iso(finding.last_seen),
        "device_count": finding.device_count,
        "device_count_is_exact": finding.device_count_is_exact,
        "devices": list(finding.devices),
        "occurrences": finding.occurrences,
        "suppressed": finding.suppressed,
        "variants": [
            {**attrs.asdict(each, recurse=False), "devices": list(each.devices)} for each in finding.variants
        ],
        "imitates": finding.imitates,
        "parent_is_inferred": finding.parent_is_inferred,
        "parent_inferred_seconds": None if age is None else int(age.total_seconds()),
        "device": event.device,
        "timestamp": iso(event.timestamp),
        "ingested_at": None if event.ingested_at is None else iso(event.ingested_at),
        "record_id": None if event.record_id is None else str(event.record_id),
    }
    for role, process in (("child", event.process), ("parent", event.parent), ("creator", event.creator)):
        row.update(_columns(role, process))
    row["grandparent_name"] = None if event.grandparent is None else event.grandparent.name
    return row


def iso(time: datetime) -> str:
    """Return a time as ISO 8601 in UTC, with microseconds and a `Z`."""
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _columns(role: str, process: Process | None) -> dict[str, object]:
    def value(column: str) -> object:
        found = None if process is None else getattr(process, column)
        return iso(found) if isinstance(found, datetime) else found

    return {f"{role}_{column}": value(column) for column in PROCESS_COLUMNS}
