"""A simulated machine: coherent pids, start times, paths, parents, accounts and sessions."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Final

import attrs

from parentchild.errors import InvalidArgument
from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.testing.images import service_group_of
from parentchild.testing.processes import SYSTEM_ACCOUNT, ProcessList
from parentchild.testing.rows import snapshot
from parentchild.testing.startup import BOOT, LOGON, Step
from parentchild.windows.releases import holds, release

START: Final = datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc)
"""When a host's recording starts, unless it is told otherwise: a Monday morning."""


class Capture(enum.Enum):
    """How the crash handler takes its copy of a crashing process."""

    THREAD = "thread"
    """WerFault.exe makes a thread in it, and that thread clones it."""
    SNAPSHOT = "snapshot"
    """WerFault.exe is started with `-pss` and clones it from outside, without a thread."""


class Host:
    r"""A simulated Windows machine that records what happens on it as events.

    Each method that makes something happen returns its event, and `events` holds all of them in order. The
    clock is the host's own: it starts at `start`, moves by `step` before each event, and by `wait`. Nothing
    is random, so the same calls always give the same events.

    A parent is named by its image (`"services.exe"`: the one started last that still runs), or given as the
    `Process` of an earlier event. One that does not run yet is taken to have started before the recording.

    Args:
        name: the device's identity.
        windows: the release it runs, such as `11` or `Server 2019`.
        start: the time at which the recording starts, as an aware time.
        step: how much time passes before each event.
        ingestion_delay: how long after it happened each record reaches its store; None where that is unknown.

    Raises:
        InvalidArgument: the release is not known.
        InvalidArgument: `start` has no time zone, or `step` is not positive.

    >>> host = Host("ws-01", windows="11")
    >>> event = host.spawn("svchost.exe", parent="services.exe")
    >>> event.process.path, event.parent.name, event.process.pid % 4
    ('C:\\Windows\\System32\\svchost.exe', 'services.exe', 0)
    """

    def __init__(
        self,
        name: str = "ws-01",
        *,
        windows: str = "11",
        start: datetime = START,
        step: timedelta = timedelta(milliseconds=100),
        ingestion_delay: timedelta | None = None,
    ) -> None:
        if start.utcoffset() is None:
            raise InvalidArgument("start", start, "must have a time zone")
        if step <= timedelta(0):
            raise InvalidArgument("step", step, "must be above zero: no two events have one time here")
        self.name = name
        self.windows = release(windows)
        self._now = start.astimezone(timezone.utc)
        self._step = step
        self._delay = ingestion_delay
        self._events: list[Event] = []
        self._processes = ProcessList(name, self._now)
        self._parents: dict[Process, Process] = {}

    def __repr__(self) -> str:
        return f"<Host {self.name!r}, Windows {self.windows}, {len(self._events)} events>"

    # what there is --------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The host's clock."""
        return self._now

    @property
    def events(self) -> tuple[Event, ...]:
        """All that happened so far, in order."""
        return tuple(self._events)

    def rows(self, write: Callable[[Event], dict[str, object] | None]) -> list[dict[str, object]]:
        """Return the events as rows of a telemetry source, as far as that source records them.

        Args:
            write: a writer of `parentchild.testing.rows`, which has one for each source, or one of your own.

        >>> from parentchild.testing import rows
        >>> host = Host("ws-01")
        >>> _ = host.spawn("svchost.exe", parent="explorer.exe")
        >>> [row["InitiatingProcessFileName"] for row in host.rows(rows.defender)]
        ['explorer.exe']
        """
        written = (write(event) for event in self._events)
        return [row for row in written if row is not None]

    def snapshot(self) -> list[dict[str, object]]:
        """Return what a memory image that is taken now shows, as rows of Volatility's pslist.

        It lists what runs, also what had started before the recording, and nothing that has exited.

        >>> host = Host("ws-01")
        >>> _ = host.exit(host.spawn("cmd.exe", parent="explorer.exe").process)
        >>> [row["ImageFileName"] for row in host.snapshot()]
        ['explorer.exe']
        """
        return snapshot(self._events)

    def running(self, image: str) -> Process:
        """Return the process of an image that was started last and still runs.

        One that was never started is taken to have started before the recording, without an event.
        """
        return self._processes.find(image) or self._processes.before(image, self._now)

    # what happens --------------------------------------------------------------------------------------

    def wait(self, time: timedelta) -> datetime:
        """Let time pass, and return the new time."""
        self._now += time
        return self._now

    def boot(self) -> tuple[Event, ...]:
        """Start Windows, up to the log-on screen."""
        return self._follow(BOOT, user=SYSTEM_ACCOUNT)

    def logon(self, user: str) -> tuple[Event, ...]:
        """Let a user log on, up to the desktop."""
        return self._follow(LOGON, user=user if "\\" in user else f"CORP\\{user}")

    def spawn(
        self,
        image: str,
        *,
        parent: str | Process | None,
        creator: str | Process | None = None,
        command_line: str | None = None,
        user: str | None = None,
        session: int | None = None,
        integrity: str | None = None,
    ) -> ProcessCreated:
        """Start a process.

        Args:
            image: its image: a name, which lies where it belongs, or a full path.
            parent: its parent; None where the source does not tell. `svchost.exe` is the service host that
                starts such an image.
            creator: who made the call, where the source tells it apart from the parent.
            command_line: its command line; None for that with which Windows starts it.
            user: the account it runs as; None for its parent's.
            session: its session; None for its parent's.
            integrity: its integrity level; None for its parent's.
        """
        starter = self._starter(image, parent) if isinstance(parent, str) else parent
        caller = self.running(creator) if isinstance(creator, str) else creator
        self._now += self._step
        account = starter or Process(None, user=SYSTEM_ACCOUNT, session=0, integrity="System")
        account = attrs.evolve(
            account,
            user=user or account.user,
            session=account.session if session is None else session,
            integrity=integrity or account.integrity,
        )
        process = self._processes.start(image, self._now, command_line, account)
        event = ProcessCreated(
            timestamp=self._now,
            device=self.name,
            process=process,
            parent=starter,
            creator=caller,
            grandparent=None if starter is None else self._parents.get(starter),
            ingested_at=self._ingested(),
            record_id=self._next_record(),
        )
        if starter is not None:
            self._parents[process] = starter
        self._events.append(event)
        return event

    def masquerade(
        self, image: str, *, parent: str | Process, command_line: str | None = None
    ) -> ProcessCreated:
        """Let something start a process under one of Windows' names.

        By its name alone the image lies in its usual directory, so that only the parent is wrong; give a path
        to put it elsewhere.
        """
        return self.spawn(image, parent=parent, command_line=command_line)

    def spoof(self, child: str, *, parent: str | Process, creator: str | Process) -> ProcessCreated:
        """Let `creator` start a process and declare `parent` as its parent; the event tells both."""
        return self.spawn(child, parent=parent, creator=creator)

    def thread(self, *, source: str | Process, target: str | Process) -> RemoteThreadCreated:
        """Let a process create a thread in another."""
        caller = self.running(source) if isinstance(source, str) else source
        victim = self.running(target) if isinstance(target, str) else target
        self._now += self._step
        event = RemoteThreadCreated(
            timestamp=self._now,
            device=self.name,
            source=caller,
            target=victim,
            ingested_at=self._ingested(),
            record_id=self._next_record(),
        )
        self._events.append(event)
        return event

    def crash(self, image: str | Process, *, capture: Capture = Capture.THREAD) -> tuple[Event, ...]:
        """Let a process crash: the crash handler comes, clones it, dumps the clone, and all three exit."""
        first = len(self._events)
        process = self.running(image) if isinstance(image, str) else image
        if capture is Capture.THREAD:
            line = rf"C:\Windows\system32\WerFault.exe -u -p {process.pid} -s 480"
            handler = self.spawn("WerFault.exe", parent=process, command_line=line).process
            self.thread(source=handler, target=process)
        else:
            service = self._reporting_service()
            line = f"C:\\Windows\\system32\\WerFault.exe -pss -s 460 -p {process.pid} -ip {process.pid}"
            handler = self.spawn("WerFault.exe", parent=service, command_line=line).process
        clone = self.clone(process).process
        for gone in (clone, handler, process):
            self.exit(gone)
        return tuple(self._events[first:])

    def clone(self, image: str | Process) -> ProcessCreated:
        """Let a process be cloned: a child with its own image, path, command line, account and session."""
        process = self.running(image) if isinstance(image, str) else image
        return self.spawn(
            process.path or process.name or "", parent=process, command_line=process.command_line
        )

    def exit(self, image: str | Process) -> ProcessExited:
        """Let a process exit; from then on its pid is free."""
        process = self.running(image) if isinstance(image, str) else image
        self._now += self._step
        self._processes.end(process)
        event = ProcessExited(
            timestamp=self._now,
            device=self.name,
            process=process,
            ingested_at=self._ingested(),
            record_id=self._next_record(),
        )
        self._events.append(event)
        return event

    def reuse_pid(self) -> int:
        """Let the next process get the pid of the one that exited last; return that pid.

        Raises:
            InvalidArgument: no process has exited yet.
        """
        return self._processes.reuse()

    # inside --------------------------------------------------------------------------------------------

    def _follow(self, steps: Iterable[Step], *, user: str) -> tuple[Event, ...]:
        first = len(self._events)
        for step in steps:
            if not holds(step.windows, self.windows):
                continue
            if step.ends:
                self.exit(step.image)
                continue
            self.spawn(
                step.image,
                parent=step.parent,
                command_line=step.command_line,
                session=step.session,
                user=user if step.as_user else None,
                integrity="Medium" if step.as_user else None,
            )
        return tuple(self._events[first:])

    def _starter(self, image: str, parent: str) -> Process:
        """Return the running parent of that name, of service hosts the one whose service starts the image."""
        group = service_group_of(image) if parent.lower() == "svchost.exe" else None
        if group is None:
            return self.running(parent)
        line = rf"C:\Windows\system32\svchost.exe {group}"
        return self._processes.find(parent, group) or self._processes.before(parent, self._now, line)

    def _reporting_service(self) -> Process:
        found = self._processes.find("svchost.exe", "-k WerSvcGroup")
        line = r"C:\Windows\system32\svchost.exe -k WerSvcGroup"
        return found or self._processes.before("svchost.exe", self._now, line)

    def _ingested(self) -> datetime | None:
        return None if self._delay is None else self._now + self._delay

    def _next_record(self) -> int:
        return len(self._events) + 1
