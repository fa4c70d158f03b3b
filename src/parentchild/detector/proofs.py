"""Proofs: the crash-handler evidence that is remembered, by the process that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from parentchild.detector.crashes import Evidence, Suppression
from parentchild.detector.memory import Entry, Memory
from parentchild.detector.snapshots import ProofRecord
from parentchild.detector.stats import Counters
from parentchild.events import ProcessCreated

Place: TypeAlias = tuple[str, int | None]
"""A device and a pid, where the source tells it."""

_MOST_AT_ONE_PLACE = 64  # more is a flood, and what is forgotten then only leaves a finding standing


class Proof(Entry):
    """One piece of remembered evidence."""

    __slots__ = ("evidence",)

    def __init__(self, evidence: Evidence, at: datetime) -> None:
        super().__init__(evidence.device, at)
        self.evidence = evidence

    @property
    def place(self) -> Place:
        """The process that it is about."""
        return self.evidence.device, self.evidence.pid


class Proofs:
    """Remembers evidence, and tells which events it clears.

    Args:
        policy: what evidence clears.
        memory: the bounded memory in which evidence is kept.
        counters: where what has to go is counted.
    """

    __slots__ = ("_by_place", "_counters", "_memory", "policy")

    def __init__(self, policy: Suppression, memory: Memory, counters: Counters) -> None:
        self.policy = policy
        self._memory = memory
        self._counters = counters
        self._by_place: dict[Place, dict[Proof, None]] = {}

    def remember(self, evidence: Evidence, at: datetime) -> Proof | None:
        """Remember evidence; return None if it was known already."""
        proof = Proof(evidence, at)
        there = self._by_place.setdefault(proof.place, {})
        for known in there:
            if known.evidence == evidence:
                self._memory.touch(known, at)
                return None
        if len(there) >= _MOST_AT_ONE_PLACE:
            oldest = min(there, key=lambda known: (known.evidence.at, known.touched))
            self._memory.remove(oldest)
            self._counters.add("evicted")
            del there[oldest]
        there[proof] = None
        self._memory.add(proof)
        return proof

    def forget(self, proof: Proof) -> None:
        """Let go of evidence that memory has dropped."""
        there = self._by_place[proof.place]
        del there[proof]
        if not there:
            del self._by_place[proof.place]

    def at(self, place: Place) -> Iterable[Proof]:
        """Return the remembered evidence about one process."""
        return self._by_place.get(place, ())

    def places(self) -> tuple[Place, ...]:
        """Return the processes about which evidence is remembered."""
        return tuple(self._by_place)

    def clear(self, event: ProcessCreated) -> bool:
        """Tell whether remembered evidence clears an event, given that some could."""
        return any(self.policy.clears(proof.evidence, event) for proof in self.at(parent_place(event)))

    def records(self) -> tuple[ProofRecord, ...]:
        """Return all remembered evidence as plain values, that used longest ago first."""
        proofs = (proof for there in self._by_place.values() for proof in there)
        ordered = sorted(proofs, key=lambda proof: (proof.touched, repr(proof.evidence)))
        return tuple(ProofRecord(proof.evidence, proof.at, proof.touched) for proof in ordered)

    def restore(self, record: ProofRecord) -> Proof:
        """Take evidence back in; the caller puts it into memory."""
        proof = Proof(record.evidence, record.at)
        proof.touched = record.touched
        self._by_place.setdefault(proof.place, {})[proof] = None
        return proof


def parent_place(event: ProcessCreated) -> Place:
    """Return the process that evidence must be about in order to clear an event."""
    return event.device, None if event.parent is None else event.parent.pid
