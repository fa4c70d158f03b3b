"""Snapshots: lists of the processes that run at one moment, in which a parent may be any other row.

A row of such a list has its parent's pid alone. The name is in another row of the list, or nowhere: wininit,
csrss, winlogon and explorer outlive the process that started them, and a parent that is not in the list is
unknown, not wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from parentchild.events import ProcessCreated
from parentchild.windows.names import fold

_XP = "xp"


@attrs.frozen
class Listed:
    """A process of a list, and how long it lived.

    Args:
        event: its creation.
        exited_at: when it exited; None while it runs, and where the list does not tell.
    """

    event: ProcessCreated
    exited_at: datetime | None = None

    def may_have_started(self, child: ProcessCreated) -> bool:
        """Tell whether it was there when `child` started: had it started later, its pid was another's."""
        started = self.event.timestamp
        gone = self.exited_at is not None and self.exited_at < child.timestamp
        return started <= child.timestamp and not gone and self.event is not child


def completed(listed: Iterable[Listed]) -> list[ProcessCreated]:
    """Return the creations of whole lists, each with what only the list tells: its parent, and the release.

    The parent is the row of the same device with its pid that started last before the child and had not
    exited by then; when there is none, only its pid is known. It has `started_at`, by which a detector marks
    it as inferred: the list does not tell it, and another process may have had its pid.

    Args:
        listed: the processes of one or more devices.

    Cost: linear in the length of the list, as long as few processes share a pid.
    """
    listed = tuple(listed)
    by_pid: dict[tuple[str, int | None], list[Listed]] = defaultdict(list)
    by_device: dict[str, list[ProcessCreated]] = defaultdict(list)
    for entry in listed:
        by_pid[entry.event.device, entry.event.process.pid].append(entry)
        by_device[entry.event.device].append(entry.event)
    releases = {device: release_of(events) for device, events in by_device.items()}
    return [_completed(entry.event, by_pid, releases[entry.event.device]) for entry in listed]


def release_of(events: Iterable[ProcessCreated]) -> str | None:
    """Return the release of Windows that the list of one device shows, None when it shows none.

    Before Vista one session manager starts csrss and winlogon and stays, there is no wininit, and winlogon
    starts services and lsass. From Vista on each session's own session manager starts them and exits.

    Source: Russinovich, Solomon, Ionescu, *Windows Internals*, 4th and 5th editions, on the boot process.
    """
    by_name: dict[str, list[ProcessCreated]] = defaultdict(list)
    for event in events:
        by_name[fold(event.process.name or "")].append(event)
    managers = {event.process.pid for event in by_name["smss.exe"]}
    if "wininit.exe" in by_name or not managers:
        return None
    started = (by_name[name] for name in ("csrss.exe", "winlogon.exe"))
    return _XP if all(any(_pid_of_parent(each) in managers for each in found) for found in started) else None


def _pid_of_parent(event: ProcessCreated) -> int:
    pid = None if event.parent is None else event.parent.pid
    return -1 if pid is None else pid


def _completed(
    child: ProcessCreated, by_pid: Mapping[tuple[str, int | None], list[Listed]], release: str | None
) -> ProcessCreated:
    parent = child.parent
    if parent is not None and parent.name is None and parent.path is None and parent.pid is not None:
        entries = by_pid.get((child.device, parent.pid), ())
        candidates = [each for each in entries if each.may_have_started(child)]
        if candidates:
            found = max(candidates, key=lambda each: each.event.timestamp).event
            started = found.process.started_at or found.timestamp
            parent = attrs.evolve(found.process, started_at=started)
    if parent is child.parent and release is None:
        return child
    return attrs.evolve(child, parent=parent, windows=release or child.windows)
