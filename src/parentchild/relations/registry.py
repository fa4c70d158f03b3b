"""The registry: an immutable collection of relations that answers whether a parent was right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Process
from parentchild.relations.evaluation import Evaluation, Verdict, evaluate
from parentchild.relations.explanation import Explanation, explain
from parentchild.relations.relation import (
    HOME,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Relation,
    RelationTable,
    Tier,
)
from parentchild.windows.names import image_name
from parentchild.windows.releases import holds, release


class RelationRegistry(Mapping[str, ExpectedParents]):
    """An immutable collection of relations.

    It reads as a mapping from the name of each watched child to its `ExpectedParents`;
    `expected_children` holds the relations that are about a parent. It grows by methods that return new
    registries, so a registry can be shared between detectors and threads. It is not made to be subclassed.

    Args:
        relations: the relations it holds; those about the same name are united.

    Raises:
        InvalidArgument: something else than a relation is among them.

    >>> registry = RelationRegistry([ExpectedParents("agent.exe", {"services.exe"})])
    >>> registry.verdict("agent.exe", "cmd.exe")
    <Verdict.MISMATCH: 'mismatch'>
    >>> registry["AGENT.EXE"].names
    ('services.exe',)
    """

    __slots__ = ("_table",)

    def __init__(self, relations: Iterable[Relation] = ()) -> None:
        self._table = RelationTable.of(relations)

    # reading ------------------------------------------------------------------------------------------

    def __getitem__(self, child: str) -> ExpectedParents:
        if not isinstance(child, str):
            raise KeyError(child)
        known = self._table.parents.get(child)  # a name that no image can have is its own key
        return self._table.parents[image_name(child)] if known is None else known

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.parents)

    def __len__(self) -> int:
        return len(self._table.parents)

    def __contains__(self, child: object) -> bool:
        return isinstance(child, str) and self.get(child) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RelationRegistry) and self._table == other._table

    def __hash__(self) -> int:
        return hash(frozenset(self.relations))

    def __reduce__(self) -> tuple[object, ...]:
        return RelationRegistry, (self.relations,)

    def __repr__(self) -> str:
        return f"<RelationRegistry of {len(self)} children and {len(self._table.children)} parents>"

    def _repr_html_(self) -> str:
        from parentchild.relations.html import registry_html  # noqa: PLC0415 - loaded when a registry is shown

        return registry_html(self)

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        yield "children", {child: relation.names for child, relation in self.items()}
        yield "parents", {parent: relation.names for parent, relation in self._table.children.items()}

    @property
    def expected_children(self) -> Mapping[str, ExpectedChildren]:
        """The relations about a parent, by its name."""
        return self._table.children

    @property
    def relations(self) -> tuple[Relation, ...]:
        """All relations: those about a child first, each kind in the order in which they were added."""
        return (*self._table.parents.values(), *self._table.children.values())

    @property
    def table(self) -> RelationTable:
        """The relations as the evaluation looks them up."""
        return self._table

    # growing ------------------------------------------------------------------------------------------

    def with_relation(self, relation: Relation) -> RelationRegistry:
        """Return a registry in which `relation` holds too, united with what was known about that name.

        Raises:
            InvalidArgument: it is not a relation.
        """
        return RelationRegistry((*self.relations, relation))

    def without(self, *names: str) -> RelationRegistry:
        """Return a registry without any relation about the images `names`, as child or as parent.

        Raises:
            InvalidArgument: no relation is about one of them.
        """
        for name in names:
            key = image_name(name) if isinstance(name, str) else ""
            if key not in self._table.parents and key not in self._table.children:
                raise InvalidArgument("names", name, "has no relation in this registry")
        gone = {image_name(name) for name in names}
        return RelationRegistry(each for each in self.relations if _subject(each) not in gone)

    def allow(self, child: str, parent: str, *, why: str) -> RelationRegistry:
        """Return a registry that expects this pair, in whichever direction it is judged.

        A pair about which no relation says anything stays unwatched: allowing never makes an image watched.

        Args:
            child: the base name of the child's image.
            parent: the base name of the parent's image.
            why: the reason, which `explain` and the exports repeat.

        Raises:
            InvalidArgument: a name is empty, or there is no reason.
        """
        if not why.strip():
            raise InvalidArgument("why", why, "must say why the pair is normal")
        starter = ExpectedImage(parent, tier=Tier.VENDOR, why=why, pack=HOME)
        started = ExpectedImage(child, tier=Tier.VENDOR, why=why, pack=HOME)

        def widen(relation: Relation) -> Relation:
            if isinstance(relation, ExpectedParents) and relation.child == started.name:
                return attrs.evolve(relation, parents=(*relation.parents, starter))
            if isinstance(relation, ExpectedChildren) and relation.parent == starter.name:
                return attrs.evolve(relation, children=(*relation.children, started))
            return relation

        return RelationRegistry(map(widen, self.relations))

    def without_pack(self, pack: str) -> RelationRegistry:
        """Return a registry without the exceptions that came with one pack.

        Raises:
            InvalidArgument: no exception came with a pack of that name.
        """
        if not any(image.pack == pack for relation in self.relations for image in _images(relation)):
            known = sorted({image.pack for relation in self.relations for image in _images(relation)} - {""})
            raise InvalidArgument(
                "pack", pack, f"is no pack of this registry; it has {', '.join(known) or 'none'}"
            )
        return self._filtered(lambda image: image.pack != pack)

    def without_tier(self, tier: Tier) -> RelationRegistry:
        """Return a registry without the expected images of one tier."""
        return self._filtered(lambda image: image.tier is not tier)

    def for_windows(self, windows: str) -> RelationRegistry:
        """Return the registry narrowed to what holds on one release of Windows.

        Raises:
            InvalidArgument: the release is not known.
        """
        release(windows)
        here = self._filtered(lambda image: holds(image.windows, windows))
        return RelationRegistry(each for each in here.relations if holds(each.windows, windows))

    def __or__(self, other: RelationRegistry) -> RelationRegistry:
        """Return a registry that expects what either expects; texts come from `other` where it has them."""
        if not isinstance(other, RelationRegistry):
            return NotImplemented
        return RelationRegistry((*self.relations, *other.relations))

    def _filtered(self, keep: Callable[[ExpectedImage], bool]) -> RelationRegistry:
        def narrow(relation: Relation) -> Relation:
            if isinstance(relation, ExpectedParents):
                creators = tuple(filter(keep, relation.creators))
                return attrs.evolve(
                    relation, parents=tuple(filter(keep, relation.parents)), creators=creators
                )
            return attrs.evolve(relation, children=tuple(filter(keep, relation.children)))

        return RelationRegistry(map(narrow, self.relations))

    # judging ------------------------------------------------------------------------------------------

    def verdict(
        self,
        child: str,
        parent: str | None,
        *,
        child_path: str | None = None,
        parent_path: str | None = None,
        command_line: str | None = None,
        creator: str | None = None,
        windows: str | None = None,
    ) -> Verdict:
        r"""Tell whether `parent` is one that Windows would have used to start `child`.

        Args:
            child: the child's image name, in any case, with or without a path.
            parent: the parent's image name; None, `""`, `-`, `?` and the like are unknown.
            child_path: the full path of the child's image.
            parent_path: the full path of the parent's image.
            command_line: the child's command line.
            creator: the name of the process that made the call, where it is known apart from the parent.
            windows: the release it runs on, such as `11` or `Server 2019`; None accepts what any does.

        Raises:
            InvalidEvent: a value is not a str.
            InvalidArgument: the release is not known.

        >>> from parentchild import DEFAULT_RELATIONS
        >>> DEFAULT_RELATIONS.verdict("svchost.exe", "explorer.exe").value
        'mismatch'
        >>> DEFAULT_RELATIONS.verdict("svchost.exe", "?").value
        'unknown'
        """
        return self.evaluate(
            child,
            parent,
            child_path=child_path,
            parent_path=parent_path,
            command_line=command_line,
            creator=creator,
            windows=windows,
        ).verdict

    def evaluate(
        self,
        child: str,
        parent: str | None,
        *,
        child_path: str | None = None,
        parent_path: str | None = None,
        command_line: str | None = None,
        creator: str | None = None,
        windows: str | None = None,
    ) -> Evaluation:
        """Return the verdict of `verdict` with its reasons; the arguments are the same.

        Raises:
            InvalidEvent: a value is not a str.
            InvalidArgument: the release is not known.
        """
        started, starter, caller = _processes(child, parent, child_path, parent_path, command_line, creator)
        return evaluate(self._table, started, starter, caller, windows=windows)

    def explain(
        self,
        child: str,
        parent: str | None,
        *,
        child_path: str | None = None,
        parent_path: str | None = None,
        command_line: str | None = None,
        creator: str | None = None,
        windows: str | None = None,
    ) -> Explanation:
        """Return the whole account of the verdict of `verdict`; the arguments are the same.

        Raises:
            InvalidEvent: a value is not a str.
            InvalidArgument: the release is not known.

        >>> from parentchild import DEFAULT_RELATIONS
        >>> explanation = DEFAULT_RELATIONS.explain("svchost.exe", "cmd.exe")
        >>> explanation.sentence.partition(". ")[0]
        'cmd.exe started svchost.exe; expected services.exe'
        >>> explanation.nearest.name
        'msmpeng.exe'
        """
        started, starter, caller = _processes(child, parent, child_path, parent_path, command_line, creator)
        return explain(self._table, started, starter, caller, windows=windows)


def _processes(
    child: str,
    parent: str | None,
    child_path: str | None,
    parent_path: str | None,
    command_line: str | None,
    creator: str | None,
) -> tuple[Process, Process | None, Process | None]:
    """Return child, parent and creator as processes, having checked each argument by its own name."""
    if not isinstance(child, str):
        raise InvalidEvent("child", child, "must be a str")
    optional = {
        "parent": parent,
        "child_path": child_path,
        "parent_path": parent_path,
        "command_line": command_line,
        "creator": creator,
    }
    for name, value in optional.items():
        if value is not None and not isinstance(value, str):
            raise InvalidEvent(name, value, "must be a str or None")
    return (
        Process(child, path=child_path, command_line=command_line),
        None if parent is None and parent_path is None else Process(parent, path=parent_path),
        None if creator is None else Process(creator),
    )


def _subject(relation: Relation) -> str:
    return relation.child if isinstance(relation, ExpectedParents) else relation.parent


def _images(relation: Relation) -> tuple[ExpectedImage, ...]:
    return relation.parents if isinstance(relation, ExpectedParents) else relation.children
