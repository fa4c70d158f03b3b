r"""SentinelOne: events of Cloud Funnel and of Singularity Data Lake, nested or under dotted names.

`tgt.process` is the new process. `osSrc.process` is the parent that Windows declares, which the agent fills
where it is another than `src.process`; `src.process` is the process to which the agent attributes the
start, and so the creator then. Without `osSrc` it stands for both. The parent of the parent is the
grandparent.

Source: rows of Cloud Funnel 2.0 in which a broker starts a program: RuntimeBroker.exe has `osSrc`
svchost.exe and `src` backgroundTaskHost.exe.

>>> event = read({"event.type": "Process Creation", "event.time": 1718015400123, "endpoint.name": "ws-1",
...               "endpoint.os": "windows", "tgt.process.name": "svchost.exe", "tgt.process.pid": 4242,
...               "src.process.name": "powershell.exe", "src.process.pid": 8004,
...               "osSrc.process.name": "services.exe", "osSrc.process.pid": 600})
>>> event.parent.name, event.creator.name
('services.exe', 'powershell.exe')
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in, process_if_known
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.plans import (
    ABSENT,
    COMMAND_LINE,
    NAME,
    ORIGINAL_NAME,
    PATH,
    SHA256,
    Kind,
    Plan,
    Value,
    needed,
    process_of,
    secondary,
)
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source
from parentchild.telemetry.systems import other_system

_CREATED = "processcreation"
_THREAD = "remotethreadcreation"


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    kind = fields.within("event").text("type") or fields.within("meta").within("event").text("name")
    if kind is None:
        raise fields.invalid("event.type", "must say what happened")
    system = other_system(fields.within("endpoint").text("os"))
    if system is not None:
        return f"{kind} on {system}"
    plain = kind.lower().replace(" ", "").replace("_", "")
    target, source = fields.within("tgt").within("process"), fields.within("src").within("process")
    if plain == _CREATED:
        return _creation(fields, target, source, prefilter)
    if plain == _THREAD:
        if not prefilter.thread(_raw_name(source)):
            return Held.PROCESS
        return _occurrence(fields, target).thread(_other(source), _other(target))
    return kind


def _creation(fields: Fields, target: Fields, source: Fields, prefilter: Prefiltering) -> Outcome:
    declared = fields.within("osSrc").within("process")
    apart = _is_known(declared) and _is_known(source) and not _is_same(declared, source)
    parent = declared if _is_known(declared) else source
    if not apart and not prefilter.created(_raw_name(target), _raw_name(parent)):
        return Held.START
    return _occurrence(fields, target).created(
        _process(target, _NEW),
        _other(parent),
        creator=process_if_known(_other(source)) if apart else None,
        grandparent=_other(parent.secondary.within("parent")),
    )


def _occurrence(fields: Fields, target: Fields) -> Occurrence:
    event, endpoint = fields.within("event"), fields.within("endpoint")
    when = event.raw("time") if event.says("time") else target.raw("startTime")
    times = Fields(
        {"event.time": when, "timestamp": fields.raw("timestamp"), "@timestamp": fields.raw("@timestamp")}
    )
    return Occurrence(
        timestamp=times.timestamp("event.time", "timestamp", "@timestamp"),
        device=endpoint.text("name") or fields.within("agent").text("uuid"),
        record_id=event.record_id("id"),
    )


def _plan(pid: Value) -> Plan:
    return Plan(
        needed(Kind.TEXT, "name"),
        pid,
        ABSENT,
        ABSENT,
        needed(Kind.TIME, "startTime"),
        secondary(Kind.ACCOUNT, "user"),
        secondary(Kind.TEXT, "userSid", "sid"),
        secondary(Kind.GUID, "uid", "uniqueId"),
        secondary(Kind.SESSION, "sessionId"),
        secondary(Kind.TEXT, "integrityLevel"),
        secondary(Kind.TEXT, "publisher"),
        ABSENT,
        ABSENT,
        ABSENT,
    )


_NEW, _OTHER = _plan(needed(Kind.PID, "pid")), _plan(secondary(Kind.PID, "pid"))
"""Of a process that is not the new one a bad pid costs no event."""

_IMAGE = Plan(
    needed(Kind.PATH, "path"), secondary(Kind.TEXT, "originalFileName"), secondary(Kind.TEXT, "sha256")
)


def _process(fields: Fields, plan: Plan) -> Process:
    found = plan.of(fields)
    found[PATH], found[ORIGINAL_NAME], found[SHA256] = _IMAGE.of(fields.within("image"))
    found[NAME] = found[NAME] or name_in(found[PATH])
    found[COMMAND_LINE] = fields.secondary.command_line("cmdline", "cmdLine")
    return process_of(found, 0)


def _other(fields: Fields) -> Process:
    return _process(fields, _OTHER)


def _raw_name(process: Fields) -> object:
    return process.raw("name") if process.says("name") else process.within("image").raw("path")


def _is_known(process: Fields) -> bool:
    return process.says("pid", "uid", "name") or process.within("image").says("path")


def _is_same(declared: Fields, source: Fields) -> bool:
    """Tell whether both are one process: by the ids that both have, else by name."""
    for known, other in (
        (declared.guid("uid"), source.guid("uid")),
        (declared.secondary.pid("pid"), source.secondary.pid("pid")),
    ):
        if known is not None and other is not None:
            return known == other
    return _raw_name(declared) == _raw_name(source)


SOURCE = Source(
    "SentinelOne",
    Marks(
        needs=(
            ("event.type", "meta.event.name"),
            (
                "tgt.process",
                "tgt.process.name",
                "src.process.name",
                "src.process",
                "endpoint.uid",
                "endpoint.os",
            ),
        ),
        own=(
            *("tgt.process.pid", "tgt.process.image.path", "src.process.pid", "osSrc.process.name"),
            *("endpoint.name", "endpoint.os", "event.time", "dataSource.name", "meta.event.name"),
        ),
    ),
    _event,
    time="timestamp",
)
read = SOURCE.read
read_many = SOURCE.read_many
