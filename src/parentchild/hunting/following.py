"""Following: which starts a hunt must look for, so that a pid gets its name."""

from __future__ import annotations

from parentchild.events import ProcessCreated
from parentchild.relations.evaluation import is_nameless


def awaited_pids(event: ProcessCreated) -> tuple[int, ...]:
    """Return the pids by which alone an event's parent and creator are known, none if it names them."""
    return tuple(
        process.pid
        for process in (event.parent, event.creator)
        if process is not None and process.pid and is_nameless(process)
    )
