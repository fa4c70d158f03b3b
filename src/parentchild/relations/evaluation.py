"""The evaluation: pure functions from relations and an event to a verdict with its reasons."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

import attrs

from parentchild.events import Process
from parentchild.relations.relation import (
    HOME,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Relation,
    RelationTable,
)
from parentchild.relations.severity import Severity
from parentchild.windows.integrity import integrity_level
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import KERNEL, fold, image_name, is_kernel
from parentchild.windows.paths import directory_of, is_in
from parentchild.windows.releases import holds, release

_KERNEL_PID = 4
_NO_PIDS = frozenset({None, 0})
_ROOT = "\\"
_PLACEHOLDERS = frozenset({"-", "?", "<unknown process>", "&lt;unknown process&gt;"})
_SID = re.compile(r"s-1(?:-\d{1,20}){1,16}")


class Verdict(enum.Enum):
    """What the relations say of one process creation."""

    EXPECTED = "expected"
    """The parent is one that Windows would have used."""
    MISMATCH = "mismatch"
    """Windows would not have started the process so."""
    UNKNOWN = "unknown"
    """The process is watched, but the parent's data are missing or unusable."""
    UNWATCHED = "unwatched"
    """No relation says anything about it."""


class Reason(enum.Enum):
    """Why a creation is a finding, the weightiest reason first."""

    SPOOFED_PARENT = "spoofed-parent"
    """The declared parent is expected, but another process made the call."""
    LOOKALIKE = "lookalike"
    """The child's name is nearly, but not quite, a watched one."""
    RENAMED_IMAGE = "renamed-image"
    """The child has a watched name, but its version resource names another program."""
    MISPLACED_IMAGE = "misplaced-image"
    """The child has a watched name but lies in the wrong directory."""
    MISPLACED_PARENT = "misplaced-parent"
    """The parent has an expected name but lies in the wrong directory."""
    UNEXPECTED_PARENT = "unexpected-parent"
    """A watched child has a parent that never starts it."""
    UNEXPECTED_CHILD = "unexpected-child"
    """A watched parent has a child that it never starts."""
    UNEXPECTED_ARGUMENTS = "unexpected-arguments"
    """The child lacks the arguments with which Windows always starts it."""
    SELF_COPY = "self-copy"
    """The child is a copy of its parent, and nothing else speaks against it."""
    UNKNOWN_PARENT = "unknown-parent"
    """A watched child's parent is unknown; a finding only on request."""


class MissingParent(enum.Enum):
    """What is missing when the verdict is unknown."""

    ABSENT = "the source names no parent"
    NAMELESS = "the parent has neither a name nor a pid"
    PID_ONLY = "the parent has a pid but no name"
    PLACEHOLDER = "the parent's name is a placeholder"
    SID = "the parent's name is a security identifier"
    NUMBER = "the parent's name is a number"
    FORGOTTEN = "the parent's start was seen, but forgotten since for want of room"
    AMBIGUOUS = "several starts fit the parent's pid: the order of arrival contradicts their times"
    TOO_OLD = "the only start seen with the parent's pid is more than a day older"
    CREATOR = "the process that made the call is another than the parent, and has no name"


@attrs.frozen(kw_only=True)
class Evaluation:
    """A verdict with its reasons.

    Args:
        verdict: what the relations say.
        child: the child's comparable name, `""` where unknown.
        parent: the parent's comparable name, `""` where unknown.
        reasons: why it is a mismatch; empty for every other verdict.
        directory: where a place is wrong, that directory, normalised; else `""`.
        expected: what would have been right for the first reason: names or directories.
        missing: what is missing, where something is.
        relation: the relation that decided, where one did.
        imitates: the watched name that a look-alike imitates.
        severity: how much it matters.
    """

    verdict: Verdict
    child: str
    parent: str
    reasons: tuple[Reason, ...] = ()
    directory: str = ""
    expected: tuple[str, ...] = ()
    missing: MissingParent | None = None
    relation: Relation | None = None
    imitates: str | None = None
    severity: Severity = Severity.INFORMATIONAL


class _Fit(enum.Enum):
    """How well an image fits those that a relation expects."""

    ALLOWED = enum.auto()
    """The user allowed the pair by name; nothing else about it is asked."""
    YES = enum.auto()
    MISPLACED = enum.auto()
    NO = enum.auto()


_BEST_FIRST = tuple(_Fit)


@attrs.frozen
class _Image:
    """A process as the relations see it: its comparable name, the directory it lies in, and itself."""

    name: str
    directory: str | None
    process: Process

    @classmethod
    def of(cls, process: Process) -> _Image:
        name = name_of(process)
        own = directory_of(process.name, name)  # a name that is a path says where it lies
        if own is None or own == _ROOT:  # a lone backslash before a name says little: the path goes first
            own = directory_of(process.path or process.name, name)
        return cls(name, own, process)


def name_of(process: Process) -> str:
    """Return a process's comparable name; where it has no name, that of its path; else `""`."""
    name = image_name(process.name) if process.name is not None else ""
    return name or (image_name(process.path) if process.path is not None else "")


def missing_name(parent: Process | None) -> MissingParent | None:
    """Return why a parent's name is unusable; None where it is usable."""
    return _known_parent(parent)[1]


def evaluate(
    table: RelationTable,
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    windows: str | None = None,
) -> Evaluation:
    """Judge one process creation (stand-in)."""
    found = _evaluated(table, child, parent, creator, windows=windows)
    if not found.reasons:
        return found
    directory = ""
    if Reason.MISPLACED_IMAGE in found.reasons:
        directory = _Image.of(child).directory or ""
    elif Reason.MISPLACED_PARENT in found.reasons and parent is not None:
        directory = _Image.of(parent).directory or ""
    severity = Severity.MEDIUM if found.relation is None else found.relation.severity
    if {Reason.SPOOFED_PARENT, Reason.LOOKALIKE} & set(found.reasons):
        severity = max(severity, Severity.HIGH)
    expected = expected_names(found, found.reasons[0])
    return attrs.evolve(found, directory=directory, expected=expected, severity=severity)


def _evaluated(
    table: RelationTable,
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    windows: str | None = None,
) -> Evaluation:
    """Judge one process creation.

    Args:
        table: the relations to judge by.
        child: the new process.
        parent: the parent that the operating system declares, None where unknown.
        creator: who made the call, where the source tells it apart from the parent.
        windows: the release it runs on; None accepts what any release does.

    Cost: a few microseconds; linear in the length of names, paths and command lines.

    Raises:
        InvalidArgument: the release is not known.
    """
    if windows is not None:
        release(windows)  # refuse it here, not only where a row happens to depend on it
    image = _Image.of(child)
    origin, missing = _known_parent(parent)
    relation = table.parents.get(image.name)
    if relation is not None:
        return _judge_watched(relation, table, image, origin, missing, creator, windows)
    parent_name = origin.name if origin is not None else ""
    listed = table.children.get(parent_name)
    if listed is not None and origin is not None and image.name and holds(listed.windows, windows):
        fit = _best_fit(listed.children, image, origin, image, windows)
        if fit not in {_Fit.ALLOWED, _Fit.YES}:
            return Evaluation(
                verdict=Verdict.MISMATCH,
                child=image.name,
                parent=parent_name,
                reasons=(Reason.UNEXPECTED_CHILD,),
                relation=listed,
            )
        return Evaluation(verdict=Verdict.EXPECTED, child=image.name, parent=parent_name, relation=listed)
    imitates = imitated(image.name, table.protected_names)
    if imitates is None:
        return Evaluation(verdict=Verdict.UNWATCHED, child=image.name, parent=parent_name, missing=missing)
    return Evaluation(
        verdict=Verdict.MISMATCH,
        child=image.name,
        parent=parent_name,
        reasons=(Reason.LOOKALIKE,),
        missing=missing,
        relation=table.parents[imitates],
        imitates=imitates,
    )


def _judge_watched(
    relation: ExpectedParents,
    table: RelationTable,
    child: _Image,
    parent: _Image | None,
    missing: MissingParent | None,
    creator: Process | None,
    windows: str | None,
) -> Evaluation:
    reasons: list[Reason] = []
    if parent is not None:
        fit = _best_fit(relation.parents, parent, parent, child, windows)
        reason = None
        if fit is not _Fit.ALLOWED:
            reason = _parent_reason(relation, table, parent, fit, windows)
            if reason is None and creator is not None and not _same_process(parent.process, creator):
                reason, missing = _creator_reason(relation, table, child, creator, windows)
        if reason is not None:
            reasons.append(reason)
    if _is_misplaced(table, child):
        reasons.append(Reason.MISPLACED_IMAGE)
    verdict = Verdict.MISMATCH if reasons else Verdict.UNKNOWN if missing else Verdict.EXPECTED
    return Evaluation(
        verdict=verdict,
        child=child.name,
        parent=parent.name if parent is not None else "",
        reasons=tuple(reasons),
        missing=missing,
        relation=relation,
    )


def _known_parent(parent: Process | None) -> tuple[_Image | None, MissingParent | None]:
    """Return the parent's image, or what keeps it unknown."""
    if parent is None:
        return None, MissingParent.ABSENT
    image = _Image.of(parent)
    missing = _missing_in(image)
    if missing is None:
        return (_kernel(image) if is_kernel(image.name) else image), None
    if parent.pid == _KERNEL_PID:
        return _Image(KERNEL, None, parent), None
    return None, missing


def _kernel(image: _Image) -> _Image:
    """Return the kernel under its one name; a sensor may log `System` beside the path of its file."""
    path = image.process.path
    file = "" if path is None else image_name(path)
    directory = directory_of(path, file) if is_kernel(file) else image.directory
    return _Image(KERNEL, directory, image.process)


def _missing_in(image: _Image) -> MissingParent | None:
    """Return why a name is unusable; with a directory it names a file, however odd: attackers choose it."""
    raw = fold((image.process.name or "").strip())
    if raw in _PLACEHOLDERS and image.directory is None:
        return MissingParent.PLACEHOLDER
    if not image.name:
        return MissingParent.NAMELESS if image.process.pid in _NO_PIDS else MissingParent.PID_ONLY
    if image.directory is not None:
        return None
    if _SID.fullmatch(image.name):
        return MissingParent.SID
    return MissingParent.NUMBER if image.name.isdigit() else None


def _parent_reason(
    relation: ExpectedParents, table: RelationTable, parent: _Image, fit: _Fit, windows: str | None
) -> Reason | None:
    if fit is _Fit.NO or not holds(relation.windows, windows):
        return Reason.UNEXPECTED_PARENT
    if fit is _Fit.MISPLACED or (_is_misplaced(table, parent) and not _places(relation.parents, parent.name)):
        return Reason.MISPLACED_PARENT
    return None


def _creator_reason(
    relation: ExpectedParents, table: RelationTable, child: _Image, creator: Process, windows: str | None
) -> tuple[Reason | None, MissingParent | None]:
    """Judge the process that made the call as if it were the parent; some may call on behalf of others."""
    image, missing = _known_parent(creator)
    if image is None or missing is not None:
        return None, MissingParent.CREATOR
    allowed = (each for each in (*relation.parents, *relation.creators) if each.pack != HOME)
    fits = _best_fit(allowed, image, image, child, windows) is _Fit.YES
    return (None, None) if fits and not _is_misplaced(table, image) else (Reason.SPOOFED_PARENT, None)


def _best_fit(
    expected: Iterable[ExpectedImage], candidate: _Image, parent: _Image, child: _Image, windows: str | None
) -> _Fit:
    """Return how well `candidate`, one end of the pair, fits the images that a relation expects there."""
    best = _Fit.NO
    for image in expected:
        if _names(image, candidate.name):
            fit = _fit(image, candidate, parent, child, windows)
            if fit is _Fit.ALLOWED:
                return fit
            best = min(best, fit, key=_BEST_FIRST.index)
    return best


def _fit(image: ExpectedImage, candidate: _Image, parent: _Image, child: _Image, windows: str | None) -> _Fit:
    if image.pack == HOME:
        return _Fit.ALLOWED
    counterpart = parent if candidate is child else child
    own_parent = parent.name == child.name
    meets_conditions = (
        holds(image.windows, windows)
        and _contains(child.process.command_line, image.command_line)
        and _contains(parent.process.command_line, image.parent_command_line)
        and _agrees(candidate.process.signer, image.signer, must_know=own_parent)
        and _agrees(_level(child.process.integrity), _level(image.integrity), must_know=own_parent)
        and _lies_in(counterpart.directory, image.counterpart_directories, must_know=own_parent)
    )
    if not meets_conditions:
        return _Fit.NO
    if _lies_in(candidate.directory, image.directories, must_know=own_parent):
        return _Fit.YES
    return _Fit.NO if own_parent else _Fit.MISPLACED


def _contains(text: str | None, wanted: tuple[str, ...]) -> bool:
    if not wanted:
        return True
    return text is not None and all(fold(each) in fold(text) for each in wanted)


def _agrees(actual: str | None, wanted: str | None, *, must_know: bool) -> bool:
    if wanted is None:
        return True
    return not must_know if actual is None else fold(actual) == fold(wanted)


def _level(integrity: str | None) -> str | None:
    """Return an integrity level by its name: event logs write a label's identifier, some sensors a number."""
    return None if integrity is None else integrity_level(integrity)


def _lies_in(directory: str | None, wanted: tuple[str, ...], *, must_know: bool) -> bool:
    if not wanted:
        return True
    return not must_know if directory is None else is_in(directory, wanted)


def _is_misplaced(table: RelationTable, image: _Image) -> bool:
    """Tell whether an image that is itself watched lies elsewhere than Windows keeps it."""
    own = table.parents.get(image.name)
    if own is None or not own.directories or image.directory is None:
        return False
    return not is_in(image.directory, own.directories)


def _places(expected: Iterable[ExpectedImage], name: str) -> bool:
    """Tell whether a relation itself says where the image of that name must lie."""
    return any(image.name == name and image.directories for image in expected)


def _same_process(parent: Process, creator: Process) -> bool:
    if parent.guid is not None and creator.guid is not None:
        return parent.guid == creator.guid
    if parent.pid not in _NO_PIDS and creator.pid not in _NO_PIDS:
        return parent.pid == creator.pid
    return name_of(parent) == name_of(creator)


def expected_names(evaluation: Evaluation, reason: Reason) -> tuple[str, ...]:
    """Return what would have been right instead: names, or for a misplaced image the directories."""
    relation = evaluation.relation
    if reason is Reason.LOOKALIKE:
        return () if evaluation.imitates is None else (evaluation.imitates,)
    if reason is Reason.MISPLACED_IMAGE and isinstance(relation, ExpectedParents):
        return relation.directories
    if reason is Reason.UNEXPECTED_PARENT and isinstance(relation, ExpectedParents):
        return tuple(name for name in relation.names if name != evaluation.parent)  # its conditions failed
    if isinstance(relation, ExpectedParents | ExpectedChildren):
        return relation.names
    return ()


def is_settled_by_names(
    table: RelationTable, evaluation: Evaluation, child: Process, parent: Process
) -> bool:
    """Tell whether an EXPECTED evaluation from names alone holds whatever else is known of the two."""
    relation = evaluation.relation
    if isinstance(relation, ExpectedParents):
        rows = [row for row in relation.parents if _names(row, evaluation.parent)]
        by_child = bool(relation.directories) or any(row.counterpart_directories for row in rows)
        by_parent = any(row.directories for row in rows)
    elif isinstance(relation, ExpectedChildren):
        rows = [row for row in relation.children if row.name == evaluation.child]
        by_child = any(row.directories for row in rows)
        by_parent = any(row.counterpart_directories for row in rows)
    else:
        return False
    own = table.parents.get(evaluation.parent)
    by_parent = by_parent or (own is not None and bool(own.directories))
    if any(row.signer or row.integrity or row.command_line or row.parent_command_line for row in rows):
        return False
    return (not by_child or _Image.of(child).directory is not None) and (
        not by_parent or _Image.of(parent).directory is not None
    )


def _names(row: ExpectedImage, name: str) -> bool:
    return row.name == name or (name == KERNEL and is_kernel(row.name))
