"""Letters that a reader confuses beside what Unicode says, and honest names near a protected one, as data."""

from __future__ import annotations

from typing import Final

# Each letter stands for all that can be mistaken for it. `i`, `l` and `1` are one letter to a hurried reader.
ASCII_TWINS: Final = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s"}
)

# Blank or a box in common fonts, beside what Unicode ignores by default: an empty braille pattern, a musical
# null, what stands for an object, and what stands for a character that could not be read.
BLANK: Final = frozenset("\u2800\U0001d159\ufffc\ufffd")

HURRIED: Final = {
    "\u017f": "s",  # long s, which Unicode finds like an f
    "\u03b2": "b",  # Greek
    "\u03b5": "e",
    "\u03c3": "s",
    "\u03c7": "x",
    "\u03c9": "w",
    "\u0438": "u",  # Cyrillic
    "\u043c": "m",
    "\u043f": "n",
    "\u044a": "b",
    "\u044c": "b",
    "\u0237": "j",
    "\u0269": "l",
    "\u3002": ".",  # the full stops beside the ASCII one that names of hosts may use (RFC 3490, section 3.1)
    "\uff61": ".",
}
"""Letters that Unicode tells apart and a hurried reader does not."""

# Real images of Windows and of common software: one edit, or a processor's width, from a protected name.
HONEST: Final = frozenset(
    {
        "content.exe",  # consent.exe
        "ctfmon64.exe",  # ctfmon.exe, where that is watched
        "service.exe",  # services.exe
        "wininst.exe",  # wininit.exe
        "taskhost.exe",  # taskhostw.exe, where only that is watched
        "taskhostw.exe",
    }
)
