r"""CrowdStrike Falcon Data Replicator: ProcessRollup2, SyntheticProcessRollup2 and EndOfProcess on Windows.

`TargetProcessId`, `ParentProcessId` and `SourceProcessId` are the sensor's ids, which are kept as `guid`; the
only pid of the operating system is `RawProcessId`, the new process's own. `ParentBaseFileName` is the parent.
Where `SourceProcessId` differs from `ParentProcessId`, it is read as the creator.

>>> event = read({"event_simpleName": "ProcessRollup2", "event_platform": "Win", "aid": "a1",
...               "ProcessStartTime": "1718015400.123", "RawProcessId": "42",
...               "ImageFileName": r"\Device\HarddiskVolume3\Windows\System32\svchost.exe",
...               "ParentProcessId": "5459598860", "ParentBaseFileName": "services.exe"})
>>> event.parent.guid, event.parent.pid
('5459598860', None)
"""

from __future__ import annotations

from parentchild.events import Event, Process, ProcessCreated
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Prefiltering, Row, Source

_CREATED = frozenset({"ProcessRollup2", "SyntheticProcessRollup2"})
_EXITED = frozenset({"EndOfProcess", "TerminateProcess"})
_WINDOWS = "Win"


def _event(row: Row, prefilter: Prefiltering) -> Event | None:
    fields = Fields(row)
    kind = fields.text("event_simpleName")
    if kind is None:
        raise fields.invalid("event_simpleName", "must say what happened")
    if fields.text("event_platform") not in {_WINDOWS, None}:
        return None
    if kind in _CREATED:
        creator = _creator(fields)
        if creator is None and not prefilter.created(
            fields.raw("ImageFileName"), fields.raw("ParentBaseFileName")
        ):
            return None
        return _creation(fields, creator)
    if kind in _EXITED and prefilter.exits:
        return _occurrence(fields, "ProcessEndTime", "ContextTimeStamp", "timestamp").exited(_process(fields))
    return None


def _occurrence(fields: Fields, *times: str) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp(*times),
        device=fields.text("ComputerName", "aid_computer_name", "aid"),
        ingested_at=fields.time("event_ingest_time", "timestamp"),
        record_id=fields.record_id("id"),
    )


def _creator(fields: Fields) -> Process | None:
    source, parent = fields.identifier("SourceProcessId"), fields.identifier("ParentProcessId")
    if source is None or source == "0" or parent is None or source == parent:
        return None
    return Process(None, guid=source)


def _creation(fields: Fields, creator: Process | None) -> ProcessCreated:
    parent = Process(fields.text("ParentBaseFileName"), guid=fields.identifier("ParentProcessId"))
    grandparent = Process(fields.text("GrandParentBaseFileName"))
    occurrence = _occurrence(fields, "ProcessStartTime", "ContextTimeStamp")
    return occurrence.created(_process(fields), parent, creator=creator, grandparent=grandparent)


def _process(fields: Fields) -> Process:
    path = fields.text("ImageFileName")
    return Process(
        name_in(path),
        pid=fields.pid("RawProcessId"),
        path=path,
        command_line=fields.text("CommandLine"),
        started_at=fields.time("ProcessStartTime"),
        user=fields.text("UserName"),
        user_sid=fields.text("UserSid"),
        guid=fields.identifier("TargetProcessId"),
        session=fields.session("SessionId"),
        integrity=fields.identifier("IntegrityLevel"),
        original_name=fields.text("OriginalFilename"),
        sha256=fields.text("SHA256HashData"),
    )


SOURCE = Source("CrowdStrike", "event_simpleName", _event)
read = SOURCE.read
read_many = SOURCE.read_many
