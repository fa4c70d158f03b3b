r"""Kinds of programs: what sort of thing stands at the other end of an unexpected pair.

A wrong parent of svchost.exe is one thing when it is a shell and another when it is an updater in Program
Files. Names and places decide; a name proves nothing about a file, so a kind ranks findings and never clears
one. The first of these that holds decides:

1. The name is one of `PROGRAMS`: a shell stays a shell wherever it lies, and attackers copy them.
2. The shape of the name and its directory are those of an installer's temporary file.
3. The directory: one that any user can write to, before Windows' own and Program Files that it may lie in.
4. Without a directory: the name is one of `WINDOWS_IMAGES`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final

import attrs

from parentchild.windows.paths import SYSTEM_DRIVES, is_in, root_of


class ProgramKind(enum.Enum):
    """What sort of program an image is."""

    SHELL = "shell"
    """Runs whatever commands it is given: cmd.exe, PowerShell, bash."""
    SCRIPT_HOST = "script-host"
    """Runs scripts: Windows Script Host, mshta.exe, interpreters."""
    LIVING_OFF_THE_LAND = "living-off-the-land"
    """Comes with Windows, and can run or fetch code of an attacker's choice."""
    OFFICE = "office"
    """Opens documents that come from outside."""
    BROWSER = "browser"
    """Shows pages that come from outside."""
    REMOTE_ADMINISTRATION = "remote-administration"
    """Lets somebody elsewhere act on the device."""
    INSTALLER_TEMPORARY = "installer-temporary"
    """A file that an installer unpacks, runs and deletes."""
    USER_WRITABLE = "user-writable"
    """Anything in a directory that any user can write to."""
    REMOTE_LOCATION = "remote-location"
    """Anything on the network, on a disc, or on a device that is no local disk."""
    PROGRAM_FILES = "program-files"
    """Software that an administrator installed."""
    WINDOWS = "windows"
    """Windows' own."""
    UNKNOWN = "unknown"
    """Nothing of the above is known of it."""


DANGEROUS: Final = frozenset({ProgramKind.SHELL, ProgramKind.SCRIPT_HOST, ProgramKind.LIVING_OFF_THE_LAND})
"""Kinds that run what they are told: started by a parent that never starts them, they matter most."""


@attrs.frozen
class NamedPrograms:
    """Programs that are of one kind by their names.

    Args:
        kind: the kind.
        names: their comparable names.
        source: where that is known from.
    """

    kind: ProgramKind
    names: frozenset[str]
    source: str


def _names(text: str) -> frozenset[str]:
    """Return names written in one text; `.exe` is left out there."""
    return frozenset(each + ".exe" for each in text.split())


PROGRAMS: Final = (
    NamedPrograms(
        ProgramKind.SHELL,
        _names("cmd powershell powershell_ise pwsh bash sh wsl sqlps sqltoolsps"),
        "LOLBAS project, 2026-07-31 (OSBinaries, OtherMSBinaries, HonorableMentions); ATT&CK T1059.001, .003",
    ),
    NamedPrograms(
        ProgramKind.SCRIPT_HOST,
        _names("wscript cscript mshta"),
        "LOLBAS project (OSBinaries), 2026-07-31; ATT&CK T1059.005, T1059.007, T1218.005",
    ),
    NamedPrograms(
        ProgramKind.SCRIPT_HOST,
        _names(
            "python python3 pythonw perl wperl ruby rubyw php php-cgi node deno bun lua luajit "
            "tclsh autoit3 autoit3_x64 autohotkey autohotkeyu32 autohotkeyu64 autohotkey32 "
            "autohotkey64"
        ),
        "ATT&CK T1059.006 to T1059.011 (Python, JavaScript, Lua, AutoHotKey and AutoIT)",
    ),
    NamedPrograms(
        ProgramKind.LIVING_OFF_THE_LAND,
        _names(
            "addinutil appinstaller aspnet_compiler at atbroker bitsadmin certoc certreq certutil "
            "cmdl32 cmstp colorcpl computerdefaults configsecuritypolicy csc customshellhost "
            "datasvcutil desktopimgdownldr devicecredentialdeployment diantz diskshadow dnscmd "
            "esentutl eudcedit expand extexport extrac32 finger fltmc forfiles fsutil ftp gpscript hh "
            "ie4uinit iediagcmd ieexec ilasm imewdbld infdefaultinstall installutil iscsicpl jsc "
            "ldifde makecab mavinject microsoft.workflow.compiler mofcomp msbuild msconfig msdt "
            "msiexec netsh ngen odbcconf offlinescannershell pcalua pcwrun pktmon pnputil "
            "presentationhost printbrm provlaunch psr rasautou rdrleakdiag reg regasm regini "
            "register-cimprovider regsvcs regsvr32 replace rpcping rundll32 runexehelper runonce "
            "runscripthelper sc schtasks scp scriptrunner settingsynchost sftp ssh stordiag "
            "syncappvpublishingserver tar ttdinject tttracer unregmp2 vbc verclsid wab wbadmin "
            "wbemtest winget wlrmdr wmic workfolders wsreset xwizard"
        ),
        "LOLBAS project, OSBinaries, 2026-07-31 (without those that people and Windows start every day)",
    ),
    NamedPrograms(
        ProgramKind.LIVING_OFF_THE_LAND,
        _names(
            "openconsole wt adplus appvlp bginfo cdb coregen createdump csi devtoolslauncher dnx "
            "dsdbutil dump64 dumpminitool dxcap fsi fsianycpu mftrace msdeploy msxsl ntdsutil ntsd procdump "
            "procdump64 rcsi remote sqldumper te tracker vsjitdebugger vshadow wfc windbg xbootmgr"
        ),
        "LOLBAS project, OtherMSBinaries, 2026-07-31 (without updaters and what every developer runs)",
    ),
    NamedPrograms(
        ProgramKind.OFFICE,
        _names(
            "winword excel powerpnt outlook msaccess mspub onenote onenotem visio winproj eqnedt32 fltldr"
        ),
        "elastic/detection-rules, initial_access_suspicious_ms_office_child_process; ATT&CK T1204.002",
    ),
    NamedPrograms(
        ProgramKind.OFFICE,
        _names("acrord32 acrobat foxitreader foxitpdfreader foxitphantompdf sumatrapdf soffice wps et wpp"),
        "elastic/detection-rules, execution_suspicious_pdf_reader; ATT&CK T1204.002",
    ),
    NamedPrograms(
        ProgramKind.BROWSER,
        _names(
            "chrome msedge msedgewebview2 firefox iexplore microsoftedge microsoftedgecp brave opera "
            "opera_gx vivaldi chromium arc browser torbrowser tor waterfox librewolf whale 360chrome"
        ),
        "SigmaHQ/sigma, proc_creation_win_browsers_*; vendors' own documentation",
    ),
    NamedPrograms(
        ProgramKind.REMOTE_ADMINISTRATION,
        _names(
            "aeroadmin anydesk apc_admin apc_host ateraagent awesun b4-service basupsrvc bomgar-scc "
            "domotzagent dwagsvc dwrcc dwrcs imperoclientsvc imperoserversvc isllight isllightclient "
            "getscreen lmiignition logmein manageengine_remote_access_plus mikogo-service "
            "ninjarmmagent ninjarmm-cli r_server radmin radmin3 rcclient rcservice "
            "remotedesktopmanager remotepc remotepcdesktop remotepcservice rfusclient romserver "
            "romviewer rpcsuite rserver3 rustdesk rutserv rutview saazapsc splashtop-streamer "
            "srservice strwinclt supremo supremoservice teamviewer teamviewer_service tvnserver "
            "tvnviewer vncserver vncviewer winvnc zaservice zohours meshagent client32 tacticalrmm"
        ),
        "elastic/detection-rules, command_and_control_new_terms_commonly_abused_rat_execution; LOLRMM",
    ),
    NamedPrograms(
        ProgramKind.REMOTE_ADMINISTRATION,
        _names("psexec psexec64 psexesvc paexec remcom remcomsvc csexec csexecsvc winexesvc xcmdsvc"),
        "Microsoft Sysinternals PsExec and its remakes; ATT&CK T1569.002, S0029",
    ),
)
"""Which programs are of which kind by name, with sources; no name has two kinds."""

_REMOTE_ADMINISTRATION = re.compile(
    r"(?:screenconnect|ultravnc|ultraviewer|aweray_remote|fleetdeck_)[^\\]*\.exe|aa_v[^\\]*\.exe"
)
"""Remote-administration tools whose names carry a part or a version; same source."""

WINDOWS_IMAGES: Final = frozenset(
    {"system", "registry", "memory compression", "memcompression", "secure system", "ntoskrnl.exe"}
    | _names(
        "aggregatorhost applicationframehost audiodg backgroundtaskhost bcdedit compattelrunner "
        "conhost consent csrss ctfmon dashost defrag dfrgui dism dismhost dllhost dllhst3g dwm "
        "eventvwr explorer fontdrvhost logonui lsaiso lsass lsm mmc mousocoreworker mrt msmpeng "
        "nissrv ntvdm rdpclip runtimebroker searchfilterhost searchindexer searchprotocolhost "
        "securityhealthservice services sgrmbroker shellexperiencehost sihost sihclient "
        "smartscreen smss spoolsv splwow64 sppsvc svchost taskeng taskhost taskhostex taskhostw "
        "taskmgr tiworker trustedinstaller unsecapp userinit usoclient utilman vds vssvc werfault "
        "werfaultsecure wermgr wininit winlogon winrshost winver wlanext wmiprvse wsmprovhost "
        "wuauclt wudfhost"
    ),
)
"""Names of Windows' own images and kernel processes, those with a kind of their own left out.

Sources: SigmaHQ/sigma, proc_creation_win_susp_system_exe_anomaly; Windows Internals, 7th edition.
"""

_KINDS: Final = MappingProxyType({name: row.kind for row in PROGRAMS for name in row.names})

# Inno Setup, Windows Installer, NSIS, Wise, InstallShield, WiX Burn, by their own documentation and sources.
_TEMPORARY_NAME = re.compile(
    r"is-[0-9a-z]{4,8}\.tmp|msi[0-9a-f]{1,4}\.tmp|~?ns[a-z]{0,2}[0-9a-f]{0,5}\.tmp|gl[a-c][0-9a-f]{1,4}\.tmp"
    r"|(?:setup|install|uninstall|_isdel|_iu[0-9a-z]{3,8})[^\\]*\.tmp|un_[a-z]\.exe|au_\.exe|_is[0-9a-f]{1,4}\.exe"
)
_TEMPORARY_DIRECTORY = re.compile(
    r"\\(?:is-[0-9a-z]{4,8}\.tmp|~?ns[a-z]{0,2}[0-9a-f]{0,5}\.tmp|\{[0-9a-f-]{36}\}\\\.(?:cr|be|ba))(?=\\|\Z)"
)
_TEMPORARY_PLACES = re.compile(r"\\(?:temp|systemtemp|installer)(?=\\|\Z)")

_USER_WRITABLE = re.compile(
    r"\\(?:users|documents and settings|programdata|temp|tmp|perflogs|\$recycle\.bin|recycler"
    r"|windows\\(?:temp|tasks|tracing|debug\\wia|registration\\crmlog"
    r"|system32\\(?:tasks|fxstmp|com\\dmp|spool\\drivers\\color|spool\\(?:printers|servers)"
    r"|microsoft\\crypto\\rsa\\machinekeys)|syswow64\\(?:tasks|fxstmp|com\\dmp)))(?=\\|\Z)"
)
"""Places below which any user can write by default (api0cradle/UltimateAppLockerByPassList, generic bypasses;
ATT&CK T1036.005, T1074.001)."""

_OWN_PLACES_IN_WRITABLE = re.compile(r"\\programdata\\microsoft\\windows defender\\platform(?=\\|\Z)")
_PROGRAM_FILES = re.compile(r"\\program files(?: \(x86\)| \(arm\))?(?=\\|\Z)")
_WINDOWS = re.compile(r"\\windows(?=\\|\Z)")


def kind_of(
    name: str, directory: str | None, *, system_drives: AbstractSet[str] = SYSTEM_DRIVES
) -> ProgramKind:
    r"""Return what sort of program an image is, by its name and the directory that it lies in.

    Args:
        name: its comparable name, from `names.image_name`.
        directory: its directory, from `paths.directory_of`; None where unknown.
        system_drives: the drives that Windows runs from. On any other, which may be a stick or an image that
            somebody mounted, nothing counts as Windows' own or as installed.

    Cost: a look-up for a name with a kind; else linear in the length of the directory.

    >>> kind_of("powershell.exe", None), kind_of("setup.tmp", r"c:\users\ann\appdata\local\temp\is-7k2f9.tmp")
    (<ProgramKind.SHELL: 'shell'>, <ProgramKind.INSTALLER_TEMPORARY: 'installer-temporary'>)
    >>> kind_of("acme.exe", r"c:\program files\acme").value, kind_of("acme.exe", r"\\server\share").value
    ('program-files', 'remote-location')
    """
    by_name = _KINDS.get(name)
    if by_name is not None:
        return by_name
    if _REMOTE_ADMINISTRATION.fullmatch(name):
        return ProgramKind.REMOTE_ADMINISTRATION
    if directory is None:
        if _TEMPORARY_NAME.fullmatch(name):
            return ProgramKind.INSTALLER_TEMPORARY
        return ProgramKind.WINDOWS if name in WINDOWS_IMAGES else ProgramKind.UNKNOWN
    root = root_of(directory)
    if root is None:
        return ProgramKind.REMOTE_LOCATION
    below = directory[len(root) :]
    if _is_installers(name, below):
        return ProgramKind.INSTALLER_TEMPORARY
    return _kind_of_place(below, is_system_drive=is_in(root + "\\", ("C:\\",), system_drives=system_drives))


def _is_installers(name: str, below: str) -> bool:
    if not _TEMPORARY_PLACES.search(below):
        return False
    return _TEMPORARY_NAME.fullmatch(name) is not None or _TEMPORARY_DIRECTORY.search(below) is not None


def _kind_of_place(below: str, *, is_system_drive: bool) -> ProgramKind:
    if is_system_drive and _OWN_PLACES_IN_WRITABLE.match(below):
        return ProgramKind.WINDOWS
    if _USER_WRITABLE.match(below):
        return ProgramKind.USER_WRITABLE
    if is_system_drive and _WINDOWS.match(below):
        return ProgramKind.WINDOWS
    if is_system_drive and _PROGRAM_FILES.match(below):
        return ProgramKind.PROGRAM_FILES
    return ProgramKind.UNKNOWN
