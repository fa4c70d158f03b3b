"""Jobs: what travels to the executors, and what comes back of a device."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from typing import Any, cast

import attrs

from parentchild.detector import Detector
from parentchild.detector.settings import Settings
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event
from parentchild.hunting.rows import RowSource
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

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.registry, RelationRegistry):
            raise InvalidArgument("registry", self.registry, "must be a RelationRegistry")
        policy = self.settings.suppression
        if policy is not None and type(policy) is not CrashHandler:
            raise InvalidArgument(
                "suppression", policy, "must be a CrashHandler, or None: Spark keeps it as JSON"
            )

    def detector(self) -> Detector:
        """Return a detector that knows nothing yet."""
        settings = self.settings
        return Detector(
            self.registry,
            exclusions=settings.exclusions,
            window=settings.window,
            capacity=settings.capacity,
            suppression=settings.suppression,
            report_unknown=settings.report_unknown,
            resolve_parents=settings.resolve_parents,
        )

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

    def saved(self, detector: Detector, *, keeps_processes: bool = True) -> bytes | None:
        """Return what a detector remembers, without what this job knows anyway; None if that is nothing.

        Args:
            detector: one that `detector` or `restored` returned.
            keeps_processes: whether starts and exits are kept too, for the names of pids.
        """
        state = detector.state()
        histories = cast("list[dict[str, Any]]", state["histories"])
        if not keeps_processes:
            for history in histories:
                history["entries"], history["has_forgotten"] = [], False
        kept = {name: state[name] for name in state if name not in {"format", "settings", "stats"}}
        if not histories:
            return None
        return zlib.compress(json.dumps(kept, separators=(",", ":")).encode())

    def restored(self, saved: bytes) -> Detector:
        """Return a detector that remembers what `saved` told, and has counted nothing.

        Raises:
            InvalidState: it was saved by a release whose states this one does not read.
        """
        state = self.detector().state() | json.loads(zlib.decompress(saved))
        return Detector.from_state(state, registry=self.registry, exclusions=self.settings.exclusions)

    def merged(self, detectors: Iterable[Detector]) -> Detector:
        """Return one detector for many, whose devices differ. Cost: linear, times a logarithm."""
        level: list[Detector] = list(detectors)
        while len(level) > 1:
            chunks = [level[at : at + _CHUNK] for at in range(0, len(level), _CHUNK)]
            level = [chunk[0].merge(*chunk[1:]) if len(chunk) > 1 else chunk[0] for chunk in chunks]
        return level[0] if level else self.detector()
