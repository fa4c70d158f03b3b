"""The families by which the catalog's images are sorted into pages."""

from __future__ import annotations

import attrs


@attrs.frozen
class Family:
    """A page of the catalog: its file's name, its title, what it holds, and its images in order."""

    slug: str
    title: str
    about: str
    images: tuple[str, ...]


FAMILIES: tuple[Family, ...] = (
    Family(
        "boot",
        "The boot chain",
        "What runs from power-on to the log-on screen: the kernel's own processes, the session manager, "
        "csrss.exe, wininit.exe, and the local security authority.",
        (
            "system",
            "registry",
            "memcompression",
            "memory compression",
            "hotpatch",
            "secure system",
            "smss.exe",
            "autochk.exe",
            "csrss.exe",
            "wininit.exe",
            "lsass.exe",
            "lsaiso.exe",
            "lsm.exe",
            "bcdedit.exe",
        ),
    ),
    Family(
        "sign-in",
        "Sign-in, desktop and shell",
        "What signs a user in and shows the desktop: winlogon.exe, the elevation prompt, explorer.exe, "
        "and the accessibility programs that the log-on screen starts.",
        (
            "winlogon.exe",
            "logonui.exe",
            "userinit.exe",
            "dwm.exe",
            "fontdrvhost.exe",
            "sihost.exe",
            "shellhost.exe",
            "explorer.exe",
            "consent.exe",
            "ctfmon.exe",
            "runonce.exe",
            "ie4uinit.exe",
            "taskmgr.exe",
            "atbroker.exe",
            "displayswitch.exe",
            "magnify.exe",
            "narrator.exe",
            "osk.exe",
            "sethc.exe",
            "utilman.exe",
        ),
    ),
    Family(
        "services",
        "Services and svchost.exe",
        "The service control manager, its service hosts, and services with an image of their own, "
        "Defender and the search indexer among them.",
        (
            "services.exe",
            "svchost.exe",
            "spoolsv.exe",
            "msmpeng.exe",
            "mpcmdrun.exe",
            "securityhealthservice.exe",
            "sppsvc.exe",
            "audiodg.exe",
            "searchindexer.exe",
            "searchprotocolhost.exe",
            "searchfilterhost.exe",
            "wudfhost.exe",
            "dashost.exe",
            "wlanext.exe",
            "aggregatorhost.exe",
        ),
    ),
    Family(
        "hosts",
        "COM, WMI and app hosts",
        "Processes that run components of others: COM servers, WMI providers, remote management, and the "
        "hosts of Store apps.",
        (
            "dllhost.exe",
            "dllhst3g.exe",
            "runtimebroker.exe",
            "backgroundtaskhost.exe",
            "smartscreen.exe",
            "speechruntime.exe",
            "wmiprvse.exe",
            "unsecapp.exe",
            "wsmprovhost.exe",
            "winrshost.exe",
        ),
    ),
    Family(
        "tasks-and-updates",
        "Scheduled tasks, updates and installation",
        "The hosts of scheduled tasks, the update and servicing stack, the installer, .NET's compiler, "
        "and disk maintenance.",
        (
            "taskhostw.exe",
            "taskhost.exe",
            "taskhostex.exe",
            "schtasks.exe",
            "at.exe",
            "trustedinstaller.exe",
            "tiworker.exe",
            "mousocoreworker.exe",
            "usocoreworker.exe",
            "msiexec.exe",
            "mscorsvw.exe",
            "defrag.exe",
            "dfrgui.exe",
            "sdclt.exe",
            "baaupdate.exe",
        ),
    ),
    Family(
        "crash-reporting",
        "Crash reporting",
        "Windows Error Reporting: who calls the crash handlers, and what they start.",
        ("werfault.exe", "werfaultsecure.exe", "wermgr.exe"),
    ),
    Family(
        "tools",
        "Consoles, shells and command-line tools",
        "Shells, script hosts and the tools that attackers use as well. Many programs start them, so by "
        "default their place and arguments are watched, and of few their children.",
        (
            "conhost.exe",
            "cmd.exe",
            "powershell.exe",
            "powershell_ise.exe",
            "cscript.exe",
            "wscript.exe",
            "mshta.exe",
            "rundll32.exe",
            "regsvr32.exe",
            "control.exe",
            "mmc.exe",
            "eventvwr.exe",
            "wmic.exe",
            "bitsadmin.exe",
            "certreq.exe",
            "certutil.exe",
            "cmstp.exe",
            "finger.exe",
            "fltmc.exe",
            "fsquirt.exe",
            "ipconfig.exe",
            "msdt.exe",
            "nbtstat.exe",
            "net.exe",
            "net1.exe",
            "netsh.exe",
            "netstat.exe",
            "odbcconf.exe",
            "qprocess.exe",
            "quser.exe",
            "qwinsta.exe",
            "reg.exe",
            "stordiag.exe",
            "systeminfo.exe",
            "vaultcmd.exe",
            "vssadmin.exe",
            "wevtutil.exe",
        ),
    ),
    Family(
        "applications",
        "Browsers, editors and accessories",
        "Programs that a user opens. By default only the place of winver.exe is watched.",
        (
            "iexplore.exe",
            "firefox.exe",
            "chrome.exe",
            "notepad.exe",
            "notepad++.exe",
            "calc.exe",
            "minesweeper.exe",
            "winver.exe",
        ),
    ),
    Family(
        "servers",
        "Server software",
        "Services that answer the network: a shell below one of them may be a web shell or an exploit. "
        "All of it is off by default, since some of them run commands by design.",
        ("w3wp.exe", "sqlservr.exe", "wsusservice.exe", "dns.exe"),
    ),
)
"""Every image that has a relation of its own, in exactly one family."""
