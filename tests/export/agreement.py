"""What a query's rows and the detector's findings are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parentchild import Detector, Exclusion, Finding, Reason, RelationRegistry
from parentchild.telemetry import defender
from tests.export.defender_tables import NOW, Row

EXCLUSIONS = (
    Exclusion(child="svchost.exe", parent="explorer.exe", reason='a "quoted" \\ reason\nin two lines'),
    Exclusion(parent="winword.exe", device="WS-A.contoso.com", reason="one device"),
    Exclusion(child="lsass.exe", user="CONTOSO\\ann", reason="one account"),
    Exclusion(command_line="/C ch*k", reason="a text", expires_at=NOW.replace(hour=11)),
    Exclusion(child="w*.exe", parent_path=r"C:\Windows\*\svchost.exe", reason="a place"),
    Exclusion(child_path=r"C:\Temp\*", reason="a directory"),
    Exclusion(child="taskhostw.exe", signer="nobody", reason="no column tells that"),
)
"""One of each kind, with a reason that would break out of a careless comment."""


NOT_SAID = frozenset({Reason.LOOKALIKE, Reason.RENAMED_IMAGE, Reason.SELF_COPY})
"""What queries do not find: imitations, version resources, and copies against which nothing speaks."""


def detected(
    registry: RelationRegistry,
    processes: Sequence[Row],
    devices: Sequence[Row],
    exclusions: Iterable[Exclusion] = (),
) -> tuple[Finding, ...]:
    detector = Detector(registry, exclusions=exclusions, window=None, report_unknown=True)
    detector.observe_many(
        event for row in (*processes, *devices) if (event := defender.read(row)) is not None
    )
    return tuple(each for each in detector.findings() if NOT_SAID.isdisjoint(each.reasons))


def row_key(row: dict[str, object]) -> tuple[object, ...]:
    columns = (
        "Reasons",
        "ImageFile",
        "ParentFile",
        "Directory",
        "Severity",
        "Timestamp",
        "LastSeen",
        "DeviceCount",
        "Occurrences",
        "ReportId",
    )
    return tuple(row[column] for column in columns)


def finding_key(finding: Finding) -> tuple[object, ...]:
    return (
        ", ".join(reason.value for reason in finding.reasons),
        finding.child,
        finding.parent,
        finding.directory,
        finding.severity.label,
        finding.first_seen,
        finding.last_seen,
        finding.device_count,
        finding.occurrences,
        finding.event.record_id,
    )
