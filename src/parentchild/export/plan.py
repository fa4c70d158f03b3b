"""What a query over rows has to work out, step by step, whatever its language: a registry as one plan.

A query over rows names one finding an event with all its reasons, as the detector does; so every language of
that kind takes the same steps, and differs only in how it writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs

from parentchild.export.formula import FALSE, End, Formula, Named, Vocabulary, all_of, any_of, negated
from parentchild.export.rules import DANGEROUS_NAMES, ChildRule, rules_of
from parentchild.relations.compiled import CompiledRelations
from parentchild.relations.severity import Severity

Weights: TypeAlias = tuple[tuple[Formula, Severity], ...]
"""Cases with how much they matter: the first that holds decides, and where none does nothing is wrong."""


@attrs.frozen(kw_only=True)
class Plan:
    """The steps of a query over rows.

    Args:
        watched: the children of which the parents are known.
        watching: the parents of which the children are known.
        started: the images of which place or arguments are known.
        there: an expected parent that has to lie in a certain place.
        anywhere: an expected parent of which the relation leaves the place open.
        near: a parent that would be expected in another place.
        near_other_drive: only the drive of that is another.
        own_outside: a parent outside of the place that it has as an image.
        own_other_drive: only the drive of that is another.
        excused: a parent that may leave out the usual arguments.
        child_excused: a child that may lack them, as its parent starts it.
        parent_weights: how much a wrong parent matters.
        child_weights: which children are wrong, and how much that matters.
        place_weights: which places of a child are wrong, likewise.
        child_place_weights: which places are wrong for a child of its parent, likewise.
        argument_weights: which command lines are wrong, likewise.
    """

    watched: tuple[str, ...]
    watching: tuple[str, ...]
    started: tuple[str, ...]
    there: Formula
    anywhere: Formula
    near: Formula
    near_other_drive: Formula
    own_outside: Formula
    own_other_drive: Formula
    excused: Formula
    child_excused: Formula
    parent_weights: Weights
    child_weights: Weights
    place_weights: Weights
    child_place_weights: Weights
    argument_weights: Weights


def plan_of(relations: CompiledRelations, vocabulary: Vocabulary) -> Plan:
    """Return the plan of compiled relations, as far as a language can say them."""
    rules = rules_of(relations, vocabulary)
    parents, own_places = rules.parents, rules.own_places
    return Plan(
        watched=rules.watched_children,
        watching=rules.watched_parents,
        started=rules.started_images,
        there=any_of(_child(rule.names, rule.there) for rule in parents),
        anywhere=any_of(_child(rule.names, rule.anywhere) for rule in parents),
        near=any_of(_child(rule.names, rule.near) for rule in parents),
        near_other_drive=any_of(_child(rule.names, rule.other_drive) for rule in parents),
        own_outside=any_of(_parent(rule.names, rule.outside) for rule in own_places),
        own_other_drive=any_of(_parent(rule.names, rule.other_drive) for rule in own_places),
        excused=any_of(_child(rule.names, rule.excused) for rule in parents),
        child_excused=any_of(
            _parent(rule.names, all_of((rule.host, rule.excused))) for rule in rules.children
        ),
        parent_weights=_heaviest((Named(End.CHILD, rule.names), rule.severity) for rule in parents),
        child_weights=tuple(_children(rules.children)),
        place_weights=_heaviest(
            case
            for rule in rules.places
            for case in _misplaced(_child(rule.names, negated(rule.inside)), rule.other_drive, rule.severity)
        ),
        child_place_weights=tuple(
            case
            for rule in rules.children
            for case in _misplaced(
                _parent(rule.names, all_of((rule.host, rule.misplaced))), rule.other_drive, rule.severity
            )
        ),
        argument_weights=_heaviest(
            (_child(rule.names, negated(rule.present)), rule.severity) for rule in rules.arguments
        ),
    )


def _child(names: tuple[str, ...], formula: Formula) -> Formula:
    return all_of((Named(End.CHILD, names), formula))


def _parent(names: tuple[str, ...], formula: Formula) -> Formula:
    return all_of((Named(End.PARENT, names), formula))


def _misplaced(
    outside: Formula, other_drive: Formula, severity: Severity
) -> Iterator[tuple[Formula, Severity]]:
    """Yield what makes a place wrong, with how much it matters: medium where only the drive is another."""
    if outside == FALSE:
        return
    if severity > Severity.MEDIUM:
        yield all_of((outside, other_drive)), Severity.MEDIUM
    yield (all_of((outside, negated(other_drive))) if severity > Severity.MEDIUM else outside), severity


def _children(rules: Iterable[ChildRule]) -> Iterator[tuple[Formula, Severity]]:
    dangerous = Named(End.CHILD, DANGEROUS_NAMES)
    for rule in rules:
        unexpected = _parent(rule.names, all_of((rule.host, rule.unexpected)))
        if rule.severity < Severity.HIGH:
            yield all_of((unexpected, dangerous)), Severity.HIGH
        yield unexpected, rule.severity


def _heaviest(cases: Iterable[tuple[Formula, Severity]]) -> Weights:
    by_severity: dict[Severity, list[Formula]] = {}
    for formula, severity in cases:
        if formula != FALSE:
            by_severity.setdefault(severity, []).append(formula)
    return tuple((any_of(by_severity[each]), each) for each in sorted(by_severity, reverse=True))
