"""Packing: the state of one key as bytes: what a detector keeps as JSON, starts and exits as columns.

Most devices keep little, so what is common to all of them costs most: the words of the JSON and the paths of
Windows. A dictionary holds these once for all.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parentchild.errors import InvalidState
from parentchild.hunting.spark.starts import Starts

_FORMAT: Final = 2
"""The first byte. It changes with `_COMMON`, and with anything else of which an older state knows nothing."""

_TEXTS: Final = (
    *("CRITICAL", "LOW", "INFORMATIONAL", "MEDIUM", "SELF_COPY", "UNKNOWN_PARENT", "UNEXPECTED_ARGUMENTS"),
    *("UNEXPECTED_CHILD", "MISPLACED_IMAGE", "MISPLACED_PARENT", "UNEXPECTED_PARENT"),
    *("C:\\ProgramData\\", "C:\\Program Files (x86)\\Microsoft\\", "C:\\Users\\", "\\AppData\\Local\\Temp\\"),
    *("C:\\Program Files\\", "\\Application\\", "NT AUTHORITY\\LOCAL SERVICE", "NT AUTHORITY\\SYSTEM"),
    *("S-1-5-18", "S-1-16-16384", "Medium", "High", "System", "C:\\Windows\\explorer.exe"),
    *("C:\\Windows\\System32\\conhost.exe", "C:\\Windows\\System32\\cmd.exe"),
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
    "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe",
    "C:\\Windows\\System32\\RuntimeBroker.exe -Embedding",
    "C:\\Windows\\System32\\DllHost.exe /Processid:{",
    *("backgroundTaskHost.exe", "SearchProtocolHost.exe", "SearchFilterHost.exe", "taskhostw.exe"),
    "C:\\Windows\\System32\\services.exe",
    "C:\\Windows\\System32\\svchost.exe -k LocalServiceNetworkRestricted -p -s ",
    "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s ",
)
_TIME = "2026-01-01T00:00:00.000000+00:00"
_PROCESS = {"name": ".exe", "pid": 4, "path": "C:\\Windows\\System32\\", "command_line": "", "user": ""}
_RARE = ("started_at", "user_sid", "guid", "session", "integrity", "signer", "original_name", "sha256")
_KEY = ("svchost.exe", "explorer.exe", ("UNEXPECTED_PARENT",), "")
_STATE: Final = {
    "version": 3,
    "pairs": [
        {
            "key": _KEY,
            "expected": ("services.exe",),
            "is_exact": True,
            "variants": [{"key": ("C:\\Windows\\System32\\", None, None, None), "counts": {"": 1}}],
        }
    ],
    "histories": [
        {
            "device": "",
            "clock": _TIME,
            "things": [
                {"kind": "Evidence", "evidence": {"pid": 4}, "settled": 0},
                {
                    "kind": "DeviceActivity",
                    "first": {
                        "timestamp": _TIME,
                        "device": "",
                        "process": _PROCESS,
                        "parent": _PROCESS,
                        "record_id": 1,
                        "from_snapshot": False,
                    },
                    "last": _TIME,
                    "severity": "HIGH",
                    "key": _KEY,
                    "device": "",
                    "at": _TIME,
                    "occurrences": 1,
                    "suppressed": 0,
                    "variants": 1,
                },
            ],
            "dormant": [],
            "entries": [],
            "has_forgotten": False,
        }
    ],
    "lost": [],
    "lost_all": False,
    "starts": [None],
}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


_COMMON: Final = _json(dict.fromkeys(_RARE)) + _json(_TEXTS) + _json(_STATE)
"""What the state of any device may say, the most frequent last, where it costs least to refer to."""


def packed_state(told: Mapping[str, object], starts: Sequence[Starts | None]) -> bytes:
    """Return JSON values, and the starts and exits of each of their histories, as bytes."""
    kept = [
        None if each is None else [each.images, each.accounts, each.starters, each.guids, len(each.columns)]
        for each in starts
    ]
    text = _json({**told, "starts": kept})
    engine = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=_COMMON)
    columns = b"".join(each.columns for each in starts if each is not None)
    return bytes([_FORMAT]) + engine.compress(text) + engine.flush() + columns


def unpacked_state(data: bytes) -> tuple[dict[str, Any], list[Starts | None]]:
    """Return what `packed_state` was given.

    Raises:
        InvalidState: it is of another release, or damaged.
    """
    if data[:1] != bytes([_FORMAT]):
        raise InvalidState("version", data[:1], f"is not {_FORMAT}, the one this release reads")
    engine = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_COMMON)
    try:
        told = json.loads(engine.decompress(data[1:]) + engine.flush())
        columns, starts = engine.unused_data, list[Starts | None]()
        for kept in told.pop("starts"):
            if kept is None:
                starts.append(None)
                continue
            images, accounts, starters, guids, size = kept
            starts.append(Starts(images, accounts, starters, guids, columns[:size]))
            columns = columns[size:]
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise InvalidState("state", data, f"is damaged ({error})") from error
    return told, starts
