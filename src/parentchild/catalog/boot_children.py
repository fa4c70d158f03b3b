"""What the processes of the boot start."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.children_shared import CONHOST, CRASH_HANDLERS, NGENTASK
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import SYSTEM32
from parentchild.catalog.sources import (
    ELASTIC,
    ELASTIC_3377,
    ELASTIC_4775,
    ELASTIC_KERNEL,
    ENDPOINT,
    FALCON,
    GENEALOGY,
    HOTPATCH,
    RECORDED,
    SANDBOX_MEMORY,
    SANS,
    SIGMA_2560,
    SIGMA_IMAGELESS,
    SIGMA_PARENTS,
    VOLDIFF,
    WAZUH,
    WINDOWS_INTERNALS,
    WSA_257,
)
from parentchild.relations.conditions import Fact, HasNoFile
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, Tier
from parentchild.relations.severity import Severity

BOOT_CHILDREN: Final = rated(
    ExpectedChildren(
        "system",
        (
            ExpectedImage("smss.exe", why="the session manager, at boot", sources=(ELASTIC_KERNEL, RECORDED)),
            ExpectedImage(
                "registry", windows="10+", why="a minimal process", sources=(ELASTIC_KERNEL, GENEALOGY)
            ),
            ExpectedImage(
                "memcompression", windows="10+", why="a minimal process", sources=(ELASTIC_KERNEL, GENEALOGY)
            ),
            ExpectedImage(
                "memory compression",
                windows="10+",
                why="the same minimal process under the name that task managers show",
                sources=(ELASTIC_KERNEL, GENEALOGY),
            ),
            ExpectedImage(
                "hotpatch", windows="2022+", why="a minimal process", sources=(ELASTIC_KERNEL, HOTPATCH)
            ),
            ExpectedImage("secure system", windows="10+", why="the secure kernel", sources=(SIGMA_2560,)),
            *(
                ExpectedImage(
                    name,
                    tier=Tier.KNOWN_BENIGN,
                    windows="10+",
                    conditions=(HasNoFile(Fact.CHILD_PATH),),
                    why="the memory of a virtual machine; like the kernel's other processes it has no image",
                    sources=sources,
                )
                for name, sources in (
                    ("vmmem", (SIGMA_IMAGELESS,)),
                    ("vmmemwsl", (SIGMA_IMAGELESS,)),
                    ("vmmemcmzygote", (WSA_257,)),
                    ("vmmemwindowssandbox", (SANDBOX_MEMORY,)),
                    ("vmmemsandbox", (SANDBOX_MEMORY,)),
                )
            ),
        ),
        why="The kernel starts the session manager and makes processes without an image, nothing else.",
        sources=(ELASTIC_KERNEL, GENEALOGY, RECORDED),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "smss.exe",
        (
            ExpectedImage("smss.exe", why="a copy for a session", sources=(ELASTIC, ENDPOINT, RECORDED)),
            ExpectedImage(
                "csrss.exe", why="the subsystem of a session", sources=(ELASTIC, ENDPOINT, RECORDED)
            ),
            ExpectedImage(
                "wininit.exe", windows="vista+", why="session 0", sources=(ELASTIC, ENDPOINT, RECORDED)
            ),
            ExpectedImage(
                "winlogon.exe", why="an interactive session", sources=(ELASTIC, ENDPOINT, RECORDED)
            ),
            ExpectedImage(
                "autochk.exe", why="volumes are checked at boot", sources=(ELASTIC, ENDPOINT, RECORDED)
            ),
            ExpectedImage(
                "setupcl.exe",
                directories=SYSTEM32,
                why="the first boot after sysprep gives the machine a new identity",
                sources=(ELASTIC, ENDPOINT),
            ),
            ExpectedImage(
                "poqexec.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="servicing finishes at boot what it could not do in a running system",
                sources=(ELASTIC_4775, ELASTIC),
            ),
            ExpectedImage(
                "wpbbin.exe",
                tier=Tier.KNOWN_BENIGN,
                windows="8+",
                directories=SYSTEM32,
                why="firmware supplies a program (Windows Platform Binary Table)",
                sources=(ELASTIC_4775, ELASTIC),
            ),
            *CRASH_HANDLERS,
        ),
        why="The session manager starts native images at boot; another one is persistence (BootExecute).",
        sources=(ELASTIC, ENDPOINT, RECORDED),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "csrss.exe",
        (
            ExpectedImage(
                "conhost.exe",
                windows="7",
                directories=SYSTEM32,
                why="on Windows 7 the subsystem starts the console's host",
                sources=(ELASTIC, ELASTIC_3377, SIGMA_PARENTS, VOLDIFF, RECORDED),
            ),
            NGENTASK,
            *CRASH_HANDLERS,
        ),
        why="The client/server subsystem starts no programs of its own since Windows 8.",
        sources=(ELASTIC, SIGMA_PARENTS, RECORDED),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "autochk.exe",
        (
            ExpectedImage(
                "chkdsk.exe",
                directories=SYSTEM32,
                why="it checks a volume instead",
                sources=(ELASTIC, ENDPOINT),
            ),
            ExpectedImage(
                "doskey.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="accepted by two rule sets",
                sources=(ELASTIC, ENDPOINT),
            ),
            CONHOST,
            *CRASH_HANDLERS,
        ),
        why="A native image at boot starts almost nothing.",
        sources=(ELASTIC, ENDPOINT),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "wininit.exe",
        (
            ExpectedImage(
                "services.exe",
                windows="vista+",
                why="the service control manager",
                sources=(VOLDIFF, RECORDED),
            ),
            ExpectedImage(
                "lsass.exe", windows="vista+", why="the local security authority", sources=(VOLDIFF, RECORDED)
            ),
            ExpectedImage("lsaiso.exe", windows="10+", why="Credential Guard", sources=(FALCON, SANS)),
            ExpectedImage(
                "lsm.exe", windows="vista-7", why="the session manager", sources=(VOLDIFF, RECORDED)
            ),
            ExpectedImage(
                "fontdrvhost.exe", windows="10+", why="session 0's fonts", sources=(ELASTIC, RECORDED)
            ),
            ExpectedImage("logonui.exe", windows="vista+", why="the screen at shutdown", sources=(ELASTIC,)),
            ExpectedImage(
                "dwm.exe",
                tier=Tier.KNOWN_BENIGN,
                windows="8+",
                why="accepted by one large rule set",
                sources=(ELASTIC,),
            ),
            *CRASH_HANDLERS,
        ),
        why="wininit.exe starts the processes of session 0 and then waits for the shutdown.",
        sources=(VOLDIFF, ELASTIC, RECORDED),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "lsass.exe",
        (
            ExpectedImage(
                "efsui.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="the reminder to back up an encryption key",
                sources=(ENDPOINT, SANS),
            ),
            *CRASH_HANDLERS,
        ),
        why="The local security authority starts almost nothing; a child of it runs with its rights.",
        sources=(ENDPOINT, SANS),
        severity=Severity.CRITICAL,
    ),
    ExpectedChildren(
        "lsm.exe",
        CRASH_HANDLERS,
        why="The local session manager starts no processes.",
        sources=(WAZUH,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "lsaiso.exe",
        CRASH_HANDLERS,
        why="An isolated process cannot start processes.",
        sources=(WINDOWS_INTERNALS,),
        severity=Severity.CRITICAL,
    ),
    ExpectedChildren(
        "registry",
        (),
        why="A minimal process runs no code of its own, so it starts nothing.",
        sources=(ELASTIC_KERNEL, WINDOWS_INTERNALS),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "memcompression",
        (),
        why="A minimal process runs no code of its own, so it starts nothing.",
        sources=(ELASTIC_KERNEL, WINDOWS_INTERNALS),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "memory compression",
        (),
        why="A minimal process runs no code of its own, so it starts nothing.",
        sources=(ELASTIC_KERNEL, WINDOWS_INTERNALS),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "hotpatch",
        (),
        why="A minimal process runs no code of its own, so it starts nothing.",
        sources=(ELASTIC_KERNEL, WINDOWS_INTERNALS),
        windows="2022+",
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "secure system",
        (),
        why="It stands for the secure kernel, which starts no ordinary processes.",
        sources=(SIGMA_2560, WINDOWS_INTERNALS),
        severity=Severity.HIGH,
    ),
)
"""Of the kernel, its minimal processes, and what starts before a user logs on."""
