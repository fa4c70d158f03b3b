"""A stream that can be stopped at any moment and taken up again, on a real Spark.

Run it with `python docs/examples/spark_stream.py`; it needs the extras `spark` and `frames`, and Java 17. The
store here is a directory; where there is a table with transactions, keep the state and the findings in that.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from parentchild.hunting.spark import Saved, on_batch

SCHEMA = (
    "Timestamp timestamp, DeviceName string, ActionType string, FileName string, ProcessId long, "
    "InitiatingProcessFileName string, InitiatingProcessId long"
)


class Directory:
    """Keeps the state and the findings of each batch in one file, which appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def load(self) -> Saved | None:
        """Return what was saved last."""
        files = sorted(self.path.glob("*.json"))
        return Saved(**json.loads(files[-1].read_text("utf-8"))) if files else None

    def save(self, saved: Saved, /) -> None:
        """Keep the state and publish the findings; the file before this one is no longer needed."""
        draft = self.path / "draft"
        draft.write_text(
            json.dumps({"batch_id": saved.batch_id, "findings": saved.findings, "state": saved.state}),
            "utf-8",
        )
        draft.rename(self.path / f"{saved.batch_id:09}.json")


def main() -> None:
    """Write three files of events, and read them as a stream, in two goes."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = import_module("pyspark.sql").SparkSession.builder
    session = builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    home = Path(tempfile.mkdtemp())
    (home / "in").mkdir()
    store = Directory(home / "out")
    for number, parent in enumerate(["services.exe", "explorer.exe", "explorer.exe"]):
        row = {"Timestamp": f"2026-03-01T09:0{number}:00Z", "DeviceName": f"ws-{number}",
               "ActionType": "ProcessCreated", "FileName": "svchost.exe", "ProcessId": 4000 + number,
               "InitiatingProcessFileName": parent, "InitiatingProcessId": 700}  # fmt: skip
        (home / "in" / f"{number}.json").write_text(json.dumps(row), "utf-8")
        if number:  # the second go begins where the first one ended
            read(session, home, store)
    for file in sorted(store.path.glob("*.json")):
        saved = json.loads(file.read_text("utf-8"))
        for finding in saved["findings"]:
            print(saved["batch_id"], finding["activity"], finding["explanation"])
    session.stop()


def read(session: Any, home: Path, store: Directory) -> None:  # noqa: ANN401 - a SparkSession
    """Read what is there and was not read yet."""
    stream = session.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(str(home / "in"))
    query = (
        stream.writeStream.foreachBatch(on_batch(store))
        .option("checkpointLocation", str(home / "checkpoint"))
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


if __name__ == "__main__":
    main()
