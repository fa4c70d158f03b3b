"""What other parents start: few children, but not certainly all of them."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.arguments import IsBare
from parentchild.catalog.children_shared import CONHOST, CRASH_HANDLERS
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import (
    DOTNET,
    EITHER_BITNESS,
    POWERSHELL,
    SYSTEM32,
    WINDOWS_AND_SYSTEM32,
)
from parentchild.catalog.sources import (
    ELASTIC,
    ELASTIC_SPOOLER,
    LOLBAS,
    OPENSSH,
    RECORDED,
    SIGMA_4289,
    SIGMA_4569,
    SIGMA_CONHOST_CHILD,
    SIGMA_PARENTS,
    SIGMA_USERINIT,
)
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, Tier
from parentchild.relations.severity import Severity

CITRIX: Final = (
    r"C:\Program Files\Citrix\HDX\bin",
    r"C:\Program Files (x86)\Citrix\HDX\bin",
    r"C:\Program Files\Citrix\System32",
    r"C:\Program Files (x86)\Citrix\System32",
)

OPTIONAL: Final = rated(
    ExpectedChildren(
        "userinit.exe",
        (
            ExpectedImage(
                "explorer.exe", directories=(r"C:\Windows",), why="the shell", sources=(SIGMA_USERINIT,)
            ),
            ExpectedImage(
                "proquota.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="the quota of a roaming profile",
                sources=(SIGMA_USERINIT,),
            ),
            ExpectedImage(
                "powershell.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=POWERSHELL,
                conditions=(IsBare(),),
                why="the shell of Server Core",
                sources=(SIGMA_4289, SIGMA_USERINIT),
            ),
            ExpectedImage(
                "cmd.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=("*\\netlogon\\*",),
                why="a log-on script from the domain",
                sources=(SIGMA_USERINIT,),
            ),
            ExpectedImage(
                "cmd.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=("*netlogon.bat*",),
                why="a log-on script from the domain",
                sources=(SIGMA_USERINIT,),
            ),
            ExpectedImage(
                "cmd.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=("*usrlogon.cmd*",),
                why="the log-on script of a terminal server",
                sources=(SIGMA_USERINIT,),
            ),
            *(
                ExpectedImage(
                    name,
                    tier=Tier.VENDOR,
                    pack="citrix",
                    directories=directories,
                    why="Citrix publishes single programs",
                    sources=(SIGMA_4569, SIGMA_USERINIT),
                )
                for name, directories in (("cmstart.exe", CITRIX[:2]), ("icast.exe", CITRIX))
            ),
            *CRASH_HANDLERS,
        ),
        why="userinit.exe starts the shell and log-on scripts; others come from a changed Shell value.",
        sources=(SIGMA_USERINIT,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "conhost.exe",
        (
            CONHOST,
            ExpectedImage(
                "mscorsvw.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=DOTNET,
                why="the .NET image generator",
                sources=(ELASTIC,),
            ),
            *CRASH_HANDLERS,
        ),
        why=(
            "A console's host serves a program and starts none, unless it is called with "
            "--headless. Misuse of it does that, and so does every log-on over OpenSSH."
        ),
        sources=(ELASTIC, SIGMA_CONHOST_CHILD, LOLBAS, OPENSSH),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "bitsadmin.exe",
        CRASH_HANDLERS,
        why="The tool that manages background transfers starts nothing.",
        sources=(SIGMA_PARENTS,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "winver.exe",
        CRASH_HANDLERS,
        why="The dialog that shows Windows' version starts nothing.",
        sources=(SIGMA_PARENTS,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "minesweeper.exe",
        CRASH_HANDLERS,
        why="The game starts nothing.",
        sources=(SIGMA_PARENTS,),
        windows="vista-7",
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "notepad.exe",
        (
            ExpectedImage(
                "notepad.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=WINDOWS_AND_SYSTEM32,
                counterpart_directories=WINDOWS_AND_SYSTEM32,
                why="a new window",
                sources=(SIGMA_PARENTS,),
            ),
            ExpectedImage(
                "splwow64.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=(r"C:\Windows",),
                why="the 32-bit editor prints",
                sources=(ELASTIC_SPOOLER,),
            ),
            CONHOST,
            *CRASH_HANDLERS,
        ),
        why="The editor starts nothing; attackers inject code into it.",
        sources=(SIGMA_PARENTS, RECORDED),
        severity=Severity.LOW,
    ),
    ExpectedChildren(
        "calc.exe",
        (
            ExpectedImage(
                "win32calc.exe",
                directories=EITHER_BITNESS,
                why="the calculator of a server",
                sources=(SIGMA_PARENTS,),
            ),
            *CRASH_HANDLERS,
        ),
        why="The calculator starts nothing but its other half.",
        sources=(SIGMA_PARENTS,),
        severity=Severity.LOW,
    ),
    ExpectedChildren(
        "certutil.exe",
        (CONHOST, *CRASH_HANDLERS),
        why="The certificate tool starts nothing.",
        sources=(SIGMA_PARENTS,),
        severity=Severity.LOW,
    ),
)
"""Off unless asked for."""
