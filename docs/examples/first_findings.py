"""A boot, a log-on, a crash and a masquerade, as rows of Microsoft Defender, and what `hunt` finds in them.

All of it is made up. Run it with `python docs/examples/first_findings.py`.
"""

from __future__ import annotations

from parentchild import hunt

SYSTEM32 = r"C:\Windows\System32"

# time, device, child, its pid, its directory, parent, its pid, the parent's directory
STARTS = [
    # ws-01 boots ...
    ("08:00:00", "ws-01", "smss.exe", 300, SYSTEM32, "System", 4, ""),
    ("08:00:01", "ws-01", "smss.exe", 380, SYSTEM32, "smss.exe", 300, SYSTEM32),
    ("08:00:01", "ws-01", "csrss.exe", 400, SYSTEM32, "smss.exe", 380, SYSTEM32),
    ("08:00:02", "ws-01", "wininit.exe", 460, SYSTEM32, "smss.exe", 380, SYSTEM32),
    ("08:00:02", "ws-01", "services.exe", 540, SYSTEM32, "wininit.exe", 460, SYSTEM32),
    ("08:00:02", "ws-01", "lsass.exe", 560, SYSTEM32, "wininit.exe", 460, SYSTEM32),
    ("08:00:03", "ws-01", "svchost.exe", 700, SYSTEM32, "services.exe", 540, SYSTEM32),
    ("08:00:03", "ws-01", "winlogon.exe", 760, SYSTEM32, "smss.exe", 390, SYSTEM32),
    # ... alice logs on ...
    ("08:04:10", "ws-01", "userinit.exe", 2100, SYSTEM32, "winlogon.exe", 760, SYSTEM32),
    ("08:04:10", "ws-01", "explorer.exe", 2140, r"C:\Windows", "userinit.exe", 2100, SYSTEM32),
    ("08:04:11", "ws-01", "taskhostw.exe", 2200, SYSTEM32, "svchost.exe", 700, SYSTEM32),
    ("08:04:12", "ws-01", "RuntimeBroker.exe", 2300, SYSTEM32, "svchost.exe", 700, SYSTEM32),
    # ... a scheduled task crashes, and the crash handler clones it in order to dump it ...
    ("09:15:30", "ws-01", "taskhostw.exe", 5000, SYSTEM32, "taskhostw.exe", 2200, SYSTEM32),
    # ... and somebody starts a svchost.exe of his own, here and on two more machines.
    (
        "10:31:07",
        "ws-01",
        "svchost.exe",
        6100,
        r"C:\Users\alice\AppData\Local\Temp",
        "explorer.exe",
        2140,
        r"C:\Windows",
    ),
    (
        "10:42:55",
        "ws-07",
        "svchost.exe",
        3380,
        r"C:\Users\bob\Downloads",
        "explorer.exe",
        3100,
        r"C:\Windows",
    ),
    ("11:02:18", "dc-01", "svchost.exe", 7012, r"C:\Windows\Temp", "explorer.exe", 6020, r"C:\Windows"),
    # lsass.exe as its own parent is how its memory is dumped, crash handler or not.
    ("11:05:40", "dc-01", "lsass.exe", 7400, SYSTEM32, "lsass.exe", 612, SYSTEM32),
    # A misspelled name, and a sensor that could not tell the parent.
    ("11:06:02", "dc-01", "scvhost.exe", 7450, r"C:\ProgramData", "services.exe", 604, SYSTEM32),
    ("11:07:00", "dc-01", "svchost.exe", 7500, SYSTEM32, "", 0, ""),
]

ROWS: list[dict[str, object]] = [
    {
        "Timestamp": f"2026-03-02T{time}Z",
        "DeviceId": device,
        "DeviceName": f"{device}.corp.example",
        "ReportId": number,
        "ActionType": "ProcessCreated",
        "FileName": child,
        "ProcessId": pid,
        "FolderPath": rf"{folder}\{child}",
        "InitiatingProcessFileName": parent,
        "InitiatingProcessId": parent_pid,
        "InitiatingProcessFolderPath": parent_folder,
    }
    for number, (time, device, child, pid, folder, parent, parent_pid, parent_folder) in enumerate(STARTS)
]

# The crash handler's thread in the crashing task, one second before the clone.
ROWS.append(
    {
        "Timestamp": "2026-03-02T09:15:29Z",
        "DeviceId": "ws-01",
        "DeviceName": "ws-01.corp.example",
        "ReportId": len(ROWS),
        "ActionType": "CreateRemoteThreadApiCall",
        "FileName": "taskhostw.exe",
        "ProcessId": 2200,
        "InitiatingProcessFileName": "WerFault.exe",
        "InitiatingProcessId": 4960,
        "InitiatingProcessFolderPath": SYSTEM32,
    }
)


def main() -> None:
    """Hunt through the rows and print the report."""
    print(hunt(ROWS))


if __name__ == "__main__":
    main()
