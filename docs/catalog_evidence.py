"""What the catalog's rows rest on, and what the catalog finds on recorded events."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from catalog_tables import code, rows_of, subject_of, table

from parentchild import catalog
from parentchild.catalog.boot import BOOT, MINIMAL
from parentchild.catalog.children import CHILDREN
from parentchild.catalog.com_servers import COM_SERVERS
from parentchild.catalog.launches import LAUNCHES
from parentchild.catalog.optional_children import OPTIONAL
from parentchild.catalog.services import SERVICES
from parentchild.catalog.session import SESSION
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.relations.relation import Confidence, ExpectedChildren, ExpectedParents, Relation

FIGURES = Path(__file__).with_name("recorded_figures.json")
WATCHED = (*BOOT, *SESSION, *SERVICES, *COM_SERVERS, *MINIMAL)
DEFAULT: tuple[Relation, ...] = (*WATCHED, *CHILDREN, *LAUNCHES)

ON_CONFIDENCE = """\
# Evidence

## What the rows rest on

A row is *recorded* if one of its sources shows events, counts them, or is Microsoft's own word. It is *rule*
if only published rules and tables have it. The relations hold from Windows 7 to 11 25H2 and from Server 2008
R2 to 2025. Of {creations:,} recorded creations most are of Windows 10 and Server 2016 and 2019.

For Windows 11 and Server 2025 there are few recordings. What only those releases do rests on rules: no
recording shows `ShellHost.exe`, `HotPatch` or the update stack's own directory.

"""


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

`docs/recorded_figures.py` counted these on {creations:,} process creations of {data_sets} public data sets,
of which this repository holds none. {attacks} creations are known to be an attack's doing and to deviate in
parent, place or form. The collections label {labelled} of them; the others were found by one of the tables
and looked at one by one. What no table finds is not counted, so *missed* is a lower bound.

"""

ON_PACKS = """\
A pack that is off by default would find these as well. What was recorded during an attack is not always the
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
    heads = ["Pack", "More findings", "Known attacks", "Others during attacks", "Elsewhere"]
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

None of it was recorded: rules and their maintainers report it. Allow or exclude what you have.

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
        "portable collections of tools with copies of them; restored backups",
    ),
    ("service groups", "none known; hosts that share services name none, and are accepted"),
)
"""What the default may find wrongly, by what it watches."""


def evidence() -> str:
    """Return the page."""
    creations = json.loads(FIGURES.read_text(encoding="utf-8"))["creations"]
    wrongly = table(["Watched", "Found wrongly"], [list(each) for each in WRONGLY])
    return (
        f"{ON_CONFIDENCE.format(creations=creations)}{confidence_table()}\n{rests_on_rules()}\n"
        f"{recorded_section()}\n{KNOWN_TO_BE_WRONG}{wrongly}"
    )
