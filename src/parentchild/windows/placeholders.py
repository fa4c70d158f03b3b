"""Texts that stand where a name is missing: the one table of them for the whole library.

Sensors, agents and stores write something where they know no name. Such a text is no image, so nothing may be
concluded from it. It is looked at as logged: cut as a path, `N/A` would become an image named `a`.

An attacker may name a file `unknown` or `1234`. Without a directory that cannot be told from a gap, so the
parent is unknown, which is counted. With a directory it is a file, whatever its name.
"""

from __future__ import annotations

import enum
import re
from typing import Final

from parentchild.windows.names import PADDING, SID, fold


class MissingName(enum.Enum):
    """What stands where a name is missing."""

    PLACEHOLDER = "placeholder"
    """A word or sign for "not known", or nothing at all."""
    SID = "sid"
    """A security identifier: the account of a process, not its image."""
    NUMBER = "number"
    """A process identifier, decimal or hexadecimal."""


_WORDS: Final = r"""
    - -- ? n/a na #n/a <na> nan nat nil none <none> (none) null <null> (null) \n undefined unknown <unknown>
    (unknown) [unknown] s-1-0-0
"""
_PHRASES: Final = {"not available", "unknown process", "<unknown process>", "&lt;unknown process&gt;"}
PLACEHOLDERS: Final = frozenset({"", "null sid", *_WORDS.split(), *_PHRASES})
r"""Folded texts for "not known".

Sysmon writes `-` and `<unknown process>` (some agents escape it for HTML), the Security log `-`, `NULL SID`
and `S-1-0-0`, pandas `nan`, `NaT` and `<NA>`, spreadsheets `#N/A`, stores `\N` and `(null)`.
"""

_LONGEST: Final = 256  # no placeholder, identifier or number is longer
_NUMBER: Final = re.compile(r"[0-9]{1,20}|0x[0-9a-f]{1,16}")


def missing_name(text: str, directory: str | None = None) -> MissingName | None:
    r"""Return what stands in a raw name's place, or None when it is a name.

    Args:
        text: the name as logged, before anything is cut from it.
        directory: the directory the process is known to lie in; with one, the text names a file.

    Cost: linear in the length of the text; about 0.1 µs for a name that ends in `.exe`.

    >>> [missing_name(each) for each in ("N/A", "S-1-5-18", "4242")]
    [<MissingName.PLACEHOLDER: 'placeholder'>, <MissingName.SID: 'sid'>, <MissingName.NUMBER: 'number'>]
    >>> missing_name("unknown.exe") is missing_name("\u00b2") is missing_name("1234", "c:\\temp") is None
    True
    """
    if directory is not None or text.endswith((".exe", ".EXE")):
        return None
    stripped = text.strip(PADDING)
    if len(stripped) > _LONGEST:
        return None
    short = fold(stripped)
    if short in PLACEHOLDERS:
        return MissingName.PLACEHOLDER
    if _NUMBER.fullmatch(short):
        return MissingName.NUMBER
    return MissingName.SID if SID.fullmatch(short) else None


def is_of_a_cell(text: str | None) -> bool:
    r"""Tell whether a text is what a table makes of several values, a list or an object: no name or path.

    Windows lets no program give a file a name with a line break; the others are told by bracket and quote.

    >>> is_of_a_cell("svchost.exe\nsvchost.exe"), is_of_a_cell("['svchost.exe']"), is_of_a_cell("[x].exe")
    (True, True, False)
    """
    return text is not None and ("\n" in text or (text[:1] in {"[", "{"} and text[1:2] in {"'", '"'}))
