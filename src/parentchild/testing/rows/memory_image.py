"""A memory image: the processes that run at one moment, as Volatility's pslist lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.testing.images import base_name
from parentchild.testing.rows.row import NOBODY, Row
from parentchild.testing.rows.spelling import in_seconds

_SHORT = 14  # characters that the kernel keeps of a name
_NOTHING = "N/A"

_Life: TypeAlias = tuple[int | None, datetime]
"""A pid and a start time: no two processes of a host have both in common."""


def pslist(event: Event) -> Row | None:
    """Return the line of pslist for a process while it runs; None for an exit and a remote thread.

    What has exited by the time of the image is not in the list, which a writer of one event cannot know:
    `snapshot` gives the list after many. Lost: the host, the id of the record, the ingestion time, the
    creator, the grandparent, of every time what is finer than a second, of the parent all but its pid, and of
    the process all but its pid, session, start time, and 14 characters of its name. A name of that length is
    completed by the reader where just one that the default relations know begins with it. A process starts
    when its event says, unless it has a start time of its own.
    """
    if not isinstance(event, ProcessCreated):
        return None
    return _line(event.process, event.process.started_at or event.timestamp, event.parent or NOBODY)


def snapshot(events: Iterable[Event]) -> list[Row]:
    """Return the list of an image that is taken after events of one host: what runs then, and nothing else.

    A process that no event starts, but that some name with its start time, as a parent say, had started
    before the recording and is listed too; the pid of its own parent is 0 where no event tells it.

    >>> from parentchild.testing import Host
    >>> host = Host("ws-01")
    >>> task = host.spawn("taskhostw.exe", parent="svchost.exe").process
    >>> _ = host.exit(host.spawn("conhost.exe", parent=task).process)
    >>> [line["ImageFileName"] for line in snapshot(host.events)]
    ['svchost.exe', 'taskhostw.exe']
    """
    lines: dict[_Life, Row] = {}
    gone: set[_Life] = set()
    for event in events:
        if isinstance(event, ProcessExited):
            gone |= _ended(event.process, lines)
            continue
        for process, parent in _named(event):
            started = process.started_at or (event.timestamp if _is_start(event, process) else None)
            if process.pid is None or started is None:
                continue
            life = process.pid, started
            if not lines.get(life, {}).get("PPID"):
                lines[life] = _line(process, started, parent)
    running = (line for life, line in lines.items() if life not in gone)
    return sorted(running, key=lambda line: str(line["CreateTime"]))


def _is_start(event: Event, process: Process) -> bool:
    return isinstance(event, ProcessCreated) and event.process is process


def _named(event: ProcessCreated | RemoteThreadCreated) -> Iterator[tuple[Process, Process]]:
    """Yield the processes that an event names, each with its parent as far as the event tells it."""
    if isinstance(event, RemoteThreadCreated):
        yield from ((event.source, NOBODY), (event.target, NOBODY))
        return
    parent, grandparent = event.parent or NOBODY, event.grandparent or NOBODY
    yield from ((event.process, parent), (parent, grandparent), (grandparent, NOBODY))
    yield event.creator or NOBODY, NOBODY


def _ended(process: Process, lines: Iterable[_Life]) -> set[_Life]:
    """Return the lives that an exit ends: one, or all that the pid had where it does not say which."""
    if process.started_at is not None:
        return {(process.pid, process.started_at)}
    return {life for life in lines if life[0] == process.pid}


def _line(process: Process, started: datetime, parent: Process) -> Row:
    return {
        "PID": _NOTHING if process.pid is None else process.pid,
        "PPID": parent.pid or 0,
        "ImageFileName": (process.name or base_name(process.path or ""))[:_SHORT],
        "SessionId": _NOTHING if process.session is None else process.session,
        "CreateTime": in_seconds(started),
        "ExitTime": _NOTHING,
    }
