"""What a detector knows as plain records: how it is saved, restored, copied and merged; and those as JSON."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import attrs

from parentchild.detector.history import Evidence, History
from parentchild.detector.pairs import DeviceActivity, Pair, Seen
from parentchild.detector.processes import Processes
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Stats
from parentchild.errors import InvalidState
from parentchild.findings.bounds import Bounds
from parentchild.findings.sums import Key
from parentchild.findings.variants import VariantSum
from parentchild.relations.crashes import CrashHandler
from parentchild.relations.pids import Entry
from parentchild.saving.forms import form_of, require
from parentchild.windows.paths import system_drive

FORMAT: Final = "parentchild.detector"
VERSION: Final = 3


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


def restore(history: History, saved: SavedHistory) -> list[DeviceActivity]:
    """Let a new history hold what a record describes, whose things become its own; return the activities.

    Raises:
        InvalidState: its things do not fit each other.
    """
    active = [thing for thing in saved.things if isinstance(thing, DeviceActivity)]
    activities = {each.key: each for each in (*active, *saved.dormant)}
    once = len(activities) == len(active) + len(saved.dormant)
    require(once, "things", len(saved.things), "hold an activity twice")
    is_plain = bool(saved.device) or len(active) == len(saved.things)
    require(is_plain, "things", len(active), "are more than counts, of no device")
    history.clock = max(history.clock, saved.clock)
    history.system_drive = None if saved.system_drive is None else system_drive(saved.system_drive)
    history.dormant = OrderedDict.fromkeys(saved.dormant)
    history.extra = sum(each.extra for each in active)
    for thing in saved.things:
        if isinstance(thing, Evidence):
            history.put_evidence(thing)
        elif isinstance(thing, DeviceActivity):
            history.put(thing, thing.at)
        else:
            is_own = thing.key in activities and thing.event.device == saved.device
            require(is_own, "Seen", thing.key, "belongs to no activity")
            history.put_pending(thing, activities[thing.key])
    if saved.entries or saved.has_forgotten:
        history.processes = Processes()
        history.processes.has_forgotten = saved.has_forgotten
        for entry in saved.entries:
            history.processes.put(entry, entry.at)
    for each in activities.values():
        each.device = saved.device
        pending = len(each.pending or ())
        cleared = sum(seen.cleared_by is not None for seen in each.pending or ())
        confirmed = each.occurrences - pending + cleared
        has_bounds = each.first is not None and each.last is not None
        fits = confirmed >= 0 and each.suppressed >= cleared and (has_bounds or not confirmed)
        if each in history.dormant:
            fits = fits and not (each.occurrences or each.suppressed or each.variants or pending)
        require(fits, "activity", each.key, "has counts that do not fit its events")
    return list(activities.values())


# JSON ---------------------------------------------------------------------------------------------------


def encoded(saved: Saved) -> dict[str, object]:
    """Return a record as JSON values.

    Raises:
        InvalidState: the suppression policy is not one of this library's, so it cannot be written down.
    """
    policy = saved.settings.suppression
    if policy is not None and type(policy) is not CrashHandler:
        raise InvalidState("suppression", policy, "is a policy of your own, which a state cannot hold")
    told: dict[str, object] = form_of(Saved).write(saved)
    return {"format": FORMAT, "version": VERSION, **told}


def decoded(state: Mapping[str, object]) -> Saved:
    """Return the record that a state holds, having checked all of it.

    Raises:
        InvalidState: it is damaged, too large, from another version, or of something else.
    """
    require(isinstance(state, Mapping), "state", state, "must be the mapping that Detector.state() returned")
    told, version = state.get("format"), state.get("version")
    require(told == FORMAT, "format", told, f"is not {FORMAT!r}: this is no saved detector")
    require(version == VERSION, "version", version, f"is not {VERSION}, the one this release reads")
    try:
        saved: Saved = form_of(Saved).read(state)
    except InvalidState as error:
        raise InvalidState(error.field.removeprefix("."), error.value, error.reason) from error
    counts, keys = saved.stats.by_exclusion, {pair.key for pair in saved.pairs}
    fits = len(counts) == len(saved.settings.exclusions)
    require(fits, "stats.by_exclusion", counts, "must be a count for each exclusion")
    require(len(keys) == len(saved.pairs), "pairs", len(keys), "names a pair twice")
    return saved
