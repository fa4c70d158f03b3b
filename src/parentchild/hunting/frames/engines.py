"""Engines: the prefilter pushed into whatever holds a frame, through narwhals.

Three questions are put to an engine: which names there are, which pairs of the interesting ones, and which
rows have the pairs that are left. Names are few, so the filter compares with short lists of raw spellings;
it folds and cuts no text, which would cost an engine more than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeAlias

import attrs

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.filtering import filter_rows, known
from parentchild.hunting.frames.listed import counted
from parentchild.hunting.frames.schemas import Kind, TableSchema, schemas_of
from parentchild.hunting.frames.selection import Row, Selection, Settled, refuse_if_over, settled_rows
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
    """Return the rows of a frame that could matter, collected; see `parentchild.hunting.frames.select`."""
    nw = _narwhals()
    frame = _frame(nw, native)
    schemas = schemas_of(frame.collect_schema().names(), source, _sample(frame))
    if isinstance(frame, nw.DataFrame):
        return _select_eager(nw, frame, schemas, prefilter, most)
    if not schemas:
        rows = _all_rows(frame, most)
        return Selection(
            rows=rows, positions=None, seen=len(rows), settled={}, everything=lambda: _all_rows(frame, most)
        )
    counts = _Counts(nw, frame)
    narrow = _narrowed(nw, frame, schemas, prefilter, counts)
    found = None if narrow is None else _collected(_filtered(nw, native, frame, narrow), most + 1)
    rows = [] if found is None else _rows(found)
    refuse_if_over(len(rows), most)
    exact = exactly(rows, schemas, prefilter)
    return Selection(
        rows=exact,
        positions=None,
        seen=counts.seen(),
        settled=_settled(schemas, counts.actions(schemas[0]), exact),
        everything=lambda: _all_rows(frame, most),
    )


def _select_eager(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schemas: tuple[TableSchema, ...],
    prefilter: Prefilter,
    most: int,
) -> Selection:
    def everything() -> Iterator[Row]:
        return _chunks(frame)

    if not schemas:
        rows = list(everything())
        return Selection(rows=rows, positions=None, seen=len(frame), settled={}, everything=everything)
    positions = _positions(nw, frame, schemas, prefilter)
    refuse_if_over(len(positions), most)
    rows = _rows(frame[positions]) if positions else []
    action = schemas[0].columns.action
    actions: dict[object, int] = {None: len(frame)}
    if action is not None:
        counts = _rows(frame.group_by(action).agg(nw.len().alias(_COUNT)))
        actions = {known(row[action]): int(str(row[_COUNT])) for row in counts}
    return Selection(
        rows=rows,
        positions=positions,
        seen=len(frame),
        settled=_settled(schemas, actions, rows),
        everything=everything,
    )


def _settled(
    schemas: tuple[TableSchema, ...], actions: dict[object, int], rows: list[Row]
) -> dict[str, Settled]:
    action = schemas[0].columns.action
    taken = {None: len(rows)} if action is None else counted(known(row[action]) for row in rows)
    return settled_rows(schemas, actions, taken)


def _sample(frame: Any) -> Row | None:  # noqa: ANN401
    """Return one row of a frame, None where it has none."""
    first = frame.head(1)
    rows = _rows(first.collect() if hasattr(first, "collect") else first)
    return rows[0] if rows else None


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
    """Return the rows that could matter as a frame of the same kind; see `parentchild.hunting.frames.candidates`.

    What it leaves out because it is as Windows does it is counted in `prefilter.expected`.
    """
    nw = _narwhals()
    frame = _frame(nw, native)
    schemas = schemas_of(frame.collect_schema().names(), source, _sample(frame))
    if not schemas:
        return frame.to_native()
    if isinstance(frame, nw.DataFrame):
        return frame[_positions(nw, frame, schemas, prefilter)].to_native()
    return _narrowed_frame(nw, frame, schemas, prefilter, _Counts(nw, frame))


@attrs.frozen(kw_only=True)
class Narrowed:
    """The rows of a lazy frame that could matter, still in their engine.

    Args:
        frame: those rows, as a frame of the engine's own.
        schemas: what they are.
        actions: how many rows of the whole frame each action has; None is the only one without such a column.
    """

    frame: Any
    schemas: tuple[TableSchema, ...]
    actions: Mapping[object, int]


def narrowed(native: object, prefilter: Prefilter, source: object) -> Narrowed:
    """Return the rows of a lazy frame that could matter, with the counts of all rows.

    What it leaves out because it is as Windows does it is counted in `prefilter.expected`.

    Raises:
        InvalidArgument: the frame is of no flat source.
    """
    nw = _narwhals()
    frame = _frame(nw, native)
    schemas = schemas_of(frame.collect_schema().names(), source, _sample(frame))
    if not schemas:
        raise InvalidArgument("frame", frame.collect_schema().names(), "has the columns of no flat source")
    counts = _Counts(nw, frame)
    found = _narrowed_frame(nw, frame, schemas, prefilter, counts)
    return Narrowed(frame=found, schemas=schemas, actions=counts.actions(schemas[0]))


def spellings(native: object, column: str) -> list[object]:
    """Return the different values of a column of a frame, null as None.

    Raises:
        InvalidArgument: there are too many.
    """
    return _distinct(_frame(_narwhals(), native), column)


def _narrowed_frame(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schemas: tuple[TableSchema, ...],
    prefilter: Prefilter,
    counts: _Counts,
) -> Any:  # noqa: ANN401
    narrow = _narrowed(nw, frame, schemas, prefilter, counts)
    return frame.filter(_never(nw, schemas[0].columns.child) if narrow is None else narrow).to_native()


def exactly(rows: list[Row], schemas: tuple[TableSchema, ...], prefilter: Prefilter) -> list[Row]:
    """Return those rows that could matter; others come along where an expression is wider than the prefilter.

    Nothing is counted in `prefilter.expected`: the question that gave the expression has done that.
    """
    expected = prefilter.expected
    names = frozenset(rows[0]) if rows else frozenset[str]()
    lists: dict[str, list[object]] = {}

    def column(name: str) -> list[object]:
        if name not in lists:
            lists[name] = [row[name] for row in rows]
        return lists[name]

    positions = filter_rows(schemas, prefilter, column, names) if rows else []
    prefilter.expected = expected
    return [rows[at] for at in positions]


def _frame(nw: Any, native: object) -> Any:  # noqa: ANN401 - an extra, which type checkers may not see
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


def _positions(nw: Any, frame: Any, schemas: tuple[TableSchema, ...], prefilter: Prefilter) -> list[int]:  # noqa: ANN401
    """Return the positions of the rows that could matter.

    The engine looks for interesting children, which leaves a sixth of the rows; the memo settles those, at
    less than a second question to the engine costs. Columns of Python objects (pandas before 3) are handed to
    the memo as they are: such an engine would look at each object as well, three times.
    """
    names = frozenset(frame.columns)
    asked = _asked(schemas, names)
    table = frame.select(asked)
    engine = _can_compare(nw, table, schemas)
    if engine:
        expression = _any(_coarse(nw, table, schema, prefilter, names) for schema in schemas)
        table = table.with_row_index(_POSITION)
        table = table.filter(_never(nw, asked[0]) if expression is None else expression)
    lists: dict[str, list[Any]] = {}

    def column(name: str) -> list[Any]:
        if name not in lists:
            lists[name] = table[name].to_list()
        return lists[name]

    found = filter_rows(schemas, prefilter, column, names)
    if not engine:
        return found
    positions = column(_POSITION)
    return [int(positions[at]) for at in found]


def _asked(schemas: tuple[TableSchema, ...], names: frozenset[str]) -> list[str]:
    wanted: dict[str | None, None] = {}
    for schema in schemas:
        each = schema.columns
        facts = each.facts.values()
        wanted |= dict.fromkeys((each.action, each.child, each.parent, schema.thread_source, *facts))
    return [name for name in wanted if name is not None and name in names]


def _can_compare(nw: Any, table: Any, schemas: tuple[TableSchema, ...]) -> bool:  # noqa: ANN401
    schema = table.schema
    if str(table.implementation) == "Implementation.PANDAS" and any(
        str(dtype) == "object" for dtype in nw.to_native(table).dtypes
    ):
        return False
    named = {name for each in schemas for name in (each.columns.child, each.columns.parent)}
    actions = {each.columns.action for each in schemas if each.columns.action is not None}
    return all(schema[name] == nw.String for name in named) and all(
        schema[name] == nw.String or schema[name].is_integer() for name in actions
    )


def _coarse(nw: Any, frame: Any, schema: TableSchema, prefilter: Prefilter, names: frozenset[str]) -> Any:  # noqa: ANN401
    """Return the expression of one schema for rows with an interesting child or parent, or None."""
    columns = schema.columns
    children = prefilter.children_of_interest(_distinct(frame, columns.child))
    wanted = _is_one_of(nw, columns.child, children)
    if prefilter.parents_matter:
        parents = prefilter.parents_of_interest(_distinct(frame, columns.parent))
        wanted = wanted | _is_one_of(nw, columns.parent, parents)
    return _by_kind(nw, frame, schema, prefilter, wanted, names)


def _by_kind(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    wanted: Any,  # noqa: ANN401
    names: frozenset[str],
    counts: _Counts | None = None,
) -> Any:  # noqa: ANN401
    """Return `wanted` for creations, together with the threads and oddities that a reader must see."""
    action = schema.columns.action
    if action is None:
        return wanted
    kinds: dict[Kind, list[object]] = {kind: [] for kind in Kind}
    for value in _distinct(frame, action) if counts is None else counts.actions(schema):
        kinds[schema.kind(value)].append(value)
    terms = [_is_one_of(nw, action, kinds[Kind.UNPARSEABLE])] if kinds[Kind.UNPARSEABLE] else []
    if kinds[Kind.CREATION] and wanted is not None:
        terms.append(_is_one_of(nw, action, kinds[Kind.CREATION]) & wanted)
    if kinds[Kind.EXIT] and prefilter.exits:
        terms.append(_is_one_of(nw, action, kinds[Kind.EXIT]))
    if kinds[Kind.THREAD]:
        thread = _is_one_of(nw, action, kinds[Kind.THREAD])
        source = schema.thread_source
        are_few = counts is not None and counts.total(schema, kinds[Kind.THREAD]) <= _FEW
        if source is not None and source in names and not are_few:
            makers = [each for each in _distinct(frame.filter(thread), source) if prefilter.thread(each)]
            thread = thread & _is_one_of(nw, source, makers)
        terms.append(thread)
    return _any(terms)


def _chunks(frame: Any) -> Iterator[Row]:  # noqa: ANN401
    for start in range(0, len(frame), _CHUNK):
        yield from _rows(frame[start : start + _CHUNK])


# lazy --------------------------------------------------------------------------------------------------


class _Counts:
    """How often each child occurs with each action, asked once a schema: that tells how many rows there are."""

    def __init__(self, nw: Any, frame: Any) -> None:  # noqa: ANN401
        self._nw = nw
        self._frame = frame
        self._known: dict[tuple[str, ...], dict[tuple[object, object], int]] = {}

    def _of(self, schema: TableSchema) -> dict[tuple[object, object], int]:
        columns = schema.columns
        names = tuple(name for name in (columns.child, columns.action) if name is not None)
        if names not in self._known:
            asked = self._frame.group_by(*names).agg(self._nw.len().alias(_COUNT))
            rows = _rows(_collected(asked, _MOST_NAMES + 1))
            _refuse_names(len(rows), columns.child)
            self._known[names] = {
                (known(row[names[0]]), known(row[names[-1]])): int(str(row[_COUNT])) for row in rows
            }
        return self._known[names]

    def children(self, schema: TableSchema) -> list[object]:
        """Return the children."""
        return list(dict.fromkeys(child for child, _ in self._of(schema)))

    def actions(self, schema: TableSchema) -> dict[object, int]:
        """Return the actions and how often they occur; None is the only one of a table without."""
        found: dict[object, int] = {}
        for (_, action), number in self._of(schema).items():
            told = None if schema.columns.action is None else action
            found[told] = found.get(told, 0) + number
        return found

    def total(self, schema: TableSchema, values: Iterable[object]) -> int:
        """Return how many rows have one of some actions."""
        actions = self.actions(schema)
        return sum(actions[value] for value in values)

    def seen(self) -> int:
        """Return how many rows there are."""
        for counts in self._known.values():
            return sum(counts.values())
        return int(self._frame.select(self._nw.len()).collect().item())


@attrs.frozen
class _Keys:
    """The columns by which an engine counts, which of the keys are open, and how often each occurs."""

    names: tuple[str, ...]
    open: list[tuple[object, ...]]
    counts: dict[tuple[object, ...], int]  # of every key that is a creation


def _narrowed(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schemas: tuple[TableSchema, ...],
    prefilter: Prefilter,
    counts: _Counts,
) -> Any:  # noqa: ANN401
    """Return the expression for the rows of a lazy frame that could matter, or None when there is none."""
    names = frozenset(frame.collect_schema().names())
    return _any(_narrow(nw, frame, schema, prefilter, names, counts) for schema in schemas)


def _narrow(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    names: frozenset[str],
    counts: _Counts,
) -> Any:  # noqa: ANN401
    columns = schema.columns
    coarse = _is_one_of(nw, columns.child, prefilter.children_of_interest(counts.children(schema)))
    if prefilter.parents_matter:
        parents = prefilter.parents_of_interest(_distinct(frame, columns.parent))
        coarse = coarse | _is_one_of(nw, columns.parent, parents)
    grouped = tuple(name for name in (columns.action, columns.child, columns.parent) if name is not None)
    keys = _Keys(grouped, [], {})
    creations = frame.filter(coarse)
    needs: set[Fact] = set()
    pairs: set[_Names] = set()
    for row in _counted_rows(nw, creations, grouped):
        if _is_open(schema, prefilter, keys, row):
            found = prefilter.needs(row[columns.child], row[columns.parent])
            if found and all(columns.facts.get(fact, "") is not None for fact in found):
                needs.update(found)
                pairs.add((row[columns.child], row[columns.parent]))
    facts = tuple(
        name for fact, name in columns.facts.items() if fact in needs and name is not None and name in names
    )
    start = 0 if columns.action is None else 1
    terms: list[Any] = []
    if pairs:
        finer = _settled_keys(nw, creations, schema, prefilter, keys, facts, pairs)
        keys.open[:] = [key for key in keys.open if (key[start], key[start + 1]) not in pairs]
        terms.append(_terms(nw, finer, start))
    terms.append(_terms(nw, keys, start))
    return _by_kind(nw, frame, schema, prefilter, _any(terms), names, counts)


def _counted_rows(nw: Any, frame: Any, names: tuple[str, ...]) -> list[Row]:  # noqa: ANN401
    """Return each combination of values of some columns, and how often it occurs."""
    found = _rows(_collected(frame.group_by(*names).agg(nw.len().alias(_COUNT)), _MOST_NAMES + 1))
    _refuse_names(len(found), " and ".join(names))
    return found


def _is_open(schema: TableSchema, prefilter: Prefilter, keys: _Keys, row: Row) -> bool:
    """Tell whether the names of some creations leave them open; note them if so, and count them."""
    columns = schema.columns
    if columns.action is not None and schema.kind(row[columns.action]) is not Kind.CREATION:
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
    schema: TableSchema,
    prefilter: Prefilter,
    keys: _Keys,
    facts: tuple[str, ...],
    pairs: set[_Names],
) -> _Keys:
    """Return what is open of some pairs once those facts are known that could settle them and that there are."""
    columns = schema.columns
    told = {name: fact for fact, name in columns.facts.items() if name in facts}
    finer = _Keys((*keys.names, *facts), [], {})
    still_open = set(keys.open)
    children = {child for child, _ in pairs}
    asked = creations.filter(_is_one_of(nw, columns.child, sorted(children, key=str)))
    for row in _counted_rows(nw, asked, finer.names):
        key = tuple(row[name] for name in finer.names)
        finer.counts[key] = int(str(row[_COUNT]))
        if key[: len(keys.names)] not in still_open or (row[columns.child], row[columns.parent]) not in pairs:
            continue
        values: dict[Fact, object] = {fact: known(row[name]) for name, fact in told.items()}
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


def _all_rows(frame: Any, most: int) -> list[Row]:  # noqa: ANN401
    rows = _rows(_collected(frame, most + 1))
    refuse_if_over(len(rows), most)
    return rows


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
