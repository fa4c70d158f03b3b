r"""Random rows of Defender's two tables: few names, pids and devices, so that they meet often.

No two rows have the same time: which of two earliest rows Kusto returns is not defined.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from parentchild import ExpectedChildren, ExpectedImage, ExpectedParents, RelationRegistry, Severity, Tier
from parentchild.catalog import DEFAULT_RELATIONS, OPTIONAL_CHILDREN, OPTIONAL_PACKS, VENDORS, vendor
from parentchild.relations.relation import ExpectedLaunch
from parentchild.windows.programs import ProgramKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
START = NOW - timedelta(minutes=90)

Row = dict[str, object]

FULL_RELATIONS = RelationRegistry(
    relation
    for registry in (DEFAULT_RELATIONS, OPTIONAL_CHILDREN, *OPTIONAL_PACKS.values(), *map(vendor, VENDORS))
    for relation in registry.relations
)
"""All that is shipped: the default, the optional packs, and every vendor's exceptions."""

RICH_RELATIONS = (DEFAULT_RELATIONS | OPTIONAL_CHILDREN).allow("lsass.exe", "acme.exe", why='a "test"\\') | (
    RelationRegistry(
        [
            ExpectedParents(
                "agent.exe",
                [
                    ExpectedImage("host.exe", signer="Microsoft", why="signed"),
                    ExpectedImage("tool.exe", directories=(r"C:\Tools\*", r"D:\Tools\v*\bin")),
                    ExpectedImage("setup.exe", integrity="System", parent_arguments=("/Install",)),
                    ExpectedImage("agent.exe", integrity="High", directories=(r"C:\Tools\*",)),
                    ExpectedImage("System"),
                    ExpectedImage("svchost.exe", service_groups=("netsvcs:Appinfo", "DcomLaunch")),
                    ExpectedImage("helper.exe", directories=(r"C:\Tools\x",), excuses_arguments=True),
                    ExpectedImage("helper.exe", arguments=("/regserver *",)),
                ],
                tier=Tier.VENDOR,
                severity=Severity.LOW,
                directories=(r"C:\Tools\*",),
                arguments=("-k *", "/Install"),
            ),
            ExpectedParents(
                "tool.exe", ["host.exe"], directories=(r"D:\Tools\v*\bin",), severity=Severity.MEDIUM
            ),
            ExpectedLaunch(
                "host.exe",
                directories=(r"C:\Windows\System32", r"\\server\share", r"C:\Tools\x", r"C:\Tools\x\*"),
                severity=Severity.HIGH,
            ),
            ExpectedChildren(
                "agent.exe",
                [
                    "helper.exe",
                    ExpectedImage("cmd.exe", arguments=("/c Check",)),
                    ExpectedImage("tool.exe", counterpart_directories=(r"C:\Tools\*",)),
                ],
            ),
            ExpectedChildren(
                "host.exe",
                [ExpectedImage("helper.exe", directories=(r"C:\Tools\x",))],
                is_open=True,
                refused_kinds=(ProgramKind.SHELL, ProgramKind.OFFICE),
                refused_directories=(r"C:\Temp",),
            ),
            ExpectedChildren("svchost.exe", ["cmd.exe"], services=("Appinfo", "LSM"), severity=Severity.LOW),
            ExpectedChildren(
                "system", ["smss.exe", ExpectedImage("helper.exe", directories=(r"C:\Tools\x",))]
            ),
        ]
    )
)
"""The default relations, the optional children, one allowed pair, and every kind of condition."""

_HOME = {
    "msmpeng.exe": r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18",
    "tiworker.exe": r"C:\Windows\WinSxS\amd64_x",
    "explorer.exe": r"C:\Windows",
    "agent.exe": r"C:\Tools\1",
    "tool.exe": r"C:\Tools\v2\bin",
    "wmiprvse.exe": r"C:\Windows\System32\wbem",
}
_FORMS = (
    "{0}\\{1}",
    "{0}\\{1}",
    "{0}",
    "{0}\\",
    "{2}/{3}",
    "\\??\\{0}\\{1}",
    "\\\\?\\{0}\\{1}",
    "\\Device\\HarddiskVolume3\\{4}\\{1}",
    "\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\{4}\\{1}",
    '"{0}\\{1}"',
    "{0}\\{1}:stream",
)
_ODD_PATHS = (
    r"C:\Temp\{0}",
    r"C:\{0}",
    r"C:\Windows\Sysnative\{0}",
    r"C:\Windows\SysWOW64\{0}",
    r"%SystemRoot%\System32\{0}",
    r"\SystemRoot\System32\{0}",
    r"C:\SystemRoot\System32\{0}",
    r"\\server\share\{0}",
    r"\\?\UNC\server\share\{0}",
    r"\Device\Mup\server\share\{0}",
    r"C:\Windows\WinSxS\a\b\{0}",
    r"C:\Tools\x\{0}",
    "{0}",
    "C:\\",
)
_SPELLINGS = ("{0}", "{0}", "{0}", "{1}", "{2}", "{0} ", '"{0}"', "{0}.", "{0}:stream", "\\{0}", "C:{0}")
_ODD_PARENTS = (
    "-",
    "?",
    "",
    None,
    "S-1-16-16384",
    "4711",
    "<unknown process>",
    "System",
    "ntoskrnl.exe",
    "\u017fervices.exe",
)
_STRANGERS = ("explorer.exe", "cmd.exe", "winword.exe", "powershell.exe", "helper.exe", "tool.exe", "a*b.exe")
_COMMAND_LINES = (
    "",
    "x /regserver y",
    "agent /install",
    "cmd /c CHECK",
    "x -k netsvcs -p",
    "x -k netsvcs -s Appinfo",
    'x  -k  "netsvcs" -p -s lsm ',
    "x -k DcomLaunch -p -s LSM",
    "x -knetsvcs",
    None,
)


class Tables:
    """Random rows for a registry, from a seed."""

    def __init__(self, registry: RelationRegistry, seed: int) -> None:
        self._random = random.Random(seed)
        self._moments = iter(self._random.sample(range(90 * 60 * 4), 20_000))
        self._children = tuple(registry)
        self._parents = tuple(registry.expected_children)
        self._registry = registry
        self._report = 0
        self._clones: list[Row] = []

    def process_events(self, count: int) -> list[Row]:
        """Creations, right and wrong, known and unknown; some are WerFault.exe taking a snapshot."""
        return [self._snapshot() if self._one_in(25) else self._creation() for _ in range(count)]

    def device_events(self, count: int) -> list[Row]:
        """Remote threads, most of them made by WerFault.exe in a process that is a parent elsewhere."""
        return [self._thread() for _ in range(count)]

    def _creation(self) -> Row:
        child, parent = self._pair()
        row = self._row("ProcessCreated", child)
        if child == parent:
            self._clones.append(row)
        row |= {
            "FolderPath": self._path(child),
            "ProcessCommandLine": self._random.choice(_COMMAND_LINES),
            "ProcessIntegrityLevel": self._random.choice(("", "System", "High")),
            "AccountDomain": self._random.choice(("", "contoso")),
            "AccountName": self._random.choice(("ann", "SYSTEM")),
            "InitiatingProcessFileName": parent if parent in _ODD_PARENTS else self._spelled(parent or ""),
            "InitiatingProcessFolderPath": self._path(parent or "x.exe")
            if parent not in _ODD_PARENTS
            else "",
            "InitiatingProcessId": self._pid(),
            "InitiatingProcessCommandLine": self._random.choice(_COMMAND_LINES),
            "InitiatingProcessCreationTime": self._start(),
            "InitiatingProcessIntegrityLevel": self._random.choice(("", "System", "High")),
            "InitiatingProcessAccountDomain": self._random.choice(("", "contoso")),
            "InitiatingProcessAccountName": self._random.choice(("ann", "SYSTEM")),
            "InitiatingProcessSignerType": self._random.choice(("", "microsoft", "Unknown")),
        }
        return row

    def _pair(self) -> tuple[str, str | None]:
        choose = self._random.choice
        roll = self._random.random()
        if roll < 0.2:
            return (name := choose(self._children)), name
        if roll < 0.35:
            return choose((*_STRANGERS, *self._children)), choose(self._parents or _STRANGERS)
        child = choose(self._children)
        names = self._registry[child].names
        if roll < 0.7 and names:
            return child, choose(names)
        return child, choose((*_STRANGERS, *_ODD_PARENTS))

    def _snapshot(self) -> Row:
        row = self._row("ProcessCreated", "WerFault.exe")
        line = self._random.choice(
            ("-pss -s 460 -p {0} -ip {0}", "-u -p {0} -s 1", "-PSS -p x -p {0}", "-pss -p")
        )
        row |= {
            "FolderPath": self._random.choice(
                (r"C:\Windows\System32\WerFault.exe", "", r"C:\Temp\WerFault.exe")
            ),
            "ProcessCommandLine": "WerFault.exe " + line.format(self._pid()),
            "InitiatingProcessFileName": self._random.choice(("svchost.exe", "", "cmd.exe")),
            "InitiatingProcessId": self._pid(),
        }
        if self._clones and self._one_in(2):
            clone = self._random.choice(self._clones)
            row |= self._just_before(clone)
            row["ProcessCommandLine"] = "WerFault.exe " + line.format(clone["InitiatingProcessId"])
        return row

    def _just_before(self, clone: Row) -> Row:
        """The columns that make of a row evidence for a clone, or very nearly so."""
        time = clone["Timestamp"]
        assert isinstance(time, datetime)
        seconds = self._random.choice((0.25, 5, 29, 30, 30.5, -5))
        return {
            "Timestamp": time - timedelta(seconds=seconds, microseconds=self._report),
            "DeviceId": clone["DeviceId"],
            "DeviceName": clone["DeviceName"],
        }

    def _thread(self) -> Row:
        target = self._random.choice(self._children)
        row = self._row(
            self._random.choice(("CreateRemoteThreadApiCall", "createremotethreadapicall", "x")), target
        )
        row |= {
            "ProcessCreationTime": self._start(),
            "InitiatingProcessFileName": self._random.choice(("WerFault.exe", "werfault.exe", "evil.exe")),
            "InitiatingProcessFolderPath": self._random.choice(
                (r"c:\windows\system32\werfault.exe", r"C:\Windows\SysWOW64", "", r"C:\Temp\werfault.exe")
            ),
        }
        if self._clones and not self._one_in(4):
            clone = self._random.choice(self._clones)
            row |= self._just_before(clone) | {
                "FileName": clone["FileName"],
                "ProcessId": clone["InitiatingProcessId"],
                "ProcessCreationTime": self._random.choice(
                    (*[clone["InitiatingProcessCreationTime"]] * 3, START)
                ),
            }
        return row

    def _row(self, action: str, name: str) -> Row:
        self._report += 1
        device = self._random.choice("abc")
        time = START + timedelta(milliseconds=250 * next(self._moments), microseconds=self._report % 1000)
        return {
            "Timestamp": time,
            "IngestionTime": time + timedelta(seconds=self._random.choice((1, 30, 600))),
            "ReportId": self._report,
            "DeviceId": device * 3,
            "DeviceName": f"ws-{device}.contoso.com",
            "ActionType": action,
            "FileName": self._spelled(name),
            "ProcessId": self._pid(),
        }

    def _spelled(self, name: str) -> str:
        return self._random.choice(_SPELLINGS).format(name, name.upper(), name.capitalize())

    def _path(self, name: str) -> str | None:
        if self._one_in(4):
            return None
        if self._one_in(4):
            return self._random.choice(_ODD_PATHS).format(name)
        home = _HOME.get(name, r"C:\Windows\System32")
        return self._random.choice(_FORMS).format(
            home, name, home.replace("\\", "/"), name.upper(), home[3:].upper()
        )

    def _pid(self) -> int:
        return self._random.choice((0, 4, 100, 104))

    def _start(self) -> datetime | None:
        return self._random.choice((None, None, START - timedelta(hours=1), START + timedelta(minutes=30)))

    def _one_in(self, chances: int) -> bool:
        return self._random.randrange(chances) == 0


def with_late_ingestion(rows: Sequence[Row], seed: int) -> list[Row]:
    """Return the rows, some of them ingested before the query's window, or never."""
    generator = random.Random(seed)
    old, never = NOW - timedelta(hours=3), None
    return [
        {**row, "IngestionTime": generator.choice((old, never))} if generator.random() < 0.1 else row
        for row in rows
    ]
