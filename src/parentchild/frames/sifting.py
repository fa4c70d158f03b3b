"""Sifting: which rows of a table could matter, from its columns as Python sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count, repeat
from math import isnan
from typing import TypeAlias

from parentchild.frames.layouts import Kind, Layout
from parentchild.screen import Interest, Screen

Column: TypeAlias = Callable[[str], Sequence[object]]
"""Gives a column by its name."""

_OPEN, _EXPECTED, _UNWATCHED = Interest.OPEN, Interest.EXPECTED, Interest.UNWATCHED
_MISSING = frozenset({"NAType", "NaTType"})
_MOST_KINDS = 4096  # distinct values of an action column; they come from outside


def sift(layouts: tuple[Layout, ...], screen: Screen, column: Column, names: frozenset[str]) -> list[int]:
    """Return the positions of the rows that could matter, in order.

    What is as Windows does it is counted in `screen.expected`.

    Cost: two dict look-ups and a comparison a row.
    """
    found: set[int] = set()
    for layout in layouts:
        found.update(_sift(layout, screen, column, names))
    return sorted(found)


def _sift(layout: Layout, screen: Screen, column: Column, names: frozenset[str]) -> list[int]:
    columns = layout.columns
    children, parents = column(columns.child), column(columns.parent)
    actions = repeat(None) if columns.action is None else column(columns.action)
    creation = next(iter(columns.creations), None)
    kind = creation.__class__
    memo, interest_of = screen.memo, screen.interest
    others: list[int] = []
    unsettled: list[int] = []
    kinds: dict[object, Kind] = {}
    if columns.action is None:
        kinds[None] = Kind.CREATION
    for child, parent, what, index in zip(children, parents, actions, count()):
        # An exact spelling is compared, which is quicker than a look-up; classes first, as foreign values
        # may answer == with something that has no truth.
        if (what.__class__ is kind and what == creation) or _kind(layout, kinds, what) is Kind.CREATION:
            try:
                shelf = memo[child]
                if shelf is None:
                    continue
                interest = shelf[parent]
            except (KeyError, TypeError):
                interest = interest_of(child, parent)
            if interest is _OPEN:
                unsettled.append(index)
            elif interest is _EXPECTED:
                screen.expected += 1
        else:
            others.append(index)
    return [*_misplaced(layout, screen, column, unsettled, names), *_others(layout, screen, column, others)]


def known(value: object) -> object:
    """Return a value, None for what an engine means by null: NaN, or pandas' NA and NaT."""
    if isinstance(value, float) and isnan(value):
        return None
    return None if type(value).__name__ in _MISSING else value


def _kind(layout: Layout, kinds: dict[object, Kind], what: object) -> Kind:
    try:
        return kinds[what]
    except KeyError:
        kind = layout.kind(what)
        if len(kinds) < _MOST_KINDS:
            kinds[what] = kind
        return kind
    except TypeError:
        return layout.kind(what)


def _others(layout: Layout, screen: Screen, column: Column, positions: list[int]) -> list[int]:
    """Return those positions at which the crash handler makes a thread, or nothing sensible stands."""
    if not positions or layout.columns.action is None:
        return []
    actions = column(layout.columns.action)
    kinds: dict[object, Kind] = {}
    found: list[int] = []
    for index in positions:
        kind = _kind(layout, kinds, actions[index])
        if kind is Kind.ODD or (kind is Kind.THREAD and _matters(layout, screen, column, index)):
            found.append(index)
    return found


def _matters(layout: Layout, screen: Screen, column: Column, index: int) -> bool:
    source = layout.thread_source
    return source is None or screen.thread(column(source)[index])


def _misplaced(
    layout: Layout, screen: Screen, column: Column, positions: list[int], names: frozenset[str]
) -> list[int]:
    """Return those positions that their paths do not settle."""
    columns = layout.columns
    places = [
        path for path in (columns.child_path, columns.parent_path) if path is not None and path in names
    ]
    if not positions or len(places) < len(("child", "parent")):
        return positions
    children, parents = column(columns.child), column(columns.parent)
    child_paths, parent_paths = map(column, places)
    found: list[int] = []
    for index in positions:
        child_path, parent_path = known(child_paths[index]), known(parent_paths[index])
        interest = screen.placed(children[index], child_path, parents[index], parent_path)
        if interest is _EXPECTED:
            screen.expected += 1
        else:
            found.append(index)
    return found
