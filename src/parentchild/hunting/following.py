"""Following: which starts a second reading must look for, since only they tell what a pid meant."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import attrs

from parentchild.events import Event, Process, ProcessCreated, ProcessExited
from parentchild.hunting.frames.wanted import Wanted
from parentchild.relations.compiled import compiled
from parentchild.relations.conditions import Fact
from parentchild.relations.copies import is_harmless_copy
from parentchild.relations.crashes import REPORTERS, is_reporter
from parentchild.relations.evaluation import MissingParent, is_nameless, name_of
from parentchild.relations.facts import Facts
from parentchild.relations.images import drive_of_session_manager, image_of, starter_of
from parentchild.relations.pids import is_incomplete
from parentchild.relations.prefilter import EVALUATE, Prefilter
from parentchild.relations.relation import ExpectedChildren
from parentchild.windows.names import is_bare_name

_PLACES = frozenset({Fact.CHILD_PATH, Fact.PARENT_PATH})


def could_matter(event: ProcessCreated, settling: Prefilter) -> bool:
    """Tell whether a creation is not settled by what a row tells of it."""
    return settling.settle_processes(event.process, event.parent) is EVALUATE


def may_learn_more(event: ProcessCreated, settling: Prefilter) -> bool:
    """Tell whether other starts may tell more than an event: those of its parent and creator, or by a copy.

    Args:
        event: the creation.
        settling: what could matter.
    """
    if _may_be_raised(event):
        return could_matter(event, settling)
    if not any(each.pid and is_incomplete(each) for each in _starters(event)):
        return False
    if drive_of_session_manager(event) is not None:  # the kernel's own; what comes after it depends on it
        return False
    return event.creator is not None or could_matter(event, settling)


@attrs.define
class Awaited:
    """The processes of which a second reading is to tell more.

    Args:
        processes: those whose starts and exits are looked for, by device and pid.
        names: their names, as far as they are known.
        are_named: whether all of them are.
        copies: copies of their parents, by device and pid: what these started is looked for.
        copied: the names of those.
        awaits_copies: whether their own starts and exits are looked for as well. They tell until when a pid
            was that of the copy, so they matter only where anything was started by it.
    """

    processes: set[tuple[str, int | None]] = attrs.field(factory=set[tuple[str, int | None]])
    names: set[str] = attrs.field(factory=set[str])
    are_named: bool = True
    copies: set[tuple[str, int | None]] = attrs.field(factory=set[tuple[str, int | None]])
    copied: set[str] = attrs.field(factory=set[str])
    awaits_copies: bool = True

    def add(self, event: ProcessCreated) -> None:
        """Await those of whose start a creation may learn more."""
        if _may_be_raised(event):
            self.copies.add((event.device, event.process.pid))
            self.copied.add(name_of(event.process))
        for process in _starters(event):
            if process.pid and is_incomplete(process):
                self.processes.add((event.device, process.pid))
                self.names.add(name_of(process))
                self.are_named = self.are_named and not is_nameless(process)

    @property
    def own(self) -> set[tuple[str, int | None]]:
        """All whose own starts and exits are looked for."""
        return self.processes | self.copies if self.awaits_copies else self.processes

    def prefilter(self) -> Prefilter:
        """Return what lets their starts and exits pass, and few others."""
        names = self.names | self.copied if self.awaits_copies else self.names
        return Prefilter(
            compiled([ExpectedChildren(name, REPORTERS) for name in sorted(self.copied)]),
            # Another program called like a crash reporter shows by its place that it is none.
            evidence=frozenset(names | REPORTERS if self.copied else names),
            remembers_processes=not self.are_named,
            sees_exits=True,
            pids=_pids(self.own) if self.processes or self.copies else None,
            starters=_pids(self.copies),
        )

    def wanted(self) -> Wanted:
        """Return which rows of a table tell of them."""
        return Wanted(
            starters=frozenset(self.processes), copies=frozenset(self.copies), names=frozenset(self.copied)
        )

    def includes(self, event: Event) -> bool:
        """Tell whether an event is the start or exit of one of them, or a start by a copy."""
        if not isinstance(event, ProcessCreated | ProcessExited):
            return False
        key = event.device, event.process.pid
        return key in self.processes or (self.awaits_copies and key in self.copies) or self.is_by_copy(event)

    def is_by_copy(self, event: Event) -> bool:
        """Tell whether an event is the start of anything but a crash reporter by one of the copies.

        That is told by the pid alone, which may have been another's by then.
        """
        if not isinstance(event, ProcessCreated) or event.parent is None:
            return False
        return (event.device, event.parent.pid) in self.copies and not is_reporter(event.process)


def _pids(processes: AbstractSet[tuple[str, int | None]]) -> frozenset[int]:
    return frozenset(pid for _, pid in processes if pid is not None)


def _may_be_raised(event: ProcessCreated) -> bool:
    """Tell whether an image was started by itself, and it matters what the copy started.

    It does for a copy that nothing shows to be another program. Nothing that a second reading may tell makes
    one harmless that is not, and places are left to the evaluation, which knows the device's drives.
    """
    parent, name = event.parent, name_of(event.process)
    if parent is None or not event.process.pid or not is_bare_name(name) or name_of(parent) != name:
        return False
    starter = starter_of(parent)
    if isinstance(starter, MissingParent):
        return False
    return is_harmless_copy(Facts(image_of(event.process), starter, None, _PLACES, set()))


def _starters(event: ProcessCreated) -> Iterator[Process]:
    return (each for each in (event.parent, event.creator) if each is not None)
