"""Rows as text: JSON, one document or many in a row, and the XML of events, one or many in a text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeGuard

from parentchild.errors import InvalidEvent
from parentchild.telemetry.messages import message_rows
from parentchild.telemetry.nested import as_object

_LONGEST_INT = 20
_BLANK = "\ufeff \t\r\n\0\x1e"
"""What may stand around a document: white space, marks of the order of bytes, the separator of RFC 7464."""

_EVENT = re.compile(r"<(?:\w+:)?Event[\s>]")
_END = re.compile(r"</(?:\w+:)?Event\s*>")
_LAST = "</Event>"
_RECORD = re.compile(r"^Record [0-9]+[ \t\r]*$\n?", re.MULTILINE)
"""What `evtx_dump` writes before each record."""
_PRIORITY = re.compile(r"<[0-9]{1,3}>")
"""What each message of syslog starts with."""
_NEXT = re.compile(r"\n(?=\x1e?[{\[])")
_A_LINE = "looks like a line of a table: give its rows, csv.DictReader(file)"
_A_PART = "is one line of a document: give its whole text, file.read()"
_FEWEST_DELIMITERS = 2
_OPENING, _CLOSING = ("{", "["), ("}", "]")
_BETWEEN = f"{_BLANK},"
XML_COLUMN = "xml"
"""The column under which the XML text of one event becomes a row."""


def is_text(value: object) -> TypeGuard[str | bytes]:
    """Tell whether a value is text, in which a row may stand."""
    return isinstance(value, (str, bytes))


def things_in(text: str | bytes) -> list[object]:
    """Return what a text holds: what its JSON says, JSON lines, its XML events, or those of the Event Viewer.

    Of a text of many, each that cannot be read is given as text again, so that it costs no other. Blank lines
    between them are nothing.

    Raises:
        InvalidEvent: it is neither JSON nor XML, or broken.

    Cost: linear in the length of the text.
    """
    plain = _decoded(text).strip(_BLANK)
    if plain.startswith("Record "):
        plain = _RECORD.sub("", plain).strip(_BLANK)
    if plain.startswith("<"):
        return _in_syslog(text, plain) if _PRIORITY.match(plain) else _xml_events(plain)
    if not plain.startswith(("{", "[", '"')):
        told = message_rows(plain)
        if not told:
            reason = "is text, but neither JSON nor the XML or text of an event"
            raise InvalidEvent("row", text, _A_LINE if _is_line_of_table(plain) else reason)
        return list(told)
    try:
        return [from_json("row", plain)]
    except InvalidEvent:
        found = _many(plain) if plain[0] in _OPENING else []
        if len(found) > 1 or (found and not isinstance(found[0], str)):
            return found
        if plain.startswith('"') and _is_line_of_table(plain):
            raise InvalidEvent("row", text, _A_LINE) from None
        if plain in _OPENING:
            raise InvalidEvent("row", text, _A_PART) from None
        raise


def _many(text: str) -> list[object]:
    """Return the documents of a text, one a line or one after another; of what is broken, the text."""
    # Not `splitlines`: JSON leaves U+2028 and U+0085 as they are, and a command line may hold them.
    lines = [found for line in text.split("\n") if (found := line.strip(_BETWEEN))]
    if lines[0] == "[":
        lines = lines[1:-1] if lines[-1] == "]" else lines[1:]
    if any(line[0] in _OPENING and line[-1] in _CLOSING for line in lines[:2]):
        return list(lines) if len(lines) > 1 else _documents(text)
    return _documents(text)


def _documents(text: str) -> list[object]:
    found: list[object] = []
    at = 0
    while at < len(text):
        if text[at] in _BETWEEN:
            at += 1
            continue
        try:
            document, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return [*found, *_NEXT.split(text[at:])]
        found.append(document)
    return found


def _in_syslog(text: str | bytes, plain: str) -> list[object]:
    """Return the events in messages of syslog, a line each: their XML, or the JSON behind the header.

    Raises:
        InvalidEvent: there is neither.
    """
    if _EVENT.search(plain):
        return _xml_events(plain)
    found = [_behind_header(line) for line in plain.split("\n") if line.strip()]
    if len(found) == 1 and isinstance(found[0], str):
        reason = "is a message of syslog without the JSON or XML of an event"
        raise InvalidEvent("row", text, reason)
    return found


def _behind_header(line: str) -> object:
    """Return what the JSON in a line says; a line without any as it is, so that it costs no other."""
    try:
        return _DECODER.raw_decode(line, line.index("{"))[0]
    except (ValueError, RecursionError):
        return line


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


def object_in(value: object) -> Mapping[str, object] | None:
    """Return an object, or what the JSON text of one says; None for everything else."""
    if (found := as_object(value)) is not None:
        return found
    if not (isinstance(value, str) and value.lstrip(_BLANK).startswith("{")):
        return None
    try:
        return as_object(from_json("row", value))
    except InvalidEvent:
        return None


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    encoding = json.detect_encoding(text)
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


_DECODER = json.JSONDecoder(parse_int=_int)
