"""Why a verdict is what it is, for people: one sentence, or the whole account with tiers and sources."""

from __future__ import annotations

from typing import Final

import attrs

from parentchild.events import Process
from parentchild.relations.evaluation import MissingParent, Reason, Verdict, evaluate, expected_names, name_of
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Relation,
    RelationTable,
    Tier,
)
from parentchild.relations.sentences import alternatives, by_design_first, images_of, sentence, shown
from parentchild.windows.names import printable

_NEVER_CLEARED: Final = "lsass.exe"


def conditions(image: ExpectedImage, *, at_other_end: str) -> tuple[str, ...]:
    r"""Return in words what must hold for an image to count, nothing where its name is enough.

    Args:
        image: the image.
        at_other_end: what to call the image at the other end of the relation: `child` or `parent`.

    >>> conditions(ExpectedImage("ngen.exe", windows="7", signer="Microsoft Windows"), at_other_end="child")
    ('on Windows 7', 'signed by Microsoft Windows')
    """
    return (
        *((f"on Windows {image.windows}",) if image.windows != "all" else ()),
        *((f"in {' or '.join(image.directories)}",) if image.directories else ()),
        *(
            (f"the {at_other_end} in {' or '.join(image.counterpart_directories)}",)
            if image.counterpart_directories
            else ()
        ),
        *(f"the child's command line has {text}" for text in image.command_line),
        *(f"the parent's command line has {text}" for text in image.parent_command_line),
        *((f"signed by {image.signer}",) if image.signer else ()),
        *((f"the child's integrity is {image.integrity}",) if image.integrity else ()),
    )


@attrs.frozen(kw_only=True)
class Explanation:
    """The whole account of one verdict. `str()` gives it as text of a few lines.

    Args:
        verdict: what the relations say.
        reasons: why it is a mismatch; empty for every other verdict.
        gap: what is missing, where something is.
        child: the child's comparable name, `""` where unknown.
        parent: the parent's comparable name, `""` where unknown.
        creator: the comparable name of the process that made the call, `""` where unknown.
        relation: the relation that decided, None where none says anything.
        expected: what the relation expects at the other end, what is by design first.
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
    gap: MissingParent | None = None
    child: str
    parent: str
    creator: str = ""
    relation: Relation | None = None
    expected: tuple[ExpectedImage, ...] = ()
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
            lines.extend(f"  {_line(image, by_parent=by_parent)}" for image in self.expected)
        if self.nearest is not None:
            lines.append(f"Nearest exception: {printable(self.nearest.name)} ({self.nearest.why})")
        if self.remedies:
            lines.append("It would be benign if")
            lines.extend(f"  - {remedy}" for remedy in self.remedies)
        if self.sources:
            lines.append("Sources:")
            lines.extend(f"  - {source}" for source in self.sources)
        return "\n".join(lines)


def _line(image: ExpectedImage, *, by_parent: bool) -> str:
    only = conditions(image, at_other_end="parent" if by_parent else "child")
    pack = f", pack {image.pack}" if image.pack else ""
    where = f" [only {'; '.join(only)}]" if only else ""
    return f"{printable(image.name)} ({image.tier.value}{pack}): {image.why or 'no reason is given'}{where}"


def explain(
    table: RelationTable,
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    windows: str | None = None,
) -> Explanation:
    """Judge one process creation and account for the verdict.

    The arguments are those of `verdicts.evaluate`.

    Cost: that of a evaluation, and linear in the rows of the relation that decided.

    Raises:
        InvalidArgument: the release is not known.
    """
    evaluation = evaluate(table, child, parent, creator, windows=windows)
    relation = evaluation.relation
    by_child = isinstance(relation, ExpectedParents)
    other = evaluation.parent if by_child else evaluation.child
    images = tuple(sorted(images_of(relation), key=lambda image: image.tier is not Tier.CORE))
    same_name = [image for image in images if image.name == other]
    expected = evaluation.verdict is Verdict.EXPECTED
    caller = name_of(creator) if creator is not None else ""
    return Explanation(
        verdict=evaluation.verdict,
        reasons=evaluation.reasons,
        gap=evaluation.missing,
        child=evaluation.child,
        parent=evaluation.parent,
        creator=caller,
        relation=relation,
        expected=images,
        match=same_name[0] if expected and same_name else None,
        nearest=None if expected else _nearest(images, same_name),
        imitates=evaluation.imitates,
        remedies=_remedies(relation, evaluation.reasons, evaluation.child, evaluation.parent),
        sources=relation.sources if relation is not None else (),
        sentence=(
            sentence(
                evaluation.reasons,
                child=evaluation.child,
                parent=evaluation.parent,
                expected=expected_names(evaluation, evaluation.reasons[0]),
                imitates=evaluation.imitates,
                relation=relation,
                creator=caller,
                original_name=child.original_name or "",
            )
            if evaluation.reasons
            else _without_reason(
                evaluation.verdict, evaluation.child, evaluation.parent, evaluation.missing, images, same_name
            )
        ),
    )


def _nearest(images: tuple[ExpectedImage, ...], same_name: list[ExpectedImage]) -> ExpectedImage | None:
    exceptions = (image for image in images if image.tier is not Tier.CORE)
    return same_name[0] if same_name else next(exceptions, None)


def _without_reason(
    verdict: Verdict,
    child: str,
    parent: str,
    gap: MissingParent | None,
    images: tuple[ExpectedImage, ...],
    same_name: list[ExpectedImage],
) -> str:
    started = shown(child) or "a process without a name"
    starter = shown(parent) or "an unknown parent"
    if verdict is Verdict.EXPECTED:
        reason = f": {same_name[0].why}" if same_name and same_name[0].why else ""
        return f"{starter} started {started}, as expected{reason}."
    if verdict is Verdict.UNKNOWN:
        missing = gap.value if gap is not None else "the parent is not known"
        names = tuple(dict.fromkeys(image.name for image in images if image.tier is Tier.CORE))
        right = alternatives(names) or "its rightful parent"
        return f"Whether {started} was started by {right} cannot be told, since {missing}."
    return f"No relation says anything about {started} started by {starter}."


def _remedies(
    relation: Relation | None, reasons: tuple[Reason, ...], child: str, parent: str
) -> tuple[str, ...]:
    """Return what would make a mismatch benign, one sentence part each."""
    if relation is None or not reasons:
        return ()
    if Reason.LOOKALIKE in reasons:
        return ("the name is a product's own: then exclude it, with the reason",)
    by_child = isinstance(relation, ExpectedParents)
    named, other_end = (parent, "child") if by_child else (child, "parent")
    exceptions = (
        f"for this {shown(image.name) or 'image'}: {'; '.join(only)}"
        for image in images_of(relation)
        if image.name == named and (only := conditions(image, at_other_end=other_end))
    )
    return (
        *(remedy for reason in reasons for remedy in _remedy(reason, relation, child, parent)),
        *exceptions,
        "it is normal at home: then allow the pair, or exclude it, with the reason",
    )


def _remedy(reason: Reason, relation: Relation, child: str, parent: str) -> tuple[str, ...]:
    right = alternatives(by_design_first(relation.names, relation))
    if reason is Reason.UNEXPECTED_PARENT:
        cleared = child == parent and child != _NEVER_CLEARED
        crash = ("a crash of that very process was being reported at that moment",) if cleared else ()
        return (*((f"the parent were {right}",) if right else ()), *crash)
    if reason is Reason.UNEXPECTED_CHILD:
        return (f"the child were {right}",) if right else ()
    if reason is Reason.SPOOFED_PARENT:
        return ("the process that made the call were the parent, or a broker known to do so",)
    if reason is Reason.MISPLACED_PARENT:
        return (f"that {shown(parent) or 'parent'} lay where Windows keeps it",)
    directories = relation.directories if isinstance(relation, ExpectedParents) else ()
    return (f"the image lay in {' or '.join(directories)}",)
