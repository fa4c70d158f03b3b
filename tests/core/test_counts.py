"""Counts: each event is counted once, as what it is, and taken back when it is judged anew."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta
from typing import Any

import attrs
import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    AsPublished,
    CrashHandler,
    Detector,
    Event,
    Exclusion,
    InvalidArgument,
    InvalidEvent,
    Process,
    ProcessCreated,
    ProcessExited,
    Reason,
    RelationRegistry,
    UnknownParents,
)
from parentchild.detector import stats
from parentchild.detector.crashes import Suppression
from parentchild.detector.settings import Settings
from parentchild.detector.stats import NAMES, Counters, Stats
from parentchild.relations.evaluation import MissingParent
from parentchild.testing.host import START, Host


def created(
    child: str, parent: str | None, *, second: float = 0, pid: int = 500, parent_pid: int = 400, **more: Any
) -> ProcessCreated:
    return ProcessCreated(
        timestamp=START + timedelta(seconds=second),
        device="ws-01",
        process=Process(child, pid=pid),
        parent=Process(parent, pid=parent_pid),
        **more,
    )


def exited(pid: int, second: float) -> ProcessExited:
    return ProcessExited(
        timestamp=START + timedelta(seconds=second), device="ws-01", process=Process(None, pid=pid)
    )


UNWATCHED = [created(f"tool-{number}.exe", "cmd.exe") for number in range(3)]
EXPECTED = [created("svchost.exe", parent) for parent in ("services.exe", "SERVICES.exe", "msmpeng.exe")]
WRONG = created("svchost.exe", "cmd.exe")
SPOOFED = created("svchost.exe", "services.exe", creator=Process("cmd.exe", pid=7))
ORPHAN = ProcessCreated(timestamp=START, device="ws-01", process=Process("svchost.exe", pid=500))
BATCH = [*UNWATCHED, *EXPECTED, WRONG, SPOOFED, ORPHAN, *UNWATCHED, *EXPECTED]
COUNTED = Stats(seen=15, watched=9, expected=6, mismatched=2, unknown=1, gaps=((MissingParent.ABSENT, 1),))


def doubled(once: Stats) -> Stats:
    return Stats(
        seen=2 * once.seen,
        watched=2 * once.watched,
        expected=2 * once.expected,
        mismatched=2 * once.mismatched,
        unknown=2 * once.unknown,
        gaps=tuple((gap, 2 * number) for gap, number in once.gaps),
    )


def test_events_one_by_one_are_counted_as_what_they_are() -> None:
    detector = Detector(SEED_RELATIONS)
    for event in BATCH:
        detector.observe(event)
    assert detector.stats == detector.stats == COUNTED
    for event in BATCH:  # all spellings are known now
        detector.observe(event)
    assert detector.stats == doubled(COUNTED)


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_events_in_a_batch_are_counted_as_what_they_are(kind: Any) -> None:
    detector = Detector(SEED_RELATIONS)
    detector.observe_many(kind(BATCH))
    assert detector.stats == COUNTED
    detector.observe_many(kind(BATCH))
    detector.observe_many([])
    assert detector.stats == doubled(COUNTED)


def test_batches_and_single_events_add_up_before_the_counts_are_read() -> None:
    detector = Detector(SEED_RELATIONS)
    detector.observe_many(BATCH)
    detector.observe_many(BATCH[:7])
    for event in BATCH[7:]:
        detector.observe(event)
    assert detector.stats == doubled(COUNTED)


@pytest.mark.parametrize("events", [UNWATCHED, EXPECTED])
def test_counts_of_events_that_do_not_matter_are_saved_and_merged(events: list[ProcessCreated]) -> None:
    kinds = Stats(seen=3) if events is UNWATCHED else Stats(seen=3, watched=3, expected=3)
    detector, other = Detector(SEED_RELATIONS), Detector(SEED_RELATIONS)
    detector.observe_many(events)
    other.observe_many(events)
    assert Detector.from_state(detector.state()).stats == kinds
    for event in events:
        detector.observe(event)
    assert other.merge(detector).stats == detector.stats == doubled(kinds)


def test_two_detectors_that_begin_with_the_same_event_are_two_copies_of_one_run() -> None:
    one, other = Detector(), Detector()
    one.observe_many([WRONG, SPOOFED])
    other.observe(WRONG)
    assert one.merge(other).stats.seen == 2


@pytest.mark.parametrize(
    "change",
    [{"device": "ws-02"}, {"timestamp": START + timedelta(seconds=1)}, {"record_id": 7}],
)
def test_two_detectors_that_begin_with_different_events_are_two_runs(change: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"timestamp": START, "device": "ws-01", "process": Process("tool.exe"), **change}
    one, other = Detector(), Detector()
    one.observe(created("tool.exe", "cmd.exe"))
    other.observe(ProcessCreated(**fields))
    assert one.merge(other).stats.seen == 2


class Asked:
    """The default policy, which notes what it is asked about: what does not matter never comes so far."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        policy = CrashHandler()
        self.evidence_names = policy.evidence_names
        self.could_clear = policy.could_clear
        self.clears = policy.clears

    def evidence_in(self, event: Event) -> None:
        self.events.append(event)


PLACED = Host("ws-01").spawn("svchost.exe", parent="services.exe")
STRAY_PARENT = attrs.evolve(
    PLACED, parent=Process("services.exe", pid=PLACED.process.pid, path=r"C:\Temp\services.exe")
)
STRAY_CHILD = attrs.evolve(PLACED, process=Process("svchost.exe", path=r"C:\Temp\svchost.exe"))


@pytest.mark.parametrize(
    ("registry", "event"),
    [
        (SEED_RELATIONS, created("notepad.exe", "explorer.exe")),
        (SEED_RELATIONS, created("svchost.exe", "services.exe")),
        (SEED_RELATIONS, ProcessCreated(timestamp=START, device="ws-01", process=Process("notepad.exe"))),
        (DEFAULT_RELATIONS, created("notepad.exe", "explorer.exe")),
        (DEFAULT_RELATIONS, PLACED),
    ],
)
def test_an_event_that_does_not_matter_goes_no_further_than_the_screen(
    registry: RelationRegistry, event: ProcessCreated
) -> None:
    policy = Asked()
    detector = Detector(registry, suppression=policy)
    for _ in range(2):
        detector.observe(event)
        detector.observe_many([event])
    assert policy.events == []
    assert detector.stats.seen == 4


@pytest.mark.parametrize(
    ("policy", "settles"), [(None, True), (CrashHandler(), True), (AsPublished(), False), (Asked(), False)]
)
def test_only_a_policy_that_clears_clones_alone_lets_names_settle_what_no_relation_names(
    policy: Suppression | None, *, settles: bool
) -> None:
    assert Detector(suppression=policy).prefilter.names_settle_unlisted is settles


@pytest.mark.parametrize(
    ("event", "reason"),
    [(STRAY_PARENT, Reason.MISPLACED_PARENT), (STRAY_CHILD, Reason.MISPLACED_IMAGE)],
)
def test_an_event_whose_paths_matter_is_judged_by_them(event: ProcessCreated, reason: Reason) -> None:
    policy = Asked()
    detector = Detector(suppression=policy)
    detector.observe(PLACED)
    assert [finding.reason for finding in detector.observe(event)] == [reason]
    assert policy.events == [event]


def test_a_look_alike_whose_parent_is_unknown_is_a_mismatch_and_not_an_unknown() -> None:
    detector = Detector()
    for parent in (None, "?"):
        detector.observe(created("scvhost.exe", parent))
    assert detector.stats == Stats(seen=2, watched=2, mismatched=2)


# taking back ------------------------------------------------------------------------------------------

STEPS: list[tuple[Event, Stats]] = [
    (
        created("svchost.exe", None, second=100, parent_pid=700),
        Stats(seen=1, watched=1, unknown=1, gaps=((MissingParent.PID_ONLY, 1),)),
    ),
    (
        created("services.exe", "wininit.exe", second=1, pid=700),
        Stats(seen=2, watched=2, expected=2, resolved=1),
    ),
    (
        created("evil.exe", "cmd.exe", second=2, pid=700),
        Stats(seen=3, watched=2, expected=1, mismatched=1, resolved=1),
    ),
    (
        created("excused.exe", "cmd.exe", second=3, pid=700),
        Stats(seen=4, watched=2, expected=1, mismatched=1, excluded=1, resolved=1),
    ),
    (
        created("msmpeng.exe", "cmd.exe", second=4, pid=700),
        Stats(seen=5, watched=2, expected=2, resolved=1),
    ),
    (
        created("excused.exe", "cmd.exe", second=5, pid=700),
        Stats(seen=6, watched=2, expected=1, mismatched=1, excluded=1, resolved=1),
    ),
    (
        exited(700, 50),
        Stats(seen=7, watched=2, expected=1, unknown=1, gaps=((MissingParent.PID_ONLY, 1),)),
    ),
]


@pytest.mark.parametrize("saves", [False, True])
@pytest.mark.parametrize("twice", [False, True])
def test_what_is_judged_anew_is_no_longer_counted_as_what_it_was(*, saves: bool, twice: bool) -> None:
    exclusion = Exclusion(child="svchost.exe", parent="excused.exe", reason="a test")
    detector = Detector(SEED_RELATIONS, resolve_parents=True, exclusions=[exclusion])
    extra = 0
    if twice:  # a second orphan of the same pid goes the same way
        detector.observe(created("svchost.exe", None, second=99, parent_pid=700))
        extra = 1
    for event, expected in STEPS:
        detector.observe(event)
        if saves:
            state: dict[str, Any] = json.loads(json.dumps(detector.state()))
            detector = Detector.from_state(state, registry=SEED_RELATIONS)
        orphans = expected.resolved + expected.unknown
        assert orphans == 1
        read = detector.stats
        assert read.seen == expected.seen + extra
        assert read.watched == expected.watched + extra
        assert read.expected + read.mismatched + read.unknown == read.watched
        assert read.mismatched == expected.mismatched * (1 + extra)
        assert read.excluded == expected.excluded * (1 + extra)
        assert read.unknown == expected.unknown * (1 + extra)
        assert read.resolved == expected.resolved * (1 + extra)
        assert dict(read.gaps) == {gap: number * (1 + extra) for gap, number in expected.gaps}
        if not twice:
            assert read == expected
    assert detector.findings() == ()


# the books --------------------------------------------------------------------------------------------


def test_only_the_names_of_counters_are_names() -> None:
    assert {"seen", "seen-", "expired-", "gap:absent", "gap:pid_only-"} <= NAMES
    assert not {"gaps", "gap:ABSENT", "", "-", "seen--"} & NAMES


def test_counters_add_up_and_what_is_taken_back_is_kept_apart() -> None:
    counters = Counters()
    counters.open("a")
    counters.open("b")  # it has one
    counters.add("unknown")
    counters.add("unknown", 3)
    counters.add("unknown", -1)
    counters.add("unknown", -1)
    counters.add("gap:sid", 2)
    counters.add("seen", 0)
    assert counters.filled() == {"0:a": {"unknown": 4, "unknown-": 2, "gap:sid": 2}}
    assert counters.read() == Stats(unknown=2, gaps=((MissingParent.SID, 2),))
    assert counters.read().unknown_by_gap == {MissingParent.SID: 2}


def counters_of(own: str | None, **books: dict[str, int]) -> Counters:
    counters = Counters()
    counters.restore(books, own)
    return counters


def united(one: Counters, other: Counters) -> Counters:
    counters = Counters()
    counters.unite(one, other)
    return counters


def test_of_two_copies_of_a_book_the_higher_counts_win() -> None:
    one = counters_of("a", a={"seen": 3, "unknown": 1}, b={"seen": 5})
    other = counters_of("a", a={"seen": 2, "unknown": 4, "expected": 1})
    merged = united(one, other)
    assert merged.filled() == {"a": {"seen": 3, "unknown": 4, "expected": 1}, "b": {"seen": 5}}
    assert merged.own_name == "a"
    merged.add("seen")
    assert merged.books["a"]["seen"] == 4
    assert one.books["a"]["seen"] == 3  # the counts of neither are shared


def test_a_count_of_nothing_in_a_saved_book_stays_nothing() -> None:
    one, other = counters_of("a", a={"seen": 0}), counters_of("a", a={"expected": 0})
    assert united(one, other).read() == Stats()


def test_a_united_run_has_one_name_in_every_release(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (
        counters_of("a", a={"seen": 1}, x={"seen": 1}, y={"seen": 1}),
        counters_of("b", b={"seen": 1}),
    )
    assert united(one, other).own_name == "4:8ea1a438-e954-5517-9e78-0e5c8eb31020"
    assert united(one, counters_of(None)).own_name == "3:5a90bc24-7d7a-5b49-a145-d45fca9621f9"
    assert united(counters_of(None), one).own_name == "3:5a90bc24-7d7a-5b49-a145-d45fca9621f9"
    monkeypatch.setattr(stats, "MOST_BOOKS", 3)
    assert "bound:dc16577a-cead-59df-8e17-14878013f8fd" in united(one, other).books


def test_after_two_runs_are_united_a_book_of_its_own_begins_named_after_both() -> None:
    one, other = counters_of("a", a={"seen": 3}), counters_of("b", b={"seen": 2})
    merged, turned = united(one, other), united(other, one)
    assert merged.own_name == turned.own_name
    assert merged.own_name not in {"a", "b", None}
    assert merged.filled() == {"a": {"seen": 3}, "b": {"seen": 2}}
    merged.add("seen")
    assert merged.read().seen == 6
    assert united(one, counters_of(None)).own_name != united(other, counters_of(None)).own_name


def test_a_run_that_was_saved_before_it_counted_anything_goes_on_in_its_own_book() -> None:
    counters = counters_of("a")
    counters.add("seen")
    assert counters.filled() == {"a": {"seen": 1}}


def test_the_books_of_ended_runs_are_bound_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    one = counters_of("a", a={"seen": 1}, b={"seen": 2, "unknown": 5})
    other = counters_of("c", c={"seen": 3}, d={"seen": 4, "expected": 1})
    monkeypatch.setattr(stats, "MOST_BOOKS", 4)
    assert united(one, other).filled().keys() == {"a", "b", "c", "d"}
    monkeypatch.setattr(stats, "MOST_BOOKS", 3)
    merged = united(one, other)
    bound = next(name for name in merged.books if name.startswith("bound:"))
    assert merged.filled() == {
        "a": {"seen": 1},
        "c": {"seen": 3},
        bound: {"seen": 6, "unknown": 5, "expected": 1},
    }
    assert united(other, one).filled() == merged.filled()
    renamed = counters_of("c", c={"seen": 3}, e={"seen": 4, "expected": 1})
    assert bound not in united(one, renamed).books


def test_books_named_after_a_device_that_is_no_unicode_text_are_united_and_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stats, "MOST_BOOKS", 2)
    one = counters_of("\ud800", **{"\ud800": {"seen": 1}, "a\udfff": {"seen": 2}})
    merged = united(one, counters_of("b", b={"seen": 3}))
    assert len(merged.filled()) == 3
    assert merged.read().seen == 6


# what a detector is made of -----------------------------------------------------------------------------


def test_a_detector_remembers_a_hundred_thousand_things_for_two_hours_unless_told_otherwise() -> None:
    settings = Detector().settings
    assert (settings.capacity, settings.window) == (100_000, timedelta(hours=2))


@pytest.mark.parametrize(
    "change",
    [
        {"exclusions": (Exclusion(child="a.exe", reason="x"),)},
        {"window": timedelta(minutes=5)},
        {"window": None},
        {"capacity": 7},
        {"suppression": None},
        {"suppression": AsPublished()},
        {"unknown_parents": UnknownParents.REPORT},
        {"resolve_parents": True},
    ],
)
def test_a_detector_that_is_restored_copied_or_merged_with_has_every_option_still(
    change: dict[str, Any],
) -> None:
    detector = Detector(SEED_RELATIONS, **change)
    for twin in (
        Detector.from_state(json.loads(json.dumps(detector.state())), registry=SEED_RELATIONS),
        pickle.loads(pickle.dumps(detector)),
        detector.merge(Detector()),
    ):
        assert twin.settings == detector.settings == Settings(**change)
        assert twin.registry == SEED_RELATIONS


def test_a_pickled_detector_keeps_its_registry() -> None:
    detector = Detector(SEED_RELATIONS)
    assert pickle.loads(pickle.dumps(detector)).registry == SEED_RELATIONS


@pytest.mark.parametrize("way", ["one", "many", "behind a stranger"])
def test_what_is_no_event_is_named_in_the_refusal(way: str) -> None:
    detector, stranger = Detector(), Process("svchost.exe")
    observe: Any = detector.observe if way == "one" else detector.observe_many
    batch: Any = stranger if way == "one" else [WRONG, stranger] if way == "many" else [*UNWATCHED, stranger]
    with pytest.raises(InvalidEvent) as refused:
        observe(batch)
    assert refused.value.field == "event"
    assert refused.value.value is stranger
    assert refused.value.reason == "must be a ProcessCreated, RemoteThreadCreated or ProcessExited"


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("registry", {}, "must be a RelationRegistry"),
        ("exclusions", 7, "must be a collection of Exclusion"),
        ("exclusions", Exclusion(child="a.exe", reason="x"), "must be a collection of Exclusion"),
        ("window", 7200, "must be a timedelta above zero, or None for ever"),
        ("window", timedelta(0), "must be a timedelta above zero, or None for ever"),
        ("capacity", 0, "must be an int of at least 1"),
        ("capacity", True, "must be an int of at least 1"),
        ("capacity", "9", "must be an int of at least 1"),
        ("suppression", "default", "must be CrashHandler(), AsPublished() or None"),
        ("unknown_parents", "report", "must be an UnknownParents"),
        ("resolve_parents", 1, "must be True or False"),
    ],
)
def test_a_refused_option_is_named_with_its_value_and_what_it_must_be(
    option: str, value: Any, reason: str
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        Detector(**{option: value})
    assert (refused.value.field, refused.value.value, refused.value.reason) == (option, value, reason)


def test_one_wrong_thing_among_the_exclusions_is_named() -> None:
    wrong: Any = [Exclusion(child="a.exe", reason="x"), 7]
    with pytest.raises(InvalidArgument, match=r"^exclusions = 7: must be a collection of Exclusion$"):
        Detector(exclusions=wrong)


def test_the_least_capacity_and_the_least_window_are_taken() -> None:
    settings = Detector(capacity=1, window=timedelta.resolution).settings
    assert (settings.capacity, settings.window) == (1, timedelta.resolution)


def test_only_a_detector_is_merged_and_the_refusal_says_so() -> None:
    other: Any = 7
    with pytest.raises(InvalidArgument, match=r"^other = 7: must be a Detector$"):
        Detector().merge(other)
