r"""The Windows security log: events 4688 (process creation) and 4689 (process exit), in any envelope.

`ProcessId` and `ParentProcessName` are the parent; the log calls it creator, but it is the process that
Windows declares. Before Windows 10 there is only its pid. Pids are hexadecimal text.

>>> read({"EventID": 4688, "TimeCreated": "2024-06-10T10:30:00.123Z", "Computer": "ws-1",
...       "NewProcessName": r"C:\Windows\System32\svchost.exe", "NewProcessId": "0x1a4",
...       "ProcessId": "0x2c8"}).parent.pid
712
"""

from __future__ import annotations

from parentchild.events import Process, ProcessCreated, ProcessExited, checked_process
from parentchild.relations.conditions import Fact
from parentchild.telemetry.flat import DECIDING_COLUMNS, HEADER_COLUMNS
from parentchild.telemetry.images import name_in
from parentchild.telemetry.plans import ABSENT, PROCESS, Kind, Plan, needed, process_of, secondary
from parentchild.telemetry.record import Record
from parentchild.telemetry.records import MARKS, TIME, of_records
from parentchild.telemetry.source import Columns, Held, Outcome, Prefiltering, Source

PROVIDER = "Microsoft-Windows-Security-Auditing"
"""Who writes its records, as they mostly say it."""

_PROVIDER, _CHANNEL = PROVIDER.lower(), "security"
_CREATED, _EXITED = 4688, 4689


def is_security(record: Record) -> bool:
    """Tell whether a record is of the security log; where it does not say, by its number.

    The event log shows who wrote it in the language of Windows (`Microsoft Windows security auditing.`), and
    some collectors keep that. Then its number and its own names tell.
    """
    if (provider := record.provider) is not None:
        return provider == _PROVIDER or _names_process(record)
    if (channel := record.channel) is not None:
        return channel == _CHANNEL or _names_process(record)
    return record.event_id in {_CREATED, _EXITED}


def _names_process(record: Record) -> bool:
    number = record.event_id
    if number == _CREATED:
        return record.data.says("NewProcessName")
    return number == _EXITED and record.data.says("ProcessName") and record.data.says("ProcessId")


def event_of(record: Record, prefilter: Prefiltering) -> Outcome:
    """Return the event of a record of the security log, or its number when it is about something else.

    Raises:
        InvalidEvent: a value in it cannot be what it claims to be.
    """
    number, data = record.event_id, record.data
    if number == _CREATED:
        watched = prefilter.created(data.raw("NewProcessName"), data.raw("ParentProcessName"))
        return _creation(record) if watched else Held.START
    if number == _EXITED:
        return _exit(record) if prefilter.exits else Held.PROCESS
    if number is None:
        raise record.without_number()
    return str(number)


_CREATION = Plan(
    ABSENT,
    needed(Kind.PID, "NewProcessId"),
    needed(Kind.PATH, "NewProcessName"),
    secondary(Kind.TEXT, "CommandLine"),
    ABSENT,
    secondary(Kind.ACCOUNT, "TargetUserName"),
    secondary(Kind.TEXT, "TargetUserSid"),
    ABSENT,
    ABSENT,
    secondary(Kind.TEXT, "MandatoryLabel"),
    ABSENT,
    ABSENT,
    ABSENT,
    secondary(Kind.TEXT, "TargetDomainName"),
    secondary(Kind.ACCOUNT, "SubjectUserName"),
    secondary(Kind.TEXT, "SubjectUserSid"),
    secondary(Kind.TEXT, "SubjectDomainName"),
    secondary(Kind.PID, "ProcessId"),
    needed(Kind.PATH, "ParentProcessName"),
)
"""The fields of the new process in their order and its account's domain; who asked for it; its parent."""


def _creation(record: Record) -> ProcessCreated:
    found = _CREATION.of(record.data)
    name, sid, domain, pid, path = found[PROCESS + 1 :]
    if found[5] is None:  # it runs as whoever asked for it
        found[5], found[PROCESS] = name, domain
    found[0], found[6] = name_in(found[2]), sid if found[6] is None else found[6]
    return record.creation(process_of(found, 0), checked_process(name_in(path), pid, path))


def _exit(record: Record) -> ProcessExited:
    data, rest = record.data, record.data.secondary
    path = data.path("ProcessName")
    user = rest.user(("SubjectDomainName", "SubjectUserName"))
    sid = rest.text("SubjectUserSid")
    return record.occurrence().exited(
        Process(name_in(path), pid=data.pid("ProcessId"), path=path, user=user, user_sid=sid)
    )


COLUMNS = Columns(
    action="EventID",
    creations=(_CREATED, str(_CREATED)),
    child="NewProcessName",
    parent="ParentProcessName",
    child_command_line="CommandLine",
    others={
        Fact.CHILD_INTEGRITY: "MandatoryLabel",
        Fact.CHILD_USER: None,
        Fact.PARENT_USER: None,
    },
    deciding=DECIDING_COLUMNS,
    needed=(
        *HEADER_COLUMNS,
        "NewProcessName",
        "NewProcessId",
        "CommandLine",
        "TargetDomainName",
        "TargetUserName",
        "TargetUserSid",
        "SubjectDomainName",
        "SubjectUserName",
        "SubjectUserSid",
        "MandatoryLabel",
        "ParentProcessName",
        "ProcessId",
        "ProcessName",
    ),
)
SOURCE = Source(
    "Windows security log",
    MARKS,
    of_records(is_security, event_of),
    COLUMNS,
    time=TIME,
    local_times=("EventTime",),
)
read = SOURCE.read
read_many = SOURCE.read_many
