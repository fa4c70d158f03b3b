"""A saved state is all there and sound, or it is refused with one InvalidState and nothing of it is taken."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import DEFAULT_RELATIONS, Detector, InvalidState
from parentchild.testing import SCENARIOS, strategies
from parentchild.testing.damage import places, replaced
from tests.proof.effort import effort

PLAYED = (
    "services-in-temp",
    "unknown-parent-reported",
    "pid-used-again",
    "evidence-comes-late",
    "crash-by-thread",
    "service-restart",
)


def full_state() -> dict[str, Any]:
    """Return a state in which everything occurs that a state can hold."""
    detector = Detector(window=None, report_unknown=True, resolve_parents=True)
    for scenario in SCENARIOS:
        if scenario.name in PLAYED:
            detector.observe_many(scenario.events[-4:])
    state: dict[str, Any] = json.loads(json.dumps(detector.state()))
    return state


STATE = full_state()
PLACES = places(STATE)


def accepts(state: object) -> bool:
    """Tell whether a state is accepted; if so, the detector must work as any other does."""
    try:
        detector = Detector.from_state(cast("Any", state), registry=DEFAULT_RELATIONS)
    except InvalidState:
        return False
    for scenario in SCENARIOS[:3]:
        detector.observe_many(scenario.events)
    detector.findings()
    detector.merge(Detector())
    Detector.from_state(json.loads(json.dumps(detector.state())), registry=DEFAULT_RELATIONS)
    return True


def test_the_state_that_is_damaged_below_is_sound_and_full() -> None:
    assert accepts(STATE)
    kinds = {
        kind for history in STATE["histories"] for thing in history["things"] for kind in [thing["kind"]]
    }
    entries = {
        kind for history in STATE["histories"] for entry in history["entries"] for kind in [entry["is_exit"]]
    }
    assert (kinds, entries) == ({"DeviceActivity", "Seen", "Evidence"}, {True, False})


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("format", "someone.elses"),
        ("format", None),
        ("version", 1),
        ("version", 2),
        ("version", 4),
        ("version", "1"),
        ("version", None),
        ("pairs", {}),
        ("settings", None),
        ("stats", []),
        ("lost", [1, "2"]),
    ],
)
def test_a_foreign_newer_or_damaged_state_is_refused(part: str, value: object) -> None:
    with pytest.raises(InvalidState, match=part):
        Detector.from_state({**STATE, part: value}, registry=DEFAULT_RELATIONS)


@pytest.mark.parametrize("part", sorted(STATE))
def test_a_state_without_one_of_its_parts_is_refused(part: str) -> None:
    partial = {name: value for name, value in STATE.items() if name != part}
    assert not accepts(partial)


@pytest.mark.parametrize("state", [None, 1, "{}", [], {}, [("format", "parentchild.detector")]])
def test_what_is_no_state_at_all_is_refused(state: Any) -> None:
    assert not accepts(state)


def test_a_state_that_holds_more_than_its_capacity_is_refused() -> None:
    assert not accepts(replaced(STATE, ("settings", "capacity"), 2))


@pytest.mark.parametrize("part", ["pairs", "histories"])
def test_a_state_that_names_a_pair_or_a_device_twice_is_refused(part: str) -> None:
    with pytest.raises(InvalidState, match="twice"):
        Detector.from_state({**STATE, part: STATE[part] + STATE[part][:1]}, registry=DEFAULT_RELATIONS)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_nothing_in_any_place_is_refused_or_makes_a_sound_state(place: Any) -> None:
    accepts(replaced(STATE, place, None))


@effort(100)
@given(strategies.damaged(STATE))
def test_a_damaged_state_is_refused_or_is_a_sound_one(state: object) -> None:
    accepts(state)


@effort(100)
@given(st.sampled_from(PLACES), st.sampled_from([None, -1, 10**400, "", "x", [], {}, True, 1e308, "\ud800"]))
def test_any_value_in_any_place_is_refused_or_makes_a_sound_state(place: Any, value: object) -> None:
    accepts(replaced(STATE, place, value))
