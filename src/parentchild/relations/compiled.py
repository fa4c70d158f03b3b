"""The compiled form of a registry: for each watched name, the alternatives that would satisfy it.

It is made once for a registry, and everything that has to know what is expected uses it: the evaluation, the
prefilter, explanations, exports, and the published query, which takes its names alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from parentchild.errors import InvalidArgument
from parentchild.relations.conditions import (
    BearsItsOwnName,
    Condition,
    Fact,
    HasArguments,
    HasIntegrity,
    HasNoFile,
    HostsService,
    InDirectories,
    InServiceGroup,
    OnRelease,
    SignedBy,
)
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
    Tier,
    subject_of,
)
from parentchild.windows import releases
from parentchild.windows.names import KERNEL, is_kernel

_K = TypeVar("_K")
_R = TypeVar("_R", bound=Relation)

ChildrenKey = tuple[str, tuple[str, ...]]
"""The comparable name of a parent, and the services of which it must be the host."""


@attrs.frozen(kw_only=True)
class Alternative:
    """One way in which a pair is expected: its conditions must all hold.

    Args:
        name: the comparable name of the image at the other end of the relation.
        image: the row of the relation that says so.
        place: where that image must lie; if only that fails, it is misplaced and not unlisted.
        conditions: what else must hold.
        is_copy: whether the image is its own parent, so that what is not known fails.

    Attributes:
        is_local: whether the user allowed the pair by name.
        is_certain: whether the name alone is enough.
    """

    name: str
    image: ExpectedImage
    place: Condition | None = None
    conditions: tuple[Condition, ...] = ()
    is_copy: bool = False
    is_local: bool = attrs.field(init=False, eq=False)
    is_certain: bool = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "is_local", self.image.tier is Tier.LOCAL)
        object.__setattr__(self, "is_certain", self.place is None and not self.conditions)


Alternatives = Mapping[str, tuple[Alternative, ...]]
"""Alternatives by the comparable name of the image at the other end."""


@attrs.frozen(kw_only=True)
class WatchedChild:
    """A child whose parents are known."""

    name: str
    relation: ExpectedParents
    names: tuple[str, ...]
    """Those of its parents."""
    by_parent: Alternatives
    by_creator: Alternatives
    release: OnRelease


@attrs.frozen(kw_only=True)
class WatchedParent:
    """A parent whose children are known."""

    name: str
    relation: ExpectedChildren
    names: tuple[str, ...]
    """Those of its children."""
    by_child: Alternatives
    release: OnRelease
    host: HostsService | None
    refused: InDirectories | None


@attrs.frozen(kw_only=True)
class Launch:
    """How an image is started, whoever its parent is: from where, with which arguments, and as what."""

    name: str
    relation: ExpectedParents | ExpectedLaunch
    place: Condition | None
    place_as_parent: Condition | None
    """The same of an image that starts another."""
    arguments: HasArguments | None
    own_name: BearsItsOwnName | None
    release: OnRelease


@attrs.frozen(kw_only=True)
class CompiledRelations:
    """All that a registry expects, by the comparable names that it watches.

    Args:
        expected_parents: the relations about a child, united by its name.
        expected_children: the relations about a parent, united by its name and services.
        expected_launches: the relations about an image alone, united by its name.
        children: the watched children.
        parents: the watched parents; of one name there may be several, for different services.
        launches: how images are started.
        protected_names: names of which a look-alike is a finding.
        placed_names: further names that a relation is about, of which only what looks the same is one.
        listed_names: names that a relation about a parent lists as its children.
        known_names: names that a relation is about or lists; such a name imitates no other. What the user
            allowed is not among them, since allowing a pair says nothing of a look-alike's name.
    """

    expected_parents: Mapping[str, ExpectedParents]
    expected_children: Mapping[ChildrenKey, ExpectedChildren]
    expected_launches: Mapping[str, ExpectedLaunch]
    children: Mapping[str, WatchedChild]
    parents: Mapping[str, tuple[WatchedParent, ...]]
    launches: Mapping[str, tuple[Launch, ...]]
    protected_names: frozenset[str]
    placed_names: frozenset[str]
    listed_names: frozenset[str]
    known_names: frozenset[str]


def compiled(relations: Iterable[Relation]) -> CompiledRelations:
    """Return the compiled form of relations; those about the same subject are united, later texts win.

    Raises:
        InvalidArgument: something else than a relation is among them.
    """
    parents: dict[str, ExpectedParents] = {}
    children: dict[ChildrenKey, ExpectedChildren] = {}
    launches: dict[str, ExpectedLaunch] = {}
    for relation in relations:
        if isinstance(relation, ExpectedParents):
            _add(parents, relation.child, relation)
        elif isinstance(relation, ExpectedChildren):
            _add(children, (comparable(relation.parent), relation.services), relation)
        elif isinstance(relation, ExpectedLaunch):
            _add(launches, relation.image, relation)
        else:
            raise InvalidArgument(
                "relation", relation, "must be ExpectedParents, ExpectedChildren or ExpectedLaunch"
            )
    by_parent: dict[str, list[WatchedParent]] = {}
    for (name, _), relation in children.items():
        by_parent.setdefault(name, []).append(_watched_parent(name, relation))
    by_image: dict[str, list[Launch]] = {}
    started: list[ExpectedParents | ExpectedLaunch] = [*parents.values(), *launches.values()]
    for launch in map(_launch, started):
        if launch.place or launch.arguments or launch.own_name:
            by_image.setdefault(launch.name, []).append(launch)
    listed = [image for each in children.values() for image in each.children]
    starters = [image for each in parents.values() for image in (*each.parents, *each.creators)]
    shipped = {comparable(image.name) for image in (*listed, *starters) if image.tier is not Tier.LOCAL}
    protected = frozenset(name for name, each in parents.items() if each.protects_name)
    return CompiledRelations(
        expected_parents=MappingProxyType(parents),
        expected_children=MappingProxyType(children),
        expected_launches=MappingProxyType(launches),
        children=MappingProxyType({name: _watched_child(name, each) for name, each in parents.items()}),
        parents=MappingProxyType({name: tuple(each) for name, each in by_parent.items()}),
        launches=MappingProxyType({name: tuple(each) for name, each in by_image.items()}),
        protected_names=protected,
        placed_names=frozenset({*parents, *launches}) - protected,
        listed_names=frozenset(comparable(image.name) for image in listed),
        known_names=frozenset({*parents, *by_parent, *launches, *shipped}),
    )


def _add(known: dict[_K, _R], key: _K, relation: _R) -> None:
    """Put a relation to those that are known, united with one about the same subject."""
    if key not in known:
        known[key] = relation
        return
    united: dict[str, Any] = {}
    for field in attrs.fields(type(relation)):
        one, other = getattr(known[key], field.name), getattr(relation, field.name)
        if field.name == "windows":
            united[field.name] = releases.cover(one, other)
        elif field.name == "severity":
            united[field.name] = max(one, other)
        else:  # a text is that of the later one, if it has any; a flag holds if either has it
            united[field.name] = one + other if isinstance(one, tuple) else other or one
    known[key] = type(relation)(**united)


def comparable(name: str) -> str:
    """Return an image's name under which the kernel's two names are one.

    >>> comparable("ntoskrnl.exe"), comparable("svchost.exe")
    ('system', 'svchost.exe')
    """
    return KERNEL if is_kernel(name) else name


def _watched_child(name: str, relation: ExpectedParents) -> WatchedChild:
    return WatchedChild(
        name=name,
        relation=relation,
        names=relation.names,
        by_parent=_by_name(name, relation.parents, own=Fact.PARENT_PATH),
        by_creator=_by_name(name, relation.creators, own=Fact.PARENT_PATH),
        release=OnRelease(relation.windows),
    )


def _watched_parent(name: str, relation: ExpectedChildren) -> WatchedParent:
    return WatchedParent(
        name=name,
        relation=relation,
        names=relation.names,
        by_child=_by_name(name, relation.children, own=Fact.CHILD_PATH),
        release=OnRelease(relation.windows),
        host=HostsService(relation.services) if relation.services else None,
        refused=_in_directories(Fact.CHILD_PATH, relation.refused_directories),
    )


def _by_name(subject: str, images: Iterable[ExpectedImage], *, own: Fact) -> Alternatives:
    """Return what the rows of a relation about `subject` ask, by name, in the order in which they are tried.

    Of rows about one image, the one that excuses most goes first, then the one that asks for nothing; what
    the user allowed is last, so that a row's place is still checked. So the first that fits decides, and
    nobody needs to look at the facts of those after it. The fact `own` is the path of a row's image.
    """
    found: dict[str, list[Alternative]] = {}
    for image in images:
        name = comparable(image.name)
        asks = image.tier is not Tier.LOCAL  # of a pair that the user allowed, nothing more is asked
        row = Alternative(
            name=name,
            image=image,
            place=_in_directories(own, image.directories) if asks else None,
            conditions=_conditions(image, own) if asks else (),
            is_copy=name == subject,
        )
        found.setdefault(name, []).append(row)
    return MappingProxyType({name: tuple(sorted(rows, key=_order)) for name, rows in found.items()})


def _order(row: Alternative) -> tuple[bool, bool, bool]:
    return row.is_local, not row.image.excuses_arguments, not row.is_certain


def _conditions(image: ExpectedImage, own: Fact) -> tuple[Condition, ...]:
    """Return what a row asks beside its name and place."""
    is_child = own is Fact.CHILD_PATH
    conditions: list[Condition] = []
    if image.windows != "all":
        conditions.append(OnRelease(image.windows))
    if image.counterpart_directories:
        other = Fact.PARENT_PATH if is_child else Fact.CHILD_PATH
        conditions.append(InDirectories(other, image.counterpart_directories))
    if image.arguments:
        conditions.append(HasArguments(Fact.CHILD_COMMAND_LINE, image.arguments))
    if image.parent_arguments:
        conditions.append(HasArguments(Fact.PARENT_COMMAND_LINE, image.parent_arguments))
    if image.service_groups:
        conditions.append(InServiceGroup(image.service_groups))
    if image.signer is not None:
        conditions.append(SignedBy(Fact.CHILD_SIGNER if is_child else Fact.PARENT_SIGNER, image.signer))
    if image.integrity is not None:
        conditions.append(HasIntegrity(image.integrity))
    return (*conditions, *image.conditions)


def _launch(relation: ExpectedParents | ExpectedLaunch) -> Launch:
    name = subject_of(relation)
    is_own = relation.protects_name if isinstance(relation, ExpectedParents) else relation.bears_own_name
    shapes = relation.arguments
    return Launch(
        name=name,
        relation=relation,
        place=_place(relation, Fact.CHILD_PATH),
        place_as_parent=_place(relation, Fact.PARENT_PATH),
        arguments=(
            HasArguments(Fact.CHILD_COMMAND_LINE, shapes, holds_when_absent=True, any_will_do=True)
            if shapes
            else None
        ),
        own_name=BearsItsOwnName(name) if is_own else None,
        release=OnRelease(relation.windows),
    )


def _place(relation: ExpectedParents | ExpectedLaunch, fact: Fact) -> Condition | None:
    if isinstance(relation, ExpectedParents) and relation.is_minimal:
        return HasNoFile(fact)
    return _in_directories(fact, relation.directories)


def _in_directories(fact: Fact, directories: tuple[str, ...]) -> InDirectories | None:
    return InDirectories(fact, directories) if directories else None
