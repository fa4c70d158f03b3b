"""A report as plain text: a first page of one screen, then details, both bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from parentchild.display.markup import shortened
from parentchild.findings.finding import Finding
from parentchild.findings.text import counts_text, finding_summary
from parentchild.hunting.families import family_line
from parentchild.hunting.view import ALL_FAMILIES, MOST_HIGHEST, SOURCE_HEAD, ReportView
from parentchild.relations.sentences import shown

_FEW: Final = 3
_MOST_DETAILS: Final = 20
_MOST_LISTED: Final = 10
_MOST_UNREADABLE: Final = 3
_LONGEST_LINE: Final = 400


def report_text(view: ReportView) -> str:
    """Return a report as text, a few hundred lines at most."""
    return "\n".join((*_first_page(view), *_details(view)))


def _first_page(view: ReportView) -> Iterator[str]:
    yield view.headline
    if view.sources:
        yield from _table((SOURCE_HEAD, *([_cell(value) for value in row] for row in view.sources)))
    if _are_few(view):  # then their details are the first page
        yield from map(finding_summary, view.findings)
        yield from view.notes
        return
    yield f"The highest of {len(view.families):,} families:"
    for rank, family in enumerate(view.families[:MOST_HIGHEST], start=1):
        yield f"{rank:>3}. {shortened(family_line(family), _LONGEST_LINE)}"
    left = len(view.families) - MOST_HIGHEST
    if left > 0:
        yield f"     ... {left:,} more: {ALL_FAMILIES}"
    yield from view.notes


def _details(view: ReportView) -> Iterator[str]:
    if not _are_few(view):
        yield "Details, one finding a family"
        for family in view.families[:_MOST_DETAILS]:
            yield finding_summary(family.finding)
            if len(family.members) > 1:
                yield f"    ... and {len(family.members) - 1:,} more like it"
        shown_findings = len(view.families[:_MOST_DETAILS])
        left = len(view.findings) - shown_findings
        if left > 0:
            yield f"... {left:,} more findings: {ALL_FAMILIES}, report.to_dicts() or report.to_pandas()"
    yield from _listed("copy", view.copies)
    yield from _listed("suppressed", view.suppressed)
    for line in view.exclusions[:_MOST_LISTED]:
        yield f"[exclusion] {line}"
    for line in view.unreadable[:_MOST_UNREADABLE]:
        yield f"[unreadable] {shortened(line, _LONGEST_LINE)}"
    hidden = view.unreadable_count - min(len(view.unreadable), _MOST_UNREADABLE)
    if hidden > 0:
        yield f"[unreadable] {hidden:,} more rows: report.invalid"


def _are_few(view: ReportView) -> bool:
    return len(view.findings) <= _FEW


def _listed(label: str, findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings[:_MOST_LISTED]:
        parent = shown(each.parent) or "?"
        yield f"[{label}] {shown(each.child)} started by {parent}, {counts_text(each)}"
    left = len(findings) - _MOST_LISTED
    if left > 0:
        where = "report.suppressed" if label == "suppressed" else "report.findings"
        yield f"[{label}] {left:,} more: {where}"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else shortened(str(value), 40)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"  {first.ljust(widths[0])}  {'  '.join(cells)}"
