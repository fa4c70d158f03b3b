"""What reads untrusted input raises nothing but its own error."""

from __future__ import annotations

import pytest

from tests.proof.fuzzing import TARGETS, fuzz


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_random_damage_raises_nothing_but_the_librarys_own_error(target: str) -> None:
    assert fuzz(target, 300) >= 300
