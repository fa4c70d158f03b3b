"""Charts of findings for a notebook: when each was seen, and how far each has spread.

They are made of plain boxes with inline styles, since JupyterLab drops `<svg>`, `<style>` and `data:` images
from output that it does not trust; so the same chart shows in every front end, on light and on dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from parentchild.display.markup import LINE, Html, code, element, more, muted, number, table, text
from parentchild.findings.html import ACCENT
from parentchild.findings.record import FindingRecord
from parentchild.relations.sentences import shown

MOST_BARS: Final = 15
_MOST_CLEARED: Final = 5
_NAME: Final = 40
_LEAST_WIDTH: Final = 0.8  # per cent: a moment must be seen as well
_MOMENT: Final = timedelta(seconds=1)


def timeline_html(active: Sequence[FindingRecord], suppressed: Sequence[FindingRecord]) -> Html:
    """Return when findings were seen: a bar each over one common time, the earliest first.

    Args:
        active: what is active; the first of them are drawn.
        suppressed: what was cleared; some of it is outlined.
    """
    drawn = [(each, True) for each in active[:MOST_BARS]]
    drawn += [(each, False) for each in suppressed[:_MOST_CLEARED]]
    if not drawn:
        return Html("")
    drawn.sort(key=lambda each: each[0].first_seen)
    start = drawn[0][0].first_seen
    whole = max(max(each.last_seen for each, _ in drawn) - start, _MOMENT)
    rows: list[tuple[Html, ...]] = [
        (_pair(each), _span(each, start, whole, is_active=is_active)) for each, is_active in drawn
    ]
    head = (("seen", "38%"), (f"{start:%Y-%m-%d %H:%M} to {start + whole:%Y-%m-%d %H:%M} UTC", ""))
    left = more(len(drawn), len(active) + len(suppressed), "findings: report.timeline()")
    return Html(table(head, rows) + left)


def prevalence_html(active: Sequence[FindingRecord]) -> Html:
    """Return on how many devices the first findings are active: a bar each, in their own order."""
    drawn = active[:MOST_BARS]
    if not drawn:
        return Html("")
    most = max(each.device_count for each in drawn)
    rows: list[tuple[Html, ...]] = [(_pair(each), _share(each, most)) for each in drawn]
    left = more(len(drawn), len(active), "findings: report.prevalence()")
    return Html(table((("spread", "38%"), ("devices", "")), rows) + left)


def _pair(finding: FindingRecord) -> Html:
    return Html(f"{code(shown(finding.child), _NAME)} by {code(shown(finding.parent) or '?', _NAME)}")


def _span(finding: FindingRecord, start: datetime, whole: timedelta, *, is_active: bool) -> Html:
    first = finding.first_seen
    width = max(100 * ((finding.last_seen - first) / whole), _LEAST_WIDTH)
    before = min(100 * ((first - start) / whole), 100 - width)
    colour = ACCENT[finding.severity]
    ink = f"background:{colour};border:1px solid {colour}" if is_active else f"border:1px dashed {LINE}"
    cleared = "" if is_active else ", cleared"
    return Html(_bar(before, width, ink) + muted(text(f"{first:%m-%d %H:%M:%S}{cleared}")))


def _share(finding: FindingRecord, most: int) -> Html:
    at_least = "" if finding.device_count_is_exact else "at least "
    colour = ACCENT[finding.severity]
    width = max(100 * finding.device_count / max(most, 1), _LEAST_WIDTH)
    bar = _bar(0, width, f"background:{colour};border:1px solid {colour}")
    return Html(bar + muted(text(f"{at_least}{number(finding.device_count, 'device')}")))


def _bar(before: float, width: float, ink: str) -> Html:
    style = f"margin-left:{before:.1f}%;width:{width:.1f}%;height:8px;box-sizing:border-box;{ink}"
    return element("div", element("div", style=style), style="padding:2px 0")
