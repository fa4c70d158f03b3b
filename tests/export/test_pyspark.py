"""The PySpark snippet: plain Python 3.10 by itself, and on a real local Spark the detector's findings."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS
from parentchild.export.pyspark import render
from tests.export.agreement import EXCLUSIONS, detected, finding_key, row_key
from tests.export.defender_tables import NOW, RICH_RELATIONS, Tables
from tests.export.validators import missing, tables, validator

_TYPES = {"string": "string", "long": "bigint", "int": "int", "datetime": "timestamp", "bool": "boolean"}


def test_it_is_python_3_10_and_imports_nothing_but_pyspark() -> None:
    tree = ast.parse(render(RICH_RELATIONS, exclusions=EXCLUSIONS), feature_version=(3, 10))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert (modules, names) == ({"pyspark.sql"}, {"datetime"})


def test_a_linter_for_python_3_10_finds_no_error_in_it(tmp_path: Path) -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    if ruff is None:
        missing("ruff is not installed")
    snippet = tmp_path / "snippet.py"
    snippet.write_text(render(DEFAULT_RELATIONS, exclusions=EXCLUSIONS), "utf-8")
    options = ["check", "--isolated", "--no-cache", "--target-version", "py310", "--select", "E9,F,B,UP"]
    done = subprocess.run([str(ruff), *options, str(snippet)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = validator("pyspark.sql")
    if shutil.which("java") is None:
        missing("java is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        yield session
        session.stop()


@pytest.mark.filterwarnings("default")  # Spark's own
@pytest.mark.parametrize("with_exclusions", [False, True])
def test_on_spark_it_finds_what_the_detector_finds(spark: Any, *, with_exclusions: bool) -> None:
    exclusions = EXCLUSIONS if with_exclusions else ()
    made = Tables(RICH_RELATIONS, seed=77)
    processes, devices = made.process_events(1500), made.device_events(250)
    snippet = types.ModuleType("snippet")
    exec(compile(render(RICH_RELATIONS, exclusions=exclusions), "snippet", "exec"), snippet.__dict__)  # noqa: S102
    frames = [
        spark.createDataFrame(
            [tuple(row.get(column) for column in tables()[table]) for row in rows],
            ", ".join(f"{column} {_TYPES[kind]}" for column, kind in tables()[table].items()),
        )
        for table, rows in (("DeviceProcessEvents", processes), ("DeviceEvents", devices))
    ]
    found = [row.asDict() for row in snippet.mismatches(*frames).collect()]
    findings = detected(RICH_RELATIONS, processes, devices, exclusions)
    keys = {row_key(_in_utc(row)) for row in found}
    expected = {finding_key(finding) for finding in findings}
    assert (keys - expected, expected - keys) == (set(), set())
    assert keys


def _in_utc(row: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: row[name].astimezone(NOW.tzinfo) for name in ("Timestamp", "LastSeen")
    }  # local, by PySpark
    return row | times
