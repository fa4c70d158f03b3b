"""Times as telemetry writes them: ISO 8601, epoch numbers, FILETIME, and the forms that portals display.

Every format is recognised by its form, never by trying: a time that no rule describes is refused. A time
without a zone is UTC, as nearly all sources here document; where it is local, the caller says which zone
that was, and `localised` puts it in before a source reads the row.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import SupportsIndex

from dateutil.parser import isoparse

from parentchild.errors import InvalidEvent
from parentchild.events import utc
from parentchild.telemetry.cells import unmarked
from parentchild.telemetry.nested import as_object

EARLIEST = datetime.min.replace(tzinfo=timezone.utc)
LATEST = datetime.max.replace(tzinfo=timezone.utc)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FILETIME_AT_EPOCH = 116_444_736_000_000_000
_TICKS_AT_EPOCH = 621_355_968_000_000_000
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})" + r"([0-9]{2})" * 5 + r"([0-9]{3})?")
"""`20240610103000`, also with milliseconds. As a number since 1970 it would lie in the year 2600."""
_SPREADSHEET_DAYS = (36_526, 73_050)
"""The days since 1900 of this century; as seconds they would all lie in one night of 1970."""
_SHORTEST = len("YYYY-MM-DDTHH:MM")
_LONGEST = 64
_LARGEST = 10.0**20
_NUMBER = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?")
_NEGATIVE = re.compile(r"-([0-9]{1,20})(?:\.[0-9]{1,20})?")
_MICROSOFT_JSON = re.compile(r"/Date\(([0-9]{1,20})(?:[+-][0-9]{4})?\)/")
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? {1,2})?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPREADSHEET = re.compile(
    rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{2}}|[0-9]{{4}}),? {_CLOCK} ?(AM|PM)", re.IGNORECASE
)
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_PORTAL = re.compile(
    rf"{_WEEKDAY}{_MONTH} {{1,2}}([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})(?:,| @| at)?"
    rf" {_CLOCK}(?: ?(AM|PM))?",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}([0-9]{{1,2}})[ /-]{_MONTH}[ /-]([0-9]{{4}})[ :]{_CLOCK}(?: ?(AM|PM))?", re.IGNORECASE
)
_C_LIBRARY = re.compile(
    rf"{_WEEKDAY}{_MONTH} {{1,2}}([0-9]{{1,2}}) {_CLOCK} (?:UTC |GMT |Z )?([0-9]{{4}})", re.IGNORECASE
)
_AMBIGUOUS = re.compile(rf"[0-9]{{1,2}}[/-][0-9]{{1,2}}[/-](?:[0-9]{{2}}|[0-9]{{4}}),? {_CLOCK}")
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}})/([0-9]{{1,2}})/([0-9]{{1,2}}),? {_CLOCK}(?: ?(AM|PM))?", re.IGNORECASE
)
_DOTTED = re.compile(rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.([0-9]{{4}}),? {_CLOCK}(?: ?(AM|PM))?", re.IGNORECASE)
_SUFFIX = re.compile(r" ?([+-][0-9]{2}:?[0-9]{2}|Z)? ?(?:UTC|GMT)?([+-][0-9]{4})?$", re.IGNORECASE)
_DISPLAYED = (_SPREADSHEET, _PORTAL, _DOTTED, _DAY_FIRST, _C_LIBRARY)
_ZONE = re.compile(r"(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)
_ZONE_BEFORE_YEAR = re.compile(r" (?:UTC|GMT|Z) [0-9]{4}$", re.IGNORECASE)
_NAMED_ZONE = re.compile(r"(Z|[+-][0-9]{2}:?[0-9]{2})\[[A-Za-z_/+-]{2,32}\]$")
_TOO_LATE = re.compile(r"\+?[0-9]{5,6}-[0-9]{2}-[0-9]{2}[T ]")
_LEAP_SECOND = re.compile(r"(:[0-5][0-9]):60(?:[.,][0-9]+)?(?![0-9:])")
_CIM = re.compile(r"([0-9]{14})\.([0-9]{6})([+-])([0-9]{3})")
_MICROSECONDS = 6
_NOON = 12
_KEYS = ("$date", "$numberLong", "value", "DateTime")
"""Under which MongoDB's JSON and PowerShell's keep a time in an object."""


class LocalTime(str):
    """The text of a time that is known to be local: it is refused until the caller names its zone."""

    __slots__ = ()


def time_of(field: str, value: object) -> datetime:
    """Return `value` as an aware time in UTC.

    Read are ISO 8601 with a time of day and up to nine fraction digits, of which six are kept,
    with `Z`, an offset, a trailing ` UTC`, or nothing, which means UTC; numbers since 1970 in seconds,
    milliseconds, microseconds or nanoseconds, FILETIME, and ticks of .NET, told apart by their size; the
    digits of a date and time alone, `20240610103000`; `/Date(...)/`; a
    `datetime`; and what portals and spreadsheets display: `2/10/2019, 10:00:00.000 AM` with the month
    first, `Oct 9, 2024 2:41:10 PM`, `Mar 2, 2026 @ 10:31:07.123`, `2026/03/02 10:31:07` and, with the day
    first, `02.03.2026 10:31:07`; with the month in letters also `Mon, 02 Mar 2026 10:31:07 GMT`,
    `Mar 2nd 2026 10:31:07` and `Mon Mar  2 10:31:07 2026`. Marks of direction are ignored. An object that
    holds nothing but a time, as MongoDB and PowerShell write it, is that time.

    Args:
        field: the column the value comes from.
        value: the value as the row has it.

    Raises:
        InvalidEvent: it is none of these, or lies outside the years 1 to 9999.

    >>> time_of("Timestamp", "2024-06-10T10:30:00.1234567Z").isoformat()
    '2024-06-10T10:30:00.123456+00:00'
    >>> time_of("time", 1718015400123).isoformat()
    '2024-06-10T10:30:00.123000+00:00'
    >>> time_of("@timestamp", "Mar 2, 2026 @ 10:31:07.123").isoformat()
    '2026-03-02T10:31:07.123000+00:00'
    """
    try:
        if type(value) is str:
            time = plain_time(value)
            return _in_utc(_from_text(field, value)) if time is None else time
        if isinstance(value, LocalTime):
            raise InvalidEvent(
                field, value, 'is local time: name its zone, zone=ZoneInfo("Europe/Berlin") say'
            )
        if isinstance(value, str):
            return _in_utc(_from_text(field, value))
        if isinstance(value, datetime):
            time = _in_utc(value)
            return time if time.__class__ is datetime else utc(field, time)  # of pandas, say
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _from_number(field, value, _digits(value))
        if (within := _unwrapped(value)) is not None:
            return time_of(field, within)
    except (ValueError, OverflowError) as error:
        if isinstance(error, InvalidEvent):
            raise
        raise InvalidEvent(field, value, "is not a time in any known format") from error
    raise InvalidEvent(field, value, "must be a time")


def plain_time(text: str) -> datetime | None:
    """Return the time of a text in ISO 8601 that is in UTC or names no zone; None for every other text."""
    if len(text) < _SHORTEST or text[4] != "-":
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is timezone.utc:
        return time
    return time.replace(tzinfo=timezone.utc) if time.tzinfo is None else None


def clamped_time_of(field: str, value: object) -> datetime:
    """Return when an event happened, or the nearest time that can be told: an event is not lost for its time.

    Windows counts to the year 30827, some clocks have a second 60, and some stores write a negative number.

    Raises:
        InvalidEvent: it has not the form of a time.

    >>> clamped_time_of("time", "30827-01-01T00:00:00Z").year, clamped_time_of("time", -1).year
    (9999, 1969)
    """
    try:
        return time_of(field, value)
    except InvalidEvent:
        nearest = _nearest(field, value)
        if nearest is None:
            raise
        return nearest


def has_zone(value: object) -> bool:
    """Tell whether a raw time says which zone it is in; numbers count since 1970 UTC and so do."""
    if isinstance(value, str):
        if value[-1:] == "Z":
            return True
        text = unmarked(value).strip()
        return (
            _ZONE.search(text[-len("+00:00") :]) is not None
            or _ZONE_BEFORE_YEAR.search(text) is not None
            or _NUMBER.fullmatch(text) is not None
            or _MICROSOFT_JSON.fullmatch(text) is not None
        )
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return value is not None


def localised(row: Mapping[str, object], columns: tuple[str, ...], zone: tzinfo) -> Mapping[str, object]:
    """Return a row in which times that are local are aware, in the zone that the caller names.

    Local are, where they say no zone, the times in `columns` of any form, and in every column the forms in
    which portals display a time. A time that `zone` cannot place is left as it is. The row is not changed.

    Args:
        row: the row.
        columns: the columns whose times are local, as the source documents them.
        zone: the zone of local times.

    >>> from datetime import timedelta
    >>> east = timezone(timedelta(hours=1))
    >>> localised({"EventTime": "2024-06-10 10:30:00"}, ("EventTime",), east)["EventTime"].isoformat()
    '2024-06-10T10:30:00+01:00'
    """
    found: dict[str, object] = {}
    for column, value in row.items():
        if isinstance(value, str) and _is_local(value, column, columns):
            try:
                found[column] = time_of(column, str.__str__(value)).replace(tzinfo=zone)
            except InvalidEvent:
                continue
    return {**row, **found} if found else row


def _is_local(text: str, column: str, columns: tuple[str, ...]) -> bool:
    return (isinstance(text, LocalTime) or column in columns or _is_displayed(text)) and not has_zone(text)


def _is_displayed(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    plain = unmarked(text).strip()
    return any(form.fullmatch(plain) is not None for form in _DISPLAYED)


def _nearest(field: str, value: object) -> datetime | None:
    if isinstance(value, datetime):
        return EARLIEST if value.year == EARLIEST.year else LATEST  # its offset takes it out of all years
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = _digits(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = unmarked(value).strip()
    if negative := _NEGATIVE.fullmatch(text):
        after = _from_number(field, value, negative[1]) - _EPOCH
        return max(EARLIEST - _EPOCH, -after) + _EPOCH
    if _TOO_LATE.match(text) or text.startswith("9999-12-31"):
        return LATEST
    if text.startswith("0001-01-01"):
        return EARLIEST
    if _LEAP_SECOND.search(text):
        try:
            return time_of(field, _LEAP_SECOND.sub(r"\1:59.999999", text, count=1))
        except InvalidEvent:
            return None
    return None


def _unwrapped(value: object) -> object:
    """Return the time within an object, or as a number or text of Python what a library's own number says."""
    held = as_object(value)
    if held is not None:
        inner = next((held[key] for key in _KEYS if key in held), None)
        nested = as_object(inner)
        found = inner if nested is None else nested.get("$numberLong")
        return found if isinstance(found, (str, int, float)) else None
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else None
    if isinstance(value, SupportsIndex) and not isinstance(value, int):
        return operator.index(value)  # numpy's ints are no int
    return str(value) if type(value).__name__ == "datetime64" else None


def _digits(value: int | float) -> str:  # noqa: PYI041 - they are told apart
    if isinstance(value, float):
        # A column of FILETIMEs with gaps becomes one of floats, which Python writes with an exponent.
        return str(int(value)) if abs(value) < _LARGEST and value.is_integer() else float.__repr__(value)
    return str(value) if abs(value) < _LARGEST else "too large"


def _in_utc(time: datetime) -> datetime:
    if time.tzinfo is timezone.utc:
        return time
    if time.tzinfo is None:
        return time.replace(tzinfo=timezone.utc)
    return time.astimezone(timezone.utc)


def _from_text(field: str, text: str) -> datetime:
    try:
        if len(text) >= _SHORTEST and text[4] == "-":
            return datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        pass  # Python 3.10 knows neither Z nor seven fraction digits
    plain = unmarked(text).strip()
    if len(plain) > _LONGEST:
        raise InvalidEvent(field, text, "is too long for a time")
    if _NUMBER.fullmatch(plain):
        return _from_number(field, text, plain)
    if microsoft := _MICROSOFT_JSON.fullmatch(plain):
        return _EPOCH + timedelta(milliseconds=int(microsoft[1]))
    if cim := _CIM.fullmatch(plain):
        return _from_cim(*cim.groups())
    body, zone = _without_zone(_NAMED_ZONE.sub(r"\1", plain) if plain.endswith("]") else plain)
    if (displayed := _from_display(body)) is not None:
        return displayed if zone is None else isoparse(displayed.isoformat() + zone)
    if _AMBIGUOUS.fullmatch(body) is not None:
        raise InvalidEvent(field, text, "may have the day or the month first: give it as YYYY-MM-DD HH:MM:SS")
    if len(plain) < _SHORTEST:
        raise InvalidEvent(field, text, "must be a date with a time of day")
    return isoparse(body + (zone or ""))


def _from_cim(digits: str, fraction: str, sign: str, minutes: str) -> datetime:
    """Return the time that WMI writes so: `20260302103107.123456+060`, the offset in minutes."""
    offset = timedelta(minutes=int(sign + minutes))
    time = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=timezone(offset))
    return time.replace(microsecond=int(fraction))


def _without_zone(text: str) -> tuple[str, str | None]:
    """Return a time and its zone apart: `10:30:00 +0000 UTC`, `10:30:00 UTC+0000`, `10:30:00Z UTC`."""
    suffix = _SUFFIX.search(text)
    if suffix is None or not suffix[0]:
        return text, None
    return text[: suffix.start()], suffix[1] or suffix[2] or "Z"


def _from_number(field: str, value: object, text: str) -> datetime:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise InvalidEvent(field, value, "must be a plain positive number")
    whole, fraction = int(match[1]), match[2] or ""
    if whole < 10**11:
        if fraction.strip("0") and _SPREADSHEET_DAYS[0] < whole < _SPREADSHEET_DAYS[1]:
            reason = (
                "is a spreadsheet's number of days: show the column as date and time, YYYY-MM-DD HH:MM:SS"
            )
            raise InvalidEvent(field, value, reason)
        micros = int(fraction.ljust(_MICROSECONDS, "0")[:_MICROSECONDS])
        return _EPOCH + timedelta(seconds=whole, microseconds=micros)
    if whole < 10**13:
        return _EPOCH + timedelta(milliseconds=whole)
    if (written := _from_digits(match[1])) is not None:
        return written
    if whole < 10**14:
        return _EPOCH + timedelta(milliseconds=whole)
    if whole < 10**17:
        return _EPOCH + timedelta(microseconds=whole)
    if whole < _TICKS_AT_EPOCH // 100 * 95:  # as FILETIME the year 3470
        return _EPOCH + timedelta(microseconds=(whole - _FILETIME_AT_EPOCH) // 10)
    if whole < 10**18:
        return _EPOCH + timedelta(microseconds=(whole - _TICKS_AT_EPOCH) // 10)
    return _EPOCH + timedelta(microseconds=whole // 1000)


def _from_digits(digits: str) -> datetime | None:
    """Return the time that is written as `20240610103000`, also with milliseconds; None for other numbers."""
    written = _COMPACT.fullmatch(digits)
    if written is None:
        return None
    year, month, day, hour, minute, second = (int(each) for each in written.groups()[:-1])
    micros = int((written[7] or "").ljust(_MICROSECONDS, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, micros, tzinfo=timezone.utc)
    except ValueError:
        return None


def _from_display(text: str) -> datetime | None:
    """Return the naive time that a portal, a spreadsheet or a shell displays so, None for other forms."""
    if found := _SPREADSHEET.fullmatch(text):
        month, day, year, *clock = found.groups()
        century = 2000 if len(year) == len("19") else 0
        return _displayed(int(year) + century, int(month), int(day), clock)
    if found := _PORTAL.fullmatch(text):
        month, day, year, *clock = found.groups()
        return _displayed(int(year), _MONTHS.index(month.lower()) + 1, int(day), clock)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, *clock = found.groups()
        return _displayed(int(year), int(month), int(day), clock)
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, *clock = found.groups()
        return _displayed(int(year), _MONTHS.index(month.lower()) + 1, int(day), clock)
    if found := _C_LIBRARY.fullmatch(text):
        month, day, *clock, year = found.groups()
        return _displayed(int(year), _MONTHS.index(month.lower()) + 1, int(day), [*clock, None])
    if found := _DOTTED.fullmatch(text):
        day, month, year, *clock = found.groups()
        return _displayed(int(year), int(month), int(day), clock)
    return None


def _displayed(year: int, month: int, day: int, clock: list[str | None]) -> datetime:
    hours, minute, second, fraction, half = clock
    hour = int(hours or 0)
    if half is not None:
        if not 1 <= hour <= _NOON:
            raise ValueError(hour)
        hour = hour % _NOON + (_NOON if half.upper() == "PM" else 0)
    micros = int((fraction or "0").ljust(_MICROSECONDS, "0")[:_MICROSECONDS])
    return datetime(year, month, day, hour, int(minute or 0), int(second or 0), micros)  # noqa: DTZ001
