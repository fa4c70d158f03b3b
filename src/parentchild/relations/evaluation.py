"""The decision: whether one process creation is as Windows does it. It is made here and nowhere else.

A fact of a creation is a value, absent (the source does not tell it) or unread (nobody has looked yet).
The evaluation answers a verdict with its reasons, or says which facts it still needs: so the prefilter is
the same evaluation with everything but the names unread.

It goes in five steps. The pair: does the child's relation expect the parent, or the parent's relation the
child, and do both lie where they belong? The creator: would the process that made the call be expected? The
launch: does the child lie where Windows keeps it, with its arguments, under its own name? The name: does a
child that no relation knows imitate one? Last, of an image that started itself: is the copy harmless?
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

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
from parentchild.relations.conditions import Condition, Fact, InDirectories, OnRelease
from parentchild.relations.copies import is_harmless_copy
from parentchild.relations.facts import Facts
from parentchild.relations.images import (
    Image,
    MissingParent,
    image_of,
    is_nameless,
    is_same_process,
    name_of,
    starter_of,
)
from parentchild.relations.relation import ExpectedImage, Relation, images_of
from parentchild.relations.severity import Severity
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import KERNEL
from parentchild.windows.paths import SYSTEM_DRIVES, normalised_directory, root_of
from parentchild.windows.programs import DANGEROUS, kind_of
from parentchild.windows.releases import release

__all__ = ["Evaluation", "MissingParent", "Reason", "Verdict", "evaluate", "is_nameless", "name_of"]


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
    """An image was started by itself, and nothing that is known of the two differs."""
    UNKNOWN_PARENT = "unknown-parent"
    """A watched child's parent is unknown; a finding only on request."""

    __hash__ = object.__hash__  # members are single, and Enum's own hash is a call of Python a look-up


_WEIGHT: Final = {reason: weight for weight, reason in enumerate(Reason)}
_ALONE: Final = {reason: (reason,) for reason in Reason}  # findings share them, so that each holds less


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


class _Wrong(NamedTuple):
    """One thing that is wrong."""

    reason: Reason
    severity: Severity
    relation: Relation
    expected: tuple[str, ...]


_Pair = tuple[Relation | None, ExpectedImage | None]
_NO_FACTS: Final[frozenset[Fact]] = frozenset()
_YES, _MISPLACED, _NO, _UNDECIDED = _Fit
_CHILD_PATH, _PARENT_PATH = Fact.CHILD_PATH, Fact.PARENT_PATH
# Before Python 3.12, to name a member of an enumeration by its class is a call.
_EXPECTED, _MISMATCH, _UNKNOWN, _UNWATCHED = Verdict
_MISPLACED_IMAGE, _MISPLACED_PARENT = Reason.MISPLACED_IMAGE, Reason.MISPLACED_PARENT
_INFORMATIONAL, _MEDIUM, _HIGH = Severity.INFORMATIONAL, Severity.MEDIUM, Severity.HIGH


def evaluate(
    relations: CompiledRelations,
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    windows: str | None = None,
    system_drives: frozenset[str] = SYSTEM_DRIVES,
    unread: frozenset[Fact] = _NO_FACTS,
    has_started: bool = False,
) -> Evaluation:
    """Evaluate one process creation.

    Args:
        relations: what is expected.
        child: the new process.
        parent: the parent that the operating system declares, None where unknown.
        creator: who made the call, where the source tells it apart from the parent.
        windows: the release it runs on; None accepts what any release does.
        system_drives: the drives on which Windows may lie, such as `c:`.
        unread: facts that nobody has looked at; their values in the processes do not count. What is unread
            of the parent is unread of the creator. Names are always read, and so is a path that names.
        has_started: whether the new process started another than a crash reporter: then it is no harmless
            copy of its parent.

    Cost: a few microseconds; linear in the length of names, paths and command lines.

    Raises:
        InvalidArgument: the release is not known.
    """
    if windows is not None:
        release(windows)  # refuse it here, not only where a row happens to depend on it
    image = image_of(child, system_drives)
    starter = starter_of(parent, system_drives)
    missing = starter if isinstance(starter, MissingParent) else None
    known = None if isinstance(starter, MissingParent) else starter
    facts = Facts(image, known, windows, unread, set())
    wrong: list[_Wrong] = []
    watched = relations.children.get(image.name)
    if watched is not None and not _holds(watched.release, windows):
        watched = None
    relation, match = _check_pair(relations, watched, facts, wrong)
    if creator is not None:
        missing = _check_creator(relations, watched, facts, parent, creator, system_drives, wrong) or missing
    for launch in relations.launches.get(image.name, ()):
        if _holds(launch.release, windows):
            relation = relation or launch.relation
            _check_launch(launch, facts, match, wrong)
    imitates = None
    if image.name not in relations.known_names:
        imitates = _check_name(relations, image, wrong)
    if wrong:
        wrong = wrong if has_started else _call_copy_harmless(facts, wrong)
        return _mismatch(facts, wrong, match, missing, imitates)
    verdict = _UNWATCHED if relation is None else _EXPECTED
    is_unknown = watched is not None and missing is not None
    return Evaluation(
        verdict=_UNKNOWN if is_unknown else verdict,
        child=image.name,
        parent="" if known is None else known.shown,
        expected=watched.names if is_unknown and watched is not None else (),
        missing=missing,
        relation=relation,
        match=match,
        needs=frozenset(facts.needs),
    )


def _mismatch(
    facts: Facts,
    wrong: list[_Wrong],
    match: ExpectedImage | None,
    missing: MissingParent | None,
    imitates: str | None,
) -> Evaluation:
    """Return the evaluation of a creation of which something is wrong, the weightiest first."""
    reasons: tuple[Reason, ...]
    if len(wrong) == 1:  # nearly always
        first = wrong[0]
        reasons = _ALONE[first.reason]
        severity = first.severity
    else:
        wrong.sort(key=lambda each: _WEIGHT[each.reason])
        reasons = tuple(dict.fromkeys([each.reason for each in wrong]))
        severity = max([each.severity for each in wrong])
    return Evaluation(
        verdict=_MISMATCH,
        child=facts.child.name,
        parent="" if facts.parent is None else facts.parent.shown,
        reasons=reasons,
        directory=_wrong_directory(facts, reasons),
        expected=wrong[0].expected,
        severity=severity,
        missing=missing,
        relation=wrong[0].relation,
        match=match,
        imitates=imitates,
        needs=frozenset(facts.needs),
    )


def _wrong_directory(facts: Facts, reasons: tuple[Reason, ...]) -> str:
    """Return the directory by which findings are grouped: the child's if that is wrong, or the parent's."""
    if _MISPLACED_IMAGE in reasons:
        return normalised_directory(facts.child.directory or "")
    if _MISPLACED_PARENT in reasons and facts.parent is not None:
        return normalised_directory(facts.parent.directory or "")
    return ""


def _holds(condition: OnRelease, windows: str | None) -> bool:
    return windows is None or condition.holds(windows)


# the pair ---------------------------------------------------------------------------------------------


def _check_pair(
    relations: CompiledRelations, watched: WatchedChild | None, facts: Facts, wrong: list[_Wrong]
) -> _Pair:
    """Check a child against its parent, or against who made the call in its name.

    Returns:
        The relation that says something of the pair, and the row of it that the pair fits.
    """
    parent = facts.parent
    if watched is not None:
        match = None if parent is None else _check_parent(relations, watched, facts, parent, wrong)
        return watched.relation, match
    if parent is None or not (facts.child.name or facts.is_of_caller):
        return None, None
    return _check_child(relations, facts, parent, wrong)


def _fit(
    facts: Facts, starter: Image, alternatives: tuple[Alternative, ...]
) -> tuple[_Fit, Alternative | None]:
    """Return how well a pair fits the rows about the image at its other end, and the row that decides.

    The first row that fits decides; if one before it could, the facts that would tell are noted as needed.
    What the user allowed comes last, and counts only if no row's place alone is wrong.
    """
    if facts.is_of_caller:  # the user allowed a pair with a parent, not who may call in its name
        alternatives = tuple(each for each in alternatives if not each.is_local)
    if not alternatives or not starter.is_plain:
        return _NO, None
    if alternatives[0].is_certain:  # nearly always
        return _YES, alternatives[0]
    misplaced: Alternative | None = None
    needs: set[Fact] = set()
    for each in alternatives:
        if each.is_local and misplaced is not None:
            break
        asked, fit = _fit_of(facts, each)
        needs |= asked
        if fit is _YES and not needs:
            return fit, each
        if fit is _YES:
            break
        if fit is _MISPLACED:
            misplaced = misplaced or each
    if needs:
        facts.needs |= needs
        return _UNDECIDED, None
    return (_NO, None) if misplaced is None else (_MISPLACED, misplaced)


def _fit_of(facts: Facts, row: Alternative) -> tuple[set[Fact], _Fit]:
    """Return how well one row fits, and the facts that would tell where they were not read."""
    asked: set[Fact] = set()
    for condition in row.conditions:
        truth = facts.truth(condition, absent_fails=row.is_copy)
        if truth is False:
            return set(), _NO
        if truth is None:
            asked.add(condition.fact)
    if row.place is not None:
        truth = facts.truth(row.place, absent_fails=row.is_copy)
        if truth is None:
            asked.add(row.place.fact)
        elif not asked and not truth:
            return asked, _NO if row.is_copy else _MISPLACED
    return asked, _UNDECIDED if asked else _YES


def _check_parent(
    relations: CompiledRelations, watched: WatchedChild, facts: Facts, parent: Image, wrong: list[_Wrong]
) -> ExpectedImage | None:
    """Check the parent of a watched child, by the child's relation; return the row that it fits."""
    relation = watched.relation
    rows = watched.by_parent.get(parent.name, ())
    if facts.is_of_caller:
        rows += watched.by_creator.get(parent.name, ())
    fit, row = _fit(facts, parent, rows)
    if fit is _NO:
        others = _others(watched.names, parent.shown)
        wrong.append(_Wrong(Reason.UNEXPECTED_PARENT, relation.severity, relation, others))
    place = row.place if row is not None and fit is _MISPLACED else None
    if row is None or row.place is None:  # a row's own place overrules that of the image itself
        place = _wrong_place_of_starter(relations, facts, parent)
    if place is not None and fit is not _UNDECIDED:
        severity = _severity_of_place(relation.severity, parent.directory, place)
        wrong.append(_Wrong(_MISPLACED_PARENT, severity, relation, _directories(place)))
    return row.image if row is not None and fit is _YES else None


def _wrong_place_of_starter(relations: CompiledRelations, facts: Facts, starter: Image) -> Condition | None:
    """Return where a starter that is known itself should lie, if it does not; `facts` are about it."""
    for launch in relations.launches.get(starter.name, ()):
        place = launch.place_as_parent
        if place is not None and _holds(launch.release, facts.release) and facts.fails(place):
            return place
    return None


def _check_child(relations: CompiledRelations, facts: Facts, parent: Image, wrong: list[_Wrong]) -> _Pair:
    """Check a child that no relation is about, by its parent's relation."""
    relation: Relation | None = None
    match: ExpectedImage | None = None
    for watched in relations.parents.get(parent.name, ()):
        if not _applies(watched, facts):
            continue
        relation = watched.relation
        fit, row = _fit(facts, parent, watched.by_child.get(facts.child.name, ()))
        if fit is _NO or fit is _MISPLACED:
            found = _wrong_child(watched, facts, row)
            if found is not None:
                wrong.append(found)
                return relation, None
        elif row is not None:
            match = match or row.image
    return relation, match


def _applies(watched: WatchedParent, facts: Facts) -> bool:
    """Tell whether a relation about the parent holds on this release, for the services that it hosts."""
    if not _holds(watched.release, facts.release):
        return False
    truth = watched.host is None or facts.truth(watched.host)
    if truth is None:
        facts.needs.add(Fact.PARENT_COMMAND_LINE)
    return truth is True


def _wrong_child(watched: WatchedParent, facts: Facts, misplaced: Alternative | None) -> _Wrong | None:
    """Return what is wrong with a child that fits no row: its place alone, or that it was started."""
    relation, child = watched.relation, facts.child
    if misplaced is not None and misplaced.place is not None:
        severity = _severity_of_place(relation.severity, child.directory, misplaced.place)
        return _Wrong(_MISPLACED_IMAGE, severity, relation, _directories(misplaced.place))
    directory = facts.read(_CHILD_PATH)
    kind = kind_of(child.name, directory)
    if relation.is_open:  # then it may start anything but what its relation refuses
        refused = watched.refused
        is_refused_there = refused is not None and directory is not None and refused.holds(directory)
        if facts.is_unread(_CHILD_PATH) or not (is_refused_there or kind in relation.refused_kinds):
            return None
    severity = max(relation.severity, _HIGH) if kind in DANGEROUS else relation.severity
    return _Wrong(Reason.UNEXPECTED_CHILD, severity, relation, _others(watched.names, child.name))


def _others(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return names without the one that did not fit: it is not said to be expected."""
    if name not in names and name != KERNEL:  # nearly always
        return names
    return tuple(each for each in names if comparable(each) != name)


def _severity_of_place(severity: Severity, directory: str | None, place: Condition) -> Severity:
    """Return how much a wrong place matters; if only the drive differs, Windows may be on it: medium."""
    if directory is None or not (root := root_of(directory)):
        return severity
    return min(severity, _MEDIUM) if place.holds(f"c:{directory[len(root) :]}") else severity


def _directories(place: Condition) -> tuple[str, ...]:
    return place.directories if isinstance(place, InDirectories) else ()


# the creator ------------------------------------------------------------------------------------------


def _check_creator(
    relations: CompiledRelations,
    watched: WatchedChild | None,
    facts: Facts,
    parent: Process | None,
    creator: Process,
    system_drives: frozenset[str],
    wrong: list[_Wrong],
) -> MissingParent | None:
    """Check the process that made the call as if it were the parent; return that it is missing, if it is."""
    starter = starter_of(creator, system_drives)
    is_parent = None if parent is None else is_same_process(parent, creator)
    if is_parent is None:
        if facts.parent is None:
            return None  # nothing says that it is another than the parent
        is_parent = not isinstance(starter, MissingParent) and starter.shown == facts.parent.shown
    if is_parent:
        return None
    if isinstance(starter, MissingParent):
        return None if watched is None else MissingParent.CREATOR
    found: list[_Wrong] = []
    _check_pair(relations, watched, facts.of_caller(starter), found)
    if found:
        relation = found[0].relation
        names = tuple(dict.fromkeys(image.name for image in images_of(relation)))
        wrong.append(_Wrong(Reason.SPOOFED_PARENT, max(relation.severity, _HIGH), relation, names))
    return None


# the launch -------------------------------------------------------------------------------------------


def _check_launch(launch: Launch, facts: Facts, match: ExpectedImage | None, wrong: list[_Wrong]) -> None:
    """Check from where, under which name and with which arguments the child was started."""
    relation, severity = launch.relation, launch.relation.severity
    place, own_name, arguments = launch.place, launch.own_name, launch.arguments
    if place is not None and facts.fails(place):
        weight = _severity_of_place(severity, facts.child.directory, place)
        wrong.append(_Wrong(_MISPLACED_IMAGE, weight, relation, _directories(place)))
    if own_name is not None and facts.fails(own_name):
        weight = max(severity, _HIGH)
        wrong.append(_Wrong(Reason.RENAMED_IMAGE, weight, relation, (launch.name,)))
    is_excused = match is not None and match.excuses_arguments
    if arguments is not None and not is_excused and facts.fails(arguments):
        wrong.append(_Wrong(Reason.UNEXPECTED_ARGUMENTS, severity, relation, arguments.patterns))


def _check_name(relations: CompiledRelations, child: Image, wrong: list[_Wrong]) -> str | None:
    """Check whether a name that no relation knows imitates one that a relation is about; return that."""
    imitates = imitated(child.name, relations.protected_names, relations.placed_names)
    if imitates is not None:
        parents, launches = relations.expected_parents, relations.expected_launches
        relation = parents[imitates] if imitates in parents else launches[imitates]
        severity = max(relation.severity, _HIGH)
        wrong.append(_Wrong(Reason.LOOKALIKE, severity, relation, (imitates,)))
    return imitates


# the copy ---------------------------------------------------------------------------------------------


def _call_copy_harmless(facts: Facts, wrong: list[_Wrong]) -> list[_Wrong]:
    """Return what is wrong; of a harmless copy, that it is one takes the place of the unexpected pair."""
    is_copy = facts.parent is not None and facts.parent.name == facts.child.name
    if not is_copy or any(each.reason not in _OF_A_COPY for each in wrong) or not is_harmless_copy(facts):
        return wrong
    return [_Wrong(Reason.SELF_COPY, _INFORMATIONAL, wrong[0].relation, wrong[0].expected)]


_OF_A_COPY: Final = frozenset({Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD})
