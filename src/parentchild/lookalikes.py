"""Names that are nearly, but not quite, a watched one."""

from __future__ import annotations


def imitated(name: str, guarded: frozenset[str]) -> str | None:
    """Return the guarded name that `name` imitates, or None."""
    del name, guarded
    return None
