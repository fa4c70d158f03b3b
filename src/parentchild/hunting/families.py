r"""Families: findings that differ only in random or versioned parts of a name or a path.

An installer unpacks itself under a name that it never uses twice (`is-AB12C.tmp`, `MSI1F.tmp`), a product
puts its version into a name (`app-1.2.3`). To an analyst the findings of all these are one thing to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeAlias

import attrs

from parentchild.display.markup import number
from parentchild.findings.chain import words
from parentchild.findings.finding import Finding
from parentchild.findings.text import finding_line
from parentchild.relations.evaluation import Reason
from parentchild.relations.sentences import shown
from parentchild.relations.severity import Severity
from parentchild.windows.paths import normalised_directory

FamilyKey: TypeAlias = tuple[str, str, tuple[Reason, ...], str]
"""The shapes of child and parent, the reasons, and the shape of the directory."""

_RUN: Final = "*"
_GUID: Final = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?")
_TEMPORARY: Final = re.compile(r"^(is-|msi|~?ns|_iu|ir_|gl|wz)[0-9a-z_~]+(?=\.tmp$)")
"""Names that installers give to what they unpack (Inno Setup, Windows Installer, NSIS, others).

Of NSIS' names the third letter differs as well.
"""
_VERSION: Final = re.compile(r"v?[0-9]+(?:[._][0-9]+)+")
_HEX: Final = re.compile(r"(?<![0-9a-z])(?=[0-9a-f]*[0-9])[0-9a-f]{6,}(?![0-9a-z])")
_NUMBER: Final = re.compile(r"[0-9]+")
_WIDTHS: Final = frozenset({"32", "64", "86"})
"""Numbers that tell two programs apart, not two versions of one."""


@attrs.frozen(kw_only=True)
class Family:
    """Findings that differ only in random or versioned parts of a name or a path.

    Args:
        child: the shape of the child's name; `*` stands for what differs.
        parent: the shape of the parent's name.
        reasons: the reasons, which all members share.
        directory: the shape of the wrong directory, `""` where none is.
        members: the findings, the highest first.
        severity: the highest of its members.
        risk_score: the highest of its members.
        devices: the devices of all members, sorted.
        occurrences: how many events its members cover.
        first_seen: the time of the earliest event.
        last_seen: the time of the latest event.
    """

    child: str
    parent: str
    reasons: tuple[Reason, ...]
    directory: str
    members: tuple[Finding, ...]
    severity: Severity
    risk_score: int
    devices: tuple[str, ...] = attrs.field(repr=False)
    occurrences: int
    first_seen: datetime
    last_seen: datetime

    @property
    def device_count(self) -> int:
        """On how many devices it was seen."""
        return len(self.devices)

    @property
    def earliest(self) -> Finding:
        """The member that was seen first."""
        return min(self.members, key=lambda each: (each.first_seen, each.child, each.parent))

    @property
    def finding(self) -> Finding:
        """Its highest member."""
        return self.members[0]

    def __str__(self) -> str:
        return family_line(self)


def family_line(family: Family) -> str:
    """Return a family as one line of a list; one that has a single finding as that."""
    if len(family.members) == 1:
        return finding_line(family.finding)
    devices = number(family.device_count, "device")
    pair = f"{shown(family.child)} by {shown(family.parent) or '?'}"
    return (
        f"[{family.severity.label} {family.risk_score}] {pair}: "
        f"{', '.join(map(words, family.reasons))}; {number(len(family.members), 'finding')}, "
        f"{number(family.occurrences, 'time')} on {devices}, "
        f"first on {shown(family.earliest.event.device) or '?'} {family.first_seen:%Y-%m-%d %H:%M:%S}"
    )


def families_of(findings: Iterable[Finding]) -> tuple[Family, ...]:
    """Return findings as families: the highest severity and score first, then the rarest, then the earliest.

    Every finding is in exactly one family.

    Cost: linear in the findings and their devices, plus the sort.
    """
    members: dict[FamilyKey, list[Finding]] = {}
    for finding in findings:
        members.setdefault(family_key(finding), []).append(finding)
    found = [_family(key, each) for key, each in members.items()]
    return tuple(sorted(found, key=_order))


def family_key(finding: Finding) -> FamilyKey:
    """Return what the members of a finding's family share."""
    return (
        shape_of(finding.child),
        shape_of(finding.parent),
        finding.reasons,
        shape_of(normalised_directory(finding.directory)) if finding.directory else "",
    )


def shape_of(text: str) -> str:
    r"""Return a folded name or directory with a `*` for each random or versioned part.

    >>> shape_of("is-ab12c.tmp"), shape_of("msi1f.tmp"), shape_of("app-1.2.3.exe")
    ('is-*.tmp', 'msi*.tmp', 'app-*.exe')
    >>> shape_of("{9ba05972-f6a8-11cf-a442-00a0c90a8f39}.exe"), shape_of("svchost.exe")
    ('*.exe', 'svchost.exe')

    Cost: linear in the length of the text.
    """
    if not any(sign in text for sign in "0123456789") and not text.endswith(".tmp"):
        return text
    shaped = _GUID.sub(_RUN, text)
    shaped = "\\".join(_TEMPORARY.sub(rf"\1{_RUN}", part) for part in shaped.split("\\"))
    shaped = _VERSION.sub(_RUN, shaped)
    shaped = _HEX.sub(_RUN, shaped)
    return _NUMBER.sub(lambda found: found[0] if found[0] in _WIDTHS else _RUN, shaped)


def _family(key: FamilyKey, findings: list[Finding]) -> Family:
    child, parent, reasons, directory = key
    scores = {id(finding): finding.risk_score for finding in findings}
    ordered = sorted(
        findings,
        key=lambda each: (
            *(-each.severity, -scores[id(each)], each.first_seen),
            *(each.child, each.parent, each.directory, each.uid),
        ),
    )
    return Family(
        child=child,
        parent=parent,
        reasons=reasons,
        directory=directory,
        members=tuple(ordered),
        severity=ordered[0].severity,
        risk_score=max(scores.values()),
        devices=tuple(sorted({device for finding in ordered for device in finding.devices})),
        occurrences=sum(finding.occurrences for finding in ordered),
        first_seen=min(finding.first_seen for finding in ordered),
        last_seen=max(finding.last_seen for finding in ordered),
    )


def _order(family: Family) -> tuple[int, int, int, datetime, str, str, tuple[str, ...], str]:
    return (
        -family.severity,
        -family.risk_score,
        family.device_count,
        family.first_seen,
        family.child,
        family.parent,
        tuple(reason.value for reason in family.reasons),
        family.directory,
    )
