r"""Relations as a search in Splunk's language, over Sysmon's events or the common information model.

The search works a table out step by step and groups what it finds as the detector does. It compares names as
they are logged; what else it cannot say stands in comments at its beginning.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Final

from parentchild.export.folders import folder_pattern, other_drive_pattern, wildcard_pattern
from parentchild.export.formula import End, Known, Named, OtherDrive, Vocabulary
from parentchild.export.pipe_exclusions import condition
from parentchild.export.plan import plan_of
from parentchild.export.steps import steps
from parentchild.relations.conditions import Fact, Operator
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import fold, printable

_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class SplSource(enum.Enum):
    """Where the search reads."""

    SYSMON = "sysmon"
    """Sysmon's events as the Splunk Add-on for Sysmon extracts them."""
    CIM = "cim"
    """`Endpoint.Processes` of the common information model."""


NOT_SAID: Final = (
    "Names are compared as they are logged, and lower() may fold more letters than A to Z.",
    'Not found: imitated names, parents by pid alone, 8.3 names and ".." in paths, version resources.',
    "Clones by the crash handler are found where their command lines, users or places differ.",
)
"""What every search says of itself in comments."""

_HEADS: Final = {
    SplSource.SYSMON: 'search source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1',
    SplSource.CIM: '| from datamodel:"Endpoint.Processes"',
}
_FIELDS: Final = {
    SplSource.SYSMON: {
        "child_image": ("Image",),
        "parent_image": ("ParentImage",),
        "child_line": ("CommandLine",),
        "parent_line": ("ParentCommandLine",),
        "child_user": ("User",),
        "parent_user": ("ParentUser",),
        "child_level": ("IntegrityLevel",),
        "original_name": ("OriginalFileName",),
        "device_name": ("Computer", "host"),
    },
    SplSource.CIM: {
        "child_image": ("process_path", "process_name"),
        "parent_image": ("parent_process_path", "parent_process_name"),
        "child_line": ("process",),
        "parent_line": ("parent_process",),
        "child_user": ("user",),
        "parent_user": (),
        "child_level": ("process_integrity_level",),
        "original_name": ("original_file_name",),
        "device_name": ("dest",),
    },
}
_COLUMNS: Final = {
    Fact.CHILD_PATH: "child_folder",
    Fact.PARENT_PATH: "parent_folder",
    Fact.CHILD_COMMAND_LINE: "child_line",
    Fact.PARENT_COMMAND_LINE: "parent_line",
    Fact.CHILD_USER: "child_user",
    Fact.PARENT_USER: "parent_user",
    Fact.CHILD_INTEGRITY: "child_level",
    Fact.CHILD_ORIGINAL_NAME: "original_name",
}
_END: Final = (
    "stats min(_time) AS first_seen, max(_time) AS last_seen, dc(device_name) AS device_count,"
    " count AS occurrences, values(device_name) AS devices, values(child_line) AS command_lines"
    " BY child, parent, reasons, directory, severity"
)


def render(
    registry: RelationRegistry,
    *,
    source: SplSource = SplSource.SYSMON,
    exclusions: Iterable[Exclusion] = (),
) -> str:
    """Return a registry as one search.

    Args:
        registry: the relations.
        source: where it reads.
        exclusions: what is expected in your environment; one that has an end must be taken out by then.

    >>> from parentchild import SEED_RELATIONS
    >>> print(render(SEED_RELATIONS).splitlines()[0])
    search source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1
    """
    fields = _FIELDS[source]
    vocabulary = Vocabulary(
        (fact for fact, column in _COLUMNS.items() if fields.get(column, (column,))), compares_raw_names=True
    )
    plan = plan_of(registry.compiled, vocabulary)
    lines = [_HEADS[source]]
    unsaid = [f"Not asked, for want of a field: {each}." for each in vocabulary.unsaid]
    lines += [_comment(each) for each in (*NOT_SAID, *unsaid)]
    lines += [f"| eval {column}={_first(names)}" for column, names in fields.items()]
    for column, expression in steps(plan, _SPL):
        lines.append(f"| eval {column}={expression}" if column else f"| where {expression}")
    for exclusion in exclusions:
        covered = condition(exclusion, _SPL)
        lines.append(_comment(exclusion.reason))
        if covered is not None:
            lines.append(f"| where NOT ({covered})")
    lines.append(f"| {_END}")
    return "\n".join(lines)


def literal(text: str) -> str:
    r"""Return a string that has exactly the value `text`; what cannot be printed is written by its code.

    >>> print(literal('a"b\\'), literal("\n"))
    "a\"b\\" urldecode("%0A")
    """
    if printable(text) == text:
        return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'
    return f'urldecode("{_percent_encoded(text)}")'


def _percent_encoded(text: str) -> str:
    """Return a text in ASCII as a URL writes it (RFC 3986): letters, digits and `-._~` stay."""
    return "".join(
        chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in text.encode("utf-8", "replace")
    )


def _comment(text: str) -> str:
    return f"```{printable(text).replace('`', chr(39))}```"


def _first(names: Sequence[str]) -> str:
    return f'lower(coalesce({", ".join(names)}, ""))' if names else '""'


class _Spl:
    """Splunk's expressions."""

    constants: tuple[str, str] = ("true()", "false()")
    words: tuple[str, str, str] = ("AND", "OR", "NOT")

    def text(self, value: str) -> str:
        return literal(value)

    def within(self, column: str, values: Sequence[str]) -> str:
        return f"in({column}, {', '.join(map(literal, values))})" if values else "false()"

    def matches(self, column: str, pattern: str) -> str:
        whole = rf"^(?:{pattern})\z"
        return f"match({column}, {literal(whole)})"

    def wildcards(self, column: str, text: str, *, is_whole: bool) -> str:
        pattern = wildcard_pattern(text)
        whole = rf"^{pattern}\z" if is_whole else pattern
        return f"match({column}, {literal(whole)})"

    def replaced(self, column: str, pattern: str, replacement: str) -> str:
        return f"replace({column}, {literal(pattern)}, {literal(replacement.replace('$', chr(92)))})"

    def either(self, condition: str, value: str, other: str) -> str:
        return f"if({condition}, {value}, {other})"

    def joined(self, texts: Sequence[str]) -> str:
        return " . ".join(texts)

    def named(self, atom: Named) -> str:
        return self.within("child" if atom.end is End.CHILD else "parent", atom.names)

    def plain(self) -> str:
        return "true()"

    def known(self, atom: Known) -> str:
        column = _COLUMNS[atom.test.fact]
        test = self._test(column, atom)
        return f'({column} == "" OR {test})' if atom.absent else f'({column} != "" AND {test})'

    def other_drive(self, atom: OtherDrive) -> str:
        return f"match({_COLUMNS[atom.fact]}, {literal(other_drive_pattern(atom.directories))})"

    def _test(self, column: str, atom: Known) -> str:
        test = atom.test
        if not test.values:
            return "false()"
        if test.operator is Operator.IN_DIRECTORY:
            return f"match({column}, {literal(folder_pattern(test.values))})"
        if test.operator is Operator.EQUALS:
            return self.within(column, list(map(fold, test.values)))
        word = " OR " if test.operator is Operator.MATCHES_ANY else " AND "
        return f"({word.join(f'match({column}, {literal(each)})' for each in test.values)})"


_SPL: Final = _Spl()
