"""Validators: foreign tools that prove an export. A missing one skips its test, or fails it on request."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

REQUIRED = os.environ.get("PARENTCHILD_REQUIRE_VALIDATORS") == "1"
_KQLCHECK = Path(__file__).parent / "kqlcheck"


def validator(module: str) -> Any:
    """Return a validator's module; skip the test when it is not installed, or fail it where it must be."""
    try:
        return importlib.import_module(module)
    except ImportError:
        missing(f"{module} is not installed; pip install 'parentchild[validators]'")


def missing(why: str) -> Any:
    """Skip the test that asks, or fail it when validators are required."""
    if REQUIRED:
        pytest.fail(why)
    pytest.skip(why)


class Analysis(NamedTuple):
    """What Microsoft's parser says of one query."""

    diagnostics: list[str]
    columns: list[tuple[str, str]]
    literals: list[str]


def tables() -> Mapping[str, Mapping[str, str]]:
    """The columns of the tables that the queries read, with their types."""
    found: dict[str, dict[str, str]] = json.loads((_KQLCHECK / "tables.json").read_text("utf-8"))["tables"]
    return found


def analyse(queries: Sequence[str]) -> list[Analysis]:
    """Parse and analyse queries with Microsoft's own Kusto parser."""
    node = _node()
    done = subprocess.run(
        [node, str(_KQLCHECK / "check.mjs")],
        input=json.dumps({"tables": tables(), "queries": list(queries)}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [
        Analysis(each["diagnostics"], [(name, kind) for name, kind in each["columns"]], each["literals"])
        for each in json.loads(done.stdout)
    ]


@cache
def _node() -> str:
    node = shutil.which("node")
    if node is None:
        missing("node is not installed")
    if not (_KQLCHECK / "node_modules" / "@kusto" / "language-service-next").is_dir():
        missing("Microsoft's Kusto parser is not installed; npm install --prefix tests/export/kqlcheck")
    return str(node)
