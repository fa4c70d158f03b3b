"""The account: every row given is in exactly one of four counts, whatever form the rows come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import Hunt, Report, hunt, telemetry
from tests.hunting.telemetry_rows import fixed, rows
from tests.hunting.test_agreement import BACKENDS, columns, module, thorough
from tests.telemetry import rows as samples

HOSTILE: tuple[Any, ...] = (
    None, "", "-", "nan", float("nan"), 0, -1, True, 4688, "4688", "1", [], {}, [1], {"Value": 1}, "\x00",
    "\ud800", "ProcessCreated", "processcreated", "OpenProcessApiCall", b"\xff", 2**70, 1.5,
    "Microsoft-Windows-Sysmon",
)  # fmt: skip
EVENT_LOG = ("EventID", "Provider", "Channel", "Computer", "TimeCreated", "Image", "ParentImage",
             "SourceImage", "ProcessId", "NewProcessName", "ParentProcessName")  # fmt: skip


def four(report: Report) -> tuple[int, int, int, int]:
    stats = report.stats
    return stats.starts, stats.process_events, stats.other_events, stats.unreadable


def hostile_rows() -> st.SearchStrategy[dict[str, Any]]:
    """Rows of Defender, and flat ones of the event log, in which anything may stand anywhere."""
    anything = st.sampled_from(HOSTILE)
    mixed = rows().flatmap(
        lambda row: st.dictionaries(st.sampled_from(sorted(row)), anything, max_size=4).map(
            lambda bad: {**row, **bad}
        )
    )
    return mixed | st.fixed_dictionaries(
        {
            name: anything
            if "Image" not in name
            else anything | st.just("C:\\Windows\\System32\\svchost.exe")
            for name in EVENT_LOG
        }
    )


@thorough
@given(st.lists(hostile_rows() | st.sampled_from(HOSTILE), max_size=8))
def test_whatever_is_among_rows_is_counted(given_rows: list[Any]) -> None:
    report = hunt(given_rows)
    assert report.stats.rows >= len(given_rows)  # a text may hold several
    assert report.stats.rows == sum(source.rows for source in report.sources) == sum(four(report))
    assert report.stats.unreadable == sum(row.count for row in report.invalid)


@thorough
@given(st.lists(hostile_rows(), max_size=8))
def test_each_row_is_in_one_count_and_the_account_adds_up(table: list[dict[str, Any]]) -> None:
    for given_rows in (table, iter(table)):
        report = hunt(given_rows)
        assert report.stats.rows == len(table)
        assert sum(source.rows for source in report.sources) == len(table)
        assert report.stats.unreadable == sum(row.count for row in report.invalid)
        for source in report.sources:
            assert sum(number for _, number in source.kinds) == source.other_events


@thorough
@given(st.data(), st.sampled_from(["defender", "event log"]))
def test_columns_and_rows_give_one_account_whatever_stands_in_them(data: st.DataObject, kind: str) -> None:
    keys = sorted(fixed(1)[0]) if kind == "defender" else list(EVENT_LOG)
    table = data.draw(
        st.lists(hostile_rows().map(lambda row: {key: row.get(key) for key in keys}), min_size=1, max_size=8)
    )
    of_rows, of_columns = hunt(table), hunt(columns(table))
    assert (of_columns.sources, of_columns.stats) == (of_rows.sources, of_rows.stats)
    assert of_columns.findings == of_rows.findings
    assert [(row.index, row.reason, row.count) for row in of_columns.invalid] == [
        (row.index, row.reason, row.count) for row in of_rows.invalid
    ]


EVENT_LOG_ROWS = [
    {"EventID": number, "Provider": provider, "Channel": channel, "Computer": "ws-01",
     "TimeCreated": "2026-03-01T09:00:00Z", "Image": image, "ParentImage": "C:\\Windows\\explorer.exe",
     "SourceImage": None, "ProcessId": "42", "NewProcessName": image,
     "ParentProcessName": "C:\\Windows\\explorer.exe"}
    for number in (1, 3, 5, 8, 4688, 4689, 7045, None)
    for provider, channel in (
        ("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"), ("Linux-Sysmon", None),
        ("Microsoft-Windows-Security-Auditing", "Security"), ("Microsoft-Windows-Kernel-General", "System"),
        (None, "Security"), (None, None),
    )
    for image in ("C:\\Windows\\System32\\svchost.exe", "C:\\Windows\\notepad.exe", None)
]  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
def test_who_wrote_a_record_decides_in_every_frame_as_in_rows(backend: str) -> None:
    if backend != "columns":
        module("narwhals")
    report, expected = hunt(BACKENDS[backend](EVENT_LOG_ROWS)), hunt(EVENT_LOG_ROWS)
    assert expected.stats.rows == len(EVENT_LOG_ROWS)
    assert {source.name for source in expected.sources} >= {
        "Sysmon",
        "Windows security log",
        "Windows event log",
    }
    assert (report.sources, report.stats, report.findings) == (
        expected.sources,
        expected.stats,
        expected.findings,
    )


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "columns"])
def test_frames_of_every_source_give_the_account_of_their_rows(backend: str) -> None:
    module("narwhals")
    assert len(FLAT) > 5
    for name, table in FLAT.items():
        report, expected = hunt(BACKENDS[backend](table)), hunt(table)
        assert (name, report.sources, report.stats) == (name, expected.sources, expected.stats)
        assert report.findings == expected.findings


def flat_rows() -> dict[str, list[dict[str, Any]]]:
    """Return rows of each source whose rows hold nothing but texts and numbers, all with the same columns."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, row in samples.SOURCES.items():
        if all(isinstance(value, str | int | float | None) for value in row.values()):
            found[name] = [dict(row)] * 3
    return found


FLAT = flat_rows()


def test_a_document_counts_as_the_rows_that_it_holds() -> None:
    document = {"hits": {"hits": [{"_source": row} for row in fixed(7)]}}
    assert hunt(document).stats == hunt(fixed(7)).stats
    assert hunt([document, document]).stats.rows == 14
    assert hunt([fixed(3), fixed(4)]).stats.rows == 7


@thorough
@given(st.lists(rows(), max_size=12), st.integers(0, 12), st.booleans())
def test_midway_every_row_that_was_taken_is_counted(
    table: list[dict[str, Any]],
    stop: int,
    once: bool,  # noqa: FBT001
) -> None:
    taken = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for row in table:
            taken += 1
            yield row

    going = Hunt(counted() if once else table)
    for number, _ in enumerate(going):
        if once:
            assert going.report().stats.rows == taken
        assert (
            going.report().stats.rows == sum(source.rows for source in going.report().sources) <= len(table)
        )
        if number == stop:
            break
    going.run()
    assert going.report().stats.rows == len(table)
    assert going.report() == hunt(iter(table) if once else table)


class Interrupted(Exception):  # noqa: N818 - stands for KeyboardInterrupt
    pass


@thorough
@given(st.lists(rows(), max_size=12), st.integers(0, 12))
def test_an_interruption_leaves_the_account_of_the_rows_before_it(
    table: list[dict[str, Any]], stop: int
) -> None:
    def interrupted() -> Iterator[dict[str, Any]]:
        yield from table[:stop]
        raise Interrupted

    going = Hunt(interrupted())
    with pytest.raises(Interrupted):
        going.run()
    report = going.report()
    expected = hunt(iter(table[:stop]))
    assert not report.is_complete
    assert (report.stats, report.sources, report.findings) == (
        expected.stats,
        expected.sources,
        expected.findings,
    )


def test_what_waits_for_a_second_reading_is_in_the_report_of_an_interrupted_hunt() -> None:
    class Rows(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            yield from super().__iter__()
            raise Interrupted

    row = fixed(1)[0] | {"ActionType": "ProcessCreated", "FileName": "lsass.exe", "FolderPath": None,
                         "InitiatingProcessFileName": "cmd.exe",
                         "InitiatingProcessFolderPath": None}  # fmt: skip
    going = Hunt(Rows([row]))
    with pytest.raises(Interrupted):
        going.run()
    assert [(each.child, each.parent) for each in going.report()] == [("lsass.exe", "cmd.exe")]


def test_a_start_without_a_child_is_unreadable_in_every_form() -> None:
    module("narwhals")
    row = fixed(1)[0] | {"ActionType": "ProcessCreated", "FileName": None, "FolderPath": None}
    other = row | {"FileName": "notepad.exe"}
    makers: list[Callable[[list[dict[str, Any]]], Any]] = [list, iter, *BACKENDS.values()]
    for make in makers:
        report = hunt(make([row, other]))
        assert four(report) == (1, 0, 0, 1)


def test_rows_of_nothing_known_are_unreadable_in_every_form() -> None:
    module("narwhals")
    table = [{"colour": "red", "size": 1}, {"colour": "blue", "size": 2}]
    makers: list[Callable[[list[dict[str, Any]]], Any]] = [list, iter, *BACKENDS.values()]
    for make in makers:
        report = hunt(make(table))
        assert four(report) == (0, 0, 0, 2)
        assert report.sources[0].name == "unrecognised"
        assert "no process start was read" in str(report)


def test_one_source_by_name_counts_as_it_does_among_all() -> None:
    table = fixed(50)
    assert hunt(table, source=telemetry.defender).sources == hunt(table).sources


@pytest.mark.parametrize("maker", ["", "-", "WerFault.exe", None, "notepad.exe"])
def test_a_thread_whose_maker_is_not_named_is_read_in_every_form(maker: str | None) -> None:
    module("narwhals")
    thread = {"ActionType": "CreateRemoteThreadApiCall", "InitiatingProcessFileName": maker, "Timestamp": "x"}
    table = [{**fixed(1)[0], "Timestamp": "2026-03-01T09:00:00Z"}, fixed(1)[0] | thread]
    expected = hunt(table)
    for make in BACKENDS.values():
        assert hunt(make(table)).sources == expected.sources


def cut_rows() -> list[dict[str, Any]]:
    """Return XML in a column: two rows cut off, one whole, one cut off before its data."""
    text = samples.xml(1)
    within = text.index("<Data Name='ParentImage'>")
    return [{"_raw": text[:end]} for end in (within, within + 40, len(text), text.index("<EventData>"))]


def test_rows_that_were_cut_off_are_told_of_in_every_form_and_still_counted_once() -> None:
    module("narwhals")
    makers: list[Callable[[list[dict[str, Any]]], Any]] = [list, iter, *BACKENDS.values()]
    for make in makers:
        report = hunt(make(cut_rows()))
        assert four(report) == (3, 0, 0, 1)
        assert report.stats.truncated == 2
        assert {source.name: source.truncated for source in report.sources if source.truncated} == {
            "Sysmon": 2
        }
        for page in (str(report), report.to_html(), report.to_markdown()):
            assert "2 rows were cut off; fields after the cut are missing (Sysmon 2)." in page


def test_where_no_row_was_cut_off_nothing_is_said_of_it() -> None:
    report = hunt([{"_raw": samples.xml(1)}])
    assert report.stats.truncated == 0
    assert "cut off" not in str(report)
