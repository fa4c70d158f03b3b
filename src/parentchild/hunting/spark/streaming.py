"""A stream: each device's history is keyed state, which Spark keeps, checkpoints and expires."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from importlib import import_module
from typing import Any, Final

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.findings.columns import spark_schema
from parentchild.hunting.frames.filtering import filter_rows
from parentchild.hunting.frames.schemas import TableSchema
from parentchild.hunting.rows import RowSource
from parentchild.hunting.spark.executors import device_key, order
from parentchild.hunting.spark.jobs import Job
from parentchild.hunting.spark.tables import checked, escaped, flat_schema, functions, quoted, read_columns
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.telemetry import Device

FINDING_SCHEMA: Final = spark_schema()
"""The columns of what a stream gives, in Spark's DDL: those of `Finding.to_dict()`."""

CAPACITY: Final = 10_000
"""How many things are remembered of one device at most."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_WATERMARK = "spark.watermarkDelayMs"
_READ = "struct<device: binary, event: binary, is_unreadable: boolean>"
_OUTPUT = "finding string"
_STATE = "history binary"
_TIMES = {"timestamp": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "timestamp_ntz": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"}


def hunt_stream(
    frame: Any,  # noqa: ANN401 - a pyspark DataFrame, which type checkers may not see
    *,
    registry: RelationRegistry = DEFAULT_RELATIONS,
    exclusions: Iterable[Exclusion] = (),
    source: RowSource = telemetry,
    device: Device | None = None,
    zone: tzinfo | None = None,
    window: timedelta = timedelta(hours=2),
    capacity: int = CAPACITY,
    suppression: Suppression | None = CrashHandler(),  # noqa: B008 - frozen, so it can be shared
    report_unknown: bool = False,
    resolve_parents: bool = False,
    system_drive: str | Mapping[str, str] = "C:",
) -> Any:  # noqa: ANN401 - a pyspark DataFrame
    """Return the findings of a Structured Streaming DataFrame, as one: a row with `FINDING_SCHEMA` for each.

    A row is a finding of one device: new there (`created`), or explained away by crash evidence that came
    late (`closed`). Silent repeats only count. `fleet` adds the rows up over all devices.

    Each device's history is the state of one key, kept and checkpointed by Spark: restarted from its
    checkpoint, a stream goes on where it was, with nothing lost and nothing twice in a sink that is itself
    exactly once. A device of which nothing was heard for the window, by the watermark, is forgotten.

    Put the watermark on a time that your own store wrote: the clock of one host could drive it ahead of all
    others. Spark drops what is later than the watermark's delay, and counts it in the query's progress
    (`numRowsDroppedByWatermark`). There the observed metrics `parentchild` tell how many rows mattered and
    how many of them were unreadable.

    Args:
        frame: a streaming DataFrame of one flat source, with a watermark.
        registry: the relations to evaluate by.
        exclusions: what is expected in your environment.
        source: what reads the rows: `parentchild.telemetry` itself, one of its modules, or a `FieldMap`.
        device: names the device of rows that do not: a text, or a function of the row.
        zone: the zone of local times.
        window: how long a device's things are remembered, and how long a silent device is.
        capacity: how many things are remembered of one device at most.
        suppression: the crash-handler policy, or None for no suppression.
        report_unknown: whether starts whose parent is unknown are reported as well.
        resolve_parents: whether parents known by pid alone are looked up among the starts seen before. Then
            every start is part of its device's state, until its pid is another's or its process exited
            before the watermark.
        system_drive: the drive from which Windows runs: one for all devices, or a mapping of devices to
            theirs, as `Detector` takes it.

    Raises:
        InvalidArgument: the DataFrame is no stream, has no watermark, is of no flat source, or nothing in it
            names the device; or an option is outside its range. All of that is said before anything runs.
        ImportError: the extra `spark` is not installed.

    Cost: the columns of the names reach Python for each row that may be a start; one micro-batch sorts and
    evaluates what is left, and writes the states of the devices in it.
    """
    settings = Detector(
        registry,
        exclusions=exclusions,
        window=window,
        capacity=capacity,
        suppression=suppression,
        report_unknown=report_unknown,
        resolve_parents=resolve_parents,
        system_drive=system_drive,
    ).settings
    if settings.window is None:
        raise InvalidArgument("window", window, "must be a timedelta: a stream's state may not grow for ever")
    job = Job(registry=registry, settings=settings, source=source, device=device, zone=zone)
    schema = checked(frame, source, device, is_stream=True)
    at = _watermarked(frame)
    columns = functions()
    asked = _asked(schema)
    survivors = frame.filter(_interest(job, schema.names, asked)(*map(quoted, asked)))
    read = survivors.select(
        quoted(at), _reader(job)(_row(read_columns(survivors, schema, device))).alias("read")
    )
    # What is observed is a barrier to Spark's optimizer too: the reader runs once for a row.
    observed = read.observe(
        "parentchild",
        columns.count(columns.lit(1)).alias("rows"),
        columns.sum(columns.col("read.is_unreadable").cast("long")).alias("unreadable"),
    )
    events = observed.filter(columns.col("read.event").isNotNull()).select(
        quoted(at).alias("at"),
        columns.expr(f"unix_millis({escaped(at)})").alias("milliseconds"),
        columns.col("read.device").alias("device"),
        columns.col("read.event").alias("event"),
    )
    found = events.groupBy("device").applyInPandasWithState(
        _on_device(job, settings.window), _OUTPUT, _STATE, "append", "EventTimeTimeout"
    )
    return found.select(columns.from_json("finding", FINDING_SCHEMA).alias("finding")).select("finding.*")


def fleet(findings: Any) -> Any:  # noqa: ANN401 - pyspark DataFrames
    """Return the fleet's view of what a stream gave: a row for each finding that stands, over all devices.

    A finding stands on a device while it was created there more often than it was closed. The columns are
    `uid`, `child`, `parent`, `directory`, `reasons`, `severity`, `severity_id`, `explanation` (that of
    the earliest event), `first_seen`, `last_seen`, `device_count`, `devices` and `occurrences`; the last two
    times and counts are as of when rows were given, so they are lower bounds.

    Args:
        findings: a DataFrame with `FINDING_SCHEMA`, of all rows so far: the table that the stream writes.

    Cost: a shuffle of the rows, and one of the findings a device.
    """
    columns = functions()
    is_created = columns.col("activity") == "created"
    net = columns.sum(is_created.cast("int") - (columns.col("activity") == "closed").cast("int"))
    names = ("child", "parent", "directory", "reasons", "severity", "explanation")

    def earliest(name: str) -> Any:  # noqa: ANN401 - a pyspark Column
        return columns.min_by(name, columns.struct("first_seen", "device")).alias(name)

    by_device = (
        findings.withColumn("device", columns.element_at("devices", 1))
        .groupBy("uid", "device")
        .agg(
            net.alias("net"),
            *(earliest(name) for name in names),
            columns.max("severity_id").alias("severity_id"),
            columns.min(columns.when(is_created, columns.col("first_seen"))).alias("first_seen"),
            columns.max("last_seen").alias("last_seen"),
            columns.sum(columns.when(is_created, columns.col("occurrences"))).alias("occurrences"),
        )
        .filter("net > 0")
    )
    return by_device.groupBy("uid").agg(
        *(earliest(name) for name in names),
        columns.max("severity_id").alias("severity_id"),
        columns.min("first_seen").alias("first_seen"),
        columns.max("last_seen").alias("last_seen"),
        columns.count(columns.lit(1)).alias("device_count"),
        columns.sort_array(columns.collect_list("device")).alias("devices"),
        columns.sum("occurrences").alias("occurrences"),
    )


def _watermarked(frame: Any) -> str:  # noqa: ANN401
    for field in frame.schema.fields:
        if _WATERMARK in field.metadata:
            name: str = field.name
            return name
    reason = "must have a watermark, so that state can end: frame.withWatermark(time, delay)"
    raise InvalidArgument("frame", list(frame.columns), reason)


def _asked(schema: TableSchema) -> list[str]:
    """Return the columns by which rows are filtered, those that there are."""
    wanted: dict[str | None, None] = dict.fromkeys(schema.deciding)
    for each in schema.sources:
        columns = each.columns
        wanted |= dict.fromkeys((columns.child, columns.parent, each.thread_source, *columns.facts.values()))
    return [name for name in wanted if name is not None and name in schema.names]


def _row(frame: Any) -> Any:  # noqa: ANN401 - a pyspark Column
    """Return a row as JSON text: Arrow would bring times to pandas without their zone, and in nanoseconds."""
    columns = functions()
    values = [
        columns.date_format(quoted(name), _TIMES[kind]).alias(name) if kind in _TIMES else quoted(name)
        for name, kind in frame.dtypes
    ]
    return columns.to_json(columns.struct(*values), {"ignoreNullFields": "false"})


def _vectorised(function: Callable[..., Any], returns: str, takes: Any, gives: Any) -> Any:  # noqa: ANN401
    """Return a function as one of columns; PySpark reads the types of what it takes and gives from it."""
    function.__annotations__ = {**dict.fromkeys(function.__annotations__, takes), "return": gives}
    return functions().pandas_udf(function, returns)


def _interest(job: Job, names: frozenset[str], asked: list[str]) -> Any:  # noqa: ANN401
    """Return the function of columns that tells which rows could matter."""
    pandas: Any = import_module("pandas")
    prefilter = job.detector().prefilter
    schema = flat_schema(names, job.source)

    def matters(*series: Any) -> Any:  # noqa: ANN401 - pandas.Series
        columns = dict(zip(asked, series, strict=True))
        lists: dict[str, list[Any]] = {}

        def column(name: str) -> list[Any]:
            if name not in lists:
                lists[name] = columns[name].tolist()
            return lists[name]

        found = filter_rows(schema, prefilter, column, len(series[0]))
        told = [False] * len(series[0])
        for place in found:
            told[place] = True
        return import_module("pandas").Series(told, dtype=bool)

    return _vectorised(matters, "boolean", pandas.Series, pandas.Series)


def _reader(job: Job) -> Any:  # noqa: ANN401
    """Return the function of a column of rows that gives their devices and events."""
    pandas: Any = import_module("pandas")
    prefilter = job.detector().prefilter

    def read(rows: Any) -> Any:  # noqa: ANN401 - pandas.Series to pandas.DataFrame
        told = [_read(job, prefilter, row) for row in rows]
        return import_module("pandas").DataFrame(told, columns=["device", "event", "is_unreadable"])

    return _vectorised(read, _READ, pandas.Series, pandas.DataFrame)


def _read(job: Job, prefilter: Any, row: str) -> tuple[bytes | None, bytes | None, bool]:  # noqa: ANN401
    unreadable: list[InvalidEvent] = []
    for event in job.read((row,), prefilter, lambda _, error: unreadable.append(error)):
        return device_key(event), pickle.dumps(event), False
    return None, None, bool(unreadable)


def _on_device(job: Job, window: timedelta) -> Any:  # noqa: ANN401
    """Return the function that Spark calls for each device in a micro-batch, and for each that timed out."""

    def found(key: tuple[bytes], frames: Iterator[Any], state: Any) -> Iterator[Any]:  # noqa: ANN401
        del key
        if state.hasTimedOut:
            state.remove()
            return
        events: list[Any] = []
        latest = 0
        for frame in frames:
            events.extend(map(pickle.loads, frame["event"]))
            latest = max(latest, int(frame["milliseconds"].max()))
        events.sort(key=order)
        detector = job.restored(state.get[0]) if state.exists else job.detector()
        findings = detector.observe_many(events)
        watermark = state.getCurrentWatermarkMs()
        saved = job.saved(detector, watermark=_EPOCH + timedelta(milliseconds=watermark))
        if saved is not None:
            state.update((saved,))
            ends = latest + window // timedelta(milliseconds=1)
            state.setTimeoutTimestamp(max(ends, watermark + 1))
        elif state.exists:
            state.remove()
        if findings:
            texts = [json.dumps(each.to_dict()) for each in findings]
            yield import_module("pandas").DataFrame({"finding": texts})

    return found
