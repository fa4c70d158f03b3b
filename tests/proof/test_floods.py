"""The floods, large enough to fill every memory, small enough for a quick run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proof import floods


@pytest.mark.parametrize("flood", [flood for flood, _ in floods.FLOODS], ids=lambda flood: flood.__name__)
def test_memory_stays_bounded_and_no_mismatch_is_lost(
    flood: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floods, "CAPACITY", 500)
    assert floods.traced(flood, 4000) >= 4000
