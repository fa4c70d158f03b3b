"""Marks: by which columns a row of a source is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from parentchild.telemetry.nested import reached


@attrs.frozen
class Marks:
    """What only the rows of one source have.

    A column may be dotted: then it is looked for under that very name, and within objects.

    Args:
        needs: groups of columns; of each group a row must have one.
        own: further columns of the source; each that a row has speaks for the source.
        without: columns that a row must not have.
        fits: tells what the names of columns cannot; asked last, with the row.
        looks_at: the columns whose values `fits` depends on: a row that has none of them fits.
    """

    needs: tuple[tuple[str, ...], ...]
    own: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    fits: Callable[[Mapping[str, object]], bool] | None = None
    looks_at: tuple[str, ...] = ()

    def may_fit(self, columns: frozenset[object]) -> bool:
        """Tell whether a row with these columns may be of the source, depending on what they hold."""
        return columns.isdisjoint(self.without) and all(
            any(_may_have(columns, name) for name in group) for group in self.needs
        )

    def left_to_ask(self, columns: frozenset[object]) -> Callable[[Mapping[str, object]], bool] | None:
        """Return what must be asked of each row with these columns, which may fit; None for nothing."""
        if not all(any(name in columns for name in group) for group in self.needs):
            return self.has_needed
        return None if self.looks_at and columns.isdisjoint(self.looks_at) else self.fits

    def has_plain_score(self, columns: frozenset[object]) -> bool:
        """Tell whether the names of columns alone give the score of a row that has what it needs."""
        return not any(name not in columns and _may_have(columns, name) for name in self.own)

    def has_needed(self, row: Mapping[str, object]) -> bool:
        """Tell whether a row may be of the source: it has what it needs."""
        for group in self.needs:
            for name in group:
                if name in row or ("." in name and reached(row, name) is not None):
                    break
            else:
                return False
        return not any(name in row for name in self.without) and (self.fits is None or self.fits(row))

    def score(self, row: Mapping[str, object]) -> int:
        """Return how many of its columns a row has; 0 when it is not of the source.

        Cost: a look-up for each column.
        """
        if not self.has_needed(row):
            return 0
        return len(self.needs) + sum(_has(row, name) for name in self.own)

    def seen(self, row: Mapping[str, object]) -> int:
        """Return how many of its columns a row has, whether they are enough or not."""
        return sum(any(_has(row, name) for name in group) for group in self.needs) + sum(
            _has(row, name) for name in self.own
        )

    def lacking(self, row: Mapping[str, object]) -> tuple[str, ...]:
        """Return what a row would have to have: the first column of each group of which it has none."""
        return tuple(group[0] for group in self.needs if not any(_has(row, name) for name in group))


def _may_have(columns: frozenset[object], name: str) -> bool:
    return name in columns or ("." in name and name.partition(".")[0] in columns)


def _has(row: Mapping[str, object], name: str) -> bool:
    return name in row or ("." in name and reached(row, name) is not None)
