"""How hard the proof tries."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    run_state_machine_as_test,  # pyright: ignore[reportUnknownVariableType]
)


def effort(examples: int, *, steps: int = 25) -> settings:
    """Return Hypothesis settings for so many examples, each as slow as it is."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )


def drive(machine: type[RuleBasedStateMachine], how: settings) -> None:
    """Run a state machine."""
    run_state_machine_as_test(machine, settings=how)
