"""Why a verdict is what it is, for people: one sentence, or the whole account with tiers and sources."""

from __future__ import annotations

import attrs

from parentchild.events import Process
from parentchild.relations.compiled import Alternative, CompiledRelations, comparable
from parentchild.relations.copies import NEVER_COPIED
from parentchild.relations.evaluation import Evaluation, MissingParent, Reason, Verdict, evaluate, name_of
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Relation,
    Tier,
    images_of,
)
from parentchild.relations.sentences import alternatives, by_design_first, sentence, shown
from parentchild.windows.names import printable

_ALLOW = "allow the pair (its path is still checked), or exclude it"
_EXCLUDE = {
    Reason.SPOOFED_PARENT: "exclude it",
    Reason.SELF_COPY: "exclude it",
    Reason.UNEXPECTED_ARGUMENTS: "exclude it, with its command line or path",
}
"""By reason that no allowed pair settles: what does; for all others an exclusion with the image's path."""


@attrs.frozen(kw_only=True)
class Explanation:
    """The whole account of one verdict. `str()` gives it as text of a few lines.

    Args:
        verdict: what the relations say.
        reasons: why it is a mismatch; empty for every other verdict.
        missing: what is missing, where something is.
        child: the child's comparable name, `""` where unknown.
        parent: the parent's comparable name, `""` where unknown.
        creator: the comparable name of the process that made the call, `""` where unknown.
        relation: the relation that decided, None where none says anything.
        expected: what the relation expects at the other end, what is by design first, each row with the
            conditions under which it counts, in words.
        match: the expected image that explains it, where it is as expected.
        nearest: the exception that comes nearest to it, where it is not: one for this very image whose
            conditions do not hold, else the most frequent one of the relation.
        imitates: the watched name that a look-alike imitates.
        remedies: what would make it benign, one sentence part each.
        sources: where the relation is known from.
        sentence: all of that in one plain sentence.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    missing: MissingParent | None = None
    child: str
    parent: str
    creator: str = ""
    relation: Relation | None = None
    expected: tuple[tuple[ExpectedImage, tuple[str, ...]], ...] = ()
    match: ExpectedImage | None = None
    nearest: ExpectedImage | None = None
    imitates: str | None = None
    remedies: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sentence: str

    def __str__(self) -> str:
        lines = [f"{self.verdict.value}: {self.sentence}"]
        if self.relation is not None:
            lines.append(f"Relation: {self.relation.why or 'no reason is given'}")
        if self.reasons:
            lines.append(f"Reasons: {', '.join(reason.value for reason in self.reasons)}")
        if self.expected:
            by_parent = isinstance(self.relation, ExpectedChildren)
            lines.append("Expected children:" if by_parent else "Expected parents:")
            lines.extend(f"  {_line(image, only)}" for image, only in self.expected)
        if self.nearest is not None:
            lines.append(f"Nearest exception: {printable(self.nearest.name)} ({self.nearest.why})")
        if self.remedies:
            lines.append("It would be benign if")
            lines.extend(f"  - {remedy}" for remedy in self.remedies)
        if self.sources:
            lines.append("Sources:")
            lines.extend(f"  - {source}" for source in self.sources)
        return "\n".join(lines)


def _line(image: ExpectedImage, only: tuple[str, ...]) -> str:
    pack = f", pack {image.pack}" if image.pack else ""
    where = f" [only {'; '.join(only)}]" if only else ""
    return f"{printable(image.name)} ({image.tier.value}{pack}): {image.why or 'no reason is given'}{where}"


def conditions(alternative: Alternative) -> tuple[str, ...]:
    """Return in words what must hold for an alternative to count, nothing where its name is enough."""
    asked = (*alternative.conditions, *((alternative.place,) if alternative.place is not None else ()))
    return tuple(condition.words() for condition in asked)


def explain(
    relations: CompiledRelations,
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    windows: str | None = None,
) -> Explanation:
    """Evaluate one process creation and account for the verdict.

    The arguments are those of `evaluation.evaluate`.

    Cost: that of an evaluation, and linear in the rows of the relation that decided.

    Raises:
        InvalidArgument: the release is not known.
    """
    found = evaluate(relations, child, parent, creator, windows=windows)
    rows = _alternatives(relations, found.relation)
    other = found.parent if isinstance(found.relation, ExpectedParents) else found.child
    same_name = [each for each in rows if each.name == other]
    nearest = [*same_name, *(each for each in rows if each.image.tier is not Tier.CORE)]
    caller = name_of(creator) if creator is not None else ""
    return Explanation(
        verdict=found.verdict,
        reasons=found.reasons,
        missing=found.missing,
        child=found.child,
        parent=found.parent,
        creator=caller,
        relation=found.relation,
        expected=tuple((each.image, conditions(each)) for each in rows),
        match=found.match,
        nearest=nearest[0].image if nearest and found.verdict is not Verdict.EXPECTED else None,
        imitates=found.imitates,
        remedies=_remedies(found, same_name),
        sources=found.relation.sources if found.relation is not None else (),
        sentence=(
            sentence(
                found.reasons,
                child=found.child,
                parent=found.parent,
                directory=found.directory,
                expected=found.expected,
                imitates=found.imitates,
                relation=found.relation,
                creator=caller,
                original_name=child.original_name or "",
            )
            if found.reasons
            else _without_reason(found)
        ),
    )


def _alternatives(relations: CompiledRelations, relation: Relation | None) -> list[Alternative]:
    """Return all that a relation expects at the other end, what is by design first."""
    if isinstance(relation, ExpectedParents):
        by_name = relations.children[relation.child].by_parent
    elif isinstance(relation, ExpectedChildren):
        watched = relations.parents[comparable(relation.parent)]
        by_name = next(each.by_child for each in watched if each.relation is relation)
    else:
        return []
    order = {image: place for place, image in enumerate(images_of(relation))}
    rows = [each for found in by_name.values() for each in found]
    return sorted(rows, key=lambda each: (each.image.tier is not Tier.CORE, order[each.image]))


def _without_reason(found: Evaluation) -> str:
    started = shown(found.child) or "a process without a name"
    starter = shown(found.parent) or "an unknown parent"
    if found.verdict is Verdict.EXPECTED:
        reason = f": {found.match.why}" if found.match is not None and found.match.why else ""
        return f"{starter} started {started}, as expected{reason}."
    if found.verdict is Verdict.UNKNOWN:
        missing = found.missing.value if found.missing is not None else "the parent is not known"
        names = tuple(image.name for image in images_of(found.relation) if image.tier is Tier.CORE)
        right = alternatives(tuple(dict.fromkeys(names))) or "an expected parent"
        return f"Whether {right} started {started} cannot be told: {missing}."
    return f"No relation says anything about {started} started by {starter}."


def _remedies(found: Evaluation, same_name: list[Alternative]) -> tuple[str, ...]:
    """Return what would make a mismatch benign, one sentence part each."""
    if found.relation is None or not found.reasons:
        return ()
    if Reason.LOOKALIKE in found.reasons:
        return ("the name belongs to a product: exclude it, with the reason",)
    exceptions = (
        f"for this {shown(each.name) or 'image'}: {'; '.join(only)}"
        for each in same_name
        if (only := conditions(each))
    )
    return (
        *(remedy for reason in found.reasons for remedy in _remedy(reason, found)),
        *exceptions,
        f"this is expected in your environment: {_settled_by(found.reasons)}",
    )


def _settled_by(reasons: tuple[Reason, ...]) -> str:
    """Return what settles a creation that is expected in the user's own environment."""
    for reason in reasons:
        if reason not in {Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD}:
            return _EXCLUDE.get(reason, "exclude it, with the path of the image")
    return _ALLOW


def _remedy(reason: Reason, found: Evaluation) -> tuple[str, ...]:
    relation = found.relation
    right = alternatives(by_design_first(tuple(image.name for image in images_of(relation)), relation))
    if reason is Reason.UNEXPECTED_PARENT:
        copied = found.child == found.parent and found.child not in NEVER_COPIED
        crash = ("the crash handler was at work in the parent at that moment",) if copied else ()
        return (*((f"the parent is {right}",) if right else ()), *crash)
    if reason is Reason.UNEXPECTED_CHILD:
        return (f"the child is {right}",) if right else ()
    if reason is Reason.SPOOFED_PARENT:
        return ("the process that made the call is the parent, or a broker known to call for it",)
    if reason is Reason.MISPLACED_PARENT:
        return (f"the path of {shown(found.parent) or 'the parent'} is a known location of it",)
    if reason is Reason.SELF_COPY:
        return ("the program restarts itself, or its crash was reported",)
    if reason is Reason.RENAMED_IMAGE:
        return (f"the version resource names {shown(found.child)} itself",)
    if reason is Reason.UNEXPECTED_ARGUMENTS and relation is not None:
        shapes = getattr(relation, "arguments", ())
        return (f"its arguments include {' or '.join(shapes)}",)
    directories = found.expected if reason is found.reasons[0] else getattr(relation, "directories", ())
    return (f"the image lies in {' or '.join(directories)}",) if directories else ()
