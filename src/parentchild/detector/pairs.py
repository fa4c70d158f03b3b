"""Pairs: what the fleet's events of one finding add up to, and each device's share in that.

A pair is the sum of its devices, so pairs of different devices can be added, and forgetting a device takes
exactly its share away. Only the bounds, first and last time and severity, outlive what is forgotten: evidence
moves them, forgetting does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import attrs

from parentchild.events import ProcessCreated
from parentchild.findings.bounds import Bounds
from parentchild.findings.finding import Activity, Finding
from parentchild.findings.sums import Key, Sum
from parentchild.findings.variants import variant_of
from parentchild.relations.crashes import CrashEvidence
from parentchild.relations.severity import Severity

_CREATED, _UPDATED = Activity.CREATED, Activity.UPDATED  # by its class, a member is a call before Python 3.12
_INFORMATIONAL = Severity.INFORMATIONAL


@attrs.define(eq=False)
class DeviceActivity(Bounds):
    """The events of one pair on one device; its bounds are those of the events that are confirmed.

    `pending` are the events that are remembered singly, since what is still to come may clear them;
    `occurrences`, `suppressed` and `variants` are what its pair counts here.
    """

    key: Key = attrs.field(kw_only=True)
    device: str = attrs.field(kw_only=True)
    at: datetime = attrs.field(kw_only=True)
    occurrences: int = 0
    suppressed: int = 0
    variants: int = 0
    pending: dict[Seen, None] | None = attrs.field(default=None, init=False)

    @property
    def extra(self) -> int:
        """How many variants it has beyond the first: these take room of their own."""
        return self.variants - 1 if self.variants > 1 else 0

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
    """One event of an activity, its texts cut; `at` is the device's clock when it came.

    `is_clearable` says whether crash evidence could clear it; else it is a copy that may have to be raised.
    """

    key: Key
    event: ProcessCreated
    age: timedelta | None
    severity: Severity
    at: datetime
    is_clearable: bool
    cleared_by: CrashEvidence | None = None
    activity: DeviceActivity = attrs.field(init=False)


Change: TypeAlias = tuple[DeviceActivity, Seen, int, int]
"""An activity, an event of it, 1 if it counts now or -1 if it does no more, the same of being suppressed."""


@attrs.define(eq=False)
class Pair(Sum):
    """All events of one pair, over all devices.

    `devices` are all that remember anything of it; `kept` are the bounds of what was forgotten for want of
    room.
    """

    devices: dict[str, DeviceActivity] = attrs.field(factory=dict[str, DeviceActivity])
    kept: Bounds | None = None
    _is_stale: bool = False  # whether what was a bound may be none any more

    def apply(self, change: Change) -> int:
        """Take a change in; return how many variants beyond the first its activity has more."""
        activity, seen, number, suppressed = change
        self.suppressed += suppressed
        activity.suppressed += suppressed
        if number > 0:
            return self.take_in(activity, seen.event, seen.age, seen.severity)
        extra = activity.extra
        if number < 0:
            self._is_stale = True
            activity.occurrences -= 1
            activity.variants += self.variants.count(variant_of(seen.event), activity.device, -1)
            self.count(activity.device, -1, activity.occurrences)
        return activity.extra - extra

    def take_in(
        self, activity: DeviceActivity, event: ProcessCreated, age: timedelta | None, severity: Severity
    ) -> int:
        """Count one event more; return what `apply` does."""
        extra = activity.extra
        activity.occurrences += 1
        activity.variants += self.take(event, age, severity, activity.occurrences)
        return activity.extra - extra

    def restore(self, activity: DeviceActivity) -> None:
        """Take in a whole activity, its variants aside; that of rows without a device may be in already."""
        mine = self.devices.setdefault(activity.device, activity)
        if mine is not activity:
            mine.include(activity)
            mine.occurrences += activity.occurrences
            mine.suppressed += activity.suppressed
            mine.variants = max(mine.variants, activity.variants)
            mine.at = max(mine.at, activity.at)
        self.suppressed += activity.suppressed
        self.count(activity.device, activity.occurrences, mine.occurrences)
        self._is_stale = True

    def rest(self, activity: DeviceActivity) -> None:
        """Take a device's share away, but for its bounds."""
        device = activity.device
        self.suppressed -= activity.suppressed
        self.count(device, -activity.occurrences, 0)
        self.variants.forget(device)
        activity.occurrences = activity.suppressed = activity.variants = 0

    def forget(self, activity: DeviceActivity) -> None:
        """Take a device's share away, and keep its bounds no longer than anything else of the pair."""
        self.is_exact = self.is_exact and not activity.occurrences
        if len(self.devices) > 1:  # of a pair that no device has any more nothing is kept
            self.keep(activity)
        self.rest(activity)
        del self.devices[activity.device]

    def keep(self, bounds: Bounds) -> None:
        """Keep the bounds of what is forgotten."""
        self.kept = self.kept or Bounds()
        self.kept.include(bounds)

    def tell(self) -> None:
        """Bring the bounds up to date too. Cost: linear in the devices after evidence took events away."""
        if self._is_stale:
            self.first = self.age = self.last = None
            self.severity = _INFORMATIONAL
            for bounds in (self.kept or Bounds(), *(each.active() for each in self.devices.values())):
                self.include(bounds)
            self._is_stale = False  # last, so that an interruption leaves it to be done again
        Sum.tell(self)

    def now(self) -> Finding:
        """Return the finding that is active now."""
        return self.finding(_CREATED if self.device_count == 1 else _UPDATED)

    def closed(self, cleared: Iterable[Seen], suppressed: int) -> Finding:
        """Return what evidence cleared, as a finding that is closed; `suppressed` is for it to say."""
        whole = Sum(
            key=self.key,
            expected=self.expected,
            relation=self.relation,
            imitates=self.imitates,
            evaluated=None,
            evaluate=self.evaluate,
            is_exact=self.is_exact,
            suppressed=suppressed,
        )
        devices = Counter[str]()
        for seen in cleared:
            devices[seen.event.device] += 1
            whole.take(seen.event, seen.age, seen.severity, devices[seen.event.device])
        return whole.finding(Activity.CLOSED)
