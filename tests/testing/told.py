"""What each source tells of an event: the event again, but for what its writer says is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import attrs

from parentchild import DEFAULT_RELATIONS, Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.catalog import spelled
from parentchild.telemetry.cells import plain_text
from parentchild.telemetry.fields import NOTHING, Fields
from parentchild.telemetry.images import account as joined_account
from parentchild.telemetry.images import joined_path, name_in, process_if_known
from parentchild.testing.rows import spelling
from parentchild.windows.names import fold

Tell: TypeAlias = Callable[[Process], Process]
Spell: TypeAlias = Callable[[str | None], str | None]
_T = TypeVar("_T")

IDENTITY = {"pid", "guid"}
ACCOUNT = {"user", "user_sid"}
FILE = {"original_name", "sha256"}
ALL = IDENTITY | ACCOUNT | FILE | {"command_line", "started_at", "session", "integrity", "signer"}


KNOWN = DEFAULT_RELATIONS.compiled.known_names
"""The images that the default relations know."""


def said(text: str | None) -> str | None:
    return None if text is None or text in NOTHING or text.isspace() else plain_text(text)


def same(value: _T) -> _T:
    return value


def milliseconds(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def seconds(time: datetime) -> datetime:
    return time.replace(microsecond=0)


def number(guid: str | None) -> str | None:
    return spelling.decimal(spelling.sensor_number(guid))


def plain_guid(guid: str | None) -> str | None:
    return Fields({"guid": guid}).guid("guid")


def whole_account(user: str | None) -> str | None:
    domain, name = spelling.account(user)
    return joined_account(said(domain), said(name))


def account_name(user: str | None) -> str | None:
    return spelling.account(user)[1]


def own_names(process: Process) -> tuple[str | None, str | None]:
    """A column for the name and one for the path."""
    path = said(process.path)
    return said(process.name) or name_in(path), path


def names_in_one(process: Process) -> tuple[str | None, str | None]:
    """One column for the image."""
    path = said(process.path or process.name)
    return name_in(path), path


def names_on_a_volume(process: Process) -> tuple[str | None, str | None]:
    path = said(spelling.device_path(process.path or process.name or ""))
    return name_in(path), path


def names_of_asim(process: Process) -> tuple[str | None, str | None]:
    path = said(process.path or process.name)
    return said(process.name) or name_in(path), None if path == name_in(path) else path


def short_name(process: Process) -> tuple[str | None, str | None]:
    return name_in(said((process.name or "")[:14])), said((process.name or "")[:14])


def completed_name(process: Process) -> tuple[str | None, str | None]:
    cut = said((process.name or name_in(process.path) or "")[:14])
    longer = [name for name in KNOWN if cut is not None and name.startswith(fold(cut))]
    if cut is None or len(cut) < 14 or len(longer) != 1:
        return cut, None
    return cut + spelled(longer[0])[14:], None


def no_names(_: Process) -> tuple[str | None, str | None]:
    return None, None


def keeps(
    fields: set[str],
    names: Callable[[Process], tuple[str | None, str | None]] = own_names,
    *,
    guid: Spell = plain_guid,
    user: Spell = whole_account,
    integrity: Spell = same,
    time: Callable[[datetime], datetime] = same,
) -> Tell:
    """Return what keeps some fields of a process, in the source's spelling."""
    spell: dict[str, Callable[[str | None], str | None]] = {
        "guid": guid,
        "user": user,
        "integrity": integrity,
    }

    def tell(process: Process) -> Process:
        values = {name: value for name, value in attrs.asdict(process).items() if name in fields}
        for field, value in values.items():
            if isinstance(value, datetime):
                values[field] = time(value)
            elif value is None or isinstance(value, str):
                values[field] = said(spell.get(field, same)(said(value)))
        name, path = names(process)
        return Process(name, path=path, **values)

    return tell


@attrs.frozen(kw_only=True)
class Told:
    """What a source tells. None in the place of an event's part means that it has no such record or part.

    Args:
        process: of a new process.
        parent: of its parent.
        grandparent: of its grandparent.
        creator: of an event's creator, beside the parent as it is told.
        exited: of a process that exited.
        thread: of both ends of a remote thread.
        timestamp: of an event's time.
        ingested: of the ingestion time.
        record_id: of the id of the record.
        has_device: whether it names the host.
    """

    process: Tell
    parent: Tell
    grandparent: Tell | None = None
    creator: Callable[[ProcessCreated], Process | None] = lambda _: None
    exited: Tell | None = None
    thread: tuple[Tell, Tell] | None = None
    timestamp: Callable[[datetime], datetime] = same
    ingested: Callable[[datetime], datetime] | None = same
    record_id: Callable[[str | int | None], str | int | None] = same
    has_device: bool = True

    def event(self, event: Event) -> Event | None:
        """Return what is told of an event; None where there is no record, or one that names no process."""
        if isinstance(event, ProcessCreated):
            return self._created(event)
        common = self._common(event)
        if isinstance(event, ProcessExited):
            gone = None if self.exited is None else self.exited(event.process)
            return None if gone is None or is_nobody(gone) else ProcessExited(process=gone, **common)
        if self.thread is None:
            return None
        source, target = self.thread
        return RemoteThreadCreated(source=source(event.source), target=target(event.target), **common)

    def _created(self, event: ProcessCreated) -> ProcessCreated | None:
        process = self.process(event.process)
        if is_nobody(process):
            return None
        parent = None if event.parent is None else process_if_known(self.parent(event.parent))
        older = event.grandparent if self.grandparent else None
        return ProcessCreated(
            process=process,
            parent=parent,
            creator=self.creator(event),
            grandparent=older and self.grandparent and process_if_known(self.grandparent(older)),
            **self._common(event),
        )

    def _common(self, event: Event) -> dict[str, Any]:
        ingested = event.ingested_at if self.ingested else None
        record_id = self.record_id(event.record_id)
        return {
            "timestamp": self.timestamp(event.timestamp),
            "device": event.device if self.has_device else "",
            "ingested_at": ingested and self.ingested and self.ingested(ingested),
            "record_id": said(record_id) if isinstance(record_id, str) else record_id,
        }


def is_nobody(process: Process) -> bool:
    return process.name is None and process.path is None and process.pid is None


def as_text(record_id: str | int | None) -> str | None:
    return None if record_id is None else str(record_id)


def if_number(record_id: str | int | None) -> int | None:
    return record_id if isinstance(record_id, int) else None


def nothing(_: object) -> None:
    return None


def creator_by_pid(*, guid: bool = False) -> Callable[[ProcessCreated], Process | None]:
    def tell(event: ProcessCreated) -> Process | None:
        creator, parent = event.creator, event.parent
        if creator is None or not creator.pid or (parent is not None and parent.pid == creator.pid):
            return None
        return Process(None, pid=creator.pid, guid=plain_guid(creator.guid) if guid else None)

    return tell


def creator_by_number(event: ProcessCreated) -> Process | None:
    declared = None if event.parent is None else event.parent.guid
    if event.creator is None or event.creator.guid is None or declared in {None, event.creator.guid}:
        return None
    return Process(None, guid=number(event.creator.guid))


def actor(event: ProcessCreated) -> Process | None:
    """The creator, where the parent is known and is another process."""
    if event.parent is None or event.creator is None:
        return None
    parent, creator = _OCSF(event.parent), _OCSF(event.creator)
    if is_nobody(parent) and parent.guid is None:
        return None
    for ids in ((parent.pid, creator.pid), (parent.guid, creator.guid)):
        if None not in ids:
            return None if ids[0] == ids[1] else process_if_known(creator)
    mine, other = (said(each.name) or said(each.path) for each in (event.parent, event.creator))
    return None if mine == other else process_if_known(creator)


_OCSF = keeps(ALL - {"session"}, time=milliseconds)
_ASIM = keeps(ALL - {"session", "signer"}, names_of_asim)
_ETW = {"started_at"} | IDENTITY
_SYSMON = IDENTITY | {"user"}
_SECURITY = {"pid"} | ACCOUNT
_TRACED = keeps(
    IDENTITY | {"user", "session", "command_line", "integrity"},
    names_in_one,
    guid=number,
    user=same,
    integrity=spelling.mandatory_label,
)


def _target(process: Process) -> Process:
    told = keeps({"pid", "command_line", "started_at"})(process)
    return attrs.evolve(
        told, name=said(process.name), path=joined_path(said(process.path), said(process.name))
    )


def _defender_names(process: Process) -> tuple[str | None, str | None]:
    return said(process.name), said(process.path)


def _from_base(process: Process) -> tuple[str | None, str | None]:
    return name_in(said(process.name)), None


def _from_name(process: Process) -> tuple[str | None, str | None]:
    return said(process.name), None


TOLD = {
    "defender": Told(
        process=keeps(ALL - {"session", "signer"}, _defender_names, guid=same),
        parent=keeps(ALL - {"session"}, _defender_names, guid=same),
        grandparent=keeps({"pid", "started_at"}, _from_base),
        thread=(keeps(ALL - {"session"}, _defender_names, guid=same), _target),
    ),
    "asim": Told(
        process=_ASIM,
        parent=_ASIM,
        grandparent=keeps(ALL - {"session", "signer"} - ACCOUNT, names_of_asim),
        exited=_ASIM,
        record_id=as_text,
    ),
    "sysmon": Told(
        process=keeps(ALL - {"user_sid", "signer"}, names_in_one, user=same, time=milliseconds),
        parent=keeps(_SYSMON | {"command_line"}, names_in_one, user=same),
        exited=keeps(_SYSMON, names_in_one, user=same),
        thread=(keeps(_SYSMON, names_in_one, user=same), keeps(_SYSMON, names_in_one, user=same)),
        ingested=None,
    ),
    "security": Told(
        process=keeps(
            _SECURITY | {"command_line", "integrity"}, names_in_one, integrity=spelling.mandatory_label
        ),
        parent=keeps({"pid"}, names_in_one),
        exited=keeps(_SECURITY, names_in_one),
        ingested=None,
    ),
    "ecs": Told(
        process=keeps(ALL, integrity=spelling.integrity_name),
        parent=keeps(IDENTITY | {"command_line", "started_at", "signer"}),
        creator=creator_by_pid(guid=True),
        exited=keeps(ALL, integrity=spelling.integrity_name),
    ),
    "ocsf": Told(
        process=_OCSF,
        parent=_OCSF,
        creator=actor,
        exited=_OCSF,
        thread=(_OCSF, _OCSF),
        timestamp=milliseconds,
        ingested=milliseconds,
        record_id=as_text,
    ),
    "endgame": Told(
        process=keeps(ALL - {"started_at", "session", "integrity"}, guid=number),
        parent=keeps(IDENTITY, guid=number),
        exited=keeps(ALL - {"started_at", "session", "integrity"}, guid=number),
        ingested=None,
        record_id=if_number,
        has_device=False,
    ),
    "splunk_cim": Told(
        process=keeps(ALL - {"started_at", "session", "signer"}, user=same),
        parent=keeps(IDENTITY | {"command_line"}),
        ingested=seconds,
        record_id=as_text,
    ),
    "crowdstrike": Told(
        process=keeps(
            ALL - {"signer"},
            names_on_a_volume,
            guid=number,
            user=account_name,
            integrity=spelling.integrity_number,
        ),
        parent=keeps({"guid"}, _from_name, guid=number),
        grandparent=keeps(set(), _from_name),
        creator=creator_by_number,
        exited=keeps(IDENTITY, no_names, guid=number),
        timestamp=milliseconds,
        ingested=milliseconds,
        record_id=as_text,
    ),
    "osquery": Told(
        process=_TRACED,
        parent=keeps(IDENTITY, no_names, guid=number),
        creator=creator_by_pid(),
        exited=_TRACED,
        timestamp=seconds,
        ingested=seconds,
        record_id=as_text,
    ),
    "etw": Told(
        process=keeps(
            _ETW | {"session", "integrity"},
            names_on_a_volume,
            guid=number,
            integrity=spelling.mandatory_label,
        ),
        parent=keeps(IDENTITY, no_names, guid=number),
        creator=creator_by_pid(),
        exited=keeps(_ETW, short_name, guid=number),
        ingested=None,
        record_id=nothing,
    ),
    "pslist": Told(
        process=keeps({"pid", "session", "started_at"}, completed_name, time=seconds),
        parent=keeps({"pid"}, no_names),
        timestamp=seconds,
        ingested=None,
        record_id=nothing,
        has_device=False,
    ),
}
"""By the name of the source."""


def told(source: str, event: Event) -> Event | None:
    """Return what a source tells of an event."""
    if isinstance(event, ProcessCreated):
        process = event.process
        if source == "crowdstrike":  # a process starts when its event says
            process = attrs.evolve(process, started_at=milliseconds(event.timestamp))
        if source in {"sysmon", "pslist"}:  # they give a start time at any rate
            process = attrs.evolve(process, started_at=process.started_at or event.timestamp)
        event = attrs.evolve(event, process=process)
        if source == "pslist" and process.started_at is not None:
            event = attrs.evolve(event, timestamp=process.started_at)
    left = TOLD[source].event(event)
    if not isinstance(left, ProcessCreated):
        return left
    if left.process.name is None and left.process.path is None:
        return None  # the start of a process that has no name is unreadable
    return attrs.evolve(left, from_snapshot=source == "pslist")
