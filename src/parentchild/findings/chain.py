"""The chain of one finding: who started whom, which link is wrong, and what would have been right there."""

from __future__ import annotations

from typing import Final

import attrs

from parentchild.events import Process
from parentchild.findings.finding import Finding
from parentchild.relations.evaluation import Reason
from parentchild.relations.relation import ExpectedParents, Tier
from parentchild.windows.names import printable

_MOST_EXPECTED: Final = 4
_WRONG_CHILD: Final = frozenset({Reason.UNEXPECTED_CHILD, Reason.MISPLACED_IMAGE, Reason.LOOKALIKE})
_INSTEAD: Final = {
    Reason.UNEXPECTED_PARENT: "expected",
    Reason.UNEXPECTED_CHILD: "expected",
    Reason.MISPLACED_PARENT: "expected from its own directory",
    Reason.MISPLACED_IMAGE: "expected in",
    Reason.SPOOFED_PARENT: "expected",
    Reason.LOOKALIKE: "imitates",
    Reason.UNKNOWN_PARENT: "expected",
}


@attrs.frozen(kw_only=True)
class Link:
    """One process of a chain.

    Args:
        role: what it is there: grandparent, creator, parent or child.
        name: its name as logged.
        spelling: the same in ASCII, where the name has other letters.
        details: pid, path, account and command line, as far as known.
        is_wrong: whether this is the link that does not fit.
        instead_label: what the next is: what was expected, or what is imitated.
        instead: what would have been right in its place.
    """

    role: str
    name: str
    spelling: str = ""
    details: tuple[tuple[str, str], ...] = ()
    is_wrong: bool = False
    instead_label: str = ""
    instead: tuple[str, ...] = ()


def links_of(finding: Finding) -> tuple[Link, ...]:
    """Return the chain of a finding's earliest event, from the oldest ancestor down to the child."""
    event = finding.event
    roles: list[tuple[str, Process | None, str]] = [
        ("creator", event.creator, ""),
        ("parent", event.parent, finding.parent or "not known"),
        ("child", event.process, finding.child),
    ]
    if event.grandparent is not None and (event.grandparent.name or event.grandparent.pid is not None):
        roles.insert(0, ("grandparent", event.grandparent, "not known"))
    wrong = _wrong_role(finding)
    return tuple(
        _link(finding, role, process, otherwise, is_wrong=role == wrong)
        for role, process, otherwise in roles
        if process is not None or otherwise
    )


def expected_of(finding: Finding) -> tuple[str, ...]:
    """Return what would have been right, what is by design first, no more than a few."""
    names = finding.expected
    if isinstance(finding.relation, ExpectedParents) and finding.reason not in _WRONG_CHILD:
        by_design = {image.name for image in finding.relation.parents if image.tier is Tier.CORE}
        names = tuple(name for name in names if name in by_design) or names
    if len(names) > _MOST_EXPECTED:
        return (*names[:_MOST_EXPECTED], f"{len(names) - _MOST_EXPECTED} more")
    return names


def _wrong_role(finding: Finding) -> str:
    if finding.reason is Reason.SPOOFED_PARENT:
        return "creator"
    return "child" if finding.reason in _WRONG_CHILD else "parent"


def _link(finding: Finding, role: str, process: Process | None, otherwise: str, *, is_wrong: bool) -> Link:
    name = (process.name if process is not None else None) or otherwise or "not known"
    return Link(
        role=role,
        name=name,
        spelling="" if printable(name).isascii() else ascii(name)[1:-1],
        details=() if process is None else tuple(_details(process)),
        is_wrong=is_wrong,
        instead_label=_INSTEAD[finding.reason] if is_wrong else "",
        instead=(expected_of(finding) or ("nothing",)) if is_wrong else (),
    )


def _details(process: Process) -> list[tuple[str, str]]:
    pairs = (
        ("pid", None if process.pid is None else str(process.pid)),
        ("path", process.path),
        ("user", process.user),
        ("command line", process.command_line),
    )
    return [(label, value) for label, value in pairs if value]
