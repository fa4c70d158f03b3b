r"""What Windows does: which parents start a child, and which children a parent starts.

A relation is data. `ExpectedParents` is about one child image and lists the parents that start it;
`ExpectedChildren` is about one parent image and lists the children that it starts. Each image in such a list
is an `ExpectedImage`: a name, how sure we are of it (its tier), why, from which sources, and under which
conditions it counts.
"""

from __future__ import annotations

import enum
import ntpath
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import TypeAlias, cast

import attrs

from parentchild.errors import InvalidArgument
from parentchild.relations.severity import Severity
from parentchild.windows import releases
from parentchild.windows.names import fold, image_name
from parentchild.windows.paths import is_full_path

HOME = "home"
"""The pack of the pairs that a user allows; such a pair is right whatever else is known of it."""


class Tier(enum.Enum):
    """Why a pair is expected."""

    CORE = "core"
    """By Windows' own design."""
    KNOWN_BENIGN = "known-benign"
    """Not by design, but seen on clean machines and understood."""
    VENDOR = "vendor"
    """The doing of one product from another vendor."""


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgument("name", value, "must be a str, the base name of an image")
    base = image_name(value)
    if base and ntpath.isabs(value):
        raise InvalidArgument(
            "name", value, "is a path; give the base name, and the directory as directories="
        )
    name = base or fold(value.strip())
    if not name:
        raise InvalidArgument("name", value, "is empty")
    return name


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise InvalidArgument("texts", value, "must be a collection of str, not one str")
    if not isinstance(value, Iterable):
        raise InvalidArgument("texts", value, "must be a collection of str")
    texts = tuple(cast("Iterable[object]", value))
    for text in texts:
        if not isinstance(text, str) or not text:
            raise InvalidArgument("texts", text, "must be a str that is not empty")
    return cast("tuple[str, ...]", texts)


def _directories(value: object) -> tuple[str, ...]:
    texts = _texts(value)
    for text in texts:
        if not is_full_path(text):
            raise InvalidArgument("directories", text, "is no full path, so nothing could ever lie in it")
    return texts


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgument("text", value, "must be a str")
    return value


def _text_if_set(value: object) -> str | None:
    return None if value is None else _text(value)


def _tier(value: object) -> Tier:
    if not isinstance(value, Tier):
        raise InvalidArgument("tier", value, "must be a Tier, such as Tier.VENDOR")
    return value


def _severity(value: object) -> Severity:
    if not isinstance(value, Severity):
        raise InvalidArgument("severity", value, "must be a Severity, such as Severity.HIGH")
    return value


def _versions(value: str) -> str:
    if not isinstance(value, str):
        raise InvalidArgument("windows", value, "must be a str such as 'all', '10+' or 'vista-7'")
    releases.bounds(value)
    return value


@attrs.frozen
class ExpectedImage:
    r"""One image at the other end of a relation, and the conditions under which it counts.

    An absent path or signer never fails a condition, since most sources do not tell them; an absent command
    line does, since it is all that the exception rests on. Where an image is its own parent, every condition
    must be shown to hold.

    Args:
        name: its base name.
        tier: why it is expected.
        why: the reason in one sentence.
        sources: where that is known from.
        windows: the releases in which it holds: `all`, `7`, `10+`, `vista-7`.
        directories: where this image must lie, if its path is known; `*` is any text in one component.
        counterpart_directories: where the image at the other end must lie.
        command_line: texts that must all be in the child's command line, in any case.
        parent_command_line: texts that must all be in the parent's command line, in any case.
        signer: who must have signed this image, if its signer is known.
        integrity: the integrity level that the child must have, if it is known; `System` is also what some
            sources write as `S-1-16-16384`, or as `16384`.
        pack: the name of the pack of exceptions that it came with, by which that pack can be removed.

    Raises:
        InvalidArgument: a value makes no sense.
    """

    name: str = attrs.field(converter=_name)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE, converter=_tier)
    why: str = attrs.field(default="", kw_only=True, converter=_text)
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts)
    windows: str = attrs.field(kw_only=True, default="all", converter=_versions)
    directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_directories)
    counterpart_directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_directories)
    command_line: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts)
    parent_command_line: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts)
    signer: str | None = attrs.field(default=None, kw_only=True, converter=_text_if_set)
    integrity: str | None = attrs.field(default=None, kw_only=True, converter=_text_if_set)
    pack: str = attrs.field(default="", kw_only=True, converter=_text)


def _images(value: object) -> tuple[ExpectedImage, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidArgument("images", value, "must be a collection of names or ExpectedImage")
    given = cast("Iterable[str | ExpectedImage]", value)
    images = [each if isinstance(each, ExpectedImage) else ExpectedImage(each) for each in given]
    if isinstance(
        value, AbstractSet
    ):  # a set has no order of its own, and that of its hashes changes by the run
        images.sort(key=lambda image: (image.name, repr(image)))
    return tuple(dict.fromkeys(images))


def _parents(value: object) -> tuple[ExpectedImage, ...]:
    images = _images(value)
    for image in images:
        if not image.name.isascii():
            raise InvalidArgument(
                "parents", image.name, "has non-ASCII letters: no such name is ever expected"
            )
    return images


@attrs.frozen
class ExpectedParents:
    """The parents that start one child image.

    >>> ExpectedParents("agent.exe", {"services.exe"}).names
    ('services.exe',)

    Args:
        child: the base name of the image.
        parents: its expected parents, each a name or an `ExpectedImage`.
        tier: how sure it is that the list is whole.
        why: what Windows does, in one sentence.
        sources: where that is known from.
        windows: the releases that have this image: `all`, `10+`, `vista-7`.
        directories: where the image must lie, if its path is known.
        creators: images that may call create-process for the parent, beside the parents themselves.
        severity: how much a wrong parent of this image matters.
        session: the sessions it runs in, in words.
        parent_exits: the parent normally exits soon after, so a snapshot does not show it.
        protects_name: a name that is nearly this one is a finding of its own.

    Raises:
        InvalidArgument: a value makes no sense.
    """

    child: str = attrs.field(converter=_name)
    parents: tuple[ExpectedImage, ...] = attrs.field(converter=_parents, eq=frozenset)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE, converter=_tier)
    why: str = attrs.field(default="", kw_only=True, converter=_text)
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts)
    windows: str = attrs.field(kw_only=True, default="all", converter=_versions)
    directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_directories)
    creators: tuple[ExpectedImage, ...] = attrs.field(
        kw_only=True, default=(), converter=_images, eq=frozenset
    )
    severity: Severity = attrs.field(kw_only=True, default=Severity.HIGH, converter=_severity)
    session: str = attrs.field(default="", kw_only=True, converter=_text)
    parent_exits: bool = attrs.field(default=False, kw_only=True)
    protects_name: bool = attrs.field(default=False, kw_only=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected parents, each once, in the order given."""
        return tuple(dict.fromkeys(image.name for image in self.parents))


@attrs.frozen
class ExpectedChildren:
    """The children that one parent image starts; any other is a finding.

    >>> ExpectedChildren("lsm.exe", ()).names
    ()

    Args:
        parent: the base name of the image.
        children: its expected children, each a name or an `ExpectedImage`; none means that it starts none.
        tier: how sure it is that the list is whole.
        why: what Windows does, in one sentence.
        sources: where that is known from.
        windows: the releases in which it holds.
        severity: how much a wrong child of this image matters.

    Raises:
        InvalidArgument: a value makes no sense.
    """

    parent: str = attrs.field(converter=_name)
    children: tuple[ExpectedImage, ...] = attrs.field(converter=_images, eq=frozenset)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE, converter=_tier)
    why: str = attrs.field(default="", kw_only=True, converter=_text)
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts)
    windows: str = attrs.field(kw_only=True, default="all", converter=_versions)
    severity: Severity = attrs.field(kw_only=True, default=Severity.MEDIUM, converter=_severity)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected children, each once, in the order given."""
        return tuple(dict.fromkeys(image.name for image in self.children))


Relation: TypeAlias = ExpectedParents | ExpectedChildren
"""What Windows does, seen from the child or from the parent."""


@attrs.frozen
class RelationTable:
    """All relations of a registry, by the name that they are about: what a evaluation looks things up in.

    `of` makes one, and nothing can change it.
    """

    parents: Mapping[str, ExpectedParents]
    children: Mapping[str, ExpectedChildren]
    protected_names: frozenset[str]

    @classmethod
    def of(cls, relations: Iterable[Relation]) -> RelationTable:
        """Return the table of `relations`; those about the same name are united, the later one's texts win.

        Raises:
            InvalidArgument: something else than a relation is among them.
        """
        parents: dict[str, ExpectedParents] = {}
        children: dict[str, ExpectedChildren] = {}
        for relation in relations:
            if isinstance(relation, ExpectedParents):
                known = parents.get(relation.child)
                parents[relation.child] = relation if known is None else unite_parents(known, relation)
            elif isinstance(relation, ExpectedChildren):
                listed = children.get(relation.parent)
                children[relation.parent] = relation if listed is None else unite_children(listed, relation)
            else:
                raise InvalidArgument("relation", relation, "must be ExpectedParents or ExpectedChildren")
        protected_names = frozenset(name for name, relation in parents.items() if relation.protects_name)
        return cls(MappingProxyType(parents), MappingProxyType(children), protected_names)


def unite_parents(first: ExpectedParents, second: ExpectedParents) -> ExpectedParents:
    """Return one relation that expects what either expects; texts come from `second` where it has them."""
    return attrs.evolve(
        second,
        parents=(*first.parents, *second.parents),
        creators=(*first.creators, *second.creators),
        windows=releases.cover(first.windows, second.windows),
        severity=max(first.severity, second.severity),
        directories=tuple(dict.fromkeys((*first.directories, *second.directories))),
        why=second.why or first.why,
        sources=tuple(dict.fromkeys((*first.sources, *second.sources))),
        session=second.session or first.session,
        parent_exits=first.parent_exits or second.parent_exits,
        protects_name=first.protects_name or second.protects_name,
    )


def unite_children(first: ExpectedChildren, second: ExpectedChildren) -> ExpectedChildren:
    """Return one relation that expects what either expects; texts come from `second` where it has them."""
    return attrs.evolve(
        second,
        children=(*first.children, *second.children),
        windows=releases.cover(first.windows, second.windows),
        severity=max(first.severity, second.severity),
        why=second.why or first.why,
        sources=tuple(dict.fromkeys((*first.sources, *second.sources))),
    )
