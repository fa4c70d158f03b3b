"""The laws that a detector keeps, whatever the events."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    CrashHandler,
    Detector,
    Event,
    Exclusion,
    Process,
    ProcessCreated,
    RelationRegistry,
    published,
)
from tests.strategies import CHILDREN, DEVICES, PARENTS, START, creations, events

thorough = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

OPTIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "registry": st.sampled_from([DEFAULT_RELATIONS, SEED_RELATIONS]),
        "suppression": st.sampled_from([CrashHandler(), CrashHandler(copies=1), None]),
        "report_unknown": st.booleans(),
        "resolve_parents": st.booleans(),
        "exclusions": st.sampled_from(
            [(), (Exclusion(child="svchost.exe", parent="explorer.exe", reason="a test"),)]
        ),
    }
)
BATCHES = st.lists(events(), max_size=25)


@thorough
@given(OPTIONS, BATCHES)
def test_a_batch_is_the_fold_of_its_events(options: dict[str, Any], batch: list[Event]) -> None:
    whole, one_by_one = Detector(**options), Detector(**options)
    found = whole.observe_many(batch)
    assert found == tuple(finding for event in batch for finding in one_by_one.observe(event))
    assert whole.state() == one_by_one.state()


@thorough
@given(OPTIONS, BATCHES, st.randoms(use_true_random=False))
def test_within_window_and_capacity_the_order_of_events_does_not_matter(
    options: dict[str, Any], batch: list[Event], random: Any
) -> None:
    options = {**options, "resolve_parents": False}  # a parent is looked up among earlier starts
    shuffled = list(batch)
    random.shuffle(shuffled)
    one, other = Detector(**options), Detector(**options)
    one.observe_many(batch)
    other.observe_many(shuffled)
    assert one.findings() == other.findings()
    assert one.suppressed() == other.suppressed()
    assert one.stats == other.stats


@thorough
@given(OPTIONS, st.lists(events(minutes=600), max_size=25))
def test_shards_by_device_merge_to_the_whole(options: dict[str, Any], batch: list[Event]) -> None:
    whole = Detector(**options)
    whole.observe_many(batch)
    shards = {event.device: Detector(**options) for event in batch}
    for event in batch:
        shards[event.device].observe(event)
    merged = Detector(**options).merge(Detector(**options), *shards.values())
    assert merged.findings() == whole.findings()
    assert merged.suppressed() == whole.suppressed()
    assert merged.stats == whole.stats


@thorough
@given(OPTIONS, st.lists(events(minutes=600), max_size=25))
def test_merging_is_associative_and_commutative_and_changes_nothing(
    options: dict[str, Any], batch: list[Event]
) -> None:
    a, b, c = (Detector(**options) for _ in DEVICES)
    for event in batch:
        (a, b, c)[DEVICES.index(event.device)].observe(event)
    before = a.state(), b.state()
    assert a.merge(b).state() == b.merge(a).state()
    left, right = a.merge(b).merge(c), a.merge(b.merge(c))
    assert left.state() == right.state() == a.merge(c, b).state()
    assert (a.state(), b.state()) == before


@thorough
@given(OPTIONS, st.lists(events(minutes=600), max_size=25), st.integers(0, 25), st.integers(1, 40))
def test_a_saved_detector_continues_identically_at_any_cut(
    options: dict[str, Any], batch: list[Event], cut: int, capacity: int
) -> None:
    whole = Detector(**options, capacity=capacity)
    whole.observe_many(batch[:cut])
    restored = Detector.from_state(json.loads(json.dumps(whole.state())), registry=options["registry"])
    assert restored.state() == whole.state()
    for event in batch[cut:]:
        assert restored.observe(event) == whole.observe(event)
    assert restored.state() == whole.state()


PLAIN = ("svchost.exe", "SVCHOST.EXE", "lsass.exe", "csmss.exe", "smss.exe", "explorer.exe", "services.exe")


def _as_row(event: ProcessCreated) -> dict[str, object]:
    assert event.parent is not None
    return {
        "Timestamp": event.timestamp,
        "DeviceId": event.device,
        "ReportId": event.record_id,
        "ActionType": "ProcessCreated",
        "FileName": event.process.name,
        "ProcessId": event.process.pid,
        "InitiatingProcessFileName": event.parent.name,
        "InitiatingProcessId": event.parent.pid,
    }


@thorough
@given(st.data(), st.integers(0, 20))
def test_without_crashes_the_seed_finds_what_the_published_query_finds(data: Any, size: int) -> None:
    batch = data.draw(st.lists(creations(), min_size=size, max_size=size))
    names = data.draw(st.lists(st.sampled_from(PLAIN), min_size=2 * size, max_size=2 * size))
    plain = [
        ProcessCreated(
            timestamp=event.timestamp,
            device=event.device,
            record_id=number,
            process=type(event.process)(names[2 * number], pid=event.process.pid),
            parent=type(event.process)(names[2 * number + 1], pid=number),
        )
        for number, event in enumerate(batch)
    ]
    detector = Detector(SEED_RELATIONS, window=None)
    detector.observe_many(plain)
    rows = published.run(map(_as_row, plain), [], now=START)
    assert {
        (finding.child, finding.parent, finding.event.record_id, finding.device_count)
        for finding in detector.findings()
    } == {(row["ImageFile"], row["ParentFile"], row["ReportId"], row["DeviceCount"]) for row in rows}


def _pairs(registry: RelationRegistry, batch: list[Event]) -> set[tuple[object, ...]]:
    detector = Detector(registry, report_unknown=True)
    detector.observe_many(batch)
    return {(each.child, each.parent, each.reasons, each.directory) for each in detector.findings()}


@thorough
@given(
    st.sampled_from([DEFAULT_RELATIONS, SEED_RELATIONS]),
    st.lists(events(), min_size=5, max_size=25),
    st.sampled_from(CHILDREN),
    st.sampled_from([parent for parent in PARENTS if parent is not None]),
)
def test_allowing_a_pair_only_removes_findings_of_that_pair(
    registry: RelationRegistry, batch: list[Event], child: str, parent: str
) -> None:
    allowed = registry.allow(child, parent, why="a test")
    assert set(allowed) == set(registry)
    before, after = _pairs(registry, batch), _pairs(allowed, batch)
    assert {found[:2] for found in after} <= {found[:2] for found in before}
    assert {found[:2] for found in before ^ after} <= {(child.lower(), parent.lower())}


@thorough
@given(OPTIONS, BATCHES)
def test_inputs_are_never_changed(options: dict[str, Any], batch: list[Event]) -> None:
    before = copy.deepcopy(batch)
    Detector(**options).observe_many(batch)
    assert batch == before


@thorough
@given(OPTIONS, BATCHES)
def test_findings_survive_pickling_and_copying(options: dict[str, Any], batch: list[Event]) -> None:
    detector = Detector(**options)
    found = detector.observe_many(batch)
    for twin in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert twin == found
        assert [finding.devices for finding in twin] == [finding.devices for finding in found]


@thorough
@given(OPTIONS, st.lists(events(minutes=600), max_size=40), st.integers(1, 10))
def test_memory_stays_within_capacity_and_no_mismatch_is_lost(
    options: dict[str, Any], batch: list[Event], capacity: int
) -> None:
    detector = Detector(**options, capacity=capacity)
    for event in batch:
        found = detector.observe(event)
        assert len(detector.findings()) <= capacity
        for finding in found:
            assert finding.device_count <= capacity + 1  # emitted before room is made
    roomy = Detector(**options, window=None)
    roomy.observe_many(batch)
    seen = {
        finding.uid for event in batch for finding in Detector(**options, capacity=capacity).observe(event)
    }
    if options["suppression"] is None and not options["resolve_parents"]:
        assert {finding.uid for finding in roomy.findings()} == seen


def test_a_window_forgets_and_reports_again() -> None:
    event = ProcessCreated(
        timestamp=START,
        device="ws-01",
        process=Process("svchost.exe", pid=100),
        parent=Process("explorer.exe", pid=104),
    )
    detector = Detector(window=timedelta(hours=2))
    assert len(detector.observe(event)) == 1
    assert detector.observe(event) == ()
