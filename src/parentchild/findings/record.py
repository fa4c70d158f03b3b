"""What is known of one finding: the values that it stores, and what is derived from them.

All that shows a finding takes such a record, and stands below `findings.finding`, whose class adds how a
finding shows itself.
"""

from __future__ import annotations

import enum
import json
import uuid
from datetime import datetime, timedelta

import attrs

from parentchild.events import ProcessCreated
from parentchild.findings.attack import Technique, techniques
from parentchild.findings.devices import DeviceSet
from parentchild.findings.next_steps import next_steps
from parentchild.findings.risk import risk_score
from parentchild.findings.variants import Variant
from parentchild.relations.evaluation import Reason, name_of
from parentchild.relations.relation import Relation
from parentchild.relations.sentences import sentence
from parentchild.relations.severity import Severity

_NAMESPACE = uuid.UUID("b3c9a8a2-5f0e-5d5b-9f6e-0ff0080ff008")


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
    return str(uuid.uuid5(_NAMESPACE, key.encode("utf-8", "surrogatepass").hex()))


@attrs.frozen(kw_only=True)
class FindingRecord:
    """The values of a finding; `findings.finding.Finding` says what each of those that it is made of is."""

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
