r"""Directories as regular expressions, for the query languages.

The pattern is for a folded path from the root of the volume that ends in a backslash (`\windows\system32\`).
It uses only what RE2, Java and Python have in common; `lucene` is Elastic's own dialect, which has more signs
that need a backslash, is anchored by itself, and is meant for whole paths.
"""

from __future__ import annotations

from collections.abc import Iterable

from parentchild.windows.names import fold
from parentchild.windows.paths import directory_of, root_of

_SIGNS = frozenset("\\.+*?()|[]{}^$")
_SIGNS_OF_LUCENE = _SIGNS | frozenset('"#@&<>~')
_NOTHING = r"[^\x00-\x{10FFFF}]"
_SURROGATES = range(0xD800, 0xE000)
_COMPONENT = r"[^\\]*"


def folder_pattern(directories: Iterable[str]) -> str:
    r"""Return a pattern that finds exactly the folders in `directories`.

    >>> folder_pattern([r"C:\Windows\System32", r"C:\Windows\WinSxS\*"])
    '^(?:\\\\windows\\\\system32|\\\\windows\\\\winsxs\\\\[^\\\\]*)\\\\\\z'
    """
    return rf"^(?:{'|'.join(_folder(each, _SIGNS) for each in directories)})\\\z"


def lucene_pattern(directories: Iterable[str], names: Iterable[str]) -> str:
    r"""Return a pattern for whole paths: any volume, one of `directories`, one of `names`.

    >>> lucene_pattern([r"C:\Windows"], ["explorer.exe"])
    '([a-z]:|\\\\device\\\\harddiskvolume[0-9]+)(\\\\windows)\\\\(explorer\\.exe)'
    """
    folders = "|".join(_folder(each, _SIGNS_OF_LUCENE) for each in directories)
    images = "|".join(_escaped(each, _SIGNS_OF_LUCENE) for each in names)
    return rf"([a-z]:|\\device\\harddiskvolume[0-9]+)({folders})\\({images})"


def rooted(directory: str) -> str:
    r"""Return an expected directory as a folded path from the root of the volume.

    >>> rooted(r"C:\Windows\System32")
    '\\windows\\system32'
    """
    canonical = directory_of(directory, "") or fold(directory)
    return canonical.removeprefix(root_of(canonical) or "")


def _folder(directory: str, signs: frozenset[str]) -> str:
    return r"\\".join(_component(each, signs) for each in rooted(directory).split("\\"))


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
