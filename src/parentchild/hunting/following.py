"""Following: which starts a second reading must look for, since only they tell what a pid meant."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from parentchild.detector.processes import is_incomplete
from parentchild.events import Event, Process, ProcessCreated, ProcessExited
from parentchild.hunting.frames.wanted import Wanted
from parentchild.relations.compiled import compiled
from parentchild.relations.crashes import REPORTERS
from parentchild.relations.evaluation import is_nameless, name_of
from parentchild.relations.images import drive_of_session_manager
from parentchild.relations.prefilter import EVALUATE, Prefilter
from parentchild.relations.relation import ExpectedChildren
from parentchild.windows.names import is_bare_name


def could_matter(event: ProcessCreated, settling: Prefilter) -> bool:
    """Tell whether a creation is not settled by what a row tells of it."""
    return settling.settle_processes(event.process, event.parent) is EVALUATE


def may_learn_more(event: ProcessCreated, settling: Prefilter) -> bool:
    """Tell whether other starts may tell more than an event: those of its parent and creator, or by a copy.

    Args:
        event: the creation.
        settling: what could matter.
    """
    if _is_copy(event):
        return could_matter(event, settling)
    if not any(each.pid and is_incomplete(each) for each in _starters(event)):
        return False
    if drive_of_session_manager(event) is not None:  # the kernel's own; what comes after it depends on it
        return False
    return event.creator is not None or could_matter(event, settling)


@attrs.define
class Awaited:
    """The processes whose starts and exits are looked for.

    Args:
        processes: them by device and pid.
        names: their names, as far as they are known.
        are_named: whether all of them are.
        copies: of them, the copies of their parents: what these started is looked for as well.
        copied: the names of those.
        starters: of them, those that started a process of interest, and of which something is missing.
    """

    processes: set[tuple[str, int | None]] = attrs.field(factory=set[tuple[str, int | None]])
    names: set[str] = attrs.field(factory=set[str])
    are_named: bool = True
    copies: set[tuple[str, int | None]] = attrs.field(factory=set[tuple[str, int | None]])
    copied: set[str] = attrs.field(factory=set[str])
    starters: set[tuple[str, int | None]] = attrs.field(factory=set[tuple[str, int | None]])

    def add(self, event: ProcessCreated) -> None:
        """Await those of whose start a creation may learn more."""
        if _is_copy(event):
            own = event.device, event.process.pid
            self.processes.add(own)
            self.copies.add(own)
            self.names.add(name_of(event.process))
            self.copied.add(name_of(event.process))
        for process in _starters(event):
            if process.pid and is_incomplete(process):
                self.processes.add((event.device, process.pid))
                self.starters.add((event.device, process.pid))
                self.names.add(name_of(process))
                self.are_named = self.are_named and not is_nameless(process)

    def prefilter(self) -> Prefilter:
        """Return what lets their starts and exits pass, and few others."""
        return Prefilter(
            compiled([ExpectedChildren(name, REPORTERS) for name in sorted(self.copied)]),
            evidence=frozenset(self.names),
            remembers_processes=not self.are_named,
            sees_exits=True,
            pids=frozenset(pid for _, pid in self.processes if pid is not None) or None,
        )

    def wanted(self) -> Wanted:
        """Return which rows of a table tell of them."""
        return Wanted(
            starters=frozenset(self.starters), copies=frozenset(self.copies), names=frozenset(self.copied)
        )

    def includes(self, event: Event) -> bool:
        """Tell whether an event is the start or exit of one of them, or a start by a copy."""
        if not isinstance(event, ProcessCreated | ProcessExited):
            return False
        parent = event.parent if isinstance(event, ProcessCreated) else None
        is_by_copy = parent is not None and (event.device, parent.pid) in self.copies
        return is_by_copy or (event.device, event.process.pid) in self.processes


def _is_copy(event: ProcessCreated) -> bool:
    """Tell whether an image was started by itself, so that it matters what the copy started."""
    parent, name = event.parent, name_of(event.process)
    return parent is not None and bool(event.process.pid) and is_bare_name(name) and name_of(parent) == name


def _starters(event: ProcessCreated) -> Iterator[Process]:
    return (each for each in (event.parent, event.creator) if each is not None)
