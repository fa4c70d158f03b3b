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

from typing import Any

from parentchild.events import Process, ProcessCreated
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.plans import (
    ABSENT,
    NAME,
    PATH,
    PROCESS,
    Kind,
    Plan,
    Value,
    needed,
    process_of,
    secondary,
)
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Row, Source

_CREATED, _EXITED = "ProcessCreated", "ProcessTerminated"


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    kind = fields.text("EventType")
    if kind is None:
        raise fields.invalid("EventType", "must say what happened")
    if kind.lower() == _CREATED.lower():
        watched = prefilter.created(
            fields.raw("TargetProcessName", "TargetProcessFilename"),
            fields.raw("ActingProcessName", "ActingProcessFilename"),
        )
        return _creation(fields) if watched else Held.START
    if kind.lower() == _EXITED.lower():
        return (
            _occurrence(fields).exited(_process(_PROCESS.of(fields), 0)) if prefilter.exits else Held.PROCESS
        )
    return kind


def _occurrence(fields: Fields) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp("TimeGenerated", "EventStartTime"),
        device=fields.text("DvcFQDN", "DvcHostname", "Dvc", "DvcId"),
        ingested_at=fields.time("IngestionTime", "_TimeReceived"),
        record_id=fields.record_id("EventUid", "EventOriginalUid"),
    )


_USERS = {"Target": "TargetUsername", "Acting": "ActorUsername", "Parent": "ParentUsername"}
_USER_IDS = {"Target": "TargetUserId", "Acting": "ActorUserId", "Parent": "ParentUserId"}


def _side(role: str) -> tuple[Value, ...]:
    """Return the fields of one process in their order; `Name` is its path, or its name alone."""
    named = secondary if role == "Parent" else needed
    return (
        named(Kind.TEXT, f"{role}ProcessFilename"),
        (needed if role == "Target" else secondary)(Kind.PID, f"{role}ProcessId"),
        named(Kind.PATH, f"{role}ProcessName"),
        secondary(Kind.TEXT, f"{role}ProcessCommandLine"),
        needed(Kind.TIME, f"{role}ProcessCreationTime"),
        secondary(Kind.ACCOUNT, _USERS[role]),
        secondary(Kind.TEXT, _USER_IDS[role]),
        needed(Kind.GUID, f"{role}ProcessGuid"),
        ABSENT,
        secondary(Kind.TEXT, f"{role}ProcessIntegrityLevel"),
        ABSENT,
        secondary(Kind.TEXT, f"{role}ProcessFileOriginalName"),
        secondary(Kind.TEXT, f"{role}ProcessSHA256"),
        ABSENT,
    )


_CREATION = Plan(*_side("Target"), *_side("Acting"), *_side("Parent"))
_PROCESS = Plan(*_side("Target"))


def _creation(fields: Fields) -> ProcessCreated:
    found = _CREATION.of(fields)
    process, parent, grandparent = (_process(found, each * (PROCESS + 1)) for each in range(3))
    return _occurrence(fields).created(process, parent, grandparent=grandparent)


def _process(found: list[Any], start: int) -> Process:
    path = found[start + PATH]
    name = name_in(path)
    found[start + NAME] = found[start + NAME] or name
    if name == path:
        found[start + PATH] = None
    return process_of(found, start)


_OF_A_PROCESS = (
    "Name",
    "Filename",
    "Id",
    "CommandLine",
    "CreationTime",
    "Guid",
    "IntegrityLevel",
    "FileOriginalName",
    "SHA256",
)
COLUMNS = Columns(
    action="EventType",
    creations=(_CREATED,),
    child="TargetProcessName",
    parent="ActingProcessName",
    child_command_line="TargetProcessCommandLine",
    parent_command_line="ActingProcessCommandLine",
    others={
        Fact.CHILD_ORIGINAL_NAME: "TargetProcessFileOriginalName",
        Fact.CHILD_INTEGRITY: "TargetProcessIntegrityLevel",
        Fact.CHILD_USER: None,
        Fact.PARENT_INTEGRITY: "ActingProcessIntegrityLevel",
        Fact.PARENT_USER: None,
    },
    needed=(
        "EventType",
        "TimeGenerated",
        "EventStartTime",
        "IngestionTime",
        "_TimeReceived",
        "EventUid",
        "EventOriginalUid",
        "DvcFQDN",
        "DvcHostname",
        "Dvc",
        "DvcId",
        *_USERS.values(),
        *_USER_IDS.values(),
        *(f"{role}Process{what}" for role in _USERS for what in _OF_A_PROCESS),
    ),
)
SOURCE = Source(
    "Microsoft Sentinel ASIM",
    Marks(
        (("EventType",), ("TargetProcessName", "TargetProcessFilename", "ActingProcessName", "EventSchema")),
        ("ActingProcessName", "ActingProcessId", "TargetProcessId", "Dvc", "DvcHostname", "EventProduct"),
    ),
    _event,
    COLUMNS,
    time="TimeGenerated",
)
read = SOURCE.read
read_many = SOURCE.read_many
