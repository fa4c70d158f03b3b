"""The one-call form: rows in, a report out."""

from __future__ import annotations

import gzip
import json
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parentchild import (
    Detector,
    Exclusion,
    ExpectedChildren,
    ExpectedParents,
    InvalidArgument,
    InvalidEvent,
    Reason,
    RelationRegistry,
    Severity,
    hunt,
    telemetry,
)

SYSTEM32 = r"C:\Windows\System32"


def row(
    child: Any, parent: Any, *, pid: int = 500, parent_pid: int = 400, second: int = 0, **more: Any
) -> dict[str, Any]:
    return {
        "Timestamp": f"2026-03-02T10:00:{second:02}Z",
        "DeviceName": "ws-01",
        "ActionType": "ProcessCreated",
        "FileName": child,
        "ProcessId": pid,
        "InitiatingProcessFileName": parent,
        "InitiatingProcessId": parent_pid,
        "ReportId": second,
        **more,
    }


def started(name: str, pid: int, parent_pid: int, second: int) -> dict[str, Any]:
    """Return a Security 4688 row of version 1, which names no parent."""
    return {
        "Event": {
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
                "EventID": 4688,
                "Version": 1,
                "TimeCreated": {"#attributes": {"SystemTime": f"2026-03-02T10:00:{second:02}.000000Z"}},
                "EventRecordID": second,
                "Computer": "ws-07",
            },
            "EventData": {
                "NewProcessId": hex(pid),
                "NewProcessName": rf"{SYSTEM32}\{name}",
                "ProcessId": hex(parent_pid),
            },
        }
    }


def thread(target: str, *, pid: int, second: int) -> dict[str, Any]:
    """Return a remote thread that the crash handler made."""
    made = row(target, "WerFault.exe", pid=pid, second=second)
    return {**made, "ActionType": "CreateRemoteThreadApiCall"}


@pytest.mark.parametrize(
    "registry",
    [
        RelationRegistry([ExpectedParents("own.exe", ("services.exe",))]),
        RelationRegistry([ExpectedChildren("own.exe", ("helper.exe",))]),
    ],
)
def test_a_clone_is_explained_in_rows_whichever_relation_names_its_image(registry: RelationRegistry) -> None:
    spellings = [row("own.exe", "services.exe", pid=7), row("notepad.exe", "WerFault.exe", pid=8)]
    clone = row("own.exe", "own.exe", second=1)
    assert len(hunt([*spellings, clone], registry=registry)) == 1
    report = hunt([*spellings, thread("own.exe", pid=400, second=0), clone], registry=registry)
    assert (len(report), report.stats.suppressed) == (0, 1)


ROW = namedtuple("ROW", "a")  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple] - as DataFrame.itertuples gives them


@pytest.mark.parametrize(
    ("rows", "source", "reason"),
    [
        ("events.jsonl", telemetry, "is a path: read it first"),
        (Path("events.csv"), telemetry, "is a path: read it first"),
        (7, telemetry, "must be rows: a list of dicts, say"),
        ([ROW(1)], telemetry, r'df\.to_dict\("records"\)'),
        ([], "sysmon", "must be telemetry, one of its modules"),
    ],
)
def test_what_is_no_rows_or_no_source_is_refused_with_a_hint(rows: Any, source: Any, reason: str) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        hunt(rows, source=source)


def test_an_event_among_rows_and_a_row_among_events_are_told_apart() -> None:
    event = telemetry.read(row("a.exe", "b.exe"))
    assert "is an event already" in str(hunt([event]).invalid[0])
    with pytest.raises(InvalidEvent, match=r"telemetry\.read makes one of a row"):
        Detector().observe(row("a.exe", "b.exe"))  # type: ignore[arg-type]


def test_a_report_says_when_devices_have_no_name() -> None:
    nameless = [row("lsass.exe", "cmd.exe", DeviceName=None, second=each) for each in (1, 2)]
    assert "Without a device: 2 starts. Device counts are not exact" in str(hunt(nameless))
    assert hunt(nameless).stats.nameless == hunt(iter(nameless)).stats.nameless == 2
    assert hunt(nameless, device="ws-07").stats.nameless == 0
    assert "name no device" not in str(hunt([row("lsass.exe", "cmd.exe")]))


def test_a_report_whose_exclusions_cover_nothing_says_what_may_be_wrong() -> None:
    text = str(hunt([row("lsass.exe", "cmd.exe")], exclusions=[Exclusion(device="ws-99", reason="x")]))
    assert "No exclusion matched anything: check their names, paths, devices and dates of expiry." in text
    text = str(hunt([row("lsass.exe", "cmd.exe")], exclusions=[Exclusion(child="lsass.exe", reason="x")]))
    assert "Excluded: 1 time." in text


def test_reports_and_detectors_are_short_at_a_prompt() -> None:
    report = hunt([row("lsass.exe", "cmd.exe")])
    assert repr(report).startswith("<Report: 1 finding in 1 row: 1 watched")
    detector = Detector()
    detector.observe_many(finding.event for finding in report)
    assert repr(detector) == "<Detector: 1 findings in 1 events, 0 suppressed>"


def test_a_hunt_counts_its_rows_and_reports_what_does_not_fit() -> None:
    report = hunt(
        [
            row("notepad.exe", "explorer.exe"),
            row("svchost.exe", "services.exe"),
            row("svchost.exe", "explorer.exe", second=5),
            row("lsass.exe", "cmd.exe", second=6),
            row("svchost.exe", "", parent_pid=0),
        ]
    )
    assert [(finding.child, finding.parent) for finding in report] == [
        ("lsass.exe", "cmd.exe"),
        ("svchost.exe", "explorer.exe"),
    ]
    assert len(report) == 2
    assert report[0].child == "lsass.exe"
    assert [finding.child for finding in report[:1]] == ["lsass.exe"]
    assert (report.stats.rows, report.stats.watched, report.stats.unknown) == (5, 4, 1)
    assert [entry["child"] for entry in report.to_dicts()] == ["lsass.exe", "svchost.exe"]


def test_a_hunt_has_no_window() -> None:
    later = {**row("svchost.exe", "explorer.exe"), "Timestamp": "2027-03-02T10:00:00Z"}
    [finding] = hunt([row("svchost.exe", "explorer.exe"), later])
    assert finding.occurrences == 2


def test_shapes_may_be_mixed() -> None:
    report = hunt([row("svchost.exe", "explorer.exe"), started("notepad.exe", 900, 800, 1)])
    assert (report.stats.starts, report.stats.unreadable) == (2, 0)


def test_an_exclusion_is_counted_and_not_reported() -> None:
    exclusion = Exclusion(child="svchost.exe", parent="explorer.exe", reason="a test")
    report = hunt([row("svchost.exe", "explorer.exe")], exclusions=[exclusion])
    assert len(report) == 0
    assert report.stats.excluded == 1


def test_parents_known_by_pid_alone_are_looked_up_among_all_rows_or_those_read_before() -> None:
    rows = [
        started("services.exe", 640, 600, 0),
        started("evil.exe", 800, 700, 1),
        started("svchost.exe", 900, 800, 5),
        started("svchost.exe", 901, 640, 6),
        started("svchost.exe", 902, 999, 7),
    ]
    for given in (rows, rows[::-1], iter(rows)):
        report = hunt(given)
        assert [(finding.child, finding.parent) for finding in report] == [("svchost.exe", "evil.exe")]
        assert report[0].parent_is_inferred
        assert report.stats.resolved == 2
        assert report.stats.unknown == 2  # who started services.exe is in no row, nor who pid 999 was
    newest_first = hunt(iter(rows[::-1]))
    assert (len(newest_first), newest_first.stats.unknown) == (0, 4)


def test_a_newer_process_with_the_same_pid_does_not_hide_who_the_parent_was() -> None:
    rows = [
        started("evil.exe", 800, 700, 1),
        started("svchost.exe", 900, 800, 5),
        started("lsass.exe", 800, 4, 9),
    ]
    for given in (rows, rows[::-1], iter(rows)):
        assert ("svchost.exe", "evil.exe") in [(each.child, each.parent) for each in hunt(given)]


def test_what_a_row_leaves_out_of_a_named_parent_its_own_start_tells_in_whatever_order() -> None:
    """Security 4688 has no command line of the parent: that of its own start tells which service it hosts."""
    host = creation("svchost.exe", 800, "services.exe", 640, 1, line="svchost.exe -k LocalService -s Foo")
    broker = creation("RuntimeBroker.exe", 900, "svchost.exe", 800, 2, line="RuntimeBroker.exe -Embedding")
    for given in ([host, broker], [broker, host], iter([host, broker])):
        [finding] = hunt(given)
        assert (finding.child, finding.reasons) == ("runtimebroker.exe", (Reason.UNEXPECTED_PARENT,))
        assert finding.event.parent is not None
        assert finding.event.parent.command_line == "svchost.exe -k LocalService -s Foo"
    assert len(hunt([broker])) == 0  # nobody knows which service that was


def creation(name: str, pid: int, parent: str, parent_pid: int, second: int, *, line: str) -> dict[str, Any]:
    """Return a Security 4688 row of version 2, which names the parent and the child's command line."""
    row = started(name, pid, parent_pid, second)
    row["Event"]["EventData"] |= {"ParentProcessName": rf"{SYSTEM32}\{parent}", "CommandLine": line}
    return row


def test_rows_that_cannot_be_read_are_reported_and_the_others_count() -> None:
    broken = row("svchost.exe", "explorer.exe", Timestamp="yesterday")
    report = hunt([broken, row("lsass.exe", "cmd.exe"), {"nothing": "known"}])
    assert [(row.index, row.field) for row in report.invalid] == [(0, "Timestamp"), (2, "row")]
    assert report.stats.unreadable == 2
    assert len(report) == 1


def test_one_source_can_be_named() -> None:
    report = hunt([row("svchost.exe", "explorer.exe")], source=telemetry.defender)
    assert len(report) == 1


def test_progress_is_told_as_rows_are_read() -> None:
    told: list[int] = []
    hunt((row("notepad.exe", "explorer.exe") for _ in range(25_000)), progress=told.append)
    assert told == [10_000, 20_000, 25_000]


@pytest.mark.parametrize("rows", ["rows", b"rows", 7, None])
def test_what_is_no_collection_of_rows_is_refused(rows: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"^rows = "):
        hunt(rows)


def test_a_report_prints_what_an_analyst_asks_first() -> None:
    thread = {
        **row("taskhostw.exe", "WerFault.exe", pid=400),
        "ActionType": "CreateRemoteThreadApiCall",
        "InitiatingProcessFolderPath": SYSTEM32,
    }
    rows = [
        row("svchost.exe", "explorer.exe", ProcessCommandLine="svchost.exe \x1b[31m-k x"),
        thread,
        row("taskhostw.exe", "taskhostw.exe", second=1),
        row("svchost.exe", "?"),
    ]
    text = str(hunt(rows))
    assert text.splitlines()[0].startswith("1 finding in 4 rows: 3 watched, 1 suppressed as crash clones")
    assert "[high 73] On ws-01, explorer.exe started svchost.exe" in text
    assert "svchost.exe (pid 500)" in text
    assert "seen 2026-03-02 10:00:00 UTC, first on ws-01; 1 time on 1 device" in text
    assert r"svchost.exe \x1b[31m-k x" in text
    assert "[suppressed] taskhostw.exe started by taskhostw.exe" in text
    assert "Unknown parents, not evaluated: 1 time (1: the parent has a pid but no name, and its" in text


DATA = Path(__file__).parents[3] / "shared" / "data"


def _rows(name: str) -> Iterator[Any]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.mark.skipif(not DATA.exists(), reason="the recorded telemetry is not beside this checkout")
def test_on_recorded_telemetry_the_published_images_give_the_labelled_attacks_and_no_more() -> None:
    labels = json.loads((DATA / "labels.json").read_text("utf-8"))
    table = labels["seed_corrected_table"]
    wrong = {Reason.UNEXPECTED_PARENT, Reason.MISPLACED_PARENT, Reason.SPOOFED_PARENT}
    for name in sorted({path.name.removesuffix(".jsonl.gz") for path in DATA.glob("*__*.jsonl.gz")}):
        report = hunt(list(_rows(name)))
        attacks = {
            (label["child"].lower(), label["parent"].lower())
            for label in labels["labels"]
            if label["file"] == name and label["seed_corrected"] and label["judgement"] == "true_positive"
        }
        found = {
            (finding.child, finding.parent)
            for finding in report
            if finding.child in table and finding.reason in wrong
        }
        assert found == attacks, name
        assert report.invalid == (), name


def test_the_system_drive_is_declared_for_a_hunt_or_told_by_a_devices_own_boot() -> None:
    def started(child: str, parent: str, second: int, parent_pid: int) -> dict[str, Any]:
        return {
            "Timestamp": f"2026-03-01T09:30:0{second}Z",
            "DeviceName": "ws-1",
            "ActionType": "ProcessCreated",
            "FileName": child,
            "FolderPath": rf"E:\Windows\System32\{child}",
            "ProcessId": 700,
            "ProcessCommandLine": f"{child} -k netsvcs",
            "InitiatingProcessFileName": parent,
            "InitiatingProcessFolderPath": "" if parent == "System" else rf"E:\Windows\System32\{parent}",
            "InitiatingProcessId": parent_pid,
        }

    boot, service = started("smss.exe", "System", 0, 4), started("svchost.exe", "services.exe", 1, 600)
    assert [each.severity for each in hunt([service])] == [Severity.MEDIUM]
    for drive in ("E:", {"ws-1": "E:"}):
        assert len(hunt([service], system_drive=drive)) == 0
    assert len(hunt([service], system_drive={"ws-2": "E:"})) == 1
    assert len(hunt([boot, service])) == 0
    with pytest.raises(InvalidArgument, match="system_drive"):
        hunt([service], system_drive="Windows")
