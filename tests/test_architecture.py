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
    ("errors", "_version", "severity"),
    ("names", "windows"),
    ("paths", "lookalikes"),
    ("events",),
    ("relations",),
    ("verdicts",),
    ("attack", "explanations", "rosters", "prefilter"),
    ("registry",),
    ("catalog",),
    ("findings", "exclusions", "suppression", "published"),
    ("detector",),
    ("telemetry", "export", "notebook", "testing"),
    ("frames", "tables"),
    ("report",),
    ("spark",),
)
"""From the ground up: a module may import what lies on lower floors, and its own package."""

LAZY = {"report": {"frames", "notebook"}, "findings": {"notebook"}, "registry": {"notebook"}}
"""What a module may reach only when asked to, inside a function."""

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


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield each imported module, and whether it is imported at the top of the file."""
    tree = ast.parse(path.read_text("utf-8"))
    top = set(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node in top
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "parentchild":
                yield from ((f"parentchild.{alias.name}", node in top) for alias in node.names)
            else:
                yield node.module, node in top


def floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


CODE = [(room, path) for room, path in modules() if room != "__init__"]


@pytest.mark.parametrize(("room", "path"), CODE, ids=[str(path.relative_to(ROOT)) for _, path in CODE])
def test_imports_run_one_way(room: str, path: Path) -> None:
    for module, at_top in imports(path):
        if not module.startswith("parentchild."):
            continue
        target = module.split(".")[1]
        if target == room or (not at_top and target in LAZY.get(room, set())):
            continue
        assert floor(target) < floor(room), f"{room} imports {module}"


@pytest.mark.parametrize(("room", "path"), CODE, ids=[str(path.relative_to(ROOT)) for _, path in CODE])
def test_no_module_reaches_for_the_outside(room: str, path: Path) -> None:
    forbidden = FORBIDDEN - PERMITTED.get(room, set())
    assert not {module.split(".")[0] for module, _ in imports(path)} & forbidden
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


def test_importing_the_face_is_quick() -> None:
    """Names are loaded when first asked for, so the face costs less than its two dependencies do."""
    script = (
        "import time; start = time.perf_counter(); import attrs, datetime, dateutil.parser, uuid, re, enum; "
        "middle = time.perf_counter(); import parentchild; end = time.perf_counter(); "
        "print((end - middle) / (middle - start))"
    )
    ratios = sorted(
        float(
            subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        )
        for _ in range(3)
    )
    assert ratios[0] < 1


def test_everything_on_the_face_exists_and_is_documented() -> None:
    assert len(set(parentchild.__all__)) == len(parentchild.__all__)
    for name in parentchild.__all__:
        assert getattr(parentchild, name).__doc__, name
