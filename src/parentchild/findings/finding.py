"""What a detector returns: findings, and the words of their lifecycle."""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

import attrs

from parentchild.events import ProcessCreated
from parentchild.findings.attack import Technique, techniques
from parentchild.findings.devices import DeviceSet
from parentchild.findings.flat import flat
from parentchild.findings.next_steps import next_steps
from parentchild.findings.risk import risk_score
from parentchild.findings.variants import Variant
from parentchild.relations.evaluation import Reason, name_of
from parentchild.relations.relation import Relation
from parentchild.relations.sentences import sentence
from parentchild.relations.severity import Severity

_NAMESPACE = uuid.UUID("b3c9a8a2-5f0e-5d5b-9f6e-0ff0080ff008")


class Printer(Protocol):
    """What IPython hands to an object that shows itself as text."""

    def text(self, text: str) -> None:
        """Write a text."""
        ...


class Activity(enum.Enum):
    """What happened to a finding, in OCSF's words."""

    CREATED = "created"
    """It was not there before."""
    UPDATED = "updated"
    """Another device joined, or evidence took a part of it away."""
    CLOSED = "closed"
    """Evidence explained all of it: nothing of it is active any more."""


def finding_uid(child: str, parent: str, reasons: tuple[Reason, ...], directory: str = "") -> str:
    """Return the id of a finding: the same in every run, detector and process.

    >>> finding_uid("svchost.exe", "cmd.exe", (Reason.UNEXPECTED_PARENT,))
    'aa5418c1-771c-585b-ba36-87c16ca980bb'
    """
    key = json.dumps([child, parent, [reason.value for reason in reasons], directory], ensure_ascii=False)
    return str(
        uuid.uuid5(_NAMESPACE, key.encode("utf-8", "surrogatepass").hex())
    )  # names may hold surrogates


@attrs.frozen(kw_only=True)
class Finding:
    """One pair of images that does not fit Windows for the same reasons, over all devices that have it.

    It stores plain values; what can be derived from them is derived when it is asked for, since a detector
    may build hundreds of thousands of findings of which nobody reads most.

    Args:
        activity: what happened to it.
        reasons: why it is a finding, the weightiest first; at least one.
        severity: how much it matters.
        child: the child's comparable name.
        parent: the parent's comparable name, `""` where unknown.
        directory: where a place is wrong, that directory, normalised; else `""`.
        expected: what would have been right for the first reason: names, directories or arguments.
        relation: the relation that it breaks.
        event: the earliest event; equal times are ordered by record id, then by device.
        first_seen: the time of that event.
        last_seen: the time of the latest event.
        device_count: on how many devices it is active.
        device_count_is_exact: False once the detector's capacity made it forget a device of this finding;
            then the count is a lower bound.
        occurrences: how many events it covers.
        suppressed: how many more events were cleared by crash-handler evidence.
        imitates: for a look-alike, the name that it imitates.
        variants: its distinct paths, command lines and users, the rarest first, no more than a few.
        inference_age: how long before the child its parent had started, where the parent was not logged but
            looked up by its pid; else None.
        device_set: its devices.
    """

    activity: Activity
    reasons: tuple[Reason, ...]
    severity: Severity
    child: str
    parent: str
    directory: str = ""
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
    variants: tuple[Variant, ...] = attrs.field(default=(), repr=False)
    inference_age: timedelta | None = None
    device_set: DeviceSet = attrs.field(repr=False)

    @property
    def reason(self) -> Reason:
        """The weightiest reason."""
        return self.reasons[0]

    @property
    def uid(self) -> str:
        """An id (UUID version 5) of child, parent, reasons and directory: the key to de-duplicate by."""
        return finding_uid(self.child, self.parent, self.reasons, self.directory)

    @property
    def devices(self) -> tuple[str, ...]:
        """The devices on which it is active, sorted. Cost: linear in the devices, at each access."""
        return self.device_set.names()

    @property
    def parent_is_inferred(self) -> bool:
        """Whether the parent was looked up by its pid, not logged."""
        return self.inference_age is not None

    @property
    def attack(self) -> tuple[Technique, ...]:
        """The ATT&CK techniques that it may be a sign of, those of the weightiest reason first."""
        return techniques(self.reasons)

    @property
    def risk_score(self) -> int:
        """What to look at first, 1 to 100: severity, then kind of program, then rarity (`findings.risk`)."""
        return risk_score(
            self.severity,
            self.reasons,
            self.event,
            device_count=self.device_count,
            occurrences=self.occurrences,
        )

    @property
    def explanation(self) -> str:
        """Plain sentences: what started what, what was expected, what to check."""
        event = self.event
        return sentence(
            self.reasons,
            child=self.child,
            parent=self.parent,
            directory=self.directory,
            expected=self.expected,
            relation=self.relation,
            device=event.device,
            imitates=self.imitates,
            creator=name_of(event.creator) if event.creator is not None else "",
            original_name=event.process.original_name or "",
            inference_age=self.inference_age,
        )

    @property
    def next_steps(self) -> tuple[str, ...]:
        """Two to four concrete checks for its reasons."""
        return next_steps(self.reasons, event=self.event, child=self.child, parent=self.parent)

    def to_dict(self) -> dict[str, object]:
        """Return the finding as one flat row of JSON values; absent values are None.

        The columns and their order are always the same. Cost: linear in the devices.
        """
        return flat(self)

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
        yield "risk_score", self.risk_score
        yield "explanation", self.explanation
        yield "reasons", [reason.value for reason in self.reasons]
        yield "first_seen", self.first_seen
        yield "last_seen", self.last_seen
        yield "device_count", self.device_count
        yield "occurrences", self.occurrences


def finding_order(finding: Finding) -> tuple[int, int, datetime, str, str, tuple[str, ...], str]:
    """Return the key by which findings are listed: by severity, then by score, then the earliest first."""
    return (
        -finding.severity,
        -finding.risk_score,
        finding.first_seen,
        finding.child,
        finding.parent,
        tuple(reason.value for reason in finding.reasons),
        finding.directory,
    )
