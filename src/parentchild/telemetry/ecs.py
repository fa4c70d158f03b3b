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

from parentchild.events import Event, Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Prefiltering, Row, Source

_SYSMON = "microsoft-windows-sysmon"
_SECURITY = "microsoft-windows-security-auditing"


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


def _event(row: Row, prefilter: Prefiltering) -> Event | None:
    fields = Fields(row)
    kind = _kind(fields)
    if kind is None:
        return None
    process = fields.within("process")
    if kind is _Kind.EXIT:
        return _occurrence(fields).exited(_process(fields, process)) if prefilter.exits else None
    if kind is _Kind.THREAD:
        watched = prefilter.thread(process.raw("name", "executable"))
        return _occurrence(fields).thread(_process(fields, process), _target(fields)) if watched else None
    parent = process.within("parent")
    creator = _creator(parent)
    if creator is None and not prefilter.created(
        process.raw("name", "executable"), parent.raw("name", "executable")
    ):
        return None
    return _occurrence(fields).created(_process(fields, process), _parent(parent), creator=creator)


def _kind(fields: Fields) -> _Kind | None:
    winlog = fields.within("winlog")
    if (provider := winlog.text("provider_name")) is not None:
        number = winlog.number("event_id")
        return None if number is None else _BY_NUMBER.get((provider.lower(), number))
    event = fields.within("event")
    if "process" not in event.texts("category"):
        return None
    host = fields.within("host").within("os").text("type", "platform", "family")
    if host is not None and host.lower() != "windows":
        return None
    types, action = event.texts("type"), event.text("action")
    if "start" in types or action == "already_running":
        return _Kind.CREATION
    return _Kind.EXIT if "end" in types else None


def _creator(parent: Fields) -> Process | None:
    real = parent.within("Ext").within("real")
    pid, guid = real.pid("pid"), real.guid("entity_id")
    if not pid or pid == parent.pid("pid"):
        return None
    return Process(None, pid=pid, guid=guid)


def _occurrence(fields: Fields) -> Occurrence:
    winlog, event, host = (fields.within(part) for part in ("winlog", "event", "host"))
    record_id = event.record_id("id", "sequence")
    return Occurrence(
        timestamp=fields.timestamp("@timestamp"),
        device=winlog.text("computer_name") or host.text("name", "hostname", "id"),
        ingested_at=event.time("ingested", "created"),
        record_id=winlog.record_id("record_id") if record_id is None else record_id,
    )


def _target(fields: Fields) -> Process:
    data = fields.within("winlog").within("event_data")
    path = data.text("TargetImage")
    return Process(
        name_in(path), pid=data.pid("TargetProcessId"), path=path, guid=data.guid("TargetProcessGuid")
    )


def _process(fields: Fields, process: Fields) -> Process:
    user, token = fields.within("user"), process.within("Ext").within("token")
    name, path = process.text("name"), process.text("executable")
    logged_by_windows = fields.within("winlog").has("provider_name")  # then user.id is the logging service's
    return Process(
        name or name_in(path),
        pid=process.pid("pid"),
        path=path,
        command_line=process.text("command_line"),
        started_at=process.time("start"),
        user=user.user(("domain", "name")),
        user_sid=None if logged_by_windows else user.text("id"),
        guid=process.guid("entity_id"),
        session=process.within("Ext").within("session_info").session("id"),
        integrity=token.text("integrity_level_name"),
        signer=process.within("code_signature").text("subject_name"),
        original_name=process.within("pe").text("original_file_name"),
        sha256=process.within("hash").text("sha256"),
    )


def _parent(parent: Fields) -> Process:
    name, path = parent.text("name"), parent.text("executable")
    return Process(
        name or name_in(path),
        pid=parent.pid("pid"),
        path=path,
        command_line=parent.text("command_line"),
        started_at=parent.time("start"),
        guid=parent.guid("entity_id"),
        signer=parent.within("code_signature").text("subject_name"),
    )


SOURCE = Source("ECS", "event with process, nested or dotted", _event)
read = SOURCE.read
read_many = SOURCE.read_many
