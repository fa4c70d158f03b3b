"""What a query asks, as a formula that no language owns: names and conditions, joined by and, or and not.

`export.rules` makes formulas of the compiled relations, by which every decision is made; a language writes
them with its own atoms. A condition that it cannot say is a constant, so the formula around it gets shorter.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable
from typing import Protocol, TypeAlias

import attrs

from parentchild.relations.conditions import Condition, Fact, Test


class End(enum.Enum):
    """One of the two processes of a creation."""

    CHILD = "child"
    PARENT = "parent"


@attrs.frozen
class Named:
    """The process at one end has one of some comparable names."""

    end: End
    names: tuple[str, ...]


@attrs.frozen
class Plain:
    """The parent's name is exactly that of its file, so that it may be expected at all."""


@attrs.frozen
class Known:
    """A test holds of a fact.

    Args:
        test: what the fact is tested for.
        absent: whether that holds where the fact is absent.
    """

    test: Test
    absent: bool


@attrs.frozen
class OtherDrive:
    """A path lies in one of some directories, but for the letter of its drive."""

    fact: Fact
    directories: tuple[str, ...]


@attrs.frozen
class All:
    """Every part holds; none at all is true."""

    parts: tuple[Formula, ...] = ()


@attrs.frozen
class Any:
    """Some part holds; none at all is false."""

    parts: tuple[Formula, ...] = ()


@attrs.frozen
class Not:
    """The part does not hold."""

    part: Formula


Formula: TypeAlias = Named | Plain | Known | OtherDrive | All | Any | Not
TRUE = All()
FALSE = Any()


def all_of(parts: Iterable[Formula]) -> Formula:
    """Return the conjunction, without what is true anyway."""
    return _joined(All, parts)


def any_of(parts: Iterable[Formula]) -> Formula:
    """Return the disjunction, without what is false anyway."""
    return _joined(Any, parts)


def negated(part: Formula) -> Formula:
    """Return the negation."""
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    if isinstance(part, Not):
        return part.part
    if isinstance(part, All | Any) and all(isinstance(each, Not) for each in part.parts):
        return (any_of if isinstance(part, All) else all_of)(map(negated, part.parts))
    return Not(part)


def narrowed(formula: Formula, end: End, names: Collection[str]) -> Formula:
    """Return what a formula asks of those images alone whose names are among `names`."""
    if isinstance(formula, Named) and formula.end is end:
        kept = tuple(name for name in formula.names if name in names)
        return Named(end, kept) if kept else FALSE
    if isinstance(formula, All):
        return all_of(narrowed(part, end, names) for part in formula.parts)
    if isinstance(formula, Any):
        return any_of(narrowed(part, end, names) for part in formula.parts)
    return formula


def _joined(kind: type[All | Any], parts: Iterable[Formula]) -> Formula:
    neutral, absorbing = kind(), (FALSE if kind is All else TRUE)
    kept: dict[Formula, None] = {}
    for part in parts:
        if part == absorbing:
            return absorbing
        for each in part.parts if isinstance(part, kind) else (part,):
            if each != neutral:
                kept[each] = None
    return next(iter(kept)) if len(kept) == 1 else kind(tuple(kept))


class Vocabulary:
    """What a language, over one schema, can ask; it turns conditions into formulas.

    What no column tells is absent, as it is to the detector that reads the same rows. What the language
    cannot say is taken as met, and noted.

    Args:
        facts: the facts for which there is a column.
        can_say: whether the language can say a test of such a fact.
        compares_raw_names: whether names are compared as logged, so that one which is not plain never fits.

    Attributes:
        plain: the formula that a parent's name is plain.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        can_say: Callable[[Test], bool] = lambda _: True,
        *,
        compares_raw_names: bool = False,
    ) -> None:
        self.plain: Formula = TRUE if compares_raw_names else Plain()
        self._facts = frozenset(facts)
        self._can_say = can_say
        self._unsaid: dict[str, None] = {}

    @property
    def unsaid(self) -> tuple[str, ...]:
        """The conditions that were not said, in words."""
        return tuple(self._unsaid)

    def asked(self, condition: Condition, *, is_strict: bool = False) -> Formula:
        """Return a condition as a formula.

        Args:
            condition: the condition.
            is_strict: whether what is not known fails.
        """
        test, fact = condition.test(), condition.fact
        absent = condition.holds_when_absent and not is_strict
        if fact in self._facts and test is not None and self._can_say(test):
            return Known(test, absent)
        if fact is not Fact.RELEASE:
            self._unsaid[condition.words()] = None
        return TRUE if absent or fact in self._facts else FALSE


class Atoms(Protocol):
    """How a language writes what a formula is made of."""

    constants: tuple[str, str]
    """Its `true` and `false`."""
    words: tuple[str, str, str]
    """Its `and`, `or` and `not`."""

    def named(self, atom: Named) -> str:
        """Write that a process has one of some names."""
        ...

    def plain(self) -> str:
        """Write that the parent's name is plain."""
        ...

    def known(self, atom: Known) -> str:
        """Write a condition that the language can say."""
        ...

    def other_drive(self, atom: OtherDrive) -> str:
        """Write that only the drive of a path is another."""
        ...


def written(formula: Formula, atoms: Atoms) -> str:
    """Write a formula in a language that joins conditions by words; what is joined stands in parentheses."""
    if isinstance(formula, Named):
        return atoms.named(formula)
    if isinstance(formula, Plain):
        return atoms.plain()
    if isinstance(formula, Known):
        return atoms.known(formula)
    if isinstance(formula, OtherDrive):
        return atoms.other_drive(formula)
    if isinstance(formula, Not):
        part = written(formula.part, atoms)
        return (
            f"{atoms.words[2]} {part}"
            if isinstance(formula.part, All | Any)
            else f"{atoms.words[2]} ({part})"
        )
    if not formula.parts:
        return atoms.constants[isinstance(formula, Any)]
    word = atoms.words[0] if isinstance(formula, All) else atoms.words[1]
    return f"({f' {word} '.join(written(part, atoms) for part in formula.parts)})"
