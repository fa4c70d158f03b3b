"""A finding as what draws and flattens it sees it: values to read, and nothing of how they come about.

What draws stands below what it draws. It asks for this protocol alone, so `findings.finding` can import it
without a circle, and a test or a tool can have its own records drawn.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Protocol

from parentchild.events import ProcessCreated
from parentchild.findings.attack import Technique
from parentchild.findings.variants import Variant
from parentchild.relations.evaluation import Reason
from parentchild.relations.relation import Relation
from parentchild.relations.severity import Severity


class FindingView(Protocol):
    """What can be read of a finding; `findings.finding.Finding` says what each value is."""

    @property
    def activity(self) -> enum.Enum:
        """What happened to it."""
        ...

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is a finding, the weightiest first."""
        ...

    @property
    def reason(self) -> Reason:
        """The weightiest reason."""
        ...

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        ...

    @property
    def risk_score(self) -> int:
        """What to look at first."""
        ...

    @property
    def child(self) -> str:
        """The child's comparable name."""
        ...

    @property
    def parent(self) -> str:
        """The parent's comparable name."""
        ...

    @property
    def directory(self) -> str:
        """The wrong place, where one is wrong."""
        ...

    @property
    def expected(self) -> tuple[str, ...]:
        """What would have been right."""
        ...

    @property
    def relation(self) -> Relation | None:
        """The relation that it breaks."""
        ...

    @property
    def event(self) -> ProcessCreated:
        """The earliest event."""
        ...

    @property
    def first_seen(self) -> datetime:
        """The time of the earliest event."""
        ...

    @property
    def last_seen(self) -> datetime:
        """The time of the latest event."""
        ...

    @property
    def device_count(self) -> int:
        """On how many devices it is active."""
        ...

    @property
    def device_count_is_exact(self) -> bool:
        """Whether that is no lower bound."""
        ...

    @property
    def devices(self) -> tuple[str, ...]:
        """These devices, sorted."""
        ...

    @property
    def occurrences(self) -> int:
        """How many events it covers."""
        ...

    @property
    def suppressed(self) -> int:
        """How many more were cleared."""
        ...

    @property
    def imitates(self) -> str | None:
        """The name that a look-alike imitates."""
        ...

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Its variants, the rarest first."""
        ...

    @property
    def inference_age(self) -> timedelta | None:
        """How old a looked-up parent was."""
        ...

    @property
    def parent_is_inferred(self) -> bool:
        """Whether the parent was looked up."""
        ...

    @property
    def attack(self) -> tuple[Technique, ...]:
        """The ATT&CK techniques."""
        ...

    @property
    def uid(self) -> str:
        """The key to de-duplicate by."""
        ...

    @property
    def explanation(self) -> str:
        """What is wrong, in sentences."""
        ...

    @property
    def next_steps(self) -> tuple[str, ...]:
        """What to check."""
        ...
