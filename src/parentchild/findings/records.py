"""Tidy records of findings, one observation a record, ready to plot."""

from __future__ import annotations

from collections.abc import Iterable

from parentchild.findings.record import FindingRecord


def timeline_of(
    active: Iterable[FindingRecord], suppressed: Iterable[FindingRecord]
) -> list[dict[str, object]]:
    """Return one record a pair: from when to when it was seen, and if it is active; the earliest first."""
    both = [(finding, True) for finding in active] + [(finding, False) for finding in suppressed]
    both.sort(key=lambda each: (each[0].first_seen, each[0].last_seen, each[0].uid, each[1]))
    return [
        {
            **_pair(finding),
            "is_active": is_active,
            "first_seen": finding.first_seen,
            "last_seen": finding.last_seen,
            "occurrences": finding.occurrences if is_active else finding.suppressed,
            "device_count": finding.device_count,
        }
        for finding, is_active in both
    ]


def prevalence_of(findings: Iterable[FindingRecord]) -> list[dict[str, object]]:
    """Return one record a pair and device on which it is active, pairs as reported, devices by name."""
    return [
        {
            **_pair(finding),
            "device": device,
            "is_first": device == finding.event.device,
            "device_count": finding.device_count,
            "device_count_is_exact": finding.device_count_is_exact,
        }
        for finding in findings
        for device in finding.devices
    ]


def _pair(finding: FindingRecord) -> dict[str, object]:
    return {
        "uid": finding.uid,
        "reason": finding.reason.value,
        "risk_score": finding.risk_score,
        "severity": finding.severity.label,
        "child": finding.child,
        "parent": finding.parent,
    }
