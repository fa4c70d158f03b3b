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

from parentchild.events import Event, Process, ProcessCreated, RemoteThreadCreated
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import joined_path, name_in
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Columns, Prefiltering, Row, Source

_CREATED = "ProcessCreated"
_THREAD = "CreateRemoteThreadApiCall"
_TABLES = "AdvancedHunting-"


def _event(row: Row, prefilter: Prefiltering) -> Event | None:
    fields = Fields(row)
    if "ActionType" in row or "properties" not in row:
        return _event_of(fields, fields, ("IngestionTime", "_TimeReceived"), prefilter)
    if not (fields.text("category") or "").startswith(_TABLES):
        return None
    return _event_of(fields.within("properties"), fields, ("time",), prefilter)


def _event_of(
    fields: Fields, envelope: Fields, ingested: tuple[str, ...], prefilter: Prefiltering
) -> Event | None:
    action = fields.text("ActionType")
    if action is None:
        raise fields.invalid("ActionType", "must say what happened")
    if action.lower() == _CREATED.lower():
        if prefilter.created(fields.raw("FileName"), fields.raw("InitiatingProcessFileName")):
            return _creation(fields, _occurrence(fields, envelope.time(*ingested)))
    elif action.lower() == _THREAD.lower() and prefilter.thread(fields.raw("InitiatingProcessFileName")):
        return _thread(fields, _occurrence(fields, envelope.time(*ingested)))
    return None


def _occurrence(fields: Fields, ingested_at: datetime | None) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp("Timestamp", "TimeGenerated"),
        device=fields.text("DeviceName", "DeviceId"),
        ingested_at=ingested_at,
        record_id=fields.record_id("ReportId"),
    )


def _creation(fields: Fields, occurrence: Occurrence) -> ProcessCreated:
    process = Process(
        fields.text("FileName"),
        pid=fields.pid("ProcessId"),
        path=fields.text("FolderPath"),
        command_line=fields.text("ProcessCommandLine"),
        started_at=fields.time("ProcessCreationTime"),
        user=fields.user(("AccountDomain", "AccountName")),
        user_sid=fields.text("AccountSid"),
        guid=fields.identifier("ProcessUniqueId"),
        integrity=fields.text("ProcessIntegrityLevel"),
        original_name=fields.text("ProcessVersionInfoOriginalFileName"),
        sha256=fields.text("SHA256"),
    )
    grandparent = Process(
        name_in(fields.text("InitiatingProcessParentFileName")),
        pid=fields.pid("InitiatingProcessParentId"),
        started_at=fields.time("InitiatingProcessParentCreationTime"),
    )
    return occurrence.created(process, _initiator(fields), grandparent=grandparent)


def _thread(fields: Fields, occurrence: Occurrence) -> RemoteThreadCreated:
    name = fields.text("FileName")
    target = Process(
        name,
        pid=fields.pid("ProcessId"),
        path=joined_path(fields.text("FolderPath"), name),
        command_line=fields.text("ProcessCommandLine"),
        started_at=fields.time("ProcessCreationTime"),
    )
    return occurrence.thread(_initiator(fields), target)


def _initiator(fields: Fields) -> Process:
    return Process(
        fields.text("InitiatingProcessFileName"),
        pid=fields.pid("InitiatingProcessId"),
        path=fields.text("InitiatingProcessFolderPath"),
        command_line=fields.text("InitiatingProcessCommandLine"),
        started_at=fields.time("InitiatingProcessCreationTime"),
        user=fields.user(("InitiatingProcessAccountDomain", "InitiatingProcessAccountName")),
        user_sid=fields.text("InitiatingProcessAccountSid"),
        guid=fields.identifier("InitiatingProcessUniqueId"),
        integrity=fields.text("InitiatingProcessIntegrityLevel"),
        signer=fields.text("InitiatingProcessSignerType"),
        original_name=fields.text("InitiatingProcessVersionInfoOriginalFileName"),
        sha256=fields.text("InitiatingProcessSHA256"),
    )


COLUMNS = Columns(
    action="ActionType",
    creations=(_CREATED,),
    child="FileName",
    parent="InitiatingProcessFileName",
    child_path="FolderPath",
    parent_path="InitiatingProcessFolderPath",
    child_command_line="ProcessCommandLine",
    parent_command_line="InitiatingProcessCommandLine",
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
SOURCE = Source("Microsoft Defender", "ActionType, or category and properties", _event, COLUMNS)
read = SOURCE.read
read_many = SOURCE.read_many
