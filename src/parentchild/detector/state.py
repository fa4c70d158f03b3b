"""What a detector knows as plain records, and those as JSON, checked before any of it is believed.

The records are how detectors are saved, restored, copied and merged. JSON is made of them by their types: an
attrs class is an object of its fields, an enumeration its member's name, a duration its microseconds.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

import attrs

from parentchild.detector.crashes import CrashEvidence, CrashHandler, Evidence, Suppression
from parentchild.detector.history import History, Thing
from parentchild.detector.pairs import Bounds, DeviceActivity, Key, Pair, Seen, VariantKey
from parentchild.detector.processes import End, Entry, Processes, Start
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Stats
from parentchild.errors import InvalidState, ParentChildError
from parentchild.events import ProcessCreated
from parentchild.relations.severity import Severity

FORMAT: Final = "parentchild.detector"
VERSION: Final = 2

_MICROSECOND = timedelta(microseconds=1)
_Reader = Callable[[object], Any]


@attrs.frozen(kw_only=True)
class SavedSeen:
    """An event that evidence could clear: `Seen`, with its pair and its evidence by value."""

    key: Key
    event: ProcessCreated
    age: timedelta | None
    severity: Severity
    at: datetime
    cleared_by: CrashEvidence | None


@attrs.frozen(kw_only=True)
class SavedThing:
    """One of the three."""

    activity: DeviceActivity | None = None
    seen: SavedSeen | None = None
    evidence: Evidence | None = None


@attrs.frozen(kw_only=True)
class SavedEntry:
    """One of the two."""

    start: Start | None = None
    end: End | None = None


@attrs.frozen(kw_only=True)
class SavedHistory:
    """A history; things and entries in their order."""

    device: str
    clock: datetime
    things: tuple[SavedThing, ...]
    entries: tuple[SavedEntry, ...] | None
    has_forgotten: bool


@attrs.frozen(kw_only=True)
class SavedVariant:
    """How often each device has a variant."""

    key: VariantKey
    devices: dict[str, int]


@attrs.frozen(kw_only=True)
class SavedPair:
    """What a pair holds besides its activities, which are in the histories."""

    key: Key
    expected: tuple[str, ...]
    imitates: str | None
    is_exact: bool
    kept: Bounds
    variants: tuple[SavedVariant, ...]


@attrs.frozen(kw_only=True)
class Saved:
    """All that a detector knows."""

    settings: Settings
    stats: Stats
    pairs: tuple[SavedPair, ...]
    histories: tuple[SavedHistory, ...]
    lost: tuple[int, ...]
    lost_all: bool


# from what is live to records and back ------------------------------------------------------------------


def saved_pair(pair: Pair) -> SavedPair:
    """Return the record of a pair."""
    return SavedPair(
        key=pair.key,
        expected=pair.expected,
        imitates=pair.imitates,
        is_exact=pair.is_exact,
        kept=attrs.evolve(pair.kept),
        variants=tuple(
            SavedVariant(key=key, devices=dict(variant.counts)) for key, variant in pair.variants.items()
        ),
    )


def saved_history(history: History) -> SavedHistory:
    """Return the record of a history, which shares nothing with it that changes."""
    processes = history.processes
    return SavedHistory(
        device=history.device,
        clock=history.clock,
        things=tuple(map(_saved_thing, history.things)),
        entries=None if processes is None else tuple(map(_saved_entry, processes.order)),
        has_forgotten=processes is not None and processes.has_forgotten,
    )


def _saved_thing(thing: Thing) -> SavedThing:
    if isinstance(thing, DeviceActivity):
        return SavedThing(activity=attrs.evolve(thing))
    if isinstance(thing, Evidence):
        return SavedThing(evidence=attrs.evolve(thing))
    seen = SavedSeen(
        key=thing.activity.key,
        event=thing.event,
        age=thing.age,
        severity=thing.severity,
        at=thing.at,
        cleared_by=None if thing.cleared_by is None else thing.cleared_by.evidence,
    )
    return SavedThing(seen=seen)


def _saved_entry(entry: Entry) -> SavedEntry:
    if isinstance(entry, Start):
        return SavedEntry(start=attrs.evolve(entry))
    return SavedEntry(end=attrs.evolve(entry))


def restored_history(saved: SavedHistory, policy: Suppression | None) -> History:
    """Return the history that a record describes; what the record holds becomes its own.

    Raises:
        InvalidState: its things do not fit each other.
    """
    history = History(saved.device, policy)
    history.clock = saved.clock
    evidence = {
        thing.evidence.evidence: thing.evidence for thing in saved.things if thing.evidence is not None
    }
    for thing in saved.things:
        if thing.activity is not None:
            if thing.activity.key in history.activities or thing.activity.device != saved.device:
                raise InvalidState("activity", thing.activity.key, "is there twice, or of another device")
            history.activities[thing.activity.key] = thing.activity
            history.extra += max(0, thing.activity.variants - 1)
    if not saved.device and (evidence or len(history.activities) != len(saved.things) or saved.entries):
        raise InvalidState("things", len(saved.things), "are more than counts, of rows without a device")
    for thing in saved.things:
        if thing.activity is not None:
            history.put(thing.activity, thing.activity.at)
        elif thing.evidence is not None:
            history.put_evidence(thing.evidence)
        elif thing.seen is not None:
            seen, by = (
                thing.seen,
                None if thing.seen.cleared_by is None else evidence.get(thing.seen.cleared_by),
            )
            activity = history.activities.get(seen.key)
            if activity is None or (by is None) != (seen.cleared_by is None):
                raise InvalidState("seen", seen.key, "belongs to no activity, or was cleared by no evidence")
            history.put_pending(Seen(activity, seen.event, seen.age, seen.severity, seen.at, by))
    for activity in history.activities.values():
        _check(activity, saved.device)
    if saved.entries is not None:
        history.processes = Processes()
        for entry in saved.entries:
            for each in (entry.start, entry.end):
                if each is not None:
                    history.processes.put(each, each.at)
        history.processes.has_forgotten = saved.has_forgotten
    return history


def _check(activity: DeviceActivity, device: str) -> None:
    """Check that what an activity counts fits its events."""
    pending = tuple(activity.pending or ())
    cleared = sum(seen.cleared_by is not None for seen in pending)
    confirmed = activity.occurrences - len(pending) + cleared
    events = [seen.event for seen in pending] + ([] if activity.first is None else [activity.first])
    has_confirmed = (activity.first is not None, activity.last is not None)
    if has_confirmed != (confirmed > 0,) * 2 or confirmed < 0 or activity.suppressed < cleared:
        raise InvalidState("activity", activity.key, "has counts that do not fit its events")
    if any(event.device != device for event in events):
        raise InvalidState("activity", activity.key, "has events of another device")


# JSON ---------------------------------------------------------------------------------------------------


def encoded(saved: Saved) -> dict[str, object]:
    """Return a record as JSON values.

    Raises:
        InvalidState: the suppression policy is not one of this library's, so it cannot be written down.
    """
    policy = saved.settings.suppression
    if policy is not None and type(policy) is not CrashHandler:
        raise InvalidState("suppression", policy, "is a policy of your own, which a state cannot hold")
    return {"format": FORMAT, "version": VERSION, **cast("dict[str, object]", _plain(saved))}


def decoded(state: Mapping[str, object]) -> Saved:
    """Return the record that a state holds, having checked all of it.

    Raises:
        InvalidState: it is damaged, too large, from another version, or of something else.
    """
    if not isinstance(state, Mapping):
        raise InvalidState("state", state, "must be the mapping that Detector.state() returned")
    if state.get("format") != FORMAT:
        raise InvalidState("format", state.get("format"), f"is not {FORMAT!r}: this is no saved detector")
    if state.get("version") != VERSION:
        raise InvalidState("version", state.get("version"), f"is not {VERSION}, the one this release reads")
    try:
        return cast("Saved", _reader(Saved)(state))
    except InvalidState as error:
        raise InvalidState(error.field.removeprefix("."), error.value, error.reason) from error


def _plain(value: object) -> object:
    if isinstance(value, str | int | None) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, tuple | list):
        return [_plain(each) for each in cast("Iterable[object]", value)]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in cast("dict[object, object]", value).items()}
    fields = ((field.name, getattr(value, field.name)) for field in attrs.fields(type(value)) if field.init)
    return {name: _plain(each) for name, each in fields if each is not None}


@cache
def _reader(kind: Any) -> _Reader:  # noqa: PLR0911 - one for each kind of type
    """Return what reads a JSON value as a type; it raises InvalidState with the place within the value."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Suppression:
        return _reader(CrashHandler)
    if origin in {types.UnionType, Union}:
        return _union_reader(tuple(each for each in arguments if each is not types.NoneType))
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin is dict:
        return _dict_reader(_reader(arguments[1]))
    if kind is datetime:
        return _read_time
    if kind is timedelta:
        return lambda value: _built("duration", value, timedelta, 0, 0, _plain_value(int, value))
    if issubclass(kind, enum.Enum):
        return lambda value: _member(kind, value)
    if attrs.has(kind):
        return _class_reader(kind)
    return lambda value: _plain_value(kind, value)


def _union_reader(kinds: tuple[Any, ...]) -> _Reader:
    readers = tuple(map(_reader, kinds))

    def read(value: object) -> object:
        if value is None:
            return None
        if len(kinds) > 1:  # a record's id, which may be a negative number too
            return value if type(value) in kinds else readers[0](value)
        return readers[0](value)

    return read


def _tuple_reader(kinds: tuple[Any, ...]) -> _Reader:
    is_open = kinds[-1] is Ellipsis
    readers = tuple(_reader(kind) for kind in kinds if kind is not Ellipsis)

    def read(value: object) -> object:
        items = cast("list[object]", _plain_value(list, value))
        if not is_open and len(items) != len(readers):
            raise InvalidState("", items, f"must hold {len(readers)} values")
        chosen = readers * len(items) if is_open else readers
        return tuple(_at(f"[{place}]", chosen[place], item) for place, item in enumerate(items))

    return read


def _dict_reader(reader: _Reader) -> _Reader:
    def read(value: object) -> object:
        items = cast("dict[object, object]", _plain_value(dict, value)).items()
        return {_plain_value(str, name): _at(f".{name}", reader, each) for name, each in items}

    return read


def _class_reader(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = [(field.name, _reader(hints[field.name])) for field in attrs.fields(kind) if field.init]

    def read(value: object) -> object:
        if not isinstance(value, Mapping):
            raise InvalidState("", value, "must be a JSON object")
        fields = cast("Mapping[str, object]", value)
        values = {name: _at(f".{name}", reader, fields.get(name)) for name, reader in readers}
        return _built("", value, kind, **values)

    return read


def _at(place: str, reader: _Reader, value: object) -> object:
    try:
        return reader(value)
    except InvalidState as error:
        raise InvalidState(f"{place}{error.field}", error.value, error.reason) from error


def _built(place: str, value: object, kind: Callable[..., Any], *values: Any, **named: Any) -> Any:
    try:
        return kind(*values, **named)
    except ParentChildError as error:  # a saved event or option that could not have been made
        raise InvalidState(f".{error.field}", error.value, error.reason) from error
    except (OverflowError, TypeError) as error:
        raise InvalidState(place, value, "is out of range") from error


def _plain_value(kind: type, value: object) -> Any:
    if type(value) is not kind:
        raise InvalidState("", value, f"must be {kind.__name__}")
    if isinstance(value, int) and value < 0:
        raise InvalidState("", value, "must not be negative")
    return value


def _read_time(value: object) -> datetime:
    try:
        time = datetime.fromisoformat(_plain_value(str, value))
    except ValueError as error:
        raise InvalidState("", value, "must be a time in ISO 8601") from error
    if time.utcoffset() is None:
        raise InvalidState("", value, "must be a time with a zone")
    return time


def _member(kind: type[enum.Enum], value: object) -> enum.Enum:
    try:
        return kind[_plain_value(str, value)]
    except KeyError as error:
        raise InvalidState("", value, f"is no {kind.__name__} of this release") from error
