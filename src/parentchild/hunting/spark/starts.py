"""The starts and exits that the state of a device keeps: which of them, what of each, and in few bytes.

Spark reads and writes the whole state of a device in each micro-batch that has an event of it. So of a start
that is kept which decides once a child names its pid: pid and time, the image with its path, account,
integrity and signer, and the command lines of those images whose command line decides something. The images
are a table, for most of them start many times; the rest are columns of integers.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, Final, TypeVar

import attrs

from parentchild.errors import InvalidState, ParentChildError
from parentchild.events import Process
from parentchild.relations.compiled import Alternative
from parentchild.relations.conditions import Fact
from parentchild.relations.copies import NEVER_COPIED
from parentchild.relations.evaluation import is_nameless, name_of
from parentchild.relations.pids import Entry, Starter
from parentchild.relations.registry import RelationRegistry

IMAGE: Final = ("path", "name", "command_line", "signer", "original_name")
ACCOUNT: Final = ("user", "user_sid", "integrity")
"""What is kept of an image, and of the account it ran as. A hash and a session decide nothing."""

_DAMAGE = (
    *(AttributeError, LookupError, OverflowError, RuntimeError, TypeError, ValueError, zlib.error),
    ParentChildError,
)
_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_ROUNDING = timedelta(seconds=1)
_CLOSE = 2 * _ROUNDING
_UNSIGNED: Final = 5  # so many columns are of unsigned integers
_FLAGS = range(7)
_LOW, _MORE = 0x7F, 0x80  # seven bits of a number, and that there are more
_IS_EXIT, _FROM_SNAPSHOT, _IS_FOLLOWED, _IS_EXACT, _HAS_STARTED_AT, _HAS_GUID, _HAS_ENDED = (
    1 << flag for flag in _FLAGS
)


# which ---------------------------------------------------------------------------------------------------


def needed(
    entries: Sequence[Entry], watermark: datetime | None, pending: frozenset[int | None] = frozenset()
) -> list[Entry]:
    """Return those that a later event can still mean, in their order.

    Once a pid was given to another process, or its process has exited, no later event means the former one.
    Before the watermark no more events are expected, no copy either whose start came after that of its child.

    Args:
        entries: the starts and exits of one device.
        watermark: no event before it is expected; None where that is not known.
        pending: the pids of copies that are watched for what they start: of those everything is needed.
    """
    if watermark is None:
        return list(entries)
    begun, ended = dict[int | None, datetime](), dict[int | None, datetime]()
    for each in entries:
        if each.when < watermark and each.process.pid not in pending:
            latest = ended if each.is_exit else begun
            latest[each.process.pid] = max(each.when, latest.get(each.process.pid, each.when))

    def is_needed(entry: Entry) -> bool:
        pid, when = entry.process.pid, entry.when
        return not (pid in begun and when < begun[pid]) and not (pid in ended and when <= ended[pid])

    def told(entry: Entry) -> Entry:
        is_settled = entry.starter is not None and entry.when < watermark
        return attrs.evolve(entry, starter=None) if is_settled else entry

    return [told(each) for each in entries if is_needed(each)]


def names_with_arguments(registry: RelationRegistry) -> frozenset[str]:
    """Return the names of parents whose command line may decide: by a condition, or as that of a copy."""
    relations = registry.compiled
    groups = [
        *(each for child in relations.children.values() for each in (child.by_parent, child.by_creator)),
        *(parent.by_child for parents in relations.parents.values() for parent in parents),
    ]
    asked = (each for group in groups for found in group.values() for each in found if _asks_for_line(each))
    return frozenset({*relations.children, *relations.parents, *(each.name for each in asked)})


def _asks_for_line(alternative: Alternative) -> bool:
    return any(each.fact is Fact.PARENT_COMMAND_LINE for each in alternative.conditions)


# as bytes ------------------------------------------------------------------------------------------------


@attrs.frozen
class Starts:
    """Starts and exits as they are kept.

    Args:
        images: the values of `IMAGE` of each image, without the empty ones at the end.
        accounts: the values of `ACCOUNT` of each account, likewise.
        starters: what started those whose starter may prove to be a copy: pid, name, guid, start time.
        guids: the ids of those processes that have one.
        columns: the rest, compressed.
    """

    images: list[list[str | None]]
    accounts: list[list[str | None]]
    starters: list[list[int | str | None]]
    guids: list[str]
    columns: bytes


def packed(entries: Sequence[Entry], keeps_line: frozenset[str]) -> Starts:
    """Return starts and exits as they are kept.

    Times are kept to a second, as sources round them; to a millisecond where the order decides: those of
    exits, those with another start or exit of the pid beside them, and those with a starter.

    Args:
        entries: the starts and exits, in their order.
        keeps_line: the comparable names of the images whose command line is kept.
    """
    images, accounts = dict[tuple[str | None, ...], int](), dict[tuple[str | None, ...], int]()
    starters: dict[tuple[int | str | None, ...], int] = {(): 0}
    flags, places, users, pids, by = list[int](), list[int](), list[int](), list[int](), list[int]()
    times, parts, starts, lives, guids = list[int](), list[int](), list[int](), list[int](), list[str]()
    are_close, before, ends = _are_close(entries), 0, _ends(entries)
    told = {id(each) for each in ends.values()}
    for entry in entries:
        if id(entry) in told:
            continue
        process, end = entry.process, ends.get(id(entry))
        starter = _starter(entry, keeps_line)
        is_exact = entry.is_exit or entry in are_close or bool(starter)
        seconds, part = divmod(_milliseconds(entry.when, up=entry.is_exit), 1_000)
        part *= is_exact
        when = _EPOCH + timedelta(seconds=seconds, milliseconds=part)
        has_started_at = process.started_at is not None and abs(process.started_at - when) > _ROUNDING
        flags.append(
            _IS_EXIT * entry.is_exit
            | _FROM_SNAPSHOT * entry.from_snapshot
            | _IS_FOLLOWED * entry.is_followed
            | _IS_EXACT * is_exact
            | _HAS_STARTED_AT * has_started_at
            | _HAS_GUID * (process.guid is not None)
            | _HAS_ENDED * (end is not None)
        )
        image, account = _image(process, keeps_line), _account(process)
        places.append(images.setdefault(image, len(images)))
        users.append(accounts.setdefault(account, len(accounts)))
        pids.append(process.pid or 0)
        by.append(starters.setdefault(starter, len(starters)))
        times.append(seconds - before)
        before = seconds
        if is_exact:
            parts.append(part)
        if process.started_at is not None and has_started_at:
            starts.append(_milliseconds(process.started_at))
        if process.guid is not None:
            guids.append(process.guid)
        if end is not None:
            lives.append(_milliseconds(end.when, up=True) - 1_000 * seconds - part)
    unsigned, signed = (flags, places, users, pids, by), (times, parts, starts, lives)
    columns = _compressed([*map(_planes, unsigned), *map(_signed, signed)])
    return Starts(
        images=list(map(_trimmed, images)),
        accounts=list(map(_trimmed, accounts)),
        starters=list(map(_trimmed, starters)),
        guids=guids,
        columns=columns,
    )


def unpacked(starts: Starts, at: datetime) -> tuple[Entry, ...]:
    """Return the starts and exits that are kept, in their order; all of them as if last used at one time.

    An exit that was kept with its start follows it.

    Raises:
        InvalidState: what is kept is damaged.
    """
    try:
        return tuple(_entries(starts, at))
    except _DAMAGE as error:
        raise InvalidState("starts", starts.columns, f"are damaged ({error})") from error


def _entries(kept: Starts, at: datetime) -> Iterator[Entry]:
    flags, places, users, pids, by, times, parts, starts, lives = _columns(kept.columns)
    images = [dict(zip(IMAGE, image, strict=False)) for image in kept.images]
    for image in images:
        path = image.get("path")
        if path and image.get("name") is None:
            image["name"] = _base_name(path)
    accounts = [dict(zip(ACCOUNT, account, strict=False)) for account in kept.accounts]
    next_part, next_start, next_life = _taker(parts), _taker(starts), _taker(lives)
    next_starter, next_guid = _taker(by), _taker(kept.guids)
    seconds = 0
    starters = [_read_starter(row) for row in kept.starters]
    for flag, place, user, pid, step in zip(flags, places, users, pids, times, strict=True):
        seconds += step
        told: dict[str, Any] = {"name": None, **images[place], **accounts[user], "pid": pid or None}
        when = _EPOCH + timedelta(seconds=seconds, milliseconds=next_part() if flag & _IS_EXACT else 0)
        if flag & _HAS_STARTED_AT:
            told["started_at"] = _EPOCH + next_start() * _MILLISECOND
        if flag & _HAS_GUID:
            told["guid"] = next_guid()
        entry = Entry(
            process=Process(**told),
            when=when,
            record_id=None,
            is_exit=bool(flag & _IS_EXIT),
            from_snapshot=bool(flag & _FROM_SNAPSHOT),
            is_followed=bool(flag & _IS_FOLLOWED),
            at=at,
            starter=starters[next_starter()],
        )
        yield entry
        if flag & _HAS_ENDED:
            gone = Process(told["name"], pid=pid or None, guid=told.get("guid"))
            ended = when + next_life() * _MILLISECOND
            yield attrs.evolve(
                entry, process=gone, when=ended, is_exit=True, from_snapshot=False, starter=None
            )


def _ends(entries: Sequence[Entry]) -> dict[int, Entry]:
    """Return the exits of those starts that have one, by the start's identity: they share most."""
    found: dict[int, Entry] = {}
    begun: dict[int | None, Entry] = {}
    for each in sorted(entries, key=lambda entry: entry.when):
        if not each.is_exit:
            begun[each.process.pid] = each
            continue
        start, gone = begun.pop(each.process.pid, None), each.process
        if start is None or gone.guid not in {None, start.process.guid}:
            continue
        if is_nameless(gone) or name_of(gone) == name_of(start.process):
            found[id(start)] = each
    return found


def _milliseconds(time: datetime, *, up: bool = False) -> int:
    """Return a time as milliseconds, rounded down, so that no start follows its child, or up."""
    since = time - _EPOCH
    return -(-since // _MILLISECOND) if up else since // _MILLISECOND


def _image(process: Process, keeps_line: frozenset[str]) -> tuple[str | None, ...]:
    path, name = process.path, process.name
    line = process.command_line if name_of(process) in keeps_line else None
    if path and name == _base_name(path):
        name = None
    return path, name, line, process.signer, process.original_name


def _base_name(path: str) -> str:
    return path.rpartition("\\")[2]


def _account(process: Process) -> tuple[str | None, ...]:
    return process.user, process.user_sid, process.integrity


def _starter(entry: Entry, names: frozenset[str]) -> tuple[int | str | None, ...]:
    """Return what started a process, if that may prove to be a copy, whose children count: else nothing."""
    if entry.starter is None:
        return ()
    pid, name, guid, started_at = entry.starter
    reference = Process(name)
    if not is_nameless(reference) and name_of(reference) not in names - NEVER_COPIED:
        return ()
    return pid, name, guid, None if started_at is None else _milliseconds(started_at)


def _read_starter(row: list[Any]) -> Starter | None:
    if not row:
        return None
    pid, name, guid, started_at = (*row, None, None, None)[:4]
    process = Process(name, pid=pid, guid=guid)  # which checks them
    begun = None if started_at is None else _EPOCH + started_at * _MILLISECOND
    return process.pid or 0, process.name, process.guid, begun


def _trimmed(row: tuple[_T, ...]) -> list[_T]:
    values = list(row)
    while values and values[-1] is None:
        values.pop()
    return values


def _are_close(entries: Sequence[Entry]) -> set[Entry]:
    """Return those so close in time to another of their pid that a second may hold both."""
    by_pid: dict[int | None, list[Entry]] = {}
    for each in sorted(entries, key=lambda entry: entry.when):
        by_pid.setdefault(each.process.pid, []).append(each)
    pairs = (pair for there in by_pid.values() for pair in pairwise(there))
    return {each for pair in pairs if pair[1].when - pair[0].when <= _CLOSE for each in pair}


def _taker(values: Sequence[_T]) -> Callable[[], _T]:
    """Return what gives one value after another, and fails when there is none left."""
    left = deque(values)
    return left.popleft


# columns of integers -------------------------------------------------------------------------------------


def _planes(values: Sequence[int]) -> bytes:
    """Return unsigned integers as all of their lowest bytes, then all of the next ones, and so on."""
    width = max(1, (max(values, default=0).bit_length() + 7) // 8)
    return bytes([width]) + b"".join(
        bytes(value >> 8 * place & 0xFF for value in values) for place in range(width)
    )


def _signed(values: Iterable[int]) -> bytes:
    """Return integers in as many bytes as each needs, seven bits in each."""
    found = bytearray()
    for value in values:
        left = 2 * value if value >= 0 else -2 * value - 1
        while left > _LOW:
            found.append(left & _LOW | _MORE)
            left >>= 7
        found.append(left)
    return bytes(found)


def _compressed(columns: Iterable[bytes]) -> bytes:
    """Return columns as one text, each in blocks with a code of its own, since no two are alike."""
    engine = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_RLE)
    found = b""
    for column in columns:
        found += engine.compress(_signed([len(column)]) + column) + engine.flush(zlib.Z_BLOCK)
    return found + engine.flush()


def _columns(data: bytes) -> list[list[int]]:
    """Return the integers of compressed columns: of unsigned ones, then of signed ones."""
    found: list[list[int]] = []
    data, place = zlib.decompress(data, -zlib.MAX_WBITS), 0
    while place < len(data):
        (size,), begin = _read_signed(data, place, 1)
        place = begin + size
        column = data[begin:place]
        found.append(_read_planes(column) if len(found) < _UNSIGNED else _read_signed(column)[0])
    return found


def _read_planes(column: bytes) -> list[int]:
    width, rest = column[0], column[1:]
    number = len(rest) // width
    planes = [rest[place * number : (place + 1) * number] for place in range(width)]
    return [int.from_bytes(value, "little") for value in zip(*planes, strict=True)]


def _read_signed(column: bytes, place: int = 0, most: int = -1) -> tuple[list[int], int]:
    """Return signed integers, up to so many, and the place behind them."""
    found: list[int] = []
    value = shift = 0
    while place < len(column) and len(found) != most:
        value |= (column[place] & _LOW) << shift
        shift += 7
        if column[place] <= _LOW:
            found.append(value >> 1 if not value & 1 else -(value + 1 >> 1))
            value = shift = 0
        place += 1
    return found, place
