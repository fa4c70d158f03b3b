"""The saved state: all that was remembered comes back, and each refusal says where and why."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import attrs
import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    CrashHandler,
    Detector,
    Event,
    Exclusion,
    ExpectedParents,
    InvalidArgument,
    InvalidState,
    Process,
    ProcessCreated,
    Reason,
)
from parentchild.testing.damage import Place, replaced
from tests.detector.events import at, child_of, clone, created, exited, restored, thread

EXCLUSIONS = [
    Exclusion(child="a.exe", parent="b.exe", device="ws-09", user="x", expires_at=at(3600), reason="a test"),
    Exclusion(child="svchost.exe", parent="excused.exe", reason="another"),
]
WHOLE = ProcessCreated(
    timestamp=at(1),
    device="ws-01",
    process=Process(
        "svchost.exe",
        pid=500,
        path=r"C:\Temp\svchost.exe",
        command_line="svchost.exe -k",
        started_at=at(1),
        user="CORP\\a",
        user_sid="S-1-5-21",
        guid="{1}",
        session=2,
        integrity="High",
        signer="ACME",
        original_name="evil.exe",
        sha256="00ff",
    ),
    parent=Process("cmd.exe", pid=400),
    creator=Process("x.exe", pid=404),
    grandparent=Process("y.exe", pid=408),
    ingested_at=at(60),
    record_id="77",
    from_snapshot=True,
)
EVENTS: list[Event] = [
    WHOLE,
    attrs.evolve(WHOLE, record_id=-77, ingested_at=None, process=attrs.evolve(WHOLE.process, user="b")),
    thread(seconds=60, guid="{4}", started_at=at(-5)),
    thread(seconds=61),
    clone(seconds=62, record_id=5),
    clone(seconds=63, pid=501),
    clone(seconds=300),
    created("svchost.exe", "excused.exe", seconds=301),
    child_of(500, 302),
    child_of(12, 302),
    created("lsass.exe", "cmd.exe", seconds=303, device=""),
    created("lsass.exe", "cmd.exe", seconds=304, device="ws-02"),
    exited(500, 305, guid="{1}"),
]


def whole() -> Detector:
    detector = Detector(
        exclusions=EXCLUSIONS,
        window=timedelta(minutes=5),
        capacity=60,
        suppression=CrashHandler(within=timedelta(seconds=7), copies=1),
        report_unknown=True,
        resolve_parents=True,
    )
    detector.observe_many(EVENTS)
    return detector


STATE: dict[str, Any] = json.loads(json.dumps(whole().state()))
THINGS: list[dict[str, Any]] = next(
    each["things"] for each in STATE["histories"] if each["device"] == "ws-01"
)
HISTORY = next(place for place, each in enumerate(STATE["histories"]) if each["device"] == "ws-01")
KIND = {thing["kind"]: place for place, thing in reversed([*enumerate(THINGS)])}  # the first of each


def test_all_that_is_remembered_comes_back_from_json() -> None:
    detector = whole()
    assert set(KIND) == {"DeviceActivity", "Seen", "Evidence"}
    again = restored(detector)
    assert again.state() == detector.state()
    assert (again.findings(), again.suppressed(), again.stats) == (
        detector.findings(),
        detector.suppressed(),
        detector.stats,
    )
    assert again.settings == detector.settings


@pytest.mark.parametrize("cut", range(len(EVENTS) + 1))
def test_a_restored_detector_goes_on_as_the_saved_one_would_have(cut: int) -> None:
    one = Detector(capacity=9, resolve_parents=True, window=timedelta(minutes=4))
    one.observe_many(EVENTS[:cut])
    other = restored(one)
    for event in EVENTS[cut:] + EVENTS:
        assert other.observe(event) == one.observe(event)
    assert other.state() == one.state()


def test_what_is_not_set_is_not_written() -> None:
    assert "grandparent" not in THINGS[KIND["Seen"]]["event"]
    assert "guid" not in THINGS[KIND["Seen"]]["event"]["process"]


def test_a_state_is_written_in_one_order_whatever_the_order_of_the_devices() -> None:
    one, other = Detector(), Detector()
    events = [created("svchost.exe", "cmd.exe", device=device) for device in "ab"]
    one.observe_many(events)
    other.observe_many(events[::-1])
    assert json.dumps(one.state()) == json.dumps(other.state())


IN_HISTORY = ("histories", HISTORY)


def thing(kind: str, *path: str | int) -> Place:
    return (*IN_HISTORY, "things", KIND[kind], *path)


IN_THINGS = f"histories[{HISTORY}].things"
NOT_NEGATIVE = "must be a whole number that is not negative"
LSASS = ("lsass.exe", "cmd.exe", (Reason.UNEXPECTED_PARENT,), "")


def is_at(kind: str, field: str) -> str:
    return f"{IN_THINGS}[{KIND[kind]}].{field}"


@pytest.mark.parametrize(
    ("place", "value", "field", "reason"),
    [
        (("format",), "x", "format", "is not 'parentchild.detector': this is no saved detector"),
        (("version",), 1, "version", "is not 3, the one this release reads"),
        (("settings",), None, "settings", "must be a JSON object"),
        (("settings", "window"), "2h", "settings.window", NOT_NEGATIVE),
        (("settings", "window"), 10**30, "settings.window", "is out of range"),
        (("settings", "capacity"), 0, "settings.capacity", "must be an int of at least 1"),
        (("settings", "report_unknown"), "x", "settings.report_unknown", "must be true or false"),
        (("settings", "suppression", "within"), "x", "settings.suppression.within", NOT_NEGATIVE),
        (
            ("settings", "suppression", "copies"),
            0,
            "settings.suppression.copies",
            "must be an int of at least 1",
        ),
        (("settings", "exclusions", 1, "reason"), 7, "settings.exclusions[1].reason", "must be a text"),
        (
            ("settings", "exclusions", 1, "child"),
            "a\\b",
            "settings.exclusions[1].child",
            "is a path; give it as child_path=",
        ),
        (("stats", "seen"), -1, "stats.seen", NOT_NEGATIVE),
        (("stats", "seen"), True, "stats.seen", NOT_NEGATIVE),
        (
            ("stats", "missing", 0, 0),
            "x",
            "stats.missing[0][0]",
            "is no MissingParent that this release knows",
        ),
        (("pairs", 0, "key"), ["a", "b"], "pairs[0].key", "must hold 4 values"),
        (("pairs", 0, "key", 2, 0), "x", "pairs[0].key[2][0]", "is no Reason that this release knows"),
        (
            thing("DeviceActivity", "severity"),
            "x",
            is_at("DeviceActivity", "severity"),
            "is no Severity that this release knows",
        ),
        ((*IN_HISTORY, "clock"), "noon", f"histories[{HISTORY}].clock", "is no datetime"),
        (
            (*IN_HISTORY, "clock"),
            "2026-03-01T12:00:00",
            f"histories[{HISTORY}].clock",
            "must have a time zone: a naive time could be any of 24 hours",
        ),
        (
            thing("DeviceActivity", "suppressed"),
            -1,
            is_at("DeviceActivity", "suppressed"),
            NOT_NEGATIVE,
        ),
        (thing("Seen", "event", "process", "pid"), -1, is_at("Seen", "event.process.pid"), NOT_NEGATIVE),
        (
            thing("Seen", "event", "parent", "pid"),
            2**40,
            is_at("Seen", "event.parent.pid"),
            "must lie between 0 and 2**32 - 1",
        ),
        (thing("Seen", "event", "record_id"), [], is_at("Seen", "event.record_id"), "must be a text"),
        (thing("Evidence", "evidence", "pid"), "x", is_at("Evidence", "evidence.pid"), NOT_NEGATIVE),
        (("lost_all",), 1, "lost_all", "must be true or false"),
        ((*IN_HISTORY, "things", 0, "kind"), "x", f"{IN_THINGS}[0].kind", "is unknown"),
        ((*IN_HISTORY, "things", 0, "kind"), 7, f"{IN_THINGS}[0].kind", "is unknown"),
    ],
)
def test_a_refused_state_says_where_and_why(place: Place, value: object, field: str, reason: str) -> None:
    damaged: Any = replaced(STATE, place, value)
    with pytest.raises(InvalidState) as refused:
        Detector.from_state(damaged, registry=DEFAULT_RELATIONS)
    assert (refused.value.field, refused.value.value, refused.value.reason) == (field, value, reason)


@pytest.mark.parametrize(
    ("place", "value", "field", "told", "reason"),
    [
        (("lost",), [-1], "lost[0]", -1, NOT_NEGATIVE),
        (("pairs", 0, "variants", 0, "counts"), {7: 1}, "pairs[0].variants[0].counts", 7, "must be a text"),
        (
            (*IN_HISTORY, "entries", 0),
            {},
            f"histories[{HISTORY}].entries[0].process",
            None,
            "must be a JSON object",
        ),
        ((*IN_HISTORY, "things", 0), {}, f"{IN_THINGS}[0].kind", None, "is unknown"),
        (("settings", "capacity"), 3, "histories", 22, "is more than the capacity of 3"),
        (
            ("settings", "exclusions"),
            [],
            "stats.by_exclusion",
            (0, 1),
            "must be a count for each exclusion",
        ),
        (("pairs",), STATE["pairs"] * 2, "pairs", len(STATE["pairs"]), "names a pair twice"),
        (("pairs", 0, "key", 0), "x", "histories", LSASS, "is none of the pairs"),
        (
            ("pairs",),
            [*STATE["pairs"], replaced(STATE["pairs"][0], ("key", 0), "x")],
            "pairs",
            ("x", *LSASS[1:]),
            "is of no device",
        ),
        (("histories",), STATE["histories"] * 2, "histories", "ws-01", "is there twice"),
        ((*IN_HISTORY, "device"), "", "things", 4, "are more than counts, of no device"),
        (
            (*IN_HISTORY, "things"),
            [*THINGS, THINGS[KIND["DeviceActivity"]]],
            "things",
            len(THINGS) + 1,
            "hold an activity twice",
        ),
        (
            thing("DeviceActivity", "first"),
            None,
            "activity",
            ("svchost.exe", "cmd.exe"),
            "has counts that do not fit its events",
        ),
        (thing("Seen", "key", 0), "x", "Seen", ("x", "taskhostw.exe"), "belongs to no activity"),
        (
            thing("Seen", "event", "device"),
            "x",
            "Seen",
            ("taskhostw.exe", "taskhostw.exe"),
            "belongs to no activity",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_with_what_it_is_about(
    place: Place, value: object, field: str, told: object, reason: str
) -> None:
    damaged: Any = replaced(STATE, place, value)
    with pytest.raises(InvalidState) as refused:
        Detector.from_state(damaged, registry=DEFAULT_RELATIONS)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    about: Any = refused.value.value
    assert told in {about, about[:2] if isinstance(about, tuple) else about}


@pytest.mark.parametrize("state", [None, [], "{}"])
def test_what_is_no_mapping_is_no_state(state: Any) -> None:
    with pytest.raises(InvalidState) as refused:
        Detector.from_state(state, registry=DEFAULT_RELATIONS)
    assert (refused.value.field, refused.value.value) == ("state", state)
    assert refused.value.reason == "must be the mapping that Detector.state() returned"


def test_the_registry_is_required_and_must_be_one() -> None:
    wrong: Any = {}
    with pytest.raises(InvalidArgument, match=r"^registry = "):
        Detector.from_state(STATE, registry=wrong)
    with pytest.raises(TypeError):
        Detector.from_state(STATE)  # type: ignore[call-arg]


def test_a_policy_of_ones_own_is_named_when_it_cannot_be_saved() -> None:
    class Foreign(CrashHandler):
        pass

    policy = Foreign()
    with pytest.raises(InvalidState) as refused:
        Detector(suppression=policy).state()
    assert (refused.value.field, refused.value.value) == ("suppression", policy)
    assert refused.value.reason == "is a policy of your own, which a state cannot hold"


def test_what_was_lost_is_kept_whoever_knew_it_and_a_merge_adds_it_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("parentchild.detector.fleet._FEWEST_LOST", 1)
    many, few = Detector(capacity=1), Detector(capacity=1)
    for number in range(3):
        many.observe(created("svchost.exe", f"{number}.exe", device=f"m{number}"))
    for second, name in enumerate(("winlogon.exe", "wininit.exe")):
        few.observe(created(name, "cmd.exe", device=f"f-{name}", seconds=second))
    for merged in (Detector().merge(many, few), Detector().merge(few, many)):
        [finding] = merged.observe(created("lsass.exe", "cmd.exe", device="new"))
        assert not finding.device_count_is_exact
    [finding] = Detector().merge(few).observe(created("winlogon.exe", "cmd.exe", device="new"))
    assert not finding.device_count_is_exact
    [finding] = Detector().merge(few).observe(created("lsass.exe", "cmd.exe", device="new"))
    assert finding.device_count_is_exact


def test_what_is_expected_now_still_names_the_relation_and_what_was_imitated_then() -> None:
    detector = Detector()
    wrong = created("cmd.exe", "lsass.exe")
    detector.observe_many([wrong, created("scvhost.exe", "cmd.exe")])
    imitated, child = sorted(detector.findings(), key=lambda each: each.child, reverse=True)
    assert (imitated.imitates, child.reason) == ("svchost.exe", Reason.UNEXPECTED_CHILD)
    registry = DEFAULT_RELATIONS.allow("cmd.exe", "lsass.exe", why="a test")
    registry = registry.with_relation(ExpectedParents("scvhost.exe", ("cmd.exe",)))
    again = Detector.from_state(detector.state(), registry=registry)
    assert [again.observe(each) for each in (wrong, created("scvhost.exe", "cmd.exe"))] == [(), ()]
    imitated, child = sorted(again.findings(), key=lambda each: each.child, reverse=True)
    assert imitated.imitates == "svchost.exe"
    assert child.relation in registry.expected_children["lsass.exe"]


@pytest.mark.parametrize("field", ["occurrences", "suppressed", "variants"])
def test_of_what_is_older_than_the_window_a_state_holds_bounds_and_no_counts(field: str) -> None:
    detector = Detector(window=timedelta(hours=1))
    detector.observe_many([created("lsass.exe", "cmd.exe"), created("svchost.exe", "cmd.exe", seconds=3601)])
    state: dict[str, Any] = json.loads(json.dumps(detector.state()))
    [dormant] = state["histories"][0]["dormant"]
    assert (dormant["occurrences"], dormant["suppressed"], dormant["variants"]) == (0, 0, 0)
    dormant[field] = 1
    with pytest.raises(InvalidState, match=r"^activity = .*: has counts that do not fit its events$"):
        Detector.from_state(state, registry=DEFAULT_RELATIONS)


def test_an_event_that_is_remembered_singly_belongs_to_no_activity_older_than_the_window() -> None:
    detector = Detector(window=timedelta(hours=1))
    detector.observe_many([clone(), created("svchost.exe", "cmd.exe", seconds=3601)])
    state: dict[str, Any] = json.loads(json.dumps(detector.state()))
    assert state["histories"][0]["dormant"]
    fresh = Detector()
    fresh.observe(clone())
    told: dict[str, Any] = json.loads(json.dumps(fresh.state()))
    state["histories"][0]["things"] += [
        each for each in told["histories"][0]["things"] if each["kind"] == "Seen"
    ]
    with pytest.raises(InvalidState, match=r"^activity = "):
        Detector.from_state(state, registry=DEFAULT_RELATIONS)
