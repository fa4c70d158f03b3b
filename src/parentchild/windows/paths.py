r"""Directories: whether an image lies where Windows keeps it.

A path is a claim of the sensor, spelled in one of many alternatives: with a drive, with a device
(`\Device\HarddiskVolume3\...`), with a prefix (`\??\`, `\\?\`), with a variable (`%SystemRoot%`), with 8.3
components. All of them are brought into one form, a folded path from the root of the volume. The drive
letter is not compared, since Windows may be installed on any, nor the volume, which for a Windows container
is a virtual disk; a network path or another kind of device is never a local directory.
"""

from __future__ import annotations

import ntpath
import re
from collections.abc import Iterable
from functools import lru_cache

from parentchild.windows.names import fold

_NETWORK = ("unc\\", "\\device\\mup\\")
_LONGEST = 32_767  # of a path in Windows' own words; resolving `..` takes the square of the length
_NOWHERE = "\\\\?\\too long for a path"
_PREFIXES = ("\\??\\", "\\\\?\\", "\\\\.\\")
_VOLUME = re.compile(r"(?:\\device\\harddiskvolume\d+|\\device\\vhdharddisk\{[0-9a-f-]+\}|[a-z]:)(?=\\)")
_WINDOWS = re.compile(r"(?:\\systemroot|%systemroot%|%windir%)(?=\\)")
_SHORT = re.compile(r"(.{1,6})~[1-4](\..{1,3})?")
_NOT_IN_SHORT = str.maketrans("", "", " .")
_SYSNATIVE = "\\windows\\sysnative"


def directory_of(path: str | None, image: str) -> str | None:
    r"""Return the directory that `path` gives for the image named `image`, or None when it gives none.

    A path whose last component is not the image is taken as the directory itself: some sensors log only
    that. So an alternate stream (`C:\Windows\System32\x.exe:y`) never counts as the file it hangs on.

    >>> directory_of(r"\??\C:\Windows\System32\..\Temp\svchost.exe", "svchost.exe")
    '\\windows\\temp'
    >>> directory_of("svchost.exe", "svchost.exe") is None
    True
    """
    if path is None:
        return None
    rooted = _rooted(path)
    if rooted is None:
        return None
    head, tail = ntpath.split(rooted)
    directory = head if tail == image else rooted
    return "\\windows\\system32" + directory[len(_SYSNATIVE) :] if _is_sysnative(directory) else directory


def is_in(directory: str, expected: Iterable[str]) -> bool:
    r"""Tell whether a directory from `directory_of` is one of those in `expected`.

    An expected directory is written plainly (`C:\Windows\System32`); `*` stands for any text within one
    component (`C:\ProgramData\Microsoft\Windows Defender\Platform\*`).

    Cost: linear in the length of the directory, for each expected one.
    """
    actual = directory.split("\\")
    return any(_same(actual, _components(pattern)) for pattern in expected)


def _rooted(path: str) -> str | None:
    if len(path) > _LONGEST:
        return _NOWHERE
    text = fold(path.rstrip("\0").strip(' \t\r\n\v\f"')).replace("/", "\\")
    for prefix in _PREFIXES:
        if text.startswith(prefix):
            text = text[len(prefix) :]
            break
    text = text.removeprefix("globalroot")
    for network in _NETWORK:
        if text.startswith(network):
            return ntpath.normpath("\\\\" + text[len(network) :])
    if volume := _VOLUME.match(text):
        text = text[volume.end() :]
    elif windows := _WINDOWS.match(text):
        text = "\\windows" + text[windows.end() :]
    return ntpath.normpath(text) if text.startswith("\\") else None


def _is_sysnative(directory: str) -> bool:
    return directory == _SYSNATIVE or directory.startswith(_SYSNATIVE + "\\")


@lru_cache(maxsize=1024)  # patterns come from relations, never from a row
def _components(pattern: str) -> tuple[str, ...]:
    return tuple((_rooted(pattern) or fold(pattern)).split("\\"))


def _same(actual: list[str], expected: tuple[str, ...]) -> bool:
    return len(actual) == len(expected) and all(map(_same_component, actual, expected))


def _same_component(actual: str, expected: str) -> bool:
    before, star, after = expected.partition("*")
    if not star:
        return actual == expected or _is_short_for(actual, expected)
    fits = len(actual) >= len(before) + len(after) and actual.startswith(before) and actual.endswith(after)
    return fits or (before != "" and _is_short_for(actual, before))


def _is_short_for(actual: str, expected: str) -> bool:
    """Tell whether an 8.3 component can be the short form of an expected one (`progra~1`)."""
    short = _SHORT.fullmatch(actual)
    return short is not None and expected.translate(_NOT_IN_SHORT).startswith(short[1])
