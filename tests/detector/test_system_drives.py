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
    hunt,
    telemetry,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SYSTEM32 = r"\Windows\System32"
NOT_THE_SYSTEMS = r"\\?\c:\windows\system32"
"""How a directory on `C:` is told where that is not the system drive."""


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


def test_what_a_device_told_leaves_c_no_system_drive_there_and_there_alone() -> None:
    detector = Detector()
    assert detector.observe(started("svchost.exe", "services.exe", "C:")) == ()
    detector.observe(boot("D:"))
    (found,) = detector.observe(started("svchost.exe", "services.exe", "C:"))
    assert (found.severity, found.directory) == (Severity.HIGH, NOT_THE_SYSTEMS)  # the drive is certain now
    assert detector.observe(started("svchost.exe", "services.exe", "C:", device="ws-2")) == ()
    assert [each.event.device for each in detector.findings()] == ["ws-1"]


def test_the_latest_start_of_the_session_manager_counts() -> None:
    detector = Detector()
    for drive, other in (("D:", "C:"), ("C:", "D:"), ("X:", "C:")):
        assert detector.observe(boot(drive)) == ()
        assert detector.observe(started("svchost.exe", "services.exe", drive)) == ()
        assert detector.observe(started("wininit.exe", "smss.exe", other)) != () or detector.findings()
    assert {each.directory[:2] for each in detector.findings()} == {NOT_THE_SYSTEMS[:2], "d:"}


def test_what_a_device_told_goes_before_what_the_caller_said_of_its_letter() -> None:
    for option in ("D:", {"ws-1": "D:"}):
        detector = Detector(system_drive=option)
        assert detector.observe(boot("E:")) == ()
        assert detector.observe(started("svchost.exe", "services.exe", "E:")) == ()
        assert len(detector.observe(started("svchost.exe", "services.exe", "D:"))) == 1


VOLUMES: list[Any] = [{"ws-1": r"\Device\HarddiskVolume3"}, r"\Device\HarddiskVolume3"]


@pytest.mark.parametrize("option", VOLUMES)
def test_a_declared_volume_stays_beside_a_letter_that_a_device_told(option: Any) -> None:
    detector = Detector(system_drive=option)
    detector.observe(boot("D:"))
    for drive in ("D:", r"\Device\HarddiskVolume3"):
        assert detector.observe(started("svchost.exe", "services.exe", drive)) == ()
    for drive in ("C:", r"\Device\HarddiskVolume5"):
        assert len(detector.observe(started("svchost.exe", "services.exe", drive))) == 1


def test_where_a_volume_is_declared_for_one_device_no_other_passes_there() -> None:
    detector = Detector(system_drive=VOLUMES[0])
    assert detector.observe(started("svchost.exe", "services.exe", r"\Device\HarddiskVolume3")) == ()
    assert len(detector.observe(started("svchost.exe", "services.exe", r"\Device\HarddiskVolume5"))) == 1


def rows_of(*events: ProcessCreated) -> list[dict[str, Any]]:
    return [
        {
            "Timestamp": each.timestamp,
            "DeviceName": each.device,
            "ActionType": "ProcessCreated",
            "FileName": each.process.name,
            "FolderPath": each.process.path,
            "ProcessId": 900,
            "ProcessCommandLine": each.process.command_line,
            "InitiatingProcessFileName": each.parent.name if each.parent else None,
            "InitiatingProcessFolderPath": each.parent.path if each.parent else None,
            "InitiatingProcessId": each.parent.pid if each.parent else None,
        }
        for each in events
    ]


def test_prefilters_that_were_handed_out_before_settle_nothing_by_a_drive_from_then_on() -> None:
    right, wrong = (started("svchost.exe", "services.exe", drive) for drive in ("D:", "C:"))
    before = [started("svchost.exe", "services.exe", "C:", device="ws-2")] * 3
    rows = rows_of(*before, boot("D:"), right, wrong, wrong)
    detector = Detector()
    for event in telemetry.read_many(rows, prefilter=detector.prefilter):
        detector.observe(event)
    found = [(each.directory, each.occurrences) for each in detector.findings()]
    assert found == [(NOT_THE_SYSTEMS, 2)]
    for given in (rows, iter(rows)):
        report = hunt(given)
        assert [(each.directory, each.occurrences) for each in report] == found
        assert (report.stats.watched, report.stats.expected, report.stats.mismatched) == (7, 5, 2)


def test_restored_and_merged_detectors_settle_nothing_by_a_drive_either() -> None:
    detector = Detector()
    detector.observe(boot("D:"))
    restored = Detector.from_state(json.loads(json.dumps(detector.state())), registry=DEFAULT_RELATIONS)
    for each in (restored, Detector().merge(detector)):
        rows = rows_of(started("svchost.exe", "services.exe", "C:"))
        (event,) = telemetry.read_many(rows, prefilter=each.prefilter_for_rows())
        assert len(each.observe(event)) == 1


def test_what_was_found_before_a_device_told_its_drive_stands() -> None:
    detector = Detector()
    (found,) = detector.observe(started("svchost.exe", "services.exe", "D:"))
    detector.observe(boot("D:"))
    assert [each.uid for each in detector.findings()] == [found.uid]


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
