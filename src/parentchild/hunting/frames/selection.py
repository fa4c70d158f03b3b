"""A selection: the rows of a table that could matter, taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.schemas import Kind, TableSchema

Row: TypeAlias = Mapping[str, object]

MOST = 1_000_000
"""How many rows are taken out of a table at most, unless it is said otherwise."""


@attrs.frozen(kw_only=True)
class Settled:
    """Rows of one source that were not taken out of a table, since their kind or their names settle them.

    Args:
        starts: how many are starts of processes.
        process_events: how many are other events of processes.
        other_events: how many are about something else, by kind.
    """

    starts: int = 0
    process_events: int = 0
    other_events: Mapping[str, int] = attrs.field(factory=dict[str, int])


@attrs.frozen(kw_only=True)
class Selection:
    """The rows of a table that could matter.

    Args:
        rows: those rows.
        positions: where they stand in the table, counted from 0; None where the engine keeps no order.
        seen: how many rows the table has.
        settled: what the other rows are, by the name of their source.
        everything: reads all rows of the table that tell of a start or an exit, for the names of pids.
    """

    rows: Sequence[Row]
    positions: Sequence[int] | None
    seen: int
    settled: Mapping[str, Settled]
    everything: Callable[[], Iterable[Row]]

    def position(self, index: int) -> int:
        """Return where the row at an index of `rows` stands in the table, or the index itself."""
        return index if self.positions is None else self.positions[index]


def settled_rows(
    schemas: tuple[TableSchema, ...], actions: Mapping[object, int], taken: Mapping[object, int]
) -> dict[str, Settled]:
    """Return what the rows are that were not taken.

    Args:
        schemas: what the rows of the table are.
        actions: how many rows each action has; None is the only one of a table without.
        taken: how many of them were taken.
    """
    starts: dict[str, int] = {}
    process_events: dict[str, int] = {}
    others: dict[str, dict[str, int]] = {}
    for action, number in actions.items():
        left = number - taken.get(action, 0)
        kind, schema = _kind_of(schemas, action)
        if left <= 0 or kind is Kind.UNPARSEABLE:
            continue
        if kind is Kind.CREATION:
            starts[schema.name] = starts.get(schema.name, 0) + left
        elif kind is Kind.OTHER:
            kinds = others.setdefault(schema.name, {})
            kinds[str(action)] = kinds.get(str(action), 0) + left
        else:
            process_events[schema.name] = process_events.get(schema.name, 0) + left
    return {
        schema.name: Settled(
            starts=starts.get(schema.name, 0),
            process_events=process_events.get(schema.name, 0),
            other_events=others.get(schema.name, {}),
        )
        for schema in schemas
    }


def _kind_of(schemas: tuple[TableSchema, ...], action: object) -> tuple[Kind, TableSchema]:
    """Return what an action says, and to which of several schemas it says so."""
    for schema in schemas:
        kind = Kind.CREATION if schema.columns.action is None else schema.kind(action)
        if kind is not Kind.OTHER:
            return kind, schema
    return Kind.OTHER, schemas[0]


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
