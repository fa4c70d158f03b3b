"""Images and parents about which Windows has no invariant: off unless a user asks for one.

They suit a fleet that is managed tightly, or a hunt in which a person looks at the result.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from parentchild.catalog.arguments import DCOM
from parentchild.catalog.children_shared import (
    CONHOST,
    CRASH_HANDLERS,
    INTERPRETERS,
    NET_COMPILER,
    RESOURCE_COMPILER,
)
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import (
    DOTNET,
    EITHER_BITNESS,
    POWERSHELL,
    SYSTEM32,
    WINDOWS,
    WRITABLE,
)
from parentchild.catalog.sources import (
    ATTACK_PPID,
    ELASTIC,
    ELASTIC_DNS,
    ELASTIC_PPID,
    ENDPOINT_WSUS,
    GENEALOGY,
    MALPROCFIND,
    OSQUERY_ATTCK,
    RECORDED,
    SANS,
    SIGMA_3208,
    SIGMA_BAAUPDATE,
    SIGMA_CONHOST,
    SIGMA_DNS,
    SIGMA_PARENTS,
    SIGMA_SPEECH,
    SIGMA_SQL,
    SIGMA_WMI,
    VELOCIRAPTOR,
    VOLDIFF,
    WAZUH,
)
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, ExpectedParents, Tier
from parentchild.relations.severity import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

_BROKERS: Final = (
    ExpectedImage(
        "svchost.exe",
        directories=EITHER_BITNESS,
        why="elevation and secondary log-on create the process for the one that asked",
        sources=(ATTACK_PPID, ELASTIC_PPID),
    ),
    ExpectedImage(
        "consent.exe",
        directories=SYSTEM32,
        why="the elevation prompt creates the process for the one that asked",
        sources=(ATTACK_PPID,),
    ),
)


def _by_shell(name: str, *others: ExpectedImage, directories: tuple[str, ...] = ()) -> ExpectedParents:
    """Return the relation of a program that a user starts from the shell."""
    shell = ExpectedImage(
        "explorer.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=WINDOWS,
        why="a user starts it from the shell",
        sources=(OSQUERY_ATTCK, VELOCIRAPTOR),
    )
    return ExpectedParents(
        name,
        (shell, *others),
        tier=Tier.KNOWN_BENIGN,
        creators=_BROKERS,
        directories=directories,
        why="Users start it from the shell, but any program may: on a normal machine this finds a lot.",
        sources=(OSQUERY_ATTCK, VELOCIRAPTOR, MALPROCFIND),
        severity=Severity.INFORMATIONAL,
        session="1 and up",
    )


def _of_its_own(name: str, why: str, *sources: str) -> ExpectedImage:
    return ExpectedImage(name, tier=Tier.KNOWN_BENIGN, why=why, sources=sources)


_EXPLORER: Final = ExpectedParents(
    "explorer.exe",
    (
        ExpectedImage(
            "userinit.exe",
            why="the shell starts with the session; userinit.exe then exits",
            sources=(MALPROCFIND, WAZUH, SANS, GENEALOGY, SIGMA_PARENTS),
        ),
        ExpectedImage(
            "winlogon.exe",
            tier=Tier.KNOWN_BENIGN,
            why="the shell ended and is started again (AutoRestartShell)",
            sources=(RECORDED,),
        ),
        ExpectedImage(
            "svchost.exe",
            tier=Tier.KNOWN_BENIGN,
            arguments=("/factory,*", "-embedding"),
            service_groups=DCOM,
            why="the DCOM launcher opens a folder window",
            sources=(RECORDED,),
        ),
        ExpectedImage(
            "explorer.exe",
            tier=Tier.KNOWN_BENIGN,
            directories=WINDOWS,
            counterpart_directories=WINDOWS,
            why="folder windows in a process of their own",
            sources=(RECORDED,),
        ),
    ),
    tier=Tier.KNOWN_BENIGN,
    creators=_BROKERS,
    directories=WINDOWS,
    why="The shell starts with the session, but users, installers and scripts restart it in many ways.",
    sources=(SANS, GENEALOGY, MALPROCFIND),
    severity=Severity.LOW,
    session="1 and up",
    parent_exits=True,
    protects_name=True,
)

_CONHOST: Final = ExpectedParents(
    "conhost.exe",
    (
        ExpectedImage(
            "csrss.exe",
            windows="7",
            why="on Windows 7 the subsystem starts the console's host",
            sources=(OSQUERY_ATTCK, MALPROCFIND, VOLDIFF, SIGMA_CONHOST, RECORDED),
        ),
    ),
    why="Only on Windows 7: since Windows 8 each console program starts its own host.",
    sources=(SIGMA_CONHOST, MALPROCFIND),
    windows="7",
    directories=SYSTEM32,
    severity=Severity.LOW,
    session="any",
)

_MPCMDRUN: Final = ExpectedParents(
    "mpcmdrun.exe",
    (
        ExpectedImage("msmpeng.exe", why="Defender's engine runs its own tasks", sources=(RECORDED,)),
        ExpectedImage("svchost.exe", why="scheduled scans and updates", sources=(RECORDED,)),
        ExpectedImage(
            "services.exe", tier=Tier.KNOWN_BENIGN, why="listed by one memory tool", sources=(RECORDED,)
        ),
    ),
    tier=Tier.KNOWN_BENIGN,
    why="Defender's command line; administrators run it by hand as well.",
    sources=(RECORDED,),
    windows="8+",
    severity=Severity.LOW,
    session="any",
)

_MSCORSVW: Final = ExpectedParents(
    "mscorsvw.exe",
    (
        ExpectedImage(
            "services.exe",
            tier=Tier.KNOWN_BENIGN,
            why="the .NET image generator as a service",
            sources=(VOLDIFF,),
        ),
        *(
            ExpectedImage(
                name,
                tier=Tier.KNOWN_BENIGN,
                directories=DOTNET,
                why="the .NET image generator starts its workers",
                sources=(RECORDED,),
            )
            for name in ("ngen.exe", "ngentask.exe")
        ),
        ExpectedImage(
            "conhost.exe",
            tier=Tier.KNOWN_BENIGN,
            directories=SYSTEM32,
            why="accepted by one large rule set",
            sources=(ELASTIC,),
        ),
    ),
    tier=Tier.KNOWN_BENIGN,
    why="The worker of the .NET image generator is started by the generator or its service.",
    sources=(RECORDED, VOLDIFF),
    directories=DOTNET,
    severity=Severity.LOW,
    session="0",
)

_WMI: Final = ExpectedChildren(
    "wmiprvse.exe",
    (
        ExpectedImage(
            "dismhost.exe",
            tier=Tier.KNOWN_BENIGN,
            directories=(
                r"C:\Windows\Temp\*",
                r"C:\Windows\SystemTemp\*",
                r"C:\Users\*\AppData\Local\Temp\*",
                r"C:\Windows\System32\Dism",
            ),
            why="the provider of deployment images works through it",
            sources=(RECORDED,),
        ),
        *CRASH_HANDLERS,
    ),
    tier=Tier.KNOWN_BENIGN,
    why=(
        "Providers start few programs. Win32_Process.Create starts any program, for attackers and "
        "for management: a fleet under Configuration Manager has many such starts."
    ),
    sources=(SIGMA_WMI, RECORDED),
    severity=Severity.MEDIUM,
)

_EXPOSED: Final = (
    ExpectedChildren(
        "w3wp.exe",
        (NET_COMPILER, RESOURCE_COMPILER, CONHOST, *CRASH_HANDLERS),
        tier=Tier.KNOWN_BENIGN,
        why="A web application may start programs; a shell as its child is a web shell, or WSUS exploited.",
        sources=(ENDPOINT_WSUS, RECORDED),
        is_open=True,
        refused_kinds=INTERPRETERS,
        refused_directories=WRITABLE,
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "sqlservr.exe",
        (CONHOST, *CRASH_HANDLERS),
        tier=Tier.KNOWN_BENIGN,
        why=(
            "A database that starts a shell ran xp_cmdshell. Attackers use it, and so do some administrators."
        ),
        sources=(SIGMA_SQL, RECORDED),
        is_open=True,
        refused_kinds=INTERPRETERS,
        refused_directories=WRITABLE,
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "wsusservice.exe",
        (NET_COMPILER, RESOURCE_COMPILER, CONHOST, *CRASH_HANDLERS),
        tier=Tier.KNOWN_BENIGN,
        why="The update service starts compilers at most; others exploit it (CVE-2025-59287).",
        sources=(ENDPOINT_WSUS,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "dns.exe",
        (
            CONHOST,
            ExpectedImage(
                "dns.exe",
                directories=SYSTEM32,
                counterpart_directories=SYSTEM32,
                why="it restarts itself",
                tier=Tier.KNOWN_BENIGN,
                sources=(ELASTIC_DNS,),
            ),
            *CRASH_HANDLERS,
        ),
        tier=Tier.KNOWN_BENIGN,
        why="The name server starts nothing; a child of it is an exploit (CVE-2020-1350 and the like).",
        sources=(ELASTIC_DNS, SIGMA_DNS),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "speechruntime.exe",
        (CONHOST, *CRASH_HANDLERS),
        tier=Tier.KNOWN_BENIGN,
        why="Speech recognition starts nothing; its COM class is hijacked to run programs remotely.",
        sources=(SIGMA_SPEECH,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "baaupdate.exe",
        (CONHOST, *CRASH_HANDLERS),
        tier=Tier.KNOWN_BENIGN,
        why="BitLocker's helper starts no interpreter; its COM class is hijacked to run programs remotely.",
        sources=(SIGMA_BAAUPDATE,),
        is_open=True,
        refused_kinds=INTERPRETERS,
        severity=Severity.HIGH,
    ),
)

OPTIONAL_PACKS: Final[Mapping[str, RelationRegistry]] = MappingProxyType(
    {
        "explorer": RelationRegistry(rated(_EXPLORER)),
        "conhost": RelationRegistry(rated(_CONHOST)),
        "shells": RelationRegistry(
            rated(
                _by_shell("cmd.exe", directories=EITHER_BITNESS),
                _by_shell(
                    "powershell.exe",
                    directories=POWERSHELL,
                ),
            )
        ),
        "browsers": RelationRegistry(
            rated(
                _by_shell("iexplore.exe", _of_its_own("iexplore.exe", "a tab's process", VELOCIRAPTOR)),
                _by_shell("firefox.exe", _of_its_own("firefox.exe", "a tab's process", VELOCIRAPTOR)),
                _by_shell("chrome.exe", _of_its_own("chrome.exe", "a tab's process", VELOCIRAPTOR)),
            )
        ),
        "editors": RelationRegistry(
            rated(
                _by_shell("notepad.exe", _of_its_own("notepad.exe", "a new window", SIGMA_3208)),
                _by_shell("notepad++.exe"),
            )
        ),
        "defender-tasks": RelationRegistry(rated(_MPCMDRUN)),
        "dotnet": RelationRegistry(rated(_MSCORSVW)),
        "wmi": RelationRegistry(rated(_WMI)),
        "exposed-services": RelationRegistry(rated(*_EXPOSED)),
    }
)
"""Registries to join to another with `|`, by the name of what they watch."""
