r"""How Windows starts its own programs, whoever starts them: from where, and with arguments or without.

These images have many parents, so only their place and the shape of their arguments are watched. Programs
that other vendors ship under the same name (`curl.exe`, `tar.exe`, `whoami.exe` with Git, `pwsh.exe`,
`wsl.exe`) are left out, and so is what people copy about (`notepad.exe`, `calc.exe`).
"""

from __future__ import annotations

from typing import Final

from parentchild.catalog.arguments import ANY_ARGUMENT, COM_SERVER
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import (
    EITHER_BITNESS,
    POWERSHELL,
    PROGRAM_FILES,
    SETUP,
    SYSTEM32,
    WBEM,
    WINDOWS,
)
from parentchild.catalog.sources import (
    ELASTIC_ACCESSIBILITY,
    ELASTIC_RUNDLL32,
    ELASTIC_SYSTEM32,
    ELASTIC_WERFAULT,
    ENDPOINT_PATH,
    RECORDED,
    SIGMA_DIRECTORY,
    SIGMA_RUNDLL32,
)
from parentchild.relations.relation import ExpectedLaunch, Tier
from parentchild.relations.severity import Severity

_BOTH: Final = (SIGMA_DIRECTORY, ENDPOINT_PATH)


def _in_place(
    name: str, directories: tuple[str, ...], *sources: str, severity: Severity = Severity.MEDIUM
) -> ExpectedLaunch:
    """Return the relation of a program that lies in Windows' own directories, or where it is serviced."""
    return ExpectedLaunch(
        name,
        tier=Tier.KNOWN_BENIGN,
        directories=(*directories, *SETUP),
        why="A program of Windows' own lies where Windows keeps it, or where it is being serviced.",
        sources=sources,
        severity=severity,
    )


def _never_bare(name: str, why: str, *sources: str) -> ExpectedLaunch:
    """Return the relation of a program that does nothing without arguments."""
    return ExpectedLaunch(
        name,
        tier=Tier.KNOWN_BENIGN,
        directories=(*EITHER_BITNESS, *SETUP),
        arguments=ANY_ARGUMENT,
        why=why,
        sources=sources,
        severity=Severity.MEDIUM,
    )


def _on_the_secure_desktop(name: str, directories: tuple[str, ...], *sources: str) -> ExpectedLaunch:
    """Return the relation of a program that the log-on screen starts as SYSTEM, whoever else does."""
    return ExpectedLaunch(
        name,
        tier=Tier.KNOWN_BENIGN,
        directories=(*directories, *SETUP),
        why=(
            "The log-on screen starts it as SYSTEM for anybody; attackers put another program under its name."
        ),
        sources=sources,
        severity=Severity.MEDIUM,
        bears_own_name=True,
    )


LAUNCHES: Final = rated(
    _never_bare(
        "rundll32.exe",
        "It runs what its arguments name; started without any, it often holds injected code.",
        SIGMA_RUNDLL32,
        ELASTIC_RUNDLL32,
        *_BOTH,
        RECORDED,
    ),
    _never_bare(
        "werfault.exe",
        "It reports the process that its arguments name; started without any, it often holds injected code.",
        ELASTIC_WERFAULT,
        *_BOTH,
        RECORDED,
    ),
    _never_bare(
        "wermgr.exe",
        "It does what its arguments say; started without any, it often holds injected code.",
        ELASTIC_WERFAULT,
        ENDPOINT_PATH,
        RECORDED,
    ),
    *(
        _in_place(name, EITHER_BITNESS, *_BOTH, RECORDED)
        for name in ("cscript.exe", "msiexec.exe", "schtasks.exe", "wscript.exe")
    ),
    *(
        _in_place(name, EITHER_BITNESS, *_BOTH, RECORDED)
        for name in (
            "bcdedit.exe",
            "eventvwr.exe",
        )
    ),
    _on_the_secure_desktop("atbroker.exe", EITHER_BITNESS, *_BOTH, ELASTIC_ACCESSIBILITY, RECORDED),
    *(
        _on_the_secure_desktop(name, EITHER_BITNESS, ELASTIC_ACCESSIBILITY)
        for name in (
            "displayswitch.exe",
            "magnify.exe",
            "narrator.exe",
            "osk.exe",
            "sethc.exe",
            "utilman.exe",
        )
    ),
    *(_in_place(name, EITHER_BITNESS, *_BOTH) for name in ("cmstp.exe",)),
    *(
        _in_place(name, EITHER_BITNESS, SIGMA_DIRECTORY, RECORDED)
        for name in (
            "bitsadmin.exe",
            "certutil.exe",
            "defrag.exe",
            "fsquirt.exe",
            "taskmgr.exe",
        )
    ),
    *(
        _in_place(name, EITHER_BITNESS, SIGMA_DIRECTORY)
        for name in (
            "certreq.exe",
            "dashost.exe",
            "dfrgui.exe",
            "dllhst3g.exe",
            "finger.exe",
            "runonce.exe",
            "winver.exe",
            "wlanext.exe",
        )
    ),
    *(
        _in_place(name, EITHER_BITNESS, ENDPOINT_PATH, RECORDED)
        for name in (
            "control.exe",
            "ipconfig.exe",
            "mmc.exe",
            "mshta.exe",
            "net1.exe",
            "netstat.exe",
            "sdclt.exe",
            "systeminfo.exe",
            "vssadmin.exe",
            "wevtutil.exe",
        )
    ),
    *(
        _in_place(name, EITHER_BITNESS, ENDPOINT_PATH)
        for name in (
            "at.exe",
            "fltmc.exe",
            "ie4uinit.exe",
            "msdt.exe",
            "nbtstat.exe",
            "odbcconf.exe",
            "qprocess.exe",
            "quser.exe",
            "qwinsta.exe",
            "stordiag.exe",
            "vaultcmd.exe",
        )
    ),
    *(
        _in_place(name, EITHER_BITNESS, ELASTIC_SYSTEM32, RECORDED)
        for name in ("cmd.exe", "ctfmon.exe", "net.exe", "reg.exe")
    ),
    _in_place("conhost.exe", SYSTEM32, *_BOTH, RECORDED),
    _in_place("aggregatorhost.exe", SYSTEM32, ELASTIC_SYSTEM32),
    _in_place("explorer.exe", WINDOWS, RECORDED, severity=Severity.HIGH),
    _in_place("powershell.exe", POWERSHELL, *_BOTH, RECORDED),
    _in_place("powershell_ise.exe", POWERSHELL, SIGMA_DIRECTORY),
    ExpectedLaunch(
        "unsecapp.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=(*WBEM, *SETUP),
        arguments=COM_SERVER,
        why="The sink of asynchronous WMI calls is a COM server, which COM starts as one.",
        sources=(RECORDED,),
        severity=Severity.MEDIUM,
    ),
    _in_place("wmic.exe", WBEM, *_BOTH, RECORDED),
    _in_place("regsvr32.exe", (*EITHER_BITNESS, *PROGRAM_FILES), *_BOTH, RECORDED, severity=Severity.LOW),
    _in_place("netsh.exe", (*EITHER_BITNESS, *PROGRAM_FILES), ENDPOINT_PATH, RECORDED, severity=Severity.LOW),
)
"""Programs of Windows' own that many parents start."""
