r"""Microsoft Defender: rows of DeviceProcessEvents and DeviceEvents, plain or from the streaming API.

`InitiatingProcess*` is both parent and creator: Defender has no second set of columns to tell them apart.
`InitiatingProcessParent*` is the grandparent. In a remote thread, `FileName` and `ProcessId` are the process
that it runs in. The initiating process's `FolderPath` is kept as logged, which mostly is a directory only.

>>> read({"Timestamp": "2024-06-10T10:30:00.1234567Z", "DeviceName": "ws-1", "ActionType": "ProcessCreated",
...       "FileName": "svchost.exe", "InitiatingProcessFileName": "explorer.exe"}).parent.name
'explorer.exe'
"""

from __future__ import annotations

import attrs

from parentchild.events import Event, Process, ProcessCreated, RemoteThreadCreated
from parentchild.telemetry.fields import Fields, joined_path, process_if_known
from parentchild.telemetry.source import Columns, Row, Screening, Source

_CREATED = "ProcessCreated"
_THREAD = "CreateRemoteThreadApiCall"
_TABLES = "AdvancedHunting-"


def _event(row: Row, screen: Screening) -> Event | None:
    fields = Fields(row)
    ingested = ("IngestionTime", "_TimeReceived")
    if "ActionType" not in row and "properties" in row:
        if not (fields.text("category") or "").startswith(_TABLES):
            return None
        published = fields.time("time")
        fields = fields.within("properties")
        event = _event_of(fields, screen)
        return None if event is None else attrs.evolve(event, ingested_at=published)
    event = _event_of(fields, screen)
    return event if event is None else attrs.evolve(event, ingested_at=fields.time(*ingested))


def _event_of(fields: Fields, screen: Screening) -> Event | None:
    action = fields.text("ActionType")
    if action is None:
        raise fields.invalid("ActionType", "must say what happened")
    if action.lower() == _CREATED.lower():
        if screen.created(fields.raw("FileName"), fields.raw("InitiatingProcessFileName")):
            return _creation(fields)
    elif action.lower() == _THREAD.lower() and screen.thread(fields.raw("InitiatingProcessFileName")):
        return _thread(fields)
    return None


def _creation(fields: Fields) -> ProcessCreated:
    return ProcessCreated(
        timestamp=fields.timestamp("Timestamp", "TimeGenerated"),
        device=fields.text("DeviceName", "DeviceId") or "",
        process=Process(
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
        ),
        parent=process_if_known(_initiator(fields)),
        grandparent=process_if_known(
            Process(
                fields.text("InitiatingProcessParentFileName"),
                pid=fields.pid("InitiatingProcessParentId"),
                started_at=fields.time("InitiatingProcessParentCreationTime"),
            )
        ),
        record_id=fields.record_id("ReportId"),
    )


def _thread(fields: Fields) -> RemoteThreadCreated:
    target = fields.text("FileName")
    return RemoteThreadCreated(
        timestamp=fields.timestamp("Timestamp", "TimeGenerated"),
        device=fields.text("DeviceName", "DeviceId") or "",
        source=_initiator(fields),
        target=Process(
            target,
            pid=fields.pid("ProcessId"),
            path=joined_path(fields.text("FolderPath"), target),
            command_line=fields.text("ProcessCommandLine"),
            started_at=fields.time("ProcessCreationTime"),
            user=fields.user(("AccountDomain", "AccountName")),
            user_sid=fields.text("AccountSid"),
        ),
        record_id=fields.record_id("ReportId"),
    )


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
    needed=(),
)
SOURCE = Source("Microsoft Defender", "ActionType, or category and properties", _event, COLUMNS)
read = SOURCE.read
read_many = SOURCE.read_many
