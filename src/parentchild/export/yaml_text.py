"""Plain values as YAML text, for files that other tools read; nothing is ever referenced or tagged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from parentchild.windows.names import printable

_PLAIN: Final = re.compile(r"[A-Za-z_|][A-Za-z0-9_|./() -]*[A-Za-z0-9_|.)]|[A-Za-z]")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan", "inf"})
_INDENT: Final = "    "


def document(value: Mapping[str, object]) -> str:
    r"""Return a mapping as the text of one YAML document.

    >>> print(document({"title": "x: y", "tags": ["a", None], "count": 1, "path": "C:\\x"}), end="")
    title: 'x: y'
    tags:
        - a
        - null
    count: 1
    path: 'C:\x'
    """
    return "".join(_mapping(value, ""))


def _mapping(value: Mapping[str, object], indent: str) -> list[str]:
    lines: list[str] = []
    for key, each in value.items():
        lines += _entry(f"{indent}{_scalar(key)}:", each, indent)
    return lines


def _entry(head: str, value: object, indent: str) -> list[str]:
    whole: object = value  # as it is, whatever the next lines make of its type
    if isinstance(value, Mapping) and value:
        return [head + "\n", *_mapping(cast("Mapping[str, object]", value), indent + _INDENT)]
    if isinstance(value, list | tuple) and value:
        return [head + "\n", *_sequence(cast("Sequence[object]", value), indent + _INDENT)]
    if isinstance(value, str) and "\n" in value and _is_block(value):
        block = [f"{indent}{_INDENT}{line}".rstrip() + "\n" for line in value.rstrip("\n").split("\n")]
        return [f"{head} |\n" if value.endswith("\n") else f"{head} |-\n", *block]
    return [f"{head} {_scalar(whole)}\n"]


def _sequence(values: Sequence[object], indent: str) -> list[str]:
    lines: list[str] = []
    for each in values:
        whole: object = each  # as it is, whatever the next line makes of its type
        if isinstance(each, Mapping) and each:
            first, *others = _mapping(cast("Mapping[str, object]", each), indent + "  ")
            lines += [f"{indent}- {first.lstrip()}", *others]
        else:
            lines += _entry(f"{indent}-", whole, indent)
    return lines


def _is_block(text: str) -> bool:
    """Tell whether a text keeps its form in a literal block."""
    lines = text.rstrip("\n").split("\n")
    return (
        text.count("\n") - text.rstrip("\n").count("\n") <= 1
        and all(line == line.rstrip() and printable(line) == line for line in lines)
        and not lines[0].startswith(" ")
    )


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple | Mapping):
        return "[]" if not isinstance(value, Mapping) else "{}"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and " #" not in text:
        return text
    if printable(text) == text:
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text)  # a text in YAML's double quotes is one of JSON's
