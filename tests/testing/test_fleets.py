"""A fleet is exact, the same for the same seed, and streams."""

from __future__ import annotations

import tracemalloc
from itertools import islice
from typing import Any

import pytest

from parentchild import Detector, InvalidArgument
from parentchild.testing import fleet


@pytest.mark.parametrize(
    ("events", "rate"), [(1000, 0.0), (1000, 0.001), (3000, 0.05), (500, 1.0), (999, 0.1)]
)
def test_exactly_the_stated_part_are_mismatches(events: int, rate: float) -> None:
    detector = Detector(window=None)
    detector.observe_many(list(fleet(devices=20, events=events, mismatch_rate=rate)))
    assert detector.stats.mismatched == int(events * rate + 1e-9)
    assert detector.stats.seen == events


def test_the_seed_alone_decides() -> None:
    assert list(fleet(devices=9, events=50, seed=1)) == list(fleet(devices=9, events=50, seed=1))
    assert list(fleet(devices=9, events=50, seed=1)) != list(fleet(devices=9, events=50, seed=2))


def test_four_in_five_have_a_child_that_nobody_watches() -> None:
    detector = Detector()
    detector.observe_many(list(fleet(devices=20, events=5000)))
    assert 0.15 < detector.stats.watched / 5000 < 0.25


def test_times_rise_and_devices_are_as_many_as_asked() -> None:
    events = list(fleet(devices=7, events=500))
    assert [event.timestamp for event in events] == sorted(event.timestamp for event in events)
    assert len({event.device for event in events}) == 7


def test_a_billion_events_cost_nothing_until_they_are_taken() -> None:
    tracemalloc.start()
    assert len(list(islice(fleet(devices=10**6, events=10**9), 10))) == 10
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "options",
    [
        {"devices": 0, "events": 1},
        {"devices": 1, "events": -1},
        {"devices": 1, "events": 1, "mismatch_rate": 2},
    ],
)
def test_numbers_out_of_range_are_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        fleet(**options)
