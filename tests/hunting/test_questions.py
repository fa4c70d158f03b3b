"""An engine is asked a fixed number of questions, however many rows, names and values there are."""

from __future__ import annotations

from typing import Any

import pytest

from parentchild import hunt
from tests.hunting.test_agreement import BACKENDS, module

LAZY = ("polars-lazy", "duckdb")
SYSTEM32 = r"C:\Windows\System32"


def table(size: int) -> list[dict[str, Any]]:
    """Return rows in which nearly every name, path and command line is another."""
    return [
        {
            "Timestamp": "2026-03-01T09:00:00Z",
            "DeviceName": f"ws-{at}",
            "ActionType": ("ProcessCreated", "ProcessCreated", "CreateRemoteThreadApiCall", f"Other{at % 9}")[
                at % 4
            ],
            "FileName": ("svchost.exe", f"tool{at}.exe")[at % 3 == 0],
            "FolderPath": (rf"{SYSTEM32}\svchost.exe", rf"C:\Temp\{at}\svchost.exe")[at % 5 == 0],
            "ProcessId": 100 + at,
            "ProcessCommandLine": f"svchost.exe -k group{at}",
            "InitiatingProcessFileName": ("services.exe", f"parent{at}.exe", "WerFault.exe")[at % 3],
            "InitiatingProcessFolderPath": (rf"{SYSTEM32}\services.exe", rf"C:\Temp\{at}\services.exe")[
                at % 7 == 0
            ],
            "InitiatingProcessCommandLine": "services.exe",
            "InitiatingProcessId": 40_000 + at,
        }
        for at in range(size)
    ]


def questions(monkeypatch: pytest.MonkeyPatch, frame: Any) -> int:
    nw = module("narwhals")
    asked: list[None] = []
    collect = nw.LazyFrame.collect

    def counted(*arguments: Any, **options: Any) -> Any:
        asked.append(None)
        return collect(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(nw.LazyFrame, "collect", counted)
        assert len(hunt(frame)) > 0
    return len(asked)


@pytest.mark.parametrize("backend", LAZY)
def test_the_questions_to_an_engine_do_not_grow_with_the_table(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (questions(monkeypatch, BACKENDS[backend](table(size))) for size in (40, 4000))
    assert few == many <= 7


class Reads(dict[str, list[Any]]):
    """Columns that count how often a value of theirs is fetched."""

    fetched = 0

    def __getitem__(self, name: str) -> Any:
        return Fetched(super().__getitem__(name), self)


class Fetched(list[Any]):
    def __init__(self, values: list[Any], owner: Reads) -> None:
        super().__init__(values)
        self.owner = owner

    def __getitem__(self, at: Any) -> Any:
        self.owner.fetched += 1
        return super().__getitem__(at)

    def __iter__(self) -> Any:
        self.owner.fetched += len(self)
        return super().__iter__()


def test_the_values_that_are_fetched_of_columns_grow_in_line_with_the_rows() -> None:
    counts: list[int] = []
    for size in (500, 1000, 2000):
        columns = Reads(BACKENDS["columns"](table(size)))
        hunt(columns)
        counts.append(columns.fetched)
    assert counts[2] - counts[1] == pytest.approx(2 * (counts[1] - counts[0]), rel=0.02)
