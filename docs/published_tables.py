"""Three published tables, as functions from one process creation to whether it is a finding.

docs/catalog/comparison.md is computed with them. Facts only, from the rules' own files:

- FalconForce 0xFF-0080 2.4, the published detection.
- elastic/detection-rules (14cf530): unusual_parentchild_relationship, unusual_system_vp_child_program,
  unusual_printspooler_childprocess, unusual_svchost_childproc_childless,
  masquerading_suspicious_werfault_childproc, edr_freeze_via_werfaultsecure.
- SigmaHQ/sigma (8eaafff): svchost_uncommon_parent, susp_proc_wrong_parent, susp_parents, lsass_process_clone,
  wermgr_susp_child_process, spoolsv_susp_child_processes, eventvwr_susp_child_process,
  conhost_susp_child_process, userinit_uncommon_child_processes, svchost_uncommon_command_line_flags,
  dllhost_no_cli_execution, rundll32_no_params, susp_system_exe_anomaly, werfaultsecure_abuse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from parentchild.catalog import SEED_RELATIONS

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.frozen
class Creation:
    """One process creation, by names, paths and command lines; `creator` made the call where it differs."""

    child: str
    parent: str
    child_path: str | None = attrs.field(default=None, kw_only=True)
    parent_path: str | None = attrs.field(default=None, kw_only=True)
    command_line: str | None = attrs.field(default=None, kw_only=True)
    parent_command_line: str | None = attrs.field(default=None, kw_only=True)
    creator: str | None = attrs.field(default=None, kw_only=True)
    windows: str | None = attrs.field(default=None, kw_only=True)


_S32 = "c:\\windows\\system32\\"
_CRASH = {"werfault.exe", "werfaultsecure.exe", "wermgr.exe"}
_UNKNOWN = {"", "-", "?"}

ELASTIC_PARENTS = {
    "autochk.exe": {"smss.exe"},
    "fontdrvhost.exe": {"wininit.exe", "winlogon.exe", "dwm.exe"},
    "dwm.exe": {"wininit.exe", "winlogon.exe", "dwm.exe"},
    "consent.exe": {"svchost.exe", "workplace container helper.exe"},
    "runtimebroker.exe": {"svchost.exe", "workplace container helper.exe"},
    "tiworker.exe": {"svchost.exe", "workplace container helper.exe"},
    "searchindexer.exe": {"services.exe"},
    "searchprotocolhost.exe": {"searchindexer.exe", "dllhost.exe"},
    "dllhost.exe": {"services.exe", "svchost.exe"},
    "smss.exe": {"system", "smss.exe"},
    "csrss.exe": {"smss.exe", "svchost.exe"},
    "wininit.exe": {"smss.exe"},
    "winlogon.exe": {"smss.exe"},
    "lsass.exe": {"wininit.exe"},
    "lsaiso.exe": {"wininit.exe"},
    "logonui.exe": {"wininit.exe", "winlogon.exe"},
    "services.exe": {"wininit.exe"},
    "svchost.exe": {"msmpeng.exe", "services.exe", "svchost.exe"},
    "spoolsv.exe": {"services.exe", "workplace starter.exe"},
    "taskhost.exe": {"services.exe", "svchost.exe", "ngentask.exe"},
    "taskhostw.exe": {"services.exe", "svchost.exe"},
    "userinit.exe": {"dwm.exe", "winlogon.exe", "kusrinit.exe"},
    "wmiprvse.exe": {"svchost.exe"},
    "wsmprovhost.exe": {"svchost.exe"},
    "winrshost.exe": {"svchost.exe"},
}
_ELASTIC_HOSTS = {*_CRASH, "conhost.exe", "ngentask.exe", "searchprotocolhost.exe"}
ELASTIC_CHILDREN = {
    "searchprotocolhost.exe": _ELASTIC_HOSTS,
    "taskhost.exe": _ELASTIC_HOSTS,
    "csrss.exe": _ELASTIC_HOSTS,
    "autochk.exe": {"chkdsk.exe", "doskey.exe", "werfault.exe"},
    "smss.exe": {
        "autochk.exe", "smss.exe", "csrss.exe", "wininit.exe", "winlogon.exe", "setupcl.exe", "werfault.exe",
        "wpbbin.exe", "pvsvmboot.exe", "sophosna.exe", "omnissa-ic-nga.exe", "icarus_rvrt.exe", "poqexec.exe",
    },
    "wermgr.exe": _CRASH,
    "conhost.exe": {"mscorsvw.exe", "conhost.exe", *_CRASH},
    "system": {"registry", "memcompression", "hotpatch", "smss.exe"},
}  # fmt: skip
_ELASTIC_CHILDLESS = {
    "wdisystemhost", "licensemanager", "storsvc", "cdpsvc", "cdbhsvc", "bthavctpsvc", "sstpsvc",
    "wdiservicehost", "imgsvc", "trkwks", "wpnservice", "ikeext", "policyagent", "cryptsvc", "netprofm",
    "profsvc", "staterepository", "camsvc", "lanmanworkstation", "nlasvc", "eventlog", "hidserv",
    "displayenhancementservice", "shellhwdetection", "apphostsvc", "fhsvc", "cscservice", "pushtoinstall",
}  # fmt: skip
_ELASTIC_SPOOLER = {
    "splwow64.exe", "pdfcreator.exe", "acrodist.exe", "spoolsv.exe", "msiexec.exe", "route.exe",
    "werfault.exe",
}  # fmt: skip

_SIGMA_BY_DIRECTORY = {
    "svchost.exe", "taskhost.exe", "lsm.exe", "lsass.exe", "services.exe", "lsaiso.exe", "csrss.exe",
    "wininit.exe", "winlogon.exe",
}  # fmt: skip
_SIGMA_SVCHOST = {"mrt.exe", "msmpeng.exe", "ngen.exe", "rpcnet.exe", "services.exe", "tiworker.exe"}
_SIGMA_WERMGR = {
    "cmd.exe", "cscript.exe", "ipconfig.exe", "mshta.exe", "net.exe", "net1.exe", "netstat.exe",
    "nslookup.exe", "powershell_ise.exe", "powershell.exe", "pwsh.exe", "regsvr32.exe", "rundll32.exe",
    "systeminfo.exe", "whoami.exe", "wscript.exe",
}  # fmt: skip
_SIGMA_SPOOLER = {
    "gpupdate.exe", "whoami.exe", "nltest.exe", "taskkill.exe", "wmic.exe", "taskmgr.exe", "sc.exe",
    "findstr.exe", "curl.exe", "wget.exe", "certutil.exe", "bitsadmin.exe", "accesschk.exe", "wevtutil.exe",
    "bcdedit.exe", "fsutil.exe", "cipher.exe", "schtasks.exe", "write.exe", "wuauclt.exe", "systeminfo.exe",
    "reg.exe", "query.exe",
}  # fmt: skip
_SIGMA_CHILDLESS = {"minesweeper.exe", "winver.exe", "bitsadmin.exe"}
_SIGMA_SPECIAL = {"csrss.exe", "certutil.exe", "eventvwr.exe", "calc.exe", "notepad.exe"}
_SIGMA_SPECIAL_CHILDREN = {
    "werfault.exe", "wermgr.exe", "conhost.exe", "mmc.exe", "win32calc.exe", "notepad.exe",
}  # fmt: skip
_SIGMA_PLACES = {
    "atbroker.exe", "audiodg.exe", "bcdedit.exe", "bitsadmin.exe", "certreq.exe", "certutil.exe", "cmstp.exe",
    "conhost.exe", "consent.exe", "cscript.exe", "csrss.exe", "dashost.exe", "defrag.exe", "dfrgui.exe",
    "dism.exe", "dllhost.exe", "dllhst3g.exe", "dwm.exe", "eventvwr.exe", "fsquirt.exe", "finger.exe",
    "logonui.exe", "lsaiso.exe", "lsass.exe", "lsm.exe", "msiexec.exe", "ntoskrnl.exe", "powershell_ise.exe",
    "powershell.exe", "regsvr32.exe", "rundll32.exe", "runonce.exe", "runtimebroker.exe", "schtasks.exe",
    "services.exe", "sihost.exe", "smartscreen.exe", "smss.exe", "spoolsv.exe", "svchost.exe", "taskhost.exe",
    "taskhostw.exe", "taskmgr.exe", "userinit.exe", "werfault.exe", "werfaultsecure.exe", "wininit.exe",
    "winlogon.exe", "winver.exe", "wlanext.exe", "wmic.exe", "wscript.exe", "wsmprovhost.exe",
}  # fmt: skip
_SIGMA_ROOTS = (
    "c:\\$windows.~bt\\", "c:\\$winreagent\\", "c:\\windows\\softwaredistribution\\",
    "c:\\windows\\system32\\", "c:\\windows\\systemtemp\\", "c:\\windows\\syswow64\\", "c:\\windows\\uus\\",
    "c:\\windows\\winsxs\\",
)  # fmt: skip
_SIGMA_GROUP = re.compile(r"-k\s\w{1,64}(?:\s?(?:-p|-s))?")


def published(creation: Creation) -> bool:
    """Return what the published detection says; an empty parent is a finding."""
    relation = SEED_RELATIONS.get(creation.child)
    return relation is not None and creation.parent.lower() not in relation.names


def elastic(creation: Creation) -> bool:
    """Return what Elastic's rules say; they go by names, and drop a parent without one."""
    child, parent = creation.child.lower(), creation.parent.lower()
    if parent in _UNKNOWN:
        return False
    line = (creation.command_line or "").lower()
    if child in ELASTIC_PARENTS and parent not in ELASTIC_PARENTS[child]:
        return True
    if parent == "wermgr.exe" and child == "rundll32.exe" and "launchercapp" in line:
        return False
    if parent in ELASTIC_CHILDREN and child not in ELASTIC_CHILDREN[parent]:
        return True
    arguments = (creation.parent_command_line or "").lower().split()
    return (
        (parent == "spoolsv.exe" and creation.command_line is not None and _elastic_spooler(child, line))
        or (parent == "svchost.exe" and child not in _CRASH and not _ELASTIC_CHILDLESS.isdisjoint(arguments))
        or (parent == "werfault.exe" and {"-s", "-t", "-c"} <= set(arguments))
        or (
            child == "werfaultsecure.exe"
            and parent not in {"svchost.exe", "wermgr.exe", "werfault.exe", child}
            and {"/pid", "/encfile"} <= set(line.split())
        )
    )


def _elastic_spooler(child: str, line: str) -> bool:
    """Tell whether the rule on the spooler's children reports one."""
    return not (
        child in _ELASTIC_SPOOLER
        or "\\windows\\system32\\spool\\drivers" in line
        or (child == "net.exe" and ("stop" in line or "start" in line))
        or (
            child in {"cmd.exe", "powershell.exe"}
            and any(w in line for w in (".spl", "\\program files", "route add"))
        )
        or (child == "netsh.exe" and ("add portopening" in line or "rule name" in line))
        or (child == "regsvr32.exe" and "printconfig.dll" in line)
    )


def sigma(creation: Creation) -> bool:
    """Return what the rules of SigmaHQ say together."""
    parent = creation.parent.lower()
    return (parent not in {"", "-"} and _sigma_pair(creation)) or _sigma_image(creation)


def _sigma_pair(creation: Creation) -> bool:
    """Tell whether a rule on parents or children reports it."""
    child, parent = creation.child.lower(), creation.parent.lower()
    parent_path = (creation.parent_path or f"{_S32}{parent}").lower()
    child_path = (creation.child_path or f"{_S32}{child}").lower()
    by_system = parent_path.endswith(("\\savservice.exe", "\\ngen.exe")) or any(
        part in parent_path for part in ("\\system32\\", "\\syswow64\\")
    )
    by_defender = parent == "msmpeng.exe" and any(
        part in parent_path for part in ("\\windows defender\\", "\\microsoft security client\\")
    )
    line = (creation.command_line or "").lower()
    return (
        (child == "svchost.exe" and parent not in _SIGMA_SVCHOST)
        or (child in _SIGMA_BY_DIRECTORY and not by_system and not by_defender)
        or (child == parent == "lsass.exe")
        or parent in _SIGMA_CHILDLESS
        or (parent in _SIGMA_SPECIAL and child not in _SIGMA_SPECIAL_CHILDREN)
        or (parent == "wermgr.exe" and child in _SIGMA_WERMGR and "launchercapp " not in line)
        or (parent == "spoolsv.exe" and _sigma_spooler(child, line))
        or (parent == "conhost.exe" and not child_path.endswith(":\\windows\\system32\\conhost.exe"))
        or (parent == "eventvwr.exe" and child not in {"mmc.exe", "werfault.exe"})
        or (
            parent == "userinit.exe"
            and not child_path.endswith(
                (":\\windows\\explorer.exe", "\\proquota.exe", "\\cmstart.exe", "\\icast.exe")
            )
            and not any(script in line for script in ("netlogon.bat", "usrlogon.cmd"))
            and line != "powershell.exe"
        )
    )


def _sigma_spooler(child: str, line: str) -> bool:
    """Tell whether the rule on the spooler's children reports one."""
    return (
        child in _SIGMA_SPOOLER
        or (child in {"net.exe", "net1.exe"} and "start" not in line)
        or (child == "cmd.exe" and not any(text in line for text in (".spl", "route add", "program files")))
        or (child == "netsh.exe" and not any(text in line for text in ("add portopening", "rule name")))
        or (child in {"powershell.exe", "pwsh.exe"} and ".spl" not in line)
        or (child == "rundll32.exe" and line.endswith("rundll32.exe"))
    )


def _sigma_image(creation: Creation) -> bool:
    """Tell whether a rule on an image's place or arguments reports it."""
    child, parent = creation.child.lower(), creation.parent.lower()
    path = (creation.child_path or "").lower()
    parent_path = (creation.parent_path or "").lower()
    line = (creation.command_line or "").lower()
    exempt = parent == "msmpeng.exe" or (parent == "mrt.exe" and line == "svchost.exe")
    flags = (" /h ", " /pid ", " /tid ", " /encfile ", " /cancel ", " /type ", " 268310")
    return (
        (child in _SIGMA_PLACES and path != "" and not path.startswith(_SIGMA_ROOTS))
        or (child == "svchost.exe" and line != "" and not exempt and _SIGMA_GROUP.search(line) is None)
        or (child == "dllhost.exe" and line in {"dllhost.exe", "dllhost"})
        or (
            line.endswith(("\\rundll32.exe", '\\rundll32.exe"', "\\rundll32"))
            and not any(part in parent_path for part in ("\\appdata\\local\\", "\\microsoft\\edge\\"))
        )
        or (child == "werfaultsecure.exe" and all(flag in line for flag in flags))
    )


TABLES: dict[str, Callable[[Creation], bool]] = {
    "published (2.4)": published,
    "Elastic": elastic,
    "Sigma": sigma,
}
