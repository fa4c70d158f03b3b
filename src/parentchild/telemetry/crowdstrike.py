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

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import joined_path, name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
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
        return _occurrence(fields, _STARTED).created(
            _process(fields),
            Process(fields.text("ParentBaseFileName"), guid=fields.guid(*_PARENT)),
            creator=creator,
            grandparent=Process(fields.secondary.text("GrandParentBaseFileName")),
        )
    if kind in _EXITED:
        if not prefilter.exits:
            return Held.PROCESS
        return _occurrence(fields, _ENDED).exited(_process(fields))
    return kind


def _occurrence(fields: Fields, times: tuple[str, ...]) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp(*times),
        device=fields.text("ComputerName", "aid_computer_name", "aid"),
        ingested_at=fields.time("event_ingest_time", "@ingesttimestamp", "timestamp"),
        record_id=fields.record_id("id", "@id"),
    )


def _creator(fields: Fields) -> Process | None:
    source, parent = fields.guid(*_SOURCE), fields.guid(*_PARENT)
    if source is None or source == "0" or parent is None or source == parent:
        return None
    return Process(None, guid=source)


def _process(fields: Fields) -> Process:
    rest = fields.secondary
    path = fields.path("ImageFileName") or joined_path(rest.path("FilePath"), rest.text("FileName"))
    return Process(
        name_in(path) or fields.text("FileName"),
        pid=fields.pid(*_PID),
        path=path,
        command_line=rest.text("CommandLine"),
        started_at=fields.time(*_START),
        user=rest.account("UserName"),
        user_sid=rest.text("UserSid", "UserSid_readable"),
        guid=fields.guid(*_TARGET),
        session=rest.session(*_SESSION),
        integrity=rest.identifier(*_INTEGRITY),
        original_name=rest.text("OriginalFilename", "OriginalFileName"),
        sha256=rest.text("SHA256HashData"),
    )


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
