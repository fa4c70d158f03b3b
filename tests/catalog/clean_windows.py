r"""What a clean Windows starts, cycle by cycle, as a sensor with full paths logs it.

Each line is `parent > child`, or `parent > child | command line`, with `~` for C:\Windows\System32. After the
parent its own arguments may stand in braces. A first column says from which release on the line holds, and up
to which.
"""

# ruff: noqa: E501 - one start a line

from __future__ import annotations

import ntpath
from typing import NamedTuple

from parentchild.windows.releases import holds

RELEASES = ("7", "8.1", "10", "11", "Server 2016", "Server 2019", "Server 2022", "Server 2025")

DEFENDER = r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24090.11-0\MsMpEng.exe"
STACK = (
    r"C:\Windows\WinSxS\amd64_microsoft-windows-servicingstack_31bf3856ad364e35"
    r"_10.0.19041.1371_none_7e1bd7147c8285b0\TiWorker.exe"
)
NGENTASK = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\ngentask.exe"
NGEN = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\ngen.exe"

CYCLES = {
    "boot": rf"""
        all    System Idle Process > System
        all    System > ~\smss.exe
        10+    System > Registry
        10+    System > MemCompression
        10+    System > Secure System
        2022+  System > HotPatch
        10+    System > vmmem
        10+    System > vmmemWSL
        10+    System > vmmemCmZygote
        10+    System > vmmemWindowsSandbox
        all    ~\smss.exe > ~\autochk.exe | \??\C:\Windows\system32\autochk.exe *
        all    ~\smss.exe > ~\smss.exe
        all    ~\smss.exe > ~\csrss.exe
        all    ~\smss.exe > ~\wininit.exe
        all    ~\smss.exe > ~\smss.exe
        all    ~\smss.exe > ~\csrss.exe
        all    ~\smss.exe > ~\winlogon.exe
        all    ~\smss.exe > ~\setupcl.exe
        all    ~\smss.exe > ~\poqexec.exe
        8+     ~\smss.exe > ~\wpbbin.exe
        all    ~\autochk.exe > ~\chkdsk.exe
        all    ~\wininit.exe > ~\services.exe
        all    ~\wininit.exe > ~\lsass.exe
        10+    ~\wininit.exe > ~\LsaIso.exe
        7      ~\wininit.exe > ~\lsm.exe
        10+    ~\wininit.exe > ~\fontdrvhost.exe
        all    ~\winlogon.exe > ~\LogonUI.exe
        10+    ~\winlogon.exe > ~\fontdrvhost.exe
        8+     ~\winlogon.exe > ~\dwm.exe
        all    ~\services.exe > ~\svchost.exe | C:\Windows\system32\svchost.exe -k DcomLaunch -p
        all    ~\services.exe > ~\svchost.exe | C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule
        all    ~\services.exe > ~\spoolsv.exe
        all    ~\services.exe > C:\Windows\servicing\TrustedInstaller.exe
        8+     ~\services.exe > {DEFENDER}
        7      ~\services.exe > C:\Program Files\Microsoft Security Client\MsMpEng.exe
        7      ~\csrss.exe > ~\conhost.exe
        8+     ~\services.exe > ~\WUDFHost.exe | "C:\Windows\System32\WUDFHost.exe" -HostGUID:{{193a1820}}
        7      ~\svchost.exe {{-k LocalSystemNetworkRestricted}} > ~\WUDFHost.exe
        10+    ~\services.exe > ~\SecurityHealthService.exe
    """,
    "log-on": r"""
        all    ~\winlogon.exe > ~\userinit.exe
        all    ~\winlogon.exe > ~\mpnotify.exe
        all    ~\winlogon.exe > ~\wlrmdr.exe |  -c -s 0 -f 0 -t Empty -m Empty -a 0 -u Empty
        11     ~\sihost.exe > ~\ShellHost.exe
        10+    ~\svchost.exe {-k DcomLaunch -p} > ~\smartscreen.exe | C:\Windows\System32\smartscreen.exe -Embedding
        10+    ~\svchost.exe {-k netsvcs -p -s Schedule} > ~\taskhostw.exe | taskhostw.exe
        10+    ~\svchost.exe {-k netsvcs -p -s UserManager} > ~\sihost.exe | sihost.exe
        8+     ~\svchost.exe {-k DcomLaunch -p} > ~\RuntimeBroker.exe | C:\Windows\System32\RuntimeBroker.exe -Embedding
        10+    ~\taskhostw.exe > ~\DsmUserTask.exe
        all    C:\Windows\explorer.exe > ~\rundll32.exe | "C:\Windows\System32\rundll32.exe" shell32.dll,Control_RunDLL
        all    ~\userinit.exe > C:\Windows\explorer.exe
        all    ~\userinit.exe > ~\cmd.exe | cmd /c "\\corp.example\netlogon\map.cmd"
        7      ~\services.exe > ~\taskhost.exe
        7      ~\svchost.exe > ~\dwm.exe
        8-8.1  ~\svchost.exe > ~\taskhostex.exe
        10+    ~\svchost.exe > ~\taskhostw.exe
        10+    ~\svchost.exe > ~\sihost.exe
        10+    ~\sihost.exe > C:\Windows\explorer.exe
        10+    ~\services.exe > ~\svchost.exe | C:\Windows\system32\svchost.exe -k UnistackSvcGroup
        8+     ~\svchost.exe > ~\RuntimeBroker.exe
        10+    ~\svchost.exe > C:\Windows\SystemApps\Microsoft.Windows.Search_cw5n1h2txyewy\SearchApp.exe
        10+    ~\svchost.exe > ~\ctfmon.exe
        all    ~\svchost.exe > ~\dllhost.exe | DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}
        all    ~\svchost.exe > C:\Windows\SysWOW64\dllhost.exe
        all    C:\Windows\explorer.exe > ~\notepad.exe
        all    ~\cmd.exe > ~\conhost.exe
    """,
    "service start": r"""
        all    ~\services.exe > ~\svchost.exe | C:\Windows\System32\svchost.exe -k LocalService -s W32Time
        all    ~\services.exe > C:\Windows\SysWOW64\svchost.exe
        all    ~\svchost.exe > C:\Windows\SysWOW64\svchost.exe
        all    ~\services.exe > ~\dllhost.exe | C:\Windows\system32\dllhost.exe /Processid:{02D4B3F1}
        all    ~\services.exe > ~\sppsvc.exe
        all    ~\services.exe > ~\msdtc.exe
        all    ~\services.exe > ~\VSSVC.exe
        all    ~\services.exe > C:\Program Files\Acme\agent.exe
        all    ~\services.exe > C:\ProgramData\Acme\bin\agent.exe
        all    ~\services.exe > C:\Windows\System32\DriverStore\FileRepository\nv_x\NVDisplay.Container.exe
        all    ~\services.exe > ~\msiexec.exe | C:\Windows\system32\msiexec.exe /V
        all    ~\svchost.exe {-k DcomLaunch} > ~\dllhost.exe | C:\Windows\system32\DllHost.exe /Processid:{02D4B3F1}
        all    ~\svchost.exe {-k DcomLaunch -p} > ~\wbem\WmiPrvSE.exe | C:\Windows\system32\wbem\wmiprvse.exe
        all    ~\svchost.exe {-k DcomLaunch -p} > ~\wsmprovhost.exe | C:\Windows\system32\wsmprovhost.exe -Embedding
        all    ~\svchost.exe {-k LocalSystemNetworkRestricted -p -s WdiSystemHost} > ~\RelPost.exe
        all    ~\svchost.exe {-k LocalService -p -s fdPHost} > ~\WerFault.exe | WerFault.exe -u -p 1 -s 2
        all    ~\svchost.exe > ~\wbem\WmiPrvSE.exe
        all    ~\svchost.exe > C:\Windows\SysWOW64\wbem\WmiPrvSE.exe
        all    ~\svchost.exe > ~\wsmprovhost.exe
        all    ~\svchost.exe > ~\winrshost.exe
        all    ~\svchost.exe > ~\audiodg.exe
        all    ~\lsass.exe > ~\efsui.exe
    """,
    "update": rf"""
        all    ~\services.exe > C:\Windows\servicing\TrustedInstaller.exe
        8+     ~\svchost.exe > {STACK}
        10+    C:\Windows\servicing\TrustedInstaller.exe > {STACK}
        10+    {STACK} > ~\svchost.exe
        all    ~\svchost.exe > ~\wuauclt.exe
        10+    ~\svchost.exe > ~\usocoreworker.exe | C:\Windows\System32\usocoreworker.exe -Embedding
        10+    ~\svchost.exe {{-k netsvcs -p -s UsoSvc}} > ~\mousocoreworker.exe | mousocoreworker.exe -Embedding
        11     ~\svchost.exe > C:\Windows\UUS\Packages\Preview\amd64\MoUsoCoreWorker.exe
        8+     ~\svchost.exe {{-k DcomLaunch -p}} > {STACK} | TiWorker.exe -Embedding
        all    C:\$WINDOWS.~BT\Sources\SetupHost.exe > C:\$WINDOWS.~BT\NewOS\Windows\System32\bcdedit.exe
        all    ~\wuauclt.exe > C:\Windows\SoftwareDistribution\Download\0a1b\runonce.exe
        all    ~\wuauclt.exe > ~\MRT.exe
        all    ~\MRT.exe > ~\svchost.exe
        all    ~\MRT-KB890830.exe > ~\svchost.exe
        8+     {DEFENDER} > ~\svchost.exe
        8+     {DEFENDER} > C:\Program Files\Windows Defender\MpCmdRun.exe
        8+     ~\services.exe > {DEFENDER}
        10+    ~\taskhostw.exe > {NGENTASK}
        7      ~\taskhost.exe > {NGENTASK}
        all    {NGEN} > ~\svchost.exe
        7-8.1  ~\taskhost.exe > ~\conhost.exe
        7-8.1  ~\svchost.exe > ~\taskhost.exe
        10+    ~\svchost.exe > ~\taskhostw.exe
        all    ~\smss.exe > ~\poqexec.exe
    """,
    "search": r"""
        all    ~\services.exe > ~\SearchIndexer.exe | C:\Windows\system32\SearchIndexer.exe /Embedding
        all    ~\SearchIndexer.exe > ~\SearchProtocolHost.exe
        all    ~\SearchIndexer.exe > ~\SearchFilterHost.exe
        all    ~\SearchIndexer.exe > ~\wermgr.exe | "wermgr.exe" "-outproc" "0" "5220" "1404" "1340"
        all    ~\SearchProtocolHost.exe > ~\conhost.exe
    """,
    "print": r"""
        all    ~\services.exe > ~\spoolsv.exe
        all    ~\spoolsv.exe > C:\Windows\splwow64.exe
        all    C:\Windows\SysWOW64\notepad.exe > C:\Windows\splwow64.exe
        all    ~\svchost.exe > ~\PrintIsolationHost.exe
        all    ~\svchost.exe > ~\printfilterpipelinesvc.exe
        all    ~\spoolsv.exe > ~\msiexec.exe
        all    ~\spoolsv.exe > ~\regsvr32.exe | regsvr32.exe /s C:\Windows\system32\spool\drivers\x64\3\PrintConfig.dll
    """,
    "log-on by RDP": r"""
        all    ~\smss.exe > ~\smss.exe
        all    ~\smss.exe > ~\csrss.exe
        all    ~\smss.exe > ~\winlogon.exe
        all    ~\winlogon.exe > ~\LogonUI.exe
        10+    ~\winlogon.exe > ~\fontdrvhost.exe
        8+     ~\winlogon.exe > ~\dwm.exe
        all    ~\winlogon.exe > ~\userinit.exe
        all    ~\winlogon.exe > ~\AtBroker.exe
        all    ~\svchost.exe > ~\rdpclip.exe
        all    ~\svchost.exe > ~\TSTheme.exe
        10+    ~\svchost.exe > ~\taskhostw.exe
        10+    ~\svchost.exe > ~\sihost.exe
    """,
    "elevation": r"""
        all    ~\svchost.exe > ~\consent.exe | consent.exe 868 324 01BA5E70
        all    ~\svchost.exe {-k netsvcs -p -s Appinfo} > ~\consent.exe | consent.exe 868 324 01BA5E70
        all    ~\svchost.exe {-k netsvcs -p} > ~\consent.exe | consent.exe 868 324 01BA5E70
        all    ~\consent.exe > ~\WerFault.exe
        all    C:\Windows\explorer.exe > ~\mmc.exe
        all    ~\eventvwr.exe > ~\mmc.exe
        all    ~\svchost.exe > ~\dllhost.exe | DllHost.exe /Processid:{3AD05575-8857-4850-9277-11B85BDB8E09}
    """,
    "crash": r"""
        all    ~\svchost.exe > ~\WerFault.exe | C:\Windows\system32\WerFault.exe -pss -s 460 -p 5728 -ip 5728
        all    ~\csrss.exe > ~\WerFault.exe
        all    ~\lsass.exe > ~\WerFault.exe
        8+     ~\lsass.exe > ~\WerFaultSecure.exe
        8+     ~\svchost.exe {-k WerSvcGroup} > ~\WerFaultSecure.exe | WerFaultSecure.exe -protectedcrash -p 712
        10+    ~\sihost.exe > ~\sihost.exe | sihost.exe
        all    ~\winlogon.exe > ~\WerFault.exe
        all    ~\dwm.exe > ~\WerFault.exe
        all    ~\wermgr.exe > ~\WerFault.exe
        all    ~\SearchProtocolHost.exe > ~\WerFault.exe
        7-8.1  ~\taskhost.exe > ~\WerFault.exe
        10+    ~\taskhostw.exe > ~\WerFault.exe
        all    ~\svchost.exe > ~\wermgr.exe | C:\Windows\system32\wermgr.exe -upload
        all    ~\wermgr.exe > ~\svchost.exe
        all    ~\wermgr.exe > ~\rundll32.exe | rundll32.exe WerConCpl.dll, LaunchErcApp -queuereporting
        all    ~\WerFault.exe > C:\Program Files\Acme\agent.exe
        all    ~\winlogon.exe > C:\Windows\explorer.exe
    """,
    "sleep and resume": r"""
        all    ~\winlogon.exe > ~\LogonUI.exe | "LogonUI.exe" /flags:0x2 /state0:0xa3b92055
        all    ~\winlogon.exe > ~\Utilman.exe
        all    ~\winlogon.exe > ~\Mystify.scr | C:\Windows\system32\Mystify.scr /s
        all    ~\winlogon.exe > ~\sethc.exe | sethc.exe 211
        all    ~\winlogon.exe > ~\DisplaySwitch.exe
        8+     ~\winlogon.exe > ~\LaunchTM.exe | LaunchTM.exe /2
        10+    ~\svchost.exe {-k DcomLaunch -p} > ~\backgroundTaskHost.exe | backgroundTaskHost.exe -ServerName:App.mca
        all    ~\svchost.exe > ~\audiodg.exe
        all    ~\svchost.exe > ~\wbem\WmiPrvSE.exe
        10+    ~\svchost.exe > ~\taskhostw.exe
        10+    ~\svchost.exe > ~\backgroundTaskHost.exe
        8+     ~\svchost.exe > ~\RuntimeBroker.exe
        all    ~\services.exe > ~\sppsvc.exe
    """,
    "shutdown": r"""
        all    ~\wininit.exe > ~\LogonUI.exe | "LogonUI.exe" /flags:0x1
        all    ~\services.exe > ~\svchost.exe
        all    ~\winlogon.exe > ~\LogonUI.exe
    """,
}


class Start(NamedTuple):
    """One process creation on a clean machine."""

    parent: str
    child: str
    command_line: str | None
    parent_command_line: str | None

    @property
    def child_name(self) -> str:
        return ntpath.basename(self.child)

    @property
    def parent_name(self) -> str:
        return ntpath.basename(self.parent)


def starts(cycle: str, release: str) -> list[Start]:
    """Return what one release starts in one cycle, in order."""
    found: list[Start] = []
    for line in CYCLES[cycle].strip().splitlines():
        versions, _, rest = line.strip().partition(" ")
        pair, _, command_line = rest.replace("~\\", "C:\\Windows\\System32\\").partition(" | ")
        starter, _, child = pair.strip().partition(" > ")
        parent, _, arguments = starter.removesuffix("}").partition(" {")
        starters_line = f'"{parent}" {arguments}' if arguments else None
        if holds(versions, release):
            found.append(Start(parent, child, command_line or None, starters_line))
    return found
