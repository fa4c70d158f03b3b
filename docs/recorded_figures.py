"""Count what the catalog and other tables find on recorded events: `python docs/recorded_figures.py`.

The events are not part of this repository. They lie beside it, in `../shared/data`; what was counted there is
kept in recorded_figures.json, from which docs/catalog/evidence.md is rendered.
"""

from __future__ import annotations

import gzip
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

sys.path.insert(0, str(Path(__file__).parent))

from published_tables import TABLES, Creation

from parentchild import catalog, telemetry
from parentchild.events import Process, ProcessCreated
from parentchild.relations.evaluation import Evaluation, Verdict, evaluate, name_of
from parentchild.windows.names import image_name

if TYPE_CHECKING:
    from parentchild.relations.registry import RelationRegistry

DATA = Path(__file__).parents[2] / "shared" / "data"
FIGURES = Path(__file__).with_name("recorded_figures.json")

Key: TypeAlias = tuple[str, int]
"""A file of recorded events without its ending, and the number of a line."""

BEYOND_THE_LABELS: dict[Key, str] = {
    ("deepbluecli__sysmon-evtx", 21): "Metasploit's service that runs a shell",
    ("deepbluecli__sysmon-evtx", 30): "Metasploit's shell out of winlogon.exe",
    ("evtx-attack-samples__sysmon-evtx", 21): "a bare rundll32.exe that winword.exe injects into",
    ("evtx-attack-samples__sysmon-evtx", 169): "code injected into conhost.exe",
    ("evtx-attack-samples__sysmon-evtx", 198): "a bare rundll32.exe under an injected notepad.exe",
    ("evtx-attack-samples__sysmon-evtx", 275): "a monitor of silent process exit",
    ("evtx-attack-samples__sysmon-evtx", 280): "a monitor of silent process exit",
    ("evtx-attack-samples__sysmon-evtx", 288): "cmd.exe under smss.exe, from BootExecute",
    ("evtx-attack-samples__sysmon-evtx", 298): "SMBGhost: cmd.exe as SYSTEM from winlogon.exe",
    ("evtx-attack-samples__sysmon-evtx", 319): "a shell of a hijacked WerFault.exe",
    ("evtx-attack-samples__sysmon-evtx", 321): "a shell of a hijacked WerFault.exe",
    ("evtx-attack-samples__sysmon-evtx", 362): "UACMe's proxy, dropped as [1]consent.exe",
    ("evtx-attack-samples__sysmon-evtx", 369): "a service that runs a shell",
    ("evtx-attack-samples__sysmon-evtx", 376): "a file written by the spooler: cmd.exe as SYSTEM",
    ("evtx-attack-samples__sysmon-evtx", 432): "a service path without quotes, abused",
    ("evtx-attack-samples__sysmon-evtx", 465): "a copy of mmc.exe in a directory of a user",
    ("evtx-attack-samples__sysmon-evtx", 477): "WinPwnage's cmd.exe under lsass.exe",
    ("evtx-to-mitre__security-evtx", 18): "a service that runs a command (smbexec)",
    ("evtx-to-mitre__security-evtx", 21): "a service that runs PowerShell",
    ("evtx-to-mitre__security-evtx", 254): "the spooler exploited (PrintNightmare)",
    ("evtx-to-mitre__security-evtx", 1027): "a cmd.exe that PsExec copied to the Windows directory",
    ("evtx-to-mitre__sysmon-evtx", 3): "the spooler exploited (PrintNightmare)",
    ("mordor__security-flat", 284): "code injected into notepad.exe",
    ("mordor__security-flat", 420): "a service that runs a command (named pipe impersonation)",
    ("mordor__security-flat", 449): "a service that runs PowerShell",
    ("mordor__security-nxlog", 426): "a service that runs PowerShell",
    ("mordor__security-nxlog", 465): "a service that runs PowerShell",
    ("mordor__security-flat", 517): "a service that runs a library of the user's (getsystem)",
    ("mordor__sysmon-flat", 341): "code injected into notepad.exe",
    ("mordor__sysmon-flat", 480): "a service that runs a command (named pipe impersonation)",
    ("mordor__sysmon-flat", 509): "a service that runs PowerShell",
    ("mordor__sysmon-flat", 576): "a service that runs a library of the user's (getsystem)",
    ("mordor__sysmon-flat", 588): "a dump of lsass.exe out of a service that starts nothing",
    ("mordor__sysmon-flat", 591): "a shell out of a service that starts nothing",
    ("mordor__sysmon-nxlog", 581): "a service that runs PowerShell",
    ("mordor__sysmon-nxlog", 608): "a service that runs PowerShell",
    ("mordor__sysmon-winlogbeat6", 37): "IKEEXT hijacked: a user is added",
    ("mstic-small__security-loganalytics", 1): "a simulation: regsvr32.exe from W!ndows",
    ("mstic-small__security-loganalytics", 6): "a simulation: rundll32.exe from W!ndows",
    ("mstic-small__security-loganalytics", 15): "a simulation: reg.exe from W!ndows",
    ("sigma-regression__sysmon-evtx", 29): "a test of a rule: WSASS.exe, a dumper named after lsass.exe",
    ("sigma-regression__sysmon-evtx", 49): "a test of a rule: EDR-Freeze",
    ("xp-rules-sec__security-xmljson", 12): "a service that runs a command (smbexec)",
    ("xp-rules-sec__security-xmljson", 14): "a changed Shell value of Winlogon",
    ("xp-rules-sec__security-xmljson", 16): "a service path without quotes, abused",
    ("xp-rules-sec__sysmon-xmljson", 18): "a service that runs a command (smbexec)",
    ("xp-rules-sec__sysmon-xmljson", 20): "a service path without quotes, abused",
}
"""Attacks on rows without a label, since the labels ask for expected parents of some images alone."""

ATTACKS = {"true_positive", "lab_simulation"}


class Row(NamedTuple):
    """One recorded process creation."""

    key: Key
    event: ProcessCreated


def has_data() -> bool:
    """Tell whether the recorded events lie beside the repository."""
    return (DATA / "labels.json").exists()


@cache
def creations() -> tuple[Row, ...]:
    """Return all recorded process creations, in the order of files and lines."""
    found: list[Row] = []
    for path in sorted(DATA.glob("*.jsonl.gz")):
        if path.name.startswith("expected"):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                event = telemetry.read(json.loads(line))
                if isinstance(event, ProcessCreated):
                    found.append(Row((path.name.removesuffix(".jsonl.gz"), number), event))
    return tuple(found)


@cache
def labels() -> dict[Key, dict[str, str]]:
    """Return what the labels say of rows."""
    rows = cast("list[dict[str, object]]", json.loads((DATA / "labels.json").read_text("utf-8"))["labels"])
    return {(cast("str", row["file"]), cast("int", row["line"])): cast("dict[str, str]", row) for row in rows}


def attacks() -> set[Key]:
    """Return the rows that are known to be an attack's doing and deviate in parent, place or form."""
    labelled = {key for key, label in labels().items() if label["judgement"] in ATTACKS}
    return labelled | set(BEYOND_THE_LABELS)


@cache
def during_attacks() -> frozenset[str]:
    """Return the files that were recorded while somebody attacked or simulated attacks."""
    manifest = json.loads((DATA / "MANIFEST.json").read_text("utf-8"))
    return frozenset(
        each["file"].removesuffix(".jsonl.gz") for each in manifest["files"] if "attack" in each["lab"]
    )


def findings(registry: RelationRegistry) -> dict[Key, Evaluation]:
    """Return what a registry finds, by row."""
    found = {
        row.key: evaluate(registry.compiled, row.event.process, row.event.parent, row.event.creator)
        for row in creations()
    }
    return {key: evaluation for key, evaluation in found.items() if evaluation.verdict is Verdict.MISMATCH}


def as_creation(event: ProcessCreated) -> Creation:
    """Return an event as the published tables see it."""
    child, parent = event.process, event.parent or Process(None)
    return Creation(
        name_of(child),
        name_of(parent),
        child_path=child.path,
        parent_path=_whole_path(parent),
        command_line=child.command_line,
        parent_command_line=parent.command_line,
    )


def _whole_path(process: Process) -> str | None:
    """Return the path of an image; a sensor may tell its directory alone."""
    if process.path is None or image_name(process.path) == name_of(process):
        return process.path
    return f"{process.path}\\{process.name}"


def measure() -> dict[str, object]:
    """Return the figures that docs/catalog/evidence.md shows."""
    known = attacks()
    default = catalog.DEFAULT_RELATIONS
    by_default = findings(default)
    flagged = {"this catalog": set(by_default)}
    for name, says in TABLES.items():
        flagged[name] = {row.key for row in creations() if says(as_creation(row.event))}
    packs = {"children": catalog.OPTIONAL_CHILDREN, **catalog.OPTIONAL_PACKS}
    reasons: dict[str, int] = {}
    severities: dict[str, int] = {}
    for evaluation in by_default.values():
        severities[evaluation.severity.label] = severities.get(evaluation.severity.label, 0) + 1
        for reason in evaluation.reasons:
            reasons[reason.value] = reasons.get(reason.value, 0) + 1
    manifest = json.loads((DATA / "MANIFEST.json").read_text("utf-8"))
    return {
        "creations": len(creations()),
        "data sets": len({each["dataset"] for each in manifest["files"]}),
        "attacks": len(known),
        "labelled": len(known - set(BEYOND_THE_LABELS)),
        "tables": {
            name: {"found": len(keys & known), "missed": len(known - keys), "false": len(keys - known)}
            for name, keys in flagged.items()
        },
        "reasons": dict(sorted(reasons.items())),
        "severities": dict(sorted(severities.items())),
        "packs": {name: _of_pack(default | pack, set(by_default), known) for name, pack in packs.items()},
    }


def _of_pack(registry: RelationRegistry, by_default: set[Key], known: set[Key]) -> dict[str, int]:
    more = set(findings(registry)) - by_default
    return {
        "more": len(more),
        "known attacks": len(more & known),
        "in attack recordings": sum(key[0] in during_attacks() for key in more - known),
        "elsewhere": sum(key[0] not in during_attacks() for key in more - known),
    }


if __name__ == "__main__":
    FIGURES.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
