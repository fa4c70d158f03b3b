"""A finding keeps the devices of its moment, whatever happens to its group afterwards."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from parentchild.findings.devices import DeviceSet, Log, device_set_of, devices_now, joined, left


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=400))
def test_each_set_shows_who_was_there_at_its_moment(moves: list[tuple[bool, int]]) -> None:
    log: Log = None
    present: set[str] = set()
    moments: list[tuple[DeviceSet, tuple[str, ...]]] = []
    for joins, number in moves:
        device = f"ws-{number}"
        if joins and device not in present:
            present.add(device)
            log = joined(log, device)
        elif not joins and device in present:
            present.remove(device)
            log = left(log, device, len(present))
        moments.append((devices_now(log), tuple(sorted(present))))
    for device_set, devices in moments:
        assert device_set.names() == devices
        assert device_set == device_set_of(devices)
        assert pickle.loads(pickle.dumps(device_set)) == device_set


def test_a_log_of_comings_and_goings_does_not_grow_without_end() -> None:
    log = joined(joined(None, "ws-00"), "ws-01")
    for _ in range(10_000):
        log = left(log, "ws-01", 1)
        log = joined(log, "ws-01")
    assert isinstance(log, list)
    assert len(log) < 500
    assert devices_now(log).names() == ("ws-00", "ws-01")
