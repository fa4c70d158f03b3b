"""A time is read by its form, or refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from parentchild.errors import InvalidEvent
from parentchild.telemetry.times import has_zone, time_of

SECOND = datetime(2024, 6, 10, 10, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2024-06-10T10:30:00Z", 0),
        ("2024-06-10T10:30:00.123Z", 123_000),
        ("2024-06-10T10:30:00.123456Z", 123_456),
        ("2024-06-10T10:30:00.1234567Z", 123_456),
        ("2024-06-10T10:30:00.123456789Z", 123_456),
        ("2024-06-10T10:30:00.12Z", 120_000),
        ("2024-06-10T10:30:00.1234567Z UTC", 123_456),
        ("2024-06-10 10:30:00.123456789+00:00", 123_456),
        ("2024-06-10T12:30:00+02:00", 0),
        ("2024-06-10 10:30:00.123", 123_000),
        ("2024-06-10 10:30:00.123000 UTC", 123_000),
        (" 2024-06-10T10:30:00Z ", 0),
        ("20240610T103000Z", 0),
        ("6/10/24 10:30 AM", 0),
        ("6/10/2024, 10:30:00.123 AM", 123_000),
    ],
)
def test_a_text_is_read(text: str, microsecond: int) -> None:
    assert time_of("t", text) == SECOND.replace(microsecond=microsecond)


@pytest.mark.parametrize(
    "number",
    [
        1718015400,
        1718015400.0,
        "1718015400",
        "1718015400.000",
        1718015400000,
        "1718015400000",
        1718015400000000,
        1718015400000000000,
        133624890000000000,
        "133624890000000000",
    ],
)
def test_a_number_is_told_apart_by_its_size(number: float | str) -> None:
    assert time_of("t", number) == SECOND


def test_fractions_of_seconds_are_exact() -> None:
    assert time_of("t", "1718015400.123456") == SECOND.replace(microsecond=123_456)
    assert time_of("t", 1718015400.5) == SECOND.replace(microsecond=500_000)


def test_midnight_and_noon_of_a_spreadsheet() -> None:
    assert time_of("t", "6/10/24 12:00 AM").hour == 0
    assert time_of("t", "6/10/24 12:00 PM").hour == 12


def test_a_datetime_is_brought_into_utc_and_a_naive_one_is_utc() -> None:
    assert time_of("t", SECOND.astimezone(timezone(timedelta(hours=5)))) == SECOND
    assert time_of("t", SECOND.replace(tzinfo=None)) == SECOND


@pytest.mark.parametrize(
    "value",
    [
        "2024-06-10",
        "then",
        "10/6/24 13:00 PM",
        "13/6/24 10:00 AM",
        "0/6/24 0:00 AM",
        "2024-13-10T10:30:00Z",
        "2024-06-10T25:30:00Z",
        "0001-01-01T00:00:00+14:00",
        "9" * 5000,
        "2" * 65,
        "\ud800" * 20,
        "-1718015400",
        -1,
        1e300,
        float("inf"),
        True,
        b"2024-06-10T10:30:00Z",
        {},
    ],
)
def test_anything_else_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidEvent, match=r"^t = "):
        time_of("t", value)


@pytest.mark.parametrize(
    ("value", "zoned"),
    [
        ("2024-06-10T10:30:00Z", True),
        ("2024-06-10T10:30:00+02:00", True),
        ("2024-06-10 10:30:00 UTC", True),
        ("2024-06-10 10:30:00", False),
        ("2024-06-10", False),
        (1718015400, True),
        (SECOND, True),
        (SECOND.replace(tzinfo=None), False),
        (None, False),
    ],
)
def test_whether_a_time_says_its_zone(value: object, *, zoned: bool) -> None:
    assert has_zone(value) is zoned
