"""Floors: the least that plain Python can do for the work, written by hand for it alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from itertools import count
from operator import itemgetter
from typing import Any, TypeAlias

from parentchild import Detector, ProcessCreated, RelationRegistry, RemoteThreadCreated
from parentchild.relations.conditions import Fact
from parentchild.relations.prefilter import Prefilter
from tests.benchmarks.workload import CRASH_WITHIN, WATCHED, Result, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
SYSTEM32 = "c:\\windows\\system32\\"
PREPARED = re.compile(r"(?:^|\s)-p\s+(\d+)")  # in a command line: whose snapshot the crash handler prepares
_COLUMNS = {
    Fact.CHILD_PATH: "FolderPath",
    Fact.CHILD_COMMAND_LINE: "ProcessCommandLine",
    Fact.PARENT_PATH: "InitiatingProcessFolderPath",
    Fact.PARENT_COMMAND_LINE: "InitiatingProcessCommandLine",
}
"""The facts that the rows tell beside the names."""
Texts: TypeAlias = tuple[Callable[[Row], object], set[object]]
"""How the texts that decide on a pair of names are fetched from a row, and those that were seen."""
_CREATED: Any = ProcessCreated  # so that the loop needs no test for what its events always have


def micros(time: Any) -> int:
    if isinstance(time, str):
        time = datetime.fromisoformat(time.replace("Z", "+00:00"))
    return int((time - _EPOCH) / _MICROSECOND)


class Parents(dict[str, bool]):
    """Whether a raw parent is wrong for one child."""

    def __init__(self, expected: frozenset[str]) -> None:
        super().__init__()
        self.expected = expected

    def __missing__(self, parent: str) -> bool:
        wrong = self[parent] = parent.lower() not in self.expected
        return wrong


class Snapshots(Parents):
    """Whether a raw parent of the crash handler is one that has it prepare snapshots."""

    def __missing__(self, parent: str) -> bool:
        prepares = self[parent] = parent.lower() in self.expected
        return prepares


class Children(dict[str, "Parents | None"]):
    """The parents of a raw child, None where it is not watched."""

    def __missing__(self, child: str) -> Parents | None:
        expected = WATCHED.get(child.lower())
        found = self[child] = None if expected is None else Parents(expected)
        return found


def grouped(hits: Iterable[tuple[Any, ...]], threads: Iterable[tuple[Any, ...]]) -> Result:
    """Group (child, parent, time, device, parent's pid), without clones that a thread explains."""
    by_place: dict[tuple[str, int], list[int]] = {}
    for device, pid, at in threads:
        by_place.setdefault((device, pid), []).append(micros(at))
    first: dict[tuple[str, str], int] = {}
    devices: dict[tuple[str, str], set[str]] = {}
    for child, parent, time, device, ppid in hits:
        key, at = (child.lower(), parent.lower()), micros(time)
        if key[0] == key[1] and any(
            0 <= at - seen <= CRASH_WITHIN for seen in by_place.get((device, ppid), ())
        ):
            continue
        first[key] = min(first.get(key, at), at)
        devices.setdefault(key, set()).add(device)
    return frozenset((*key, at, len(devices[key])) for key, at in first.items())


def rows_in_one_pass(rows: list[Row]) -> Result:
    memo = Children()
    hits: list[Any] = []
    threads: list[Any] = []
    for row in rows:
        parents = memo[row["FileName"]]
        if (
            parents is not None
            and parents[row["InitiatingProcessFileName"]]
            and row["ActionType"] == "ProcessCreated"
        ):
            hits.append(row)
        elif row["ActionType"] == "CreateRemoteThreadApiCall":
            threads.append(row)
    return of_rows(hits, threads)


def rows_with_exact_dict(rows: list[Row]) -> Result:
    """The same, with a plain dict and an exception for what is new: quicker for what is not."""
    memo: dict[str, Parents | None] = {}
    learn = Children()
    hits: list[Row] = []
    threads: list[Row] = []
    left = iter(rows)
    row: Row = {}
    while True:
        try:
            for row in left:
                parents = memo[row["FileName"]]
                if row["ActionType"] == "CreateRemoteThreadApiCall":
                    threads.append(row)
                elif parents is not None and parents[row["InitiatingProcessFileName"]]:
                    hits.append(row)
        except KeyError:  # noqa: PERF203 - this is the point: it costs nothing where nothing is new
            parents = memo[row["FileName"]] = learn[row["FileName"]]
            if row["ActionType"] == "CreateRemoteThreadApiCall":
                threads.append(row)
            elif parents is not None and parents[row["InitiatingProcessFileName"]]:
                hits.append(row)
        else:
            return of_rows(hits, threads)


def rows_with_every_question(rows: list[Row]) -> Result:
    """Ask all that a hunt answers: what starts of the crash handler say of a clone, and what a clone started.

    A start of the crash handler tells by its command line whose snapshot it prepares. What a copy of its
    parent has started may stand in any row, so all rows are looked at once more for that.
    """
    memo = Children()
    prepared_by = Snapshots(frozenset({"svchost.exe"}))
    memo |= dict.fromkeys(("WerFault.exe", "werfault.exe", "WERFAULT.EXE"), prepared_by)
    hits: list[Row] = []
    threads: list[Row] = []
    for row in rows:
        parents = memo[row["FileName"]]
        if (
            parents is not None
            and parents[row["InitiatingProcessFileName"]]
            and row["ActionType"] == "ProcessCreated"
        ):
            hits.append(row)
        elif row["ActionType"] == "CreateRemoteThreadApiCall":
            threads.append(row)
    for row in hits:
        if row["FileName"].lower() == "werfault.exe":
            prepared = PREPARED.search(line := row["ProcessCommandLine"].lower())
            if prepared and "-pss" in line and row["FolderPath"].lower().startswith(SYSTEM32):
                threads.append(
                    {**row, "ProcessId": int(prepared[1]), "InitiatingProcessFileName": "WerFault.exe"}
                )
    hits = [row for row in hits if row["FileName"].lower() != "werfault.exe"]
    copies = {
        (row["DeviceName"], row["ProcessId"])
        for row in hits
        if row["FileName"].lower() == row["InitiatingProcessFileName"].lower()
    }
    pids = {pid for _, pid in copies}
    by_copies = [row for row in rows if row["InitiatingProcessId"] in pids] if pids else []
    assert not any(
        (row["DeviceName"], row["InitiatingProcessId"]) in copies
        and row["FileName"].lower() != "werfault.exe"
        for row in by_copies
    ), "a copy has started something, so it would be raised"
    return of_rows(hits, threads)


def same_texts(registry: RelationRegistry) -> Callable[[list[Row]], tuple[int, int]]:
    """Return a loop over clean rows that looks up every text on which the verdict of a registry depends.

    It evaluates nothing: what it meets first it takes for expected from then on. Which texts those are it
    learns once for each pair of names.
    """

    def run(rows: list[Row]) -> tuple[int, int]:
        prefilter = Detector(registry).prefilter_for_rows(completes_parents=True)
        known: dict[str, dict[str, Texts | None] | None] = {}
        starts = 0
        for row in rows:
            if row["ActionType"] != "ProcessCreated":
                continue
            starts += 1
            try:
                by_parent = known[row["FileName"]]
                if by_parent is None:
                    continue
                texts = by_parent[row["InitiatingProcessFileName"]]
            except KeyError:
                texts = learned(known, prefilter, row["FileName"], row["InitiatingProcessFileName"])
            if texts is not None:
                fetch, seen = texts
                if (fetched := fetch(row)) not in seen:
                    seen.add(fetched)
        return 0, starts

    return run


def learned(
    known: dict[str, dict[str, Texts | None] | None], prefilter: Prefilter, child: str, parent: str
) -> Texts | None:
    """Note which texts decide on a pair of names; None where the names alone do."""
    is_settled = prefilter.answer(child, parent) is not None
    if prefilter.memo[child] is None:
        known[child] = None
        return None
    columns = [_COLUMNS[fact] for fact in prefilter.needs(child, parent) if fact in _COLUMNS]
    texts = None if is_settled else (itemgetter(*columns), set[object]())
    by_parent = known.setdefault(child, {})
    assert by_parent is not None
    by_parent[parent] = texts
    return texts


def of_rows(hits: list[Row], threads: list[Row]) -> Result:
    """Group rows of mismatches, without the clones that a remote thread by the crash handler explains."""
    return grouped(
        ((row["FileName"], row["InitiatingProcessFileName"], row["Timestamp"], row["DeviceName"],
          row["InitiatingProcessId"]) for row in hits),
        ((row["DeviceName"], row["ProcessId"], row["Timestamp"]) for row in threads
         if row["InitiatingProcessFileName"].lower() == "werfault.exe"),
    )  # fmt: skip


def columns_by_zip(columns: dict[str, list[Any]]) -> Result:
    memo = Children()
    hits: list[int] = []
    for child, parent, index in zip(
        columns["FileName"], columns["InitiatingProcessFileName"], count(), strict=False
    ):
        parents = memo[child]
        if parents is not None and parents[parent]:
            hits.append(index)
    action = columns["ActionType"]
    threads = [index for index, what in enumerate(action) if what == "CreateRemoteThreadApiCall"]
    rows = [{name: values[at] for name, values in columns.items()} for at in (*hits, *threads)]
    return of_rows(
        [row for row in rows if row["ActionType"] == "ProcessCreated"],
        [row for row in rows if row["ActionType"] != "ProcessCreated"],
    )


def events_inline(events: list[Any]) -> Result:
    memo = Children()
    hits: list[Any] = []
    threads: list[Any] = []
    for event in events:
        if event.__class__ is _CREATED:
            parents = memo[event.process.name]
            if parents is not None and parents[event.parent.name]:
                hits.append(event)
        else:
            threads.append(event)
    return _of_events(hits, threads)


def _of_events(hits: list[Any], threads: list[Any]) -> Result:
    return grouped(
        ((each.process.name, each.parent.name, each.timestamp, each.device, each.parent.pid)
         for each in hits),
        ((each.device, each.target.pid, each.timestamp) for each in threads
         if each.source.name.lower() == "werfault.exe"),
    )  # fmt: skip


class ByHand:
    """A detector as one writes it for oneself: a method that looks two names up."""

    def __init__(self) -> None:
        self.memo = Children()
        self.hits: list[Any] = []
        self.threads: list[Any] = []

    def observe(self, event: Any) -> tuple[Any, ...]:
        if isinstance(event, RemoteThreadCreated):
            self.threads.append(event)
            return ()
        parents = self.memo[event.process.name]
        if parents is not None and parents[event.parent.name]:
            self.hits.append(event)
            return (event,)
        return ()


FLOORS: dict[str, dict[str, Callable[[Any], Result]]] = {
    "rows": {
        "one loop": rows_in_one_pass,
        "one loop, exact dict": rows_with_exact_dict,
        "every question by hand": rows_with_every_question,
    },
    "columns": {"zip loop": columns_by_zip},
    "events": {"inline loop": events_inline},
}
