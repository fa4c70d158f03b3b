"""Objects and lists within a row: what a value is, told to type checkers too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

_NO_OBJECTS = frozenset({str, int, float, bool, list, tuple, type(None)})


def as_object(value: Any) -> Mapping[str, object] | None:  # noqa: ANN401 - a mapping of any keys
    """Return `value` if it is a mapping, None if not."""
    # Asking the abstract class costs five times what these look-ups do, and each row asks a dozen times.
    found: Any = value
    kind = found.__class__
    if kind is dict or not (kind in _NO_OBJECTS or not isinstance(value, Mapping)):
        mapping: Mapping[str, object] = found
        return mapping
    return None


def as_list(value: object) -> Sequence[object] | None:
    """Return `value` if it is a list or a tuple, None if not."""
    return cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else None


def reached(values: Mapping[str, object], path: str) -> object:
    """Return the value under a dotted path, None where there is none.

    A column of that very name comes first; then each dot may lead into an object.

    >>> reached({"host": {"name": "ws-1"}}, "host.name"), reached({"host.name": "ws-1"}, "host.name")
    ('ws-1', 'ws-1')
    """
    if path in values:
        return values[path]
    if "." not in path:
        return None
    head, _, rest = path.partition(".")
    within = as_object(values.get(head))
    return None if within is None else reached(within, rest)
