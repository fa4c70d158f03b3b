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

from parentchild.events import Process, ProcessCreated, RemoteThreadCreated
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import joined_path, name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Row, Source

_CREATED = "ProcessCreated"
_THREAD = "CreateRemoteThreadApiCall"
_TABLES = "AdvancedHunting-"


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    if "ActionType" in row or not _is_streamed(row):
        return _event_of(fields, fields, ("IngestionTime", "_TimeReceived"), prefilter)
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
            return _creation(fields, _occurrence(fields, envelope.time(*ingested)))
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


def _creation(fields: Fields, occurrence: Occurrence) -> ProcessCreated:
    rest = fields.secondary
    process = Process(
        fields.text("FileName"),
        pid=fields.pid("ProcessId"),
        path=fields.path("FolderPath"),
        command_line=rest.text("ProcessCommandLine"),
        started_at=fields.time("ProcessCreationTime"),
        user=rest.user(("AccountDomain", "AccountName")),
        user_sid=rest.text("AccountSid"),
        guid=rest.guid("ProcessUniqueId"),
        integrity=rest.text("ProcessIntegrityLevel"),
        original_name=rest.text("ProcessVersionInfoOriginalFileName"),
        sha256=rest.text("SHA256"),
    )
    grandparent = Process(
        name_in(rest.text("InitiatingProcessParentFileName")),
        pid=rest.pid("InitiatingProcessParentId"),
        started_at=fields.time("InitiatingProcessParentCreationTime"),
    )
    return occurrence.created(process, _initiator(fields), grandparent=grandparent)


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
    rest = fields.secondary
    return Process(
        fields.text("InitiatingProcessFileName"),
        pid=rest.pid("InitiatingProcessId"),
        path=fields.path("InitiatingProcessFolderPath"),
        command_line=rest.text("InitiatingProcessCommandLine"),
        started_at=fields.time("InitiatingProcessCreationTime"),
        user=rest.user(("InitiatingProcessAccountDomain", "InitiatingProcessAccountName")),
        user_sid=rest.text("InitiatingProcessAccountSid"),
        guid=rest.guid("InitiatingProcessUniqueId"),
        integrity=rest.text("InitiatingProcessIntegrityLevel"),
        signer=rest.text("InitiatingProcessSignerType"),
        original_name=rest.text("InitiatingProcessVersionInfoOriginalFileName"),
        sha256=rest.text("InitiatingProcessSHA256"),
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
