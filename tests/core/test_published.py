"""The published query, rule by rule: what it keeps, drops, groups, joins and overlooks."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS, InvalidEvent, published

NOW = datetime(2025, 4, 2, 8, 0, tzinfo=timezone.utc)
EARLIER = "2025-04-02T07:15:00.0000000Z"


def process(child: Any = "svchost.exe", parent: Any = "winword.exe", **more: Any) -> dict[str, Any]:
    return {
        "Timestamp": EARLIER,
        "DeviceId": "a1",
        "DeviceName": "a1.example.test",
        "ActionType": "ProcessCreated",
        "FileName": child,
        "ProcessId": 6100,
        "InitiatingProcessFileName": parent,
        "InitiatingProcessId": 5200,
        "ReportId": 50,
        **more,
    }


def thread(target: Any = "winword.exe", **more: Any) -> dict[str, Any]:
    return {
        "Timestamp": EARLIER,
        "DeviceId": "a1",
        "ActionType": "CreateRemoteThreadApiCall",
        "FileName": target,
        "ProcessId": 5200,
        "InitiatingProcessFileName": "WerFault.exe",
        **more,
    }


def found(
    processes: list[dict[str, Any]], threads: list[dict[str, Any]] | None = None
) -> list[tuple[Any, ...]]:
    rows = published.run(processes, threads or [], now=NOW)
    return [(row["ImageFile"], row["ParentFile"], row["DeviceCount"]) for row in rows]


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("svchost.exe", "services.exe"),
        ("svchost.exe", "msmpeng.exe"),
        ("SVCHOST.exe", "Services.EXE"),
        ("smss.exe", "smss.exe"),
        ("smss.exe", "System"),
        ("smss.exe", "ntoskrnl.exe"),
        ("csmss.exe", "smss.exe"),
        ("wininit.exe", "smss.exe"),
        ("winlogon.exe", "smss.exe"),
        ("services.exe", "wininit.exe"),
        ("lsaiso.exe", "wininit.exe"),
        ("lsass.exe", "wininit.exe"),
        ("userinit.exe", "winlogon.exe"),
        ("runtimebroker.exe", "svchost.exe"),
        ("taskhostw.exe", "svchost.exe"),
        ("notepad.exe", "winword.exe"),
        ("csrss.exe", "winword.exe"),
        ("svchost.exe ", "winword.exe"),
        ("", "winword.exe"),
        (None, "winword.exe"),
    ],
)
def test_expected_pairs_and_unlisted_names_are_passed_over(child: Any, parent: str) -> None:
    assert found([process(child, parent)]) == []


@pytest.mark.parametrize(
    "parent", ["winword.exe", "", None, "services", "services.exe ", r"C:\Windows\System32\services.exe"]
)
def test_any_other_parent_is_reported_the_empty_and_the_oddly_written_too(parent: str | None) -> None:
    assert found([process(parent=parent)]) == [("svchost.exe", (parent or "").lower(), 1)]


@pytest.mark.parametrize(
    ("action", "reported"),
    [
        ("ProcessCreated", True),
        ("PROCESSCREATED", True),
        ("ProcessCreated ", False),
        ("ProcessCreatedUsingWmiQuery", False),
        ("", False),
        (None, False),
    ],
)
def test_only_process_creations_count_whatever_their_case(action: Any, reported: bool) -> None:  # noqa: FBT001
    assert bool(found([process(ActionType=action)])) is reported


@pytest.mark.parametrize(
    ("ingested", "reported"),
    [
        (NOW - timedelta(hours=2), True),
        (NOW - timedelta(hours=2, microseconds=1), False),
        ("2025-04-02T05:59:59.9999999Z", False),
        ("2025-04-02T06:00:00.0000000Z", True),
        (NOW + timedelta(days=1), True),
        (None, False),
    ],
)
def test_the_window_is_by_ingestion_time_with_no_upper_end(ingested: Any, reported: bool) -> None:  # noqa: FBT001
    old = "2020-01-01T00:00:00Z"
    assert bool(found([process(Timestamp=old, IngestionTime=ingested)])) is reported


def test_a_row_without_the_column_counts_as_ingested_when_it_happened() -> None:
    assert found([process(Timestamp="2025-04-02T05:00:00Z")]) == []
    assert found([process(Timestamp="2025-04-02T06:00:00Z")]) == [("svchost.exe", "winword.exe", 1)]


def test_a_group_stands_for_all_devices_by_its_earliest_row() -> None:
    rows = [
        process(DeviceId="a1", Timestamp="2025-04-02T07:20:00.0000002Z", ReportId=1),
        process(DeviceId="a2", Timestamp="2025-04-02T07:20:00.0000001Z", ReportId=2),
        process("SVCHOST.EXE", "WinWord.exe", DeviceId="A1", Timestamp="2025-04-02T07:21:00Z"),
        process(DeviceId=None, Timestamp="2025-04-02T07:22:00Z"),
        process(parent="excel.exe"),
    ]
    results = published.run(rows, [], now=NOW)
    assert [(row["ParentFile"], row["DeviceCount"], row["DeviceId"]) for row in results] == [
        ("excel.exe", 1, "a1"),
        ("winword.exe", 4, "a2"),
    ]


def test_a_row_without_timestamp_never_stands_for_its_group_unless_all_are_so() -> None:
    timed, untimed = process(DeviceId="a1"), process(DeviceId="a2", Timestamp=None, IngestionTime=NOW)
    [row] = published.run([untimed, timed], [], now=NOW)
    assert (row["DeviceId"], row["DeviceCount"]) == ("a1", 2)
    [row] = published.run([untimed], [], now=NOW)
    assert row["Timestamp"] is None


def test_equal_timestamps_are_settled_by_report_id_then_device_whatever_the_order() -> None:
    rows = [
        process(DeviceId=device, ReportId=report, ProcessId=pid)
        for device, report, pid in [("b", 9, 1), ("a", 10, 2), ("b", "9", 3), ("a", None, 4), ("c", 9, 5)]
    ]
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        [row] = published.run(rows, [], now=NOW)
        assert (row["DeviceId"], row["ReportId"]) in {("b", 9), ("b", "9")}
        assert row == published.run(rows, [], now=NOW)[0]


def test_equal_times_and_report_ids_are_settled_by_device_before_anything_else() -> None:
    rows = [process(DeviceId="b", ActionType="PROCESSCREATED"), process(DeviceId="a", DeviceName="z")]
    for order in (rows, rows[::-1]):
        [row] = published.run(order, [], now=NOW)
        assert row["DeviceId"] == "a"


def test_rows_that_differ_in_nothing_that_decides_give_the_same_row_in_any_order() -> None:
    rows = [process(ProcessId=pid) for pid in (7, 5, 6)]
    for order in (rows, rows[::-1], rows[:2], rows[1::-1]):
        [row] = published.run(order, [], now=NOW)
        assert row["ProcessId"] == 5


@pytest.mark.parametrize(
    "written",
    [
        "2025-04-12T07:15:00.5000000Z",
        "2025-04-12T07:15:00.5Z",
        "2025-04-12T07:15:00.5",
        "2025-04-12T07:15:00.500",
        "2025-04-12T07:15:00.500+00:00",
        "2025-04-12T07:15:00.500000",
        "20250412T071500.5Z",
        "2025-04-12 09:15:00.5+02:00",
        datetime(2025, 4, 12, 7, 15, 0, 500_000, tzinfo=timezone.utc),
    ],
)
def test_one_moment_is_one_time_however_it_is_written(written: Any) -> None:
    _assert_same_time(written, "2025-04-12T07:15:00.5000000Z")


@pytest.mark.parametrize("written", ["2025-04-12T07:15:00Z", "20250412T071500Z", "2025-04-12T07:15"])
def test_a_text_without_a_fraction_is_the_whole_second(written: str) -> None:
    _assert_same_time(written, "2025-04-12T07:15:00.0000000Z")


def _assert_same_time(one: Any, other: Any) -> None:
    """Two times are the same when the report id decides, whichever of them it favours."""
    for first, second in ((one, other), (other, one)):
        rows = [process(Timestamp=first, ReportId=1), process(Timestamp=second, ReportId=2)]
        [row] = published.run(rows, [], now=NOW)
        assert row["ReportId"] == 1


def test_times_are_exact_to_the_tick_in_any_year() -> None:
    now = datetime(2500, 1, 1, 12, 0, 0, 3, tzinfo=timezone.utc)
    ingested = {
        "2500-01-01T10:00:00.0000029Z": [],
        "2500-01-01T10:00:00.0000030Z": [1],
        "2500-01-01T10:00:00.0000031Z": [1],
    }
    for time, counts in ingested.items():
        results = published.run([process(IngestionTime=time)], [], now=now)
        assert [row["DeviceCount"] for row in results] == counts


def test_an_empty_time_is_null_as_in_kusto() -> None:
    assert found([process(IngestionTime="")]) == []
    [row] = published.run([process(Timestamp="", IngestionTime=NOW)], [], now=NOW)
    assert row["Timestamp"] == ""


def test_an_empty_pid_is_null_and_joins_a_null_pid() -> None:
    assert found([process(InitiatingProcessId="")], [thread(ProcessId=None)]) == []


def test_the_output_has_the_querys_columns_in_its_order() -> None:
    [row] = published.run([process(IngestionTime=NOW, SHA1=None)], [], now=NOW)
    assert list(row) == [
        "ImageFile",
        "ParentFile",
        "Timestamp",
        "DeviceId",
        "DeviceName",
        "ActionType",
        "FileName",
        "ProcessId",
        "InitiatingProcessFileName",
        "InitiatingProcessId",
        "ReportId",
        "SHA1",
        "ExpectedParent",
        "DeviceCount",
    ]
    assert row["ExpectedParent"] == ["services.exe", "msmpeng.exe"]
    assert row["Timestamp"] == EARLIER


@pytest.mark.parametrize(
    ("change", "suppressed"),
    [
        ({}, True),
        ({"ActionType": "CREATEREMOTETHREADAPICALL"}, True),
        ({"ActionType": "OpenProcessApiCall"}, False),
        ({"InitiatingProcessFileName": "WERFAULT.EXE"}, True),
        ({"InitiatingProcessFileName": "WerFaultSecure.exe"}, False),
        ({"DeviceId": "A1"}, False),
        ({"ProcessId": 6100}, False),
        ({"ProcessId": "5200"}, True),
        ({"ProcessId": 5200.0}, True),
        ({"FileName": "WinWord.exe"}, False),
        ({"Timestamp": "2025-04-02T07:59:00Z"}, True),
        ({"IngestionTime": "2025-04-02T05:00:00Z"}, False),
        ({"IngestionTime": None}, False),
    ],
)
def test_a_crash_thread_into_the_parent_suppresses_by_device_pid_and_exact_name(
    change: dict[str, Any],
    suppressed: bool,  # noqa: FBT001
) -> None:
    assert (found([process()], [thread(**change)]) == []) is suppressed


def test_the_join_reads_the_parents_name_as_it_was_logged() -> None:
    assert found([process(parent="WinWord.exe")], [thread("WinWord.exe")]) == []
    assert found([process(parent="WinWord.exe")], [thread("winword.exe")]) == [
        ("svchost.exe", "winword.exe", 1)
    ]


def test_null_pids_and_empty_names_join_each_other() -> None:
    nameless = process(parent=None, InitiatingProcessId=None)
    assert found([nameless], [thread(None, ProcessId=None)]) == []
    assert found([nameless], [thread("", ProcessId=math.nan)]) == []
    assert found([nameless], [thread(None)]) == [("svchost.exe", "", 1)]


def test_one_crash_that_comes_first_hides_the_pair_on_every_device() -> None:
    rows = [process(), process(DeviceId="a2", Timestamp="2025-04-02T07:30:00Z")]
    assert found(rows, [thread()]) == []
    later_crash = [thread(DeviceId="a2")]
    assert found(rows, later_crash) == [("svchost.exe", "winword.exe", 2)]


def test_many_threads_that_match_nothing_change_nothing() -> None:
    threads = [thread(ProcessId=pid) for pid in range(100)]
    assert found([process()], threads) == [("svchost.exe", "winword.exe", 1)]


def test_no_rows_give_no_rows() -> None:
    assert published.run([], [], now=NOW) == []


def test_another_registry_can_be_put_into_its_table() -> None:
    [row] = published.run([process("csrss.exe")], [], now=NOW, registry=DEFAULT_RELATIONS)
    assert row["ExpectedParent"] == ["smss.exe"]


NAIVE = datetime(2025, 4, 2, 7)  # noqa: DTZ001
NO_TIME = "must be a datetime or a text in ISO 8601"


@pytest.mark.parametrize(
    ("change", "field", "value", "reason"),
    [
        ({"Timestamp": 7}, "Timestamp", 7, NO_TIME),
        ({"Timestamp": 7, "IngestionTime": NOW}, "Timestamp", 7, NO_TIME),
        ({"Timestamp": NAIVE}, "Timestamp", NAIVE, "must have a time zone"),
        ({"IngestionTime": 7}, "IngestionTime", 7, NO_TIME),
        ({"FileName": 7}, "FileName", 7, "must be a text"),
        ({"DeviceId": ["a1"]}, "DeviceId", ["a1"], "must be a text"),
        ({"ReportId": 1.5}, "ReportId", 1.5, "must be a number or a text"),
        ({"InitiatingProcessId": "x"}, "InitiatingProcessId", "x", "must be a whole number"),
        ({"InitiatingProcessId": 1.5}, "InitiatingProcessId", 1.5, "must be a whole number"),
    ],
)
def test_a_value_that_the_column_could_not_hold_is_refused_by_name(
    change: dict[str, Any], field: str, value: object, reason: str
) -> None:
    with pytest.raises(InvalidEvent) as refused:
        published.run([process(**change)], [], now=NOW)
    assert (refused.value.field, refused.value.value, refused.value.reason) == (field, value, reason)


@pytest.mark.parametrize("column", ["Timestamp", "IngestionTime"])
def test_a_text_that_is_no_time_is_refused_with_the_readers_reason(column: str) -> None:
    with pytest.raises(InvalidEvent, match=rf"^{column} = 'soon': is not a time in ISO 8601 \(.+\)$"):
        published.run([process(**{column: "soon"})], [], now=NOW)


def test_a_now_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidEvent, match=r"^now = .*must have a time zone$"):
        published.run([], [], now=NAIVE)


def test_a_row_that_is_no_mapping_is_refused() -> None:
    rows: Any = [5]
    with pytest.raises(InvalidEvent, match=r"^row = 5: must be a mapping of column names to values$"):
        published.run(rows, [], now=NOW)


def test_a_time_without_a_zone_is_in_utc_as_in_kusto() -> None:
    assert found([process(Timestamp="2025-04-02 06:00:00")]) == [("svchost.exe", "winword.exe", 1)]


def test_running_changes_no_input() -> None:
    rows, threads = [process()], [thread()]
    published.run(rows, threads, now=NOW)
    assert (rows, threads) == ([process()], [thread()])
