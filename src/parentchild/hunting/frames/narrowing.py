"""Narrowing: what an engine is asked to find the rows that could matter, as an expression.

Which children there are, and which pairs of the interesting ones. What their names leave open is settled in
Python if those rows are few; of more, the engine is asked for the facts that settle them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import attrs

from parentchild.hunting.frames.counting import Counts, counted_by, distinct
from parentchild.hunting.frames.expressions import (
    MOST_TERMS,
    all_of,
    any_of,
    has_key,
    is_one_of,
    never,
    of_kinds,
)
from parentchild.hunting.frames.schemas import Key, Kind, TableSchema, TableSource, read_alone
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import Verdict
from parentchild.relations.prefilter import EVALUATE, Answer, Prefilter

_ASKED = 100  # a question to an engine costs about what it costs to fetch one row in so many
_COMPARED = 1000  # and one more term of its answer, one row in so many


def _names(schema: TableSchema, source: TableSource) -> tuple[str, ...]:
    """Return the columns that settle most rows: the deciding ones, and those of child and parent."""
    return (*schema.deciding, source.columns.child, source.columns.parent)


def interesting(nw: Any, frame: Any, source: TableSource, prefilter: Prefilter, counts: Counts) -> Any:  # noqa: ANN401
    """Return the expression for rows with a child or parent about which a relation may say something."""
    columns = source.columns
    children = prefilter.children_of_interest(counts.children(columns.child))
    found = is_one_of(nw, columns.child, children)
    if prefilter.parents_matter:
        parents = prefilter.parents_of_interest(distinct(nw, frame, columns.parent))
        found |= is_one_of(nw, columns.parent, parents)
    return found


class Narrowing:
    """What is asked of an engine to find the rows of a lazy frame that could matter.

    What the answers settle as Windows does it is counted in `prefilter.expected`.

    Args:
        nw: narwhals.
        frame: the lazy frame.
        schema: what its rows are.
        prefilter: what could matter.
        few: how many rows can come along that further facts may settle, instead of one more question; None
            for as many as a question costs.

    Attributes:
        counts: how often each child occurs with each key.
        matters: the expression for the rows that could matter.
        deferred: which of them further facts may settle.
    """

    def __init__(
        self,
        nw: Any,  # noqa: ANN401
        frame: Any,  # noqa: ANN401
        schema: TableSchema,
        prefilter: Prefilter,
        *,
        few: int | None = None,
    ) -> None:
        self._nw = nw
        self._frame = frame
        self._schema = schema
        self._prefilter = prefilter
        self.counts = Counts(nw, frame, schema)
        self.deferred: dict[tuple[str, ...], frozenset[Key]] = {}
        seen = self.counts.seen()
        self._few, self._very_few = seen // _ASKED if few is None else few, seen // _COMPARED
        creations = {each.name: self._creations(each) for each in schema.sources}
        keys = self.counts.keys()
        matters = of_kinds(nw, schema, prefilter, creations, keys, self._threads(keys))
        self.matters = never(nw, schema.sources[0].columns.child) if matters is None else matters

    def _creations(self, source: TableSource) -> Any:  # noqa: ANN401
        """Return the expression for the creations of one source that could matter, or None."""
        nw, prefilter, columns = self._nw, self._prefilter, source.columns
        frame = self._frame.filter(interesting(nw, self._frame, source, prefilter, self.counts))
        keys = _Keys(_names(self._schema, source), len(self._schema.deciding))
        needs: dict[Key, tuple[Fact, ...]] = {}
        for key, number in counted_by(nw, frame, keys.names):
            told = self._schema.told(key[: keys.start])
            if told.kind is Kind.CREATION and told.source == source.name:
                child, parent = key[keys.start :]
                keys.add(key, number, prefilter.answer(child, parent), prefilter)
                if key in keys.open:
                    found = prefilter.needs(child, parent)
                    if found and all(columns.facts.get(fact, "") is not None for fact in found):
                        needs[key] = found
        deferred = self.deferred[keys.names] = frozenset(self._deferred(needs, keys))
        asked = {key: facts for key, facts in needs.items() if key not in deferred}
        finer = self._settled(frame, source, keys, asked) if asked else None
        keys.open.difference_update(asked)
        return any_of(_terms(nw, each, self._very_few) for each in (keys, finer) if each is not None)

    def _deferred(self, needs: Collection[Key], keys: _Keys) -> Iterable[Key]:
        """Yield the rarest keys, as long as the rows that have them are few."""
        left = self._few
        for key in sorted(needs, key=keys.counts.__getitem__):
            left -= keys.counts[key]
            if left < 0:
                return
            yield key

    def _settled(
        self,
        frame: Any,  # noqa: ANN401
        source: TableSource,
        keys: _Keys,
        asked: Mapping[Key, tuple[Fact, ...]],
    ) -> _Keys:
        """Return what is open of some keys once the facts are known that could settle them."""
        places = source.columns.facts
        wanted = {places.get(fact) for facts in asked.values() for fact in facts}
        facts = [name for name in self._schema.names if name in wanted and name not in keys.names]
        finer = _Keys((*keys.names, *sorted(facts)), keys.start)
        told = {fact: finer.names.index(name) for fact, name in places.items() if name in finer.names}
        children = {key[keys.start] for key in asked}
        rows = frame.filter(is_one_of(self._nw, source.columns.child, sorted(children, key=str)))
        for key, number in counted_by(self._nw, rows, finer.names):
            if key[: len(keys.names)] in asked:
                values = {fact: key[at] for fact, at in told.items()}
                child, parent = key[keys.start : keys.start + 2]
                answer = self._prefilter.settle_values(child, parent, values)
                finer.add(key, number, answer, self._prefilter)
        return finer

    def _threads(self, keys: Mapping[Key, int]) -> dict[str, Any]:
        """Return, by source, the expression for remote threads that could be evidence, if there are many."""
        found: dict[str, Any] = {}
        for source in self._schema.sources:
            told = [(key, self._schema.told(key)) for key in keys]
            of_threads = [
                key for key, each in told if each.kind is Kind.THREAD and each.source == source.name
            ]
            maker = source.thread_source
            if maker not in self._schema.names or sum(map(keys.__getitem__, of_threads)) <= self._few:
                continue
            threads = self._frame.filter(has_key(self._nw, self._schema, of_threads))
            makers = [
                each
                for each in distinct(self._nw, threads, maker)
                if self._prefilter.thread(read_alone(maker, each))
            ]
            found[source.name] = is_one_of(self._nw, maker, makers)
        return found


@attrs.frozen
class _Keys:
    """The columns by which an engine counts creations, how often each key occurs, and which are open.

    Args:
        names: the columns; from `start` on those of the child, the parent, and further facts.
        start: how many of them decide what a row is about.
    """

    names: tuple[str, ...]
    start: int
    counts: dict[Key, int] = attrs.field(factory=dict[Key, int])
    open: set[Key] = attrs.field(factory=set[Key])

    def add(self, key: Key, number: int, answer: Answer, prefilter: Prefilter) -> None:
        """Take in how often a key occurs, and what the prefilter answers."""
        self.counts[key] = number
        if answer is Verdict.EXPECTED:
            prefilter.expected += number
        elif answer is EVALUATE:
            self.open.add(key)


def _terms(nw: Any, keys: _Keys, few: int) -> Any:  # noqa: ANN401
    """Return an expression that is true for every open key, and for few others; None where none is open.

    An engine tries each term on every row, so there are few of them: what children there are at all, since
    that settles most rows; the children of which nearly all is open; and products of values for the rest.
    """
    if not keys.open:
        return None
    names = keys.names[keys.start :]
    children = {key[keys.start] for key in keys.open}
    whole, products = _products(keys, few)

    def product(sets: list[set[object]], first: int) -> Any:  # noqa: ANN401
        return all_of(_is_one_of(nw, names[at], sets[at]) for at in range(first, len(names)))

    found = _is_one_of(nw, names[0], children)
    if not products:
        return found
    # With one product, a child that is not among the whole ones is of that product.
    terms = [product(sets, int(len(products) == 1)) for sets in products]
    return found & any_of([*terms, _is_one_of(nw, names[0], whole) if whole else None])


def _is_one_of(nw: Any, name: str, values: set[object]) -> Any:  # noqa: ANN401
    return is_one_of(nw, name, sorted(values, key=str))


def _products(keys: _Keys, few: int) -> tuple[set[object], list[list[set[object]]]]:
    """Return the children of which nearly all is open, and products for the rest; few rows besides.

    A product is a set of values a column, of which a row has one of each. What belongs to one child, or to
    one pair of names where further facts count, joins that of others where that brings few rows more.
    """
    apart = 1 if len(keys.names) == keys.start + 2 else 2
    by_names: dict[Key, list[set[object]]] = {}
    settled: dict[object, list[tuple[Key, int]]] = {}
    rows: dict[object, int] = {}
    for key, number in keys.counts.items():
        told = key[keys.start :]
        rows[told[0]] = rows.get(told[0], 0) + number
        if key in keys.open:
            sets = by_names.setdefault(told[:apart], [set() for _ in told])
            for values, value in zip(sets, told, strict=True):
                values.add(value)
        else:
            settled.setdefault(told[0], []).append((told, number))
    whole: set[object] = set()
    for child in sorted({names[0] for names in by_names}, key=rows.__getitem__):
        left = few - sum(number for _, number in settled.get(child, ()))
        if left >= 0:
            few = left
            whole.add(child)
    rest = {names: sets for names, sets in by_names.items() if names[0] not in whole}
    if len(rest) > MOST_TERMS:
        return whole, [_union(rest.values())]
    found: list[list[set[object]]] = []
    for names in sorted(rest, key=lambda names: -rows[names[0]]):
        for at, product in enumerate(found):
            wider = _union((product, rest[names]))
            if _brings_few(wider, settled, few):
                found[at] = wider
                break
        else:
            found.append(rest[names])
    return whole, found


def _union(products: Iterable[list[set[object]]]) -> list[set[object]]:
    return [set[object]().union(*sets) for sets in zip(*products, strict=True)]


def _brings_few(sets: list[set[object]], settled: Mapping[object, list[tuple[Key, int]]], few: int) -> bool:
    """Tell whether few of the settled creations have one of each set."""
    for child in sets[0]:
        for told, number in settled.get(child, ()):
            if all(value in values for value, values in zip(told, sets, strict=True)):
                few -= number
                if few < 0:
                    return False
    return True
