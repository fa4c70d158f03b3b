"""A report as Markdown: what fits into a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from parentchild.display.markdown import code_span, prose
from parentchild.display.markup import number
from parentchild.findings.finding import Finding
from parentchild.findings.text import counts_text, span_text, variant_counts, variant_values
from parentchild.hunting.families import Family
from parentchild.hunting.view import ALL_FAMILIES, MOST_HIGHEST, SOURCE_HEAD, ReportView
from parentchild.relations.sentences import shown

_SENTENCE: Final = 1000
_COMMAND: Final = 200
_MOST_VARIANTS: Final = 3


def report_markdown(view: ReportView) -> str:
    """Return headline, account, the highest families with what to check, and what is not among them."""
    return "\n".join((*_account(view), *_highest(view), *_notes(view))) + "\n"


def _account(view: ReportView) -> Iterator[str]:
    yield f"# {prose(view.headline)}"
    yield ""
    if view.sources:
        yield f"| {' | '.join(SOURCE_HEAD)} |"
        yield f"|---|{'---:|' * (len(SOURCE_HEAD) - 1)}"
        for name, *counts in view.sources:
            yield f"| {prose(name)} | {' | '.join(f'{count:,}' for count in counts)} |"
        yield ""


def _highest(view: ReportView) -> Iterator[str]:
    for rank, family in enumerate(view.families[:MOST_HIGHEST], start=1):
        yield from _family(rank, family)
    left = len(view.families) - MOST_HIGHEST
    if left > 0:
        yield f"{left:,} more: `{ALL_FAMILIES}`"
        yield ""


def _family(rank: int, family: Family) -> Iterator[str]:
    finding = family.finding
    child, parent = code_span(shown(finding.child)), code_span(shown(finding.parent)) or "an unknown parent"
    yield f"## {rank}. {finding.severity.label} {finding.risk_score}: {child} by {parent}"
    yield ""
    yield prose(finding.explanation, _SENTENCE)
    yield ""
    others = family.members[1:]
    if others:
        devices = number(family.device_count, "device")
        yield f"- and {number(len(others), 'more finding')} like it, on {devices} in all"
    yield f"- seen {span_text(finding)} UTC, {counts_text(finding)}, first on {_device(finding)}"
    for label, process in (("child", finding.event.process), ("parent", finding.event.parent)):
        if process is not None and process.path:
            yield f"- {label}: {code_span(process.path)}"
        if process is not None and process.command_line:
            yield f"- {label} command line: {code_span(process.command_line, _COMMAND)}"
    if finding.attack:
        yield f"- ATT&CK: {', '.join(each.id for each in finding.attack)}"
    if len(finding.variants) > 1:
        for each in finding.variants[:_MOST_VARIANTS]:
            yield f"- variant, {prose(variant_counts(each))}: {prose('; '.join(variant_values(each)))}"
    yield from (f"- [ ] {prose(step, _SENTENCE)}" for step in finding.next_steps)
    yield f"- uid: `{finding.uid}`"
    yield ""


def _device(finding: Finding) -> str:
    return code_span(finding.event.device) or "a device without a name"


def _notes(view: ReportView) -> Iterator[str]:
    yield from (f"- {prose(line, _SENTENCE)}" for line in view.notes)
