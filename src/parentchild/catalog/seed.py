"""The published table of detection 0xFF-0080, untouched: all 11 rows, its typing error included.

Source: FalconForceTeam/FalconFriday, 0xFF-0080-Parent_Child_Mismatch_Common_Windows_Process-Win.md, version
2.2 (2024-06-06); the table is the same in 2.4 (2025-09-02). `csmss.exe` stands there for `csrss.exe`, which
is therefore not watched. `DEFAULT_RELATIONS` corrects that.
"""

from __future__ import annotations

from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import ExpectedParents

SEED_RELATIONS = RelationRegistry(
    [
        ExpectedParents("smss.exe", ("smss.exe", "ntoskrnl.exe", "system")),
        ExpectedParents("csmss.exe", ("smss.exe",)),
        ExpectedParents("wininit.exe", ("smss.exe",)),
        ExpectedParents("winlogon.exe", ("smss.exe",)),
        ExpectedParents("services.exe", ("wininit.exe",)),
        ExpectedParents("lsaiso.exe", ("wininit.exe",)),
        ExpectedParents("lsass.exe", ("wininit.exe",)),
        ExpectedParents("userinit.exe", ("winlogon.exe",)),
        ExpectedParents("svchost.exe", ("services.exe", "msmpeng.exe")),
        ExpectedParents("runtimebroker.exe", ("svchost.exe",)),
        ExpectedParents("taskhostw.exe", ("svchost.exe",)),
    ]
)
"""The published table: 11 relations, names alone."""
