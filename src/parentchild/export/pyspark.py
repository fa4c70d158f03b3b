r"""Relations as a self-contained PySpark snippet, for lakes where no package can be installed.

The snippet needs Spark 3.4 and Python 3.10 and nothing else: no pip, no file, no `parentchild`. All that
comes from a registry stands in it as Python literals; the code around them is always the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parentchild.export.folders import folder_pattern, other_drive_pattern, wildcard_pattern
from parentchild.export.formula import All, Any, Formula, Known, Named, Not, Plain, Vocabulary
from parentchild.export.plan import Weights, plan_of
from parentchild.export.pyspark_text import CODE, HEADER
from parentchild.relations.conditions import Fact, Operator, Test
from parentchild.relations.copies import NEVER_COPIED
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import fold, printable
from parentchild.windows.placeholders import PLACEHOLDERS

_FACTS: Final = frozenset(Fact) - {Fact.CHILD_SIGNER, Fact.RELEASE}
"""What Defender's two tables tell."""


def render(registry: RelationRegistry, *, exclusions: Iterable[Exclusion] = ()) -> str:
    """Return a registry as Python code with one function, `mismatches(process_events, device_events)`.

    Args:
        registry: the relations.
        exclusions: what is expected in your environment.

    >>> from parentchild import SEED_RELATIONS
    >>> code = render(SEED_RELATIONS)
    >>> "def mismatches(" in code, "import parentchild" in code
    (True, False)
    """
    vocabulary = Vocabulary(_FACTS)
    plan = plan_of(registry.compiled, vocabulary)
    unsaid = [f"# Not asked, for want of a column: {printable(each)}." for each in vocabulary.unsaid]
    tables = (
        _listing("WATCHED", plan.watched),
        _listing("WATCHING", plan.watching),
        _listing("STARTED", plan.started),
        _listing("NEVER_COPIED", sorted(NEVER_COPIED)),
        _listing("PLACEHOLDERS", sorted(PLACEHOLDERS)),
        _formula("THERE", plan.there),
        _formula("ANYWHERE", plan.anywhere),
        _formula("NEAR", plan.near),
        _formula("NEAR_OTHER_DRIVE", plan.near_other_drive),
        _formula("OWN_OUTSIDE", plan.own_outside),
        _formula("OWN_OTHER_DRIVE", plan.own_other_drive),
        _formula("EXCUSED", plan.excused),
        _formula("CHILD_EXCUSED", plan.child_excused),
        _weights("PARENT_WEIGHTS", plan.parent_weights),
        _weights("CHILD_WEIGHTS", plan.child_weights),
        _weights("PLACE_WEIGHTS", plan.place_weights),
        _weights("CHILD_PLACE_WEIGHTS", plan.child_place_weights),
        _weights("ARGUMENT_WEIGHTS", plan.argument_weights),
        _listing("EXCLUSIONS", map(_exclusion, exclusions)),
    )
    return "\n".join((HEADER, *unsaid, *tables, CODE))


def _literal(formula: Formula) -> tuple[object, ...]:
    """Return a formula as nested tuples, which the snippet's `holds` reads."""
    if isinstance(formula, Named):
        return "named", formula.end.value, list(formula.names)
    if isinstance(formula, Plain):
        return ("plain",)
    if isinstance(formula, Known):
        return _literal_of_test(formula.test, absent=formula.absent)
    if isinstance(formula, Not):
        return "not", _literal(formula.part)
    if isinstance(formula, All | Any):
        return "all" if isinstance(formula, All) else "any", *map(_literal, formula.parts)
    return "lies in", formula.fact.value, other_drive_pattern(formula.directories), False


def _literal_of_test(test: Test, *, absent: bool) -> tuple[object, ...]:
    values: object = list(test.values)
    if test.operator is Operator.IN_DIRECTORY:
        values = folder_pattern(test.values) if test.values else ""
    elif test.operator is Operator.EQUALS:
        values = list(map(fold, test.values))
    kinds = {Operator.IN_DIRECTORY: "lies in"}
    return kinds.get(test.operator, test.operator.value), test.fact.value, values, absent


def _formula(name: str, formula: Formula) -> str:
    kind, *parts = _literal(formula)
    if kind not in {"all", "any"} or not parts:
        return f"{name} = {_literal(formula)!r}"
    return f"{name} = (\n    {kind!r},\n" + "".join(f"    {part!r},\n" for part in parts) + ")"


def _weights(name: str, weights: Weights) -> str:
    return _listing(name, [(_literal(formula), severity.value) for formula, severity in weights])


def _exclusion(exclusion: Exclusion) -> dict[str, object]:
    """Return what an exclusion asks, each text as a pattern; `*` stands for anything but a backslash."""
    texts = {
        "child": exclusion.child,
        "parent": exclusion.parent,
        "child_path": exclusion.child_path,
        "parent_path": exclusion.parent_path,
        "device": exclusion.device,
        "user": exclusion.user,
        "signer": exclusion.signer,
        "command_line": exclusion.command_line,
    }
    condition: dict[str, object] = {}
    for name, text in texts.items():
        if text is None:
            continue
        is_path = name.endswith("_path")
        pattern = wildcard_pattern(fold(text).removesuffix("\\") if is_path else fold(text))
        ending = r"\\\z" if is_path else r"\z"
        condition[name] = pattern if name == "command_line" else f"^{pattern}{ending}"
    if exclusion.expires_at is not None:
        condition["expires_at"] = exclusion.expires_at.isoformat()
    return condition | {"reason": exclusion.reason}


def _listing(name: str, rows: Iterable[object]) -> str:
    lines = [f"    {row!r},\n" for row in rows]
    return f"{name} = [\n{''.join(lines)}]" if lines else f"{name} = []"
