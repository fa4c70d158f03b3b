r"""What Windows does: which parents start a child, which children a parent starts, and how an image is started.

A relation is data. `ExpectedParents` is about one child image and lists the parents that start it;
`ExpectedChildren` is about one parent image and lists the children that it starts; `ExpectedLaunch` is about
one image, whoever starts it. Each image in such a list is an `ExpectedImage`: a name, its tier, why, from
which sources, and under which conditions it counts.
"""

from __future__ import annotations

import enum
import ntpath
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import TypeAlias, TypeVar, cast

import attrs

from parentchild.errors import InvalidArgument
from parentchild.relations.conditions import Condition
from parentchild.relations.severity import Severity
from parentchild.windows import releases
from parentchild.windows.names import fold, image_name
from parentchild.windows.paths import is_full_path
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


_V = TypeVar("_V")


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgument("name", value, f"must be the base name of an image, got {type(value).__name__}")
    base = image_name(value)
    if base and ntpath.isabs(value):
        raise InvalidArgument(
            "name", value, "is a path; give the base name, and the directory as directories="
        )
    name = base or fold(value.strip())
    if not name:
        raise InvalidArgument("name", value, "is empty")
    return name


def _items(field: str, value: object) -> tuple[object, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidArgument(field, value, f"must be a collection, got {type(value).__name__}")
    return tuple(cast("Iterable[object]", value))


def _texts(field: str) -> Callable[[object], tuple[str, ...]]:
    def texts(value: object) -> tuple[str, ...]:
        items = _items(field, value)
        for item in items:
            if not isinstance(item, str) or not item.strip():
                raise InvalidArgument(field, item, "must be a str that is not empty")
        return cast("tuple[str, ...]", items)

    return texts


def _directories(field: str) -> Callable[[object], tuple[str, ...]]:
    def directories(value: object) -> tuple[str, ...]:
        texts = _texts(field)(value)
        for text in texts:
            if not is_full_path(text):
                raise InvalidArgument(field, text, "is no full path, so nothing could ever lie in it")
        return texts

    return directories


def _services(value: object) -> tuple[str, ...]:
    return tuple(fold(text) for text in _texts("services")(value))


def _text(field: str) -> Callable[[object], str]:
    def text(value: object) -> str:
        if not isinstance(value, str):
            raise InvalidArgument(field, value, f"must be str, got {type(value).__name__}")
        return value

    return text


def _text_if_set(field: str) -> Callable[[object], str | None]:
    def text(value: object) -> str | None:
        if value is not None and not isinstance(value, str):
            raise InvalidArgument(field, value, f"must be str or None, got {type(value).__name__}")
        return value

    return text


def _member(field: str, kind: type[_V]) -> Callable[[object], _V]:
    def member(value: object) -> _V:
        if not isinstance(value, kind):
            raise InvalidArgument(field, value, f"must be a {kind.__name__}, got {type(value).__name__}")
        return value

    return member


def _kinds(value: object) -> tuple[ProgramKind, ...]:
    return tuple(_member("refused_kinds", ProgramKind)(item) for item in _items("refused_kinds", value))


def _conditions(value: object) -> tuple[Condition, ...]:
    items = _items("conditions", value)
    for item in items:
        if isinstance(item, type) or not hasattr(item, "holds_when_absent"):
            raise InvalidArgument(
                "conditions", item, "is no condition; relations.conditions says what one has"
            )
    return cast("tuple[Condition, ...]", items)


def _versions(value: str) -> str:
    if not isinstance(value, str):
        raise InvalidArgument("windows", value, "must be a str such as 'all', '10+' or 'vista-7'")
    releases.bounds(value)
    return value


_tier = _member("tier", Tier)
_severity = _member("severity", Severity)
_confidence = _member("confidence", Confidence)


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

    name: str = attrs.field(converter=_name)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE, converter=_tier)
    why: str = attrs.field(default="", kw_only=True, converter=_text("why"))
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts("sources"))
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED, converter=_confidence)
    windows: str = attrs.field(kw_only=True, default="all", converter=_versions)
    directories: tuple[str, ...] = attrs.field(
        kw_only=True, default=(), converter=_directories("directories")
    )
    counterpart_directories: tuple[str, ...] = attrs.field(
        kw_only=True, default=(), converter=_directories("counterpart_directories")
    )
    arguments: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts("arguments"))
    parent_arguments: tuple[str, ...] = attrs.field(
        kw_only=True, default=(), converter=_texts("parent_arguments")
    )
    service_groups: tuple[str, ...] = attrs.field(
        kw_only=True, default=(), converter=_texts("service_groups")
    )
    signer: str | None = attrs.field(default=None, kw_only=True, converter=_text_if_set("signer"))
    integrity: str | None = attrs.field(default=None, kw_only=True, converter=_text_if_set("integrity"))
    excuses_arguments: bool = attrs.field(default=False, kw_only=True)
    conditions: tuple[Condition, ...] = attrs.field(kw_only=True, default=(), converter=_conditions)
    pack: str = attrs.field(default="", kw_only=True, converter=_text("pack"))


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

    child: str = attrs.field(converter=_name)
    parents: tuple[ExpectedImage, ...] = attrs.field(converter=_parents, eq=frozenset)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE, converter=_tier)
    why: str = attrs.field(default="", kw_only=True, converter=_text("why"))
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts("sources"))
    windows: str = attrs.field(kw_only=True, default="all", converter=_versions)
    directories: tuple[str, ...] = attrs.field(
        kw_only=True, default=(), converter=_directories("directories")
    )
    arguments: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts("arguments"))
    is_minimal: bool = attrs.field(default=False, kw_only=True)
    creators: tuple[ExpectedImage, ...] = attrs.field(
        kw_only=True, default=(), converter=_images, eq=frozenset
    )
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED, converter=_confidence)
    severity: Severity = attrs.field(kw_only=True, default=Severity.HIGH, converter=_severity)
    session: str = attrs.field(default="", kw_only=True, converter=_text("session"))
    parent_exits: bool = attrs.field(default=False, kw_only=True)
    protects_name: bool = attrs.field(default=False, kw_only=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected parents, each once, in the order given."""
        return tuple(dict.fromkeys(image.name for image in self.parents))


@attrs.frozen
class ExpectedLaunch:
    """How Windows starts one image, whoever its parent is: from which directories, with which arguments.

    >>> ExpectedLaunch("mshta.exe", directories=[r"C:\\Windows\\System32"]).image
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

    Raises:
        InvalidArgument: a value makes no sense, or neither directories nor arguments are given.
    """

    image: str = attrs.field(converter=_name)
    directories: tuple[str, ...] = attrs.field(
        kw_only=True, default=(), converter=_directories("directories")
    )
    arguments: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts("arguments"))
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE, converter=_tier)
    why: str = attrs.field(default="", kw_only=True, converter=_text("why"))
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts("sources"))
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED, converter=_confidence)
    windows: str = attrs.field(kw_only=True, default="all", converter=_versions)
    severity: Severity = attrs.field(kw_only=True, default=Severity.MEDIUM, converter=_severity)

    def __attrs_post_init__(self) -> None:
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
            living-off-the-land binary is high at least.

    Raises:
        InvalidArgument: a value makes no sense.
    """

    parent: str = attrs.field(converter=_name)
    children: tuple[ExpectedImage, ...] = attrs.field(converter=_images, eq=frozenset)
    tier: Tier = attrs.field(kw_only=True, default=Tier.CORE, converter=_tier)
    why: str = attrs.field(default="", kw_only=True, converter=_text("why"))
    sources: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_texts("sources"))
    confidence: Confidence = attrs.field(kw_only=True, default=Confidence.RECORDED, converter=_confidence)
    windows: str = attrs.field(kw_only=True, default="all", converter=_versions)
    services: tuple[str, ...] = attrs.field(kw_only=True, default=(), converter=_services)
    is_open: bool = attrs.field(default=False, kw_only=True)
    refused_kinds: tuple[ProgramKind, ...] = attrs.field(kw_only=True, default=(), converter=_kinds)
    refused_directories: tuple[str, ...] = attrs.field(
        kw_only=True, default=(), converter=_directories("refused_directories")
    )
    severity: Severity = attrs.field(kw_only=True, default=Severity.MEDIUM, converter=_severity)

    def __attrs_post_init__(self) -> None:
        if self.is_open != bool(self.refused_kinds or self.refused_directories):
            raise InvalidArgument(
                "is_open", self.is_open, "goes with refused_kinds or refused_directories, and they with it"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected children, each once, in the order given."""
        return tuple(dict.fromkeys(image.name for image in self.children))


Relation: TypeAlias = ExpectedParents | ExpectedChildren | ExpectedLaunch
"""What Windows does, seen from the child, from the parent, or from the image alone."""
