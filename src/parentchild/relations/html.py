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
    Tier,
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
        table(
            _head("child", "started by"),
            [_relation(each.child, each.parents, each) for each in children[:MOST_RELATIONS]],
        ),
        more(MOST_RELATIONS, len(children), "children"),
        folded(
            text("watched as parents"),
            table(
                _head("parent", "starts"),
                [_relation(each.parent, each.children, each) for each in parents[:MOST_RELATIONS]],
            ),
            more(MOST_RELATIONS, len(parents), "parents"),
        ),
        folded(
            text("watched by themselves"),
            table(
                _head("image", "started"),
                [_launch(each) for each in launches[:MOST_RELATIONS]],
            ),
            more(MOST_RELATIONS, len(launches), "images"),
        ),
    )


def _launch(relation: ExpectedLaunch) -> tuple[Html, ...]:
    places = [code(each, _DIRECTORY) for each in relation.directories[:_MOST_IMAGES]]
    shapes = [code(each, _DIRECTORY) for each in relation.arguments[:_MOST_IMAGES]]
    how = Html("; ".join((*(f"from {each}" for each in places), *(f"with {each}" for each in shapes))))
    return (
        code(relation.image, _NAME),
        Html(f"{how}<br>{muted(text(relation.why))}"),
        text(relation.windows),
        text(relation.severity.label),
    )


def _head(subject: str, others: str) -> tuple[tuple[str, str], ...]:
    return (subject, "130px"), (others, ""), ("Windows", "84px"), ("severity", "92px")


def _relation(
    name: str, images: tuple[ExpectedImage, ...], relation: ExpectedParents | ExpectedChildren
) -> tuple[Html, ...]:
    shown = [_image(image) for image in images[:_MOST_IMAGES]]
    if len(images) > _MOST_IMAGES:
        shown.append(text(f"{len(images) - _MOST_IMAGES} more"))
    nothing = "nothing" if isinstance(relation, ExpectedChildren) else "no process"
    why = muted(text(relation.why))
    return (
        code(name, _NAME),
        Html(f"{joined(shown, ', ') or text(nothing)}<br>{why}"),
        text(relation.windows),
        text(relation.severity.label),
    )


def _image(image: ExpectedImage) -> Html:
    tier = Html("") if image.tier is Tier.CORE else Html(f" {muted(text(f'({image.tier.value})'))}")
    return Html(f"{code(image.name, _NAME)}{tier}")
