"""What happened on a device: a process was created, a remote thread was created, a process exited.

The models are frozen, so an event can be shared between detectors, hashed, and kept for months. A frozen
attrs class takes some two times as long to build as a plain slotted one, one check of all fields after
construction adds little, and a validator a field would double it again; `tests/benchmarks/construction.py`
measures it. Readers of flat tables have just made the values what they must be: they build processes with
`checked_process`, which checks nothing a second time and takes two thirds of the time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

from parentchild.errors import InvalidEvent

_TEXT = frozenset({str, type(None)})
_NUMBER = frozenset({int, type(None)})
_RECORD = frozenset({str, int, type(None)})
_NO_OFFSET = timedelta(0)
_MAX_PID = 0xFFFF_FFFF
_MAX_RECORD = 0xFFFF_FFFF_FFFF_FFFF


@attrs.frozen
class Process:
    r"""A process as an event names it. Only what the source tells is set; the rest is None.

    Args:
        name: the image's base name as logged (`svchost.exe`); None where the source does not tell.
        pid: the operating system's id, 0 to 2**32 - 1.
        path: the image's full path as logged.
        command_line: the full command line.
        started_at: when it started, as an aware time; kept in UTC.
        user: the account it runs as, as logged.
        user_sid: that account's security identifier.
        guid: an id of this process instance that is never used twice (Sysmon's ProcessGuid, say).
        session: the terminal services session.
        integrity: the integrity level as logged (`System`, `High`, `S-1-16-16384`).
        signer: who signed the image.
        original_name: the name in the image's version resource.
        sha256: the image's hash, in hexadecimal.

    Raises:
        InvalidEvent: a value is of the wrong type, a time is naive, a pid is out of range.

    >>> Process("svchost.exe", pid=4242).pid
    4242
    """

    name: str | None
    pid: int | None = attrs.field(default=None, kw_only=True)
    path: str | None = attrs.field(default=None, kw_only=True)
    command_line: str | None = attrs.field(default=None, kw_only=True)
    started_at: datetime | None = attrs.field(default=None, kw_only=True)
    user: str | None = attrs.field(default=None, kw_only=True)
    user_sid: str | None = attrs.field(default=None, kw_only=True)
    guid: str | None = attrs.field(default=None, kw_only=True)
    session: int | None = attrs.field(default=None, kw_only=True)
    integrity: str | None = attrs.field(default=None, kw_only=True)
    signer: str | None = attrs.field(default=None, kw_only=True)
    original_name: str | None = attrs.field(default=None, kw_only=True)
    sha256: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not (
            self.name.__class__ in _TEXT
            and self.pid.__class__ in _NUMBER
            and (self.pid is None or 0 <= self.pid <= _MAX_PID)
            and self.path.__class__ in _TEXT
            and self.command_line.__class__ in _TEXT
            and (self.started_at is None or _is_plain_utc(self.started_at))
            and self.user.__class__ in _TEXT
            and self.user_sid.__class__ in _TEXT
            and self.guid.__class__ in _TEXT
            and self.session.__class__ in _NUMBER
            and (self.session is None or 0 <= self.session <= _MAX_PID)
            and self.integrity.__class__ in _TEXT
            and self.signer.__class__ in _TEXT
            and self.original_name.__class__ in _TEXT
            and self.sha256.__class__ in _TEXT
        ):
            _mend(self)


_new_process: Final[Callable[[type[Process]], Process]] = object.__new__
_SETTERS: Final[tuple[Callable[[Process, object], None], ...]] = tuple(
    Process.__dict__[field.name].__set__ for field in attrs.fields(Process)
)
_set_name, _set_pid, _set_path, _set_line, _set_start, _set_user, _set_sid, *_SETTERS_LEFT = _SETTERS
_set_guid, _set_session, _set_integrity, _set_signer, _set_original, _set_sha256 = _SETTERS_LEFT


def checked_process(
    name: str | None,
    pid: int | None,
    path: str | None = None,
    command_line: str | None = None,
    started_at: datetime | None = None,
    user: str | None = None,
    user_sid: str | None = None,
    guid: str | None = None,
    session: int | None = None,
    integrity: str | None = None,
    signer: str | None = None,
    original_name: str | None = None,
    sha256: str | None = None,
) -> Process:
    """Return a process of values that are known to be what they must be: nothing is checked here.

    Only for readers that have just made the values: plain `str`, plain `int` in range, plain UTC times.
    A process of values from anywhere else is made by `Process`.
    """
    made = _new_process(Process)
    _set_name(made, name)
    _set_pid(made, pid)
    _set_path(made, path)
    _set_line(made, command_line)
    _set_start(made, started_at)
    _set_user(made, user)
    _set_sid(made, user_sid)
    _set_guid(made, guid)
    _set_session(made, session)
    _set_integrity(made, integrity)
    _set_signer(made, signer)
    _set_original(made, original_name)
    _set_sha256(made, sha256)
    return made


@attrs.frozen(kw_only=True)
class ProcessCreated:
    """A process was created.

    Args:
        timestamp: when, as an aware time; kept in UTC.
        device: the host's identity, as the source names it; `""` where it names none.
        process: the new process.
        parent: the parent that the operating system declares; None where the source does not tell.
        creator: who really called create-process, only from sources that tell parent and creator apart.
        grandparent: the parent's parent, for display alone.
        ingested_at: when the record reached its store, as an aware time; kept in UTC.
        record_id: the source's own id of the record; settles which of two equal times is the earlier.
        from_snapshot: whether the row is from a list of running processes.
        windows: the release of Windows that the device runs, where the source tells it (`xp`, `10`).

    Raises:
        InvalidEvent: a value is of the wrong type, a time is naive.
    """

    timestamp: datetime
    device: str
    process: Process
    parent: Process | None = None
    creator: Process | None = None
    grandparent: Process | None = None
    ingested_at: datetime | None = None
    record_id: str | int | None = None
    from_snapshot: bool = False
    windows: str | None = None

    def __attrs_post_init__(self) -> None:
        if not (
            _is_plain_utc(self.timestamp)
            and self.device.__class__ is str
            and self.process.__class__ is Process
            and self.parent.__class__ in _PROCESS
            and self.creator.__class__ in _PROCESS
            and self.grandparent.__class__ in _PROCESS
            and (self.ingested_at is None or _is_plain_utc(self.ingested_at))
            and _is_record(self.record_id)
            and self.from_snapshot.__class__ is bool
            and self.windows.__class__ in _TEXT
        ):
            _mend(self)


@attrs.frozen(kw_only=True)
class RemoteThreadCreated:
    """A process created a thread in another process.

    Args:
        timestamp: when, as an aware time; kept in UTC.
        device: the host's identity, as the source names it; `""` where it names none.
        source: the process that created the thread.
        target: the process in which it runs.
        ingested_at: when the record reached its store, as an aware time; kept in UTC.
        record_id: the source's own id of the record.

    Raises:
        InvalidEvent: a value is of the wrong type, a time is naive.
    """

    timestamp: datetime
    device: str
    source: Process
    target: Process
    ingested_at: datetime | None = None
    record_id: str | int | None = None

    def __attrs_post_init__(self) -> None:
        if not (
            _is_plain_utc(self.timestamp)
            and self.device.__class__ is str
            and self.source.__class__ is Process
            and self.target.__class__ is Process
            and (self.ingested_at is None or _is_plain_utc(self.ingested_at))
            and _is_record(self.record_id)
        ):
            _mend(self)


@attrs.frozen(kw_only=True)
class ProcessExited:
    """A process exited: from then on its pid may belong to another.

    Args:
        timestamp: when, as an aware time; kept in UTC.
        device: the host's identity, as the source names it; `""` where it names none.
        process: the process that exited.
        ingested_at: when the record reached its store, as an aware time; kept in UTC.
        record_id: the source's own id of the record.

    Raises:
        InvalidEvent: a value is of the wrong type, a time is naive.
    """

    timestamp: datetime
    device: str
    process: Process
    ingested_at: datetime | None = None
    record_id: str | int | None = None

    def __attrs_post_init__(self) -> None:
        if not (
            _is_plain_utc(self.timestamp)
            and self.device.__class__ is str
            and self.process.__class__ is Process
            and (self.ingested_at is None or _is_plain_utc(self.ingested_at))
            and _is_record(self.record_id)
        ):
            _mend(self)


Event: TypeAlias = ProcessCreated | RemoteThreadCreated | ProcessExited
"""Everything a detector observes."""

_PROCESS = frozenset({Process, type(None)})
_new_creation: Final[Callable[[type[ProcessCreated]], ProcessCreated]] = object.__new__
_set_timestamp, _set_device, _set_process, _set_parent, _set_creator, *_SETTERS_OF_REST = [
    ProcessCreated.__dict__[field.name].__set__ for field in attrs.fields(ProcessCreated)
]
_set_grandparent, _set_ingested, _set_record, _set_snapshot, _set_windows = _SETTERS_OF_REST


def checked_creation(
    timestamp: datetime,
    device: str,
    process: Process,
    parent: Process | None,
    grandparent: Process | None,
    ingested_at: datetime | None,
    record_id: str | int | None,
    creator: Process | None = None,
    windows: str | None = None,
    *,
    from_snapshot: bool = False,
) -> ProcessCreated:
    """Return the creation of a process of values that are known to be what they must be.

    For the same callers as `checked_process`.
    """
    made = _new_creation(ProcessCreated)
    _set_timestamp(made, timestamp)
    _set_device(made, device)
    _set_process(made, process)
    _set_parent(made, parent)
    _set_creator(made, creator)
    _set_grandparent(made, grandparent)
    _set_ingested(made, ingested_at)
    _set_record(made, record_id)
    _set_snapshot(made, from_snapshot)
    _set_windows(made, windows)
    return made


_E = TypeVar("_E", bound=ProcessCreated | RemoteThreadCreated | ProcessExited)


def clock_of(event: Event) -> datetime:
    """Return the time by which memory is kept: when the record was ingested, else when it happened."""
    return event.timestamp if event.ingested_at is None else event.ingested_at


def record_order(record_id: str | int | None) -> tuple[int, int, str]:
    """Return the key that orders records of one moment: numbers first, then texts, then none.

    >>> sorted(["b", None, 10, "9"], key=record_order)
    ['9', 10, 'b', None]
    """
    if record_id is None:
        return 2, 0, ""
    if isinstance(record_id, int):
        return 0, record_id, ""
    if record_id.isascii() and record_id.isdigit() and len(record_id) <= len("18446744073709551615"):
        return 0, int(record_id), record_id
    return 1, 0, record_id


def event_order(event: ProcessCreated) -> tuple[datetime, tuple[int, int, str], str]:
    """Return the key by which one event is earlier than another: time, then record id, then device."""
    return event.timestamp, record_order(event.record_id), event.device


LONGEST_COMMAND_LINE: Final = 1024
LONGEST_TEXT: Final = 520
"""Of any other text that is remembered: twice the longest path that Windows opens without a prefix."""

_ROLES: Final[dict[type, tuple[str, ...]]] = {
    ProcessCreated: ("process", "parent", "creator", "grandparent"),
    RemoteThreadCreated: ("source", "target"),
    ProcessExited: ("process",),
}
_TEXTS = ("name", "path", "user", "user_sid", "guid", "integrity", "signer", "original_name", "sha256")
_texts_of: Callable[[Process], tuple[str | None, ...]] = attrgetter(*_TEXTS)


def shortened(event: _E) -> _E:
    """Return an event as it is remembered: with its texts cut, since attackers choose their length.

    Devices with long names that differ stay apart.
    """
    changes: dict[str, Any] = {}
    for role in _ROLES[event.__class__]:
        process: Process | None = getattr(event, role)
        if process is not None and (short := shortened_process(process)) is not process:
            changes[role] = short
    device, record_id = event.device, event.record_id
    if len(device) > LONGEST_TEXT:
        checksum = zlib.crc32(device.encode("utf-8", "surrogatepass"))
        changes["device"] = f"{shortened_text(device, LONGEST_TEXT // 2)} {checksum:08x}"
    if isinstance(record_id, str) and len(record_id) > LONGEST_TEXT:
        changes["record_id"] = shortened_text(record_id)
    return attrs.evolve(event, **changes) if changes else event


def shortened_process(process: Process) -> Process:
    """Return a process as it is remembered."""
    texts = _texts_of(process)
    line = process.command_line or ""
    if len(line) <= LONGEST_COMMAND_LINE and len("".join(filter(None, texts))) <= LONGEST_TEXT:
        return process  # nearly always: all of them together are no longer than one may be
    short = {name: shortened_text(text) for name, text in zip(_TEXTS, texts, strict=True) if text}
    if line:
        short["command_line"] = shortened_text(line, LONGEST_COMMAND_LINE)
    if all(text is getattr(process, name) for name, text in short.items()):
        return process
    return attrs.evolve(process, **cast("dict[str, Any]", short))


def shortened_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text as it is remembered: whole, or its beginning with a mark that says how long it was.

    >>> shortened_text("x" * 1000, 4)
    'xxxx… [1,000 characters]'
    """
    return text if len(text) <= longest else f"{text[:longest]}… [{len(text):,} characters]"


def _is_plain_utc(value: datetime) -> bool:
    return value.__class__ is datetime and value.tzinfo is timezone.utc


def _mend(model: Event | Process) -> None:
    """Bring the times of `model` into UTC and raise on the first value that is not of its type."""
    for field in attrs.fields(model.__class__):
        value: object = getattr(model, field.name)
        mended = _checked(field.name, value)
        if mended is not value:
            object.__setattr__(model, field.name, mended)


def _checked(name: str, value: object) -> object:
    if name in _TIMES:
        return None if value is None and name != "timestamp" else utc(name, value)
    if name in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= _MAX_PID:
            raise InvalidEvent(name, value, "must lie between 0 and 2**32 - 1")
        return int(value)
    kinds, reason = _KINDS.get(name, (_TEXT, "must be a str or None"))
    if value.__class__ not in kinds or (name == "record_id" and not _is_record(value)):
        raise InvalidEvent(name, value, reason)
    return value


def _is_record(value: object) -> bool:
    return value.__class__ in _RECORD and (not isinstance(value, int) or -_MAX_RECORD <= value <= _MAX_RECORD)


def utc(name: str, value: object) -> datetime:
    """Return `value`, the field `name`, as a plain datetime in UTC, whatever zone or subclass it comes in.

    Raises:
        InvalidEvent: it is no datetime, has no zone, or cannot be brought into UTC.
    """
    if not isinstance(value, datetime):
        raise InvalidEvent(name, value, "must be a datetime")
    try:
        offset = value.utcoffset()
        there = value if offset in {None, _NO_OFFSET} else value.astimezone(timezone.utc)
        plain = datetime(  # noqa: DTZ001 - the zone follows below
            there.year, there.month, there.day, there.hour, there.minute, there.second, there.microsecond
        )
    except Exception as error:  # a zone is foreign code; it may raise anything
        raise InvalidEvent(name, value, f"cannot be brought into UTC ({error})") from error
    if offset is None:
        raise InvalidEvent(name, value, "must have a time zone: a naive time could be any of 24 hours")
    return plain.replace(tzinfo=timezone.utc)


_TIMES = frozenset({"timestamp", "started_at", "ingested_at"})
_NUMBERS = frozenset({"pid", "session"})
_KINDS: Final[dict[str, tuple[AbstractSet[object], str]]] = {
    "device": (frozenset({str}), "must be a str; '' where the source names no device"),
    "record_id": (_RECORD, "must be a str, an int of at most 64 bits, or None"),
    "from_snapshot": (frozenset({bool}), "must be True or False"),
    **dict.fromkeys(("process", "source", "target"), (frozenset({Process}), "must be a Process")),
    **dict.fromkeys(("parent", "creator", "grandparent"), (_PROCESS, "must be a Process")),
    **dict.fromkeys(_NUMBERS, (_NUMBER, "must be an int or None")),
}
"""The types that a field may have, and what to say of others; a text or None where nothing stands here."""
