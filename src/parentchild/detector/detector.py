"""The detector: events in, findings out. It holds the only state of this library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector.assessor import Assessor, UnknownParents
from parentchild.detector.crashes import CrashHandler, Suppression, clears_clones_alone
from parentchild.detector.ledger import Ledger
from parentchild.detector.memory import Memory
from parentchild.detector.orphans import Orphans
from parentchild.detector.resolution import ProcessTable, needs_resolution
from parentchild.detector.settings import Settings
from parentchild.detector.snapshots import Snapshot, united
from parentchild.detector.state import SavedState, decoded, encoded
from parentchild.detector.stats import Counters, Stats
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import (
    Event,
    Process,
    ProcessCreated,
    ProcessExited,
    RemoteThreadCreated,
    clock_of,
    utc,
)
from parentchild.findings.finding import Finding
from parentchild.relations.evaluation import Verdict
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.prefilter import EVALUATE, Answer, Prefilter
from parentchild.relations.registry import RelationRegistry

_EVENTS = frozenset({ProcessCreated, RemoteThreadCreated, ProcessExited})
_NOTHING: tuple[Finding, ...] = ()
_EVALUATE, _EXPECTED, _UNWATCHED = EVALUATE, Verdict.EXPECTED, Verdict.UNWATCHED


class Detector:
    """Finds processes that the wrong parent started.

    A detector takes events one at a time or in batches, in any order, and returns findings. It reads no clock
    and does no I/O. It is not safe to feed from two threads at once: give each thread its own and `merge`, or
    hold a lock around each call.

    Args:
        registry: the relations to judge by.
        exclusions: what is normal at home.
        window: how long a device's things are remembered, by that device's own time; None for ever. It is
            never a reason to drop an event: an old one is judged and reported as well.
        capacity: how many things are remembered at the most: one for each pair and device, and one for each
            piece of crash evidence and each event that could still be cleared by it. When there are more,
            those used longest ago go, and `stats.evicted` counts them; what is lost is that a repeat counts
            as new.
        suppression: the crash-handler policy: `CrashHandler()`, `AsPublished()`, or None for no suppression.
        unknown_parents: whether events whose parent is unknown are counted, or reported as well.
        resolve_parents: whether parents known by pid alone are looked up among the starts seen before. It
            remembers as many starts and exits again as `capacity` says.

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

    __slots__ = (
        "_assessor",
        "_counters",
        "_expected",
        "_ledger",
        "_memo",
        "_memory",
        "_orphans",
        "_processes",
        "_registry",
        "_prefilter",
        "_settings",
        "_unwatched",
    )

    def __init__(
        self,
        registry: RelationRegistry = DEFAULT_RELATIONS,
        *,
        exclusions: Iterable[Exclusion] = (),
        window: timedelta | None = timedelta(hours=2),
        capacity: int = 100_000,
        suppression: Suppression | None = CrashHandler(),  # noqa: B008 - frozen, so it can be shared
        unknown_parents: UnknownParents = UnknownParents.COUNT,
        resolve_parents: bool = False,
    ) -> None:
        if not isinstance(registry, RelationRegistry):
            raise InvalidArgument("registry", registry, "must be a RelationRegistry")
        settings = Settings(
            exclusions=exclusions,
            window=window,
            capacity=capacity,
            suppression=suppression,
            unknown_parents=unknown_parents,
            resolve_parents=resolve_parents,
        )
        self._registry = registry
        self._settings = settings
        self._counters = Counters()
        self._memory = Memory(window, capacity)
        self._ledger = Ledger(registry.compiled, suppression, self._memory, self._counters)
        self._assessor = Assessor(
            registry.compiled, settings.exclusions, unknown_parents, self._ledger, self._counters
        )
        self._processes: ProcessTable | None = None
        self._orphans: Orphans | None = None
        if resolve_parents:
            self._processes = ProcessTable(capacity)
            self._orphans = Orphans(self._assessor, self._processes, Memory(window, capacity))
        self._prefilter = prefilter_for(registry, suppression, remembers_processes=resolve_parents)
        # The prefilter's memo, once a book is open to count in; until then nothing is known.
        self._memo: Mapping[object, Mapping[object, Answer] | None] = {}
        self._unwatched = self._expected = 0  # seen, and not in the book yet

    # what a detector is made of ------------------------------------------------------------------------

    @property
    def registry(self) -> RelationRegistry:
        """The relations it judges by."""
        return self._registry

    @property
    def settings(self) -> Settings:
        """The options it was made with."""
        return self._settings

    @property
    def prefilter(self) -> Prefilter:
        """Tells a reader which rows could matter, so that the others need not become events."""
        return self._prefilter

    def __repr__(self) -> str:
        stats, standing = self.stats, len(self.findings())
        return f"<Detector: {standing} findings in {stats.seen} events, {stats.suppressed} suppressed>"

    # observing ----------------------------------------------------------------------------------------

    def observe(self, event: Event) -> tuple[Finding, ...]:
        """Take one event in, and return each finding that is new, changed or closed by it.

        Cost: two dict look-ups for an event that does not matter; tens of microseconds for one that does.

        Raises:
            InvalidEvent: it is no event; the detector is as it was.
        """
        # Most events end here: two look-ups, and a number of its own is counted up, not one in the book.
        if type(event) is ProcessCreated and event.parent is not None:
            try:
                by_parent = self._memo[event.process.name]
                answer = _UNWATCHED if by_parent is None else by_parent[event.parent.name]
            except KeyError:
                return self._observe(event)
            if answer is _UNWATCHED:
                self._unwatched += 1
                return _NOTHING
            if answer is _EXPECTED and event.creator is None:
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
        memo, answer_of = self._prefilter.memo, self._prefilter.answer
        for event in batch:
            if type(event) is ProcessCreated:
                parent = event.parent
                try:
                    by_parent = memo[event.process.name]
                    if by_parent is None:
                        unwatched += 1
                        continue
                    answer = by_parent[None if parent is None else parent.name]
                except KeyError:
                    answer = answer_of(event.process.name, None if parent is None else parent.name)
                if answer is _UNWATCHED:
                    unwatched += 1
                elif answer is _EXPECTED and event.creator is None:
                    expected += 1
                else:
                    open_events.append(event)
            elif event.__class__ not in _EVENTS:
                raise _no_event(event)
            else:
                open_events.append(event)
        if batch:
            self._open_book(batch[0])
        self._unwatched += unwatched
        self._expected += expected
        return tuple(finding for event in open_events for finding in self._observe(event))

    def expire(self, now: datetime) -> tuple[Finding, ...]:
        """Forget what is older than the window at `now`, on every device, silent ones included.

        A device's own events do that as they come; call this now and then if devices may fall silent.

        Returns:
            The findings of which nothing is remembered any more, as they last stood. They are not closed:
            nothing has explained them.

        Raises:
            InvalidEvent: `now` is no aware datetime.
        """
        now = utc("now", now)
        if self._orphans is not None:
            self._orphans.expire(now)
        return self._ledger.expire(now)

    # what stands ---------------------------------------------------------------------------------------

    def findings(self) -> tuple[Finding, ...]:
        """Return what stands now: one finding a reason, child and parent, the most severe and earliest first.

        Cost: a sort of the groups; independent of the number of devices.
        """
        return self._ledger.findings()

    def suppressed(self) -> tuple[Finding, ...]:
        """Return what crash evidence cleared and is still remembered, as closed findings."""
        return self._ledger.suppressed()

    @property
    def stats(self) -> Stats:
        """What was counted so far."""
        self._enter_counts()
        return self._counters.read()

    # inside --------------------------------------------------------------------------------------------

    def _observe(self, event: Event) -> tuple[Finding, ...]:
        if event.__class__ not in _EVENTS:
            raise _no_event(event)
        self._open_book(event)
        if isinstance(event, ProcessCreated):
            return self._observe_created(event)
        self._counters.add("seen")
        return self._take_evidence(event) if isinstance(event, RemoteThreadCreated) else self.follow(event)

    def _observe_created(self, event: ProcessCreated) -> tuple[Finding, ...]:
        parent = event.parent
        answer = self._interest_in(event.process, parent)
        if answer is _UNWATCHED:
            self._unwatched += 1
            return _NOTHING
        if answer is _EXPECTED and event.creator is None:
            self._expected += 1
            return _NOTHING
        self._counters.add("seen")
        found = self._take_evidence(event)
        if self._orphans is not None:
            found += self.follow(event)
            if needs_resolution(parent) or needs_resolution(event.creator):
                return found + self._orphans.adopt(event)
        evaluation = self._assessor.evaluate(event)
        return found + self._assessor.assess(event, evaluation, movable=False).findings

    def _interest_in(self, process: Process, parent: Process | None) -> Answer:
        """Return what names, and where those leave it open also paths, say of a creation."""
        if parent is None:
            return self._prefilter.answer(process.name, None)
        answer = self._prefilter.answer(process.name, parent.name)
        if answer is not _EVALUATE or not self._prefilter.needs_paths:
            return answer
        return self._prefilter.answer_with_paths(process.name, process.path, parent.name, parent.path)

    def _enter_counts(self) -> None:
        """Write down in the book what was counted beside it."""
        if self._unwatched or self._expected:
            self._counters.add("seen", self._unwatched + self._expected)
            self._counters.add("watched", self._expected)
            self._counters.add("expected", self._expected)
            self._unwatched = self._expected = 0

    def _open_book(self, event: Event) -> None:
        if self._counters.own_name is None:
            self._counters.open(f"{event.device}|{event.timestamp.isoformat()}|{event.record_id}")
        self._memo = self._prefilter.memo

    def _take_evidence(self, event: ProcessCreated | RemoteThreadCreated) -> tuple[Finding, ...]:
        policy = self._settings.suppression
        evidence = None if policy is None else policy.evidence_in(event)
        if evidence is None:
            return _NOTHING
        self._counters.add("evidence")
        return tuple(self._ledger.prove(evidence, clock_of(event)))

    @property
    def awaited(self) -> frozenset[tuple[str, int]]:
        """The devices and pids of parents that it was given by pid alone and could not name yet."""
        return frozenset() if self._orphans is None else self._orphans.unnamed()

    def follow(self, event: ProcessCreated | ProcessExited) -> tuple[Finding, ...]:
        """Note a start or exit for the names of pids, without judging it or counting it as seen.

        Returns:
            Each finding that this made, changed or closed, since a parent has a name now.
        """
        if self._orphans is None or self._processes is None:
            return _NOTHING
        self._open_book(event)
        if isinstance(event, ProcessCreated):
            place = self._processes.note_start(event)
        else:
            place = self._processes.note_exit(event)
        found = _NOTHING if place is None else self._orphans.reconsider(place, event.timestamp)
        self._counters.add("evicted", self._processes.shrink())
        return found

    # saving, restoring, merging ------------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """Return everything it remembers, its options and its counts, as JSON values.

        The registry is not part of it: it is given again to `from_state`, so that it can be a newer one.

        Cost: linear in what is remembered.
        """
        self._enter_counts()
        return encoded(
            SavedState(self._settings, self._snapshot(), self._counters.filled(), self._counters.own_name)
        )

    @classmethod
    def from_state(
        cls, state: Mapping[str, object], *, registry: RelationRegistry = DEFAULT_RELATIONS
    ) -> Detector:
        """Return a detector that continues where the one that gave `state` stood.

        Args:
            state: what `state()` returned, before or after a trip through JSON.
            registry: the relations to judge by from now on.

        Raises:
            InvalidState: it is damaged, too large, from a newer version, or of something else.
        """
        saved = decoded(state)
        detector = cls._with(registry, saved.settings)
        detector._restore(saved.snapshot)
        detector._counters.restore(saved.books, saved.own_book)
        return detector

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle and copy by way of `state()`: a copy shares nothing that changes with this one.

        To keep a detector for longer than a process lives, save its `state()`, not a pickle.

        Raises:
            InvalidState: its suppression policy is not one of this library's.
        """
        return _restored, (self.state(), self._registry)

    def merge(self, other: Detector) -> Detector:
        """Return a new detector that knows what the two know; neither of them changes.

        Detectors that saw different devices merge to what one would have found that saw all. It does not
        matter in which order detectors are merged, or whether one is merged twice. Options and registry are
        those of this one.

        Raises:
            InvalidArgument: `other` is no detector.
        """
        if not isinstance(other, Detector):
            raise InvalidArgument("other", other, "must be a Detector")
        self._enter_counts()
        other._enter_counts()
        merged = self._with(self._registry, self._settings)
        merged._counters.unite(self._counters, other._counters)
        merged._restore(united(self._snapshot(), other._snapshot()))
        if merged._orphans is not None and merged._processes is not None:
            merged._orphans.settle_merge()
            merged._counters.add("evicted", merged._processes.shrink())
        merged._ledger.settle_merge()
        return merged

    @classmethod
    def _with(cls, registry: RelationRegistry, settings: Settings) -> Detector:
        return cls(
            registry,
            exclusions=settings.exclusions,
            window=settings.window,
            capacity=settings.capacity,
            suppression=settings.suppression,
            unknown_parents=settings.unknown_parents,
            resolve_parents=settings.resolve_parents,
        )

    def _snapshot(self) -> Snapshot:
        snapshot = self._ledger.records()
        if self._orphans is None or self._processes is None:
            return snapshot
        processes, orphans = self._processes.records(), self._orphans.records()
        return attrs.evolve(
            snapshot,
            runs=processes.runs,
            exits=processes.exits,
            table_touches=processes.table_touches,
            orphans=orphans.orphans,
            orphan_touches=orphans.orphan_touches,
        )

    def _restore(self, snapshot: Snapshot) -> None:
        self._ledger.restore(snapshot)
        if self._orphans is not None and self._processes is not None:
            self._processes.restore(snapshot)
            self._orphans.restore(snapshot)


def _restored(state: Mapping[str, object], registry: RelationRegistry) -> Detector:
    return Detector.from_state(state, registry=registry)


def prefilter_for(
    registry: RelationRegistry, suppression: Suppression | None, *, remembers_processes: bool
) -> Prefilter:
    """Return a prefilter that holds back what cannot matter to a detector with this registry and policy."""
    return Prefilter(
        registry.compiled,
        evidence=frozenset() if suppression is None else suppression.evidence_names,
        remembers_processes=remembers_processes,
        names_settle_unlisted=clears_clones_alone(suppression),
    )


def _no_event(event: object) -> InvalidEvent:
    hint = "; telemetry.read makes one of a row" if hasattr(event, "keys") else ""
    kinds = "ProcessCreated, RemoteThreadCreated or ProcessExited"
    return InvalidEvent("event", event, f"must be a {kinds}{hint}")
