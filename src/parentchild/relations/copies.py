"""Copies: an image that was started by itself, and when that is harmless.

Windows clones processes to dump them, restarts hosts of its own, and some programs restart themselves. A
copy with the same path, account, integrity and command line as its parent, as far as known, is of that kind;
what differs may be a foreign program under the image's name. Sources: elastic/detection-rules pull requests
6390 and 6393; Windows Internals, 6th edition, part 2, "Process Reflection".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from parentchild.relations.conditions import Fact
from parentchild.relations.facts import Facts
from parentchild.windows.integrity import integrity_level
from parentchild.windows.names import fold, is_plain_name
from parentchild.windows.paths import is_same_directory

NEVER_COPIED: Final = frozenset(
    {
        "csrss.exe",
        "lsaiso.exe",
        "lsass.exe",
        "services.exe",
        "smss.exe",
        "userinit.exe",
        "wininit.exe",
        "winlogon.exe",
    }
)
"""The boot chain and the keepers of credentials: a copy of one of them is never harmless."""


def is_harmless_copy(facts: Facts) -> bool:
    """Tell whether a process and its parent, of one name, agree in all that is known of both."""
    if facts.parent is None or facts.child.name in NEVER_COPIED:
        return False
    if not (facts.parent.is_plain and is_plain_name(facts.child.logged)):
        return False  # the file of one is not that of the other, however alike their names
    known = [(facts.read(child), facts.read(parent), agree) for child, parent, agree in _COMPARED]
    return all(one is None or other is None or agree(one, other) for one, other, agree in known)


def _are_equal(one: str, other: str) -> bool:
    return fold(one.strip()) == fold(other.strip())


def _are_one_level(one: str, other: str) -> bool:
    return integrity_level(one) == integrity_level(other)


def _are_one_line(one: str, other: str) -> bool:
    return not one.strip() or not other.strip() or one.strip() == other.strip()


_COMPARED: Final[tuple[tuple[Fact, Fact, Callable[[str, str], bool]], ...]] = (
    (Fact.CHILD_PATH, Fact.PARENT_PATH, is_same_directory),
    (Fact.CHILD_USER, Fact.PARENT_USER, _are_equal),
    (Fact.CHILD_INTEGRITY, Fact.PARENT_INTEGRITY, _are_one_level),
    (Fact.CHILD_COMMAND_LINE, Fact.PARENT_COMMAND_LINE, _are_one_line),
)
