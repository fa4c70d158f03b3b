"""Spark: past one machine, the engine filters and shuffles by device, and keeps each device's history.

`hunt` is for a table of any size, `hunt_stream` for a stream; `fleet` adds up what a stream gave, and
`unreadable` gives the rows that could not be read. They need the extra `spark` (PySpark 3.4 or newer), all
but a stream also the extra `frames`, and this package where the executors run.
"""

from __future__ import annotations

from parentchild.hunting.spark.batch import hunt
from parentchild.hunting.spark.streaming import FINDING_SCHEMA, fleet, hunt_stream
from parentchild.hunting.spark.unreadable import unreadable

__all__ = ["FINDING_SCHEMA", "fleet", "hunt", "hunt_stream", "unreadable"]
