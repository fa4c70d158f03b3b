"""The history of one device: everything that correlates, with a clock of its own.

It knows nothing of other devices, of counts, or of findings: it takes events that were evaluated, and answers
which of them count and which are cleared now. Its clock is the latest time that one of its device's events
told, so a device set to 2099 changes nothing for others. What it remembers is as old as the clock was when it
was last used.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import TypeAlias

import attrs

from parentchild.detector.pairs import Change, DeviceActivity, Seen
from parentchild.detector.processes import Processes, unlist
from parentchild.events import ProcessCreated
from parentchild.relations.clearing import cleared, evidence_order
from parentchild.relations.crashes import CrashEvidence, Suppression
from parentchild.relations.evaluation import Reason


@attrs.define(eq=False)
class Evidence:
    """Crash evidence, remembered since `at`; `settled` of the events it cleared can change no more."""

    evidence: CrashEvidence
    at: datetime
    settled: int = 0


Thing: TypeAlias = DeviceActivity | Seen | Evidence
"""What a history remembers, starts and exits aside."""

_MOST_EVIDENCE = 16  # about one process: a flood of it forgets its own oldest, so a finding is left to stand
_MOST_PENDING = 64  # children of one process; the first that came count as they are
_MOST_COPIES = 8  # of one pid; the first that came are raised no more
_SELF_COPY = Reason.SELF_COPY
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


@attrs.define(eq=False)
class Waiting:
    """What is known of one process: crash evidence about it, and events that such evidence could clear."""

    evidence: list[Evidence] = attrs.field(factory=list[Evidence])
    pending: list[Seen] = attrs.field(factory=list[Seen])


@attrs.define(eq=False)
class History:
    """What is remembered of one device, that used longest ago first.

    Args:
        device: the device; `""` for all rows that name none, which belong to many: they are only counted, so
            nothing of them is resolved, cleared, or forgotten by a clock.
        policy: what is evidence and what it clears; None clears nothing.
    """

    device: str
    policy: Suppression | None
    clock: datetime = _NEVER
    things: OrderedDict[Thing, None] = attrs.field(factory=OrderedDict[Thing, None])
    dormant: OrderedDict[DeviceActivity, None] | None = None
    """Activities older than the window, of which the bounds alone are left."""
    waiting: defaultdict[int | None, Waiting] = attrs.field(factory=lambda: defaultdict(Waiting))
    """By the pid of the process that evidence is, or would be, about."""
    copies: dict[int | None, list[Seen]] = attrs.field(factory=dict[int | None, list[Seen]])
    """The pending events that say no more than that an image started itself, by the pid of the copy."""
    processes: Processes | None = None
    system_drive: str | None = None
    """The drive from which its own session manager was started, where that is not the one expected."""
    extra: int = 0  # variants beyond the first of each activity, which count as things
    counted: int = 0  # the size of it that its detector has counted

    @property
    def size(self) -> int:
        """How many things are remembered."""
        size = len(self.things) + self.extra
        if self.dormant is not None:
            size += len(self.dormant)
        if self.processes is not None:
            size += len(self.processes.order)
        return size if self.system_drive is None else size + 1

    def use(self, activity: DeviceActivity) -> None:
        """Remember an activity as the thing used last, now."""
        if self.dormant:
            self.dormant.pop(activity, None)
        self.put(activity, self.clock)

    def record(self, seen: Seen, activity: DeviceActivity) -> list[Change]:
        """Take in an event that what is still to come may clear or raise; return what changed by it."""
        self.put_pending(seen, activity)
        return self._reassign(_parent_pid(seen), new=seen)

    def has_started(self, copy: ProcessCreated) -> bool:
        """Tell whether the process that an event created is known to have started anything but reporters."""
        return self.processes is not None and self.processes.has_started(copy.process, copy.timestamp)

    def take_back(self, seen: Seen) -> list[Change]:
        """Forget a pending event as if it had not come, which is a finding of another kind now."""
        del self.things[seen]
        was_cleared, seen.cleared_by = seen.cleared_by is not None, None
        self._unlist(seen)
        return [(seen.activity, seen, was_cleared - 1, -was_cleared), *self._reassign(_parent_pid(seen))]

    def add_evidence(self, evidence: CrashEvidence) -> list[Change]:
        """Take in crash evidence; return what changed by it."""
        if self.policy is None:
            return []
        there = self.waiting[evidence.pid].evidence
        known = next((each for each in there if each.evidence == evidence), None)
        if known is not None:
            self.put(known, self.clock)
            return []
        self.put_evidence(Evidence(evidence, self.clock))
        if len(there) > _MOST_EVIDENCE:
            self._forget(min(there, key=lambda each: evidence_order(each.evidence)))
        return self._reassign(evidence.pid)

    def put(self, thing: Thing, at: datetime) -> None:
        """Remember a thing as the one used last."""
        thing.at = at
        self.things[thing] = None
        self.things.move_to_end(thing)

    def put_pending(self, seen: Seen, activity: DeviceActivity) -> None:
        """Remember an event that may be cleared or raised; of too many, the first counts as it is."""
        seen.activity = activity
        activity.pending = activity.pending or {}
        activity.pending[seen] = None
        self.put(seen, seen.at)
        if _SELF_COPY in seen.key[2] and seen.event.process.pid:
            copies = self.copies.setdefault(seen.event.process.pid, [])
            copies.append(seen)
            del copies[:-_MOST_COPIES]
        there = self.waiting[_parent_pid(seen)].pending
        there.append(seen)
        if len(there) > _MOST_PENDING:
            self._forget(there[0])

    def put_evidence(self, evidence: Evidence) -> None:
        """Remember evidence."""
        self.waiting[evidence.evidence.pid].evidence.append(evidence)
        self.put(evidence, evidence.at)

    def hold(self, activities: Iterable[DeviceActivity]) -> None:
        """Remember these activities and nothing else, where those of rows without a device were added up."""
        ordered = sorted(activities, key=lambda each: (each.at, repr(each.key)))
        self.things = OrderedDict.fromkeys(each for each in ordered if each.occurrences)
        self.dormant = OrderedDict.fromkeys(each for each in ordered if not each.occurrences)
        self.extra = sum(each.extra for each in ordered)

    def expire(self, now: datetime, window: timedelta | None) -> tuple[int, list[DeviceActivity]]:
        """Forget what is older than the window at `now`; return how much that was, and which activities.

        Of an activity the bounds stay, as long as there is room: first and last seen do not move because
        something is forgotten, and no other device has a say in that. Cost: linear in what is forgotten.
        """
        before, gone = len(self.things), list[DeviceActivity]()
        while window is not None and self.things and now - (oldest := next(iter(self.things))).at > window:
            self._forget(oldest)
            if isinstance(oldest, DeviceActivity):
                gone.append(oldest)
                self.dormant = OrderedDict() if self.dormant is None else self.dormant
                self.dormant[oldest] = None
        return before - len(self.things), gone

    def trim(self, size: int) -> tuple[int, list[DeviceActivity]]:
        """Forget what was used longest ago until `size` is left; return what `expire` does.

        Bounds go first, then starts and exits: whoever starts processes in masses must hide no finding so.
        """
        gone: list[DeviceActivity] = []
        while self.dormant and self.size > size:
            gone.append(self.dormant.popitem(last=False)[0])
        before, processes = self.size, self.processes
        while self.size > size:
            if processes is not None and processes.order:
                processes.drop(next(iter(processes.order)))
            elif self.things:
                oldest = next(iter(self.things))
                self._forget(oldest)
                gone += [oldest] if isinstance(oldest, DeviceActivity) else []
            else:
                self.system_drive = None
        return before - self.size, gone

    def _reassign(self, pid: int | None, new: Seen | None = None) -> list[Change]:
        """Decide anew which events at a pid are cleared; return those for which that changed, or are new."""
        there = self.waiting.get(pid)
        if there is None or self.policy is None or not there.evidence:
            return [] if new is None else [(new.activity, new, 1, 0)]
        if not there.pending:  # nearly always: evidence about a process of which no copy is known
            return []
        evidence = {each.evidence: each.settled for each in there.evidence}
        events = {seen: (seen.event, seen.key) for seen in there.pending if seen.is_clearable}
        by = cleared(evidence, events, self.policy)
        changes: list[Change] = []
        for seen in there.pending:
            was, seen.cleared_by = seen.cleared_by, by.get(seen)
            occurrences = (seen.cleared_by is None) - (was is None and seen is not new)
            suppressed = (seen.cleared_by is not None) - (was is not None)
            if occurrences or suppressed:
                changes.append((seen.activity, seen, occurrences, suppressed))
        return changes

    def _forget(self, thing: Thing) -> None:
        """Forget one thing; the events that depend on it count as they are: no evidence changes them."""
        del self.things[thing]
        if isinstance(thing, DeviceActivity):
            for seen in tuple(thing.pending or ()):
                self._forget(seen)
            self.extra -= thing.extra
        elif isinstance(thing, Evidence):
            there = self.waiting[thing.evidence.pid]
            for seen in [each for each in there.pending if each.cleared_by == thing.evidence]:
                self._forget(seen)
            there.evidence.remove(thing)
            self._leave(thing.evidence.pid)
        else:
            self._unlist(thing)
            if thing.cleared_by is None:
                thing.activity.add(thing.event, thing.age, thing.severity)

    def _unlist(self, seen: Seen) -> None:
        there = self.waiting[_parent_pid(seen)]
        unlist(self.copies, seen.event.process.pid, seen)
        there.pending.remove(seen)
        if seen.activity.pending is not None:
            del seen.activity.pending[seen]
        for each in there.evidence:
            each.settled += each.evidence == seen.cleared_by
        self._leave(_parent_pid(seen))

    def _leave(self, pid: int | None) -> None:
        """Forget a process of which nothing is known any more."""
        there = self.waiting[pid]
        if not there.pending and not there.evidence:
            del self.waiting[pid]


def _parent_pid(seen: Seen) -> int | None:
    return None if seen.event.parent is None else seen.event.parent.pid
