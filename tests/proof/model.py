"""Slow and obvious models of a detector: plain lists, recomputed from scratch, no index and no heap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

from parentchild import Detector, Event, Finding, Process, ProcessCreated, ProcessExited, Reason, Verdict

from parentchild.detector.crashes import Evidence, Suppression
from parentchild.events import clock_of, event_order
from parentchild.relations.evaluation import Evaluation, evaluate, name_of

Key = tuple[Reason, str, str]


class Standing(NamedTuple):
    """What a finding says, as a model says it too."""

    key: Key
    first: ProcessCreated
    last: datetime
    devices: tuple[str, ...]
    occurrences: int
    suppressed: int


def standing(findings: Iterable[Finding]) -> set[Standing]:
    return {
        Standing(
            (each.reason, each.child, each.parent),
            each.event,
            each.last_seen,
            each.devices,
            each.occurrences,
            each.suppressed,
        )
        for each in findings
    }


class Judged(NamedTuple):
    key: Key
    event: ProcessCreated
    cleared: bool


def all_that_stands(judged: Sequence[Judged]) -> set[Standing]:
    found: set[Standing] = set()
    for key in {each.key for each in judged}:
        mine = [each for each in judged if each.key == key]
        stand = [each.event for each in mine if not each.cleared]
        if stand:
            found.add(
                Standing(
                    key,
                    min(stand, key=lambda event: (event_order(event), repr(event))),
                    max(event.timestamp for event in stand),
                    tuple(sorted({event.device for event in stand})),
                    len(stand),
                    len(mine) - len(stand),
                )
            )
    return found


def reasons_of(detector: Detector, evaluation: Evaluation) -> tuple[Reason, ...]:
    reports = detector.settings.unknown_parents is UnknownParents.REPORT
    if evaluation.verdict is Verdict.UNKNOWN and reports:
        return (Reason.UNKNOWN_PARENT,)
    return evaluation.reasons


def is_excluded(detector: Detector, event: ProcessCreated, evaluation: Evaluation) -> bool:
    exclusions = detector.settings.exclusions
    return any(each.covers(event, evaluation.child, evaluation.parent) for each in exclusions)


def is_clearable(policy: Suppression | None, key: Key, event: ProcessCreated) -> bool:
    evaluation = Evaluation(verdict=Verdict.MISMATCH, child=key[1], parent=key[2])
    return policy is not None and policy.could_clear(evaluation, key[0], event)


def same_place(evidence: Evidence, event: ProcessCreated) -> bool:
    pid = None if event.parent is None else event.parent.pid
    return (evidence.device, evidence.pid) == (event.device, pid)


@attrs.define
class Unbounded:
    """A detector without limits: what it finds follows from the bag of events that it saw, in any order."""

    like: Detector
    events: list[Event] = attrs.field(factory=list[Event])

    def findings(self) -> set[Standing]:
        return all_that_stands(self.judged())

    def counts(self) -> dict[str, int]:
        names = ("watched", "expected", "mismatched", "unknown", "excluded", "resolved")
        counts: dict[str, int] = dict.fromkeys(names, 0)
        for event in self.events:
            if not isinstance(event, ProcessCreated):
                continue
            known = self.resolved(event)
            evaluation = self.evaluate(known)
            if evaluation.verdict is Verdict.UNWATCHED:
                continue
            counts["watched"] += 1
            counts["resolved"] += known != event
            counts["expected"] += evaluation.verdict is Verdict.EXPECTED
            counts["mismatched"] += evaluation.verdict is Verdict.MISMATCH
            counts["unknown"] += evaluation.verdict is Verdict.UNKNOWN
            reported = bool(reasons_of(self.like, evaluation))
            counts["excluded"] += reported and is_excluded(self.like, known, evaluation)
        counts["seen"] = len(self.events)
        counts["suppressed"] = sum(each.cleared for each in self.judged())
        return counts

    def evaluate(self, event: ProcessCreated) -> Evaluation:
        return evaluate(self.like.registry.compiled, event.process, event.parent, event.creator)

    def judged(self) -> list[Judged]:
        policy = self.like.settings.suppression
        proofs = [] if policy is None else [policy.evidence_in(event) for event in self.events]
        found: list[Judged] = []
        for event in self.events:
            if not isinstance(event, ProcessCreated):
                continue
            known = self.resolved(event)
            evaluation = self.evaluate(known)
            if is_excluded(self.like, known, evaluation):
                continue
            for reason in reasons_of(self.like, evaluation):
                key = reason, evaluation.child, evaluation.parent
                cleared = (
                    policy is not None
                    and is_clearable(policy, key, known)
                    and any(
                        proof is not None and same_place(proof, known) and policy.clears(proof, known)
                        for proof in proofs
                    )
                )
                found.append(Judged(key, known, cleared))
        return found

    def resolved(self, event: ProcessCreated) -> ProcessCreated:
        if not self.like.settings.resolve_parents:
            return event
        return attrs.evolve(
            event,
            parent=self._named(event.parent, event),
            creator=self._named(event.creator, event),
        )

    def _named(self, process: Process | None, event: ProcessCreated) -> Process | None:
        if process is None or not process.pid or name_of(process):
            return process
        starts = [
            (other.timestamp, repr(other.process), other.process)
            for other in self.events
            if isinstance(other, ProcessCreated)
            and (other.device, other.process.pid) == (event.device, process.pid)
            and name_of(other.process)
            and other.timestamp <= event.timestamp
        ]
        if not starts:
            return process
        since, _, named = max(starts, key=lambda start: start[:2])
        for other in self.events:
            if (
                isinstance(other, ProcessExited)
                and (other.device, other.process.pid) == (event.device, process.pid)
                and since < other.timestamp < event.timestamp
            ):
                return process
        return named


@attrs.define(eq=False)
class Entry:
    """One remembered thing: a member (with what is settled in it), an occurrence, or a piece of evidence."""

    device: str
    at: datetime
    key: Key | None = None
    settled: list[Judged] = attrs.field(factory=list[Judged])
    open: Judged | None = None
    evidence: Evidence | None = None


@attrs.define
class Bounded:
    """A detector with a window and a capacity, as one list of entries, the one used longest ago first."""

    like: Detector
    entries: list[Entry] = attrs.field(factory=list[Entry])
    lossy: set[Key] = attrs.field(factory=set[Key])
    all_lossy: bool = False

    def inexact(self, key: Key) -> bool:
        return self.all_lossy or key in self.lossy

    def findings(self) -> set[Standing]:
        judged = [each for entry in self.entries for each in entry.settled]
        judged += [entry.open for entry in self.entries if entry.open is not None]
        return all_that_stands(judged)

    def observe(self, event: Event) -> None:
        policy = self.like.settings.suppression
        evidence = None if policy is None else policy.evidence_in(event)
        if evidence is not None:
            self._prove(evidence, clock_of(event))
        if not isinstance(event, ProcessCreated):
            return
        evaluation = evaluate(self.like.registry.compiled, event.process, event.parent, event.creator)
        if is_excluded(self.like, event, evaluation):
            return
        for reason in reasons_of(self.like, evaluation):
            self._record((reason, evaluation.child, evaluation.parent), event, clock_of(event))

    def expire(self, now: datetime) -> None:
        for device in {entry.device for entry in self.entries}:
            self._advance(device, now)

    def _prove(self, evidence: Evidence, at: datetime) -> None:
        self._advance(evidence.device, at)
        known = next((entry for entry in self.entries if entry.evidence == evidence), None)
        if known is not None:
            self._use(known, at)
            return
        self.entries.append(Entry(evidence.device, at, evidence=evidence))
        policy = self.like.settings.suppression
        for entry in self.entries:
            found = entry.open
            if (
                found is not None
                and policy is not None
                and same_place(evidence, found.event)
                and is_clearable(policy, found.key, found.event)
                and policy.clears(evidence, found.event)
            ):
                entry.open = found._replace(cleared=True)
        self._make_room()

    def _record(self, key: Key, event: ProcessCreated, at: datetime) -> None:
        self._advance(event.device, at)
        member = self._member(key, event.device)
        if member is None:
            member = Entry(event.device, at, key=key)
            self.entries.append(member)
        else:
            self._use(member, at)
        policy = self.like.settings.suppression
        if policy is not None and is_clearable(policy, key, event):
            cleared = any(
                entry.evidence is not None
                and same_place(entry.evidence, event)
                and policy.clears(entry.evidence, event)
                for entry in self.entries
            )
            self.entries.append(Entry(event.device, at, open=Judged(key, event, cleared)))
        else:
            member.settled.append(Judged(key, event, cleared=False))
        self._make_room()

    def _use(self, entry: Entry, at: datetime) -> None:
        self.entries.remove(entry)
        self.entries.append(entry)
        entry.at = max(entry.at, at)

    def _member(self, key: Key, device: str) -> Entry | None:
        return next((each for each in self.entries if (each.key, each.device) == (key, device)), None)

    def _advance(self, device: str, now: datetime) -> None:
        window = self.like.settings.window
        if window is not None:
            self._forget([each for each in self.entries if each.device == device and now - each.at > window])

    def _make_room(self) -> None:
        while len(self.entries) > self.like.settings.capacity:
            oldest = self.entries[0]
            self._forget([oldest])
            if oldest.key is not None:
                self.lossy.add(oldest.key)
                if len(self.lossy) > self.like.settings.capacity:
                    self.lossy.clear()
                    self.all_lossy = True

    def _forget(self, gone: list[Entry]) -> None:
        members = [entry for entry in gone if entry.key is not None]
        for entry in gone:
            if entry.open is not None:
                member = self._member(entry.open.key, entry.device)
                if member is not None:
                    member.settled.append(entry.open)
        places = {(member.key, member.device) for member in members}
        self.entries = [
            entry
            for entry in self.entries
            if entry not in gone and (entry.open is None or (entry.open.key, entry.device) not in places)
        ]
        alive = {entry.key for entry in self.entries if entry.key is not None}
        self.lossy -= {member.key for member in members if member.key is not None} - alive


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
