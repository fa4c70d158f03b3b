"""What a detector knows as plain records, and those as JSON, checked before any of it is believed.

The records are how detectors are saved, restored, copied and merged. JSON is made of them by their types: an
attrs class is an object of its fields, an enumeration its member's name, a duration its microseconds.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs

from parentchild.detector.crashes import CrashEvidence, CrashHandler, Evidence, Suppression
from parentchild.detector.history import History, Thing
from parentchild.detector.pairs import Bounds, DeviceActivity, Key, Pair, Seen, VariantKey
from parentchild.detector.processes import End, Entry, Processes, Start
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Stats
from parentchild.errors import InvalidState, ParentChildError
from parentchild.events import ProcessCreated, utc
from parentchild.relations.severity import Severity

FORMAT: Final = "parentchild.detector"
VERSION: Final = 2

_MICROSECOND = timedelta(microseconds=1)
_SAID = {int: "a whole number that is not negative", str: "a text", bool: "true or false", list: "a list"}
_T = TypeVar("_T")


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

    def __attrs_post_init__(self) -> None:
        if (self.activity is not None) + (self.seen is not None) + (self.evidence is not None) != 1:
            raise InvalidState("things", None, "must each be one thing")


@attrs.frozen(kw_only=True)
class SavedEntry:
    """One of the two."""

    start: Start | None = None
    end: End | None = None

    def __attrs_post_init__(self) -> None:
        if (self.start is None) == (self.end is None):
            raise InvalidState("entries", None, "must each be a start or an end")


@attrs.frozen(kw_only=True)
class SavedHistory:
    """A history; things and entries in their order."""

    device: str
    clock: datetime
    things: tuple[SavedThing, ...]
    dormant: tuple[DeviceActivity, ...]
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
            SavedVariant(key=key, devices=dict(sorted(pair.variants[key].counts.items())))
            for key in sorted(pair.variants, key=repr)
        ),
    )


def saved_history(history: History) -> SavedHistory:
    """Return the record of a history, which shares nothing with it that changes."""
    processes = history.processes
    return SavedHistory(
        device=history.device,
        clock=history.clock,
        things=tuple(map(_saved_thing, history.things)),
        dormant=tuple(map(attrs.evolve, history.dormant)),
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
    things = [thing.activity or thing.seen or thing.evidence for thing in saved.things]
    activities = [thing for thing in things if isinstance(thing, DeviceActivity)]
    evidence = {thing.evidence: thing for thing in things if isinstance(thing, Evidence)}
    history.activities = {each.key: each for each in (*activities, *saved.dormant)}
    history.dormant.update(dict.fromkeys(saved.dormant))
    history.extra = sum(max(0, each.variants - 1) for each in activities)
    if len(history.activities) != len(activities) + len(saved.dormant):
        raise InvalidState("things", len(things), "hold an activity twice")
    if not saved.device and (len(things) != len(activities) or saved.entries):
        raise InvalidState("things", len(things), "are more than counts, of rows without a device")
    for thing in things:
        if isinstance(thing, DeviceActivity):
            history.put(thing, thing.at)
        elif isinstance(thing, Evidence):
            history.put_evidence(thing)
        elif thing is not None:
            history.put_pending(_restored_seen(thing, history.activities, evidence))
    for activity in history.activities.values():
        _check(activity, saved.device, is_dormant=activity in history.dormant)
    if saved.entries is not None:
        history.processes = Processes()
        history.processes.has_forgotten = saved.has_forgotten
        for entry in saved.entries:
            started_or_ended = entry.start or entry.end
            if started_or_ended is not None:
                history.processes.put(started_or_ended, started_or_ended.at)
    return history


def _restored_seen(
    saved: SavedSeen, activities: Mapping[Key, DeviceActivity], evidence: Mapping[CrashEvidence, Evidence]
) -> Seen:
    activity = activities.get(saved.key)
    by = None if saved.cleared_by is None else evidence.get(saved.cleared_by)
    if activity is None or (by is None) != (saved.cleared_by is None):
        raise InvalidState("seen", saved.key, "belongs to no activity, or was cleared by no evidence")
    return Seen(activity, saved.event, saved.age, saved.severity, saved.at, by)


def _check(activity: DeviceActivity, device: str, *, is_dormant: bool) -> None:
    """Check that what an activity counts fits its events."""
    pending = tuple(activity.pending or ())
    cleared = sum(seen.cleared_by is not None for seen in pending)
    confirmed = activity.occurrences - len(pending) + cleared
    counts = (activity.occurrences, activity.suppressed, activity.variants, len(pending))
    if confirmed < 0 or activity.suppressed < cleared or (is_dormant and any(counts)):
        raise InvalidState("activity", activity.key, "has counts that do not fit its events")
    if (activity.first is None) != (activity.last is None) or (activity.first is None and confirmed):
        raise InvalidState("activity", activity.key, "has no first and last event to its counts")
    events = [seen.event for seen in pending] + ([] if activity.first is None else [activity.first])
    if activity.device != device or any(event.device != device for event in events):
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
        saved = cast("Saved", _read(Saved, state))
    except InvalidState as error:
        raise InvalidState(error.field.removeprefix("."), error.value, error.reason) from error
    counts = saved.stats.by_exclusion
    if len(counts) != len(saved.settings.exclusions):
        raise InvalidState("stats.by_exclusion", counts, "must be a count for each exclusion")
    if len({pair.key for pair in saved.pairs}) != len(saved.pairs):
        raise InvalidState("pairs", len(saved.pairs), "names a pair twice")
    return saved


def _plain(value: Any) -> object:  # noqa: ANN401 - any value that a record holds
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if not attrs.has(type(value)):
        return value
    fields = ((name, getattr(value, name)) for name in _types_of(type(value)))
    return {name: _plain(each) for name, each in fields if each is not None}


@cache
def _types_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - an attrs class
    """Return the fields of an attrs class that its constructor takes, by name, with their types."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in attrs.fields(kind) if field.init}


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401 - a type, a JSON value, and a value of that type
    """Return a JSON value as a type; raise InvalidState with the place within the value."""
    arguments = get_args(kind)
    if get_origin(kind) in {types.UnionType, Union}:
        kinds = [each for each in arguments if each is not types.NoneType]
        if value is None or (len(kinds) > 1 and type(value) in kinds):  # the latter is the id of a record
            return value
        return _read(kinds[0], value)
    if get_origin(kind) is tuple:
        items = _simple(list, value)
        kinds = list(arguments[:1] * len(items) if arguments[-1] is Ellipsis else arguments)
        if len(kinds) != len(items):
            raise InvalidState("", items, f"must hold {len(kinds)} values")
        return tuple(_at(f"[{place}]", *pair) for place, pair in enumerate(zip(kinds, items, strict=True)))
    if get_origin(kind) is dict:
        return {_simple(str, name): _at(f".{name}", arguments[1], each) for name, each in _items(value)}
    if attrs.has(kind) or kind is Suppression:
        kind = CrashHandler if kind is Suppression else kind
        fields = dict(_items(value))
        return _built(
            kind, {name: _at(f".{name}", of, fields.get(name)) for name, of in _types_of(kind).items()}
        )
    if kind is timedelta:
        return _built(timedelta, {"microseconds": _simple(int, value)})
    try:
        if kind is datetime:
            return utc("", datetime.fromisoformat(_simple(str, value)))
        return kind[_simple(str, value)] if issubclass(kind, enum.Enum) else _simple(kind, value)
    except (KeyError, ValueError) as error:
        reason = (
            error.reason
            if isinstance(error, ParentChildError)
            else f"is no {kind.__name__} that this release knows"
        )
        raise InvalidState("", value, reason) from error


def _at(place: str, kind: Any, value: object) -> Any:  # noqa: ANN401 - as in `_read`
    try:
        return _read(kind, value)
    except InvalidState as error:
        raise InvalidState(f"{place}{error.field}", error.value, error.reason) from error


def _built(kind: Any, values: dict[str, Any]) -> Any:  # noqa: ANN401 - as in `_read`
    try:
        return kind(**values)
    except ParentChildError as error:  # a saved event or option that could not have been made
        raise InvalidState(f".{error.field}", error.value, error.reason) from error
    except OverflowError as error:
        raise InvalidState("", values, "is out of range") from error


def _items(value: object) -> Iterable[tuple[Any, Any]]:
    if not isinstance(value, Mapping):
        raise InvalidState("", value, "must be a JSON object")
    return value.items()


def _simple(kind: type[_T], value: object) -> _T:
    if type(value) is not kind or (isinstance(value, int) and value < 0):
        raise InvalidState("", value, f"must be {_SAID.get(kind, kind.__name__)}")
    return value
