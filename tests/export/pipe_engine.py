"""A small evaluator of the part of SPL and ES|QL that the exported queries use.

It is no engine of Splunk's or Elastic's: it reads the text by the rules of their manuals for strings,
operators and the functions below, so that a query can be run at all. What it does not know fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>[0-9]+)|(?P<name>[A-Za-z_@][A-Za-z0-9_.@]*)|(?P<sign>==|!=|[(),.>]))',
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
Row = Mapping[str, object]


def run(query: str, rows: Sequence[Row], *, is_esql: bool) -> list[dict[str, Any]]:
    """Return the rows that are left before a query groups them, with the columns that it worked out."""
    stages = [line for line in query.split("\n") if line.startswith("| ")]
    found = [dict(row) for row in rows]
    for stage in stages:
        verb, _, rest = stage[2:].partition(" ")
        if verb.lower() == "eval":
            column, _, expression = rest.partition("=")
            evaluate = _Parser(expression, is_esql=is_esql).parsed()
            for row in found:
                row[column.strip()] = evaluate(row)
        elif verb.lower() == "where":
            evaluate = _Parser(rest, is_esql=is_esql).parsed()
            found = [row for row in found if evaluate(row) is True]
    return found


_Expression = Callable[[Mapping[str, Any]], Any]


class _Parser:
    """Reads an expression: `OR`, then `AND`, then `NOT`, then comparisons, then concatenation."""

    def __init__(self, text: str, *, is_esql: bool) -> None:
        self._is_esql = is_esql
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            assert match is not None, text[at : at + 60]
            kind = str(match.lastgroup)
            self._tokens.append((kind, match[kind]))
            at = match.end()
        self._at = 0

    def parsed(self) -> _Expression:
        expression = self._either()
        assert self._at == len(self._tokens), self._tokens[self._at : self._at + 5]
        return expression

    def _either(self) -> _Expression:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) is True for part in parts)

    def _both(self) -> _Expression:
        parts = [self._not()]
        while self._take("AND"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) is True for part in parts)

    def _not(self) -> _Expression:
        if self._take("NOT"):
            part = self._not()
            return lambda row: part(row) is not True
        return self._compared()

    def _compared(self) -> _Expression:
        left = self._joined()
        for sign, compare in _COMPARISONS.items():
            if self._take(sign):
                right = self._joined()
                return lambda row: compare(left(row), right(row))
        if self._take("IN"):
            values = self._arguments()
            return lambda row: left(row) in [value(row) for value in values]
        if self._take("RLIKE"):
            pattern = _lucene(str(self._joined()({})))
            return lambda row: pattern.fullmatch(left(row)) is not None
        if self._take("IS"):
            assert self._take("NULL")
            return lambda row: left(row) is None
        return left

    def _joined(self) -> _Expression:
        parts = [self._single()]
        while self._take("."):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else lambda row: "".join(part(row) for part in parts)

    def _single(self) -> _Expression:
        kind, text = self._tokens[self._at]
        self._at += 1
        if text == "(":
            inner = self._either()
            assert self._take(")")
            return inner
        if kind == "text":
            value = _unescaped(text[1:-1], is_esql=self._is_esql)
            return lambda _: value
        if kind == "number":
            return lambda _: int(text)
        assert kind == "name", text
        if self._tokens[self._at : self._at + 1] == [("sign", "(")]:
            return self._call(text.lower(), self._arguments())
        if text in {"true", "false"}:
            return lambda _: text == "true"
        return lambda row: row.get(text)

    def _call(self, name: str, parts: list[_Expression]) -> _Expression:
        if name in {"if", "case"}:
            assert len(parts) == 3, name
            return lambda row: parts[1](row) if parts[0](row) is True else parts[2](row)
        if name == "coalesce":
            return lambda row: next((value for part in parts if (value := part(row)) is not None), None)
        function = _FUNCTIONS[name]
        return lambda row: function(*(part(row) for part in parts))

    def _arguments(self) -> list[_Expression]:
        assert self._take("(")
        found: list[_Expression] = []
        while not self._take(")"):
            found.append(self._either())
            self._take(",")
        return found

    def _take(self, text: str) -> bool:
        kind, found = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if found != text or kind == "text":
            return False
        self._at += 1
        return True


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    ">": lambda one, other: one > other,
}


def _replaced(text: str, pattern: str, replacement: str) -> str:
    return re.sub(_python(pattern), lambda found: _filled(replacement, found), text)


def _filled(replacement: str, found: re.Match[str]) -> str:
    r"""Fill a replacement in: `\\` is a backslash, `\2` or `$2` the second group."""
    return re.sub(
        r"\\\\|[\\$]([0-9])", lambda each: "\\" if each[1] is None else found[int(each[1])] or "", replacement
    )


def _python(pattern: str) -> str:
    return pattern.replace(r"\z", r"\Z")


def _is_among(value: object, *values: object) -> bool:
    return value in values


def _is_found(text: str, pattern: str) -> bool:
    return re.search(_python(pattern), text) is not None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "lower": str.lower,
    "to_lower": str.lower,
    "concat": lambda *texts: "".join(texts),
    "urldecode": unquote,
    "in": _is_among,
    "match": _is_found,
    "replace": _replaced,
    "true": lambda: True,
    "false": lambda: False,
}


def _unescaped(text: str, *, is_esql: bool) -> str:
    escapes = _ESCAPES if is_esql else {}
    return re.sub(r"\\(.)", lambda found: escapes.get(found[1], found[1]), text, flags=re.DOTALL)


def _lucene(pattern: str) -> re.Pattern[str]:
    """Return a pattern of Lucene as one of Python's: the signs that are used mean the same, matched whole."""
    assert "(?" not in pattern.replace(r"(\?", "")
    assert re.search(r"(?<!\\)[\^$](?![^\[]*\])", pattern.replace("[^", "")) is None
    return re.compile(pattern, re.DOTALL)
