"""A stream that can be stopped at any moment and taken up again, on a real Spark.

Run it with `python docs/examples/spark_stream.py`; it needs the extra `spark`, and Java 17. The source and
the sink are directories here; on a cluster they are tables, or Kafka.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from parentchild import spark

SCHEMA = (
    "Timestamp timestamp, DeviceName string, ActionType string, FileName string, ProcessId long, "
    "InitiatingProcessFileName string, InitiatingProcessId long"
)


def main() -> None:
    """Write three files of events, and read them as a stream, in two goes."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = import_module("pyspark.sql").SparkSession.builder
    builder = builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    home = Path(tempfile.mkdtemp())
    (home / "in").mkdir()
    for number, parent in enumerate(["services.exe", "explorer.exe", "explorer.exe"]):
        row = {"Timestamp": f"2026-03-01T09:0{number}:00Z", "DeviceName": f"ws-{number}",
               "ActionType": "ProcessCreated", "FileName": "svchost.exe", "ProcessId": 4000 + number,
               "InitiatingProcessFileName": parent, "InitiatingProcessId": 700}  # fmt: skip
        (home / "in" / f"{number}.json").write_text(json.dumps(row), "utf-8")
        if number:  # the second go begins where the first one ended
            read(session, home)
    findings = session.read.schema(spark.FINDING_SCHEMA).json(str(home / "out"))
    for found in findings.orderBy("first_seen").collect():
        print(found["activity"], found["explanation"])
    for found in spark.fleet(findings).collect():
        print(f"{found['child']} by {found['parent']} on {found['device_count']} devices")
    session.stop()


def read(session: Any, home: Path) -> None:  # noqa: ANN401 - a SparkSession
    """Read what is there and was not read yet."""
    stream = session.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(str(home / "in"))
    query = (
        spark.hunt_stream(stream.withWatermark("Timestamp", "2 hours"))
        .writeStream.format("json")
        .option("path", str(home / "out"))
        .option("checkpointLocation", str(home / "checkpoint"))
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


if __name__ == "__main__":
    main()
