"""XML from outside is read as an event or refused, in linear time."""

from __future__ import annotations

import pytest

from parentchild import telemetry
from parentchild.errors import InvalidEvent
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
        ("<Event>", "is not well-formed XML"),
        ("<Event>&undeclared;</Event>", "is not well-formed XML"),
        ("<Event>\x08</Event>", "is not well-formed XML"),
        ("<Event>\ud800</Event>", "is not well-formed XML"),
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
