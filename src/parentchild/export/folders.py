r"""Directories as regular expressions, for the query languages.

The patterns are for a directory in the form of `windows.paths` with a backslash at its end
(`c:\windows\system32\`), and use only what RE2, Java and Python have in common. An expected `C:` is the
system drive: a volume passes for it, and so does a path that names none.
`lucene_pattern` is Elastic's own dialect,
which has more signs that need a backslash, is anchored by itself, and is meant for whole paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from parentchild.windows.names import fold
from parentchild.windows.paths import SYSTEM_DRIVES, directory_of, root_of

_SIGNS: Final = frozenset("\\.+*?()|[]{}^$")
_SIGNS_OF_LUCENE: Final = _SIGNS | frozenset('"#@&<>~')
_NOTHING: Final = r"[^\x00-\x{10FFFF}]"
_SURROGATES: Final = range(0xD800, 0xE000)
_COMPONENT: Final = r"[^\\]*"
_VOLUME: Final = r"\\device\\(?:harddiskvolume[0-9]+|vhdharddisk\{[^\\]+)"
_STAR: Final = "\\*"
_ANY_DEPTH: Final = "\\**"


def folder_pattern(directories: Iterable[str]) -> str:
    r"""Return a pattern that finds exactly the folders in `directories`.

    >>> folder_pattern([r"D:\Tools", r"D:\Tools\*"])
    '^(?:d:|\\\\device\\\\(?:harddiskvolume[0-9]+|vhdharddisk\\{[^\\\\]+))(?:\\\\tools(?:\\\\[^\\\\]*){0,1})\\\\\\z'
    """
    return _whole(directories, _any_drive_that_may_be)


def other_drive_pattern(directories: Iterable[str]) -> str:
    """Return a pattern that finds the folders in `directories` under any drive letter."""
    return _whole(_on_system_drive(directories), lambda _: "[a-z]:")


def lucene_pattern(directories: Iterable[str], image: str) -> str:
    r"""Return a pattern for whole paths in `directories` of an image that `image` is the pattern for.

    >>> lucene_pattern([r"\\server\share"], r"explorer\.exe")
    '(\\\\\\\\server\\\\share)\\\\explorer\\.exe'
    """
    return _lucene(directories, _root_of_lucene) + rf"\\{image}"


def lucene_other_drive_pattern(directories: Iterable[str]) -> str:
    """Return a pattern for the folders in `directories` under any drive letter."""
    return _lucene(_on_system_drive(directories), lambda _: "[a-z]:") + r"\\"


def _lucene(directories: Iterable[str], drives: Callable[[str | None], str]) -> str:
    folders = [
        drives(root) + f"({'|'.join(_folders(rests, _SIGNS_OF_LUCENE))})"
        for root, rests in _by_root(directories).items()
    ]
    return folders[0] if len(folders) == 1 else f"({'|'.join(folders)})"


def _on_system_drive(directories: Iterable[str]) -> list[str]:
    return [each for each in directories if root_of(_canonical(each)) in SYSTEM_DRIVES]


def wildcard_pattern(text: str) -> str:
    r"""Return a pattern that finds a text in which `*` stands for anything but a backslash.

    >>> wildcard_pattern("acme-*.exe")
    'acme-[^\\\\]*\\.exe'
    """
    return _COMPONENT.join(_escaped(piece, _SIGNS) for piece in text.split("*"))


def _whole(directories: Iterable[str], drives: Callable[[str | None], str]) -> str:
    parts = [
        drives(root) + f"(?:{'|'.join(_folders(rests, _SIGNS))})"
        for root, rests in _by_root(directories).items()
    ]
    return rf"^{parts[0]}\\\z" if len(parts) == 1 else rf"^(?:{'|'.join(parts)})\\\z"


def _any_drive_that_may_be(root: str | None) -> str:
    if root is None:
        return ""
    return f"(?:c:|{_VOLUME})?" if root in SYSTEM_DRIVES else f"(?:{_escaped(root, _SIGNS)}|{_VOLUME})"


def _root_of_lucene(root: str | None) -> str:
    if root is None:
        return ""
    volume = r"\\device\\harddiskvolume[0-9]+"
    prefix = r"(\\(\?|\\)\?\\)?"
    if root in SYSTEM_DRIVES:
        return rf"({prefix}c:|{volume}|(\\systemroot)?)"
    return rf"({prefix}{_escaped(root, _SIGNS_OF_LUCENE)}|{volume})"


def _by_root(directories: Iterable[str]) -> dict[str | None, list[str]]:
    """Return expected directories by their root, each without it; None for no local disk."""
    by_root: dict[str | None, list[str]] = {}
    for directory in directories:
        whole = _canonical(directory)
        root = root_of(whole)
        rest = whole if root is None else whole[len(root) :]
        by_root.setdefault("c:" if root == "" else root, []).append(rest.removesuffix("\\"))
    return by_root


def _canonical(directory: str) -> str:
    return directory_of(directory, "") or fold(directory)


def _folders(rests: list[str], signs: frozenset[str]) -> list[str]:
    r"""Return patterns for directories; `x`, `x\*`, `x\*\*` and so on are one, `x\**` is all below x."""
    known = set(rests)
    group = "(" if signs is _SIGNS_OF_LUCENE else "(?:"
    found: list[str] = []
    for rest in dict.fromkeys(rests):
        above = rest.removesuffix(_ANY_DEPTH)
        if above != rest:
            found.append(rf"{_path(above, signs)}{group}\\{_COMPONENT})*")
            continue
        if rest.endswith(_STAR) and rest.removesuffix(_STAR) in known:
            continue
        depth = 0
        while rest + _STAR * (depth + 1) in known:
            depth += 1
        deeper = rf"{group}\\{_COMPONENT}){{0,{depth}}}" if depth else ""
        found.append(_path(rest, signs) + deeper)
    return found


def _path(rest: str, signs: frozenset[str]) -> str:
    return r"\\".join(_component(each, signs) for each in rest.split("\\"))


def _component(text: str, signs: frozenset[str]) -> str:
    before, star, after = text.partition("*")
    return _escaped(before, signs) + (_COMPONENT if star else "") + _escaped(after, signs)


def _escaped(text: str, signs: frozenset[str]) -> str:
    return "".join(_sign(c, signs) for c in text)


def _sign(character: str, signs: frozenset[str]) -> str:
    if character in signs:
        return "\\" + character
    if character.isprintable() or signs is _SIGNS_OF_LUCENE:  # that dialect has no escapes by number
        return character
    if ord(character) in _SURROGATES:  # no text that a store holds has one by itself
        return _NOTHING
    return rf"\x{{{ord(character):x}}}"
