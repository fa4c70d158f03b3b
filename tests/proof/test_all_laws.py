"""Each law of the kit holds for this library's own detector, registry and readers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.proof.effort import effort
from tests.proof.laws import LAWS, tried


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_law_holds(law: Callable[[st.DataObject], None]) -> None:
    assert tried(law, effort(60)) >= 60
