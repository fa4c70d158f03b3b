"""The one-call form: rows in, a report out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

import attrs

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.detector.detector import prefilter_for
from parentchild.relations.evaluation import missing_name
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited
from parentchild.findings.finding import Activity, Finding, finding_order
from parentchild.hunting.report import Report
from parentchild.hunting.rows import CountedRows, InvalidRows, Row, Source
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.prefilter import Prefilter
from parentchild.relations.registry import RelationRegistry

CAPACITY = 1_000_000
"""How many things `hunt` remembers: it looks at one lot of rows, so it can afford more than a stream."""

_Place: TypeAlias = tuple[str, int | None]


class Hunt:
    """A hunt that can be watched, interrupted, and asked for its report at any time.

    It is an iterator: it reads rows until a finding is new, changed or closed, and gives that. Whatever ends
    the reading (the rows' end, Ctrl-C, an error in the rows themselves), `report()` tells what was found so
    far. A loop that was left can be taken up again; a reading that was interrupted in the middle cannot. If
    the interruption struck while something was judged, each finding is given as it was last told, which may
    be before its latest repeats.

    The arguments are those of `hunt`.

    Raises:
        InvalidArgument: `rows` is one row, no rows at all, or columns of no flat source.

    >>> row = {"Timestamp": "2026-03-01T09:30:00Z", "DeviceId": "ws-42", "ActionType": "ProcessCreated",
    ...        "FileName": "svchost.exe", "ProcessId": 4242,
    ...        "InitiatingProcessFileName": "explorer.exe", "InitiatingProcessId": 1337}
    >>> going = Hunt([row, row])
    >>> next(going).parent
    'explorer.exe'
    >>> going.report().is_complete, len(going.report())
    (False, 1)
    """

    def __init__(
        self,
        rows: object,
        *,
        registry: RelationRegistry = DEFAULT_RELATIONS,
        exclusions: Iterable[Exclusion] = (),
        source: Source = telemetry,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._is_table = _is_table(rows)
        if not (self._is_table or _are_rows(rows)):
            raise InvalidArgument("rows", rows, _why_no_rows(rows))
        if not hasattr(source, "read_many"):
            raise InvalidArgument("source", source, "must be telemetry, one of its modules, or a FieldMap")
        self._rows: object = rows
        self._source = source
        self._again = isinstance(rows, Sequence)
        self._detector = Detector(
            registry, exclusions=exclusions, window=None, capacity=CAPACITY, resolve_parents=True
        )
        follows = not self._again and not self._is_table
        self._prefilter = _prefilter_of(self._detector, follows=follows)
        self._counted = CountedRows(() if self._is_table else cast("Iterable[Row]", rows), progress)
        self._invalid = InvalidRows()
        self._told: dict[str, Finding] = {}
        self._is_between_events = True
        self._awaited: set[_Place] = set()  # devices and pids by which parents are known
        self._is_complete = False
        self._findings = self._read()

    def __iter__(self) -> Iterator[Finding]:
        return self

    def __next__(self) -> Finding:
        return next(self._findings)

    def run(self) -> None:
        """Read what is left of the rows. Cost: that of `hunt`."""
        deque(self._findings, maxlen=0)

    def report(self) -> Report:
        """Return what was found so far. Cost: a sort of the findings."""
        stats = self._detector.stats
        return Report(
            findings=self._detector.findings() if self._is_between_events else self._as_told(),
            suppressed=self._detector.suppressed() if self._is_between_events else (),
            stats=attrs.evolve(
                stats,
                seen=self._counted.rows,
                watched=stats.watched + self._prefilter.expected,
                expected=stats.expected + self._prefilter.expected,
            ),
            invalid=tuple(self._invalid.rows),
            invalid_count=self._invalid.count,
            exclusions=self._detector.settings.exclusions,
            is_complete=self._is_complete,
        )

    def _as_told(self) -> tuple[Finding, ...]:
        """Return what stands by what was told: an interruption has left the detector halfway in an event."""
        standing = (each for each in self._told.values() if each.activity is not Activity.CLOSED)
        return tuple(sorted(standing, key=finding_order))

    def _read(self) -> Iterator[Finding]:
        if self._is_table:
            yield from self._read_table()
        else:
            events = self._source.read_many(
                self._counted, prefilter=self._prefilter, on_invalid=self._invalid
            )
            yield from self._judged(events)
            if self._again and self._awaited:
                yield from self._follow_rows(cast("Iterable[Row]", self._rows))
        self._counted.finish()
        self._is_complete = True

    def _read_table(self) -> Iterator[Finding]:
        """Let the engine that holds a table look for what could matter, and judge that."""
        from parentchild.hunting import frames  # noqa: PLC0415 - loaded when a table is handed in

        found = frames.select(self._rows, self._prefilter, self._source)
        self._counted.count(found.seen)
        again = _prefilter_of(self._detector, follows=False)  # what it holds back is counted already

        def on_invalid(index: int, error: InvalidEvent) -> None:
            self._invalid(found.position(index), error)

        yield from self._judged(self._source.read_many(found.rows, prefilter=again, on_invalid=on_invalid))
        if self._awaited:
            yield from self._follow_rows(found.everything())

    def _follow_rows(self, rows: Iterable[Row]) -> Iterator[Finding]:
        prefilter = self._detector.prefilter
        events = self._source.read_many(rows, prefilter=prefilter, on_invalid=_known_already)
        self._is_between_events = False
        for each in _follow(self._detector, events, self._awaited):
            self._told[each.uid] = each
            yield each
        self._is_between_events = True

    def _judged(self, events: Iterable[Event]) -> Iterator[Finding]:
        """Judge events; while one is in hand, an interruption leaves the detector halfway."""
        for event in events:
            self._is_between_events = False
            if isinstance(event, ProcessCreated):
                self._awaited.update(_known_by_pid(event))
            found = self._detector.observe(event)
            for each in found:
                self._told[each.uid] = each
            self._is_between_events = True
            yield from found


def hunt(
    rows: object,
    *,
    registry: RelationRegistry = DEFAULT_RELATIONS,
    exclusions: Iterable[Exclusion] = (),
    source: Source = telemetry,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Look through rows of process telemetry, and report which processes the wrong parent started.

    Everything counts, however old; crash-handler clones are suppressed by evidence; parents that are known by
    pid alone are looked up among all rows. A list or tuple of rows is read a second time if a watched child's
    parent is known by its pid alone; rows that can be read only once take a little longer, since each start
    must be remembered. To watch a long hunt, or to keep what was found when it is interrupted, make a `Hunt`
    instead.

    Rows that cannot be read are reported, not raised. Rows that cannot matter are passed over by their names
    before they are parsed, so an error in such a row is not looked for. To check every row, use
    `telemetry.read_many(rows, on_invalid=...)` without a prefilter.

    Args:
        rows: rows of any shape that `parentchild.telemetry` knows, in any order, shapes mixed as they come;
            or columns, a mapping of names to lists; or a frame of pandas, Polars, PyArrow, DuckDB or PySpark
            (extra `frames`). Columns and frames are of one flat source, or of a `FieldMap`.
        registry: the relations to judge by.
        exclusions: what is normal at home.
        source: what reads the rows: `parentchild.telemetry` itself, one of its modules, or a `FieldMap`.
        progress: called with the number of rows read so far, every ten thousand rows and at the end.

    Raises:
        InvalidArgument: `rows` is one row, no rows at all, or columns of no flat source; or `source` reads no
            rows.

    Cost: one pass over the rows; two dict look-ups for one that does not matter.

    >>> row = {"Timestamp": "2026-03-01T09:30:00Z", "DeviceId": "ws-42", "ActionType": "ProcessCreated",
    ...        "FileName": "svchost.exe", "ProcessId": 4242,
    ...        "InitiatingProcessFileName": "explorer.exe", "InitiatingProcessId": 1337}
    >>> report = hunt([row])
    >>> [(finding.child, finding.parent) for finding in report]
    [('svchost.exe', 'explorer.exe')]
    """
    going = Hunt(rows, registry=registry, exclusions=exclusions, source=source, progress=progress)
    going.run()
    return going.report()


def _why_no_rows(rows: object) -> str:
    if isinstance(rows, Mapping):
        return "is one row; give a collection of rows: hunt([row])"
    if isinstance(rows, str | bytes):
        return "is a text; no file is opened here: give the rows that are in it"
    return "must be a collection of rows, each a mapping, or of columns"


def _are_rows(rows: object) -> bool:
    return hasattr(rows, "__iter__") and not isinstance(rows, str | bytes | Mapping)


def _is_table(rows: object) -> bool:
    if isinstance(rows, list | tuple):
        return False
    from parentchild.hunting import frames  # noqa: PLC0415 - not needed for a list of rows

    return frames.is_table(rows)


def _prefilter_of(detector: Detector, *, follows: bool) -> Prefilter:
    """Return a prefilter for a detector, which by itself lets every start through to learn what pids mean."""
    return prefilter_for(detector.registry, detector.settings.suppression, remembers_processes=follows)


def _known_by_pid(event: ProcessCreated) -> Iterator[_Place]:
    """Yield where those are that an event knows by their pid alone.

    All of them count, not only those without a name yet: a start that the prefilter held back may be a later one
    of the same pid than the one that gave the name.
    """
    for process in (event.parent, event.creator):
        if process is not None and process.pid and missing_name(process) is not None:
            yield event.device, process.pid


def _follow(detector: Detector, events: Iterable[Event], awaited: set[_Place]) -> Iterator[Finding]:
    """Show a detector the starts and exits of the pids that it was given; yield what that changes."""
    for event in events:
        if isinstance(event, ProcessCreated | ProcessExited) and _place(event) in awaited:
            detector.follow(event)
    yield from ()


def _place(event: ProcessCreated | ProcessExited) -> _Place:
    return event.device, event.process.pid


def _known_already(index: int, error: InvalidEvent) -> None:
    """Pass over a row that the first reading has reported."""
    del index, error
