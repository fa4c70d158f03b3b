"""Pairs: what the fleet's events of one finding add up to.

A pair is the sum of its devices, so pairs of different devices can be added, and forgetting a device takes
exactly its share away. Only the bounds, first and last time and severity, outlive what is forgotten: evidence
moves them, forgetting does not.
"""

from __future__ import annotations

import zlib
from bisect import insort
from collections.abc import Iterable
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import TypeAlias

import attrs

from parentchild.detector.crashes import Evidence
from parentchild.events import ProcessCreated, event_order
from parentchild.findings.devices import DeviceLog
from parentchild.findings.finding import Activity, Finding
from parentchild.findings.variants import Variant
from parentchild.relations.evaluation import Reason
from parentchild.relations.relation import Relation
from parentchild.relations.severity import Severity

Key: TypeAlias = tuple[str, str, tuple[Reason, ...], str]
"""Child, parent, reasons and directory: what findings are grouped by."""

VariantKey: TypeAlias = tuple[str | None, str | None, str | None, str | None]
"""The child's path, the parent's, the command line and the user."""

MOST_VARIANTS = 64
"""How many variants of a pair are told apart; of more, those with the lowest checksums are kept."""

_FEW = 5  # devices that a variant names


@attrs.define(eq=False)
class Bounds:
    """The earliest of some events, the latest time among them, and the highest severity.

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
        self.severity = max(self.severity, severity)

    def include(self, other: Bounds) -> None:
        """Take in what others have taken in."""
        if other.first is not None and other.last is not None:
            self.add(other.first, other.age, other.severity)
            if self.last is None or other.last > self.last:
                self.last = other.last


@attrs.define(eq=False)
class DeviceActivity(Bounds):
    """The events of one pair on one device; its bounds are those of the events that are confirmed.

    `pending` are the events that crash evidence has cleared or could still clear; `occurrences`, `suppressed`
    and `variants` are what its pair counts here.
    """

    key: Key = attrs.field(kw_only=True)
    device: str = attrs.field(kw_only=True)
    at: datetime = attrs.field(kw_only=True)
    occurrences: int = 0
    suppressed: int = 0
    variants: int = 0
    pending: dict[Seen, None] | None = attrs.field(default=None, init=False)

    def active(self) -> Bounds:
        """Return the bounds of all events that are not cleared. Cost: linear in the pending ones."""
        if not self.pending:
            return self
        whole = Bounds(self.first, self.age, self.last, self.severity)
        for seen in self.pending:
            if seen.cleared_by is None:
                whole.add(seen.event, seen.age, seen.severity)
        return whole


@attrs.define(eq=False)
class Seen:
    """One event of a pair.

    Args:
        activity: what it belongs to.
        event: the event, its texts cut.
        age: how old the inference of its parent is, where it was inferred.
        severity: how much it matters.
        at: the device's clock when it came.
        cleared_by: the crash evidence that explains it.
    """

    activity: DeviceActivity
    event: ProcessCreated
    age: timedelta | None
    severity: Severity
    at: datetime
    cleared_by: Evidence | None = None


@attrs.frozen
class Change:
    """That an event counts now (1 occurrence) or no more (-1); the same of its being suppressed."""

    seen: Seen
    occurrences: int
    suppressed: int


class VariantSum:
    """How often each device has one variant of a pair."""

    __slots__ = ("_few", "counts", "occurrences")

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.occurrences = 0
        self._few: list[str] | None = []  # the first devices; None while they are not known

    def add(self, device: str, number: int) -> int:
        """Count `number` more or less; return 1 if the device is new here, -1 if it is gone, else 0."""
        before = self.counts.get(device, 0)
        after = self.counts[device] = before + number
        self.occurrences += number
        if not after:
            del self.counts[device]
            self._few = None
        elif not before and self._few is not None:
            insort(self._few, device)
            del self._few[_FEW:]
        return bool(after) - bool(before)

    def variant(self, key: VariantKey) -> Variant:
        """Return the variant of now. Cost: constant, but linear in the devices after one has gone."""
        if self._few is None:
            self._few = nsmallest(_FEW, self.counts)
        return Variant(*key, self.occurrences, len(self.counts), tuple(self._few))


class Pair(Bounds):
    """All events of one pair, over all devices.

    Args:
        key: child, parent, reasons and directory.
        expected: what would have been right.
        relation: the relation that decided.
        imitates: for a look-alike, the name that it imitates.
        is_exact: whether no device of the pair was forgotten for want of room.
    """

    __slots__ = (
        "_is_stale",
        "_log",
        "_worst",
        "device_count",
        "devices",
        "expected",
        "imitates",
        "is_exact",
        "kept",
        "key",
        "occurrences",
        "relation",
        "suppressed",
        "variants",
    )

    def __init__(
        self,
        key: Key,
        expected: tuple[str, ...],
        relation: Relation | None,
        imitates: str | None,
        *,
        is_exact: bool,
    ) -> None:
        super().__init__()
        self.key = key
        self.expected = expected
        self.relation = relation
        self.imitates = imitates
        self.is_exact = is_exact
        self.devices: dict[str, DeviceActivity] = {}
        self.device_count = 0  # of those that have an occurrence
        self.occurrences = 0
        self.suppressed = 0
        self.kept = Bounds()  # of devices that were forgotten for want of room
        self.variants: dict[VariantKey, VariantSum] = {}
        self._worst: VariantKey | None = None  # that with the highest checksum, while it is known
        self._log = DeviceLog()
        self._is_stale = False

    def apply(self, change: Change) -> int:
        """Take a change in; return 1 if a device joined by it, -1 if one left, else 0."""
        seen, number = change.seen, change.occurrences
        activity, event = seen.activity, seen.event
        self.devices[activity.device] = activity
        self.suppressed += change.suppressed
        activity.suppressed += change.suppressed
        if not number:
            return 0
        if number > 0:
            self.add(event, seen.age, seen.severity)
        else:
            self._is_stale = True
        process, parent = event.process, event.parent
        path = None if parent is None else parent.path
        variant = process.path, path, process.command_line, process.user
        activity.variants += self._vary(variant, activity.device, number)
        activity.occurrences += number
        return self._count(activity.device, number, activity.occurrences)

    def restore(self, activity: DeviceActivity) -> None:
        """Take in a whole activity, its variants aside; that of rows without a device may be in already."""
        mine = self.devices.setdefault(activity.device, activity)
        self.suppressed += activity.suppressed
        self.include(activity.active())
        after = activity.occurrences
        if mine is not activity:
            mine.include(activity)
            mine.occurrences += activity.occurrences
            mine.variants = max(mine.variants, activity.variants)
            after = mine.occurrences
        self._count(activity.device, activity.occurrences, after)

    def rest(self, activity: DeviceActivity) -> None:
        """Take a device's share away, but for its bounds."""
        device = activity.device
        self.suppressed -= activity.suppressed
        self._count(device, -activity.occurrences, 0)
        for key, variant in tuple(self.variants.items()):
            if device in variant.counts:
                self._vary(key, device, -variant.counts[device])
        activity.occurrences = activity.suppressed = activity.variants = 0

    def forget(self, activity: DeviceActivity) -> None:
        """Take a device's share away, and keep its bounds no longer than anything else of the pair."""
        self.kept.include(activity.active())
        self.is_exact = self.is_exact and not activity.occurrences
        self.rest(activity)
        del self.devices[activity.device]

    def include_rest(self, kept: Bounds, variants: Iterable[tuple[VariantKey, dict[str, int]]]) -> None:
        """Take in what another pair holds besides its activities, which `restore` has taken in."""
        self.kept.include(kept)
        self.include(kept)
        for key, counts in variants:
            for device, number in counts.items():
                self._vary(key, device, number)

    def _count(self, device: str, number: int, after: int) -> int:
        self.occurrences += number
        moved = bool(after) - bool(after - number)
        self.device_count += moved
        if moved > 0:
            self._log.join(device)
        elif moved < 0:
            self._log.leave(device)
        return moved

    def _vary(self, key: VariantKey, device: str, number: int) -> int:
        """Count a variant; return 1 if the device is new to it, -1 if it is gone from it, else 0.

        Where there are too many, that with the highest checksum is dropped, so which ones are kept does not
        depend on the order in which they came.
        """
        variant = self.variants.get(key)
        if variant is None:
            if number < 0 or (len(self.variants) >= MOST_VARIANTS and not self._drop_worse_than(key)):
                return 0
            variant = self.variants[key] = VariantSum()
            self._worst = None
        moved = variant.add(device, number)
        if not variant.counts:
            del self.variants[key]
            self._worst = None
        return moved

    def _drop_worse_than(self, key: VariantKey) -> bool:
        if self._worst is None:
            self._worst = max(self.variants, key=_checksum)
        if _checksum(key) >= _checksum(self._worst):
            return False
        del self.variants[self._worst]
        return True

    def finding(self, activity: Activity | None = None) -> Finding:
        """Return the finding of now. Cost: independent of the devices, unless evidence cleared something."""
        if self._is_stale:
            self._refresh()
        if self.first is None or self.last is None:
            raise AssertionError("a finding needs an event")
        child, parent, reasons, directory = self.key
        if activity is None:
            activity = Activity.CREATED if self.device_count == 1 else Activity.UPDATED
        return Finding(
            activity=activity,
            reasons=reasons,
            severity=self.severity,
            child=child,
            parent=parent,
            directory=directory,
            expected=self.expected,
            relation=self.relation,
            event=self.first,
            first_seen=self.first.timestamp,
            last_seen=self.last,
            device_count=self.device_count,
            device_count_is_exact=self.is_exact,
            occurrences=self.occurrences,
            suppressed=self.suppressed,
            imitates=self.imitates,
            variants=self._variants(),
            inference_age=self.age,
            device_set=self._log.now(),
        )

    def closed(self, cleared: Iterable[Seen], suppressed: int) -> Finding:
        """Return what evidence cleared, as a finding that is closed; `suppressed` is for it to say."""
        whole = Pair(self.key, self.expected, self.relation, self.imitates, is_exact=self.is_exact)
        activities: dict[str, DeviceActivity] = {}
        for seen in cleared:
            device = seen.activity.device
            activity = activities.setdefault(device, DeviceActivity(key=self.key, device=device, at=seen.at))
            whole.apply(Change(Seen(activity, seen.event, seen.age, seen.severity, seen.at), 1, 0))
        whole.suppressed = suppressed
        return whole.finding(Activity.CLOSED)

    def _refresh(self) -> None:
        """Derive the bounds anew, since evidence took events away. Cost: linear in the devices."""
        Bounds.__init__(self)
        self.include(self.kept)
        for activity in self.devices.values():
            self.include(activity.active())
        self._is_stale = False

    def _variants(self) -> tuple[Variant, ...]:
        variants = [variant.variant(key) for key, variant in self.variants.items()]
        if len(variants) > 1:
            variants.sort(key=_rarest_first)
        return tuple(variants)


def _rarest_first(variant: Variant) -> tuple[int, int, str]:
    texts = (variant.child_path, variant.parent_path, variant.command_line, variant.user)
    return variant.device_count, variant.occurrences, repr(texts)


def _checksum(key: VariantKey) -> int:
    return zlib.crc32(repr(key).encode("utf-8", "surrogatepass"))


def _is_earlier(event: ProcessCreated, first: ProcessCreated) -> bool:
    """Tell whether an event of the same time is the earlier; its contents settle what order leaves open."""
    here, there = event_order(event), event_order(first)
    return here < there or (here == there and event != first and repr(event) < repr(first))
