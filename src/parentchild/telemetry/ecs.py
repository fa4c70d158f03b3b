r"""ECS: Elastic Endpoint, and event-log records whose data Winlogbeat has moved to `process.*`.

`process.parent` is the parent that Windows declares. `process.parent.Ext.real.pid`, which Elastic Endpoint
fills only when it differs, is the creator. `process.Ext.effective_parent`, the requester behind a broker, is
neither. Fields may be nested or under dotted names. A process that was already running when the sensor
started is read as a creation, at the time the sensor gives.

>>> read({"@timestamp": "2024-06-10T10:30:00Z", "host": {"name": "ws-1"},
...       "event": {"category": ["process"], "type": ["start"]},
...       "process": {"name": "svchost.exe", "pid": 42, "parent": {"name": "services.exe", "pid": 600,
...                   "Ext": {"real": {"pid": 8004}}}}}).creator.pid
8004
"""

from __future__ import annotations

import enum
import re

from parentchild.events import Process, checked_process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import account, name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.plans import Kind, Plan, needed, secondary
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source
from parentchild.telemetry.systems import other_system

_SYSMON = "microsoft-windows-sysmon"
_SECURITY = "microsoft-windows-security-auditing"


_STARTING = frozenset(
    {
        *("start", "exec", "already_running", "process-created", "process_created", "created-process"),
        *("process create (rule: processcreate)", "process creation"),  # the task of the event log
    }
)
_ENDING = frozenset(
    {
        *("end", "exited-process", "process-terminated", "process_terminated"),
        *("process terminated (rule: processterminate)", "process termination"),
    }
)
_WORD = re.compile(r"[^\s,\[\]{}\"']+")


class _Kind(enum.Enum):
    CREATION = enum.auto()
    EXIT = enum.auto()
    THREAD = enum.auto()


_BY_NUMBER = {
    (_SYSMON, 1): _Kind.CREATION,
    (_SYSMON, 5): _Kind.EXIT,
    (_SYSMON, 8): _Kind.THREAD,
    (_SECURITY, 4688): _Kind.CREATION,
    (_SECURITY, 4689): _Kind.EXIT,
}


_NUMBERS = frozenset(number for _, number in _BY_NUMBER)


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    winlog = fields.within("winlog")
    kind = _kind(fields, winlog)
    if isinstance(kind, str):
        return kind
    process = fields.within("process")
    if kind is _Kind.EXIT:
        exited = prefilter.exits
        return (
            _occurrence(fields, winlog).exited(_process(fields, winlog, process)) if exited else Held.PROCESS
        )
    if kind is _Kind.THREAD:
        watched = prefilter.thread(process.raw("name", "executable"))
        return (
            _occurrence(fields, winlog).thread(_process(fields, winlog, process), _target(winlog))
            if watched
            else Held.PROCESS
        )
    parent = process.within("parent")
    creator = _creator(parent)
    if creator is None and not prefilter.created(
        process.raw("name", "executable"), parent.raw("name", "executable")
    ):
        return Held.START
    started = _process(fields, winlog, process)
    return _occurrence(fields, winlog).created(started, _parent(parent), creator=creator)


def _kind(fields: Fields, winlog: Fields) -> _Kind | str:
    """Return what happened, or the kind of an event about something else."""
    host = other_system(fields.within("host").within("os").text("type", "platform", "family"))
    if host is not None:
        return f"event on {host}"
    event = fields.within("event")
    if (provider := winlog.text("provider_name")) is not None:
        number = winlog.number("event_id")
        if number is None and (number := event.number("code")) is None:
            raise winlog.invalid("event_id", "must be the number of the event")
        return _BY_NUMBER.get((provider.lower(), number)) or f"{provider} {number}"
    categories, types = _words(event.texts("category")), _words(event.texts("type"))
    actions = _lower(event.texts("action"))
    if categories and "process" not in categories:
        return categories[0]
    if "start" in types or not _STARTING.isdisjoint(actions):
        return _Kind.CREATION
    if "end" in types or not _ENDING.isdisjoint(actions):
        return _Kind.EXIT
    if not types and not (categories and actions) and _tells_parent(fields):
        raise event.invalid(
            "action", "does not say that a process starts, nor do event.category and event.type"
        )
    if not (actions or types or categories) and winlog.number("event_id") in _NUMBERS:
        raise winlog.invalid(
            "provider_name", "must be who wrote the event: by its number it may be a process's"
        )
    return (actions or types or categories or ("event",))[0]


def _lower(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([text.lower() for text in texts])


def _words(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return categories or types, also where a table made one text of a list: `['start']`, `start, info`."""
    return tuple(
        [
            word
            for text in _lower(texts)
            for word in ((text,) if text.isalpha() else _WORD.findall(text) or (text,))
        ]
    )


def _tells_parent(fields: Fields) -> bool:
    parent = fields.secondary.within("process").within("parent")
    return parent.says("name", "executable")


def _creator(parent: Fields) -> Process | None:
    rest = parent.secondary
    if not rest.leads_to("Ext"):
        return None
    real = rest.within("Ext").within("real")
    pid, guid = real.pid("pid"), real.guid("entity_id")
    if not pid or pid == rest.pid("pid"):
        return None
    return Process(None, pid=pid, guid=guid)


def _occurrence(fields: Fields, winlog: Fields) -> Occurrence:
    event, host = fields.within("event"), fields.within("host")
    record_id = event.record_id("id", "sequence")
    return Occurrence(
        timestamp=fields.timestamp("@timestamp"),
        device=winlog.text("computer_name") or host.text("name", "hostname", "id"),
        ingested_at=event.time("ingested", "created"),
        record_id=winlog.record_id("record_id") if record_id is None else record_id,
    )


def _target(winlog: Fields) -> Process:
    data = winlog.within("event_data")
    path = data.path("TargetImage")
    return Process(
        name_in(path), pid=data.pid("TargetProcessId"), path=path, guid=data.guid("TargetProcessGuid")
    )


_PROCESS = Plan(
    needed(Kind.TEXT, "name"),
    needed(Kind.PID, "pid"),
    needed(Kind.PATH, "executable"),
    secondary(Kind.TEXT, "command_line"),
    needed(Kind.TIME, "start"),
    needed(Kind.GUID, "entity_id"),
)
_PARENT = Plan(
    needed(Kind.TEXT, "name"),
    secondary(Kind.PID, "pid"),
    needed(Kind.PATH, "executable"),
    secondary(Kind.TEXT, "command_line"),
    needed(Kind.TIME, "start"),
    needed(Kind.GUID, "entity_id"),
)
_USER = Plan(secondary(Kind.TEXT, "domain"), secondary(Kind.ACCOUNT, "name"), secondary(Kind.TEXT, "id"))


def _process(fields: Fields, winlog: Fields, process: Fields) -> Process:
    name, pid, path, line, started_at, guid = _PROCESS.of(process)
    rest, session, integrity = process.secondary, None, None
    domain, user, sid = _USER.of(fields.secondary.within("user"))
    if rest.leads_to("Ext"):
        extra = rest.within("Ext")
        session = extra.within("session_info").session("id")
        integrity = extra.within("token").text("integrity_level_name")
    logged_by_windows = winlog.has("provider_name")  # then user.id is the logging service's
    return checked_process(
        name or name_in(path),
        pid,
        path,
        line,
        started_at,
        account(domain, user),
        None if logged_by_windows else sid,
        guid,
        session,
        integrity,
        _within(rest, "code_signature", "subject_name"),
        _within(rest, "pe", "original_file_name"),
        _within(rest, "hash", "sha256"),
    )


def _parent(parent: Fields) -> Process:
    name, pid, path, line, started_at, guid = _PARENT.of(parent)
    signer = _within(parent.secondary, "code_signature", "subject_name")
    return checked_process(name or name_in(path), pid, path, line, started_at, guid=guid, signer=signer)


def _within(fields: Fields, column: str, name: str) -> str | None:
    return fields.within(column).text(name) if fields.leads_to(column) else None


SOURCE = Source(
    "ECS",
    Marks(
        (
            ("event.category", "event.action", "event.type", "event.kind"),
            ("@timestamp", "ecs", "ecs.version", "process.name", "process.executable"),
        ),
        (
            *("@timestamp", "ecs.version", "event.category", "event.type", "event.action", "event.kind"),
            *("process.name", "process.executable", "process.entity_id", "process.parent.name", "host.name"),
        ),
        without=("winlog", "winlog.event_id"),  # else the event log says what it is
    ),
    _event,
    time="@timestamp",
    local_times=("@timestamp",),
)
read = SOURCE.read
read_many = SOURCE.read_many
