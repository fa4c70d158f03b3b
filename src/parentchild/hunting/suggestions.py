"""Suggestions: which exclusion would cover a family that looks like software. None is applied by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from parentchild.display.markup import number
from parentchild.events import Process
from parentchild.findings.finding import Finding
from parentchild.hunting.families import Family, shape_of
from parentchild.relations.evaluation import Evaluation, Reason, Verdict
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.severity import Severity
from parentchild.windows.paths import directory_of, normalised_directory, root_of
from parentchild.windows.programs import ProgramKind, kind_of

_MANY: Final = 5  # devices: what is on fewer may be an attack that has begun to spread
_PLAIN: Final = frozenset({Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD})
_SOFTWARE: Final = frozenset({ProgramKind.PROGRAM_FILES, ProgramKind.INSTALLER_TEMPORARY})
_HARMLESS_ENDS: Final = _SOFTWARE | {ProgramKind.WINDOWS}


@attrs.frozen(kw_only=True)
class Suggestion:
    """An exclusion that would cover a family, and what it would hide. Look at that before you use it.

    Args:
        family: the family that looks like software.
        exclusion: what would cover it.
        why: why it looks like software, in one sentence.
        hides: the findings of the report that it would cover, all or in part.
    """

    family: Family
    exclusion: Exclusion
    why: str
    hides: tuple[Finding, ...]

    def to_python(self) -> str:
        """Return the exclusion as Python text, ready to be pasted.

        Values are written as literals, so nothing in them is ever run.
        """
        given = {field.name: getattr(self.exclusion, field.name) for field in attrs.fields(Exclusion)}
        arguments = ", ".join(f"{name}={value!a}" for name, value in given.items() if value is not None)
        return f"Exclusion({arguments})"

    def __str__(self) -> str:
        events = sum(finding.occurrences for finding in self.hides)
        hidden = f"{number(len(self.hides), 'finding')}, {number(events, 'event')}"
        return f"{self.to_python()}  # {self.why}; hides {hidden}"


def suggestions_for(families: Sequence[Family]) -> tuple[Suggestion, ...]:
    """Return a suggestion for each family that looks like software, in the order of the families.

    That is one on many devices whose parents all lie in one place of Program Files, or are the temporary
    files of one installer; of unexpected pairs alone, never with a program at either end that runs what it
    is told, never informational or critical, and never one that would hide anything else than that.

    Cost: linear in the findings, for each suggestion that has a `*`.
    """
    by_names: dict[tuple[str, str], list[Family]] = {}
    for family in families:
        by_names.setdefault((family.child, family.parent), []).append(family)
    found: list[Suggestion] = []
    for family in families:
        path = _path_of(family) if _looks_like_software(family) else None
        if path is None:
            continue
        within = families if "*" in path + family.child else by_names[family.child, family.parent]
        suggestion = _suggestion(family, path, within)
        if suggestion is not None:
            found.append(suggestion)
    return tuple(found)


def _suggestion(family: Family, path: str, families: Iterable[Family]) -> Suggestion | None:
    devices = number(family.device_count, "device")
    exclusion = Exclusion(
        reason=f"{family.parent} starts {family.child} on {devices}",
        child=family.child,
        parent=family.parent,
        parent_path=path,
    )
    hidden = [(each, finding) for each in families for finding in each.members if _covers(exclusion, finding)]
    if not hidden or not all(_looks_like_software(each) for each, _ in hidden):
        return None
    return Suggestion(
        family=family,
        exclusion=exclusion,
        why=f"seen on {devices}, always from {path}",
        hides=tuple(finding for _, finding in hidden),
    )


def _covers(exclusion: Exclusion, finding: Finding) -> bool:
    evaluation = Evaluation(
        verdict=Verdict.MISMATCH, child=finding.child, parent=finding.parent, reasons=finding.reasons
    )
    return exclusion.covers(finding.event, evaluation)


def _looks_like_software(family: Family) -> bool:
    return (
        family.device_count >= _MANY
        and family.severity not in {Severity.CRITICAL, Severity.INFORMATIONAL}
        and _PLAIN.issuperset(family.reasons)
        and all(map(_is_software, family.members))
    )


def _is_software(finding: Finding) -> bool:
    parent = finding.event.parent
    if parent is None or finding.parent_is_inferred:
        return False
    kinds = {_kind(finding.child, finding.event.process), _kind(finding.parent, parent)}
    return _kind(finding.parent, parent) in _SOFTWARE and kinds <= _HARMLESS_ENDS


def _kind(name: str, process: Process) -> ProgramKind:
    return kind_of(name, directory_of(process.path, name))


def _path_of(family: Family) -> str | None:
    """Return one path pattern for all parents of a family; None where they have none in common."""
    shapes = {_shape_of_path(path) for path in _parent_paths(family)}
    shape = shapes.pop() if len(shapes) == 1 else None
    return shape if shape is not None and shape.endswith("\\" + family.parent) else None


def _parent_paths(family: Family) -> Iterator[str | None]:
    for finding in family.members:
        for variant in finding.variants:
            yield variant.parent_path
        if finding.event.parent is not None:
            yield finding.event.parent.path


def _shape_of_path(path: str | None) -> str | None:
    """Return a full path with a `*` for what differs by user, version or chance; None for anything else."""
    full = directory_of(path, "")
    root = None if full is None else root_of(full)
    if full is None or not root:
        return None
    placed = normalised_directory(full)
    parts = placed.removeprefix(root).split("\\")
    return root + "\\".join(shape_of(part) for part in parts)
