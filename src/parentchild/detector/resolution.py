"""Resolution: which process a pid meant at a moment, from the starts and exits that were seen.

The answer depends on the set of starts and exits that are remembered, never on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, TypeVar

import attrs

from parentchild.detector.memory import Entry, Memory
from parentchild.detector.snapshots import ExitRecord, RunRecord, Snapshot
from parentchild.events import Process, ProcessCreated, ProcessExited, clock_of
from parentchild.relations.evaluation import name_of

Place: TypeAlias = tuple[str, int]
"""A device and a pid."""

LookUp: TypeAlias = Callable[[str, Process, datetime], "Process | None"]
"""A way to look up what a pid meant: `ProcessTable.use` or `ProcessTable.find`."""

_E = TypeVar("_E", bound=Entry)
_MOST_AT_ONE_PLACE = 64  # starts or exits of one pid; the oldest go first


class Run(Entry):
    """A remembered start: from `since` on, the pid meant `process`."""

    __slots__ = ("process", "since")

    def __init__(self, device: str, process: Process, since: datetime, at: datetime) -> None:
        super().__init__(device, at)
        self.process = process
        self.since = since


class Exit(Entry):
    """A remembered exit: what had started before `until` is no more."""

    __slots__ = ("guid", "pid", "until")

    def __init__(self, device: str, pid: int, guid: str | None, until: datetime, at: datetime) -> None:
        super().__init__(device, at)
        self.pid = pid
        self.guid = guid
        self.until = until


class ProcessTable:
    """The processes of all devices, as far as their starts and exits were seen.

    Args:
        capacity: how many starts and exits are remembered; those used longest ago go first. They have no age:
            services.exe may have started months ago.
    """

    __slots__ = ("_exits", "_runs", "memory")

    def __init__(self, capacity: int) -> None:
        self.memory = Memory(None, capacity)
        self._runs: dict[Place, list[Run]] = {}
        self._exits: dict[Place, list[Exit]] = {}

    def note_start(self, event: ProcessCreated) -> Place | None:
        """Remember a start. Return its place if it may change what a pid meant, None if not."""
        process = event.process
        if not process.pid or not name_of(process):
            return None
        run = Run(event.device, process, event.timestamp, clock_of(event))
        return self._add_run(run) if self._is_new_run(run) else None

    def note_exit(self, event: ProcessExited) -> Place | None:
        """Remember an exit. Return its place if it may change what a pid meant, None if not."""
        process = event.process
        if not process.pid:
            return None
        gone = Exit(event.device, process.pid, process.guid, event.timestamp, clock_of(event))
        return self._add_exit(gone) if self._is_new_exit(gone) else None

    def _add_run(self, run: Run) -> Place:
        place = (run.device, run.process.pid or 0)
        self._keep(self._runs.setdefault(place, []), run, key=lambda other: other.since)
        return place

    def _add_exit(self, gone: Exit) -> Place:
        place = (gone.device, gone.pid)
        self._keep(self._exits.setdefault(place, []), gone, key=lambda other: other.until)
        return place

    def use(self, device: str, reference: Process, at: datetime) -> Process | None:
        """Return what `find` returns, and note that it was used."""
        run = self._find(device, reference, at)
        if run is None:
            return None
        self.memory.touch(run, run.at)
        return run.process

    def find(self, device: str, reference: Process, at: datetime) -> Process | None:
        """Return the process that `reference`, known by its pid alone, meant on a device at a moment.

        That is the one with that pid that started last before the moment, unless an exit was seen in between.
        A start after the moment proves that the pid was used again, so it is never the answer.
        """
        run = self._find(device, reference, at)
        return None if run is None else run.process

    def _find(self, device: str, reference: Process, at: datetime) -> Run | None:
        if reference.pid is None:
            return None
        place = (device, reference.pid)
        best: Run | None = None
        for run in self._runs.get(place, ()):
            if run.since <= at and _agree(run.process.guid, reference.guid):
                best = run if best is None else _later(best, run)
        if best is None:
            return None
        for gone in self._exits.get(place, ()):
            if best.since < gone.until < at and _agree(gone.guid, best.process.guid):
                return None
        return best

    def records(self) -> Snapshot:
        """Return everything that is remembered here, as plain values."""
        entries = self.memory.entries()
        return Snapshot(
            runs=tuple(
                RunRecord(entry.device, entry.process, entry.since, entry.at, entry.touched)
                for entry in entries
                if isinstance(entry, Run)
            ),
            exits=tuple(
                ExitRecord(entry.device, entry.pid, entry.guid, entry.until, entry.at, entry.touched)
                for entry in entries
                if isinstance(entry, Exit)
            ),
            table_touches=self.memory.touches,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Take everything in that a snapshot holds; this table must be empty."""
        records: list[RunRecord | ExitRecord] = [*snapshot.runs, *snapshot.exits]
        records.sort(key=lambda each: (each.touched, repr(each)))
        for record in records:
            if isinstance(record, RunRecord):
                run = Run(record.device, record.process, record.since, record.at)
                run.touched = record.touched
                self._add_run(run)
            else:
                gone = Exit(record.device, record.pid, record.guid, record.until, record.at)
                gone.touched = record.touched
                self._add_exit(gone)
        self.memory.touches = snapshot.table_touches

    def shrink(self) -> int:
        """Forget what is over the capacity; return how much that was."""
        gone = self.memory.overflow()
        for entry in gone:
            self._drop(entry)
        return len(gone)

    def _is_new_run(self, run: Run) -> bool:
        known = self._runs.get((run.device, run.process.pid or 0), ())
        return not any(other.since == run.since and other.process == run.process for other in known)

    def _is_new_exit(self, gone: Exit) -> bool:
        known = self._exits.get((gone.device, gone.pid), ())
        return not any(other.until == gone.until and other.guid == gone.guid for other in known)

    def _keep(self, there: list[_E], entry: _E, key: Callable[[_E], datetime]) -> None:
        there.append(entry)
        if entry.touched:
            self.memory.restore(entry)
        else:
            self.memory.add(entry)
        if len(there) > _MOST_AT_ONE_PLACE:
            oldest = min(there, key=key)
            there.remove(oldest)
            self.memory.remove(oldest)

    def _drop(self, entry: Entry) -> None:
        if isinstance(entry, Run):
            _remove(self._runs, (entry.device, entry.process.pid or 0), entry)
        elif isinstance(entry, Exit):
            _remove(self._exits, (entry.device, entry.pid), entry)


def _later(one: Run, other: Run) -> Run:
    if one.since != other.since:
        return one if one.since > other.since else other
    return max(one, other, key=lambda run: repr(run.process))


def needs_resolution(process: Process | None) -> bool:
    """Tell whether a process is known by its pid alone."""
    return process is not None and bool(process.pid) and not name_of(process)


def resolved(event: ProcessCreated, look_up: LookUp) -> ProcessCreated:
    """Return the event with its parent and creator named, as far as their pids tell."""
    parent, creator = event.parent, event.creator
    if parent is not None and needs_resolution(parent):
        parent = look_up(event.device, parent, event.timestamp) or parent
    if creator is not None and needs_resolution(creator):
        creator = look_up(event.device, creator, event.timestamp) or creator
    if parent is event.parent and creator is event.creator:
        return event
    return attrs.evolve(event, parent=parent, creator=creator)


def _remove(index: dict[Place, list[_E]], place: Place, entry: _E) -> None:
    there = index[place]
    there.remove(entry)
    if not there:
        del index[place]


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other
