"""The work: a day of Defender rows, the same at every run.

One child in six is watched; one event in twenty thousand is a mismatch, and eight more, so that small sets
have some. One event in a thousand is a remote thread, a third of them by the crash handler, and a few of
those explain a clone, which has its parent's command line as clones do. One event in 250 starts the crash
handler, half of them from the error reporting service, each with a command line of its own; one in eight of
these prepares a snapshot (`-pss`). Names come in four letter cases, most of them as they should be.

The clean rows are for the default relations, which look at paths, arguments and service groups: one
in five starts an image of Windows' own as Windows does it, and half of these the published table knows too.
Nothing in them is a finding.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, TypeAlias

from parentchild import SEED_RELATIONS

Row: TypeAlias = dict[str, Any]
Result: TypeAlias = frozenset[tuple[str, str, int, int]]
"""Child, parent, the earliest time in microseconds, and on how many devices."""

START = 1_772_323_200_000_000  # 2026-03-01 in microseconds
DAY = 86_400_000_000
WATCHED = {name: frozenset(SEED_RELATIONS[name].names) for name in SEED_RELATIONS}
CRASH_WITHIN = 30_000_000
_USUAL = [
    *[("svchost.exe", "services.exe")] * 12,
    *[("RuntimeBroker.exe", "svchost.exe")] * 6,
    *[("taskhostw.exe", "svchost.exe")] * 4,
    ("userinit.exe", "winlogon.exe"),
]
_WRONG = ("explorer.exe", "cmd.exe", "powershell.exe", "winword.exe", "rundll32.exe", "python.exe")
_OTHERS = [
    f"{a}{b}{number}.exe" for a in ("app", "Tool", "Upd") for b in ("Host", "Agent") for number in range(70)
]
_PARENTS = ("explorer.exe", "cmd.exe", "chrome.exe", "powershell.exe", "code.exe", "git.exe", "msbuild.exe")


_S32 = "C:\\Windows\\System32"
_GROUPS = (
    *("netsvcs -p -s Schedule", "netsvcs -p -s UserManager", "netsvcs -p -s BITS", "netsvcs -p -s wlidsvc"),
    *("LocalService -p -s nsi", "LocalServiceNetworkRestricted -p -s Dhcp", "NetworkService -p -s Dnscache"),
    *(
        "LocalSystemNetworkRestricted -p -s WdiSystemHost",
        "wsappx -p -s ClipSVC",
        "wusvcs -p -s WaaSMedicSvc",
    ),
    *("UnistackSvcGroup -s WpnUserService", "appmodel -p -s camsvc", "DcomLaunch -p -s LSM", "utcsvc -p"),
)
_CLSIDS = tuple(f"{{{number * 2654435761 % 2**32:08X}-8857-4850-9277-11B85BDB8E09}}" for number in range(12))
_PACKAGES = tuple(f"App.AppX{number * 2654435761 % 2**32:08x}.mca" for number in range(30))
_HOST = f"{_S32}\\svchost.exe -k "
_DCOM, _TASKS = f"{_HOST}DcomLaunch -p", f"{_HOST}netsvcs -p -s Schedule"
_CLEAN: tuple[tuple[int, str, tuple[str, ...], str, str], ...] = (
    (12, "svchost.exe", tuple(_HOST + group for group in _GROUPS), "services.exe", f"{_S32}\\services.exe"),
    (6, "RuntimeBroker.exe", (f"{_S32}\\RuntimeBroker.exe -Embedding",), "svchost.exe", _DCOM),
    (4, "taskhostw.exe", ("taskhostw.exe", "taskhostw.exe KEYROAMING"), "svchost.exe", _TASKS),
    (1, "userinit.exe", (f"{_S32}\\userinit.exe",), "winlogon.exe", "winlogon.exe"),
    (6, "dllhost.exe", tuple(f"DllHost.exe /Processid:{each}" for each in _CLSIDS), "svchost.exe", _DCOM),
    (6, "conhost.exe", (f"\\??\\{_S32}\\conhost.exe 0xffffffff -ForceV1",), "cmd.exe", "cmd.exe /c dir"),
    (4, "backgroundTaskHost.exe", tuple(map("x.exe -ServerName:{}".format, _PACKAGES)), "svchost.exe", _DCOM),
    (2, "smartscreen.exe", (f"{_S32}\\smartscreen.exe -Embedding",), "svchost.exe", _DCOM),
    (2, "sihost.exe", ("sihost.exe",), "svchost.exe", f"{_HOST}netsvcs -p -s UserManager"),
    (1, "ctfmon.exe", ("ctfmon.exe",), "svchost.exe", f"{_HOST}LocalSystemNetworkRestricted -p"),
)  # fmt: skip
"""A weight, the child, its command lines, the parent, and the parent's command line."""
_OWN_LINES: tuple[tuple[int, str, tuple[str, ...], str, str], ...] = (
    (1, "SearchProtocolHost.exe", ("x.exe Global\\Pipe#_",), "SearchIndexer.exe", "/Embedding"),
    (1, "consent.exe", ("consent.exe # 288 000001E0",), "svchost.exe", f"{_HOST}netsvcs -p -s Appinfo"),
)  # fmt: skip
"""Starts whose command lines all differ: `#` stands for the number of the event."""


def clean_lines(events: int, devices: int, own_lines: int = 0, seed: int = 81) -> Iterator[str]:
    """Yield rows as `lines` does, all of them as Windows and common software do it.

    Args:
        events: how many.
        devices: of how many devices.
        own_lines: of how many in a thousand the command line is seen once and never again.
        seed: what makes them.
    """
    chance = random.Random(seed)
    weights = [1 / rank for rank in range(1, len(_OTHERS) + 1)]
    others = chance.choices(_OTHERS, weights, k=4096)
    for number in range(events):
        at, device = START + number * DAY // events, f"ws-{chance.randrange(devices):06}"
        ppid = 4 * chance.randrange(1, 4000)
        kind = chance.random()
        if kind < 1 / 5:
            starts = _OWN_LINES if kind < own_lines / 1000 else _CLEAN
            [(_, child, own, parent, line)] = chance.choices(starts, [start[0] for start in starts])
            given = chance.choice(own).replace("#", str(number))
            row = _row(number, at, device, _cased(chance, child), _cased(chance, parent), ppid, line=given)
            row["InitiatingProcessCommandLine"] = line
        else:
            child, parent = others[number & 4095], chance.choice(_PARENTS)
            row = _row(number, at, device, _cased(chance, child), _cased(chance, parent), ppid)
            row["FolderPath"] = f"C:\\Program Files\\Vendor\\{child}"
        yield json.dumps(row)


def lines(events: int, devices: int, seed: int = 80, *, with_clones: bool = True) -> Iterator[str]:
    """Yield rows as lines of JSON, so that whoever parses them gets objects of its own.

    Args:
        events: how many.
        devices: of how many devices.
        seed: what makes them.
        with_clones: whether there are clones, which have their parent's command line.
    """
    chance = random.Random(seed)
    weights = [1 / rank for rank in range(1, len(_OTHERS) + 1)]
    others = chance.choices(_OTHERS, weights, k=4096)
    wrong = set(chance.sample(range(events), events // 20_000 + 8))
    for number in range(events):
        at = START + number * DAY // events
        device, kind = f"ws-{chance.randrange(devices):06}", chance.random()
        ppid = 4 * chance.randrange(1, 4000)
        if number in wrong:
            child, parent = (
                _cased(chance, chance.choice(list(WATCHED))),
                _cased(chance, chance.choice(_WRONG)),
            )
            yield _line(number, at, device, child, parent, ppid)
        elif kind < 0.001:
            maker = "WerFault.exe" if kind < 0.0003 else "csrss.exe"
            yield _line(number, at, device, "taskhostw.exe", maker, ppid, "CreateRemoteThreadApiCall", ppid)
            if kind < 0.0001 and with_clones:
                clone = _row(number, at + 1_000_000, device, "taskhostw.exe", "taskhostw.exe", ppid)
                clone["ProcessCommandLine"] = clone["InitiatingProcessCommandLine"]
                yield json.dumps(clone)
        elif kind < 0.005:
            parent = _cased(chance, "svchost.exe" if kind < 0.003 else chance.choice(_PARENTS))
            what = "-pss" if kind < 0.0015 else "-u"
            line = f"C:\\Windows\\System32\\WerFault.exe {what} -s {number} -p {ppid} -ip {ppid}"
            yield _line(number, at, device, _cased(chance, "WerFault.exe"), parent, ppid, line=line)
        else:
            usual = chance.random() < 0.16
            child, parent = (
                chance.choice(_USUAL) if usual else (others[number & 4095], chance.choice(_PARENTS))
            )
            yield _line(number, at, device, _cased(chance, child), _cased(chance, parent), ppid)


def _cased(chance: random.Random, name: str) -> str:
    luck = chance.random()
    return name if luck < 0.9 else name.lower() if luck < 0.97 else name.upper()


def _line(*values: Any, **more: Any) -> str:
    return json.dumps(_row(*values, **more))


def _row(
    number: int, at: int, device: str, child: str, parent: str, ppid: int, action: str = "ProcessCreated",
    pid: int | None = None, line: str | None = None,
) -> Row:  # fmt: skip
    seconds, micros = divmod(at - START, 1_000_000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{micros:06}Z"
    day = "2026-03-01" if seconds < 86_400 else "2026-03-02"
    if day == "2026-03-02":
        clock = f"00:00:{seconds - 86_400:02}.{micros:06}Z"
    return {
        "Timestamp": f"{day}T{clock}",
        "DeviceId": f"id-{device}",
        "DeviceName": device,
        "ActionType": action,
        "FileName": child,
        "FolderPath": f"C:\\Windows\\System32\\{child}",
        "SHA1": f"{number * 2654435761 % 2**160:040x}",
        "ProcessId": pid or 20_000 + 4 * (number % 9000),
        "ProcessCommandLine": line or f"C:\\Windows\\System32\\{child} --id={number} --type=utility",
        "AccountName": f"user{number % 500}",
        "InitiatingProcessFileName": parent,
        "InitiatingProcessFolderPath": f"C:\\Windows\\System32\\{parent}",
        "InitiatingProcessId": ppid,
        "InitiatingProcessCommandLine": f"{parent} -k netsvcs",
        "ReportId": number,
    }


def parsed(text: list[str]) -> list[Row]:
    return list(map(json.loads, text))
