"""The decision: whether one process creation is as Windows does it. It is made here and nowhere else.

A fact of a creation is a value, absent (the source does not tell it) or unread (nobody has looked yet). The
evaluation answers a verdict with its reasons, or says which facts it still needs: so the prefilter is the same
evaluation with everything but the names unread.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import attrs

from parentchild.events import Process
from parentchild.relations.compiled import (
    Alternative,
    CompiledRelations,
    Launch,
    WatchedChild,
    WatchedParent,
    comparable,
)
from parentchild.relations.conditions import ATTRIBUTES, Condition, Fact, InDirectories
from parentchild.relations.copies import is_harmless_copy
from parentchild.relations.relation import ExpectedImage, ExpectedParents, Relation
from parentchild.relations.severity import Severity
from parentchild.windows.arguments import service_of
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import KERNEL, fold, image_name, is_kernel, is_plain_name
from parentchild.windows.paths import (
    SYSTEM_DRIVES,
    directory_of,
    normalised_directory,
    on_system_drive,
    root_of,
)
from parentchild.windows.placeholders import MissingName, missing_name
from parentchild.windows.programs import DANGEROUS, kind_of
from parentchild.windows.releases import release

_KERNEL_PID: Final = 4
_NO_PIDS: Final = frozenset({None, 0})
_ROOT: Final = "\\"


class Verdict(enum.Enum):
    """What the relations say of one process creation."""

    EXPECTED = "expected"
    """It is as Windows does it."""
    MISMATCH = "mismatch"
    """Windows would not have started the process so."""
    UNKNOWN = "unknown"
    """The process is watched, but the parent's data are missing or unusable."""
    UNWATCHED = "unwatched"
    """No relation says anything about it."""


class Reason(enum.Enum):
    """Why a creation is a finding, the weightiest first."""

    SPOOFED_PARENT = "spoofed-parent"
    """The declared parent is expected, but another process made the call."""
    LOOKALIKE = "lookalike"
    """The child's name is nearly, but not quite, a watched one."""
    RENAMED_IMAGE = "renamed-image"
    """The child has a protected name, but its version resource names another program."""
    UNEXPECTED_PARENT = "unexpected-parent"
    """A watched child has a parent that never starts it."""
    UNEXPECTED_CHILD = "unexpected-child"
    """A watched parent has a child that it never starts."""
    MISPLACED_IMAGE = "misplaced-image"
    """The child's image does not lie where Windows keeps it."""
    MISPLACED_PARENT = "misplaced-parent"
    """The parent's image does not lie where Windows keeps it."""
    UNEXPECTED_ARGUMENTS = "unexpected-arguments"
    """The child lacks the arguments with which Windows always starts it."""
    SELF_COPY = "self-copy"
    """An image was started by itself, and nothing that is known speaks against it."""
    UNKNOWN_PARENT = "unknown-parent"
    """A watched child's parent is unknown; a finding only on request."""


_WEIGHT: Final = {reason: weight for weight, reason in enumerate(Reason)}


class MissingParent(enum.Enum):
    """What is missing when the verdict is unknown."""

    ABSENT = "the source names no parent"
    NAMELESS = "the parent has neither a name nor a pid"
    PID_ONLY = "the parent has a pid but no name, and its start was not seen"
    PLACEHOLDER = "the parent's name is a placeholder"
    SID = "the parent's name is a security identifier"
    NUMBER = "the parent's name is a number"
    CREATOR = "another process than the parent made the call, and it has no name"
    FORGOTTEN = "the parent has a pid but no name, and starts on its device had to be forgotten"
    AMBIGUOUS = "the parent has a pid but no name, and the order of its starts is not certain"
    TOO_OLD = "the parent has a pid but no name, and its only start is more than a day older"


_MISSING: Final = {
    MissingName.PLACEHOLDER: MissingParent.PLACEHOLDER,
    MissingName.SID: MissingParent.SID,
    MissingName.NUMBER: MissingParent.NUMBER,
}


@attrs.frozen(kw_only=True)
class Evaluation:
    """A verdict with its reasons.

    Args:
        verdict: what the relations say, as far as the facts were read.
        child: the child's comparable name, `""` where unknown.
        parent: the parent's comparable name, `""` where unknown.
        reasons: why it is a mismatch, the weightiest first; empty for every other verdict.
        directory: the place that is wrong, as findings are grouped by it; `""` where none is.
        expected: what would have been right for the first reason: names, directories or arguments.
        severity: how much it matters.
        missing: what is missing, where something is.
        relation: the relation that decided, where one did.
        match: the row of it that the pair fits, where it fits one.
        imitates: the watched name that a look-alike imitates.
        needs: facts that were not read and could change this; empty when it is final.
    """

    verdict: Verdict
    child: str
    parent: str
    reasons: tuple[Reason, ...] = ()
    directory: str = ""
    expected: tuple[str, ...] = ()
    severity: Severity = Severity.INFORMATIONAL
    missing: MissingParent | None = None
    relation: Relation | None = None
    match: ExpectedImage | None = None
    imitates: str | None = None
    needs: frozenset[Fact] = frozenset()


class _Fit(enum.Enum):
    """How well an image fits those that a relation expects."""

    YES = enum.auto()
    MISPLACED = enum.auto()
    NO = enum.auto()
    UNDECIDED = enum.auto()
    """That depends on facts that were not read."""


@attrs.frozen
class _Image:
    """A process as the relations see it: its comparable name, the directory it lies in, and itself."""

    name: str
    directory: str | None
    process: Process


_Wrong = tuple[Reason, Severity, Relation, tuple[str, ...]]
"""One thing that is wrong: the reason, how much it matters, by which relation, and what was expected."""


def name_of(process: Process) -> str:
    """Return a process's comparable name; where it has no name, that of its path; else `""`."""
    name = image_name(process.name) if process.name is not None else ""
    return name or (image_name(process.path) if process.path is not None else "")


def is_nameless(process: Process) -> bool:
    """Tell whether nothing in a process says which image it is: no name, no path, or a placeholder."""
    if process.path and image_name(process.path) and missing_name(process.path) is None:
        return False
    return not process.name or not image_name(process.name) or missing_name(process.name) is not None


def evaluate(
    relations: CompiledRelations,
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    windows: str | None = None,
    system_drives: frozenset[str] = SYSTEM_DRIVES,
    unread: frozenset[Fact] = frozenset(),
) -> Evaluation:
    """Evaluate one process creation.

    Args:
        relations: what is expected.
        child: the new process.
        parent: the parent that the operating system declares, None where unknown.
        creator: who made the call, where the source tells it apart from the parent.
        windows: the release it runs on; None accepts what any release does.
        system_drives: the drives on which Windows may lie, such as `c:`.
        unread: facts that nobody has looked at; their values in the processes do not count.

    Cost: a few microseconds; linear in the length of names, paths and command lines.

    Raises:
        InvalidArgument: the release is not known.
    """
    if windows is not None:
        release(windows)  # refuse it here, not only where a row happens to depend on it
    return _Creation(relations, child, parent, creator, windows, system_drives, unread).evaluation()


class _Creation:
    """One creation under evaluation: its facts, what is wrong with it, and which facts are still needed."""

    __slots__ = (
        "_child",
        "_creator",
        "_drives",
        "_missing",
        "_needs",
        "_parent",
        "_relations",
        "_release",
        "_unread",
        "_wrong",
    )

    def __init__(
        self,
        relations: CompiledRelations,
        child: Process,
        parent: Process | None,
        creator: Process | None,
        windows: str | None,
        system_drives: frozenset[str],
        unread: frozenset[Fact],
    ) -> None:
        self._relations = relations
        self._release = windows
        self._drives = system_drives
        self._unread = unread
        self._needs: set[Fact] = set()
        self._wrong: list[_Wrong] = []
        self._child = self._image(child)
        self._parent, self._missing = self._known(parent)
        self._creator = creator

    def evaluation(self) -> Evaluation:
        relations, child = self._relations, self._child
        parent = self._parent
        watched = relations.children.get(child.name)
        if watched is not None and not self._holds_on_release(watched.release):
            watched = None
        relation: Relation | None = None
        match: ExpectedImage | None = None
        if watched is not None:
            relation = watched.relation
            if parent is not None:
                match = self._check_parent(watched, parent)
        elif parent is not None and child.name:
            relation, match = self._check_child(parent)
        if self._creator is not None:
            self._check_creator(watched)
        launches = relations.launches.get(child.name, ())
        for launch in launches:
            if self._holds_on_release(launch.release):
                relation = relation or launch.relation
                self._check_launch(launch, match)
        imitates = None
        if watched is None and match is None and not launches:  # nobody calls it by that name
            imitates = imitated(child.name, relations.protected_names)
            if imitates is not None:
                relation = relations.expected_parents[imitates]
                severity = max(relation.severity, Severity.HIGH)
                self._wrong.append((Reason.LOOKALIKE, severity, relation, (imitates,)))
        return self._evaluation(watched, relation, match, imitates)

    def _evaluation(
        self,
        watched: WatchedChild | None,
        relation: Relation | None,
        match: ExpectedImage | None,
        imitates: str | None,
    ) -> Evaluation:
        child, parent = self._child, self._parent
        wrong = sorted(self._call_copy_harmless(), key=lambda each: _WEIGHT[each[0]])
        missing = self._missing if parent is None and (watched is not None or wrong) else None
        if self._missing is MissingParent.CREATOR and watched is not None:
            missing = MissingParent.CREATOR
        expected: tuple[str, ...] = ()
        severity = Severity.INFORMATIONAL
        if wrong:
            verdict = Verdict.MISMATCH
            _, _, relation, expected = wrong[0]
            severity = max(each[1] for each in wrong)
        elif missing is not None:
            verdict = Verdict.UNKNOWN
            expected = watched.relation.names if watched is not None else ()
        else:
            verdict = Verdict.UNWATCHED if relation is None else Verdict.EXPECTED
        return Evaluation(
            verdict=verdict,
            child=child.name,
            parent="" if parent is None else parent.name,
            reasons=tuple(dict.fromkeys([each[0] for each in wrong])),
            directory=self._wrong_directory(wrong) if wrong else "",
            expected=expected,
            severity=severity,
            missing=missing if missing is not None else self._missing if parent is None else None,
            relation=relation,
            match=match,
            imitates=imitates,
            needs=frozenset(self._needs),
        )

    # facts --------------------------------------------------------------------------------------------

    def _image(self, process: Process) -> _Image:
        name = name_of(process)
        own = directory_of(process.name, name)  # a name that is a path says where it lies
        if own is None or own == _ROOT:  # a lone backslash before a name says little: the path goes first
            own = directory_of(process.path or process.name, name)
        return _Image(name, None if own is None else on_system_drive(own, self._drives), process)

    def _known(self, process: Process | None) -> tuple[_Image | None, MissingParent | None]:
        """Return a starter's image, or what keeps it unknown."""
        if process is None:
            return None, MissingParent.ABSENT
        image = self._image(process)
        raw = process.name or process.path or ""
        missing = missing_name(raw, image.directory)
        if missing is MissingName.PLACEHOLDER and process.path and raw is process.name:
            return self._known(attrs.evolve(process, name=None))  # the path beside it may tell more
        if missing is None and (image.name or image.directory is not None):
            if not is_plain_name(raw):  # another file than the one that it resembles
                return _Image(fold(raw.strip()) or image.name, image.directory, process), None
            return (self._kernel(image) if is_kernel(image.name) else image), None
        if process.pid == _KERNEL_PID:
            return _Image(KERNEL, None, process), None
        if not image.name and missing in {None, MissingName.PLACEHOLDER}:
            return None, MissingParent.NAMELESS if process.pid in _NO_PIDS else MissingParent.PID_ONLY
        if missing is MissingName.PLACEHOLDER and not raw.strip():
            return None, MissingParent.NAMELESS if process.pid in _NO_PIDS else MissingParent.PID_ONLY
        return None, _MISSING[missing] if missing is not None else MissingParent.NAMELESS

    def _kernel(self, image: _Image) -> _Image:
        """Return the kernel under its one name; a sensor may log `System` beside the path of its file."""
        path = image.process.path
        file = "" if path is None else image_name(path)
        if not is_kernel(file):
            return _Image(KERNEL, image.directory, image.process)
        directory = directory_of(path, file)
        placed = None if directory is None else on_system_drive(directory, self._drives)
        return _Image(KERNEL, placed, image.process)

    def _value(self, fact: Fact) -> str | None:
        if fact is Fact.CHILD_PATH:
            return self._child.directory
        if fact is Fact.RELEASE:
            return self._release
        parent = self._parent
        if fact is Fact.PARENT_PATH:
            return None if parent is None else parent.directory
        attribute, of_child = ATTRIBUTES[fact]
        process = self._child.process if of_child else None if parent is None else parent.process
        value: str | None = None if process is None else getattr(process, attribute)
        return value or None

    def _truth(self, condition: Condition, *, absent_fails: bool, needs: set[Fact]) -> bool | None:
        """Tell whether a condition holds; None, and the fact noted, where it was not read."""
        if condition.fact in self._unread:
            needs.add(condition.fact)
            return None
        value = self._value(condition.fact)
        if value is None:
            return condition.holds_when_absent and not absent_fails
        return condition.holds(value)

    def _holds_on_release(self, condition: Condition) -> bool:
        return self._release is None or condition.holds(self._release)

    # the pair -----------------------------------------------------------------------------------------

    def _fit(self, alternatives: Iterable[Alternative]) -> tuple[_Fit, Alternative | None]:
        """Return how well the image at the other end fits; needed facts are noted only if they decide."""
        best, found = _Fit.NO, None
        needs: set[Fact] = set()
        for each in alternatives:
            if each.is_local:
                return _Fit.YES, each
            truth: bool | None = True
            for condition in each.conditions:
                holds = self._truth(condition, absent_fails=each.is_copy, needs=needs)
                if holds is False:
                    truth = False
                    break
                truth = truth if holds else None
            if truth is False:
                continue
            there: bool | None = True
            if each.place is not None:
                there = self._truth(each.place, absent_fails=each.is_copy, needs=needs)
            if truth is None or there is None:
                best = _Fit.UNDECIDED if best is not _Fit.YES else best
            elif there:
                return _Fit.YES, each
            elif best is _Fit.NO and not each.is_copy:
                best, found = _Fit.MISPLACED, each
        if best is _Fit.UNDECIDED:
            self._needs |= needs
        return best, found

    def _check_parent(self, watched: WatchedChild, parent: _Image) -> ExpectedImage | None:
        relation = watched.relation
        fit, found = self._fit(watched.by_parent.get(parent.name, ()))
        if fit is _Fit.UNDECIDED:
            return None
        if fit is _Fit.NO:
            others = tuple(name for name in relation.names if comparable(name) != parent.name)
            self._wrong.append((Reason.UNEXPECTED_PARENT, relation.severity, relation, others))
        place = None if found is None else found.place
        if fit is _Fit.MISPLACED and place is not None:
            self._misplaced_parent(parent, place, relation)
        if place is None:
            self._check_own_place(parent, relation)
        return found.image if fit is _Fit.YES and found is not None else None

    def _check_own_place(self, parent: _Image, relation: ExpectedParents) -> None:
        """Check a parent that is itself watched for lying where Windows keeps it."""
        for launch in self._relations.launches.get(parent.name, ()):
            if launch.place is None or not self._holds_on_release(launch.release):
                continue
            if Fact.PARENT_PATH in self._unread:
                self._needs.add(Fact.PARENT_PATH)
            elif parent.directory is not None and not launch.place.holds(parent.directory):
                self._misplaced_parent(parent, launch.place, relation)
                return

    def _misplaced_parent(self, parent: _Image, place: Condition, relation: ExpectedParents) -> None:
        severity = _severity_of_place(relation.severity, parent.directory, place)
        self._wrong.append((Reason.MISPLACED_PARENT, severity, relation, _directories(place)))

    def _check_child(self, parent: _Image) -> tuple[Relation | None, ExpectedImage | None]:
        """Check a child that no relation is about against what its parent starts."""
        relation: Relation | None = None
        match: ExpectedImage | None = None
        for watched in self._relations.parents.get(parent.name, ()):
            if not self._holds_on_release(watched.release) or not self._is_service(watched, parent):
                continue
            severity = self._unexpected_child(watched, parent)
            if severity is not None:
                names = watched.relation.names
                self._wrong.append((Reason.UNEXPECTED_CHILD, severity, watched.relation, names))
                return watched.relation, None
            listed = watched.by_child.get(self._child.name, ())
            if listed or not watched.relation.is_open:  # of what else it starts an open relation says nothing
                relation = watched.relation
            match = match or (listed[0].image if listed else None)
        return relation, match

    def _is_service(self, watched: WatchedParent, parent: _Image) -> bool:
        services = watched.relation.services
        if not services:
            return True
        if Fact.PARENT_COMMAND_LINE in self._unread:
            self._needs.add(Fact.PARENT_COMMAND_LINE)
            return False
        line = parent.process.command_line
        return line is not None and service_of(line)[1] in services

    def _unexpected_child(self, watched: WatchedParent, parent: _Image) -> Severity | None:
        """Return how much it matters that a parent started this child; None where it may, or is undecided."""
        fit, _ = self._fit(watched.by_child.get(self._child.name, ()))
        if fit in {_Fit.YES, _Fit.UNDECIDED}:
            return None
        relation = watched.relation
        if relation.is_open and fit is _Fit.NO and Fact.CHILD_PATH in self._unread:
            self._needs.add(Fact.CHILD_PATH)
            return None
        kind = kind_of(self._child.name, self._child.directory)
        if relation.is_open and fit is _Fit.NO:
            here = self._child.directory
            refused = watched.refused is not None and here is not None and watched.refused.holds(here)
            if kind not in relation.refused_kinds and not refused:
                return None
        return max(relation.severity, Severity.HIGH) if kind in DANGEROUS else relation.severity

    # the creator --------------------------------------------------------------------------------------

    def _check_creator(self, watched: WatchedChild | None) -> None:
        """Evaluate the process that made the call as if it were the parent; some may call for others."""
        creator, parent = self._creator, self._parent
        if creator is None or any(each[0] is Reason.UNEXPECTED_PARENT for each in self._wrong):
            return
        if parent is None or _same_process(parent.process, creator):
            return
        image, missing = self._known(creator)
        if image is None:
            if watched is not None:
                self._missing = MissingParent.CREATOR if missing is not None else None
            return
        declared, self._parent = self._parent, image  # the conditions are about the caller now
        try:
            wrong = self._wrong_caller(watched, image)
        finally:
            self._parent = declared
        if wrong is not None:
            self._wrong.append(wrong)

    def _wrong_caller(self, watched: WatchedChild | None, caller: _Image) -> _Wrong | None:
        if watched is not None:
            relation = watched.relation
            allowed = (
                *watched.by_parent.get(caller.name, ()),
                *watched.by_creator.get(caller.name, ()),
            )
            fit, _ = self._fit(each for each in allowed if not each.is_local)
            if fit is _Fit.YES and not self._is_out_of_place(caller):
                return None
            severity = max(relation.severity, Severity.HIGH)
            return Reason.SPOOFED_PARENT, severity, relation, relation.names
        for each in self._relations.parents.get(caller.name, ()):
            if self._holds_on_release(each.release) and self._is_service(each, caller):
                found = self._unexpected_child(each, caller)
                if found is not None:
                    severity = max(found, Severity.HIGH)
                    return Reason.SPOOFED_PARENT, severity, each.relation, each.relation.names
        return None

    def _is_out_of_place(self, image: _Image) -> bool:
        return image.directory is not None and any(
            launch.place is not None and not launch.place.holds(image.directory)
            for launch in self._relations.launches.get(image.name, ())
        )

    # the image ----------------------------------------------------------------------------------------

    def _check_launch(self, launch: Launch, match: ExpectedImage | None) -> None:
        """Check from where, and with which arguments, the child was started."""
        severity = launch.relation.severity
        place, arguments = launch.place, launch.arguments
        if place is not None and self._truth(place, absent_fails=False, needs=self._needs) is False:
            weight = _severity_of_place(severity, self._child.directory, place)
            self._wrong.append((Reason.MISPLACED_IMAGE, weight, launch.relation, _directories(place)))
        own_name = launch.own_name
        if own_name is not None and self._truth(own_name, absent_fails=False, needs=self._needs) is False:
            weight = max(severity, Severity.HIGH)
            self._wrong.append((Reason.RENAMED_IMAGE, weight, launch.relation, (launch.name,)))
        if arguments is None or (match is not None and match.excuses_arguments):
            return
        if self._truth(arguments, absent_fails=False, needs=self._needs) is False:
            self._wrong.append((Reason.UNEXPECTED_ARGUMENTS, severity, launch.relation, arguments.patterns))

    def _call_copy_harmless(self) -> list[_Wrong]:
        """Return what is wrong; of a harmless copy, that it is one takes the place of the unexpected pair."""
        child, parent = self._child, self._parent
        if parent is None or parent.name != child.name or not self._wrong:
            return self._wrong
        if any(each[0] not in _OF_A_COPY for each in self._wrong):
            return self._wrong
        if not is_harmless_copy(child.name, child.process, parent.process, child.directory, parent.directory):
            return self._wrong
        _, _, relation, expected = self._wrong[0]
        return [(Reason.SELF_COPY, Severity.INFORMATIONAL, relation, expected)]

    def _wrong_directory(self, wrong: list[_Wrong]) -> str:
        """Return the directory by which findings are grouped: the child's if that is wrong, or the parent's."""
        reasons = {each[0] for each in wrong}
        if Reason.MISPLACED_IMAGE in reasons:
            return normalised_directory(self._child.directory or "")
        if Reason.MISPLACED_PARENT in reasons and self._parent is not None:
            return normalised_directory(self._parent.directory or "")
        return ""


_OF_A_COPY: Final = frozenset({Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD})


def _severity_of_place(severity: Severity, directory: str | None, place: Condition) -> Severity:
    """Return how much a wrong place matters: medium where only the drive differs, since Windows may be on it."""
    root = None if directory is None else root_of(directory)
    if directory is None or not root:
        return severity
    return min(severity, Severity.MEDIUM) if place.holds(f"c:{directory[len(root) :]}") else severity


def _directories(place: Condition) -> tuple[str, ...]:
    return place.directories if isinstance(place, InDirectories) else ()


def _same_process(parent: Process, creator: Process) -> bool:
    if parent.guid is not None and creator.guid is not None:
        return parent.guid == creator.guid
    if parent.pid not in _NO_PIDS and creator.pid not in _NO_PIDS:
        return parent.pid == creator.pid
    return name_of(parent) == name_of(creator)
