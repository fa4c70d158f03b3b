r"""Relations as Sigma rules: plain dicts, ready for a YAML writer.

A relation about a child gives one rule for its parents and, where its directories are known, one for its
place; a relation about a parent gives one for its children. Sigma cannot say that the crash handler cloned a
process; each rule's description says that, and what else it leaves out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from parentchild.catalog.detection import DETECTION
from parentchild.export.alternatives import (
    Alternative,
    WatchedChild,
    WatchedParent,
    watched_children,
    watched_parents,
)
from parentchild.export.sigma_text import ends_of_paths, exact, in_directories
from parentchild.findings.attack import techniques
from parentchild.relations.evaluation import Reason
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import Relation, Tier
from parentchild.windows.names import KERNEL, printable

_NAMESPACE = uuid.UUID("1b0d7b5e-3d5c-5a0c-8f6e-0ff0080f0516")
_NOT_SAID = (
    " Unlike the detector, this rule also finds the clones that Windows Error Reporting makes of a crashing"
    " process, takes only paths from a drive letter as Windows' own, lets a wildcard span directories,"
    " and compares names exactly as they are logged."
)
_UNKNOWN_PROCESS = ["<unknown process>", "&lt;unknown process&gt;"]
_NO_NAMES = r"^(?:-|\?|[Ss]-1(?:-[0-9]{1,20}){1,16}|[0-9]+)$"  # a dash, a question mark, a SID, a pid
_KERNEL_NAMES = ("System", "ntoskrnl.exe")
_MAIN, _OPTIONAL = "filter_main", "filter_optional"

Match = dict[str, object]


def render(registry: RelationRegistry) -> list[dict[str, object]]:
    """Return a registry as Sigma rules for process creation on Windows.

    >>> from parentchild import ExpectedParents, RelationRegistry
    >>> [rule] = render(RelationRegistry([ExpectedParents("agent.exe", {"services.exe"})]))
    >>> rule["title"], rule["level"], rule["tags"]
    ('Unexpected Parent of agent.exe', 'high', ['attack.stealth', 'attack.privilege-escalation', \
'attack.t1036.005', 'attack.t1055.012'])
    """
    children = watched_children(registry)
    rules = [_parents_rule(child) for child in children]
    rules += [_place_rule(child) for child in children if child.relation.directories]
    watched = [child.name for child in children]
    rules += [_children_rule(parent, watched) for parent in watched_parents(registry)]
    return rules


def _parents_rule(child: WatchedChild) -> dict[str, object]:
    filters: dict[str, object] = dict(_unknown_parent())
    for number, way in enumerate(child.alternatives, 1):
        matches = _way_matches(way, "ParentImage", "Image", child.name)
        if matches and matches not in filters.values():
            filters[f"{_kind(way)}_{number}"] = matches
    return _rule(
        f"Unexpected Parent of {printable(child.name)}",
        f"{printable(child.name)} was started by a parent that never starts it, or by one from the wrong"
        " directory.",
        (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_PARENT),
        child.relation,
        {"selection": _named("Image", [child.name]), **filters},
    )


def _place_rule(child: WatchedChild) -> dict[str, object]:
    directories = child.relation.directories
    return _rule(
        f"{printable(child.name)} Outside Its Directory",
        f"A file named {printable(child.name)} was started from where Windows does not keep it.",
        (Reason.MISPLACED_IMAGE,),
        child.relation,
        {
            "selection": {"Image|endswith": ends_of_paths([child.name])},
            f"{_MAIN}_directory": {"Image|endswith": in_directories(directories, [child.name])},
        },
    )


def _children_rule(parent: WatchedParent, watched: list[str]) -> dict[str, object]:
    filters: dict[str, object] = {
        f"{_MAIN}_image_null": {"Image": None},
        f"{_MAIN}_image_empty": {"Image": ""},
    }
    if watched:  # a watched child is judged by its own relation, in a rule of its own
        filters[f"{_MAIN}_watched"] = _named("Image", watched)
    for number, way in enumerate(parent.alternatives, 1):
        matches = _way_matches(way, "Image", "ParentImage", parent.name)
        if matches and matches not in filters.values():
            filters[f"{_kind(way)}_{number}"] = matches
    return _rule(
        f"Unexpected Child of {printable(parent.name)}",
        f"{printable(parent.name)} started a process that it never starts by itself.",
        (Reason.UNEXPECTED_CHILD,),
        parent.relation,
        {"selection": _named("ParentImage", _spellings([parent.name])), **filters},
    )


def _rule(
    title: str,
    description: str,
    reasons: tuple[Reason, ...],
    relation: Relation,
    searches: dict[str, object],
) -> dict[str, object]:
    kinds = [kind for kind in (_MAIN, _OPTIONAL) if any(name.startswith(kind) for name in searches)]
    return {
        "title": title,
        "id": str(uuid.uuid5(_NAMESPACE, ascii(title))),
        "status": "experimental",
        "description": description + _NOT_SAID,
        "references": list(DETECTION.references[:1]),
        "tags": _tags(reasons),
        "logsource": {"category": "process_creation", "product": "windows"},
        "detection": {
            **searches,
            "condition": "selection" + "".join(f" and not 1 of {kind}_*" for kind in kinds),
        },
        "falsepositives": list(DETECTION.false_positives),
        "level": relation.severity.label,
    }


def _tags(reasons: Iterable[Reason]) -> list[str]:
    found = techniques(tuple(reasons))
    tactics = [tactic.name.lower().replace(" ", "-") for technique in found for tactic in technique.tactics]
    ids = [technique.id.lower() for technique in found]
    return [f"attack.{name}" for name in dict.fromkeys((*tactics, *ids))]


def _kind(way: Alternative) -> str:
    return _OPTIONAL if way.tier is Tier.VENDOR else _MAIN


def _unknown_parent() -> dict[str, object]:
    return {
        f"{_MAIN}_parent_null": {"ParentImage": None},
        f"{_MAIN}_parent_empty": {"ParentImage": ""},
        f"{_MAIN}_parent_unknown": {"ParentImage": _UNKNOWN_PROCESS},
        f"{_MAIN}_parent_no_name": {"ParentImage|re": _NO_NAMES},
    }


def _named(field: str, names: Iterable[str]) -> list[Match]:
    """An image by its name, as the end of a path or all that is logged."""
    names = list(names)
    return [{f"{field}|endswith": ends_of_paths(names)}, {field: [exact(name) for name in names]}]


def _spellings(names: Iterable[str]) -> list[str]:
    """Sensors log the kernel's process under one of two names."""
    return [spelling for name in names for spelling in (_KERNEL_NAMES if name == KERNEL else (name,))]


def _way_matches(way: Alternative, other: str, about: str, subject: str) -> list[Match]:
    """Return the alternatives in which one way is met; none when Sigma's fields can never show it."""
    if way.must_know and way.signer is not None:  # no field of this category tells a signer
        return []
    conditions: Match = {}
    if way.command_line:
        conditions["CommandLine|contains|all"] = [exact(text) for text in way.command_line]
    if way.parent_command_line:
        conditions["ParentCommandLine|contains|all"] = [exact(text) for text in way.parent_command_line]
    others = _lying(other, _spellings(way.names), way.directories or way.own_directories, way)
    abouts: list[Match] = [{}]
    if way.counterpart_directories:
        abouts = _lying(about, [subject], way.counterpart_directories, way)
    integrities: list[Match] = [{}]
    if way.integrity is not None:
        levels = [exact(way.integrity)] if way.must_know else [exact(way.integrity), None, ""]
        integrities = [{"IntegrityLevel": level} for level in levels]
    return [
        {**first, **second, **third, **conditions}
        for first in others
        for second in abouts
        for third in integrities
    ]


def _lying(field: str, names: list[str], directories: tuple[str, ...], way: Alternative) -> list[Match]:
    if not directories:
        return _named(field, names)
    inside: Match = {f"{field}|endswith": in_directories(directories, names)}
    is_strict = way.must_know and (directories != way.own_directories or bool(way.directories))
    return [inside] if is_strict else [inside, {field: [exact(name) for name in names]}]
