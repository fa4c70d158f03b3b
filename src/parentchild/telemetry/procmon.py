r"""Process Monitor: its CSV, and its list of processes.

Of a row "Process Create", `Process Name` and `PID` are the parent and creator in one, `Path` is the new
process, and its pid is in `Detail`. Of a row "Process Start" they are the new process, and `Detail` has the
parent's pid. A row of the list of processes has both pids. No row names a device or a grandparent. `Date &
Time` is local time; the CSV has it only where the column was chosen, and `Time of Day` alone says no day.

>>> event = read({"Operation": "Process Create", "Process Name": "explorer.exe", "PID": "1337",
...               "Path": r"C:\Windows\System32\svchost.exe", "Date & Time": "6/10/2024 10:30:00 AM",
...               "Detail": "PID: 4242, Command line: svchost.exe -k netsvcs"})
>>> event.process.pid, event.process.command_line, event.parent.name
(4242, 'svchost.exe -k netsvcs', 'explorer.exe')
"""

from __future__ import annotations

import re

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source

_CREATED, _STARTED, _EXITED = "Process Create", "Process Start", "Process Exit"
_TIME = "Date & Time"
_PID = re.compile(r"(?:Parent )?PID: ([0-9,]{1,14})(?:, |$)")
_LINE, _AFTER = "Command line: ", (", Current directory: ", ", Environment: ")
_LONGEST_DETAIL = 131_072


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    if "Operation" not in row:
        return _listed(fields, prefilter)
    operation = fields.text("Operation")
    if operation is None:
        raise fields.invalid("Operation", "must say what happened")
    if operation == _CREATED:
        if not prefilter.created(fields.raw("Path"), fields.raw("Process Name")):
            return Held.START
        pid, line = _detail(fields)
        path = fields.path("Path")
        process = Process(name_in(path), pid=pid, path=path, command_line=line)
        return _occurrence(fields).created(process, _own(fields))
    if operation == _STARTED:
        if not prefilter.created(fields.raw("Process Name"), None):
            return Held.START
        parent, line = _detail(fields)
        return _occurrence(fields).created(_own(fields, line), Process(None, pid=parent))
    if operation == _EXITED:
        return _occurrence(fields).exited(_own(fields)) if prefilter.exits else Held.PROCESS
    return operation


def _listed(fields: Fields, prefilter: Prefiltering) -> Outcome:
    if not prefilter.created(fields.raw("ProcessName", "ImagePath"), None):
        return Held.START
    path, rest = fields.path("ImagePath"), fields.secondary
    process = Process(
        fields.text("ProcessName") or name_in(path),
        pid=fields.pid("ProcessId"),
        path=path,
        command_line=rest.text("CommandLine"),
        user=rest.account("Owner"),
        integrity=rest.text("Integrity"),
    )
    occurrence = Occurrence(timestamp=fields.timestamp("CreateTime"), device=None)
    return occurrence.created(process, Process(None, pid=rest.pid("ParentProcessId")), from_snapshot=True)


def _occurrence(fields: Fields) -> Occurrence:
    return Occurrence(timestamp=fields.timestamp(_TIME), device=None, record_id=fields.record_id("Sequence"))


def _own(fields: Fields, command_line: str | None = None) -> Process:
    """Return the process that a row is of."""
    path, rest = fields.secondary.path("Image Path"), fields.secondary
    return Process(
        fields.text("Process Name") or name_in(path),
        pid=fields.pid("PID"),
        path=path,
        command_line=command_line or rest.text("Command Line"),
        user=rest.account("User"),
        session=rest.session("Session"),
        integrity=rest.text("Integrity"),
    )


def _detail(fields: Fields) -> tuple[int | None, str | None]:
    """Return the pid of the other process, and the new one's command line."""
    text = fields.secondary.text("Detail") or ""
    found = _PID.match(text)
    if found is None or len(text) > _LONGEST_DETAIL:
        return None, None
    pid = Fields({"Detail": found[1].rstrip(",")}).secondary.pid("Detail")
    rest = text[found.end() :]
    if not rest.startswith(_LINE):
        return pid, None
    line = rest.removeprefix(_LINE)
    for after in _AFTER:
        line = line.partition(after)[0]
    return pid, line or None


SOURCE = Source(
    "Process Monitor",
    Marks(
        needs=(
            ("Process Name", "ProcessIndex", "ImagePath"),
            ("Operation", "ParentProcessId"),
            ("Detail", "Path", "ProcessId"),
        ),
        own=(
            *("Time of Day", "PID", "Result", "Detail", _TIME, "Image Path", "Parent PID", "Architecture"),
            *("ProcessIndex", "CreateTime", "FinishTime", "ImagePath", "AuthenticationId"),
        ),
        fits=lambda row: "Operation" in row or ("ImagePath" in row and "ParentImage" not in row),
    ),
    _event,
    time=_TIME,
    local_times=(_TIME,),
)
read = SOURCE.read
read_many = SOURCE.read_many
