"""Relations as queries in Elastic's Event Query Language, over ECS fields.

Each query begins with a comment that says what it finds. What EQL cannot say, in one place: `NOT_SAID`.
"""

from __future__ import annotations

from typing import Final

from parentchild.export.folders import lucene_pattern
from parentchild.export.formula import All, Any, End, Formula, Known, Named, OtherDrive, Vocabulary, written
from parentchild.export.patterns import lucene_of
from parentchild.export.questions import Kind, Question, questions_of
from parentchild.relations.conditions import Fact, Operator, Test
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import KERNEL, printable
from parentchild.windows.placeholders import PLACEHOLDERS

NOT_SAID: Final = (
    "Images that were started by themselves are found too, also as clones by the crash handler; a directory"
    " counts as spelled plainly; names are compared as logged, and how other letters than ASCII fold is the"
    " engine's choice."
)
"""What every query says of itself in a comment."""

_KERNEL_NAMES: Final = ("system", "ntoskrnl.exe")
_NUMBERS: Final = r"(s-1(-[0-9]+)+|[0-9]+|0x[0-9a-f]+)"
_A_PATH: Final = r".*\\.*"
_AN_IMAGE: Final = r"[^\\:]+"
_CHILD, _PARENT = "process", "process.parent"
_ENDS: Final = {End.CHILD: _CHILD, End.PARENT: _PARENT}
_PATHS: Final = {Fact.CHILD_PATH: _CHILD, Fact.PARENT_PATH: _PARENT}
_FIELDS: Final = {
    Fact.CHILD_COMMAND_LINE: "process.command_line",
    Fact.CHILD_ORIGINAL_NAME: "?process.pe.original_file_name",
    Fact.CHILD_SIGNER: "?process.code_signature.subject_name",
    Fact.CHILD_INTEGRITY: "?process.Ext.token.integrity_level_name",
    Fact.CHILD_USER: "?user.name",
    Fact.PARENT_COMMAND_LINE: "process.parent.command_line",
    Fact.PARENT_SIGNER: "?process.parent.code_signature.subject_name",
}
_TITLES: Final = {
    Kind.PARENT: "A parent that never starts {}, or one from the wrong directory",
    Kind.PLACE: "{} outside its directory",
    Kind.ARGUMENTS: "{} without the arguments that Windows gives it",
    Kind.CHILD: "A child that {} never starts",
}
_ESCAPES: Final = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def render(registry: RelationRegistry) -> list[str]:
    """Return a registry as EQL queries: of an image's parents, its place, its arguments, and its children.

    >>> from parentchild import ExpectedParents, RelationRegistry
    >>> [query] = render(RelationRegistry([ExpectedParents("agent.exe", {"services.exe"})]))
    >>> print(query.splitlines()[2])
    process where event.type == "start" and process.name in~ ("agent.exe")
    """
    vocabulary = Vocabulary({*_FIELDS, *_PATHS}, _can_say, compares_raw_names=True)
    questions = questions_of(registry.compiled, vocabulary)
    return [_query(question, vocabulary.unsaid) for question in questions]


def literal(text: str) -> str:
    r"""Return a string literal that has exactly the value `text`, and nothing in it that matches.

    >>> print(literal('a"b\\*'))
    "a\"b\\*"
    """
    return f'"{"".join(map(_escaped, text))}"'


def _query(question: Question, unsaid: tuple[str, ...]) -> str:
    services = f" for {', '.join(question.services)}" if question.services else ""
    lines = [
        f"// {printable(_TITLES[question.kind].format(question.name) + services)}",
        f"// {NOT_SAID}",
        f'process where event.type == "start" and {_subject(question)}',
    ]
    if question.kind is Kind.PARENT:
        lines.append(f"  and {_parent_is_known()}")
    elif question.kind is Kind.CHILD:
        lines.append('  and process.name != null and process.name != ""')
    if question.suspicious != All():
        lines.append(f"  and {_parenthesised(question.suspicious)}")
    if question.expected != Any():
        lines.append(f"  and {_none_of(question.expected)}")
    lines += [f"// Not asked, since EQL cannot say it: {printable(each)}" for each in unsaid]
    return "\n".join(lines)


def _subject(question: Question) -> str:
    if question.kind is Kind.CHILD:
        return _ATOMS.named(question.subject)
    return f"process.name in~ {_listed((question.name,))}"


def _none_of(expected: Formula) -> str:
    parts = expected.parts if isinstance(expected, Any) else (expected,)
    joined = "\n    or ".join(_parenthesised(part) for part in parts)
    return f"not (\n    {joined}\n  )"


def _parenthesised(formula: Formula) -> str:
    text = written(formula, _ATOMS)
    return text if isinstance(formula, All | Any) else f"({text})"


class _Eql:
    """EQL's atoms."""

    constants: tuple[str, str] = ("true", "false")
    words: tuple[str, str, str] = ("and", "or", "not")

    def named(self, atom: Named) -> str:
        end = _ENDS[atom.end]
        spelled = [each for name in atom.names for each in (_KERNEL_NAMES if name == KERNEL else (name,))]
        named = f"{end}.name != null and {end}.name in~ {_listed(spelled)}"
        if atom.end is End.PARENT and KERNEL in atom.names:  # some sources know the kernel by its pid alone
            return f"({named} or {_is_no_name()} and process.parent.pid != null and process.parent.pid == 4)"
        return f"({named})"

    def plain(self) -> str:
        return "true"

    def known(self, atom: Known) -> str:
        test = atom.test
        if test.fact in _PATHS:
            end = _PATHS[test.fact]
            if not test.values:
                return _is_unknown_path(end) if atom.absent else "false"
            there = f"{end}.executable != null and {_path_test(f'{end}.executable', test)}"
            return f"({_is_unknown_path(end)} or {there})" if atom.absent else f"({there})"
        field = _FIELDS[test.fact]
        found = f"{field} != null and {_field_test(field, test)}"
        return f'({field} == null or {field} == "" or {found})' if atom.absent else f"({found})"

    def other_drive(self, atom: OtherDrive) -> str:
        del atom
        return "false"  # severities are those of whole queries


_ATOMS: Final = _Eql()


def _can_say(test: Test) -> bool:
    if test.fact in _PATHS:
        return test.operator is Operator.IN_DIRECTORY
    if test.operator in {Operator.MATCHES, Operator.MATCHES_ANY}:
        return all(lucene_of(each) is not None for each in test.values)
    return test.operator is Operator.EQUALS


def _path_test(field: str, test: Test) -> str:
    return f"{field} regex~ {literal(lucene_pattern(test.values, _AN_IMAGE))}"


def _field_test(field: str, test: Test) -> str:
    if test.operator is Operator.EQUALS:
        if test.fact is Fact.CHILD_USER:
            return f"({' or '.join(map(_user_test, test.values))})"
        return f"{field} in~ {_listed(test.values)}"
    patterns = [f"{field} regex~ {literal(lucene_of(each) or '')}" for each in test.values]
    word = " or " if test.operator is Operator.MATCHES_ANY else " and "
    return f"({word.join(patterns)})"


def _user_test(user: str) -> str:
    r"""ECS keeps an account's domain in a field of its own."""
    domain, _, name = user.rpartition("\\")
    named = f"?user.name in~ {_listed((name,))}"
    return f"({named} and ?user.domain in~ {_listed((domain,))})" if domain else f"({named})"


def _parent_is_known() -> str:
    return f"(not {_is_no_name()} or (process.parent.pid != null and process.parent.pid == 4))"


def _is_no_name() -> str:
    return (
        f"(process.parent.name == null or (process.parent.name in~ {_listed(sorted(PLACEHOLDERS))}"
        f" or process.parent.name regex~ {literal(_NUMBERS)}) and {_is_unknown_path(_PARENT)})"
    )


def _is_unknown_path(end: str) -> str:
    return f"({end}.executable == null or not {end}.executable regex~ {literal(_A_PATH)})"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return f"({', '.join(map(literal, names))})"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):04x}}}"
