"""The compiled relations as the rules of a query: which images they are about, and what each asks.

Evaluation looks at one creation and asks which alternative it fits best. A query asks the same of many rows
at once, so each question is written as a formula. Images for which the same is asked share a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

import attrs

from parentchild.export.formula import (
    FALSE,
    TRUE,
    End,
    Formula,
    Named,
    OtherDrive,
    Vocabulary,
    all_of,
    any_of,
    negated,
)
from parentchild.relations.compiled import (
    Alternative,
    Alternatives,
    CompiledRelations,
    Launch,
    WatchedChild,
    WatchedParent,
    comparable,
)
from parentchild.relations.conditions import Condition, Operator
from parentchild.relations.severity import Severity
from parentchild.windows.paths import SYSTEM_DRIVES, directory_of, root_of
from parentchild.windows.programs import DANGEROUS, PROGRAMS, ProgramKind


@attrs.frozen(kw_only=True)
class ParentRule:
    """Some watched children, and which parents they expect.

    Args:
        names: their names.
        there: a parent fits that has to lie in a certain place.
        anywhere: a parent fits whose place the relation leaves open: it may have one of its own.
        near: a parent fits but for its place.
        other_drive: only the drive of that place is another.
        excused: a parent fits that may leave out the usual arguments.
        severity: how much a wrong parent matters.
    """

    names: tuple[str, ...]
    there: Formula
    anywhere: Formula
    near: Formula
    other_drive: Formula
    excused: Formula
    severity: Severity

    @property
    def fits(self) -> Formula:
        """A parent fits, wherever Windows keeps it."""
        return any_of((self.there, self.anywhere))


@attrs.frozen(kw_only=True)
class ChildRule:
    """Some watched parents, and which children they do not start.

    Args:
        names: their names.
        services: the services that are meant, if it is about the hosts of some alone.
        host: the parent is the host of one of them.
        fits: the child is one that they start.
        near: the child is one that they start from another place.
        other_drive: only the drive of that place is another.
        refused: another child is one that they do not start; an open parent starts most.
        excused: the child is one that they start, and may lack its usual arguments.
        severity: how much that matters; a shell and its like are high at least.
    """

    names: tuple[str, ...]
    services: tuple[str, ...]
    host: Formula
    fits: Formula
    near: Formula
    other_drive: Formula
    refused: Formula
    excused: Formula
    severity: Severity

    @property
    def unexpected(self) -> Formula:
        """The child is one that they do not start."""
        return all_of((negated(self.fits), negated(self.near), self.refused))

    @property
    def misplaced(self) -> Formula:
        """The child is one that they start, but not from there."""
        return all_of((negated(self.fits), self.near))


@attrs.frozen(kw_only=True)
class PlaceRule:
    """Some images, and where they lie.

    Args:
        names: their names.
        inside: the child lies there, or its place is not known.
        other_drive: only the drive is another.
        severity: how much another place matters.
    """

    names: tuple[str, ...]
    inside: Formula
    other_drive: Formula
    severity: Severity


@attrs.frozen(kw_only=True)
class OwnPlaceRule:
    """Some images that have a place of their own, which counts where they are parents.

    Args:
        names: their names.
        outside: the parent is known to lie elsewhere.
        other_drive: only the drive is another.
    """

    names: tuple[str, ...]
    outside: Formula
    other_drive: Formula


@attrs.frozen(kw_only=True)
class ArgumentRule:
    """Some images, and the arguments with which they are started."""

    names: tuple[str, ...]
    present: Formula
    severity: Severity


@attrs.frozen(kw_only=True)
class Rules:
    """All that a query asks; images of no rule are unwatched."""

    parents: tuple[ParentRule, ...]
    children: tuple[ChildRule, ...]
    places: tuple[PlaceRule, ...]
    own_places: tuple[OwnPlaceRule, ...]
    arguments: tuple[ArgumentRule, ...]

    @property
    def watched_children(self) -> tuple[str, ...]:
        """The children of which the parents are known."""
        return tuple(name for rule in self.parents for name in rule.names)

    @property
    def watched_parents(self) -> tuple[str, ...]:
        """The parents of which the children are known."""
        return unique(name for rule in self.children for name in rule.names)

    @property
    def started_images(self) -> tuple[str, ...]:
        """The images of which place or arguments are known."""
        placed = [name for rule in self.places for name in rule.names]
        return unique((*placed, *(name for rule in self.arguments for name in rule.names)))


def rules_of(relations: CompiledRelations, vocabulary: Vocabulary) -> Rules:
    """Return the rules of compiled relations, in their order, as far as a language can say them."""
    launches = [each for found in relations.launches.values() for each in found]
    parents = [each for found in relations.parents.values() for each in found]
    return Rules(
        parents=_merged(_parent_rule(each, vocabulary) for each in relations.children.values()),
        children=_merged(_child_rule(each, vocabulary) for each in parents),
        places=_merged(_place_rule(each, vocabulary) for each in launches),
        own_places=_merged(
            _own_place_rule(comparable(name), found, vocabulary) for name, found in relations.launches.items()
        ),
        arguments=_merged(_argument_rule(each, vocabulary) for each in launches),
    )


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return each of `names` once, in the order of its first appearance."""
    return tuple(dict.fromkeys(names))


def names_of(kinds: Iterable[ProgramKind]) -> tuple[str, ...]:
    """Return the names by which a program is of one of some kinds, sorted."""
    wanted = frozenset(kinds)
    return tuple(sorted(name for row in PROGRAMS if row.kind in wanted for name in row.names))


DANGEROUS_NAMES: Final = names_of(DANGEROUS)
"""Programs that make an unexpected child high at least."""


def _parent_rule(watched: WatchedChild, vocabulary: Vocabulary) -> ParentRule:
    ways = _Ways(End.PARENT, watched.by_parent, vocabulary)
    return ParentRule(
        names=(watched.name,),
        there=ways.there(),
        anywhere=ways.anywhere(),
        near=ways.near(),
        other_drive=ways.other_drive(),
        excused=ways.excused(),
        severity=watched.relation.severity,
    )


def _child_rule(watched: WatchedParent, vocabulary: Vocabulary) -> ChildRule:
    relation = watched.relation
    ways = _Ways(End.CHILD, watched.by_child, vocabulary)
    refused: Formula = TRUE
    if relation.is_open:
        kinds = names_of(relation.refused_kinds)
        named = [Named(End.CHILD, kinds)] if kinds else []
        inside = [] if watched.refused is None else [vocabulary.asked(watched.refused, is_strict=True)]
        refused = any_of((*named, *inside))
    return ChildRule(
        names=(watched.name,),
        services=relation.services,
        host=TRUE if watched.host is None else vocabulary.asked(watched.host),
        fits=any_of((ways.there(), ways.anywhere())),
        near=ways.near(),
        other_drive=ways.other_drive(),
        refused=refused,
        excused=ways.excused(),
        severity=relation.severity,
    )


def _place_rule(launch: Launch, vocabulary: Vocabulary) -> PlaceRule | None:
    if launch.place is None:
        return None
    inside = vocabulary.asked(launch.place)
    if inside == TRUE:  # no language can say it
        return None
    return PlaceRule(
        names=(launch.name,),
        inside=inside,
        other_drive=_other_drive(launch.place),
        severity=launch.relation.severity,
    )


def _own_place_rule(name: str, launches: Iterable[Launch], vocabulary: Vocabulary) -> OwnPlaceRule | None:
    """Return the rule for a parent; of several places, the first in which it is not decides."""
    outside: list[Formula] = []
    other_drive: list[Formula] = []
    earlier: list[Formula] = []
    for place in (each.place_as_parent for each in launches if each.place_as_parent is not None):
        inside = vocabulary.asked(place)
        outside.append(negated(inside))
        other_drive.append(all_of((*earlier, negated(inside), _other_drive(place))))
        earlier.append(inside)
    if any_of(outside) == FALSE:
        return None
    return OwnPlaceRule(names=(name,), outside=any_of(outside), other_drive=any_of(other_drive))


def _argument_rule(launch: Launch, vocabulary: Vocabulary) -> ArgumentRule | None:
    if launch.arguments is None:
        return None
    present = vocabulary.asked(launch.arguments)
    if present == TRUE:
        return None
    return ArgumentRule(names=(launch.name,), present=present, severity=launch.relation.severity)


def _directories(place: Condition) -> tuple[str, ...]:
    test = place.test()
    return test.values if test is not None and test.operator is Operator.IN_DIRECTORY else ()


def _other_drive(place: Condition) -> Formula:
    directories = _directories(place)
    on_system_drive = tuple(
        each for each in directories if root_of(directory_of(each, "") or "") in SYSTEM_DRIVES
    )
    return OtherDrive(place.fact, on_system_drive) if on_system_drive else FALSE


@attrs.frozen
class _Way:
    """An alternative as formulas: what it asks beside the place, and the whole of it."""

    alternative: Alternative
    conditions: Formula
    whole: Formula

    @property
    def is_placed(self) -> bool:
        return self.alternative.place is not None

    @property
    def is_near(self) -> bool:
        """Whether one that lies elsewhere is misplaced, and not unlisted."""
        return self.is_placed and not self.alternative.is_copy


class _Ways:
    """The alternatives of one relation; of one name, the first that fits decides."""

    def __init__(self, other: End, alternatives: Alternatives, vocabulary: Vocabulary) -> None:
        self._other = other
        self._plain = vocabulary.plain
        self._by_name: Mapping[str, list[_Way]] = {
            name: _ways(found, vocabulary) for name, found in alternatives.items()
        }

    def there(self) -> Formula:
        return self._first(lambda way: way.is_placed)

    def anywhere(self) -> Formula:
        return self._any(lambda way: None if way.is_placed else way.whole)

    def near(self) -> Formula:
        return self._any(lambda way: way.conditions if way.is_near else None)

    def excused(self) -> Formula:
        return self._first(lambda way: way.alternative.image.excuses_arguments)

    def other_drive(self) -> Formula:
        pieces: list[tuple[str, Formula]] = []
        for name, ways in self._by_name.items():
            earlier: list[Formula] = []
            for way in ways:
                place = way.alternative.place
                if place is None or not way.is_near:
                    continue
                elsewhere = all_of((way.conditions, _other_drive(place)))
                pieces.append((name, all_of((elsewhere, *map(negated, earlier)))))
                earlier.append(way.conditions)
        return self._of(pieces)

    def _any(self, piece: Callable[[_Way], Formula | None]) -> Formula:
        return self._of(
            [
                (name, found)
                for name, ways in self._by_name.items()
                for way in ways
                if (found := piece(way)) is not None
            ]
        )

    def _first(self, is_wanted: Callable[[_Way], bool]) -> Formula:
        """Return the formula that the first alternative that fits is a wanted one."""
        pieces: list[tuple[str, Formula]] = []
        for name, ways in self._by_name.items():
            earlier: list[Formula] = []
            for way in ways:
                if is_wanted(way):
                    pieces.append((name, all_of((way.whole, *map(negated, earlier)))))
                else:
                    earlier.append(way.whole)
        return self._of(pieces)

    def _of(self, pieces: Iterable[tuple[str, Formula]]) -> Formula:
        """Return the disjunction of what is asked of each name; names of which the same is asked share it."""
        names: dict[Formula, list[str]] = {}
        for name, piece in pieces:
            if piece != FALSE:
                names.setdefault(piece, []).append(name)
        found = any_of(all_of((Named(self._other, unique(each)), piece)) for piece, each in names.items())
        return FALSE if found == FALSE else all_of((self._plain, found))


def _ways(alternatives: Iterable[Alternative], vocabulary: Vocabulary) -> list[_Way]:
    """Return the rows of one name; what the user allowed counts only if no row's place alone is wrong."""
    ways = [_way(each, vocabulary) for each in alternatives]
    in_place = negated(any_of(way.conditions for way in ways if way.is_near))
    return [
        attrs.evolve(way, whole=all_of((way.whole, in_place))) if way.alternative.is_local else way
        for way in ways
    ]


def _way(alternative: Alternative, vocabulary: Vocabulary) -> _Way:
    strict = alternative.is_copy
    conditions = all_of(vocabulary.asked(each, is_strict=strict) for each in alternative.conditions)
    place = TRUE if alternative.place is None else vocabulary.asked(alternative.place, is_strict=strict)
    return _Way(alternative, conditions, all_of((conditions, place)))


_Rule = TypeVar("_Rule", ParentRule, ChildRule, PlaceRule, OwnPlaceRule, ArgumentRule)


def _merged(rules: Iterable[_Rule | None]) -> tuple[_Rule, ...]:
    """Return rules of which no two ask the same: their names are united."""
    names: dict[_Rule, list[str]] = {}
    for rule in rules:
        if rule is not None:
            names.setdefault(attrs.evolve(rule, names=()), []).extend(rule.names)
    return tuple(attrs.evolve(rule, names=unique(found)) for rule, found in names.items())
