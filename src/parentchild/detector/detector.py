"""The detector: events in, findings out. It holds the only state of this library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakSet

import attrs

from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.catalog.releases import RelationsByRelease
from parentchild.detector.fleet import Fleet
from parentchild.detector.history import History
from parentchild.detector.processes import Processes
from parentchild.detector.settings import Settings
from parentchild.detector.state import Saved, decoded, encoded
from parentchild.detector.stats import Counts, Stats, count, counts_of, stats_of
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited, RemoteThreadCreated, shortened, utc
from parentchild.findings.finding import Finding
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.relations.drives import Drives
from parentchild.relations.evaluation import Evaluation, MissingParent, Reason, Verdict, evaluate
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.images import SESSION_MANAGER, drive_of_session_manager
from parentchild.relations.pids import Entry, age_in_list
from parentchild.relations.prefilter import EVALUATE, NONE, Evidence, Known, Opened, Prefilter
from parentchild.relations.registry import RelationRegistry
from parentchild.saving.forms import require

_EVENTS = frozenset({ProcessCreated, RemoteThreadCreated, ProcessExited})
_NOTHING: tuple[Finding, ...] = ()
_EXPECTED, _UNWATCHED, _MISMATCH = Verdict.EXPECTED, Verdict.UNWATCHED, Verdict.MISMATCH
_SELF_COPY = Reason.SELF_COPY  # before Python 3.12, to name a member by its class is a call
_UNUSED: Mapping[object, Mapping[object, Known] | None] = {}


class Detector:
    """Finds processes that the wrong parent started.

    A detector takes events one at a time or in batches, in any order, and returns findings. It reads no clock
    and does no I/O. It is not safe to feed from two threads at once: give each thread its own and `merge`, or
    hold a lock around each call.

    Args:
        registry: the relations to evaluate by.
        exclusions: what is expected in your environment.
        window: how long events are remembered, by the device's own time; None for ever. It is never a
            reason to drop an event: an old one is evaluated and reported as well.
        capacity: how many things are remembered at most: one for each pair and device, each further
            variant of a pair on a device, each piece of crash evidence, each event that it could still clear,
            each start and exit. When there are more, the device with the most gives up those that it used
            longest ago, and `stats.evicted` counts them. A repeat then counts as new.
        suppression: the crash-handler policy, or None for no suppression.
        report_unknown: whether events whose parent is unknown are reported, not only counted.
        resolve_parents: whether parents known by pid alone are looked up among the starts seen before, and
            copies of their parents raised once they have started anything but a crash reporter.
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
        settings = Settings(
            exclusions=exclusions,
            window=window,
            capacity=capacity,
            suppression=suppression,
            report_unknown=report_unknown,
            resolve_parents=resolve_parents,
            system_drive=system_drive if isinstance(system_drive, str) else "C:",
            device_drives=() if isinstance(system_drive, str) else system_drive,
        )
        self._begin(registry, settings)

    def _begin(self, registry: RelationRegistry, settings: Settings) -> None:
        if not isinstance(registry, RelationRegistry):
            raise InvalidArgument("registry", registry, "must be a RelationRegistry")
        self._registry = registry
        self._settings = settings
        self._relations = RelationsByRelease(registry)
        self._drives = Drives(settings.system_drive, dict(settings.device_drives))
        self._counts = Counts()
        policy = settings.suppression
        self._evidence_names = frozenset[str]() if policy is None else policy.evidence_names
        self._fleet = Fleet(self._settings, self._counts, self._evaluate_as_reported)
        self._doubts_drives = False
        self._prefilters = WeakSet[Prefilter]()
        self._prefilter = self.prefilter_for_rows(remembers_processes=settings.resolve_parents)
        self._memo = self._prefilter.memo
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
            system_drives=self._drives.certain,
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
        stats, active = self.stats, sum(pair.device_count > 0 for pair in self._fleet.pairs.values())
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

    def observe_many(  # noqa: C901, PLR0912 - one flat loop, since a call for each event would double its cost
        self, events: Iterable[Event]
    ) -> tuple[Finding, ...]:
        """Take a batch in, in order, and return all findings, as if each event had been observed by itself.

        The batch is looked over first: if anything in it is no event, none of it is taken in.

        Raises:
            InvalidEvent: something in it is no event; the detector is as it was.
        """
        batch: Sequence[Event] = events if isinstance(events, list | tuple) else list(events)
        open_events: list[Event] = []
        expected = 0  # what is neither that nor open is unwatched: to count most events up would take time
        memo: Mapping[object, Mapping[object, Known] | None] = self._memo
        settle = self._prefilter.settle_processes
        for event in batch:
            if type(event) is ProcessCreated:
                try:
                    by_parent = memo[event.process.name]
                    if by_parent is None:  # then the parent need not even be fetched
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
                    continue
                if known is _EXPECTED and event.creator is None and event.windows is None:
                    expected += 1
                else:
                    open_events.append(event)
                    if drive_of_session_manager(event) is not None:  # it may change what comes after it
                        memo = _UNUSED
            elif event.__class__ not in _EVENTS:
                raise _no_event(event)
            else:
                open_events.append(event)
        self._unwatched += len(batch) - expected - len(open_events)
        self._expected += expected
        return tuple(finding for event in open_events for finding in self._observe(event))

    def follow(self, event: ProcessCreated | ProcessExited) -> None:
        """Note a start or exit for the names of pids alone; it is neither evaluated nor counted.

        For whoever can read ahead: only its time and its record id say when it happened, not its arrival.
        """
        self._follow(event, is_followed=True)

    def observe_complete(self, event: Event) -> tuple[Finding, ...]:
        """Take an event in of which no other start tells more, without noting what it tells of others.

        For whoever can read ahead, and follows every start that matters.
        """
        return self._observe(event, is_complete=True)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is active now: one finding a pair, the most severe first.

        Cost: a sort of the pairs; independent of the number of devices.
        """
        return self._fleet.findings()

    def suppressed(self) -> tuple[Finding, ...]:
        """Return what crash evidence cleared and is still remembered singly, as closed findings."""
        return self._fleet.suppressed()

    def expire(self, now: datetime) -> tuple[Finding, ...]:
        """Forget what is older than the window at `now`, on every device, silent ones included.

        A device's own events do that as they come; events without a device do not.

        Returns:
            The findings of which nothing is left, as they last were; nothing has explained or closed them.

        Raises:
            InvalidEvent: `now` is no aware datetime.
        """
        return self._fleet.expire(utc("now", now))

    @property
    def stats(self) -> Stats:
        """What was counted so far."""
        counts = self._counts
        counts["seen"] += self._unwatched + self._expected
        counts["watched"] += self._expected
        counts["expected"] += self._expected
        self._unwatched = self._expected = 0
        return stats_of(counts, self._settings.exclusions)

    def _observe(self, event: Event, *, is_complete: bool = False) -> tuple[Finding, ...]:
        if isinstance(event, ProcessCreated):
            return self._observe_created(event, is_complete=is_complete)
        if event.__class__ not in _EVENTS:
            raise _no_event(event)
        self._counts["seen"] += 1
        if not isinstance(event, RemoteThreadCreated):
            return self._follow(event, is_followed=False)
        could_be = self._prefilter.thread  # most threads are made by others than the crash handler
        source = event.source
        if not (could_be(source.name) or (source.path is not None and could_be(source.path))):
            return _NOTHING
        return self._take_evidence(event)

    def _follow(self, event: ProcessCreated | ProcessExited, *, is_followed: bool) -> tuple[Finding, ...]:
        """Note a start or exit; return what is raised by it."""
        if not (self._settings.resolve_parents and event.device):
            return _NOTHING
        history = self._fleet.advanced(shortened(event))
        history.processes = history.processes or Processes()
        noted = history.processes.note(event, history.clock, is_followed=is_followed)
        self._fleet.grow(history)
        return _NOTHING if noted is None else self._raise_starter(history, noted)

    def _observe_created(self, event: ProcessCreated, *, is_complete: bool) -> tuple[Finding, ...]:
        evaluation, age = self._evaluate_unless_settled(event), None
        if evaluation is None:
            return _NOTHING
        self._counts["seen"] += 1
        if evaluation.child == SESSION_MANAGER and evaluation.reasons and event.device:
            evaluation = self._learn_drive(event, evaluation)
        found = _NOTHING
        if self._settings.resolve_parents and event.device and not is_complete:
            found = self._follow(event, is_followed=False)
            event, evaluation, age = self._resolve(event, evaluation)
        if evaluation.child in self._evidence_names:
            found += self._take_evidence(event)
        if evaluation.verdict is _UNWATCHED:
            return found
        count(self._counts, evaluation)
        if evaluation.verdict is Verdict.UNKNOWN and self._settings.report_unknown:
            evaluation = _reported_unknown(evaluation)
        if not evaluation.reasons or self._is_excluded(event, evaluation):
            return found
        return found + self._record(event, evaluation, age)

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

    def _evaluate(
        self, event: ProcessCreated, *, drive: str | None = None, has_started: bool = False
    ) -> Evaluation:
        if drive is None and (history := self._fleet.histories.get(event.device)) is not None:
            drive = history.system_drive
        return evaluate(
            self._relations.on(event.windows),
            event.process,
            event.parent,
            event.creator,
            system_drives=self._drives.of(event.device, drive),
            has_started=has_started,
        )

    def _evaluate_as_reported(self, event: ProcessCreated) -> Evaluation:
        found = self._evaluate(event)
        return _reported_unknown(found) if found.verdict is Verdict.UNKNOWN else found

    def _learn_drive(self, event: ProcessCreated, evaluation: Evaluation) -> Evaluation:
        """Learn from which drive a device runs, if its kernel starts the session manager from there."""
        drive = drive_of_session_manager(event)
        if drive is None:
            return evaluation
        again = self._evaluate(event, drive=drive)
        if again.reasons:
            return evaluation
        history = self._fleet.advanced(shortened(event))
        history.system_drive = drive
        self._fleet.grow(history)
        self._doubt_drives()
        return again

    def _doubt_drives(self) -> None:
        """Let no prefilter settle by the usual drive what is evaluated by another one on some device."""
        if not self._doubts_drives:
            self._doubts_drives = True
            for prefilter in tuple(self._prefilters):
                prefilter.doubt_drives()

    def _resolve(
        self, event: ProcessCreated, evaluation: Evaluation
    ) -> tuple[ProcessCreated, Evaluation, timedelta | None]:
        """Name and complete an event's parent from the starts seen before."""
        history, age = self._fleet.history(shortened(event).device), None
        is_of_interest = evaluation.verdict is not _UNWATCHED or evaluation.child in self._evidence_names
        if history.processes is not None and (is_of_interest or evaluation.missing is not None):
            known = history.processes.resolve(event, history.clock)
            if known.event is not event:
                event, age, evaluation = known.event, known.age, self._evaluate(known.event)
            self._counts["resolved"] += known.is_named and evaluation.verdict is not _UNWATCHED
            if known.missing is not None and evaluation.missing not in {None, MissingParent.CREATOR}:
                evaluation = attrs.evolve(evaluation, missing=known.missing)
        return event, evaluation, age

    def _take_evidence(self, event: ProcessCreated | RemoteThreadCreated) -> tuple[Finding, ...]:
        policy, event = self._settings.suppression, shortened(event)
        evidence = None if policy is None else policy.evidence_in(event)
        if evidence is None:
            return _NOTHING
        self._counts["evidence"] += 1
        if not event.device:  # the rows of many devices: a pid in one says nothing about another
            return _NOTHING
        history = self._fleet.advanced(event)
        return self._fleet.apply(history, history.add_evidence(evidence))

    def _is_excluded(self, event: ProcessCreated, evaluation: Evaluation) -> bool:
        """Tell whether any exclusion covers an event, and count each that does."""
        covering = [each for each in self._settings.exclusions if each.covers(event, evaluation)]
        if covering:
            self._counts.update(["excluded", *covering])
        return bool(covering)

    def _record(
        self, event: ProcessCreated, evaluation: Evaluation, age: timedelta | None
    ) -> tuple[Finding, ...]:
        policy, may_be_raised = self._settings.suppression, False
        is_clearable = policy is not None and event.device != "" and policy.could_clear(evaluation, event)
        age = age_in_list(event) if age is None else age
        if _SELF_COPY in evaluation.reasons and self._settings.resolve_parents and event.device:
            if self._fleet.history(shortened(event).device).has_started(event):
                return self._raise(event, age)
            may_be_raised = bool(event.process.pid)
        record = self._fleet.record
        return record(event, evaluation, age, is_clearable=is_clearable, may_be_raised=may_be_raised)

    def _raise(self, copy: ProcessCreated, age: timedelta | None) -> tuple[Finding, ...]:
        """Record a copy that has started another program: it is no clone, so no evidence clears it."""
        self._counts["copies"] -= 1
        evaluation = self._evaluate(copy, has_started=True)
        return self._fleet.record(copy, evaluation, age, is_clearable=False, may_be_raised=False)

    def _raise_starter(self, history: History, started: Entry) -> tuple[Finding, ...]:
        """Raise the copy that started a process, if it was a copy."""
        found = _NOTHING
        copies = () if started.starter is None else tuple(history.copies.get(started.starter[0], ()))
        for seen in copies:
            # What was raised before it may have taken the room of this one.
            if seen in history.things and history.has_started(seen.event):
                found += self._fleet.apply(history, history.take_back(seen))
                found += self._raise(seen.event, seen.age)
        return found

    # saving, restoring, merging ------------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """Return everything it remembers, its options and its counts, but not its registry, as JSON values.

        Cost: linear in what is remembered.

        Raises:
            InvalidState: the suppression policy is not one of this library's.
        """
        return encoded(self._fleet.saved(self.stats))

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
        saved = decoded(state)
        settings = saved.settings
        if exclusions is not None:
            settings = attrs.evolve(settings, exclusions=exclusions)
        detector = cls._with(registry, settings)
        detector._take_in(saved)
        size, capacity = detector._fleet.size, settings.capacity
        require(size <= capacity, "histories", size, f"is more than the capacity of {capacity}")
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
            shared = sorted((each._fleet.histories.keys() & merged._fleet.histories.keys()) - {""})
            if shared:
                reason = "is a device that two of the detectors saw; give each detector devices of its own"
                raise InvalidArgument("device", shared[0], reason)
            merged._take_in(each._fleet.saved(each.stats))
        if merged._fleet.size > merged._settings.capacity:
            merged._fleet.make_room()
        return merged

    @classmethod
    def _with(cls, registry: RelationRegistry, settings: Settings) -> Detector:
        detector = cls.__new__(cls)
        detector._begin(registry, settings)
        return detector

    def _take_in(self, saved: Saved) -> None:
        self._fleet.take_in(saved, self._registry.compiled)
        if any(history.system_drive is not None for history in saved.histories):
            self._doubt_drives()
        self._counts.update(counts_of(saved.stats, saved.settings.exclusions))


def _reported_unknown(evaluation: Evaluation) -> Evaluation:
    return attrs.evolve(evaluation, reasons=(Reason.UNKNOWN_PARENT,))


def _no_event(event: object) -> InvalidEvent:
    hint = "; telemetry.read makes one of a row" if hasattr(event, "keys") else ""
    kinds = "ProcessCreated, RemoteThreadCreated or ProcessExited"
    return InvalidEvent("event", event, f"must be a {kinds}{hint}")
