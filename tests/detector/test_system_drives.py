"""Windows' own directories are on the system drive: `C:` unless the caller or the device says otherwise."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    Detector,
    InvalidArgument,
    Process,
    ProcessCreated,
    Reason,
    Severity,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SYSTEM32 = r"\Windows\System32"


def started(
    name: str, parent: str, drive: str, *, device: str = "ws-1", parent_pid: int = 600, second: int = 0
) -> ProcessCreated:
    line = f"{name} -k netsvcs" if name == "svchost.exe" else name
    kernel = parent == "System"
    return ProcessCreated(
        timestamp=NOON + timedelta(seconds=second),
        device=device,
        process=Process(name, pid=900, path=f"{drive}{SYSTEM32}\\{name}", command_line=line),
        parent=Process(parent, pid=parent_pid, path=None if kernel else f"{drive}{SYSTEM32}\\{parent}"),
    )


def boot(drive: str, *, device: str = "ws-1", parent_pid: int = 4) -> ProcessCreated:
    return started("smss.exe", "System", drive, device=device, parent_pid=parent_pid)


def test_what_runs_from_another_drive_is_one_finding_of_medium_severity_a_pair() -> None:
    detector = Detector()
    found = detector.observe(started("svchost.exe", "services.exe", "E:"))
    assert [each.reasons for each in found] == [(Reason.MISPLACED_IMAGE, Reason.MISPLACED_PARENT)]
    assert [(each.severity, each.directory) for each in found] == [(Severity.MEDIUM, r"e:\windows\system32")]
    assert detector.observe(started("svchost.exe", "services.exe", "E:", second=1)) == ()


def test_the_same_on_the_system_drive_is_silent() -> None:
    assert Detector().observe(started("svchost.exe", "services.exe", "C:")) == ()


def test_a_declared_drive_is_the_system_drive_and_c_is_none_then() -> None:
    detector = Detector(system_drive="D:")
    assert detector.observe(started("svchost.exe", "services.exe", "D:")) == ()
    assert len(detector.observe(started("svchost.exe", "services.exe", "C:"))) == 1


def test_a_drive_can_be_declared_for_one_device_alone() -> None:
    detector = Detector(system_drive={"ws-1": "D:"})
    assert detector.observe(started("svchost.exe", "services.exe", "D:")) == ()
    assert detector.observe(started("svchost.exe", "services.exe", "C:", device="ws-2")) == ()
    assert len(detector.observe(started("svchost.exe", "services.exe", "D:", device="ws-2"))) == 1
    assert len(detector.observe(started("svchost.exe", "services.exe", "C:"))) == 1


def test_the_kernels_start_of_the_session_manager_tells_the_drive_of_its_device() -> None:
    detector = Detector()
    assert detector.observe(boot("D:")) == ()
    assert detector.observe(started("svchost.exe", "services.exe", "D:")) == ()
    assert len(detector.observe(started("svchost.exe", "services.exe", "D:", device="ws-2"))) == 1


@pytest.mark.parametrize(
    "event",
    [
        boot("D:", parent_pid=700),
        started("smss.exe", "explorer.exe", "D:"),
        started("lsass.exe", "System", "D:"),
    ],
    ids=["another pid than the kernel's", "another parent", "another image"],
)
def test_nobody_else_can_tell_the_drive_of_a_device(event: ProcessCreated) -> None:
    detector = Detector()
    assert len(detector.observe(event)) == 1
    assert len(detector.observe(started("svchost.exe", "services.exe", "D:"))) == 1


def test_what_a_device_told_survives_state_and_merge() -> None:
    detector = Detector()
    detector.observe(boot("D:"))
    restored = Detector.from_state(json.loads(json.dumps(detector.state())), registry=DEFAULT_RELATIONS)
    merged = Detector().merge(detector)
    for each in (restored, merged):
        assert each.observe(started("svchost.exe", "services.exe", "D:")) == ()


def test_declared_drives_survive_the_state() -> None:
    for option in ("D:", {"ws-1": "D:"}):
        state = json.loads(json.dumps(Detector(system_drive=option).state()))
        restored = Detector.from_state(state, registry=DEFAULT_RELATIONS)
        assert restored.observe(started("svchost.exe", "services.exe", "D:")) == ()


@pytest.mark.parametrize("drive", ["", "Windows", "C:\\Windows", 5, None, {"ws-1": "x"}, {5: "D:"}])
def test_what_is_no_drive_is_refused(drive: Any) -> None:
    with pytest.raises(InvalidArgument):
        Detector(system_drive=drive)
