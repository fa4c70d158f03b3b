"""Relations as Sigma rules: plain dicts, and the text of the files that hold them.

An image gives up to four rules: for its parents, its place, its arguments, and its children. Rules hold lists
of values and no regular expressions: backends differ in those, and in little else. What Sigma cannot say
stands in each rule's description.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from parentchild.catalog.detection import DETECTION
from parentchild.export.formula import TRUE, All, Any, End, Formula, Known, Named, Vocabulary
from parentchild.export.patterns import wildcards_of
from parentchild.export.questions import Kind, Question, questions_of
from parentchild.export.sigma_text import Clause, exact, matches_of, value
from parentchild.export.yaml_text import document
from parentchild.findings.attack import techniques
from parentchild.relations.conditions import Fact, Operator, Test
from parentchild.relations.evaluation import Reason
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import fold, printable
from parentchild.windows.placeholders import PLACEHOLDERS

_PAGE: Final = (
    "https://github.com/FalconForceTeam/FalconFriday/blob/06de951eac7bbf7392049d79dae3b33835954ae7"
    "/0xFF-0080-Parent_Child_Mismatch_Common_Windows_Process-Win.md"
)
"""The published detection, at the version that was read: rules link to what does not change."""

_STATUSES: Final = ("experimental", "test", "stable")
_NAMESPACE: Final = uuid.UUID("1b0d7b5e-3d5c-5a0c-8f6e-0ff0080f0516")
_NOT_SAID: Final = (
    " Unlike the detector, this rule also finds images that were started by themselves, as the clones that"
    " Windows Error Reporting makes of a crashing process; it takes a directory only as it is usually"
    " spelled, lets a wildcard span directories, takes a number or a question mark for a name, and compares"
    " names as they are logged."
)
_FIELDS: Final = {
    Fact.CHILD_COMMAND_LINE: "CommandLine",
    Fact.CHILD_ORIGINAL_NAME: "OriginalFileName",
    Fact.CHILD_INTEGRITY: "IntegrityLevel",
    Fact.CHILD_USER: "User",
    Fact.PARENT_COMMAND_LINE: "ParentCommandLine",
    Fact.PARENT_USER: "ParentUser",
}
_PATHS: Final = {Fact.CHILD_PATH: End.CHILD, Fact.PARENT_PATH: End.PARENT}
_REASONS: Final = {
    Kind.PARENT: (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_PARENT),
    Kind.PLACE: (Reason.MISPLACED_IMAGE,),
    Kind.ARGUMENTS: (Reason.UNEXPECTED_ARGUMENTS,),
    Kind.CHILD: (Reason.UNEXPECTED_CHILD,),
}
_TITLES: Final = {
    Kind.PARENT: "Unexpected Parent of {}",
    Kind.PLACE: "{} Outside Its Directory",
    Kind.ARGUMENTS: "{} Without Its Usual Arguments",
    Kind.CHILD: "Unexpected Child of {}",
}
_DESCRIPTIONS: Final = {
    Kind.PARENT: "{} was started by a parent that never starts it, or by one from the wrong directory.",
    Kind.PLACE: "A file named {} was started from where Windows does not keep it.",
    Kind.ARGUMENTS: "{} was started without the arguments with which Windows always starts it.",
    Kind.CHILD: "{} started a process that it never starts by itself.",
}


@attrs.frozen(kw_only=True)
class Metadata:
    """What a rule says of itself that only its user knows.

    Args:
        author: who answers for the rules.
        date: when they were made.
        status: how mature they are, in Sigma's words.
        references: pages beside the detection's own.
    """

    author: str = "parentchild"
    date: dt.date = dt.date(2026, 11, 25)
    status: str = attrs.field(default="experimental", validator=attrs.validators.in_(_STATUSES))
    references: tuple[str, ...] = ()


_METADATA: Final = Metadata()


def rules(registry: RelationRegistry, metadata: Metadata = _METADATA) -> list[dict[str, object]]:
    """Return a registry as Sigma rules for process creation on Windows: plain dicts.

    >>> from parentchild import ExpectedParents, RelationRegistry
    >>> [rule] = rules(RelationRegistry([ExpectedParents("agent.exe", {"services.exe"})]))
    >>> rule["title"], rule["level"]
    ('Unexpected Parent of agent.exe', 'high')
    """
    vocabulary = Vocabulary({*_FIELDS, *_PATHS}, _can_say, compares_raw_names=True)
    questions = questions_of(registry.compiled, vocabulary)
    return [_rule(question, vocabulary.unsaid, metadata) for question in questions]


def render(registry: RelationRegistry, metadata: Metadata = _METADATA) -> str:
    """Return the rules of a registry as the text of one YAML file, a document each."""
    return "---\n".join(map(document, rules(registry, metadata)))


def render_files(registry: RelationRegistry, metadata: Metadata = _METADATA) -> dict[str, str]:
    """Return the rules of a registry as the texts of YAML files, by their names.

    >>> from parentchild import ExpectedParents, RelationRegistry
    >>> list(render_files(RelationRegistry([ExpectedParents("agent.exe", {"services.exe"})])))
    ['proc_creation_win_unexpected_parent_of_agent_exe.yml']
    """
    files: dict[str, str] = {}
    for rule in rules(registry, metadata):
        name = _file_name(str(rule["title"]))
        if name in files:  # of two names that differ in signs alone
            name = name.replace(".yml", f"_{str(rule['id'])[:8]}.yml")
        files[name] = document(rule)
    return files


def _file_name(title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    return f"proc_creation_win_{words[:60].strip('_')}.yml"


def _rule(question: Question, unsaid: tuple[str, ...], metadata: Metadata) -> dict[str, object]:
    title = printable(_TITLES[question.kind].format(_named(question)))
    description = printable(_DESCRIPTIONS[question.kind].format(question.name)) + _NOT_SAID
    if question.services:
        description += (
            f" It is about the host of these services alone: {printable(', '.join(question.services))}."
        )
    if unsaid:
        description += f" It does not ask whether {'; '.join(map(printable, unsaid))}."
    return {
        "title": title,
        "id": str(uuid.uuid5(_NAMESPACE, ascii(title))),
        "status": metadata.status,
        "description": description,
        "references": [_PAGE, *metadata.references],
        "author": metadata.author,
        "date": metadata.date.isoformat(),
        "tags": _tags(_REASONS[question.kind]),
        "logsource": {"category": "process_creation", "product": "windows"},
        "detection": _detection(question),
        "falsepositives": list(DETECTION.false_positives),
        "level": question.severity.label,
    }


def _named(question: Question) -> str:
    """Return the image of a question, and the service of which it is the host."""
    name = question.name if "." in question.name else question.name.title()
    if not question.services:
        return name
    first, *others = question.services
    return f"{name} Hosting {first.capitalize()}" + (f" or {len(others)} Other Services" if others else "")


def _detection(question: Question) -> dict[str, object]:
    selections = {"selection": _searches(question.subject)}
    if question.suspicious != TRUE:
        parts = question.suspicious.parts if isinstance(question.suspicious, All) else (question.suspicious,)
        selections = {"selection_subject": selections["selection"]} | {
            f"selection_{number}": _searches(part) for number, part in enumerate(parts, 1)
        }
    filters: dict[str, object] = dict(_FILTERS[question.kind])
    parts = question.expected.parts if isinstance(question.expected, Any) else (question.expected,)
    for number, part in enumerate(parts, 1):
        filters[f"filter_main_{number}"] = _searches(part, question.subject)
    chosen = "selection" if len(selections) == 1 else "all of selection_*"
    condition = chosen + (" and not 1 of filter_main_*" if filters else "")
    return {**selections, **filters, "condition": condition}


def _tags(reasons: Iterable[Reason]) -> list[str]:
    found = techniques(tuple(reasons))
    tactics = [tactic.name.lower().replace(" ", "-") for technique in found for tactic in technique.tactics]
    ids = [technique.id.lower() for technique in found]
    return [f"attack.{name}" for name in dict.fromkeys((*tactics, *ids))]


_FILTERS: Final[dict[Kind, dict[str, object]]] = {
    Kind.PARENT: {
        "filter_main_parent_null": {"ParentImage": None},
        "filter_main_parent_empty": {"ParentImage": ""},
        "filter_main_parent_unknown": {
            "ParentImage": [exact(each) for each in sorted(PLACEHOLDERS - {"", "?"})]
        },
        "filter_main_parent_sid": {"ParentImage|startswith": "s-1-"},
    },
    Kind.PLACE: {},
    Kind.ARGUMENTS: {},
    Kind.CHILD: {
        "filter_main_image_null": {"Image": None},
        "filter_main_image_empty": {"Image": ""},
    },
}
"""What is not known is never a finding."""


def _searches(formula: Formula, subject: Named | None = None) -> list[dict[str, object]]:
    """Return a formula as Sigma's list of maps: one map must hold, and in it every field.

    Args:
        formula: the formula.
        subject: the image that a rule is about; where its directory is asked, a path needs its name.
    """
    clauses = _clauses(formula)
    if subject is not None:
        clauses = [_with_name(clause, subject) for clause in clauses]
    return [match for clause in clauses for match in matches_of(clause)]


def _with_name(clause: Clause, subject: Named) -> Clause:
    if subject.end not in clause.directories or subject.end in clause.names:
        return clause
    return attrs.evolve(clause, names={**clause.names, subject.end: subject.names})


def _clauses(formula: Formula) -> list[Clause]:
    """Return a formula as alternatives without alternatives; a negation in it is taken as met."""
    if isinstance(formula, Named):
        return [Clause(names={formula.end: formula.names})]
    if isinstance(formula, Known):
        return list(_known(formula))
    if isinstance(formula, Any):
        return [clause for part in formula.parts for clause in _clauses(part)]
    if isinstance(formula, All):
        products = itertools.product(*map(_clauses, formula.parts))
        return [clause for found in products if (clause := _joined(found)) is not None]
    return [Clause()]


def _joined(clauses: Iterable[Clause]) -> Clause | None:
    whole: Clause | None = Clause()
    for clause in clauses:
        whole = whole and whole.with_clause(clause)
    return whole


def _known(atom: Known) -> Iterator[Clause]:
    test = atom.test
    if test.fact in _PATHS:
        yield Clause(directories={_PATHS[test.fact]: (test.values, atom.absent)})
        return
    field = _FIELDS[test.fact]
    if atom.absent:
        yield Clause(fields={field: None})
        yield Clause(fields={field: ""})
    if test.operator is Operator.EQUALS:
        yield Clause(fields={field: [exact(fold(each)) for each in test.values]})
    elif test.operator is Operator.MATCHES and len(test.values) > 1:
        yield Clause(fields={f"{field}|contains|all": [_core(each) for each in test.values]})
    else:
        yield from _wildcards(field, test)


def _wildcards(field: str, test: Test) -> Iterator[Clause]:
    by_key: dict[str, list[str]] = {}
    for pieces in (pieces for pattern in test.values for pieces in wildcards_of(pattern) or ()):
        has_star = len(pieces) > 1
        begins, ends = has_star and pieces[0] == "", has_star and pieces[-1:] == ("",)
        modifier = {(True, True): "|contains", (True, False): "|endswith", (False, True): "|startswith"}
        inner = pieces[1 if begins else 0 : -1 if ends else None]
        key = field + modifier.get((begins, ends), "")
        by_key.setdefault(key, []).append(value(inner))
    for key, values in by_key.items():
        yield Clause(fields={key: list(dict.fromkeys(values))})


def _core(pattern: str) -> str:
    """Return the longest text that a pattern asks for, whatever stands around it."""
    pieces = [piece.strip() for found in wildcards_of(pattern) or () for piece in found]
    return exact(max(pieces, key=len))


def _can_say(test: Test) -> bool:
    if test.operator in {Operator.MATCHES, Operator.MATCHES_ANY}:
        return all(wildcards_of(each) for each in test.values)
    return (test.operator is Operator.IN_DIRECTORY) == (test.fact in _PATHS)
