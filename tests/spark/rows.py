"""Rows for Spark's tests: every kind of row of Defender, and clones whose evidence comes in time, or late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.hunting.telemetry_rows import START, fixed

CLONE = {
    "ActionType": "ProcessCreated",
    "FileName": "taskhostw.exe",
    "FolderPath": None,
    "ProcessId": 9004,
    "ProcessCommandLine": None,
    "InitiatingProcessFileName": "taskhostw.exe",
    "InitiatingProcessFolderPath": None,
    "InitiatingProcessId": 9000,
}
THREAD = {
    "ActionType": "CreateRemoteThreadApiCall",
    "FileName": "taskhostw.exe",
    "FolderPath": None,
    "ProcessId": 9000,
    "ProcessCommandLine": None,
    "InitiatingProcessFileName": "WerFault.exe",
    "InitiatingProcessFolderPath": None,
    "InitiatingProcessId": 9100,
}


def everything() -> list[dict[str, Any]]:
    """Return rows of which the first half holds a clone, and the second the evidence for it."""
    rows = fixed()
    middle = len(rows) // 2

    def at(seconds: int, device: str, row: dict[str, Any], record: int) -> dict[str, Any]:
        when = START + timedelta(seconds=seconds)
        return {"Timestamp": when, "DeviceName": device, **row, "ReportId": record}

    in_time = [at(50, "ws-51", THREAD, 1001), at(51, "ws-51", CLONE, 1002)]
    late = [at(60, "ws-52", CLONE, 1003)], [at(59, "ws-52", THREAD, 1004)]
    return [*rows[: middle - 1], *in_time, *late[0], *late[1], *rows[middle - 1 :]]
