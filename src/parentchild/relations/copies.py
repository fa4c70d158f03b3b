"""Copies: an image that was started by itself, and when that is harmless.

Windows clones processes to dump them, restarts hosts of its own, and some programs restart themselves. A
copy with the same path, account, integrity and command line as its parent, as far as known, is of that kind;
what differs may be a foreign program under the image's name. Sources: elastic/detection-rules pull requests
6390 and 6393; Windows Internals, 6th edition, part 2, "Process Reflection".
"""

from __future__ import annotations

from typing import Final

from parentchild.events import Process
from parentchild.windows.integrity import integrity_level
from parentchild.windows.names import fold
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


def is_harmless_copy(
    name: str, child: Process, parent: Process, child_directory: str | None, parent_directory: str | None
) -> bool:
    """Tell whether nothing that is known speaks against a copy.

    Args:
        name: the comparable name of both.
        child: the copy.
        parent: what was copied.
        child_directory: where the copy lies, None where unknown.
        parent_directory: where its parent lies, None where unknown.
    """
    return (
        name not in NEVER_COPIED
        and _lie_together(child_directory, parent_directory)
        and _agree(_folded(child.user), _folded(parent.user))
        and _agree(_level(child.integrity), _level(parent.integrity))
        and _agree(_line(child.command_line), _line(parent.command_line))
    )


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _lie_together(one: str | None, other: str | None) -> bool:
    return one is None or other is None or is_same_directory(one, other)


def _folded(text: str | None) -> str | None:
    return fold(text) if text else None


def _level(text: str | None) -> str | None:
    return integrity_level(text) if text else None


def _line(text: str | None) -> str | None:
    return text.strip() if text and text.strip() else None
