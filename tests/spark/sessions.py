"""A local Spark, and tables for it."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

SCHEMA = (
    "Timestamp timestamp, DeviceName string, ActionType string, FileName string, FolderPath string, "
    "ProcessId long, ProcessCommandLine string, InitiatingProcessFileName string, "
    "InitiatingProcessFolderPath string, InitiatingProcessId long, ReportId long"
)
"""The columns of `tests.hunting.telemetry_rows`."""


def session(cores: int = 2, **options: str) -> Any:
    """Return a session of its own process's; options with `__` in place of a dot."""
    os.environ["PYSPARK_PYTHON"] = sys.executable  # else the workers take whatever python3 is first
    builder: Any = importlib.import_module("pyspark.sql").SparkSession.builder
    builder = builder.master(f"local[{cores}]").appName("parentchild")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "America/New_York",  # so that no time is right by chance
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.adaptive.enabled": "false",  # what pays off for large data alone
        "spark.sql.codegen.wholeStage": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    for name, value in (settings | {key.replace("__", "."): value for key, value in options.items()}).items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def frame(spark: Any, rows: list[dict[str, Any]], schema: str = SCHEMA) -> Any:
    """Return rows as a DataFrame."""
    return spark.createDataFrame([tuple(row.values()) for row in rows], schema)


def written(rows: list[dict[str, Any]], directory: Path, files: int) -> None:
    """Write rows as so many files, one for each micro-batch."""
    directory.mkdir()
    size = -(-len(rows) // files)
    for number in range(files):
        lines = [
            json.dumps({**row, "Timestamp": row["Timestamp"].isoformat()})
            for row in rows[number * size : (number + 1) * size]
        ]
        (directory / f"{number:03}.json").write_text("\n".join(lines), "utf-8")
        os.utime(directory / f"{number:03}.json", (number + 1, number + 1))  # Spark reads the oldest first


def stream(spark: Any, directory: Path, schema: str = SCHEMA) -> Any:
    """Return the stream of what was written, a file a micro-batch."""
    reader = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(str(directory))
    return reader.withWatermark("Timestamp", "2 hours")


def run(findings: Any, home: Path) -> Any:
    """Run a stream into files until all there is was read; return the query."""
    query = (
        findings.writeStream.format("json")
        .option("path", str(home / "out"))
        .option("checkpointLocation", str(home / "checkpoint"))
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    return query
