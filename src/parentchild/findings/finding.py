"""What a detector returns: findings, and the words of their lifecycle."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import attrs

from parentchild.events import Process, ProcessCreated
from parentchild.findings.attack import Technique, techniques
from parentchild.findings.devices import DeviceSet
from parentchild.relations.evaluation import Reason, name_of
from parentchild.relations.explanation import sentence
from parentchild.relations.relation import Relation
from parentchild.relations.severity import Severity

_NAMESPACE = uuid.UUID("b3c9a8a2-5f0e-5d5b-9f6e-0ff0080ff008")
SCHEMA_VERSION = 1
"""The version of the flat form that `Finding.to_dict` gives; it changes when a column changes its meaning."""


class Printer(Protocol):
    """What IPython hands to an object that shows itself as text."""

    def text(self, text: str) -> None:
        """Write a text."""
        ...


class Activity(enum.Enum):
    """What happened to a finding, in OCSF's words."""

    CREATED = "created"
    """The pair was not there before."""
    UPDATED = "updated"
    """Another device joined, or evidence took a part of it away."""
    CLOSED = "closed"
    """Evidence explained all of it: nothing stands any more."""


def finding_uid(reason: Reason, child: str, parent: str) -> str:
    """Return the id of a pair's finding: the same in every run, detector and process."""
    pair = f"{reason.value}\n{child}\n{parent}".encode("utf-8", "surrogatepass")  # names may hold surrogates
    return str(uuid.uuid5(_NAMESPACE, pair.hex()))


@attrs.frozen(kw_only=True)
class Finding:
    """One pair of images that does not fit Windows, over all devices on which it was seen.

    Args:
        activity: what happened to it.
        reason: why it is a finding.
        severity: how much it matters.
        child: the child's comparable name.
        parent: the parent's comparable name, `""` where unknown.
        expected: what would have been right: names; for a misplaced image the directories.
        relation: the relation that it breaks.
        event: the earliest event of the pair; equal times are ordered by record id, then by device.
        first_seen: the time of that event.
        last_seen: the time of the latest event of the pair.
        device_count: on how many devices it stands.
        device_count_is_exact: False once the detector's capacity made it forget a device of this pair; then
            the count is a lower bound.
        occurrences: how many events of the pair stand.
        suppressed: how many more events of the pair were cleared by crash-handler evidence.
        imitates: for a look-alike, the name that it imitates.
    """

    activity: Activity
    reason: Reason
    severity: Severity
    child: str
    parent: str
    expected: tuple[str, ...]
    relation: Relation | None = attrs.field(repr=False)
    event: ProcessCreated
    first_seen: datetime
    last_seen: datetime
    device_count: int
    device_count_is_exact: bool = True
    occurrences: int = 1
    suppressed: int = 0
    imitates: str | None = None
    device_set: DeviceSet = attrs.field(repr=False)

    @property
    def devices(self) -> tuple[str, ...]:
        """The devices on which it stands, sorted. Cost: linear in the devices, at each access."""
        return self.device_set.names()

    @property
    def uid(self) -> str:
        """An id (UUID version 5) of reason, child and parent alone: the key to de-duplicate by."""
        return finding_uid(self.reason, self.child, self.parent)

    @property
    def attack(self) -> tuple[Technique, ...]:
        """The ATT&CK techniques that it may be a sign of."""
        return techniques(self.reason)

    @property
    def explanation(self) -> str:
        """One plain sentence: what started what, what was expected, why it matters."""
        return sentence(
            self.reason,
            child=self.child,
            parent=self.parent,
            expected=self.expected,
            device=self.event.device,
            imitates=self.imitates,
            relation=self.relation,
            creator=name_of(self.event.creator) if self.event.creator is not None else "",
        )

    def to_dict(self) -> dict[str, object]:
        """Return the finding as one flat row of JSON values; absent values are None.

        The columns and their order are always the same. Cost: linear in the devices.
        """
        event = self.event
        row: dict[str, object] = {
            "schema_version": SCHEMA_VERSION,
            "uid": self.uid,
            "activity": self.activity.value,
            "reason": self.reason.value,
            "severity": self.severity.label,
            "severity_id": int(self.severity),
            "child": self.child,
            "parent": self.parent,
            "expected": list(self.expected),
            "explanation": self.explanation,
            "attack": [technique.id for technique in self.attack],
            "first_seen": _iso(self.first_seen),
            "last_seen": _iso(self.last_seen),
            "device_count": self.device_count,
            "device_count_is_exact": self.device_count_is_exact,
            "devices": list(self.devices),
            "occurrences": self.occurrences,
            "suppressed": self.suppressed,
            "imitates": self.imitates,
            "device": event.device,
            "timestamp": _iso(event.timestamp),
            "ingested_at": None if event.ingested_at is None else _iso(event.ingested_at),
            "record_id": None if event.record_id is None else str(event.record_id),
        }
        for role, process in (("child", event.process), ("parent", event.parent), ("creator", event.creator)):
            row.update(_columns(role, process))
        row["grandparent_name"] = None if event.grandparent is None else event.grandparent.name
        return row

    def __str__(self) -> str:
        from parentchild.findings.text import finding_text  # noqa: PLC0415 - loaded when a finding is shown

        return finding_text(self)

    def _repr_html_(self) -> str:
        from parentchild.findings.html import finding_html  # noqa: PLC0415 - loaded when a finding is shown

        return finding_html(self)

    def _repr_pretty_(self, printer: Printer, cycle: object) -> None:
        del cycle  # a finding does not hold itself
        printer.text(str(self))

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        yield "severity", self.severity.label
        yield "explanation", self.explanation
        yield "reason", self.reason.value
        yield "first_seen", self.first_seen
        yield "last_seen", self.last_seen
        yield "device_count", self.device_count
        yield "occurrences", self.occurrences


_PROCESS_COLUMNS = (
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
    "sha256",
)


def _columns(role: str, process: Process | None) -> dict[str, object]:
    def value(column: str) -> object:
        found = None if process is None else getattr(process, column)
        return _iso(found) if isinstance(found, datetime) else found

    return {f"{role}_{column}": value(column) for column in _PROCESS_COLUMNS}


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def severity_of(relation: Relation | None, reason: Reason) -> Severity:
    """Return how much a finding matters: as much as its relation says, with what the reason adds to it."""
    if reason is Reason.UNKNOWN_PARENT:
        return Severity.INFORMATIONAL
    if relation is None:
        return Severity.MEDIUM
    if reason in {Reason.SPOOFED_PARENT, Reason.LOOKALIKE}:  # neither happens by accident
        return max(relation.severity, Severity.HIGH)
    return relation.severity


def finding_order(finding: Finding) -> tuple[int, datetime, str, str, str]:
    """Return the key by which findings are listed: the most severe first, then the earliest."""
    return -finding.severity, finding.first_seen, finding.child, finding.parent, finding.reason.value
