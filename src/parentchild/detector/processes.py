"""The processes of one device: which one a pid meant at a moment, from the starts and exits seen before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

import attrs

from parentchild.events import Process, ProcessCreated, ProcessExited, record_order, shortened_process
from parentchild.relations.crashes import is_reporter
from parentchild.relations.evaluation import MissingParent, is_nameless, name_of

_DAY = timedelta(days=1)  # after that the pid may well have been used again, unseen
_ROUNDING = timedelta(seconds=1)  # sources round the time of a start, to a second at most
_SYSTEM_PID = 4  # its name needs no looking up
_MOST_AT_ONE_PID = 128  # starts and exits; those used longest ago go first
_MOST_STARTED = 8  # by one pid, which is enough to know that it started any
_COMPLETED = tuple(field.name for field in attrs.fields(Process) if field.name not in {"name", "pid"})


def is_incomplete(process: Process) -> bool:
    """Tell whether name, path or command line of a parent are missing, which its own start may tell."""
    return is_nameless(process) or process.path is None or process.command_line is None


_T = TypeVar("_T")
Starter: TypeAlias = tuple[int, str | None, str | None, datetime | None]


@attrs.define(eq=False)
class Entry:
    """A remembered start (from `when` on, the pid meant `process`) or exit (from then on it did not).

    `is_followed` says that it was read ahead of the events, so that its arrival says nothing. `starter` tells
    what started it: pid, name, guid and start time; None of a crash reporter.
    """

    process: Process
    when: datetime
    record_id: str | int | None
    is_exit: bool
    from_snapshot: bool
    is_followed: bool
    at: datetime
    starter: Starter | None = None

    @property
    def order(self) -> tuple[datetime, tuple[int, int, str], tuple[str, ...]]:
        """What orders the starts of one pid."""
        process = self.process
        texts = (process.guid or "", process.name or "", process.path or "", process.command_line or "")
        return self.when, record_order(self.record_id), texts


@attrs.define
class Resolved:
    """An event with its parent and creator named and completed, as far as their pids tell.

    `age` is how long before it its parent had started, where the name was looked up; `is_named` whether any
    name was; `missing` why the parent's pid means nothing, where there is more to say.
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

    __slots__ = ("_by_pid", "_started", "has_forgotten", "order")

    def __init__(self) -> None:
        self.has_forgotten = False
        self.order: OrderedDict[Entry, None] = OrderedDict()  # that used longest ago first
        self._by_pid: dict[int, list[Entry]] = {}
        self._started: dict[int, list[Entry]] = {}  # by the pid that started them

    def note(self, event: ProcessCreated | ProcessExited, at: datetime, *, is_followed: bool) -> Entry | None:
        """Remember and return a start or an exit, at a moment of the device's clock."""
        process, is_start = event.process, isinstance(event, ProcessCreated)
        if not process.pid or (is_start and is_nameless(process)):
            return None
        process, when, from_snapshot, starter = shortened_process(process), event.timestamp, False, None
        if isinstance(event, ProcessCreated):
            from_snapshot, starter = event.from_snapshot, _starter_of(event)
        entry = Entry(process, when, event.record_id, not is_start, from_snapshot, is_followed, at, starter)
        there = self._by_pid.get(process.pid or 0, ())
        same = (each for each in there if (each.when, each.process) == (when, process))
        known = next((each for each in same if each.is_exit is entry.is_exit), entry)
        known.is_followed |= is_followed  # seen in passing before, which says no more than this
        self.put(known, at)
        return known

    def put(self, entry: Entry, at: datetime) -> None:
        """Take an entry in, or note that it is used."""
        entry.at = at
        if entry not in self.order:
            there = self._by_pid.setdefault(entry.process.pid or 0, [])
            there.append(entry)
            if len(there) > _MOST_AT_ONE_PID:
                self.drop(min(there[:-1], key=lambda each: each.at))
            if entry.starter is not None:
                started = self._started.setdefault(entry.starter[0], [])
                started.append(entry)
                del started[:-_MOST_STARTED]
        self.order[entry] = None
        self.order.move_to_end(entry)

    def drop(self, entry: Entry) -> None:
        """Forget an entry for want of room."""
        del self.order[entry]
        self.has_forgotten |= not entry.is_exit
        unlist(self._by_pid, entry.process.pid or 0, entry)
        if entry.starter is not None:
            unlist(self._started, entry.starter[0], entry)

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
        if not pid or pid in {_SYSTEM_PID, event.process.pid} or not is_incomplete(reference):
            return reference
        found = self.find(reference, event)
        nameless = is_nameless(reference)
        if not isinstance(found, Entry):
            if nameless and is_parent:
                known.missing = found
            return reference
        told = {name: getattr(found.process, name) for name in _COMPLETED if getattr(reference, name) is None}
        if nameless:
            known.is_named = True
            if is_parent:
                known.age = event.timestamp - found.when
            told["name"], told["path"] = found.process.name, found.process.path
        self.put(found, at)
        if reference.started_at is None and found.process.started_at is None:
            told["started_at"] = found.when
        return attrs.evolve(reference, **told)

    def find(self, reference: Process, event: ProcessCreated) -> Entry | MissingParent | None:
        """Return the process that `reference` meant when an event happened; else why not, if that is known.

        That is the one with its pid that started last before the event and fits its guid and start time,
        unless an exit was seen in between, the order of arrival contradicts the times, or it is too old.
        """
        entries = self._meant_by(reference)
        starts = [entry for entry in entries if not entry.is_exit]
        before = [start for start in starts if start.when <= event.timestamp]
        proven = [start for start in before if _fits(start.process, start.when, reference) is True]
        if not proven and any(_contradicts(start, event) for start in starts):
            return MissingParent.AMBIGUOUS
        best = max(proven or before, key=lambda start: start.order, default=None)
        is_other = best is None or _fits(best.process, best.when, reference) is False
        if best is None or is_other or _has_ended(best, entries, event.timestamp):
            return MissingParent.FORGOTTEN if self.has_forgotten else None
        of_one_list = best.from_snapshot and event.from_snapshot
        if not proven and not of_one_list and event.timestamp - best.when > _DAY:
            return MissingParent.TOO_OLD
        return best

    def _meant_by(self, reference: Process) -> list[Entry]:
        """Return the starts and exits at a pid that a row may mean: of its name, if it gives one.

        Under another name the pid was another process, of which a reader ahead of the events need not know.
        """
        return [
            each
            for each in self._by_pid.get(reference.pid or 0, ())
            if is_nameless(reference)
            or is_nameless(each.process)
            or name_of(each.process) == name_of(reference)
        ]

    def has_started(self, process: Process, since: datetime) -> bool:
        """Tell whether a process that began at a moment has started anything but crash reporters."""
        pid = process.pid or 0
        return any(
            each.when >= since and self._is_by(process, since, each) for each in self._started.get(pid, ())
        )

    def _is_by(self, process: Process, since: datetime, started: Entry) -> bool:
        """Tell whether what the pid of a process has started was started by that very process."""
        pid, said, guid, started_at = started.starter or (0, None, None, None)
        reference = Process(said, pid=pid, guid=guid, started_at=started_at)
        if not is_nameless(reference) and name_of(reference) != name_of(process):
            return False
        fits = _fits(process, since, reference)
        if fits is not None or is_nameless(reference):  # a pid alone may mean another by then, unseen
            return fits is True
        return not any(since < each.when < started.when for each in self._meant_by(reference))


def unlist(index: dict[int, list[_T]], pid: int, thing: _T) -> None:
    """Take a thing off the list of a pid, if it is there."""
    there = index.get(pid, [])
    if thing in there:
        there.remove(thing)
    if not there:
        index.pop(pid, None)


def _starter_of(event: ProcessCreated) -> Starter | None:
    parent = event.parent
    if parent is None or not parent.pid or is_reporter(event.process):
        return None
    parent = shortened_process(parent)
    return parent.pid or 0, parent.name, parent.guid, parent.started_at


def age_in_list(event: ProcessCreated) -> timedelta | None:
    """Return how long before a listed process its parent had started; None where no list told of the parent.

    Windows keeps no more of a parent than its pid, so a list that names one has looked it up among its rows.
    """
    parent = event.parent
    if not event.from_snapshot or parent is None or parent.started_at is None or parent.pid == _SYSTEM_PID:
        return None
    return max(event.timestamp - parent.started_at, timedelta(0))


def _fits(process: Process, since: datetime, reference: Process) -> bool | None:
    """Tell whether a guid or a start time says that a process is the one that is meant; None if none says."""
    guid, started_at, told = process.guid, reference.started_at, False
    if guid is not None and reference.guid is not None:
        if guid != reference.guid:
            return False
        told = True
    if started_at is not None:
        if abs(started_at - (process.started_at or since)) > _ROUNDING:
            return False
        told = True
    return True if told else None


def _contradicts(start: Entry, event: ProcessCreated) -> bool:
    """Tell whether a start is later than an event by its time, but came before it."""
    if start.when <= event.timestamp or (start.from_snapshot and event.from_snapshot):
        return False
    here, there = start.record_id, event.record_id
    return not start.is_followed or (isinstance(here, int) and isinstance(there, int) and here < there)


def _has_ended(start: Entry, entries: Iterable[Entry], before: datetime) -> bool:
    guid = start.process.guid
    return any(
        end.is_exit and start.when < end.when < before and (guid is None or end.process.guid in {None, guid})
        for end in entries
    )
