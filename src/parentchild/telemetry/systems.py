"""Operating systems: which of the names that sensors have for them mean Windows."""

from __future__ import annotations


def other_system(name: str | None) -> str | None:
    """Return the name of a system that is none of Windows; None for Windows, and where it is not known.

    >>> [other_system(name) for name in ("Win", "WINDOWS", "AGENT_OS_WINDOWS", "Microsoft Windows 11", None)]
    [None, None, None, None, None]
    >>> other_system("Darwin"), other_system("linux")
    ('Darwin', 'linux')
    """
    if name is None:
        return None
    plain = name.casefold()
    return None if plain.startswith("win") or "windows" in plain else name
