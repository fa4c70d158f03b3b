r"""Values as Sigma writes them: `*`, `?` and the backslash mean themselves, unless they are to match."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable

_WILD = "*?"
_ANY = "*"


def exact(text: str) -> str:
    r"""Return a value that means exactly `text`.

    >>> print(exact(r"a\*b"), exact(r"C:\Windows"))
    a\\\*b C:\Windows
    """
    return _escaped(text, then="")


def ends_of_paths(names: Iterable[str]) -> list[str]:
    r"""Return the values for `endswith` that mean an image of one of these names, in any directory."""
    return [exact(f"\\{name}") for name in names]


def in_directories(directories: Iterable[str], names: Iterable[str]) -> list[str]:
    r"""Return the values for `endswith` that mean one of `names` in one of `directories`, on any drive.

    >>> in_directories([r"C:\Windows\WinSxS\*"], ["tiworker.exe"])
    [':\\Windows\\WinSxS\\\\*\\tiworker.exe']
    """
    names = list(names)
    return [_path(f"{directory}\\", name) for directory in directories for name in names]


def _path(directory: str, name: str) -> str:
    drive, rest = ntpath.splitdrive(directory)
    root = ":" if drive.endswith(":") else exact(drive)
    parts: list[str] = []
    components = rest.split("\\")
    text = ""
    for component in components[:-1]:
        before, star, after = component.partition("*")
        text += before
        if star:
            parts.append(_escaped(text, then=_ANY) + _ANY)
            text = after
        text += "\\"
    return root + "".join(parts) + exact(text + name)


def _escaped(text: str, *, then: str) -> str:
    following = text[1:] + then if then else text[1:] + " "
    return "".join(_sign(character, after) for character, after in zip(text, following, strict=False))


def _sign(character: str, after: str) -> str:
    if character in _WILD:
        return "\\" + character
    if character == "\\" and (after == "\\" or after in _WILD):
        return r"\\"
    return character
