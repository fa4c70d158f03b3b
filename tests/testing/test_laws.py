"""Each law check fails, and says which law, for something that breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS, Detector, Event, Finding, InvalidEvent, RelationRegistry, telemetry
from parentchild.testing import SCENARIOS, Host, laws, rows

EVENTS = [event for scenario in SCENARIOS[:3] for event in scenario.events]


class Forgetful(Detector):
    """Loses the last event of a batch."""

    def observe_many(self, events: Iterable[Event]) -> tuple[Finding, ...]:
        return super().observe_many(list(events)[:-1])


def small() -> Detector:
    return Detector(capacity=1)


def test_a_batch_that_loses_an_event_breaks_batch_is_fold() -> None:
    with pytest.raises(AssertionError, match="'batch is fold'"):
        laws.check_batch_is_fold(EVENTS, Forgetful)


def test_a_detector_that_is_full_breaks_order_and_shard() -> None:
    first = Host("ws-01").masquerade("svchost.exe", parent="cmd.exe")
    second = Host("ws-01").masquerade("lsass.exe", parent="cmd.exe")
    laws.check_order([first, second], [second, first])
    laws.check_shards([first, second])
    with pytest.raises(AssertionError, match="'order'"):
        laws.check_order([first, second], [second, first], small)
    with pytest.raises(AssertionError, match="look them up"):
        laws.check_order([first], [first], lambda: Detector(resolve_parents=True))


def test_a_merge_that_takes_a_device_twice_breaks_shard() -> None:
    class Trusting(Detector):
        def merge(self, other: Detector, *more: Detector) -> Detector:
            known = [each for each in (other, *more) if not _devices(each) & _devices(self)]
            return super().merge(*known) if known else self

    with pytest.raises(AssertionError, match="'shard: a device seen twice'"):
        laws.check_shards([Host("ws-01").masquerade("svchost.exe", parent="cmd.exe")], Trusting)


def test_a_flood_for_which_there_is_no_room_breaks_fairness() -> None:
    calm = [Host("ws-01").masquerade("svchost.exe", parent=f"{number}.exe") for number in range(3)]
    flood = [Host("ws-02").masquerade("lsass.exe", parent=f"{number}.exe") for number in range(9)]
    laws.check_fairness(calm, flood, lambda: Detector(capacity=6))
    with pytest.raises(AssertionError, match="fairness: what is active"):
        laws.check_fairness(calm, flood, lambda: Detector(capacity=2))
    with pytest.raises(AssertionError, match="devices that differ"):
        laws.check_fairness(calm, calm, Detector)


def _devices(detector: Detector) -> set[str]:
    return {device for finding in detector.findings() for device in finding.devices}


def test_parity_refuses_what_it_does_not_speak_of() -> None:
    with pytest.raises(AssertionError, match="plain names only"):
        laws.check_parity([Host("ws-01").spawn("svchost.exe", parent=None)])
    with pytest.raises(AssertionError, match="plain names only"):
        laws.check_parity([Host("ws-01").spawn("smss.exe", parent="System")])
    laws.check_parity([Host("ws-01").spawn("svchost.exe", parent="cmd.exe")])


def test_a_registry_that_allows_more_than_it_is_told_breaks_monotone() -> None:
    class Careless(RelationRegistry):
        def allow(self, child: str, parent: str, *, why: str) -> RelationRegistry:
            del parent, why
            return super().without(child)

    with pytest.raises(AssertionError, match="monotone"):
        laws.check_monotone(Careless(DEFAULT_RELATIONS.relations), EVENTS, "svchost.exe", "acme.exe")


def test_a_reader_that_changes_its_row_or_its_mind_breaks_the_law_of_readers() -> None:
    def greedy(row: Mapping[str, Any]) -> Event | None:
        if isinstance(row, dict):
            row.pop("Timestamp", None)
        return None

    row = Host("ws-01").spawn("svchost.exe", parent="cmd.exe")
    written = rows.defender(row)
    assert written is not None
    laws.check_reader(telemetry.read, written)
    with pytest.raises(AssertionError, match="'reader: the row'"):
        laws.check_reader(greedy, written)
    answers = iter((None, row))
    with pytest.raises(AssertionError, match="same row twice"):
        laws.check_reader(lambda _: next(answers), written)


def test_a_reader_that_raises_something_else_is_not_forgiven() -> None:
    def clumsy(row: Mapping[str, Any]) -> Event | None:
        raise KeyError(row["nothing"])

    with pytest.raises(KeyError):
        laws.check_reader(clumsy, {})

    def proper(row: Mapping[str, Any]) -> Event | None:
        raise InvalidEvent("row", row, "is none")

    laws.check_reader(proper, {})


def test_a_reader_that_swaps_parent_and_child_breaks_agreement() -> None:
    def swapped(given: Iterable[Mapping[str, object]], _: object) -> Iterable[Event]:
        for row in given:
            turned = {
                **row,
                "FileName": row["InitiatingProcessFileName"],
                "InitiatingProcessFileName": row["FileName"],
            }
            event = telemetry.read(turned)
            if event is not None:
                yield event

    with pytest.raises(AssertionError, match="'agreement'"):
        laws.check_agreement(EVENTS, rows.defender, swapped)


def test_a_detector_that_keeps_a_secret_breaks_state_merge_or_purity() -> None:
    calls: list[int] = []

    def moody() -> Detector:
        calls.append(1)
        return Detector(RelationRegistry() if len(calls) % 2 else DEFAULT_RELATIONS)

    with pytest.raises(AssertionError, match="purity"):
        laws.check_purity(EVENTS, moody)
