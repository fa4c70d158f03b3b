"""The one-call form: rows in, a report out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, cast, overload

import attrs

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.detector.resolution import needs_resolution
from parentchild.detector.stats import Stats
from parentchild.errors import InvalidEvent, InvalidOption
from parentchild.events import Event, ProcessCreated, ProcessExited
from parentchild.exclusions import Exclusion
from parentchild.findings import Activity, Finding, Printer, finding_order
from parentchild.names import printable
from parentchild.registry import RelationRegistry
from parentchild.screen import Screen
from parentchild.verdicts import Reason

CAPACITY = 1_000_000
"""How many things `hunt` remembers: it looks at one lot of rows, so it can afford more than a stream."""

_MOST_INVALID = 10_000
_MOST_IN_RICH = 20
_MOST_UNREADABLE = 3
_PROGRESS_EVERY = 10_000


Row: TypeAlias = Mapping[str, object]
_Place: TypeAlias = tuple[str, int | None]


class Source(Protocol):
    """Something that reads rows: `parentchild.telemetry`, one of its modules, or a `FieldMap`."""

    def read_many(
        self,
        rows: Iterable[Mapping[str, object]],
        /,
        *,
        screen: Screen | None = None,
        on_invalid: Callable[[int, InvalidEvent], None] = ...,
    ) -> Iterable[Event]:
        """Yield the events of the rows that pass the screen."""
        ...


@attrs.frozen
class InvalidRow:
    """A row that could not be read: where it stood, counted from 0, and why."""

    index: int
    error: InvalidEvent


@attrs.frozen(kw_only=True)
class Report:
    """What a hunt found. It reads as a collection of its findings.

    Args:
        findings: what stands, the most severe first, then the earliest.
        suppressed: what crash-handler evidence cleared, as closed findings.
        stats: what was counted; `stats.seen` counts rows.
        invalid: rows that could not be read, the first ten thousand of them.
        invalid_count: how many rows could not be read.
        exclusions: what was called normal at home.
        is_complete: False when the hunt had not come to its end.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    stats: Stats
    invalid: tuple[InvalidRow, ...] = ()
    invalid_count: int = 0
    exclusions: tuple[Exclusion, ...] = ()
    is_complete: bool = True

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def to_dicts(self) -> list[dict[str, object]]:
        """Return the findings as flat rows of JSON values, for a data frame or a file."""
        return [finding.to_dict() for finding in self.findings]

    def to_pandas(self) -> Any:  # noqa: ANN401 - the type of an optional library
        """Return the findings as a `pandas.DataFrame`, times in UTC, integers that may be absent, lists.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        from parentchild.tables import pandas_frame  # noqa: PLC0415 - loaded when it is asked for

        return pandas_frame(self.findings)

    def to_polars(self) -> Any:  # noqa: ANN401 - the type of an optional library
        """Return the findings as a `polars.DataFrame`, with the types of `to_arrow`.

        Raises:
            ModuleNotFoundError: Polars is not installed.
        """
        from parentchild.tables import polars_frame  # noqa: PLC0415 - loaded when it is asked for

        return polars_frame(self.findings)

    def to_arrow(self) -> Any:  # noqa: ANN401 - the type of an optional library
        """Return the findings as a `pyarrow.Table`, with the types that `export.columns` declares.

        Raises:
            ModuleNotFoundError: PyArrow is not installed.
        """
        from parentchild.tables import arrow_table  # noqa: PLC0415 - loaded when it is asked for

        return arrow_table(self.findings)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def timeline(self) -> list[dict[str, object]]:
        """Return one record a pair, ready to plot: from when to when it was seen, and whether it stands.

        The columns are `uid`, `reason`, `severity`, `child`, `parent`, `stands` (False for what was cleared
        as a crash clone), `first_seen` and `last_seen` (datetimes in UTC), `occurrences`, `device_count`.
        """
        from parentchild.notebook import timeline_of  # noqa: PLC0415 - loaded when it is asked for

        return timeline_of(self.findings, self.suppressed)

    def prevalence(self) -> list[dict[str, object]]:
        """Return one record a pair and device, ready to plot: how far each finding has spread.

        The columns are `uid`, `reason`, `severity`, `child`, `parent`, `device`, `is_first` (whether it was
        the first of them), `device_count`, `device_count_is_exact`. Cost: linear in the devices.
        """
        from parentchild.notebook import prevalence_of  # noqa: PLC0415 - loaded when it is asked for

        return prevalence_of(self.findings)

    def __str__(self) -> str:
        from parentchild.notebook import findings_text  # noqa: PLC0415 - loaded when a report is shown

        return findings_text(self.findings, _headline(self), _last_lines(self), most=len(self))

    def _repr_html_(self) -> str:
        from parentchild.notebook import report_html  # noqa: PLC0415 - loaded when a report is shown

        return report_html(
            _headline(self),
            self.findings,
            suppressed=self.suppressed,
            unknown=_unknown_lines(self.stats),
            excluded=self.stats.excluded,
            exclusions=self.exclusions,
            invalid=self.invalid,
            invalid_count=self.invalid_count,
        )

    def _repr_pretty_(self, printer: Printer, cycle: object) -> None:
        from parentchild.notebook import findings_text  # noqa: PLC0415 - loaded when a report is shown

        del cycle  # a report does not hold itself
        printer.text(findings_text(self.findings, _headline(self), _last_lines(self)))

    def __rich_repr__(self) -> Iterator[tuple[object, ...]]:
        yield "summary", _headline(self)
        yield "findings", list(self.findings[:_MOST_IN_RICH])
        yield "more_findings", max(len(self) - _MOST_IN_RICH, 0), 0


class Hunt:
    """A hunt that can be watched, interrupted, and asked for its report at any time.

    It is an iterator: it reads rows until a finding is new, changed or closed, and gives that. Whatever ends
    the reading (the rows' end, Ctrl-C, an error in the rows themselves), `report()` tells what was found so
    far. A loop that was left can be taken up again; a reading that was interrupted in the middle cannot. If
    the interruption struck while something was judged, each finding is given as it was last told, which may
    be before its latest repeats.

    The arguments are those of `hunt`.

    Raises:
        InvalidOption: `rows` is one row, no rows at all, or columns of no flat source.

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
            raise InvalidOption("rows", rows, "must be a collection of rows, each a mapping, or of columns")
        self._rows: object = rows
        self._source = source
        self._again = isinstance(rows, Sequence)
        self._detector = Detector(
            registry, exclusions=exclusions, window=None, capacity=CAPACITY, resolve_parents=True
        )
        follows = not self._again and not self._is_table
        self._screen = _screen_of(self._detector, follows=follows)
        self._counted = _Counted(() if self._is_table else cast("Iterable[Row]", rows), progress)
        self._invalid = _Invalid()
        self._told: dict[tuple[Reason, str, str], Finding] = {}
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
                watched=stats.watched + self._screen.expected,
                expected=stats.expected + self._screen.expected,
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
            events = self._source.read_many(self._counted, screen=self._screen, on_invalid=self._invalid)
            yield from self._judged(events)
            if self._again and self._awaited:
                yield from self._follow_rows(cast("Iterable[Row]", self._rows))
        self._counted.finish()
        self._is_complete = True

    def _read_table(self) -> Iterator[Finding]:
        """Let the engine that holds a table look for what could matter, and judge that."""
        from parentchild import frames  # noqa: PLC0415 - loaded when a table is handed in

        found = frames.select(self._rows, self._screen, self._source)
        self._counted.rows = found.seen
        again = _screen_of(self._detector, follows=False)  # what it holds back is counted already

        def on_invalid(index: int, error: InvalidEvent) -> None:
            self._invalid(found.position(index), error)

        yield from self._judged(self._source.read_many(found.rows, screen=again, on_invalid=on_invalid))
        if self._awaited:
            yield from self._follow_rows(found.everything())

    def _follow_rows(self, rows: Iterable[Row]) -> Iterator[Finding]:
        screen = self._detector.screen
        events = self._source.read_many(rows, screen=screen, on_invalid=_known_already)
        self._is_between_events = False
        for each in _follow(self._detector, events, self._awaited):
            self._told[each.reason, each.child, each.parent] = each
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
                self._told[each.reason, each.child, each.parent] = each
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
    pid alone are looked up among all rows. Rows that cannot be read are reported, not raised. A list or tuple
    of rows is read a second time if a watched child's parent is known by its pid alone; rows that can be read
    only once take a little longer, since each start must be remembered. To watch a long hunt, or to keep what
    was found when it is interrupted, make a `Hunt` instead.

    Args:
        rows: rows of any shape that `parentchild.telemetry` knows, in any order, shapes mixed as they come;
            or columns, a mapping of names to lists; or a frame of pandas, Polars, PyArrow, DuckDB or PySpark
            (extra `frames`). Columns and frames are of one flat source, or of a `FieldMap`.
        registry: the relations to judge by.
        exclusions: what is normal at home.
        source: what reads the rows: `parentchild.telemetry` itself, one of its modules, or a `FieldMap`.
        progress: called with the number of rows read so far, every ten thousand rows and at the end.

    Raises:
        InvalidOption: `rows` is one row, no rows at all, or columns of no flat source.

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


def _are_rows(rows: object) -> bool:
    return hasattr(rows, "__iter__") and not isinstance(rows, str | bytes | Mapping)


def _is_table(rows: object) -> bool:
    if isinstance(rows, list | tuple):
        return False
    from parentchild import frames  # noqa: PLC0415 - not needed for a list of rows

    return frames.is_table(rows)


def _screen_of(detector: Detector, *, follows: bool) -> Screen:
    """Return a screen for a detector, which by itself lets every start through to learn what pids mean."""
    policy = detector.settings.suppression
    return Screen(
        detector.registry.table,
        evidence=frozenset() if policy is None else policy.evidence_names,
        remembers_processes=follows,
    )


def _known_by_pid(event: ProcessCreated) -> Iterator[_Place]:
    """Yield where those are that an event knows by their pid alone.

    All of them count, not only those without a name yet: a start that the screen held back may be a later one
    of the same pid than the one that gave the name.
    """
    for process in (event.parent, event.creator):
        if process is not None and needs_resolution(process):
            yield event.device, process.pid


def _follow(detector: Detector, events: Iterable[Event], awaited: set[_Place]) -> Iterator[Finding]:
    """Show a detector the starts and exits of the pids that it was given; yield what that changes."""
    for event in events:
        if isinstance(event, ProcessCreated | ProcessExited) and _place(event) in awaited:
            yield from detector.follow(event)


def _place(event: ProcessCreated | ProcessExited) -> _Place:
    return event.device, event.process.pid


def _known_already(index: int, error: InvalidEvent) -> None:
    """Pass over a row that the first reading has reported."""
    del index, error


class _Counted:
    """Counts rows as they are read, and tells how far the reading has come."""

    def __init__(self, rows: Iterable[Mapping[str, object]], progress: Callable[[int], None] | None) -> None:
        self._source = rows
        self._progress = progress
        self.rows = 0

    def __iter__(self) -> Iterator[Mapping[str, object]]:
        for row in self._source:
            self.rows += 1
            if self._progress is not None and self.rows % _PROGRESS_EVERY == 0:
                self._progress(self.rows)
            yield row

    def finish(self) -> None:
        if self._progress is not None:
            self._progress(self.rows)


class _Invalid:
    """Collects the rows that could not be read."""

    def __init__(self) -> None:
        self.rows: list[InvalidRow] = []
        self.count = 0

    def __call__(self, index: int, error: InvalidEvent) -> None:
        self.count += 1
        if len(self.rows) < _MOST_INVALID:
            self.rows.append(InvalidRow(index, error))


def _headline(report: Report) -> str:
    stats = report.stats
    so_far = "" if report.is_complete else "so far, "
    return (
        f"{so_far}{_number(len(report), 'finding')} in {_number(stats.seen, 'row')}: "
        f"{stats.watched} watched, "
        f"{stats.suppressed} suppressed as crash clones, {stats.excluded} excluded, "
        f"{stats.unknown} with an unknown parent, {report.invalid_count} unreadable"
    )


def _last_lines(report: Report) -> list[str]:
    suppressed = [_suppressed_line(finding) for finding in report.suppressed]
    unreadable = [
        f"[unreadable] row {each.index}: {each.error}" for each in report.invalid[:_MOST_UNREADABLE]
    ]
    left = report.invalid_count - len(unreadable)
    more = [f"[unreadable] {left:,} more rows"] if unreadable and left > 0 else []
    return [*suppressed, *_excluded_lines(report), *_unknown_lines(report.stats), *unreadable, *more]


def _excluded_lines(report: Report) -> list[str]:
    if report.exclusions and not report.stats.excluded:
        return ["[excluded] nothing: no exclusion covers any of this; are names as the rows have them?"]
    if not report.stats.excluded:
        return []
    return [f"[excluded] what is normal at home: {printable(each.reason)}" for each in report.exclusions]


def _suppressed_line(finding: Finding) -> str:
    return (
        f"[suppressed] {printable(finding.child)} started by {printable(finding.parent)}, "
        f"{_number(finding.occurrences, 'time')} on {_number(finding.device_count, 'device')}: "
        "the crash handler was at work in that parent just before"
    )


def _unknown_lines(stats: Stats) -> list[str]:
    return [
        f"[unknown] {_number(count, 'watched process', 'es')}: {gap.value}"
        for gap, count in stats.unknown_by_gap.items()
    ]


def _number(count: int, noun: str, plural: str = "s") -> str:
    return f"{count} {noun}{'' if count == 1 else plural}"
