r"""Agents and schemas that a table of columns tells: Trellix, Trend Vision One, Google's UDM and others.

Each names the new process and its parent in columns of its own; none tells the creator apart. A column may
be dotted, and then leads into objects. Adding one is one row of the table.

Sources: the field lists of Trellix Helix ("Process event"), of Trend Vision One ("Endpoint Activity Data",
and "eventId and eventSubId mapping" for its numbers), of Google Security Operations ("Unified Data Model
usage"), of Graylog Illuminate ("Process fields"), of MITRE's Cyber Analytics Repository (data model,
"process"), of Rapid7 InsightIDR (endpoint activity) and of Carbon Black EDR (event forwarder,
"ingress.event.procstart").

>>> read({"eventType": "start", "startTime": "2024-06-10T10:30:00Z", "process": "svchost.exe", "pid": "42",
...       "parentProcess": "explorer.exe", "parentPid": "1337"}).parent.name
'explorer.exe'
"""

from __future__ import annotations

from functools import partial

import attrs

from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import base_name, name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.nested import reached
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source, checked
from parentchild.telemetry.systems import other_system


@attrs.frozen(kw_only=True)
class _Side:
    """The columns of one process, best first."""

    name: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    pid: tuple[str, ...] = ()
    command_line: tuple[str, ...] = ()
    user: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.name, *self.path, *self.pid, *self.command_line, *self.user)


@attrs.frozen(kw_only=True)
class _Layout:
    """The columns of a row.

    Args:
        child: those of the new process.
        parent: those of its parent.
        time: when it happened.
        device: the host.
        action: what happened; None where all rows are starts.
        starts: the values of it that mean a start, in lower case.
        exits: those that mean an exit.
        system: the operating system.
    """

    child: _Side
    parent: _Side
    time: tuple[str, ...]
    device: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    starts: frozenset[str] = frozenset()
    exits: frozenset[str] = frozenset()
    system: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return (
            *(*self.child.columns, *self.parent.columns, *self.time),
            *(*self.device, *self.action, *self.system),
        )


def _event(layout: _Layout, row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields({column: reached(row, column) for column in layout.columns})
    system = other_system(fields.secondary.text(*layout.system)) if layout.system else None
    if system is not None:
        return f"event on {system}"
    if layout.action:
        action = fields.identifier(*layout.action)
        if action is None:
            raise fields.invalid(layout.action[0], "must say what happened")
        kind = action.lower().removesuffix(".0").removesuffix(",0")  # a number in a column with gaps
        if kind in layout.exits:
            if not prefilter.exits:
                return Held.PROCESS
            return _occurrence(layout, fields).exited(_process(layout.child, fields, is_new=True))
        if kind not in layout.starts:
            return action
    child, parent = layout.child, layout.parent
    if not prefilter.created(
        fields.raw(*child.path, *child.name), fields.raw(*parent.path, *parent.name, *parent.pid)
    ):
        return Held.START
    return _occurrence(layout, fields).created(
        _process(child, fields, is_new=True), _process(parent, fields, is_new=False)
    )


def _occurrence(layout: _Layout, fields: Fields) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp(*layout.time),
        device=fields.secondary.text(*layout.device) if layout.device else None,
    )


def _process(side: _Side, fields: Fields, *, is_new: bool) -> Process:
    rest = fields.secondary
    name = fields.text(*side.name) if side.name else None
    path = fields.path(*side.path) if side.path else None
    return Process(
        name_in(path) if name is None else base_name(name),
        pid=(fields if is_new else rest).pid(*side.pid),
        path=path,
        command_line=rest.text(*side.command_line) if side.command_line else None,
        user=rest.account(*side.user) if side.user else None,
    )


def _source(name: str, layout: _Layout, *needs: tuple[str, ...]) -> Source:
    return Source(name, Marks(needs, layout.columns), partial(_event, layout), time=layout.time[0])


_TRELLIX = _Layout(
    child=_Side(
        name=("process",),
        path=("processPath",),
        pid=("pid",),
        command_line=("processCmdLine",),
        user=("username",),
    ),
    parent=_Side(name=("parentProcess",), path=("parentProcessPath",), pid=("parentPid",)),
    time=("startTime", "timestamp"),
    device=("hostname",),
    action=("eventType",),
    starts=frozenset({"start"}),
    exits=frozenset({"end"}),
)
_DEEP_VISIBILITY = _Layout(
    child=_Side(
        name=("tgtProcName",),
        path=("tgtProcImagePath",),
        pid=("tgtProcPid",),
        command_line=("tgtProcCmdLine",),
        user=("tgtProcUser",),
    ),
    parent=_Side(
        name=("srcProcName",),
        path=("srcProcImagePath",),
        pid=("srcProcPid",),
        command_line=("srcProcCmdLine",),
        user=("srcProcUser",),
    ),
    time=("eventTime", "createdAt"),
    device=("endpointName", "agentName"),
    action=("eventType",),
    starts=frozenset({"process creation", "processcreation"}),
    system=("endpointOs", "agentOs"),
)
_TREND = _Layout(
    child=_Side(
        path=("objectFilePath",), pid=("objectPid",), command_line=("objectCmd",), user=("objectUser",)
    ),
    parent=_Side(
        path=("processFilePath",), pid=("processPid",), command_line=("processCmd",), user=("processUser",)
    ),
    time=("eventTime",),
    device=("endpointHostName", "endpointGuid"),
    action=("eventSubId",),
    starts=frozenset({"telemetry_process_create", "2"}),
    system=("osName",),
)
_UDM = _Layout(
    child=_Side(
        path=("target.process.file.full_path", "target.process.file.fullPath"),
        pid=("target.process.pid",),
        command_line=("target.process.command_line", "target.process.commandLine"),
    ),
    parent=_Side(
        path=(
            *("principal.process.file.full_path", "principal.process.file.fullPath"),
            "target.process.parent_process.file.full_path",
        ),
        pid=("principal.process.pid", "target.process.parent_process.pid"),
        command_line=("principal.process.command_line", "principal.process.commandLine"),
    ),
    time=("metadata.event_timestamp", "metadata.eventTimestamp", "metadata.event_timestamp.seconds"),
    device=("principal.hostname", "target.hostname"),
    action=("metadata.event_type", "metadata.eventType"),
    starts=frozenset({"process_launch", "10001"}),  # a number in BigQuery
    exits=frozenset({"process_termination", "10004"}),
    system=("principal.platform",),
)
_ILLUMINATE = _Layout(
    child=_Side(
        name=("process_name",),
        path=("process_path",),
        pid=("process_id",),
        command_line=("process_command_line",),
        user=("user_name",),
    ),
    parent=_Side(
        name=("process_parent_name",),
        path=("process_parent_path",),
        pid=("process_parent_id",),
        command_line=("process_parent_command_line",),
    ),
    time=("timestamp",),
    device=("host_hostname", "source"),
)
_CAR = _Layout(
    child=_Side(
        name=("exe",), path=("image_path",), pid=("pid",), command_line=("command_line",), user=("user",)
    ),
    parent=_Side(
        name=("parent_exe",),
        path=("parent_image_path",),
        pid=("ppid",),
        command_line=("parent_command_line",),
    ),
    time=("timestamp", "@timestamp"),
    device=("fqdn", "hostname"),
    action=("action",),
    starts=frozenset({"create"}),
    exits=frozenset({"terminate"}),
)
_INSIGHT = _Layout(
    child=_Side(
        name=("process.name",),
        path=("process.exe_path",),
        pid=("process.pid",),
        command_line=("process.cmd_line",),
        user=("process.username",),
    ),
    parent=_Side(
        name=("parent_process.name",),
        path=("parent_process.exe_path",),
        pid=("parent_process.pid",),
        command_line=("parent_process.cmd_line",),
    ),
    time=("process.start_time", "timestamp"),
    device=("hostname",),
    system=("os_type",),
)
_CARBON_BLACK_EDR = _Layout(
    child=_Side(path=("path",), pid=("pid",), command_line=("command_line",), user=("username",)),
    parent=_Side(path=("parent_path",), pid=("parent_pid",)),
    time=("timestamp",),
    device=("computer_name",),
    action=("type",),
    starts=frozenset({"ingress.event.procstart"}),
    exits=frozenset({"ingress.event.procend"}),
)
SOURCES = (
    _source("Trellix", _TRELLIX, ("parentProcess", "parentProcessPath"), ("eventType",), ("startTime",)),
    _source(
        *("SentinelOne Deep Visibility", _DEEP_VISIBILITY),
        *(("tgtProcImagePath", "tgtProcName"), ("srcProcImagePath", "srcProcName"), ("eventType",)),
    ),
    _source("Trend Vision One", _TREND, ("eventSubId",), ("objectFilePath",), ("processFilePath",)),
    _source("Google UDM", _UDM, ("metadata.event_type", "metadata.eventType"), ("principal", "target")),
    _source(
        *("Graylog Illuminate", _ILLUMINATE),
        *(("process_parent_name", "process_parent_path"), ("process_name", "process_path"), ("timestamp",)),
    ),
    _source("MITRE CAR", _CAR, ("parent_exe", "parent_image_path"), ("exe", "image_path"), ("action",)),
    _source(
        *("Rapid7 InsightIDR", _INSIGHT),
        *(("process.exe_path", "process.name"), ("parent_process.exe_path", "parent_process.name")),
    ),
    _source(
        *("Carbon Black EDR", _CARBON_BLACK_EDR),
        *(("computer_name",), ("sensor_id", "cb_server"), ("process_guid",), ("type",)),
    ),
)
"""One source an agent or schema."""


def read(row: Row | str | bytes) -> Event | None:
    """Return the event of a row of one of them, None when it is about something else.

    Raises:
        InvalidEvent: the row is of none of them, or a value in it cannot be what it claims to be.
    """
    found = checked(row)
    fitting = [source for source in SOURCES if source.marks.has_needed(found)]
    if not fitting:
        raise InvalidEvent("row", sorted(map(str, found)), "has the columns of none of these sources")
    return max(fitting, key=lambda source: source.marks.score(found)).read(found)
