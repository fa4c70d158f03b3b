"""Write the inventories of what these pages link to in other projects: `python docs/inventories.py`.

The format is Sphinx's, version 2: four lines of text, then lines compressed by zlib. A name that is missing
shows as a warning of the build; add it here. A test compares the files with what is written here, and looks
each name up in the project as it is installed.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import attrs

FOLDER = Path(__file__).with_name("inventories")


@attrs.frozen
class Project:
    """A project whose documentation is linked to: its title, its address, and its names by page and role."""

    title: str
    url: str
    names: dict[str, dict[str, tuple[str, ...]]]


PROJECTS = {
    "python": Project(
        "Python",
        "https://docs.python.org/3",
        {
            "library/collections.abc.html": {
                "class": (
                    "collections.abc.Callable",
                    "collections.abc.Iterable",
                    "collections.abc.Iterator",
                    "collections.abc.Mapping",
                    "collections.abc.Sequence",
                    "collections.abc.Set",
                )
            },
            "library/datetime.html": {
                "class": ("datetime.date", "datetime.datetime", "datetime.timedelta", "datetime.tzinfo")
            },
        },
    ),
    "attrs": Project(
        "attrs",
        "https://www.attrs.org/en/stable",
        {"api.html": {"function": ("attrs.asdict", "attrs.evolve", "attrs.fields", "attrs.frozen")}},
    ),
    "narwhals": Project(
        "Narwhals",
        "https://narwhals-dev.github.io/narwhals",
        {
            "api-reference/narwhals/": {"function": ("narwhals.from_native",)},
            "api-reference/dataframe/": {"class": ("narwhals.dataframe.DataFrame",)},
            "api-reference/lazyframe/": {"class": ("narwhals.dataframe.LazyFrame",)},
        },
    ),
}


def inventory(project: Project) -> bytes:
    """Return the inventory of a project as Sphinx reads it."""
    head = f"# Sphinx inventory version 2\n# Project: {project.title}\n# Version:\n"
    head += "# The remainder of this file is compressed using zlib.\n"
    lines = [
        f"{name} py:{role} 1 {page}#$ -\n"
        for page, roles in project.names.items()
        for role, names in roles.items()
        for name in names
    ]
    return head.encode() + zlib.compress("".join(lines).encode(), 9)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, project in PROJECTS.items():
        (FOLDER / f"{name}.inv").write_bytes(inventory(project))
