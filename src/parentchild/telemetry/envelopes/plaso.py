r"""Envelopes of plaso: its JSON, and the tables of `psort` and Timesketch, which tell an event in one text.

A table's text is `[4688 / 0x1250] Provider identifier: {...} Source Name: ... Strings: ['...', '...']
Computer Name: ... Record Number: ... Event Level: ...`. The message that Windows shows stands before the
strings or at the end. `psort` writes a blank for each comma. Sources: plaso's `data/formatters/windows.yaml`
and `output/shared_dsv.py`, and public timelines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from parentchild.errors import InvalidEvent
from parentchild.telemetry.envelopes.envelope import Aside, Opened
from parentchild.telemetry.envelopes.eventlog import record_of
from parentchild.telemetry.envelopes.positional import named
from parentchild.telemetry.messages import NUMBERS_READ
from parentchild.telemetry.nested import as_list
from parentchild.telemetry.source import Row
from parentchild.telemetry.texts import XML_COLUMN

_OF_EVENT_LOG = "windows:evtx:record"
_HEAD = re.compile(
    r"\s*\[([0-9]{1,10}) / 0x[0-9a-fA-F]{1,8}\] (?:Provider identifier: \S{1,64} )?"
    r"Source Name: (.{1,256}?) (Strings|Message string|Computer Name): "
)
_NUMBER = re.compile(r"\s*\[([0-9]{1,10}) /")
_PROVIDER_BEGINS = "Source Name: Microsoft-Windows-S"  # of the security log and of Sysmon
_TEXT = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_STRING = re.compile(_TEXT, re.DOTALL)
_STRINGS = re.compile(rf"\[(?:{_TEXT}(?:[, ]+{_TEXT})*)?\]", re.DOTALL)
_TAIL = re.compile(
    r" Computer Name: (\S{1,256}) Record Number: ([0-9]{1,20})(?: Event Level: [0-9]{1,3})?"
    r"(?:\s*\Z| Message string: )"
)
_BEFORE_STRINGS = re.compile(r"Strings: (?=\[)")
_MOST_LISTS = 16  # a command line that the message shows may hold as many that look like the event's own
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U(00(?:0[0-9a-f]|10)[0-9a-f]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_AMERICAN = re.compile(r"\s*([0-9]{2})/([0-9]{2})/([0-9]{4})\s*")
_UTC = frozenset({"UTC", "GMT", "Z"})


def event(row: Row) -> Opened:
    """Open an event of plaso: its XML, else its values in a list or in the text; others are counted."""
    kind = row.get("data_type")
    if isinstance(kind, str) and kind and kind != _OF_EVENT_LOG:
        return (Aside(kind),)
    xml = row.get("xml_string")
    if isinstance(xml, str) and xml.lstrip().startswith("<"):
        return ({XML_COLUMN: xml},)
    if "event_identifier" in row:
        provider, number = row.get("source_name"), row.get("event_identifier")
        data = named(provider, number, _strings(row.get("strings")))
        return (
            _record(row, provider, number, data or {}, row.get("computer_name"), row.get("record_number")),
        )
    return _told(row)


def _told(row: Row) -> Opened:
    """Open an event that is told in one text; of plaso's other rows the parser says what they are about."""
    column = next((each for each in ("message", "desc") if isinstance(row.get(each), str)), "message")
    text = row.get(column)
    if not isinstance(text, str):
        return _about_something_else(row)
    head = _HEAD.match(text)
    if head is None:
        if _is_cut_off(text):
            raise _without_list(column, text)
        return _about_something_else(row)
    number, provider = head[1], head[2]
    if number not in NUMBERS_READ or named(provider, number, ()) is None:
        return (_record(row, provider, number, {}, None, None),)
    found = _lists(text, head)
    if len(found) != 1:
        raise _without_list(column, text)
    strings, tail = found[0]
    data = named(provider, number, _strings(strings[0]))
    return (_record(row, provider, number, data or {}, tail[1], int(tail[2])),)


def _about_something_else(row: Row) -> Opened:
    about = next((each for each in map(row.get, ("parser", "format", "source_long")) if each), None)
    return (Aside(about),) if isinstance(about, str) else None


def _without_list(column: str, text: str) -> InvalidEvent:
    return InvalidEvent(column, text, "must tell one list of strings, and that whole")


def _is_cut_off(text: str) -> bool:
    """Tell whether a text is the beginning of an event that is read, without what it should hold."""
    number = _NUMBER.match(text)
    return number is not None and number[1] in NUMBERS_READ and _PROVIDER_BEGINS in text


def _lists(text: str, head: re.Match[str]) -> list[tuple[re.Match[str], re.Match[str]]]:
    """Return what may be the list of an event's strings, each with what follows it.

    Where the message comes first, a process that writes a list into its own command line adds to these.
    """
    if head[3] == "Strings":
        places = [head.end()]
    elif head[3] == "Computer Name":
        places = []
    else:
        places = [each.end() for each in _BEFORE_STRINGS.finditer(text, head.end())]
    if len(places) > _MOST_LISTS:
        return []
    lists = (_STRINGS.match(text, place) for place in places)
    found = [(each, tail) for each in lists if each is not None and (tail := _TAIL.match(text, each.end()))]
    return [(each, tail) for each, tail in found if head[3] == "Strings" or tail.end() == len(text)]


def _strings(value: object) -> list[object]:
    r"""Return the values in a list, or in the text of one.

    >>> _strings(r"['C:\\Windows\\x.exe'  'x.exe \"a\"', '-']")
    ['C:\\Windows\\x.exe', 'x.exe "a"', '-']
    """
    if isinstance(value, str):
        return [_ESCAPE.sub(_unescaped, each[0][1:-1]) for each in _STRING.finditer(value)]
    return list(as_list(value) or ())


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    return _ESCAPED.get(escape[4], escape[0]) if code is None else chr(int(code, 16))


def _record(
    row: Row,
    provider: object,
    number: object,
    data: Mapping[str, object],
    computer: object,
    record_id: object,
) -> Row:
    time = _legacy_time(row) or row.get("datetime") or row.get("timestamp")
    return record_of(
        data, provider=provider, number=number, computer=computer, time=time, record_id=record_id
    )


def _legacy_time(row: Row) -> str | None:
    """Return the time of a row with a column each for the date, the month first, and for the time."""
    date = row.get("date")
    found = _AMERICAN.fullmatch(date) if isinstance(date, str) else None
    if found is None:
        return None
    zone = row.get("timezone")
    if str(zone).strip().upper() not in _UTC:
        raise InvalidEvent("timezone", zone, "must be UTC, as psort writes it unless told otherwise")
    return f"{found[3]}-{found[1]}-{found[2]}T{str(row.get('time')).strip()}Z"
