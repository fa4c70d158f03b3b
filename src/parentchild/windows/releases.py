"""Windows releases, in order, and the ranges of them in which a relation holds."""

from __future__ import annotations

import re
from functools import lru_cache

from parentchild.errors import InvalidArgument

RELEASES = ("xp", "vista", "7", "8", "8.1", "10", "2022", "11")
"""Releases by their kernels, oldest first; a server counts as the client with which it shares its kernel.

Server 2022 has a kernel of its own (20348), between those of Windows 10 and 11.
"""

_VERSION = re.compile(r"(10|11)?(?:version)?(1[5-9]0[1379]|2004|2[0-9]h[12])")
_OF_BOTH = frozenset({"21h2", "22h2"})  # versions of Windows 10 and of 11, whose name alone does not tell
_FIRST_OF_11 = "23h2"

_SERVERS = {
    "2003": "xp",
    "2008": "vista",
    "2008r2": "7",
    "2012": "8",
    "2012r2": "8.1",
    "2016": "10",
    "2019": "10",
    "2025": "11",
}


def release(text: str) -> str:
    """Return the canonical release for what a person writes; a version of Windows 10 or 11 is its release.

    >>> release("Windows Server 2008 R2"), release("11"), release("Windows 11 25H2"), release("24H2")
    ('7', '11', '11', '11')

    Raises:
        InvalidArgument: the release is not known.
    """
    if not isinstance(text, str):
        raise InvalidArgument("windows", text, "must be a str such as '11' or 'Server 2019'")
    short = text.lower().replace("windows", "").replace("server", "").replace(" ", "")
    version = _VERSION.fullmatch(short)
    if version is not None:
        by_version = "11" if version[2] >= _FIRST_OF_11 else "10"
        short = version[1] or (version[2] if version[2] in _OF_BOTH else by_version)
    canonical = _SERVERS.get(short, short)
    if canonical not in RELEASES:
        known = ", ".join((*RELEASES, *_SERVERS))
        raise InvalidArgument("windows", text, f"is not a known release of Windows; known are {known}")
    return canonical


def holds(versions: str, windows: str | None) -> bool:
    """Tell whether a range of releases (`all`, `7`, `10+`, `vista-7`) holds for one; None holds in all.

    >>> holds("10+", "Server 2025"), holds("vista-7", "10"), holds("7", None)
    (True, False, True)

    Raises:
        InvalidArgument: the range or the release is not known.
    """
    first, last = bounds(versions)
    return windows is None or first <= RELEASES.index(release(windows)) <= last


@lru_cache(maxsize=256)
def bounds(versions: str) -> tuple[int, int]:
    """Return the first and last position in `RELEASES` of a range.

    Raises:
        InvalidArgument: the range is not known.
    """
    if versions == "all":
        return 0, len(RELEASES) - 1
    if versions.endswith("+"):
        return RELEASES.index(release(versions[:-1])), len(RELEASES) - 1
    first, dash, last = versions.partition("-")
    low = RELEASES.index(release(first))
    high = RELEASES.index(release(last)) if dash else low
    if high < low:
        raise InvalidArgument("windows", versions, "ends before it begins")
    return low, high


def cover(first: str, second: str) -> str:
    """Return the smallest range that covers two.

    >>> cover("vista-7", "10+"), cover("7", "7")
    ('vista+', '7')

    Raises:
        InvalidArgument: a range is not known.
    """
    if first == second:
        return first
    low = min(bounds(first)[0], bounds(second)[0])
    high = max(bounds(first)[1], bounds(second)[1])
    if high == len(RELEASES) - 1:
        return "all" if low == 0 else f"{RELEASES[low]}+"
    return RELEASES[low] if low == high else f"{RELEASES[low]}-{RELEASES[high]}"
