"""What a detector knows as plain records, and those as JSON, checked before any of it is believed.

The records are how detectors are saved, restored, copied and merged. JSON is made of them by their types: an
attrs class is an object of its fields, an enumeration its member's name, a duration its microseconds.
"""

from __future__ import annotations

import enum
import types
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs

from parentchild.detector.history import Evidence, History
from parentchild.detector.pairs import Bounds, DeviceActivity, Key, Pair, Seen
from parentchild.detector.processes import Entry, Processes
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Stats
from parentchild.errors import InvalidState, ParentChildError
from parentchild.events import utc
from parentchild.findings.variants import VariantSum
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.windows.paths import system_drive

FORMAT: Final = "parentchild.detector"
VERSION: Final = 3

_MICROSECOND = timedelta(microseconds=1)
_ALTERNATIVES = frozenset({DeviceActivity, Seen, Evidence})  # one of them says which it is
_SAID: dict[Any, str] = {int: "a whole number that is not negative", str: "a text", bool: "true or false"}
_T = TypeVar("_T")


@attrs.frozen(kw_only=True)
class SavedHistory:
    """A history; things and entries in their order."""

    device: str
    clock: datetime
    things: tuple[DeviceActivity | Seen | Evidence, ...]
    dormant: tuple[DeviceActivity, ...]
    entries: tuple[Entry, ...]
    has_forgotten: bool
    system_drive: str | None


@attrs.frozen(kw_only=True)
class SavedPair:
    """What a pair holds besides its activities, which are in the histories."""

    key: Key
    expected: tuple[str, ...]
    imitates: str | None
    is_exact: bool
    kept: Bounds | None
    variants: tuple[VariantSum, ...]


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
    pair.tell()
    return SavedPair(
        key=pair.key,
        expected=pair.expected,
        imitates=pair.imitates,
        is_exact=pair.is_exact,
        kept=pair.kept,
        variants=pair.variants.sums(),
    )


def saved_history(history: History) -> SavedHistory:
    """Return the record of a history, which shares nothing with it that changes."""
    processes = history.processes or Processes()
    return SavedHistory(
        device=history.device,
        clock=history.clock,
        things=tuple(attrs.evolve(thing) for thing in history.things),
        dormant=tuple(attrs.evolve(activity) for activity in history.dormant or ()),
        entries=tuple(attrs.evolve(entry) for entry in processes.order),
        has_forgotten=processes.has_forgotten,
        system_drive=history.system_drive,
    )


def restored_history(saved: SavedHistory, policy: Suppression | None) -> History:
    """Return the history that a record describes; what the record holds becomes its own.

    Raises:
        InvalidState: its things do not fit each other.
    """
    history = History(saved.device, policy if saved.device else None)
    history.clock = saved.clock
    history.system_drive = None if saved.system_drive is None else system_drive(saved.system_drive)
    active = [thing for thing in saved.things if isinstance(thing, DeviceActivity)]
    activities = {each.key: each for each in (*active, *saved.dormant)}
    history.dormant = OrderedDict.fromkeys(saved.dormant)
    history.extra = sum(each.extra for each in active)
    once = len(activities) == len(active) + len(saved.dormant)
    require(once, "things", len(saved.things), "hold an activity twice")
    is_plain = len(saved.things) == len(active) and not saved.entries
    require(saved.device or is_plain, "things", len(active), "are more than counts, of no device")
    for thing in saved.things:
        if isinstance(thing, Evidence):
            history.put_evidence(thing)
        elif isinstance(thing, DeviceActivity):
            history.put(thing, thing.at)
        else:
            require(thing.key in activities, "Seen", thing.key, "belongs to no activity")
            history.put_pending(thing, activities[thing.key])
    for activity in activities.values():
        _check(activity, saved.device, is_dormant=activity in history.dormant)
    if saved.entries or saved.has_forgotten:
        history.processes = Processes()
        history.processes.has_forgotten = saved.has_forgotten
        for entry in saved.entries:
            history.processes.put(entry, entry.at)
    return history


def _check(activity: DeviceActivity, device: str, *, is_dormant: bool) -> None:
    """Check that what an activity counts fits its events."""
    key, first, pending = activity.key, activity.first, tuple(activity.pending or ())
    cleared = sum(seen.cleared_by is not None for seen in pending)
    confirmed = activity.occurrences - len(pending) + cleared
    counts = (activity.occurrences, activity.suppressed, activity.variants, len(pending))
    fits = confirmed >= 0 and activity.suppressed >= cleared and not (is_dormant and any(counts))
    require(fits, "activity", key, "has counts that do not fit its events")
    has_bounds = (first is None) == (activity.last is None) and (first is not None or not confirmed)
    require(has_bounds, "activity", key, "has no first and last event to its counts")
    events = [seen.event for seen in pending] + ([] if first is None else [first])
    devices = {activity.device, *(event.device for event in events)}
    require(devices == {device}, "activity", key, "has events of another device")


def require(fits: object, field: str, value: object, reason: str) -> None:
    """Refuse a state unless something in it fits."""
    if not fits:
        raise InvalidState(field, value, reason)


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
    is_state = isinstance(state, Mapping)
    require(is_state, "state", state, "must be the mapping that Detector.state() returned")
    told, version = state.get("format"), state.get("version")
    require(told == FORMAT, "format", told, f"is not {FORMAT!r}: this is no saved detector")
    require(version == VERSION, "version", version, f"is not {VERSION}, the one this release reads")
    try:
        saved = cast("Saved", _read(Saved, state))
    except InvalidState as error:
        raise InvalidState(error.field.removeprefix("."), error.value, error.reason) from error
    counts, keys = saved.stats.by_exclusion, {pair.key for pair in saved.pairs}
    fits = len(counts) == len(saved.settings.exclusions)
    require(fits, "stats.by_exclusion", counts, "must be a count for each exclusion")
    require(len(keys) == len(saved.pairs), "pairs", len(keys), "names a pair twice")
    return saved


def _plain(value: Any) -> object:  # noqa: ANN401 - any value that a record holds
    kind = cast("Any", type(value))
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if kind is tuple:
        return [_plain(each) for each in value]
    if kind is dict:
        return {name: _plain(each) for name, each in sorted(value.items())}
    if not attrs.has(kind):
        return value
    fields = ((name, getattr(value, name)) for name in _types_of(kind))
    named = {"kind": kind.__name__} if kind in _ALTERNATIVES else {}
    return {**named, **{name: _plain(each) for name, each in fields if each is not None}}


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
        is_none = value is None and types.NoneType in arguments
        return None if is_none else _read_one_of(kinds, value)
    if get_origin(kind) is tuple:
        items = cast("Any", _simple(list, value))
        kinds = list(arguments[:1] * len(items) if arguments[-1] is Ellipsis else arguments)
        require(len(kinds) == len(items), "", items, f"must hold {len(kinds)} values")
        return tuple(_at(f"[{place}]", *pair) for place, pair in enumerate(zip(kinds, items, strict=True)))
    if get_origin(kind) is dict:
        return {_simple(str, name): _at(f".{name}", arguments[1], each) for name, each in _items(value)}
    if kind is Suppression:
        return _read(CrashHandler, value)
    if attrs.has(kind):
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


def _read_one_of(kinds: list[Any], value: Any) -> Any:  # noqa: ANN401 - as in `_read`
    if not _ALTERNATIVES.issuperset(kinds):
        return value if type(value) in kinds[1:] else _read(kinds[0], value)
    named = dict(_items(value)).get("kind")
    kind = next((kind for kind in kinds if kind.__name__ == named), None)
    require(kind, ".kind", named, "is unknown")
    return _read(kind, value)


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
    require(isinstance(value, Mapping), "", value, "must be a JSON object")
    return cast("Mapping[Any, Any]", value).items()


def _simple(kind: type[_T], value: object) -> _T:
    if type(value) is not kind or (isinstance(value, int) and value < 0):
        raise InvalidState("", value, f"must be {_SAID.get(kind, kind.__name__)}")
    return value
