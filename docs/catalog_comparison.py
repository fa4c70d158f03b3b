"""The catalog beside other tables: the same creations given to each, and whether it is right about them."""

from __future__ import annotations

from catalog_tables import Sources, code, escaped, table
from published_tables import TABLES, Creation

from parentchild import catalog
from parentchild.events import Process
from parentchild.relations.evaluation import Verdict


def dispute_table(sources: Sources) -> str:
    rows = [
        [
            escaped(dispute.claim),
            dispute.made_by,
            dispute.denied_by,
            f"**{dispute.decision}**",
            escaped(dispute.why),
            sources.cite(dispute.sources),
        ]
        for dispute in catalog.DISPUTES
    ]
    return table(["Claim", "Made by", "Denied by", "Decision", "Why", "Sources"], rows)


UNLISTED = "winword.exe"
S32 = "C:\\Windows\\System32\\"
TEMP = "C:\\Users\\ann\\AppData\\Local\\Temp\\"

PROBES: tuple[tuple[str, Creation, bool], ...] = (
    ("the session manager at boot", Creation("smss.exe", "System"), False),
    ("a session's copy of the session manager", Creation("smss.exe", "smss.exe"), False),
    ("csrss.exe from an unlisted parent", Creation("csrss.exe", UNLISTED), True),
    ("csrss.exe from svchost.exe", Creation("csrss.exe", "svchost.exe"), True),
    ("userinit.exe from dwm.exe", Creation("userinit.exe", "dwm.exe"), True),
    ("taskhostw.exe from services.exe", Creation("taskhostw.exe", "services.exe"), True),
    (
        "svchost.exe from cmd.exe in System32",
        Creation("svchost.exe", "cmd.exe", parent_path=f"{S32}cmd.exe"),
        True,
    ),
    ("a copy of lsass.exe", Creation("lsass.exe", "lsass.exe"), True),
    (
        "a copy of svchost.exe in System32",
        Creation(
            "svchost.exe", "svchost.exe", child_path=f"{S32}svchost.exe", parent_path=f"{S32}svchost.exe"
        ),
        True,
    ),
    (
        "the hand-over to SysWOW64",
        Creation(
            "svchost.exe",
            "svchost.exe",
            child_path="C:\\Windows\\SysWOW64\\svchost.exe",
            parent_path=f"{S32}svchost.exe",
        ),
        False,
    ),
    ("svchost.exe from MRT.exe", Creation("svchost.exe", "MRT.exe", parent_path=f"{S32}MRT.exe"), False),
    (
        "svchost.exe from an MsMpEng.exe in Temp",
        Creation("svchost.exe", "MsMpEng.exe", parent_path=f"{TEMP}MsMpEng.exe"),
        True,
    ),
    (
        "svchost.exe from a services.exe in Temp",
        Creation("svchost.exe", "services.exe", parent_path=f"{TEMP}services.exe"),
        True,
    ),
    (
        "an svchost.exe in Temp from services.exe",
        Creation("svchost.exe", "services.exe", child_path=f"{TEMP}svchost.exe"),
        True,
    ),
    ("a parent that is not known", Creation("svchost.exe", "-"), False),
    ("lsm.exe from services.exe", Creation("lsm.exe", "services.exe"), True),
    ("wmiprvse.exe from an unlisted parent", Creation("wmiprvse.exe", UNLISTED), True),
    ("trustedinstaller.exe from an unlisted parent", Creation("trustedinstaller.exe", UNLISTED), True),
    ("dwm.exe from svchost.exe on Windows 7", Creation("dwm.exe", "svchost.exe", windows="7"), False),
    ("conhost.exe from csrss.exe on Windows 7", Creation("conhost.exe", "csrss.exe", windows="7"), False),
    ("cmd.exe from lsass.exe", Creation("cmd.exe", "lsass.exe"), True),
    ("cmd.exe from smss.exe", Creation("cmd.exe", "smss.exe"), True),
    ("cmd.exe from wermgr.exe", Creation("cmd.exe", "wermgr.exe"), True),
    (
        "rundll32.exe from wermgr.exe, sending reports",
        Creation("rundll32.exe", "wermgr.exe", command_line="rundll32.exe WerConCpl.dll, LaunchErcApp"),
        False,
    ),
    ("a shell over OpenSSH", Creation("cmd.exe", "conhost.exe"), False),
    ("a look-alike, scvhost.exe", Creation("scvhost.exe", UNLISTED), True),
    ("a look-alike in Cyrillic", Creation("svch\u043est.exe", UNLISTED), True),
    ("a bare svchost.exe", Creation("svchost.exe", "services.exe", command_line=f"{S32}svchost.exe"), True),
    (
        "Defender's bare svchost.exe",
        Creation("svchost.exe", "MsMpEng.exe", command_line="svchost.exe"),
        False,
    ),
    (
        "a broker from the scheduler's service host",
        Creation(
            "RuntimeBroker.exe",
            "svchost.exe",
            command_line="RuntimeBroker.exe -Embedding",
            parent_command_line="svchost.exe -k netsvcs -p -s Schedule",
        ),
        True,
    ),
    ("cmd.exe from winlogon.exe", Creation("cmd.exe", "winlogon.exe"), True),
    ("cmd.exe as a service", Creation("cmd.exe", "services.exe"), True),
    (
        "a service in a user's directory",
        Creation("agent.exe", "services.exe", child_path=f"{TEMP}agent.exe"),
        True,
    ),
    (
        "a vendor's service",
        Creation("agent.exe", "services.exe", child_path="C:\\Program Files\\A\\agent.exe"),
        False,
    ),
    ("certutil.exe in Temp", Creation("certutil.exe", "cmd.exe", child_path=f"{TEMP}certutil.exe"), True),
    (
        "WerFaultSecure.exe from an unlisted parent",
        Creation(
            "WerFaultSecure.exe", UNLISTED, command_line="WerFaultSecure.exe /h /pid 1 /tid 2 /encfile 3"
        ),
        True,
    ),
    (
        "a child of a service that starts none",
        Creation("net.exe", "svchost.exe", parent_command_line="svchost.exe -k netsvcs -p -s IKEEXT"),
        True,
    ),
    (
        "services.exe declared as the parent by another",
        Creation("svchost.exe", "services.exe", creator=UNLISTED),
        True,
    ),
)
"""What a table should be able to tell: a creation, and whether it is a finding."""


def ours(creation: Creation) -> bool:
    parent = Process(creation.parent, path=creation.parent_path, command_line=creation.parent_command_line)
    child = Process(creation.child, path=creation.child_path, command_line=creation.command_line)
    verdict = catalog.DEFAULT_RELATIONS.verdict(
        child, parent, creator=creation.creator, windows=creation.windows
    )
    return verdict is Verdict.MISMATCH


COMPARISON = """\
## The same creations, given to each table

Each table is a function, computed over the same creations (`docs/published_tables.py` names the rules that it
stands for). Whether a creation should be found is this catalog's opinion, given on its pages with reasons.

"""


def comparison_table() -> str:
    tables = {"this catalog": ours, **TABLES}
    rows: list[list[str]] = []
    for what, creation, is_finding in PROBES:
        cells = [
            "right" if says(creation) is is_finding else "misses it" if is_finding else "false finding"
            for says in tables.values()
        ]
        rows.append([what, "yes" if is_finding else "no", *cells])
    right = [sum(says(creation) is answer for _, creation, answer in PROBES) for says in tables.values()]
    rows.append(["**right**", "", *(f"**{count} of {len(PROBES)}**" for count in right)])
    return table(["Creation", "Should be found", *tables], rows)


def image_table() -> str:
    """Return which table watches which image, and where its parents differ from the default's."""
    rows: list[list[str]] = []
    everyone = sorted({image.name for r in catalog.DEFAULT_RELATIONS.values() for image in r.parents})
    for child, relation in catalog.DEFAULT_RELATIONS.items():
        cells: list[str] = []
        for says in TABLES.values():
            if not says(Creation(child, UNLISTED, parent_path=f"{TEMP}{UNLISTED}")):
                cells.append("")
                continue
            own = [name for name in relation.names if name != child]
            alarms = [name for name in own if says(Creation(child, name))]
            accepts = [
                name for name in everyone if name not in relation.names and not says(Creation(child, name))
            ]
            shown = [f"flags {_names(alarms)}"] if alarms else []
            shown += [f"accepts {_names(accepts)}"] if accepts else []
            cells.append("; ".join(shown) or "the same")
        rows.append([code(catalog.spelled(child)), *cells])
    watched = [sum(bool(row[column + 1]) for row in rows) for column in range(len(TABLES))]
    rows.append([f"**{len(catalog.DEFAULT_RELATIONS)} images**", *(f"**{count}**" for count in watched)])
    return table(["Image", *TABLES], rows)


def _names(names: list[str]) -> str:
    most = 4
    shown = ", ".join(code(catalog.spelled(name)) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
