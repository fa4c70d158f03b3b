r"""Carbon Black Cloud: the data forwarder's process starts, and rows of its searches.

`childproc_*` is the new process, `process_*` its parent and creator in one, since the sensor keeps no
second set, and `parent_*` the grandparent. A row of a process search has no `childproc_*`: there
`process_*` is the process itself, which started at `process_start_time`, and `parent_*` its parent.

Source: Carbon Black Cloud, data forwarder schema, `endpoint.event.procstart`.

>>> event = read({"type": "endpoint.event.procstart", "device_name": "ws-1", "device_os": "WINDOWS",
...               "device_timestamp": "2024-06-10 10:30:00.123 +0000 UTC",
...               "process_path": "c:\\windows\\explorer.exe", "process_pid": 1337,
...               "parent_path": "c:\\windows\\system32\\userinit.exe",
...               "childproc_name": "c:\\windows\\system32\\svchost.exe", "childproc_pid": 4242})
>>> event.process.name, event.parent.name, event.grandparent.name
('svchost.exe', 'explorer.exe', 'userinit.exe')
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.nested import as_list
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source
from parentchild.telemetry.systems import other_system

_STARTED = "procstart"
_ENDED = "procend"
_EVENTS = "endpoint.event."
_SHA256_DIGITS = 64


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields({column: _one(value) for column, value in row.items() if column.__class__ is str})
    kind = (fields.text("type") or "").removeprefix(_EVENTS)
    system = other_system(fields.text("device_os"))
    if system is not None:
        return f"{kind or 'process'} on {system}"
    if kind == _ENDED:
        return _occurrence(fields).exited(_other(fields, "process")) if prefilter.exits else Held.PROCESS
    if kind not in {_STARTED, ""}:
        return kind
    if kind == _STARTED or fields.says("childproc_name"):
        return _creation(fields, prefilter, "childproc", "process", "parent")
    if fields.says("process_start_time"):
        return _creation(fields, prefilter, "process", "parent", None)
    return "process"


def _creation(
    fields: Fields, prefilter: Prefiltering, child: str, parent: str, grandparent: str | None
) -> Outcome:
    if not prefilter.created(_raw_name(fields, child), _raw_name(fields, parent)):
        return Held.START
    return _occurrence(fields).created(
        _process(fields, child, fields.pid(f"{child}_pid")),
        _other(fields, parent),
        grandparent=None if grandparent is None else _other(fields.secondary, grandparent),
    )


def _one(value: object) -> object:
    """Return what a list of one holds: searches give most values so, but hashes are told apart."""
    listed = as_list(value)
    if listed is None:
        return value
    return listed[0] if len(listed) == 1 else next(filter(_is_sha256, listed), listed[0] if listed else None)


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and len(value) == _SHA256_DIGITS


def _occurrence(fields: Fields) -> Occurrence:
    return Occurrence(
        timestamp=fields.timestamp("device_timestamp", "event_timestamp", "process_start_time", "_time"),
        device=fields.text("device_name") or fields.identifier("device_id"),
        ingested_at=fields.time("backend_timestamp", "ingress_time"),
        record_id=fields.record_id("event_id"),
    )


def _other(fields: Fields, role: str) -> Process:
    """Return a process that is not the new one, and of which a bad pid costs no event."""
    return _process(fields, role, fields.secondary.pid(f"{role}_pid"))


def _process(fields: Fields, role: str, pid: int | None) -> Process:
    path, rest = fields.path(f"{role}_path", f"{role}_name"), fields.secondary
    sha256 = rest.text(f"{role}_sha256", f"{role}_hash")
    return Process(
        name_in(path),
        pid=pid,
        path=path if name_in(path) != path else None,
        command_line=rest.command_line(f"{role}_cmdline"),
        user=rest.account(f"{role}_username"),
        guid=rest.guid(f"{role}_guid"),
        integrity=rest.text(f"{role}_integrity_level"),
        signer=rest.text(f"{role}_publisher"),
        original_name=rest.text(f"{role}_original_filename"),
        sha256=sha256 if _is_sha256(sha256) else None,
    )


def _raw_name(fields: Fields, role: str) -> object:
    return fields.raw(f"{role}_path", f"{role}_name")


SOURCE = Source(
    "Carbon Black",
    Marks(
        needs=(
            ("childproc_name", "process_guid", "childproc_guid"),
            ("device_name", "device_id", "device_timestamp", "device_os"),
        ),
        own=(
            *("type", "org_key", "backend_timestamp", "process_path", "process_pid", "process_cmdline"),
            *(
                "parent_path",
                "parent_guid",
                "childproc_pid",
                "childproc_guid",
                "sensor_action",
                "event_origin",
            ),
        ),
    ),
    _event,
    time="device_timestamp",
)
read = SOURCE.read
read_many = SOURCE.read_many
