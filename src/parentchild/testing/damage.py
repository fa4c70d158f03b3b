"""Damage: values put in the wrong places of a row or a saved state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast

Place: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


def places(value: object, above: Place = ()) -> list[Place]:
    """Return every place within JSON values, outermost first.

    >>> places({"a": [1, {"b": 2}]})
    [('a',), ('a', 0), ('a', 1), ('a', 1, 'b')]
    """
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner += cast("dict[str, object]", value).items()
    elif isinstance(value, list):
        inner += enumerate(cast("list[object]", value))
    found: list[Place] = []
    for key, each in inner:
        found.append((*above, key))
        found += places(each, (*above, key))
    return found


def replaced(value: object, place: Place, new: object) -> object:
    """Return JSON values with another value at a place; what is not on the way there is shared.

    A place that is no longer there, since an earlier change took it away, changes nothing.

    >>> replaced({"a": [1, 2], "b": 3}, ("a", 1), "x")
    {'a': [1, 'x'], 'b': 3}
    """
    if not place:
        return new
    first, rest = place[0], place[1:]
    changed = value
    if isinstance(value, dict) and first in value:
        mapping = cast("Mapping[str, object]", value)
        changed = {key: replaced(each, rest, new) if key == first else each for key, each in mapping.items()}
    elif isinstance(value, list) and isinstance(first, int) and first < len(cast("list[object]", value)):
        items = cast("list[object]", value)
        changed = [replaced(each, rest, new) if index == first else each for index, each in enumerate(items)]
    return changed
