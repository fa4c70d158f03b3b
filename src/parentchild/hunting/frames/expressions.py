"""Expressions: what an engine compares in each row, written with narwhals.

They compare with short lists of raw spellings, and neither fold nor cut a text: that would cost an engine
more than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from parentchild.hunting.frames.schemas import Key, Kind, TableSchema
from parentchild.relations.prefilter import Prefilter

MOST_TERMS = 64
"""How many terms one expression has at most; more are folded into a wider one."""
_NO_THREADS: Final[Mapping[str, Any]] = MappingProxyType({})


def narwhals() -> Any:  # noqa: ANN401 - an extra, which type checkers may not see
    """Return narwhals.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module("narwhals")
    except ImportError as error:
        raise ImportError("frames need narwhals: pip install 'parentchild[frames]'") from error


def is_one_of(nw: Any, name: str, values: Iterable[object]) -> Any:  # noqa: ANN401
    """Return an expression for a column that has one of `values`, of which None stands for null."""
    given = list(values)
    told = [value for value in given if value is not None]
    column = nw.col(name)
    found = column.is_in(told) if told else None  # an empty list has no type, which Arrow minds
    if len(told) == 1:
        found = column == told[0]  # a list of one is searched by DuckDB, an equal text is not
    if len(told) < len(given):
        return column.is_null() if found is None else column.is_null() | found
    return never(nw, name) if found is None else found


def has_key(nw: Any, schema: TableSchema, keys: list[Key]) -> Any:  # noqa: ANN401
    """Return an expression for rows with one of some keys, which all have where no column decides.

    Of many keys it may be true for a few rows more: each column is compared by itself then.
    """
    if not schema.deciding:
        return ~never(nw, schema.sources[0].columns.child)
    is_exact = len(schema.deciding) > 1 and len(keys) <= MOST_TERMS
    groups = [[key] for key in keys] if is_exact else [keys]
    return any_of(
        all_of(
            is_one_of(nw, name, list(dict.fromkeys(key[at] for key in group)))
            for at, name in enumerate(schema.deciding)
        )
        for group in groups
    )


def never(nw: Any, name: str) -> Any:  # noqa: ANN401
    """Return an expression that is false for every row; not every engine takes a plain False."""
    return nw.col(name).is_null() & ~nw.col(name).is_null()


def any_of(terms: Iterable[Any]) -> Any:  # noqa: ANN401
    """Return an expression for rows that any of the terms is true for; None where there is no term."""
    whole: Any = None
    for term in terms:
        if term is not None:
            whole = term if whole is None else whole | term
    return whole


def all_of(terms: Iterable[Any]) -> Any:  # noqa: ANN401
    """Return an expression for rows that all of the terms are true for; None where there is no term."""
    whole: Any = None
    for term in terms:
        whole = term if whole is None else whole & term
    return whole


def of_kinds(
    nw: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    creations: Mapping[str, Any],
    keys: Iterable[Key],
    threads: Mapping[str, Any] = _NO_THREADS,
) -> Any:  # noqa: ANN401
    """Return an expression for the creations that are wanted, and for all else that a reader must see.

    Args:
        nw: narwhals.
        schema: what the rows are.
        prefilter: what could matter.
        creations: by source, the expression for the creations that are wanted; None for none.
        keys: the keys that occur.
        threads: by source, the expression for the remote threads that are wanted; all are where it has none.
    """
    by_kind: dict[tuple[Kind, str], list[Key]] = {}
    for key in keys:
        told = schema.told(key)
        by_kind.setdefault((told.kind, told.source), []).append(key)
    terms: list[Any] = []
    for (kind, name), of_kind in by_kind.items():
        is_wanted = has_key(nw, schema, of_kind)
        if kind is Kind.CREATION and creations[name] is not None:
            terms.append(creations[name] & is_wanted)
        elif kind is Kind.UNSETTLED or (kind is Kind.EXIT and prefilter.exits):
            terms.append(is_wanted)
        elif kind is Kind.THREAD:
            terms.append(is_wanted & threads[name] if name in threads else is_wanted)
    return any_of(terms)
