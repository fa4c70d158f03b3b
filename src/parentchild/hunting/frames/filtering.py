"""Filtering: which rows of a table could matter, from its columns as Python sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count, repeat
from math import isnan
from typing import TypeAlias

from parentchild.hunting.frames.schemas import Kind, TableSchema
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import Verdict
from parentchild.relations.prefilter import EVALUATE, Prefilter

Column: TypeAlias = Callable[[str], Sequence[object]]
"""Gives a column by its name."""

_EXPECTED = Verdict.EXPECTED
_MISSING = frozenset({"NAType", "NaTType"})
_MOST_KINDS = 4096  # distinct values of an action column; they come from outside


def filter_rows(
    schemas: tuple[TableSchema, ...], prefilter: Prefilter, column: Column, names: frozenset[str]
) -> list[int]:
    """Return the positions of the rows that could matter, in order.

    What is as Windows does it is counted in `prefilter.expected`.

    Args:
        schemas: in which columns the prefilter finds what it asks for.
        prefilter: what could matter.
        column: gives a column by its name.
        names: the names of the columns that there are.

    Cost: two dict look-ups and a comparison a row.
    """
    found: set[int] = set()
    for schema in schemas:
        found.update(_filter(schema, prefilter, column, names))
    return sorted(found)


def _filter(schema: TableSchema, prefilter: Prefilter, column: Column, names: frozenset[str]) -> list[int]:
    columns = schema.columns
    children, parents = column(columns.child), column(columns.parent)
    actions = repeat(None) if columns.action is None else column(columns.action)
    creation = next(iter(columns.creations), None)
    kind = creation.__class__
    memo, answer_of = prefilter.memo, prefilter.answer
    others: list[int] = []
    unsettled: list[int] = []
    kinds: dict[object, Kind] = {}
    if columns.action is None:
        kinds[None] = Kind.CREATION
    for child, parent, what, index in zip(children, parents, actions, count()):
        # An exact spelling is compared, which is quicker than a look-up; classes first, as foreign values
        # may answer == with something that has no truth.
        if (what.__class__ is kind and what == creation) or _kind(schema, kinds, what) is Kind.CREATION:
            try:
                by_parent = memo[child]
                if by_parent is None:
                    continue
                answer = by_parent[parent]
            except (KeyError, TypeError):
                answer = answer_of(child, parent)
            if answer is EVALUATE:
                unsettled.append(index)
            elif answer is _EXPECTED:
                prefilter.expected += 1
        else:
            others.append(index)
    return [
        *_unsettled(schema, prefilter, column, unsettled, names),
        *_others(schema, prefilter, column, others),
    ]


def known(value: object) -> object:
    """Return a value, None for what an engine means by null: NaN, or pandas' NA and NaT."""
    if isinstance(value, float) and isnan(value):
        return None
    return None if type(value).__name__ in _MISSING else value


def _kind(schema: TableSchema, kinds: dict[object, Kind], what: object) -> Kind:
    try:
        return kinds[what]
    except KeyError:
        kind = schema.kind(what)
        if len(kinds) < _MOST_KINDS:
            kinds[what] = kind
        return kind
    except TypeError:
        return schema.kind(what)


def _others(schema: TableSchema, prefilter: Prefilter, column: Column, positions: list[int]) -> list[int]:
    """Return those positions at which the crash handler makes a thread, or nothing sensible stands."""
    if not positions or schema.columns.action is None:
        return []
    actions = column(schema.columns.action)
    sources = None if schema.thread_source is None else column(schema.thread_source)
    kinds: dict[object, Kind] = {}
    found: list[int] = []
    for index in positions:
        kind = _kind(schema, kinds, actions[index])
        is_evidence = kind is Kind.THREAD and (sources is None or prefilter.thread(sources[index]))
        if is_evidence or kind is Kind.UNPARSEABLE or (kind is Kind.EXIT and prefilter.exits):
            found.append(index)
    return found


def _unsettled(
    schema: TableSchema, prefilter: Prefilter, column: Column, positions: list[int], names: frozenset[str]
) -> list[int]:
    """Return those positions that no further fact settles; only the facts that are asked for are looked at."""
    if not positions:
        return positions
    children, parents = column(schema.columns.child), column(schema.columns.parent)
    places = schema.columns.facts
    lists: dict[Fact, Sequence[object]] = {}
    found: list[int] = []
    for index in positions:
        child, parent = children[index], parents[index]
        needs = prefilter.needs(child, parent)
        if any(places.get(fact, "") is None for fact in needs):
            found.append(index)  # several columns tell a fact: the reader puts it together
            continue
        values: dict[Fact, object] = {}
        for fact in needs:
            name = places.get(fact)
            if name in names and name is not None:
                if fact not in lists:
                    lists[fact] = column(name)
                values[fact] = known(lists[fact][index])
        answer = prefilter.settle_values(child, parent, values)
        if answer is EVALUATE:
            found.append(index)
        elif answer is _EXPECTED:
            prefilter.expected += 1
    return found
