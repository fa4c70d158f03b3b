"""A report as what draws it sees it: plain values, in the order of the first page."""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs

from parentchild.findings.finding import Finding
from parentchild.hunting.families import Family

SourceRow: TypeAlias = tuple[str, int, int, int, int]
"""A source's name, and how many of its rows were starts, other process events, other events, unreadable."""

SOURCE_HEAD: Final = ("source", "process starts", "other process events", "other events", "unreadable")
"""What the columns of a `SourceRow` are called."""

MOST_HIGHEST: Final = 10
"""How many families the first page names."""

ALL_FAMILIES: Final = "report.families()"
"""How to get at the families that are not shown."""


@attrs.frozen(kw_only=True)
class ReportView:
    """What is shown of a report.

    Args:
        headline: one line: how many findings in how many rows.
        sources: the account of all rows by source.
        families: what is active by family, the highest first; copies are apart.
        findings: the same one by one.
        copies: images that started themselves, with nothing else against them.
        suppressed: what crash-handler evidence cleared.
        notes: what is not among the findings and why, one line each; the last part of the first page.
        exclusions: the exclusions that were given, one line each.
        unreadable: the first rows that could not be read, one line each.
        unreadable_count: how many there are in all.
    """

    headline: str
    sources: tuple[SourceRow, ...]
    families: tuple[Family, ...]
    findings: tuple[Finding, ...]
    copies: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    notes: tuple[str, ...]
    exclusions: tuple[str, ...]
    unreadable: tuple[str, ...]
    unreadable_count: int
