"""The techniques of which a finding's techniques are parts: records name both."""

from __future__ import annotations

from typing import Final

from parentchild.findings.attack import MASQUERADING, PROCESS_INJECTION, Technique

_NAMES: Final = {
    MASQUERADING.id: MASQUERADING.name,
    PROCESS_INJECTION.id: PROCESS_INJECTION.name,
    "T1134": "Access Token Manipulation",
}


def whole_of(technique: Technique) -> tuple[str, str]:
    """Return id and name of the technique that `technique` is a part of, or its own.

    >>> from parentchild.findings.attack import MATCH_NAME_OR_LOCATION
    >>> whole_of(MATCH_NAME_OR_LOCATION)
    ('T1036', 'Masquerading')
    """
    if "." not in technique.id:
        return technique.id, technique.name
    whole, _, _ = technique.id.partition(".")
    return whole, _NAMES[whole]
