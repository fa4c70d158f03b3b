"""What a user's session is made of: log-on, desktop, brokers, task hosts."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.arguments import COM_SERVER, DCOM
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import DOTNET, EITHER_BITNESS, SYSTEM32
from parentchild.catalog.sources import (
    ANALOGY,
    CAR,
    ELASTIC,
    ELASTIC_3377,
    ELASTIC_TRIAGE,
    ENDPOINT,
    ENDPOINT_PPID,
    EQLLIB,
    FALCON,
    FALCON_2020,
    MALPROCFIND,
    RECORDED,
    SANS,
    VELOCIRAPTOR,
    WAZUH,
)
from parentchild.relations.relation import ExpectedImage, ExpectedParents, Tier
from parentchild.relations.severity import Severity

FOLDER_WINDOWS: Final = "{9BA05972-F6A8-11CF-A442-00A0C90A8F39}"
"""The class of the shell's folder windows."""

SESSION: Final = rated(
    ExpectedParents(
        "userinit.exe",
        (
            ExpectedImage(
                "winlogon.exe",
                why="after a log-on winlogon.exe starts what its Userinit value names",
                sources=(FALCON, FALCON_2020, ELASTIC, EQLLIB, SANS, RECORDED),
            ),
        ),
        why="userinit.exe prepares a user's session; winlogon.exe starts it once a log-on.",
        sources=(FALCON, ELASTIC, SANS, RECORDED),
        directories=EITHER_BITNESS,
        severity=Severity.HIGH,
        session="1 and up",
        protects_name=True,
    ),
    ExpectedParents(
        "logonui.exe",
        (
            ExpectedImage(
                "winlogon.exe",
                why="the log-on and lock screen of a session",
                sources=(ELASTIC, EQLLIB, CAR, RECORDED),
            ),
            ExpectedImage(
                "wininit.exe",
                windows="vista+",
                why="the screen of session 0, shown at shutdown",
                sources=(ELASTIC, EQLLIB),
            ),
        ),
        why="LogonUI.exe asks for credentials; only winlogon.exe and, in session 0, wininit.exe start it.",
        sources=(ELASTIC, EQLLIB, CAR, RECORDED),
        directories=SYSTEM32,
        arguments=("/flags:*",),
        severity=Severity.MEDIUM,
        session="that of the log-on; 0 at shutdown",
        protects_name=True,
    ),
    ExpectedParents(
        "dwm.exe",
        (
            ExpectedImage(
                "winlogon.exe",
                windows="8+",
                why="winlogon.exe starts the one compositor of its session",
                sources=(ELASTIC, RECORDED),
            ),
            ExpectedImage(
                "svchost.exe",
                windows="vista-7",
                why="before Windows 8 the session manager service of the desktop window manager started it",
                sources=(MALPROCFIND, ELASTIC_TRIAGE, RECORDED),
            ),
            ExpectedImage(
                "wininit.exe",
                tier=Tier.KNOWN_BENIGN,
                windows="8+",
                why="accepted by one large rule set for session 0; not among recorded events",
                sources=(ELASTIC,),
            ),
        ),
        why="One compositor draws each session's desktop; who starts it changed with Windows 8.",
        sources=(ELASTIC, MALPROCFIND, RECORDED),
        windows="vista+",
        directories=SYSTEM32,
        severity=Severity.MEDIUM,
        session="1 and up, one each",
        protects_name=True,
    ),
    ExpectedParents(
        "fontdrvhost.exe",
        (
            ExpectedImage("wininit.exe", why="the instance of session 0", sources=(ELASTIC, RECORDED)),
            ExpectedImage(
                "winlogon.exe", why="the instance of an interactive session", sources=(ELASTIC, RECORDED)
            ),
            ExpectedImage(
                "dwm.exe",
                tier=Tier.KNOWN_BENIGN,
                why="accepted by one large rule set; not among recorded events",
                sources=(ELASTIC,),
            ),
        ),
        why="The font driver runs outside the kernel since Windows 10, one instance a session.",
        sources=(ELASTIC, RECORDED),
        windows="10+",
        directories=EITHER_BITNESS,
        severity=Severity.MEDIUM,
        session="one in every session",
        protects_name=True,
    ),
    ExpectedParents(
        "sihost.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=("netsvcs:UserManager",),
                why="the User Manager service starts the shell's infrastructure host",
                sources=(ENDPOINT, RECORDED),
            ),
            ExpectedImage(
                "sihost.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                counterpart_directories=SYSTEM32,
                why="it starts itself again, as one endpoint product sees in two of its rules",
                sources=(ENDPOINT, ENDPOINT_PPID),
            ),
        ),
        why="The shell's infrastructure host belongs to the User Manager service.",
        sources=(ENDPOINT, RECORDED),
        windows="10+",
        directories=SYSTEM32,
        severity=Severity.LOW,
        session="1 and up, one for each user",
    ),
    ExpectedParents(
        "shellhost.exe",
        (
            ExpectedImage(
                "sihost.exe",
                directories=SYSTEM32,
                why="the shell's infrastructure host starts the host of the quick settings",
                sources=(ENDPOINT_PPID,),
            ),
        ),
        why="On Windows 11 the quick settings have a host of their own, which sihost.exe starts.",
        sources=(ENDPOINT_PPID,),
        windows="11+",
        directories=SYSTEM32,
        severity=Severity.LOW,
        session="1 and up, one for each user",
    ),
    ExpectedParents(
        "runtimebroker.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts a broker for each app from the store",
                sources=(FALCON, FALCON_2020, ELASTIC, ENDPOINT, RECORDED),
            ),
        ),
        why="A broker is a COM server: the DCOM launcher in svchost.exe starts it.",
        sources=(FALCON, ELASTIC, RECORDED),
        windows="8+",
        directories=EITHER_BITNESS,
        arguments=COM_SERVER,
        severity=Severity.MEDIUM,
        session="1 and up",
        protects_name=True,
    ),
    ExpectedParents(
        "taskhostw.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=("netsvcs:Schedule",),
                why="the task scheduler's service runs tasks that are libraries in this host",
                sources=(FALCON, FALCON_2020, ELASTIC, VELOCIRAPTOR, SANS, RECORDED),
            ),
        ),
        why="The host of tasks that are libraries belongs to the task scheduler in svchost.exe.",
        sources=(FALCON, ELASTIC, SANS, RECORDED),
        windows="10+",
        directories=SYSTEM32,
        severity=Severity.MEDIUM,
        session="0 or a user's",
        protects_name=True,
    ),
    ExpectedParents(
        "taskhost.exe",
        (
            ExpectedImage(
                "services.exe",
                windows="7",
                why="on Windows 7 the background process manager is part of services.exe",
                sources=(ELASTIC, EQLLIB, CAR, RECORDED),
            ),
            ExpectedImage(
                "svchost.exe",
                windows="7-8.1",
                why="the task scheduler's service starts it",
                sources=(ELASTIC, EQLLIB, WAZUH),
            ),
            ExpectedImage(
                "ngentask.exe",
                tier=Tier.KNOWN_BENIGN,
                windows="7-8.1",
                directories=DOTNET,
                why="the .NET image generator runs its task through the host of tasks",
                sources=(ELASTIC_3377, ELASTIC),
            ),
        ),
        why="The host of tasks had this name from Windows 7 to 8.1; later no taskhost.exe is expected.",
        sources=(ELASTIC, EQLLIB, WAZUH, RECORDED),
        directories=SYSTEM32,
        severity=Severity.MEDIUM,
        session="0 or a user's",
        protects_name=True,
    ),
    ExpectedParents(
        "taskhostex.exe",
        (
            ExpectedImage(
                "svchost.exe",
                windows="8-8.1",
                why="the task scheduler's service starts it, as it does taskhostw.exe",
                sources=(ANALOGY,),
            ),
        ),
        why="The host of a user's tasks on Windows 8 and 8.1; later no taskhostex.exe is expected.",
        sources=(ANALOGY,),
        directories=SYSTEM32,
        severity=Severity.MEDIUM,
        session="1 and up",
        protects_name=True,
    ),
    ExpectedParents(
        "consent.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=("netsvcs:Appinfo",),
                why="the Application Information service shows the elevation prompt",
                sources=(ELASTIC, ENDPOINT, RECORDED),
            ),
            *(
                ExpectedImage(
                    "rundll32.exe",
                    tier=Tier.KNOWN_BENIGN,
                    directories=EITHER_BITNESS,
                    parent_arguments=(f"^ {library},SHCreateLocalServerRunDll {FOLDER_WINDOWS}",),
                    excuses_arguments=True,
                    why="the shell's folder windows as a local COM server, hosted by rundll32.exe",
                    sources=(ENDPOINT,),
                )
                for library in ("shell32.dll", r"C:\Windows\System32\shell32.dll")
            ),
        ),
        why="The elevation prompt belongs to the Application Information service in svchost.exe.",
        sources=(ELASTIC, ENDPOINT, RECORDED),
        windows="vista+",
        directories=SYSTEM32,
        arguments=("^ * * *",),
        severity=Severity.MEDIUM,
        session="that of the user who is asked",
        protects_name=True,
    ),
)
"""What starts with a user's session."""
