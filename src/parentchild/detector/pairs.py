"""Pairs: what the fleet's events of one finding add up to.

A pair is the sum of its devices, so pairs of different devices can be added, and forgetting a device takes
exactly its share away. Only the bounds, first and last time and severity, outlive what is forgotten: evidence
moves them, forgetting does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import attrs

from parentchild.events import ProcessCreated
from parentchild.findings.bounds import Bounds
from parentchild.findings.devices import Log, devices_now, joined, left
from parentchild.findings.finding import Activity, Finding
from parentchild.findings.variants import VariantLog, variant_of
from parentchild.relations.crashes import CrashEvidence
from parentchild.relations.evaluation import Evaluation, Reason
from parentchild.relations.relation import Relation
from parentchild.relations.severity import Severity

Key: TypeAlias = tuple[str, str, tuple[Reason, ...], str]
"""Child, parent, reasons and directory: what findings are grouped by."""
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
class Pair(Bounds):
    """All events of one pair, over all devices.

    `devices` are all that remember anything of it, `device_count` is of those that have an occurrence;
    `is_exact` says that none of these was forgotten for want of room, and `kept` are the bounds of what was.
    `expected`, `relation` and `imitates` are what the evaluation of the event `evaluated` told, which another
    may precede: another creator, say, of which other children were expected. `evaluate` then tells of the
    earliest, so that no order of arrival shows.
    """

    key: Key = attrs.field(kw_only=True)
    expected: tuple[str, ...] = attrs.field(kw_only=True)
    relation: Relation | None = attrs.field(kw_only=True)
    imitates: str | None = attrs.field(kw_only=True)
    evaluated: ProcessCreated | None = attrs.field(kw_only=True)
    evaluate: Callable[[ProcessCreated], Evaluation] = attrs.field(kw_only=True)
    is_exact: bool = attrs.field(kw_only=True)
    devices: dict[str, DeviceActivity] = attrs.field(factory=dict[str, DeviceActivity])
    device_count: int = 0
    occurrences: int = 0
    suppressed: int = 0
    kept: Bounds | None = None
    variants: VariantLog = attrs.field(factory=VariantLog)
    _log: Log = None
    _is_stale: bool = False  # whether evidence took away what may have been a bound

    def apply(self, change: Change) -> int:
        """Take a change in; return how many variants beyond the first its activity has more."""
        activity, seen, number, suppressed = change
        self.suppressed += suppressed
        activity.suppressed += suppressed
        return self.count(activity, seen.event, seen.age, seen.severity, number) if number else 0

    def count(
        self,
        activity: DeviceActivity,
        event: ProcessCreated,
        age: timedelta | None,
        severity: Severity,
        number: int,
    ) -> int:
        """Count one event more or less; return what `apply` does."""
        if number > 0:
            self.add(event, age, severity)
        else:
            self._is_stale = True
        extra = activity.extra
        activity.variants += self.variants.count(variant_of(event), activity.device, number)
        activity.occurrences += number
        self._count(activity.device, number, activity.occurrences)
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
        self._count(activity.device, activity.occurrences, mine.occurrences)
        self._is_stale = True

    def rest(self, activity: DeviceActivity) -> None:
        """Take a device's share away, but for its bounds."""
        device = activity.device
        self.suppressed -= activity.suppressed
        self._count(device, -activity.occurrences, 0)
        self.variants.forget(device)
        activity.occurrences = activity.suppressed = activity.variants = 0

    def forget(self, activity: DeviceActivity) -> None:
        """Take a device's share away, and keep its bounds no longer than anything else of the pair."""
        self.is_exact = self.is_exact and not activity.occurrences
        del self.devices[activity.device]
        if self.devices:  # of a pair that no device has any more nothing is kept
            self.keep(activity)
            self.rest(activity)

    def keep(self, bounds: Bounds) -> None:
        """Keep the bounds of what is forgotten."""
        self.kept = self.kept or Bounds()
        self.kept.include(bounds)

    def _count(self, device: str, number: int, after: int) -> None:
        self.occurrences += number
        if after and after == number:
            self.device_count += 1
            self._log = joined(self._log, device)
        elif number and not after:
            self.device_count -= 1
            self._log = left(self._log, device, self.device_count)

    def finding(self, activity: Activity | None = None) -> Finding:
        """Return the finding of now. Cost: independent of the devices, unless evidence cleared something."""
        self.tell()
        first, last = self.first, self.last
        if first is None or last is None:
            raise AssertionError("a finding needs an event")
        child, parent, reasons, directory = self.key
        if activity is None:
            activity = _CREATED if self.device_count == 1 else _UPDATED
        return Finding(
            activity=activity,
            reasons=reasons,
            severity=self.severity,
            child=child,
            parent=parent,
            directory=directory,
            expected=self.expected,
            relation=self.relation,
            event=first,
            first_seen=first.timestamp,
            last_seen=last,
            device_count=self.device_count,
            device_count_is_exact=self.is_exact,
            occurrences=self.occurrences,
            suppressed=self.suppressed,
            imitates=self.imitates,
            variants=self.variants.now(),
            inference_age=self.age,
            device_set=devices_now(self._log),
        )

    def closed(self, cleared: Iterable[Seen], suppressed: int) -> Finding:
        """Return what evidence cleared, as a finding that is closed; `suppressed` is for it to say."""
        whole = Pair(
            key=self.key,
            expected=self.expected,
            relation=self.relation,
            imitates=self.imitates,
            evaluated=self.evaluated,
            evaluate=self.evaluate,
            is_exact=self.is_exact,
            suppressed=suppressed,
        )
        activities: dict[str, DeviceActivity] = {}
        for seen in cleared:
            device = seen.event.device
            activity = activities.setdefault(device, DeviceActivity(key=self.key, device=device, at=seen.at))
            whole.apply((activity, seen, 1, 0))
        return whole.finding(Activity.CLOSED)

    def tell(self) -> None:
        """Bring the bounds up to date, and what is told of the earliest event, as long as its reasons stay.

        Cost: none, but linear in the devices after evidence took events away.
        """
        if self._is_stale:
            self.first = self.age = self.last = None
            self.severity, self._is_stale = _INFORMATIONAL, False
            for bounds in (self.kept or Bounds(), *(each.active() for each in self.devices.values())):
                self.include(bounds)
        if self.first is not None and self.first is not self.evaluated:
            again, self.evaluated = self.evaluate(self.first), self.first
            if again.reasons == self.key[2]:
                self.expected, self.relation, self.imitates = again.expected, again.relation, again.imitates
