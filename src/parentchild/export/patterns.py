r"""Regular expressions of conditions, for languages that have none, or others.

A portable test gives RE2 patterns that are to be found somewhere in a folded text. Lucene's patterns match a
whole text and know no anchors and few classes; Sigma's backends agree on wildcards alone. The part of RE2
that conditions use is parsed here: characters, classes, groups, alternatives, repetitions, and anchors at
the ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import attrs

_BLANKS: Final = " \t"
_CLASSES: Final = {"s": _BLANKS, "d": "0123456789", "S": _BLANKS}
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_MOST_EXPANDED: Final = 4096
_MOST_VALUES: Final = 64
_FEW: Final = 4  # characters of a class that are written out one by one
_MANY: Final = 1_000_000


class _UnsupportedError(ValueError):
    """The pattern uses what is not parsed here."""


@attrs.frozen
class _Set:
    """One character of a class; `is_negated` for any other."""

    characters: str
    is_negated: bool = False


@attrs.frozen
class _Edge:
    """The beginning or the end of the text."""

    is_end: bool


@attrs.frozen
class _Group:
    """One of several sequences."""

    alternatives: tuple[tuple[_Node, ...], ...]


@attrs.frozen
class _Repeat:
    """A node, some number of times."""

    node: _Node
    least: int
    most: int


_Node: TypeAlias = _Set | _Edge | _Group | _Repeat
_Sequence: TypeAlias = tuple[_Node, ...]
_ANYTHING: Final = _Repeat(_Set("", is_negated=True), 0, _MANY)


def lucene_of(pattern: str) -> str | None:
    r"""Return Lucene's pattern for the texts in which an RE2 pattern is found; None where it cannot say that.

    >>> lucene_of(r"(?:^|\s)-pss$")
    '(.*[ \t])?\\-pss'
    """
    try:
        return _written(_whole(pattern))
    except _UnsupportedError:
        return None


def lucene_text(text: str) -> str:
    r"""Return Lucene's pattern for exactly a text.

    >>> lucene_text("a.b")
    'a\\.b'
    """
    return "".join(_lucene_class(_Set(character)) for character in text)


def wildcards_of(pattern: str) -> list[tuple[str, ...]] | None:
    r"""Return values with wildcards for the texts in which an RE2 pattern is found; None where too many.

    A value is given by the pieces between its wildcards. Several blanks count as one, and what a class
    repeats may be anything, also nothing; a pattern of which nothing else is left cannot be said.

    >>> wildcards_of(r"(?:^|\s)-k\s+netsvcs(?:\s|$)")
    [('-k netsvcs ', ''), ('-k netsvcs',), ('', ' -k netsvcs ', ''), ('', ' -k netsvcs')]
    """
    try:
        expanded = list(itertools.islice(_expanded(_whole(pattern)), _MOST_EXPANDED))
    except _UnsupportedError:
        return None
    distinct = list(dict.fromkeys(map(_pieces, expanded)))
    values = [
        each for each in distinct if not any(_covers(other, each) for other in distinct if other != each)
    ]
    is_said = len(expanded) < _MOST_EXPANDED and len(values) <= _MOST_VALUES and ("", "") not in values
    return values if is_said else None


def _covers(value: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether a value matches whatever another matches."""
    if len(value) == 1:
        return False
    text = "\0".join(other)
    first, *inner, last = value
    if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in inner:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _pieces(value: tuple[str | None, ...]) -> tuple[str, ...]:
    """Return the texts between wildcards, which are None."""
    pieces = [""]
    for text in value:
        if text is not None:
            pieces[-1] += text
        elif len(pieces) == 1 or pieces[-1]:
            pieces.append("")
    return tuple(pieces)


def _whole(pattern: str) -> _Sequence:
    """Return the pattern for whole texts: open at each end that has no anchor."""
    sequence = _opened(_Parser(pattern).parsed(), at_end=False)
    return _opened(sequence, at_end=True)


def _opened(sequence: _Sequence, *, at_end: bool) -> _Sequence:
    if not sequence:
        return (_ANYTHING,)
    node = sequence[-1] if at_end else sequence[0]
    rest = sequence[:-1] if at_end else sequence[1:]
    if node == _Edge(at_end):
        return rest
    if isinstance(node, _Group) and _has_edge(node, at_end=at_end):
        opened = _Group(tuple(_opened(each, at_end=at_end) for each in node.alternatives))
        return (*rest, opened) if at_end else (opened, *rest)
    if node == _ANYTHING:
        return sequence
    return (*sequence, _ANYTHING) if at_end else (_ANYTHING, *sequence)


def _has_edge(node: _Node, *, at_end: bool) -> bool:
    if isinstance(node, _Group):
        return any(_has_edge(each, at_end=at_end) for sequence in node.alternatives for each in sequence)
    return node == _Edge(at_end)


def _written(sequence: Iterable[_Node]) -> str:
    return "".join(map(_lucene, sequence))


def _lucene(node: _Node) -> str:
    if isinstance(node, _Set):
        return _lucene_class(node)
    if isinstance(node, _Edge):
        raise _UnsupportedError
    if isinstance(node, _Group):
        alternatives = [_written(each) for each in node.alternatives]
        filled = [each for each in alternatives if each]
        if not filled:
            return ""
        return f"({'|'.join(filled)})" + ("?" if len(filled) < len(alternatives) else "")
    inner = _lucene(node.node)
    signs = {(0, 1): "?", (0, _MANY): "*", (1, _MANY): "+"}
    most = "" if node.most == _MANY else str(node.most)
    return inner + signs.get((node.least, node.most), f"{{{node.least},{most}}}")


def _lucene_class(node: _Set) -> str:
    if node.is_negated and not node.characters:
        return "."
    escaped = "".join(
        c if c.isalnum() or c in _BLANKS or not c.isascii() else f"\\{c}" for c in node.characters
    )
    if len(node.characters) == 1 and not node.is_negated:
        return escaped
    return f"[{'^' if node.is_negated else ''}{escaped}]"


_Value: TypeAlias = tuple[str | None, ...]
"""Texts, and None for a wildcard."""


def _expanded(sequence: _Sequence) -> Iterator[_Value]:
    """Yield every value of a sequence."""
    if not sequence:
        yield ()
        return
    for first in _values(sequence[0]):
        for rest in _expanded(sequence[1:]):
            yield first + rest


def _values(node: _Node) -> Iterator[_Value]:
    if isinstance(node, _Set):
        yield from _values_of_class(node)
    elif isinstance(node, _Group):
        for each in node.alternatives:
            yield from _expanded(each)
    elif isinstance(node, _Edge):
        raise _UnsupportedError
    elif isinstance(node.node, _Set) and node.most > 1:
        if not node.node.is_negated and set(node.node.characters) <= set(_BLANKS):
            if not node.least:
                yield ()
            yield (" ",)
        else:
            yield (None,)
    elif node.most == 1:
        yield ()
        yield from _values(node.node)
    else:
        raise _UnsupportedError


def _values_of_class(node: _Set) -> Iterator[_Value]:
    if node.is_negated or len(node.characters) > _FEW:
        yield (None,)
    elif node.characters == _BLANKS:
        yield (" ",)
    else:
        yield from ((each,) for each in node.characters)


class _Parser:
    """A parser by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def parsed(self) -> _Sequence:
        group = self._group()
        if self._at < len(self._text):
            raise _UnsupportedError
        return group.alternatives[0] if len(group.alternatives) == 1 else (group,)

    def _group(self) -> _Group:
        alternatives = [self._sequence()]
        while self._take("|"):
            alternatives.append(self._sequence())
        return _Group(tuple(alternatives))

    def _sequence(self) -> _Sequence:
        nodes: list[_Node] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            nodes.append(self._repeated(self._single()))
        return tuple(nodes)

    def _single(self) -> _Node:
        sign = self._next()
        if sign == "(":
            if self._take("?") and not self._take(":"):
                raise _UnsupportedError
            group = self._group()
            if not self._take(")"):
                raise _UnsupportedError
            return group
        if sign == "[":
            return self._class()
        if sign == ".":
            return _Set("", is_negated=True)
        if sign in "^$":
            return _Edge(sign == "$")
        if sign == "\\":
            return self._escaped()
        if sign in "*+?{":
            raise _UnsupportedError
        return _Set(sign)

    def _escaped(self) -> _Node:
        sign = self._next()
        if sign in _CLASSES:
            return _Set(_CLASSES[sign], is_negated=sign.isupper())
        if sign in "zA":
            return _Edge(sign == "z")
        if sign.isalnum() and sign not in _ESCAPES:
            raise _UnsupportedError
        return _Set(_ESCAPES.get(sign, sign))

    def _class(self) -> _Set:
        is_negated = self._take("^")
        characters = ""
        while not self._take("]"):
            sign = self._next()
            if sign == "\\":
                sign = self._next()
                sign = _CLASSES[sign] if sign in "sd" else _ESCAPES.get(sign, sign)
            if self._text[self._at : self._at + 1] == "-" and self._text[self._at + 1 : self._at + 2] != "]":
                self._at += 1
                sign = "".join(map(chr, range(ord(sign), ord(self._next()) + 1)))
            characters += sign
        return _Set(characters, is_negated)

    def _repeated(self, node: _Node) -> _Node:
        for sign, least, most in (("*", 0, _MANY), ("+", 1, _MANY), ("?", 0, 1)):
            if self._take(sign):
                self._take("?")  # which text is found does not matter
                return _Repeat(node, least, most)
        if self._take("{"):
            end = self._text.find("}", self._at)
            first, comma, last = self._text[self._at : end].partition(",")
            self._at = end + 1
            if not first.isdigit() or (last and not last.isdigit()):
                raise _UnsupportedError
            return _Repeat(node, int(first), int(last) if last else _MANY if comma else int(first))
        return node

    def _take(self, sign: str) -> bool:
        if self._text.startswith(sign, self._at):
            self._at += len(sign)
            return True
        return False

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise _UnsupportedError
        self._at += 1
        return self._text[self._at - 1]
