"""What runs in the executors of a batch: rows become events, and each device's events its findings.

Both are fed through Arrow by `mapInArrow`. Between them Spark shuffles by device and sorts, so a device's events
come one after the other, and only one device's history is held at a time. Events travel pickled: what
reads them was written by the same job a moment before.
"""

from __future__ import annotations

import pickle  # noqa: S403 - see above
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from importlib import import_module
from itertools import groupby
from typing import Any, Final

import attrs

from parentchild.detector import Detector, Stats
from parentchild.detector.stats import NAMES, Counts, stats_of
from parentchild.errors import InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited, record_order
from parentchild.hunting.following import awaited_pids
from parentchild.hunting.frames.engines import exactly
from parentchild.hunting.frames.filtering import known
from parentchild.hunting.frames.listed import counted
from parentchild.hunting.frames.schemas import TableSchema
from parentchild.hunting.rows import InvalidRow, InvalidRows
from parentchild.hunting.spark.jobs import Job
from parentchild.relations.exclusions import Exclusion
from parentchild.telemetry import RowCounts

READ: Final = "device binary, turn int, at long, tie string, payload binary"
"""The columns of what was read: of which device, when its turn is, and the event."""

FOUND: Final = "kind string, payload binary"
"""The columns of what was found."""

MOST_PIDS: Final = 2_000
"""Up to so many awaited pids Spark looks for rows with just these; more are most of the pids there are."""

_ACCOUNT, _NAMED, _AWAITING, _START = range(-1, 3)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
_OFFSET = 2**64
_AT_ONCE = 4096
_DEVICES_AT_ONCE = 64


@attrs.frozen(kw_only=True)
class Account:
    """What became of the rows that reached one executor.

    Args:
        counts: what the reader counted.
        actions: how many of the rows each action had.
        invalid: which of them could not be read.
    """

    counts: RowCounts
    actions: Counter[object]
    invalid: tuple[InvalidRow, ...]


@attrs.frozen(kw_only=True)
class Deferred:
    """Devices that must be evaluated again, once the starts of some pids are known.

    Args:
        devices: how many.
        pids: those pids; None for too many to name.
    """

    devices: int
    pids: frozenset[int] | None


@attrs.frozen
class ReadCandidates:
    """Reads the rows that could matter, and tells what became of each."""

    job: Job
    schemas: tuple[TableSchema, ...]
    accounts: bool

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Take batches of rows; give batches with the columns of `READ`."""
        job, action = self.job, self.schemas[0].columns.action
        prefilter = job.prefilter(remembers_processes=False)
        counts, invalid, actions = RowCounts(), InvalidRows(), Counter[object]()
        for batch in batches:
            rows = exactly(batch.to_pylist(), self.schemas, prefilter)
            taken = {None: len(rows)} if action is None else counted(known(row[action]) for row in rows)
            actions.update(taken)
            events = job.read(rows, job.prefilter(remembers_processes=False), invalid, counts)
            yield from _read_batches((self._turn(event), event) for event in events)
        if self.accounts:
            account = Account(counts=counts, actions=actions, invalid=invalid.rows)
            yield _batch(READ, [(b"", _ACCOUNT, 0, "", pickle.dumps(account))])

    def _turn(self, event: Event) -> int:
        follows = self.job.settings.resolve_parents and event.device and isinstance(event, ProcessCreated)
        return _AWAITING if follows and awaited_pids(event) else _NAMED


@attrs.frozen
class ReadStarts:
    """Reads starts and exits, for the names of pids; what cannot be read was told with the candidates."""

    job: Job

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Take batches of rows; give batches with the columns of `READ`."""
        prefilter = self.job.prefilter(remembers_processes=True)
        for batch in batches:
            events = self.job.read(batch.to_pylist(), prefilter, _known_already)
            yield from _read_batches(
                (_START, event)
                for event in events
                if event.device and isinstance(event, ProcessCreated | ProcessExited)
            )


@attrs.frozen
class FindOnDevices:
    """Evaluates the events of each device by a detector of its own.

    Args:
        job: how.
        is_second: whether starts are there now; then only devices that wait for some are evaluated.
    """

    job: Job
    is_second: bool

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Take batches with the columns of `READ`, sorted; give batches with those of `FOUND`."""
        counts = Counts()
        deferred, pids = 0, set[int]()
        found: list[Detector] = []
        for _, rows in groupby(_rows(batches), key=lambda row: row[0]):
            detector, awaited, accounts = self._evaluated(rows)
            for account in accounts:
                yield _batch(FOUND, [("account", account)])
            if awaited and not self.is_second:
                deferred += 1
                if len(pids) <= MOST_PIDS:
                    pids |= awaited
                continue
            if self.is_second and not awaited:
                continue
            add_stats(counts, detector.stats, self.job.settings.exclusions)
            # Its starts have done their work; what is left is as small as its findings.
            saved = self.job.saved(detector, keeps_processes=False)
            if saved is not None:
                found.append(self.job.restored(saved))
            if len(found) >= _DEVICES_AT_ONCE:
                yield from self._states(found)
                found = []
        yield from self._states(found)
        stats = stats_of(counts, self.job.settings.exclusions)
        yield _batch(FOUND, [("stats", pickle.dumps(stats))])
        if deferred:
            told = None if len(pids) > MOST_PIDS else frozenset(pids)
            yield _batch(FOUND, [("deferred", pickle.dumps(Deferred(devices=deferred, pids=told)))])

    def _evaluated(self, rows: Iterable[tuple[Any, ...]]) -> tuple[Detector, set[int], list[bytes]]:
        """Return a device's detector, the pids that it waits for, and accounts that came along."""
        detector, aside, awaited, accounts = self.job.detector(), list[ProcessCreated](), set[int](), list[bytes]()
        for _, turn, payload in rows:
            if turn == _ACCOUNT:
                accounts.append(payload)
                continue
            event: Any = pickle.loads(payload)  # noqa: S301 - this job's own
            if turn == _NAMED:
                detector.observe(event)
            elif turn == _AWAITING:
                aside.append(event)
                awaited.update(awaited_pids(event))
            elif event.process.pid in awaited:
                detector.follow(event)
        for event in aside if self.is_second else ():
            detector.observe(event)
        return detector, awaited, accounts

    def _states(self, detectors: list[Detector]) -> Iterator[Any]:
        if detectors:
            yield _batch(FOUND, [("state", self.job.saved(self.job.merged(detectors)))])


def add_stats(counts: Counts, stats: Stats, exclusions: tuple[Exclusion, ...]) -> None:
    """Add what one detector has counted to what others have."""
    counts.update({name: getattr(stats, name) for name in NAMES})
    counts.update(dict(stats.missing))
    counts.update(dict(zip(exclusions, stats.by_exclusion, strict=True)))


def order(event: Event) -> tuple[int, str]:
    """Return by what Spark sorts a device's events: the time in microseconds, then the record's id."""
    kind, number, text = record_order(event.record_id)
    return (event.timestamp - _EPOCH) // _MICROSECOND, f"{kind}{number + _OFFSET:021d}{text}"


def device_key(event: Event) -> bytes:
    """Return an event's device as bytes: a text may hold what Arrow cannot."""
    return event.device.encode("utf-8", "surrogatepass")


def _read_batches(events: Iterable[tuple[int, Event]]) -> Iterator[Any]:
    rows: list[tuple[Any, ...]] = []
    for turn, event in events:
        at, tie = order(event)
        rows.append((device_key(event), turn, at, tie.encode("utf-8", "replace").decode(), pickle.dumps(event)))
        if len(rows) >= _AT_ONCE:
            yield _batch(READ, rows)
            rows = []
    if rows:
        yield _batch(READ, rows)


_ARROW = {"binary": "binary", "int": "int32", "long": "int64", "string": "string"}


def _batch(schema: str, rows: list[tuple[Any, ...]]) -> Any:  # noqa: ANN401 - a pyarrow RecordBatch
    pyarrow: Any = import_module("pyarrow")
    fields = [each.split(" ") for each in schema.split(", ")]
    columns = zip(*rows, strict=True)
    arrays = [
        pyarrow.array(values, type=pyarrow.type_for_alias(_ARROW[kind]))
        for values, (_, kind) in zip(columns, fields, strict=True)
    ]
    return pyarrow.RecordBatch.from_arrays(arrays, names=[name for name, _ in fields])


def _rows(batches: Iterator[Any]) -> Iterator[tuple[Any, ...]]:
    for batch in batches:
        columns = [batch.column(batch.schema.get_field_index(name)) for name in ("device", "turn", "payload")]
        yield from zip(*(column.to_pylist() for column in columns), strict=True)


def _known_already(index: int, error: InvalidEvent) -> None:
    del index, error
