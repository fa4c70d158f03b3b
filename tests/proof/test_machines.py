"""The state machines, as many steps as a quick run can afford."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.proof.machines import WithLimits, WithoutLimits

quick = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

TestWithoutLimits = WithoutLimits.TestCase
TestWithoutLimits.settings = quick
TestWithLimits = WithLimits.TestCase
TestWithLimits.settings = quick
