"""Exclusions as the lines of a query's environment-specific filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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


def filter_block(exclusions: Iterable[Exclusion], *, equals: Comparison, contains: Comparison) -> str:
    """Return the block of a query that leaves out what is expected in your environment, with each reason as a comment.

    Args:
        exclusions: what is expected in your environment.
        equals: how the form of the query compares texts without regard to case.
        contains: how it looks for a text in another.
    """
    lines = ["// Begin environment-specific filter."]
    for exclusion in exclusions:
        lines.append(comment(exclusion.reason))
        lines.append(f"| where not({' and '.join(_conditions(exclusion, equals, contains))})")
    lines.append("// End environment-specific filter.")
    return "\n".join(lines)


def folded_equals(expression: str, text: str) -> str:
    """Compare with the query's own `Fold`, which folds no letter beyond ASCII."""
    return f"Fold({expression}) == {literal(fold(text))}"


def folded_contains(expression: str, text: str) -> str:
    """Look for a text with the query's own `Fold`."""
    return f"Fold({expression}) contains_cs {literal(fold(text))}"


def kusto_equals(expression: str, text: str) -> str:
    """Compare as the published query does."""
    return f"{expression} =~ {literal(text)}"


def kusto_contains(expression: str, text: str) -> str:
    """Look for a text as the published query would."""
    return f"{expression} contains {literal(text)}"


def _conditions(exclusion: Exclusion, equals: Comparison, contains: Comparison) -> list[str]:
    conditions: list[str] = []
    if exclusion.child is not None:
        conditions.append(f"ImageFile == {literal(exclusion.child)}")
    if exclusion.parent is not None:
        conditions.append(f"ParentFile == {literal(exclusion.parent)}")
    if exclusion.device is not None:
        conditions.append(equals(_DEVICE, exclusion.device))
    if exclusion.user is not None:
        conditions.append(equals(_USER, exclusion.user))
    if exclusion.command_line is not None:
        conditions.append(contains("ProcessCommandLine", exclusion.command_line))
    if exclusion.expires_at is not None:
        conditions.append(f"Timestamp < {time(exclusion.expires_at)}")
    return conditions
