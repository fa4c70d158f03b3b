r"""Values as Kusto writes them: whatever is in a text, it stays one literal, or one comment line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from parentchild.windows.names import printable

_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_PLANE = 0x10000


def literal(text: str) -> str:
    r"""Return a string literal that has exactly the value `text`.

    >>> print(literal('a"b\\' + "\n"))
    "a\"b\\\n"
    """
    return f'"{"".join(map(_escaped, text))}"'


def verbatim(pattern: str) -> str:
    r"""Return a verbatim literal, in which a backslash is itself; `pattern` must be printable.

    >>> print(verbatim(r'^\\windows\\\z'))
    @"^\\windows\\\z"
    """
    return '@"' + pattern.replace('"', '""') + '"'


def dynamic(texts: Iterable[str]) -> str:
    """Return a dynamic literal: an array of texts.

    >>> print(dynamic(["smss.exe", "system"]))
    dynamic(["smss.exe", "system"])
    """
    return f"dynamic([{', '.join(map(literal, texts))}])"


def listed(texts: Iterable[str]) -> str:
    """Return texts as the right side of `in`.

    >>> listed(["a", "b"]), listed([])
    ('("a", "b")', '(dynamic([]))')
    """
    return f"({', '.join(map(literal, texts)) or 'dynamic([])'})"


def time(value: datetime) -> str:
    """Return a time in UTC as a datetime literal."""
    return f"datetime({value.isoformat(timespec='microseconds').replace('+00:00', 'Z')})"


def span(value: timedelta) -> str:
    """Return a length of time as a timespan literal, in the largest unit that it is a whole number of.

    >>> span(timedelta(hours=2)), span(timedelta(seconds=30)), span(timedelta(milliseconds=1))
    ('2h', '30s', '1000microsecond')
    """
    for unit, length in (("h", timedelta(hours=1)), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1))):
        if value % length == timedelta(0):
            return f"{value // length}{unit}"
    return f"{value // timedelta(microseconds=1)}microsecond"


def comment(text: str) -> str:
    r"""Return a comment that ends with its line, whatever is in `text`.

    >>> print(comment("one\ntwo"))
    // one\ntwo
    """
    return f"// {printable(text)}"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < _PLANE:
        return f"\\u{code:04x}"
    high, low = divmod(code - _PLANE, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
