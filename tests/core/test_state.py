"""The saved state: all that was remembered comes back, and each refusal says where, what and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from parentchild import (
    AsPublished,
    CrashHandler,
    Detector,
    Exclusion,
    InvalidState,
    Process,
    ProcessCreated,
    Reason,
    UnknownParents,
)
from parentchild.detector.crashes import Evidence
from parentchild.detector.groups import Key
from parentchild.detector.settings import Settings
from parentchild.detector.snapshots import (
    ExitRecord,
    MemberRecord,
    OccurrenceRecord,
    OrphanRecord,
    ProofRecord,
    RunRecord,
    Snapshot,
)
from parentchild.detector.state import SavedState, decoded, encoded
from parentchild.testing.damage import Place, replaced
from parentchild.testing.host import START


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


KEY: Key = (Reason.UNEXPECTED_PARENT, "svchost.exe", "cmd.exe")
LOST: Key = (Reason.MISPLACED_PARENT, "svchost.exe", "services.exe")
PROCESS = Process(
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
)
EVENT = ProcessCreated(
    timestamp=at(1),
    device="ws-01",
    process=PROCESS,
    parent=Process("cmd.exe", pid=400),
    creator=Process("x.exe", pid=404),
    grandparent=Process("y.exe", pid=408),
    ingested_at=at(60),
    record_id="77",
)
OTHER = attrs.evolve(EVENT, record_id=77, ingested_at=None)
SAVED = SavedState(
    Settings(
        exclusions=[
            Exclusion(
                reason="a test",
                child="a.exe",
                parent="b.exe",
                device="ws-09",
                user="corp\\b",
                command_line="-k",
                expires_at=at(3600),
            ),
            Exclusion(reason="another", child="c.exe"),
        ],
        window=timedelta(minutes=5),
        capacity=4,
        suppression=CrashHandler(within=timedelta(seconds=7)),
        unknown_parents=UnknownParents.REPORT,
        resolve_parents=True,
    ),
    Snapshot(
        members=(
            MemberRecord(
                key=KEY,
                device="ws-01",
                at=at(60),
                touched=1,
                settled=3,
                first=EVENT,
                last=at(5),
                cleared=2,
                open=(OccurrenceRecord(OTHER, at(2), 3, cleared=True),),
            ),
            MemberRecord(
                key=KEY,
                device="ws-02",
                at=at(60),
                touched=2,
                settled=0,
                first=None,
                last=None,
                cleared=0,
                open=(),
            ),
        ),
        inexact=frozenset({KEY, LOST}),
        all_inexact=True,
        proofs=(
            ProofRecord(
                Evidence(device="ws-01", pid=4, at=at(9), name="svchost.exe", started_at=at(1), guid="{4}"),
                at(10),
                6,
            ),
        ),
        orphans=(OrphanRecord(EVENT, (EVENT, OTHER), at(61), 7),),
        runs=(RunRecord("ws-01", PROCESS, at(1), at(60), 8),),
        exits=(ExitRecord("ws-01", 500, "{1}", at(3), at(62), 9), ExitRecord("b", 5, None, at(3), at(4), 10)),
        touches=11,
        table_touches=12,
        orphan_touches=13,
    ),
    {"0:a": {"seen": 0, "unknown-": 3}, "1:b": {"gap:sid": 2}},
    "1:b",
)
STATE: Mapping[str, Any] = json.loads(json.dumps(encoded(SAVED)))


def test_all_that_is_remembered_comes_back_from_json() -> None:
    assert decoded(STATE) == SAVED
    assert decoded(encoded(SAVED)) == SAVED


@pytest.mark.parametrize(
    "change",
    [
        {"window": None},
        {"suppression": None},
        {"suppression": AsPublished()},
        {"unknown_parents": UnknownParents.COUNT},
        {"exclusions": ()},
    ],
)
def test_every_kind_of_option_comes_back(change: dict[str, Any]) -> None:
    saved = attrs.evolve(SAVED, settings=attrs.evolve(SAVED.settings, **change))
    assert decoded(json.loads(json.dumps(encoded(saved)))) == saved


def test_an_empty_detector_without_resolution_comes_back() -> None:
    saved = SavedState(Settings(), Snapshot(), {}, None)
    assert decoded(json.loads(json.dumps(encoded(saved)))) == saved


def test_a_state_is_written_in_one_order() -> None:
    assert STATE["inexact"] == sorted(STATE["inexact"])
    books: dict[str, dict[str, int]] = {"b": {"unknown": 1, "seen": 2}, "a": {}}
    state: Any = encoded(attrs.evolve(SAVED, books=books))
    assert json.dumps(state["books"]) == '{"a": {}, "b": {"seen": 2, "unknown": 1}}'


def test_what_is_not_set_is_not_written() -> None:
    assert STATE["members"][0]["open"][0]["event"].keys() == STATE["members"][0]["first"].keys() - {
        "ingested_at"
    }
    assert STATE["members"][1]["first"] is None
    assert STATE["members"][0]["first"]["parent"] == {"name": "cmd.exe", "pid": 400}


MEMBER = STATE["members"][0]


@pytest.mark.parametrize(
    ("place", "value", "field", "shown", "reason"),
    [
        (("format",), "x", "format", "x", "is not 'parentchild.detector': this is no saved detector"),
        (("version",), 2, "version", 2, "is not 1, the one this release reads"),
        (("settings",), None, "settings", None, "must be a JSON object"),
        (("settings", "window"), "2h", "settings.window", "2h", "must be a number of seconds"),
        (("settings", "capacity"), 0, "capacity", 0, "must be an int of at least 1"),
        (("settings", "unknown_parents"), "x", "settings.unknown_parents", None, "is unknown"),
        (
            ("settings", "suppression", "name"),
            "mine",
            "settings.suppression.name",
            "mine",
            "is no policy of this release",
        ),
        (
            ("settings", "suppression", "within"),
            "x",
            "settings.suppression.within",
            "x",
            "must be a number of seconds",
        ),
        (("settings", "exclusions", 1, "reason"), 7, "settings.exclusions[1].reason", 7, "must be str"),
        (("members", 1, "device"), "ws-01", "members", 2, "names a device of one pair twice"),
        (("members", 0, "key"), "x", "members[0].key", "x", "must be list"),
        (
            ("members", 0, "key"),
            ["a", "b"],
            "members[0].key",
            ["a", "b"],
            "must be a reason, a child and a parent",
        ),
        (
            ("members", 0, "key", 1),
            7,
            "members[0].key",
            ["unexpected-parent", 7, "cmd.exe"],
            "must be a reason, a child and a parent",
        ),
        (("members", 0, "key", 0), "x", "members[0].key", "x", "is no reason of this release"),
        (("inexact", 0), "x", "inexact", [], "must be a reason, a child and a parent"),
        (("inexact", 0, 0), "x", "inexact", "x", "is no reason of this release"),
        (("members", 0, "settled"), 0, "members[0].settled", 0, "does not fit its first and last"),
        (("members", 0, "first"), None, "members[0].settled", 3, "does not fit its first and last"),
        (("members", 0, "last"), None, "members[0].settled", 3, "does not fit its first and last"),
        (("members", 1, "last"), MEMBER["last"], "members[1].settled", 0, "does not fit its first and last"),
        (
            ("members", 0, "first", "device"),
            "x",
            "members[0].device",
            "ws-01",
            "is not the device of its events",
        ),
        (
            ("members", 0, "open", 0, "event", "device"),
            "x",
            "members[0].device",
            "ws-01",
            "is not the device of its events",
        ),
        (("members", 0, "open", 0, "touched"), -1, "members[0].open[0].touched", -1, "must not be negative"),
        (
            ("members", 0, "open", 0, "event", "parent", "pid"),
            "x",
            "members[0].open[0].event.parent.pid",
            "x",
            "must be int",
        ),
        (("members", 0, "first", "record_id"), [], "members[0].first.record_id", [], "must be str or int"),
        (
            ("members", 0, "first", "process", "pid"),
            -1,
            "pid",
            -1,
            "must lie between 0 and 2**32 - 1",
        ),
        (("proofs", 0, "evidence", "pid"), "x", "proofs[0].evidence.pid", "x", "must be int"),
        (("orphans", 0, "known"), [], "orphans[0].known", (), "must not be empty"),
        (("touches",), [1, 2], "touches", [1, 2], "must be three numbers"),
        (("touches",), [1, 2, "3"], "touches", [1, 2, "3"], "must be three numbers"),
        (
            ("members",),
            STATE["members"]
            + [{**MEMBER, "device": "x", "open": [], "first": {**MEMBER["first"], "device": "x"}}],
            "members",
            5,
            "is more than the capacity of 4",
        ),
        (("proofs",), STATE["proofs"] * 2, "members", 5, "is more than the capacity of 4"),
        (("members", 0, "open"), MEMBER["open"] * 2, "members", 5, "is more than the capacity of 4"),
        (("orphans",), STATE["orphans"] * 5, "orphans", 5, "is more than the capacity of 4"),
        (("runs",), STATE["runs"] * 3, "runs", 5, "is more than the capacity of 4"),
        (("exits",), STATE["exits"] * 2, "runs", 5, "is more than the capacity of 4"),
        (
            ("settings", "resolve_parents"),
            False,
            "runs",
            1,
            "cannot be: this detector does not resolve parents",
        ),
        (("books", "0:a"), [], "books", "0:a", "must hold one JSON object a name"),
        (("books", "0:a"), {"x": 1}, "books.0:a", ("x", 1), "is no counter of this library"),
        (("books", "0:a", "seen"), -1, "books.0:a", ("seen", -1), "is no counter of this library"),
        (("books", "0:a", "seen"), "1", "books.0:a", ("seen", "1"), "is no counter of this library"),
        (("books",), [], "books", [], "must be dict"),
        (("own_book",), 7, "own_book", 7, "must be str"),
    ],
)
def test_a_refused_state_says_where_what_and_why(
    place: Place, value: object, field: str, shown: object, reason: str
) -> None:
    damaged: Any = replaced(STATE, place, value)
    with pytest.raises(InvalidState) as refused:
        decoded(damaged)
    assert (refused.value.field, refused.value.value, refused.value.reason) == (field, shown, reason)


@pytest.mark.parametrize("state", [None, [], "{}"])
def test_what_is_no_mapping_is_no_state(state: Any) -> None:
    with pytest.raises(InvalidState) as refused:
        decoded(state)
    assert (refused.value.field, refused.value.value) == ("state", state)
    assert refused.value.reason == "must be the mapping that Detector.state() returned"


def test_a_book_must_have_a_text_for_a_name() -> None:
    books: Any = {7: {"seen": 1}}
    with pytest.raises(InvalidState, match=r"^books = 7: must hold one JSON object a name$"):
        decoded({**STATE, "books": books})


def test_a_state_holds_as_much_as_its_capacity_and_as_many_books_as_can_come_about() -> None:
    full: dict[str, Any] = {
        **STATE,
        "orphans": STATE["orphans"] * 4,
        "runs": STATE["runs"] * 2,
        "books": {str(number): {} for number in range(100_000)},
    }
    saved = decoded(full)
    assert (len(saved.snapshot.orphans), len(saved.books)) == (4, 100_000)
    full["books"]["one more"] = {}
    with pytest.raises(InvalidState, match=r"^books = 100001: is more than 100000$"):
        decoded(full)


@pytest.mark.parametrize("part", ["orphans", "runs", "exits"])
def test_a_detector_that_does_not_resolve_has_nothing_to_resolve(part: str) -> None:
    empty: dict[str, Any] = {**STATE, "orphans": [], "runs": [], "exits": []}
    empty["settings"] = {**STATE["settings"], "resolve_parents": False}
    assert decoded(empty).snapshot.runs == ()
    with pytest.raises(InvalidState, match=r"does not resolve parents$"):
        decoded({**empty, part: STATE[part]})


def test_a_policy_of_ones_own_is_named_when_it_cannot_be_saved() -> None:
    class Foreign:
        evidence_names: frozenset[str] = frozenset()
        evidence_in = could_clear = clears = staticmethod(lambda *_: None)

    policy: Any = Foreign()
    with pytest.raises(InvalidState) as refused:
        Detector(suppression=policy).state()
    assert (refused.value.field, refused.value.value) == ("suppression", policy)
    assert refused.value.reason == "is a policy of your own, which a state cannot hold"
