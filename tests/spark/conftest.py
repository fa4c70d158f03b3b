"""One Spark session for all tests here; without PySpark or Java they are skipped, unless required."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.spark.sessions import session


def _missing() -> str:
    for name in ("pyspark", "pyarrow", "pandas", "narwhals"):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed"
    return "" if shutil.which("java") or os.environ.get("JAVA_HOME") else "there is no Java"


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    missing = _missing()
    if missing and os.environ.get("PARENTCHILD_REQUIRE_SPARK") != "1":
        pytest.skip(f"{missing}; Spark's tests need the extras spark and frames, and Java 17")
    assert not missing, missing
    made = session()
    yield made
    made.stop()
