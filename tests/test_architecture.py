"""The house: imports run one way, the face is light, and the core does no I/O."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import parentchild

ROOT = Path(parentchild.__file__).parent

FLOORS = (
    ("errors", "_version"),
    ("windows",),
    ("events", "display"),
    ("relations", "saving"),
    ("findings",),
    ("catalog",),
    ("telemetry", "detector", "published", "export"),
    ("hunting",),
    ("testing",),
)
"""From the ground up: a room may import what lies on lower floors, and its own modules."""

AT_THE_TOP = {"__init__", "_version", "errors", "events"}
"""The modules beside the rooms."""

FORBIDDEN = {
    "asyncio", "io", "logging", "os", "pathlib", "random", "shutil", "socket", "subprocess", "tempfile",
    "threading", "time", "urllib", "warnings",
}  # fmt: skip
"""What a library without I/O, clock, environment, logging and threads has no use for."""

PERMITTED = {"testing": {"random"}}
"""Synthetic fleets draw from a generator of their own that the caller seeds."""

EXTRAS = {"narwhals", "hypothesis", "pyspark", "pandas", "polars", "pyarrow", "duckdb"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT)
        yield (relative.parts[0] if len(relative.parts) > 1 else relative.stem), path


def imports(path: Path) -> Iterator[str]:
    """Yield each imported module, wherever in the file it is imported."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.startswith("parentchild"):
                names = (f"{node.module}.{alias.name}" for alias in node.names)
                yield from (name if _is_module(name) else node.module for name in names)
            else:
                yield node.module


def _is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split(".")[1:])
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("parentchild", *(part for part in parts if part != "__init__")))


def floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


CODE = [(room, path) for room, path in modules() if room != "__init__"]


IDS = [str(path.relative_to(ROOT)) for _, path in CODE]


@pytest.mark.parametrize(("room", "path"), CODE, ids=IDS)
def test_imports_run_one_way(room: str, path: Path) -> None:
    for module in imports(path):
        target = module.split(".")[1] if module.startswith("parentchild.") else room
        if target != room:
            assert floor(target) < floor(room), f"{room} imports {module}"


def test_no_circle_of_modules_not_even_a_lazy_one() -> None:
    graph = {
        name_of(path): {each for each in imports(path) if each.startswith("parentchild.")} - {name_of(path)}
        for _, path in CODE
    }
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above[above.index(name) :], name))
        if name not in done:
            for target in sorted(graph.get(name, ())):
                visit(target, (*above, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_rooms_lie_at_the_top_and_few_modules_beside_them() -> None:
    assert {path.stem for path in ROOT.glob("*.py")} == AT_THE_TOP
    assert {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} == {
        room for rooms in FLOORS for room in rooms
    } - AT_THE_TOP


@pytest.mark.parametrize(("room", "path"), CODE, ids=IDS)
def test_no_module_reaches_for_the_outside(room: str, path: Path) -> None:
    forbidden = FORBIDDEN - PERMITTED.get(room, set())
    assert not {module.split(".")[0] for module in imports(path)} & forbidden
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "eval", "exec", "input", "compile", "__import__"}


def test_every_module_has_a_floor() -> None:
    assert {room for room, _ in CODE} <= {room for rooms in FLOORS for room in rooms}


def test_the_face_loads_no_extra_and_only_its_two_dependencies() -> None:
    script = (
        "import sys; before = set(sys.modules); import parentchild; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    third_party = {name for name in loaded if name not in sys.stdlib_module_names}
    assert third_party <= {"parentchild", "attr", "attrs", "dateutil", "six"}
    assert not set(loaded) & EXTRAS


def test_importing_the_face_loads_nothing_behind_it() -> None:
    """Names are loaded when first asked for, so that the import costs next to nothing."""
    script = (
        "import sys; import parentchild; "
        "print(*sorted(name for name in sys.modules if name.startswith(('parentchild', 'attr', 'dateutil'))))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == ["parentchild", "parentchild._version"]


def test_a_notebook_offers_the_face_and_its_rooms_and_nothing_else() -> None:
    rooms = {"catalog", "export", "frames", "published", "spark", "telemetry", "testing"}
    assert set(dir(parentchild)) == {*parentchild.__all__, *rooms}


def test_everything_on_the_face_exists_and_is_documented() -> None:
    assert len(set(parentchild.__all__)) == len(parentchild.__all__)
    for name in parentchild.__all__:
        assert getattr(parentchild, name).__doc__, name
