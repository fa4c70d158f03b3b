"""The blocks of the page about Spark run, in their order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, about pandas and Python

PAGE = Path(__file__).parents[2] / "docs" / "spark.md"
BLOCK = re.compile(r"^(?:```python notest spark|<!-- setup)\n(.*?)^(?:```|-->)$", re.MULTILINE | re.DOTALL)


def test_the_page_about_spark_runs(spark_session: Any, tmp_path: Path) -> None:
    space: dict[str, Any] = {"session": spark_session, "directory": str(tmp_path)}
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    assert len(blocks) == 6
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), space)  # noqa: S102 - that is the test
    assert space["report"].stats.rows == 3
