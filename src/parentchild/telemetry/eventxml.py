"""XML text as the Windows event log renders it: `<Event>`, or `<EventData>` alone.

The text comes from outside, so it is read with no more than is needed: no document type, no entities of its
own, no more than a million characters, and no deeper than an event can be. Characters that XML 1.0 forbids
become U+FFFD, since writers of event logs put them there as a process was named, and one such character in a
command line must not hide an event. A text that was cut off is read as far as it goes.
"""

from __future__ import annotations

import re
import sys
from xml.parsers import expat
from xml.parsers.expat import errors

import attrs

from parentchild.errors import InvalidEvent

LONGEST = 1_048_576
"""How many characters an event's XML may have; a record of the event log has 65,536 at most."""

_DEEPEST = 16
_DECLARATION = re.compile(r"<!(?![-\[]|$)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_LONGEST_REFERENCE = len("1114111")
_REPLACEMENT = "\ufffd"
_AT_THE_END = frozenset(
    {
        errors.codes[errors.XML_ERROR_NO_ELEMENTS],
        errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN],
        errors.codes[errors.XML_ERROR_PARTIAL_CHAR],
        errors.codes[errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    }
)
"""The errors that mean that the text ends too early."""
_SYSTEM = {
    "EventID": "EventID",
    "Computer": "Computer",
    "EventRecordID": "EventRecordID",
    "Channel": "Channel",
}
_SYSTEM_ATTRIBUTES = {"Provider": ("Provider", "Name"), "TimeCreated": ("TimeCreated", "SystemTime")}


@attrs.frozen
class EventText:
    """What an event's XML says.

    Args:
        system: the values of its `System` part, by name.
        data: the values of its `EventData`, by name.
        is_truncated: whether the text was cut off; the value that it was cut in is left out.
    """

    system: dict[str, str]
    data: dict[str, str]
    is_truncated: bool = False


def event_text(field: str, text: str) -> EventText:
    r"""Return what the XML of an event says.

    Args:
        field: the column the text comes from.
        text: the XML.

    Raises:
        InvalidEvent: it is not well-formed, is cut off before its data, declares a document type or entities,
            is longer or deeper than an event can be, or gives the same name twice.

    Cost: linear in the length of the text.

    >>> event_text("_raw", "<EventData><Data Name='Image'>C:\\x.exe</Data></EventData>").data
    {'Image': 'C:\\x.exe'}
    """
    if len(text) > LONGEST:
        raise InvalidEvent(field, text, f"is longer than the {LONGEST} characters of an event's XML")
    if _DECLARATION.search(text):
        raise InvalidEvent(field, text, "declares a document type or entities, which no event does")
    reading = _Reading(field, text)
    try:
        reading.parse(_allowed(text.strip().removeprefix("\ufeff")))
    except expat.ExpatError as error:
        if error.code in _AT_THE_END:
            if reading.has_data:
                return EventText(reading.system, reading.data, is_truncated=True)
            raise InvalidEvent(field, text, "was cut off before the first of its data") from error
        raise InvalidEvent(field, text, f"is not well-formed XML ({error})") from error
    return EventText(reading.system, reading.data)


def _allowed(text: str) -> str:
    """Return the text with U+FFFD for each character, plain or as a reference, that XML 1.0 forbids."""
    if not text.isascii() or not text.isprintable():
        text = _FORBIDDEN.sub(_REPLACEMENT, text)
    return _REFERENCE.sub(_reference, text) if "&#" in text else text


def _reference(found: re.Match[str]) -> str:
    hexadecimal, decimal = found.groups()
    digits = (hexadecimal or decimal).lstrip("0") or "0"
    if len(digits) > _LONGEST_REFERENCE:
        return _REPLACEMENT
    number = int(digits, 16 if hexadecimal else 10)
    is_character = number <= sys.maxunicode and _FORBIDDEN.match(chr(number)) is None
    return found[0] if is_character else _REPLACEMENT


class _Reading:
    """One pass over the XML, in which only the text of wanted elements is kept."""

    __slots__ = (
        "_field",
        "_has_ended_system",
        "_name",
        "_path",
        "_pieces",
        "_text",
        "_wanted",
        "data",
        "system",
    )

    def __init__(self, field: str, text: str) -> None:
        self._field = field
        self._text = text
        self._path: list[str] = []
        self._wanted: dict[str, str] | None = None  # the values that the element's text belongs to
        self._name = ""
        self._pieces: list[str] = []
        self._has_ended_system = False
        self.system: dict[str, str] = {}
        self.data: dict[str, str] = {}

    @property
    def has_data(self) -> bool:
        """Whether what was read so far has data, and the whole of a `System` part, if any of it."""
        return bool(self.data) and (self._has_ended_system or not self.system)

    def parse(self, text: str) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._pieces.append
        parser.Parse(text, True)  # noqa: FBT003 - expat's own signature

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if self._wanted is not None:
            raise InvalidEvent(self._field, self._text, "has an element where an event has a value")
        path = self._path
        within = path[-1] if path else ""
        path.append(name)
        if len(path) > _DEEPEST:
            raise InvalidEvent(self._field, self._text, "is nested deeper than an event can be")
        if within == "EventData":
            if name == "Data" and (key := attributes.get("Name")) is not None:
                self._want(self.data, key)
        elif within == "System":
            if name in _SYSTEM:
                self._want(self.system, name)
            elif name in _SYSTEM_ATTRIBUTES:
                key, attribute = _SYSTEM_ATTRIBUTES[name]
                self._want(self.system, key)
                self.system[key] = attributes.get(attribute, "")
                self._wanted = None

    def _want(self, values: dict[str, str], name: str) -> None:
        if name in values:
            raise InvalidEvent(self._field, self._text, f"gives {name} twice")
        self._wanted, self._name = values, name
        self._pieces.clear()

    def _end(self, _: str) -> None:
        name = self._path.pop()
        if self._wanted is not None:
            self._wanted[self._name] = "".join(self._pieces)
            self._wanted = None
        elif name == "System":
            self._has_ended_system = True
