"""What runs in the executors of a batch: rows become events, and each device's events its findings.

Both are fed through Arrow by `mapInArrow`. Between them Spark shuffles by device and sorts, so a device's
events come one after the other, and only one device's history is held at a time. Events travel pickled: what
is read was written by the same job a moment before.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta, timezone
from importlib import import_module
from itertools import groupby
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from parentchild.detector import Detector, Stats
from parentchild.detector.stats import NAMES, Counts, stats_of
from parentchild.errors import InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited, record_order
from parentchild.hunting.following import Awaited, could_matter, may_learn_more
from parentchild.hunting.frames.engines import exactly
from parentchild.hunting.frames.schemas import Key
from parentchild.hunting.frames.selection import counted
from parentchild.hunting.rows import InvalidRow, InvalidRows
from parentchild.hunting.spark.jobs import Job
from parentchild.hunting.spark.tables import flat_schema
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import RowCounts

READ: Final = "device binary, turn int, at long, tie string, payload binary"
"""The columns of what was read: of which device, when its turn is, and the event."""

FOUND: Final = "kind string, payload binary"
"""The columns of what was found."""

MOST_NAMED: Final = 2_000
"""Up to so many awaited names Spark looks for just these; more are most of those that there are."""

MOST_PROCESSES: Final = 20_000
"""Up to so many awaited processes Spark looks for just these; a longer list takes longer than it saves."""

_T = TypeVar("_T")
_ACCOUNT, _IN_HAND, _ASIDE, _START = range(-1, 3)
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
        taken: how many of the rows had each key.
        invalid: which of them could not be read.
        expected: how many the reader held back because they are as Windows does it.
        nameless: how many starts that could matter name no device.
    """

    counts: RowCounts
    taken: dict[Key, int]
    invalid: tuple[InvalidRow, ...]
    expected: int
    nameless: int


Processes: TypeAlias = frozenset[tuple[str, int | None]]
"""Processes by device and pid."""


@attrs.frozen(kw_only=True)
class Deferred:
    """That some devices must be evaluated again, once the starts of some processes are known.

    Args:
        processes: those processes; None for too many.
        copies: of them, those of which it matters what they started.
        names: their names, None where not all are known, or too many.
        copied: the names of `copies`.
    """

    processes: Processes | None
    copies: Processes
    names: frozenset[str] | None
    copied: frozenset[str]

    @classmethod
    def of(cls, awaited: Awaited) -> Deferred:
        """Return what a device waits for."""
        return cls._named(
            awaited.own, awaited.copies, awaited.names if awaited.are_named else None, awaited.copied
        )

    @classmethod
    def union(cls, deferred: Iterable[Deferred]) -> Deferred:
        """Return what all of them wait for."""
        each = tuple(deferred)
        return cls._named(
            _union([one.processes for one in each]),
            frozenset[tuple[str, int | None]]().union(*(one.copies for one in each)),
            _union([one.names for one in each]),
            frozenset[str]().union(*(one.copied for one in each)),
        )

    @classmethod
    def _named(
        cls,
        processes: AbstractSet[tuple[str, int | None]] | None,
        copies: AbstractSet[tuple[str, int | None]],
        names: AbstractSet[str] | None,
        copied: AbstractSet[str],
    ) -> Deferred:
        """Return what is waited for; what is too much to name is not named."""
        are_few = processes is not None and len(processes) <= MOST_PROCESSES
        return cls(
            processes=frozenset(processes) if processes is not None and are_few else None,
            copies=frozenset(copies) if are_few else frozenset(),
            names=None if names is None or len(names) > MOST_NAMED else frozenset(names),
            copied=frozenset(copied),
        )

    def prefilter(self) -> Prefilter:
        """Return what lets these starts and exits pass, and few others."""
        awaited = Awaited(names=set(self.names or ()), are_named=self.names is not None)
        awaited.copied.update(self.copied)
        return awaited.prefilter()

    def includes(self, event: Event) -> bool:
        """Tell whether an event is the start or exit of one of them, or a start by a copy."""
        if not (event.device and isinstance(event, ProcessCreated | ProcessExited)):
            return False
        if self.processes is None or (event.device, event.process.pid) in self.processes:
            return True
        parent = event.parent if isinstance(event, ProcessCreated) else None
        return parent is not None and (event.device, parent.pid) in self.copies


def _union(sets: list[frozenset[_T] | None]) -> frozenset[_T] | None:
    """Return the union of sets; None where one of them is not known."""
    known = [each for each in sets if each is not None]
    return frozenset[_T]().union(*known) if len(known) == len(sets) else None


@attrs.frozen
class ReadCandidates:
    """Reads the rows that could matter, and tells what became of each.

    Args:
        job: how.
        accounts: whether that is told; a second reading reads the same rows.
    """

    job: Job
    accounts: bool

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Take batches of rows; give batches with the columns of `READ`."""
        prefilter = self.job.settling()
        counts, invalid, taken, nameless = RowCounts(), InvalidRows(), Counter[Key](), 0
        for batch in batches:
            schema = flat_schema(batch.schema.names, self.job.source)
            rows = exactly(batch.to_pylist(), schema, prefilter)
            taken.update(counted(tuple([row[name] for name in schema.deciding]) for row in rows))
            told: list[tuple[int, Event]] = []
            for event in self.job.read(rows, prefilter, invalid, counts):
                told.append((self._turn(event, prefilter), event))
                if not event.device and isinstance(event, ProcessCreated):
                    nameless += could_matter(event, prefilter)
            yield from _read_batches(told)
        if self.accounts:
            account = Account(
                counts=counts,
                taken=dict(taken),
                invalid=invalid.rows,
                expected=prefilter.expected,
                nameless=nameless,
            )
            yield _batch(READ, [(b"", _ACCOUNT, 0, "", pickle.dumps(account))])

    def _turn(self, event: Event, prefilter: Prefilter) -> int:
        if not isinstance(event, ProcessCreated) or not event.device or not self.job.settings.resolve_parents:
            return _IN_HAND
        return _ASIDE if may_learn_more(event, prefilter) else _IN_HAND


@attrs.frozen
class ReadStarts:
    """Reads the starts and exits that are waited for; what cannot be read was told with the candidates."""

    job: Job
    deferred: Deferred

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Take batches of rows; give batches with the columns of `READ`."""
        prefilter = self.deferred.prefilter()
        for batch in batches:
            rows = exactly(batch.to_pylist(), flat_schema(batch.schema.names, self.job.source), prefilter)
            yield from _read_batches(
                (_START, event)
                for event in self.job.read(rows, prefilter, _known_already)
                if self.deferred.includes(event)
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
        exclusions = self.job.settings.exclusions
        deferred: list[Deferred] = []
        found: list[Detector] = []
        for _, rows in groupby(_rows(batches), key=lambda row: row[0]):
            device = _Device(self.job)
            for _, turn, payload in rows:
                if turn == _ACCOUNT:
                    yield _batch(FOUND, [("account", payload)])
                else:
                    device.take(turn, pickle.loads(payload))  # noqa: S301 - this job's own
            if bool(device.aside) is not self.is_second:
                if device.aside:
                    deferred = [Deferred.union([*deferred, Deferred.of(device.awaited)])]
                continue
            detector = device.evaluated()
            add_stats(counts, detector.stats, exclusions)
            # Its starts have done their work; what is left is as small as its findings.
            saved = self.job.saved(detector, keeps_processes=False)
            if saved is not None:
                found.append(self.job.restored(saved))
            if len(found) >= _DEVICES_AT_ONCE:
                yield self._states(found)
                found = []
        if found:
            yield self._states(found)
        yield _batch(FOUND, [("stats", pickle.dumps(stats_of(counts, exclusions)))])
        if deferred:
            yield _batch(FOUND, [("deferred", pickle.dumps(deferred[0]))])

    def _states(self, detectors: list[Detector]) -> Any:  # noqa: ANN401 - a pyarrow RecordBatch
        return _batch(FOUND, [("state", self.job.saved(self.job.merged(detectors)))])


class _Device:
    """One device while its events come: those in hand, those set aside, then starts and exits."""

    def __init__(self, job: Job) -> None:
        self._detector = job.detector()
        self.aside: list[ProcessCreated] = []
        self.awaited = Awaited()

    def take(self, turn: int, event: Any) -> None:  # noqa: ANN401 - an event
        """Take in the next event."""
        if turn == _IN_HAND:
            self._detector.observe(event)
        elif turn == _ASIDE:
            self.aside.append(event)
            self.awaited.add(event)
        elif self.aside and self.awaited.includes(event):
            self._detector.follow(event)

    def evaluated(self) -> Detector:
        """Return its detector once all have come."""
        for event in self.aside:
            self._detector.observe(event)
        return self._detector


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
        rows.append(
            (device_key(event), turn, at, tie.encode("utf-8", "replace").decode(), pickle.dumps(event))
        )
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
