"""Findings as plain text: what terminals show, and notebooks that do not trust a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from parentchild.display.markup import shortened
from parentchild.findings.chain import Link, links_of
from parentchild.findings.view import FindingView

_MOST_SHOWN: Final = 20
_LONGEST: Final = 100


def finding_text(finding: FindingView) -> str:
    """Return a finding as a small tree under its explanation."""
    links = links_of(finding)
    line = dict(links[-1].details).get("command line", "")
    started = (f"    command line {shortened(line, _LONGEST)}",) if line else ()
    return "\n".join((_head(finding), *_tree(links), *started, _counts(finding)))


def findings_text(
    findings: Sequence[FindingView], first: str, last: Iterable[str], *, most: int = _MOST_SHOWN
) -> str:
    """Return the first findings of a report as text, between a first line and the last ones."""
    left = len(findings) - most
    return "\n".join(
        (
            first,
            *(finding_text(finding) for finding in findings[:most]),
            *((f"... {left:,} more findings",) if left > 0 else ()),
            *last,
        )
    )


def _head(finding: FindingView) -> str:
    return f"[{finding.severity.label}] {finding.explanation}"


def _tree(links: tuple[Link, ...]) -> list[str]:
    lines: list[str] = []
    depth = 0
    for link in links:
        if link.role == "creator":  # it stands beside the chain
            lines.append(f"    {_link_text(link)}  (made the call)")
            continue
        lines.append(f"    {'   ' * max(depth - 1, 0)}{'└─ ' if depth else ''}{_link_text(link)}")
        depth += 1
    return lines


def _link_text(link: Link) -> str:
    details = dict(link.details)
    known = [
        *((f"= {link.spelling}",) if link.spelling else ()),
        *((f"pid {details['pid']}",) if "pid" in details else ()),
        *((shortened(details["path"], _LONGEST),) if "path" in details else ()),
    ]
    beside = f" ({', '.join(known)})" if known else ""
    instead = ", ".join(shortened(each, _LONGEST) for each in link.instead)
    wrong = f"   <- {link.instead_label} {instead}" if link.instead else ""
    return f"{shortened(link.name, _LONGEST)}{beside}{wrong}"


def _counts(finding: FindingView) -> str:
    at_least = "" if finding.device_count_is_exact else "at least "
    times = f"{finding.occurrences:,} time{'' if finding.occurrences == 1 else 's'}"
    devices = f"{at_least}{finding.device_count:,} device{'' if finding.device_count == 1 else 's'}"
    cleared = f", {finding.suppressed:,} more cleared as crash clones" if finding.suppressed else ""
    where = shortened(finding.event.device, _LONGEST) or "?"
    return f"    seen {span_text(finding)} UTC, first on {where}; {times} on {devices}{cleared}"


def span_text(finding: FindingView) -> str:
    """Return from when to when a finding was seen, as short as can be."""
    first, last = finding.first_seen, finding.last_seen
    text = f"{first:%Y-%m-%d %H:%M:%S}"
    if (last - first).total_seconds() < 1:
        return text
    return (
        f"{text} to {last:%H:%M:%S}" if first.date() == last.date() else f"{text} to {last:%Y-%m-%d %H:%M:%S}"
    )
