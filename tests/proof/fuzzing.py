"""Fuzzing of what reads untrusted input: rows, envelopes, XML, times, names, paths, arguments, saved states.

The table and the quick tests feed the targets with seeded random bytes; `fuzzing_by_coverage` lets atheris do
it. Inputs that were once mishandled are kept in `FOUND`, and are tried each time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from parentchild import DEFAULT_RELATIONS, Detector, InvalidEvent, InvalidState, telemetry
from parentchild.telemetry.eventxml import event_text
from parentchild.telemetry.times import clamped_time_of, time_of
from parentchild.testing import SCENARIOS, rows
from parentchild.testing.damage import places, replaced
from parentchild.windows.arguments import arguments_of, compiled, folded_arguments, service_of
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import image_name, is_plain_name, printable
from parentchild.windows.paths import directory_of, is_in, normalised_directory, on_system_drive, root_of
from tests.telemetry.fuzz import run as read_mutated
from tests.telemetry.rows import xml

Target = Callable[[bytes], None]

_EVENTS = [event for scenario in SCENARIOS[:6] for event in scenario.events][::9]
_ROWS: list[Any] = [
    row for write in rows.WRITERS.values() for event in _EVENTS if (row := write(event)) is not None
]
_PROTECTED = DEFAULT_RELATIONS.compiled.known_names


def _state() -> dict[str, Any]:
    """Return a state in which everything is remembered, and little of each: a fault is hit the sooner."""
    detector = Detector(window=None, resolve_parents=True)
    for scenario in SCENARIOS[::7]:
        detector.observe_many(scenario.events)
    state: dict[str, Any] = json.loads(json.dumps(detector.state()))
    for history in state["histories"]:
        if "entries" in history:
            history["entries"] = history["entries"][:3]
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
_PIECES = (
    *(
        "C:",
        "E:",
        "1:",
        "\\",
        "/",
        "\\\\",
        "\\\\?\\",
        "\\\\.\\",
        "\\??\\",
        "UNC\\",
        "\\Device\\",
        "Volume{0a}",
    ),
    *(
        "\\Device\\HarddiskVolume3",
        "\\Device\\Mup\\",
        "GLOBALROOT",
        "\\SystemRoot",
        "%SystemRoot%",
        "%",
        ":x",
    ),
    *("Windows", "System32", "SysWOW64", "WINDOW~1", "PROGRA~1", "~", "Sysnative", "..", ".", " ", "..."),
    *("svchost", "services", "lsass", "System", "Registry", ".exe", ".scr", ".com", "::$DATA", ":$DATA"),
    *("\u202e", "\u200b", "\u2800", "\u3164", "\ue000", "\u0441", "\u03f2", "\u2c9f", "\uff53", "\u212a"),
    *("\ud800", "\0", "\x01", "\n", "\t", '"', "'", "\\" + '"', " -k ", " -Embedding", "/Processid:", "{0}"),
    *("N/A", "?", "-", "S-1-5-18", "1234", "\u00b2", "*", "a" * 70, "\u200b" * 70, "<", "&#1;", "&#xD800;"),
    *("2026-03-02", "T10:31:07", "30827", ":60", ".123", "Z", "+14:00", " PM", "/Date(", ")", "-1", "1601"),
)
"""What the parsers look for; two or three of them in the wrong order are what random letters never are."""


class _Choices:
    """Choices that are read off the input, byte by byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, below: int) -> int:
        chosen = int.from_bytes(self._data[self._at : self._at + 2], "big")
        self._at += 2
        return chosen % below

    def raw(self, length: int) -> bytes:
        raw = self._data[self._at : self._at + length]
        self._at += length
        return raw

    def value(self) -> object:
        kind = self.number(len(_VALUES) + 2)
        if kind < len(_VALUES):
            return _VALUES[kind]
        raw = self.raw(self.number(40))
        return raw.decode("utf-8", "surrogateescape") if kind == len(_VALUES) else len(raw) - 20

    def text(self) -> str:
        """Return a text of a few pieces."""
        pieces = [self.number(len(_PIECES) + 1) for _ in range(1 + self.number(9))]
        return "".join(
            _PIECES[piece] if piece < len(_PIECES) else self.raw(4).decode("utf-8", "surrogateescape")
            for piece in pieces
        )


def _damaged(value: Any, choices: _Choices) -> Any:
    for _ in range(1 + choices.number(3)):
        there = places(value)
        value = replaced(value, there[choices.number(len(there))], choices.value())
    return value


def _is(claim: bool, data: bytes) -> None:  # noqa: FBT001 - what is claimed
    if not claim:
        raise AssertionError(data)


# targets ----------------------------------------------------------------------------------------------


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


def read_envelope(data: bytes) -> None:
    """A row in any envelope, mutated: counted once, unchanged, and an event, nothing, or InvalidEvent."""
    read_mutated(2, int.from_bytes(data[:8], "big"))


def read_xml(data: bytes) -> None:
    """The XML of an event, cut or damaged, is an event, nothing, or InvalidEvent."""
    choices = _Choices(data)
    text = xml(1)
    for _ in range(1 + choices.number(3)):
        at = choices.number(len(text) + 1)
        text = text[:at] + choices.text() + text[at + choices.number(3) :]
    if choices.number(2):
        text = text[: choices.number(len(text) + 1)]
    try:
        event_text("text", text)
        telemetry.read(text)
    except InvalidEvent:
        return


def read_time(data: bytes) -> None:
    """A time is an aware one in UTC, or InvalidEvent; one that can be read is not moved by clamping."""
    choices = _Choices(data)
    value = choices.value() if choices.number(2) else choices.text()
    try:
        clamped = clamped_time_of("time", value)
    except InvalidEvent:
        return
    _is(clamped.utcoffset() == timedelta(0), data)
    try:
        _is(time_of("time", value) == clamped, data)
    except InvalidEvent:
        return


def read_name(data: bytes) -> None:
    """A name is read once and for all; one that is plain is itself; what is shown is printable."""
    text = _Choices(data).text()
    name = image_name(text)
    _is(image_name(name) == name or ":" in text or '"' in text, data)
    _is(not is_plain_name(text) or name.isascii(), data)
    _is(all(each.isprintable() for each in printable(text)), data)
    found = imitated(name, _PROTECTED)
    _is(found is None or (found in _PROTECTED and found != name), data)


def read_path(data: bytes) -> None:
    """A path is nowhere, a place, or none; what is on no local disk is no place of Windows."""
    choices = _Choices(data)
    text = choices.text()
    directory = directory_of(text, image_name(text))
    if directory is None:
        return
    root_of(on_system_drive(directory))
    _is(bool(normalised_directory(directory)), data)
    is_right = is_in(directory, (r"C:\Windows\System32", r"C:\Windows"))
    _is(not is_right or root_of(directory) is not None, data)
    _is(not is_right or directory.endswith(("\\windows", "\\windows\\system32")), data)


def read_arguments(data: bytes) -> None:
    """Arguments hold nothing that the line does not; what matches stands there as whole arguments."""
    text = _Choices(data).text()
    found = arguments_of(text)
    _is(sum(map(len, found)) <= len(text), data)
    wanted = any(
        pair == ("-k", "netsvcs")
        for pair in zip(map(str.lower, found[1:]), map(str.lower, found[2:]), strict=False)
    )
    _is(compiled("-k netsvcs").matches(folded_arguments(text)) == wanted, data)
    service_of(text)


TARGETS: dict[str, Target] = {
    "rows": read_row,
    "texts": read_text,
    "states": restore,
    "envelopes": read_envelope,
    "xml": read_xml,
    "times": read_time,
    "names": read_name,
    "paths": read_path,
    "arguments": read_arguments,
}

FOUND: dict[str, tuple[bytes, ...]] = {"texts": (b"[]", b"1", b"null", b'"x"')}
"""Inputs that were once mishandled."""


def fuzz(name: str, cases: int, seed: int = 0) -> int:
    """Feed a target with so many seeded random inputs, and with those that were once mishandled."""
    source = random.Random(seed)
    target = TARGETS[name]
    known = FOUND.get(name, ())
    for data in known:
        target(data)
    for _ in range(cases):
        target(_garbled(source) if name == "texts" else source.randbytes(source.randrange(64)))
    return cases + len(known)


def _garbled(source: random.Random) -> bytes:
    """Return the JSON of a row, of which a few bytes are others."""
    text = bytearray(json.dumps(source.choice(_ROWS)).encode())
    for _ in range(source.randrange(4)):
        text[source.randrange(len(text))] = source.choice(b'"{}[],:-0a\\\xff')
    return bytes(text)
