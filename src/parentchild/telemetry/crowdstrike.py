r"""CrowdStrike: ProcessRollup2, SyntheticProcessRollup2 and EndOfProcess, of FDR, LogScale and NG-SIEM.

`TargetProcessId`, `ParentProcessId` and `SourceProcessId` are the sensor's ids, which are kept as `guid`;
the only pid of the operating system is `RawProcessId`, the new process's own. `ParentBaseFileName` is the
parent. Where `SourceProcessId` differs from `ParentProcessId`, it is read as the creator.
`GrandParentBaseFileName` is the grandparent. LogScale writes `#` before the names of tags, and Splunk
`_decimal` after those of numbers.

>>> event = read({"event_simpleName": "ProcessRollup2", "event_platform": "Win", "aid": "a1",
...               "ProcessStartTime": "1718015400.123", "RawProcessId": "42",
...               "ImageFileName": r"\Device\HarddiskVolume3\Windows\System32\svchost.exe",
...               "ParentProcessId": "5459598860", "ParentBaseFileName": "services.exe"})
>>> event.parent.guid, event.parent.pid
('5459598860', None)
"""

from __future__ import annotations

from datetime import datetime

from parentchild.events import Process, checked_process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import joined_path, name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.plans import (
    ABSENT,
    INTEGRITY,
    NAME,
    PATH,
    Kind,
    Plan,
    needed,
    process_of,
    secondary,
)
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source
from parentchild.telemetry.systems import other_system

_KINDS = ("event_simpleName", "#event_simpleName")
_CREATED = frozenset({"ProcessRollup2", "SyntheticProcessRollup2"})
_EXITED = frozenset({"EndOfProcess", "TerminateProcess"})


def _either(*columns: str) -> tuple[str, ...]:
    """Return columns under the names that they have everywhere."""
    return tuple(name for column in columns for name in (column, f"{column}_decimal"))


_STARTED = (*_either("ProcessStartTime", "ContextTimeStamp"), "@timestamp")
_ENDED = (*_either("ProcessEndTime", "ContextTimeStamp"), "@timestamp", "timestamp")
_START, _PID, _SESSION = _either("ProcessStartTime"), _either("RawProcessId"), _either("SessionId")
_TARGET, _PARENT, _SOURCE = (_either(f"{role}ProcessId") for role in ("Target", "Parent", "Source"))
_INTEGRITY = _either("IntegrityLevel")


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    kind = fields.text(*_KINDS)
    if kind is None:
        raise fields.invalid(_KINDS[0], "must say what happened")
    system = other_system(fields.text("event_platform", "#event_platform"))
    if system is not None:
        return f"{kind} on {system}"
    if kind in _CREATED:
        creator = _creator(fields)
        if creator is None and not prefilter.created(
            fields.raw("ImageFileName", "FileName"), fields.raw("ParentBaseFileName")
        ):
            return Held.START
        process = _process(fields)
        return _occurrence(fields, process.started_at or fields.timestamp(*_STARTED)).created(
            process,
            checked_process(fields.text("ParentBaseFileName"), None, guid=fields.guid(*_PARENT)),
            creator=creator,
            grandparent=checked_process(fields.secondary.text("GrandParentBaseFileName"), None),
        )
    if kind in _EXITED:
        if not prefilter.exits:
            return Held.PROCESS
        return _occurrence(fields, fields.timestamp(*_ENDED)).exited(_process(fields))
    return kind


def _occurrence(fields: Fields, timestamp: datetime) -> Occurrence:
    return Occurrence(
        timestamp=timestamp,
        device=fields.text("ComputerName", "aid_computer_name", "aid"),
        ingested_at=fields.time("event_ingest_time", "@ingesttimestamp", "timestamp"),
        record_id=fields.record_id("id", "@id"),
    )


def _creator(fields: Fields) -> Process | None:
    source, parent = fields.guid(*_SOURCE), fields.guid(*_PARENT)
    if source is None or source == "0" or parent is None or source == parent:
        return None
    return Process(None, guid=source)


_PROCESS = Plan(
    ABSENT,
    needed(Kind.PID, *_PID),
    needed(Kind.PATH, "ImageFileName"),
    secondary(Kind.TEXT, "CommandLine"),
    needed(Kind.TIME, *_START),
    secondary(Kind.ACCOUNT, "UserName"),
    secondary(Kind.TEXT, "UserSid", "UserSid_readable"),
    needed(Kind.GUID, *_TARGET),
    secondary(Kind.SESSION, *_SESSION),
    ABSENT,
    ABSENT,
    secondary(Kind.TEXT, "OriginalFilename", "OriginalFileName"),
    secondary(Kind.TEXT, "SHA256HashData"),
    ABSENT,
)


def _process(fields: Fields) -> Process:
    found, rest = _PROCESS.of(fields), fields.secondary
    if found[PATH] is None:
        found[PATH] = joined_path(rest.path("FilePath"), rest.text("FileName"))
    found[NAME] = name_in(found[PATH]) or fields.text("FileName")
    found[INTEGRITY] = rest.identifier(*_INTEGRITY)
    return process_of(found, 0)


SOURCE = Source(
    "CrowdStrike",
    Marks(
        needs=(_KINDS,),
        own=(
            *("event_platform", "aid", "cid", "TargetProcessId", "RawProcessId", "ImageFileName"),
            *("ParentBaseFileName", "ProcessStartTime", "ConfigBuild", "ComputerName"),
        ),
    ),
    _event,
    time="ContextTimeStamp",
)
read = SOURCE.read
read_many = SOURCE.read_many
