"""Groups: the events of one pair, by device, and what of them stands.

A group is the sum of its members, one a device, and nothing else: so two detectors that saw different devices
can be united, and forgetting a member takes exactly its share away. An event that crash evidence could still
clear is remembered singly, as an occurrence; all others are only counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TypeAlias

from parentchild.detector.lazyheap import LazyHeap
from parentchild.detector.memory import Entry
from parentchild.events import ProcessCreated, event_order
from parentchild.findings.devices import DeviceLog
from parentchild.relations.evaluation import Evaluation, Reason

Key: TypeAlias = tuple[Reason, str, str]
"""Reason, child and parent: what findings are grouped by."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Tally:
    """How many events, the earliest of them, and the latest time among them."""

    __slots__ = ("count", "first", "last")

    def __init__(self) -> None:
        self.count = 0
        self.first: ProcessCreated | None = None
        self.last: datetime | None = None

    def add(self, event: ProcessCreated) -> None:
        """Count one more event."""
        self.include(1, event, event.timestamp)

    def include(self, count: int, first: ProcessCreated | None, last: datetime | None) -> None:
        """Count `count` more events, of which `first` is the earliest and `last` the latest time."""
        self.count += count
        if first is not None:
            self.first = first if self.first is None else earlier(self.first, first)
        if last is not None:
            self.last = last if self.last is None else max(self.last, last)


class Occurrence(Entry):
    """One event that evidence could still clear, or that a better known parent could still move."""

    __slots__ = ("cleared", "event", "is_clearable", "member")

    def __init__(self, member: Member, event: ProcessCreated, at: datetime, *, is_clearable: bool) -> None:
        super().__init__(member.device, at)
        self.member = member
        self.event = event
        self.is_clearable = is_clearable
        self.cleared = False


class Member(Entry):
    """One device of a group: what is settled there, and what is open."""

    __slots__ = ("cleared", "group", "open", "settled", "standing")

    def __init__(self, group: Group, device: str, at: datetime) -> None:
        super().__init__(device, at)
        self.group = group
        self.settled = Tally()
        self.cleared = 0  # settled events that evidence had cleared
        self.open: dict[Occurrence, None] = {}
        self.standing = Tally()  # settled and open together, without what is cleared

    def open_cleared(self) -> int:
        """Return how many open occurrences are cleared."""
        return sum(occurrence.cleared for occurrence in self.open)

    def recount(self) -> None:
        """Derive what stands from what is settled and what is open. Cost: linear in the open occurrences."""
        self.standing = Tally()
        self.standing.include(self.settled.count, self.settled.first, self.settled.last)
        for occurrence in self.open:
            if not occurrence.cleared:
                self.standing.add(occurrence.event)


class Group:
    """All events of one pair."""

    __slots__ = (
        "_earliest",
        "_latest",
        "devices",
        "is_exact",
        "evaluation",
        "key",
        "members",
        "occurrences",
        "device_set",
        "suppressed",
    )

    def __init__(self, key: Key, evaluation: Evaluation, *, is_exact: bool) -> None:
        self.key = key
        self.evaluation = evaluation
        self.members: dict[str, Member] = {}
        self.devices = 0  # members on which something stands
        self.occurrences = 0
        self.suppressed = 0
        self.is_exact = is_exact
        self.device_set = DeviceLog()
        self._earliest: LazyHeap[Member] = LazyHeap(_first_of)
        self._latest: LazyHeap[Member] = LazyHeap(_last_of)

    def member(self, device: str, at: datetime) -> Member:
        """Return a new member for a device that has none yet."""
        member = self.members[device] = Member(self, device, at)
        return member

    def stands(self, member: Member, before: int) -> None:
        """Take over that what stands at a member has changed, from `before` events to what it says now."""
        after = member.standing.count
        if after:
            self._earliest.push(member)
            self._latest.push(member)
        self.occurrences += after - before
        if after and not before:
            self.devices += 1
            self.device_set.join(member.device)
        elif before and not after:
            self.devices -= 1
            self.device_set.leave(member.device)
        self._earliest.trim(self.devices)
        self._latest.trim(self.devices)

    def leave(self, member: Member) -> None:
        """Forget a member, of which nothing is open any more, and its share of everything."""
        before = member.standing.count
        self.suppressed -= member.cleared
        member.settled = Tally()
        member.standing = Tally()
        self.stands(member, before)
        del self.members[member.device]

    def earliest(self) -> ProcessCreated | None:
        """Return the earliest event that stands."""
        member = self._earliest.least()
        return None if member is None else member.standing.first

    def latest(self) -> datetime | None:
        """Return the time of the latest event that stands."""
        member = self._latest.least()
        return None if member is None else member.standing.last

    def cleared_events(self) -> Iterator[ProcessCreated]:
        """Yield the cleared events that are still remembered singly."""
        for member in self.members.values():
            for occurrence in member.open:
                if occurrence.cleared:
                    yield occurrence.event


def _first_of(member: Member) -> tuple[datetime, tuple[int, int, str], str] | None:
    return None if member.standing.first is None else event_order(member.standing.first)


def _last_of(member: Member) -> timedelta | None:
    return None if member.standing.last is None else _EPOCH - member.standing.last


def earlier(one: ProcessCreated, other: ProcessCreated) -> ProcessCreated:
    """Return the earlier of two events; what time, record id and device leave open, their contents settle."""
    here, there = event_order(one), event_order(other)
    if here == there and one != other:
        return min(one, other, key=repr)
    return one if here <= there else other
