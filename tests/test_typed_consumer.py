"""A consumer's file: type-checked with the tests, and run, so that the types are part of the contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from typing_extensions import assert_type

from parentchild import (
    DEFAULT_RELATIONS,
    Detector,
    Event,
    Exclusion,
    ExpectedParents,
    Finding,
    Process,
    ProcessCreated,
    Reason,
    RelationRegistry,
    RemoteThreadCreated,
    Severity,
    Verdict,
)
from parentchild.detector import Stats
from parentchild.findings.variants import Variant


def watch(events: Iterable[Event]) -> list[str]:
    """Feed a detector, as a tool that embeds it would."""
    registry = DEFAULT_RELATIONS.with_relation(ExpectedParents("agent.exe", {"services.exe"}))
    assert_type(registry, RelationRegistry)
    detector = Detector(
        registry.allow("svchost.exe", "acme.exe", why="ACME's agent"),
        exclusions=[Exclusion(child="svchost.exe", device="lab-01", reason="a lab")],
        window=timedelta(hours=4),
    )
    found = detector.observe_many(events)
    assert_type(found, tuple[Finding, ...])
    assert_type(detector.stats, Stats)
    assert_type(registry.verdict("svchost.exe", None), Verdict)
    assert_type(registry["svchost.exe"], ExpectedParents)
    restored = Detector.from_state(detector.state(), registry=registry, exclusions=())
    assert_type(restored.merge(Detector(registry, report_unknown=True)), Detector)
    for finding in found:
        assert_type(finding.severity, Severity)
        assert_type(finding.reasons, tuple[Reason, ...])
        assert_type(finding.risk_score, int)
        assert_type(finding.variants, tuple[Variant, ...])
        assert_type(finding.next_steps, tuple[str, ...])
        assert_type(finding.event, ProcessCreated)
        assert_type(finding.devices, tuple[str, ...])
        assert_type(finding.to_dict(), dict[str, object])
    return [finding.explanation for finding in found]


def test_a_typed_consumer_runs_as_it_type_checks() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
    events: list[Event] = [
        ProcessCreated(
            timestamp=noon,
            device="ws-01",
            process=Process("agent.exe", pid=1),
            parent=Process("cmd.exe", pid=2),
        ),
        RemoteThreadCreated(
            timestamp=noon, device="ws-01", source=Process("WerFault.exe"), target=Process("cmd.exe", pid=2)
        ),
    ]
    assert len(watch(events)) == 1
