"""The improved query: all that Kusto can say of what the detector does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parentchild.export.folders import folder_pattern, other_drive_pattern
from parentchild.export.formula import End, Formula, Known, Named, OtherDrive, Vocabulary, written
from parentchild.export.kql_exclusions import filter_block, folded_contains, folded_equals
from parentchild.export.kql_improved_text import (
    ASSEMBLY,
    CRASHES,
    EVENTS,
    FUNCTIONS,
    HASH_ALGORITHM,
    HEADER,
    REASONS,
)
from parentchild.export.kql_text import comment, dynamic, listed, literal, verbatim
from parentchild.export.plan import Plan, Weights, plan_of
from parentchild.relations.conditions import Fact, Operator, Test
from parentchild.relations.copies import NEVER_COPIED
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import fold
from parentchild.windows.placeholders import PLACEHOLDERS

_COLUMNS: Final = {
    Fact.CHILD_PATH: "ImageFolder",
    Fact.CHILD_COMMAND_LINE: "ProcessCommandLine",
    Fact.CHILD_ORIGINAL_NAME: "ProcessVersionInfoOriginalFileName",
    Fact.CHILD_INTEGRITY: "ProcessIntegrityLevel",
    Fact.CHILD_USER: "ImageUser",
    Fact.PARENT_PATH: "ParentFolder",
    Fact.PARENT_COMMAND_LINE: "InitiatingProcessCommandLine",
    Fact.PARENT_SIGNER: "InitiatingProcessSignerType",
    Fact.PARENT_INTEGRITY: "InitiatingProcessIntegrityLevel",
    Fact.PARENT_USER: "ParentUser",
}
"""The columns, of Defender's or made by the query, that tell a fact."""

_ENDS: Final = {End.CHILD: "ImageFile", End.PARENT: "ParentKey"}


def improved_query(
    registry: RelationRegistry, exclusions: Iterable[Exclusion], *, names_hash_algorithm: bool
) -> str:
    """Return the improved query.

    Args:
        registry: the relations.
        exclusions: what is expected in your environment.
        names_hash_algorithm: whether the result has the column that an entity mapping for a hash needs.
    """
    vocabulary = Vocabulary(_COLUMNS)
    plan = plan_of(registry.compiled, vocabulary)
    atoms = _Kusto()
    filters = filter_block(
        exclusions, equals=folded_equals, contains=folded_contains, path='FolderOf({}, "")'
    )
    reasons = _reasons(plan, atoms, filters)
    unsaid = [comment(f"Not asked, for want of a column: {each}.") for each in vocabulary.unsaid]
    parts = (
        HEADER,
        *unsaid,
        f"let Placeholders = {dynamic(sorted(PLACEHOLDERS))};{FUNCTIONS}",
        atoms.folders(),
        CRASHES,
        EVENTS,
        reasons,
        ASSEMBLY + (HASH_ALGORITHM if names_hash_algorithm else ""),
    )
    return "\n".join(part for part in parts if part)


def _reasons(plan: Plan, atoms: _Kusto, filters: str) -> str:
    return REASONS.format(
        watched=listed(plan.watched),
        watching=listed(plan.watching),
        started=listed(plan.started),
        there=atoms.text(plan.there),
        anywhere=atoms.text(plan.anywhere),
        near=atoms.text(plan.near),
        near_other_drive=atoms.text(plan.near_other_drive),
        own_outside=atoms.text(plan.own_outside),
        own_other_drive=atoms.text(plan.own_other_drive),
        excused=atoms.text(plan.excused),
        child_excused=atoms.text(plan.child_excused),
        parent_weight=_weight(plan.parent_weights, atoms),
        child_weight=_weight(plan.child_weights, atoms),
        place_weight=_weight(plan.place_weights, atoms),
        child_place_weight=_weight(plan.child_place_weights, atoms),
        argument_weight=_weight(plan.argument_weights, atoms),
        never_copied=listed(sorted(NEVER_COPIED)),
        exclusions=filters,
    )


def _weight(weights: Weights, atoms: _Kusto) -> str:
    if not weights:
        return "0"
    lines = [f"    {atoms.text(formula)}, {severity.value}" for formula, severity in weights]
    return "case(\n" + ",\n".join(lines) + ",\n    0)"


class _Kusto:
    """Kusto's atoms. Each distinct list of directories becomes a named pattern."""

    constants: tuple[str, str] = ("true", "false")
    words: tuple[str, str, str] = ("and", "or", "not")

    def __init__(self) -> None:
        self._patterns: dict[str, str] = {}

    def text(self, formula: Formula) -> str:
        return written(formula, self)

    def named(self, atom: Named) -> str:
        return f"{_ENDS[atom.end]} in {listed(atom.names)}"

    def plain(self) -> str:
        return "IsPlain"

    def known(self, atom: Known) -> str:
        column = _COLUMNS[atom.test.fact]
        test = self._test(column, atom.test)
        return f"(isempty({column}) or {test})" if atom.absent else f"(isnotempty({column}) and {test})"

    def other_drive(self, atom: OtherDrive) -> str:
        return f"{_COLUMNS[atom.fact]} matches regex {self._name_of(other_drive_pattern(atom.directories))}"

    def folders(self) -> str:
        return "\n".join(f"let {name} = {verbatim(pattern)};" for pattern, name in self._patterns.items())

    def _test(self, column: str, test: Test) -> str:
        if not test.values:
            return "false"
        if test.operator is Operator.IN_DIRECTORY:
            return f"{column} matches regex {self._name_of(folder_pattern(test.values))}"
        if test.operator is Operator.EQUALS:
            return f"Fold({column}) in {listed(map(fold, test.values))}"
        word = " or " if test.operator is Operator.MATCHES_ANY else " and "
        return f"({word.join(f'Fold({column}) matches regex {literal(each)}' for each in test.values)})"

    def _name_of(self, pattern: str) -> str:
        return self._patterns.setdefault(pattern, f"Folders{len(self._patterns) + 1}")
