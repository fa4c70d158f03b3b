"""The improved query: all that Kusto can say of what the detector does."""

from __future__ import annotations

from collections.abc import Iterable

from parentchild.export.alternatives import (
    Alternative,
    WatchedChild,
    WatchedParent,
    unique,
    watched_children,
    watched_parents,
)
from parentchild.export.folders import folder_pattern
from parentchild.export.kql_exclusions import filter_block, folded_contains, folded_equals
from parentchild.export.kql_improved_text import ASSEMBLY, CRASHES, EVENTS, FUNCTIONS, HASH_ALGORITHM, HEADER
from parentchild.export.kql_text import comment, dynamic, listed, literal, verbatim
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import fold


def improved_query(
    registry: RelationRegistry, exclusions: Iterable[Exclusion], *, names_hash_algorithm: bool
) -> str:
    """Return the improved query.

    Args:
        registry: the relations.
        exclusions: what is expected in your environment.
        names_hash_algorithm: whether the result has the column that an entity mapping for a hash needs.
    """
    children, parents = watched_children(registry), watched_parents(registry)
    folders = _Folders()
    places = _places(children, folders)
    expected_parent = _expectation(
        [(child.name, way) for child in children for way in child.alternatives], _PARENT_SIDE, folders
    )
    nearly = _near_misses(children, folders)
    expected_child = _expectation(
        [(parent.name, way) for parent in parents for way in parent.alternatives], _CHILD_SIDE, folders
    )
    filters = filter_block(exclusions, equals=folded_equals, contains=folded_contains)
    parts = (
        HEADER,
        FUNCTIONS,
        folders.text(),
        places,
        _parent_table(children),
        _child_table(parents),
        CRASHES,
        EVENTS.format(
            expected_parent=expected_parent, nearly=nearly, expected_child=expected_child, exclusions=filters
        ),
        ASSEMBLY + (HASH_ALGORITHM if names_hash_algorithm else ""),
    )
    return "\n".join(part for part in parts if part)


class _Folders:
    """The directory lists of a query: each distinct one becomes a named pattern."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name_of(self, directories: tuple[str, ...]) -> str:
        pattern = folder_pattern(directories)
        return self._names.setdefault(pattern, f"Folders{len(self._names) + 1}")

    def text(self) -> str:
        return "\n".join(f"let {name} = {verbatim(pattern)};" for pattern, name in self._names.items())


class _Side:
    """The columns of one direction: the end that a relation is about, and the end that a way names."""

    def __init__(self, *, subject: str, other: str, expected: str, in_place: str) -> None:
        self.subject = f"{subject}File"
        self.subject_folder = f"{subject}Folder"
        self.other = f"{other}File"
        self.other_folder = f"{other}Folder"
        self.expected = expected
        self.in_place = in_place
        self.signer = f"{other}Signer"


_PARENT_SIDE = _Side(
    subject="Image", other="Parent", expected="ExpectedParent", in_place="InPlace(ParentFile, ParentFolder)"
)
_CHILD_SIDE = _Side(subject="Parent", other="Image", expected="ExpectedChild", in_place="true")


def _expectation(alternatives: Iterable[tuple[str, Alternative]], side: _Side, folders: _Folders) -> str:
    """Return the condition under which a pair is expected: by the table, or by one of the other alternatives."""
    lines = [f"(set_has_element({side.expected}, {side.other}) and {side.in_place})"]
    for subject, way in alternatives:
        if not _is_in_table(way):
            condition = " and ".join(_conditions(subject, way, side, folders))
            lines.append(f"    or ({condition}) {comment(way.why or way.pack or way.tier.value)}")
    return "\n".join(lines)


def _near_misses(children: Iterable[WatchedChild], folders: _Folders) -> str:
    """Return the condition under which a parent has an expected name but lies in the wrong directory."""
    lines = ["set_has_element(ExpectedParent, ParentFile)"]
    for child in children:
        for way in child.alternatives:
            if not _is_in_table(way) and not way.is_local:
                conditions = " and ".join(_near_conditions(child.name, way, folders))
                lines.append(f"    or ({conditions})")
    return "\n".join(dict.fromkeys(lines))


def _near_conditions(child: str, way: Alternative, folders: _Folders) -> list[str]:
    conditions = _other_conditions(child, way, _PARENT_SIDE, folders)
    if way.directories and way.must_know:  # an image in the wrong place is never its own parent by a slip
        conditions.append(_lies_in("ParentFolder", way.directories, way, folders))
    return conditions


def _is_in_table(way: Alternative) -> bool:
    return way.is_plain and not way.is_local


def _conditions(subject: str, way: Alternative, side: _Side, folders: _Folders) -> list[str]:
    conditions = _other_conditions(subject, way, side, folders)
    if way.directories:
        conditions.append(_lies_in(side.other_folder, way.directories, way, folders))
    if way.own_directories:
        conditions.append(side.in_place)
    return conditions


def _other_conditions(subject: str, way: Alternative, side: _Side, folders: _Folders) -> list[str]:
    """Return everything that a way asks except where the image at the other end lies."""
    conditions = [f"{side.subject} == {literal(subject)}", f"{side.other} in {listed(way.names)}"]
    if way.counterpart_directories:
        conditions.append(_lies_in(side.subject_folder, way.counterpart_directories, way, folders))
    conditions += [f"Fold(ProcessCommandLine) contains_cs {literal(fold(text))}" for text in way.command_line]
    conditions += [
        f"Fold(InitiatingProcessCommandLine) contains_cs {literal(fold(text))}"
        for text in way.parent_command_line
    ]
    if way.signer is not None:
        conditions.append(_agrees(side.signer, way.signer, way))
    if way.integrity is not None:
        conditions.append(_agrees("ProcessIntegrityLevel", way.integrity, way))
    return conditions


def _lies_in(column: str, directories: tuple[str, ...], way: Alternative, folders: _Folders) -> str:
    lies_there = f"{column} matches regex {folders.name_of(directories)}"
    return lies_there if way.must_know else f'({column} == "" or {lies_there})'


def _agrees(column: str, text: str, way: Alternative) -> str:
    same = f"Fold({column}) == {literal(fold(text))}"
    return same if way.must_know else f"(isempty({column}) or {same})"


def _places(children: Iterable[WatchedChild], folders: _Folders) -> str:
    """Return the function that tells whether a watched image lies where Windows keeps it."""
    by_folders: dict[str, list[str]] = {}
    for child in children:
        if child.relation.directories:
            by_folders.setdefault(folders.name_of(child.relation.directories), []).append(child.name)
    cases = "".join(
        f"    image in {listed(names)}, folder matches regex {name},\n" for name, names in by_folders.items()
    )
    if not cases:
        return "let InPlace = (image:string, folder:string) { true };"
    return f'let InPlace = (image:string, folder:string) {{ folder == "" or case(\n{cases}    true) }};'


def _parent_table(children: Iterable[WatchedChild]) -> str:
    rows = (
        (child.name, _table_names(child.alternatives), child.relation.severity.label) for child in children
    )
    return _table("ExpectedParents", "ImageFile:string, ExpectedParent:dynamic, ParentSeverity:string", rows)


def _child_table(parents: Iterable[WatchedParent]) -> str:
    rows = (
        (parent.name, _table_names(parent.alternatives), parent.relation.severity.label) for parent in parents
    )
    return _table("ExpectedChildren", "ParentFile:string, ExpectedChild:dynamic, ChildSeverity:string", rows)


def _table_names(alternatives: Iterable[Alternative]) -> tuple[str, ...]:
    return unique(name for way in alternatives if _is_in_table(way) for name in way.names)


def _table(name: str, columns: str, rows: Iterable[tuple[str, tuple[str, ...], str]]) -> str:
    lines = [
        f"    {literal(subject)}, {dynamic(names)}, {literal(severity)}" for subject, names, severity in rows
    ]
    return f"let {name} = datatable({columns}) [\n" + ",\n".join(lines) + "\n];"
