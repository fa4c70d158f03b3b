"""The chain of one finding: who started whom, which links are wrong, and what would have been right."""

from __future__ import annotations

import attrs

from parentchild.events import Process
from parentchild.findings.by_reason import INSTEAD, WRONG_ROLE
from parentchild.findings.record import FindingRecord
from parentchild.relations.evaluation import Reason
from parentchild.relations.sentences import MOST_NAMED, by_design_first, inference, shown
from parentchild.windows.names import printable


@attrs.frozen(kw_only=True)
class Link:
    """One process of a chain.

    Args:
        role: what it is there: grandparent, creator, parent or child.
        name: its name as logged.
        spelling: the same in ASCII, where the name has other letters.
        details: pid, path, account and command line, as far as known.
        note: what else must be known of it, such as that it was looked up.
        faults: what is wrong with it, in words; empty where it fits.
        instead_label: what the next is: what was expected, or what is imitated.
        instead: what would have been right in its place.
    """

    role: str
    name: str
    spelling: str = ""
    details: tuple[tuple[str, str], ...] = ()
    note: str = ""
    faults: tuple[str, ...] = ()
    instead_label: str = ""
    instead: tuple[str, ...] = ()


def links_of(finding: FindingRecord) -> tuple[Link, ...]:
    """Return the chain of a finding's earliest event, from the oldest ancestor down to the child."""
    event = finding.event
    roles: list[tuple[str, Process | None, str]] = [
        ("creator", event.creator, ""),
        ("parent", event.parent, finding.parent or "not known"),
        ("child", event.process, finding.child),
    ]
    if event.grandparent is not None and (event.grandparent.name or event.grandparent.pid is not None):
        roles.insert(0, ("grandparent", event.grandparent, "not known"))
    return tuple(
        _link(finding, role, process, otherwise)
        for role, process, otherwise in roles
        if process is not None or otherwise
    )


def words(reason: Reason) -> str:
    """Return a reason in plain words."""
    return reason.value.replace("-", " ")


def expected_of(finding: FindingRecord) -> tuple[str, ...]:
    """Return what would have been right, what is by design first, no more than a few."""
    names = by_design_first(finding.expected, finding.relation)
    if len(names) > MOST_NAMED:
        return (*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more")
    return names


def _link(finding: FindingRecord, role: str, process: Process | None, otherwise: str) -> Link:
    name = (process.name if process is not None else None) or otherwise or "not known"
    faults = tuple(words(reason) for reason in finding.reasons if WRONG_ROLE[reason] == role)
    says_instead = WRONG_ROLE[finding.reason] == role and finding.reason is not Reason.SELF_COPY
    age = finding.inference_age
    return Link(
        role=role,
        name=name,
        spelling="" if printable(name).isascii() else shown(name),
        details=() if process is None else tuple(_details(process)),
        note=inference(age) if age is not None and role == "parent" else "",
        faults=faults,
        instead_label=INSTEAD.get(finding.reason, "expected") if says_instead else "",
        instead=(expected_of(finding) or ("nothing",)) if says_instead else (),
    )


def _details(process: Process) -> list[tuple[str, str]]:
    pairs = (
        ("pid", None if process.pid is None else str(process.pid)),
        ("path", process.path),
        ("user", process.user),
        ("command line", process.command_line),
    )
    return [(label, value) for label, value in pairs if value]
