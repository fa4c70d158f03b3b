"""The processes of one device, as far as their starts and exits were seen: what they are remembered for."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, TypeVar

import attrs

from parentchild.events import Process, ProcessCreated, ProcessExited
from parentchild.relations.evaluation import MissingParent, is_nameless
from parentchild.relations.pids import Entry, completed, entry_of, is_started_by, may_be_completed, meant

_MOST_AT_ONE_PID = 128  # starts and exits; those used longest ago go first
_MOST_STARTED = 8  # by one pid, which is enough to know that it started any
_T = TypeVar("_T")


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
        self._by_pid: dict[int | None, list[Entry]] = {}
        self._started: dict[int | None, list[Entry]] = {}  # by the pid that started them

    def note(self, event: ProcessCreated | ProcessExited, at: datetime, *, is_followed: bool) -> Entry | None:
        """Remember and return a start or an exit, at a moment of the device's clock."""
        entry = entry_of(event, at, is_followed=is_followed)
        if entry is None:
            return None
        there, told = self._by_pid.get(entry.process.pid, ()), (entry.when, entry.process, entry.is_exit)
        known = next((each for each in there if (each.when, each.process, each.is_exit) == told), entry)
        known.is_followed |= is_followed  # seen in passing before, which says no more than this
        self.put(known, at)
        return known

    def put(self, entry: Entry, at: datetime) -> None:
        """Take an entry in, or note that it is used."""
        entry.at = at
        if entry not in self.order:
            there = self._by_pid.setdefault(entry.process.pid, [])
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
        unlist(self._by_pid, entry.process.pid, entry)
        if entry.starter is not None:
            unlist(self._started, entry.starter[0], entry)

    def resolve(self, event: ProcessCreated, at: datetime) -> Resolved:
        """Name and complete an event's parent and creator, at a moment of the device's clock."""
        known = Resolved(event)
        for role, reference in (("parent", event.parent), ("creator", event.creator)):
            if reference is None or not may_be_completed(reference, event):
                continue
            found, nameless, is_parent = self.find(reference, event), is_nameless(reference), role == "parent"
            if isinstance(found, Entry):
                self.put(found, at)
                change: dict[str, Any] = {role: completed(reference, found)}
                known.event = attrs.evolve(known.event, **change)
                known.is_named |= nameless
                if nameless and is_parent:
                    known.age = event.timestamp - found.when
            elif nameless and is_parent:
                known.missing = found
        return known

    def find(self, reference: Process, event: ProcessCreated) -> Entry | MissingParent | None:
        """Return the process that `reference` meant when an event happened; else why not, if known."""
        found = meant(reference, event, self._by_pid.get(reference.pid, ()))
        return MissingParent.FORGOTTEN if found is None and self.has_forgotten else found

    def has_started(self, process: Process, since: datetime) -> bool:
        """Tell whether a process that began at a moment has started anything but crash reporters."""
        there, pid = self._by_pid, process.pid
        return any(
            is_started_by(process, since, each, there.get(pid, ())) for each in self._started.get(pid, ())
        )


def unlist(index: dict[int | None, list[_T]], pid: int | None, thing: _T) -> None:
    """Take a thing off the list of a pid, if it is there."""
    there = index.get(pid, [])
    if thing in there:
        there.remove(thing)
    if not there:
        index.pop(pid, None)
