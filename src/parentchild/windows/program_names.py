"""Names and places of programs, as data: what is of one kind by its name, and what by where it lies.

Names are written without `.exe`, a text of them for each source; a kind is the value of a `ProgramKind`.
"""

from __future__ import annotations

import re
from typing import Final

PROGRAMS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "shell",
        "cmd powershell powershell_ise pwsh bash sh wsl sqlps sqltoolsps",
        "LOLBAS project, 2026-07-31 (OSBinaries, OtherMSBinaries, HonorableMentions); ATT&CK T1059.001, .003",
    ),
    (
        "script-host",
        "wscript cscript mshta",
        "LOLBAS project (OSBinaries), 2026-07-31; ATT&CK T1059.005, T1059.007, T1218.005",
    ),
    (
        "script-host",
        (
            "python python3 pythonw perl wperl ruby rubyw php php-cgi node deno bun lua luajit "
            "tclsh autoit3 autoit3_x64 autohotkey autohotkeyu32 autohotkeyu64 autohotkey32 "
            "autohotkey64"
        ),
        "ATT&CK T1059.006 to T1059.011 (Python, JavaScript, Lua, AutoHotKey and AutoIT)",
    ),
    (
        "living-off-the-land",
        (
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
    (
        "living-off-the-land",
        (
            "openconsole wt adplus appvlp bginfo cdb coregen createdump csi devtoolslauncher dnx "
            "dsdbutil dump64 dumpminitool dxcap fsi fsianycpu mftrace msdeploy msxsl ntdsutil ntsd procdump "
            "procdump64 rcsi remote sqldumper te tracker vsjitdebugger vshadow wfc windbg xbootmgr"
        ),
        "LOLBAS project, OtherMSBinaries, 2026-07-31 (without updaters and what every developer runs)",
    ),
    (
        "office",
        "winword excel powerpnt outlook msaccess mspub onenote onenotem visio winproj eqnedt32 fltldr",
        "elastic/detection-rules, initial_access_suspicious_ms_office_child_process; ATT&CK T1204.002",
    ),
    (
        "office",
        "acrord32 acrobat foxitreader foxitpdfreader foxitphantompdf sumatrapdf soffice wps et wpp",
        "elastic/detection-rules, execution_suspicious_pdf_reader; ATT&CK T1204.002",
    ),
    (
        "browser",
        (
            "chrome msedge msedgewebview2 firefox iexplore microsoftedge microsoftedgecp brave opera "
            "opera_gx vivaldi chromium arc browser torbrowser tor waterfox librewolf whale 360chrome"
        ),
        "SigmaHQ/sigma, proc_creation_win_browsers_*; vendors' own documentation",
    ),
    (
        "remote-administration",
        (
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
    (
        "remote-administration",
        "psexec psexec64 psexesvc paexec remcom remcomsvc csexec csexecsvc winexesvc xcmdsvc",
        "Microsoft Sysinternals PsExec and its remakes; ATT&CK T1569.002, S0029",
    ),
)
"""Programs that are of one kind by name: the kind, the names, the source; no name has two kinds."""

WINDOWS_PROGRAMS: Final = (
    "aggregatorhost applicationframehost audiodg backgroundtaskhost bcdedit compattelrunner "
    "conhost consent csrss ctfmon dashost defrag dfrgui dism dismhost dllhost dllhst3g dwm "
    "eventvwr explorer fontdrvhost logonui lsaiso lsass lsm mmc mousocoreworker mrt msmpeng "
    "nissrv ntvdm rdpclip runtimebroker searchfilterhost searchindexer searchprotocolhost "
    "securityhealthservice services sgrmbroker shellexperiencehost sihost sihclient "
    "smartscreen smss spoolsv splwow64 sppsvc svchost taskeng taskhost taskhostex taskhostw "
    "taskmgr tiworker trustedinstaller unsecapp userinit usoclient utilman vds vssvc werfault "
    "werfaultsecure wermgr wininit winlogon winrshost winver wlanext wmiprvse wsmprovhost "
    "wuauclt wudfhost"
)
"""Windows' own images, those with a kind of their own left out.

Sources: SigmaHQ/sigma, proc_creation_win_susp_system_exe_anomaly; Windows Internals, 7th edition.
"""

KERNEL_IMAGES: Final = frozenset(
    {"system", "registry", "memory compression", "memcompression", "secure system", "ntoskrnl.exe"}
)
"""Names of kernel processes, as sensors log them; same sources."""

REMOTE_ADMINISTRATION: Final = re.compile(
    r"(?:screenconnect|ultravnc|ultraviewer|aweray_remote|fleetdeck_)[^\\]*\.exe|aa_v[^\\]*\.exe"
)
"""Remote-administration tools whose names carry a part or a version
(elastic/detection-rules, command_and_control_new_terms_commonly_abused_rat_execution; LOLRMM)."""

# Inno Setup, Windows Installer, NSIS, Wise, InstallShield, WiX Burn, by their own documentation and sources.
TEMPORARY_NAME: Final = re.compile(
    r"is-[0-9a-z]{4,8}\.tmp|msi[0-9a-f]{1,4}\.tmp|~?ns[a-z]{0,2}[0-9a-f]{0,5}\.tmp|gl[a-c][0-9a-f]{1,4}\.tmp"
    r"|(?:setup|install|uninstall|_isdel|_iu[0-9a-z]{3,8})[^\\]*\.tmp|un_[a-z]\.exe|au_\.exe|_is[0-9a-f]{1,4}\.exe"
)
TEMPORARY_DIRECTORY: Final = re.compile(
    r"\\(?:is-[0-9a-z]{4,8}\.tmp|~?ns[a-z]{0,2}[0-9a-f]{0,5}\.tmp|\{[0-9a-f-]{36}\}\\\.(?:cr|be|ba))(?=\\|\Z)"
)
TEMPORARY_PLACES: Final = re.compile(r"\\(?:temp|systemtemp|installer)(?=\\|\Z)")

USER_WRITABLE: Final = re.compile(
    r"\\(?:users|documents and settings|programdata|temp|tmp|perflogs|\$recycle\.bin|recycler"
    r"|windows\\(?:temp|tasks|tracing|debug\\wia|registration\\crmlog"
    r"|system32\\(?:tasks|fxstmp|com\\dmp|spool\\drivers\\color|spool\\(?:printers|servers)"
    r"|microsoft\\crypto\\rsa\\machinekeys)|syswow64\\(?:tasks|fxstmp|com\\dmp)))(?=\\|\Z)"
)
"""Places below which any user can write by default (api0cradle/UltimateAppLockerByPassList, generic bypasses;
ATT&CK T1036.005, T1074.001)."""

OWN_PLACES_IN_WRITABLE: Final = re.compile(r"\\programdata\\microsoft\\windows defender\\platform(?=\\|\Z)")
PROGRAM_FILES: Final = re.compile(r"\\program files(?: \(x86\)| \(arm\))?(?=\\|\Z)")
WINDOWS: Final = re.compile(r"\\windows(?=\\|\Z)")
