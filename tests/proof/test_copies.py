"""Every public value can be pickled, copied and deep-copied; a copy of a detector shares nothing with it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import parentchild
from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    Activity,
    CrashHandler,
    Detector,
    Exclusion,
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    InvalidEvent,
    InvalidState,
    Reason,
    Severity,
    Tier,
)
from parentchild.relations.crashes import CrashEvidence
from parentchild.testing import SCENARIOS, Expected, Host, compare

DETECTOR = Detector(resolve_parents=True)
FINDINGS = DETECTOR.observe_many([event for scenario in SCENARIOS for event in scenario.events])
VALUES: dict[str, object] = {
    "events": SCENARIOS[0].events,
    "findings": FINDINGS,
    "a relation": DEFAULT_RELATIONS["svchost.exe"],
    "the default relations": DEFAULT_RELATIONS,
    "the seed relations": SEED_RELATIONS,
    "relations": (
        ExpectedParents("a.exe", {"b.exe"}),
        ExpectedChildren("b.exe", ()),
        ExpectedImage("c.exe"),
        ExpectedLaunch("d.exe", arguments=["-k"]),
    ),
    "an exclusion": Exclusion(child="a.exe", reason="a test"),
    "policies": (CrashHandler(), CrashHandler(copies=1)),
    "words": (Activity.CREATED, Reason.LOOKALIKE, Severity.HIGH, Tier.CORE),
    "a evaluation": DEFAULT_RELATIONS.evaluate("svchost.exe", "cmd.exe"),
    "an explanation": DEFAULT_RELATIONS.explain("svchost.exe", "cmd.exe"),
    "stats": DETECTOR.stats,
    "settings": DETECTOR.settings,
    "an expectation": Expected(Reason.LOOKALIKE, "scvhost.exe", "explorer.exe"),
    "a comparison": compare(SCENARIOS[0].events, DEFAULT_RELATIONS, SEED_RELATIONS),
    "a scenario": SCENARIOS[0],
}
WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", VALUES)
def test_a_copy_of_a_public_value_is_equal_to_it(value: str, way: str) -> None:
    original = VALUES[value]
    twin = WAYS[way](original)
    assert twin == original
    assert repr(twin) == repr(original)


@pytest.mark.parametrize("way", WAYS)
def test_a_copied_detector_goes_on_alike_and_apart(way: str) -> None:
    twin = WAYS[way](DETECTOR)
    state = DETECTOR.state()
    assert twin.state() == state
    twin.observe(Host("elsewhere").spawn("svchost.exe", parent="winword.exe"))
    assert DETECTOR.state() == state
    assert twin.state() != state


@pytest.mark.parametrize("way", WAYS)
def test_a_detector_with_a_policy_of_ones_own_is_not_copied_wrongly_but_refused(way: str) -> None:
    class Mine:
        evidence_names: frozenset[str] = frozenset()
        copies = 1

        def evidence_in(self, event: object) -> CrashEvidence | None:
            del event
            return None

        def could_be_evidence(self, parent: str, command_line: str | None) -> bool:
            del parent, command_line
            return False

        def could_clear(self, evaluation: object, event: object) -> bool:
            del evaluation, event
            return False

        def clears(self, evidence: object, event: object) -> bool:
            del evidence, event
            return False

    with pytest.raises(InvalidState, match="of your own"):
        WAYS[way](Detector(suppression=Mine()))


@pytest.mark.parametrize("way", WAYS)
def test_an_error_keeps_its_field_and_reason(way: str) -> None:
    twin = WAYS[way](InvalidEvent("pid", -1, "must lie between 0 and 2**32 - 1"))
    assert (twin.field, twin.value, twin.reason) == ("pid", -1, "must lie between 0 and 2**32 - 1")


def test_every_public_value_is_looked_at_above() -> None:
    seen = {type(value).__name__ for value in _flat(VALUES.values())}
    public = {name for name in parentchild.__all__ if isinstance(getattr(parentchild, name), type)}
    errors = {name for name in public if issubclass(getattr(parentchild, name), Exception)}
    running = {"Detector", "Hunt"}  # what changes as it is fed
    parts = {"Process", "ProcessExited", "RemoteThreadCreated", "Report", "Verdict"}
    assert public - errors - seen <= running | parts


def _flat(values: Any) -> list[object]:
    return [each for value in values for each in (_flat(value) if isinstance(value, tuple) else [value])]
