"""Draw the map of the house in CONTRIBUTING.md from the imports: `python docs/house_map.py`.

The floors are those that `tests/test_architecture.py` holds. Which room imports which is read from the
source, and what a room is for is the first sentence of its docstring.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "parentchild"
PAGE = ROOT / "CONTRIBUTING.md"
START, END = "<!-- map: begin -->\n", "<!-- map: end -->\n"


def modules_of(room: str) -> list[Path]:
    """Return the modules of a room, or the one module that stands beside the rooms."""
    folder = SOURCE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def imported_by(room: str) -> set[str]:
    """Return the rooms that a room imports, anywhere in its modules."""
    found: set[str] = set()
    for path in modules_of(room):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module == "parentchild":
                names = [f"parentchild.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            found |= {name.split(".")[1] for name in names if name.startswith("parentchild.")}
    return found - {room}


def purpose_of(room: str) -> str:
    """Return the first sentence of a room's docstring."""
    path = SOURCE / room / "__init__.py"
    module = ast.parse((path if path.exists() else modules_of(room)[0]).read_text("utf-8"))
    paragraph = (ast.get_docstring(module) or "").partition("\n\n")[0]
    return re.split(r"(?<=\.)\s", " ".join(paragraph.split()))[0]


def drawn(floors: tuple[tuple[str, ...], ...]) -> str:
    """Return the map as a table, the highest floor first."""
    lines = ["| floor | room | imports | what is in it |", "|---|---|---|---|"]
    for number, rooms in reversed(list(enumerate(floors, start=1))):
        for room in rooms:
            order = [each for floor in floors for each in floor if each in imported_by(room)]
            lines.append(f"| {number} | `{room}` | {', '.join(order) or 'nothing'} | {purpose_of(room)} |")
    return "\n".join(lines) + "\n"


def page_with(drawing: str) -> str:
    """Return CONTRIBUTING.md with a map between its two marks."""
    text = PAGE.read_text("utf-8")
    head, rest = text.split(START)
    return head + START + drawing + END + rest.split(END)[1]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.path.insert(0, str(ROOT / "src"))
    from tests.test_architecture import FLOORS

    PAGE.write_text(page_with(drawn(FLOORS)), "utf-8")
