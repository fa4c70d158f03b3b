"""A time is read by its form, or refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from parentchild.errors import InvalidEvent
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.times import EARLIEST, LATEST, clamped_time_of, has_zone, localised, time_of

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
        ("6/10/2024 10:30:00 AM UTC", 0),
        ("Jun 10, 2024 10:30:00 AM", 0),
        ("June 10, 2024, 10:30 AM", 0),
        ("Jun 10, 2024 @ 10:30:00.123", 123_000),
        ("Jun 10, 2024 @ 12:30:00.123 +02:00", 123_000),
        ("2024/06/10 10:30:00.123456", 123_456),
        ("10.06.2024 10:30:00", 0),
        ("10.06.2024, 10:30", 0),
        ("/Date(1718015400123)/", 123_000),
        ("/Date(1718015400123+0200)/", 123_000),
        ("2024-06-10 10:30:00 +0000", 0),
        ("2024-06-10 12:30:00.123 +02:00", 123_000),
        ("2024-06-10 10:30:00.123 +0000 UTC", 123_000),
        ("2024-06-10 10:30:00 UTC+0000", 0),
        ("2024-06-10 10:30:00 GMT", 0),
        ("2024-06-10 10:30:00,123", 123_000),
        ("\u200e2024\u200e-\u200e06\u200e-\u200e10T10:30:00.123456789Z", 123_456),
        ("\u200e6/\u200e10/\u200e2024 10:30:00\u202fAM", 0),
        ("\ufeff1718015400", 0),
        ("Mon, 10 Jun 2024 10:30:00 GMT", 0),
        ("Mon, 10 Jun 2024 12:30:00 +0200", 0),
        ("10 Jun 2024 10:30:00", 0),
        ("10-Jun-2024 10:30:00", 0),
        ("10/Jun/2024:12:30:00 +0200", 0),
        ("Mon Jun 10 10:30:00 2024", 0),
        ("Mon Jun 10 10:30:00 UTC 2024", 0),
        ("Jun 10th 2024 10:30:00", 0),
        ("Jun 10 2024 10:30:00", 0),
        ("Monday, June 10, 2024 10:30:00 AM", 0),
        ("2024-06-10T10:30:00.123Z[UTC]", 123_000),
        ("2024-06-10T12:30:00+02:00[Europe/Berlin]", 0),
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
        638536122000000000,
        "638536122000000000",
        20240610103000,
        "20240610103000",
        "20240610103000000",
    ],
)
def test_a_number_is_told_apart_by_its_size(number: float | str) -> None:
    assert time_of("t", number) == SECOND


def test_digits_that_are_no_date_count_from_1970() -> None:
    for digits, year in (("20241310103000", 2611), ("21001231235959", 2635), ("20240610106000", 2611)):
        assert time_of("t", digits).year == year
    assert time_of("t", "20240610103000250") == SECOND.replace(microsecond=250_000)
    assert (
        time_of("t", "-20241310103000" if False else 13 * 10**12).year == 2381
    )  # the last of one digit less


def test_ticks_of_dotnet_and_filetime_never_meet() -> None:
    assert time_of("t", "621355968000000000").year == 1970
    assert time_of("t", "590288169600000000").year == 1871
    assert time_of("t", "590288169599999999").year == 3471


@pytest.mark.parametrize("days", ["46083.438275", 46083.438275, "36527.5"])
def test_the_days_of_a_spreadsheet_are_refused_and_say_so(days: float | str) -> None:
    with pytest.raises(InvalidEvent, match="is a spreadsheet's number of days"):
        time_of("t", days)


@pytest.mark.parametrize("seconds", ["46083", "46083.0", 46083, "36526.5", "73050.5", "0.5"])
def test_other_small_numbers_are_seconds(seconds: float | str) -> None:
    assert time_of("t", seconds).year == 1970


@pytest.mark.parametrize("text", ["10/6/2024 10:30", "10/06/2024 10:30:00", "10-06-24 10:30:00"])
def test_a_date_that_may_have_the_day_or_the_month_first_is_refused_and_says_so(text: str) -> None:
    with pytest.raises(InvalidEvent, match="the day or the month first"):
        time_of("t", text)


def test_a_zone_by_name_is_no_offset() -> None:
    with pytest.raises(InvalidEvent):
        time_of("t", "2024-06-10T10:30:00[Europe/Berlin]")


@pytest.mark.parametrize(
    "value",
    [
        {"$date": "2024-06-10T10:30:00Z"},
        {"$date": 1718015400000},
        {"$date": {"$numberLong": "1718015400000"}},
        {"value": "/Date(1718015400000)/", "DisplayHint": 2, "DateTime": "Monday, June 10, 2024 10:30:00 AM"},
        Decimal(1718015400),
    ],
    ids=repr,
)
def test_a_time_within_an_object_is_that_time(value: object) -> None:
    assert time_of("t", value) == SECOND


@pytest.mark.parametrize(
    "value", [{"$date": {"$date": {}}}, {"value": None}, {}, Decimal("nan"), [1718015400]]
)
def test_an_object_without_a_time_is_refused(value: object) -> None:
    with pytest.raises(InvalidEvent):
        time_of("t", value)


def test_numpys_numbers_and_times_are_read_as_pythons() -> None:
    numpy = pytest.importorskip("numpy")
    for value in (
        numpy.int64(1718015400000),
        numpy.float64(1718015400.0),
        numpy.datetime64("2024-06-10T10:30:00"),
        numpy.datetime64("2024-06-10T10:30:00.000000000"),
    ):
        assert time_of("t", value) == SECOND
    assert time_of("t", numpy.float64(1718015400.5)) == SECOND.replace(microsecond=500_000)
    assert Fields({"t": numpy.datetime64("NaT")}).time("t") is None
    assert Fields({"t": numpy.datetime64("NaT")}).pid("t") is None


def test_a_column_of_filetimes_with_gaps_is_read_as_well_as_a_float_can_hold_them() -> None:
    assert abs(time_of("t", float(133624890000000000)) - SECOND) < timedelta(milliseconds=1)


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
        ("Jun 10, 2024 @ 10:30:00.123", False),
        ("6/10/2024 10:30:00 AM", False),
        ("2024-06-10 10:30:00 +0000 UTC", True),
        ("1718015400", True),
        ("/Date(1718015400123)/", True),
        (1718015400, True),
        (SECOND, True),
        (SECOND.replace(tzinfo=None), False),
        (None, False),
    ],
)
def test_whether_a_time_says_its_zone(value: object, *, zoned: bool) -> None:
    assert has_zone(value) is zoned


LAST, FIRST = "9999-12-31T23:59:59.999999", "0001-01-01T00:00:00"


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("10000-01-01T00:00:00Z", LAST),
        ("30827-09-14T02:48:05.4775807Z", LAST),
        ("+30827-09-14 02:48:05", LAST),
        ("9999-12-31T23:59:59-14:00", LAST),
        ("0001-01-01T00:00:00+14:00", FIRST),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999"),
        ("2016-12-31 23:59:60.123", "2016-12-31T23:59:59.999999"),
        (-1, "1969-12-31T23:59:59"),
        ("-1", "1969-12-31T23:59:59"),
        (-11644473600, "1601-01-01T00:00:00"),
        (-11644473600000, "1601-01-01T00:00:00"),
        (0, "1970-01-01T00:00:00"),
        (2**63 - 1, "2262-04-11T23:47:16.854775"),
        ("1601-01-01T00:00:00Z", "1601-01-01T00:00:00"),
        (LATEST.replace(tzinfo=timezone(-timedelta(hours=14))), LAST),
        (EARLIEST.replace(tzinfo=timezone(timedelta(hours=14))), FIRST),
    ],
)
def test_an_event_of_a_time_that_cannot_be_told_has_the_nearest(value: object, nearest: str) -> None:
    assert clamped_time_of("t", value) == datetime.fromisoformat(nearest).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "value", ["then", "Invalid date", "2024-13-10T10:30:00Z", 1e300, True, {}, "9" * 5000]
)
def test_what_has_not_the_form_of_a_time_is_not_guessed(value: object) -> None:
    with pytest.raises(InvalidEvent, match=r"^t = "):
        clamped_time_of("t", value)


def test_a_local_time_is_put_into_the_zone_that_the_caller_names() -> None:
    east = timezone(timedelta(hours=2))
    row = {
        "EventTime": "2024-06-10 12:30:00",
        "Displayed": "Jun 10, 2024 12:30:00 PM",
        "UtcTime": "2024-06-10 10:30:00",
        "Zoned": "2024-06-10T10:30:00Z",
        "Bad": "then",
        "Number": 5,
    }
    before = dict(row)
    local = localised(row, ("EventTime", "Bad"), east)
    assert row == before
    assert (local["EventTime"], local["Displayed"]) == (SECOND, SECOND)
    assert {name: local[name] for name in ("UtcTime", "Zoned", "Bad", "Number")} == {
        name: row[name] for name in ("UtcTime", "Zoned", "Bad", "Number")
    }


def test_a_row_without_local_times_is_the_same_row() -> None:
    row = {"UtcTime": "2024-06-10 10:30:00"}
    assert localised(row, ("EventTime",), timezone.utc) is row
