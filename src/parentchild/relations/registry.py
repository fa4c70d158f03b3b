"""The registry: an immutable collection of relations, which answers if a creation is as Windows does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Process
from parentchild.relations.compiled import CompiledRelations, comparable, compiled
from parentchild.relations.evaluation import Evaluation, Verdict, evaluate
from parentchild.relations.explanation import Explanation, explain
from parentchild.relations.html import relations_html
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
from parentchild.windows.names import image_name
from parentchild.windows.releases import holds, release


class RelationRegistry(Mapping[str, ExpectedParents]):
    """An immutable collection of relations.

    It reads as a mapping from the name of each watched child to its `ExpectedParents`; `expected_children`
    and `expected_launches` hold the relations about a parent and about an image alone. It grows by methods
    that return new registries, so a registry can be shared between detectors and threads. It is not made to
    be subclassed.

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

    __slots__ = ("_compiled",)

    def __init__(self, relations: Iterable[Relation] = ()) -> None:
        self._compiled = compiled(relations)

    # reading ------------------------------------------------------------------------------------------

    def __getitem__(self, child: str) -> ExpectedParents:
        if not isinstance(child, str):
            raise KeyError(child)
        expected = self._compiled.expected_parents
        known = expected.get(child)  # a name that no image can have is its own key
        return expected[image_name(child)] if known is None else known

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled.expected_parents)

    def __len__(self) -> int:
        return len(self._compiled.expected_parents)

    def __contains__(self, child: object) -> bool:
        return isinstance(child, str) and self.get(child) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RelationRegistry) and set(self.relations) == set(other.relations)

    def __hash__(self) -> int:
        return hash(frozenset(self.relations))

    def __reduce__(self) -> tuple[object, ...]:
        return RelationRegistry, (self.relations,)

    def __repr__(self) -> str:
        images, parents = len(self.expected_launches), len(self._compiled.expected_children)
        return f"<RelationRegistry of {len(self)} children, {parents} parents and {images} images>"

    def _repr_html_(self) -> str:
        return relations_html(
            tuple(self.values()),
            tuple(self._compiled.expected_children.values()),
            tuple(self.expected_launches.values()),
        )

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        yield "children", {child: relation.names for child, relation in self.items()}
        yield (
            "parents",
            {name: [each.names for each in found] for name, found in self.expected_children.items()},
        )

    @property
    def expected_children(self) -> Mapping[str, tuple[ExpectedChildren, ...]]:
        """The relations about a parent, by its name; there may be one for each of several services."""
        return {
            name: tuple(watched.relation for watched in found)
            for name, found in self._compiled.parents.items()
        }

    @property
    def expected_launches(self) -> Mapping[str, ExpectedLaunch]:
        """The relations about an image alone, by its name."""
        return self._compiled.expected_launches

    @property
    def relations(self) -> tuple[Relation, ...]:
        """All relations, those about a child first, each kind in the order in which they were added."""
        known = self._compiled
        return (
            *known.expected_parents.values(),
            *known.expected_children.values(),
            *known.expected_launches.values(),
        )

    @property
    def compiled(self) -> CompiledRelations:
        """The relations in the form in which every decision is made."""
        return self._compiled

    # growing ------------------------------------------------------------------------------------------

    def with_relation(self, relation: Relation) -> RelationRegistry:
        """Return a registry in which `relation` holds too, united with what was known about that name.

        Raises:
            InvalidArgument: it is not a relation.
        """
        return RelationRegistry((*self.relations, relation))

    def without(self, *names: str) -> RelationRegistry:
        """Return a registry without any relation about the images `names`, as child, as parent or alone.

        Raises:
            InvalidArgument: no relation is about one of them.
        """
        subjects = {_subject(each) for each in self.relations}
        gone = {comparable(image_name(name)) if isinstance(name, str) else "": name for name in names}
        for key, name in gone.items():
            if key not in subjects:
                raise InvalidArgument("names", name, "has no relation in this registry")
        return RelationRegistry(each for each in self.relations if _subject(each) not in gone)

    def allow(self, child: str, parent: str, *, why: str) -> RelationRegistry:
        """Return a registry that expects this pair, in whichever direction it is evaluated.

        Place and arguments are still checked. A pair about which no relation says anything stays unwatched:
        allowing never makes an image watched.

        Args:
            child: the base name of the child's image.
            parent: the base name of the parent's image.
            why: the reason, which `explain` and the exports repeat.

        Raises:
            InvalidArgument: a name is empty or has a `*`, or there is no reason.
        """
        if not isinstance(why, str) or not why.strip():
            raise InvalidArgument("why", why, "must say why the pair is expected")
        for field, name in (("child", child), ("parent", parent)):
            if isinstance(name, str) and "*" in name:
                raise InvalidArgument(
                    field, name, "is literal here; an Exclusion takes * for any run of characters"
                )
        starter = ExpectedImage(parent, tier=Tier.LOCAL, why=why)
        started = ExpectedImage(child, tier=Tier.LOCAL, why=why)

        def widen(relation: Relation) -> Relation:
            if isinstance(relation, ExpectedParents) and relation.child == started.name:
                return attrs.evolve(relation, parents=(*relation.parents, starter))
            if isinstance(relation, ExpectedChildren) and _subject(relation) == comparable(starter.name):
                return attrs.evolve(relation, children=(*relation.children, started))
            return relation

        return RelationRegistry(map(widen, self.relations))

    def without_pack(self, pack: str) -> RelationRegistry:
        """Return a registry without the exceptions that came with one pack.

        Raises:
            InvalidArgument: no exception came with a pack of that name.
        """
        packs = {image.pack for relation in self.relations for image in _rows(relation)} - {""}
        if pack not in packs:
            known = f"it has {', '.join(sorted(packs))}" if packs else "it has none"
            raise InvalidArgument("pack", pack, f"is not a pack of this registry; {known}")
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
            if isinstance(relation, ExpectedChildren):
                return attrs.evolve(relation, children=tuple(filter(keep, relation.children)))
            return relation

        return RelationRegistry(map(narrow, self.relations))

    # evaluating ---------------------------------------------------------------------------------------

    def verdict(
        self,
        child: str | Process,
        parent: str | Process | None,
        *,
        child_path: str | None = None,
        parent_path: str | None = None,
        command_line: str | None = None,
        creator: str | Process | None = None,
        windows: str | None = None,
    ) -> Verdict:
        r"""Tell whether Windows would have let `parent` start `child`.

        Args:
            child: the child's image name, in any case, with or without a path; or a `Process`.
            parent: the parent's image name; None, `""`, `-`, `?` and the like are unknown; or a `Process`.
            child_path: the full path of the child's image; not beside a `Process`.
            parent_path: the full path of the parent's image; not beside a `Process`.
            command_line: the child's command line; not beside a `Process`.
            creator: the process that made the call, where it is known apart from the parent.
            windows: the release it runs on, such as `11` or `Server 2019`; None accepts what any does.

        Raises:
            InvalidEvent: a value is of the wrong type.
            InvalidArgument: the release is not known, or a path stands beside a `Process`.

        >>> from parentchild import DEFAULT_RELATIONS, Process
        >>> DEFAULT_RELATIONS.verdict("svchost.exe", "explorer.exe").value
        'mismatch'
        >>> DEFAULT_RELATIONS.verdict("svchost.exe", "?").value
        'unknown'
        >>> DEFAULT_RELATIONS.verdict(Process("lsass.exe"), Process("wininit.exe")).value
        'expected'
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
        child: str | Process,
        parent: str | Process | None,
        *,
        child_path: str | None = None,
        parent_path: str | None = None,
        command_line: str | None = None,
        creator: str | Process | None = None,
        windows: str | None = None,
    ) -> Evaluation:
        """Return the verdict of `verdict` with its reasons; the arguments are the same.

        Raises:
            InvalidEvent: a value is of the wrong type.
            InvalidArgument: the release is not known, or a path stands beside a `Process`.
        """
        started, starter, caller = _processes(child, parent, child_path, parent_path, command_line, creator)
        return evaluate(self._compiled, started, starter, caller, windows=windows)

    def explain(
        self,
        child: str | Process,
        parent: str | Process | None,
        *,
        child_path: str | None = None,
        parent_path: str | None = None,
        command_line: str | None = None,
        creator: str | Process | None = None,
        windows: str | None = None,
    ) -> Explanation:
        """Return the whole account of the verdict of `verdict`; the arguments are the same.

        Raises:
            InvalidEvent: a value is of the wrong type.
            InvalidArgument: the release is not known, or a path stands beside a `Process`.

        >>> from parentchild import DEFAULT_RELATIONS
        >>> explanation = DEFAULT_RELATIONS.explain("svchost.exe", "cmd.exe")
        >>> explanation.nearest.name
        'msmpeng.exe'
        """
        started, starter, caller = _processes(child, parent, child_path, parent_path, command_line, creator)
        return explain(self._compiled, started, starter, caller, windows=windows)


def _processes(
    child: str | Process,
    parent: str | Process | None,
    child_path: str | None,
    parent_path: str | None,
    command_line: str | None,
    creator: str | Process | None,
) -> tuple[Process, Process | None, Process | None]:
    """Return child, parent and creator as processes, having checked each argument by its own name."""
    if not isinstance(child, str | Process):
        raise InvalidEvent("child", child, f"must be str or Process, got {type(child).__name__}")
    for field, value in (("parent", parent), ("creator", creator)):
        if value is not None and not isinstance(value, str | Process):
            raise InvalidEvent(field, value, f"must be str, Process or None, got {type(value).__name__}")
    beside = (
        ("child_path", child_path, child),
        ("command_line", command_line, child),
        ("parent_path", parent_path, parent),
    )
    for field, text, owner in beside:
        if text is not None and not isinstance(text, str):
            raise InvalidEvent(field, text, f"must be str or None, got {type(text).__name__}")
        if text is not None and isinstance(owner, Process):
            raise InvalidArgument(field, text, "cannot be given beside a Process; set it in the Process")
    started = (
        child if isinstance(child, Process) else Process(child, path=child_path, command_line=command_line)
    )
    starter = parent if isinstance(parent, Process) else None
    if starter is None and (parent is not None or parent_path is not None):
        starter = Process(parent if isinstance(parent, str) else None, path=parent_path)
    caller = Process(creator) if isinstance(creator, str) else creator
    return started, starter, caller


def _subject(relation: Relation) -> str:
    return comparable(subject_of(relation))


def _rows(relation: Relation) -> tuple[ExpectedImage, ...]:
    creators = relation.creators if isinstance(relation, ExpectedParents) else ()
    return (*images_of(relation), *creators)
