"""Objects and lists within a row: what a value is, told to type checkers too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast


def as_object(value: object) -> Mapping[str, object] | None:
    """Return `value` if it is a mapping, None if not."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def as_list(value: object) -> Sequence[object] | None:
    """Return `value` if it is a list or a tuple, None if not."""
    return cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else None
