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
    Activity,
    CrashHandler,
    Detector,
    Event,
    Exclusion,
    Process,
    ProcessCreated,
)
from parentchild.testing import strategies
from parentchild.testing.host import START
from tests.proof.model import Model, active, key_of, minutes, mismatch_in

OPTIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "registry": st.sampled_from([DEFAULT_RELATIONS, SEED_RELATIONS]),
        "suppression": st.sampled_from([CrashHandler(), CrashHandler(copies=1), None]),
        "report_unknown": st.booleans(),
        "exclusions": st.sampled_from(
            [(), (Exclusion(child="svchost.exe", parent="explorer.exe", reason="a test"),)]
        ),
    }
)
WINDOW = minutes(30)


def _nameless(event: Event) -> Event:
    return attrs.evolve(event, device="")


NAMELESS = strategies.events().map(_nameless)


def through_json(detector: Detector) -> Detector:
    state: dict[str, object] = json.loads(json.dumps(detector.state()))
    return Detector.from_state(state, registry=detector.registry)


class WithoutLimits(RuleBasedStateMachine):
    """Late evidence, save and restore, copies, merges: within window and capacity."""

    def __init__(self) -> None:
        super().__init__()
        self.detector = Detector()
        self.model = Model(self.detector)
        self.merges = 0

    @initialize(options=OPTIONS)
    def begin(self, options: dict[str, Any]) -> None:
        self.detector = Detector(**options, window=None)
        self.model = Model(self.detector)

    @rule(event=strategies.events() | NAMELESS)
    def observe(self, event: Event) -> None:
        self.detector.observe(event)
        self.model.observe(event)

    @rule(batch=st.lists(strategies.events(), max_size=6))
    def observe_a_batch(self, batch: list[Event]) -> None:
        self.detector.observe_many(batch)
        for event in batch:
            self.model.observe(event)

    @precondition(lambda self: self.model.events)
    @rule(data=st.data())
    def observe_again(self, data: st.DataObject) -> None:
        self.observe(data.draw(st.sampled_from(self.model.events)).event)

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

    @rule(batch=st.lists(strategies.events() | NAMELESS, max_size=6), is_first=st.booleans())
    def merge_another(self, batch: list[Event], *, is_first: bool) -> None:
        self.merges += 1
        elsewhere = [
            attrs.evolve(event, device=event.device and f"{event.device}-{self.merges}") for event in batch
        ]
        settings = self.detector.settings
        other = Detector(
            self.detector.registry,
            window=None,
            exclusions=settings.exclusions,
            suppression=settings.suppression,
            report_unknown=settings.report_unknown,
        )
        other.observe_many(elsewhere)
        self.detector = other.merge(self.detector) if is_first else self.detector.merge(other)
        for event in elsewhere:
            self.model.observe(event)

    @invariant()
    def findings_are_those_of_the_model(self) -> None:
        assert active(self.detector.findings()) == self.model.findings()

    @invariant()
    def what_is_cleared_is_what_the_model_clears(self) -> None:
        counts = self.model.counts()
        assert self.detector.stats.suppressed == counts["suppressed"]
        assert sum(each.occurrences for each in self.detector.suppressed()) == counts["suppressed"]


class WithLimits(RuleBasedStateMachine):
    """A window that passes and a capacity that is full: what is forgotten, and that nothing is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.detector = Detector()

    @initialize(options=OPTIONS, capacity=st.integers(1, 30), bounded=st.booleans(), resolve=st.booleans())
    def begin(self, options: dict[str, Any], capacity: int, *, bounded: bool, resolve: bool) -> None:
        window = WINDOW if bounded else None
        self.detector = Detector(**options, capacity=capacity, window=window, resolve_parents=resolve)

    @rule(event=strategies.events(strategies.times(span=minutes(120))))
    def observe(self, event: Event) -> None:
        before = {key_of(each): each for each in self.detector.findings()}
        found = self.detector.observe(event)
        emitted = {key_of(each) for each in found}
        after = {key_of(each): each for each in self.detector.findings()}
        mismatch = mismatch_in(self.detector, event)
        if mismatch is not None and not mismatch.is_clearable and not self.detector.settings.resolve_parents:
            assert mismatch.key in emitted or mismatch.key in before
        new = {key_of(each) for each in found if each.activity is not Activity.UPDATED}
        for key in before.keys() & after.keys() - new:  # what was forgotten whole may begin anew
            if not self.detector.stats.suppressed:
                assert after[key].last_seen >= before[key].last_seen
                assert after[key].first_seen <= before[key].first_seen

    @rule(now=strategies.times(span=minutes(180)))
    def expire(self, now: Any) -> None:
        before = {each.uid for each in self.detector.findings()}
        gone = {each.uid for each in self.detector.expire(now)}
        assert gone == before - {each.uid for each in self.detector.findings()}

    @rule()
    def save_and_restore(self) -> None:
        self.detector = through_json(self.detector)

    @invariant()
    def memory_holds_no_more_than_its_capacity(self) -> None:
        state: Any = self.detector.state()
        held = 0
        for history in state["histories"]:
            held += len(history["things"]) + len(history["dormant"]) + len(history.get("entries", ()))
            held += sum(max(0, each.get("variants", 0) - 1) for each in history["things"])
        assert held <= self.detector.settings.capacity

    @invariant()
    def sums_are_those_of_the_devices(self) -> None:
        for finding in self.detector.findings():
            assert finding.occurrences >= finding.device_count == len(finding.devices) >= 1
            assert sum(variant.occurrences for variant in finding.variants) == finding.occurrences
            assert max(variant.device_count for variant in finding.variants) <= finding.device_count
            assert finding.first_seen == finding.event.timestamp <= finding.last_seen
