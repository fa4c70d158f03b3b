"""Counting: how often what stands in some columns of a frame occurs, asked of its engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.schemas import Key, TableSchema, known
from parentchild.hunting.frames.selection import merged

_COUNT = "__parentchild_count"
_MOST_VALUES = 2_000_000  # that an engine is asked for


class Counts:
    """How often each child occurs with each key, asked once a source: that tells how many rows there are."""

    def __init__(self, nw: Any, frame: Any, schema: TableSchema) -> None:  # noqa: ANN401
        self._nw = nw
        self._frame = frame
        self._deciding = schema.deciding
        self._child = schema.sources[0].columns.child
        self._known: dict[str, list[tuple[object, Key, int]]] = {}

    def _of(self, child: str) -> list[tuple[object, Key, int]]:
        if child not in self._known:
            names = (child, *(name for name in self._deciding if name != child))
            at = [names.index(name) for name in self._deciding]
            found = counted_by(self._nw, self._frame, names)
            self._known[child] = [
                (values[0], tuple([values[place] for place in at]), number) for values, number in found
            ]
        return self._known[child]

    def children(self, child: str) -> list[object]:
        """Return what stands in a column of children."""
        return list(dict.fromkeys(each for each, _, _ in self._of(child)))

    def keys(self) -> dict[Key, int]:
        """Return how often each key occurs."""
        return merged((key, number) for _, key, number in self._of(self._child))

    def seen(self) -> int:
        """Return how many rows there are."""
        return sum(number for _, _, number in self._of(self._child))


def counted_by(nw: Any, frame: Any, names: tuple[str, ...]) -> Iterator[tuple[Key, int]]:  # noqa: ANN401
    """Yield each combination of values of some columns, null as None, and how often it occurs.

    Raises:
        InvalidArgument: there are too many.
    """
    found = collected(frame.group_by(*names).agg(nw.len().alias(_COUNT)), _MOST_VALUES + 1)
    if len(found) > _MOST_VALUES:
        columns = " and ".join(names)
        raise InvalidArgument(
            "frame", len(found), f"has more than {_MOST_VALUES} different values of {columns}"
        )
    values = (map(known, found[name].to_list()) for name in names)
    return zip(zip(*values, strict=True), map(int, found[_COUNT].to_list()), strict=True)


def distinct(nw: Any, frame: Any, name: str) -> list[object]:  # noqa: ANN401
    """Return the different values of a column, null as None.

    It is asked as a count by name: what narwhals makes of `unique` takes DuckDB five times as long.

    Raises:
        InvalidArgument: there are too many.
    """
    return [value for (value,), _ in counted_by(nw, frame, (name,))]


def collected(frame: Any, most: int) -> Any:  # noqa: ANN401
    """Return the first rows of a frame, as an eager one."""
    return frame.head(most).collect() if hasattr(frame, "collect") else frame
