"""Spark: the prefilter in the JVM, a detector on each partition of what is left, and their states merged.

`hunt` is for a DataFrame of any size, `on_batch` for a stream. Both need the extra `spark` (PySpark 3.4 or
newer), and this package installed where the executors run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from importlib import import_module
from typing import Any, Protocol

import attrs

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.findings.finding import Finding
from parentchild.hunting import CAPACITY, Report
from parentchild.hunting.frames import engines, schemas, select
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.telemetry import FieldMap
from parentchild.telemetry.fields import NOTHING

_DEVICES = (
    ("DeviceName", "DeviceId"),
    ("DvcFQDN", "DvcHostname", "Dvc", "DvcId"),
    ("Hostname", "Computer", "host"),
    ("hostname",),
    ("dest", "host"),
)
"""The columns in which the flat sources name a device, as their readers try them."""

_SCHEMA = "state string, invalid long"


def hunt(
    frame: Any,  # noqa: ANN401 - a pyspark DataFrame, which type checkers may not see
    *,
    registry: RelationRegistry = DEFAULT_RELATIONS,
    exclusions: Iterable[Exclusion] = (),
    source: object = telemetry,
    device: Sequence[str] = (),
    partitions: int | None = None,
) -> Report:
    """Look through a Spark DataFrame of any size, and report as `parentchild.hunt` does.

    The JVM filters by the raw names that are in the data; what is left is repartitioned by device, and each
    partition has a detector of its own. Their states, which hold findings and evidence and no rows, are
    merged here. The result does not depend on the number of partitions.

    Unlike `parentchild.hunt` it does not look up parents that are known by their pid alone: they count as
    unknown. Rows that cannot be read are counted, and not kept.

    Args:
        frame: a DataFrame of one flat source, or of what a `FieldMap` describes.
        registry: the relations to evaluate by.
        exclusions: what is expected in your environment.
        source: what its rows are: a source of `parentchild.telemetry`, that itself, or a `FieldMap`.
        device: the columns that name the device, the first that says something counts; empty for those of
            the source.
        partitions: into how many parts the survivors are divided; None for Spark's own choice.

    Raises:
        InvalidArgument: the DataFrame is of no flat source, or has no column that names the device.
        ImportError: the extra `spark` is not installed.

    Cost: two passes over the columns of the names, and one over those of the survivors. Cache a DataFrame
    that is costly to compute.
    """
    detector = Detector(registry, exclusions=exclusions, window=None, capacity=CAPACITY)
    prefilter = detector.prefilter
    key = _device_key(frame, source, device)
    survivors = engines.candidates(frame, prefilter, source)
    partition = _Partition(detector, source)
    divided = _divided(survivors, key, partitions)
    rows = divided.mapInArrow(partition, _SCHEMA).collect()
    merged = reduce(Detector.merge, (_restored(row["state"], registry) for row in rows), detector)
    stats = merged.stats
    return Report(
        findings=merged.findings(),
        suppressed=merged.suppressed(),
        stats=attrs.evolve(
            stats,
            seen=frame.count(),
            watched=stats.watched + prefilter.expected,
            expected=stats.expected + prefilter.expected,
        ),
        invalid_count=sum(row["invalid"] for row in rows),
        exclusions=detector.settings.exclusions,
    )


@attrs.frozen
class Saved:
    """What a stream keeps between two batches, to be stored as one.

    Args:
        batch_id: the batch after which it was saved.
        findings: the findings that are new, changed or closed by that batch, as flat rows of JSON values.
        state: everything the detector remembers, as JSON values.
        invalid: how many rows of that batch could not be read.
    """

    batch_id: int
    findings: tuple[dict[str, object], ...]
    state: Mapping[str, object]
    invalid: int = 0


class Store(Protocol):
    """Where a stream keeps its state and puts its findings; both at once, or a crash could part them."""

    def load(self) -> Saved | None:
        """Return what was saved last, None at the very beginning."""
        ...

    def save(self, saved: Saved, /) -> None:
        """Keep the state and publish the findings, both or neither."""
        ...


def on_batch(
    store: Store, *, detector: Detector | None = None, source: object = telemetry
) -> Callable[[Any, int], None]:
    """Return a function for `DataStreamWriter.foreachBatch` that detects from batch to batch.

    Spark may give a batch a second time after a crash. Such a batch is known by its number and passed over,
    since its findings and the state after it were saved together: nothing is lost, nothing reported twice.

    Args:
        store: keeps state and findings.
        detector: how to begin: its registry and options count, its memory does not; None for the default.
        source: what the rows are: a source of `parentchild.telemetry`, that itself, or a `FieldMap`.
    """
    first = Detector() if detector is None else detector
    reader: Any = source

    def each(frame: Any, batch_id: int) -> None:  # noqa: ANN401 - a pyspark DataFrame
        saved = store.load()
        if saved is not None and batch_id <= saved.batch_id:
            return
        state = first.state() if saved is None else saved.state
        running = Detector.from_state(state, registry=first.registry)
        frame = frame.persist()  # it is asked three times
        try:
            rows = select(frame, running.prefilter, source).rows
        finally:
            frame.unpersist()
        unread = _Unread()
        # Spark gives the rows of a batch in no order; sorted, they always give the same findings.
        events = sorted(
            reader.read_many(rows, on_invalid=unread), key=lambda event: (event.timestamp, repr(event))
        )
        found = running.observe_many(events)
        store.save(Saved(batch_id, tuple(map(Finding.to_dict, found)), running.state(), unread.count))

    return each


class _Unread:
    """Counts rows that cannot be read: raising would stop a stream at one for ever."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, index: int, error: InvalidEvent) -> None:
        del index, error
        self.count += 1


class _Partition:
    """Evaluates one partition; it travels to the executors, so it holds plain values only."""

    def __init__(self, detector: Detector, source: object) -> None:
        self._state = json.dumps(detector.state())
        self._registry = detector.registry
        self._source = source if isinstance(source, FieldMap) else getattr(source, "__name__", "")

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        pyarrow: Any = import_module("pyarrow")
        detector = _restored(self._state, self._registry)
        prefilter = detector.prefilter
        source: Any = import_module(self._source) if isinstance(self._source, str) else self._source
        unread = _Unread()
        for batch in batches:
            known = schemas.layouts_of(batch.schema.names, source)
            rows = engines.exactly(batch.to_pylist(), known, prefilter)
            for event in source.read_many(rows, on_invalid=unread):
                detector.observe(event)
        columns = {"state": [json.dumps(detector.state())], "invalid": [unread.count]}
        yield pyarrow.RecordBatch.from_pydict(columns)


def _restored(state: str, registry: RelationRegistry) -> Detector:
    return Detector.from_state(json.loads(state), registry=registry)


def _divided(frame: Any, key: Any, partitions: int | None) -> Any:  # noqa: ANN401
    return frame.repartition(key) if partitions is None else frame.repartition(partitions, key)


def _device_key(frame: Any, source: object, device: Sequence[str]) -> Any:  # noqa: ANN401
    """Return the column by which rows are divided: equal for rows whose device a reader reads as the same."""
    functions: Any = import_module("pyspark.sql.functions")
    named = tuple(device) or ((source.device,) if isinstance(source, FieldMap) else ())
    found = named or next((each for each in _DEVICES if any(name in frame.columns for name in each)), ())
    columns = [functions.col(name).cast("string") for name in found if name in frame.columns]
    if not columns:
        raise InvalidArgument("device", list(frame.columns), "must name a column of the frame")
    known = [functions.when(~functions.trim(column).isin(*sorted(NOTHING)), column) for column in columns]
    return functions.coalesce(*known, functions.lit(""))
