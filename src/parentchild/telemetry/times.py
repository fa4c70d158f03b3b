"""Times as telemetry writes them: ISO 8601, epoch numbers, FILETIME, and one spreadsheet format.

Every format is recognised by its form, never by trying: a time that no rule describes is refused. A time
without a zone is UTC, as all sources here document; the one that writes local time without a zone (NXLog's
`EventTime`) is never handed to this module without one.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from dateutil.parser import isoparse

from parentchild.errors import InvalidEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FILETIME_AT_EPOCH = 116_444_736_000_000_000
_SHORTEST = len("YYYY-MM-DDTHH:MM")
_LONGEST = 64
_NUMBER = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?")
_SPREADSHEET = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4}),? "
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)? (AM|PM)",
    re.IGNORECASE,
)
_ZONE = re.compile(r"(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)
_MICROSECONDS = 6
_NOON = 12


def time_of(field: str, value: object) -> datetime:
    """Return `value` as an aware time in UTC.

    Read are ISO 8601 with a time of day and up to nine fraction digits, of which six are kept,
    with `Z`, an offset, a trailing ` UTC`, or nothing, which means UTC; numbers since 1970 in seconds,
    milliseconds, microseconds or nanoseconds, and FILETIME, told apart by their size; a `datetime`; and
    `2/10/2019, 10:00:00.000 AM`, which the Azure portal and spreadsheets write: month first, UTC.

    Args:
        field: the column the value comes from.
        value: the value as the row has it.

    Raises:
        InvalidEvent: it is none of these, or lies outside the years 1 to 9999.

    >>> time_of("Timestamp", "2024-06-10T10:30:00.1234567Z").isoformat()
    '2024-06-10T10:30:00.123456+00:00'
    >>> time_of("time", 1718015400123).isoformat()
    '2024-06-10T10:30:00.123000+00:00'
    """
    try:
        if isinstance(value, str):
            return _in_utc(_from_text(field, value))
        if isinstance(value, datetime):
            return _in_utc(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _from_number(field, value, repr(value) if isinstance(value, float) else str(value))
    except (ValueError, OverflowError) as error:
        if isinstance(error, InvalidEvent):
            raise
        raise InvalidEvent(field, value, "is no time that a reader knows") from error
    raise InvalidEvent(field, value, "must be a time")


def has_zone(value: object) -> bool:
    """Tell whether a raw time says which zone it is in; numbers count since 1970 UTC and so do."""
    if isinstance(value, str):
        return _ZONE.search(value[-len("+00:00") :].rstrip()) is not None
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return value is not None


def _in_utc(time: datetime) -> datetime:
    if time.tzinfo is timezone.utc:
        return time
    if time.tzinfo is None:
        return time.replace(tzinfo=timezone.utc)
    return time.astimezone(timezone.utc)


def _from_text(field: str, text: str) -> datetime:
    try:
        if len(text) >= _SHORTEST and text[4] == "-":
            return datetime.fromisoformat(text)
    except ValueError:
        pass  # Python 3.10 knows neither Z nor seven fraction digits
    plain = text.strip()
    if len(plain) > _LONGEST:
        raise InvalidEvent(field, text, "is too long for a time")
    if _NUMBER.fullmatch(plain):
        return _from_number(field, text, plain)
    if spreadsheet := _SPREADSHEET.fullmatch(plain):
        return _from_spreadsheet(*spreadsheet.groups(default="0"))
    if plain[-4:].upper() == " UTC":
        plain = plain[:-4]
    if len(plain) < _SHORTEST:
        raise InvalidEvent(field, text, "must be a date with a time of day")
    return isoparse(plain)


def _from_number(field: str, value: object, text: str) -> datetime:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise InvalidEvent(field, value, "must be a plain positive number")
    whole, fraction = int(match[1]), match[2] or ""
    if whole < 10**11:
        micros = int(fraction.ljust(_MICROSECONDS, "0")[:_MICROSECONDS])
        return _EPOCH + timedelta(seconds=whole, microseconds=micros)
    if whole < 10**14:
        return _EPOCH + timedelta(milliseconds=whole)
    if whole < 10**17:
        return _EPOCH + timedelta(microseconds=whole)
    if whole < 10**18:
        return _EPOCH + timedelta(microseconds=(whole - _FILETIME_AT_EPOCH) // 10)
    return _EPOCH + timedelta(microseconds=whole // 1000)


def _from_spreadsheet(*parts: str) -> datetime:
    month, day, year, hour, minute, second = (int(part) for part in parts[:6])
    if not 1 <= hour <= _NOON:
        raise ValueError(hour)
    return datetime(
        year + 2000 if len(parts[2]) == len("19") else year,
        month,
        day,
        hour % _NOON + (_NOON if parts[7].upper() == "PM" else 0),
        minute,
        second,
        int(parts[6].ljust(_MICROSECONDS, "0")[:_MICROSECONDS]),
        tzinfo=timezone.utc,
    )
