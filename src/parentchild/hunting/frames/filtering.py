"""Filtering: which rows of a table could matter, from its columns as Python sequences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import count, repeat
from types import MappingProxyType
from typing import Final, TypeAlias, cast

from parentchild.hunting.frames.schemas import Key, Kind, TableSchema, TableSource, known, read_alone
from parentchild.hunting.frames.selection import counted, merged
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import Verdict
from parentchild.relations.prefilter import EVALUATE, Evidence, Opened, Prefilter

Column: TypeAlias = Callable[[str], Sequence[object]]
"""Gives a column by its name."""

Part: TypeAlias = Callable[[str, Sequence[int]], Sequence[object]]
"""Gives what stands in a column at some positions."""

Deferred: TypeAlias = Mapping[tuple[str, ...], AbstractSet[Key]]
"""By the deciding columns and those of the names of a source: what they hold where further facts settle."""

NOTHING: Final[Deferred] = MappingProxyType({})
_EXPECTED, _UNWATCHED = Verdict.EXPECTED, Verdict.UNWATCHED
_LINE: Final = Fact.CHILD_COMMAND_LINE
_MOST_KEYS = 4096  # distinct keys whose source is remembered; they come from outside


def filter_rows(
    schema: TableSchema, prefilter: Prefilter, column: Column, size: int, part: Part | None = None
) -> list[int]:
    """Return the positions of the rows that could matter, in order.

    What is as Windows does it is counted in `prefilter.expected`.

    Args:
        schema: what the rows of the table are.
        prefilter: what could matter.
        column: gives a column by its name.
        size: how many rows there are.
        part: gives a part of a column, where that is less than to give all of it.

    Cost: a few dict look-ups a row.
    """
    part = part or partial(_part, column)
    found: list[int] = []
    rest: list[int] = []
    for source in schema.sources:  # what is no creation is so whichever source is asked about
        rest, unsettled = _filter(schema, source, prefilter, column, size)
        found += _unsettled(schema, source, prefilter, column, unsettled, part)
    found += _others(schema, prefilter, column, rest)
    return sorted(found)


def exactly(
    schema: TableSchema, prefilter: Prefilter, column: Column, size: int, deferred: Deferred = NOTHING
) -> list[int]:
    """Return the positions of the rows that could matter, of those that an engine has let through.

    Of those that were deferred, what is as Windows does it is counted in `prefilter.expected`; of the rest it
    was, by the question that gave the engine's expression.

    Args:
        schema: what the rows of the table are.
        prefilter: what could matter.
        column: gives a column by its name.
        size: how many rows there are.
        deferred: which of them the engine was not asked about any further.
    """
    waiting: set[int] = set()
    for names, keys in deferred.items():
        if keys:
            found = zip(*(map(known, column(name)) for name in names), strict=True)
            waiting.update(at for at, key in enumerate(found) if key in keys)
    expected = prefilter.expected
    rest = _passed(schema, prefilter, column, [at for at in range(size) if at not in waiting])
    prefilter.expected = expected
    return sorted([*rest, *_passed(schema, prefilter, column, sorted(waiting))])


def _passed(schema: TableSchema, prefilter: Prefilter, column: Column, places: list[int]) -> list[int]:
    lists: dict[str, list[object]] = {}

    def part(name: str) -> list[object]:
        if name not in lists:
            values = column(name)
            lists[name] = [values[at] for at in places]
        return lists[name]

    return [places[at] for at in filter_rows(schema, prefilter, part, len(places))] if places else []


def key_counts(schema: TableSchema, column: Column, positions: Sequence[int]) -> dict[Key, int]:
    """Return how many of the rows at some positions have each key.

    Those aside that cannot be looked up: all of their rows are taken.
    """
    if not schema.deciding:
        return {(): len(positions)}
    columns = [column(name) for name in schema.deciding]
    if isinstance(positions, range) and len(columns) == 1:
        try:  # of a whole column: ten times as fast as a tuple a row
            return merged(((value,), number) for value, number in Counter(columns[0]).items())
        except TypeError:
            pass
    return counted(tuple([values[at] for values in columns]) for at in positions)


def _filter(  # noqa: C901 - one flat loop, since a call for each row would double its cost
    schema: TableSchema,
    source: TableSource,
    prefilter: Prefilter,
    column: Column,
    size: int,
) -> tuple[list[int], list[int]]:
    """Return what is no creation at all, and the creations of one source that their names do not settle."""
    columns = source.columns
    children, parents = column(columns.child), column(columns.parent)
    memo, answer_of = prefilter.memo, prefilter.known
    others: list[int] = []
    unsettled: list[int] = []
    is_own: dict[object, bool | None] = {}
    # A tuple a row would cost more than all the rest, so one deciding column is looked up by its own values.
    is_single = len(schema.deciding) == 1
    keys: Iterable[object] = column(schema.deciding[0]) if is_single else _keys(schema, column, size)
    for child, parent, key, index in zip(children, parents, keys, count()):
        try:
            own = is_own[key]
        except KeyError:
            own = _is_own(schema, source, (key,) if is_single else key)
            if len(is_own) < _MOST_KEYS:
                is_own[key] = own
        except TypeError:
            own = None
        if own:
            try:
                by_parent = memo[child]
                if by_parent is None:
                    continue
                answer = by_parent[parent]
            except (KeyError, TypeError):
                answer = answer_of(child, parent)
            if answer is _EXPECTED:
                prefilter.expected += 1
            elif answer is not _UNWATCHED:
                unsettled.append(index)
        elif own is None:
            others.append(index)
    return others, unsettled


def _part(column: Column, name: str, positions: Sequence[int]) -> Sequence[object]:
    values = column(name)
    return [values[at] for at in positions]


def _keys(schema: TableSchema, column: Column, size: int) -> Iterable[Key]:
    if not schema.deciding:
        return repeat((), size)
    return zip(*map(column, schema.deciding), strict=True)


def _is_own(schema: TableSchema, source: TableSource, key: object) -> bool | None:
    """Tell whether rows with a key are creations of a source, and not of another; None for anything else."""
    values = cast("tuple[object, ...]", key) if isinstance(key, tuple) else (key,)
    told = schema.told(values)
    return told.source == source.name if told.kind is Kind.CREATION else None


def _others(schema: TableSchema, prefilter: Prefilter, column: Column, positions: list[int]) -> list[int]:
    """Return those positions at which the crash handler makes a thread, or nothing sensible stands."""
    if not positions:
        return []
    deciding = [column(name) for name in schema.deciding]
    makers = {each.name: each.thread_source for each in schema.sources}
    found: list[int] = []
    for index in positions:
        told = schema.told(tuple([values[index] for values in deciding]))
        if told.kind is Kind.THREAD:
            maker = makers.get(told.source)
            matters = maker not in schema.names or prefilter.thread(
                read_alone(str(maker), column(str(maker))[index])
            )
        else:
            matters = told.kind is Kind.UNSETTLED or (told.kind is Kind.EXIT and prefilter.exits)
        if matters:
            found.append(index)
    return found


def _unsettled(
    schema: TableSchema,
    source: TableSource,
    prefilter: Prefilter,
    column: Column,
    positions: list[int],
    part: Part,
) -> list[int]:
    """Return those positions that no further fact settles; only the facts asked for are looked at."""
    if not positions:
        return positions
    children, parents = column(source.columns.child), column(source.columns.parent)
    places = source.columns.facts
    lists: dict[Fact, Sequence[object] | None] = {}

    def value(fact: Fact, at: int) -> object:
        if fact not in lists:
            name = places.get(fact)
            lists[fact] = None if name is None or name not in schema.names else part(name, positions)
        values = lists[fact]
        return None if values is None else known(values[at])

    found: list[int] = []
    for at, index in enumerate(positions):
        child, parent = children[index], parents[index]
        answer, values = prefilter.known(child, parent), dict[Fact, object]()
        if isinstance(answer, Evidence):  # nearly always its command line says that it is none
            values[_LINE] = value(_LINE, at)
            is_told = places.get(_LINE, "") is not None
            answer = EVALUATE if not is_told or answer.could_be(parent, values[_LINE]) else answer.otherwise
        if isinstance(answer, Opened):
            if any(places.get(fact, "") is None for fact in answer.needs):
                answer = EVALUATE  # several columns tell a fact: the reader puts it together
            else:
                values |= {fact: value(fact, at) for fact in answer.needs}
                answer = prefilter.settle_values(child, parent, values)
        if answer is EVALUATE:
            found.append(index)
        elif answer is _EXPECTED:
            prefilter.expected += 1
    return found
