"""The ledger: which pairs stand on which devices, and which evidence clears what."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from parentchild.detector.crashes import Evidence, Suppression
from parentchild.detector.groups import Group, Key, Member, Occurrence
from parentchild.detector.memory import Entry, Memory
from parentchild.detector.proofs import Place, Proof, Proofs, parent_place
from parentchild.detector.snapshots import MemberRecord, OccurrenceRecord, Snapshot
from parentchild.detector.standing import cleared, finding_of, standing
from parentchild.detector.stats import Counters
from parentchild.events import Process, ProcessCreated, clock_of
from parentchild.findings.finding import Activity, Finding, finding_uid
from parentchild.relations.evaluation import Evaluation, Verdict, evaluate
from parentchild.relations.relation import RelationTable

OpenOccurrences: TypeAlias = dict[tuple[Key, ProcessCreated], deque[Occurrence]]
"""Open occurrences by group and event; an event that was seen twice has two."""

_MOST_OPEN = 1024  # a member; the oldest is settled as it stands


class Ledger:
    """Records events by pair and device, clears them by evidence, and says what changed.

    Args:
        table: the relations, from which a finding takes what was expected.
        policy: what is evidence and what it clears; None clears nothing.
        memory: the bounded memory in which everything here is kept.
        counters: where suppressions are counted.
    """

    __slots__ = (
        "_all_lossy",
        "_counters",
        "_groups",
        "_lossy",
        "_memory",
        "_open",
        "_proofs",
        "_table",
    )

    def __init__(
        self, table: RelationTable, policy: Suppression | None, memory: Memory, counters: Counters
    ) -> None:
        self._table = table
        self._memory = memory
        self._counters = counters
        self._groups: dict[Key, Group] = {}
        self._lossy: dict[Key, None] = {}  # pairs that lost a device for want of room
        self._all_lossy = False
        self._proofs = None if policy is None else Proofs(policy, memory, counters)
        self._open: dict[Place, dict[Occurrence, None]] = {}

    # recording ----------------------------------------------------------------------------------------

    def record(
        self, key: Key, evaluation: Evaluation, event: ProcessCreated, *, movable: bool
    ) -> tuple[Finding | None, Occurrence | None]:
        """Record one event of a pair.

        Args:
            key: the pair and the reason.
            evaluation: what was judged of the event.
            event: the event.
            movable: whether the event may later turn out to be of another pair.

        Returns:
            The finding, if the group is new or a device joined it; and the occurrence, if it stays open.
        """
        at = clock_of(event)
        self._advance(event.device, at)
        finding, occurrence = self._record(key, evaluation, event, at, movable=movable)
        self._shrink()
        return finding, occurrence

    def _record(
        self, key: Key, evaluation: Evaluation, event: ProcessCreated, at: datetime, *, movable: bool
    ) -> tuple[Finding | None, Occurrence | None]:
        proofs = self._proofs
        clearable = proofs is not None and proofs.policy.could_clear(evaluation, key[0], event)
        group = self._group(key)
        member = group.members.get(event.device)
        if member is None:
            member = group.member(event.device, at)
            self._memory.add(member)
        else:
            self._memory.touch(member, at)
        if not (clearable or movable):
            before = member.standing.count
            member.settled.add(event)
            member.standing.add(event)
            group.stands(member, before)
            return self._joined(group, member, before), None
        occurrence = Occurrence(member, event, at, is_clearable=clearable)
        if proofs is not None and clearable and proofs.clear(event):
            occurrence.cleared = True
            group.suppressed += 1
            self._counters.add("suppressed")
        finding = self._take_in(occurrence)
        self._memory.add(occurrence)
        return finding, occurrence

    def _take_in(self, occurrence: Occurrence) -> Finding | None:
        member = occurrence.member
        group = member.group
        if len(member.open) >= _MOST_OPEN:
            oldest = next(iter(member.open))
            self._memory.remove(oldest)
            self._settle(oldest)
            self._counters.add("evicted")
        member.open[occurrence] = None
        self._open.setdefault(parent_place(occurrence.event), {})[occurrence] = None
        if occurrence.cleared:
            return None
        before = member.standing.count
        member.standing.add(occurrence.event)
        group.stands(member, before)
        return self._joined(group, member, before)

    def _group(self, key: Key) -> Group:
        """Return the group of a key, a new one if it has none yet."""
        group = self._groups.get(key)
        if group is None:
            _, child, parent = key
            evaluation = evaluate(self._table, Process(child), Process(parent) if parent else None)
            is_exact = not self._all_lossy and key not in self._lossy
            group = self._groups[key] = Group(key, evaluation, is_exact=is_exact)
        return group

    def open_occurrences(self) -> OpenOccurrences:
        """Return the open occurrences by what they are of, each in the order of use. Cost: linear in them."""
        found: OpenOccurrences = {}
        for group in self._groups.values():
            for member in group.members.values():
                for occurrence in member.open:
                    found.setdefault((group.key, occurrence.event), deque()).append(occurrence)
        return found

    def withdraw(self, occurrence: Occurrence) -> Finding | None:
        """Take an open occurrence back, as if never recorded; return the finding if that changed it."""
        if occurrence.gone:
            return None
        self._memory.remove(occurrence)
        self._close(occurrence)
        member = occurrence.member
        if occurrence.cleared:
            member.group.suppressed -= 1
            self._counters.add("suppressed", -1)
            changed = None
        else:
            changed = self._take_away(member)
        if not member.open and not member.settled.count and not member.cleared:
            self._memory.remove(member)
            self._leave(member)
        return changed

    # evidence -----------------------------------------------------------------------------------------

    def prove(self, evidence: Evidence, at: datetime) -> list[Finding]:
        """Remember evidence, and clear what it explains; return each finding that fell or shrank by it."""
        self._advance(evidence.device, at)
        proof = None if self._proofs is None else self._proofs.remember(evidence, at)
        if proof is None:
            return []
        fallen = self._clear(proof.place, (proof,))  # what was remembered before has been tried before
        self._shrink()
        return fallen

    def _clear(self, place: Place, proofs: Iterable[Proof]) -> list[Finding]:
        """Clear the open occurrences at a place that evidence explains."""
        fallen: list[Finding] = []
        by_member: dict[Member, list[Occurrence]] = {}
        for occurrence in self._open.get(place, ()):
            if occurrence.is_clearable and not occurrence.cleared and self._clears(occurrence, proofs):
                by_member.setdefault(occurrence.member, []).append(occurrence)
        for member, occurrences in by_member.items():
            member_group = member.group
            for occurrence in occurrences:
                occurrence.cleared = True
            member_group.suppressed += len(occurrences)
            self._counters.add("suppressed", len(occurrences))
            changed = self._take_away(member)
            if changed is not None:
                fallen.append(changed)
        return fallen

    def _clears(self, occurrence: Occurrence, proofs: Iterable[Proof]) -> bool:
        return self._proofs is not None and any(
            self._proofs.policy.clears(proof.evidence, occurrence.event) for proof in proofs
        )

    def _could_clear(self, key: Key, event: ProcessCreated) -> bool:
        """Tell whether any evidence could clear an event of a group, from the group's key alone."""
        reason, child, parent = key
        evaluation = Evaluation(verdict=Verdict.MISMATCH, child=child, parent=parent)
        return self._proofs is not None and self._proofs.policy.could_clear(evaluation, reason, event)

    # forgetting ---------------------------------------------------------------------------------------

    def expire(self, now: datetime) -> tuple[Finding, ...]:
        """Forget what is too old at `now` on any device; return the findings of which nothing is left."""
        before = {finding.uid: finding for finding in self.findings()}
        self._forget_old(self._memory.all_expired(now))
        for group in self._groups.values():
            if group.devices:
                reason, child, parent = group.key
                before.pop(finding_uid(child, parent, (reason,)), None)
        return tuple(before.values())

    def _advance(self, device: str, now: datetime) -> None:
        self._forget_old(self._memory.expired(device, now))

    def _forget_old(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._forget(entry)
            self._counters.add("expired")

    def _shrink(self) -> None:
        """Make room: the count of a pair that loses a device so is exact no more."""
        for entry in self._memory.overflow():
            self._forget(entry)
            self._counters.add("evicted")
            if isinstance(entry, Member):
                entry.group.is_exact = False
                self._note_loss(entry.group.key)

    def _note_loss(self, key: Key) -> None:
        """Remember that a pair lost a device, even when nothing else of the pair is remembered."""
        self._lossy[key] = None
        if len(self._lossy) > self._memory.capacity:  # too many to tell apart
            self._lossy.clear()
            self._all_lossy = True
            for group in self._groups.values():
                group.is_exact = False

    def _forget(self, entry: Entry) -> None:
        if isinstance(entry, Member):
            self._leave(entry)
        elif isinstance(entry, Occurrence):
            self._settle(entry)
        elif isinstance(entry, Proof) and self._proofs is not None:
            self._proofs.forget(entry)

    def _settle(self, occurrence: Occurrence) -> None:
        """Count an occurrence for good, as it stands."""
        member = occurrence.member
        self._close(occurrence)
        if occurrence.cleared:
            member.cleared += 1
        else:
            member.settled.add(occurrence.event)

    def _close(self, occurrence: Occurrence) -> None:
        occurrence.member.open.pop(occurrence, None)
        place = parent_place(occurrence.event)
        there = self._open.get(place)
        if there is not None:
            there.pop(occurrence, None)
            if not there:
                del self._open[place]

    def _leave(self, member: Member) -> None:
        group = member.group
        for occurrence in tuple(member.open):
            self._memory.remove(occurrence)
            self._close(occurrence)
            group.suppressed -= occurrence.cleared
        group.leave(member)
        if not group.members:
            del self._groups[group.key]
            self._lossy.pop(group.key, None)  # all that is left of it has grown old

    # what is returned ---------------------------------------------------------------------------------

    def _joined(self, group: Group, member: Member, before: int) -> Finding | None:
        if before or not member.standing.count:
            return None
        return finding_of(group, Activity.CREATED if group.devices == 1 else Activity.UPDATED)

    def _take_away(self, member: Member) -> Finding | None:
        """Recount a member of which something was taken away, and return the finding if others see it."""
        group = member.group
        whole = finding_of(group, Activity.CLOSED)
        devices, earliest, before = group.devices, group.earliest(), member.standing.count
        member.recount()
        group.stands(member, before)
        if not group.devices:
            return whole
        if group.devices != devices or group.earliest() != earliest:
            return finding_of(group, Activity.UPDATED)
        return None

    def findings(self) -> tuple[Finding, ...]:
        """Return what stands, the most severe first, then the earliest."""
        return standing(self._groups.values())

    def suppressed(self) -> tuple[Finding, ...]:
        """Return what evidence has cleared and is still remembered singly, as findings that are closed."""
        return cleared(self._groups.values())

    # saving and restoring -----------------------------------------------------------------------------

    def records(self) -> Snapshot:
        """Return everything that is remembered here, as plain values."""
        members = (member for group in self._groups.values() for member in group.members.values())
        return Snapshot(
            members=tuple(_member_record(member) for member in sorted(members, key=_use)),
            inexact=frozenset(self._lossy),
            all_inexact=self._all_lossy,
            proofs=() if self._proofs is None else self._proofs.records(),
            touches=self._memory.touches,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Take everything in that a snapshot holds; this ledger must be empty."""
        entries: list[Entry] = []
        self._all_lossy = snapshot.all_inexact
        for key in sorted(snapshot.inexact, key=str):
            self._note_loss(key)
        for record in snapshot.members:
            entries += self._restore_member(record)
        if self._proofs is not None:
            entries += [self._proofs.restore(record) for record in snapshot.proofs]
        for entry in sorted(entries, key=_use):
            self._memory.restore(entry)
        self._memory.touches = snapshot.touches

    def settle_merge(self) -> None:
        """After a merge, let each side's evidence clear the other's events, and make room."""
        if self._proofs is not None:
            for place in self._proofs.places():
                self._clear(place, tuple(self._proofs.at(place)))
        self._shrink()

    def _restore_member(self, record: MemberRecord) -> list[Entry]:
        group = self._group(record.key)
        member = group.member(record.device, record.at)
        member.touched = record.touched
        member.settled.include(record.settled, record.first, record.last)
        member.cleared = record.cleared
        for known in record.open:
            clearable = self._could_clear(record.key, known.event)
            occurrence = Occurrence(member, known.event, known.at, is_clearable=clearable)
            occurrence.touched = known.touched
            occurrence.cleared = known.cleared
            member.open[occurrence] = None
            self._open.setdefault(parent_place(known.event), {})[occurrence] = None
        member.recount()
        group.stands(member, 0)
        group.suppressed += member.cleared + member.open_cleared()
        return [member, *member.open]


def _member_record(member: Member) -> MemberRecord:
    return MemberRecord(
        key=member.group.key,
        device=member.device,
        at=member.at,
        touched=member.touched,
        settled=member.settled.count,
        first=member.settled.first,
        last=member.settled.last,
        cleared=member.cleared,
        open=tuple(
            OccurrenceRecord(known.event, known.at, known.touched, known.cleared) for known in member.open
        ),
    )


def _use(entry: Entry) -> tuple[int, str, str]:
    """Return the key that orders entries by their last use; ties, after a merge, by what they are."""
    if isinstance(entry, Member):
        reason, child, parent = entry.group.key
        return entry.touched, entry.device, f"1 {reason.value} {child} {parent}"
    if isinstance(entry, Occurrence):
        return entry.touched, entry.device, f"2 {entry.event!r}"
    return entry.touched, entry.device, f"3 {entry.evidence!r}" if isinstance(entry, Proof) else ""
