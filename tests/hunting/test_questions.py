"""An engine is asked a fixed number of questions, and no step in Python is quadratic.

What is counted are questions, lines that run, and values that are fetched; never seconds.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

import parentchild.hunting.frames
from parentchild import SEED_RELATIONS, hunt
from tests.effort import lines_run
from tests.hunting.telemetry_rows import fixed
from tests.hunting.test_agreement import BACKENDS, module, told

FRAMES = parentchild.hunting.frames.__path__[0]
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


def ordinary(size: int) -> list[dict[str, Any]]:
    """Return rows of which no relation says anything, with the columns of all others here."""
    return [
        fixed(1)[0]
        | {"FileName": f"tool{at % 7}.exe", "InitiatingProcessFileName": "explorer.exe", "ReportId": at}
        for at in range(size)
    ]


def right(row: dict[str, Any], at: int) -> dict[str, Any]:
    return row | {
        "FileName": "svchost.exe",
        "InitiatingProcessFileName": "services.exe",
        "FolderPath": rf"{SYSTEM32}\svchost.exe",
        "InitiatingProcessFolderPath": rf"{SYSTEM32}\services.exe",
        "ProcessCommandLine": f"svchost.exe -k netsvcs -p -s service{at}",
    }


def questions(monkeypatch: pytest.MonkeyPatch, frame: Any, **options: Any) -> int:
    nw = module("narwhals")
    asked: list[None] = []
    collect = nw.LazyFrame.collect

    def counted(*arguments: Any, **given: Any) -> Any:
        asked.append(None)
        return collect(*arguments, **given)

    with monkeypatch.context() as patched:
        patched.setattr(nw.LazyFrame, "collect", counted)
        assert len(hunt(frame, **options)) > 0
    return len(asked)


@pytest.mark.parametrize("backend", LAZY)
def test_the_questions_to_an_engine_do_not_grow_with_the_table(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (questions(monkeypatch, BACKENDS[backend](table(size))) for size in (40, 4000))
    assert few == many <= 6


@pytest.mark.parametrize("backend", LAZY)
def test_a_few_rows_that_names_leave_open_need_no_question_of_their_own(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = ordinary(1)[0] | {"FileName": "lsass.exe", "InitiatingProcessFileName": "cmd.exe"}
    few, many = (
        [wrong, *(right(row, at) if at < open_rows else row for at, row in enumerate(ordinary(1000)))]
        for open_rows in (5, 500)
    )
    assert questions(monkeypatch, BACKENDS[backend](few), resolve_parents=False) == 4
    assert questions(monkeypatch, BACKENDS[backend](many), resolve_parents=False) == 5
    for table in (few, many):  # and either way, what is as Windows does it is counted once
        assert told(hunt(BACKENDS[backend](table))) == told(hunt(table))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_steps_of_a_hunt_grow_in_line_with_the_rows(backend: str) -> None:
    if backend != "columns":
        module("narwhals")
    made = [BACKENDS[backend](table(size)) for size in (500, 1000, 2000)]
    hunt(made[0])  # what is loaded once is loaded
    few, more, most = (lines_run(partial(hunt, frame), within=FRAMES) for frame in made)
    assert abs(most - more - 2 * (more - few)) < 0.1 * (most - more)


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
    one, two = counts[1] - counts[0], counts[2] - counts[1]
    assert 1.96 * one <= two <= 2.04 * one


LINE = "svchost.exe -k netsvcs"


def copies(size: int, *, with_children: int = 0, **more: Any) -> list[dict[str, Any]]:
    """Return copies of their parents on as many devices, all with one pid, and what some of them started.

    Another process with that pid, of another name or on another device, started something as well.
    """
    found: list[dict[str, Any]] = []
    for at in range(size):
        row: dict[str, Any] = right(ordinary(1)[0], 0)
        copy: dict[str, Any] = row | {
            "DeviceName": f"copies-{at}",
            "InitiatingProcessFileName": "svchost.exe",
            "InitiatingProcessFolderPath": rf"{SYSTEM32}\svchost.exe",
            "ProcessCommandLine": LINE,  # that of its parent: then it may be a clone
            "ProcessId": 4000,
            "InitiatingProcessId": 5000,
            "ReportId": at,
            **more,
        }
        started = {"FileName": "cmd.exe", "ProcessId": 6000, "InitiatingProcessId": 4000}
        later = {"Timestamp": row["Timestamp"] + timedelta(seconds=1)}
        found.append(copy)
        found.append(copy | started | later | {"DeviceName": f"others-{at}"})
        found.append(copy | started | later | {"InitiatingProcessFileName": "explorer.exe"})
        if at < with_children:
            found.append(copy | started | later)
    return found


def complete(table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows that tell all of their parents, of whose starts nothing more is wanted then."""
    return [row | {"InitiatingProcessCommandLine": LINE} for row in table]


@pytest.mark.parametrize("backend", LAZY)
@pytest.mark.parametrize("size", [1, 70])
def test_what_copies_started_is_three_questions_at_most_however_many_there_are(
    backend: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = ordinary(300 * size)
    alone = [row for row in copies(size) if row["FileName"] == row["InitiatingProcessFileName"]]
    for rows, more in (
        (alone, 1),  # no row names a pid and the name of a copy
        (copies(size), 2),  # one does, of another device
        (copies(size, with_children=1), 3),
        (copies(size, with_children=size), 3),
    ):
        table = complete([*rows, *rest])
        first = questions(monkeypatch, BACKENDS[backend](table), resolve_parents=False)
        assert questions(monkeypatch, BACKENDS[backend](table)) == first + more
        assert told(hunt(BACKENDS[backend](table))) == told(hunt(table))


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "columns"])
@pytest.mark.parametrize(
    "device",
    [
        {"DeviceName": " ws-1 "},
        {"DeviceName": "-", "DeviceId": "ws-1"},
        {"DeviceName": None, "DeviceId": "ws-1"},
        {"DeviceName": None, "DeviceId": None},
        {"InitiatingProcessFileName": "SvcHost.exe"},
        {"InitiatingProcessFileName": "-"},
        {"InitiatingProcessFileName": None},
    ],
)
def test_what_a_copy_started_is_found_however_the_row_tells_its_device_and_starter(
    backend: str, device: dict[str, Any]
) -> None:
    module("narwhals")
    copy: dict[str, Any] = right(ordinary(1)[0], 0) | {
        "DeviceName": "ws-1",
        "DeviceId": None,
        "InitiatingProcessFileName": "svchost.exe",
        "InitiatingProcessFolderPath": rf"{SYSTEM32}\svchost.exe",
        "ProcessId": 4000,
        "InitiatingProcessId": 5000,
    }
    started: dict[str, Any] = copy | {
        "Timestamp": copy["Timestamp"] + timedelta(seconds=1),
        "FileName": "cmd.exe",
        "InitiatingProcessId": 4000,
        "ProcessId": 6000,
        **device,
    }
    table: list[dict[str, Any]] = [{"DeviceId": None, **row} for row in (copy, started, *ordinary(50))]
    expected = hunt(table, device="ws-1")
    assert told(hunt(BACKENDS[backend](table), device="ws-1")) == told(expected)


@pytest.mark.parametrize("backend", LAZY)
def test_whether_copies_started_anything_is_asked_of_the_columns_that_tell(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    nw = module("narwhals")
    collect = nw.LazyFrame.collect

    def noted(frame: Any, *arguments: Any, **given: Any) -> Any:
        found = collect(frame, *arguments, **given)
        asked.append(found.columns)
        return found

    frame = BACKENDS[backend](complete([*copies(3), *ordinary(300)]))
    with monkeypatch.context() as patched:
        patched.setattr(nw.LazyFrame, "collect", noted)
        hunt(frame)
    told_by, named_by = asked[-1], asked[-2]
    assert sorted(told_by) == ["DeviceName", "InitiatingProcessFileName", "InitiatingProcessId"]
    assert named_by[:-1] == ["InitiatingProcessFileName"]  # and how often


def tag(row: Any) -> str:
    return str(row["Tag"])


@pytest.mark.parametrize("backend", LAZY)
@pytest.mark.parametrize("device", [None, "ws-1", tag])
def test_an_engine_gives_the_columns_that_are_read_and_all_where_a_function_names_the_device(
    backend: str, device: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: set[str] = set()
    nw = module("narwhals")
    collect = nw.LazyFrame.collect

    def noted(frame: Any, *arguments: Any, **options: Any) -> Any:
        found = collect(frame, *arguments, **options)
        given.update(found.columns)
        return found

    table = [
        row | {"DeviceName": None, "Tag": "ws-2", "RegistryKey": "x"} for row in [*copies(3), *ordinary(300)]
    ]
    frame = BACKENDS[backend](table)
    with monkeypatch.context() as patched:
        patched.setattr(nw.LazyFrame, "collect", noted)
        found = hunt(frame, device=device)
    assert ({"Tag", "RegistryKey"} <= given) == callable(device)
    assert ("RegistryKey" in given) == callable(device)
    assert told(found) == told(hunt(table, device=device))


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name not in {"columns", *LAZY}])
def test_a_frame_gives_the_command_lines_of_those_rows_alone_that_names_leave_open(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nw = module("narwhals")
    fetched: dict[str, int] = {}
    to_list = nw.Series.to_list

    def noted(series: Any) -> Any:
        fetched[series.name] = fetched.get(series.name, 0) + len(series)
        return to_list(series)

    row = complete([right(ordinary(1)[0], 0)])[0]
    starts = [row | {"FileName": "WerFault.exe", "InitiatingProcessFileName": "svchost.exe"}] * 5
    wrong = [row | {"FileName": "svchost.exe", "InitiatingProcessFileName": "cmd.exe"}]
    frame = BACKENDS[backend]([*[row] * 200, *starts, *wrong])
    with monkeypatch.context() as patched:
        patched.setattr(nw.Series, "to_list", noted)
        assert len(hunt(frame, registry=SEED_RELATIONS)) == 1
    assert fetched["FileName"] > 200
    assert fetched["ProcessCommandLine"] == len(starts) + len(wrong)
