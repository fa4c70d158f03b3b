"""Unreadable rows: which rows of a table or a stream a hunt could not read, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from importlib import import_module
from typing import Any, Final

import attrs

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.errors import InvalidEvent, shown
from parentchild.hunting.frames.engines import exactly, narrowed
from parentchild.hunting.rows import RowSource
from parentchild.hunting.spark.jobs import Job
from parentchild.hunting.spark.tables import checked, flat_schema
from parentchild.relations.registry import RelationRegistry
from parentchild.telemetry import Device

_ADDED: Final = ("unreadable_field", "unreadable_value", "unreadable_reason")


def unreadable(
    frame: Any,  # noqa: ANN401 - a pyspark DataFrame, which type checkers may not see
    *,
    registry: RelationRegistry = DEFAULT_RELATIONS,
    source: RowSource = telemetry,
    device: Device | None = None,
    zone: tzinfo | None = None,
) -> Any:  # noqa: ANN401 - a pyspark DataFrame
    """Return those rows of a table or a stream that `hunt` or `hunt_stream` cannot read, whole.

    Three columns tell why: `unreadable_field`, `unreadable_value` (shortened and printable) and
    `unreadable_reason`. A report counts these rows by reason and cannot say where they stand, since rows of a
    DataFrame stand in no order.

    Args:
        frame: a DataFrame of one flat source, streaming or not.
        registry: the relations of the hunt; rows that cannot matter to it are not read.
        source: what reads the rows, as in the hunt.
        device: names the device of rows that do not, as in the hunt.
        zone: the zone of local times, as in the hunt.

    Raises:
        InvalidArgument: the DataFrame is of no flat source, or nothing in it names the device.
        ImportError: the extra `spark` or `frames` is not installed.

    Cost: that of reading. A table is filtered in the JVM before; all rows of a stream reach Python.
    """
    is_stream = getattr(frame, "isStreaming", False) is True
    checked(frame, source, device, is_stream=is_stream)
    settings = Detector(registry, window=None, resolve_parents=True).settings
    job = Job(registry=registry, settings=settings, source=source, device=device, zone=zone)
    rows = frame if is_stream else narrowed(frame, job.settling(), source).frame
    types: Any = import_module("pyspark.sql.types")
    schema = types.StructType(list(frame.schema.fields))
    for name in _ADDED:
        schema = schema.add(name, types.StringType())
    return rows.mapInArrow(_KeepUnreadable(job), schema)


@attrs.frozen
class _KeepUnreadable:
    """Reads batches of rows, and gives those of them that cannot be read."""

    job: Job

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        pyarrow: Any = import_module("pyarrow")
        prefilter = self.job.settling()
        for batch in batches:
            everything = batch.to_pylist()
            rows = exactly(everything, flat_schema(batch.schema.names, self.job.source), prefilter)
            errors: dict[int, InvalidEvent] = {}
            for _ in self.job.read(rows, prefilter, errors.__setitem__):
                pass
            places = {id(row): place for place, row in enumerate(everything)}
            found = batch.take(pyarrow.array([places[id(rows[index])] for index in errors], pyarrow.int64()))
            told = [(error.field, shown(error.value), error.reason) for error in errors.values()]
            columns = [[each[number] for each in told] for number in range(len(_ADDED))]
            yield pyarrow.RecordBatch.from_arrays(
                [*found.columns, *(pyarrow.array(column, pyarrow.string()) for column in columns)],
                names=[*batch.schema.names, *_ADDED],
            )
