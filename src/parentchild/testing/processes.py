"""The processes of a simulated machine: which run, which pids are free, and what each is like."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from parentchild.errors import InvalidArgument
from parentchild.events import Process
from parentchild.testing.images import base_name, command_line_of, path_of
from parentchild.windows.names import is_kernel

SYSTEM_ACCOUNT: Final = "NT AUTHORITY\\SYSTEM"

_GUIDS: Final = uuid.UUID("0f6a9a52-3c57-5c11-9d4e-0ff0080ff008")
_KERNEL_PID: Final = 4
_FIRST_PID: Final = 88
_PID_STEP: Final = 4  # Windows gives out multiples of four
_LONG_BEFORE: Final = timedelta(minutes=10)


class ProcessList:
    """What runs on a machine, in the order in which it was started.

    Args:
        device: the machine's name, from which the guids of its processes follow.
        now: its time, before which the kernel has started.
    """

    def __init__(self, device: str, now: datetime) -> None:
        self._device = device
        self._running: dict[int, Process] = {}
        self._next_pid = _FIRST_PID
        self._free: list[int] = []
        self._reused: list[int] = []
        kernel = Process(
            "System",
            pid=_KERNEL_PID,
            started_at=now - _LONG_BEFORE,
            user=SYSTEM_ACCOUNT,
            session=0,
            integrity="System",
        )
        self._running[_KERNEL_PID] = kernel

    def find(self, image: str, group: str = "") -> Process | None:
        """Return the process of an image that was started last and still runs.

        Args:
            image: the image's name or path.
            group: a text that its command line must have, such as the group of a service host.
        """
        wanted = base_name(image).lower()
        for process in reversed(self._running.values()):
            if (process.name or "").lower() == wanted and group in (process.command_line or ""):
                return process
        return None

    def before(self, image: str, now: datetime, command_line: str | None = None) -> Process:
        """Add a process that had started long before `now`, and return it."""
        return self._add(image, self._new_pid(), now - _LONG_BEFORE, command_line, None)

    def start(self, image: str, now: datetime, command_line: str | None, like: Process | None) -> Process:
        """Add a process that starts now, with the account, session and integrity of another; return it."""
        pid = self._reused.pop() if self._reused else self._new_pid()
        return self._add(image, pid, now, command_line, like)

    def end(self, process: Process) -> None:
        """Take a process away; its pid is free."""
        if process.pid is not None:
            self._running.pop(process.pid, None)
            self._free.append(process.pid)

    def reuse(self) -> int:
        """Give the pid that became free last to the next process that starts; return it.

        Raises:
            InvalidArgument: no process has exited yet.
        """
        if not self._free:
            raise InvalidArgument("reuse_pid", None, "needs a process that has exited; call exit() first")
        pid = self._free.pop()
        self._reused.append(pid)
        return pid

    def _add(
        self, image: str, pid: int, started_at: datetime, command_line: str | None, like: Process | None
    ) -> Process:
        if is_kernel(image.lower()):
            return self._running[_KERNEL_PID]
        path = path_of(image)
        guid = uuid.uuid5(_GUIDS, f"{self._device}|{pid}|{started_at.isoformat()}")
        process = Process(
            base_name(image),
            pid=pid,
            path=path,
            command_line=command_line or command_line_of(image),
            started_at=started_at,
            user=SYSTEM_ACCOUNT if like is None else like.user,
            guid=str(guid),
            session=0 if like is None else like.session,
            integrity="System" if like is None else like.integrity,
        )
        self._running.pop(pid, None)  # the one started last stands last
        self._running[pid] = process
        return process

    def _new_pid(self) -> int:
        pid = self._next_pid
        self._next_pid += _PID_STEP
        return pid
