"""Findings and reports as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from parentchild.display.markup import (
    LINE,
    Html,
    code,
    element,
    folded,
    joined,
    more,
    page,
    table,
    text,
)
from parentchild.errors import ParentChildError
from parentchild.findings.chain import links_of
from parentchild.findings.picture import chain_html
from parentchild.findings.text import span_text
from parentchild.findings.view import FindingView
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.severity import Severity

MOST_FINDINGS: Final = 25
MOST_SUPPRESSED: Final = 10
MOST_INVALID: Final = 5
_MOST_DEVICES: Final = 12
_NAME: Final = 60
_COMMAND: Final = 500
_SENTENCE: Final = 1000
_ACCENT: Final = {
    Severity.CRITICAL: "#b3261e",
    Severity.HIGH: "#d1495b",
    Severity.MEDIUM: "#c77700",
    Severity.LOW: "#4a86c5",
    Severity.INFORMATIONAL: LINE,
}


class InvalidRow(Protocol):
    """A row that could not be read."""

    @property
    def index(self) -> int:
        """Where it stood."""
        ...

    @property
    def error(self) -> ParentChildError:
        """Why it could not be read."""
        ...


def finding_html(finding: FindingView) -> str:
    """Return one finding: what it says, its chain, and everything that is known of its earliest event."""
    return page(
        element("div", _severity(finding), text(f" {finding.reason.value}")),
        _sentence(finding),
        chain_html(finding),
        element("div", _counts(finding), text("; "), _seen(finding), style="margin:4px 0"),
        _details(finding),
    )


def report_html(
    headline: str,
    findings: Sequence[FindingView],
    *,
    suppressed: Sequence[FindingView],
    unknown: Iterable[str],
    excluded: int,
    exclusions: Sequence[Exclusion],
    invalid: Sequence[InvalidRow],
    invalid_count: int,
) -> str:
    """Return a report: its counts, a table of its findings, and what is not among them, with the reasons."""
    return page(
        element("p", element("b", text(headline)), style="margin:4px 0"),
        table(_HEAD, [_row(finding) for finding in findings[:MOST_FINDINGS]]),
        more(MOST_FINDINGS, len(findings), "findings"),
        folded(
            text(f"suppressed: {_times(sum(each.suppressed for each in suppressed))} as crash clones"),
            _list([_suppressed(each) for each in suppressed[:MOST_SUPPRESSED]]),
            more(MOST_SUPPRESSED, len(suppressed), "pairs"),
        ),
        folded(
            text(f"excluded: {_times(excluded)}"),
            _list([_exclusion(each) for each in exclusions[:MOST_SUPPRESSED]]),
            more(MOST_SUPPRESSED, len(exclusions), "exclusions"),
        ),
        folded(text("unknown parents"), _list([text(line) for line in unknown])),
        folded(
            text(f"unreadable: {invalid_count:,} row{'' if invalid_count == 1 else 's'}"),
            _list([text(f"row {each.index}: {each.error}") for each in invalid[:MOST_INVALID]]),
            more(MOST_INVALID, invalid_count, "rows"),
        ),
    )


_HEAD: Final = (("severity", "92px"), ("what started what", ""), ("seen (UTC)", "140px"))


def _row(finding: FindingView) -> tuple[Html, ...]:
    return (
        _severity(finding),
        Html(
            chain_html(finding)
            + folded(
                text(finding.reason.value), element("p", text(finding.explanation, 1000)), _details(finding)
            )
        ),
        Html(f"{_seen(finding)}<br>{_counts(finding)}"),
    )


def _sentence(finding: FindingView) -> Html:
    return element("p", text(finding.explanation, _SENTENCE), style="margin:4px 0")


def _severity(finding: FindingView) -> Html:
    accent = _ACCENT[finding.severity]
    return element(
        "span",
        text(finding.severity.label),
        style=f"border-left:4px solid {accent};padding-left:6px;font-weight:bold;white-space:nowrap",
    )


def _seen(finding: FindingView) -> Html:
    return text(span_text(finding))


def _counts(finding: FindingView) -> Html:
    at_least = "" if finding.device_count_is_exact else "at least "
    devices = f"{at_least}{finding.device_count:,} device{'' if finding.device_count == 1 else 's'}"
    return text(f"{_times(finding.occurrences)} on {devices}")


def _details(finding: FindingView) -> Html:
    lines = [
        Html(f"{text(link.role)} {text(label)}: {code(value, _COMMAND)}")
        for link in links_of(finding)
        for label, value in link.details
        if label != "pid"
    ]
    devices = finding.devices
    named = [code(device or "?", _NAME) for device in devices[:_MOST_DEVICES]]
    left = f" and {len(devices) - _MOST_DEVICES:,} more" if len(devices) > _MOST_DEVICES else ""
    lines.append(Html(f"on {joined(named, ', ')}{left}"))
    if finding.suppressed:
        lines.append(text(f"{_times(finding.suppressed)} more, cleared as crash clones"))
    lines.extend(text(f"may be a sign of {each.id} {each.name}") for each in finding.attack)
    return _list(lines)


def _suppressed(finding: FindingView) -> Html:
    pair = f"{code(finding.child, _NAME)} started by {code(finding.parent, _NAME)}"
    why = "the crash handler was at work in that parent just before"
    return Html(f"{pair}, {text(_times(finding.occurrences))}: {text(why)}")


def _exclusion(exclusion: Exclusion) -> Html:
    conditions = (
        ("child", exclusion.child),
        ("parent", exclusion.parent),
        ("device", exclusion.device),
        ("user", exclusion.user),
        ("command line with", exclusion.command_line),
        ("until", None if exclusion.expires_at is None else exclusion.expires_at.isoformat()),
    )
    given = joined([Html(f"{text(name)} {code(value)}") for name, value in conditions if value], ", ")
    return Html(f"{text(exclusion.reason)} ({given})")


def _list(lines: list[Html]) -> Html:
    if not lines:
        return Html("")
    items = (element("li", line) for line in lines)
    return element("ul", *items, style="margin:2px 0 6px 0;padding-left:20px")


def _times(count: int) -> str:
    return f"{count:,} time{'' if count == 1 else 's'}"
