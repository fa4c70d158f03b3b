"""The map in CONTRIBUTING.md is the one that the imports draw."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.test_architecture import FLOORS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_map_is_drawn_from_the_imports() -> None:
    sys.path.insert(0, str(DOCS))
    try:
        house_map = import_module("house_map")
    finally:
        sys.path.remove(str(DOCS))
    expected = house_map.page_with(house_map.drawn(FLOORS))
    assert expected == house_map.PAGE.read_text("utf-8"), "run python docs/house_map.py"
