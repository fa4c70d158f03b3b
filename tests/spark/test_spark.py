"""Spark gives what one process gives, in batch and in a stream that is stopped and taken up again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Detector, InvalidArgument, Report, hunt
from parentchild.hunting.spark import Saved, on_batch
from parentchild.hunting.spark import hunt as hunt_in_spark
from tests.hunting.telemetry_rows import fixed

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, about pandas and Python

SCHEMA = (
    "Timestamp timestamp, DeviceName string, ActionType string, FileName string, FolderPath string, "
    "ProcessId long, ProcessCommandLine string, InitiatingProcessFileName string, "
    "InitiatingProcessFolderPath string, InitiatingProcessId long, ReportId long"
)


def table() -> list[dict[str, Any]]:
    """Return rows that name every parent: by pid alone, Spark's batch does not look them up."""
    return [
        row
        for row in fixed()
        if (row["InitiatingProcessFileName"] or "-").strip() not in {"", "-", "?", "N/A"}
    ]


def frame(spark: Any, rows: list[dict[str, Any]]) -> Any:
    return spark.createDataFrame([tuple(row.values()) for row in rows], SCHEMA)


def told(report: Report) -> tuple[Any, ...]:
    return report.findings, report.suppressed, report.stats, report.invalid_count


@pytest.mark.parametrize("registry", [DEFAULT_RELATIONS, SEED_RELATIONS], ids=["default", "seed"])
def test_a_hunt_over_a_dataframe_gives_what_its_rows_give(spark: Any, registry: Any) -> None:
    rows = fixed()
    assert told(hunt(frame(spark, rows), registry=registry)) == told(hunt(rows, registry=registry))


@pytest.mark.parametrize("partitions", [1, 3, 7])
def test_any_number_of_partitions_gives_what_one_process_gives(spark: Any, partitions: int) -> None:
    rows = table()
    expected = hunt(rows)
    assert len(expected) > 10
    assert told(hunt_in_spark(frame(spark, rows), partitions=partitions)) == told(expected)


def test_rows_that_cannot_be_read_are_counted(spark: Any) -> None:
    rows = table()
    rows[5] = {**rows[5], "ActionType": "ProcessCreated", "FileName": "svchost.exe", "Timestamp": None}
    found = hunt_in_spark(frame(spark, rows), partitions=2)
    assert found.invalid_count == hunt(rows).invalid_count == 1


def test_a_device_column_that_is_not_there_is_refused(spark: Any) -> None:
    with pytest.raises(InvalidArgument, match="must name a column"):
        hunt_in_spark(frame(spark, table()).drop("DeviceName"))


class Directory:
    """A store that keeps state and findings of a batch in one file, which appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(exist_ok=True)

    def saved(self) -> list[Saved]:
        files = sorted(self.path.glob("*.json"))
        return [Saved(**json.loads(file.read_text("utf-8"))) for file in files]

    def load(self) -> Saved | None:
        every = self.saved()
        return every[-1] if every else None

    def save(self, saved: Saved, /) -> None:
        text = json.dumps(
            {"batch_id": saved.batch_id, "findings": saved.findings, "state": saved.state,
             "invalid": saved.invalid}
        )  # fmt: skip
        draft = self.path / "draft"
        draft.write_text(text, "utf-8")
        draft.rename(self.path / f"{saved.batch_id:06}.json")


class CrashError(Exception):
    """What the test raises in the middle of a batch."""


def test_a_stream_goes_on_after_a_crash_without_loss_or_repetition(spark: Any, tmp_path: Path) -> None:
    rows = table()
    parts = [rows[start : start + 60] for start in range(0, len(rows), 60)]
    source = tmp_path / "in"
    source.mkdir()
    for number, part in enumerate(parts):
        lines = [json.dumps({**row, "Timestamp": row["Timestamp"].isoformat()}) for row in part]
        (source / f"{number}.json").write_text("\n".join(lines), "utf-8")
    store = Directory(tmp_path / "out")
    detector = Detector(window=None)

    def run(crash_after: int | None) -> None:
        each = on_batch(store, detector=detector)

        def tried(batch: Any, batch_id: int) -> None:
            each(batch, batch_id)
            if batch_id == crash_after:
                raise CrashError  # after the findings are out, and before Spark has noted that

        reader = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(str(source))
        query = (
            reader.writeStream.foreachBatch(tried)
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()

    with pytest.raises(Exception, match="Crash"):
        run(crash_after=1)
    run(crash_after=None)
    saved = store.saved()
    assert [each.batch_id for each in saved] == list(range(len(parts)))
    last = Detector.from_state(saved[-1].state)
    whole = Detector(window=None)
    whole.observe_many(_events(rows))
    assert last.findings() == whole.findings()
    assert last.suppressed() == whole.suppressed()
    told_of = [
        finding["uid"] for each in saved for finding in each.findings if finding["activity"] == "created"
    ]
    assert len(told_of) == len(set(told_of)), "a finding was reported as new twice"
    assert {finding.uid for finding in whole.findings()} <= set(told_of)


def _events(rows: list[dict[str, Any]]) -> list[Any]:
    from parentchild.telemetry import defender  # noqa: PLC0415

    return list(defender.read_many(rows))


def test_a_batch_that_comes_a_second_time_is_passed_over(tmp_path: Path) -> None:
    store = Directory(tmp_path / "out")
    store.save(Saved(7, (), Detector().state()))
    on_batch(store)(object(), 7)  # it would fail if it looked at the batch
    assert len(store.saved()) == 1
