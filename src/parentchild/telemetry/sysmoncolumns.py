r"""Columns of Sysmon's process creation in a table of one's own: Time, Image, CommandLine, ParentImage.

`ParentImage` is the parent that Windows declares; there is neither creator nor grandparent. Where a row has
the number of an event, it is a record of the event log, and no row of this source.

>>> event = read({"Time": "2024-06-10 10:30:00", "Image": r"C:\Temp\svchost.exe",
...               "CommandLine": "svchost.exe", "ParentImage": r"C:\Windows\explorer.exe"})
>>> event.process.path, event.parent.name
('C:\\Temp\\svchost.exe', 'explorer.exe')
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in, sha256_of
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Row, Source

_NUMBERS = ("EventID", "EventId", "EventCode", "event_id", "Event ID", "Id", "ID")
_UTC = "UtcTime"
_LOCAL = (
    *("Time", "Timestamp", "TimeCreated", "TimeGenerated", "EventTime", "SystemTime", "DateTime", "Date"),
    *("timestamp", "time", "_time", "@timestamp"),
)
_DEVICES = (
    "Computer",
    "ComputerName",
    "Hostname",
    "HostName",
    "Host",
    "Device",
    "DeviceName",
    "host",
    "dest",
)


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    if not prefilter.created(fields.raw("Image"), fields.raw("ParentImage")):
        return Held.START
    path, parent, rest = fields.path("Image"), fields.path("ParentImage"), fields.secondary
    process = Process(
        name_in(path),
        pid=fields.pid("ProcessId", "ProcessID"),
        path=path if name_in(path) != path else None,
        command_line=rest.text("CommandLine"),
        user=rest.account("User"),
        guid=rest.guid("ProcessGuid", "ProcessGUID"),
        session=rest.session("TerminalSessionId"),
        integrity=rest.text("IntegrityLevel"),
        original_name=rest.text("OriginalFileName"),
        sha256=sha256_of(rest.text("Hashes")),
    )
    starter = Process(
        name_in(parent),
        pid=rest.pid("ParentProcessId", "ParentProcessID"),
        path=parent if name_in(parent) != parent else None,
        command_line=rest.text("ParentCommandLine"),
        user=rest.account("ParentUser"),
        guid=rest.guid("ParentProcessGuid", "ParentProcessGUID"),
    )
    occurrence = Occurrence(timestamp=fields.timestamp(_UTC, *_LOCAL), device=fields.text(*_DEVICES))
    return occurrence.created(process, starter)


COLUMNS = Columns(
    child="Image",
    parent="ParentImage",
    child_command_line="CommandLine",
    parent_command_line="ParentCommandLine",
    others={
        Fact.CHILD_ORIGINAL_NAME: "OriginalFileName",
        Fact.CHILD_INTEGRITY: "IntegrityLevel",
        Fact.CHILD_USER: None,
        Fact.PARENT_USER: None,
    },
    needed=(
        *(
            "Image",
            "ParentImage",
            "ProcessId",
            "ProcessID",
            "CommandLine",
            "User",
            "ProcessGuid",
            "ProcessGUID",
        ),
        *("TerminalSessionId", "IntegrityLevel", "OriginalFileName", "Hashes", "ParentProcessId"),
        *("ParentProcessID", "ParentCommandLine", "ParentUser", "ParentProcessGuid", "ParentProcessGUID"),
        *(_UTC, *_LOCAL, *_DEVICES),
    ),
)
SOURCE = Source(
    "Sysmon columns",
    Marks(
        needs=(("Image",), ("ParentImage",)),
        own=("CommandLine", "ParentCommandLine", "OriginalFileName", "IntegrityLevel", "Hashes", _UTC),
        without=_NUMBERS,
    ),
    _event,
    COLUMNS,
    time="Time",
    local_times=_LOCAL,
)
read = SOURCE.read
read_many = SOURCE.read_many
