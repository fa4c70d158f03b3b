"""Random values and broken rows: whatever is read becomes an event, nothing, or an `InvalidEvent`.

Run it with the number of values, and a seed if another is wanted: `python -m tests.telemetry.fuzz 100000 1`.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from typing import Any

from parentchild import Detector, telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import ProcessCreated, ProcessExited, RemoteThreadCreated
from tests.telemetry.agents import TOLD, TRACED, WEVTUTIL, WMI
from tests.telemetry.products import ATTACKS
from tests.telemetry.rows import all_rows
from tests.telemetry.wrapped import WRAPPED

KINDS = (ProcessCreated, ProcessExited, RemoteThreadCreated)
WRAPPING: list[Any] = [row for row in WRAPPED.values() if isinstance(row, dict)]
TEXTS: list[str] = [*(row for row in WRAPPED.values() if isinstance(row, str)), WEVTUTIL]
ROWS: list[Any] = [
    *all_rows().values(),
    *(row for _, row in ATTACKS.values()),
    *(*WRAPPING, *TOLD.values(), *TRACED.values(), *WMI),
]
LONGEST_MESSAGE = 300
PREFILTER = Detector().prefilter
KEYS = sorted({key for row in ROWS for key in row})
UNPARSEABLE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**32, 2**64, 10**400, 0.5, float("nan"), float("inf"), -0.0, 1e308),
    *("", "-", "?", " ", "\0", "0x", "0xzz", "NaN", "²", "1" * 5000, "\ud800", "\u202egpj.exe", "C:\\", "\\"),
    *("<", "<Event>", "<!DOCTYPE x>", "<Event><System/></Event>", "{", "[" * 2000, '{"a":1,"a":2}', "&x;"),
    *("9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "2024-13-45T99:99:99", "2/10/19 10:00 AM"),
    *(13**50, "13/45/19 13:00 PM", "Z" * 70, "2024-06-10", b"bytes", "2024-W01-1T00:00"),
    *([], {}, [[]], [None], {"Data": [1]}, {"Name": "x"}, {"Event": {}}, [{"Name": "x"}, {"Name": "x"}]),
)


def value(source: random.Random, depth: int = 0) -> Any:
    """A random JSON value, of the shapes and keys that rows have."""
    choice = source.random()
    if depth > 4 or choice < 0.5:
        return source.choice(UNPARSEABLE)
    if choice < 0.6:
        return [value(source, depth + 1) for _ in range(source.randrange(3))]
    keys = source.sample(KEYS, source.randrange(1, 5))
    return {key: value(source, depth + 1) for key in keys}


def mutated(source: random.Random) -> Any:
    """A real-shaped row in which something was lost, replaced, doubled, cut or nested; or its text, cut."""
    if source.random() < 0.05:
        text = source.choice(TEXTS) if source.random() < 0.5 else json.dumps(source.choice(WRAPPING))
        cut = source.randrange(len(text))
        return text[:cut] + source.choice(("", "<", "{", '"', "\\", "\ud800", "\n")) + text[cut + 1 :]
    row: Any = copy.deepcopy(source.choice(ROWS))
    for _ in range(source.randrange(1, 4)):
        place = row
        key = source.choice(list(place)) if place else None
        while (
            key is not None and isinstance(place[key], (dict, list)) and place[key] and source.random() < 0.8
        ):
            if isinstance(place[key], list):
                inner: list[Any] = [each for each in place[key] if isinstance(each, dict) and each]
                if not inner:
                    break
                place = source.choice(inner)
            else:
                place = place[key]
            key = source.choice(list(place))
        if key is not None:
            _damage(source, place, key)
    return row


def _damage(source: random.Random, place: dict[str, Any], key: str) -> None:
    choice = source.randrange(5)
    text = place[key]
    if choice == 0:
        del place[key]
    elif choice == 1:
        place[key] = value(source)
    elif choice == 2:
        place[key] = [text, {key: text}]
    elif choice == 3 and isinstance(text, str) and text:
        cut = source.randrange(len(text))
        place[key] = (
            text[:cut] + source.choice(("", "<", "&lt;", "'", "\\", "\ud800", "]]>")) + text[cut + 1 :]
        )
    else:
        place[source.choice(KEYS)] = text


def _go_on(index: int, error: InvalidEvent) -> None:
    """Note nothing."""


def run(count: int, seed: int) -> Counter[str]:
    """Read `count` values, half of them random and half of them mutated, and count what came of them.

    Raises:
        TypeError: something else than an event, None or an `InvalidEvent` did.
    """
    source = random.Random(seed)
    outcomes: Counter[str] = Counter()
    for index in range(count):
        row = value(source) if index % 2 else mutated(source)
        before = copy.deepcopy(row)
        counts = telemetry.RowCounts()
        invalid: list[InvalidEvent] = []

        def note(_: int, error: InvalidEvent, noted: list[InvalidEvent] = invalid) -> None:
            noted.append(error)

        events = list(telemetry.read_many([row], on_invalid=note, counts=counts))
        outcomes["InvalidEvent" if invalid else type(events[0]).__name__ if events else "NoneType"] += 1
        for error in invalid:
            if len(str(error)) > LONGEST_MESSAGE or not isinstance(error, InvalidEvent):
                raise TypeError(error)
        if not all(isinstance(event, KINDS) for event in events):
            raise TypeError(events)
        if len(invalid) != counts.unreadable or len(events) > counts.starts + counts.process_events:
            raise TypeError(counts)
        held = telemetry.RowCounts()
        list(telemetry.read_many([row], prefilter=PREFILTER, on_invalid=_go_on, counts=held))
        if held.rows != counts.rows:
            raise TypeError(held)
        if repr(row) != repr(before):
            raise TypeError("a row was changed")
        try:
            telemetry.read(row)
        except InvalidEvent:
            continue
    return outcomes


if __name__ == "__main__":
    arguments = [int(each) for each in sys.argv[1:]]
    counted = run(arguments[0] if arguments else 100_000, arguments[1] if len(arguments) > 1 else 0)
    sys.stdout.write(f"{dict(counted)}\n")
