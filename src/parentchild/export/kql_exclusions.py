"""Exclusions as the lines of a query's environment-specific filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parentchild.export.folders import wildcard_pattern
from parentchild.export.kql_text import comment, literal, time
from parentchild.relations.exclusions import Exclusion
from parentchild.windows.names import fold

Comparison = Callable[[str, str], str]
"""Makes a condition from a column, or an expression, and the text that it must equal or contain."""

_DEVICE = "iff(isempty(DeviceName), DeviceId, DeviceName)"
_USER = (
    r'iff(isempty(AccountDomain) or AccountName contains_cs "\\", AccountName,'
    r' strcat(AccountDomain, "\\", AccountName))'
)
_CHILD_PATH = "iff(isempty(FolderPath), FileName, FolderPath)"
_PARENT_PATH = (
    "iff(isempty(InitiatingProcessFolderPath), InitiatingProcessFileName, InitiatingProcessFolderPath)"
)
_AS_LOGGED = "{}"
_END = r"\z"


def filter_block(
    exclusions: Iterable[Exclusion], *, equals: Comparison, contains: Comparison, path: str = _AS_LOGGED
) -> str:
    """Return the block of a query that leaves out what is expected in your environment, each with its reason.

    Args:
        exclusions: what is expected in your environment.
        equals: how the form of the query compares texts without regard to case.
        contains: how it looks for a text in another.
        path: what it makes of a path before it compares it; a form that makes anything has reasons too.
    """
    lines = ["// Begin environment-specific filter."]
    for exclusion in exclusions:
        lines.append(comment(exclusion.reason))
        if exclusion.signer is not None:
            lines.append("// No column tells who signed the child's image, so this covers nothing.")
        conditions = [*_conditions(exclusion, equals, contains, path), *_reasons(exclusion, path)]
        lines.append(f"| where not({' and '.join(conditions)})")
    lines.append("// End environment-specific filter.")
    return "\n".join(lines)


def folded_equals(expression: str, text: str) -> str:
    """Compare with the query's own `Fold`, which folds no letter beyond ASCII."""
    folded = fold(text)
    if "*" in folded:
        return f"Fold({expression}) matches regex {literal('^' + wildcard_pattern(folded) + _END)}"
    return f"Fold({expression}) == {literal(folded)}"


def folded_contains(expression: str, text: str) -> str:
    """Look for a text with the query's own `Fold`."""
    folded = fold(text)
    if "*" in folded:
        return f"Fold({expression}) matches regex {literal(wildcard_pattern(folded))}"
    return f"Fold({expression}) contains_cs {literal(folded)}"


def kusto_equals(expression: str, text: str) -> str:
    """Compare as the published query does."""
    if "*" in text:
        return f"{expression} matches regex {literal('(?i)^' + wildcard_pattern(text) + _END)}"
    return f"{expression} =~ {literal(text)}"


def kusto_contains(expression: str, text: str) -> str:
    """Look for a text as the published query would."""
    if "*" in text:
        return f"{expression} matches regex {literal('(?i)' + wildcard_pattern(text))}"
    return f"{expression} contains {literal(text)}"


def _conditions(exclusion: Exclusion, equals: Comparison, contains: Comparison, path: str) -> list[str]:
    ending = "" if path == _AS_LOGGED else "\\"
    texts = (
        (_DEVICE, exclusion.device),
        (_USER, exclusion.user),
        (path.format(_CHILD_PATH), _ended(exclusion.child_path, ending)),
        (path.format(_PARENT_PATH), _ended(exclusion.parent_path, ending)),
    )
    names = (("ImageFile", exclusion.child), ("ParentFile", exclusion.parent))
    conditions = [_is_named(column, name) for column, name in names if name is not None]
    conditions += [equals(expression, text) for expression, text in texts if text is not None]
    if exclusion.signer is not None:
        conditions.append("false")
    if exclusion.command_line is not None:
        conditions.append(contains("ProcessCommandLine", exclusion.command_line))
    if exclusion.expires_at is not None:
        conditions.append(f"Timestamp < {time(exclusion.expires_at)}")
    return conditions


def _is_named(column: str, name: str) -> str:
    """Compare a name that the query has folded."""
    if "*" in name:
        return f"{column} matches regex {literal('^' + wildcard_pattern(name) + _END)}"
    return f"{column} == {literal(name)}"


def _ended(path: str | None, ending: str) -> str | None:
    return None if path is None else path.removesuffix("\\") + ending


def _reasons(exclusion: Exclusion, path: str) -> list[str]:
    """A pair says nothing of place and form: what hides those must name them."""
    if path == _AS_LOGGED:
        return []
    told = {
        "misplaced-image": exclusion.child_path,
        "misplaced-parent": exclusion.parent_path,
        "unexpected-arguments": exclusion.child_path or exclusion.parent_path or exclusion.command_line,
    }
    return [f'Reasons !contains_cs "{reason}"' for reason, named in told.items() if named is None]
