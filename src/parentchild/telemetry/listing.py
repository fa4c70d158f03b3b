r"""Lists of running processes: psutil, GRR, osquery's `processes`, Win32_Process, Velociraptor's artifacts.

Each names a process's parent by its pid alone; the name is in another row of the list, or nowhere. None names
the host: say it with `device=`, or let the envelope say it.

>>> event = read({"pid": 42, "ppid": 600, "name": "svchost.exe", "exe": r"C:\Windows\System32\svchost.exe",
...               "cmdline": ["svchost.exe", "-k", "netsvcs"], "create_time": 1718015400.5})
>>> event.process.command_line, event.parent.pid
('svchost.exe -k netsvcs', 600)
"""

from __future__ import annotations

from functools import partial

import attrs

from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import (
    Held,
    Outcome,
    Prefiltering,
    Row,
    Source,
    checked,
)

_CHAIN = " <- "
_HOSTS = ("Fqdn", "Hostname", "hostname", "ClientId", "CSName", "Node", "host_hostname", "host_display_name")


@attrs.frozen(kw_only=True)
class _Layout:
    """The columns in which a tool lists its processes."""

    pid: str
    parent: str
    name: str
    path: str
    command_line: str
    started: str
    user: str
    is_snapshot: bool = True


_PSUTIL = _Layout(
    pid="pid",
    parent="ppid",
    name="name",
    path="exe",
    command_line="cmdline",
    started="create_time",
    user="username",
)
_GRR = attrs.evolve(_PSUTIL, started="ctime")
_OSQUERY = attrs.evolve(_PSUTIL, parent="parent", path="path", started="start_time")
_VELOCIRAPTOR = _Layout(
    pid="Pid",
    parent="Ppid",
    name="Name",
    path="Exe",
    command_line="CommandLine",
    started="CreateTime",
    user="Username",
)
_WMI = _Layout(
    pid="ProcessId",
    parent="ParentProcessId",
    name="Name",
    path="ExecutablePath",
    command_line="CommandLine",
    started="CreationDate",
    user="UserName",
)
_STARTED = attrs.evolve(_VELOCIRAPTOR, pid="PID", parent="PPID", started="Timestamp", is_snapshot=False)


def _event(layout: _Layout, row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    path = fields.path(layout.path)
    if path is not None and path.startswith("/"):
        return "process of another system"
    name = fields.text(layout.name) or name_in(path)
    parent = _parent_in(fields.secondary.text("CallChain"))
    if not prefilter.created(name, parent):
        return Held.START
    started = fields.timestamp(layout.started)
    process = Process(
        name,
        pid=fields.pid(layout.pid),
        path=path,
        command_line=fields.secondary.command_line(layout.command_line),
        started_at=started,
        user=fields.secondary.account(layout.user),
    )
    return Occurrence(
        timestamp=started,
        device=fields.secondary.text(*_HOSTS),
    ).created(
        process, Process(parent, pid=fields.secondary.pid(layout.parent)), from_snapshot=layout.is_snapshot
    )


def _parent_in(chain: str | None) -> str | None:
    """Return the parent's name from `lsass.exe <- explorer.exe <- userinit.exe`."""
    names = [] if chain is None else chain.split(_CHAIN)
    return names[1].strip() or None if len(names) > 1 else None


def _source(name: str, layout: _Layout, *own: str) -> Source:
    needs = ((layout.pid,), (layout.parent,), (layout.name, layout.path), (layout.started,))
    return Source(
        name,
        Marks(needs, (layout.name, layout.path, layout.command_line, layout.user, *own)),
        partial(_event, layout),
        time=layout.started,
    )


SOURCES = (
    _source("psutil", _PSUTIL, "num_threads", "memory_info"),
    _source("GRR processes", _GRR, "status", "num_threads", "RSS_size", "VMS_size"),
    _source("osquery processes", _OSQUERY, "on_disk", "elapsed_time", "cwd", "root"),
    _source("Win32_Process", _WMI, "CSName", "Node", "SessionId", "HandleCount", "Caption"),
    _source("Velociraptor pslist", _VELOCIRAPTOR, "TokenIsElevated", "Authenticode", "Hash"),
    _source("Velociraptor process creation", _STARTED, "ParentCommandLine", "CallChain", "_ts"),
)
"""One source a tool."""


def read(row: Row | str | bytes) -> Event | None:
    """Return the creation of a process of a list.

    Raises:
        InvalidEvent: the row is of no such list, or a value in it cannot be what it claims to be.
    """
    found = checked(row)
    fitting = [source for source in SOURCES if source.marks.has_needed(found)]
    if not fitting:
        raise InvalidEvent("row", sorted(map(str, found)), "must have pid, ppid, name and create_time")
    return max(fitting, key=lambda source: source.marks.score(found)).read(found)
