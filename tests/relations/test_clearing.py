"""Clearing: which evidence clears which events, whatever the order in which both came."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

from parentchild import CrashHandler, ProcessCreated
from parentchild.relations.clearing import cleared, evidence_order
from parentchild.relations.crashes import CrashEvidence
from tests.detector.events import at, clone

FIRST = CrashEvidence(device="ws-01", pid=400, at=at(0))
SECOND = CrashEvidence(device="ws-01", pid=400, at=at(5))


def found(
    evidence: dict[CrashEvidence, int], seconds: list[float], copies: int = 1
) -> dict[float, CrashEvidence]:
    """Return which of the clones at these seconds is cleared by what, in whatever order they stand."""
    policy = CrashHandler(copies=copies, within=timedelta(seconds=10))
    answers: list[dict[float, CrashEvidence]] = []
    for pieces in permutations(evidence):
        for order in permutations(seconds):
            events = {second: (clone(seconds=second), "") for second in order}
            answers.append(cleared({each: evidence[each] for each in pieces}, events, policy))
    assert all(each == answers[0] for each in answers)
    return answers[0]


def test_each_piece_clears_the_earliest_that_it_may_and_no_more_than_it_may() -> None:
    assert found({FIRST: 0}, [1, 2, 3]) == {1: FIRST}
    assert found({FIRST: 0}, [1, 2, 3], copies=2) == {1: FIRST, 2: FIRST}
    assert found({FIRST: 0, SECOND: 0}, [6, 7]) == {6: FIRST, 7: SECOND}
    assert found({FIRST: 0, SECOND: 0}, [1, 2, 6]) == {1: FIRST, 6: SECOND}
    assert found({SECOND: 0}, [1, 20]) == {}


def test_what_a_piece_has_cleared_for_good_counts_against_it() -> None:
    assert found({FIRST: 1}, [1, 2], copies=2) == {1: FIRST}
    assert found({FIRST: 2}, [1, 2], copies=2) == {}
    assert found({FIRST: 3}, [1, 2], copies=2) == {}


def test_what_time_and_record_leave_open_is_settled_by_what_else_orders() -> None:
    event, policy = clone(seconds=1), CrashHandler(copies=1)
    for order in ("ab", "ba"):
        events: dict[str, tuple[ProcessCreated, object]] = {each: (event, each) for each in order}
        assert cleared({FIRST: 0}, events, policy) == {"a": FIRST}
    by_record = {number: (clone(seconds=1, record_id=number), "") for number in (10, 9)}
    assert cleared({FIRST: 0}, by_record, policy) == {9: FIRST}


def test_evidence_of_one_moment_is_ordered_by_all_that_it_says() -> None:
    one, other = (CrashEvidence(device="ws-01", pid=400, at=at(0), guid=guid) for guid in ("{a}", "{b}"))
    assert evidence_order(one) < evidence_order(other) < evidence_order(SECOND)
    assert evidence_order(FIRST) == evidence_order(CrashEvidence(device="ws-01", pid=400, at=at(0)))
