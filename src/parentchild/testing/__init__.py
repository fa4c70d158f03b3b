"""A testing kit for detection engineers: machines, scenarios, laws, and what a change does.

`Host` is a simulated machine that gives coherent events. `SCENARIOS` are named sequences of events with what
must and must not be found, replayed by `assert_scenarios`. `compare` tells what a change of relations or
exclusions adds and removes. `fleet` streams load. `rows` writes events down as telemetry; `laws` has the laws
as checks.

Hypothesis strategies are in `parentchild.testing.strategies`, which needs the extra `testing`.
"""

from __future__ import annotations

from parentchild.testing import laws, rows
from parentchild.testing.comparing import Changed, Comparison, Removed, compare
from parentchild.testing.expectations import Expected, assert_findings
from parentchild.testing.fleets import Fleet, PlantedAttack, fleet
from parentchild.testing.host import Capture, Host
from parentchild.testing.scenarios import ATTACKS, CLEAN, CRASHES, SCENARIOS, Scenario, assert_scenarios

__all__ = [
    "ATTACKS",
    "CLEAN",
    "CRASHES",
    "SCENARIOS",
    "Capture",
    "Changed",
    "Comparison",
    "Expected",
    "Fleet",
    "Host",
    "PlantedAttack",
    "Removed",
    "Scenario",
    "assert_findings",
    "assert_scenarios",
    "compare",
    "fleet",
    "laws",
    "rows",
]
