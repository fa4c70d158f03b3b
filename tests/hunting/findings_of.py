"""Findings for tests: of made-up events, as a detector gives them."""

# The lambda that hypothesis calls says no types: the strategies beside it do.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from parentchild import Detector, Finding, Process, ProcessCreated, Report
from parentchild.hunting.stats import HuntStats

AT = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
SYSTEM32 = r"C:\Windows\System32"
TEMP = r"C:\Users\ann\AppData\Local\Temp"


def wrong(
    parent: str, *, child: str = "dllhost.exe", device: str = "ws-1", second: int = 0, **more: Any
) -> ProcessCreated:
    r"""Return a creation that no relation expects; `parent` may be a full path."""
    name = parent.rpartition("\\")[2]
    return ProcessCreated(
        timestamp=AT + timedelta(seconds=second),
        device=device,
        process=Process(
            child, pid=8, path=rf"{SYSTEM32}\{child}", command_line=f"{child} /Processid:{{1}} -Embedding"
        ),
        parent=Process(name, pid=12, path=parent if name != parent else None, **more),
    )


def found(*events: ProcessCreated) -> tuple[Finding, ...]:
    detector = Detector(window=None)
    detector.observe_many(events)
    return detector.findings()


def report(*events: ProcessCreated) -> Report:
    return Report(findings=found(*events), suppressed=(), stats=HuntStats(starts=len(events)))


NAMES = (
    "is-{}.tmp",
    "msi{}.tmp",
    "app-1.{}.exe",
    "acme.exe",
    "powershell.exe",
    "tool{}.exe",
    "{}.exe",
    "nsu{}.tmp",
)
PLACES = (TEMP, r"C:\Program Files\Acme", r"C:\Windows\Installer", SYSTEM32, r"D:\x", rf"{TEMP}\is-A1B2C.tmp")


def events() -> st.SearchStrategy[ProcessCreated]:
    """Wrong creations whose parents have fixed, versioned and random names, in several places."""
    part = st.text("0123456789abcdefxyz", min_size=1, max_size=6)
    return st.builds(
        lambda place, name, part, child, device, second: wrong(
            rf"{place}\{name.format(part)}", child=child, device=device, second=second
        ),
        st.sampled_from(PLACES),
        st.sampled_from(NAMES),
        part,
        st.sampled_from(["dllhost.exe", "svchost.exe", "taskhostw.exe", "RuntimeBroker.exe"]),
        st.sampled_from([f"ws-{number}" for number in range(9)]),
        st.integers(0, 99),
    )
