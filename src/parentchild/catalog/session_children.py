"""What the processes of a session start."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.children_shared import CONHOST, CRASH_HANDLERS, NGENTASK
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import (
    EITHER_BITNESS,
    SYSTEM32,
)
from parentchild.catalog.sources import (
    AJOUR,
    CAR,
    ELASTIC,
    ELASTIC_4775,
    ELASTIC_ACCESSIBILITY,
    ENDPOINT_DWM,
    RECORDED,
    SANS,
    SIGMA_EVENTVWR,
    SIGMA_PARENTS,
    WINDOWS_INTERNALS,
)
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, Tier
from parentchild.relations.severity import Severity

SESSION_CHILDREN: Final = rated(
    ExpectedChildren(
        "winlogon.exe",
        (
            ExpectedImage("userinit.exe", why="a user logged on", sources=(SANS, RECORDED)),
            ExpectedImage("logonui.exe", why="the log-on and lock screen", sources=(ELASTIC, RECORDED)),
            ExpectedImage("dwm.exe", windows="8+", why="the compositor", sources=(ELASTIC, RECORDED)),
            ExpectedImage("fontdrvhost.exe", windows="10+", why="fonts", sources=(ELASTIC, RECORDED)),
            ExpectedImage(
                "explorer.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=(r"C:\Windows",),
                why="the shell ended and is started again (AutoRestartShell)",
                sources=(RECORDED,),
            ),
            ExpectedImage(
                "mpnotify.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="network providers are told of a log-on or a new password",
                sources=(WINDOWS_INTERNALS,),
            ),
            ExpectedImage(
                "utilman.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="accessibility tools on the log-on screen",
                sources=(RECORDED,),
            ),
            ExpectedImage(
                "atbroker.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="accessibility tools follow the user from desktop to desktop",
                sources=(RECORDED,),
            ),
            ExpectedImage(
                "sethc.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="sticky keys on the log-on screen",
                sources=(ELASTIC_ACCESSIBILITY,),
            ),
            ExpectedImage(
                "displayswitch.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="the choice of displays on the log-on screen",
                sources=(ELASTIC_ACCESSIBILITY,),
            ),
            *(
                ExpectedImage(
                    name,
                    tier=Tier.KNOWN_BENIGN,
                    directories=SYSTEM32,
                    why="a user asks for the task manager by its keys or from the secure desktop",
                    sources=(AJOUR, WINDOWS_INTERNALS),
                )
                for name in ("launchtm.exe", "taskmgr.exe")
            ),
            *(
                ExpectedImage(
                    name,
                    tier=Tier.KNOWN_BENIGN,
                    directories=EITHER_BITNESS,
                    why="a screen saver of Windows' own",
                    sources=(AJOUR, WINDOWS_INTERNALS),
                )
                for name in (
                    "bubbles.scr",
                    "mystify.scr",
                    "photoscreensaver.scr",
                    "ribbons.scr",
                    "scrnsave.scr",
                    "sstext3d.scr",
                )
            ),
            ExpectedImage(
                "wlrmdr.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="a reminder, of a password that ends soon, say",
                sources=(RECORDED,),
            ),
            ExpectedImage(
                "slui.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="a reminder to activate Windows",
                sources=(RECORDED,),
            ),
            *CRASH_HANDLERS,
        ),
        why=(
            "The log-on process starts few programs; a shell as its child is a backdoor on the log-on screen."
            " Credential providers of other vendors start their own."
        ),
        sources=(SANS, CAR, RECORDED),
        severity=Severity.LOW,
    ),
    ExpectedChildren(
        "dwm.exe",
        (*CRASH_HANDLERS,),
        why="The compositor draws windows and starts nothing.",
        sources=(ENDPOINT_DWM,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "taskhostw.exe",
        (
            CONHOST,
            NGENTASK,
            *(
                ExpectedImage(
                    name,
                    tier=Tier.KNOWN_BENIGN,
                    directories=SYSTEM32,
                    why="a task that is a library starts it",
                    sources=(AJOUR,),
                )
                for name in ("dsmusertask.exe", "winsat.exe")
            ),
            *CRASH_HANDLERS,
        ),
        why="The host of tasks runs libraries; a shell as its child is a sign of a UAC bypass.",
        sources=(ELASTIC, RECORDED),
        windows="10+",
        severity=Severity.LOW,
    ),
    ExpectedChildren(
        "taskhost.exe",
        (CONHOST, NGENTASK, *CRASH_HANDLERS),
        why="The host of tasks runs libraries, not programs.",
        sources=(ELASTIC, ELASTIC_4775),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "eventvwr.exe",
        (
            ExpectedImage(
                "mmc.exe",
                directories=EITHER_BITNESS,
                why="the console",
                sources=(SIGMA_PARENTS, SIGMA_EVENTVWR, RECORDED),
            ),
            CONHOST,
            *CRASH_HANDLERS,
        ),
        why="The event viewer opens the management console; another child is a sign of a UAC bypass.",
        sources=(SIGMA_PARENTS, SIGMA_EVENTVWR, RECORDED),
        severity=Severity.HIGH,
    ),
)
"""Of the log-on, the compositor and the hosts of tasks."""
