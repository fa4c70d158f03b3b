"""Snapshots: everything a detector remembers, as plain values, and how two of them are united.

Uniting is what mathematicians call a join: of two records of one thing the fuller wins, field by field. So it
does not matter in which order snapshots are united, nor how often one of them is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import TypeVar

import attrs

from parentchild.detector.crashes import Evidence
from parentchild.detector.groups import Key, earlier
from parentchild.events import Process, ProcessCreated

_R = TypeVar("_R")
_T = TypeVar("_T", "ProofRecord", "RunRecord", "ExitRecord")


@attrs.frozen
class OccurrenceRecord:
    """One open event of a member."""

    event: ProcessCreated
    at: datetime
    touched: int
    cleared: bool


@attrs.frozen
class MemberRecord:
    """One device of a group."""

    key: Key
    device: str
    at: datetime
    touched: int
    settled: int
    first: ProcessCreated | None
    last: datetime | None
    cleared: int
    open: tuple[OccurrenceRecord, ...]


@attrs.frozen
class ProofRecord:
    """Remembered evidence."""

    evidence: Evidence
    at: datetime
    touched: int


@attrs.frozen
class OrphanRecord:
    """An event that waits for its parent or creator to become known by pid.

    `known` is the event with the names under which it was judged and recorded; a merge may bring two.
    """

    event: ProcessCreated
    known: tuple[ProcessCreated, ...]
    at: datetime
    touched: int


@attrs.frozen
class RunRecord:
    """A remembered start."""

    device: str
    process: Process
    since: datetime
    at: datetime
    touched: int


@attrs.frozen
class ExitRecord:
    """A remembered exit."""

    device: str
    pid: int
    guid: str | None
    until: datetime
    at: datetime
    touched: int


@attrs.frozen(kw_only=True)
class Snapshot:
    """Everything a detector remembers."""

    members: tuple[MemberRecord, ...] = ()
    inexact: frozenset[Key] = frozenset()
    all_inexact: bool = False
    proofs: tuple[ProofRecord, ...] = ()
    orphans: tuple[OrphanRecord, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    exits: tuple[ExitRecord, ...] = ()
    touches: int = 0
    table_touches: int = 0
    orphan_touches: int = 0


def united(one: Snapshot, other: Snapshot) -> Snapshot:
    """Return what the two remember together."""
    return Snapshot(
        members=_united((*one.members, *other.members), _member_id, _fuller_member),
        inexact=one.inexact | other.inexact,
        all_inexact=one.all_inexact or other.all_inexact,
        proofs=_united((*one.proofs, *other.proofs), lambda record: record.evidence, _later),
        orphans=_united_orphans(one.orphans, other.orphans),
        runs=_united((*one.runs, *other.runs), lambda run: (run.device, run.process, run.since), _later),
        exits=_united(
            (*one.exits, *other.exits), lambda gone: (gone.device, gone.pid, gone.guid, gone.until), _later
        ),
        touches=max(one.touches, other.touches),
        table_touches=max(one.table_touches, other.table_touches),
        orphan_touches=max(one.orphan_touches, other.orphan_touches),
    )


def _united(
    records: Iterable[_R], identity: Callable[[_R], Hashable], join: Callable[[_R, _R], _R]
) -> tuple[_R, ...]:
    by_identity: dict[Hashable, _R] = {}
    for record in records:
        key = identity(record)
        known = by_identity.get(key)
        by_identity[key] = record if known is None else join(known, record)
    return tuple(by_identity.values())


def _member_id(member: MemberRecord) -> Hashable:
    return member.key, member.device


def _later(one: _T, other: _T) -> _T:
    return attrs.evolve(one, at=max(one.at, other.at), touched=max(one.touched, other.touched))


def _fuller_member(one: MemberRecord, other: MemberRecord) -> MemberRecord:
    return MemberRecord(
        key=one.key,
        device=one.device,
        at=max(one.at, other.at),
        touched=max(one.touched, other.touched),
        settled=max(one.settled, other.settled),
        first=_known(one.first, other.first, earlier),
        last=_known(one.last, other.last, max),
        cleared=max(one.cleared, other.cleared),
        open=_united_occurrences(one.open, other.open),
    )


def _known(one: _R | None, other: _R | None, choose: Callable[[_R, _R], _R]) -> _R | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _united_occurrences(
    one: tuple[OccurrenceRecord, ...], other: tuple[OccurrenceRecord, ...]
) -> tuple[OccurrenceRecord, ...]:
    """Unite as multisets: an event that one side saw twice was seen twice."""
    occurrences = (
        here
        if there is None
        else OccurrenceRecord(
            here.event,
            max(here.at, there.at),
            max(here.touched, there.touched),
            here.cleared or there.cleared,
        )
        for here, there in _pair_up(one, other, lambda record: record.event)
    )
    return tuple(sorted(occurrences, key=lambda record: (record.touched, repr(record.event))))


def _united_orphans(
    one: tuple[OrphanRecord, ...], other: tuple[OrphanRecord, ...]
) -> tuple[OrphanRecord, ...]:
    pairs = _pair_up(one, other, lambda record: record.event)
    return tuple(here if there is None else _united_orphan(here, there) for here, there in pairs)


def _united_orphan(one: OrphanRecord, other: OrphanRecord) -> OrphanRecord:
    known = tuple(sorted({*one.known, *other.known}, key=repr))
    return OrphanRecord(one.event, known, max(one.at, other.at), max(one.touched, other.touched))


def _pair_up(
    one: tuple[_R, ...], other: tuple[_R, ...], identity: Callable[[_R], Hashable]
) -> list[tuple[_R, _R | None]]:
    """Pair the n-th record of a thing on one side with the n-th on the other; what is left stands alone."""
    sides: tuple[dict[Hashable, _R], ...] = ({}, {})
    for side, records in zip(sides, (one, other), strict=True):
        seen: Counter[Hashable] = Counter()
        for record in records:
            key = identity(record)
            side[key, seen[key]] = record
            seen[key] += 1
    here, there = sides
    paired = [(record, there.get(key)) for key, record in here.items()]
    return paired + [(record, None) for key, record in there.items() if key not in here]
