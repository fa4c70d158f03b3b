r"""HarfangLab: process events of the agent.

`image_name` is the new process, `parent_image` with `ppid` the process that started it. Where a parent was
chosen that did not start it, `fake_parent_image` and `fake_ppid` are the parent that Windows declares, and
`parent_image` is the creator; otherwise it is the parent. `grandparent_image` is the grandparent.

>>> event = read({"log_type": "process", "agent": {"hostname": "ws-1", "ostype": "windows"}, "pid": 4242,
...               "create_time": "2024-06-10T10:30:00.123Z", "image_name": r"C:\Windows\System32\svchost.exe",
...               "process_unique_id": "u1", "ppid": 8004, "parent_image": r"C:\Temp\evil.exe",
...               "fake_ppid": 600, "fake_parent_image": r"C:\Windows\System32\services.exe"})
>>> event.parent.name, event.creator.name
('services.exe', 'evil.exe')
"""

from __future__ import annotations

from parentchild.events import Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Held, Outcome, Prefiltering, Row, Source
from parentchild.telemetry.systems import other_system

_PROCESS = "process"


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    kind = fields.text("log_type") or _PROCESS
    system = other_system(fields.within("agent").text("ostype"))
    if system is not None:
        return f"{kind} on {system}"
    if kind != _PROCESS:
        return kind
    is_fake = bool(fields.secondary.pid("fake_ppid")) or fields.says("fake_parent_image")
    if not is_fake and not prefilter.created(_raw_name(fields), fields.raw("parent_image")):
        return Held.START
    starter = _parent(fields, "ppid", "parent")
    return _occurrence(fields).created(
        _process(fields),
        _parent(fields, "fake_ppid", "fake_parent") if is_fake else starter,
        creator=starter if is_fake else None,
        grandparent=_parent(fields.secondary, "grandparent_pid", "grandparent"),
    )


def _occurrence(fields: Fields) -> Occurrence:
    agent = fields.within("agent")
    return Occurrence(
        timestamp=fields.timestamp("create_time", "@event_create_date", "@timestamp"),
        device=agent.text("hostname") or fields.text("hostname") or agent.text("agentid"),
        ingested_at=fields.time("ingestion_date", "@timestamp"),
        record_id=fields.record_id("id", "event_id"),
    )


def _process(fields: Fields) -> Process:
    path, rest = fields.path("image_name"), fields.secondary
    return Process(
        fields.text("process_name") or name_in(path),
        pid=fields.pid("pid"),
        path=path,
        command_line=rest.text("commandline"),
        started_at=fields.time("create_time"),
        user=rest.account("username"),
        user_sid=rest.text("usersid"),
        guid=rest.guid("process_unique_id"),
        session=rest.session("session"),
        integrity=rest.text("integrity_level"),
        signer=rest.within("signature_info").within("signer_info").text("display_name"),
        original_name=rest.within("pe_info").text("original_filename"),
        sha256=rest.within("hashes").text("sha256"),
    )


def _parent(fields: Fields, pid: str, role: str) -> Process:
    path, rest = fields.path(f"{role}_image"), fields.secondary
    return Process(
        name_in(path),
        pid=rest.pid(pid),
        path=path,
        command_line=rest.text(f"{role}_commandline"),
        guid=rest.guid(f"{role}_unique_id"),
        integrity=rest.text(f"{role}_integrity_level"),
    )


def _raw_name(fields: Fields) -> object:
    return fields.raw("process_name", "image_name")


SOURCE = Source(
    "HarfangLab",
    Marks(
        needs=(("image_name",), ("parent_image", "ppid"), ("process_unique_id", "fake_ppid", "log_type")),
        own=(
            *("fake_parent_image", "grandparent_image", "commandline", "parent_commandline", "create_time"),
            *("parent_unique_id", "integrity_level", "usersid", "agent", "process_name", "log_type"),
        ),
    ),
    _event,
    time="create_time",
)
read = SOURCE.read
read_many = SOURCE.read_many
