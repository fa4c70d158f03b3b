"""Rows in the shape of Defender's tables, right and wrong, with the spellings that sensors really log."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

START = datetime(2026, 3, 1, 9, 0, tzinfo=timezone.utc)
SYSTEM32 = r"C:\Windows\System32"
CHILDREN = ("svchost.exe", "SVCHOST.EXE", "taskhostw.exe", "lsass.exe", "cmd.exe", "chrome.exe",
            "scvhost.exe", "WerFault.exe", "smss.exe", "ntoskrnl.exe", "System", "Registry", "", "-", "N/A",
            " ")  # fmt: skip
PARENTS = (*CHILDREN, "services.exe", "Services.exe", "explorer.exe", "wininit.exe", "msmpeng.exe", "?",
           "S-1-16-16384", "4242", None)  # fmt: skip
PATHS = (
    None,
    "",
    "-",
    "N/A",
    SYSTEM32,
    rf"{SYSTEM32}\svchost.exe",
    rf"{SYSTEM32}\services.exe",
    rf"{SYSTEM32}\lsass.exe",
    r"\Device\HarddiskVolume3\Windows\System32\svchost.exe",
    r"C:\Temp\svchost.exe",
    r"C:\Temp",
)
ACTIONS = ("ProcessCreated",) * 6 + ("processcreated", "CreateRemoteThreadApiCall", "OpenProcessApiCall")


def rows() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "Timestamp": st.integers(0, 360).map(lambda tens: START + timedelta(seconds=10 * tens)),
            "DeviceName": st.sampled_from(["ws-01", "ws-02"]),
            "ActionType": st.sampled_from(ACTIONS),
            "FileName": st.sampled_from(CHILDREN),
            "FolderPath": st.sampled_from(PATHS),
            "ProcessId": st.sampled_from([4, 100, 104, 108]),
            "ProcessCommandLine": st.sampled_from([None, "x", "WerFault.exe -pss -s 1 -p 104 -ip 104"]),
            "InitiatingProcessFileName": st.sampled_from(PARENTS),
            "InitiatingProcessFolderPath": st.sampled_from(PATHS),
            "InitiatingProcessId": st.sampled_from([4, 100, 104, 108]),
            "ReportId": st.integers(0, 9),
        }
    )


def fixed(size: int = 400) -> list[dict[str, Any]]:
    """Return rows that are the same at every run, enough of them that each kind occurs."""
    found: list[dict[str, Any]] = []
    for number in range(size):
        child, parent = CHILDREN[number * 7 % len(CHILDREN)], PARENTS[number * 5 % len(PARENTS)]
        if number % 3 == 0:
            child, parent = "svchost.exe", "services.exe"
        found.append(
            {
                "Timestamp": START + timedelta(seconds=number),
                "DeviceName": f"ws-{number % 11:02}",
                "ActionType": ACTIONS[number * 4 % len(ACTIONS)],
                "FileName": child,
                "FolderPath": PATHS[number * 3 % len(PATHS)],
                "ProcessId": 100 + 4 * (number % 5),
                "ProcessCommandLine": "WerFault.exe -pss -s 1 -p 104 -ip 104" if number % 9 == 0 else None,
                "InitiatingProcessFileName": parent,
                "InitiatingProcessFolderPath": PATHS[number * 2 % len(PATHS)],
                "InitiatingProcessId": 100 + 4 * (number % 3),
                "ReportId": number,
            }
        )
    return found
