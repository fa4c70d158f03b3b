"""A scenario: what happens on a machine, and which findings must and must not come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.detector import Detector
from parentchild.events import Event
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.testing.expectations import Expected, difference
from parentchild.testing.host import Host


@attrs.frozen(kw_only=True)
class Scenario:
    """A sequence of events, and the findings that it must give. It must give no others.

    Args:
        name: its name, in lower case with hyphens.
        why: what it shows, in one sentence.
        play: lets it happen on a fresh host, and returns the events in the order in which they arrive.
        windows: the release that the host runs.
        finds: the findings that must stand at the end.
        suppresses: the pairs that crash-handler evidence must have cleared.
        report_unknown: whether unknown parents are reported.
        resolve_parents: whether the detector looks parents up by their pid.
    """

    name: str
    why: str
    play: Callable[[Host], Iterable[Event]] = attrs.field(repr=False)
    windows: str = "11"
    finds: tuple[Expected, ...] = ()
    suppresses: tuple[Expected, ...] = ()
    report_unknown: bool = False
    resolve_parents: bool = False

    @property
    def events(self) -> tuple[Event, ...]:
        """Its events, in the order in which they arrive; the same at each access."""
        return tuple(self.play(Host("ws-01", windows=self.windows)))

    def replay(
        self, registry: RelationRegistry = DEFAULT_RELATIONS, *, exclusions: Iterable[Exclusion] = ()
    ) -> Detector:
        """Return a detector that has seen it."""
        detector = Detector(
            registry,
            exclusions=exclusions,
            report_unknown=self.report_unknown,
            resolve_parents=self.resolve_parents,
        )
        detector.observe_many(self.events)
        return detector

    def difference(
        self, registry: RelationRegistry = DEFAULT_RELATIONS, *, exclusions: Iterable[Exclusion] = ()
    ) -> str:
        """Return what is missing and what is too much, one line each; `""` when all is as it must be."""
        detector = self.replay(registry, exclusions=exclusions)
        parts = (
            ("findings", difference(detector.findings(), self.finds)),
            ("suppressed", difference(detector.suppressed(), self.suppresses)),
        )
        return "\n".join(f"{title}:\n{told}" for title, told in parts if told)


def assert_scenarios(
    scenarios: Iterable[Scenario],
    registry: RelationRegistry = DEFAULT_RELATIONS,
    *,
    exclusions: Iterable[Exclusion] = (),
) -> None:
    """Replay scenarios, and assert that of each exactly what must come has come.

    Args:
        scenarios: which; `SCENARIOS` for all.
        registry: the relations to try.
        exclusions: the exclusions to try.

    Raises:
        AssertionError: one message with the difference of each scenario that differs.
    """
    given = tuple(exclusions)
    told = [
        f"{scenario.name}: {scenario.why}\n{differs}"
        for scenario in scenarios
        if (differs := scenario.difference(registry, exclusions=given))
    ]
    if told:
        raise AssertionError(f"{len(told)} scenarios differ\n\n" + "\n\n".join(told))
