"""The detector: events in, findings out. It holds the only state of this library."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakSet

import attrs

from parentchild.catalog import DEFAULT_RELATIONS, on_release
from parentchild.detector import state as saving
from parentchild.detector.history import History
from parentchild.detector.pairs import Change, DeviceActivity, Key, Pair, Seen
from parentchild.detector.processes import Processes, age_in_list
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Counts, Stats, counts_of, stats_of
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import (
    Event,
    Process,
    ProcessCreated,
    ProcessExited,
    RemoteThreadCreated,
    clock_of,
    shortened,
    shortened_text,
    utc,
)
from parentchild.findings.finding import Finding, finding_order
from parentchild.relations.compiled import CompiledRelations
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.relations.evaluation import Evaluation, MissingParent, Reason, Verdict, evaluate
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.images import SESSION_MANAGER, drive_of_session_manager
from parentchild.relations.prefilter import EVALUATE, NONE, Evidence, Known, Opened, Prefilter
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.severity import Severity
from parentchild.windows.releases import release

_EVENTS = frozenset({ProcessCreated, RemoteThreadCreated, ProcessExited})
_NOTHING: tuple[Finding, ...] = ()
_EXPECTED, _UNWATCHED, _MISMATCH = Verdict.EXPECTED, Verdict.UNWATCHED, Verdict.MISMATCH
_SELF_COPY = Reason.SELF_COPY  # before Python 3.12, to name a member by its class is a call
_UNUSED: Mapping[object, Mapping[object, Known] | None] = {}
_SHARE = 16  # this part of the capacity is given up at once, so that to find out who has most costs little
_FEWEST_LOST = 65_536


class Detector:
    """Finds processes that the wrong parent started.

    A detector takes events one at a time or in batches, in any order, and returns findings. It reads no clock
    and does no I/O. It is not safe to feed from two threads at once: give each thread its own and `merge`, or
    hold a lock around each call.

    Args:
        registry: the relations to evaluate by.
        exclusions: what is expected in your environment.
        window: how long a device's things are remembered, by that device's own time; None for ever. It is
            never a reason to drop an event: an old one is evaluated and reported as well.
        capacity: how many things are remembered at most: one for each pair and device, each further
            variant of a pair on a device, each piece of crash evidence, each event that it could still clear,
            each start and exit. When there are more, the device with the most gives up those that it used
            longest ago, and `stats.evicted` counts them. What is lost is that a repeat counts as new.
        suppression: the crash-handler policy, or None for no suppression.
        report_unknown: whether events whose parent is unknown are reported, not only counted.
        resolve_parents: whether parents known by pid alone are looked up among the starts seen before.
        system_drive: the drive from which Windows runs: one for all devices, or a mapping of devices to
            theirs (`C:` for those that it does not name). A device whose session manager the kernel starts
            from another drive tells that by itself, and from then on no other is its own; until it does,
            what runs from there is one finding of medium severity a pair.

    Raises:
        InvalidArgument: an option is outside its range.

    >>> from datetime import datetime, timezone
    >>> from parentchild import Process, ProcessCreated
    >>> detector = Detector()
    >>> event = ProcessCreated(
    ...     timestamp=datetime(2026, 3, 1, 9, 30, tzinfo=timezone.utc),
    ...     device="ws-42",
    ...     process=Process("svchost.exe", pid=4242),
    ...     parent=Process("explorer.exe", pid=1337),
    ... )
    >>> [finding.parent for finding in detector.observe(event)]
    ['explorer.exe']
    >>> detector.observe(event)  # a repeat only counts
    ()
    """

    def __init__(
        self,
        registry: RelationRegistry = DEFAULT_RELATIONS,
        *,
        exclusions: Iterable[Exclusion] = (),
        window: timedelta | None = timedelta(hours=2),
        capacity: int = 100_000,
        suppression: Suppression | None = CrashHandler(),  # noqa: B008 - frozen, so it can be shared
        report_unknown: bool = False,
        resolve_parents: bool = False,
        system_drive: str | Mapping[str, str] = "C:",
    ) -> None:
        if not isinstance(registry, RelationRegistry):
            raise InvalidArgument("registry", registry, "must be a RelationRegistry")
        drives: object = system_drive
        if not isinstance(drives, str | Mapping):
            reason = "must be a drive such as 'D:', or a mapping of devices to theirs"
            raise InvalidArgument("system_drive", system_drive, reason)
        self._registry = registry
        self._settings = Settings(
            exclusions=exclusions,
            window=window,
            capacity=capacity,
            suppression=suppression,
            report_unknown=report_unknown,
            resolve_parents=resolve_parents,
            system_drive=system_drive if isinstance(system_drive, str) else "C:",
            device_drives=() if isinstance(system_drive, str) else system_drive,
        )
        self._counts = Counts()
        self._evidence_names = frozenset[str]() if suppression is None else suppression.evidence_names
        self._histories: dict[str, History] = {}
        self._pairs: dict[Key, Pair] = {}
        self._size = 0  # of all histories together
        # Checksums of pairs that were forgotten for want of room: when one comes again, its count is a lower
        # bound. When even these are too many, the count of each new pair is.
        self._lost: set[int] = set()
        self._lost_all = False
        self._doubts_drives = False
        self._prefilters = WeakSet[Prefilter]()
        self._prefilter = self.prefilter_for_rows(remembers_processes=resolve_parents)
        self._memo = self._prefilter.memo
        self._by_release: dict[str, CompiledRelations] = {}  # for events that tell their release
        self._unwatched = self._expected = 0  # seen, and not in the counts yet

    @property
    def registry(self) -> RelationRegistry:
        """The relations it evaluates by."""
        return self._registry

    @property
    def settings(self) -> Settings:
        """The options it was made with."""
        return self._settings

    @property
    def prefilter(self) -> Prefilter:
        """Tells a reader which rows could matter, so that the others need not become events."""
        return self._prefilter

    def prefilter_for_rows(
        self, *, remembers_processes: bool = False, completes_parents: bool = False
    ) -> Prefilter:
        """Return a prefilter of its own for a reader.

        Args:
            remembers_processes: whether every start and exit passes.
            completes_parents: whether a row passes of whose parent `follow` may still tell what decides.
        """
        policy = self._settings.suppression
        prefilter = Prefilter(
            self._registry.compiled,
            evidence=self._evidence_names,
            could_be_evidence=None if policy is None else policy.could_be_evidence,
            remembers_processes=remembers_processes,
            system_drives=self._settings.certain_drives,
            completes_parents=completes_parents,
        )
        self._prefilters.add(prefilter)
        if self._doubts_drives:
            prefilter.doubt_drives()
        return prefilter

    @property
    def exclusion_counts(self) -> tuple[tuple[Exclusion, int], ...]:
        """Each exclusion, and how many events it covered."""
        return tuple(zip(self._settings.exclusions, self.stats.by_exclusion, strict=True))

    def __repr__(self) -> str:
        stats, active = self.stats, sum(pair.device_count > 0 for pair in self._pairs.values())
        return f"<Detector: {active} findings in {stats.seen} events, {stats.suppressed} suppressed>"

    # observing ----------------------------------------------------------------------------------------

    def observe(self, event: Event) -> tuple[Finding, ...]:
        """Take one event in, and return each finding that is new, has a new device, or is closed by it.

        Cost: two dict look-ups for an event that does not matter; tens of microseconds for one that does.

        Raises:
            InvalidEvent: it is no event; the detector is as it was.
        """
        # Most events end here: two look-ups, and a number of its own is counted up.
        if type(event) is ProcessCreated and event.parent is not None:
            try:
                by_parent = self._memo[event.process.name]
                answer = _UNWATCHED if by_parent is None else by_parent[event.parent.name]
            except KeyError:
                return self._observe(event)
            if answer is _UNWATCHED:
                self._unwatched += 1
                return _NOTHING
            if answer is _EXPECTED and event.creator is None and event.windows is None:
                self._expected += 1
                return _NOTHING
        return self._observe(event)

    def observe_many(self, events: Iterable[Event]) -> tuple[Finding, ...]:
        """Take a batch in, in order, and return all findings, as if each event had been observed by itself.

        The batch is looked over first: if anything in it is no event, none of it is taken in.

        Raises:
            InvalidEvent: something in it is no event; the detector is as it was.
        """
        batch: Sequence[Event] = events if isinstance(events, list | tuple) else list(events)
        open_events: list[Event] = []
        unwatched = expected = 0
        memo: Mapping[object, Mapping[object, Known] | None] = self._memo
        settle = self._prefilter.settle_processes
        for event in batch:
            if type(event) is ProcessCreated:
                try:
                    by_parent = memo[event.process.name]
                    if by_parent is None:  # then the parent need not even be fetched
                        unwatched += 1
                        continue
                    parent = event.parent
                    known = by_parent[None if parent is None else parent.name]
                    if known is not _EXPECTED and known is not _UNWATCHED and parent is not None:
                        if type(known) is Evidence:
                            could_be = known.could_be(parent.name, event.process.command_line)
                            known = EVALUATE if could_be else known.otherwise
                        if type(known) is Opened:
                            known = known.answers[NONE][known.of_event(event)]
                except KeyError:
                    known = EVALUATE if memo is _UNUSED else settle(event.process, event.parent)
                if known is _UNWATCHED:
                    unwatched += 1
                elif known is _EXPECTED and event.creator is None and event.windows is None:
                    expected += 1
                else:
                    open_events.append(event)
                    if drive_of_session_manager(event) is not None:  # it may change what comes after it
                        memo = _UNUSED
            elif event.__class__ not in _EVENTS:
                raise _no_event(event)
            else:
                open_events.append(event)
        self._unwatched += unwatched
        self._expected += expected
        return tuple(finding for event in open_events for finding in self._observe(event))

    def follow(self, event: ProcessCreated | ProcessExited) -> None:
        """Note a start or exit for the names of pids alone; it is neither evaluated nor counted.

        For whoever can read ahead: only its time and its record id say when it happened, not its arrival.
        """
        self._follow(event, is_followed=True)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is active now: one finding a pair, the most severe first.

        Cost: a sort of the pairs; independent of the number of devices.
        """
        active = (pair.finding() for pair in self._pairs.values() if pair.device_count)
        return tuple(sorted(active, key=finding_order))

    def suppressed(self) -> tuple[Finding, ...]:
        """Return what crash evidence cleared and is still remembered singly, as closed findings."""
        cleared: dict[Key, list[Seen]] = {}
        for history in self._histories.values():
            for seen in (each for there in history.pending.values() for each in there):
                if seen.cleared_by is not None:
                    cleared.setdefault(seen.key, []).append(seen)
        found = (self._pairs[key].closed(seen, len(seen)) for key, seen in cleared.items())
        return tuple(sorted(found, key=finding_order))

    @property
    def stats(self) -> Stats:
        """What was counted so far."""
        counts = self._counts
        counts["seen"] += self._unwatched + self._expected
        counts["watched"] += self._expected
        counts["expected"] += self._expected
        self._unwatched = self._expected = 0
        return stats_of(counts, self._settings.exclusions)

    def _observe(self, event: Event) -> tuple[Finding, ...]:
        if isinstance(event, ProcessCreated):
            return self._observe_created(event)
        if event.__class__ not in _EVENTS:
            raise _no_event(event)
        self._counts["seen"] += 1
        if not isinstance(event, RemoteThreadCreated):
            self._follow(event, is_followed=False)
            return _NOTHING
        could_be = self._prefilter.thread  # most threads are made by others than the crash handler
        source = event.source
        if not (could_be(source.name) or (source.path is not None and could_be(source.path))):
            return _NOTHING
        return self._take_evidence(event)

    def _follow(self, event: ProcessCreated | ProcessExited, *, is_followed: bool) -> None:
        if self._settings.resolve_parents and event.device:
            history = self._advanced(shortened(event))
            history.processes = history.processes or Processes()
            history.processes.note(event, history.clock, is_followed=is_followed)
            self._grow(history)

    def _observe_created(self, event: ProcessCreated) -> tuple[Finding, ...]:
        evaluation, age = self._evaluate_unless_settled(event), None
        if evaluation is None:
            return _NOTHING
        self._counts["seen"] += 1
        if evaluation.child == SESSION_MANAGER and evaluation.reasons and event.device:
            evaluation = self._learn_drive(event, evaluation)
        if self._settings.resolve_parents and event.device:
            event, evaluation, age = self._resolve(event, evaluation)
        found = self._take_evidence(event) if evaluation.child in self._evidence_names else _NOTHING
        verdict = evaluation.verdict
        if verdict is _UNWATCHED:
            return found
        self._count(evaluation)
        if verdict is Verdict.UNKNOWN and self._settings.report_unknown:
            evaluation = _reported_unknown(evaluation)
        if not evaluation.reasons or self._is_excluded(event, evaluation):
            return found
        return found + self._record(event, evaluation, age)

    def _count(self, evaluation: Evaluation) -> None:
        counts = self._counts
        counts["watched"] += 1
        if evaluation.verdict is _MISMATCH:
            counts["mismatched"] += 1
            counts["copies"] += _SELF_COPY in evaluation.reasons
        elif evaluation.verdict is _EXPECTED:
            counts["expected"] += 1
        elif evaluation.missing is not None:
            counts["unknown"] += 1
            counts[evaluation.missing] += 1

    def _evaluate_unless_settled(self, event: ProcessCreated) -> Evaluation | None:
        """Evaluate an event that may matter; count one that the prefilter settles, and return None."""
        parent, evaluation = event.parent, None
        is_plain = event.creator is None and event.windows is None
        if parent is not None and is_plain and self._prefilter.is_new(event.process.name, parent.name):
            # A mismatch, most likely: evaluated once, and not by its names first, it costs two fifths less.
            evaluation = self._evaluate(event)
            if evaluation.verdict is _MISMATCH:
                return evaluation
        answer = self._prefilter.settle_processes(event.process, parent)
        if answer is _UNWATCHED:
            self._unwatched += 1
            return None
        if answer is _EXPECTED and is_plain:
            self._expected += 1
            return None
        return evaluation or self._evaluate(event)

    def _evaluate(self, event: ProcessCreated) -> Evaluation:
        history = self._histories.get(event.device)
        told = None if history is None else history.system_drive
        return self._evaluated(event, self._settings.drives_of(event.device, told))

    def _evaluated(self, event: ProcessCreated, drives: frozenset[str]) -> Evaluation:
        relations = self._registry.compiled if event.windows is None else self._relations_on(event.windows)
        return evaluate(relations, event.process, event.parent, event.creator, system_drives=drives)

    def _evaluate_as_reported(self, event: ProcessCreated) -> Evaluation:
        found = self._evaluate(event)
        return _reported_unknown(found) if found.verdict is Verdict.UNKNOWN else found

    def _learn_drive(self, event: ProcessCreated, evaluation: Evaluation) -> Evaluation:
        """Learn from which drive a device runs, if its kernel starts the session manager from there."""
        drive = drive_of_session_manager(event)
        if drive is None:
            return evaluation
        again = self._evaluated(event, self._settings.drives_of(event.device, drive))
        if again.reasons:
            return evaluation
        history = self._advanced(shortened(event))
        history.system_drive = drive
        self._grow(history)
        self._doubt_drives()
        return again

    def _doubt_drives(self) -> None:
        """Let no prefilter settle by the usual drive what is evaluated by another one on some device."""
        if not self._doubts_drives:
            self._doubts_drives = True
            for prefilter in tuple(self._prefilters):
                prefilter.doubt_drives()

    def _relations_on(self, windows: str) -> CompiledRelations:
        """Return the relations that hold on a release, those of any where it is not known."""
        try:
            canonical = release(windows)
        except InvalidArgument:
            return self._registry.compiled
        if canonical not in self._by_release:
            self._by_release[canonical] = on_release(self._registry, canonical).compiled
        return self._by_release[canonical]

    def _resolve(
        self, event: ProcessCreated, evaluation: Evaluation
    ) -> tuple[ProcessCreated, Evaluation, timedelta | None]:
        """Name and complete an event's parent from the starts seen before, and remember its own start."""
        history, age = self._history(shortened(event).device), None
        is_of_interest = evaluation.verdict is not _UNWATCHED or evaluation.child in self._evidence_names
        if history.processes is not None and (is_of_interest or evaluation.missing is not None):
            known = history.processes.resolve(event, history.clock)
            if known.event is not event:
                event, age, evaluation = known.event, known.age, self._evaluate(known.event)
            self._counts["resolved"] += known.is_named and evaluation.verdict is not _UNWATCHED
            if known.missing is not None and evaluation.missing not in {None, MissingParent.CREATOR}:
                evaluation = attrs.evolve(evaluation, missing=known.missing)
        self._follow(event, is_followed=False)
        return event, evaluation, age

    def _take_evidence(self, event: ProcessCreated | RemoteThreadCreated) -> tuple[Finding, ...]:
        policy, event = self._settings.suppression, shortened(event)
        evidence = None if policy is None else policy.evidence_in(event)
        if evidence is None:
            return _NOTHING
        self._counts["evidence"] += 1
        if not event.device:  # the rows of many devices: a pid in one says nothing about another
            return _NOTHING
        history = self._advanced(event)
        return self._apply(history, history.add_evidence(evidence))

    def _is_excluded(self, event: ProcessCreated, evaluation: Evaluation) -> bool:
        """Tell whether any exclusion covers an event, and count each that does."""
        if not self._settings.exclusions:
            return False
        covering = [each for each in self._settings.exclusions if each.covers(event, evaluation)]
        self._counts.update(covering)
        self._counts["excluded"] += bool(covering)
        return bool(covering)

    def _record(
        self, event: ProcessCreated, evaluation: Evaluation, age: timedelta | None
    ) -> tuple[Finding, ...]:
        policy = self._settings.suppression
        is_clearable = policy is not None and bool(event.device) and policy.could_clear(evaluation, event)
        event, short = shortened(event), shortened_text
        child, parent = short(evaluation.child), short(evaluation.parent)
        key = child, parent, evaluation.reasons, short(evaluation.directory)
        if key not in self._pairs:
            is_exact = not self._lost_all and not (self._lost and _checksum(key) in self._lost)
            self._pairs[key] = self._new_pair(key, evaluation, event, is_exact=is_exact)
        history = self._advanced(event)
        age = age_in_list(event) if age is None else age
        seen = Seen(key, event, age, evaluation.severity, event.timestamp)
        return self._apply(history, history.record(seen, is_clearable=is_clearable))

    def _apply(self, history: History, changes: list[Change]) -> tuple[Finding, ...]:
        """Add what changed on a device to the pairs; return the findings that are new, joined or closed."""
        if len(changes) == 1 and changes[0][2] == 1:  # nearly always: one more event counts
            return self._apply_one(history, changes[0])
        before: dict[DeviceActivity, int] = {}
        for change in changes:
            activity, variants = change[0], change[0].variants
            before.setdefault(activity, activity.occurrences)
            self._pairs[activity.key].apply(change)
            history.extra += max(0, activity.variants - 1) - max(0, variants - 1)
            self._counts["suppressed"] += change[3]
        found: list[Finding] = []
        for activity, occurrences in before.items():
            pair = self._pairs[activity.key]
            if not occurrences and activity.occurrences:
                found.append(pair.finding())
            elif occurrences and not pair.device_count:  # all that counted was just cleared
                gone = [seen for of, seen, number, _ in changes if of is activity and number < 0]
                found.append(pair.closed(gone, pair.suppressed - len(gone)))
        self._grow(history)
        return tuple(found)

    def _apply_one(self, history: History, change: Change) -> tuple[Finding, ...]:
        """Do what `_apply` does for one event that counts and that no evidence has a say in."""
        activity = change[0]
        variants, is_new = activity.variants, not activity.occurrences
        pair = self._pairs[activity.key]
        pair.apply(change)
        if activity.variants > 1:
            history.extra += activity.variants - max(1, variants)
        self._counts["suppressed"] += change[3]
        found = (pair.finding(),) if is_new else _NOTHING
        self._grow(history)
        return found

    # remembering and forgetting -------------------------------------------------------------------------

    def _history(self, device: str) -> History:
        history = self._histories.get(device)
        if history is None:
            policy = self._settings.suppression if device else None
            history = self._histories[device] = History(device, policy)
        return history

    def _advanced(self, event: Event) -> History:
        """Return the history of an event's device, its clock advanced; nameless rows have no clock."""
        history = self._history(event.device)
        history.clock = max(history.clock, clock_of(event))
        if history.device:
            self._rest(*history.expire(history.clock, self._settings.window))
        return history

    def _rest(self, number: int, activities: Iterable[DeviceActivity]) -> None:
        self._counts["expired"] += number
        for activity in activities:
            self._pairs[activity.key].rest(activity)

    def expire(self, now: datetime) -> tuple[Finding, ...]:
        """Forget what is older than the window at `now`, on every device, silent ones included.

        A device's own events do that as they come, rows without a device never.

        Returns:
            The findings of which nothing is left, as they last were; nothing has explained or closed them.

        Raises:
            InvalidEvent: `now` is no aware datetime.
        """
        now, window = utc("now", now), self._settings.window
        expired = [(history, *history.expire(now, window)) for history in self._histories.values()]
        pairs = {activity.key: self._pairs[activity.key] for _, _, gone in expired for activity in gone}
        last = {key: pair.finding() for key, pair in pairs.items() if pair.device_count}
        for history, number, gone in expired:
            self._rest(number, gone)
            self._grow(history)
        return tuple(sorted((last[key] for key in last if not pairs[key].device_count), key=finding_order))

    def _evict(self, activities: Iterable[DeviceActivity]) -> None:
        for activity in activities:
            key = activity.key
            pair = self._pairs[key]
            pair.forget(activity)
            if not pair.devices:
                del self._pairs[key]
                if not pair.is_exact:
                    self._lost.add(_checksum(key))
        if len(self._lost) > max(self._settings.capacity, _FEWEST_LOST):
            self._lost.clear()
            self._lost_all = True

    def _grow(self, history: History) -> None:
        self._recount(history)
        if self._size > self._settings.capacity:
            self._make_room()

    def _recount(self, history: History) -> None:
        size = history.size
        self._size += size - history.counted
        history.counted = size

    def _make_room(self) -> None:
        """Let the devices that take most room give up their own oldest, down to one level for all of them.

        Cost: a sort of the devices, once for each sixteenth of the capacity that comes in anew.
        """
        room = self._settings.capacity - self._settings.capacity // _SHARE
        ordered = sorted(self._histories.values(), key=lambda each: each.size)
        place = 0
        while ordered[place].size <= room // (len(ordered) - place):
            room -= ordered[place].size
            place += 1
        largest = sorted(ordered[place:], key=lambda each: (each.clock, each.device), reverse=True)
        level, spare = divmod(room, len(largest))
        for place, history in enumerate(largest):
            number, gone = history.trim(level + (place < spare))
            self._counts["evicted"] += number
            self._evict(gone)
            self._recount(history)
        for device in [device for device, history in self._histories.items() if not history.size]:
            del self._histories[device]

    # saving, restoring, merging ------------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """Return everything it remembers, its options and its counts, but not its registry, as JSON values.

        Cost: linear in what is remembered.

        Raises:
            InvalidState: the suppression policy is not one of this library's.
        """
        return saving.encoded(self._saved())

    @classmethod
    def from_state(
        cls,
        state: Mapping[str, object],
        *,
        registry: RelationRegistry,
        exclusions: Iterable[Exclusion] | None = None,
    ) -> Detector:
        """Return a detector that continues where the one that gave `state` was.

        Args:
            state: what `state()` returned, before or after a trip through JSON.
            registry: the relations to evaluate by from now on.
            exclusions: what is expected from now on; None keeps those that were saved.

        Raises:
            InvalidState: it is damaged, too large, from another version, or of something else.
            InvalidArgument: `registry` or `exclusions` is of the wrong type.
        """
        saved = saving.decoded(state)
        settings = saved.settings
        if exclusions is not None:
            settings = attrs.evolve(settings, exclusions=exclusions)
        detector = cls._with(registry, settings)
        detector._take_in(saved)
        size, capacity = detector._size, settings.capacity
        saving.require(size <= capacity, "histories", size, f"is more than the capacity of {capacity}")
        return detector

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle and copy by way of `state()`: a copy shares nothing that changes with this one."""
        return partial(Detector.from_state, registry=self._registry), (self.state(),)

    def merge(self, other: Detector, *more: Detector) -> Detector:
        """Return a new detector that knows what all of them know; none of them changes.

        They merge to what one would have found that saw all, in whatever order. Rows without a device are
        added up. Options and registry are those of this one. Cost: linear in what they remember.

        Raises:
            InvalidArgument: one is no detector, or two saw the same device.
        """
        merged = self._with(self._registry, self._settings)
        for each in (self, other, *more):
            if not isinstance(each, Detector):
                raise InvalidArgument("other", each, "must be a Detector")
            shared = sorted((each._histories.keys() & merged._histories.keys()) - {""})
            if shared:
                reason = "is a device that two of the detectors saw; give each detector devices of its own"
                raise InvalidArgument("device", shared[0], reason)
            merged._take_in(each._saved())
        if merged._size > merged._settings.capacity:
            merged._make_room()
        return merged

    @classmethod
    def _with(cls, registry: RelationRegistry, settings: Settings) -> Detector:
        options: dict[str, Any] = {each.name: getattr(settings, each.name) for each in attrs.fields(Settings)}
        by_device = options.pop("device_drives")
        if by_device:
            options["system_drive"] = dict(by_device)
        return cls(registry, **options)

    def _saved(self) -> saving.Saved:
        return saving.Saved(
            settings=self._settings,
            stats=self.stats,
            pairs=tuple(saving.saved_pair(self._pairs[key]) for key in sorted(self._pairs, key=repr)),
            histories=tuple(saving.saved_history(self._histories[name]) for name in sorted(self._histories)),
            lost=tuple(sorted(self._lost)),
            lost_all=self._lost_all,
        )

    def _take_in(self, saved: saving.Saved) -> None:
        """Add what another detector knows; what the record holds becomes this one's own.

        Raises:
            InvalidState: it does not fit together.
        """
        for each in saved.pairs:
            if each.key not in self._pairs:
                child, parent = Process(each.key[0]), Process(each.key[1] or None)
                now = evaluate(self._registry.compiled, child, parent)
                facts = attrs.evolve(now, expected=each.expected, imitates=each.imitates)
                self._pairs[each.key] = self._new_pair(each.key, facts, None, is_exact=True)
        for record in saved.histories:
            history = saving.restored_history(record, self._settings.suppression)
            for key, activity in history.activities.items():
                saving.require(key in self._pairs, "histories", key, "is none of the pairs")
                self._pairs[key].restore(activity)
            mine = self._histories.setdefault(history.device, history)
            if mine is not history:
                saving.require(not history.device, "histories", history.device, "is there twice")
                mine.absorb(history)
            self._recount(mine)
            if mine.system_drive is not None:
                self._doubt_drives()
        for each in saved.pairs:
            pair = self._pairs[each.key]
            saving.require(pair.devices, "pairs", each.key, "is of no device")
            pair.is_exact = pair.is_exact and each.is_exact
            pair.include(each.kept)
            pair.kept.include(each.kept)
            pair.variants.include(each.variants)
            counted = sum((Counter(variant.counts) for variant in each.variants), Counter[str]())
            of = pair.devices
            fits = all(name in of and of[name].occurrences >= number for name, number in counted.items())
            saving.require(fits, "pairs", each.key, "has more variants than events")
        self._lost.update(saved.lost)
        self._lost_all |= saved.lost_all
        self._counts.update(counts_of(saved.stats, saved.settings.exclusions))

    def _new_pair(
        self, key: Key, evaluation: Evaluation, event: ProcessCreated | None, *, is_exact: bool
    ) -> Pair:
        return Pair(
            key=key,
            evaluation=evaluation,
            evaluated=event,
            evaluate=self._evaluate_as_reported,
            is_exact=is_exact,
        )


def _reported_unknown(evaluation: Evaluation) -> Evaluation:
    return attrs.evolve(evaluation, reasons=(Reason.UNKNOWN_PARENT,), severity=Severity.INFORMATIONAL)


def _checksum(key: Key) -> int:
    child, parent, reasons, directory = key
    text = "\n".join((child, parent, directory, *(reason.value for reason in reasons)))
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def _no_event(event: object) -> InvalidEvent:
    hint = "; telemetry.read makes one of a row" if hasattr(event, "keys") else ""
    kinds = "ProcessCreated, RemoteThreadCreated or ProcessExited"
    return InvalidEvent("event", event, f"must be a {kinds}{hint}")
