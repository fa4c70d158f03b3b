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
        fits: tells what columns cannot; asked last, with the row.
    """

    needs: tuple[tuple[str, ...], ...]
    own: tuple[str, ...] = ()
    fits: Callable[[Mapping[str, object]], bool] | None = None

    @property
    def is_flat(self) -> bool:
        """Whether the names of a row's columns alone decide."""
        return self.fits is None and not any("." in name for group in self.needs for name in group)

    def could_fit(self, columns: frozenset[object]) -> bool:
        """Tell whether a row with these columns can be of the source, whatever they hold."""
        return all(
            any(name in columns or name.partition(".")[0] in columns for name in group)
            for group in self.needs
        )

    def score(self, row: Mapping[str, object]) -> int:
        """Return how many of its columns a row has; 0 when it is not of the source.

        Cost: a look-up for each column.
        """
        for group in self.needs:
            if not any(_has(row, name) for name in group):
                return 0
        if self.fits is not None and not self.fits(row):
            return 0
        return len(self.needs) + sum(_has(row, name) for name in self.own)

    def lacking(self, row: Mapping[str, object]) -> tuple[str, ...]:
        """Return what a row would have to have: the first column of each group of which it has none."""
        return tuple(group[0] for group in self.needs if not any(_has(row, name) for name in group))


def _has(row: Mapping[str, object], name: str) -> bool:
    return name in row or ("." in name and reached(row, name) is not None)
