"""State machines: whatever is done to a detector, in whatever order, it says what the obvious model says."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    AsPublished,
    CrashHandler,
    Detector,
    Event,
    Exclusion,
    Process,
    ProcessCreated,
    UnknownParents,
)
from parentchild.relations.evaluation import evaluate
from parentchild.testing import strategies
from parentchild.testing.host import START
from tests.proof.model import Bounded, Key, Unbounded, is_excluded, minutes, reasons_of, standing

OPTIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "registry": st.sampled_from([DEFAULT_RELATIONS, SEED_RELATIONS]),
        "suppression": st.sampled_from([CrashHandler(), CrashHandler(), AsPublished(), None]),
        "unknown_parents": st.sampled_from(UnknownParents),
        "exclusions": st.sampled_from(
            [(), (Exclusion(child="svchost.exe", parent="explorer.exe", reason="a test"),)]
        ),
    }
)
WINDOW = minutes(30)


def through_json(detector: Detector) -> Detector:
    state: dict[str, object] = json.loads(json.dumps(detector.state()))
    return Detector.from_state(state, registry=detector.registry)


class WithoutLimits(RuleBasedStateMachine):
    """Late evidence and late names, save and restore, copies, merges: within window and capacity."""

    def __init__(self) -> None:
        super().__init__()
        self.detector = Detector()
        self.model = Unbounded(self.detector)
        self.merges = 0

    @initialize(options=OPTIONS, resolve=st.booleans())
    def begin(self, options: dict[str, Any], *, resolve: bool) -> None:
        self.detector = Detector(**options, resolve_parents=resolve, window=None)
        self.model = Unbounded(self.detector)

    @rule(event=strategies.events())
    def observe(self, event: Event) -> None:
        self.detector.observe(event)
        self.model.events.append(event)

    @rule(batch=st.lists(strategies.events(), max_size=6))
    def observe_a_batch(self, batch: list[Event]) -> None:
        self.detector.observe_many(batch)
        self.model.events += batch

    @precondition(lambda self: self.model.events)
    @rule(data=st.data())
    def observe_again(self, data: st.DataObject) -> None:
        self.observe(data.draw(st.sampled_from(self.model.events)))

    @rule()
    def save_and_restore(self) -> None:
        self.detector = through_json(self.detector)

    @rule()
    def pickle(self) -> None:
        self.detector = pickle.loads(pickle.dumps(self.detector))

    @rule()
    def copy(self) -> None:
        kept, state = self.detector, self.detector.state()
        self.detector = copy.copy(kept)
        self.detector.observe(
            ProcessCreated(timestamp=START, device="copy", process=Process("svchost.exe", pid=8))
        )
        assert kept.state() == state
        self.detector = copy.deepcopy(kept)

    @rule(batch=st.lists(strategies.events(), max_size=6))
    def merge_another(self, batch: list[Event]) -> None:
        self.merges += 1
        elsewhere = [attrs.evolve(event, device=f"{event.device}-{self.merges}") for event in batch]
        settings = self.detector.settings
        other = Detector(
            self.detector.registry,
            window=None,
            exclusions=settings.exclusions,
            suppression=settings.suppression,
            unknown_parents=settings.unknown_parents,
            resolve_parents=settings.resolve_parents,
        )
        other.observe_many(elsewhere)
        self.detector = self.detector.merge(other)
        self.model.events += elsewhere

    @rule()
    def merge_with_itself(self) -> None:
        self.detector = self.detector.merge(self.detector)

    @invariant()
    def findings_are_those_of_the_model(self) -> None:
        assert standing(self.detector.findings()) == self.model.findings()

    @invariant()
    def counts_are_those_of_the_model(self) -> None:
        stats = attrs.asdict(self.detector.stats)
        counts = self.model.counts()
        assert {name: stats[name] for name in counts} == counts


class WithLimits(RuleBasedStateMachine):
    """A window that passes and a capacity that is full: what is forgotten, and that nothing is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.detector = Detector()
        self.model = Bounded(self.detector)

    @initialize(options=OPTIONS, capacity=st.integers(1, 10), bounded=st.booleans())
    def begin(self, options: dict[str, Any], capacity: int, *, bounded: bool) -> None:
        window = WINDOW if bounded else None
        self.detector = Detector(**options, capacity=capacity, window=window)
        self.model = Bounded(self.detector)

    @rule(event=strategies.events(strategies.times(span=minutes(120))))
    def observe(self, event: Event) -> None:
        emitted = {(each.reason, each.child, each.parent) for each in self.detector.observe(event)}
        self.model.observe(event)
        stands = {(each.reason, each.child, each.parent) for each in self.detector.findings()}
        assert self._mismatches(event) <= emitted | stands

    @rule(now=strategies.times(span=minutes(180)))
    def expire(self, now: Any) -> None:
        before = {each.uid for each in self.detector.findings()}
        gone = {each.uid for each in self.detector.expire(now)}
        assert gone == before - {each.uid for each in self.detector.findings()}
        self.model.expire(now)

    @rule()
    def save_and_restore(self) -> None:
        self.detector = through_json(self.detector)

    @invariant()
    def findings_are_those_of_the_model(self) -> None:
        found = self.detector.findings()
        assert standing(found) == self.model.findings()
        inexact = {(e.reason, e.child, e.parent) for e in found if not e.device_count_is_exact}
        assert inexact == {each.key for each in self.model.findings() if self.model.inexact(each.key)}

    @invariant()
    def memory_holds_no_more_than_its_capacity(self) -> None:
        assert len(self.model.entries) <= self.detector.settings.capacity
        state: Any = self.detector.state()
        held = len(state["members"]) + len(state["proofs"]) + sum(len(m["open"]) for m in state["members"])
        assert held == len(self.model.entries)

    def _mismatches(self, event: Event) -> set[Key]:
        """Return what must be found of an event, given that no evidence can clear it."""
        if not isinstance(event, ProcessCreated) or self.detector.settings.suppression is not None:
            return set()
        evaluation = evaluate(self.detector.registry.compiled, event.process, event.parent, event.creator)
        if is_excluded(self.detector, event, evaluation):
            return set()
        return {(each, evaluation.child, evaluation.parent) for each in reasons_of(self.detector, evaluation)}
