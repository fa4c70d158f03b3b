r"""Sysmon: events 1 (process creation), 5 (process terminated) and 8 (remote thread), in any envelope.

`Parent*` is the parent that Windows declares; Sysmon does not tell the creator. `UtcTime` is when the process
started (`started_at`); the event's own time is the record's, so that all records of a host keep one clock,
and `UtcTime` only where the record has no time that is sure to be UTC.

>>> read({"EventID": 1, "SourceName": "Microsoft-Windows-Sysmon", "UtcTime": "2024-06-10 10:30:00.123",
...       "Image": r"C:\Windows\System32\svchost.exe", "ProcessId": "42",
...       "ParentImage": r"C:\Windows\explorer.exe"}).parent.name
'explorer.exe'
"""

from __future__ import annotations

from parentchild.errors import InvalidEvent
from parentchild.events import Process, ProcessCreated, checked_process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.flat import DECIDING_COLUMNS, HEADER_COLUMNS
from parentchild.telemetry.images import name_in, sha256_of
from parentchild.telemetry.messages import message_data
from parentchild.telemetry.plans import ABSENT, Kind, Plan, needed, process_of, secondary
from parentchild.telemetry.record import Record
from parentchild.telemetry.records import MARKS, TIME, of_records
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Source

PROVIDER = "Microsoft-Windows-Sysmon"
"""Who writes its records, as they mostly say it."""

_PROVIDERS, _ON_LINUX = frozenset({PROVIDER.lower(), "linux-sysmon"}), "linux-sysmon"
_CHANNEL = "microsoft-windows-sysmon/operational"
_OF_WINDOWS = "microsoft-windows-"
_CREATED, _EXITED, _THREAD = 1, 5, 8
_UTC = "UtcTime"


def is_sysmon(record: Record) -> bool:
    """Tell whether Sysmon wrote a record; where it does not say who did, by the columns only Sysmon has.

    Collectors call a writer as they like, but where they name another provider of Windows it is that one.
    """
    if (provider := record.provider) is not None:
        return provider in _PROVIDERS or (not _is_anothers(provider) and _names_process(record))
    if (channel := record.channel) is not None:
        return channel == _CHANNEL or _names_process(record)
    return record.data.has(_UTC) or (record.data.has("Image") and record.data.has("ParentImage"))


def _names_process(record: Record) -> bool:
    """Tell whether a record has a number and the names of Sysmon."""
    data, number = record.data, record.event_id
    if number == _CREATED:
        return data.says("Image") and data.says("ParentImage", _UTC)
    if number == _EXITED:
        return data.says("Image") and data.says(_UTC)
    return number == _THREAD and data.says("SourceImage") and data.says("TargetImage")


def _is_anothers(provider: str) -> bool:
    return provider.startswith(_OF_WINDOWS) and not provider.startswith(PROVIDER.lower())


def event_of(record: Record, prefilter: Prefiltering) -> Outcome:
    """Return the event of a record of Sysmon, or its number when it is about something else.

    Raises:
        InvalidEvent: a value in it cannot be what it claims to be.
    """
    number, data = record.event_id, record.data
    if number is None:
        raise record.without_number()
    if record.provider == _ON_LINUX:
        return f"{number} on Linux"
    if number == _CREATED:
        watched = prefilter.created(data.raw("Image"), data.raw("ParentImage"))
        return _creation(record) if watched else Held.START
    if number == _EXITED:
        return (
            record.occurrence(_UTC).exited(_side(data, "", _own_pid(record)))
            if prefilter.exits
            else Held.PROCESS
        )
    if number == _THREAD:
        if prefilter.thread(data.raw("SourceImage")):
            return record.occurrence(_UTC).thread(
                _side(data, "Source", data.secondary.pid("SourceProcessId")),
                _side(data, "Target", data.secondary.pid("TargetProcessId")),
            )
        return Held.PROCESS
    return str(number)


_CREATION = Plan(
    ABSENT,
    needed(Kind.PID, "ProcessId"),
    needed(Kind.PATH, "Image"),
    secondary(Kind.TEXT, "CommandLine"),
    needed(Kind.TIME, _UTC),
    secondary(Kind.ACCOUNT, "User"),
    ABSENT,
    needed(Kind.GUID, "ProcessGuid"),
    needed(Kind.SESSION, "TerminalSessionId"),
    secondary(Kind.TEXT, "IntegrityLevel"),
    ABSENT,
    secondary(Kind.TEXT, "OriginalFileName"),
    secondary(Kind.TEXT, "Hashes"),
    ABSENT,
    secondary(Kind.PID, "ParentProcessId"),
    needed(Kind.PATH, "ParentImage"),
    secondary(Kind.TEXT, "ParentCommandLine"),
    secondary(Kind.ACCOUNT, "ParentUser"),
    needed(Kind.GUID, "ParentProcessGuid"),
)
"""The fields of the new process in their order, then what is told of its parent."""


def _creation(record: Record) -> ProcessCreated:
    found = _CREATION.of(record.data)
    found[0], found[12] = name_in(found[2]), sha256_of(found[12])
    if found[1] is None:
        found[1] = _own_pid(record)
    pid, path, line, user, guid = found[14:]
    starter = checked_process(name_in(path), pid, path, line, user=user, guid=guid)
    return record.creation(process_of(found, 0), starter, _UTC)


def _own_pid(record: Record) -> int | None:
    """Return the pid of an event's process, which NXLog loses to its own `ProcessID`: the message has it."""
    pid = record.data.pid("ProcessId")
    if pid is not None:
        return pid
    message = record.envelope.secondary.text("Message", "message")
    if message is None:
        return None
    try:
        data = message_data(message)
    except InvalidEvent:
        return None
    return Fields(data or {}).secondary.pid("ProcessId")


def _side(data: Fields, side: str, pid: int | None) -> Process:
    """Return one of the processes that an event names alike: `SourceImage`, `TargetImage`, or `Image`."""
    path = data.path(f"{side}Image")
    return Process(
        name_in(path),
        pid=pid,
        path=path,
        user=data.secondary.account(f"{side}User"),
        guid=data.guid(f"{side}ProcessGuid"),
    )


COLUMNS = Columns(
    action="EventID",
    creations=(_CREATED, str(_CREATED)),
    child="Image",
    parent="ParentImage",
    child_command_line="CommandLine",
    parent_command_line="ParentCommandLine",
    others={
        Fact.CHILD_ORIGINAL_NAME: "OriginalFileName",
        Fact.CHILD_INTEGRITY: "IntegrityLevel",
        Fact.CHILD_USER: "User",
        Fact.PARENT_USER: "ParentUser",
    },
    deciding=DECIDING_COLUMNS,
    needed=(
        *HEADER_COLUMNS,
        "Message",
        "UtcTime",
        "Image",
        "ProcessId",
        "ProcessGuid",
        "CommandLine",
        "User",
        "TerminalSessionId",
        "IntegrityLevel",
        "OriginalFileName",
        "Hashes",
        "ParentImage",
        "ParentProcessId",
        "ParentProcessGuid",
        "ParentCommandLine",
        "ParentUser",
        "SourceImage",
        "SourceProcessId",
        "SourceProcessGuid",
        "SourceUser",
        "TargetImage",
        "TargetProcessId",
        "TargetProcessGuid",
        "TargetUser",
    ),
)
SOURCE = Source(
    "Sysmon", MARKS, of_records(is_sysmon, event_of), COLUMNS, time=TIME, local_times=("EventTime",)
)
read = SOURCE.read
read_many = SOURCE.read_many
