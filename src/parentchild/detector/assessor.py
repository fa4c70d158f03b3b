"""The assessor: one process creation judged, held against the exclusions, counted, and recorded."""

from __future__ import annotations

import enum

import attrs

from parentchild.detector.groups import Occurrence
from parentchild.detector.ledger import Ledger, OpenOccurrences
from parentchild.detector.stats import Counters
from parentchild.events import ProcessCreated
from parentchild.findings.finding import Finding
from parentchild.relations.evaluation import Evaluation, Reason, Verdict, evaluate
from parentchild.relations.exclusions import Exclusion


class UnknownParents(enum.Enum):
    """What a detector does with a watched child whose parent is unknown."""

    COUNT = "count"
    """Count it in the stats, by what was missing."""
    REPORT = "report"
    """Count it, and return an informational finding as well."""


@attrs.frozen
class Assessment:
    """What became of one event: its evaluation, whether an exclusion covers it, and what stays open of it."""

    evaluation: Evaluation
    is_excluded: bool
    occurrences: tuple[Occurrence, ...]
    findings: tuple[Finding, ...]


@attrs.frozen
class Assessor:
    """Judges events by a registry and a user's exclusions, and records what does not fit."""

    relations: CompiledRelations
    exclusions: tuple[Exclusion, ...]
    unknown_parents: UnknownParents
    ledger: Ledger
    counters: Counters

    def evaluate(self, event: ProcessCreated) -> Evaluation:
        """Return the evaluation of an event. Nothing is counted or recorded."""
        return evaluate(self.table, event.process, event.parent, event.creator)

    def reasons(self, evaluation: Evaluation) -> tuple[Reason, ...]:
        """Return why an event is recorded; empty when it is not."""
        if evaluation.verdict is Verdict.UNKNOWN and self.unknown_parents is UnknownParents.REPORT:
            return (Reason.UNKNOWN_PARENT,)
        return evaluation.reasons

    def assess(self, event: ProcessCreated, evaluation: Evaluation, *, movable: bool) -> Assessment:
        """Count an event, and record it unless it fits or is excluded.

        Args:
            event: the event.
            evaluation: what was judged of it.
            movable: whether it may be judged otherwise later, when a pid becomes known.
        """
        reasons = self.reasons(evaluation)
        is_excluded = bool(reasons) and self._is_excluded(event, evaluation)
        self._count(evaluation, is_excluded, 1)
        if is_excluded or not reasons:
            return Assessment(evaluation, is_excluded, (), ())
        recorded = [
            self.ledger.record(
                (reason, evaluation.child, evaluation.parent), evaluation, event, movable=movable
            )
            for reason in reasons
        ]
        return Assessment(
            evaluation,
            is_excluded,
            tuple(occurrence for _, occurrence in recorded if occurrence is not None),
            tuple(finding for finding, _ in recorded if finding is not None),
        )

    def retract(self, assessment: Assessment) -> tuple[Finding, ...]:
        """Take an assessment back; return each finding that fell or shrank by it."""
        self._count(assessment.evaluation, assessment.is_excluded, -1)
        changed = (self.ledger.withdraw(occurrence) for occurrence in assessment.occurrences)
        return tuple(finding for finding in changed if finding is not None)

    def reattach(self, event: ProcessCreated, open_: OpenOccurrences) -> Assessment:
        """Return the assessment of an event that was recorded as movable before its state was restored.

        Args:
            event: the event.
            open_: the open occurrences, from which its own are taken: an event that was seen twice has two.
        """
        evaluation = self.evaluate(event)
        reasons = self.reasons(evaluation)
        if not reasons or self._is_excluded(event, evaluation):
            return Assessment(evaluation, bool(reasons), (), ())
        places = (((reason, evaluation.child, evaluation.parent), event) for reason in reasons)
        found = tuple(open_[place].popleft() for place in places if open_.get(place))
        return Assessment(evaluation, False, found, ())  # noqa: FBT003

    def _is_excluded(self, event: ProcessCreated, evaluation: Evaluation) -> bool:
        return any(
            exclusion.covers(event, evaluation.child, evaluation.parent) for exclusion in self.exclusions
        )

    def _count(self, evaluation: Evaluation, is_excluded: bool, number: int) -> None:  # noqa: FBT001
        add = self.counters.add
        if evaluation.verdict is Verdict.UNWATCHED:
            return
        add("watched", number)
        if evaluation.verdict is Verdict.EXPECTED:
            add("expected", number)
        elif evaluation.verdict is Verdict.MISMATCH:
            add("mismatched", number)
        if evaluation.verdict is Verdict.UNKNOWN and evaluation.gap is not None:
            add("unknown", number)
            add(f"gap:{evaluation.gap.name.lower()}", number)
        if is_excluded:
            add("excluded", number)
