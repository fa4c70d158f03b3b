"""Relations as queries in Elastic's Event Query Language, over ECS fields.

Each query begins with a comment that says what it finds. What EQL cannot say, in one place: `NOT_SAID`.
"""

from __future__ import annotations

from collections.abc import Iterable

from parentchild.export.alternatives import (
    Alternative,
    WatchedChild,
    WatchedParent,
    watched_children,
    watched_parents,
)
from parentchild.export.folders import lucene_pattern
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import KERNEL, printable

NOT_SAID = (
    "Clones by the crash handler are found too; paths count as Windows' own only from a drive letter or a"
    " volume device; names are compared as logged, and how letters beyond ASCII fold is the engine's choice."
)
"""What every query says of itself in a comment."""

_KERNEL_NAMES = ("system", "ntoskrnl.exe")
_NO_NAMES = ("", "-", "?", "<unknown process>", "&lt;unknown process&gt;")
_NUMBERS = r"(s-1(-[0-9]+)+|[0-9]+)"
_A_PATH = r".*\\.*"
_CHILD, _PARENT = "process", "process.parent"
_INTEGRITY = "?process.Ext.token.integrity_level_name"
_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def render(registry: RelationRegistry) -> list[str]:
    """Return a registry as EQL queries: a child's parents, a child's place, and a parent's children.

    >>> from parentchild import ExpectedParents, RelationRegistry
    >>> [query] = render(RelationRegistry([ExpectedParents("agent.exe", {"services.exe"})]))
    >>> print(query.splitlines()[2])
    process where event.type == "start" and process.name in~ ("agent.exe")
    """
    children = watched_children(registry)
    queries = [_parents_query(child) for child in children]
    queries += [_place_query(child) for child in children if child.relation.directories]
    watched = [child.name for child in children]
    queries += [_children_query(parent, watched) for parent in watched_parents(registry)]
    return queries


def literal(text: str) -> str:
    r"""Return a string literal that has exactly the value `text`, and nothing in it that matches.

    >>> print(literal('a"b\\*'))
    "a\"b\\*"
    """
    return f'"{"".join(map(_escaped, text))}"'


def _parents_query(child: WatchedChild) -> str:
    alternatives = [_way(way, _PARENT, _CHILD, child.name) for way in child.alternatives]
    return _query(
        f"A parent that never starts {child.name}, or one from the wrong directory",
        f"process.name in~ {_listed([child.name])}",
        [_parent_is_known(), _none_of(alternatives)],
    )


def _place_query(child: WatchedChild) -> str:
    return _query(
        f"{child.name} outside its directory",
        f"process.name in~ {_listed([child.name])}",
        [
            f"not {_is_unknown_path(_CHILD)}",
            f"not process.executable regex~ {_pattern(child.relation.directories, [child.name])}",
        ],
    )


def _children_query(parent: WatchedParent, watched: list[str]) -> str:
    alternatives = [_way(way, _CHILD, _PARENT, parent.name) for way in parent.alternatives]
    conditions = ['process.name != null and process.name != ""']
    if watched:  # a watched child is judged by its own relation, in a query of its own
        conditions.append(f"not process.name in~ {_listed(watched)}")
    return _query(
        f"A child that {parent.name} never starts",
        _name_is(_PARENT, [parent.name]),
        [*conditions, _none_of(alternatives)],
    )


def _query(what: str, subject: str, conditions: Iterable[str]) -> str:
    lines = [f"// {printable(what)}", f"// {NOT_SAID}", f'process where event.type == "start" and {subject}']
    return "\n".join((*lines, *(f"  and {condition}" for condition in conditions if condition)))


def _none_of(alternatives: list[str]) -> str:
    joined = "\n    or ".join(dict.fromkeys(alternatives))
    return f"not (\n    {joined}\n  )" if joined else ""


def _way(way: Alternative, other: str, about: str, subject: str) -> str:
    conditions = [_name_is(other, way.names)]
    if way.directories:
        conditions.append(_lies_in(other, way.directories, way.names, must_know=way.must_know))
    if way.own_directories:
        conditions.append(_lies_in(other, way.own_directories, way.names, must_know=False))
    if way.counterpart_directories:
        conditions.append(_lies_in(about, way.counterpart_directories, [subject], must_know=way.must_know))
    conditions += [_contains(_CHILD, text) for text in way.command_line]
    conditions += [_contains(_PARENT, text) for text in way.parent_command_line]
    if way.signer is not None:
        signer = f"?{other}.code_signature.subject_name"
        conditions.append(_agrees(signer, way.signer, must_know=way.must_know))
    if way.integrity is not None:
        conditions.append(_agrees(_INTEGRITY, way.integrity, must_know=way.must_know))
    return f"({' and '.join(conditions)})"


def _name_is(end: str, names: Iterable[str]) -> str:
    names = list(names)
    spelled = [each for name in names for each in (_KERNEL_NAMES if name == KERNEL else (name,))]
    named = f"({end}.name != null and {end}.name in~ {_listed(spelled)})"
    if end == _PARENT and KERNEL in names:  # some sources know the kernel's process by its pid alone
        return f"({named} or ({_is_no_name()} and process.parent.pid != null and process.parent.pid == 4))"
    return named


def _parent_is_known() -> str:
    return f"(not {_is_no_name()} or (process.parent.pid != null and process.parent.pid == 4))"


def _is_no_name() -> str:
    return (
        f"(process.parent.name == null or (process.parent.name in~ {_listed(_NO_NAMES)}"
        f" or process.parent.name regex~ {literal(_NUMBERS)}) and {_is_unknown_path(_PARENT)})"
    )


def _is_unknown_path(end: str) -> str:
    return f"({end}.executable == null or not {end}.executable regex~ {literal(_A_PATH)})"


def _lies_in(end: str, directories: Iterable[str], names: Iterable[str], *, must_know: bool) -> str:
    there = f"({end}.executable != null and {end}.executable regex~ {_pattern(directories, names)})"
    return there if must_know else f"({_is_unknown_path(end)} or {there})"


def _pattern(directories: Iterable[str], names: Iterable[str]) -> str:
    spelled = [each for name in names for each in (_KERNEL_NAMES if name == KERNEL else (name,))]
    return literal(lucene_pattern(directories, spelled))


def _contains(end: str, text: str) -> str:
    field = f"{end}.command_line"
    return f"({field} != null and stringContains~({field}, {literal(text)}))"


def _agrees(field: str, text: str, *, must_know: bool) -> str:
    same = f"({field} != null and {field} in~ {_listed([text])})"
    return same if must_know else f'({field} == null or {field} == "" or {same})'


def _listed(names: Iterable[str]) -> str:
    return f"({', '.join(map(literal, names))})"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):04x}}}"
