"""A table of any size: filtered in the JVM, shuffled by device, one history a device in the executors."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

import attrs

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.detector.stats import Counts, stats_of
from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.engines import Narrowed, narrowed
from parentchild.hunting.frames.schemas import Key
from parentchild.hunting.frames.selection import settled_counts
from parentchild.hunting.hunts import CAPACITY
from parentchild.hunting.report import Report
from parentchild.hunting.rows import InvalidRow, RowSource
from parentchild.hunting.spark.awaited import can_tell, tells_of
from parentchild.hunting.spark.executors import (
    FOUND,
    READ,
    Account,
    Deferred,
    FindOnDevices,
    ReadCandidates,
    ReadStarts,
    add_stats,
)
from parentchild.hunting.spark.jobs import Job
from parentchild.hunting.spark.tables import checked, flat_schema, functions, places, read_columns
from parentchild.hunting.stats import hunt_stats, source_counts
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.telemetry import Device, RowCounts

_NAMELESS = "CASE WHEN length(device) = 0 THEN pmod(at, 64) ELSE 0 END"
"""Rows that name no device are only counted, so they may lie apart: no partition need hold all of them."""


def hunt(
    frame: Any,  # noqa: ANN401 - a pyspark DataFrame, which type checkers may not see
    *,
    registry: RelationRegistry = DEFAULT_RELATIONS,
    exclusions: Iterable[Exclusion] = (),
    source: RowSource = telemetry,
    device: Device | None = None,
    zone: tzinfo | None = None,
    suppression: Suppression | None = CrashHandler(),  # noqa: B008 - frozen, so it can be shared
    report_unknown: bool = False,
    resolve_parents: bool = True,
    system_drive: str | Mapping[str, str] = "C:",
    partitions: int | None = None,
) -> Report:
    """Look through a Spark DataFrame of any size, and report as `parentchild.hunt` does.

    The JVM filters by the raw names that are in the data; what is left is shuffled by device, and each device
    is evaluated by a detector of its own, in the order of its events' times. The driver receives their
    findings and counts, no rows. The result does not depend on the number of partitions.

    Where a row that matters leaves out its parent's name, path or command line, its device is evaluated a
    second time, with the starts and exits of that pid, which are then read from the whole frame.

    Args:
        frame: a DataFrame of one flat source, or of what a `FieldMap` describes.
        registry: the relations to evaluate by.
        exclusions: what is expected in your environment.
        source: what reads the rows: `parentchild.telemetry` itself, one of its modules, or a `FieldMap`.
        device: names the device of rows that do not: a text, or a function of the row.
        zone: the zone of local times.
        suppression: the crash-handler policy, or None for no suppression.
        report_unknown: whether starts whose parent is unknown are reported as well.
        resolve_parents: whether parents known by pid alone are looked up.
        system_drive: the drive from which Windows runs: one for all devices, or a mapping of devices to
            theirs, as `Detector` takes it.
        partitions: into how many parts the survivors are divided; None for Spark's own choice.

    Returns:
        The report. Rows of a DataFrame stand in no order, so the index of each unreadable row is 0;
        `unreadable` gives these rows themselves.

    Raises:
        InvalidArgument: the DataFrame is a stream, of no flat source, or nothing in it names the device; or
            an option is outside its range. All of that is said before anything runs.
        ImportError: the extra `spark` or `frames` is not installed.

    Cost: three or four passes over the columns of the names, and one over those of the survivors; where
    processes are looked up, another pass over device and pids, and one over the survivors. Cache a DataFrame
    that is costly to compute.
    """
    settings = Detector(
        registry,
        exclusions=exclusions,
        window=None,
        capacity=CAPACITY,
        suppression=suppression,
        report_unknown=report_unknown,
        resolve_parents=resolve_parents,
        system_drive=system_drive,
    ).settings
    job = Job(registry=registry, settings=settings, source=source, device=device, zone=zone)
    if partitions is not None and (type(partitions) is not int or partitions < 1):
        raise InvalidArgument("partitions", partitions, "must be an int of at least 1, or None")
    checked(frame, source, device, is_stream=False)
    prefilter = job.settling()
    found = narrowed(frame, prefilter, source)
    result = _Result(job)
    result.take(_evaluated(job, found, None, partitions))
    if result.deferred:
        starts = _starts(frame, job, Deferred.union(result.deferred))
        result.take(_evaluated(job, found, starts, partitions))
    return result.report(found, expected=prefilter.expected)


def _evaluated(job: Job, found: Narrowed, starts: Any, partitions: int | None) -> Iterable[Any]:  # noqa: ANN401
    """Return what the executors find; with the events of `starts`, on the devices that wait for some."""
    is_second = starts is not None
    rows = read_columns(found.frame, found.schema, job.device)
    events = rows.mapInArrow(ReadCandidates(job, not is_second), READ)
    if is_second:
        events = events.union(starts)
    salt = functions().expr(_NAMELESS)
    keys = ("device", salt) if partitions is None else (partitions, "device", salt)
    divided = events.repartition(*keys).sortWithinPartitions("device", "turn", "at", "tie")
    rows_found: Iterable[Any] = divided.mapInArrow(FindOnDevices(job, is_second), FOUND).collect()
    return rows_found


def _starts(frame: Any, job: Job, deferred: Deferred) -> Any:  # noqa: ANN401 - pyspark DataFrames
    """Return the starts and exits that devices wait for, with the columns of `READ`, and few others."""
    schema = flat_schema(frame.columns, job.source)
    told = places(schema, job.source)
    if deferred.processes is not None and can_tell(frame, told) and not callable(job.device):
        rows = frame.filter(" OR ".join(tells_of(frame, each, deferred) for each in told))
    else:
        rows = narrowed(frame, deferred.prefilter(), job.source).frame
    return read_columns(rows, schema, job.device).mapInArrow(ReadStarts(job, deferred), READ)


class _Result:
    """What the executors gave back, added up."""

    def __init__(self, job: Job) -> None:
        self._job = attrs.evolve(job, settings=attrs.evolve(job.settings, capacity=1 << 62))
        self._states: list[bytes] = []
        self._counts = RowCounts()
        self._taken = Counter[Key]()
        self._expected = self._nameless = 0
        self._invalid: dict[tuple[str, str], InvalidRow] = {}
        self._detected = Counts()
        self.deferred: list[Deferred] = []

    def take(self, rows: Iterable[Any]) -> None:
        """Take in rows with the columns of `FOUND`."""
        for row in rows:
            if row["kind"] == "state":
                self._states.append(bytes(row["payload"]))
                continue
            told: Any = pickle.loads(row["payload"])  # noqa: S301 - this job's own
            if isinstance(told, Account):
                self._account(told)
            elif isinstance(told, Deferred):
                self.deferred.append(told)
            else:
                add_stats(self._detected, told, self._job.settings.exclusions)

    def _account(self, account: Account) -> None:
        self._counts.add(account.counts)
        self._taken.update(account.taken)
        self._expected += account.expected
        self._nameless += account.nameless
        for row in account.invalid:
            known = self._invalid.get((row.field, row.reason))
            count = row.count + (0 if known is None else known.count)
            value = row.value if known is None else min(row.value, known.value)
            self._invalid[row.field, row.reason] = attrs.evolve(row, index=0, value=value, count=count)

    def report(self, found: Narrowed, *, expected: int) -> Report:
        """Return the report. Cost: linear in the findings of all devices."""
        self._counts.add(settled_counts(found.schema, found.keys, self._taken))
        merged = self._job.merged(map(self._job.restored, self._states))
        exclusions = self._job.settings.exclusions
        stats = stats_of(self._detected, exclusions)
        return Report(
            findings=merged.findings(),
            suppressed=merged.suppressed(),
            stats=hunt_stats(
                self._counts, stats, expected=expected + self._expected, nameless=self._nameless
            ),
            sources=source_counts(self._counts),
            invalid=tuple(
                sorted(self._invalid.values(), key=lambda row: (-row.count, row.field, row.reason))
            ),
            exclusions=tuple(zip(exclusions, stats.by_exclusion, strict=True)),
        )
