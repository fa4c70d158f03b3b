"""What analysts hold in their hands, given to `hunt` as it is; shared cases stand beside the checkout."""

# The lambdas here get rows and frames of several libraries: they say no types, and need none.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from parentchild import InvalidArgument, Report, hunt, telemetry
from tests.hunting.telemetry_rows import fixed
from tests.hunting.test_agreement import BACKENDS, module, pandas, polars, told
from tests.telemetry import rows as samples
from tests.telemetry.test_inputs import CASES, REFUSED, rows_of


def listed(case: dict[str, Any]) -> list[Any]:
    """Return the rows of a case one by one, a document as the only one."""
    rows = rows_of(case)
    return rows if isinstance(rows, list) else [rows]


FORMS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "as it is": rows_of,
    "one by one": lambda case: iter(listed(case)),
    "pages": lambda case: [listed(case)],
    "lines of JSON": lambda case: [row if isinstance(row, str) else json.dumps(row) for row in listed(case)],
    "one text": lambda case: "\n".join(
        row if isinstance(row, str) else json.dumps(row) for row in listed(case)
    ),
}


@pytest.mark.skipif(not CASES, reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_what_a_tool_writes_gives_its_events_and_findings(case: dict[str, Any], form: str) -> None:
    refused = case["events"] == REFUSED
    if refused and form == "one text":
        return  # a text that is no JSON and no XML is refused as a whole
    report = hunt(FORMS[form](case))
    check(case, report)


@pytest.mark.skipif(not CASES, reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("make", [pandas, polars], ids=["pandas", "polars"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_data_frame_of_any_of_these_shapes_gives_the_same(
    case: dict[str, Any], make: Callable[..., Any]
) -> None:
    module("narwhals")
    rows = rows_of(case)
    if case["form"] not in {"row", "table"} or not all(isinstance(row, dict) for row in rows):
        pytest.skip("these are no rows")
    try:
        frame = make(rows)
    except Exception:  # noqa: BLE001 - whatever an engine says of values that no column of its can hold
        pytest.skip("this engine has no such frame")
    check(case, hunt(frame))


@pytest.mark.skipif(not CASES, reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_json_normalize_gives_the_same(case: dict[str, Any]) -> None:
    module("narwhals")
    rows = rows_of(case)
    if case["form"] != "row" or not all(isinstance(row, dict) for row in rows):
        pytest.skip("these are no rows")
    check(case, hunt(module("pandas").json_normalize(rows)))


def check(case: dict[str, Any], report: Report) -> None:
    if case["events"] == REFUSED:
        assert report.stats.unreadable == report.stats.rows > 0
        assert len(report) == 0
        return
    expected = [each for each in case["events"] if each is not None]
    stats = report.stats
    assert [str(row) for row in report.invalid] == []
    assert stats.rows == len(case["events"])
    assert stats.starts + stats.process_events == len(expected)
    assert stats.other_events == len(case["events"]) - len(expected)
    # cases of images that the seed's eleven rows watch say what the default relations add, and no more
    wanted = {(child.lower(), parent.lower()) for child, parent, *_ in case["findings"]}
    assert {(each.child, each.parent) for each in report} >= wanted


# forms ------------------------------------------------------------------------------------------------


def test_chunks_batches_readers_and_data_sets_give_what_their_rows_give() -> None:
    module("narwhals")
    pa, ds, pd = module("pyarrow"), module("pyarrow.dataset"), module("pandas")
    table = fixed(50)
    frame = pa.Table.from_pylist(table)
    expected = told(hunt(table))
    assert told(hunt(frame.to_batches()[0])) == expected
    assert told(hunt(ds.dataset(frame))) == expected
    assert told(hunt(ds.dataset(frame).scanner())) == expected
    once = told(hunt(iter(table)))
    assert told(hunt(frame.to_reader(max_chunksize=7))) == once
    assert told(hunt(frame.to_batches(max_chunksize=7)[at] for at in range(8))) == once
    assert told(hunt(pd.DataFrame(table[at : at + 7]) for at in range(0, 50, 7))) == once
    text = io.StringIO(pd.DataFrame(table).to_csv(index=False))
    chunks = hunt(pd.read_csv(text, chunksize=7))
    assert [(each.child, each.parent, each.occurrences) for each in chunks] == [
        (each.child, each.parent, each.occurrences) for each in hunt(iter(table))
    ]


def test_csv_text_as_a_dict_reader_gives_it() -> None:
    table = fixed(50)
    text = io.StringIO()
    writer = csv.DictWriter(text, table[0])
    writer.writeheader()
    writer.writerows(table)
    text.seek(0)
    found = hunt(csv.DictReader(text))
    assert [(each.child, each.parent) for each in found] == [
        (each.child, each.parent) for each in hunt(table)
    ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_source_in_a_frame_is_read_as_its_row_is(backend: str) -> None:
    if backend != "columns":
        module("narwhals")
    for name, row in samples.all_rows().items():
        if (
            backend == "duckdb"
            and "duckdb" not in name
            and any(not value for value in row.values() if isinstance(value, dict))
        ):
            continue
        report, expected = hunt(BACKENDS[backend]([dict(row)])), hunt([dict(row)])
        assert (name, report.sources) == (name, expected.sources)
        assert [each.uid for each in report] == [each.uid for each in expected]


@pytest.mark.parametrize(
    ("make", "call"),
    [
        (lambda pd: [pd.DataFrame(fixed(3))], r"give it alone to hunt, or its rows, df\.to_dict"),
        (lambda pd: list(pd.DataFrame(fixed(3)).itertuples()), r"df\.to_dict"),
        (lambda pd: pd.DataFrame(fixed(3))["FileName"], "is no data frame"),
        (lambda pd: pd.DataFrame(fixed(3)).iloc[:, [0, 1, 1]], "two columns of one name"),
        (lambda _: "events.parquet", "read it first"),
    ],
)
def test_what_holds_rows_and_is_none_is_refused_at_once_with_the_call_to_make(make: Any, call: str) -> None:
    with pytest.raises(InvalidArgument, match=call):
        hunt(make(module("pandas")))


def test_a_device_can_be_named_for_rows_that_name_none() -> None:
    module("narwhals")
    table = [{**row, "DeviceName": None} for row in fixed(20)]
    for given in (table, iter(table), BACKENDS["columns"](table), pandas(table)):
        report = hunt(given, device=lambda row: f"ws-{row['ReportId']}")
        assert all(device.startswith("ws-") for each in report for device in each.devices)
        assert report.stats.nameless == 0


def test_a_zone_is_that_of_local_times() -> None:
    from datetime import timedelta, timezone  # noqa: PLC0415

    row = {"EventID": 4688, "EventTime": "2026-03-01 10:00:00", "Hostname": "ws-1", "SourceName":
           "Microsoft-Windows-Security-Auditing", "NewProcessName": r"C:\Windows\System32\lsass.exe",
           "ParentProcessName": r"C:\Windows\System32\cmd.exe"}  # fmt: skip
    assert hunt([row]).stats.unreadable == 1
    [finding] = hunt([row], zone=timezone(timedelta(hours=2)))
    assert finding.first_seen.isoformat() == "2026-03-01T08:00:00+00:00"


def test_a_listing_of_windows_xp_is_judged_by_what_windows_xp_does() -> None:
    def process(pid: int, parent: int, name: str, second: int) -> dict[str, Any]:
        return {"PID": pid, "PPID": parent, "ImageFileName": name,
                "CreateTime": f"2010-08-15 19:17:{second:02}", "ExitTime": None, "Threads": 1,
                "Handles": 2, "SessionId": 0}  # fmt: skip

    xp = [
        process(4, 0, "System", 0),
        process(544, 4, "smss.exe", 5),
        process(608, 544, "csrss.exe", 6),
        process(632, 544, "winlogon.exe", 7),
        process(676, 632, "services.exe", 8),
        process(688, 632, "lsass.exe", 9),
        process(856, 676, "svchost.exe", 10),
        process(900, 688, "cmd.exe", 11),
    ]
    for given in (xp, xp[::-1], BACKENDS["columns"](xp)):
        report = hunt(given, device="image-1")
        assert [(each.child, each.parent) for each in report] == [("cmd.exe", "lsass.exe")]
    by_name = hunt(xp, source=telemetry.pslist, device="image-1")
    assert [(each.child, each.parent) for each in by_name] == [("cmd.exe", "lsass.exe")]
    newer = [*xp, process(500, 4, "wininit.exe", 6)]
    assert {("services.exe", "winlogon.exe"), ("lsass.exe", "winlogon.exe")} <= {
        (each.child, each.parent) for each in hunt(newer)
    }
