"""Findings of every kind, made by the detector from random events."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from parentchild import (
    Activity,
    Detector,
    Finding,
    Process,
    ProcessCreated,
    Reason,
    RemoteThreadCreated,
    Severity,
)
from parentchild.findings.devices import device_set_of
from parentchild.findings.variants import Variant

START = datetime(2026, 3, 1, 9, 0, tzinfo=timezone.utc)

FULL_EVENT = ProcessCreated(
    timestamp=START,
    device="ws-42.contoso.com",
    record_id="51",
    ingested_at=START + timedelta(seconds=9),
    process=Process(
        "svchost.exe",
        pid=4242,
        path=r"C:\Windows\System32\svchost.exe",
        command_line="svchost.exe -k netsvcs",
        started_at=START,
        user=r"NT AUTHORITY\SYSTEM",
        user_sid="S-1-5-18",
        guid="{b3c9}",
        integrity="System",
        signer="Microsoft Windows Publisher",
        sha256="ab" * 32,
    ),
    parent=Process(
        "explorer.exe", pid=7, path=r"C:\Windows\explorer.exe", user="contoso\\ann", started_at=START
    ),
    creator=Process("evil.exe", pid=8),
    grandparent=Process("userinit.exe"),
)
"""An event that tells everything."""

_NAMES = ("svchost.exe", "SVCHOST.EXE", "lsass.exe", "scvhost.exe", "explorer.exe", "lsm.exe", "services.exe")
_texts = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_times = st.integers(0, 3600).map(lambda seconds: START + timedelta(seconds=seconds))


def _processes(names: st.SearchStrategy[str | None]) -> st.SearchStrategy[Process]:
    paths = st.sampled_from((r"C:\Windows\System32\svchost.exe", r"C:\Temp\svchost.exe", "relative"))
    return st.builds(
        Process,
        names,
        pid=st.none() | st.integers(0, 2**32 - 1),
        path=st.none() | paths,
        command_line=_texts,
        started_at=st.none() | _times,
        user=st.none() | st.sampled_from(("ann", "contoso\\ann", r"NT AUTHORITY\SYSTEM")),
        user_sid=st.none() | st.sampled_from(("S-1-5-18", "S-1-5-21-1-2-3-1001")),
        guid=_texts,
        integrity=_texts,
        signer=_texts,
        original_name=_texts,
        sha256=st.none() | st.just("ab" * 32),
    )


def events() -> st.SearchStrategy[ProcessCreated]:
    """Creations, with everything that a source may tell or not."""
    names = st.sampled_from(_NAMES)
    others = st.none() | _processes(st.none() | names | st.text(st.characters(codec="utf-8"), max_size=8))
    return st.builds(
        ProcessCreated,
        timestamp=_times,
        device=st.sampled_from(("", "ws-1", "ws-2.contoso.com", "10.0.0.7")),
        process=_processes(names),
        parent=others,
        creator=others,
        grandparent=others,
        ingested_at=st.none() | _times,
        record_id=st.none() | st.integers(0, 99) | st.sampled_from(("7", "r-8")),
    )


_variants = st.builds(
    Variant,
    child_path=_texts,
    parent_path=_texts,
    command_line=_texts,
    user=_texts,
    occurrences=st.integers(1, 99),
    device_count=st.integers(1, 99),
    devices=st.lists(st.sampled_from(("", "ws-1", "ws-2")), unique=True).map(tuple),
)
REASONS = tuple(Reason)
"""All reasons, the weightiest first."""


def reason_sets() -> st.SearchStrategy[tuple[Reason, ...]]:
    """One reason or several, the weightiest first."""
    return st.sets(st.sampled_from(REASONS), min_size=1, max_size=4).map(
        lambda reasons: tuple(sorted(reasons, key=REASONS.index))
    )


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Findings of every reason, whether or not a detector makes them today."""
    event = draw(events())
    names = st.sampled_from((*_NAMES, "", "sv\u0441host.exe"))
    devices = draw(st.lists(st.sampled_from(("", "ws-1", "ws-2", "ws-3")), min_size=1, unique=True))
    return Finding(
        activity=draw(st.sampled_from(Activity)),
        reasons=draw(reason_sets()),
        severity=draw(st.sampled_from(Severity)),
        child=draw(names),
        parent=draw(names),
        directory=draw(st.sampled_from(("", r"c:\users\*\temp"))),
        expected=draw(st.lists(st.sampled_from(_NAMES), max_size=6).map(tuple)),
        relation=None,
        event=event,
        first_seen=event.timestamp,
        last_seen=event.timestamp + timedelta(seconds=draw(st.integers(0, 100_000))),
        device_count=len(devices),
        device_count_is_exact=draw(st.booleans()),
        occurrences=draw(st.integers(0, 10_000)),
        suppressed=draw(st.integers(0, 9)),
        imitates=draw(st.none() | st.just("svchost.exe")),
        variants=draw(st.lists(_variants, max_size=3).map(tuple)),
        inference_age=draw(st.none() | st.timedeltas(timedelta(0), timedelta(days=1))),
        device_set=device_set_of(tuple(devices)),
    )


def findings_of(events: list[ProcessCreated]) -> tuple[Finding, ...]:
    """All findings that a detector emits for events: created, updated, and closed by late evidence."""
    detector = Detector(report_unknown=True)
    return detector.observe_many([*events, *filter(None, map(_crash, events))])


def _crash(event: ProcessCreated) -> RemoteThreadCreated | None:
    if event.parent is None:
        return None
    return RemoteThreadCreated(
        timestamp=event.timestamp, device=event.device, source=Process("WerFault.exe"), target=event.parent
    )
