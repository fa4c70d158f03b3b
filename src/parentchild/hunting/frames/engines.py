"""Engines: the prefilter pushed into whatever holds a frame, through narwhals.

Three questions are put to an engine: which names there are, which pairs of the interesting ones, and which
rows have the pairs that are left. Names are few, so the filter compares with short lists of raw spellings;
it folds and cuts no text, which would cost an engine more than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias

import attrs

from parentchild import telemetry
from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.filtering import filter_rows, keys_of
from parentchild.hunting.frames.schemas import (
    Key,
    Kind,
    TableSchema,
    TableSource,
    known,
    read_alone,
    schema_of,
)
from parentchild.hunting.frames.selection import (
    Row,
    Selection,
    counted,
    merged,
    refuse_if_over,
    settled_counts,
    told_alone,
    whole,
)
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import Verdict
from parentchild.relations.prefilter import EVALUATE, Prefilter

_POSITION = "__parentchild_position"
_COUNT = "__parentchild_count"
_FEW = 10_000  # rows that may come along although they do not matter
_MOST_NAMES = 2_000_000  # distinct values that an engine is asked for
_MOST_TERMS = 64  # in one expression; more are folded into a wider one
_CHUNK = 10_000

_Names: TypeAlias = tuple[object, object]
"""The raw names of a child and its parent."""


def select(native: object, prefilter: Prefilter, source: object, *, most: int) -> Selection:
    """Return the rows of a frame that could matter; see `parentchild.hunting.frames.select`."""
    nw = _narwhals()
    frame = _frame(nw, native)
    schema = schema_of(frame.collect_schema().names(), source)
    if isinstance(frame, nw.DataFrame):
        return _select_eager(nw, frame, schema, prefilter, most)
    if schema is None:
        rows = _rows(_collected(frame, most + 1))
        refuse_if_over(len(rows), most)
        return whole(lambda: map(told_alone, rows), len(rows))
    counts = _Counts(nw, frame, schema)
    narrow = _narrowed(nw, frame, schema, prefilter, counts)
    found = [] if narrow is None else _rows(_collected(_filtered(nw, native, frame, narrow), most + 1))
    refuse_if_over(len(found), most)
    exact = exactly(found, schema, prefilter)
    taken = counted(tuple([row[name] for name in schema.deciding]) for row in exact)
    return Selection(
        rows=lambda: iter(exact),
        positions=None,
        seen=counts.seen(),
        settled=settled_counts(schema, counts.keys(), taken),
    )


def _select_eager(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema | None,
    prefilter: Prefilter,
    most: int,
) -> Selection:
    if schema is None:
        return whole(lambda: map(told_alone, _chunks(frame, range(len(frame)))), len(frame))
    positions = _positions(nw, frame, schema, prefilter)
    refuse_if_over(len(positions), most)
    return Selection(
        rows=lambda: _chunks(frame, positions),
        positions=positions,
        seen=len(frame),
        settled=settled_counts(
            schema, _key_counts(nw, frame, schema), _key_counts(nw, frame[positions], schema)
        ),
    )


def _key_counts(nw: Any, frame: Any, schema: TableSchema) -> dict[Key, int]:  # noqa: ANN401
    """Return how often each key occurs in an eager frame."""
    if not schema.deciding:
        return {(): len(frame)}
    if not _can_group(nw, frame, schema):
        return counted(keys_of(schema, lambda name: frame[name].to_list(), len(frame)))
    found = _rows(frame.select(schema.deciding).group_by(*schema.deciding).agg(nw.len().alias(_COUNT)))
    return merged((tuple([row[name] for name in schema.deciding]), int(str(row[_COUNT]))) for row in found)


def _can_group(nw: Any, frame: Any, schema: TableSchema) -> bool:  # noqa: ANN401
    """Tell whether an engine groups by the deciding columns as Python would: texts and integers it does."""
    types = frame.schema
    return not _has_objects(nw, frame.select(schema.deciding)) and all(
        types[name] == nw.String or types[name].is_integer() for name in schema.deciding
    )


def _filtered(nw: Any, native: Any, frame: Any, narrow: Any) -> Any:  # noqa: ANN401
    """Return the rows of a lazy frame that an expression is true for.

    DuckDB reads every column of every row before it tries an expression that has an `or`; so of its own
    tables the row ids are asked for, and the rest of those rows alone (two thirds of the time).
    """
    if getattr(native, "type", None) != "TABLE_RELATION":
        return frame.filter(narrow)
    numbered = nw.from_native(native.select(f"rowid AS {_POSITION}, *"))
    ids = numbered.filter(narrow).select(_POSITION)
    return numbered.join(ids, on=_POSITION, how="semi").drop(_POSITION)


def candidates(native: object, prefilter: Prefilter, source: object) -> object:
    """Return the rows that could matter as a frame of the same kind; see `frames.candidates`.

    What it leaves out because it is as Windows does it is counted in `prefilter.expected`.
    """
    nw = _narwhals()
    frame = _frame(nw, native)
    schema = schema_of(frame.collect_schema().names(), telemetry if source is None else source)
    if schema is None:
        return frame.to_native()
    if isinstance(frame, nw.DataFrame):
        return frame[_positions(nw, frame, schema, prefilter)].to_native()
    return _narrowed_frame(nw, frame, schema, prefilter, _Counts(nw, frame, schema))


@attrs.frozen(kw_only=True)
class Narrowed:
    """The rows of a lazy frame that could matter, still in their engine.

    Args:
        frame: those rows, as a frame of the engine's own.
        schema: what they are.
        keys: how many rows of the whole frame have each key.
    """

    frame: Any
    schema: TableSchema
    keys: Mapping[Key, int]


def narrowed(native: object, prefilter: Prefilter, source: object) -> Narrowed:
    """Return the rows of a lazy frame that could matter, with the counts of all rows.

    What it leaves out because it is as Windows does it is counted in `prefilter.expected`.

    Raises:
        InvalidArgument: the frame is of no flat source.
    """
    nw = _narwhals()
    frame = _frame(nw, native)
    names = frame.collect_schema().names()
    schema = schema_of(names, source)
    if schema is None:
        raise InvalidArgument("frame", names, "has the columns of no flat source; select those of one")
    counts = _Counts(nw, frame, schema)
    found = _narrowed_frame(nw, frame, schema, prefilter, counts)
    return Narrowed(frame=found, schema=schema, keys=counts.keys())


def spellings(native: object, column: str) -> list[object]:
    """Return the different values of a column of a frame, null as None.

    Raises:
        InvalidArgument: there are too many.
    """
    return _distinct(_frame(_narwhals(), native), column)


def _narrowed_frame(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    counts: _Counts,
) -> Any:  # noqa: ANN401
    narrow = _narrowed(nw, frame, schema, prefilter, counts)
    return frame.filter(_never(nw, schema.sources[0].columns.child) if narrow is None else narrow).to_native()


def rows_of(native: object, source: object) -> Iterator[Row]:
    """Return the rows of an eager frame that is one of many, as they are read one by one."""
    nw = _narwhals()
    frame = _frame(nw, native)
    if not isinstance(frame, nw.DataFrame):
        frame = frame.collect()
    rows = _chunks(frame, range(len(frame)))
    return rows if schema_of(frame.columns, source) else map(told_alone, rows)


def exactly(rows: list[Row], schema: TableSchema, prefilter: Prefilter) -> list[Row]:
    """Return those rows that could matter; others come along where an expression is wider than the prefilter.

    Nothing is counted in `prefilter.expected`: the question that gave the expression has done that.
    """
    expected = prefilter.expected
    lists: dict[str, list[object]] = {}

    def column(name: str) -> list[object]:
        if name not in lists:
            lists[name] = [row[name] for row in rows]
        return lists[name]

    positions = filter_rows(schema, prefilter, column, len(rows)) if rows else []
    prefilter.expected = expected
    return [rows[at] for at in positions]


def _frame(nw: Any, native: object) -> Any:  # noqa: ANN401 - an extra, which type checkers may not see
    if hasattr(type(native), "__arrow_c_array__"):  # one batch
        native = import_module("pyarrow").table(native)
    frame = nw.from_native(native, pass_through=True)
    if not isinstance(frame, nw.DataFrame | nw.LazyFrame):
        raise InvalidArgument("rows", native, "is no data frame; one row or one column of it is not enough")
    return frame


def _narwhals() -> Any:  # noqa: ANN401 - an extra, which type checkers may not see
    try:
        return import_module("narwhals")
    except ImportError as error:
        raise ImportError("frames need narwhals: pip install 'parentchild[frames]'") from error


# eager -------------------------------------------------------------------------------------------------


def _positions(nw: Any, frame: Any, schema: TableSchema, prefilter: Prefilter) -> list[int]:  # noqa: ANN401
    """Return the positions of the rows that could matter.

    The engine looks for interesting children, which leaves a sixth of the rows; the memo settles those, at
    less than a second question to the engine costs. Columns of Python objects (pandas before 3) are handed to
    the memo as they are: such an engine would look at each object as well, three times.
    """
    asked = _asked(schema)
    table = frame.select(asked)
    engine = _can_compare(nw, table, schema)
    if engine:
        keys = list(_key_counts(nw, frame, schema))
        wanted = {each.name: _interesting(nw, table, each, prefilter) for each in schema.sources}
        expression = _by_kind(nw, table, schema, prefilter, wanted, keys)
        table = table.with_row_index(_POSITION)
        table = table.filter(
            _never(nw, schema.sources[0].columns.child) if expression is None else expression
        )
    lists: dict[str, list[Any]] = {}

    def column(name: str) -> list[Any]:
        if name not in lists:
            lists[name] = table[name].to_list()
        return lists[name]

    found = filter_rows(schema, prefilter, column, len(table))
    if not engine:
        return found
    positions = column(_POSITION)
    return [int(positions[at]) for at in found]


def _asked(schema: TableSchema) -> list[str]:
    wanted: dict[str | None, None] = dict.fromkeys(schema.deciding)
    for each in schema.sources:
        columns = each.columns
        wanted |= dict.fromkeys((columns.child, columns.parent, each.thread_source, *columns.facts.values()))
    return [name for name in wanted if name is not None and name in schema.names]


def _can_compare(nw: Any, table: Any, schema: TableSchema) -> bool:  # noqa: ANN401
    named = {name for each in schema.sources for name in (each.columns.child, each.columns.parent)}
    return _can_group(nw, table, schema) and all(table.schema[name] == nw.String for name in named)


def _has_objects(nw: Any, table: Any) -> bool:  # noqa: ANN401
    """Tell whether a column holds Python objects, each of which may be anything."""
    is_pandas = str(table.implementation) == "Implementation.PANDAS"
    return is_pandas and any(str(dtype) == "object" for dtype in nw.to_native(table).dtypes)


def _interesting(nw: Any, frame: Any, source: TableSource, prefilter: Prefilter) -> Any:  # noqa: ANN401
    """Return the expression for rows with a child or parent about which a relation may say something."""
    columns = source.columns
    children = prefilter.children_of_interest(_distinct(frame, columns.child))
    return _with_parents(nw, frame, source, prefilter, _is_one_of(nw, columns.child, children))


def _with_parents(nw: Any, frame: Any, source: TableSource, prefilter: Prefilter, wanted: Any) -> Any:  # noqa: ANN401
    if not prefilter.parents_matter:
        return wanted
    parents = prefilter.parents_of_interest(_distinct(frame, source.columns.parent))
    return wanted | _is_one_of(nw, source.columns.parent, parents)


def _by_kind(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    wanted: Mapping[str, Any],
    keys: Iterable[Key],
) -> Any:  # noqa: ANN401
    """Return what is wanted of the creations of each source, and all else that a reader must see."""
    by_kind: dict[tuple[Kind, str], list[Key]] = {}
    for key in keys:
        told = schema.told(key)
        by_kind.setdefault((told.kind, told.source), []).append(key)
    terms: list[Any] = []
    for (kind, name), of_kind in by_kind.items():
        if kind is Kind.CREATION and wanted[name] is not None:
            terms.append(_all((wanted[name], _has_key(nw, schema, of_kind))))
        elif kind is Kind.UNSETTLED or (kind is Kind.EXIT and prefilter.exits):
            terms.append(_has_key(nw, schema, of_kind))
        elif kind is Kind.THREAD:
            terms.append(_threads(nw, frame, schema, prefilter, name, _has_key(nw, schema, of_kind)))
    return _any(terms)


def _threads(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    name: str,
    thread: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Return the expression for the remote threads that could be evidence."""
    maker = next((each.thread_source for each in schema.sources if each.name == name), None)
    if maker is None or maker not in schema.names:
        return thread
    makers = [
        each for each in _distinct(frame.filter(thread), maker) if prefilter.thread(read_alone(maker, each))
    ]
    return thread & _is_one_of(nw, maker, makers)


def _has_key(nw: Any, schema: TableSchema, keys: list[Key]) -> Any:  # noqa: ANN401
    """Return an expression for rows with one of some keys, which all have where no column decides.

    Of many keys it may be true for a few rows more: each column is compared by itself then.
    """
    if not schema.deciding:
        return ~_never(nw, schema.sources[0].columns.child)
    groups = [[key] for key in keys] if len(keys) <= _MOST_TERMS else [keys]
    return _any(
        _all(
            _is_one_of(nw, name, list(dict.fromkeys(key[at] for key in group)))
            for at, name in enumerate(schema.deciding)
        )
        for group in groups
    )


def _chunks(frame: Any, positions: Sequence[int]) -> Iterator[Row]:  # noqa: ANN401
    for start in range(0, len(positions), _CHUNK):
        yield from _rows(frame[list(positions[start : start + _CHUNK])])


# lazy --------------------------------------------------------------------------------------------------


class _Counts:
    """How often each child occurs with each key, asked once a source: that tells how many rows there are."""

    def __init__(self, nw: Any, frame: Any, schema: TableSchema) -> None:  # noqa: ANN401
        self._nw = nw
        self._frame = frame
        self._schema = schema
        self._known: dict[str, list[tuple[object, Key, int]]] = {}

    def _of(self, child: str) -> list[tuple[object, Key, int]]:
        if child not in self._known:
            deciding = self._schema.deciding
            rows = _counted_rows(self._nw, self._frame, tuple(dict.fromkeys((child, *deciding))))
            self._known[child] = [
                (known(row[child]), tuple([known(row[name]) for name in deciding]), int(str(row[_COUNT])))
                for row in rows
            ]
        return self._known[child]

    def children(self, child: str) -> list[object]:
        """Return what stands in a column of children."""
        return list(dict.fromkeys(each for each, _, _ in self._of(child)))

    def keys(self) -> dict[Key, int]:
        """Return how often each key occurs."""
        child = self._schema.sources[0].columns.child
        return merged((key, number) for _, key, number in self._of(child))

    def seen(self) -> int:
        """Return how many rows there are."""
        return sum(self.keys().values())


@attrs.frozen
class _Keys:
    """The columns by which an engine counts, which of the keys are open, and how often each occurs."""

    names: tuple[str, ...]
    open: list[tuple[object, ...]]
    counts: dict[tuple[object, ...], int]  # of every key that is a creation


def _narrowed(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    counts: _Counts,
) -> Any:  # noqa: ANN401
    """Return the expression for the rows of a lazy frame that could matter, or None when there is none."""
    wanted = {each.name: _narrow(nw, frame, schema, each, prefilter, counts) for each in schema.sources}
    return _by_kind(nw, frame, schema, prefilter, wanted, counts.keys())


def _narrow(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    source: TableSource,
    prefilter: Prefilter,
    counts: _Counts,
) -> Any:  # noqa: ANN401
    """Return the expression for the creations of one source that could matter, or None."""
    columns = source.columns
    children_of_interest = prefilter.children_of_interest(counts.children(columns.child))
    coarse = _is_one_of(nw, columns.child, children_of_interest)
    creations = frame.filter(_with_parents(nw, frame, source, prefilter, coarse))
    keys = _Keys((*schema.deciding, columns.child, columns.parent), [], {})
    needs: set[Fact] = set()
    pairs: set[_Names] = set()
    for row in _counted_rows(nw, creations, keys.names):
        if _is_open(schema, source, prefilter, keys, row):
            found = prefilter.needs(row[columns.child], row[columns.parent])
            if found and all(columns.facts.get(fact, "") is not None for fact in found):
                needs.update(found)
                pairs.add((row[columns.child], row[columns.parent]))
    facts = tuple(
        name
        for fact, name in columns.facts.items()
        if fact in needs and name is not None and name in schema.names and name not in keys.names
    )
    start = len(schema.deciding)
    terms: list[Any] = []
    if pairs:
        finer = _settled_keys(nw, creations, source, prefilter, keys, facts, pairs)
        keys.open[:] = [key for key in keys.open if (key[start], key[start + 1]) not in pairs]
        terms.append(_terms(nw, finer, start))
    terms.append(_terms(nw, keys, start))
    return _any(terms)


def _counted_rows(nw: Any, frame: Any, names: tuple[str, ...]) -> list[Row]:  # noqa: ANN401
    """Return each combination of values of some columns, and how often it occurs."""
    found = _rows(_collected(frame.group_by(*names).agg(nw.len().alias(_COUNT)), _MOST_NAMES + 1))
    _refuse_names(len(found), " and ".join(names))
    return found


def _is_open(schema: TableSchema, source: TableSource, prefilter: Prefilter, keys: _Keys, row: Row) -> bool:
    """Tell whether the names of some creations leave them open; note them if so, and count them."""
    columns = source.columns
    told = schema.told(tuple([row[name] for name in schema.deciding]))
    if told.kind is not Kind.CREATION or told.source != source.name:
        return False
    key = tuple(row[name] for name in keys.names)
    keys.counts[key] = int(str(row[_COUNT]))
    answer = prefilter.answer(row[columns.child], row[columns.parent])
    if answer is Verdict.EXPECTED:
        prefilter.expected += keys.counts[key]
    if answer is EVALUATE:
        keys.open.append(key)
    return answer is EVALUATE


def _settled_keys(
    nw: Any,  # noqa: ANN401
    creations: Any,  # noqa: ANN401
    source: TableSource,
    prefilter: Prefilter,
    keys: _Keys,
    facts: tuple[str, ...],
    pairs: set[_Names],
) -> _Keys:
    """Return what is open of some pairs once the facts are known that could settle them, as far as told."""
    columns = source.columns
    finer = _Keys((*keys.names, *facts), [], {})
    told = {fact: name for fact, name in columns.facts.items() if name in finer.names}
    still_open = set(keys.open)
    children = {child for child, _ in pairs}
    asked = creations.filter(_is_one_of(nw, columns.child, sorted(children, key=str)))
    for row in _counted_rows(nw, asked, finer.names):
        key = tuple(row[name] for name in finer.names)
        finer.counts[key] = int(str(row[_COUNT]))
        if key[: len(keys.names)] not in still_open or (row[columns.child], row[columns.parent]) not in pairs:
            continue
        values: dict[Fact, object] = {fact: known(row[str(name)]) for fact, name in told.items()}
        answer = prefilter.settle_values(row[columns.child], row[columns.parent], values)
        if answer is Verdict.EXPECTED:
            prefilter.expected += finer.counts[key]
        elif answer is EVALUATE:
            finer.open.append(key)
    return finer


def _refuse_names(found: int, column: str) -> None:
    if found > _MOST_NAMES:
        raise InvalidArgument("frame", found, f"has more than {_MOST_NAMES} different values of {column}")


def _terms(nw: Any, keys: _Keys, start: int) -> Any:  # noqa: ANN401
    """Return an expression that is true for every open key, and for few others.

    It is one term where that brings few rows too many; else one a child, or one a pair of names where paths
    count too. What children there are at all is asked first, since that settles most rows.
    """
    by_names: dict[tuple[object, ...], list[set[object]]] = {}
    names = keys.names[start:]
    apart = 1 if len(names) == len(("child", "parent")) else len(("child", "parent"))
    for key in keys.open:
        told = key[start:]
        sets = by_names.setdefault(told[:apart], [set() for _ in told])
        for values, value in zip(sets, told, strict=True):
            values.add(value)
    terms: list[list[set[object]]] = list(by_names.values())
    if not terms:
        return None
    wide = [set[object]().union(*each) for each in zip(*terms, strict=True)]
    if len(terms) > _MOST_TERMS or _total(keys.counts, wide, start) <= _FEW:
        terms = [
            wide
        ]  # an engine may try every term on every row; one that brings a few rows more is quicker
    children = _is_one_of(nw, names[0], sorted(wide[0], key=str))
    return children & _any(
        _all(_is_one_of(nw, name, sorted(values, key=str)) for name, values in zip(names, term, strict=True))
        for term in terms
    )


def _total(counts: dict[tuple[object, ...], int], sets: list[set[object]], start: int) -> int:
    """Return how many creations have one of each set."""
    return sum(
        number
        for key, number in counts.items()
        if all(value in values for value, values in zip(key[start:], sets, strict=True))
    )


# both --------------------------------------------------------------------------------------------------


def _distinct(frame: Any, name: str) -> list[Any]:  # noqa: ANN401
    if hasattr(frame, "collect"):
        # Asked as a count by name: what narwhals makes of `unique` takes DuckDB five times as long.
        counts = frame.group_by(name).agg(_narwhals().len().alias(_COUNT))
        found = _collected(counts, _MOST_NAMES + 1)[name].to_list()
    else:
        found = frame[name].unique().to_list()
    _refuse_names(len(found), name)
    return [known(value) for value in found]


def _collected(frame: Any, most: int) -> Any:  # noqa: ANN401
    return frame.head(most).collect()


def _rows(frame: Any) -> list[Row]:  # noqa: ANN401
    return list(frame.rows(named=True))


def _is_one_of(nw: Any, name: str, values: Iterable[object]) -> Any:  # noqa: ANN401
    """Return an expression for a column that has one of `values`, of which None stands for null."""
    given = list(values)
    told = [value for value in given if value is not None]
    column = nw.col(name)
    found = column.is_in(told) if told else None  # an empty list has no type, which Arrow minds
    if len(told) == 1:
        found = column == told[0]  # a list of one is searched by DuckDB, an equal text is not
    if len(told) < len(given):
        return column.is_null() if found is None else column.is_null() | found
    return _never(nw, name) if found is None else found


def _never(nw: Any, name: str) -> Any:  # noqa: ANN401
    """Return an expression that is false for every row; not every engine takes a plain False."""
    return nw.col(name).is_null() & ~nw.col(name).is_null()


def _any(terms: Iterable[Any]) -> Any:  # noqa: ANN401
    whole: Any = None
    for term in terms:
        if term is not None:
            whole = term if whole is None else whole | term
    return whole


def _all(terms: Iterable[Any]) -> Any:  # noqa: ANN401
    whole: Any = None
    for term in terms:
        whole = term if whole is None else whole & term
    return whole
