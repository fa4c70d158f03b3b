"""The fleet: the histories of all devices and the pairs that they add up to, within one capacity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from operator import attrgetter

from parentchild.detector.history import History
from parentchild.detector.pairs import Change, DeviceActivity, Pair, Seen
from parentchild.detector.settings import Settings
from parentchild.detector.state import Saved, restore, saved_history, saved_pair
from parentchild.detector.stats import Counts, Stats
from parentchild.events import Event, Process, ProcessCreated, clock_of, shortened
from parentchild.findings.finding import Finding, finding_order
from parentchild.findings.sums import Key, checksum, key_of
from parentchild.relations.compiled import CompiledRelations
from parentchild.relations.evaluation import Evaluation, evaluate
from parentchild.saving.forms import require

_SHARE = 16  # this part of the capacity is given up at once, so that to find out who has most costs little
_FEWEST_LOST = 65_536
_SIZE = attrgetter("counted", "clock", "device")


class Fleet:
    """What a detector remembers.

    Args:
        settings: the options of the detector.
        counts: where it counts what is suppressed, expired and evicted.
        evaluate: tells what an event is reported for.
    """

    def __init__(
        self, settings: Settings, counts: Counts, evaluate: Callable[[ProcessCreated], Evaluation]
    ) -> None:
        self.histories: dict[str, History] = {}
        self.pairs: dict[Key, Pair] = {}
        self._settings = settings
        self._counts = counts
        self._evaluate = evaluate
        self.size = 0  # of all histories together
        # Checksums of pairs that were forgotten for want of room: when one comes again, its count is a lower
        # bound. When even these are too many, the count of each new pair is.
        self._lost: set[int] = set()
        self._lost_all = False

    def findings(self) -> tuple[Finding, ...]:
        """Return what is active now."""
        active = (pair.now() for pair in self.pairs.values() if pair.device_count)
        return tuple(sorted(active, key=finding_order))

    def suppressed(self) -> tuple[Finding, ...]:
        """Return what crash evidence cleared and is still remembered singly, as closed findings."""
        cleared: dict[Key, list[Seen]] = {}
        for history in self.histories.values():
            for seen in (each for there in history.waiting.values() for each in there.pending):
                if seen.cleared_by is not None:
                    cleared.setdefault(seen.key, []).append(seen)
        found = (self.pairs[key].closed(seen, len(seen)) for key, seen in cleared.items())
        return tuple(sorted(found, key=finding_order))

    # taking in ----------------------------------------------------------------------------------------

    def history(self, device: str) -> History:
        """Return the history of a device."""
        history = self.histories.get(device)
        if history is None:
            history = self.histories[device] = History(device, self._settings.suppression)
        return history

    def advanced(self, event: Event) -> History:
        """Return the history of an event's device, its clock advanced; nameless rows have no clock."""
        history, clock = self.history(event.device), clock_of(event)
        history.clock = max(history.clock, clock)
        if history.things and history.device:
            number, gone = history.expire(history.clock, self._settings.window)
            if number:
                self._rest(number, gone)
        return history

    def record(
        self,
        event: ProcessCreated,
        evaluation: Evaluation,
        age: timedelta | None,
        *,
        is_clearable: bool,
        may_be_raised: bool,
    ) -> tuple[Finding, ...]:
        """Take in an event that is a finding; return the findings that are new, joined or closed by it."""
        event, key = shortened(event), key_of(evaluation)
        pair = self.pairs.get(key)
        if pair is None:
            is_exact = not self._lost_all and not (self._lost and checksum(key) in self._lost)
            pair = self.pairs[key] = Pair(
                key=key,
                expected=evaluation.expected,
                relation=evaluation.relation,
                imitates=evaluation.imitates,
                evaluated=event,
                evaluate=self._evaluate,
                is_exact=is_exact,
            )
        history = self.advanced(event)
        activity = pair.devices.get(event.device)
        if activity is None:
            activity = DeviceActivity(key=pair.key, device=history.device, at=history.clock)
            pair.devices[activity.device] = activity
        history.use(activity)
        if is_clearable or may_be_raised:
            seen = Seen(pair.key, event, age, evaluation.severity, history.clock, is_clearable)
            return self.apply(history, history.record(seen, activity))
        activity.add(event, age, evaluation.severity)
        history.extra += pair.take_in(activity, event, age, evaluation.severity)
        found = (pair.now(),) if activity.occurrences == 1 else ()
        self.grow(history)
        return found

    def apply(self, history: History, changes: list[Change]) -> tuple[Finding, ...]:
        """Add what changed on a device to the pairs; return the findings that are new, joined or closed."""
        before = {change[0]: change[0].occurrences for change in changes}
        for change in changes:
            history.extra += self.pairs[change[0].key].apply(change)
            self._counts["suppressed"] += change[3]
        found: list[Finding] = []
        for activity, occurrences in before.items():
            pair = self.pairs[activity.key]
            if not occurrences and activity.occurrences:
                found.append(pair.now())
            elif occurrences and not pair.device_count:  # all that counted was just cleared, or raised
                gone = [change for change in changes if change[0] is activity and change[2] < 0]
                cleared = sum(change[3] for change in gone)
                found.append(pair.closed([change[1] for change in gone], pair.suppressed - cleared))
        self.grow(history)
        return tuple(found)

    # forgetting ---------------------------------------------------------------------------------------

    def _rest(self, number: int, activities: Iterable[DeviceActivity]) -> None:
        self._counts["expired"] += number
        for activity in activities:
            self.pairs[activity.key].rest(activity)

    def expire(self, now: datetime) -> tuple[Finding, ...]:
        """Forget what is older than the window at `now`; return the findings of which nothing is left."""
        window = self._settings.window
        expired = [(history, *history.expire(now, window)) for history in self.histories.values()]
        pairs = {activity.key: self.pairs[activity.key] for _, _, gone in expired for activity in gone}
        last = {key: pair.now() for key, pair in pairs.items() if pair.device_count}
        for history, number, gone in expired:
            self._rest(number, gone)
            self.grow(history)
        return tuple(sorted((last[key] for key in last if not pairs[key].device_count), key=finding_order))

    def grow(self, history: History) -> None:
        """Take note of the size of a history, and make room if all together are too large."""
        self._recount(history)
        if self.size > self._settings.capacity:
            self.make_room()

    def _recount(self, history: History) -> None:
        size = history.size
        self.size += size - history.counted
        history.counted = size

    def make_room(self) -> None:
        """Let the devices that take most room give up their own oldest, down to one level for all of them.

        Cost: a sort of the devices, once for each sixteenth of the capacity that comes in anew.
        """
        room = self._settings.capacity - self._settings.capacity // _SHARE
        ordered = sorted(self.histories.values(), key=_SIZE)
        for place, history in enumerate(ordered):
            share = room // (len(ordered) - place)
            if history.counted > share:
                number, gone = history.trim(share)
                self._counts["evicted"] += number
                for activity in gone:
                    self._evict(activity)
                self._recount(history)
            room -= history.counted
        for device in [device for device, history in self.histories.items() if not history.counted]:
            del self.histories[device]
        if len(self._lost) > max(self._settings.capacity, _FEWEST_LOST):
            self._lost.clear()
            self._lost_all = True

    def _evict(self, activity: DeviceActivity) -> None:
        pair = self.pairs[activity.key]
        pair.forget(activity)
        if not pair.devices:
            del self.pairs[activity.key]
            if not pair.is_exact:
                self._lost.add(checksum(activity.key))

    # saving, and taking in what others know ---------------------------------------------------------------

    def saved(self, stats: Stats) -> Saved:
        """Return the record of all of it and of the counts, which shares nothing with it that changes."""
        return Saved(
            settings=self._settings,
            stats=stats,
            pairs=tuple(saved_pair(self.pairs[key]) for key in sorted(self.pairs, key=repr)),
            histories=tuple(saved_history(self.histories[name]) for name in sorted(self.histories)),
            lost=tuple(sorted(self._lost)),
            lost_all=self._lost_all,
        )

    def take_in(self, saved: Saved, relations: CompiledRelations) -> None:
        """Add what another detector knows; what the record holds becomes this one's own.

        Raises:
            InvalidState: it does not fit together.
        """
        for each in saved.pairs:
            pair = self.pairs.get(each.key)
            if pair is None:
                now = evaluate(relations, Process(each.key[0]), Process(each.key[1] or None))
                pair = self.pairs[each.key] = Pair(
                    key=each.key,
                    expected=each.expected,
                    relation=now.relation,
                    imitates=each.imitates,
                    evaluated=None,
                    evaluate=self._evaluate,
                    is_exact=True,
                )
            pair.is_exact = pair.is_exact and each.is_exact
            pair.variants.include(each.variants)
            if each.kept is not None:
                pair.keep(each.kept)
        for record in saved.histories:
            is_known = record.device in self.histories
            require(not (is_known and record.device), "histories", record.device, "is there twice")
            history = self.history(record.device)
            for activity in restore(history, record):
                require(activity.key in self.pairs, "histories", activity.key, "is none of the pairs")
                self.pairs[activity.key].restore(activity)
            if is_known:
                history.hold(pair.devices[""] for pair in self.pairs.values() if "" in pair.devices)
            self._recount(history)
        for each in saved.pairs:
            require(self.pairs[each.key].devices, "pairs", each.key, "is of no device")
        self._lost.update(saved.lost)
        self._lost_all |= saved.lost_all
