"""Integrity levels, however a source writes them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

INTEGRITY_LEVELS: Final = MappingProxyType(
    {
        "untrusted": 0x0000,
        "low": 0x1000,
        "medium": 0x2000,
        "mediumplus": 0x2100,
        "high": 0x3000,
        "system": 0x4000,
        "protected": 0x5000,
    }
)
"""The integrity levels by name, each with the number that ends its label's security identifier."""

_NAMES_OF_LEVELS = MappingProxyType({str(number): name for name, number in INTEGRITY_LEVELS.items()})


def integrity_level(text: str) -> str:
    r"""Return the name of an integrity level, in lower case, however a source writes it.

    Some log its name, some the security identifier of the mandatory label, some the number in that; text that
    is none of them is returned in lower case.

    >>> [integrity_level(each) for each in ("System", "S-1-16-16384", "16384")]
    ['system', 'system', 'system']
    >>> integrity_level("Mandatory Label\\High Mandatory Level")
    'high'
    """
    short = text.lower().removeprefix("mandatory label\\").removesuffix(" mandatory level")
    return _NAMES_OF_LEVELS.get(short.removeprefix("s-1-16-"), short)
