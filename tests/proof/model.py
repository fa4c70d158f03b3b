"""A slow and obvious model of a detector: a plain list of events, everything derived from it anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

from parentchild import Detector, Event, Finding, ProcessCreated, Reason, Verdict
from parentchild.events import clock_of, event_order
from parentchild.relations.crashes import CrashEvidence
from parentchild.relations.evaluation import Evaluation, evaluate

Key = tuple[str, str, tuple[Reason, ...], str]


class Active(NamedTuple):
    """What a finding says, as the model says it too."""

    key: Key
    first: ProcessCreated
    last: datetime
    devices: tuple[str, ...]
    occurrences: int
    suppressed: int
    variants: frozenset[tuple[object, ...]]


def active(findings: Iterable[Finding]) -> set[Active]:
    return {
        Active(
            key_of(each),
            each.event,
            each.last_seen,
            each.devices,
            each.occurrences,
            each.suppressed,
            frozenset(attrs.astuple(variant) for variant in each.variants),
        )
        for each in findings
    }


def key_of(finding: Finding) -> Key:
    return finding.child, finding.parent, finding.reasons, finding.directory


class Mismatch(NamedTuple):
    """An event that counts, or would if evidence had not cleared it."""

    key: Key
    event: ProcessCreated
    is_clearable: bool


def evaluated(detector: Detector, event: ProcessCreated) -> Evaluation:
    return evaluate(detector.registry.compiled, event.process, event.parent, event.creator)


def mismatch_in(detector: Detector, event: Event) -> Mismatch | None:
    """Return what a detector counts of an event, if anything."""
    if not isinstance(event, ProcessCreated):
        return None
    found = evaluated(detector, event)
    reasons = found.reasons
    if found.verdict is Verdict.UNKNOWN and detector.settings.report_unknown:
        reasons = (Reason.UNKNOWN_PARENT,)
    if not reasons or any(each.covers(event, found) for each in detector.settings.exclusions):
        return None
    policy = detector.settings.suppression
    clearable = policy is not None and event.device != "" and policy.could_clear(found, event)
    return Mismatch((found.child, found.parent, reasons, found.directory), event, clearable)


@attrs.define
class Remembered:
    """An event, and the clock of its device when it came."""

    event: Event
    at: datetime


@attrs.define
class Model:
    """A detector without a capacity that looks no parents up."""

    like: Detector
    events: list[Remembered] = attrs.field(factory=list[Remembered])
    cleared: set[int] = attrs.field(factory=set[int])

    def observe(self, event: Event) -> None:
        mine = [each for each in self.events if each.event.device == event.device]
        clock = max([clock_of(event), *(each.at for each in mine)])
        if self._matters(event):
            self.events.append(Remembered(event, clock))

    def findings(self) -> set[Active]:
        found: set[Active] = set()
        cleared = self._cleared()
        judged = [mismatch for each in self.events if (mismatch := mismatch_in(self.like, each.event))]
        for key in {each.key for each in judged}:
            mine = [(place, each) for place, each in enumerate(judged) if each.key == key]
            counting = [each.event for place, each in mine if place not in cleared]
            if counting:
                found.add(_active(key, counting, len(mine) - len(counting)))
        return found

    def counts(self) -> dict[str, int]:
        judged = [mismatch for each in self.events if (mismatch := mismatch_in(self.like, each.event))]
        return {"suppressed": len(self._cleared()), "recorded": len(judged)}

    def _matters(self, event: Event) -> bool:
        return mismatch_in(self.like, event) is not None or self._evidence(event) is not None

    def _evidence(self, event: Event) -> CrashEvidence | None:
        policy = self.like.settings.suppression
        return None if policy is None or not event.device else policy.evidence_in(event)

    def _cleared(self) -> set[int]:
        """Return which mismatches are cleared: each piece of evidence takes the earliest that it explains."""
        policy = self.like.settings.suppression
        judged = [mismatch for each in self.events if (mismatch := mismatch_in(self.like, each.event))]
        cleared: set[int] = set()
        evidence = {each for kept in self.events if (each := self._evidence(kept.event)) is not None}
        for piece in sorted(evidence, key=lambda each: (each.at, repr(each))):
            room = 0 if policy is None else policy.copies
            ordered = sorted(
                enumerate(judged), key=lambda each: (event_order(each[1].event), repr(each[1].key), each[0])
            )
            for place, mismatch in ordered:
                event = mismatch.event
                fits = (
                    policy is not None
                    and room > 0
                    and place not in cleared
                    and mismatch.is_clearable
                    and event.parent is not None
                    and (event.device, event.parent.pid) == (piece.device, piece.pid)
                    and policy.clears(piece, event)
                )
                if fits:
                    cleared.add(place)
                    room -= 1
        return cleared


def _active(key: Key, events: list[ProcessCreated], suppressed: int) -> Active:
    variants: dict[tuple[object, ...], list[str]] = {}
    for event in events:
        parent = event.parent
        named = (event.process.path, parent and parent.path, event.process.command_line, event.process.user)
        variants.setdefault(named, []).append(event.device)
    return Active(
        key,
        min(events, key=lambda event: (event_order(event), repr(event))),
        max(event.timestamp for event in events),
        tuple(sorted({event.device for event in events})),
        len(events),
        suppressed,
        frozenset(
            (*named, len(devices), len(set(devices)), tuple(sorted(set(devices))[:5]))
            for named, devices in variants.items()
        ),
    )


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
