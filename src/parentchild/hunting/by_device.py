"""Devices with their findings, for an investigation of one host."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from parentchild.display.markup import number
from parentchild.findings.finding import Finding
from parentchild.relations.sentences import shown
from parentchild.relations.severity import Severity


@attrs.frozen(kw_only=True)
class DeviceFindings:
    """The findings of one device, in the order of their time.

    Args:
        device: the device; `""` for rows that name none.
        severity: the highest of its findings.
        risk_score: the highest of its findings.
        findings: its findings, the earliest first; each is that of all its devices.
    """

    device: str
    severity: Severity
    risk_score: int
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        device, count = shown(self.device) or "a device without a name", number(len(self.findings), "finding")
        return f"[{self.severity.label} {self.risk_score}] {device}: {count}"


def devices_of(findings: Iterable[Finding]) -> tuple[DeviceFindings, ...]:
    """Return the devices of findings: that with the highest score first, then that with most findings.

    Cost: linear in the devices of all findings, plus the sort.
    """
    by_device: dict[str, list[Finding]] = {}
    scores: dict[str, int] = {}
    for finding in findings:
        scores[finding.uid] = finding.risk_score
        for device in finding.devices:
            by_device.setdefault(device, []).append(finding)
    found = [
        DeviceFindings(
            device=device,
            severity=max(each.severity for each in members),
            risk_score=max(scores[each.uid] for each in members),
            findings=tuple(sorted(members, key=lambda each: (each.first_seen, each.uid))),
        )
        for device, members in by_device.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.risk_score, -len(each.findings), each.device)))
