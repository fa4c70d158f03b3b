"""A fleet is the same for the same seed, streams, is like a fleet, and says which events are attacks."""

from __future__ import annotations

import tracemalloc
from itertools import islice
from typing import Any

import pytest

from parentchild import Detector, InvalidArgument, Reason, RemoteThreadCreated
from parentchild.hunting.suggestions import suggestions_for
from parentchild.relations.evaluation import MissingParent
from parentchild.testing import fleet
from tests.benchmarks.fleet_quality import ranks, report_of


def observed(**options: Any) -> Detector:
    detector = Detector(window=None)
    detector.observe_many(list(fleet(**options)))
    return detector


@pytest.mark.parametrize("events", [0, 1, 7, 1000])
def test_a_fleet_has_as_many_events_as_were_asked_for(events: int) -> None:
    given = fleet(devices=20, events=events, oddity_rate=0.1)
    numbers = [event.record_id for event in given]
    assert numbers == list(range(events))
    assert len(given.attacks) == min(events, 8)


def test_the_seed_alone_decides() -> None:
    one = fleet(devices=9, events=500, oddity_rate=0.2, seed=1)
    assert list(one) == list(one) == list(fleet(devices=9, events=500, oddity_rate=0.2, seed=1))
    assert list(one) != list(fleet(devices=9, events=500, oddity_rate=0.2, seed=2))
    assert one.attacks != fleet(devices=9, events=500, seed=2).attacks


def test_without_oddities_and_attacks_nothing_is_wrong() -> None:
    detector = observed(devices=50, events=5000, oddity_rate=0, attacks=0)
    assert (detector.findings(), detector.stats.mismatched, detector.stats.unknown) == ((), 0, 0)


def test_four_in_five_have_a_child_that_nobody_watches() -> None:
    assert 0.15 < observed(devices=20, events=5000).stats.watched / 5000 < 0.25


def test_every_attack_is_found_for_what_it_is() -> None:
    given = fleet(devices=50, events=2000, oddity_rate=0)
    findings = observed(devices=50, events=2000, oddity_rate=0).findings()
    assert {(each.child, each.parent, each.event.device, each.event.record_id) for each in findings} == {
        (each.child, each.parent, each.device, each.record_id) for each in given.attacks
    }


def test_oddities_are_of_every_kind_that_fleets_are_full_of() -> None:
    given = fleet(devices=200, events=5000, oddity_rate=0.2, attacks=0)
    detector = observed(devices=200, events=5000, oddity_rate=0.2, attacks=0)
    assert sum(isinstance(event, RemoteThreadCreated) for event in given) > 50
    assert detector.stats.suppressed > 50  # their clones
    assert detector.stats.copies > 50
    assert dict(detector.stats.missing).keys() == {MissingParent.PID_ONLY}
    parents = {finding.parent for finding in detector.findings() if finding.reasons != (Reason.SELF_COPY,)}
    assert any(parent.startswith("is-") for parent in parents)
    assert any(parent.startswith("agent-4.") for parent in parents)
    assert {"spoolsv.exe", "winlogon.exe", "mmc.exe", "nwupdate.exe"} <= parents


def test_an_analyst_finds_every_attack_among_the_first_ten_families() -> None:
    for seed in (0, 1):
        given = fleet(devices=1000, events=30_000, oddity_rate=0.02, seed=seed)
        report = report_of(given)
        assert len(report.families()) <= 40
        assert all(rank is not None and rank <= 10 for rank in ranks(report, given).values())
        attacks = {(attack.child, attack.parent) for attack in given.attacks}
        for suggestion in suggestions_for(report.families()):
            assert attacks.isdisjoint((each.child, each.parent) for each in suggestion.hides)


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
        {"devices": 1, "events": 1, "oddity_rate": 2},
        {"devices": 1, "events": 1, "attacks": -1},
    ],
)
def test_numbers_out_of_range_are_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        fleet(**options)
