"""Bounds: the earliest of a finding's events, the latest time among them, and the highest severity."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from parentchild.events import ProcessCreated, event_order
from parentchild.relations.severity import Severity


@attrs.define(eq=False)
class Bounds:
    """The bounds of some events.

    `age` is that of the earliest event's inference, None where its parent was logged.
    """

    first: ProcessCreated | None = None
    age: timedelta | None = None
    last: datetime | None = None
    severity: Severity = Severity.INFORMATIONAL

    def add(self, event: ProcessCreated, age: timedelta | None, severity: Severity) -> None:
        """Take in one more event."""
        first, last, at = self.first, self.last, event.timestamp
        if first is None or at < first.timestamp or (at == first.timestamp and _is_earlier(event, first)):
            self.first, self.age = event, age
        if last is None or at > last:
            self.last = at
        if severity > self.severity:  # noqa: PLR1730 - asked for each event twice, and `max` is a call
            self.severity = severity

    def include(self, other: Bounds) -> None:
        """Take in what others have taken in."""
        if other.first is not None and other.last is not None:
            self.add(other.first, other.age, other.severity)
            if self.last is None or other.last > self.last:
                self.last = other.last


def _is_earlier(event: ProcessCreated, first: ProcessCreated) -> bool:
    """Tell whether an event of the same time is the earlier; its contents settle what order leaves open."""
    here, there = event_order(event), event_order(first)
    return here < there or (here == there and event != first and repr(event) < repr(first))
