"""The page on telemetry shows what really happens."""

from __future__ import annotations

import doctest
from pathlib import Path

from parentchild import telemetry
from parentchild.telemetry.envelopes import ENVELOPES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "telemetry.md"
COLUMNS = 5


def test_every_example_of_the_page_runs_as_shown() -> None:
    outcome = doctest.testfile(str(PAGE), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_source_is_in_the_pages_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    modules = {name for name in telemetry.__all__ if hasattr(getattr(telemetry, name), "SOURCE")} | {
        "listing"
    }
    assert {module for module in modules if f"| `{module}` |" not in text} == set()


def test_every_envelope_is_in_the_pages_table_with_what_it_knows() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    shown = {cells[0].removeprefix("| "): cells for cells in rows if len(cells) == COLUMNS}
    for envelope in ENVELOPES:
        *_, device, time, ingested = shown[envelope.name]
        for cell, paths in ((device, envelope.device), (time, envelope.time), (ingested, envelope.ingested)):
            assert [path for path in paths if f"`{path}`" not in cell] == [], envelope.name
