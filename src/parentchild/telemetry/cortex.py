r"""Cortex XDR: rows of the data set `xdr_data` about processes.

`action_process_*` is the new process. `os_actor_process_*` is the parent that Windows declares, which
"creates an OS process on behalf of a different initiator"; `actor_process_*` is that initiator, and so the
creator where the two differ. Without the first, the second stands for both. `causality_actor_process_*` is
the root of the chain to which the agent attributes the start, and neither; the rows name no grandparent.

Source: Cortex XDR administrator's guide, query across all entities; XQL schema reference.

>>> event = read({"_time": 1718015400123, "agent_hostname": "ws-1", "event_type": "PROCESS",
...               "event_sub_type": "PROCESS_START", "action_process_image_name": "svchost.exe",
...               "action_process_os_pid": 4242, "actor_process_image_name": "powershell.exe",
...               "actor_process_os_pid": 8004, "os_actor_process_image_name": "services.exe",
...               "os_actor_process_os_pid": 600})
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
    INTEGRITY,
    NAME,
    PATH,
    Kind,
    Plan,
    Value,
    needed,
    process_of,
    secondary,
)
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source
from parentchild.telemetry.systems import other_system

_CREATED = "PROCESS_START"
_ANY_OF_PROCESSES = "PROCESS"
_OF_ALERTS = "PROCESS EXECUTION"
_STARTS_IF_NAMED = frozenset({None, _OF_ALERTS})
"""A query that selects columns leaves out what it has filtered by; events of alerts have their own word."""
_EXITED = frozenset({"PROCESS_STOP", "PROCESS_TERMINATE", "PROCESS_TERMINATED"})


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    kind = _enumerated(fields.text("event_sub_type")) or _enumerated(fields.text("event_type"))
    if kind in _STARTS_IF_NAMED and fields.says("action_process_image_name", "action_process_image_path"):
        kind = _CREATED
    system = other_system(_enumerated(fields.text("agent_os_type")))
    if system is not None:
        return f"{kind} on {system.removeprefix('AGENT_OS_')}"
    if kind == _CREATED:
        return _creation(fields, prefilter)
    if kind in _EXITED:
        return _occurrence(fields).exited(_other(fields, "action")) if prefilter.exits else Held.PROCESS
    if kind == _ANY_OF_PROCESSES:
        raise fields.invalid("event_sub_type", "must say what happened to the process")
    return kind or "event"


def _creation(fields: Fields, prefilter: Prefiltering) -> Outcome:
    apart = _is_known(fields, "os_actor") and _is_known(fields, "actor") and not _is_same(fields)
    parent = "os_actor" if _is_known(fields, "os_actor") else "actor"
    if not apart and not prefilter.created(_raw_name(fields, "action"), _raw_name(fields, parent)):
        return Held.START
    return _occurrence(fields).created(
        _process(fields, "action", _NEW),
        _other(fields, parent),
        creator=process_if_known(_other(fields, "actor")) if apart else None,
    )


def _enumerated(text: str | None) -> str | None:
    return None if text is None else text.upper().removeprefix("ENUM.")


def _occurrence(fields: Fields) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp("_time", "event_timestamp"),
        device=fields.text("agent_hostname", "endpoint_name", "host_name", "agent_id"),
        ingested_at=fields.time("_insert_time"),
        record_id=fields.record_id("event_id"),
    )


def _plan(role: str, pid: Value) -> Plan:
    return Plan(
        needed(Kind.TEXT, f"{role}_process_image_name"),
        pid,
        needed(Kind.PATH, f"{role}_process_image_path"),
        secondary(Kind.TEXT, f"{role}_process_image_command_line", f"{role}_process_command_line"),
        ABSENT,
        secondary(Kind.ACCOUNT, f"{role}_process_username", f"{role}_effective_username"),
        secondary(Kind.TEXT, f"{role}_process_user_sid", f"{role}_effective_user_sid"),
        secondary(Kind.GUID, f"{role}_process_instance_id"),
        ABSENT,
        ABSENT,
        secondary(Kind.TEXT, f"{role}_process_signature_vendor"),
        secondary(Kind.TEXT, f"{role}_process_file_original_name"),
        secondary(Kind.TEXT, f"{role}_process_image_sha256"),
        ABSENT,
    )


_NEW = _plan("action", needed(Kind.PID, "action_process_os_pid"))
_OTHERS = {
    role: _plan(role, secondary(Kind.PID, f"{role}_process_os_pid"))
    for role in ("action", "actor", "os_actor")
}
"""Of a process that is not the new one a bad pid costs no event."""


def _other(fields: Fields, role: str) -> Process:
    return _process(fields, role, _OTHERS[role])


def _process(fields: Fields, role: str, plan: Plan) -> Process:
    found = plan.of(fields)
    found[NAME] = found[NAME] or name_in(found[PATH])
    found[INTEGRITY] = fields.secondary.identifier(f"{role}_process_integrity_level")
    return process_of(found, 0)


def _raw_name(fields: Fields, role: str) -> object:
    return fields.raw(f"{role}_process_image_name", f"{role}_process_image_path")


def _is_known(fields: Fields, role: str) -> bool:
    return fields.says(*(f"{role}_process_{what}" for what in ("os_pid", "image_name", "image_path")))


def _is_same(fields: Fields) -> bool:
    """Tell whether both actors are one process: by the ids that both have, else by name."""
    for column in ("instance_id", "os_pid"):
        known, other = (
            fields.secondary.identifier(f"{role}_process_{column}") for role in ("os_actor", "actor")
        )
        if known is not None and other is not None:
            return known == other
    return _raw_name(fields, "os_actor") == _raw_name(fields, "actor")


SOURCE = Source(
    "Cortex XDR",
    Marks(
        needs=(("action_process_image_name", "action_process_image_path", "actor_process_image_name"),),
        own=(
            *("event_sub_type", "agent_hostname", "agent_os_type", "action_process_os_pid"),
            *(
                "actor_process_image_path",
                "causality_actor_process_image_name",
                "os_actor_process_image_name",
            ),
        ),
    ),
    _event,
    time="_time",
)
read = SOURCE.read
read_many = SOURCE.read_many
