"""The start of the system: from the kernel to the processes that hold a session together."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import SYSTEM32
from parentchild.catalog.sources import (
    CAR,
    CHRONICLE,
    ELASTIC,
    ELASTIC_KERNEL,
    ELASTIC_LSASS,
    ENDPOINT,
    EQLLIB,
    FALCON,
    FALCON_2020,
    FIBRATUS_570,
    GENEALOGY,
    HOTPATCH,
    MALPROCFIND,
    MALSYSPROC,
    OSQUERY_ATTCK,
    RECORDED,
    SANS,
    SIGMA_2560,
    SIGMA_IMAGELESS,
    SIGMA_LSASS,
    VELOCIRAPTOR,
    WAZUH,
    WINDOWS_INTERNALS,
)
from parentchild.relations.relation import ExpectedImage, ExpectedParents, Tier
from parentchild.relations.severity import Severity

BOOT: Final = rated(
    ExpectedParents(
        "smss.exe",
        (
            ExpectedImage(
                "system",
                directories=SYSTEM32,
                why="the kernel starts the one session manager that stays",
                sources=(FALCON, ELASTIC, EQLLIB, ENDPOINT, MALPROCFIND, SANS, GENEALOGY, RECORDED),
            ),
            ExpectedImage(
                "ntoskrnl.exe",
                directories=SYSTEM32,
                why="the kernel under the name of its file, as Defender for Endpoint reports it",
                sources=(FALCON, FALCON_2020),
            ),
            ExpectedImage(
                "smss.exe",
                why="for each new session the session manager starts a copy of itself, which soon exits",
                sources=(FALCON, ELASTIC, EQLLIB, ENDPOINT, MALPROCFIND, SANS, GENEALOGY, RECORDED),
            ),
        ),
        why="The session manager is the first user-mode process; only the kernel and itself start it.",
        sources=(FALCON, ELASTIC, SANS, WINDOWS_INTERNALS),
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="0 for the one that stays; each copy runs in the session that it sets up",
        protects_name=True,
    ),
    ExpectedParents(
        "csrss.exe",
        (
            ExpectedImage(
                "smss.exe",
                why="the session's copy of the session manager starts the subsystem, then exits",
                sources=(ELASTIC, EQLLIB, CAR, WAZUH, MALPROCFIND, SANS, GENEALOGY, FIBRATUS_570, RECORDED),
            ),
        ),
        why="Each session has one client/server subsystem, started by that session's smss.exe.",
        sources=(ELASTIC, SANS, GENEALOGY, WINDOWS_INTERNALS),
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="one in every session",
        parent_exits=True,
        protects_name=True,
    ),
    ExpectedParents(
        "wininit.exe",
        (
            ExpectedImage(
                "smss.exe",
                windows="vista+",
                why="the copy of the session manager for session 0 starts it, then exits",
                sources=(FALCON, ELASTIC, EQLLIB, CAR, ENDPOINT, MALPROCFIND, SANS, GENEALOGY, RECORDED),
            ),
        ),
        why="wininit.exe sets up session 0, in which services run; smss.exe starts it once a boot.",
        sources=(FALCON, ELASTIC, SANS, WINDOWS_INTERNALS),
        windows="vista+",
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="0",
        parent_exits=True,
        protects_name=True,
    ),
    ExpectedParents(
        "winlogon.exe",
        (
            ExpectedImage(
                "smss.exe",
                why="the copy of the session manager for an interactive session starts it, then exits",
                sources=(FALCON, ELASTIC, EQLLIB, CAR, WAZUH, MALPROCFIND, SANS, GENEALOGY, RECORDED),
            ),
        ),
        why="Each interactive session has one log-on process, started by that session's smss.exe.",
        sources=(FALCON, ELASTIC, SANS, WINDOWS_INTERNALS),
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="1 and up, one each",
        parent_exits=True,
        protects_name=True,
    ),
    ExpectedParents(
        "services.exe",
        (
            ExpectedImage(
                "wininit.exe",
                windows="vista+",
                why="wininit.exe starts the service control manager",
                sources=(
                    FALCON,
                    ELASTIC,
                    EQLLIB,
                    VELOCIRAPTOR,
                    OSQUERY_ATTCK,
                    MALPROCFIND,
                    SANS,
                    GENEALOGY,
                    RECORDED,
                ),
            ),
        ),
        why="There is one service control manager, and wininit.exe starts it at boot.",
        sources=(FALCON, ELASTIC, SANS, WINDOWS_INTERNALS),
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "lsass.exe",
        (
            ExpectedImage(
                "wininit.exe",
                windows="vista+",
                why="wininit.exe starts the local security authority",
                sources=(
                    FALCON,
                    ELASTIC,
                    EQLLIB,
                    VELOCIRAPTOR,
                    OSQUERY_ATTCK,
                    MALPROCFIND,
                    SANS,
                    GENEALOGY,
                    RECORDED,
                ),
            ),
        ),
        why=(
            "There is one local security authority and wininit.exe starts it at boot; a second one,"
            " above all a copy of itself, serves to dump its secrets."
        ),
        sources=(FALCON, ELASTIC, SANS, SIGMA_LSASS, ELASTIC_LSASS, WINDOWS_INTERNALS),
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "lsaiso.exe",
        (
            ExpectedImage(
                "wininit.exe",
                windows="10+",
                why="wininit.exe starts the isolated half of the local security authority",
                sources=(FALCON, FALCON_2020, ELASTIC, ENDPOINT, SANS),
            ),
        ),
        why="Where Credential Guard is on, wininit.exe starts LsaIso.exe beside lsass.exe.",
        sources=(FALCON, ELASTIC, SANS),
        windows="10+",
        directories=SYSTEM32,
        severity=Severity.HIGH,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "lsm.exe",
        (
            ExpectedImage(
                "wininit.exe",
                windows="vista-7",
                why="up to Windows 7 the local session manager was a process, started by wininit.exe",
                sources=(FALCON_2020, WAZUH, CHRONICLE, MALPROCFIND, RECORDED),
            ),
        ),
        why="Since Windows 8 the local session manager is a service in svchost.exe: no lsm.exe is expected.",
        sources=(FALCON_2020, WAZUH, CHRONICLE, RECORDED),
        directories=SYSTEM32,
        severity=Severity.HIGH,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "autochk.exe",
        (
            ExpectedImage(
                "smss.exe",
                why="the session manager checks the volumes before anything else runs (BootExecute)",
                sources=(ELASTIC, ENDPOINT, RECORDED),
            ),
        ),
        why="autochk.exe is a native image that works only at boot, under smss.exe.",
        sources=(ELASTIC, ENDPOINT, RECORDED),
        directories=SYSTEM32,
        severity=Severity.HIGH,
        session="0",
    ),
)
"""What starts at boot, in the order in which it does."""

_KERNEL: Final = (
    ExpectedImage("system", why="the kernel makes it; it has no file", sources=(ELASTIC_KERNEL, GENEALOGY)),
    ExpectedImage(
        "ntoskrnl.exe",
        why="the kernel under the name of its file, as Defender for Endpoint reports it",
        sources=(FALCON,),
    ),
)

MINIMAL: Final = rated(
    ExpectedParents(
        "system",
        (
            ExpectedImage(
                "system idle process",
                why="what a list of processes shows as the parent of the kernel, pid 0",
                sources=(WINDOWS_INTERNALS,),
            ),
            ExpectedImage(
                "idle",
                tier=Tier.KNOWN_BENIGN,
                why="the same under the name of older tools",
                sources=(WINDOWS_INTERNALS,),
            ),
        ),
        why="Nothing starts the kernel, and no file has its name: a program called System imitates it.",
        sources=(WINDOWS_INTERNALS, SIGMA_IMAGELESS),
        directories=(*SYSTEM32, r"C:\Windows\System32\ntoskrnl.exe"),
        severity=Severity.HIGH,
        session="0",
    ),
    ExpectedParents(
        "registry",
        _KERNEL,
        why="Registry is a minimal process: memory that the kernel owns, without an image.",
        sources=(ELASTIC_KERNEL, GENEALOGY, SIGMA_IMAGELESS, RECORDED),
        windows="10+",
        is_minimal=True,
        severity=Severity.HIGH,
        session="0",
    ),
    ExpectedParents(
        "memcompression",
        _KERNEL,
        why="The store of compressed memory is a minimal process of the kernel.",
        sources=(ELASTIC_KERNEL, GENEALOGY, SIGMA_IMAGELESS, RECORDED),
        windows="10+",
        is_minimal=True,
        severity=Severity.HIGH,
        session="0",
    ),
    ExpectedParents(
        "memory compression",
        _KERNEL,
        why="The store of compressed memory, under the name that task managers show.",
        sources=(ELASTIC_KERNEL, GENEALOGY),
        windows="10+",
        is_minimal=True,
        severity=Severity.HIGH,
        session="0",
    ),
    ExpectedParents(
        "hotpatch",
        _KERNEL,
        why="HotPatch is a minimal process of the kernel, on releases that patch without a restart.",
        sources=(ELASTIC_KERNEL, HOTPATCH),
        windows="2022+",
        is_minimal=True,
        severity=Severity.HIGH,
        session="0",
    ),
    ExpectedParents(
        "secure system",
        _KERNEL,
        why="Secure System stands for the secure kernel where virtualization-based security is on.",
        sources=(SIGMA_2560,),
        windows="10+",
        is_minimal=True,
        severity=Severity.HIGH,
        session="0",
    ),
)
"""The kernel's own processes, which have no image."""

XP: Final = rated(
    ExpectedParents(
        "services.exe",
        (
            ExpectedImage(
                "winlogon.exe",
                windows="xp",
                why="before Vista the log-on process of session 0 started the service control manager",
                sources=(MALPROCFIND, MALSYSPROC),
            ),
        ),
        why="There is one service control manager; before Vista winlogon.exe started it.",
        sources=(MALPROCFIND, MALSYSPROC),
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "lsass.exe",
        (
            ExpectedImage(
                "winlogon.exe",
                windows="xp",
                why="before Vista the log-on process of session 0 started the local security authority",
                sources=(MALPROCFIND, MALSYSPROC, CAR),
            ),
        ),
        why="There is one local security authority; before Vista winlogon.exe started it.",
        sources=(MALPROCFIND, MALSYSPROC, CAR),
        directories=SYSTEM32,
        severity=Severity.CRITICAL,
        session="0",
        protects_name=True,
    ),
)
"""What held only before Vista; never part of the default."""
