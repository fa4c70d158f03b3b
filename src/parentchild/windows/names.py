r"""Image names: how they are compared, and how they are shown.

Windows compares file names without regard to case, but not with the rules of any human language. Folding
more than ASCII would let `services.exe` with a long s (U+017F) or `taskhostw.exe` with a Kelvin sign (U+212A)
pass as Windows' own, so exactly the letters A to Z are folded here and nothing else.
"""

from __future__ import annotations

import ntpath

KERNEL = "system"
"""The one name for the kernel's process: pid 4, logged as `System` by Sysmon, `ntoskrnl.exe` by Defender."""

_KERNEL_NAMES = frozenset({"system", "ntoskrnl.exe"})
_ASCII_FOLD = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_PADDING = ' \t\r\n\v\f"'


def fold(text: str) -> str:
    """Return `text` with the ASCII letters A to Z in lower case and every other character untouched."""
    return text.lower() if text.isascii() else text.translate(_ASCII_FOLD)


def image_name(text: str) -> str:
    r"""Return the comparable name of an image: its folded base name, as Windows would open it.

    Surrounding quotes and white space, a trailing NUL, trailing dots and spaces, and an alternate-stream
    suffix are dropped. Nothing usable gives `""`.

    >>> image_name(r'"C:\Windows\System32\SVCHOST.EXE"')
    'svchost.exe'
    >>> image_name("svchost.exe. "), image_name("svchost.exe::$DATA"), image_name("  ")
    ('svchost.exe', 'svchost.exe', '')
    """
    base = ntpath.basename(text.rstrip("\0").strip(_PADDING))
    return fold(base.partition(":")[0].lstrip(_PADDING).rstrip(_PADDING + "."))


def is_kernel(name: str) -> bool:
    """Tell whether a comparable name is one of those under which sensors log the kernel's process."""
    return name in _KERNEL_NAMES


def printable(text: str) -> str:
    r"""Return `text` with control, format and unpaired surrogate characters written as escapes.

    What is left can neither move a terminal's cursor nor turn the reading direction of the text around it.

    >>> printable("Ann\u202egepj.exe")
    'Ann\\u202egepj.exe'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
