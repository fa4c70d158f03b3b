r"""OCSF: Process Activity (class 1007), launch, terminate and inject.

`process.parent_process` is the parent that Windows declares and `actor.process` the creator, when both are
there. Without `parent_process` the actor stands for both.

>>> read({"class_uid": 1007, "activity_id": 1, "time": 1718015400123, "device": {"hostname": "ws-1"},
...       "actor": {"process": {"name": "services.exe", "pid": 600}},
...       "process": {"name": "svchost.exe", "pid": 42}}).parent.name
'services.exe'
"""

from __future__ import annotations

from parentchild.events import Process, ProcessCreated
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in, process_if_known
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source
from parentchild.telemetry.systems import other_system

_PROCESS_ACTIVITY = 1007
_LAUNCH, _TERMINATE, _INJECT = 1, 2, 4
_REMOTE_THREAD = 1
_SHA256 = 3
_TYPES_OF_A_CLASS = 100


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    if (number := fields.number("class_uid")) != _PROCESS_ACTIVITY:
        if number is None:
            raise fields.invalid("class_uid", "must be the number of the class")
        return f"class {number}"
    if (system := _other_system(fields)) is not None:
        return f"process on {system}"
    activity = _activity(fields)
    process, actor = fields.within("process"), fields.within("actor").within("process")
    if activity == _LAUNCH:
        return _launch(fields, process, actor, prefilter)
    if activity == _TERMINATE:
        return _occurrence(fields).exited(_other(process)) if prefilter.exits else Held.PROCESS
    if activity == _INJECT and fields.number("injection_type_id") == _REMOTE_THREAD:
        watched = prefilter.thread(_raw_name(actor))
        return _occurrence(fields).thread(_other(actor), _other(process)) if watched else Held.PROCESS
    return f"activity {activity}"


def _activity(fields: Fields) -> int:
    """Return what was done, by its own number or by that of the type, which ends with it.

    Raises:
        InvalidEvent: neither is there.
    """
    activity = fields.number("activity_id")
    if activity is None:
        kind = fields.number("type_uid")
        if kind is None or kind // _TYPES_OF_A_CLASS != _PROCESS_ACTIVITY:
            raise fields.invalid("activity_id", "must say what happened; type_uid would do as well")
        activity = kind % _TYPES_OF_A_CLASS
    return activity


def _other_system(fields: Fields) -> str | None:
    """Return the operating system of a device that says it is none of Windows."""
    return other_system(fields.within("device").within("os").text("type", "name"))


def _launch(fields: Fields, process: Fields, actor: Fields, prefilter: Prefiltering) -> ProcessCreated | Held:
    declared = process.within("parent_process")
    apart = _is_known(declared) and _is_known(actor) and not _is_same(declared, actor)
    parent = declared if _is_known(declared) else actor
    if not apart and not prefilter.created(_raw_name(process), _raw_name(parent)):
        return Held.START
    creator = process_if_known(_other(actor)) if apart else None
    return _occurrence(fields).created(_process(process, process.pid("pid")), _other(parent), creator=creator)


def _occurrence(fields: Fields) -> Occurrence:
    metadata = fields.within("metadata")
    return Occurrence(
        timestamp=fields.timestamp("time", "time_dt"),
        device=fields.within("device").text("hostname", "name", "uid"),
        ingested_at=metadata.time("logged_time", "logged_time_dt", "processed_time", "processed_time_dt"),
        record_id=metadata.record_id("uid"),
    )


def _other(process: Fields) -> Process:
    """Return a process that is not the new one, and of which a bad pid costs no event."""
    return _process(process, process.secondary.pid("pid"))


def _process(process: Fields, pid: int | None) -> Process:
    file, rest = process.within("file"), process.secondary
    user = rest.within("user")
    path = process.path("path") or file.path("path")
    return Process(
        process.text("name") or file.text("name") or name_in(path),
        pid=pid,
        path=path,
        command_line=rest.text("cmd_line"),
        started_at=process.time("created_time", "created_time_dt"),
        user=user.user(("domain", "name")),
        user_sid=user.text("uid"),
        guid=process.guid("uid", "cpid"),
        integrity=rest.text("integrity"),
        signer=file.secondary.within("signature").within("certificate").text("subject"),
        original_name=file.secondary.text("internal_name"),
        sha256=_sha256(file.secondary),
    )


def _sha256(file: Fields) -> str | None:
    for digest in file.objects("hashes"):
        if digest.number("algorithm_id") == _SHA256:
            return digest.text("value")
    return None


def _raw_name(process: Fields) -> object:
    return process.raw("name", "path") or process.within("file").raw("name", "path")


def _is_known(process: Fields) -> bool:
    return process.says("pid", "uid", "cpid") or _raw_name(process) is not None


def _is_same(declared: Fields, actor: Fields) -> bool:
    """Tell whether both are one process: by the ids that both have, else by name."""
    for known, other in (
        (declared.secondary.pid("pid"), actor.secondary.pid("pid")),
        (declared.guid("uid", "cpid"), actor.guid("uid", "cpid")),
    ):
        if known is not None and other is not None:
            return known == other
    return _raw_name(declared) == _raw_name(actor)


SOURCE = Source(
    "OCSF",
    Marks((("class_uid",),), ("activity_id", "type_uid", "category_uid", "actor", "metadata", "device")),
    _event,
    time="time",
)
read = SOURCE.read
read_many = SOURCE.read_many
