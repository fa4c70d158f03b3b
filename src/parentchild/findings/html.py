"""Findings as HTML for a notebook."""

from __future__ import annotations

from typing import Final

from parentchild.display.markup import (
    LINE,
    RIGHT,
    WRONG,
    Html,
    bullets,
    code,
    element,
    folded,
    joined,
    muted,
    page,
    text,
)
from parentchild.findings.chain import Link, links_of, words
from parentchild.findings.record import FindingRecord
from parentchild.findings.text import counts_text, span_text, variant_counts
from parentchild.findings.variants import Variant
from parentchild.relations.severity import Severity

_MOST_DEVICES: Final = 12
_MOST_VARIANTS: Final = 5
_NAME: Final = 60
_COMMAND: Final = 500
_SENTENCE: Final = 1000
_SHORT: Final = 160
_BESIDE: Final = "display:inline-block;vertical-align:top;max-width:100%"

ACCENT: Final = {
    Severity.CRITICAL: "#b3261e",
    Severity.HIGH: "#d1495b",
    Severity.MEDIUM: "#c77700",
    Severity.LOW: "#4a86c5",
    Severity.INFORMATIONAL: LINE,
}
"""The colour of each severity, on light and on dark."""

HEAD: Final = (("severity", "110px"), ("what was seen", ""), ("seen (UTC)", "150px"))
"""The columns of a table of `row`."""


def finding_html(finding: FindingRecord) -> str:
    """Return one finding: what it says, its chain, what to check, and everything else that is known."""
    return page(
        element("div", _severity(finding), text(f" {', '.join(map(words, finding.reasons))}")),
        element("p", text(finding.explanation, _SENTENCE), style="margin:4px 0"),
        _chain(finding),
        element("div", text(f"{counts_text(finding)}; {span_text(finding)}"), style="margin:4px 0"),
        _steps(finding),
        _variants(finding),
        _details(finding),
    )


def row(finding: FindingRecord) -> tuple[Html, ...]:
    """Return a finding as a row of a table: closed it shows device and sentence, opened all of it."""
    nameless = "" if finding.event.device else "On a device without a name, "  # else the sentence names it
    reasons = element("div", text(f"Reasons: {', '.join(map(words, finding.reasons))}"), style="margin:4px 0")
    return (
        _severity(finding),
        folded(
            text(f"{nameless}{finding.explanation}", _SENTENCE),
            reasons,
            _chain(finding),
            _steps(finding),
            _variants(finding),
            _details(finding),
        ),
        Html(f"{text(span_text(finding))}<br>{text(counts_text(finding))}"),
    )


def _severity(finding: FindingRecord) -> Html:
    return element(
        "span",
        text(f"{finding.severity.label} {finding.risk_score}"),
        style=(
            f"border-left:4px solid {ACCENT[finding.severity]};padding-left:6px;"
            "font-weight:bold;white-space:nowrap"
        ),
    )


def _steps(finding: FindingRecord) -> Html:
    steps = [text(step, _SENTENCE) for step in finding.next_steps]
    return Html(element("div", text("Next steps:")) + bullets(steps))


def _variants(finding: FindingRecord) -> Html:
    if len(finding.variants) < 2:  # noqa: PLR2004 - one is the event itself
        return Html("")
    lines = [_variant(each) for each in finding.variants[:_MOST_VARIANTS]]
    left = len(finding.variants) - _MOST_VARIANTS
    if left > 0:
        lines.append(text(f"{left} more: finding.variants"))
    return Html(element("div", text("Variants, the rarest first:")) + bullets(lines))


def _variant(variant: Variant) -> Html:
    known = [Html(f"{text(label)} {code(value, _SHORT)}") for label, value in variant.told]
    return Html(f"{text(variant_counts(variant), _SENTENCE)}: {joined(known, '; ') or 'nothing else known'}")


def _details(finding: FindingRecord) -> Html:
    lines = [
        Html(f"{text(link.role)} {text(label)}: {code(value, _COMMAND)}")
        for link in links_of(finding)
        for label, value in link.details
        if label != "pid"
    ]
    lines += [text(f"{link.role}: {link.note}") for link in links_of(finding) if link.note]
    devices = finding.devices
    named = [code(device or "no device", _NAME) for device in devices[:_MOST_DEVICES]]
    left = f" and {len(devices) - _MOST_DEVICES:,} more" if len(devices) > _MOST_DEVICES else ""
    lines.append(Html(f"on {joined(named, ', ')}{left}"))
    if finding.suppressed:
        lines.append(text(f"{finding.suppressed:,} more, cleared as crash clones"))
    lines.extend(text(f"may be a sign of {each.id} {each.name}") for each in finding.attack)
    return bullets(lines)


def _chain(finding: FindingRecord) -> Html:
    """Return the chain of a finding, from left to right; it breaks into lines where it is narrow."""
    drawn: list[Html] = []
    arrow = element("span", text("→"), style=f"{_BESIDE};padding:6px 6px")
    for link in links_of(finding):
        drawn.append(_box(link))
        if link.role not in {"creator", "child"}:
            drawn.append(arrow)
        elif link.role == "creator":
            named = element("span", text("named"), style="opacity:0.75")
            drawn.append(element("span", named, style=f"{_BESIDE};padding:6px 6px"))
    return element("div", *drawn, style="margin:2px 0")


def _box(link: Link) -> Html:
    border = f"2px solid {WRONG}" if link.faults else f"1px solid {LINE}"
    pid = dict(link.details).get("pid")
    inside = [
        muted(text(link.role)),
        Html("<br>"),
        code(link.name, _NAME),
        *((Html("<br>"), muted(code(f"= {link.spelling}", _NAME))) if link.spelling else ()),
        *((Html(" "), muted(text(pid))) if pid else ()),
        *((Html("<br>"), muted(text(link.note))) if link.note else ()),
        *((Html("<br>"), text(", ".join(link.faults))) if link.faults else ()),
    ]
    frame = "display:inline-block;border-radius:4px;padding:2px 8px;max-width:100%;box-sizing:border-box"
    box = element("div", *inside, style=f"{frame};border:{border}")
    if not link.instead:
        return element("div", box, style=f"{_BESIDE};margin:2px 0")
    names = joined([code(each, _NAME) for each in link.instead], " or ")
    beside = element(
        "div",
        muted(text(link.instead_label)),
        Html("<br>"),
        names,
        style=f"{frame};border:1px dashed {RIGHT};margin-top:3px",
    )
    return element("div", box, Html("<br>"), beside, style=f"{_BESIDE};margin:2px 0")
