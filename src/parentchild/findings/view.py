"""A finding as what draws and flattens it sees it: values to read, and nothing of how they come about.

What draws stands below what it draws. It asks for this protocol alone, so `findings.finding` can import it
without a circle, and a test or a tool can have its own records drawn.
"""

# ruff: noqa: D102 - `findings.finding.Finding` says what each value is

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
    """What can be read of a finding."""

    @property
    def activity(self) -> enum.Enum: ...

    @property
    def reasons(self) -> tuple[Reason, ...]: ...

    @property
    def reason(self) -> Reason: ...

    @property
    def severity(self) -> Severity: ...

    @property
    def risk_score(self) -> int: ...

    @property
    def child(self) -> str: ...

    @property
    def parent(self) -> str: ...

    @property
    def directory(self) -> str: ...

    @property
    def expected(self) -> tuple[str, ...]: ...

    @property
    def relation(self) -> Relation | None: ...

    @property
    def event(self) -> ProcessCreated: ...

    @property
    def first_seen(self) -> datetime: ...

    @property
    def last_seen(self) -> datetime: ...

    @property
    def device_count(self) -> int: ...

    @property
    def device_count_is_exact(self) -> bool: ...

    @property
    def devices(self) -> tuple[str, ...]: ...

    @property
    def occurrences(self) -> int: ...

    @property
    def suppressed(self) -> int: ...

    @property
    def imitates(self) -> str | None: ...

    @property
    def variants(self) -> tuple[Variant, ...]: ...

    @property
    def inference_age(self) -> timedelta | None: ...

    @property
    def parent_is_inferred(self) -> bool: ...

    @property
    def attack(self) -> tuple[Technique, ...]: ...

    @property
    def uid(self) -> str: ...

    @property
    def explanation(self) -> str: ...

    @property
    def next_steps(self) -> tuple[str, ...]: ...
