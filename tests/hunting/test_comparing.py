"""Devices of a report, and what changed since an earlier one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import InvalidArgument, hunt
from tests.hunting.findings_of import events, report, wrong
from tests.hunting.telemetry_rows import fixed


def test_what_is_new_gone_and_grown_is_told() -> None:
    earlier = report(wrong("a.exe"), wrong("b.exe"), wrong("c.exe"))
    now = report(wrong("b.exe"), wrong("b.exe", device="ws-2"), wrong("c.exe"), wrong("d.exe"))
    for before in (earlier, earlier.to_dicts(), json.loads(json.dumps(earlier.to_dicts()))):
        change = now.compare(before)
        assert [finding.parent for finding in change.new] == ["d.exe"]
        assert [row["parent"] for row in change.gone] == ["a.exe"]
        [grown] = change.grown
        assert (grown.finding.parent, grown.devices_before, grown.occurrences_before) == ("b.exe", 1, 1)
        assert str(change) == "1 new, 1 gone, 1 grown"


@settings(max_examples=50, deadline=None)
@given(st.lists(events(), max_size=12), st.lists(events(), max_size=12))
def test_new_and_gone_change_places_with_the_reports(one: list[Any], other: list[Any]) -> None:
    first, second = report(*one), report(*other)
    there, back = second.compare(first), first.compare(second)
    assert {finding.uid for finding in there.new} == {row["uid"] for row in back.gone}
    assert {row["uid"] for row in there.gone} == {finding.uid for finding in back.new}
    same = first.compare(first)
    assert (same.new, same.gone, same.grown) == ((), (), ())


@pytest.mark.parametrize(
    "earlier", [None, 7, "report.json", {"uid": "x"}, [7], [{"child": "a"}], [{"uid": "x"}, None]]
)
def test_a_report_is_compared_with_a_report_or_its_rows_alone(earlier: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"Report, or the rows of its to_dicts\(\)"):
        hunt(fixed(20)).compare(earlier)


def test_a_row_without_counts_is_refused() -> None:
    now = report(wrong("a.exe"))
    with pytest.raises(InvalidArgument, match="has no device_count"):
        now.compare([{"uid": now[0].uid}])


def test_devices_come_by_their_highest_score_with_their_findings_in_the_order_of_time() -> None:
    whole = report(
        wrong("a.exe", second=9, device="ws-2"),
        wrong("b.exe", second=5, device="ws-2"),
        wrong("cmd.exe", child="lsass.exe", second=7, device="ws-1"),
        wrong("c.exe", device=""),
    )
    devices = whole.by_device()
    assert [device.device for device in devices] == ["ws-1", "ws-2", ""]
    assert [finding.parent for finding in devices[1].findings] == ["b.exe", "a.exe"]
    assert devices[0].severity == max(finding.severity for finding in whole)
    assert str(devices[2]).endswith("a device without a name: 1 finding")


@settings(max_examples=50, deadline=None)
@given(st.lists(events(), max_size=20))
def test_every_device_of_every_finding_is_there_once(given_events: list[Any]) -> None:
    whole = report(*given_events)
    expected = {(device, finding.uid) for finding in whole for device in finding.devices}
    told = [(each.device, finding.uid) for each in whole.by_device() for finding in each.findings]
    assert (len(told), set(told)) == (len(expected), expected)
    scores = [each.risk_score for each in whole.by_device()]
    assert scores == sorted(scores, reverse=True)
