"""The account: every row given is in exactly one count, whether the prefilter rejected it or not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import DEFAULT_RELATIONS, telemetry
from parentchild.relations.prefilter import Prefilter
from tests.telemetry.rows import DEFENDER, DEFENDER_THREAD, all_rows, flat
from tests.telemetry.wrapped import WRAPPED

ROWS: dict[str, Any] = {**all_rows(), **WRAPPED}
NAMES = sorted(ROWS)
BROKEN: tuple[Any, ...] = (None, 5, "CEF:0", {"colour": "red"}, {**DEFENDER, "Timestamp": "then"}, [1])
KINDS = {"FileCreated": {**DEFENDER, "ActionType": "FileCreated"}, "3": {**flat(1), "EventID": 3}}


def ignored(index: int, error: Exception) -> None:
    """Go on."""


def counted(
    rows: list[Any], prefilter: Any = None, read_many: Any = telemetry.read_many
) -> telemetry.RowCounts:
    """The account of rows."""
    counts = telemetry.RowCounts()
    list(read_many(rows, prefilter=prefilter, counts=counts, on_invalid=ignored))
    return counts


def figures(counts: telemetry.RowCounts) -> dict[str, tuple[int, int, int, int]]:
    """An account as plain numbers."""
    return {
        name: (each.starts, each.process_events, each.other_events, each.unreadable)
        for name, each in counts.by_source.items()
    }


def prefilters() -> list[Prefilter]:
    """Prefilters of each kind, the one of the fast loop among them."""
    table = DEFAULT_RELATIONS.compiled
    return [
        Prefilter(table),
        Prefilter(table),
        Prefilter(table, remembers_processes=True),
        Prefilter(table, evidence=frozenset({"werfault.exe"})),
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(NAMES) | st.integers(0, len(BROKEN) - 1) | st.sampled_from(sorted(KINDS))))
def test_the_four_counts_add_up_to_the_rows_with_any_prefilter(chosen: list[Any]) -> None:
    rows = [
        BROKEN[each] if isinstance(each, int) else KINDS[each] if each in KINDS else ROWS[each]
        for each in chosen
    ]
    plain = counted(rows)
    assert plain.rows == len(rows)
    assert plain.rows == plain.starts + plain.process_events + plain.other_events + plain.unreadable
    for prefilter in prefilters():
        assert counted(rows, prefilter).rows == len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_readable_row_is_counted_alike_with_and_without_a_prefilter(name: str) -> None:
    plain = figures(counted([ROWS[name]] * 3))
    for prefilter in prefilters():
        assert figures(counted([ROWS[name]] * 3, prefilter)) == plain


@pytest.mark.parametrize("source", ["defender", "sysmon", "security", "asim", "endgame", "splunk_cim"])
@pytest.mark.parametrize("child", ["svchost.exe", "notepad.exe", ""])
def test_the_fast_loop_counts_as_the_slow_one(source: str, child: str) -> None:
    module: Any = getattr(telemetry, source)
    row = {"sysmon": flat(1), "security": flat(4688)}.get(source) or ROWS[source.replace("_", " ")]
    row = {name: child if str(value).endswith("svchost.exe") else value for name, value in dict(row).items()}
    plain = figures(counted([row] * 3, None, module.read_many))
    for prefilter in prefilters():
        assert figures(counted([row] * 3, prefilter, module.read_many)) == plain
        assert figures(counted([row] * 3, prefilter)) == plain


@pytest.mark.parametrize("column", ["Image", "NewProcessName"])
@pytest.mark.parametrize("nothing", ["", "-", None, " "])
def test_a_start_that_names_no_child_is_unreadable_and_not_skipped(column: str, nothing: Any) -> None:
    row = {**flat(1 if column == "Image" else 4688), column: nothing}
    for prefilter in (None, *prefilters()):
        counts = counted([row], prefilter)
        assert (counts.unreadable, counts.rows) == (1, 1)


def test_exits_and_threads_are_other_process_events_whatever_the_prefilter() -> None:
    rows = [flat(5), flat(8), flat(4689), DEFENDER_THREAD]
    for prefilter in (None, *prefilters()):
        assert counted(rows, prefilter).process_events == 4


def test_other_events_are_counted_by_kind() -> None:
    counts = counted(
        [*KINDS.values(), *KINDS.values(), {"EventID": 7036, "ProviderName": "Service Control Manager"}]
    )
    assert counts.by_source["Microsoft Defender"].kinds == {"FileCreated": 2}
    assert counts.by_source["Sysmon"].kinds == {"3": 2}
    assert counts.by_source["Windows event log"].kinds == {"service control manager 7036": 1}


def test_the_number_of_kinds_is_bounded() -> None:
    rows = [{**DEFENDER, "ActionType": f"Action{number}" * 100} for number in range(1000)]
    counts = counted(rows).by_source["Microsoft Defender"]
    assert counts.other_events == sum(counts.kinds.values()) == 1000
    assert len(counts.kinds) == 65
    assert max(map(len, counts.kinds)) <= 64


def test_a_document_counts_as_the_rows_it_holds() -> None:
    document = {"results": [DEFENDER, KINDS["FileCreated"], {**DEFENDER, "Timestamp": "never"}]}
    assert figures(counted([document])) == {"Microsoft Defender": (1, 0, 1, 1)}


def test_unknown_rows_are_unreadable() -> None:
    assert figures(counted([{"colour": "red"}, "text", None])) == {"unrecognised": (0, 0, 0, 3)}


def test_counting_goes_on_where_reading_stopped() -> None:
    counts = telemetry.RowCounts()
    events = telemetry.read_many([DEFENDER, DEFENDER], counts=counts)
    next(events)
    assert counts.rows == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"SourceName": "Linux-Sysmon"},
        {"SourceName": "Another-Provider"},
        {"SourceName": None},
        {"SourceName": 5},
        {"EventID": True},
        {"EventID": 1.5},
        {"EventID": [1]},
        {"EventID": 3},
        {"Image": None},
        {"Image": ["svchost.exe"]},
        {"ParentImage": 5},
    ],
    ids=str,
)
def test_a_flat_row_of_sysmon_that_is_not_what_it_seems_is_counted_as_without_a_prefilter(
    changes: dict[str, Any],
) -> None:
    rows = [{**flat(1), **changes}] * 3
    plain = figures(counted(rows))
    for prefilter in prefilters():
        assert figures(counted(rows, prefilter)) == plain
