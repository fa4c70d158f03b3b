"""Suggestions: for software alone, as an object and as text, with what they would hide."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import Detector, Exclusion, Reason, Severity
from tests.hunting.findings_of import TEMP, events, found, report, wrong

AGENT = r"C:\Program Files\Acme\agent-{}.exe"


def fleet_of(parent: str, count: int = 9, **more: Any) -> list[Any]:
    return [wrong(parent.format(f"4.{number}"), device=f"ws-{number}", **more) for number in range(count)]


def test_software_on_many_devices_gets_an_exclusion_that_covers_all_of_it() -> None:
    everything = fleet_of(AGENT)
    [suggestion] = report(*everything).suggestions()
    assert suggestion.exclusion.parent_path == r"c:\program files\acme\agent-*.exe"
    assert len(suggestion.hides) == 9
    detector = Detector(exclusions=[suggestion.exclusion])
    detector.observe_many(everything)
    assert detector.findings() == ()
    assert eval(suggestion.to_python(), {"Exclusion": Exclusion}) == suggestion.exclusion  # noqa: S307 - that is the truth claimed
    assert "hides 9 findings, 9 events" in str(suggestion)


@pytest.mark.parametrize(
    "given_events",
    [
        fleet_of(AGENT, 4),  # too few devices
        fleet_of(r"C:\Windows\System32\cmd.exe"),
        fleet_of(r"C:\Program Files\Acme\powershell.exe"),
        fleet_of(r"C:\ProgramData\acme\agent-{}.exe"),
        fleet_of(r"C:\Program Files\Microsoft Office\winword.exe"),
        fleet_of(AGENT, child="lsass.exe"),  # critical
        fleet_of("agent.exe"),  # nobody knows where it lies
        [*fleet_of(AGENT), *fleet_of(r"C:\Temp\agent-{}.exe")],  # the same name elsewhere
        fleet_of(r"\\server\share\agent.exe"),
    ],
)
def test_what_may_be_an_attack_gets_none(given_events: list[Any]) -> None:
    assert report(*given_events).suggestions() == ()


def test_none_hides_an_attack_that_its_pattern_would_cover() -> None:
    installers = [wrong(rf"{TEMP}\is-{number:05}.tmp", device=f"ws-{number}") for number in range(9)]
    assert len(report(*installers).suggestions()) == 1
    evil = wrong(rf"{TEMP}\is-evil!.tmp", device="ws-3")
    assert report(*installers, evil).suggestions() == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(events(), max_size=40))
def test_a_suggestion_hides_what_it_says_and_nothing_dangerous(given_events: list[Any]) -> None:
    whole = report(*given_events)
    for suggestion in whole.suggestions():
        left = Detector(window=None, exclusions=[suggestion.exclusion])
        left.observe_many(given_events)
        gone = {each.uid for each in found(*given_events)} - {each.uid for each in left.findings()}
        assert gone <= {each.uid for each in suggestion.hides}
        assert gone
        for each in suggestion.hides:
            assert each.severity not in {Severity.CRITICAL, Severity.INFORMATIONAL}
            assert {Reason.UNEXPECTED_CHILD, Reason.UNEXPECTED_PARENT}.issuperset(each.reasons)
