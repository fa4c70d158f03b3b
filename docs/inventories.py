"""Write the inventory of those names of Python to which the reference links: `python docs/inventories.py`.

The format is Sphinx's, version 2: four lines of text, then lines compressed by zlib. A name that is missing
shows as a warning of the build; add it here.
"""

from __future__ import annotations

import zlib
from pathlib import Path

CLASSES = {
    "library/collections.abc.html": (
        "collections.abc.Callable",
        "collections.abc.Iterable",
        "collections.abc.Iterator",
        "collections.abc.Mapping",
        "collections.abc.Sequence",
        "collections.abc.Set",
    ),
    "library/datetime.html": ("datetime.date", "datetime.datetime", "datetime.timedelta", "datetime.tzinfo"),
}
"""By page of docs.python.org: the classes described there."""


def inventory() -> bytes:
    """Return the inventory as Sphinx reads it."""
    head = "# Sphinx inventory version 2\n# Project: Python\n# Version: 3\n"
    head += "# The remainder of this file is compressed using zlib.\n"
    lines = [f"{name} py:class 1 {page}#$ -\n" for page, names in CLASSES.items() for name in names]
    return head.encode() + zlib.compress("".join(lines).encode(), 9)


if __name__ == "__main__":
    path = Path(__file__).parent / "inventories" / "python.inv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(inventory())
