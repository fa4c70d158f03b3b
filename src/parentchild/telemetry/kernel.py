"""What the kernel's own trace tells of who started a process, for the sources that carry it."""

from __future__ import annotations

from parentchild.events import Process


def creator_of(parent: int | None, header: int | None) -> Process | None:
    """Return the creator that the trace header names; None when it is the parent, or the header names none.

    Args:
        parent: the pid of the parent that Windows declares.
        header: the pid of the process in whose context the event was traced, which made the call.
    """
    return None if not header or header == parent else Process(None, pid=header)
