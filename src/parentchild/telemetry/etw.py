r"""ETW: Microsoft-Windows-Kernel-Process, events 1 (ProcessStart) and 2 (ProcessStop).

`ParentProcessID` is the parent that Windows declares, without its name; the process in the event's header
is the creator. There is no grandparent. It reads the records of a converter (`system`, `event_data`) and
the dicts that Python's consumers give (`EventHeader`, `Task Name`, and the event's values beside them).

>>> event = read({"system": {"provider": "Microsoft-Windows-Kernel-Process", "event_id": "1",
...                          "computer": "ws-1", "time_created": "2024-06-10T10:30:00.123456789Z",
...                          "execution": {"process_id": "8004"}},
...               "event_data": {"ProcessID": " 42", "ParentProcessID": " 600",
...                              "ImageName": r"\Device\HarddiskVolume3\Windows\System32\cmd.exe"}})
>>> event.process.name, event.parent.pid, event.creator.pid
('cmd.exe', 600, 8004)
"""

from __future__ import annotations

from collections.abc import Callable

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.kernel import creator_of
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source

_PROVIDER = "Microsoft-Windows-Kernel-Process"
_PROVIDER_ID = "22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716"
_CREATED, _EXITED = 1, 2  # 15, a rundown, has the same fields but is no start
_BY_TASK = {"PROCESSSTART": _CREATED, "PROCESSSTOP": _EXITED}


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    return _consumed(fields, prefilter) if fields.has("EventHeader") else _recorded(fields, prefilter)


def _recorded(fields: Fields, prefilter: Prefiltering) -> Outcome:
    system, data = fields.within("system"), fields.within("event_data")
    provider = system.text("provider")
    number = system.number("event_id")
    if provider is None:
        raise system.invalid("provider", "must be who traced the event")
    if provider != _PROVIDER:
        return f"{provider} {number}"
    header = system.secondary.within("execution").pid("process_id")

    def occurrence() -> Occurrence:
        return Occurrence(timestamp=system.timestamp("time_created"), device=system.text("computer"))

    return _outcome(number, data, header, occurrence, prefilter)


def _consumed(fields: Fields, prefilter: Prefiltering) -> Outcome:
    header = fields.within("EventHeader")
    descriptor, task = header.within("EventDescriptor"), fields.text("Task Name") or ""
    provider = header.guid("ProviderId")
    number = descriptor.number("Id")
    if provider not in {_PROVIDER_ID, None} or (provider is None and task.upper() not in _BY_TASK):
        return task or f"event {number}"

    def occurrence() -> Occurrence:
        timestamp = (
            header.timestamp("TimeStamp") if header.says("TimeStamp") else fields.timestamp("CreateTime")
        )
        return Occurrence(timestamp=timestamp, device=fields.text("Computer", "host"))

    number = _BY_TASK.get(task.upper()) if number is None else number
    return _outcome(number, fields, header.secondary.pid("ProcessId"), occurrence, prefilter)


def _outcome(
    number: int | None,
    data: Fields,
    header: int | None,
    occurrence: Callable[[], Occurrence],
    prefilter: Prefiltering,
) -> Outcome:
    if number == _CREATED:
        parent = data.secondary.pid("ParentProcessID")
        creator = creator_of(parent, header)
        if creator is None and not prefilter.created(data.raw("ImageName"), None):
            return Held.START
        declared = Process(None, pid=parent, guid=data.guid("ParentProcessSequenceNumber"))
        return occurrence().created(_process(data), declared, creator=creator)
    if number == _EXITED:
        return occurrence().exited(_process(data)) if prefilter.exits else Held.PROCESS
    return str(number)


def _process(data: Fields) -> Process:
    path = data.path("ImageName")
    return Process(
        name_in(path),
        pid=data.pid("ProcessID"),
        path=path,
        started_at=data.time("CreateTime"),
        guid=data.guid("ProcessSequenceNumber"),
        session=data.session("SessionID"),
        integrity=data.secondary.text("MandatoryLabel"),
    )


SOURCE = Source(
    "ETW Kernel-Process",
    Marks(
        needs=(("system", "EventHeader"), ("event_data", "Task Name")),
        own=("ProcessID", "ParentProcessID", "ImageName", "CreateTime", "system.provider", "system.event_id"),
    ),
    _event,
)
read = SOURCE.read
read_many = SOURCE.read_many
