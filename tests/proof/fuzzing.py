"""Fuzzing of what reads untrusted input: `telemetry.read` and `Detector.from_state`.

The table and the quick tests feed the targets with seeded random bytes; `fuzzing_by_coverage` lets atheris do
it. Inputs that were once mishandled are kept in `FOUND`, and are tried each time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from parentchild import DEFAULT_RELATIONS, Detector, InvalidEvent, InvalidState, telemetry
from parentchild.testing import SCENARIOS, rows
from parentchild.testing.damage import places, replaced

Target = Callable[[bytes], None]

_EVENTS = [event for scenario in SCENARIOS[:6] for event in scenario.events][::9]
_ROWS: list[Any] = [
    row for write in rows.WRITERS.values() for event in _EVENTS if (row := write(event)) is not None
]


def _state() -> dict[str, Any]:
    detector = Detector(window=None, resolve_parents=True)
    for scenario in SCENARIOS[::7]:
        detector.observe_many(scenario.events)
    state: dict[str, Any] = json.loads(json.dumps(detector.state()))
    for part in ("members", "proofs", "orphans", "runs", "exits"):
        state[part] = state[part][:3]
    return state


_STATE = _state()
_VALUES: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    2**32,
    10**400,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "-",
    "\0",
    "\ud800",
    "9999-12-31T23:59:59.9999999Z",
    "0001-01-01T00:00:00+14:00",
    "2026-03-01T00:00:00",
    "0x" + "f" * 40,
    "9" * 5000,
    [],
    {},
    b"bytes",
)


class _Choices:
    """Choices that are read off the input, byte by byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, below: int) -> int:
        chosen = int.from_bytes(self._data[self._at : self._at + 2], "big")
        self._at += 2
        return chosen % below

    def value(self) -> object:
        kind = self.number(len(_VALUES) + 2)
        if kind < len(_VALUES):
            return _VALUES[kind]
        length = self.number(40)
        raw = self._data[self._at : self._at + length]
        self._at += length
        return raw.decode("utf-8", "surrogateescape") if kind == len(_VALUES) else len(raw) - 20


def _damaged(value: Any, choices: _Choices) -> Any:
    for _ in range(1 + choices.number(3)):
        there = places(value)
        value = replaced(value, there[choices.number(len(there))], choices.value())
    return value


def read_row(data: bytes) -> None:
    """A damaged row is an event, nothing, or InvalidEvent; an event can always be observed."""
    choices = _Choices(data)
    row = _damaged(_ROWS[choices.number(len(_ROWS))], choices)
    try:
        event = telemetry.read(row)
    except InvalidEvent as error:
        if not str(error).isascii():
            raise AssertionError("an error's text must be safe to print") from error
        return
    if event is not None:
        found = Detector(resolve_parents=True).observe(event)
        json.dumps([finding.to_dict() for finding in found])


def read_text(data: bytes) -> None:
    """Whatever JSON holds is an event, nothing, or InvalidEvent."""
    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        telemetry.read(row)
    except InvalidEvent:
        return


def restore(data: bytes) -> None:
    """A damaged state is refused with InvalidState, or makes a detector that works."""
    state = _damaged(_STATE, _Choices(data))
    try:
        detector = Detector.from_state(state, registry=DEFAULT_RELATIONS)
    except InvalidState:
        return
    detector.observe_many(_EVENTS)
    detector.findings()
    detector.merge(Detector(resolve_parents=True)).state()


TARGETS: dict[str, Target] = {"rows": read_row, "texts": read_text, "states": restore}

FOUND: dict[str, tuple[bytes, ...]] = {"rows": (), "texts": (b"[]", b"1", b"null", b'"x"'), "states": ()}
"""Inputs that were once mishandled."""


def fuzz(name: str, cases: int, seed: int = 0) -> int:
    """Feed a target with so many seeded random inputs, and with those that were once mishandled."""
    source = random.Random(seed)
    target = TARGETS[name]
    for data in FOUND[name]:
        target(data)
    for _ in range(cases):
        target(_garbled(source) if name == "texts" else source.randbytes(source.randrange(64)))
    return cases + len(FOUND[name])


def _garbled(source: random.Random) -> bytes:
    """Return the JSON of a row, of which a few bytes are others."""
    text = bytearray(json.dumps(source.choice(_ROWS)).encode())
    for _ in range(source.randrange(4)):
        text[source.randrange(len(text))] = source.choice(b'"{}[],:-0a\\\xff')
    return bytes(text)
