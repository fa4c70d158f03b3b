"""Comparing: what a change of relations or exclusions does to the findings of the same events."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from parentchild.detector import Detector
from parentchild.errors import InvalidArgument
from parentchild.events import Event
from parentchild.findings.finding import Finding
from parentchild.relations.evaluation import Verdict, evaluate
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import printable

_SHOWN = 20  # findings of a kind; a review needs no more to see that the change is too wide
_ENTRIES_AN_EVENT = 8  # more than one event can leave behind in a detector


@attrs.frozen
class Removed:
    """A finding that the change removes, and why it goes."""

    finding: Finding
    why: str


@attrs.frozen
class Changed:
    """A finding that stays but counts otherwise."""

    before: Finding
    after: Finding


@attrs.frozen(kw_only=True)
class Comparison:
    """What a change does. Its text is short enough for a review.

    Args:
        added: the findings that it adds.
        removed: the findings that it removes, each with the reason.
        changed: the findings that count fewer or more events or devices.
        kept: how many findings are as before.
    """

    added: tuple[Finding, ...]
    removed: tuple[Removed, ...]
    changed: tuple[Changed, ...]
    kept: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        counts = len(self.added), len(self.removed), len(self.changed), self.kept
        lines = ["{} findings added, {} removed, {} changed, {} as before".format(*counts)]
        lines += _some([f"+ {_brief(finding)}\n    {finding.explanation}" for finding in self.added])
        lines += _some([f"- {_brief(gone.finding)}\n    {gone.why}" for gone in self.removed])
        lines += _some([f"~ {_brief(each.before)} -> {_counts(each.after)}" for each in self.changed])
        return "\n".join(lines)


def compare(
    events: Iterable[Event], before: RelationRegistry | Detector, after: RelationRegistry | Detector
) -> Comparison:
    """Return what a change of registry or exclusions does to the findings of `events`.

    Args:
        events: the events to try it on, such as a week of your own.
        before: the relations as they are; to have exclusions and options too, a detector made with them.
        after: the relations, or a detector, as they shall be. Neither detector is fed or changed: of both
            only registry and options count, and for the comparison each remembers everything.

    Raises:
        InvalidArgument: `before` or `after` is neither.

    >>> from parentchild import DEFAULT_RELATIONS
    >>> from parentchild.testing import Host
    >>> host = Host("ws-01")
    >>> _ = host.spawn("svchost.exe", parent="acme.exe")
    >>> tuned = DEFAULT_RELATIONS.allow("svchost.exe", "acme.exe", why="ACME's agent hosts its services")
    >>> print(compare(host.events, DEFAULT_RELATIONS, tuned))
    0 findings added, 1 removed, 0 changed, 0 as before
    - [high] unexpected-parent: svchost.exe <- acme.exe, 1 times on 1 devices
        expected now: ACME's agent hosts its services
    """
    seen = tuple(events)
    old, new = _fed("before", before, seen), _fed("after", after, seen)
    earlier = {finding.uid: finding for finding in old.findings()}
    later = {finding.uid: finding for finding in new.findings()}
    both = [(finding, later[uid]) for uid, finding in earlier.items() if uid in later]
    changed = tuple(Changed(here, there) for here, there in both if _size(here) != _size(there))
    return Comparison(
        added=tuple(finding for uid, finding in later.items() if uid not in earlier),
        removed=tuple(
            Removed(finding, _why_gone(finding, new)) for uid, finding in earlier.items() if uid not in later
        ),
        changed=changed,
        kept=len(both) - len(changed),
    )


def _fed(name: str, given: RelationRegistry | Detector, events: tuple[Event, ...]) -> Detector:
    if isinstance(given, RelationRegistry):
        given = Detector(given)
    if not isinstance(given, Detector):
        raise InvalidArgument(name, given, "must be a RelationRegistry or a Detector")
    settings = given.settings
    detector = Detector(
        given.registry,
        exclusions=settings.exclusions,
        window=None,
        capacity=max(settings.capacity, _ENTRIES_AN_EVENT * len(events)),
        suppression=settings.suppression,
        report_unknown=settings.report_unknown,
        resolve_parents=settings.resolve_parents,
    )
    detector.observe_many(events)
    return detector


def _why_gone(finding: Finding, detector: Detector) -> str:
    """Return why a detector does not find what another found, told by the finding's earliest event."""
    if any(cleared.uid == finding.uid for cleared in detector.suppressed()):
        return "cleared as a crash clone"
    event = finding.event
    evaluation = evaluate(detector.registry.compiled, event.process, event.parent, event.creator)
    for exclusion in detector.settings.exclusions:
        if exclusion.covers(event, evaluation):
            return f"excluded: {printable(exclusion.reason)}"
    if evaluation.verdict is Verdict.UNWATCHED:
        return f"no relation is about {printable(finding.child)} any more"
    if evaluation.verdict is Verdict.UNKNOWN:
        return "its parent is unknown"
    if evaluation.verdict is Verdict.MISMATCH:
        return f"now {', '.join(reason.value for reason in evaluation.reasons)}"
    told = evaluation.match.why if evaluation.match is not None else ""
    return f"expected now: {printable(told)}" if told else "expected now"


def _size(finding: Finding) -> tuple[int, int]:
    return finding.occurrences, finding.device_count


def _brief(finding: Finding) -> str:
    pair = f"{printable(finding.child)} <- {printable(finding.parent) or '?'}"
    reasons = ", ".join(reason.value for reason in finding.reasons)
    place = f" in {printable(finding.directory)}" if finding.directory else ""
    return f"[{finding.severity.label}] {reasons}: {pair}{place}, {_counts(finding)}"


def _counts(finding: Finding) -> str:
    return f"{finding.occurrences} times on {finding.device_count} devices"


def _some(lines: list[str]) -> list[str]:
    more = len(lines) - _SHOWN
    return lines if more <= 0 else [*lines[:_SHOWN], f"  ... and {more} more"]
