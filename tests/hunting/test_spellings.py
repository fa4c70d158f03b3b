"""Whatever stands where a name should, a hunt finds of a row what a detector finds of the event in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, cast

import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Detector, Event, InvalidEvent, hunt, telemetry
from tests.telemetry.products import ATTACKS
from tests.telemetry.rows import all_rows

ROWS: dict[str, Mapping[str, Any]] = {**all_rows(), **{name: row for name, (_, row) in ATTACKS.items()}}
NAMES = (
    *(
        "svchost.exe",
        " SVCHOST.EXE",
        '"svchost.exe"',
        "'=svchost.exe",
        '="svchost.exe"',
        "['svchost.exe']",
        '{"name": "svchost.exe"}',
        "svchost.exe\nx.exe",
    ),
    *("svchost", "svchost.exe.", "svchost.exe:x", "svchost.exe\\", "svchost (1).exe", "svchost.exe -k x.exe"),
    *(
        "a/svchost.exe",
        r"C:\\x\\svchost.exe",
        r"C:\x\..\svchost.exe",
        "\u0455vchost.exe",
        "svchost.exe\u200b",
    ),
    *("RuntimeBroker.", ".. 0xfa80:svchost.exe", "backgroundTaskH", "x" * 300 + "\\lsass.exe", "System"),
    *("svchost.exe\0x", r"C:\x\svchost.exe\u0000", "b'svchost.exe'", "4242 svchost.exe", "svchost[.]exe"),
    *("-", "N/A", "null", "nan", "?", "4", "S-1-5-18", "", "  ", "C:\\", "werfault.exe"),
)


@pytest.mark.parametrize("name", ROWS)
def test_a_hunt_finds_by_any_name_what_the_event_of_the_row_is_found_for(name: str) -> None:
    for path in named_in(ROWS[name]):
        for spelling in NAMES:
            row = replaced(ROWS[name], path, spelling)
            for registry in (SEED_RELATIONS, DEFAULT_RELATIONS):
                detector = Detector(registry, report_unknown=True)
                detector.observe_many(events_in(row))
                report = hunt([row], registry=registry, report_unknown=True, resolve_parents=False)
                assert told(report.findings) == told(detector.findings()), (path, spelling)


def named_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where a row names an image."""
    items: Iterable[tuple[Any, object]] = ()
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, object]", value).items()
    elif isinstance(value, list):
        items = enumerate(cast("list[object]", value))
    elif isinstance(value, str) and any(
        name in value.lower() for name in ("svchost", "explorer", "services")
    ):
        yield path
    for key, inner in items:
        yield from named_in(inner, (*path, key))


def replaced(row: Mapping[str, Any], path: tuple[Any, ...], text: str) -> dict[str, Any]:
    whole: dict[str, Any] = deepcopy(dict(row))
    inner: Any = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = text
    return whole


def events_in(row: dict[str, Any]) -> list[Event]:
    refused: list[InvalidEvent] = []
    return list(telemetry.read_many([deepcopy(row)], on_invalid=lambda _, error: refused.append(error)))


def told(findings: Any) -> set[tuple[Any, ...]]:
    return {(each.child, each.parent, each.reasons, each.directory) for each in findings}
