"""What became of the rows: every row is in exactly one count."""

from __future__ import annotations

from collections.abc import Mapping

_KINDS = 64
_LONGEST_KIND = 64
OTHER_KINDS = "others"
"""Under which name further kinds are counted, once a source has shown 64."""

UNRECOGNISED = "unrecognised"
"""Under which name rows are counted that no source knows."""


class SourceCounts:
    """The counts of one source; they add up to the rows that were of it.

    Attributes:
        starts: starts of processes, whether they mattered or not.
        process_events: other events of processes: exits and remote threads.
        other_events: events about something else.
        unreadable: rows that could not be read.
        truncated: of the rows that could be read, those whose text was cut off: each is in one of the other
            counts too.
        kinds: the other events by kind, as the source calls them; at most 64 kinds, the rest as `others`.
    """

    __slots__ = ("kinds", "other_events", "process_events", "starts", "truncated", "unreadable")

    def __init__(self) -> None:
        self.starts = self.process_events = self.other_events = self.unreadable = 0
        self.truncated = 0
        self.kinds: dict[str, int] = {}

    @property
    def rows(self) -> int:
        """How many rows there were: the sum of the four counts."""
        return self.starts + self.process_events + self.other_events + self.unreadable

    def add_other(self, kind: str, number: int = 1) -> None:
        """Count events about something else."""
        self.other_events += number
        kind = kind[:_LONGEST_KIND]
        if kind not in self.kinds and len(self.kinds) >= _KINDS:
            kind = OTHER_KINDS
        self.kinds[kind] = self.kinds.get(kind, 0) + number

    def __repr__(self) -> str:
        return (
            f"SourceCounts(starts={self.starts}, process_events={self.process_events}, "
            f"other_events={self.other_events}, unreadable={self.unreadable}, truncated={self.truncated})"
        )


class RowCounts:
    """Counts rows while they are read, by the name of their source.

    Give one to `read_many`, and look at it once all was read. A document counts as the rows that it holds.

    >>> counts = RowCounts()
    >>> counts.of("Sysmon").starts += 1
    >>> counts.rows, counts.by_source
    (1, {'Sysmon': SourceCounts(starts=1, process_events=0, other_events=0, unreadable=0, truncated=0)})
    """

    __slots__ = ("_sources",)

    def __init__(self) -> None:
        self._sources: dict[str, SourceCounts] = {}

    def of(self, source: str) -> SourceCounts:
        """Return the counts of a source, which start at nothing."""
        found = self._sources.get(source)
        if found is None:
            found = self._sources[source] = SourceCounts()
        return found

    def add(self, other: RowCounts) -> None:
        """Add the counts of other rows."""
        for name, counts in other.by_source.items():
            mine = self.of(name)
            mine.starts += counts.starts
            mine.process_events += counts.process_events
            mine.unreadable += counts.unreadable
            mine.truncated += counts.truncated
            for kind, number in counts.kinds.items():
                mine.add_other(kind, number)

    @property
    def by_source(self) -> Mapping[str, SourceCounts]:
        """The counts by the name of the source, in the order in which sources were seen."""
        return dict(self._sources)

    @property
    def starts(self) -> int:
        """How many starts of processes there were."""
        return sum(counts.starts for counts in self._sources.values())

    @property
    def process_events(self) -> int:
        """How many exits and remote threads there were."""
        return sum(counts.process_events for counts in self._sources.values())

    @property
    def other_events(self) -> int:
        """How many events were about something else."""
        return sum(counts.other_events for counts in self._sources.values())

    @property
    def unreadable(self) -> int:
        """How many rows could not be read."""
        return sum(counts.unreadable for counts in self._sources.values())

    @property
    def truncated(self) -> int:
        """How many rows were read although their text was cut off; they are in the other counts too."""
        return sum(counts.truncated for counts in self._sources.values())

    @property
    def rows(self) -> int:
        """How many rows there were in all: the sum of the four counts."""
        return sum(counts.rows for counts in self._sources.values())

    def __repr__(self) -> str:
        return f"RowCounts({self._sources!r})"
