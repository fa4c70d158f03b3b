"""Registries as HTML for a notebook."""

from __future__ import annotations

from typing import Final

from parentchild.display.markup import Html, code, element, folded, joined, more, muted, page, table, text
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, Relation, Tier

MOST_RELATIONS: Final = 60
_MOST_IMAGES: Final = 8
_NAME: Final = 60


def registry_html(registry: RelationRegistry) -> str:
    """Return a registry: each watched child with its parents, and each watched parent with its children."""
    children = list(registry.values())
    parents = list(registry.expected_children.values())
    return page(
        element(
            "p",
            element("b", text(f"{len(children)} watched as children, {len(parents)} as parents")),
            style="margin:4px 0",
        ),
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
    )


def _head(subject: str, others: str) -> tuple[tuple[str, str], ...]:
    return (subject, "130px"), (others, ""), ("Windows", "84px"), ("severity", "92px")


def _relation(name: str, images: tuple[ExpectedImage, ...], relation: Relation) -> tuple[Html, ...]:
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
