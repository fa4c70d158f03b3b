"""Wanted: the processes of which a table is to tell more, once it is known which they are."""

from __future__ import annotations

from typing import TypeAlias

import attrs

Processes: TypeAlias = frozenset[tuple[str, int | None]]
"""Processes by device and pid."""


@attrs.frozen(kw_only=True)
class Wanted:
    """Processes of which a table is to tell more.

    Args:
        starters: those whose own starts are wanted.
        copies: those of which it is wanted what they started; if they did, their own starts are as well.
        names: the comparable names of the copies.
    """

    starters: Processes
    copies: Processes
    names: frozenset[str]
