"""Pids: which process a pid meant at a moment, decided from the starts and exits that were seen.

A pid is used again, and starts arrive late or not at all. So a pid means a process only where nothing that
is known speaks against it; where something does, it is told what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import attrs

from parentchild.events import Process, ProcessCreated, ProcessExited, record_order, shortened_process
from parentchild.relations.crashes import is_reporter
from parentchild.relations.evaluation import MissingParent, is_nameless, name_of

_SYSTEM_PID: Final = 4  # its name needs no looking up
_DAY = timedelta(days=1)  # after that the pid may well have been used again, unseen
_ROUNDING = timedelta(seconds=1)  # sources round the time of a start, to a second at most
_COMPLETED = tuple(field.name for field in attrs.fields(Process) if field.name not in {"name", "pid"})

Starter: TypeAlias = tuple[int, str | None, str | None, datetime | None]
"""What started a process: pid, name, guid and start time."""


@attrs.define(eq=False)
class Entry:
    """A start (from `when` on, the pid meant `process`) or exit (from then on it did not).

    `is_followed` says that it was read ahead of the events, so that its arrival says nothing; `at` is when it
    was used last, by its device's clock. `starter` is None of a crash reporter.
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


def is_incomplete(process: Process) -> bool:
    """Tell whether name, path or command line of a parent are missing, which its own start may tell."""
    return process.path is None or process.command_line is None or is_nameless(process)


def entry_of(event: ProcessCreated | ProcessExited, at: datetime, *, is_followed: bool) -> Entry | None:
    """Return what a start or an exit tells of a pid, its texts cut; None if it names no process by one.

    Args:
        event: the start or exit.
        at: the time by its device's clock.
        is_followed: whether it was read ahead of the events.
    """
    is_start = isinstance(event, ProcessCreated)
    if not event.process.pid or (is_start and is_nameless(event.process)):
        return None
    return Entry(
        process=shortened_process(event.process),
        when=event.timestamp,
        record_id=event.record_id,
        is_exit=not is_start,
        from_snapshot=isinstance(event, ProcessCreated) and event.from_snapshot,
        is_followed=is_followed,
        at=at,
        starter=_starter_in(event) if isinstance(event, ProcessCreated) else None,
    )


def _starter_in(event: ProcessCreated) -> Starter | None:
    parent = event.parent
    if parent is None or not parent.pid or is_reporter(event.process):
        return None
    told = shortened_process(parent)
    return parent.pid, told.name, told.guid, told.started_at


def age_in_list(event: ProcessCreated) -> timedelta | None:
    """Return how long before a listed process its parent had started; None where no list told of the parent.

    Windows keeps no more of a parent than its pid, so a list that names one has looked it up among its rows.
    """
    parent = event.parent
    if not event.from_snapshot or parent is None or parent.started_at is None or parent.pid == _SYSTEM_PID:
        return None
    return max(event.timestamp - parent.started_at, timedelta(0))


def meant(reference: Process, event: ProcessCreated, at_pid: Iterable[Entry]) -> Entry | MissingParent | None:
    """Return the process that `reference` meant when an event happened; else why not, if that is known.

    That is the one with its pid that started last before the event and fits its guid and start time,
    unless an exit was seen in between, the order of arrival contradicts the times, or it is too old.

    Args:
        reference: the process as the event names it.
        event: the event.
        at_pid: the starts and exits that were seen of its pid.
    """
    entries = _of_name(reference, at_pid)
    starts = [entry for entry in entries if not entry.is_exit]
    before = [start for start in starts if start.when <= event.timestamp]
    proven = [start for start in before if _fits(start.process, start.when, reference) is True]
    if not proven and any(_contradicts(start, event) for start in starts):
        return MissingParent.AMBIGUOUS
    best = max(proven or before, key=lambda start: start.order, default=None)
    is_other = best is None or _fits(best.process, best.when, reference) is False
    if best is None or is_other or _has_ended(best, entries, event.timestamp):
        return None
    of_one_list = best.from_snapshot and event.from_snapshot
    if not proven and not of_one_list and event.timestamp - best.when > _DAY:
        return MissingParent.TOO_OLD
    return best


def may_be_completed(reference: Process, event: ProcessCreated) -> bool:
    """Tell whether other starts may tell more of a process that an event names, by its pid."""
    pid = reference.pid
    return bool(pid) and pid not in {_SYSTEM_PID, event.process.pid} and is_incomplete(reference)


def completed(reference: Process, start: Entry) -> Process:
    """Return a process that a row names by its pid, with what its own start tells and the row does not."""
    told = {name: getattr(start.process, name) for name in _COMPLETED if getattr(reference, name) is None}
    if is_nameless(reference):
        told["name"], told["path"] = start.process.name, start.process.path
    if reference.started_at is None and start.process.started_at is None:
        told["started_at"] = start.when
    return attrs.evolve(reference, **told)


def is_started_by(process: Process, since: datetime, started: Entry, at_pid: Iterable[Entry]) -> bool:
    """Tell whether a start was by a process that began at a moment, not by another of its pid.

    Args:
        process: the process.
        since: when it began.
        started: the start of another, whose starter has the pid.
        at_pid: the starts and exits that were seen of that pid.
    """
    if started.starter is None or started.when < since:
        return False
    _, said, guid, started_at = started.starter
    reference = Process(said, guid=guid, started_at=started_at)
    if not is_nameless(reference) and name_of(reference) != name_of(process):
        return False
    fits = _fits(process, since, reference)
    if fits is not None or is_nameless(reference):  # a pid alone may mean another by then, unseen
        return fits is True
    return not any(since < each.when < started.when for each in _of_name(reference, at_pid))


def _of_name(reference: Process, at_pid: Iterable[Entry]) -> Sequence[Entry]:
    """Return the starts and exits that a row may mean: of its name, if it gives one.

    Under another name the pid was another process, of which a reader ahead of the events need not know.
    """
    if is_nameless(reference):
        return list(at_pid)
    name = name_of(reference)
    return [each for each in at_pid if is_nameless(each.process) or name_of(each.process) == name]


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
