"""Events for the tests of the detector, as short as they can be written."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from parentchild import (
    DEFAULT_RELATIONS,
    Detector,
    Exclusion,
    Process,
    ProcessCreated,
    ProcessExited,
    RemoteThreadCreated,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
SYSTEM32 = r"C:\Windows\System32"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def created(
    child: str | None,
    parent: str | None,
    *,
    seconds: float = 0,
    device: str = "ws-01",
    pid: int = 500,
    parent_pid: int | None = 400,
    process: dict[str, Any] | None = None,
    parent_process: dict[str, Any] | None = None,
    **more: Any,
) -> ProcessCreated:
    return ProcessCreated(
        timestamp=at(seconds),
        device=device,
        process=Process(child, pid=pid, **(process or {})),
        parent=Process(parent, pid=parent_pid, **(parent_process or {})),
        **more,
    )


def clone(image: str = "taskhostw.exe", **more: Any) -> ProcessCreated:
    return created(image, image, **more)


def thread(
    seconds: float = 0, *, pid: int = 400, device: str = "ws-01", **target: Any
) -> RemoteThreadCreated:
    return RemoteThreadCreated(
        timestamp=at(seconds),
        device=device,
        source=Process("WerFault.exe", path=rf"{SYSTEM32}\WerFault.exe"),
        target=Process(target.pop("name", "taskhostw.exe"), pid=pid, **target),
    )


def exited(pid: int, seconds: float, *, device: str = "ws-01", guid: str | None = None) -> ProcessExited:
    return ProcessExited(timestamp=at(seconds), device=device, process=Process(None, pid=pid, guid=guid))


def child_of(pid: int, seconds: float, **parent: Any) -> ProcessCreated:
    """Return a watched child of a parent of which little but the pid is known."""
    return created(
        "svchost.exe",
        parent.pop("name", None),
        seconds=seconds,
        pid=9999,
        parent_pid=pid,
        record_id=parent.pop("record_id", None),
        from_snapshot=parent.pop("from_snapshot", False),
        parent_process=parent,
    )


def restored(detector: Detector, exclusions: list[Exclusion] | None = None) -> Detector:
    """Return a detector after a trip through JSON."""
    state: dict[str, object] = json.loads(json.dumps(detector.state()))
    return Detector.from_state(state, registry=DEFAULT_RELATIONS, exclusions=exclusions)
