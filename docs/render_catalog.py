"""Write the pages of docs/catalog from the catalog's data: `python docs/render_catalog.py`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import attrs

sys.path.insert(0, str(Path(__file__).parent))

from catalog_comparison import COMPARISON, comparison_table, dispute_table, image_table
from catalog_evidence import evidence
from catalog_families import FAMILIES, Family
from catalog_tables import (
    Sources,
    code,
    codes,
    escaped,
    exclusion_table,
    launch_table,
    relation_part,
    rows_of,
    subject_of,
    table,
    vendor_table,
)

from parentchild import catalog
from parentchild.catalog.boot import XP
from parentchild.catalog.directories import SETUP
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.findings import attack
from parentchild.relations.evaluation import Reason
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
    Tier,
)
from parentchild.windows.lookalikes import imitated
from parentchild.windows.programs import DANGEROUS, PROGRAMS

FOLDER = Path(__file__).with_name("catalog")
HANDLERS = {"werfault.exe", "werfaultsecure.exe", "wermgr.exe"}
"""What nearly every parent may start when it crashes; the table of all images names them as one."""

INDEX = """\
# The catalog

What Windows does, as data: which parent starts which process, from where and with which arguments, and which
children a parent starts. [All images](#all-images) are in one table, with a search box.
`docs/render_catalog.py` writes these pages from that data, and a test compares them.

The default holds for Windows 10, 11 and Server 2016 and later. It also accepts what Windows 7 to 8.1 and
their servers do. It holds facts about Windows alone. What one vendor's product does is in a [pack](packs.md)
of its own, off until you join it: a name that a product excuses excuses an attacker too, wherever the product
is not installed.

```python
from parentchild import DEFAULT_RELATIONS

print(DEFAULT_RELATIONS.explain("svchost.exe", "cmd.exe").sentence)
```

```text
cmd.exe started svchost.exe; expected services.exe. Possible masquerading (T1036.005) or process hollowing: check the child's path and signature.
```

## Families

{families}
## About the data

- [How a row is read](reading.md): tiers, conditions, places, arguments
- [Evidence](evidence.md): what each row rests on, what the catalog finds on recorded events, known false
  findings
- [Packs](packs.md): what is off by default, and what vendors' products do
- [Kinds of programs and look-alikes](kinds.md): what raises a finding's severity, and which names are
  protected
- [Beside other tables](comparison.md): where published tables disagree, and how that was decided
- [The published detection](detection.md): 0xFF-0080, its versions, and ATT&CK by reason

To change what is expected in your environment, see [tune](../how-to/tune.md). To propose a row, see "Add a
relation" in CONTRIBUTING.md.

## All images

The default watches {parents} images by their parents, {children} by their children, and {launches} by their
place and arguments alone. Brackets give the tier of a parent or child, where that is not *core*; *vendor: …*
names the pack to join, *optional* what is off by default. *Crash handlers* are `WerFault.exe`,
`WerFaultSecure.exe` and `wermgr.exe`.

{table}
```{{toctree}}
:hidden:

{pages}
```
"""  # noqa: E501 - what the example prints

LEGEND = """\
*Tier*: core is Windows' design, known-benign was seen on clean machines, vendor is one product's doing.
*Confidence*: recorded events or Microsoft's word, or published rules alone. *Only*: the conditions under
which a row counts. More: [how a row is read](reading.md); [all images](index.md#all-images).
"""

READING = """\
# How a row is read

- **Tier.** *core*: by Windows' own design. *known-benign*: seen on clean machines and understood. *vendor*:
  the doing of one product.
- **Confidence.** *recorded*: recorded events, or Microsoft's own documentation. *rule*: published detection
  rules alone, which may be wrong together.
- **Only.** The conditions under which a row counts. Most sources name no path or no signer, so an absent one
  fails no condition. An absent command line does, since such an exception rests on nothing else. An absent
  command line of a service host fails no condition on its service group.
- **Places.** Where the image must lie if its path is known. A watched image elsewhere is a finding
  (`misplaced-image`), and so is an expected parent elsewhere (`misplaced-parent`). `C:` stands for the drive
  of Windows, `*` for any text in one directory's name, a last `**` for anything below.
- **Places of setup.** An image that is watched by its place alone may also be run by an upgrade or by
  servicing, from {setup}. Of `SoftwareDistribution` only `Download` holds programs.
- **Arguments.** If the command line is known, one of these shapes must be in it; else the start is a finding
  (`unexpected-arguments`). They are compared argument by argument: `^` means right after the program, `*` any
  text in one argument. A row may say that its parent needs none of them.
- **Own name.** *yes*: the version resource must name this image, if it is known; else the start is a finding
  (`renamed-image`).
- **Service groups.** `DcomLaunch` is any service of that group, `netsvcs:Appinfo` one service of it. A host
  that names no service is accepted, since several services may share it.
- **Open parents.** *anything but kinds* and *nothing from* say what a parent does not start; its list then
  holds the exceptions. For a parent with a list alone, a shell, script host or living-off-the-land binary as
  a child is at least high, whatever the relation's own severity is.
- **Children that are watched themselves** are evaluated by their own parents. A list of children decides for
  all others.
- **Copies.** Only `smss.exe` is expected as its own parent by name. `svchost.exe` (from System32 to SysWOW64)
  and `sihost.exe` are, when both paths are known. Any other copy with the same path, account and command line
  is listed apart (`self-copy`). A copy of `lsass.exe` or of the boot chain is always a full mismatch.
- **Protected.** A name that is nearly this one is a finding of its own (`lookalike`).
- **Names that Windows gave up** (`lsm.exe`, `taskhost.exe`, `taskhostex.exe`) stay watched on later releases.
  Once the release is known, they have no expected parent there.
"""

LAUNCHES = """\
## Watched by place and arguments alone

Many programs start these. Each may also be run by an upgrade or by servicing, from the places of setup
([how a row is read](reading.md)).

"""

PACKS = """\
# Packs

Nothing on this page is part of the default. Join what fits your environment, and take it out again by its
name.

```python
from parentchild import DEFAULT_RELATIONS, catalog

registry = DEFAULT_RELATIONS | catalog.vendor("absolute")
print(registry.verdict("svchost.exe", "rpcnet.exe").value)
print(registry.without_pack("absolute") == DEFAULT_RELATIONS)
wider = DEFAULT_RELATIONS | catalog.OPTIONAL_CHILDREN | catalog.OPTIONAL_PACKS["exposed-services"]
print(wider.verdict("cmd.exe", "w3wp.exe").value)
```

```text
expected
True
mismatch
```

## Optional packs

`OPTIONAL_CHILDREN` holds parents whose children are few, but not certainly all of them. The packs in
`OPTIONAL_PACKS` are no invariants of Windows. `wmi` and `exposed-services` find much where machines are
managed through WMI, or where a database runs commands.

"""

ON_VENDORS = """\
## Vendor packs

`catalog.VENDORS` names them all. A row has the directory of the image where its source names one. Rows of
optional packs that name a vendor carry its pack as well. The pack `unexplained` holds pairs that one product
accepts and nobody explains. The pairs of `teams`, `edge-update` and `onedrive` look like reused process ids.

"""

ON_EXCLUSIONS = """\
## Vendor exclusions

Products that are known only by their signer, or by a path of their own under the name of a Windows program,
have exclusions instead. Of Teramind's `dwm.exe`, and of the `svchost.exe` that SyncFuture and Code Systems
sign, only the signer is published. An exclusion of those needs the path on your machines.

```python
print(catalog.VENDOR_EXCLUSIONS["lepide"][0].signer)
```

```text
LEPIDE SOFTWARE PRIVATE LIMITED
```

"""

KINDS = """\
# Kinds of programs and look-alikes

## Kinds of programs

How severe a wrong child or parent is depends on what kind of program it is. The kinds in bold run what they
are told. As a child that its parent never starts, such a program is at least high. Other kinds go by the
directory: where users can write, on the network, in Program Files, or in Windows' own directories.

"""

LOOKALIKES = """\
## Look-alikes

{number} of the watched names are protected. {shown}: each is a finding of its own. So is a name with a letter
of another alphabet, an invisible character or a turned reading direction. Short names are near many honest
ones. `smss.exe` is therefore protected only against doubled and swapped letters, and `dwm.exe` and `lsm.exe`
against no typing error at all. Of all other names that a relation is about (`explorer.exe`, `conhost.exe`,
`powershell.exe`, `System`), what looks the same is a finding too (`exp1orer.exe`, a Cyrillic letter), and
typing errors are not, since many programs are honestly called nearly so. In the public telemetry on which the
catalog is tested, one distinct image name is reported: `WSASS.exe`, which dumps `lsass.exe`,
so it is no false finding.
"""

ON_DISPUTES = """\
# Beside other tables

## Where tables disagree

A test holds each decision.

"""

ON_ATTACK = """\
## ATT&CK by reason

Names as in the newest version that the library knows, and in v16.1, with which the published detection is
tagged.

"""


@attrs.frozen
class Place:
    """One relation of an image, what the page calls it, and its mark where the default does not hold it."""

    label: str
    relation: Relation
    mark: str = ""


def label_of(relation: Relation) -> str:
    return "Starts" if isinstance(relation, ExpectedChildren) else "Started by"


def places() -> list[Place]:
    """Return every relation that is not a vendor's, in the order in which a page shows those of an image."""
    found = [
        Place(label_of(each), each)
        for each in catalog.DEFAULT_RELATIONS.relations
        if not isinstance(each, ExpectedLaunch)
    ]
    found += [
        Place('Started by, on Windows XP (`catalog.for_windows("xp")`)', each, "Windows XP") for each in XP
    ]
    packs = {
        "catalog.OPTIONAL_CHILDREN": catalog.OPTIONAL_CHILDREN,
        **{f'catalog.OPTIONAL_PACKS["{name}"]': pack for name, pack in catalog.OPTIONAL_PACKS.items()},
    }
    for name, pack in packs.items():
        found += [
            Place(f"{label_of(each)}, off by default (`{name}`)", each, "optional") for each in pack.relations
        ]
    return found


def launches() -> dict[str, ExpectedLaunch]:
    """Return the images that are watched by their place and arguments alone."""
    return {
        each.image: each for each in catalog.DEFAULT_RELATIONS.relations if isinstance(each, ExpectedLaunch)
    }


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as GitHub and MyST make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def family_page(family: Family) -> str:
    """Return the page of a family: a section an image, then those that are watched by their place alone."""
    sources = Sources()
    parts = [f"# {family.title}\n\n{family.about}\n\n{LEGEND}\n"]
    for name in family.images:
        own = [place for place in places() if subject_of(place.relation) == name]
        if own:
            parts.append(f"## {catalog.spelled(name)}\n\n")
            parts += [relation_part(place.label, place.relation, sources) for place in own]
            parts.append(vendors_line(name))
    alone = [relation for name, relation in launches().items() if name in family.images]
    if alone:
        alone.sort(key=lambda each: catalog.spelled(each.image).lower())
        parts.append(f"{LAUNCHES}{launch_table(alone, sources)}\n")
    return "".join((*parts, sources.section()))


def vendors_line(name: str) -> str:
    packs = sorted(
        {image.pack for each in VENDOR_RELATIONS if subject_of(each) == name for image in rows_of(each)}
    )
    shown = ", ".join(f"[`{pack}`](packs.md#vendor-packs)" for pack in packs)
    return f"**Vendor packs about it:** {shown}.\n\n" if packs else ""


def marked(image: ExpectedImage, mark: str) -> str:
    """Return a name with what is to be known of it: its tier, where not core, and where it is expected."""
    tier = {Tier.CORE: "", Tier.VENDOR: f"vendor: {image.pack}"}.get(image.tier, image.tier.value)
    marks = ", ".join(filter(None, (tier, mark)))
    return code(catalog.spelled(image.name)) + (f" ({marks})" if marks else "")


def children_of(lists: list[tuple[ExpectedChildren, str]]) -> str:
    """Return what the lists of a parent expect, in words."""
    images = [(image, mark) for each, mark in lists for image in each.children]
    shown = [marked(image, mark) for image, mark in images if image.name not in HANDLERS]
    if any(image.name in HANDLERS for image, _ in images):
        shown.append("crash handlers")
    if any(each.is_open for each, _ in lists):
        shown.append("any but some kinds")
    text = ", ".join(dict.fromkeys(shown)) or ("none" if lists else "")
    return f"of some services: {text}" if any(each.services for each, _ in lists) else text


def index_row(family: Family, name: str) -> list[str]:
    """Return the line of an image in the table of all images."""
    own = [place for place in places() if subject_of(place.relation) == name]
    launch = launches().get(name)
    relations = [(place.relation, place.mark) for place in own]
    relations += [(each, "") for each in VENDOR_RELATIONS if subject_of(each) == name]
    parents = [
        marked(image, mark)
        for each, mark in relations
        if isinstance(each, ExpectedParents)
        for image in each.parents
    ]
    lists = [(each, mark) for each, mark in relations if isinstance(each, ExpectedChildren)]
    default = [place.relation for place in own if not place.mark] + ([launch] if launch else [])
    watched = [
        how
        for how, kind in (
            ("parents", ExpectedParents),
            ("children", ExpectedChildren),
            ("place" if launch and not launch.arguments else "place and arguments", ExpectedLaunch),
        )
        if any(isinstance(each, kind) for each in default)
    ]
    weight = max(each.severity for each in (default or [each for each, _ in relations]))
    heading = catalog.spelled(name) if own else "Watched by place and arguments alone"
    return [
        f"[`{catalog.spelled(name)}`]({family.slug}.md#{anchor(heading)})",
        ", ".join(watched) or "off by default",
        ", ".join(dict.fromkeys(parents)),
        children_of(lists),
        weight.label,
        f"[{family.slug.replace('-', ' ')}]({family.slug}.md)",
    ]


def index_page(slugs: list[str]) -> str:
    """Return the page of all families and images."""
    default = catalog.DEFAULT_RELATIONS
    rows = [index_row(family, name) for family in FAMILIES for name in family.images]
    rows.sort(key=lambda row: row[0].lower())
    return INDEX.format(
        families="".join(f"- [{each.title}]({each.slug}.md): {each.about}\n" for each in FAMILIES),
        parents=len(default),
        children=len(default.expected_children),
        launches=len(default.expected_launches),
        table=table(
            ["Image", "Watched by", "Expected parents", "Expected children", "Severity", "Family"], rows
        ),
        pages="\n".join(slugs),
    )


def packs_page() -> str:
    """Return the page of what is off by default."""
    sources = Sources()
    family = {name: each.slug for each in FAMILIES for name in each.images}
    packs = {
        "catalog.OPTIONAL_CHILDREN": catalog.OPTIONAL_CHILDREN,
        **{f'catalog.OPTIONAL_PACKS["{name}"]': pack for name, pack in catalog.OPTIONAL_PACKS.items()},
    }
    rows = [
        [
            code(name),
            ", ".join(
                f"[`{shown}`]({family[subject_of(each)]}.md#{anchor(shown)})"
                + (" starts" if isinstance(each, ExpectedChildren) else "")
                for each in pack.relations
                for shown in (catalog.spelled(subject_of(each)),)
            ),
        ]
        for name, pack in packs.items()
    ]
    vendors = vendor_table(sources)
    return (
        f"{PACKS}{table(['Pack', 'Relations'], rows)}\n{ON_VENDORS}{vendors}\n{ON_EXCLUSIONS}"
        f"{exclusion_table()}\n{sources.section()}"
    )


def kinds_page() -> str:
    """Return the page of the kinds of programs, and of protected names."""
    rows = [
        [
            f"**{each.kind.value}**" if each.kind in DANGEROUS else each.kind.value,
            codes(tuple(sorted(each.names))),
            escaped(each.source),
        ]
        for each in PROGRAMS
    ]
    protected = catalog.DEFAULT_RELATIONS.compiled.protected_names
    examples = ("scvhost.exe", "lsasss.exe", "csmss.exe", "svch0st.exe", "svchost.exe.exe", "svchost .exe")
    shown = ", ".join(f"`{name}` ({catalog.spelled(imitated(name, protected) or '')})" for name in examples)
    lookalikes = LOOKALIKES.format(number=len(protected), shown=shown)
    return f"{KINDS}{table(['Kind', 'Programs', 'Source'], rows)}\n{lookalikes}"


def comparison_page() -> str:
    """Return the page of disagreements between tables."""
    sources = Sources()
    return (
        f"{ON_DISPUTES}{dispute_table(sources)}\n{COMPARISON}{comparison_table()}"
        "\nImage by image: where a table watches an image, how its parents differ from the default's.\n\n"
        f"{image_table()}\n{sources.section()}"
    )


def attack_table() -> str:
    rows: list[list[str]] = []
    for reason in Reason:
        found = attack.techniques((reason,))
        rows.append(
            [
                f"[`{reason.value}`](../reasons/{reason.value}.md)",
                ", ".join(f"[{each.id}]({each.url}) {each.name}" for each in found) or "none",
                ", ".join(dict.fromkeys(tactic.name for each in found for tactic in each.tactics)),
                ", ".join(dict.fromkeys(each.name_in("16.1") for each in found)),
            ]
        )
    return table(["Reason", "Techniques", "Tactics", "Names in v16.1"], rows)


def detection_page() -> str:
    """Return the page of the published detection."""
    detection = catalog.DETECTION
    tags = ", ".join(
        f"{each.id} {each.name} (as tagged: {each.name_in('16.1')})" for each in detection.attack
    )
    fitting = ", ".join(f"{each.id} {each.name}" for each in detection.fitting_attack)
    data = "; ".join(
        f"{each.provider} {each.event} ({each.attack_data_source}: {each.attack_data_component})"
        for each in detection.data_sources
    )
    rows = [
        ["Id", code(detection.id)],
        ["Title", detection.title],
        ["Systems", ", ".join(detection.systems)],
        ["False positives", detection.false_positive_rate],
        ["ATT&CK, as published", tags],
        ["ATT&CK, what fits", fitting],
        ["Data", data],
    ]
    lists = "".join(
        f"## {title}\n\n" + "".join(f"- {escaped(item)}\n" for item in items) + "\n"
        for title, items in (
            ("Considerations", detection.considerations),
            ("What else it finds", detection.false_positives),
            ("What to do about a finding", detection.response_actions),
            ("What it cannot see", detection.blind_spots),
            ("Further reading", detection.references),
        )
    )
    versions = table(
        ["Version", "Date", "Impact", "Notes"],
        [[each.number, each.date, each.impact, each.notes] for each in detection.versions],
    )
    return (
        f"# The published detection\n\n{detection.description}\n\n{detection.attack_description}\n\n"
        f"{table(['', ''], rows)}\n{lists}## Versions\n\n{versions}\n{ON_ATTACK}{attack_table()}"
    )


def render() -> dict[str, str]:
    """Return each page by the name of its file."""
    pages = {each.slug: family_page(each) for each in FAMILIES}
    pages |= {
        "reading": READING.format(setup=codes(SETUP)),
        "evidence": evidence(),
        "packs": packs_page(),
        "kinds": kinds_page(),
        "comparison": comparison_page(),
        "detection": detection_page(),
    }
    pages["index"] = index_page(list(pages))
    return {f"{slug}.md": page for slug, page in pages.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    pages = render()
    for stale in set(FOLDER.glob("*.md")) - {FOLDER / name for name in pages}:
        stale.unlink()
    for name, page in pages.items():
        (FOLDER / name).write_text(page, encoding="utf-8")
