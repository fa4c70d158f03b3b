"""A finding keeps the devices of its moment, whatever happens to its group afterwards."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from parentchild.rosters import Roster, RosterLog, roster_of


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=400))
def test_each_roster_shows_who_was_there_at_its_moment(moves: list[tuple[bool, int]]) -> None:
    log = RosterLog()
    present: set[str] = set()
    moments: list[tuple[Roster, tuple[str, ...]]] = []
    for joins, number in moves:
        device = f"ws-{number}"
        if joins and device not in present:
            present.add(device)
            log.join(device)
        elif not joins and device in present:
            present.remove(device)
            log.leave(device)
        moments.append((log.now(), tuple(sorted(present))))
    for roster, devices in moments:
        assert roster.names() == devices
        assert roster == roster_of(devices)
        assert pickle.loads(pickle.dumps(roster)) == roster


def test_a_log_of_comings_and_goings_does_not_grow_without_end() -> None:
    log = RosterLog()
    for _ in range(10_000):
        log.join("ws-01")
        log.leave("ws-01")
    assert len(log._log) < 500
    assert log.now().names() == ()
