r"""ETW: Microsoft-Windows-Kernel-Process, events 1 (ProcessStart) and 2 (ProcessStop).

`ParentProcessID` is the parent that Windows declares, without its name; the process in the event's header is
the creator.

>>> event = read({"system": {"provider": "Microsoft-Windows-Kernel-Process", "event_id": "1",
...                          "computer": "ws-1", "time_created": "2024-06-10T10:30:00.123456789Z",
...                          "execution": {"process_id": "8004"}},
...               "event_data": {"ProcessID": " 42", "ParentProcessID": " 600",
...                              "ImageName": r"\Device\HarddiskVolume3\Windows\System32\cmd.exe"}})
>>> event.process.name, event.parent.pid, event.creator.pid
('cmd.exe', 600, 8004)
"""

from __future__ import annotations

from parentchild.events import Event, Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.kernel import creator_of
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Prefiltering, Row, Source

_PROVIDER = "Microsoft-Windows-Kernel-Process"
_CREATED, _EXITED = 1, 2  # 15, a rundown, has the same fields but is no start


def _event(row: Row, prefilter: Prefiltering) -> Event | None:
    fields = Fields(row)
    system, data = fields.within("system"), fields.within("event_data")
    if system.text("provider") != _PROVIDER:
        return None
    number = system.number("event_id")
    if number == _CREATED:
        parent = data.pid("ParentProcessID")
        creator = creator_of(parent, system.within("execution").pid("process_id"))
        if creator is None and not prefilter.created(data.raw("ImageName"), None):
            return None
        declared = Process(None, pid=parent, guid=data.identifier("ParentProcessSequenceNumber"))
        return _occurrence(system).created(_process(data), declared, creator=creator)
    return _occurrence(system).exited(_process(data)) if number == _EXITED and prefilter.exits else None


def _occurrence(system: Fields) -> Occurrence:
    return Occurrence(timestamp=system.timestamp("time_created"), device=system.text("computer"))


def _process(data: Fields) -> Process:
    path = data.text("ImageName")
    return Process(
        name_in(path),
        pid=data.pid("ProcessID"),
        path=path,
        started_at=data.time("CreateTime"),
        guid=data.identifier("ProcessSequenceNumber"),
        session=data.session("SessionID"),
        integrity=data.text("MandatoryLabel"),
    )


SOURCE = Source("ETW Kernel-Process", "system and event_data", _event)
read = SOURCE.read
read_many = SOURCE.read_many
