"""Rows as text: JSON, lines of JSON, and the XML of events, one or many in a text."""

from __future__ import annotations

import json
import re
from typing import TypeGuard

from parentchild.errors import InvalidEvent
from parentchild.telemetry.messages import message_rows

_LONGEST_INT = 20
_BLANK = "\ufeff \t\r\n\0"
_EVENT = re.compile(r"<(?:\w+:)?Event[\s>]")
_END = re.compile(r"</(?:\w+:)?Event\s*>")
_LAST = "</Event>"
_A_LINE = "looks like a line of a table: give its rows, csv.DictReader(file)"
_FEWEST_DELIMITERS = 2
XML_COLUMN = "xml"
"""The column under which the XML text of one event becomes a row."""


def is_text(value: object) -> TypeGuard[str | bytes]:
    """Tell whether a value is text, in which a row may stand."""
    return isinstance(value, (str, bytes))


def things_in(text: str | bytes) -> list[object]:
    """Return what a text holds: what its JSON says, JSON lines, its XML events, or those of the Event Viewer.

    Each line of a text of many is given as text again, so that a broken one costs no other.

    Raises:
        InvalidEvent: it is neither JSON nor XML, or broken.

    Cost: linear in the length of the text.
    """
    plain = _decoded(text).strip(_BLANK)
    if plain.startswith("<"):
        return _xml_events(plain)
    if not plain.startswith(("{", "[", '"')):
        told = message_rows(plain)
        if not told:
            reason = "is text, but neither JSON nor the XML or text of an event"
            raise InvalidEvent("row", text, _A_LINE if _is_line_of_table(plain) else reason)
        return list(told)
    try:
        return [from_json("row", plain)]
    except InvalidEvent:
        # Not `splitlines`: JSON leaves U+2028 and U+0085 as they are, and a command line may hold them.
        lines = [line for line in plain.split("\n") if line.strip(_BLANK)]
        if len(lines) == 1 and plain.startswith('"') and _is_line_of_table(plain):
            raise InvalidEvent("row", text, _A_LINE) from None
        if len(lines) < 2 or not lines[1].lstrip(_BLANK).startswith(("{", "[")):  # noqa: PLR2004 - one line
            raise
        return list(lines)


def _is_line_of_table(text: str) -> bool:
    return "\n" not in text and any(text.count(delimiter) >= _FEWEST_DELIMITERS for delimiter in ",;\t")


def from_json(field: str, text: str) -> object:
    """Return what JSON says; an int of too many digits stays text.

    Raises:
        InvalidEvent: it is no JSON.
    """
    try:
        return json.loads(text, parse_int=_int)
    except (ValueError, RecursionError) as error:
        raise InvalidEvent(field, text, "is not complete JSON") from error


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    encoding = "utf-16" if text[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return text.decode(
            encoding, "surrogatepass"
        )  # a lone surrogate in a command line is no reason to stop
    except UnicodeDecodeError:
        return text.decode(encoding, "replace")


def _xml_events(text: str) -> list[object]:
    if (
        (start := _EVENT.match(text))
        and text.find(_LAST) == len(text) - len(_LAST)
        and text.find(start[0], start.end()) < 0
    ):
        return [{XML_COLUMN: text}]  # one event, as nearly always
    found: list[object] = []
    at = 0
    while (start := _EVENT.search(text, at)) is not None:
        end = _END.search(text, start.end())
        at = len(text) if end is None else end.end()
        if (another := _EVENT.search(text, start.end(), at)) is not None:
            at = another.start()  # this one was cut off
        found.append({XML_COLUMN: text[start.start() : at]})
    if not found:
        raise InvalidEvent("row", text, "must be the XML of an event, with its System part")
    return found


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits
