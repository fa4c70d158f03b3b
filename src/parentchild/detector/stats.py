"""What a detector has counted, so that nothing is dropped in silence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import attrs

from parentchild.relations.evaluation import MissingParent


@attrs.frozen(kw_only=True)
class Stats:
    """Counts of events since a detector was made, over all detectors merged into it.

    Args:
        seen: events observed.
        watched: process creations about which a relation says something.
        expected: those of them that are as Windows does it.
        mismatched: those that are not.
        unknown: those whose parent is unknown, and was not found out later.
        resolved: those whose parent or creator was found out from its pid.
        excluded: mismatches (and unknowns, where they are reported) that an exclusion covers.
        suppressed: mismatches that crash-handler evidence cleared.
        evidence: events that were crash-handler evidence.
        evicted: remembered things that went because the memory was full.
        expired: remembered things that went because they were older than the window.
        gaps: `unknown` by what was missing, as pairs.
    """

    seen: int = 0
    watched: int = 0
    expected: int = 0
    mismatched: int = 0
    unknown: int = 0
    resolved: int = 0
    excluded: int = 0
    suppressed: int = 0
    evidence: int = 0
    evicted: int = 0
    expired: int = 0
    gaps: tuple[tuple[MissingParent, int], ...] = ()

    @property
    def unknown_by_gap(self) -> dict[MissingParent, int]:
        """`unknown` by what was missing."""
        return dict(self.gaps)


MOST_BOOKS = 10_000
"""How many runs' books are kept apart before those of ended runs are bound into one."""

_MERGED = uuid.UUID("6f0d3d7e-94c5-5c2b-8a55-0ff0080ff008")
_COUNTS = tuple(field.name for field in attrs.fields(Stats) if field.name != "gaps")
_GAPS = {gap.name.lower(): gap for gap in MissingParent}
NAMES = frozenset(
    f"{name}{sign}" for name in (*_COUNTS, *(f"gap:{gap}" for gap in _GAPS)) for sign in ("", "-")
)
"""The names of all counters; those that end in `-` count what was taken back, so that none ever falls."""


class Counters:
    """Counters that can be united without counting twice.

    Each run of a detector counts in a book of its own, named after the first event it saw. Uniting takes
    every book once, and of two copies of a book the higher counts: so a state merged with itself is itself.

    Whoever merges states for years collects a book a run. Past `MOST_BOOKS`, all but the run's own are bound
    into one, which is named after them: the sums stay, copies of the bound book still count once, and only
    one of its runs that comes again by itself counts twice.
    """

    __slots__ = ("_own", "books", "own_name")

    def __init__(self) -> None:
        self.books: dict[str, dict[str, int]] = {}
        self.own_name: str | None = None
        self._own: dict[str, int] = {}

    def open(self, name: str) -> None:
        """Start this run's own book, unless it has one."""
        if self.own_name is None:
            self.own_name = f"{len(self.books)}:{name}"
            self._own = self.books.setdefault(self.own_name, {})

    def restore(self, books: Mapping[str, Mapping[str, int]], own_name: str | None) -> None:
        """Take over saved books."""
        self.books = {name: dict(book) for name, book in books.items()}
        self.own_name = own_name
        if own_name is not None:
            self._own = self.books.setdefault(own_name, {})

    def add(self, name: str, number: int = 1) -> None:
        """Count `number` more, or that many taken back where it is negative. Needs an open book."""
        key, step = (name, number) if number >= 0 else (f"{name}-", -number)
        if step:
            self._own[key] = self._own.get(key, 0) + step

    def unite(self, one: Counters, other: Counters) -> None:
        """Take over the books of two; of two copies of one book the higher counts win.

        What is counted from now on goes into a book named after all of these, unless both are the same run.
        """
        for books in (one.filled(), other.filled()):
            for name, book in books.items():
                mine = self.books.setdefault(name, {})
                for key, number in book.items():
                    mine[key] = max(mine.get(key, 0), number)
        if len(self.books) > MOST_BOOKS:
            self._bind({one.own_name, other.own_name})
        if one.own_name == other.own_name:
            self.restore(self.books, one.own_name)
        else:
            names = "\n".join(sorted((*self.books, one.own_name or "", other.own_name or "")))
            self.open(str(uuid.uuid5(_MERGED, names.encode("utf-8", "surrogatepass").hex())))

    def _bind(self, kept: set[str | None]) -> None:
        """Bind the books of ended runs into one."""
        ended = sorted(name for name in self.books if name not in kept)
        bound: dict[str, int] = {}
        for name in ended:
            for key, number in self.books.pop(name).items():
                bound[key] = bound.get(key, 0) + number
        names = "\n".join(ended).encode("utf-8", "surrogatepass").hex()
        self.books[f"bound:{uuid.uuid5(_MERGED, names)}"] = bound

    def filled(self) -> dict[str, dict[str, int]]:
        """Return the books in which something is counted."""
        return {name: book for name, book in self.books.items() if book}

    def read(self) -> Stats:
        """Return the sums over all books."""
        sums: dict[str, int] = {}
        for book in self.books.values():
            for key, number in book.items():
                name, taken_back = (key[:-1], True) if key.endswith("-") else (key, False)
                sums[name] = sums.get(name, 0) + (-number if taken_back else number)
        gaps = {gap: sums.get(f"gap:{name}", 0) for name, gap in _GAPS.items()}
        return Stats(
            **{name: sums.get(name, 0) for name in _COUNTS},
            gaps=tuple((gap, number) for gap, number in gaps.items() if number),
        )
