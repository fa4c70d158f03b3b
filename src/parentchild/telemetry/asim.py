r"""Microsoft Sentinel's ASIM ProcessEvent.

`ActingProcess*` is the parent. `ParentProcess*` is the acting process's own parent, the grandparent here:
whoever reads it as the parent tests the wrong process.

>>> event = read({"TimeGenerated": "2024-06-10T10:30:00Z", "EventType": "ProcessCreated", "Dvc": "ws-1",
...               "TargetProcessName": r"C:\Windows\System32\svchost.exe", "TargetProcessId": "42",
...               "ActingProcessName": r"C:\Windows\explorer.exe", "ParentProcessName": "userinit.exe"})
>>> event.parent.name, event.grandparent.name
('explorer.exe', 'userinit.exe')
"""

from __future__ import annotations

from parentchild.events import Event, Process, ProcessCreated, ProcessExited
from parentchild.telemetry.fields import Fields, name_in, process_if_known
from parentchild.telemetry.source import Columns, Row, Screening, Source

_CREATED, _EXITED = "ProcessCreated", "ProcessTerminated"


def _event(row: Row, screen: Screening) -> Event | None:
    fields = Fields(row)
    kind = fields.text("EventType")
    if kind is None:
        raise fields.invalid("EventType", "must say what happened")
    if kind.lower() == _CREATED.lower():
        watched = screen.created(
            fields.raw("TargetProcessName", "TargetProcessFilename"),
            fields.raw("ActingProcessName", "ActingProcessFilename"),
        )
        return _creation(fields) if watched else None
    if kind.lower() == _EXITED.lower() and screen.exits:
        return ProcessExited(
            timestamp=fields.timestamp("TimeGenerated", "EventStartTime"),
            device=_device(fields),
            process=_process(fields, "Target"),
            ingested_at=fields.time("IngestionTime", "_TimeReceived"),
            record_id=fields.record_id("EventUid", "EventOriginalUid"),
        )
    return None


def _creation(fields: Fields) -> ProcessCreated:
    return ProcessCreated(
        timestamp=fields.timestamp("TimeGenerated", "EventStartTime"),
        device=_device(fields),
        process=_process(fields, "Target"),
        parent=process_if_known(_process(fields, "Acting")),
        grandparent=process_if_known(_process(fields, "Parent")),
        ingested_at=fields.time("IngestionTime", "_TimeReceived"),
        record_id=fields.record_id("EventUid", "EventOriginalUid"),
    )


def _process(fields: Fields, role: str) -> Process:
    name = fields.text(f"{role}ProcessName")
    return Process(
        fields.text(f"{role}ProcessFilename") or name_in(name),
        pid=fields.pid(f"{role}ProcessId"),
        path=name if name_in(name) != name else None,
        command_line=fields.text(f"{role}ProcessCommandLine"),
        started_at=fields.time(f"{role}ProcessCreationTime"),
        user=fields.text(_USERS[role]),
        user_sid=fields.text(_USER_IDS[role]),
        guid=fields.guid(f"{role}ProcessGuid"),
        integrity=fields.text(f"{role}ProcessIntegrityLevel"),
        original_name=fields.text(f"{role}ProcessFileOriginalName"),
        sha256=fields.text(f"{role}ProcessSHA256"),
    )


_USERS = {"Target": "TargetUsername", "Acting": "ActorUsername", "Parent": "ParentUsername"}
_USER_IDS = {"Target": "TargetUserId", "Acting": "ActorUserId", "Parent": "ParentUserId"}


def _device(fields: Fields) -> str:
    return fields.text("DvcFQDN", "DvcHostname", "Dvc", "DvcId") or ""


COLUMNS = Columns(
    action="EventType",
    creations=(_CREATED,),
    child="TargetProcessName",
    parent="ActingProcessName",
    needed=(),
)
SOURCE = Source("Microsoft Sentinel ASIM", "EventType with TargetProcessName or ActingProcessName", _event, COLUMNS)
read = SOURCE.read
read_many = SOURCE.read_many
