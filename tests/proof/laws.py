"""The laws of `parentchild.testing.laws`, tried on events that Hypothesis makes up, and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import CrashHandler, Detector, Event, Process, ProcessCreated, telemetry
from parentchild.telemetry import Source
from parentchild.testing import laws, rows, strategies
from tests.testing.told import told

EVENTS = st.lists(strategies.events(), max_size=20)
LONG = st.lists(strategies.events(strategies.times(span=10 * strategies.HOUR)), max_size=20)
FLEETS = strategies.fleets(hosts=2, acts=4)


def resolving() -> Detector:
    """Return a detector with every option on that forgets nothing."""
    return Detector(window=None, report_unknown=True, resolve_parents=True)


def one_copy() -> Detector:
    """Return a detector that clears one copy by each piece of evidence, and reports what is unknown."""
    return Detector(window=None, report_unknown=True, suppression=CrashHandler(copies=1))


NEW = st.sampled_from([laws.unbounded, resolving])
NAMED = (laws.unbounded, one_copy)


def batch_is_fold(data: st.DataObject) -> None:
    laws.check_batch_is_fold(data.draw(LONG | FLEETS), data.draw(st.sampled_from([Detector, resolving])))


def order(data: st.DataObject) -> None:
    events: Sequence[Event] = data.draw(EVENTS | FLEETS)
    laws.check_order(events, data.draw(st.permutations(events)), data.draw(st.sampled_from(NAMED)))


def shards(data: st.DataObject) -> None:
    laws.check_shards(data.draw(LONG | FLEETS), data.draw(NEW))


def fairness(data: st.DataObject) -> None:
    """Few events of three devices, and a flood of a fourth and of rows without a device."""
    events = data.draw(st.lists(strategies.events(), max_size=8))
    flood = data.draw(st.lists(strategies.events(), max_size=8))
    size = data.draw(st.integers(0, 60))
    flooding = [
        _flooding(event, number, data.draw(st.sampled_from(("flood", ""))))
        for number, event in enumerate(flood * size)
    ]
    # Each event of three devices is no more than three things: itself, its pair, and a variant.
    capacity = data.draw(st.integers(5 * 3 * 8 + 20, 200))
    laws.check_fairness(events, flooding, lambda: Detector(capacity=capacity, resolve_parents=False))


def _flooding(event: Event, number: int, device: str) -> Event:
    """Return an event as one of a flood: of another device, ever later, and each with a parent of its own."""
    later = attrs.evolve(event, device=device, timestamp=event.timestamp + timedelta(days=1000 * number))
    return (
        attrs.evolve(later, parent=Process(f"{number}.exe")) if isinstance(later, ProcessCreated) else later
    )


def state(data: st.DataObject) -> None:
    events: Sequence[Event] = data.draw(LONG | FLEETS)
    capacity = data.draw(st.integers(1, 40))

    def small() -> Detector:
        return Detector(capacity=capacity, resolve_parents=True)

    laws.check_state(events, data.draw(st.integers(0, len(events))), small)


def parity(data: st.DataObject) -> None:
    laws.check_parity(data.draw(st.lists(strategies.plain_creations(), max_size=20)))


def monotone(data: st.DataObject) -> None:
    child = data.draw(st.sampled_from(strategies.EXPECTABLE))
    parent = data.draw(st.sampled_from(strategies.EXPECTABLE))
    laws.check_monotone(data.draw(strategies.registries()), data.draw(EVENTS), child, parent)


def purity(data: st.DataObject) -> None:
    laws.check_purity(data.draw(EVENTS | FLEETS), data.draw(NEW))


def agreement(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(rows.WRITERS)))
    source: Source = getattr(telemetry, name).SOURCE
    laws.check_agreement(
        [left for event in data.draw(EVENTS | FLEETS) if (left := told(name, event)) is not None],
        rows.WRITERS[name],
        lambda given, prefilter: source.read_many(given, prefilter=prefilter),
        data.draw(strategies.registries()),
    )


def reader(data: st.DataObject) -> None:
    write = rows.WRITERS[data.draw(st.sampled_from(sorted(rows.WRITERS)))]
    laws.check_reader(telemetry.read, data.draw(strategies.damaged_rows(write)))


LAWS: tuple[Callable[[st.DataObject], None], ...] = (
    batch_is_fold,
    order,
    shards,
    fairness,
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
