"""A hunt over a DataFrame of any size, on a real Spark.

Run it with `python docs/examples/spark_batch.py`; it needs the extras `spark` and `frames`, and Java 17. On a
cluster the DataFrame comes from a table (`spark.table("DeviceProcessEvents")`) instead of from this script.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import Any

from parentchild import spark

SCHEMA = (
    "Timestamp timestamp, DeviceName string, ActionType string, FileName string, FolderPath string, "
    "ProcessId long, InitiatingProcessFileName string, InitiatingProcessFolderPath string, "
    "InitiatingProcessId long, ReportId long"
)
SYSTEM32 = r"C:\Windows\System32"
THE_WRONG_ONE = 1234


def rows() -> list[tuple[Any, ...]]:
    """Return a day of thirty quiet machines, and one service host that a script started."""
    start = datetime(2026, 3, 1, tzinfo=timezone.utc)
    usual = [
        ("svchost.exe", "services.exe"),
        ("taskhostw.exe", "svchost.exe"),
        ("chrome.exe", "explorer.exe"),
    ]
    found: list[tuple[Any, ...]] = []
    for number in range(3000):
        child, parent = ("svchost.exe", "powershell.exe") if number == THE_WRONG_ONE else usual[number % 3]
        found.append(
            (
                start + timedelta(seconds=28 * number),
                f"ws-{number % 30:02}",
                "ProcessCreated",
                child,
                rf"{SYSTEM32}\{child}",
                4000 + number,
                parent,
                rf"{SYSTEM32}\{parent}",
                700,
                number,
            )
        )
    return found


def main() -> None:
    """Make a session, and hunt."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = import_module("pyspark.sql").SparkSession.builder
    session = builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    print(spark.hunt(session.createDataFrame(rows(), SCHEMA)))
    session.stop()


if __name__ == "__main__":
    main()
