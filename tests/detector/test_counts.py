"""Counts and options: each event is counted once, as what it is; each option is checked and kept."""

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
    CrashHandler,
    Detector,
    Event,
    Exclusion,
    ExpectedImage,
    ExpectedParents,
    InvalidArgument,
    InvalidEvent,
    Process,
    ProcessCreated,
    Reason,
    RelationRegistry,
    RemoteThreadCreated,
    Severity,
    Verdict,
)
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Stats, counts_of
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import MissingParent
from parentchild.relations.prefilter import EVALUATE
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


UNWATCHED = [created(f"tool-{number}.exe", "cmd.exe") for number in range(3)]
EXPECTED = [created("svchost.exe", parent) for parent in ("services.exe", "SERVICES.exe", "msmpeng.exe")]
WRONG = created("svchost.exe", "cmd.exe")
SPOOFED = created("svchost.exe", "services.exe", creator=Process("cmd.exe", pid=7))
ORPHAN = ProcessCreated(timestamp=START, device="ws-01", process=Process("svchost.exe", pid=500))
BATCH = [*UNWATCHED, *EXPECTED, WRONG, SPOOFED, ORPHAN, *UNWATCHED, *EXPECTED]
COUNTED = Stats(seen=15, watched=9, expected=6, mismatched=2, unknown=1, missing=((MissingParent.ABSENT, 1),))


def doubled(once: Stats) -> Stats:
    return Stats(
        seen=2 * once.seen,
        watched=2 * once.watched,
        expected=2 * once.expected,
        mismatched=2 * once.mismatched,
        unknown=2 * once.unknown,
        missing=tuple((each, 2 * number) for each, number in once.missing),
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
    assert Detector.from_state(detector.state(), registry=SEED_RELATIONS).stats == kinds
    for event in events:
        detector.observe(event)
    assert detector.stats == doubled(kinds) == other.merge(other).stats


class Asked:
    """The default policy, which notes what it is asked about: what does not matter never comes so far."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        policy = CrashHandler()
        self.evidence_names = policy.evidence_names
        self.copies = policy.copies
        self.could_be_evidence = policy.could_be_evidence
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
    ("event", "reason"),
    [(STRAY_PARENT, Reason.MISPLACED_PARENT), (STRAY_CHILD, Reason.MISPLACED_IMAGE)],
)
def test_an_event_whose_paths_matter_is_judged_by_them(event: ProcessCreated, reason: Reason) -> None:
    policy = Asked()
    detector = Detector(suppression=policy)
    detector.observe(PLACED)
    assert [finding.reason for finding in detector.observe(event)] == [reason]
    assert policy.events == []  # the policy names WerFault.exe alone


def test_a_look_alike_whose_parent_is_unknown_is_a_mismatch_and_not_an_unknown() -> None:
    detector = Detector()
    for parent in (None, "?"):
        detector.observe(created("scvhost.exe", parent))
    assert detector.stats == Stats(seen=2, watched=2, mismatched=2)


def test_each_exclusion_counts_what_it_covers_and_keeps_its_count() -> None:
    wide = Exclusion(child="svchost.exe", reason="a test")
    narrow, idle = (
        Exclusion(child="svchost.exe", parent=name, reason="a test") for name in ("a.exe", "b.exe")
    )
    detector = Detector(SEED_RELATIONS, exclusions=[narrow, wide, idle])
    detector.observe_many([created("svchost.exe", "a.exe"), created("svchost.exe", "c.exe")])
    assert (detector.stats.excluded, detector.stats.by_exclusion) == (2, (1, 2, 0))
    merged = detector.merge(Detector(SEED_RELATIONS))
    assert merged.stats.by_exclusion == (1, 2, 0)
    restored = Detector.from_state(detector.state(), registry=SEED_RELATIONS, exclusions=[idle, wide])
    assert (restored.settings.exclusions, restored.stats.by_exclusion) == ((idle, wide), (0, 2))
    restored.observe(created("svchost.exe", "b.exe"))
    assert restored.stats.by_exclusion == (1, 3)


# options ----------------------------------------------------------------------------------------------


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
        {"suppression": CrashHandler(copies=1)},
        {"report_unknown": True},
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


def test_a_row_that_is_no_event_is_refused_with_what_makes_one_of_it() -> None:
    row: Any = {"FileName": "svchost.exe"}
    kinds = "must be a ProcessCreated, RemoteThreadCreated or ProcessExited"
    for name, argument in (("observe", row), ("observe_many", [row])):
        with pytest.raises(InvalidEvent) as refused:
            getattr(Detector(), name)(argument)
        assert refused.value.reason == f"{kinds}; telemetry.read makes one of a row"


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
        ("suppression", "default", "must be CrashHandler(), a policy like it, or None"),
        ("report_unknown", "yes", "must be True or False"),
        ("resolve_parents", 1, "must be True or False"),
        ("system_drive", 7, "must be a drive such as 'D:', or a mapping of devices to theirs"),
        ("system_drive", "DD", r"must be like 'D:' or '\Device\HarddiskVolume3'"),
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


def test_one_wrong_device_or_drive_of_a_mapping_is_named() -> None:
    wrong: Any = {7: "D:"}
    with pytest.raises(InvalidArgument, match=r"^system_drive = 7: must map names of devices to drives$"):
        Detector(system_drive=wrong)
    with pytest.raises(InvalidArgument, match=r"^system_drive = 'DD': must be like "):
        Detector(system_drive={"ws-01": "DD"})


def test_the_least_capacity_and_the_least_window_are_taken() -> None:
    settings = Detector(capacity=1, window=timedelta.resolution).settings
    assert (settings.capacity, settings.window) == (1, timedelta.resolution)


def test_only_a_detector_is_merged_and_the_refusal_says_so() -> None:
    other: Any = 7
    with pytest.raises(InvalidArgument, match=r"^other = 7: must be a Detector$"):
        Detector().merge(other)


# what passes --------------------------------------------------------------------------------------------


def test_a_release_that_an_event_tells_goes_before_what_its_names_alone_say() -> None:
    listed = ExpectedImage("parent.exe", windows="10+")
    registry = RelationRegistry([ExpectedParents("child.exe", (listed,))])
    plain = created("child.exe", "parent.exe")
    for batch in (False, True):
        detector = Detector(registry)
        for event in (plain, attrs.evolve(plain, windows="10"), plain):
            assert detector.observe(event) == ()
        old = attrs.evolve(plain, windows="7")
        [finding] = detector.observe_many([plain, old]) if batch else detector.observe(old)
        assert finding.reason is Reason.UNEXPECTED_PARENT


def test_what_a_reader_is_given_passes_by_default_what_could_matter_by_its_own_row_alone() -> None:
    detector = Detector()
    plain = detector.prefilter_for_rows()
    assert not plain.created("notepad.exe", "explorer.exe")
    assert not plain.exits
    whole = detector.prefilter_for_rows(remembers_processes=True)
    assert whole.created("notepad.exe", "explorer.exe")
    assert whole.exits


SVCHOST, SERVICES = (rf"C:\Windows\System32\{name}.exe" for name in ("svchost", "services"))
HOST = {Fact.CHILD_PATH: SVCHOST, Fact.CHILD_COMMAND_LINE: f"{SVCHOST} -k netsvcs"}


def test_a_reader_that_completes_parents_settles_none_by_what_a_row_lacks() -> None:
    detector = Detector()
    lacking = {**HOST, Fact.PARENT_PATH: None, Fact.PARENT_COMMAND_LINE: None}
    pair = ("svchost.exe", "services.exe")
    assert detector.prefilter_for_rows().settle_values(*pair, lacking) is Verdict.EXPECTED
    completing = detector.prefilter_for_rows(completes_parents=True)
    assert completing.settle_values(*pair, lacking) is EVALUATE


def test_a_start_of_the_crash_handler_passes_where_it_could_be_evidence_by_the_policy() -> None:
    snapshot = {Fact.CHILD_COMMAND_LINE: "WerFault.exe -pss -s 460 -p 400 -ip 400"}
    plain = {Fact.CHILD_COMMAND_LINE: "WerFault.exe -u -p 400 -s 460"}
    rest = {Fact.CHILD_PATH: r"C:\Windows\System32\WerFault.exe", Fact.PARENT_PATH: SVCHOST}
    prefilter = Detector().prefilter_for_rows()
    assert prefilter.settle_values("WerFault.exe", "svchost.exe", {**rest, **snapshot}) is EVALUATE
    assert prefilter.settle_values("WerFault.exe", "svchost.exe", {**rest, **plain}) is not EVALUATE
    idle = Detector(suppression=None).prefilter_for_rows()
    assert idle.settle_values("WerFault.exe", "svchost.exe", {**rest, **snapshot}) is not EVALUATE


def boot(drive: str) -> ProcessCreated:
    path = rf"{drive}\Windows\System32\smss.exe"
    event = created("smss.exe", "System", pid=300, parent_pid=4)
    return attrs.evolve(event, process=attrs.evolve(event.process, path=path))


def test_no_drive_is_doubted_before_a_device_tells_of_another() -> None:
    detector = Detector()
    values = {**HOST, Fact.PARENT_PATH: SERVICES, Fact.PARENT_COMMAND_LINE: None}
    before = detector.prefilter_for_rows()
    assert before.settle_values("svchost.exe", "services.exe", values) is Verdict.EXPECTED
    detector.observe_many([boot("C:"), attrs.evolve(boot("C:"), windows="10")])
    assert before.settle_values("svchost.exe", "services.exe", values) is Verdict.EXPECTED
    detector.observe(boot("D:"))
    for prefilter in (before, detector.prefilter_for_rows()):
        assert prefilter.settle_values("svchost.exe", "services.exe", values) is EVALUATE


def test_what_a_batch_tells_of_a_drive_holds_for_the_events_behind_it() -> None:
    event = created("svchost.exe", "services.exe")
    on_c = attrs.evolve(
        event,
        process=attrs.evolve(event.process, path=SVCHOST, command_line=f"{SVCHOST} -k netsvcs"),
        parent=Process("services.exe", pid=400, path=SERVICES),
    )
    detector = Detector()
    assert detector.observe_many([on_c, on_c]) == ()
    [finding] = detector.observe_many([on_c, boot("D:"), on_c])
    assert Reason.MISPLACED_IMAGE in finding.reasons
    assert finding.occurrences == 1


@pytest.mark.parametrize("registry", [SEED_RELATIONS, DEFAULT_RELATIONS])
def test_evidence_in_a_batch_is_evidence_though_its_names_were_seen_before(
    registry: RelationRegistry,
) -> None:
    def snapshot(pid: int) -> ProcessCreated:
        event = created("WerFault.exe", "svchost.exe", pid=900)
        line = f"WerFault.exe -pss -s 460 -p {pid} -ip {pid}"
        return attrs.evolve(event, process=attrs.evolve(event.process, command_line=line))

    detector = Detector(registry)
    for pids in ((1, 400), (401,)):
        copy = created("taskhostw.exe", "taskhostw.exe", second=1, parent_pid=pids[-1])
        detector.observe_many([*map(snapshot, pids), copy])
    assert (detector.stats.evidence, detector.stats.suppressed, detector.findings()) == (3, 2, ())


def test_the_policy_is_asked_of_threads_by_those_that_it_names_and_of_no_others() -> None:
    policy = Asked()
    detector = Detector(suppression=policy)
    by_name, by_path, elsewhere, unplaced = (
        RemoteThreadCreated(
            timestamp=START, device="ws-01", source=Process(name, path=path), target=Process("a.exe", pid=1)
        )
        for name, path in (
            ("WERFAULT.EXE", None),
            ("fault.exe", r"C:\Windows\System32\WerFault.exe"),
            ("a.exe", r"C:\Windows\System32\a.exe"),
            ("a.exe", None),
        )
    )
    for event in (by_name, by_path, elsewhere, unplaced):
        detector.observe(event)
    assert policy.events == [by_name, by_path]


def test_without_a_policy_not_even_a_thread_by_nobody_is_evidence() -> None:
    detector = Detector(suppression=None)
    thread = RemoteThreadCreated(
        timestamp=START, device="ws-01", source=Process(None), target=Process("a.exe", pid=1)
    )
    assert detector.observe(thread) == ()
    assert (detector.stats.seen, detector.stats.evidence) == (1, 0)


def test_what_was_expected_of_an_unknown_parent_is_told_of_the_earliest_event_too() -> None:
    listed = ExpectedImage("new.exe", windows="10+")
    registry = RelationRegistry([ExpectedParents("child.exe", (listed, "old.exe"))])
    detector = Detector(registry, report_unknown=True)
    later, earlier = (created("child.exe", None, second=second) for second in (5, 1))
    detector.observe(attrs.evolve(later, windows="10"))
    assert detector.findings()[0].expected == ("new.exe", "old.exe")
    detector.observe(attrs.evolve(earlier, windows="7"))
    [finding] = detector.findings()
    assert (finding.expected, finding.severity) == (("old.exe",), Severity.INFORMATIONAL)


def test_counts_of_other_exclusions_are_no_counts_of_these() -> None:
    exclusions = [Exclusion(child="a.exe", reason="a test")]
    assert counts_of(Stats(by_exclusion=(3,)), exclusions)[exclusions[0]] == 3
    for counts in ((), (1, 2)):
        with pytest.raises(ValueError, match="argument"):
            counts_of(Stats(by_exclusion=counts), exclusions)
