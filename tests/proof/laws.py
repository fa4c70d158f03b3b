"""The laws of `parentchild.testing.laws`, tried on events that Hypothesis makes up, and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import DEFAULT_RELATIONS, Detector, Event, telemetry

from parentchild.telemetry import Source
from parentchild.testing import laws, rows, strategies
from tests.testing.told import told

EVENTS = st.lists(strategies.events(), max_size=20)
LONG = st.lists(strategies.events(strategies.times(span=10 * strategies.HOUR)), max_size=20)
FLEETS = strategies.fleets(hosts=2, acts=4)


def resolving() -> Detector:
    """Return a detector with every option on that forgets nothing."""
    return Detector(window=None, report_unknown=True, resolve_parents=True)


NEW = st.sampled_from([laws.unbounded, resolving])


def batch_is_fold(data: st.DataObject) -> None:
    laws.check_batch_is_fold(data.draw(LONG | FLEETS), data.draw(st.sampled_from([Detector, resolving])))


def order(data: st.DataObject) -> None:
    events: Sequence[Event] = data.draw(EVENTS | FLEETS)
    laws.check_order(events, data.draw(st.permutations(events)), data.draw(NEW))


def shards(data: st.DataObject) -> None:
    laws.check_shards(data.draw(LONG | FLEETS), data.draw(NEW))


def merge(data: st.DataObject) -> None:
    laws.check_merge(data.draw(EVENTS), data.draw(EVENTS), data.draw(EVENTS), data.draw(NEW))


def state(data: st.DataObject) -> None:
    events: Sequence[Event] = data.draw(LONG | FLEETS)
    capacity = data.draw(st.integers(1, 40))

    def small() -> Detector:
        return Detector(capacity=capacity, resolve_parents=True)

    laws.check_state(events, data.draw(st.integers(0, len(events))), small)


def parity(data: st.DataObject) -> None:
    laws.check_parity(data.draw(st.lists(strategies.plain_creations(), max_size=20)))


def monotone(data: st.DataObject) -> None:
    child = data.draw(st.sampled_from(strategies.CHILDREN))
    parent = data.draw(st.sampled_from(strategies.PARENTS))
    laws.check_monotone(data.draw(strategies.registries()), data.draw(EVENTS), child, parent)


def purity(data: st.DataObject) -> None:
    laws.check_purity(data.draw(EVENTS | FLEETS), data.draw(NEW))


def agreement(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(rows.WRITERS)))
    source: Source = getattr(telemetry, name).SOURCE
    laws.check_agreement(
        [left for event in data.draw(FLEETS) if (left := told(name, event)) is not None],
        rows.WRITERS[name],
        lambda given, prefilter: source.read_many(given, prefilter=prefilter),
        DEFAULT_RELATIONS,
    )


def reader(data: st.DataObject) -> None:
    write = rows.WRITERS[data.draw(st.sampled_from(sorted(rows.WRITERS)))]
    laws.check_reader(telemetry.read, data.draw(strategies.damaged_rows(write)))


LAWS: tuple[Callable[[st.DataObject], None], ...] = (
    batch_is_fold,
    order,
    shards,
    merge,
    state,
    parity,
    monotone,
    purity,
    agreement,
    reader,
)


def tried(law: Callable[[st.DataObject], None], effort: settings) -> int:
    """Try a law as hard as is asked, and return on how many cases it was tried."""
    cases = 0

    @effort
    @given(st.data())
    def try_it(data: st.DataObject) -> None:
        nonlocal cases
        cases += 1
        law(data)

    try_it()
    return cases
