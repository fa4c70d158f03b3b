"""Markdown for tickets, and nothing that telemetry could break out of."""

from __future__ import annotations

import re
from typing import Final

from parentchild.display.markup import LONGEST, shortened

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~&$@]|(?<=:)/(?=/)|(?<=www)\.)")
_TICKS: Final = re.compile(r"`+")


def prose(value: str, longest: int = LONGEST) -> str:
    r"""Return a value as words of a paragraph: shortened, on one line, with no mark-up of its own.

    >>> print(prose("**<b>** http://x"))
    \*\*\<b\>\*\* http:\//x
    """
    return _SPECIAL.sub(r"\\\1", shortened(value, longest))


def code_span(value: str, longest: int = LONGEST) -> str:
    """Return a value as code: between more backticks than it has in a row.

    >>> code_span("a`b"), code_span("")
    ('`` a`b ``', '')
    """
    line = shortened(value, longest)
    if not line:
        return ""
    fence = "`" * (max(map(len, _TICKS.findall(line)), default=0) + 1)
    pad = " " if "`" in line or line.strip() != line else ""
    return f"{fence}{pad}{line}{pad}{fence}"
