"""Orphans: events whose parent or creator is known by its pid alone, and what becomes of them.

Such an event is judged at once by what is known, and again whenever a start or an exit changes what its pids
meant. So it does not matter in which order starts, exits and children arrive.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from parentchild.detector.assessor import Assessment, Assessor
from parentchild.detector.ledger import OpenOccurrences
from parentchild.detector.memory import Entry, Memory
from parentchild.detector.resolution import Place, ProcessTable, needs_resolution, resolved
from parentchild.detector.snapshots import OrphanRecord, Snapshot
from parentchild.events import ProcessCreated, clock_of
from parentchild.findings.finding import Finding
from parentchild.relations.evaluation import Verdict

_MOST_AT_ONE_PLACE = 128  # children of one pid; more is a flood, and those judged longest ago stay as judged


class Orphan(Entry):
    """One event that waits for a name."""

    __slots__ = ("assessment", "event", "is_torn", "known", "places")

    def __init__(self, event: ProcessCreated, at: datetime) -> None:
        super().__init__(event.device, at)
        self.event = event
        self.known = event
        self.is_torn = False  # two detectors knew it by different names; it must be judged anew
        self.assessment: Assessment | None = None
        self.places: tuple[Place, ...] = tuple(
            dict.fromkeys(
                (event.device, process.pid or 0)
                for process in (event.parent, event.creator)
                if process is not None and needs_resolution(process)
            )
        )


class Orphans:
    """All orphans, by the pids that they wait for.

    Args:
        assessor: judges and records.
        processes: tells what a pid meant.
        memory: the bounded memory in which orphans are kept.
    """

    __slots__ = ("_assessor", "_by_place", "_processes", "memory")

    def __init__(self, assessor: Assessor, processes: ProcessTable, memory: Memory) -> None:
        self._assessor = assessor
        self._processes = processes
        self.memory = memory
        self._by_place: dict[Place, dict[Orphan, None]] = {}

    def adopt(self, event: ProcessCreated) -> tuple[Finding, ...]:
        """Judge an orphan by what is known now, and keep it for what may become known."""
        orphan = Orphan(event, clock_of(event))
        for gone in self.memory.expired(event.device, orphan.at):
            self._forget(gone)
        self._file(orphan)
        self.memory.add(orphan)
        findings = self._assess(orphan)
        self._shrink()
        return findings

    def unnamed(self) -> frozenset[Place]:
        """Return the pids that orphans wait for and that nothing has named."""
        return frozenset(
            place
            for place, orphans in self._by_place.items()
            if any(orphan.known == orphan.event for orphan in orphans)
        )

    def expire(self, now: datetime) -> None:
        """Forget the orphans of every device that are older than the window at `now`."""
        for gone in self.memory.all_expired(now):
            self._forget(gone)

    def reconsider(self, place: Place, since: datetime | None = None) -> tuple[Finding, ...]:
        """Judge the orphans that wait for a pid again; return each finding that this changed.

        Args:
            place: the device and the pid.
            since: from when on that pid may mean something else; None for all time.
        """
        changed: list[Finding] = []
        for orphan in tuple(self._by_place.get(place, ())):
            if since is not None and orphan.event.timestamp < since:
                continue  # what starts or exits later was not there
            known = resolved(orphan.event, self._processes.find)
            if (orphan.is_torn or known != orphan.known) and orphan.assessment is not None:
                changed += self._assessor.retract(orphan.assessment)
                self._count_resolved(orphan, -1)
                changed += self._assess(orphan)
        return tuple(changed)

    def _shrink(self) -> None:
        for gone in self.memory.overflow():
            self._forget(gone)
            self._assessor.counters.add("evicted")

    def _forget(self, entry: Entry) -> None:
        """Let go of an orphan that memory has dropped; what was recorded of it stays as it is."""
        if not isinstance(entry, Orphan):
            return
        for place in entry.places:
            there = self._by_place[place]
            del there[entry]
            if not there:
                del self._by_place[place]

    def records(self) -> Snapshot:
        """Return everything that is remembered here, as plain values."""
        return Snapshot(
            orphans=tuple(
                OrphanRecord(entry.event, (entry.known,), entry.at, entry.touched)
                for entry in self.memory.entries()
                if isinstance(entry, Orphan)
            ),
            orphan_touches=self.memory.touches,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Take everything in that a snapshot holds, after ledger and process table took theirs."""
        open_ = self._assessor.ledger.open_occurrences()
        for record in sorted(snapshot.orphans, key=lambda each: (each.touched, repr(each.event))):
            self._restore(record, open_)
        self.memory.touches = snapshot.orphan_touches

    def settle_merge(self) -> None:
        """After a merge, judge each orphan by what the other side knows, and make room."""
        for place in tuple(self._by_place):
            self.reconsider(place)
        self._shrink()

    def _restore(self, record: OrphanRecord, open_: OpenOccurrences) -> None:
        orphan = Orphan(record.event, record.at)
        orphan.touched = record.touched
        self._file(orphan)
        self.memory.restore(orphan)
        orphan.known = record.known[0]
        orphan.is_torn = len(record.known) > 1
        assessments = [self._assessor.reattach(known, open_) for known in record.known]
        occurrences = (occurrence for each in assessments for occurrence in each.occurrences)
        orphan.assessment = attrs.evolve(assessments[0], occurrences=tuple(occurrences))

    def _file(self, orphan: Orphan) -> None:
        for place in orphan.places:
            there = self._by_place.setdefault(place, {})
            there[orphan] = None
            if len(there) > _MOST_AT_ONE_PLACE:
                oldest = next(iter(there))
                self.memory.remove(oldest)
                self._forget(oldest)
                self._assessor.counters.add("evicted")

    def _assess(self, orphan: Orphan) -> tuple[Finding, ...]:
        orphan.is_torn = False
        orphan.known = resolved(orphan.event, self._processes.use)
        evaluation = self._assessor.evaluate(orphan.known)
        orphan.assessment = self._assessor.assess(orphan.known, evaluation, movable=True)
        self._count_resolved(orphan, 1)
        return orphan.assessment.findings

    def _count_resolved(self, orphan: Orphan, number: int) -> None:
        watched = (
            orphan.assessment is not None and orphan.assessment.evaluation.verdict is not Verdict.UNWATCHED
        )
        if watched and orphan.known != orphan.event:
            self._assessor.counters.add("resolved", number)
