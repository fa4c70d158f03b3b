"""Events are checked where they enter, and name what is wrong with them."""

from __future__ import annotations

import copy
import math
import pickle
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

import attrs
import pytest

from parentchild import InvalidEvent, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.events import clock_of, event_order, record_order

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)


def created(**changes: Any) -> ProcessCreated:
    fields: dict[str, Any] = {"timestamp": NOON, "device": "ws-01", "process": Process("svchost.exe", pid=42)}
    return ProcessCreated(**{**fields, **changes})


def thread(**changes: Any) -> RemoteThreadCreated:
    fields: dict[str, Any] = {
        "timestamp": NOON,
        "device": "ws-01",
        "source": Process("WerFault.exe"),
        "target": Process("svchost.exe"),
    }
    return RemoteThreadCreated(**{**fields, **changes})


def exited(**changes: Any) -> ProcessExited:
    fields: dict[str, Any] = {"timestamp": NOON, "device": "ws-01", "process": Process("svchost.exe")}
    return ProcessExited(**{**fields, **changes})


class Hostile(tzinfo):
    """A zone that raises what no zone should."""

    def utcoffset(self, _when: datetime | None, /) -> timedelta:
        raise RuntimeError("no")

    def dst(self, _when: datetime | None, /) -> None:
        return None

    def tzname(self, _when: datetime | None, /) -> str:
        return "hostile"


@pytest.mark.parametrize("make", [created, thread, exited])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timestamp", None),
        ("timestamp", "2026-03-01T12:00:00Z"),
        ("timestamp", 1772366400),
        ("timestamp", math.nan),
        ("timestamp", datetime(2026, 3, 1, 12, 0)),  # noqa: DTZ001
        ("timestamp", datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))),
        ("timestamp", datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))),
        ("timestamp", datetime(2026, 3, 1, tzinfo=Hostile())),
        ("ingested_at", datetime(2026, 3, 1, 12, 0)),  # noqa: DTZ001
        ("ingested_at", 0),
        ("device", None),
        ("device", 7),
        ("device", b"ws-01"),
        ("record_id", 1.5),
        ("record_id", True),
        ("record_id", 2**64),
        pytest.param("record_id", -(10**5000), id="a number of 5000 digits"),
        ("record_id", []),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(make: Any, field: str, value: object) -> None:
    with pytest.raises(InvalidEvent) as caught:
        make(**{field: value})
    assert caught.value.field == field
    assert caught.value.reason
    assert field in str(caught.value)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (created, "process"),
        (created, "parent"),
        (created, "creator"),
        (created, "grandparent"),
        (thread, "source"),
        (thread, "target"),
        (exited, "process"),
    ],
)
def test_only_a_process_is_taken_for_a_process(make: Any, field: str) -> None:
    with pytest.raises(InvalidEvent, match=f"^{field} = "):
        make(**{field: "svchost.exe"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 7),
        ("name", math.nan),
        ("name", b"svchost.exe"),
        ("pid", "42"),
        ("pid", 42.0),
        ("pid", True),
        ("pid", -1),
        ("pid", 2**32),
        ("session", "0"),
        ("session", -1),
        ("path", 1),
        ("command_line", ["a"]),
        ("started_at", "now"),
        ("started_at", datetime(2026, 3, 1)),  # noqa: DTZ001
        ("user", 1),
        ("user_sid", 1),
        ("guid", 1),
        ("integrity", 1),
        ("signer", 1),
        ("original_name", 1),
        ("sha256", 1),
    ],
)
def test_a_process_refuses_a_value_of_the_wrong_kind_by_name(field: str, value: Any) -> None:
    fields: dict[str, Any] = {"name": "svchost.exe", field: value}
    with pytest.raises(InvalidEvent) as caught:
        Process(**fields)
    assert caught.value.field == field


def test_times_are_kept_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    event = created(
        timestamp=datetime(2026, 3, 1, 13, 0, tzinfo=paris),
        ingested_at=datetime(2026, 3, 1, 14, 0, tzinfo=paris),
    )
    assert event.timestamp == NOON
    assert event.timestamp.tzinfo is timezone.utc
    assert event.ingested_at == NOON + timedelta(hours=1)
    process = Process("a.exe", started_at=datetime(2026, 3, 1, 13, 0, tzinfo=paris))
    assert process.started_at == NOON


def test_a_datetime_of_another_class_becomes_a_plain_one() -> None:
    class Stamp(datetime):
        pass

    event = created(timestamp=Stamp(2026, 3, 1, 12, 0, tzinfo=timezone.utc))
    assert event.timestamp == NOON
    assert event.timestamp.__class__ is datetime


@pytest.mark.parametrize(
    "text", ["\0", "\ud800", "Ann\u202egepj.exe", "", "x" * 10_000_000, "\r\n", "a" * 300]
)
def test_no_text_is_refused(text: str) -> None:
    process = Process(text, path=text, command_line=text, user=text, guid=text)
    assert created(process=process, device=text, record_id=text).process.name == text


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        created().device = "ws-02"  # type: ignore[misc]
    assert not hasattr(created(), "__dict__")
    assert not hasattr(Process("a.exe"), "__dict__")


@pytest.mark.parametrize("event", [created(), thread(), exited(), Process("a.exe", pid=1)])
def test_events_hash_copy_and_pickle_by_value(event: Any) -> None:
    for twin in (copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert twin == event
        assert hash(twin) == hash(event)


def test_memory_is_kept_by_ingestion_time_where_it_is_known() -> None:
    later = NOON + timedelta(hours=1)
    assert clock_of(created()) == NOON
    assert clock_of(created(ingested_at=later)) == later


def test_records_of_one_moment_have_one_order() -> None:
    ids: list[str | int | None] = [None, "b", "10", 9, "a", "9" * 40]
    assert sorted(ids, key=record_order) == [9, "10", "9" * 40, "a", "b", None]


def test_an_earlier_time_comes_before_a_lesser_record_id() -> None:
    early, late = created(record_id=9), created(record_id=1, timestamp=NOON + timedelta(seconds=1))
    assert event_order(early) < event_order(late)
