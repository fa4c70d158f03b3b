"""What a detector has counted, so that nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

import attrs

from parentchild.relations.evaluation import Evaluation, MissingParent, Reason, Verdict
from parentchild.relations.exclusions import Exclusion

Counts: TypeAlias = Counter[str | MissingParent | Exclusion]
"""The counts while they grow: those of `Stats` by name, unknown parents by what is missing, exclusions."""

# Before Python 3.12, to name a member by its class is a call.
_EXPECTED, _MISMATCH, _SELF_COPY = Verdict.EXPECTED, Verdict.MISMATCH, Reason.SELF_COPY


@attrs.frozen(kw_only=True)
class Stats:
    """Counts of events since a detector was made; those of merged detectors are added up.

    Args:
        seen: events observed.
        watched: process creations about which a relation says something.
        expected: those of them that are as Windows does it.
        mismatched: those that are not.
        copies: those of the mismatched in which an image harmlessly started itself.
        unknown: those of the watched whose parent is unknown.
        resolved: those whose parent or creator was looked up by its pid.
        excluded: mismatches (and unknowns, where they are reported) that an exclusion covers.
        suppressed: mismatches that crash-handler evidence cleared.
        evidence: events that were crash-handler evidence.
        evicted: remembered things that were forgotten for want of room.
        expired: remembered things that were forgotten because they were older than the window.
        missing: `unknown` by what was missing, as pairs.
        by_exclusion: how many events each exclusion covered, in the order in which they were given.
    """

    seen: int = 0
    watched: int = 0
    expected: int = 0
    mismatched: int = 0
    copies: int = 0
    unknown: int = 0
    resolved: int = 0
    excluded: int = 0
    suppressed: int = 0
    evidence: int = 0
    evicted: int = 0
    expired: int = 0
    missing: tuple[tuple[MissingParent, int], ...] = ()
    by_exclusion: tuple[int, ...] = ()

    @property
    def unknown_by_missing(self) -> dict[MissingParent, int]:
        """`unknown` by what was missing."""
        return dict(self.missing)


NAMES: Final = tuple(field.name for field in attrs.fields(Stats) if field.default == 0)
"""The names of the plain counts."""


def count(counts: Counts, evaluation: Evaluation) -> None:
    """Count a creation about which a relation says something."""
    counts["watched"] += 1
    if evaluation.verdict is _MISMATCH:
        counts["mismatched"] += 1
        counts["copies"] += _SELF_COPY in evaluation.reasons
    elif evaluation.verdict is _EXPECTED:
        counts["expected"] += 1
    elif evaluation.missing is not None:
        counts["unknown"] += 1
        counts[evaluation.missing] += 1


def stats_of(counts: Counts, exclusions: Iterable[Exclusion]) -> Stats:
    """Return the counts of now."""
    return Stats(
        **{name: counts[name] for name in NAMES},
        missing=tuple((each, counts[each]) for each in MissingParent if counts[each]),
        by_exclusion=tuple(counts[exclusion] for exclusion in exclusions),
    )


def counts_of(stats: Stats, exclusions: Iterable[Exclusion]) -> Counts:
    """Return counts that are at `stats`."""
    counts = Counts({name: getattr(stats, name) for name in NAMES})
    counts.update(dict(stats.missing))
    counts.update(dict(zip(exclusions, stats.by_exclusion, strict=True)))
    return counts
