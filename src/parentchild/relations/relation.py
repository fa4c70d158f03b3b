r"""What Windows does: which parents start a child, which children a parent starts, how an image is started.

A relation is data. `ExpectedParents` is about one child image and lists the parents that start it;
`ExpectedChildren` is about one parent image and lists the children that it starts; `ExpectedLaunch` is about
one image, whoever starts it. Each image in such a list is an `ExpectedImage`: a name, its tier, why, from
which sources, and under which conditions it counts.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TypeAlias, cast

import attrs

from parentchild.errors import InvalidArgument
from parentchild.relations import values
from parentchild.relations.conditions import Condition
from parentchild.relations.severity import Severity
from parentchild.windows.programs import ProgramKind


class Tier(enum.Enum):
    """Why a pair is expected."""

    CORE = "core"
    """By Windows' own design."""
    KNOWN_BENIGN = "known-benign"
    """Not by design, but seen on clean machines and understood."""
    VENDOR = "vendor"
    """The doing of one product from another vendor."""
    LOCAL = "local"
    """Allowed by the user: by name, whatever else is known of the pair."""


class Confidence(enum.Enum):
    """What a row rests on."""

    RECORDED = "recorded"
    """Recorded events or Microsoft's own documentation."""
    RULE = "rule"
    """Published detection rules alone."""


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
        confidence: what it rests on.
        windows: the releases in which it holds: `all`, `7`, `10+`, `vista-7`.
        directories: where this image must lie, if its path is known; `*` is any text in one component.
        counterpart_directories: where the image at the other end must lie.
        arguments: what must all be among the child's arguments, as `windows.arguments` matches it.
        parent_arguments: what must all be among the parent's arguments.
        service_groups: of which service groups a parent svchost.exe must be the host, if its command line is
            known: `DcomLaunch`, or `netsvcs:Appinfo` for one service of a group.
        signer: who must have signed this image, if its signer is known.
        integrity: the integrity level that the child must have, if it is known; `System` is also what some
            sources write as `S-1-16-16384`, or as `16384`.
        excuses_arguments: whether the child may lack the arguments with which it is otherwise started.
        conditions: what must hold beside all of that: conditions of your own.
        pack: the name of the pack of exceptions that it came with, by which that pack can be removed.

    Raises:
        InvalidArgument: a value makes no sense.
    """

    name: str
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE)
    why: str = attrs.field(default="", kw_only=True)
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED)
    windows: str = attrs.field(kw_only=True, default="all")
    directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    counterpart_directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    arguments: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    parent_arguments: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    service_groups: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    signer: str | None = attrs.field(default=None, kw_only=True)
    integrity: str | None = attrs.field(default=None, kw_only=True)
    excuses_arguments: bool = attrs.field(default=False, kw_only=True)
    conditions: tuple[Condition, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    pack: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        values.check(self)


def _images(value: object) -> tuple[ExpectedImage, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidArgument("images", value, "must be a collection of names or ExpectedImage")
    given = cast("Iterable[str | ExpectedImage]", value)
    images = [each if isinstance(each, ExpectedImage) else ExpectedImage(each) for each in given]
    if isinstance(value, AbstractSet):  # that of its hashes changes by the run
        images.sort(key=lambda image: (image.name, repr(image)))
    return tuple(dict.fromkeys(images))


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
        arguments: shapes of arguments of which one must be there, if the command line is known.
        is_minimal: the process has no image file, so that any directory is wrong.
        creators: images that may call create-process for the parent, beside the parents themselves.
        severity: how much a wrong parent of this image matters.
        confidence: what the list rests on.
        session: the sessions it runs in, in words.
        parent_exits: the parent normally exits soon after, so a snapshot does not show it.
        protects_name: a name that is nearly this one is a finding of its own.

    Raises:
        InvalidArgument: a value makes no sense.
    """

    child: str
    parents: tuple[ExpectedImage, ...] = attrs.field(converter=_images, eq=frozenset)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE)
    why: str = attrs.field(default="", kw_only=True)
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    windows: str = attrs.field(kw_only=True, default="all")
    directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    arguments: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    is_minimal: bool = attrs.field(default=False, kw_only=True)
    creators: tuple[ExpectedImage, ...] = attrs.field(
        kw_only=True, default=(), converter=_images, eq=frozenset
    )
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED)
    severity: Severity = attrs.field(kw_only=True, default=Severity.HIGH)
    session: str = attrs.field(default="", kw_only=True)
    parent_exits: bool = attrs.field(default=False, kw_only=True)
    protects_name: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        values.check(self)
        for image in self.parents:
            if not image.name.isascii():
                raise InvalidArgument(
                    "parents", image.name, "has non-ASCII letters: no such name is ever expected"
                )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected parents, each once, in the order given."""
        return tuple(dict.fromkeys(image.name for image in self.parents))


@attrs.frozen
class ExpectedLaunch:
    r"""How Windows starts one image, whoever its parent is: from which directories, with which arguments.

    >>> ExpectedLaunch("mshta.exe", directories=[r"C:\Windows\System32"]).image
    'mshta.exe'

    Args:
        image: the base name of the image.
        directories: where the image must lie, if its path is known.
        arguments: shapes of arguments of which one must be there, if the command line is known.
        tier: how sure it is.
        why: what Windows does, in one sentence.
        sources: where that is known from.
        confidence: what it rests on.
        windows: the releases in which it holds.
        severity: how much it matters when the image is started otherwise.
        bears_own_name: the image's version resource names the image itself, if it is known: another program
            under this name is a finding.

    Raises:
        InvalidArgument: a value makes no sense, or neither directories nor arguments are given.
    """

    image: str
    directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    arguments: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE)
    why: str = attrs.field(default="", kw_only=True)
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED)
    windows: str = attrs.field(kw_only=True, default="all")
    severity: Severity = attrs.field(kw_only=True, default=Severity.MEDIUM)
    bears_own_name: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        values.check(self)
        if not (self.directories or self.arguments):
            raise InvalidArgument("directories", (), "is empty, and so is arguments: nothing is expected")


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
        confidence: what the list rests on.
        windows: the releases in which it holds.
        services: if given, only hosts of one of these services are meant: the parent's `-s` names it.
        is_open: the parent may start anything but what `refused_kinds` and `refused_directories` say.
        refused_kinds: kinds of programs that an open parent does not start.
        refused_directories: directories from which an open parent starts nothing.
        severity: how much a wrong child of this image matters; a shell, script host or
            living-off-the-land binary is at least high.

    Raises:
        InvalidArgument: a value makes no sense.
    """

    parent: str
    children: tuple[ExpectedImage, ...] = attrs.field(converter=_images, eq=frozenset)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE)
    why: str = attrs.field(default="", kw_only=True)
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED)
    windows: str = attrs.field(kw_only=True, default="all")
    services: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    is_open: bool = attrs.field(default=False, kw_only=True)
    refused_kinds: tuple[ProgramKind, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    refused_directories: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=values.many)
    severity: Severity = attrs.field(kw_only=True, default=Severity.MEDIUM)

    def __attrs_post_init__(self) -> None:
        values.check(self)
        if self.is_open != bool(self.refused_kinds or self.refused_directories):
            raise InvalidArgument(
                "is_open",
                self.is_open,
                "must be True exactly where refused_kinds or refused_directories are given",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected children, each once, in the order given."""
        return tuple(dict.fromkeys(image.name for image in self.children))


Relation: TypeAlias = ExpectedParents | ExpectedChildren | ExpectedLaunch
"""What Windows does, seen from the child, from the parent, or from the image alone."""


def subject_of(relation: Relation) -> str:
    """Return the name of the image that a relation is about."""
    if isinstance(relation, ExpectedParents):
        return relation.child
    return relation.parent if isinstance(relation, ExpectedChildren) else relation.image


def images_of(relation: Relation | None) -> tuple[ExpectedImage, ...]:
    """Return the images at the other end of a relation."""
    if isinstance(relation, ExpectedParents):
        return relation.parents
    return relation.children if isinstance(relation, ExpectedChildren) else ()
