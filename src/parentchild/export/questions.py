"""The rules of a query as single questions, for languages that look at one event and answer yes or no.

Each question is about one image: are its parents, its place, its arguments, or its children as expected?
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

import attrs

from parentchild.export.formula import (
    FALSE,
    TRUE,
    All,
    Any,
    End,
    Formula,
    Named,
    Not,
    Vocabulary,
    all_of,
    any_of,
    narrowed,
    negated,
)
from parentchild.export.rules import Rules, rules_of
from parentchild.relations.compiled import CompiledRelations
from parentchild.relations.severity import Severity


class Kind(enum.Enum):
    """What is asked of an image."""

    PARENT = "parent"
    PLACE = "place"
    ARGUMENTS = "arguments"
    CHILD = "child"


@attrs.frozen(kw_only=True)
class Question:
    """One question: the answer is yes where an event is not as Windows does it.

    Args:
        kind: what is asked.
        name: the image: the child, or for `Kind.CHILD` the parent.
        services: of a service host, the services that alone are meant.
        suspicious: what must hold for it to be asked at all.
        expected: what makes the answer no; where the parent is unknown, `Kind.PARENT` is never asked.
        severity: how much it matters.
    """

    kind: Kind
    name: str
    services: tuple[str, ...] = ()
    suspicious: Formula = TRUE
    expected: Formula
    severity: Severity

    @property
    def subject(self) -> Named:
        """The image as a formula."""
        return Named(End.PARENT if self.kind is Kind.CHILD else End.CHILD, (self.name,))


def questions_of(relations: CompiledRelations, vocabulary: Vocabulary) -> tuple[Question, ...]:
    """Return the questions: of parents first, then of places, arguments and children."""
    rules = rules_of(relations, vocabulary)
    return (
        *_of_parents(relations, rules),
        *_of_places(relations, rules),
        *_of_arguments(relations, rules),
        *_of_children(relations, rules),
    )


def _of_parents(relations: CompiledRelations, rules: Rules) -> Iterator[Question]:
    by_name = {name: rule for rule in rules.parents for name in rule.names}
    own_places = {name: rule.outside for rule in rules.own_places for name in rule.names}
    for name in relations.children:
        rule = by_name[name]
        anywhere = any_of(_in_own_places(rule.anywhere, own_places))
        yield Question(
            kind=Kind.PARENT, name=name, expected=any_of((rule.there, anywhere)), severity=rule.severity
        )


def _of_places(relations: CompiledRelations, rules: Rules) -> Iterator[Question]:
    for name in relations.launches:
        found = [rule for rule in rules.places if name in rule.names]
        if found:
            inside = all_of(rule.inside for rule in found)
            severity = max(rule.severity for rule in found)
            yield Question(kind=Kind.PLACE, name=name, expected=inside, severity=severity)


def _of_arguments(relations: CompiledRelations, rules: Rules) -> Iterator[Question]:
    excused = {name: rule.excused for rule in rules.parents for name in rule.names}
    listed = any_of(
        all_of((Named(End.PARENT, rule.names), rule.host, rule.excused)) for rule in rules.children
    )
    for name in relations.launches:
        found = [rule for rule in rules.arguments if name in rule.names]
        if found:
            present = all_of(rule.present for rule in found)
            severity = max(rule.severity for rule in found)
            expected = any_of((present, excused.get(name, listed)))
            yield Question(kind=Kind.ARGUMENTS, name=name, expected=expected, severity=severity)


def _of_children(relations: CompiledRelations, rules: Rules) -> Iterator[Question]:
    watched = rules.watched_children
    # A watched child is evaluated by its own relation, in a question of its own.
    others = Named(End.CHILD, watched) if watched else FALSE
    for name in relations.parents:
        for rule in (rule for rule in rules.children if name in rule.names):
            yield Question(
                kind=Kind.CHILD,
                name=name,
                services=rule.services,
                suspicious=all_of((rule.host, any_of((rule.near, rule.refused)))),
                expected=any_of((others, rule.fits)),
                severity=rule.severity,
            )


def _parents_in(formula: Formula) -> Iterator[str]:
    """Yield the names that a formula asks of a parent."""
    if isinstance(formula, Named):
        if formula.end is End.PARENT:
            yield from formula.names
    elif isinstance(formula, Not):
        yield from _parents_in(formula.part)
    elif isinstance(formula, All | Any):
        for part in formula.parts:
            yield from _parents_in(part)


def _in_own_places(formula: Formula, outside: Mapping[str, Formula]) -> Iterator[Formula]:
    """Yield a formula for each group of parents in it; one that has a place of its own must lie there."""
    groups: dict[Formula, list[str]] = {}
    for name in _parents_in(formula):
        groups.setdefault(negated(outside.get(name, FALSE)), []).append(name)
    for inside, names in groups.items():
        yield all_of((narrowed(formula, End.PARENT, frozenset(names)), inside))
