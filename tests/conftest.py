"""How the property tests run: afresh at home, the same each time in CI, where red must mean a change."""

from __future__ import annotations

import os

import pytest
from hypothesis import Phase, settings

from parentchild.saving.forms import form_of

settings.register_profile("home", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(  # a mutant is killed by any example; none needs to be small
    "mutants", deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("ci" if os.environ.get("CI") else "home")


@pytest.fixture(autouse=True)
def forms_are_made_anew(request: pytest.FixtureRequest) -> None:
    """Let a mutant of what is made once a process be there for each test; elsewhere nothing is forgotten."""
    if request.config.getoption("--hypothesis-profile", None) == "mutants":
        form_of.cache_clear()
