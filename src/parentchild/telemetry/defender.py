r"""Microsoft Defender: rows of DeviceProcessEvents and DeviceEvents, plain or from the streaming API.

`InitiatingProcess*` is both parent and creator: Defender has no second set of columns to tell them apart.
`InitiatingProcessParent*` is the grandparent. In a remote thread, `FileName` and `ProcessId` are the process
that it runs in. The initiating process's `FolderPath` is kept as logged, which mostly is a directory only.

>>> read({"Timestamp": "2024-06-10T10:30:00.1234567Z", "DeviceName": "ws-1", "ActionType": "ProcessCreated",
...       "FileName": "svchost.exe", "InitiatingProcessFileName": "explorer.exe"}).parent.name
'explorer.exe'
"""

from __future__ import annotations

from datetime import datetime

from parentchild.events import Process, ProcessCreated, RemoteThreadCreated, checked_process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import joined_path, name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.plans import (
    ABSENT,
    PROCESS,
    Kind,
    Plan,
    creation_of,
    needed,
    process_of,
    secondary,
)
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Row, Source

_CREATED = "ProcessCreated"
_THREAD = "CreateRemoteThreadApiCall"
_TABLES = "AdvancedHunting-"
_INGESTED = ("IngestionTime", "_TimeReceived")


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    if "ActionType" in row or not _is_streamed(row):
        return _event_of(fields, fields, _INGESTED, prefilter)
    properties = fields.within("properties")
    if not properties.has("ActionType"):
        return fields.text("category") or _TABLES  # a table of something else, alerts say
    return _event_of(properties, fields, ("time",), prefilter)


def _is_streamed(row: Row) -> bool:
    """Tell whether a row is one of the streaming API."""
    category = row.get("category")
    return isinstance(category, str) and category.startswith(_TABLES)


def _fits(row: Row) -> bool:
    return "properties" not in row or "ActionType" in row or _is_streamed(row)


def _event_of(
    fields: Fields, envelope: Fields, ingested: tuple[str, ...], prefilter: Prefiltering
) -> Outcome:
    action = fields.text("ActionType")
    if action is None and fields.has("InitiatingProcessFileName") and not fields.has("ActionType"):
        action = _CREATED  # a query's own choice of columns, of the table of process starts
    if action is None:
        raise fields.invalid("ActionType", "must say what happened")
    if action.lower() == _CREATED.lower():
        if prefilter.created(fields.raw("FileName"), fields.raw("InitiatingProcessFileName")):
            return _creation(fields, envelope, ingested)
        return Held.START
    if action.lower() == _THREAD.lower():
        if prefilter.thread(fields.raw("InitiatingProcessFileName")):
            return _thread(fields, _occurrence(fields, envelope.time(*ingested)))
        return Held.PROCESS
    return action


def _occurrence(fields: Fields, ingested_at: datetime | None) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp("Timestamp", "TimeGenerated"),
        device=fields.text("DeviceName", "DeviceId"),
        ingested_at=ingested_at,
        record_id=fields.record_id("ReportId"),
    )


_INITIATOR = (
    needed(Kind.TEXT, "InitiatingProcessFileName"),
    secondary(Kind.PID, "InitiatingProcessId"),
    needed(Kind.PATH, "InitiatingProcessFolderPath"),
    secondary(Kind.TEXT, "InitiatingProcessCommandLine"),
    needed(Kind.TIME, "InitiatingProcessCreationTime"),
    secondary(Kind.ACCOUNT, "InitiatingProcessAccountName"),
    secondary(Kind.TEXT, "InitiatingProcessAccountSid"),
    secondary(Kind.GUID, "InitiatingProcessUniqueId"),
    ABSENT,
    secondary(Kind.TEXT, "InitiatingProcessIntegrityLevel"),
    secondary(Kind.TEXT, "InitiatingProcessSignerType"),
    secondary(Kind.TEXT, "InitiatingProcessVersionInfoOriginalFileName"),
    secondary(Kind.TEXT, "InitiatingProcessSHA256"),
    secondary(Kind.TEXT, "InitiatingProcessAccountDomain"),
)
_CREATION = Plan(
    needed(Kind.TEXT, "FileName"),
    needed(Kind.PID, "ProcessId"),
    needed(Kind.PATH, "FolderPath"),
    secondary(Kind.TEXT, "ProcessCommandLine"),
    needed(Kind.TIME, "ProcessCreationTime"),
    secondary(Kind.ACCOUNT, "AccountName"),
    secondary(Kind.TEXT, "AccountSid"),
    secondary(Kind.GUID, "ProcessUniqueId"),
    ABSENT,
    secondary(Kind.TEXT, "ProcessIntegrityLevel"),
    ABSENT,
    secondary(Kind.TEXT, "ProcessVersionInfoOriginalFileName"),
    secondary(Kind.TEXT, "SHA256"),
    secondary(Kind.TEXT, "AccountDomain"),
    *_INITIATOR,
    secondary(Kind.TEXT, "InitiatingProcessParentFileName"),
    secondary(Kind.PID, "InitiatingProcessParentId"),
    needed(Kind.TIME, "InitiatingProcessParentCreationTime"),
    needed(Kind.TIME, "Timestamp", "TimeGenerated"),
    needed(Kind.TEXT, "DeviceName", "DeviceId"),
    needed(Kind.RECORD, "ReportId"),
    needed(Kind.TIME, *_INGESTED),
)
"""Of each process its fields in their order, then the domain of its account."""

_STARTER = Plan(*_INITIATOR)


def _creation(fields: Fields, envelope: Fields, ingested: tuple[str, ...]) -> ProcessCreated:
    found = _CREATION.of(fields)
    name, pid, started_at, timestamp, device, record_id, ingested_at = found[-7:]
    grandparent = None
    if name is not None or pid:
        grandparent = checked_process(name_in(name), pid, started_at=started_at)
    return creation_of(
        fields.timestamp("Timestamp", "TimeGenerated") if timestamp is None else timestamp,
        device,
        process_of(found, 0),
        process_of(found, PROCESS + 1),
        grandparent=grandparent,
        ingested_at=ingested_at if envelope is fields else envelope.time(*ingested),
        record_id=record_id,
    )


def _thread(fields: Fields, occurrence: Occurrence) -> RemoteThreadCreated:
    name, rest = fields.text("FileName"), fields.secondary
    target = Process(
        name,
        pid=fields.pid("ProcessId"),
        path=joined_path(fields.path("FolderPath"), name),
        command_line=rest.text("ProcessCommandLine"),
        started_at=fields.time("ProcessCreationTime"),
    )
    return occurrence.thread(_initiator(fields), target)


def _initiator(fields: Fields) -> Process:
    return process_of(_STARTER.of(fields), 0)


COLUMNS = Columns(
    action="ActionType",
    creations=(_CREATED,),
    child="FileName",
    parent="InitiatingProcessFileName",
    child_path="FolderPath",
    parent_path="InitiatingProcessFolderPath",
    child_command_line="ProcessCommandLine",
    parent_command_line="InitiatingProcessCommandLine",
    pids=("ProcessId", "InitiatingProcessId"),
    others={
        Fact.CHILD_ORIGINAL_NAME: "ProcessVersionInfoOriginalFileName",
        Fact.CHILD_INTEGRITY: "ProcessIntegrityLevel",
        Fact.CHILD_USER: None,
        Fact.PARENT_SIGNER: "InitiatingProcessSignerType",
        Fact.PARENT_INTEGRITY: "InitiatingProcessIntegrityLevel",
        Fact.PARENT_USER: None,
    },
    needed=(
        "ActionType",
        "Timestamp",
        "TimeGenerated",
        "DeviceName",
        "DeviceId",
        "ReportId",
        "IngestionTime",
        "_TimeReceived",
        "FileName",
        "FolderPath",
        "ProcessId",
        "ProcessCommandLine",
        "ProcessCreationTime",
        "ProcessUniqueId",
        "ProcessIntegrityLevel",
        "ProcessVersionInfoOriginalFileName",
        "SHA256",
        "AccountDomain",
        "AccountName",
        "AccountSid",
        "InitiatingProcessFileName",
        "InitiatingProcessFolderPath",
        "InitiatingProcessId",
        "InitiatingProcessCommandLine",
        "InitiatingProcessCreationTime",
        "InitiatingProcessUniqueId",
        "InitiatingProcessIntegrityLevel",
        "InitiatingProcessSignerType",
        "InitiatingProcessVersionInfoOriginalFileName",
        "InitiatingProcessSHA256",
        "InitiatingProcessAccountDomain",
        "InitiatingProcessAccountName",
        "InitiatingProcessAccountSid",
        "InitiatingProcessParentFileName",
        "InitiatingProcessParentId",
        "InitiatingProcessParentCreationTime",
    ),
)
SOURCE = Source(
    "Microsoft Defender",
    Marks(
        (
            ("ActionType", "InitiatingProcessFileName", "properties"),
            ("FileName", "DeviceName", "DeviceId", "Timestamp", "TimeGenerated", "ReportId", "category"),
        ),
        (
            *("ActionType", "FileName", "DeviceId", "DeviceName", "InitiatingProcessFileName"),
            *(
                "InitiatingProcessId",
                "InitiatingProcessFolderPath",
                "ProcessCommandLine",
                "ReportId",
                "operationName",
            ),
        ),
        fits=_fits,
        looks_at=("properties",),
    ),
    _event,
    COLUMNS,
    time="Timestamp",
)
read = SOURCE.read
read_many = SOURCE.read_many
