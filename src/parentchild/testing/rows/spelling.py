r"""Spelling: how sources write times, accounts, integrity levels, ids of processes, and paths."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta, timezone
from typing import Final

from parentchild.windows.integrity import INTEGRITY_LEVELS, integrity_level

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND: Final = timedelta(microseconds=1)
_FILETIME_AT_EPOCH: Final = 116_444_736_000_000_000
_DRIVE: Final = re.compile(r"[A-Za-z]:(?=\\)")
_VOLUME: Final = r"\Device\HarddiskVolume3"
_BYTES_OF_AN_ID: Final = 6  # so that a number of JSON holds it exactly


def iso(time: datetime) -> str:
    """Return a time with six digits after the second, as Windows' event log does in JSON."""
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def ticks(time: datetime | None) -> str | None:
    """Return a time with seven digits after the second, as Kusto and .NET do."""
    return None if time is None else iso(time).replace("Z", "0Z")


def nanoseconds(time: datetime | None) -> str | None:
    """Return a time with nine digits after the second, as traces are printed."""
    return None if time is None else iso(time).replace("Z", "000Z")


def in_milliseconds(time: datetime) -> str:
    """Return a time to the millisecond, without a zone, as Sysmon does."""
    return time.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")


def in_seconds(time: datetime) -> str:
    """Return a time to the second, as Volatility prints what it has cut to that.

    >>> in_seconds(datetime(2026, 3, 2, 8, 0, 0, 999_999, tzinfo=timezone.utc))
    '2026-03-02 08:00:00.000000 UTC'
    """
    return time.strftime("%Y-%m-%d %H:%M:%S.000000 UTC")


def epoch_seconds(time: datetime, digits: int) -> str:
    """Return the seconds since 1970 as text, with some digits of the fraction.

    >>> epoch_seconds(datetime(2026, 3, 2, 8, 0, 0, 123_456, tzinfo=timezone.utc), 3)
    '1772438400.123'
    """
    whole, fraction = divmod((time - _EPOCH) // _MICROSECOND, 1_000_000)
    return f"{whole}.{fraction:06}"[: -6 + digits or None] if digits else str(whole)


def epoch_milliseconds(time: datetime | None) -> int | None:
    """Return the milliseconds since 1970."""
    return None if time is None else (time - _EPOCH) // timedelta(milliseconds=1)


def filetime(time: datetime) -> int:
    """Return a time in units of 100 nanoseconds since 1601, as Windows keeps it."""
    return (time - _EPOCH) // _MICROSECOND * 10 + _FILETIME_AT_EPOCH


def account(user: str | None) -> tuple[str | None, str | None]:
    r"""Return an account's domain and name; the domain is None where there is none, or more than one.

    >>> account("CORP\\alice"), account("alice")
    (('CORP', 'alice'), (None, 'alice'))
    """
    domain, _, name = (user or "").partition("\\")
    return (domain, name) if domain and name and "\\" not in name else (None, user)


def hexadecimal(pid: int | None) -> str | None:
    """Return a pid as the security log writes it."""
    return None if pid is None else hex(pid)


def decimal(number: int | None) -> str | None:
    """Return a number as text, as stores that keep everything as text do."""
    return None if number is None else str(number)


def integrity_number(integrity: str | None) -> str | None:
    """Return an integrity level as the number that Windows gives it; one that is unknown as it is.

    >>> integrity_number("High"), integrity_number("S-1-16-8192"), integrity_number("lofty")
    ('12288', '8192', 'lofty')
    """
    number = _level(integrity)[1]
    return integrity if number is None else str(number)


def mandatory_label(integrity: str | None) -> str | None:
    """Return an integrity level as the security identifier of its label; one that is unknown as it is.

    >>> mandatory_label("System"), mandatory_label("8192"), mandatory_label("lofty")
    ('S-1-16-16384', 'S-1-16-8192', 'lofty')
    """
    number = _level(integrity)[1]
    return integrity if number is None else f"S-1-16-{number}"


def integrity_name(integrity: str | None) -> str | None:
    """Return an integrity level by its name in lower case; one that is unknown as it is.

    >>> integrity_name("System"), integrity_name("S-1-16-8192"), integrity_name("lofty")
    ('system', 'medium', 'lofty')
    """
    name, number = _level(integrity)
    return integrity if number is None else name


def sensor_number(guid: str | None) -> int | None:
    """Return the number by which a sensor would know a process that others know by a guid.

    It is the same for the same guid, and another for another; an id that is a number already stays.

    >>> sensor_number("5642133882"), sensor_number("0f6a9a52") == sensor_number("0f6a9a52")
    (5642133882, True)
    """
    if guid is None:
        return None
    if _is_decimal(guid) and str(int(guid)) == guid:
        return int(guid)
    digest = hashlib.sha256(guid.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:_BYTES_OF_AN_ID], "big")


def device_path(path: str) -> str:
    r"""Return a path as the kernel names it: with a volume where others have a drive.

    >>> device_path(r"C:\Windows\explorer.exe"), device_path("System")
    ('\\Device\\HarddiskVolume3\\Windows\\explorer.exe', 'System')
    """
    return _DRIVE.sub(lambda _: _VOLUME, path, count=1) if _DRIVE.match(path) else path


def _level(integrity: str | None) -> tuple[str, int | None]:
    """Return an integrity level's name, and its number where it is one of Windows."""
    name = integrity_level(integrity or "")
    return name, INTEGRITY_LEVELS.get(name)


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(0xFFFF_FFFF_FFFF_FFFF))
