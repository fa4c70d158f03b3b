r"""Relations as a query in ES|QL, Elastic's piped language, over ECS fields.

The query works a table out step by step and groups what it finds as the detector does. It compares names as
they are logged; what else it cannot say stands in comments at its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from parentchild.export.folders import lucene_other_drive_pattern, lucene_pattern
from parentchild.export.formula import End, Known, Named, OtherDrive, Vocabulary
from parentchild.export.patterns import lucene_of, lucene_text
from parentchild.export.pipe_exclusions import condition
from parentchild.export.plan import plan_of
from parentchild.export.steps import steps
from parentchild.relations.conditions import Fact, Operator, Test
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import fold, printable

NOT_SAID: Final = (
    "Names are compared as they are logged, and TO_LOWER may fold more letters than A to Z.",
    'Not found: imitated names, parents by pid alone, 8.3 names and ".." in paths, version resources.',
    "Clones by the crash handler are found where their command lines, users or places differ.",
    "A field that no index maps makes ES|QL refuse a query: leave its line out then.",
)
"""What every query says of itself in comments."""

_INDICES: Final = "logs-endpoint.events.process-*, logs-windows.sysmon_operational-*, winlogbeat-*"
_FIELDS: Final = {
    "child_image": 'TO_LOWER(COALESCE(process.executable, process.name, ""))',
    "parent_image": 'TO_LOWER(COALESCE(process.parent.executable, process.parent.name, ""))',
    "child_line": 'TO_LOWER(COALESCE(process.command_line, ""))',
    "parent_line": 'TO_LOWER(COALESCE(process.parent.command_line, ""))',
    "child_user": 'TO_LOWER(CASE(user.domain IS NULL, COALESCE(user.name, ""), '
    'CONCAT(user.domain, "\\\\", COALESCE(user.name, ""))))',
    "parent_user": '""',
    "child_level": 'TO_LOWER(COALESCE(process.Ext.token.integrity_level_name, ""))',
    "device_name": 'TO_LOWER(COALESCE(host.name, ""))',
}
_COLUMNS: Final = {
    Fact.CHILD_PATH: "child_folder",
    Fact.PARENT_PATH: "parent_folder",
    Fact.CHILD_COMMAND_LINE: "child_line",
    Fact.PARENT_COMMAND_LINE: "parent_line",
    Fact.CHILD_USER: "child_user",
    Fact.CHILD_INTEGRITY: "child_level",
}
_END: Final = (
    "STATS first_seen = MIN(@timestamp), last_seen = MAX(@timestamp),"
    " device_count = COUNT_DISTINCT(device_name),"
    " occurrences = COUNT(*), devices = VALUES(device_name), command_lines = VALUES(child_line)"
    " BY child, parent, reasons, directory, severity"
)
_ESCAPES: Final = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def render(
    registry: RelationRegistry, *, indices: str = _INDICES, exclusions: Iterable[Exclusion] = ()
) -> str:
    """Return a registry as one query.

    Args:
        registry: the relations.
        indices: the indices and patterns that it reads, as ES|QL writes them; taken as it is.
        exclusions: what is expected in your environment; one that has an end must be taken out by then.

    >>> from parentchild import SEED_RELATIONS
    >>> print(render(SEED_RELATIONS, indices="winlogbeat-*").splitlines()[0])
    FROM winlogbeat-*
    """
    vocabulary = Vocabulary(_COLUMNS, _can_say, compares_raw_names=True)
    plan = plan_of(registry.compiled, vocabulary)
    unsaid = [f"Not asked, since ES|QL or ECS cannot say it: {each}." for each in vocabulary.unsaid]
    lines = [f"FROM {indices}", '| WHERE event.type == "start"']
    lines += [f"// {printable(each)}" for each in (*NOT_SAID, *unsaid)]
    lines += [f"| EVAL {column} = {expression}" for column, expression in _FIELDS.items()]
    for column, expression in steps(plan, _ESQL):
        lines.append(f"| EVAL {column} = {expression}" if column else f"| WHERE {expression}")
    for exclusion in exclusions:
        covered = condition(exclusion, _ESQL)
        lines.append(f"// {printable(exclusion.reason)}")
        if covered is not None:
            lines.append(f"| WHERE NOT ({covered})")
    lines.append(f"| {_END}")
    return "\n".join(lines)


def literal(text: str) -> str:
    r"""Return a string that has exactly the value `text`.

    >>> print(literal('a"b\\' + "\n"))
    "a\"b\\\n"
    """
    return f'"{"".join(_ESCAPES.get(character, character) for character in text)}"'


def _can_say(test: Test) -> bool:
    if test.operator in {Operator.MATCHES, Operator.MATCHES_ANY}:
        return all(lucene_of(each) is not None for each in test.values)
    return True


class _Esql:
    """Elastic's expressions."""

    constants: tuple[str, str] = ("true", "false")
    words: tuple[str, str, str] = ("AND", "OR", "NOT")

    def text(self, value: str) -> str:
        return literal(value)

    def within(self, column: str, values: Sequence[str]) -> str:
        return f"{column} IN ({', '.join(map(literal, values))})" if values else "false"

    def matches(self, column: str, pattern: str) -> str:
        return f"{column} RLIKE {literal(pattern)}"

    def wildcards(self, column: str, text: str, *, is_whole: bool) -> str:
        pattern = r"[^\\]*".join(map(lucene_text, text.split("*")))
        return self.matches(column, pattern if is_whole else f".*{pattern}.*")

    def replaced(self, column: str, pattern: str, replacement: str) -> str:
        return f"REPLACE({column}, {literal(pattern)}, {literal(replacement)})"

    def either(self, condition: str, value: str, other: str) -> str:
        return f"CASE({condition}, {value}, {other})"

    def joined(self, texts: Sequence[str]) -> str:
        return f"CONCAT({', '.join(texts)})"

    def named(self, atom: Named) -> str:
        return self.within("child" if atom.end is End.CHILD else "parent", atom.names)

    def plain(self) -> str:
        return "true"

    def known(self, atom: Known) -> str:
        column = _COLUMNS[atom.test.fact]
        test = self._test(column, atom.test)
        return f'({column} == "" OR {test})' if atom.absent else f'({column} != "" AND {test})'

    def other_drive(self, atom: OtherDrive) -> str:
        return self.matches(_COLUMNS[atom.fact], lucene_other_drive_pattern(atom.directories))

    def _test(self, column: str, test: Test) -> str:
        if not test.values:
            return "false"
        if test.operator is Operator.IN_DIRECTORY:
            return self.matches(column, lucene_pattern(test.values, ""))
        if test.operator is Operator.EQUALS:
            return self.within(column, list(map(fold, test.values)))
        word = " OR " if test.operator is Operator.MATCHES_ANY else " AND "
        return f"({word.join(self.matches(column, lucene_of(each) or '') for each in test.values)})"


_ESQL: Final = _Esql()
