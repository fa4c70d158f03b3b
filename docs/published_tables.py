"""Three published tables, as functions from one process creation to whether it is a finding.

They are what the comparison in catalog.md is computed with. Facts only, from the rules' own files:
FalconForce 0xFF-0080 (the published detection), Elastic's "Unusual Parent-Child Relationship" with "Unusual
Child Process from a System Virtual Process", and of SigmaHQ the rules for wrong parents and children of the
same images: svchost_uncommon_parent, susp_proc_wrong_parent, susp_parents, lsass_process_clone and
wermgr_susp_child_process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from parentchild.catalog import SEED_RELATIONS

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.frozen
class Creation:
    """One process creation, by names and paths; `creator` made the call where it is not the parent."""

    child: str
    parent: str
    child_path: str | None = attrs.field(default=None, kw_only=True)
    parent_path: str | None = attrs.field(default=None, kw_only=True)
    command_line: str | None = attrs.field(default=None, kw_only=True)
    creator: str | None = attrs.field(default=None, kw_only=True)
    windows: str | None = attrs.field(default=None, kw_only=True)


_S32 = "c:\\windows\\system32\\"
_CRASH = {"werfault.exe", "werfaultsecure.exe", "wermgr.exe"}

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
ELASTIC_CHILDREN = {
    "searchprotocolhost.exe": {*_CRASH, "conhost.exe", "ngentask.exe"},
    "taskhost.exe": {*_CRASH, "conhost.exe", "ngentask.exe"},
    "csrss.exe": {*_CRASH, "conhost.exe", "ngentask.exe"},
    "autochk.exe": {"chkdsk.exe", "doskey.exe", "werfault.exe"},
    "smss.exe": {
        "autochk.exe", "smss.exe", "csrss.exe", "wininit.exe", "winlogon.exe", "setupcl.exe", "werfault.exe",
        "wpbbin.exe", "pvsvmboot.exe", "sophosna.exe", "omnissa-ic-nga.exe", "icarus_rvrt.exe", "poqexec.exe",
    },
    "wermgr.exe": _CRASH,
    "conhost.exe": {"mscorsvw.exe", "conhost.exe", *_CRASH},
    "system": {"registry", "memcompression", "hotpatch", "smss.exe"},
}  # fmt: skip
_UNKNOWN = {"", "-", "?"}

_SIGMA_BY_DIRECTORY = {
    "svchost.exe", "taskhost.exe", "lsm.exe", "lsass.exe", "services.exe", "lsaiso.exe", "csrss.exe",
    "wininit.exe", "winlogon.exe",
}  # fmt: skip
_SIGMA_SVCHOST = {"mrt.exe", "msmpeng.exe", "ngen.exe", "rpcnet.exe", "services.exe", "tiworker.exe"}
_SIGMA_WERMGR = {
    "cmd.exe", "ipconfig.exe", "net.exe", "net1.exe", "netstat.exe", "nslookup.exe", "powershell.exe",
    "rundll32.exe", "systeminfo.exe", "whoami.exe",
}  # fmt: skip


def published(creation: Creation) -> bool:
    """Return what the published detection says; an empty parent is a finding."""
    relation = SEED_RELATIONS.get(creation.child)
    return relation is not None and creation.parent.lower() not in relation.names


def elastic(creation: Creation) -> bool:
    """Return what Elastic's two rules say; they go by names, and drop a parent without one."""
    child, parent = creation.child.lower(), creation.parent.lower()
    if parent in _UNKNOWN:
        return False
    if child in ELASTIC_PARENTS and parent not in ELASTIC_PARENTS[child]:
        return True
    if parent == "wermgr.exe" and child == "rundll32.exe" and "LaunchErcApp" in (creation.command_line or ""):
        return False
    return parent in ELASTIC_CHILDREN and child not in ELASTIC_CHILDREN[parent]


def sigma(creation: Creation) -> bool:
    """Return what the five rules of SigmaHQ say together."""
    child, parent = creation.child.lower(), creation.parent.lower()
    parent_path = (creation.parent_path or f"{_S32}{parent}").lower()
    if parent in {"", "-"}:
        return False
    by_system = parent_path.endswith(("\\savservice.exe", "\\ngen.exe")) or any(
        part in parent_path for part in ("\\system32\\", "\\syswow64\\")
    )
    by_defender = parent == "msmpeng.exe" and any(
        part in parent_path for part in ("\\windows defender\\", "\\microsoft security client\\")
    )
    line = creation.command_line or ""
    return (
        (child == "svchost.exe" and parent not in _SIGMA_SVCHOST)
        or (child in _SIGMA_BY_DIRECTORY and not by_system and not by_defender)
        or (child == parent == "lsass.exe")
        or (parent == "csrss.exe" and child not in {"werfault.exe", "wermgr.exe", "conhost.exe"})
        or (parent == "wermgr.exe" and child in _SIGMA_WERMGR and "LaunchErcApp" not in line)
    )


TABLES: dict[str, Callable[[Creation], bool]] = {
    "published (2.4)": published,
    "Elastic": elastic,
    "Sigma": sigma,
}
