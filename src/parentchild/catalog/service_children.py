"""What services and the crash handler start."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.arguments import ANY_ARGUMENT
from parentchild.catalog.children_shared import CONHOST, CRASH_HANDLERS, INTERPRETERS, NGENTASK
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import (
    DROPS,
    EITHER_BITNESS,
    SYSTEM32,
    WRITABLE,
)
from parentchild.catalog.sources import (
    ELASTIC,
    ELASTIC_3377,
    ELASTIC_CHILDLESS,
    ELASTIC_SPOOLER,
    ELASTIC_WERFAULT_CHILD,
    ENDPOINT_SERVICES,
    RECORDED,
    SIGMA_PARENTS,
    SIGMA_SELF,
    SIGMA_SPOOLER,
    SIGMA_WERMGR,
)
from parentchild.relations.conditions import Fact, HasArguments
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, Tier
from parentchild.relations.severity import Severity

CHILDLESS_SERVICES: Final = (
    "AppHostSvc",
    "BthAvctpSvc",
    "CDPSvc",
    "CryptSvc",
    "CscService",
    "DisplayEnhancementService",
    "EventLog",
    "IKEEXT",
    "LanmanWorkstation",
    "LicenseManager",
    "NlaSvc",
    "PolicyAgent",
    "ProfSvc",
    "PushToInstall",
    "ShellHWDetection",
    "SstpSvc",
    "StateRepository",
    "StorSvc",
    "TrkWks",
    "WdiServiceHost",
    "WdiSystemHost",
    "WpnService",
    "camsvc",
    "cdbhsvc",
    "fhsvc",
    "hidserv",
    "netprofm",
)
"""Services that start nothing; `imgsvc` is not among them, since scanners bring programs that it starts."""

SERVICE_CHILDREN: Final = rated(
    ExpectedChildren(
        "services.exe",
        (
            ExpectedImage(
                "msiexec.exe",
                directories=EITHER_BITNESS,
                conditions=(HasArguments(Fact.CHILD_COMMAND_LINE, ("/v",), holds_when_absent=True),),
                why="Windows Installer as a service; where no command lines are logged, by its name",
                sources=(RECORDED,),
            ),
        ),
        why=(
            "Any program may be a service, but none lies where users can write. Attackers run "
            "commands through a shell or a living-off-the-land binary as a service."
        ),
        sources=(ENDPOINT_SERVICES, RECORDED),
        is_open=True,
        refused_kinds=INTERPRETERS,
        refused_directories=WRITABLE,
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "svchost.exe",
        (
            ExpectedImage(
                "relpost.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                parent_arguments=("-s WdiSystemHost",),
                why="the reliability diagnosis reports memory errors",
                sources=(ELASTIC_CHILDLESS,),
            ),
            ExpectedImage(
                "rundll32.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=(r"^ C:\Windows\System32\winethc.dll,ForceProxyDetectionOnNextRun",),
                parent_arguments=("-s WdiServiceHost",),
                why="the network diagnosis starts a new search for proxies",
                sources=(ELASTIC_CHILDLESS,),
            ),
            *CRASH_HANDLERS,
        ),
        why="These services start no programs: a child is a sign of code that was injected into their host.",
        sources=(ELASTIC_CHILDLESS, RECORDED),
        services=CHILDLESS_SERVICES,
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "spoolsv.exe",
        (
            ExpectedImage(
                "splwow64.exe",
                directories=(r"C:\Windows",),
                why="32-bit programs print through it",
                sources=(ELASTIC_SPOOLER,),
            ),
            ExpectedImage(
                "msiexec.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                why="a printer's driver is installed",
                sources=(ELASTIC_SPOOLER,),
            ),
            ExpectedImage(
                "regsvr32.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=("*printconfig.dll*",),
                why="a printer's driver is registered",
                sources=(ELASTIC_SPOOLER,),
            ),
            ExpectedImage(
                "route.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="accepted by one large rule set",
                sources=(ELASTIC_SPOOLER,),
            ),
            *CRASH_HANDLERS,
        ),
        why=(
            "The print spooler loads drivers; a shell as its child is an exploit of the spooler."
            " Drivers bring tools of their own."
        ),
        sources=(ELASTIC_SPOOLER, SIGMA_SPOOLER, RECORDED),
        severity=Severity.LOW,
    ),
    ExpectedChildren(
        "searchprotocolhost.exe",
        (CONHOST, NGENTASK, *CRASH_HANDLERS),
        why="A protocol host reads documents for the indexer and starts nothing.",
        sources=(ELASTIC, ELASTIC_3377),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "wermgr.exe",
        (
            *(
                ExpectedImage(
                    "rundll32.exe",
                    tier=Tier.KNOWN_BENIGN,
                    directories=EITHER_BITNESS,
                    arguments=(f"^ {library},{space}LaunchErcApp",),
                    why="queued reports are sent through the control panel's library",
                    sources=(ELASTIC, SIGMA_WERMGR),
                )
                for library in ("WerConCpl.dll", r"C:\Windows\System32\WerConCpl.dll")
                for space in ("", " ")
            ),
            *CRASH_HANDLERS[:2],
            ExpectedImage(
                "wermgr.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=ANY_ARGUMENT,
                why="it restarts itself, always with arguments",
                sources=(ELASTIC, SIGMA_SELF),
            ),
        ),
        why="Error reporting starts only its own programs; attackers inject code into it.",
        sources=(ELASTIC, SIGMA_WERMGR, SIGMA_PARENTS),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "werfault.exe",
        CRASH_HANDLERS,
        why=(
            "The crash handler restarts the application or starts a debugger. A shell, or a program"
            " in a directory that anyone can write to, is a registered monitor (silent process "
            "exit)."
        ),
        sources=(ELASTIC_WERFAULT_CHILD, RECORDED),
        is_open=True,
        refused_kinds=INTERPRETERS,
        refused_directories=DROPS,
        severity=Severity.HIGH,
    ),
)
"""Of the service control manager, some service hosts, the spooler, the indexer and the crash handler."""
