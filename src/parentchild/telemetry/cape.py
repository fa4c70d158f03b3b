r"""CAPE and Cuckoo: the list `behavior.processes` of a sandbox's report, one process a row.

`parent_id` (in Cuckoo `ppid`) is the parent's pid; its name is in another row of the report, or nowhere.
The rows name no creator, no grandparent and no device. `first_seen` is the time of the sandbox's guest,
which is taken for UTC.

>>> event = read({"process_id": 4242, "parent_id": 1337, "process_name": "svchost.exe",
...               "module_path": r"C:\Temp\svchost.exe", "first_seen": "2024-06-10 10:30:00,123",
...               "environ": {"CommandLine": "svchost.exe -k"}})
>>> event.process.path, event.parent.pid
('C:\\Temp\\svchost.exe', 1337)
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source

_PATHS = ("module_path", "process_path")


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    if not prefilter.created(fields.raw("process_name", *_PATHS), None):
        return Held.START
    path, rest = fields.path(*_PATHS), fields.secondary
    environ = rest.within("environ")
    process = Process(
        fields.text("process_name") or name_in(path),
        pid=fields.pid("process_id", "pid"),
        path=path,
        command_line=environ.text("CommandLine") or rest.command_line("command_line"),
        user=environ.text("UserName"),
    )
    parent = Process(None, pid=rest.pid("parent_id", "ppid"))
    return Occurrence(timestamp=fields.timestamp("first_seen"), device=None).created(process, parent)


SOURCE = Source(
    "CAPE",
    Marks(
        needs=(("process_name",), ("first_seen",), ("parent_id", "ppid"), ("process_id", "pid")),
        own=(*_PATHS, "environ", "calls", "threads", "file_activities", "command_line", "track"),
    ),
    _event,
    local_times=("first_seen",),
)
read = SOURCE.read
read_many = SOURCE.read_many
