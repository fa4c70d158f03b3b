"""What became of the rows of a hunt: every row is in exactly one of four counts."""

from __future__ import annotations

from typing import Any

import attrs

from parentchild.detector.stats import Stats
from parentchild.relations.evaluation import MissingParent
from parentchild.telemetry import RowCounts


@attrs.frozen(kw_only=True)
class SourceCount:
    """What became of the rows of one source.

    Args:
        name: the source; `unrecognised` for rows that no source knows.
        starts: starts of processes.
        process_events: other events of processes: exits and remote threads.
        other_events: events about something else.
        unreadable: rows that could not be read.
        truncated: of the rows that could be read, those whose text was cut off: the fields after the cut are
            missing. Each is in one of the other counts too.
        kinds: the other events by kind, as the source calls them, the most frequent first.
    """

    name: str
    starts: int = 0
    process_events: int = 0
    other_events: int = 0
    unreadable: int = 0
    truncated: int = 0
    kinds: tuple[tuple[str, int], ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there were: the sum of the four counts."""
        return self.starts + self.process_events + self.other_events + self.unreadable


@attrs.frozen(kw_only=True)
class HuntStats:
    """Counts of a hunt. The first four add up to `rows`; of the others all but `truncated` are about starts.

    Args:
        starts: rows that tell of the start of a process.
        process_events: rows that tell of another event of a process.
        other_events: rows of a known source that tell of something else.
        unreadable: rows that could not be read.
        watched: starts about which a relation says something.
        expected: those of them that are as Windows does it.
        mismatched: those that are not.
        unknown: those whose parent is unknown, and was not found out.
        resolved: those whose parent or creator was found out from its pid.
        excluded: mismatches (and unknowns, where they are reported) that an exclusion covers.
        suppressed: mismatches that crash-handler evidence cleared.
        copies: harmless copies, informational and listed apart.
        evidence: events that were crash-handler evidence.
        evicted: remembered things that went because the memory was full.
        expired: remembered things that went because they were older than the window.
        nameless: starts that could matter whose row names no device.
        truncated: rows that were read although their text was cut off; each is in one of the first four
            counts too.
        missing: `unknown` by what was missing, as pairs.
    """

    starts: int = 0
    process_events: int = 0
    other_events: int = 0
    unreadable: int = 0
    watched: int = 0
    expected: int = 0
    mismatched: int = 0
    unknown: int = 0
    resolved: int = 0
    excluded: int = 0
    suppressed: int = 0
    copies: int = 0
    evidence: int = 0
    evicted: int = 0
    expired: int = 0
    nameless: int = 0
    truncated: int = 0
    missing: tuple[tuple[MissingParent, int], ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there were: the sum of the first four counts."""
        return self.starts + self.process_events + self.other_events + self.unreadable

    @property
    def unknown_by_missing(self) -> dict[MissingParent, int]:
        """`unknown` by what was missing."""
        return dict(self.missing)


def hunt_stats(rows: RowCounts, detected: Stats, *, expected: int, nameless: int) -> HuntStats:
    """Return the counts of a hunt.

    Args:
        rows: what became of the rows.
        detected: what the detector counted.
        expected: how many starts a prefilter held back because they are as Windows does it.
        nameless: how many starts that could matter were of rows that name no device.
    """
    shared = {field.name for field in attrs.fields(Stats)} & {field.name for field in attrs.fields(HuntStats)}
    counts: dict[str, Any] = {name: getattr(detected, name) for name in shared}
    counts |= {"watched": detected.watched + expected, "expected": detected.expected + expected}
    counts.update(
        {
            "starts": rows.starts,
            "process_events": rows.process_events,
            "other_events": rows.other_events,
            "unreadable": rows.unreadable,
            "nameless": nameless,
            "truncated": rows.truncated,
        }
    )
    return HuntStats(**counts)


def source_counts(rows: RowCounts) -> tuple[SourceCount, ...]:
    """Return the counts by source, the one with the most rows first."""
    found = [
        SourceCount(
            name=name,
            starts=counts.starts,
            process_events=counts.process_events,
            other_events=counts.other_events,
            unreadable=counts.unreadable,
            truncated=counts.truncated,
            kinds=tuple(sorted(counts.kinds.items(), key=lambda each: (-each[1], each[0]))),
        )
        for name, counts in rows.by_source.items()
    ]
    return tuple(sorted((each for each in found if each.rows), key=lambda each: (-each.rows, each.name)))
