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
from parentchild.relations.wording import ALLOW, ALLOWED, EXCLUDE, EXCLUDE_BY_PATH, REMEDIES
from parentchild.windows.names import printable


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
    relation, reasons = found.relation, found.reasons
    if relation is None or not reasons:
        return ()
    if Reason.LOOKALIKE in reasons:
        return ("the name belongs to a product: exclude it, with the reason",)
    names = tuple(image.name for image in images_of(relation))
    places = getattr(relation, "directories", ())
    words = {
        "right": alternatives(by_design_first(names, relation)),
        "child": shown(found.child),
        "parent": shown(found.parent) or "the parent",
        "shapes": " or ".join(getattr(relation, "arguments", ())),
        "places": " or ".join(found.expected if reasons[0] is Reason.MISPLACED_IMAGE else places),
    }
    said = [text.format_map(words) for word, text in map(REMEDIES.__getitem__, reasons) if words[word]]
    if (
        Reason.UNEXPECTED_PARENT in reasons
        and found.child == found.parent
        and found.child not in NEVER_COPIED
    ):
        said.append("the crash handler was at work in the parent at that moment")
    only = [(shown(each.name) or "image", "; ".join(conditions(each))) for each in same_name]
    said += [f"for this {name}: {asked}" for name, asked in only if asked]
    settled = next((EXCLUDE.get(each, EXCLUDE_BY_PATH) for each in reasons if each not in ALLOWED), ALLOW)
    return (*said, f"this is expected in your environment: {settled}")
