"""Write catalog.md from the catalog's data: `python docs/render_catalog.py`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from published_tables import TABLES, Creation

from parentchild import catalog
from parentchild.catalog.boot import BOOT, MINIMAL, XP
from parentchild.catalog.children import CHILDREN, OPTIONAL
from parentchild.catalog.services import SERVICES
from parentchild.catalog.session import SESSION
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.findings import attack
from parentchild.relations.evaluation import Reason, Verdict
from parentchild.relations.explanation import conditions
from parentchild.relations.relation import ExpectedImage, ExpectedParents, Relation, Tier
from parentchild.windows.lookalikes import imitated

PAGE = Path(__file__).with_name("catalog.md")

INTRODUCTION = """\
# The catalog

What Windows does, as data: which parent starts which process, and which children a parent starts. This page
is rendered from that data by `docs/render_catalog.py`; a test holds the two together.

The default is right for Windows 10, 11 and Server 2016 and later, and tolerant of Windows 7 to 8.1 and their
servers. It holds facts about Windows alone. Whatever one vendor's product does is in a pack of its own, off
until it is joined: a name that a product excuses excuses an attacker too, wherever the product is not
installed.

```python
from parentchild import DEFAULT_RELATIONS, catalog

assert DEFAULT_RELATIONS.verdict("svchost.exe", "services.exe").value == "expected"
assert DEFAULT_RELATIONS.verdict("svchost.exe", "cmd.exe").value == "mismatch"

print(DEFAULT_RELATIONS.explain("svchost.exe", "cmd.exe").sentence)
```
"""

HOW_IT_IS_READ = """\
## How a row is read

- **Tier.** *core*: by Windows' own design. *known-benign*: seen on clean machines and understood. *vendor*:
  the doing of one product.
- **Only.** The conditions under which a row counts. A path or a signer that the source does not tell never
  fails a condition, since most sources tell neither; a command line does, since such an exception rests on
  nothing else.
- **Places.** Where the image must lie if its path is known. A watched image elsewhere is a finding
  (`misplaced-image`), and so is an expected parent elsewhere (`misplaced-parent`). The drive is not compared.
- **Copies.** No image but `smss.exe` is expected as its own parent by name. `svchost.exe` is, from System32
  to SysWOW64, when both paths are known. Every other copy is a crash being reported, which needs its
  evidence (the detector's business), or it is a finding; of `lsass.exe` it always is.
- **Guarded.** A name that is nearly this one is a finding of its own (`lookalike`).
- **Names that Windows gave up** (`lsm.exe`, `taskhost.exe`, `taskhostex.exe`) stay watched on later releases,
  with no rightful parent, once the release is known.
"""

TUNING = """\
## How to tune it at home

Say what is normal at home with the reason, as narrowly as it is true. Relations are facts about Windows or a
product; exclusions are facts about your own machines and may end.

A pair that is right everywhere you look: `allow` it. It is then expected in whichever direction it is judged,
and nothing that was not watched becomes watched.

```python
registry = DEFAULT_RELATIONS.allow("svchost.exe", "acme.exe", why="ACME's agent hosts its services")
assert registry.verdict("svchost.exe", "acme.exe").value == "expected"
```

A product that has a pack: join the pack; take it out again by its name.

```python
registry = DEFAULT_RELATIONS | catalog.vendor("absolute")
assert registry.verdict("svchost.exe", "rpcnet.exe").value == "expected"
assert registry.without_pack("absolute") == DEFAULT_RELATIONS
```

One device, one account, or only for some weeks: exclude it in the detector. What is excluded is counted and
can be looked at, and nothing in an exclusion is a pattern.

```python
from datetime import datetime, timezone

from parentchild import Detector, Exclusion

detector = Detector(
    DEFAULT_RELATIONS,
    exclusions=[
        Exclusion(
            child="svchost.exe",
            parent="acme.exe",
            device="build-07",
            reason="ACME's installer under test",
            expires_at=datetime(2026, 7, 1, tzinfo=timezone.utc),
        )
    ],
)
```

A fleet of one release, or a tighter hunt: narrow the default, leave out what is merely known to be benign, or
join what is off.

```python
server = catalog.for_windows("Server 2022")
strict = DEFAULT_RELATIONS.without_tier(catalog.DEFAULT_RELATIONS["svchost.exe"].parents[1].tier)
assert strict["svchost.exe"].names == ("services.exe",)
wider = DEFAULT_RELATIONS | catalog.OPTIONAL_CHILDREN | catalog.OPTIONAL_PACKS["explorer"]
assert wider.verdict("cmd.exe", "winlogon.exe").value == "mismatch"
```

An image that you do not want to watch at all: `DEFAULT_RELATIONS.without("searchfilterhost.exe")`.
"""

PROPOSING = """\
## How to propose a row

A row is a claim about every machine that runs Windows, so it needs

1. **a reason** that says why Windows, or the product, does it, in one sentence part;
2. **a source** that others can read: a document of the vendor, a published rule, a recording;
3. **the narrowest condition** that is true: the directory of the image, the release, the command line; a
   product's own row also the name of its pack;
4. **its spelling** in `catalog/spellings.py`;
5. **a line in a cycle** of `tests/catalog/clean_windows.py`, where it belongs to a clean Windows, or a case
   in `catalog/disputes.py`, where published tables disagree about it.

The tests then build from each row a creation that meets it and several that do not, and judge them. A row
that only makes an alarm go away, and for which nobody can say why the pair happens, belongs into an
exclusion.
"""


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def code(text: str) -> str:
    return f"`{text}`"


class Sources:
    """The sources in the order in which they are first cited, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, sources: tuple[str, ...]) -> str:
        numbers = [self._numbers.setdefault(source, len(self._numbers) + 1) for source in sources]
        return " ".join(f"[{number}](#sources)" for number in numbers)

    def listed(self) -> str:
        return "".join(f"{number}. {escaped(source)}\n" for source, number in self._numbers.items())


def image_rows(images: tuple[ExpectedImage, ...], at_other_end: str, sources: Sources) -> list[list[str]]:
    return [
        [
            code(catalog.spelled(image.name)),
            image.tier.value,
            "; ".join(code(each) for each in conditions(image, at_other_end=at_other_end)),
            escaped(image.why),
            sources.cite(image.sources),
        ]
        for image in images
    ]


def relation_section(relation: Relation, sources: Sources) -> str:
    by_child = isinstance(relation, ExpectedParents)
    subject = relation.child if isinstance(relation, ExpectedParents) else relation.parent
    images = relation.parents if isinstance(relation, ExpectedParents) else relation.children
    facts = [f"severity {relation.severity.label}"]
    if relation.windows != "all":
        facts.append(f"Windows {relation.windows}")
    if isinstance(relation, ExpectedParents):
        if relation.session:
            facts.append(f"session {relation.session}")
        if relation.directories:
            facts.append(f"in {', '.join(code(each) for each in relation.directories)}")
        if relation.parent_exits:
            facts.append("its parent exits soon after")
        if relation.protects_name:
            facts.append("name protected_names")
        facts.extend(
            f"`{catalog.spelled(image.name)}` may make the call for the parent ({image.why})"
            for image in relation.creators
        )
    arrow = "" if by_child else " starts"
    text = f"### {catalog.spelled(subject)}{arrow}\n\n"
    text += f"{escaped(relation.why)} {sources.cite(relation.sources)}\n\n*{'; '.join(facts)}*\n\n"
    if not images:
        return text + "No child at all.\n\n"
    heads = ["Parent" if by_child else "Child", "Tier", "Only", "Why", "Sources"]
    return text + table(heads, image_rows(images, "child" if by_child else "parent", sources)) + "\n"


def overview() -> str:
    rows: list[list[str]] = []
    for name, relation in catalog.DEFAULT_RELATIONS.items():
        parents = [
            code(catalog.spelled(image.name)) + ("" if image.tier is Tier.CORE else f" ({image.tier.value})")
            for image in relation.parents
        ]
        rows.append(
            [
                code(catalog.spelled(name)),
                ", ".join(parents),
                relation.windows,
                relation.severity.label,
                "yes" if relation.protects_name else "",
            ]
        )
    return table(["Image", "Started by", "Windows", "Severity", "Guarded"], rows)


def vendor_table(sources: Sources) -> str:
    rows: list[list[str]] = []
    for relation in VENDOR_RELATIONS:
        by_child = isinstance(relation, ExpectedParents)
        images = relation.parents if isinstance(relation, ExpectedParents) else relation.children
        for image in images:
            subject = relation.child if isinstance(relation, ExpectedParents) else relation.parent
            pair = (image.name, subject) if by_child else (subject, image.name)
            only = conditions(image, at_other_end="child" if by_child else "parent")
            rows.append(
                [
                    code(image.pack),
                    " starts ".join(code(catalog.spelled(name)) for name in pair),
                    "; ".join(code(each) for each in only),
                    escaped(image.why),
                    sources.cite(image.sources),
                ]
            )
    return table(["Pack", "Pair", "Only", "Why", "Sources"], sorted(rows))


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


FOREIGN = "winword.exe"
S32 = "C:\\Windows\\System32\\"
TEMP = "C:\\Users\\ann\\AppData\\Local\\Temp\\"

PROBES: tuple[tuple[str, Creation, bool], ...] = (
    ("the session manager at boot", Creation("smss.exe", "System"), False),
    ("a session's copy of the session manager", Creation("smss.exe", "smss.exe"), False),
    ("csrss.exe from a foreign parent", Creation("csrss.exe", FOREIGN), True),
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
    ("wmiprvse.exe from a foreign parent", Creation("wmiprvse.exe", FOREIGN), True),
    ("trustedinstaller.exe from a foreign parent", Creation("trustedinstaller.exe", FOREIGN), True),
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
    ("a look-alike, scvhost.exe", Creation("scvhost.exe", FOREIGN), True),
    ("a look-alike in Cyrillic", Creation("svch\u043est.exe", FOREIGN), True),
    (
        "services.exe declared as the parent by another",
        Creation("svchost.exe", "services.exe", creator=FOREIGN),
        True,
    ),
)
"""What a table should be able to tell: a creation, and whether it is a finding."""


def ours(creation: Creation) -> bool:
    verdict = catalog.DEFAULT_RELATIONS.verdict(
        creation.child,
        creation.parent,
        child_path=creation.child_path,
        parent_path=creation.parent_path,
        command_line=creation.command_line,
        creator=creation.creator,
        windows=creation.windows,
    )
    return verdict is Verdict.MISMATCH


def probe_table() -> str:
    tables = {"this catalog": ours, **TABLES}
    rows: list[list[str]] = []
    for what, creation, is_finding in PROBES:
        cells = [
            "yes" if says(creation) is is_finding else "misses it" if is_finding else "false alarm"
            for says in tables.values()
        ]
        rows.append([what, "finding" if is_finding else "silence", *cells])
    right = [sum(says(creation) is answer for _, creation, answer in PROBES) for says in tables.values()]
    rows.append(["**as it should be**", "", *(f"**{count} of {len(PROBES)}**" for count in right)])
    return table(["Creation", "Right is", *tables], rows)


def image_table() -> str:
    """Return which table watches which image, and where its parents differ from the default's."""
    rows: list[list[str]] = []
    everyone = sorted({image.name for r in catalog.DEFAULT_RELATIONS.values() for image in r.parents})
    for child, relation in catalog.DEFAULT_RELATIONS.items():
        cells: list[str] = []
        for says in TABLES.values():
            if not says(Creation(child, FOREIGN, parent_path=f"{TEMP}{FOREIGN}")):
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


def attack_table() -> str:
    rows: list[list[str]] = []
    for reason in Reason:
        found = attack.techniques(reason)
        rows.append(
            [
                code(reason.value),
                ", ".join(f"[{each.id}]({each.url}) {each.name}" for each in found) or "none",
                ", ".join(dict.fromkeys(tactic.name for each in found for tactic in each.tactics)),
                ", ".join(dict.fromkeys(each.name_in("16.1") for each in found)),
            ]
        )
    return table(["Reason", "Techniques", "Tactics", "Names in v16.1"], rows)


def detection_section() -> str:
    detection = catalog.DETECTION
    tags = ", ".join(
        f"{each.id} {each.name} (as tagged: {each.name_in('16.1')})" for each in detection.attack
    )
    fitting = ", ".join(f"{each.id} {each.name}" for each in detection.fitting_attack)
    rows = [
        ["Id", code(detection.id)],
        ["Title", detection.title],
        ["Systems", ", ".join(detection.systems)],
        ["False positives", detection.false_positive_rate],
        ["ATT&CK, as published", tags],
        ["ATT&CK, what fits", fitting],
        [
            "Data",
            "; ".join(
                f"{each.provider} {each.event} ({each.attack_data_source}: {each.attack_data_component})"
                for each in detection.data_sources
            ),
        ],
    ]
    lists = "".join(
        f"**{title}**\n\n" + "".join(f"- {escaped(item)}\n" for item in items) + "\n"
        for title, items in (
            ("Considerations", detection.considerations),
            ("What else it finds", detection.false_positives),
            ("What to do about a finding", detection.response_actions),
            ("What it cannot see", detection.blind_spots),
            (
                "Further reading",
                detection.references,
            ),
        )
    )
    versions = table(
        ["Version", "Date", "Impact", "Notes"],
        [[each.number, each.date, each.impact, each.notes] for each in detection.versions],
    )
    prose = f"{detection.description}\n\n{detection.attack_description}"
    return f"{prose}\n\n{table(['', ''], rows)}\n{lists}{versions}"


LOOKALIKES = """\
Of the watched names {number} are protected_names: {shown}, a letter of another alphabet, an invisible character or a
turned reading direction is a finding of its own. Short names are near many honest ones, so `smss.exe` is
protected_names against doubled and swapped letters alone, `dwm.exe` and `lsm.exe` against no slip at all. In the
public telemetry on which the catalog is tested one distinct image name in 354 is reported: `WSASS.exe`, which
is a dumper of `lsass.exe`, so no false alarm.
"""


def lookalike_section() -> str:
    protected_names = catalog.DEFAULT_RELATIONS.table.protected_names
    examples = ("scvhost.exe", "lsasss.exe", "csmss.exe", "svch0st.exe", "svchost.exe.exe", "svchost .exe")
    shown = ", ".join(
        f"`{name}` ({catalog.spelled(imitated(name, protected_names) or '')})" for name in examples
    )
    return LOOKALIKES.format(number=len(protected_names), shown=shown)


ON_CHILDREN = """\
## What a parent starts

An image that is watched itself is judged by its own parents; these lists decide for all others.

"""

ON_OPTIONAL_CHILDREN = """\
## Off by default: what other parents start

`catalog.OPTIONAL_CHILDREN`: few children, but not certainly all of them.

"""

ON_OPTIONAL_PACKS = """\
## Off by default: images with many rightful parents

`catalog.OPTIONAL_PACKS[name]`: no invariants of Windows. For `WerFault.exe` there is no pack at all: any
process may crash.

"""

ON_VENDORS = """\
## Vendor packs

`DEFAULT_RELATIONS | catalog.vendor("sophos")` joins one, `registry.without_pack("sophos")` takes it out
again; `catalog.VENDORS` names them all. None is part of the default. Rows of the optional lists above that
name a vendor carry its pack as well. The pack `unexplained` holds pairs that one product lets pass and nobody
explains.

Left out is what a row cannot say without swallowing its neighbours: exceptions by a signer or a pattern
alone, whatever the image is called (NoMachine, AuthLite and Secure Endpoints under `lsass.exe`,
`QcSkExt*.exe` under `smss.exe`), and Lepide's agent, which runs a `services.exe` of its own.

"""

ON_OTHERS = """\
## Beside other tables

Computed, not typed: each table is a function over the same creations (`docs/published_tables.py`). What a
table should say is this catalog's opinion, given above with its reasons.

"""


def render() -> str:
    """Return the page."""
    sources = Sources()
    default = catalog.DEFAULT_RELATIONS
    watched = f"The default watches {len(default)} images as children and {len(default.expected_children)}"
    packs = "".join(
        f"**Pack `{name}`**\n\n" + "".join(relation_section(each, sources) for each in registry.relations)
        for name, registry in catalog.OPTIONAL_PACKS.items()
    )
    parts = [
        INTRODUCTION,
        f"\n{watched} as parents.\n\n{overview()}\n",
        HOW_IT_IS_READ,
        "\n## What starts each image\n\n",
        *(relation_section(each, sources) for each in (*BOOT, *SESSION, *SERVICES, *MINIMAL)),
        ON_CHILDREN,
        *(relation_section(each, sources) for each in CHILDREN),
        ON_OPTIONAL_CHILDREN,
        *(relation_section(each, sources) for each in OPTIONAL),
        ON_OPTIONAL_PACKS,
        packs,
        ON_VENDORS,
        vendor_table(sources),
        '\n## Windows XP\n\nOnly in `catalog.for_windows("xp")`.\n\n',
        *(relation_section(each, sources) for each in XP),
        "## Where tables disagree\n\nEach decision is held by a test.\n\n",
        dispute_table(sources),
        "\n",
        ON_OTHERS,
        probe_table(),
        "\nImage by image: where a table watches an image, how its parents differ from the default's.\n\n",
        image_table(),
        f"\n## Look-alikes\n\n{lookalike_section()}\n## ATT&CK\n\n{attack_table()}\n",
        TUNING,
        "\n",
        PROPOSING,
        f"\n## The published detection\n\n{detection_section()}\n## Sources\n\n{sources.listed()}",
    ]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
