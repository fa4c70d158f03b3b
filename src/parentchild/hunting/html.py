"""A report as HTML: for a notebook, and as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from parentchild.display.markup import (
    Html,
    bullets,
    code,
    element,
    folded,
    more,
    number,
    page,
    table,
    text,
)
from parentchild.findings.charts import prevalence_html, timeline_html
from parentchild.findings.finding import Finding
from parentchild.findings.html import HEAD, row
from parentchild.findings.text import counts_text, finding_line
from parentchild.hunting.families import Family
from parentchild.hunting.view import ALL_FAMILIES, MOST_HIGHEST, SOURCE_HEAD, ReportView
from parentchild.relations.sentences import shown

MOST_IN_NOTEBOOK: Final = 25
MOST_IN_PAGE: Final = 500
_MOST_LISTED: Final = 10
_NAME: Final = 60
_LINE: Final = 400


def report_html(view: ReportView, *, most: int = MOST_IN_NOTEBOOK) -> str:
    """Return a report: one screen first, then all else folded.

    Args:
        view: the report.
        most: how many families are shown.
    """
    highest, others = view.families[:MOST_HIGHEST], view.families[MOST_HIGHEST:most]
    left = len(view.families) - len(highest)
    rest = folded(text(f"{left:,} more famil{'y' if left == 1 else 'ies'}"), _rows(others))
    return page(
        element("p", element("b", text(view.headline, _LINE)), style="margin:4px 0"),
        _sources(view),
        _rows(highest),
        bullets([text(line, _LINE) for line in view.notes]),
        rest if others else Html(""),
        more(most, len(view.families), f"families: {ALL_FAMILIES}"),
        folded(text("when they were seen"), timeline_html(view.findings, view.suppressed)),
        folded(text("how far they have spread"), prevalence_html(view.findings)),
        _folded_pairs("copies", view.copies),
        _folded_pairs("suppressed as crash clones", view.suppressed),
        folded(text("exclusions"), bullets([text(line, _LINE) for line in view.exclusions[:_MOST_LISTED]])),
        folded(
            text(f"unreadable: {number(view.unreadable_count, 'row')}"),
            bullets([text(line, _LINE) for line in view.unreadable[:_MOST_LISTED]]),
            more(_MOST_LISTED, view.unreadable_count, "rows: report.invalid"),
        ),
    )


def report_page(view: ReportView) -> str:
    """Return a report as a whole HTML page, which needs nothing else; browsers choose light or dark."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(view.headline)}</title>\n"
        "<style>:root{color-scheme:light dark}"
        "body{font-family:system-ui,sans-serif;font-size:14px;margin:1em auto;max-width:1200px;padding:0 1em}"
        f"</style>\n</head>\n<body>\n{report_html(view, most=MOST_IN_PAGE)}\n</body>\n</html>\n"
    )


def _rows(families: Sequence[Family]) -> Html:
    return table(HEAD, [_row(family) for family in families])


def _row(family: Family) -> tuple[Html, ...]:
    """Return a family as a row: its highest finding, and a list of the others under it."""
    severity, what, when = row(family.finding)
    others = family.members[1:]
    if not others:
        return severity, what, when
    lines = [text(finding_line(each), _LINE) for each in others[:_MOST_LISTED]]
    devices = number(family.device_count, "device")
    title = f"and {number(len(others), 'more finding')} like it, on {devices} in all"
    listed = folded(text(title), bullets(lines), more(_MOST_LISTED, len(others), f"findings: {ALL_FAMILIES}"))
    return severity, Html(f"{what}{listed}"), when


def _sources(view: ReportView) -> Html:
    head = tuple((name, "") for name in SOURCE_HEAD)
    return table(head, [tuple(_cell(value) for value in each) for each in view.sources])


def _cell(value: object) -> Html:
    return text(f"{value:,}" if isinstance(value, int) else value, _NAME)


def _folded_pairs(title: str, findings: Sequence[Finding]) -> Html:
    lines = [_pair(each) for each in findings[:_MOST_LISTED]]
    return folded(
        text(f"{title}: {number(len(findings), 'pair')}"),
        bullets(lines),
        more(_MOST_LISTED, len(findings), "pairs"),
    )


def _pair(finding: Finding) -> Html:
    pair = f"{code(shown(finding.child), _NAME)} started by {code(shown(finding.parent) or '?', _NAME)}"
    return Html(f"{pair}, {text(counts_text(finding))}")
