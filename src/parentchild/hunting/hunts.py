"""The one-call form: rows in, a report out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta, tzinfo

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited
from parentchild.findings.finding import Activity, Finding, finding_order
from parentchild.hunting import frames
from parentchild.hunting.frames import Selection
from parentchild.hunting.following import awaited_pids
from parentchild.hunting.report import Report
from parentchild.hunting.rows import CountedRows, InvalidRows, RowSource
from parentchild.hunting.stats import hunt_stats, source_counts
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.prefilter import Prefilter
from parentchild.relations.registry import RelationRegistry
from parentchild.telemetry import Device, RowCounts, rows_in

CAPACITY = 1_000_000
"""How many things `hunt` remembers: it looks at one lot of rows, so it can afford more than a stream."""


class Hunt:
    """A hunt that can be watched, interrupted, and asked for its report at any time.

    It is an iterator: it reads rows until a finding is new, changed or closed, and gives that. Whatever ends
    the reading (the rows' end, Ctrl-C, an error in the rows themselves), `report()` tells what was found so
    far. A loop that was left can be taken up again; a reading that was interrupted in the middle cannot. If
    the interruption struck while an event was evaluated, each finding is given as it was last told, which may
    be before its latest repeats.

    The arguments are those of `hunt`.

    Raises:
        InvalidArgument: `rows` are no rows, or an option is outside its range.

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
        source: RowSource = telemetry,
        device: Device | None = None,
        zone: tzinfo | None = None,
        progress: Callable[[int], None] | None = None,
        window: timedelta | None = None,
        capacity: int = CAPACITY,
        suppression: Suppression | None = CrashHandler(),  # noqa: B008 - frozen, so it can be shared
        report_unknown: bool = False,
        resolve_parents: bool = True,
    ) -> None:
        if not hasattr(source, "read_many"):
            raise InvalidArgument("source", source, "must be telemetry, one of its modules, or a FieldMap")
        self._is_table = frames.is_table(rows)
        self._rows: object = rows if self._is_table else rows_in(rows)
        self._source = source
        self._device = device
        self._zone = zone
        self._detector = Detector(
            registry,
            exclusions=exclusions,
            window=window,
            capacity=capacity,
            suppression=suppression,
            report_unknown=report_unknown,
            resolve_parents=resolve_parents,
        )
        # What can be read twice is first read for what is named; starts are looked for only if a parent is not.
        self._reads_twice = resolve_parents and (self._is_table or isinstance(self._rows, Sequence))
        follows = resolve_parents and not self._reads_twice
        self._prefilter = self._detector.prefilter_for_rows(remembers_processes=follows)
        self._counts = RowCounts()
        self._read_rows = CountedRows(() if self._is_table else _iterable(self._rows), progress)
        self._invalid = InvalidRows()
        self._told: dict[str, Finding] = {}
        self._is_between_events = True
        self._aside: list[ProcessCreated] = []  # of parents known by pid alone, until all starts were seen
        self._starts_were_seen = not self._reads_twice
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
        return Report(
            findings=self._detector.findings() if self._is_between_events else self._as_told(),
            suppressed=self._detector.suppressed() if self._is_between_events else (),
            stats=hunt_stats(self._counts, self._detector.stats, expected=self._prefilter.expected),
            sources=source_counts(self._counts),
            invalid=tuple(self._invalid.rows),
            exclusions=self._detector.exclusion_counts,
            is_complete=self._is_complete,
        )

    def _as_told(self) -> tuple[Finding, ...]:
        """Return what stands by what was told: an interruption has left the detector halfway in an event."""
        standing = (each for each in self._told.values() if each.activity is not Activity.CLOSED)
        return tuple(sorted(standing, key=finding_order))

    # reading ------------------------------------------------------------------------------------------

    def _read(self) -> Iterator[Finding]:
        if self._is_table:
            found = frames.select(self._rows, self._prefilter, self._source)
            self._count_settled(found)
            yield from self._observed(self._events(found.rows, self._counts, found))
            everything: Iterable[object] = found.everything() if self._aside else ()
        else:
            yield from self._observed(self._events(self._read_rows, self._counts))
            everything = _iterable(self._rows)
        if self._aside:
            self._follow(everything)
            aside, self._aside = self._aside, []
            yield from self._observed(aside)
        self._read_rows.finish()
        self._is_complete = True

    def _events(
        self, rows: Iterable[object], counts: RowCounts, selection: Selection | None = None
    ) -> Iterator[Event]:
        def on_invalid(index: int, error: InvalidEvent, /) -> None:
            self._invalid(index if selection is None else selection.position(index), error)

        return self._source.read_many(
            rows,
            prefilter=self._prefilter if selection is None else self._fresh_prefilter(),
            on_invalid=on_invalid,
            device=self._device,
            zone=self._zone,
            counts=counts,
        )

    def _fresh_prefilter(self) -> Prefilter:
        """Return a prefilter whose count of what it holds back is not used: it was counted in the table."""
        return self._detector.prefilter_for_rows(remembers_processes=False)

    def _count_settled(self, selection: Selection) -> None:
        self._read_rows.count(selection.seen)
        for name, settled in selection.settled.items():
            counts = self._counts.of(name)
            counts.starts += settled.starts
            counts.process_events += settled.process_events
            for kind, number in settled.other_events.items():
                counts.add_other(kind, number)

    def _observed(self, events: Iterable[Event]) -> Iterator[Finding]:
        """Observe events; while one is in hand, an interruption leaves the detector halfway."""
        for event in events:
            if self._sets_aside(event):
                continue
            self._is_between_events = False
            found = self._detector.observe(event)
            for each in found:
                self._told[each.uid] = each
            self._is_between_events = True
            yield from found

    def _sets_aside(self, event: Event) -> bool:
        """Set an event aside whose parent or creator is known by its pid alone; tell whether it was."""
        if self._starts_were_seen or not isinstance(event, ProcessCreated):
            return False
        if awaited_pids(event):
            self._aside.append(event)
            return True
        return False

    def _follow(self, rows: Iterable[object]) -> None:
        """Show the detector the starts and exits of the pids by which parents are known."""
        awaited = {(event.device, pid) for event in self._aside for pid in awaited_pids(event)}
        self._starts_were_seen = True
        events = self._source.read_many(
            rows,
            prefilter=self._detector.prefilter_for_rows(remembers_processes=True),
            on_invalid=_known_already,
            device=self._device,
            zone=self._zone,
        )
        for event in events:
            if (
                isinstance(event, ProcessCreated | ProcessExited)
                and (event.device, event.process.pid) in awaited
            ):
                self._detector.follow(event)


def hunt(
    rows: object,
    *,
    registry: RelationRegistry = DEFAULT_RELATIONS,
    exclusions: Iterable[Exclusion] = (),
    source: RowSource = telemetry,
    device: Device | None = None,
    zone: tzinfo | None = None,
    progress: Callable[[int], None] | None = None,
    window: timedelta | None = None,
    capacity: int = CAPACITY,
    suppression: Suppression | None = CrashHandler(),  # noqa: B008 - frozen, so it can be shared
    report_unknown: bool = False,
    resolve_parents: bool = True,
) -> Report:
    """Look through rows of process telemetry, and report which processes the wrong parent started.

    Everything counts, however old; crash-handler clones are suppressed by evidence; parents that are known by
    pid alone are looked up among all starts. What can be read twice (a list, a frame) is read a second time if
    a watched child's parent is known by its pid alone. Rows that can be read only once take longer, since
    each start must be remembered, and only starts seen before can tell what a pid meant. To watch a long hunt,
    or to keep what was found when it is interrupted, make a `Hunt` instead.

    Rows that cannot be read are reported, not raised, and every row is in exactly one count of
    `report.stats`. Rows that cannot matter are passed over by their names before they are parsed, so an error
    in such a row is not looked for.

    Args:
        rows: rows of any shape that `parentchild.telemetry` knows, in any order, shapes mixed as they come:
            mappings, or JSON or XML text; a whole answer document; a list of pages; or columns, a mapping of
            names to lists; or a frame of pandas, Polars, PyArrow, DuckDB or PySpark (extra `frames`).
        registry: the relations to evaluate by.
        exclusions: what is expected in your environment.
        source: what reads the rows: `parentchild.telemetry` itself, one of its modules, or a `FieldMap`.
        device: names the device of rows that do not: a text, or a function of the row.
        zone: the zone of local times.
        progress: called with the number of rows read so far, every ten thousand rows and at the end.
        window: how long things are remembered; None for ever.
        capacity: how many things are remembered at most.
        suppression: the crash-handler policy, or None for no suppression.
        report_unknown: whether starts whose parent is unknown are reported as well.
        resolve_parents: whether parents known by pid alone are looked up.

    Raises:
        InvalidArgument: `rows` are no rows, or an option is outside its range.

    Cost: one pass over the rows; two dict look-ups for one that does not matter.

    >>> row = {"Timestamp": "2026-03-01T09:30:00Z", "DeviceId": "ws-42", "ActionType": "ProcessCreated",
    ...        "FileName": "svchost.exe", "ProcessId": 4242,
    ...        "InitiatingProcessFileName": "explorer.exe", "InitiatingProcessId": 1337}
    >>> report = hunt([row])
    >>> [(finding.child, finding.parent) for finding in report]
    [('svchost.exe', 'explorer.exe')]
    """
    going = Hunt(
        rows,
        registry=registry,
        exclusions=exclusions,
        source=source,
        device=device,
        zone=zone,
        progress=progress,
        window=window,
        capacity=capacity,
        suppression=suppression,
        report_unknown=report_unknown,
        resolve_parents=resolve_parents,
    )
    going.run()
    return going.report()


def _iterable(rows: object) -> Iterable[object]:
    return rows if isinstance(rows, Iterable) else ()


def _known_already(index: int, error: InvalidEvent, /) -> None:
    """Pass over a row that the first reading has reported."""
    del index, error
