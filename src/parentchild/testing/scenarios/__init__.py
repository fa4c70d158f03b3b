"""Named scenarios: attacks, crashes and clean cycles, each with what must and must not be found.

>>> from parentchild.testing import ATTACKS, SCENARIOS, assert_scenarios
>>> assert_scenarios(SCENARIOS)
>>> from parentchild import DEFAULT_RELATIONS
>>> assert_scenarios(ATTACKS, DEFAULT_RELATIONS.without("lsass.exe"))
Traceback (most recent call last):
AssertionError: 2 scenarios differ
...
"""

from __future__ import annotations

from typing import Final

from parentchild.testing.scenarios.attacks import ATTACKS
from parentchild.testing.scenarios.clean import CLEAN
from parentchild.testing.scenarios.crashes import CRASHES
from parentchild.testing.scenarios.scenario import Scenario, assert_scenarios

SCENARIOS: Final[tuple[Scenario, ...]] = (*ATTACKS, *CRASHES, *CLEAN)
"""All of them."""

__all__ = ["ATTACKS", "CLEAN", "CRASHES", "SCENARIOS", "Scenario", "assert_scenarios"]
