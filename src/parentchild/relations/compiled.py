"""The compiled form of a registry: for each watched name, the alternatives that would satisfy it.

It is made once for a registry, and everything that has to know what is expected uses it: the evaluation, the
prefilter, explanations, exports, and the published query, which takes its names alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from parentchild.errors import InvalidArgument
from parentchild.relations.conditions import (
    BearsItsOwnName,
    Condition,
    Fact,
    HasArguments,
    HasIntegrity,
    HasNoFile,
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
)
from parentchild.windows import releases
from parentchild.windows.names import KERNEL, is_kernel

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
    """

    name: str
    image: ExpectedImage
    place: Condition | None = None
    conditions: tuple[Condition, ...] = ()
    is_copy: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the user allowed the pair by name."""
        return self.image.tier is Tier.LOCAL


Alternatives = Mapping[str, tuple[Alternative, ...]]
"""Alternatives by the comparable name of the image at the other end."""


@attrs.frozen(kw_only=True)
class WatchedChild:
    """A child whose parents are known."""

    name: str
    relation: ExpectedParents
    by_parent: Alternatives
    by_creator: Alternatives
    release: OnRelease


@attrs.frozen(kw_only=True)
class WatchedParent:
    """A parent whose children are known."""

    name: str
    relation: ExpectedChildren
    by_child: Alternatives
    release: OnRelease
    refused: InDirectories | None


@attrs.frozen(kw_only=True)
class Launch:
    """How an image is started, whoever its parent is: from where, with which arguments, and as what."""

    name: str
    relation: ExpectedParents | ExpectedLaunch
    place: Condition | None
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
    """

    expected_parents: Mapping[str, ExpectedParents]
    expected_children: Mapping[ChildrenKey, ExpectedChildren]
    expected_launches: Mapping[str, ExpectedLaunch]
    children: Mapping[str, WatchedChild]
    parents: Mapping[str, tuple[WatchedParent, ...]]
    launches: Mapping[str, tuple[Launch, ...]]
    protected_names: frozenset[str]
    listed_names: frozenset[str]
    """Names that a relation about a parent lists as its children."""


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
            known = parents.get(relation.child)
            parents[relation.child] = relation if known is None else _unite_parents(known, relation)
        elif isinstance(relation, ExpectedChildren):
            key = comparable(relation.parent), relation.services
            listed = children.get(key)
            children[key] = relation if listed is None else _unite_children(listed, relation)
        elif isinstance(relation, ExpectedLaunch):
            started = launches.get(relation.image)
            launches[relation.image] = relation if started is None else _unite_launches(started, relation)
        else:
            raise InvalidArgument(
                "relation", relation, "must be ExpectedParents, ExpectedChildren or ExpectedLaunch"
            )
    by_parent: dict[str, list[WatchedParent]] = {}
    for (name, _), relation in children.items():
        by_parent.setdefault(name, []).append(_watched_parent(name, relation))
    by_image: dict[str, list[Launch]] = {}
    for launch in (*map(_launch_of_child, parents.values()), *map(_launch, launches.values())):
        if launch.place or launch.arguments or launch.own_name:
            by_image.setdefault(launch.name, []).append(launch)
    return CompiledRelations(
        expected_parents=MappingProxyType(parents),
        expected_children=MappingProxyType(children),
        expected_launches=MappingProxyType(launches),
        children=MappingProxyType({name: _watched_child(name, each) for name, each in parents.items()}),
        parents=MappingProxyType({name: tuple(each) for name, each in by_parent.items()}),
        launches=MappingProxyType({name: tuple(each) for name, each in by_image.items()}),
        protected_names=frozenset(name for name, each in parents.items() if each.protects_name),
        listed_names=frozenset(
            comparable(image.name) for each in children.values() for image in each.children
        ),
    )


def comparable(name: str) -> str:
    """Return an image's name under which the kernel's two names are one.

    >>> comparable("ntoskrnl.exe"), comparable("svchost.exe")
    ('system', 'svchost.exe')
    """
    return KERNEL if is_kernel(name) else name


def _watched_child(name: str, relation: ExpectedParents) -> WatchedChild:
    def alternative(image: ExpectedImage) -> Alternative:
        is_copy = comparable(image.name) == name
        if image.tier is Tier.LOCAL:
            return Alternative(name=comparable(image.name), image=image, is_copy=is_copy)
        return Alternative(
            name=comparable(image.name),
            image=image,
            place=_in_directories(Fact.PARENT_PATH, image.directories),
            conditions=_conditions(image, Fact.CHILD_PATH, Fact.PARENT_SIGNER),
            is_copy=is_copy,
        )

    return WatchedChild(
        name=name,
        relation=relation,
        by_parent=_by_name(map(alternative, relation.parents)),
        by_creator=_by_name(map(alternative, relation.creators)),
        release=OnRelease(relation.windows),
    )


def _watched_parent(name: str, relation: ExpectedChildren) -> WatchedParent:
    def alternative(image: ExpectedImage) -> Alternative:
        is_copy = comparable(image.name) == name
        if image.tier is Tier.LOCAL:
            return Alternative(name=comparable(image.name), image=image, is_copy=is_copy)
        return Alternative(
            name=comparable(image.name),
            image=image,
            place=_in_directories(Fact.CHILD_PATH, image.directories),
            conditions=_conditions(image, Fact.PARENT_PATH, Fact.CHILD_SIGNER),
            is_copy=is_copy,
        )

    return WatchedParent(
        name=name,
        relation=relation,
        by_child=_by_name(map(alternative, relation.children)),
        release=OnRelease(relation.windows),
        refused=_in_directories(Fact.CHILD_PATH, relation.refused_directories),
    )


def _launch_of_child(relation: ExpectedParents) -> Launch:
    place = _in_directories(Fact.CHILD_PATH, relation.directories)
    return Launch(
        name=relation.child,
        relation=relation,
        place=HasNoFile(Fact.CHILD_PATH) if relation.is_minimal else place,
        arguments=_any_arguments(relation.arguments),
        own_name=BearsItsOwnName(relation.child) if relation.protects_name else None,
        release=OnRelease(relation.windows),
    )


def _launch(relation: ExpectedLaunch) -> Launch:
    return Launch(
        name=relation.image,
        relation=relation,
        place=_in_directories(Fact.CHILD_PATH, relation.directories),
        arguments=_any_arguments(relation.arguments),
        own_name=None,
        release=OnRelease(relation.windows),
    )


def _any_arguments(patterns: tuple[str, ...]) -> HasArguments | None:
    if not patterns:
        return None
    return HasArguments(Fact.CHILD_COMMAND_LINE, patterns, holds_when_absent=True, any_will_do=True)


def _in_directories(fact: Fact, directories: tuple[str, ...]) -> InDirectories | None:
    return InDirectories(fact, directories) if directories else None


def _conditions(image: ExpectedImage, counterpart: Fact, signer: Fact) -> tuple[Condition, ...]:
    """Return what a row asks beside its name and place."""
    conditions: list[Condition] = []
    if image.windows != "all":
        conditions.append(OnRelease(image.windows))
    if image.counterpart_directories:
        conditions.append(InDirectories(counterpart, image.counterpart_directories))
    if image.arguments:
        conditions.append(HasArguments(Fact.CHILD_COMMAND_LINE, image.arguments))
    if image.parent_arguments:
        conditions.append(HasArguments(Fact.PARENT_COMMAND_LINE, image.parent_arguments))
    if image.service_groups:
        conditions.append(InServiceGroup(image.service_groups))
    if image.signer is not None:
        conditions.append(SignedBy(signer, image.signer))
    if image.integrity is not None:
        conditions.append(HasIntegrity(image.integrity))
    return (*conditions, *image.conditions)


def _by_name(alternatives: Iterable[Alternative]) -> Alternatives:
    found: dict[str, list[Alternative]] = {}
    for each in alternatives:
        found.setdefault(each.name, []).append(each)
    return MappingProxyType({name: tuple(each) for name, each in found.items()})


def _unite_parents(first: ExpectedParents, second: ExpectedParents) -> ExpectedParents:
    return attrs.evolve(
        second,
        parents=(*first.parents, *second.parents),
        creators=(*first.creators, *second.creators),
        windows=releases.cover(first.windows, second.windows),
        severity=max(first.severity, second.severity),
        directories=_once(first.directories, second.directories),
        arguments=_once(first.arguments, second.arguments),
        is_minimal=first.is_minimal or second.is_minimal,
        why=second.why or first.why,
        sources=_once(first.sources, second.sources),
        session=second.session or first.session,
        parent_exits=first.parent_exits or second.parent_exits,
        protects_name=first.protects_name or second.protects_name,
    )


def _unite_children(first: ExpectedChildren, second: ExpectedChildren) -> ExpectedChildren:
    """Unite what two relations let a parent start: of a closed and an open one, the open one."""
    open_ones = [each for each in (first, second) if each.is_open]
    return attrs.evolve(
        second,
        children=(*first.children, *second.children),
        windows=releases.cover(first.windows, second.windows),
        severity=max(first.severity, second.severity),
        why=second.why or first.why,
        sources=_once(first.sources, second.sources),
        is_open=bool(open_ones),
        refused_kinds=tuple(dict.fromkeys(kind for each in open_ones for kind in each.refused_kinds)),
        refused_directories=_once(*(each.refused_directories for each in open_ones)),
    )


def _unite_launches(first: ExpectedLaunch, second: ExpectedLaunch) -> ExpectedLaunch:
    return attrs.evolve(
        second,
        directories=_once(first.directories, second.directories),
        arguments=_once(first.arguments, second.arguments),
        windows=releases.cover(first.windows, second.windows),
        severity=max(first.severity, second.severity),
        why=second.why or first.why,
        sources=_once(first.sources, second.sources),
    )


def _once(*texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for each in texts for text in each))
