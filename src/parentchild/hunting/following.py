"""Following: which starts a second reading must look for, since only they tell what a pid meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from parentchild.detector.processes import is_incomplete
from parentchild.events import Event, Process, ProcessCreated, ProcessExited
from parentchild.relations.compiled import CompiledRelations, compiled
from parentchild.relations.evaluation import is_nameless, name_of
from parentchild.relations.images import drive_of_session_manager
from parentchild.relations.prefilter import EVALUATE, Prefilter

_NO_RELATIONS: Final[CompiledRelations] = compiled(())


def could_matter(event: ProcessCreated, settling: Prefilter) -> bool:
    """Tell whether a creation is not settled by what a row tells of it."""
    return settling.settle_processes(event.process, event.parent) is EVALUATE


def may_learn_more(event: ProcessCreated, settling: Prefilter) -> bool:
    """Tell whether the starts of an event's parent and creator may tell more than it.

    Args:
        event: the creation.
        settling: what could matter.
    """
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
    """

    processes: set[tuple[str, int | None]] = attrs.field(factory=set[tuple[str, int | None]])
    names: set[str] = attrs.field(factory=set[str])
    are_named: bool = True

    def add(self, event: ProcessCreated) -> None:
        """Await those of whose start a creation may learn more."""
        for process in _starters(event):
            if process.pid and is_incomplete(process):
                self.processes.add((event.device, process.pid))
                self.names.add(name_of(process))
                self.are_named = self.are_named and not is_nameless(process)

    def prefilter(self) -> Prefilter:
        """Return what lets their starts and exits pass, and few others."""
        return Prefilter(
            _NO_RELATIONS,
            evidence=frozenset(self.names),
            remembers_processes=not self.are_named,
            sees_exits=True,
        )

    def includes(self, event: Event) -> bool:
        """Tell whether an event is the start or exit of one of them."""
        return (
            isinstance(event, ProcessCreated | ProcessExited)
            and (event.device, event.process.pid) in self.processes
        )


def _starters(event: ProcessCreated) -> Iterator[Process]:
    return (each for each in (event.parent, event.creator) if each is not None)
