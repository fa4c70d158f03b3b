"""Rows that try every display: each reason, crash clones, unknown parents, and texts made to break out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import attrs

from parentchild import (
    Exclusion,
    Finding,
    Process,
    ProcessCreated,
    Reason,
    RemoteThreadCreated,
    Report,
    Severity,
)
from parentchild.detector import Detector
from parentchild.errors import shown
from parentchild.events import Event
from parentchild.findings.variants import Variant
from parentchild.hunting.rows import InvalidRow
from parentchild.hunting.stats import SourceCount, hunt_stats
from parentchild.telemetry import RowCounts

START = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
SYSTEM32 = r"C:\Windows\System32"
SCRIPT = "<script>document.body.innerHTML='owned'</script>"
BREAKERS = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "</code></td></table><h1>broken out",
    "line one\nline two\ttab\x1b[31mred\x00nul",
    "Ann\u202egepj.exe",
    "lone \ud800 surrogate",
    "$E = mc^2$ and $$x$$",
    "&lt;already&gt; &amp; escaped",
    "a" * 5000,
)


def created(
    child: str, parent: str | None, *, minute: int = 0, device: str = "ws-01", **more: object
) -> ProcessCreated:
    """Return a creation with pids and paths, as a good sensor gives it."""
    line = more.pop("command_line", None)
    path = more.pop("path", rf"{SYSTEM32}\{child}")
    assert line is None or isinstance(line, str)
    assert path is None or isinstance(path, str)
    process = Process(child, pid=4000 + minute, path=path, command_line=line)
    starter = None if parent is None else Process(parent, pid=900)
    return ProcessCreated(
        timestamp=START + timedelta(minutes=minute),
        device=device,
        process=process,
        parent=starter,
        record_id=minute,
        **more,  # type: ignore[arg-type]
    )


def events() -> list[Event]:
    """Return one event for each reason, then hostile ones."""
    grandparent = Process("userinit.exe", pid=2100)
    made: list[Event] = [
        created(
            "svchost.exe", "explorer.exe", minute=1, grandparent=grandparent, command_line="svchost.exe -k"
        ),
        created("svchost.exe", "explorer.exe", minute=9, device="ws-02", command_line="svchost.exe -k"),
        created("cmd.exe", "lsass.exe", minute=2),
        created(
            "svchost.exe", "services.exe", minute=3, path=r"C:\Users\alice\AppData\Local\Temp\svchost.exe"
        ),
        created("lsass.exe", "wininit.exe", minute=4, creator=Process("powershell.exe", pid=8004)),
        created("scvhost.exe", "services.exe", minute=5),
        created("sv\u0441host.exe", "cmd.exe", minute=6),
        created("lsass.exe", "lsass.exe", minute=7),
        ProcessCreated(
            timestamp=START + timedelta(minutes=8),
            device="ws-01",
            process=Process("svchost.exe", pid=4008, path=rf"{SYSTEM32}\svchost.exe"),
            parent=Process("services.exe", pid=77, path=r"C:\ProgramData\services.exe"),
        ),
        RemoteThreadCreated(
            timestamp=START + timedelta(minutes=10),
            device="ws-01",
            source=Process("WerFault.exe", path=rf"{SYSTEM32}\WerFault.exe"),
            target=Process("taskhostw.exe", pid=900),
        ),
        created("taskhostw.exe", "taskhostw.exe", minute=10),
        created("svchost.exe", None, minute=11),
        created("svchost.exe", "S-1-16-16384", minute=12),
        created("svchost.exe", "acme.exe", minute=13),
    ]
    made += [
        created("svchost.exe", f"{text[:200]}", minute=20 + number, device=text, command_line=text)
        for number, text in enumerate(BREAKERS)
    ]
    made += [
        created("svchost.exe", "wscript.exe", minute=60, device=f"ws-{number:03}") for number in range(60)
    ]
    return made


def dressed(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Yield findings with what few events have: several reasons, variants, an inferred parent, a copy."""
    for finding in findings:
        if finding.parent == "explorer.exe":
            yield attrs.evolve(
                finding,
                reasons=(Reason.MISPLACED_IMAGE, Reason.UNEXPECTED_PARENT),
                directory=r"c:\users\*\temp",
                variants=VARIANTS,
                inference_age=timedelta(hours=3),
            )
        else:
            yield finding
    copied = created("dwm.exe", "dwm.exe", minute=50)
    yield attrs.evolve(
        findings[0],
        reasons=(Reason.SELF_COPY,),
        severity=Severity.INFORMATIONAL,
        child="dwm.exe",
        parent="dwm.exe",
        event=copied,
    )


VARIANTS = (
    Variant(r"C:\Users\ann\Temp\svchost.exe", None, SCRIPT, "ann", 1, 1, ("ws-02",)),
    *(Variant(None, r"C:\Windows\explorer.exe", f"-k {n}", None, 9 + n, 7, ("ws-01",)) for n in range(6)),
)


def report(*, many: int = 0) -> Report:
    """Return a report in which everything that can be shown is there.

    Args:
        many: how many more findings it shall have.
    """
    exclusions = [Exclusion(child="svchost.exe", parent="acme.exe", reason=f"ACME's agent {SCRIPT}")]
    detector = Detector(exclusions=exclusions, window=None)
    detector.observe_many(events())
    detector.observe_many([created("svchost.exe", f"tool{number}.exe", minute=70) for number in range(many)])
    counts = hunt_stats(RowCounts(), detector.stats, expected=0, nameless=0)
    return Report(
        findings=tuple(dressed(detector.findings())),
        sources=(
            SourceCount(name="sysmon", starts=90, process_events=8, other_events=4),
            SourceCount(name="unrecognised", unreadable=1),
        ),
        suppressed=detector.suppressed(),
        stats=attrs.evolve(counts, starts=90, process_events=8, other_events=4, unreadable=1, nameless=2),
        invalid=(InvalidRow(0, "Timestamp", shown(SCRIPT), "is not a time in any known format"),),
        exclusions=((exclusions[0], 1),),
    )
