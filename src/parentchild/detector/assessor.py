"""The assessor: one process creation judged, held against the exclusions, counted, and recorded."""

from __future__ import annotations

import enum

import attrs

from parentchild.detector.groups import Occurrence
from parentchild.detector.ledger import Ledger, OpenOccurrences
from parentchild.detector.stats import Counters
from parentchild.events import ProcessCreated
from parentchild.exclusions import Exclusion
from parentchild.findings import Finding
from parentchild.relations import RelationTable
from parentchild.verdicts import Judgement, Reason, Verdict, judge


class UnknownParents(enum.Enum):
    """What a detector does with a watched child whose parent is unknown."""

    COUNT = "count"
    """Count it in the stats, by what was missing."""
    REPORT = "report"
    """Count it, and return an informational finding as well."""


@attrs.frozen
class Assessment:
    """What became of one event: its judgement, whether an exclusion covers it, and what stays open of it."""

    judgement: Judgement
    is_excluded: bool
    occurrences: tuple[Occurrence, ...]
    findings: tuple[Finding, ...]


@attrs.frozen
class Assessor:
    """Judges events by a registry and a user's exclusions, and records what does not fit."""

    table: RelationTable
    exclusions: tuple[Exclusion, ...]
    unknown_parents: UnknownParents
    ledger: Ledger
    counters: Counters

    def judge(self, event: ProcessCreated) -> Judgement:
        """Return the judgement of an event. Nothing is counted or recorded."""
        return judge(self.table, event.process, event.parent, event.creator)

    def reasons(self, judgement: Judgement) -> tuple[Reason, ...]:
        """Return why an event is recorded; empty when it is not."""
        if judgement.verdict is Verdict.UNKNOWN and self.unknown_parents is UnknownParents.REPORT:
            return (Reason.UNKNOWN_PARENT,)
        return judgement.reasons

    def assess(self, event: ProcessCreated, judgement: Judgement, *, movable: bool) -> Assessment:
        """Count an event, and record it unless it fits or is excluded.

        Args:
            event: the event.
            judgement: what was judged of it.
            movable: whether it may be judged otherwise later, when a pid becomes known.
        """
        reasons = self.reasons(judgement)
        is_excluded = bool(reasons) and self._is_excluded(event, judgement)
        self._count(judgement, is_excluded, 1)
        if is_excluded or not reasons:
            return Assessment(judgement, is_excluded, (), ())
        recorded = [
            self.ledger.record((reason, judgement.child, judgement.parent), judgement, event, movable=movable)
            for reason in reasons
        ]
        return Assessment(
            judgement,
            is_excluded,
            tuple(occurrence for _, occurrence in recorded if occurrence is not None),
            tuple(finding for finding, _ in recorded if finding is not None),
        )

    def retract(self, assessment: Assessment) -> tuple[Finding, ...]:
        """Take an assessment back; return each finding that fell or shrank by it."""
        self._count(assessment.judgement, assessment.is_excluded, -1)
        changed = (self.ledger.withdraw(occurrence) for occurrence in assessment.occurrences)
        return tuple(finding for finding in changed if finding is not None)

    def reattach(self, event: ProcessCreated, open_: OpenOccurrences) -> Assessment:
        """Return the assessment of an event that was recorded as movable before its state was restored.

        Args:
            event: the event.
            open_: the open occurrences, from which its own are taken: an event that was seen twice has two.
        """
        judgement = self.judge(event)
        reasons = self.reasons(judgement)
        if not reasons or self._is_excluded(event, judgement):
            return Assessment(judgement, bool(reasons), (), ())
        places = (((reason, judgement.child, judgement.parent), event) for reason in reasons)
        found = tuple(open_[place].popleft() for place in places if open_.get(place))
        return Assessment(judgement, False, found, ())  # noqa: FBT003

    def _is_excluded(self, event: ProcessCreated, judgement: Judgement) -> bool:
        return any(
            exclusion.covers(event, judgement.child, judgement.parent) for exclusion in self.exclusions
        )

    def _count(self, judgement: Judgement, is_excluded: bool, number: int) -> None:  # noqa: FBT001
        add = self.counters.add
        if judgement.verdict is Verdict.UNWATCHED:
            return
        add("watched", number)
        if judgement.verdict is Verdict.EXPECTED:
            add("expected", number)
        elif judgement.verdict is Verdict.MISMATCH:
            add("mismatched", number)
        if judgement.verdict is Verdict.UNKNOWN and judgement.gap is not None:
            add("unknown", number)
            add(f"gap:{judgement.gap.name.lower()}", number)
        if is_excluded:
            add("excluded", number)
