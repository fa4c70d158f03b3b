"""How the property tests run: afresh at home, the same each time in CI, where red must mean a change."""

from __future__ import annotations

import os

from hypothesis import Phase, settings

settings.register_profile("home", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(  # a mutant is killed by any example; none needs to be small
    "mutants", deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("ci" if os.environ.get("CI") else "home")
