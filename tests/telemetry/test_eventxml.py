"""XML from outside is read as an event or refused, in linear time."""

from __future__ import annotations

from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS, telemetry
from parentchild.errors import InvalidEvent
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry.eventxml import LONGEST, event_text
from tests.telemetry.rows import xml

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;">]>'
    "<Event><System><EventID>1</EventID></System>"
    "<EventData><Data Name='Image'>&lol1;</Data></EventData></Event>"
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><Event/>",
        "<Event><!ENTITY x 'y'></Event>",
        "<Event><!-- fine --><!ELEMENT x></Event>",
    ],
)
def test_declarations_are_refused_before_parsing(text: str) -> None:
    with pytest.raises(InvalidEvent, match="declares a document type or entities"):
        event_text("_raw", text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<Event>", "was cut off before the first of its data"),
        ("<Event></System>", "is not well-formed XML"),
        ("<Event>&undeclared;</Event>", "is not well-formed XML"),
        ("<Event>\x08", "was cut off before the first of its data"),
        ("<Event\x08></Event\x08>", "is not well-formed XML"),
        ("<a>" * 17 + "</a>" * 17, "is nested deeper than an event can be"),
        ("<" + "a" * LONGEST, "is longer than the 1048576 characters"),
        ("<EventData><Data Name='a'>1</Data><Data Name='a'>2</Data></EventData>", "gives a twice"),
        ("<System><EventID>1</EventID><EventID>2</EventID></System>", "gives EventID twice"),
        ("<EventData><Data Name='a'>x<b/>y</Data></EventData>", "has an element where an event has a value"),
    ],
)
def test_what_is_no_event_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidEvent, match=reason):
        event_text("_raw", text)


def test_escaped_markup_stays_text() -> None:
    text = "<EventData><Data Name='CommandLine'>a &amp; b &lt;Data Name='Image'&gt;</Data></EventData>"
    assert event_text("_raw", text).data == {"CommandLine": "a & b <Data Name='Image'>"}


def test_comments_declarations_and_prefixes_are_nothing_special() -> None:
    text = "\ufeff<?xml version='1.0' encoding='utf-16'?><!-- a --><e:Event xmlns:e='x'><e:System>"
    text += "<e:EventID Qualifiers='0'>1</e:EventID></e:System></e:Event>"
    assert event_text("_raw", text).system == {"EventID": "1"}


def test_an_event_without_its_system_part_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="must be the XML of an event, with its System part"):
        telemetry.read({"_raw": "<EventData/>"})


def test_whitespace_between_elements_is_no_value() -> None:
    spaced = xml(4688).replace("><", ">\r\n  <")
    assert telemetry.read({"_raw": spaced}) == telemetry.read({"_raw": xml(4688)})


def test_a_long_command_line_is_read() -> None:
    long = xml(1).replace("svchost.exe -k netsvcs", "x" * 500_000)
    assert telemetry.read({"_raw": long}) is not None


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\x01", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800", "\udfff"),
        *("&#0;", "&#1;", "&#x1F;", "&#xFFFF;", "&#xD800;", "&#x110000;", "&#99999999999999;"),
    ],
)
def test_a_character_that_xml_forbids_becomes_u_fffd(character: str) -> None:
    text = f"<EventData><Data Name='CommandLine'>a{character}b</Data><Data Name='Image'>x</Data></EventData>"
    assert event_text("_raw", text).data == {"CommandLine": "a\ufffdb", "Image": "x"}


@pytest.mark.parametrize(
    ("reference", "character"),
    [("&#65;", "A"), ("&#x41;", "A"), ("&#0000000065;", "A"), ("&#x9;", "\t"), ("&#x10FFFF;", "\U0010ffff")],
)
def test_an_allowed_reference_is_its_character(reference: str, character: str) -> None:
    text = f"<EventData><Data Name='Image'>{reference}</Data></EventData>"
    assert event_text("_raw", text).data == {"Image": character}


@pytest.mark.parametrize("number", [1, 4688])
def test_one_forbidden_character_hides_no_event(number: int) -> None:
    plain = xml(number)
    hidden = plain.replace("explorer.exe", "explorer.exe\x01", 1)
    assert hidden != plain
    found = telemetry.read({"_raw": hidden})
    assert found is not None
    assert found.timestamp == getattr(telemetry.read({"_raw": plain}), "timestamp", None)


@pytest.mark.parametrize("number", [1, 4688])
def test_truncated_xml_is_read_as_far_as_it_goes_or_refused(number: int) -> None:
    text = xml(number)
    whole = event_text("_raw", text)
    cut_within_data = text.index("</System>") + len("</System><EventData>")
    for end in range(len(text)):
        try:
            found = event_text("_raw", text[:end])
        except InvalidEvent:
            continue
        assert end > cut_within_data
        assert found.is_truncated
        assert found.system == whole.system
        assert found.data.items() <= whole.data.items()
    assert not whole.is_truncated


def test_a_truncated_event_that_still_has_its_child_is_an_event() -> None:
    text = xml(1)
    event = telemetry.read({"_raw": text[: text.index("<Data Name='ParentImage'>") + 40]})
    assert event is not None
    assert getattr(event, "parent", None) is not None


def test_a_truncated_event_that_has_lost_its_child_is_unreadable_and_says_why() -> None:
    text = xml(1)
    with pytest.raises(InvalidEvent, match="has neither name nor path in the row; the row was cut off"):
        telemetry.read({"_raw": text[: text.index("<Data Name='Image'>")]})


SYSMON_XML, SECURITY_XML = xml(1), xml(4688)
CUT_ROWS: list[Any] = [
    {"_raw": SYSMON_XML[: SYSMON_XML.index("<Data Name='ParentImage'>") + 40]},
    SYSMON_XML[: SYSMON_XML.index("<Data Name='ParentCommandLine'>") + 33],
    {"EventID": 1, "Source": "Microsoft-Windows-Sysmon", "TimeCreated": "2024-06-10T10:30:00Z",
     "EventData": "<EventData><Data Name='Image'>C:\\Temp\\x.exe</Data><Data Name='CommandLine'>x"},
    {"result": {"_raw": SECURITY_XML[: SECURITY_XML.index("<Data Name='CommandLine'>") + 30]},
     "preview": False},
    SECURITY_XML.replace(">4688<", ">4625<")[:-20],
]  # fmt: skip
"""Rows as collectors and stores cut them, in several envelopes; the last is about something else."""


@pytest.mark.parametrize("prefilter", [None, Prefilter(DEFAULT_RELATIONS.compiled)])
def test_a_row_that_was_cut_off_is_counted_as_such_beside_its_one_count(prefilter: Prefilter | None) -> None:
    counts = telemetry.RowCounts()
    list(telemetry.read_many([*CUT_ROWS, SYSMON_XML, SECURITY_XML], prefilter=prefilter, counts=counts))
    assert (counts.rows, counts.truncated) == (len(CUT_ROWS) + 2, len(CUT_ROWS))
    assert {name: each.truncated for name, each in counts.by_source.items()} == {
        "Sysmon": 3,
        "Windows security log": 2,
    }
    more = telemetry.RowCounts()
    more.add(counts)
    assert more.truncated == counts.truncated


def test_a_source_that_is_named_counts_what_was_cut_off_too() -> None:
    counts = telemetry.RowCounts()
    list(telemetry.sysmon.read_many([CUT_ROWS[0], CUT_ROWS[4]], counts=counts, device="ws-1"))
    assert (counts.starts, counts.other_events, counts.truncated) == (1, 1, 2)


@pytest.mark.parametrize(
    "row",
    [
        '{"EventID": 4688, "NewProcessName": "C:\\\\Temp\\\\x.exe", "Comman',
        {"EventID": 4688, "EventData": '{"NewProcessName": "C:\\\\Temp\\\\x.exe", "Comman'},
        {"_raw": '{"EventID": 4688, "NewProcessName": "C:\\\\Temp\\\\x.exe", "Comman'},
    ],
)
def test_json_that_was_cut_off_is_unreadable_and_says_so(row: Any) -> None:
    with pytest.raises(InvalidEvent, match="is not complete JSON"):
        telemetry.read(row)
