"""Findings as plain text: what terminals show, and notebooks that do not trust a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from parentchild.display.markup import number, shortened
from parentchild.findings.chain import Link, links_of, words
from parentchild.findings.record import FindingRecord
from parentchild.findings.variants import Variant
from parentchild.relations.evaluation import Reason, name_of
from parentchild.relations.sentences import shown

_LONGEST: Final = 100
_MOST_VARIANTS: Final = 5
_INDENT: Final = "    "


def finding_text(finding: FindingRecord) -> str:
    """Return a finding in full: explanation, chain, variants, and what to check next."""
    return "\n".join((finding_summary(finding), *_variants(finding), *_steps(finding)))


def finding_summary(finding: FindingRecord) -> str:
    """Return a finding as a small tree under its explanation."""
    links = links_of(finding)
    line = dict(links[-1].details).get("command line", "")
    started = (f"{_INDENT}command line {shortened(line, _LONGEST)}",) if line else ()
    head = f"[{finding.severity.label} {finding.risk_score}] {finding.explanation}"
    return "\n".join((head, *_tree(links), *started, _counts(finding)))


def finding_line(finding: FindingRecord) -> str:
    """Return a finding as one line of a list: rank, pair, reasons, how often and where."""
    child, parent = shown(finding.child), shown(finding.parent) or "?"
    reasons = ", ".join(map(words, finding.reasons))
    aside = " (parent looked up by pid)" if finding.parent_is_inferred else ""
    if finding.reason is Reason.SPOOFED_PARENT and finding.event.creator is not None:
        aside = f" (called by {shown(name_of(finding.event.creator))})"
    where = shortened(finding.event.device, _LONGEST) or "?"
    return (
        f"[{finding.severity.label} {finding.risk_score}] {child} by {parent}{aside}: {reasons}; "
        f"{counts_text(finding)}, first on {where} {finding.first_seen:%Y-%m-%d %H:%M:%S}"
    )


def counts_text(finding: FindingRecord) -> str:
    """Return how often a finding was seen, and on how many devices."""
    at_least = "" if finding.device_count_is_exact else "at least "
    return f"{number(finding.occurrences, 'time')} on {at_least}{number(finding.device_count, 'device')}"


def span_text(finding: FindingRecord) -> str:
    """Return from when to when a finding was seen, as short as can be."""
    first, last = finding.first_seen, finding.last_seen
    text = f"{first:%Y-%m-%d %H:%M:%S}"
    if (last - first).total_seconds() < 1:
        return text
    return (
        f"{text} to {last:%H:%M:%S}" if first.date() == last.date() else f"{text} to {last:%Y-%m-%d %H:%M:%S}"
    )


def _tree(links: tuple[Link, ...]) -> list[str]:
    lines: list[str] = []
    depth = 0
    for link in links:
        if link.role == "creator":  # it stands beside the chain
            lines.append(f"{_INDENT}{_link_text(link)}  (made the call)")
            continue
        lines.append(f"{_INDENT}{'   ' * max(depth - 1, 0)}{'└─ ' if depth else ''}{_link_text(link)}")
        depth += 1
    return lines


def _link_text(link: Link) -> str:
    details = dict(link.details)
    known = [
        *((f"= {shortened(link.spelling, _LONGEST)}",) if link.spelling else ()),
        *((f"pid {details['pid']}",) if "pid" in details else ()),
        *((shortened(details["path"], _LONGEST),) if "path" in details else ()),
        *((link.note,) if link.note else ()),
    ]
    beside = f" ({', '.join(known)})" if known else ""
    instead = ", ".join(shortened(each, _LONGEST) for each in link.instead)
    right = f"; {link.instead_label} {instead}" if link.instead else ""
    wrong = f"   <- {', '.join(link.faults)}{right}" if link.faults else ""
    return f"{shortened(link.name, _LONGEST)}{beside}{wrong}"


def _counts(finding: FindingRecord) -> str:
    cleared = f", {finding.suppressed:,} more cleared as crash clones" if finding.suppressed else ""
    where = shortened(finding.event.device, _LONGEST) or "?"
    return f"{_INDENT}seen {span_text(finding)} UTC, first on {where}; {counts_text(finding)}{cleared}"


def _variants(finding: FindingRecord) -> Iterator[str]:
    if len(finding.variants) < 2:  # noqa: PLR2004 - one is the event itself
        return
    yield f"{_INDENT}variants, the rarest first:"
    for each in finding.variants[:_MOST_VARIANTS]:
        yield f"{_INDENT}- {variant_counts(each)}: {'; '.join(variant_values(each)) or 'nothing else known'}"
    if len(finding.variants) > _MOST_VARIANTS:
        yield f"{_INDENT}- {len(finding.variants) - _MOST_VARIANTS} more: finding.variants"


def variant_counts(variant: Variant) -> str:
    """Return how often a variant was seen, and where."""
    named = ", ".join(shortened(device, _LONGEST) or "?" for device in variant.devices)
    left = variant.device_count - len(variant.devices)
    more = f" and {left:,} more" if left > 0 and named else ""
    where = f" ({named}{more})" if named else ""
    return f"{number(variant.occurrences, 'time')} on {number(variant.device_count, 'device')}{where}"


def variant_values(variant: Variant) -> list[str]:
    """Return what tells a variant from the others, as far as known."""
    return [f"{label} {shortened(value, _LONGEST)}" for label, value in variant.told]


def _steps(finding: FindingRecord) -> Iterator[str]:
    yield f"{_INDENT}next steps:"
    yield from (f"{_INDENT}- {step}" for step in finding.next_steps)
