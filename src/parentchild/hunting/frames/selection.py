"""A selection: the rows of a table that could matter, taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs

from parentchild.errors import InvalidArgument

Row: TypeAlias = Mapping[str, object]

MOST = 1_000_000
"""How many rows are taken out of a table at the most, unless it is said otherwise."""


@attrs.frozen(kw_only=True)
class Selection:
    """The rows of a table that could matter.

    Args:
        rows: those rows.
        positions: where they stand in the table, counted from 0; None where the engine keeps no order.
        seen: how many rows the table has.
        everything: reads all rows of the table that tell of a start or an exit, for the names of pids.
    """

    rows: Sequence[Row]
    positions: Sequence[int] | None
    seen: int
    everything: Callable[[], Iterable[Row]]

    def position(self, index: int) -> int:
        """Return where the row at an index of `rows` stands in the table, or the index itself."""
        return index if self.positions is None else self.positions[index]


def refuse_if_over(found: int, most: int) -> None:
    """Refuse to go on with more rows than are wanted.

    Raises:
        InvalidArgument: there are more; it says what to tune.
    """
    if found > most:
        raise InvalidArgument(
            "frame",
            found,
            f"has more than {most} rows that could matter: narrow it by time or device, `allow` the pairs "
            "that are normal at home, remove relations that do not fit (`registry.without`), or keep the "
            "columns of the full paths",
        )
