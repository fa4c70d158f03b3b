"""A selection: the rows of a table that could matter, taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.schemas import Key, Kind, TableSchema, known
from parentchild.telemetry import RowCounts

Row: TypeAlias = Mapping[str, object]

MOST = 1_000_000
"""How many rows are taken out of a table at most, unless it is said otherwise."""


@attrs.frozen(kw_only=True)
class Selection:
    """The rows of a table that could matter.

    Args:
        rows: gives those rows, in order; it can be called again.
        positions: where they stand in the table, counted from 0; None where the engine keeps no order.
        seen: how many rows the table has.
        settled: what became of the other rows, which what they tell of or their names settle.
    """

    rows: Callable[[], Iterator[Row]]
    positions: Sequence[int] | None
    seen: int
    settled: RowCounts

    def position(self, index: int) -> int:
        """Return where the row at an index of `rows` stands in the table, or the index itself."""
        return index if self.positions is None else self.positions[index]


def whole(rows: Callable[[], Iterator[Row]], seen: int) -> Selection:
    """Return the selection of all rows, where a reader must look at each."""
    return Selection(rows=rows, positions=None, seen=seen, settled=RowCounts())


def told_alone(row: Row) -> Row:
    """Return a row without its nulls: a table gives every row the columns of all."""
    return {name: value for name, value in row.items() if known(value) is not None}


def settled_counts(schema: TableSchema, all_keys: Mapping[Key, int], taken: Mapping[Key, int]) -> RowCounts:
    """Return what became of the rows that were not taken.

    Args:
        schema: what the rows of the table are.
        all_keys: how many rows have each key.
        taken: how many of them were taken.
    """
    counts = RowCounts()
    for key, number in all_keys.items():
        told = schema.told(key)
        left = number - taken.get(key, 0)
        if told.kind is Kind.UNSETTLED or left <= 0:
            continue
        of = counts.of(told.source)
        if told.kind is Kind.CREATION:
            of.starts += left
        elif told.kind is Kind.OTHER:
            of.add_other(told.other, left)
        else:
            of.process_events += left
    return counts


def counted(keys: Iterable[Key]) -> dict[Key, int]:
    """Return how often each key occurs, those aside that cannot be looked up: all of their rows are taken."""
    found: dict[Key, int] = {}
    for key in keys:
        try:
            found[key] = found.get(key, 0) + 1
        except TypeError:  # noqa: PERF203 - one strange value must not end the count
            continue
    return merged(found.items())


def merged(keys: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Return how often each key occurs, with one null for all that engines mean by it."""
    found: dict[Key, int] = {}
    for key, number in keys:
        plain = tuple(map(known, key))
        found[plain] = found.get(plain, 0) + number
    return found


def refuse_if_over(found: int, most: int) -> None:
    """Refuse to go on with more rows than are wanted.

    Raises:
        InvalidArgument: there are more; it says what to tune.
    """
    if found > most:
        raise InvalidArgument(
            "frame",
            found,
            f"has more than {most} rows that could matter: narrow it by time or device, allow expected "
            "pairs, or keep path and command-line columns",
        )
