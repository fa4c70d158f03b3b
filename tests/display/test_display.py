"""Displays: everything is there, bounded, escaped, and made of what notebooks keep."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import attrs
import pytest

from parentchild import DEFAULT_RELATIONS, Exclusion, Finding, Reason, RelationRegistry, Report, hunt
from parentchild.display.markdown import code_span
from parentchild.findings.charts import prevalence_html, timeline_html
from parentchild.findings.text import finding_line
from parentchild.hunting.stats import HuntStats
from tests.display.hostile import BREAKERS, SCRIPT, VARIANTS, report

STYLES = {
    "background", "border", "border-bottom", "border-collapse", "border-left", "border-radius", "box-sizing",
    "cursor", "height", "margin-left", "table-layout",
    "display", "font-size", "font-weight", "line-height", "margin", "margin-top", "max-width", "opacity",
    "padding", "padding-left", "text-align", "vertical-align", "white-space", "width",
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
        if tag not in {"br", "meta"}:
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
    assert "more findings: report.families()" in text
    event = many[0].event
    process = attrs.evolve(event.process, command_line="a" * 5000)
    longest = attrs.evolve(many[0], event=attrs.evolve(event, process=process))
    assert "... (4500 more)" in Reader(longest._repr_html_()).text
    assert "... (4900 more)" in str(longest)
    printer = Printer()
    many._repr_pretty_(printer, cycle=False)
    assert len(printer.shown) < 20_000
    assert "more findings: report.families(), report.to_dicts()" in printer.shown
    assert str(many) == printer.shown
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


def test_the_first_page_comes_before_all_details(whole: Report) -> None:
    lines = str(whole).splitlines()
    details = lines.index("Details, one finding a family")
    first = lines[:details]
    assert details <= 26
    assert first[0].startswith(f"{len(whole)} findings in")
    assert first[1:4] == [
        "  source        process starts  other process events  other events  unreadable",
        "  sysmon                    90                     8             4           0",
        "  unrecognised               0                     0             0           1",
    ]
    families = len(whole.families()) - 1  # copies are apart
    assert first[4] == f"The highest of {families} families:"
    assert [line[:4] for line in first[5:15]] == [f"{rank:>3}." for rank in range(1, 11)]
    assert first[15] == f"     ... {families - 10} more: report.families()"
    assert first[16:] == [
        (
            "Suppressed, since the crash handler was at work in that parent: 1 time (1 pair). "
            "Copies with nothing else against them: 1 time (1 pair)."
        ),
        "Excluded: 1 time.",
        (
            "Unknown parents, not evaluated: 2 times (1: the source names no parent; "
            "1: the parent's name is a security identifier)."
        ),
        "1 finding with a parent that was not logged but looked up by its pid.",
        (
            "Without a device: 2 starts. Device counts are not exact, and pids and "
            "crash evidence of such rows are not used. Name the device with `device=`."
        ),
    ]


def test_a_line_of_the_first_page_names_severity_score_pair_reasons_and_place(whole: Report) -> None:
    [inferred] = [finding for finding in whole if finding.variants == VARIANTS]
    assert finding_line(inferred) == (
        f"[high {inferred.risk_score}] svchost.exe by explorer.exe (parent looked up by pid): "
        "misplaced image, unexpected parent; 2 times on 2 devices, first on ws-01 2026-03-02 08:01:00"
    )
    [twin] = [finding for finding in whole if not finding.child.isascii()]
    assert r"sv\u0441host.exe by cmd.exe: lookalike" in finding_line(twin)
    assert "lsass.exe by wininit.exe (called by powershell.exe): spoofed parent" in str(whole)


def test_copies_are_listed_apart_and_never_ranked(whole: Report) -> None:
    ranked, _, apart = str(whole).partition("[copy]")
    assert "dwm.exe" not in ranked
    assert apart.startswith(" dwm.exe started by dwm.exe, 1 time on 1 device")
    assert "copies: 1 pair" in Reader(whole._repr_html_()).text


def test_an_exclusion_that_covers_nothing_is_told() -> None:
    text = str(hunt([], exclusions=[Exclusion(child="a.exe", reason="why not")]))
    assert "No exclusion matched anything" in text


def test_no_sum_is_clean_unless_a_start_was_read(whole: Report) -> None:
    nothing = attrs.evolve(hunt([]), stats=HuntStats(other_events=9))
    assert str(nothing).startswith("0 findings in 9 rows: no process start was read")
    assert "no process start was read" in nothing.to_markdown()
    assert "no process start was read" not in str(attrs.evolve(nothing, stats=whole.stats))


def test_a_closed_row_shows_device_and_sentence(whole: Report) -> None:
    html = whole._repr_html_()
    summaries = [Reader(each).text for each in re.findall(r"<summary[^>]*>(.*?)</summary>", html)]
    [spoofed] = [each for each in summaries if "powershell.exe" in each]
    assert spoofed.startswith("On ws-01, powershell.exe started lsass.exe and declared")


def test_a_finding_shows_all_reasons_score_variants_and_next_steps(whole: Report) -> None:
    [inferred] = [finding for finding in whole if finding.variants == VARIANTS]
    for text in (str(inferred), Reader(inferred._repr_html_()).text):
        for part in (
            f"high {inferred.risk_score}",
            "misplaced image",
            "unexpected parent",
            "ariants, the rarest first:",
            r"C:\Users\ann\Temp\svchost.exe",
            "ws-02",
            "2 more: finding.variants",
            *inferred.next_steps,
            "parent looked up by pid, started 3 h earlier",
            SCRIPT,
        ):
            assert part in text
        assert text.index("1 time on 1 device (ws-02)") < text.index(
            "9 times on 7 devices (ws-01 and 6 more)"
        )


@pytest.mark.parametrize("finding", report().findings, ids=lambda finding: finding.reason.value)
def test_the_chain_shows_every_process_and_what_was_expected(finding: Finding) -> None:
    shortened = {text[:200] for text in BREAKERS}
    for text in (str(finding), Reader(finding._repr_html_()).text):
        event = finding.event
        for process in (event.process, event.parent, event.creator, event.grandparent):
            if process is not None and process.name is not None and process.name not in shortened:
                assert process.name in text
                assert process.pid is None or str(process.pid) in text
        if finding.reason is not Reason.SELF_COPY:  # nothing else was expected
            assert all(name in text for name in finding.expected[:1])


def test_a_borrowed_letter_is_spelled_out(whole: Report) -> None:
    [twin] = [finding for finding in whole if not finding.child.isascii()]
    assert r"sv\u0441host.exe" in str(twin)
    assert r"sv\u0441host.exe" in twin._repr_html_()


def test_an_empty_report_and_an_empty_registry_show_themselves() -> None:
    assert str(hunt([])).startswith("0 findings in 0 rows: no process start was read, so this does not mean")
    assert "0 findings in 0 rows" in hunt([])._repr_html_()
    assert "0 watched as children" in RelationRegistry()._repr_html_()


def test_rich_gets_plain_pairs(whole: Report) -> None:
    pairs = [tuple(pair) for pair in whole.__rich_repr__()]
    assert [pair[0] for pair in pairs] == ["summary", "findings", "more_findings"]
    assert dict(whole[0].__rich_repr__())["reasons"] == [each.value for each in whole[0].reasons]
    assert dict(DEFAULT_RELATIONS.__rich_repr__()).keys() == {"children", "parents"}


def test_a_timeline_has_one_record_a_pair_in_order(whole: Report) -> None:
    records = whole.timeline()
    assert len(records) == len(whole) + len(whole.suppressed)
    assert [record["is_active"] for record in records].count(False) == 1
    times = [str(record["first_seen"]) for record in records]
    assert times == sorted(times)


def test_prevalence_has_one_record_a_pair_and_device(whole: Report) -> None:
    records = whole.prevalence()
    assert len(records) == sum(finding.device_count for finding in whole)
    spread = [record for record in records if record["parent"] == "wscript.exe"]
    assert len(spread) == 60
    assert [record["device"] for record in spread if record["is_first"]] == ["ws-000"]


def test_charts_have_a_bar_for_each_of_the_first_findings(whole: Report) -> None:
    timeline = timeline_html(whole.findings, whole.suppressed)
    assert timeline.count("height:8px") == 16
    assert timeline.count("1px dashed") == 1
    assert "more findings: report.timeline()" in timeline
    assert all(0 <= float(each) <= 100 for each in re.findall(r"(?:margin-left|width):([0-9.]+)%", timeline))
    spread = prevalence_html([finding for finding in whole if finding.parent in {"wscript.exe", "cmd.exe"}])
    assert re.findall(r"width:([0-9.]+)%;height", spread) == ["1.7", "100.0"]
    assert "60 devices" in Reader(spread).text
    assert (timeline_html((), ()), prevalence_html(())) == ("", "")


def test_a_whole_page_is_one_document_and_needs_nothing_else(whole: Report) -> None:
    page = whole.to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert page.encode("utf-8")
    assert "color-scheme:light dark" in page
    assert Reader(page.partition("\n")[2]).attributes <= {
        "style",
        "class",
        "lang",
        "charset",
        "name",
        "content",
    }
    assert Reader(page.partition("<body>")[2].partition("</body>")[0]).tags <= TAGS
    many = report(many=600)
    assert "more findings: report.families()" in Reader(many.to_html()).text
    assert len(many.to_html()) < 3_000_000


def test_markdown_is_a_tickets_worth(whole: Report) -> None:
    text = whole.to_markdown()
    lines = text.splitlines()
    assert lines[0].startswith(f"# {len(whole)} findings in")
    assert lines[2] == "| source | process starts | other process events | other events | unreadable |"
    assert lines[4] == "| sysmon | 90 | 8 | 4 | 0 |"
    assert len([line for line in lines if line.startswith("## ")]) == 10
    assert f"{len(whole.families()) - 11} more: `report.families()`" in text
    assert "- [ ] Look at powershell.exe: its path, signature, user and who started it." in lines
    assert len(text) < 20_000


def test_markdown_lets_no_telemetry_out(whole: Report) -> None:
    """What is not code has no mark-up of its own; what is code cannot close it."""
    for line in whole.to_markdown().splitlines():
        if line.startswith("- ATT&CK: T"):
            continue
        prose = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line.replace("\\\\", "").replace(r"\`", ""))
        assert "`" not in prose
        assert not re.search(r"(?<!\\)[<>&@$]|(?<!\\)\[(?! \])|://", prose), line
        assert line.isprintable()


@pytest.mark.parametrize(
    ("value", "code"),
    [("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), (" a", "`  a `"), ("a\nb", r"`a\nb`")],
)
def test_code_in_markdown_is_closed_by_nothing_inside(value: str, code: str) -> None:
    assert code_span(value) == code
