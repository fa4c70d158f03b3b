"""Suggestions: which exclusion would cover a family that looks like software. Nothing is applied by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from parentchild.findings.finding import Finding
from parentchild.hunting.families import Family, shape_of
from parentchild.relations.evaluation import Reason
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.severity import Severity
from parentchild.windows.paths import directory_of, normalised_directory
from parentchild.windows.programs import ProgramKind, kind_of

_MANY: Final = 5  # devices: what is on fewer may be an attack that has begun to spread
_NEVER: Final = frozenset(
    {
        Reason.SPOOFED_PARENT,
        Reason.LOOKALIKE,
        Reason.RENAMED_IMAGE,
        Reason.MISPLACED_IMAGE,
        Reason.MISPLACED_PARENT,
        Reason.SELF_COPY,
        Reason.UNKNOWN_PARENT,
    }
)
_SOFTWARE: Final = frozenset({ProgramKind.PROGRAM_FILES, ProgramKind.INSTALLER_TEMPORARY})


@attrs.frozen(kw_only=True)
class Suggestion:
    """An exclusion that would cover a family, and what it would hide. Look at that before you use it.

    Args:
        family: the family that looks like software.
        exclusion: what would cover it.
        why: why it looks like software, in one sentence.
        hides: the findings that it would cover, all or in part.
    """

    family: Family
    exclusion: Exclusion
    why: str
    hides: tuple[Finding, ...]

    def to_python(self) -> str:
        """Return the exclusion as Python text, ready to be pasted.

        Values are written as literals, so nothing in them is ever run.
        """
        given = {
            "child": self.exclusion.child,
            "parent": self.exclusion.parent,
            "parent_path": self.exclusion.parent_path,
            "signer": self.exclusion.signer,
            "reason": self.exclusion.reason,
        }
        arguments = ", ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
        return f"Exclusion({arguments})"

    def __str__(self) -> str:
        events = sum(finding.occurrences for finding in self.hides)
        return (
            f"{self.to_python()}  # hides {len(self.hides)} findings, {events} events "
            f"on {self.family.device_count} devices: {self.why}"
        )


def suggestions_for(families: Iterable[Family]) -> tuple[Suggestion, ...]:
    """Return a suggestion for each family that looks like software.

    That is one on many devices whose parents lie in Program Files, or are installers' temporary files, or are
    all signed by one signer; never one with a shell or script host at either end, never a critical one, and
    none about places, look-alikes or copies.
    """
    found = (_suggestion(family) for family in families)
    return tuple(each for each in found if each is not None)


def _suggestion(family: Family) -> Suggestion | None:
    if (
        family.device_count < _MANY
        or family.severity in {Severity.CRITICAL, Severity.INFORMATIONAL}
        or not _NEVER.isdisjoint(family.reasons)
        or any(map(_is_dangerous, family.members))
    ):
        return None
    directories = {_parent_directory(finding) for finding in family.members}
    kinds = {kind_of(finding.parent, _parent_directory(finding)) for finding in family.members}
    signers = {finding.event.parent.signer if finding.event.parent else None for finding in family.members}
    if not kinds <= _SOFTWARE or None in directories:
        return None
    path = _common_path(directories - {None}, family.parent)
    if path is None:
        return None
    signer = signers.pop() if len(signers) == 1 else None
    why = f"{family.device_count} devices, started from {path}" + (f", signed by {signer}" if signer else "")
    exclusion = Exclusion(
        child=family.child,
        parent=family.parent,
        parent_path=path,
        reason=f"{family.parent} starts {family.child} on {family.device_count} devices; reviewed by ...",
    )
    return Suggestion(family=family, exclusion=exclusion, why=why, hides=family.members)


def _is_dangerous(finding: Finding) -> bool:
    ends = ((finding.child, finding.event.process), (finding.parent, finding.event.parent))
    kinds = {
        kind_of(name, None if process is None else directory_of(process.path, name)) for name, process in ends
    }
    return not kinds.isdisjoint(
        {
            ProgramKind.SHELL,
            ProgramKind.SCRIPT_HOST,
            ProgramKind.LIVING_OFF_THE_LAND,
            ProgramKind.OFFICE,
            ProgramKind.BROWSER,
            ProgramKind.REMOTE_ADMINISTRATION,
        }
    )


def _parent_directory(finding: Finding) -> str | None:
    parent = finding.event.parent
    return None if parent is None else directory_of(parent.path, finding.parent)


def _common_path(directories: Iterable[str | None], parent: str) -> str | None:
    r"""Return one path pattern for the parents' directories, None where they have no shape in common."""
    shapes = {_shape_of_path(directory) for directory in directories if directory is not None}
    if len(shapes) != 1:
        return None
    return f"{shapes.pop()}\\{parent}"


def _shape_of_path(directory: str) -> str:
    return "\\".join(_component(each) for each in normalised_directory(directory).split("\\"))


def _component(text: str) -> str:
    return text if text.endswith(":") else shape_of(text)
