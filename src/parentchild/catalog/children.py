"""What a parent starts: the direction that shows code running inside a process that should run none.

An image that is itself watched as a child is judged by its own relation; these lists decide for all others.
Crash handling is part of each list, since any process may crash: the failing process itself starts WerFault
or the out-of-process report of wermgr.
"""

from __future__ import annotations

from typing import Final

from parentchild.catalog.directories import DOTNET, EITHER_BITNESS, SYSTEM32
from parentchild.catalog.sources import (
    ELASTIC,
    ELASTIC_3377,
    ELASTIC_4775,
    ELASTIC_KERNEL,
    ELASTIC_SPOOLER,
    ENDPOINT,
    ENDPOINT_DWM,
    FALCON,
    GENEALOGY,
    LOLBAS,
    OPENSSH,
    RECORDED,
    SANS,
    SIGMA_2560,
    SIGMA_4289,
    SIGMA_4569,
    SIGMA_CONHOST_CHILD,
    SIGMA_PARENTS,
    SIGMA_USERINIT,
    SIGMA_WERMGR,
    VOLDIFF,
    WAZUH,
    WINDOWS_INTERNALS,
)
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, Relation, Tier
from parentchild.relations.severity import Severity

CRASH_HANDLERS: Final = (
    ExpectedImage(
        "werfault.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=EITHER_BITNESS,
        why="the process crashed and is reported",
        sources=(ELASTIC, SIGMA_PARENTS),
    ),
    ExpectedImage(
        "werfaultsecure.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=EITHER_BITNESS,
        why="the process is protected, crashed, and is reported",
        sources=(ELASTIC,),
    ),
    ExpectedImage(
        "wermgr.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=EITHER_BITNESS,
        why="the failing process files its own report",
        sources=(ELASTIC, SIGMA_PARENTS, RECORDED),
    ),
)

_NGENTASK: Final = ExpectedImage(
    "ngentask.exe",
    tier=Tier.KNOWN_BENIGN,
    directories=DOTNET,
    why="the .NET image generator runs as a task",
    sources=(ELASTIC, ELASTIC_4775, RECORDED),
)
_CONHOST: Final = ExpectedImage(
    "conhost.exe",
    tier=Tier.KNOWN_BENIGN,
    directories=EITHER_BITNESS,
    why="the console of a program that it runs",
    sources=(ELASTIC, ELASTIC_3377),
)

CHILDREN: Final[tuple[Relation, ...]] = (
    ExpectedChildren(
        "system",
        (
            ExpectedImage("smss.exe", why="the session manager, at boot", sources=(ELASTIC_KERNEL,)),
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
            ExpectedImage("hotpatch", windows="11+", why="a minimal process", sources=(ELASTIC_KERNEL,)),
            ExpectedImage("secure system", windows="10+", why="the secure kernel", sources=(SIGMA_2560,)),
            ExpectedImage(
                "vmmem",
                tier=Tier.KNOWN_BENIGN,
                windows="10+",
                why="the memory of a virtual machine; like the kernel's other processes it has no image",
                sources=(ELASTIC_KERNEL,),
            ),
            ExpectedImage(
                "vmmemwsl",
                tier=Tier.KNOWN_BENIGN,
                windows="10+",
                why="the memory of the Linux subsystem's virtual machine; it has no image",
                sources=(ELASTIC_KERNEL,),
            ),
        ),
        why="The kernel starts the session manager and makes processes without an image, nothing else.",
        sources=(ELASTIC_KERNEL, GENEALOGY),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "smss.exe",
        (
            ExpectedImage("smss.exe", why="a copy for a session", sources=(ELASTIC, ENDPOINT)),
            ExpectedImage("csrss.exe", why="the subsystem of a session", sources=(ELASTIC, ENDPOINT)),
            ExpectedImage("wininit.exe", windows="vista+", why="session 0", sources=(ELASTIC, ENDPOINT)),
            ExpectedImage("winlogon.exe", why="an interactive session", sources=(ELASTIC, ENDPOINT)),
            ExpectedImage("autochk.exe", why="volumes are checked at boot", sources=(ELASTIC, ENDPOINT)),
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
                why="firmware brings a program of its own (Windows Platform Binary Table)",
                sources=(ELASTIC_4775, ELASTIC),
            ),
            *CRASH_HANDLERS,
        ),
        why="The session manager starts native images at boot; another one is persistence (BootExecute).",
        sources=(ELASTIC, ENDPOINT),
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
            _NGENTASK,
            *CRASH_HANDLERS,
        ),
        why="The client/server subsystem starts no programs of its own since Windows 8.",
        sources=(ELASTIC, SIGMA_PARENTS),
        severity=Severity.HIGH,
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
        why="The local security authority starts next to nothing; a child of it runs with its rights.",
        sources=(ENDPOINT, SANS),
        severity=Severity.CRITICAL,
    ),
    ExpectedChildren(
        "taskhost.exe",
        (_CONHOST, _NGENTASK, *CRASH_HANDLERS),
        why="The host of tasks runs libraries, not programs.",
        sources=(ELASTIC, ELASTIC_4775),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "searchprotocolhost.exe",
        (_CONHOST, _NGENTASK, *CRASH_HANDLERS),
        why="A protocol host reads documents for the indexer and starts nothing.",
        sources=(ELASTIC, ELASTIC_3377),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "autochk.exe",
        (
            ExpectedImage(
                "chkdsk.exe",
                directories=SYSTEM32,
                why="it checks a volume in its stead",
                sources=(ELASTIC, ENDPOINT),
            ),
            ExpectedImage(
                "doskey.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="accepted by two rule sets",
                sources=(ELASTIC, ENDPOINT),
            ),
            _CONHOST,
            *CRASH_HANDLERS,
        ),
        why="A native image at boot has hardly anything to start.",
        sources=(ELASTIC, ENDPOINT),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "wermgr.exe",
        (
            ExpectedImage(
                "rundll32.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=("^ *WerConCpl.dll,LaunchErcApp*",),
                why="queued reports are sent through the control panel's library",
                sources=(ELASTIC, SIGMA_WERMGR),
            ),
            *CRASH_HANDLERS,
        ),
        why="Error reporting starts its own parts; loaders like to live inside it.",
        sources=(ELASTIC, SIGMA_WERMGR, SIGMA_PARENTS),
        severity=Severity.HIGH,
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
        why="What runs in the secure world cannot start processes.",
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
        windows="11+",
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "secure system",
        (),
        why="It stands for the secure kernel, which starts no processes of the normal world.",
        sources=(SIGMA_2560, WINDOWS_INTERNALS),
        severity=Severity.HIGH,
    ),
)
"""Parents whose children are few on every clean system: part of the default."""

OPTIONAL: Final[tuple[Relation, ...]] = (
    ExpectedChildren(
        "wininit.exe",
        (
            ExpectedImage(
                "services.exe", windows="vista+", why="the service control manager", sources=(VOLDIFF,)
            ),
            ExpectedImage(
                "lsass.exe", windows="vista+", why="the local security authority", sources=(VOLDIFF,)
            ),
            ExpectedImage("lsaiso.exe", windows="10+", why="Credential Guard", sources=(FALCON, SANS)),
            ExpectedImage("lsm.exe", windows="vista-7", why="the session manager", sources=(VOLDIFF,)),
            ExpectedImage("fontdrvhost.exe", windows="10+", why="session 0's fonts", sources=(ELASTIC,)),
            ExpectedImage(
                "logonui.exe", windows="vista+", why="the prefilter at shutdown", sources=(ELASTIC,)
            ),
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
        "winlogon.exe",
        (
            ExpectedImage("userinit.exe", why="a user logged on", sources=(SANS, RECORDED)),
            ExpectedImage("logonui.exe", why="the log-on and lock prefilter", sources=(ELASTIC, RECORDED)),
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
                why="accessibility tools on the log-on prefilter",
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
        why="The log-on process starts few programs; a shell as its child is a back door to the log-on.",
        sources=(SANS, RECORDED),
        severity=Severity.MEDIUM,
    ),
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
                directories=(r"C:\Windows\System32\WindowsPowerShell\v1.0",),
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
            ExpectedImage(
                "cmstart.exe",
                tier=Tier.VENDOR,
                pack="citrix",
                why="Citrix publishes single programs",
                sources=(SIGMA_4569, SIGMA_USERINIT),
            ),
            ExpectedImage(
                "icast.exe",
                tier=Tier.VENDOR,
                pack="citrix",
                why="Citrix publishes single programs",
                sources=(SIGMA_USERINIT,),
            ),
            *CRASH_HANDLERS,
        ),
        why="userinit.exe starts the shell and log-on scripts; others come from a changed Shell value.",
        sources=(SIGMA_USERINIT,),
        severity=Severity.HIGH,
    ),
    ExpectedChildren(
        "taskhostw.exe",
        (_CONHOST, _NGENTASK, *CRASH_HANDLERS),
        why="The host of tasks runs libraries; a shell as its child is a bypass of the elevation prompt.",
        sources=(ELASTIC, RECORDED),
        windows="10+",
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "dwm.exe",
        (
            ExpectedImage(
                "ism.exe",
                tier=Tier.VENDOR,
                pack="ism",
                why="accepted by one endpoint product, which does not name the vendor",
                sources=(ENDPOINT_DWM,),
            ),
            ExpectedImage(
                "dgcvideo.exe",
                tier=Tier.VENDOR,
                pack="dgcvideo",
                why="accepted by one endpoint product, which does not name the vendor",
                sources=(ENDPOINT_DWM,),
            ),
            *CRASH_HANDLERS,
        ),
        why="The compositor draws windows and starts nothing.",
        sources=(ENDPOINT_DWM,),
        severity=Severity.HIGH,
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
            ExpectedImage(
                "pdfcreator.exe",
                tier=Tier.VENDOR,
                pack="pdfcreator",
                why="a printer that writes PDF",
                sources=(ELASTIC_SPOOLER,),
            ),
            ExpectedImage(
                "acrodist.exe",
                tier=Tier.VENDOR,
                pack="adobe",
                why="Acrobat's printer that writes PDF",
                sources=(ELASTIC_SPOOLER,),
            ),
            ExpectedImage(
                "cpwriter2.exe",
                tier=Tier.VENDOR,
                pack="cutepdf",
                why="CutePDF, a printer that writes PDF",
                sources=(ELASTIC_SPOOLER,),
            ),
            ExpectedImage(
                "gswin32c.exe",
                tier=Tier.VENDOR,
                pack="cutepdf",
                why="Ghostscript, as CutePDF brings it",
                sources=(ELASTIC_SPOOLER,),
            ),
            *CRASH_HANDLERS,
        ),
        why="The print spooler loads drivers; a shell as its child is an exploit of the spooler.",
        sources=(ELASTIC_SPOOLER,),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "conhost.exe",
        (
            _CONHOST,
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
            "A console's host serves a program and starts none, unless it is told to (--headless): so does"
            " misuse of it, and so does every log-on over OpenSSH."
        ),
        sources=(ELASTIC, SIGMA_CONHOST_CHILD, LOLBAS, OPENSSH),
        severity=Severity.MEDIUM,
    ),
    ExpectedChildren(
        "eventvwr.exe",
        (
            ExpectedImage("mmc.exe", directories=EITHER_BITNESS, why="the console", sources=(SIGMA_PARENTS,)),
            _CONHOST,
            *CRASH_HANDLERS,
        ),
        why="The event viewer opens the management console; others are a bypass of the elevation prompt.",
        sources=(SIGMA_PARENTS,),
        severity=Severity.HIGH,
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
        why="The box that shows Windows' version starts nothing.",
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
)
"""Parents whose children are few but not certain: off unless asked for."""
