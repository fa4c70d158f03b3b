"""The processes of one device: which one a pid meant at a moment, from the starts and exits seen before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import attrs

from parentchild.events import Process, ProcessCreated, ProcessExited, record_order, shortened_process
from parentchild.relations.evaluation import MissingParent, is_nameless, name_of

_DAY = timedelta(days=1)  # after that the pid may well have been used again, unseen
_ROUNDING = timedelta(seconds=1)  # sources round the time of a start, to a second at most
_SYSTEM_PID = 4  # its name needs no looking up
_MOST_AT_ONE_PID = 128  # starts and exits; those used longest ago go first
_COMPLETED = tuple(field.name for field in attrs.fields(Process) if field.name not in {"name", "pid"})


@attrs.define(eq=False)
class Start:
    """A remembered start: from `since` on, the pid meant `process`.

    `is_followed` says that it was read ahead of the events, so that its arrival says nothing.
    """

    process: Process
    since: datetime
    record_id: str | int | None
    from_snapshot: bool
    is_followed: bool
    at: datetime

    @property
    def pid(self) -> int:
        """The pid."""
        return self.process.pid or 0

    @property
    def order(self) -> tuple[datetime, tuple[int, int, str], tuple[str, ...]]:
        """What orders the starts of one pid."""
        process = self.process
        texts = (process.guid or "", process.name or "", process.path or "", process.command_line or "")
        return self.since, record_order(self.record_id), texts


@attrs.define(eq=False)
class End:
    """A remembered exit: what had started before `until` is no more."""

    pid: int
    guid: str | None
    until: datetime
    at: datetime


Entry: TypeAlias = Start | End


@attrs.define
class Resolved:
    """An event with its parent and creator named and completed, as far as their pids tell.

    Args:
        event: the event; the one that was given where nothing was added.
        age: how long before the event its parent had started, where its name was looked up.
        is_named: whether the name of its parent or creator was looked up.
        missing: why the parent's pid means nothing, where there is more to say than that.
    """

    event: ProcessCreated
    age: timedelta | None = None
    is_named: bool = False
    missing: MissingParent | None = None


class Processes:
    """The processes of one device, as far as their starts and exits were seen.

    They have no age: services.exe may have started months ago. `has_forgotten` says whether a start had to go
    for want of room.
    """

    __slots__ = ("_by_pid", "has_forgotten", "order")

    def __init__(self) -> None:
        self.has_forgotten = False
        self.order: OrderedDict[Entry, None] = OrderedDict()  # that used longest ago first
        self._by_pid: dict[int, list[Entry]] = {}

    def note(self, event: ProcessCreated | ProcessExited, at: datetime, *, is_followed: bool) -> None:
        """Remember a start or an exit, at a moment of the device's clock."""
        process, when = event.process, event.timestamp
        if not process.pid or (isinstance(event, ProcessCreated) and is_nameless(process)):
            return
        process = shortened_process(process)
        entry: Entry
        if isinstance(event, ProcessCreated):
            entry = Start(process, when, event.record_id, event.from_snapshot, is_followed, at)
        else:
            entry = End(process.pid or 0, process.guid, when, at)
        known = (each for each in self._by_pid.get(entry.pid, ()) if _is_same(each, entry))
        self.put(next(known, entry), at)

    def put(self, entry: Entry, at: datetime) -> None:
        """Take an entry in, or note that it is used."""
        entry.at = at
        if entry not in self.order:
            there = self._by_pid.setdefault(entry.pid, [])
            there.append(entry)
            if len(there) > _MOST_AT_ONE_PID:
                self.drop(min(there[:-1], key=lambda each: each.at))
        self.order[entry] = None
        self.order.move_to_end(entry)

    def drop(self, entry: Entry) -> None:
        """Forget an entry for want of room."""
        del self.order[entry]
        self.has_forgotten |= isinstance(entry, Start)
        there = self._by_pid[entry.pid]
        there.remove(entry)
        if not there:
            del self._by_pid[entry.pid]

    def resolve(self, event: ProcessCreated, at: datetime) -> Resolved:
        """Name and complete an event's parent and creator, at a moment of the device's clock."""
        known = Resolved(event)
        parent, creator = event.parent, event.creator
        if parent is not None:
            parent = self._completed(parent, known, at, is_parent=True)
        if creator is not None:
            creator = self._completed(creator, known, at, is_parent=False)
        if parent is not event.parent or creator is not event.creator:
            known.event = attrs.evolve(event, parent=parent, creator=creator)
        return known

    def _completed(self, reference: Process, known: Resolved, at: datetime, *, is_parent: bool) -> Process:
        event, pid = known.event, reference.pid
        if not pid or pid in {_SYSTEM_PID, event.process.pid}:
            return reference
        found = self.find(reference, event)
        nameless = is_nameless(reference)
        if not isinstance(found, Start):
            if nameless and is_parent:
                known.missing = found
            return reference
        told = {name: getattr(found.process, name) for name in _COMPLETED if getattr(reference, name) is None}
        if nameless:
            known.is_named = True
            if is_parent:
                known.age = event.timestamp - found.since
            told["name"], told["path"] = found.process.name, found.process.path
        elif name_of(found.process) != name_of(reference):
            return reference  # what the row says goes before what a pid may have meant
        self.put(found, at)
        if reference.started_at is None and found.process.started_at is None:
            told["started_at"] = found.since
        return attrs.evolve(reference, **told)

    def find(self, reference: Process, event: ProcessCreated) -> Start | MissingParent | None:
        """Return the process that `reference` meant when an event happened; else why not, if that is known.

        That is the one with its pid that started last before the event and fits its guid and start time,
        unless an exit was seen in between, the order of arrival contradicts the times, or it is too old.
        """
        entries = self._by_pid.get(reference.pid or 0, ())
        starts = [entry for entry in entries if isinstance(entry, Start)]
        before = [start for start in starts if start.since <= event.timestamp]
        proven = [start for start in before if _fits(start, reference) is True]
        if not proven and any(_contradicts(start, event) for start in starts):
            return MissingParent.AMBIGUOUS
        best = max(proven or before, key=lambda start: start.order, default=None)
        if best is None or _fits(best, reference) is False or _has_ended(best, entries, event.timestamp):
            return MissingParent.FORGOTTEN if self.has_forgotten else None
        of_one_list = best.from_snapshot and event.from_snapshot
        if not proven and not of_one_list and event.timestamp - best.since > _DAY:
            return MissingParent.TOO_OLD
        return best


def _is_same(one: Entry, other: Entry) -> bool:
    if isinstance(one, Start) and isinstance(other, Start):
        return one.since == other.since and one.process == other.process
    return (
        isinstance(one, End) and isinstance(other, End) and (one.until, one.guid) == (other.until, other.guid)
    )


def _fits(start: Start, reference: Process) -> bool | None:
    """Tell whether a guid or a start time says that a start is the one that is meant; None if none says."""
    guid, started_at, told = start.process.guid, reference.started_at, False
    if guid is not None and reference.guid is not None:
        if guid != reference.guid:
            return False
        told = True
    if started_at is not None:
        if abs(started_at - (start.process.started_at or start.since)) > _ROUNDING:
            return False
        told = True
    return True if told else None


def _contradicts(start: Start, event: ProcessCreated) -> bool:
    """Tell whether a start is later than an event by its time, but came before it."""
    if start.since <= event.timestamp or (start.from_snapshot and event.from_snapshot):
        return False
    here, there = start.record_id, event.record_id
    return not start.is_followed or (isinstance(here, int) and isinstance(there, int) and here < there)


def _has_ended(start: Start, entries: Iterable[Entry], before: datetime) -> bool:
    return any(
        isinstance(end, End)
        and start.since < end.until < before
        and (start.process.guid is None or end.guid is None or start.process.guid == end.guid)
        for end in entries
    )
