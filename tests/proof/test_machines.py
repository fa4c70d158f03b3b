"""The state machines, as many steps as a quick run can afford."""

from __future__ import annotations

from tests.proof.effort import drive, effort
from tests.proof.machines import WithLimits, WithoutLimits


def test_without_limits_a_detector_says_what_a_bag_of_events_says() -> None:
    drive(WithoutLimits, effort(60))


def test_within_limits_a_detector_says_what_a_plain_list_says() -> None:
    drive(WithLimits, effort(120))
