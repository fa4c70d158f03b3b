"""Registries as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from parentchild.display.markup import Html, code, element, folded, joined, more, muted, page, table, text
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
    Tier,
    images_of,
    subject_of,
)

MOST_RELATIONS: Final = 60
_MOST_IMAGES: Final = 8
_NAME: Final = 60
_DIRECTORY: Final = 120


def relations_html(
    children: Sequence[ExpectedParents],
    parents: Sequence[ExpectedChildren],
    launches: Sequence[ExpectedLaunch],
) -> str:
    """Return relations: children by parent, parents by child, and images with their places."""
    counts = f"{len(children)} watched as children, {len(parents)} as parents, {len(launches)} by themselves"
    return page(
        element("p", element("b", text(counts)), style="margin:4px 0"),
        *_table("child", "started by", "children", children),
        folded(text("watched as parents"), *_table("parent", "starts", "parents", parents)),
        folded(text("watched by themselves"), *_table("image", "started", "images", launches)),
    )


def _table(subject: str, others: str, plural: str, relations: Sequence[Relation]) -> tuple[Html, Html]:
    head = ((subject, "130px"), (others, ""), ("Windows", "84px"), ("severity", "92px"))
    rows = [_row(each) for each in relations[:MOST_RELATIONS]]
    return table(head, rows), more(MOST_RELATIONS, len(relations), plural)


def _row(relation: Relation) -> tuple[Html, ...]:
    what = _launch(relation) if isinstance(relation, ExpectedLaunch) else _images(relation)
    return (
        code(subject_of(relation), _NAME),
        Html(f"{what}<br>{muted(text(relation.why))}"),
        text(relation.windows),
        text(relation.severity.label),
    )


def _launch(relation: ExpectedLaunch) -> str:
    places = (f"from {code(each, _DIRECTORY)}" for each in relation.directories[:_MOST_IMAGES])
    shapes = (f"with {code(each, _DIRECTORY)}" for each in relation.arguments[:_MOST_IMAGES])
    return "; ".join((*places, *shapes))


def _images(relation: ExpectedParents | ExpectedChildren) -> Html:
    images = images_of(relation)
    shown = [_image(image) for image in images[:_MOST_IMAGES]]
    if len(images) > _MOST_IMAGES:
        shown.append(text(f"{len(images) - _MOST_IMAGES} more"))
    nothing = "nothing" if isinstance(relation, ExpectedChildren) else "no process"
    return joined(shown, ", ") or text(nothing)


def _image(image: ExpectedImage) -> Html:
    tier = Html("") if image.tier is Tier.CORE else Html(f" {muted(text(f'({image.tier.value})'))}")
    return Html(f"{code(image.name, _NAME)}{tier}")
