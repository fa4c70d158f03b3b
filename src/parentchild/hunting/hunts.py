"""The one-call form: rows in, a report out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta, tzinfo
from itertools import islice
from typing import cast

from parentchild import telemetry
from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.errors import InvalidArgument, InvalidEvent, InvalidState
from parentchild.events import Event, ProcessCreated, ProcessExited
from parentchild.findings.finding import Finding
from parentchild.hunting import frames
from parentchild.hunting.following import Awaited, could_matter, may_learn_more
from parentchild.hunting.report import Report
from parentchild.hunting.rows import InvalidRows, RowSource, told
from parentchild.hunting.stats import hunt_stats, source_counts
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.images import drive_of_session_manager
from parentchild.relations.prefilter import Prefilter
from parentchild.relations.registry import RelationRegistry
from parentchild.telemetry import Device, OnInvalid, RowCounts, rows_in
from parentchild.telemetry.snapshot import Listed, completed

CAPACITY = 1_000_000
"""How many things `hunt` remembers: it looks at one lot of rows, so it can afford more than a stream."""
_AT_ONCE = 1024  # events of a list or table that are read before any is observed: each needs its own memory


class Hunt:
    """A hunt that can be watched, interrupted, and asked for its report at any time.

    It is an iterator: it reads rows until a finding is new, changed or closed, and gives that; those of whose
    parents a second reading may tell more come at the end. Of a list or table, some rows are read ahead.
    Whatever ends the reading (the rows' end, Ctrl-C, an error in the rows themselves), `report()` tells what
    was found so far. A loop that was left can be taken up again; a reading that was interrupted in the middle
    cannot. If the interruption struck while an event was taken in, that event may count in part.

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
        system_drive: str | Mapping[str, str] = "C:",
    ) -> None:
        if not hasattr(source, "read_many"):
            raise InvalidArgument("source", source, "must be telemetry, one of its modules, or a FieldMap")
        self._is_table = frames.is_table(rows)
        batches = frames.batches_in(rows)
        self._rows: object = rows
        if not self._is_table:
            self._rows = rows_in(rows) if batches is None else batches
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
            system_drive=system_drive,
        )
        # What can be read twice is first read for what is named; starts are looked for only if the data of a
        # parent are not in the row.
        can_read_twice = self._is_table or not isinstance(self._rows, Iterator)
        self._resolves_parents = resolve_parents
        self._reads_twice = resolve_parents and can_read_twice
        self._settling = self._detector.prefilter_for_rows(completes_parents=resolve_parents)
        self._prefilter = self._settling
        if resolve_parents and not can_read_twice:
            self._prefilter = self._detector.prefilter_for_rows(remembers_processes=True)
        self._counts = RowCounts()
        self._progress = progress
        self._invalid = InvalidRows()
        self._nameless = 0  # starts that could matter, of rows that name no device
        self._ahead: deque[Event] = deque()  # read, and not observed yet
        self._aside: list[ProcessCreated] = []  # until the starts of their parents were looked for
        self._listed: list[ProcessCreated] = []  # until whole lists of processes were read
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
        """Return what was found so far.

        Cost: a sort of the findings; before the end, a copy of what is remembered as well.
        """
        detector = self._so_far()
        return Report(
            findings=detector.findings(),
            suppressed=detector.suppressed(),
            stats=hunt_stats(
                self._counts, detector.stats, expected=self._prefilter.expected, nameless=self._nameless
            ),
            sources=source_counts(self._counts),
            invalid=tuple(self._invalid.rows),
            exclusions=detector.exclusion_counts,
            is_complete=self._is_complete,
        )

    def _so_far(self) -> Detector:
        """Return the detector, or one that took in what waits for a second reading as well."""
        if not (self._ahead or self._aside or self._listed):
            return self._detector
        try:
            copy = Detector.from_state(self._detector.state(), registry=self._detector.registry)
        except InvalidState:  # somebody's own suppression policy, or an event that was taken in by half
            return self._detector
        copy.observe_many([*self._ahead, *self._aside, *completed(map(Listed, self._listed))])
        return copy

    # reading ------------------------------------------------------------------------------------------

    def _read(self) -> Iterator[Finding]:
        # What is in hand tells all of its parent; a second reading follows the starts that tell of others.
        in_hand = self._detector.observe_complete if self._reads_twice else self._detector.observe
        yield from self._observed(self._with_all_in_hand(self._first_reading()), in_hand)
        if self._aside or (self._listed and self._reads_twice):
            self._follow()
        waiting = [*self._aside, *completed(map(Listed, self._listed))]
        self._aside, self._listed = [], []
        yield from self._observed(waiting, self._detector.observe)
        if self._progress is not None:
            self._progress(self._counts.rows)  # a document holds many
        self._is_complete = True

    def _first_reading(self) -> Iterable[Event]:
        if not self._is_table:
            rows = self._in_pieces(told(_iterable(self._rows), self._progress))
            return self._events(rows, self._prefilter, self._invalid, self._counts)
        found = frames.select(self._rows, self._prefilter, self._source, device=self._device)
        self._counts.add(found.settled)

        def on_invalid(index: int, error: InvalidEvent, /) -> None:
            self._invalid(found.position(index), error)

        return self._events(found.rows(), self._prefilter, on_invalid, self._counts)

    def _second_reading(self, awaited: Awaited) -> Iterable[Event]:
        prefilter = awaited.prefilter()
        if self._is_table and not self._listed:
            taken = frames.of_processes(
                self._rows, prefilter, self._source, awaited.wanted(), device=self._device
            )
            return self._events(taken, prefilter, _known_already, None)
        if self._is_table:
            taken = frames.select(self._rows, prefilter, self._source, device=self._device).rows()
            return self._events(taken, prefilter, _known_already, None)
        return self._events(self._in_pieces(_iterable(self._rows)), prefilter, _known_already, None)

    def _in_pieces(self, rows: Iterable[object]) -> Iterable[object]:
        """Return rows one by one, where some of what is read are frames: chunks, batches."""
        return rows if isinstance(self._rows, Sequence) else frames.unpacked(rows, self._source)

    def _events(
        self, rows: Iterable[object], prefilter: Prefilter, on_invalid: OnInvalid, counts: RowCounts | None
    ) -> Iterable[Event]:
        return self._source.read_many(
            rows,
            prefilter=prefilter,
            on_invalid=on_invalid,
            device=self._device,
            zone=self._zone,
            counts=counts,
        )

    def _observed(
        self, events: Iterable[Event], observe: Callable[[Event], tuple[Finding, ...]]
    ) -> Iterator[Finding]:
        """Observe events, and yield what was found."""
        left, ahead = iter(events), self._ahead
        while ahead or self._read_ahead(left):
            event = ahead.popleft()
            if not event.device and isinstance(event, ProcessCreated):
                self._nameless += could_matter(event, self._settling)
            yield from observe(event)

    def _read_ahead(self, events: Iterator[Event]) -> bool:
        """Read some events, one alone where the next may be long in coming; tell whether there was any.

        What comes after an event that changes what is settled is read once that has been observed.
        """
        is_at_hand = self._is_table or isinstance(self._rows, Sequence)
        for event in islice(events, _AT_ONCE if is_at_hand else 1):
            self._ahead.append(event)
            if isinstance(event, ProcessCreated) and drive_of_session_manager(event) is not None:
                break
        return bool(self._ahead)

    def _with_all_in_hand(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield events, but set those aside of whose parents the rest of the rows may tell more."""
        for event in events:
            if self._resolves_parents and isinstance(event, ProcessCreated):
                if event.from_snapshot:  # the whole list tells of its parent, and the release
                    self._listed.append(event)
                    continue
                if self._reads_twice and may_learn_more(event, self._settling):
                    self._aside.append(event)
                    continue
            yield event

    def _follow(self) -> None:
        """Read again: show the detector the starts and exits of the pids that matter, take lists in whole.

        A copy has nearly always started nothing. So of a list, in which each pid is looked at by itself, that
        is found out first.
        """
        is_list = type(self._rows) is list
        if self._follow_awaited(awaits_copies=not is_list) and is_list:
            self._follow_awaited(awaits_copies=True)

    def _follow_awaited(self, *, awaits_copies: bool) -> bool:
        """Read again, and tell whether anything may have been started by a copy."""
        awaited = Awaited(are_named=not self._listed, awaits_copies=awaits_copies)
        for waiting in (*self._aside, *self._listed):
            awaited.add(waiting)
        listed: list[ProcessCreated] = []
        is_by_copy = False
        for event in self._second_reading(awaited):
            if isinstance(event, ProcessCreated) and event.from_snapshot:
                listed.append(event)
            elif isinstance(event, ProcessCreated | ProcessExited) and awaited.includes(event):
                self._detector.follow(event)
                is_by_copy = is_by_copy or awaited.is_by_copy(event)
        self._listed = listed or self._listed
        return is_by_copy


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
    system_drive: str | Mapping[str, str] = "C:",
) -> Report:
    """Look through rows of process telemetry, and report which processes the wrong parent started.

    Everything counts, however old; crash-handler clones are suppressed by evidence; parents whose name, path
    or command line is not in the row are looked up among all starts by their pids. What can be read twice (a
    list, a frame, a data set) is read a second time for that, if any row that matters asks for it. Rows that
    can be read only once take longer, since every row is parsed and each start remembered, and only starts
    seen before can tell what a pid meant. Lists of running processes are kept until all was read. To watch a
    long hunt, or to keep what was found when it is interrupted, make a `Hunt` instead.

    Rows that cannot be read are reported, not raised, and every row is in exactly one count of
    `report.stats`. Rows that cannot matter are passed over by their names before they are parsed, so an error
    in such a row is not looked for.

    Args:
        rows: rows of any shape that `parentchild.telemetry` knows, in any order, shapes mixed as they come:
            mappings, or JSON or XML text; a whole answer document; a list of pages; or columns, a mapping of
            names to lists; or a frame of pandas, Polars, PyArrow, DuckDB or PySpark (extra `frames`), an
            iterable of such frames, an Arrow reader or data set.
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
        system_drive: the drive from which Windows runs: one for all devices, or a mapping of devices to
            theirs, as `Detector` takes it.

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
        system_drive=system_drive,
    )
    going.run()
    return going.report()


def _iterable(rows: object) -> Iterable[object]:
    return cast("Iterable[object]", rows) if isinstance(rows, Iterable) else ()


def _known_already(index: int, error: InvalidEvent, /) -> None:
    """Pass over a row that the first reading has reported."""
    del index, error
