"""The relations of a registry, laid out so that a query language can say them: one way after another.

A evaluation asks which of several expected images the parent fits best. A query asks whether it fits any, so
each expected image becomes a `Alternative`: a conjunction in which nothing has to be looked up any more.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import (
    HOME,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    RelationTable,
    Tier,
)
from parentchild.windows.names import KERNEL, is_kernel


@attrs.frozen(kw_only=True)
class Alternative:
    """One way in which a pair is expected: everything that it says must hold.

    Args:
        names: the comparable names of the image at the other end.
        directories: where that image must lie; empty for anywhere.
        own_directories: where Windows keeps that image, if that is to be asked as well.
        counterpart_directories: where the image that the relation is about must lie.
        command_line: texts that the child's command line must contain, in any case.
        parent_command_line: texts that the parent's command line must contain, in any case.
        signer: who must have signed the image at the other end.
        integrity: the child's integrity level.
        must_know: whether what is not known fails, as it does where an image is its own parent.
        tier: why it is expected.
        pack: the pack that it came with.
        why: the reason in one sentence.
    """

    names: tuple[str, ...]
    directories: tuple[str, ...] = ()
    own_directories: tuple[str, ...] = ()
    counterpart_directories: tuple[str, ...] = ()
    command_line: tuple[str, ...] = ()
    parent_command_line: tuple[str, ...] = ()
    signer: str | None = None
    integrity: str | None = None
    must_know: bool = False
    tier: Tier = Tier.CORE
    pack: str = ""
    why: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the user allowed the pair by name: then nothing else about it is asked."""
        return self.pack == HOME

    @property
    def is_plain(self) -> bool:
        """Whether the name, and the place where Windows keeps it, is all that is asked."""
        return not (
            self.directories
            or self.counterpart_directories
            or self.command_line
            or self.parent_command_line
            or self.signer
            or self.integrity
        )


@attrs.frozen(kw_only=True)
class WatchedChild:
    """A child whose parents are known, with each way in which a parent is right."""

    name: str
    relation: ExpectedParents
    alternatives: tuple[Alternative, ...]


@attrs.frozen(kw_only=True)
class WatchedParent:
    """A parent whose children are known, with each way in which a child is right."""

    name: str
    relation: ExpectedChildren
    alternatives: tuple[Alternative, ...]


def watched_children(registry: RelationRegistry) -> tuple[WatchedChild, ...]:
    """Return the children that a registry watches, in its order.

    >>> from parentchild import SEED_RELATIONS
    >>> watched_children(SEED_RELATIONS)[0].alternatives[1].names
    ('system',)
    """
    table = registry.table
    return tuple(
        WatchedChild(
            name=child,
            relation=relation,
            alternatives=tuple(_parent_way(table, relation, image) for image in relation.parents),
        )
        for child, relation in table.parents.items()
    )


def watched_parents(registry: RelationRegistry) -> tuple[WatchedParent, ...]:
    """Return the parents whose children a registry watches, in its order."""
    return tuple(
        WatchedParent(
            name=parent,
            relation=relation,
            alternatives=tuple(_child_way(relation, image) for image in relation.children),
        )
        for parent, relation in registry.table.children.items()
    )


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return each of `names` once, in the order of its first appearance."""
    return tuple(dict.fromkeys(names))


def _parent_way(table: RelationTable, relation: ExpectedParents, image: ExpectedImage) -> Alternative:
    name = KERNEL if is_kernel(image.name) else image.name
    if image.pack == HOME:
        return _local(image, (name,))
    is_placed = any(other.name == name and other.directories for other in relation.parents)
    own = table.parents.get(name)
    return _way(
        image,
        (name,),
        own_directories=() if is_placed or own is None else own.directories,
        must_know=name == relation.child,
    )


def _child_way(relation: ExpectedChildren, image: ExpectedImage) -> Alternative:
    names = unique((image.name, KERNEL)) if is_kernel(image.name) else (image.name,)
    if image.pack == HOME:
        return _local(image, names)
    return _way(image, names, own_directories=(), must_know=image.name == relation.parent)


def _local(image: ExpectedImage, names: tuple[str, ...]) -> Alternative:
    """A pair that the user allowed: nothing about it is asked but the name."""
    return Alternative(names=names, tier=image.tier, pack=image.pack, why=image.why)


def _way(
    image: ExpectedImage, names: tuple[str, ...], *, own_directories: tuple[str, ...], must_know: bool
) -> Alternative:
    return Alternative(
        names=names,
        directories=image.directories,
        own_directories=own_directories,
        counterpart_directories=image.counterpart_directories,
        command_line=image.command_line,
        parent_command_line=image.parent_command_line,
        signer=image.signer,
        integrity=image.integrity,
        must_know=must_know,
        tier=image.tier,
        pack=image.pack,
        why=image.why,
    )
