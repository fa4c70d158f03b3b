"""Nested records without what is absent."""

from __future__ import annotations

from collections.abc import Mapping


def present(values: Mapping[str, object]) -> dict[str, object]:
    """Return `values` without absent ones: None, and empty dicts and lists; texts and numbers always stay.

    >>> present({"a": None, "b": {}, "c": 0, "d": ""})
    {'c': 0, 'd': ''}
    """
    return {key: value for key, value in values.items() if value not in (None, {}, [])}
