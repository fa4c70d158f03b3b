"""One Spark session for all tests here; without PySpark or Java they are skipped, unless required."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest


def _missing() -> str:
    for name in ("pyspark", "pyarrow", "pandas", "narwhals"):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed"
    return "" if shutil.which("java") or os.environ.get("JAVA_HOME") else "there is no Java"


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    missing = _missing()
    if missing and os.environ.get("PARENTCHILD_REQUIRE_SPARK") != "1":
        pytest.skip(f"{missing}; Spark's tests need the extras spark and frames, and Java 17")
    assert not missing, missing
    os.environ["PYSPARK_PYTHON"] = sys.executable  # else the workers take whatever python3 is first
    builder: Any = importlib.import_module("pyspark.sql").SparkSession.builder
    session = (
        builder.master("local[2]")
        .appName("parentchild")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
