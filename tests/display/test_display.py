"""Displays: everything is there, bounded, escaped, and made of what notebooks keep."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from parentchild import DEFAULT_RELATIONS, Finding, RelationRegistry, Report, hunt
from tests.display.hostile import BREAKERS, SCRIPT, report

STYLES = {
    "background", "border", "border-bottom", "border-collapse", "border-left", "border-radius", "cursor",
    "display", "font-size", "font-weight", "line-height", "margin", "margin-top", "max-width", "opacity",
    "padding", "padding-left", "table-schema", "text-align", "vertical-align", "white-space", "width",
    "word-wrap",
}  # fmt: skip
"""Properties that JupyterLab's sanitizer keeps, out of `apputils/src/sanitizer.ts`."""

TAGS = {
    "b", "br", "code", "details", "div", "li", "p", "span", "summary", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip


class Reader(HTMLParser):
    """Reads a display back: its tags, styles and text, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.styles: list[tuple[str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self.open.append(tag)
        for declaration in filter(None, (dict(attrs).get("style") or "").split(";")):
            name, _, value = declaration.partition(":")
            self.styles.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


class Printer:
    """Collects what IPython would print."""

    def __init__(self) -> None:
        self.shown = ""

    def text(self, text: str) -> None:
        self.shown += text


@pytest.fixture(scope="module")
def whole() -> Report:
    return report(many=20)


def displays(whole: Report) -> list[str]:
    return [whole._repr_html_(), DEFAULT_RELATIONS._repr_html_(), *(each._repr_html_() for each in whole)]


def test_displays_are_made_of_what_notebooks_keep(whole: Report) -> None:
    for html in displays(whole):
        reader = Reader(html)
        assert reader.tags <= TAGS
        assert reader.attributes <= {"style", "class"}
        assert {name for name, _ in reader.styles} <= STYLES
        assert not [value for _, value in reader.styles if "var(" in value or "url(" in value]
        assert not reader.open


def test_telemetry_stays_text(whole: Report) -> None:
    html = whole._repr_html_()
    assert "<script" not in html
    text = Reader(html).text
    assert SCRIPT in text
    for breaker in BREAKERS[1:3]:
        assert breaker in text
    assert not re.search("[\x00-\x1f\x7f\u202e\ud800]", text)


def test_no_mathematics_is_looked_for_in_command_lines(whole: Report) -> None:
    assert all(html.startswith("<div") and "mathjax_ignore" in html[:200] for html in displays(whole))


def test_displays_are_bounded() -> None:
    many = report(many=400)
    assert len(many._repr_html_()) < 150_000
    text = Reader(many._repr_html_()).text
    assert f"... {len(many) - 25} more findings" in text
    assert "... (4500 more)" in text  # of a command line of five thousand letters
    printer = Printer()
    many._repr_pretty_(printer, cycle=False)
    assert len(printer.shown) < 20_000
    assert f"... {len(many) - 20} more findings" in printer.shown
    spread = next(finding for finding in many if finding.parent == "wscript.exe")
    assert "and 48 more" in Reader(spread._repr_html_()).text


def test_a_report_says_what_is_not_among_its_findings_and_why(whole: Report) -> None:
    for text in (str(whole), Reader(whole._repr_html_()).text):
        assert "the crash handler was at work" in text
        assert "ACME's agent" in text
        assert "the source names no parent" in text
        assert "security identifier" in text
        assert "1 unreadable" in text
    assert "row 0: Timestamp" in Reader(whole._repr_html_()).text


@pytest.mark.parametrize("finding", report().findings, ids=lambda finding: finding.reason.value)
def test_the_chain_shows_every_process_and_what_was_expected(finding: Finding) -> None:
    shortened = {text[:200] for text in BREAKERS}
    for text in (str(finding), Reader(finding._repr_html_()).text):
        event = finding.event
        for process in (event.process, event.parent, event.creator, event.grandparent):
            if process is not None and process.name is not None and process.name not in shortened:
                assert process.name in text
                assert process.pid is None or str(process.pid) in text
        assert all(name in text for name in finding.expected[:1])


def test_a_borrowed_letter_is_spelled_out(whole: Report) -> None:
    [twin] = [finding for finding in whole if not finding.child.isascii()]
    assert r"sv\u0441host.exe" in str(twin)
    assert r"sv\u0441host.exe" in twin._repr_html_()


def test_an_empty_report_and_an_empty_registry_show_themselves() -> None:
    assert str(hunt([])).startswith("0 findings in 0 rows")
    assert "0 findings in 0 rows" in hunt([])._repr_html_()
    assert "0 watched as children" in RelationRegistry()._repr_html_()


def test_rich_gets_plain_pairs(whole: Report) -> None:
    pairs = [tuple(pair) for pair in whole.__rich_repr__()]
    assert [pair[0] for pair in pairs] == ["summary", "findings", "more_findings"]
    assert dict(whole[0].__rich_repr__())["reason"] == whole[0].reason.value
    assert dict(DEFAULT_RELATIONS.__rich_repr__()).keys() == {"children", "parents"}


def test_a_timeline_has_one_record_a_pair_in_order(whole: Report) -> None:
    records = whole.timeline()
    assert len(records) == len(whole) + len(whole.suppressed)
    assert [record["stands"] for record in records].count(False) == 1
    times = [str(record["first_seen"]) for record in records]
    assert times == sorted(times)


def test_prevalence_has_one_record_a_pair_and_device(whole: Report) -> None:
    records = whole.prevalence()
    assert len(records) == sum(finding.device_count for finding in whole)
    spread = [record for record in records if record["parent"] == "wscript.exe"]
    assert len(spread) == 60
    assert [record["device"] for record in spread if record["is_first"]] == ["ws-000"]
