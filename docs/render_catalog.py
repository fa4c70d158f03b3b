"""Write catalog.md from the catalog's data: `python docs/render_catalog.py`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from published_tables import TABLES, Creation

from parentchild import catalog
from parentchild.catalog.boot import BOOT, MINIMAL, XP
from parentchild.catalog.children import CHILDREN
from parentchild.catalog.com_servers import COM_SERVERS
from parentchild.catalog.directories import SETUP
from parentchild.catalog.launches import LAUNCHES
from parentchild.catalog.optional_children import OPTIONAL
from parentchild.catalog.services import SERVICES
from parentchild.catalog.session import SESSION
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.events import Process
from parentchild.findings import attack
from parentchild.relations.compiled import Alternatives, compiled
from parentchild.relations.evaluation import Reason, Verdict
from parentchild.relations.explanation import conditions
from parentchild.relations.relation import (
    Confidence,
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
    Tier,
)
from parentchild.windows.lookalikes import imitated
from parentchild.windows.programs import DANGEROUS, PROGRAMS

PAGE = Path(__file__).with_name("catalog.md")
FIGURES = Path(__file__).with_name("recorded_figures.json")
WATCHED = (*BOOT, *SESSION, *SERVICES, *COM_SERVERS, *MINIMAL)
DEFAULT: tuple[Relation, ...] = (*WATCHED, *CHILDREN, *LAUNCHES)

INTRODUCTION = """\
# The catalog

What Windows does, as data: which parent starts which process, from where and with which arguments, and
which children a parent starts. This page is rendered from that data by `docs/render_catalog.py`; a test
holds the two together.

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
- **Confidence.** *recorded*: recorded events, or Microsoft's own documentation. *rule*: published detection
  rules alone, which may be wrong together.
- **Only.** The conditions under which a row counts. A path or a signer that the source does not tell never
  fails a condition, since most sources tell neither; a command line does, since such an exception rests on
  nothing else. The service group of a host whose command line is not told fails nothing.
- **Places.** Where the image must lie if its path is known. A watched image elsewhere is a finding
  (`misplaced-image`), and so is an expected parent elsewhere (`misplaced-parent`). `C:` stands for the
  drive of Windows, `*` for any text in one directory's name, a last `**` for anything below.
- **Arguments.** Shapes of arguments of which one must be there, if the command line is known; else the
  start is a finding (`unexpected-arguments`). They are compared as arguments: `^` means right after the
  program, `*` any text in one argument. A start by a parent that is said to need none is excused.
- **Service groups.** `DcomLaunch` is any service of that group, `netsvcs:Appinfo` one service of it; a host
  that names no service is accepted, since several services may share it.
- **Open parents.** A parent that may start anything has no list, only kinds of programs and directories
  that it does not start. Of a parent with a list, a shell, script host or living-off-the-land binary is at
  least high, whatever the relation's own severity is.
- **Copies.** No image but `smss.exe` is expected as its own parent by name. `svchost.exe` is, from System32
  to SysWOW64, and `sihost.exe`, when both paths are known. Any other copy with the same path, account and
  command line is listed apart (`self-copy`); of `lsass.exe` and the boot chain it is always a full
  mismatch.
- **Protected.** A name that is nearly this one is a finding of its own (`lookalike`).
- **Names that Windows gave up** (`lsm.exe`, `taskhost.exe`, `taskhostex.exe`) stay watched on later
  releases, with no expected parent, once the release is known."""

TUNING = """\
## How to tune it

Say what is expected in your environment with the reason, as narrowly as it is true. Relations are facts
about Windows or a product; exclusions are facts about your own machines and may end.

A pair that is right everywhere you look: `allow` it. It is then expected in whichever direction it is
evaluated, its place and arguments are still checked, and nothing that was not watched becomes watched.

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

A product that is known by its signer or its own path alone has exclusions instead.

```python
lepide = catalog.VENDOR_EXCLUSIONS["lepide"]
assert lepide[0].signer == "LEPIDE SOFTWARE PRIVATE LIMITED"
```

One device, one account, or only for some weeks: exclude it in the detector. What is excluded is counted and
can be looked at.

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
newest = catalog.for_windows("11 25H2")
strict = DEFAULT_RELATIONS.without_tier(catalog.DEFAULT_RELATIONS["svchost.exe"].parents[1].tier)
assert strict["svchost.exe"].names == ("services.exe",)
wider = DEFAULT_RELATIONS | catalog.OPTIONAL_CHILDREN | catalog.OPTIONAL_PACKS["exposed-services"]
assert wider.verdict("cmd.exe", "w3wp.exe").value == "mismatch"
```

An image that you do not want to watch at all: `DEFAULT_RELATIONS.without("searchfilterhost.exe")`.
"""

PROPOSING = """\
## How to propose a row

A row is a claim about every machine that runs Windows, so it needs

1. **a reason** that says why Windows, or the product, does it, in one sentence part;
2. **a source** that others can read: a document of the vendor, a published rule, a recording; what it rests
   on follows from the sources (`catalog/confidence.py`);
3. **the narrowest condition** that is true: the directory of the image, the release, the arguments; a
   product's own row also the name of its pack;
4. **its spelling** in `catalog/spellings.py`;
5. **an example that must pass and one that must not**: in `tests/catalog/test_additions.py`, or a line in a
   cycle of `tests/catalog/clean_windows.py`, or a case in `catalog/disputes.py`, where published tables
   disagree about it.

The tests then build from each row a creation that meets it and several that do not, and evaluate them. A row
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


def rows_of(relation: Relation) -> tuple[ExpectedImage, ...]:
    if isinstance(relation, ExpectedParents):
        return relation.parents
    return relation.children if isinstance(relation, ExpectedChildren) else ()


def subject_of(relation: Relation) -> str:
    if isinstance(relation, ExpectedParents):
        return relation.child
    return relation.parent if isinstance(relation, ExpectedChildren) else relation.image


def only(relation: Relation, image: ExpectedImage) -> str:
    """Return the conditions of a row, in words."""
    table = compiled([relation])
    found: Alternatives = {}
    if isinstance(relation, ExpectedParents):
        found = table.children[relation.child].by_parent
    elif isinstance(relation, ExpectedChildren):
        (watched,) = next(iter(table.parents.values()))
        found = watched.by_child
    words = next(conditions(each) for all_ in found.values() for each in all_ if each.image == image)
    excused = ("needs none of the arguments",) if image.excuses_arguments else ()
    return "; ".join(escaped(each) for each in (*words, *excused))


def image_rows(relation: Relation, sources: Sources) -> list[list[str]]:
    return [
        [
            code(catalog.spelled(image.name)),
            image.tier.value,
            image.confidence.value,
            only(relation, image),
            escaped(image.why),
            sources.cite(image.sources),
        ]
        for image in rows_of(relation)
    ]


def codes(texts: tuple[str, ...]) -> str:
    return ", ".join(map(code, texts))


def facts_of(relation: Relation) -> list[str]:
    facts = [f"severity {relation.severity.label}", relation.confidence.value]
    if relation.windows != "all":
        facts.append(f"Windows {relation.windows}")
    if isinstance(relation, ExpectedChildren):
        return facts + facts_of_parent(relation)
    if relation.directories:
        facts.append(f"in {codes(relation.directories)}")
    if relation.arguments:
        facts.append(f"arguments {' or '.join(map(code, relation.arguments))}")
    return facts + facts_of_child(relation) if isinstance(relation, ExpectedParents) else facts


def facts_of_parent(relation: ExpectedChildren) -> list[str]:
    kinds = codes(tuple(kind.value for kind in relation.refused_kinds))
    facts = [f"hosts of the services {codes(relation.services)}"] if relation.services else []
    facts += [f"anything but kinds {kinds}"] if relation.is_open else []
    return facts + (
        [f"nothing from {codes(relation.refused_directories)}"] if relation.refused_directories else []
    )


def facts_of_child(relation: ExpectedParents) -> list[str]:
    told = (
        (bool(relation.session), f"session {relation.session}"),
        (relation.is_minimal, "no image file"),
        (relation.parent_exits, "its parent exits soon after"),
        (relation.protects_name, "protected name"),
    )
    callers = [
        f"`{catalog.spelled(image.name)}` may make the call for the parent ({image.why})"
        for image in relation.creators
    ]
    return [fact for holds, fact in told if holds] + callers


def relation_section(relation: Relation, sources: Sources) -> str:
    by_child = isinstance(relation, ExpectedParents)
    text = f"### {catalog.spelled(subject_of(relation))}{'' if by_child else ' starts'}\n\n"
    text += (
        f"{escaped(relation.why)} {sources.cite(relation.sources)}\n\n*{'; '.join(facts_of(relation))}*\n\n"
    )
    if not rows_of(relation):
        return text + "No child at all.\n\n"
    heads = ["Parent" if by_child else "Child", "Tier", "Confidence", "Only", "Why", "Sources"]
    return text + table(heads, image_rows(relation, sources)) + "\n"


def launch_table(sources: Sources) -> str:
    rows = [
        [
            code(catalog.spelled(relation.image)),
            codes(
                tuple(each for each in relation.directories if not each.endswith("**") and "UUS" not in each)
            ),
            codes(relation.arguments),
            relation.severity.label,
            relation.confidence.value,
            "yes" if relation.bears_own_name else "",
            sources.cite(relation.sources),
        ]
        for relation in LAUNCHES
        if isinstance(relation, ExpectedLaunch)
    ]
    return table(["Image", "In", "Arguments", "Severity", "Confidence", "Own name", "Sources"], sorted(rows))


def overview() -> str:
    rows: list[list[str]] = []
    for name, relation in catalog.DEFAULT_RELATIONS.items():
        parents = dict.fromkeys(
            code(catalog.spelled(image.name)) + ("" if image.tier is Tier.CORE else f" ({image.tier.value})")
            for image in relation.parents
        )
        groups = dict.fromkeys(group for image in relation.parents for group in image.service_groups)
        rows.append(
            [
                code(catalog.spelled(name)),
                ", ".join(parents),
                codes(tuple(groups)),
                " or ".join(map(code, relation.arguments)),
                relation.windows,
                relation.severity.label,
                relation.confidence.value,
                "yes" if relation.protects_name else "",
            ]
        )
    heads = [
        "Image",
        "Started by",
        "Service group",
        "Arguments",
        "Windows",
        "Severity",
        "Confidence",
        "Protected",
    ]
    return table(heads, rows)


ON_CONFIDENCE = """\
## The table of confidence

A row is *recorded* if one of its sources shows events, counts them, or is Microsoft's own word; it is
*rule* if only published rules and tables have it. The relations hold from Windows 7 to 11 25H2 and from
Server 2008 R2 to 2025, but recordings thin out at both ends: of {creations:,} recorded creations most are
of Windows 10 and Server 2016 and 2019. {newest}

"""

NEWEST = """\
What holds on Windows 11 and Server 2025 alone rests on rules and on what did not change: no recording shows
`ShellHost.exe`, `HotPatch` or the update stack's own directory at work."""


def confidence_table() -> str:
    """Return how many relations and rows rest on what, by the part of the catalog."""
    optional = tuple(each for registry in catalog.OPTIONAL_PACKS.values() for each in registry.relations)
    parts: tuple[tuple[str, tuple[Relation, ...]], ...] = (
        ("what starts an image", WATCHED),
        ("what a parent starts", CHILDREN),
        ("images watched alone", LAUNCHES),
        ("off by default", (*OPTIONAL, *optional)),
        ("vendor packs", VENDOR_RELATIONS),
    )
    rows: list[list[str]] = []
    for part, relations in parts:
        own = Counter(relation.confidence for relation in relations)
        images = Counter(image.confidence for relation in relations for image in rows_of(relation))
        counts = [
            own[Confidence.RECORDED],
            own[Confidence.RULE],
            images[Confidence.RECORDED],
            images[Confidence.RULE],
        ]
        if part == "vendor packs":
            counts[:2] = 0, 0
        rows.append([part, *map(str, counts)])
    heads = ["Part", "Relations recorded", "Relations by rule", "Rows recorded", "Rows by rule"]
    return table(heads, rows)


def rests_on_rules() -> str:
    """Return what of the default rests on rules alone."""
    names = [
        f"{code(catalog.spelled(subject_of(each)))}{' starts' if isinstance(each, ExpectedChildren) else ''}"
        for each in DEFAULT
        if each.confidence is Confidence.RULE
    ]
    rows = [
        [
            code(catalog.spelled(subject_of(each))),
            " starts ".join(
                code(catalog.spelled(name))
                for name in (
                    (image.name, each.child)
                    if isinstance(each, ExpectedParents)
                    else (subject_of(each), image.name)
                )
            ),
            image.tier.value,
            image.windows,
        ]
        for each in DEFAULT
        for image in rows_of(each)
        if image.confidence is Confidence.RULE
        and each.confidence is Confidence.RECORDED
        and image.name not in {"werfault.exe", "werfaultsecure.exe", "wermgr.exe"}
    ]
    return (
        f"Whole relations of the default that rest on rules: {', '.join(names)}.\n\n"
        "Single rows that do, in relations that do not (crash handlers left out):\n\n"
        + table(["Relation of", "Pair", "Tier", "Windows"], rows)
    )


ON_RECORDED = """\
## On recorded events

Counted, not typed (`docs/recorded_figures.py`), on {creations:,} process creations of {data_sets}
public data sets, of which this repository holds none. {attacks} of them are known to be an attack's
doing and to deviate in parent, place or form: {labelled} are labelled so by the collection, the others
were found by one of the tables and looked at one by one. What no table finds is not counted, so
*missed* is a lower bound.

"""

ON_PACKS = """\
What is off by default would find this beside it. A row that was recorded during an attack is not always the
attack's own.

"""


def recorded_section() -> str:
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    tables = [
        [name, str(each["found"]), str(each["missed"]), str(each["false"])]
        for name, each in figures["tables"].items()
    ]
    reasons = [[code(name), str(count)] for name, count in figures["reasons"].items()]
    severities = ", ".join(f"{count} {name}" for name, count in figures["severities"].items())
    packs = [
        [
            code(name),
            *(str(each[key]) for key in ("more", "known attacks", "in attack recordings", "elsewhere")),
        ]
        for name, each in figures["packs"].items()
    ]
    heads = ["Pack", "Findings more", "Known attacks", "Others during attacks", "Elsewhere"]
    return (
        ON_RECORDED.format(
            data_sets=figures["data sets"],
            **{key: figures[key] for key in ("creations", "attacks", "labelled")},
        )
        + table(["Table", "Found", "Missed", "False"], tables)
        + f"\nThe default's findings by reason (one finding may have several), {severities}:\n\n"
        + table(["Reason", "Findings"], reasons)
        + f"\n{ON_PACKS}"
        + table(heads, packs)
    )


KNOWN_TO_BE_WRONG = """\
## What the default is known to find wrongly

None of it was recorded; rules and their maintainers tell of it. Allow or exclude what you have.

"""

WRONGLY: tuple[tuple[str, str], ...] = (
    ("children of `winlogon.exe`", "credential providers, other vendors' screen savers: low, unless a shell"),
    ("children of `spoolsv.exe`", "tools of printer drivers: low, unless a shell; packs for the usual ones"),
    ("children of `taskhostw.exe`", "tasks that are libraries and start programs: low, unless a shell"),
    (
        "arguments of `rundll32.exe`",
        "a bare one under updaters in `AppData` and under Edge (Sigma leaves these out)",
    ),
    ("`WerFaultSecure.exe`", "protected products of other vendors that crash; debuggers"),
    (
        "children of `WerFault.exe`",
        "a debugger or monitor that is a shell script, or lies in a public directory",
    ),
    ("children of `services.exe`", "services that run a script; installers that run a service from Temp"),
    (
        "children of childless services",
        "hooks of other vendors in those hosts; scanners are left out (`imgsvc`)",
    ),
    (
        "places of Windows' programs",
        "portable collections of tools that bring copies along; restored backups",
    ),
    ("service groups", "none known; hosts that share services name none, and are accepted"),
)
"""What the default may find wrongly, by what it watches."""


ON_KINDS = """\
## Kinds of programs

How much a wrong child matters depends on what kind of program it is. The kinds in bold run what they are
told, so they are at least high as a child that its parent never starts. Other kinds go by the directory:
what lies where users can write, on the network, in Program Files, or in Windows' own directories.

"""


def kind_table() -> str:
    rows = [
        [
            f"**{each.kind.value}**" if each.kind in DANGEROUS else each.kind.value,
            codes(tuple(sorted(each.names))),
            escaped(each.source),
        ]
        for each in PROGRAMS
    ]
    return table(["Kind", "Programs", "Source"], rows)


def exclusion_table() -> str:
    rows = [
        [
            code(product),
            "; ".join(
                f"{field} {code(str(value))}"
                for field in ("child", "parent", "child_path", "parent_path", "signer")
                if (value := getattr(exclusion, field)) is not None
            ),
            escaped(exclusion.reason),
        ]
        for product, exclusions in catalog.VENDOR_EXCLUSIONS.items()
        for exclusion in exclusions
    ]
    return table(["Product", "Excludes", "Reason"], rows)


def vendor_table(sources: Sources) -> str:
    rows: list[list[str]] = []
    for relation in VENDOR_RELATIONS:
        for image in rows_of(relation):
            subject = subject_of(relation)
            pair = (image.name, subject) if isinstance(relation, ExpectedParents) else (subject, image.name)
            rows.append(
                [
                    code(image.pack),
                    " starts ".join(code(catalog.spelled(name)) for name in pair),
                    image.confidence.value,
                    only(relation, image),
                    escaped(image.why),
                    sources.cite(image.sources),
                ]
            )
    return table(["Pack", "Pair", "Confidence", "Only", "Why", "Sources"], sorted(rows))


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


def probe_table() -> str:
    tables = {"this catalog": ours, **TABLES}
    rows: list[list[str]] = []
    for what, creation, is_finding in PROBES:
        cells = [
            "yes" if says(creation) is is_finding else "misses it" if is_finding else "false finding"
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


def attack_table() -> str:
    rows: list[list[str]] = []
    for reason in Reason:
        found = attack.techniques((reason,))
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
Of the watched names {number} are protected: {shown}, a letter of another alphabet, an invisible character
or a turned reading direction is a finding of its own. Short names are near many honest ones, so `smss.exe`
is protected against doubled and swapped letters alone, `dwm.exe` and `lsm.exe` against no slip at all. In
the public telemetry on which the catalog is tested one distinct image name is reported: `WSASS.exe`, which
is a dumper of `lsass.exe`, so no false finding.
"""


def lookalike_section() -> str:
    protected = catalog.DEFAULT_RELATIONS.compiled.protected_names
    examples = ("scvhost.exe", "lsasss.exe", "csmss.exe", "svch0st.exe", "svchost.exe.exe", "svchost .exe")
    shown = ", ".join(f"`{name}` ({catalog.spelled(imitated(name, protected) or '')})" for name in examples)
    return LOOKALIKES.format(number=len(protected), shown=shown)


ON_CHILDREN = """\
## What a parent starts

An image that is watched itself is evaluated by its own parents; these lists decide for all others.

"""

ON_LAUNCHES = """\
## Images watched by their place and arguments alone

These have many parents. Beside the directories given, each may be run by an upgrade or by servicing:
{setup}. Of `SoftwareDistribution` only `Download` holds programs. Not here is what other vendors ship under
the same name, or what people copy about. Where *own name* says yes, the version resource must name the
image, if it is known.

"""

ON_OPTIONAL_CHILDREN = """\
## Off by default: what other parents start

`catalog.OPTIONAL_CHILDREN`: few children, but not certainly all of them.

"""

ON_OPTIONAL_PACKS = """\
## Off by default: packs

`catalog.OPTIONAL_PACKS[name]`: no invariants of Windows. `wmi` and `exposed-services` find much where the
machine is managed through WMI, or a database runs commands.

"""

ON_VENDORS = """\
## Vendor packs

`DEFAULT_RELATIONS | catalog.vendor("sophos")` joins one, `registry.without_pack("sophos")` takes it out
again; `catalog.VENDORS` names them all. None is part of the default. Each row pins a directory, by the
source where it names one. Rows of the optional lists above that name a vendor carry its pack as well. The
pack `unexplained` holds pairs that one product lets pass and nobody explains; `teams`, `edge-update` and
`onedrive` look like reused process ids.

"""

ON_EXCLUSIONS = """\
Products that are known by who signed them, or by a path of their own under a name of Windows', have
exclusions (`catalog.VENDOR_EXCLUSIONS`). Of Teramind's `dwm.exe`, and of the `svchost.exe` that SyncFuture
and Code Systems sign, only the signer is published: an exclusion of those needs the path on your machines.

"""

ON_OTHERS = """\
## Beside other tables

Computed, not typed: each table is a function over the same creations (`docs/published_tables.py` says which
rules it stands for). What a table should say is this catalog's opinion, given above with its reasons.

"""


def render() -> str:
    """Return the page."""
    sources = Sources()
    default = catalog.DEFAULT_RELATIONS
    watched = (
        f"The default watches {len(default)} images as children, {len(default.expected_children)} as parents,"
        f" and {len(default.expected_launches)} by their place and arguments alone"
    )
    packs = "".join(
        f"**Pack `{name}`**\n\n" + "".join(relation_section(each, sources) for each in registry.relations)
        for name, registry in catalog.OPTIONAL_PACKS.items()
    )
    creations = json.loads(FIGURES.read_text(encoding="utf-8"))["creations"]
    parts = [
        INTRODUCTION,
        f"\n{watched}.\n\n{overview()}\n",
        HOW_IT_IS_READ,
        "\n",
        ON_CONFIDENCE.format(creations=creations, newest=NEWEST),
        confidence_table(),
        f"\n{rests_on_rules()}\n",
        recorded_section(),
        f"\n{KNOWN_TO_BE_WRONG}",
        table(["Watched", "Found wrongly"], [list(each) for each in WRONGLY]),
        "\n## What starts each image\n\n",
        *(relation_section(each, sources) for each in WATCHED),
        ON_CHILDREN,
        *(relation_section(each, sources) for each in CHILDREN),
        ON_LAUNCHES.format(setup=codes(SETUP)),
        launch_table(sources),
        f"\n{ON_OPTIONAL_CHILDREN}",
        *(relation_section(each, sources) for each in OPTIONAL),
        ON_OPTIONAL_PACKS,
        packs,
        ON_VENDORS,
        vendor_table(sources),
        f"\n{ON_EXCLUSIONS}",
        exclusion_table(),
        f"\n{ON_KINDS}",
        kind_table(),
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
