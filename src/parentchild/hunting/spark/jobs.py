"""Jobs: what travels to the executors, and what comes back of a device."""

# pyright: reportPrivateUsage=false
# A detector's records are kept in bytes of its own kind here; to any other caller its state is JSON.

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo

import attrs

from parentchild.detector import Detector
from parentchild.detector.pairs import Seen
from parentchild.detector.settings import Settings
from parentchild.detector.state import SavedHistory, decoded, encoded
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event
from parentchild.hunting.rows import RowSource
from parentchild.hunting.spark.packing import packed_state, unpacked_state
from parentchild.hunting.spark.starts import Starts, names_with_arguments, needed, packed, unpacked
from parentchild.relations.crashes import CrashHandler
from parentchild.relations.prefilter import Prefilter
from parentchild.relations.registry import RelationRegistry
from parentchild.telemetry import Device, RowCounts

_CHUNK = 64
"""So many detectors are merged at once: a merge is linear, so a tree of them costs little more than one."""


@attrs.frozen(kw_only=True)
class Job:
    """How rows are read, and how one device's events are evaluated. Spark pickles it for the executors.

    Args:
        registry: the relations to evaluate by.
        settings: the options of each device's detector.
        source: what reads the rows.
        device: names the device of rows that do not.
        zone: the zone of local times.

    Raises:
        InvalidArgument: the suppression policy is not one of this library's, so no state can hold it.
    """

    registry: RelationRegistry
    settings: Settings
    source: RowSource
    device: Device | None
    zone: tzinfo | None
    _keep_lines: frozenset[str] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        policy = self.settings.suppression
        if policy is not None and type(policy) is not CrashHandler:
            raise InvalidArgument(
                "suppression", policy, "must be a CrashHandler, or None: Spark keeps it as JSON"
            )
        object.__setattr__(self, "_keep_lines", names_with_arguments(self.registry))

    def detector(self) -> Detector:
        """Return a detector that knows nothing yet."""
        return Detector._with(self.registry, self.settings)

    def settling(self) -> Prefilter:
        """Return what could matter to a hunt that looks up parents in a second reading."""
        return self.detector().prefilter_for_rows(completes_parents=self.settings.resolve_parents)

    def read(
        self,
        rows: Iterable[object],
        prefilter: Prefilter,
        on_invalid: Callable[[int, InvalidEvent], object],
        counts: RowCounts | None = None,
    ) -> Iterator[Event]:
        """Return the events of rows."""
        return iter(
            self.source.read_many(
                rows,
                prefilter=prefilter,
                on_invalid=on_invalid,
                device=self.device,
                zone=self.zone,
                counts=counts,
            )
        )

    def saved(
        self, detector: Detector, *, keeps_processes: bool = True, watermark: datetime | None = None
    ) -> bytes | None:
        """Return what a detector remembers, without what this job knows anyway; None if that is nothing.

        Args:
            detector: one that `detector` or `restored` returned.
            keeps_processes: whether starts and exits are kept too, for the names of pids.
            watermark: no event before it is expected any more; None where that is not known.
        """
        saved = detector._fleet.saved(detector.stats)
        starts: list[Starts | None] = [None] * len(saved.histories)
        if keeps_processes:
            starts = [self._starts(history, watermark) for history in saved.histories]
        histories = tuple(
            attrs.evolve(each, entries=(), has_forgotten=each.has_forgotten and keeps_processes)
            for each in saved.histories
        )
        if not histories:
            return None
        state = encoded(attrs.evolve(saved, histories=histories))
        told = {name: state[name] for name in state if name not in {"format", "settings", "stats"}}
        return packed_state(told, starts)

    def restored(self, saved: bytes) -> Detector:
        """Return a detector that remembers what `saved` told, and has counted nothing.

        Raises:
            InvalidState: it was saved by a release whose states this one does not read, or it is damaged.
        """
        told, starts = unpacked_state(saved)
        detector = self.detector()
        known = decoded(detector.state() | told)
        histories = [
            history if packed is None else attrs.evolve(history, entries=unpacked(packed, history.clock))
            for history, packed in zip(known.histories, starts, strict=True)
        ]
        detector._take_in(attrs.evolve(known, histories=tuple(histories)))
        return detector

    def _starts(self, history: SavedHistory, watermark: datetime | None) -> Starts | None:
        pending = frozenset(each.event.process.pid for each in history.things if isinstance(each, Seen))
        entries = needed(history.entries, watermark, pending)
        return packed(entries, self._keep_lines) if entries else None

    def merged(self, detectors: Iterable[Detector]) -> Detector:
        """Return one detector for many, whose devices differ. Cost: linear, times a logarithm."""
        level: list[Detector] = list(detectors)
        while len(level) > 1:
            chunks = [level[at : at + _CHUNK] for at in range(0, len(level), _CHUNK)]
            level = [chunk[0].merge(*chunk[1:]) if len(chunk) > 1 else chunk[0] for chunk in chunks]
        return level[0] if level else self.detector()
