"""Snapshots unite field by field: the fuller record wins, and what was seen twice was seen twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from parentchild import Process, ProcessCreated, Reason
from parentchild.detector.crashes import Evidence
from parentchild.detector.groups import Key, earlier
from parentchild.detector.snapshots import (
    ExitRecord,
    MemberRecord,
    OccurrenceRecord,
    OrphanRecord,
    ProofRecord,
    RunRecord,
    Snapshot,
    united,
)
from parentchild.testing.host import START

KEY: Key = (Reason.UNEXPECTED_PARENT, "svchost.exe", "cmd.exe")
OTHER_KEY: Key = (Reason.UNEXPECTED_PARENT, "svchost.exe", "x.exe")


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def event(second: float = 0, pid: int = 500, **more: Any) -> ProcessCreated:
    return ProcessCreated(
        timestamp=at(second),
        device="ws-01",
        process=Process("svchost.exe", pid=pid),
        parent=Process("cmd.exe", pid=400),
        **more,
    )


def member(**fields: Any) -> MemberRecord:
    usual: dict[str, Any] = {
        "key": KEY,
        "device": "ws-01",
        "at": at(0),
        "touched": 1,
        "settled": 0,
        "first": None,
        "last": None,
        "cleared": 0,
        "open": (),
    }
    return MemberRecord(**{**usual, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"at": at(5)},
        {"touched": 5},
        {"settled": 1, "first": event(), "last": at(0)},
        {"settled": 2, "first": event(-1), "last": at(9)},
        {"cleared": 4},
        {"open": (OccurrenceRecord(event(), at(0), 1, cleared=False),)},
    ],
)
@pytest.mark.parametrize("base", [{}, {"settled": 1, "first": event(1), "last": at(1)}])
def test_of_two_records_of_a_member_each_fuller_field_wins(
    fields: dict[str, Any], base: dict[str, Any]
) -> None:
    poor, rich = member(**base), member(**{**base, **fields})
    for sides in ((poor, rich), (rich, poor)):
        one, other = (Snapshot(members=(side,)) for side in sides)
        expected = rich
        if base and "first" in fields:  # the latest time may be either's
            expected = attrs.evolve(rich, last=max(rich.last or at(0), at(1)))
        assert united(one, other).members == (expected,)


def test_members_of_other_pairs_and_other_devices_stay_apart() -> None:
    members = (member(), member(device="ws-02"), member(key=OTHER_KEY))
    one, other = Snapshot(members=members[:1]), Snapshot(members=members[1:])
    assert united(one, other).members == members


def test_an_open_event_that_one_side_saw_twice_is_there_twice_and_is_cleared_if_either_knows() -> None:
    one = (
        OccurrenceRecord(event(pid=1), at(1), 1, cleared=False),
        OccurrenceRecord(event(pid=1), at(2), 7, cleared=False),
        OccurrenceRecord(event(pid=2), at(3), 4, cleared=True),
        OccurrenceRecord(event(pid=4), at(3), 9, cleared=False),
    )
    other = (
        OccurrenceRecord(event(pid=1), at(5), 3, cleared=True),
        OccurrenceRecord(event(pid=2), at(2), 2, cleared=False),
        OccurrenceRecord(event(pid=3), at(0), 9, cleared=False),
    )
    expected = (
        OccurrenceRecord(event(pid=1), at(5), 3, cleared=True),
        OccurrenceRecord(event(pid=2), at(3), 4, cleared=True),
        OccurrenceRecord(event(pid=1), at(2), 7, cleared=False),
        OccurrenceRecord(event(pid=3), at(0), 9, cleared=False),
        OccurrenceRecord(event(pid=4), at(3), 9, cleared=False),
    )
    for here, there in ((one, other), (other, one)):
        sides = (Snapshot(members=(member(open=each),)) for each in (here, there))
        [merged] = united(*sides).members
        assert merged.open == expected


def test_an_open_event_that_one_side_saw_three_times_is_there_three_times() -> None:
    open_ = tuple(OccurrenceRecord(event(), at(0), touched, cleared=False) for touched in (1, 2, 3))
    for sides in ((open_, ()), ((), open_), (open_, open_), (open_, open_[:1])):
        one, other = (Snapshot(members=(member(open=each),)) for each in sides)
        [merged] = united(one, other).members
        assert merged.open == open_


PROOF = ProofRecord(
    Evidence(device="ws-01", pid=4, at=at(0), name=None, started_at=None, guid=None), at(0), 1
)
RUN = RunRecord("ws-01", Process("a.exe", pid=4), at(0), at(0), 1)
EXIT = ExitRecord("ws-01", 4, None, at(0), at(0), 1)


def holding(part: str, record: object) -> Snapshot:
    parts: dict[str, Any] = {part: (record,)}
    return Snapshot(**parts)


@pytest.mark.parametrize(("part", "record"), [("proofs", PROOF), ("runs", RUN), ("exits", EXIT)])
def test_of_two_records_of_one_thing_the_later_time_and_the_later_use_are_kept(
    part: str, record: Any
) -> None:
    one, other = attrs.evolve(record, at=at(5)), attrs.evolve(record, touched=9)
    for here, there in ((one, other), (other, one)):
        merged = united(holding(part, here), holding(part, there))
        assert getattr(merged, part) == (attrs.evolve(record, at=at(5), touched=9),)


@pytest.mark.parametrize(
    ("part", "record", "change"),
    [
        ("proofs", PROOF, {"evidence": attrs.evolve(PROOF.evidence, pid=8)}),
        ("runs", RUN, {"device": "ws-02"}),
        ("runs", RUN, {"process": Process("b.exe", pid=4)}),
        ("runs", RUN, {"since": at(1)}),
        ("exits", EXIT, {"device": "ws-02"}),
        ("exits", EXIT, {"pid": 8}),
        ("exits", EXIT, {"guid": "{1}"}),
        ("exits", EXIT, {"until": at(1)}),
    ],
)
def test_records_of_different_things_are_both_kept(part: str, record: Any, change: dict[str, Any]) -> None:
    different = attrs.evolve(record, **change)
    merged = united(holding(part, record), holding(part, different))
    assert getattr(merged, part) == (record, different)


def test_an_orphan_that_two_sides_know_by_different_names_keeps_both() -> None:
    waiting, alone = event(1), event(2)
    names = sorted((event(1, record_id="a"), event(1, record_id="b")), key=repr)
    one = Snapshot(orphans=(OrphanRecord(waiting, (names[1],), at(1), 9),))
    other = Snapshot(
        orphans=(OrphanRecord(alone, (alone,), at(0), 1), OrphanRecord(waiting, (names[0],), at(3), 2))
    )
    merged = OrphanRecord(waiting, tuple(names), at(3), 9)
    expected = {merged, OrphanRecord(alone, (alone,), at(0), 1)}
    assert set(united(one, other).orphans) == set(united(other, one).orphans) == expected
    assert len(united(one, other).orphans) == 2


def test_the_rest_is_the_greater_or_the_whole() -> None:
    one = Snapshot(inexact=frozenset({KEY}), touches=1, table_touches=5, orphan_touches=3)
    other = Snapshot(
        inexact=frozenset({OTHER_KEY}), all_inexact=True, touches=4, table_touches=2, orphan_touches=6
    )
    expected = Snapshot(
        inexact=frozenset({KEY, OTHER_KEY}), all_inexact=True, touches=4, table_touches=5, orphan_touches=6
    )
    assert united(one, other) == united(other, one) == expected
    assert united(Snapshot(), Snapshot()) == Snapshot()


def test_of_two_events_of_one_time_the_same_is_the_earlier_whatever_the_order() -> None:
    one, other = event(pid=1), event(pid=2)  # no record id tells them apart
    first = min(one, other, key=repr)
    assert earlier(one, other) is earlier(other, one) is first
    assert earlier(one, event(pid=1)) is one
    assert earlier(event(1), one) is earlier(one, event(1)) is one
