r"""Values are read as what they were before a table, a spreadsheet or a shell held them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild.errors import InvalidEvent
from parentchild.telemetry.cells import plain_account, plain_path, plain_text
from parentchild.telemetry.fields import Fields
from tests.telemetry.fuzz import UNPARSEABLE

NAN = float("nan")


def of(value: object) -> Fields:
    return Fields({"x": value})


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        NAN,
        "",
        " ",
        "-",
        "?",
        "N/A",
        "nan",
        "NaN",
        "NaT",
        "None",
        "null",
        "NULL",
        "<NA>",
        "'-",
        '="-"',
        '=""',
        "(null)",
    ],
)
def test_what_says_nothing_is_none(nothing: object) -> None:
    fields = of(nothing)
    assert (fields.text("x"), fields.pid("x"), fields.time("x"), fields.says("x")) == (
        None,
        None,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (4242, 4242),
        (4242.0, 4242),
        (Decimal(4242), 4242),
        (Decimal("4242.0"), 4242),
        ("4242", 4242),
        ("4242.0", 4242),
        ("4,242", 4242),
        (" 4242 ", 4242),
        ("0x1092", 4242),
        ("\u200e4242\u200f", 4242),
        ('="4242"', 4242),
    ],
)
def test_a_number_is_read_however_a_table_wrote_it(value: object, number: int) -> None:
    assert of(value).pid("x") == number


@pytest.mark.parametrize(
    "value", ["4242.5", "4.2e3", "1_0", "\u0664\u0662", Decimal("NaN"), Decimal("1e999"), 0.5, True]
)
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidEvent, match=r"^x = "):
        of(value).pid("x")


PATHS = [
    (r"C:\Windows\System32\svchost.exe", r"C:\Windows\System32\svchost.exe"),
    (r"C:\\Windows\\System32\\svchost.exe", r"C:\Windows\System32\svchost.exe"),
    (r"C:\\Windows\System32\svchost.exe", r"C:\Windows\System32\svchost.exe"),
    (r"C:\\\\Windows\\\\System32\\\\svchost.exe", r"C:\Windows\System32\svchost.exe"),
    (r"\Device\HarddiskVolume3\\Windows\x.exe", r"\Device\HarddiskVolume3\Windows\x.exe"),
    (r"\\Device\\HarddiskVolume3\\Windows\\x.exe", r"\Device\HarddiskVolume3\Windows\x.exe"),
    (r"\\SystemRoot\\System32\\smss.exe", r"\SystemRoot\System32\smss.exe"),
    (r"\\??\\C:\\Windows\\x.exe", r"\??\C:\Windows\x.exe"),
    (r"\\server\share\x.exe", r"\\server\share\x.exe"),
    (r"\\server\\share\\x.exe", r"\\server\share\x.exe"),
    (r"\\\\server\\share\\x.exe", r"\\server\share\x.exe"),
    (r"\\?\C:\Windows\x.exe", r"\\?\C:\Windows\x.exe"),
    (r"\\\\?\\C:\\Windows\\x.exe", r"\\?\C:\Windows\x.exe"),
    (r"\\Device\HarddiskVolume3\x.exe", r"\\Device\HarddiskVolume3\x.exe"),
    (r'"\\server\share\x.exe"', r'"\\server\share\x.exe"'),
    ("svchost.exe", "svchost.exe"),
]


@pytest.mark.parametrize(("text", "path"), PATHS)
def test_separators_of_a_path_are_single_but_before_a_network_name(text: str, path: str) -> None:
    assert plain_path(text) == of(text).path("x") == path


@given(st.text(alphabet="\\aC:/ \"?'", max_size=24))
def test_a_plain_path_stays_as_it_is(text: str) -> None:
    assert plain_path(plain_path(text)) == plain_path(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"C:\\Windows\\svchost.exe -k netsvcs", r"C:\Windows\svchost.exe -k netsvcs"),
        (r"'-k netsvcs", "-k netsvcs"),
        ("'=1+1", "=1+1"),
        ('="svchost.exe"', "svchost.exe"),
        (r'="C:\\Windows\\svchost.exe"', r"C:\Windows\svchost.exe"),
        ('="app.exe ""a b"""', 'app.exe "a b"'),
        ("=svchost.exe", "=svchost.exe"),
        (r"net use \\server\share", r"net use \\server\share"),
        (r"copy C:\a \\server\share", r"copy C:\a \\server\share"),
        (r'app.exe "{\"path\":\"C:\\x\"}"', r'app.exe "{\"path\":\"C:\\x\"}"'),
        ("'quoted'", "'quoted'"),
    ],
)
def test_a_text_is_unescaped_only_when_all_of_it_was_escaped(text: str, plain: str) -> None:
    assert plain_text(text) == of(text).text("x") == plain


def test_a_mark_of_direction_in_a_name_stays_for_it_may_be_a_disguise() -> None:
    assert of("svchost\u200e.exe").text("x") == "svchost\u200e.exe"


def test_an_escaped_account_has_one_separator() -> None:
    assert plain_account(r"CORP\\ann") == of(r"CORP\\ann").account("x") == r"CORP\ann"
    assert Fields({"d": "CORP", "n": r"CORP\\ann"}).user(("d", "n")) == r"CORP\ann"


def test_a_list_of_arguments_is_a_command_line() -> None:
    assert of(["C:/a b.exe", "-k", ""]).command_line("x") == '"C:/a b.exe" -k ""'
    assert of("svchost.exe -k").command_line("x") == "svchost.exe -k"
    assert of([]).command_line("x") is None


@given(st.one_of(st.sampled_from(UNPARSEABLE), st.text(), st.integers(), st.floats()))
def test_nothing_secondary_ever_raises(value: object) -> None:
    fields = of(value).secondary
    for read in (fields.text, fields.path, fields.account, fields.command_line, fields.identifier):
        assert read("x") is None or isinstance(read("x"), str)
    for number in (fields.number, fields.pid, fields.session):
        assert number("x") is None or isinstance(number("x"), int)
    fields.within("x").text("y")
    fields.texts("x")
    fields.objects("x")
    fields.time("x")
    fields.guid("x")
    fields.record_id("x")


def test_the_first_usable_time_is_the_events_own() -> None:
    fields = Fields({"a": "Invalid date", "b": "2024-06-10T10:30:00Z"})
    assert fields.timestamp("a", "b").year == 2024
    with pytest.raises(InvalidEvent, match="a = 'Invalid date'"):
        fields.timestamp("a")
    with pytest.raises(InvalidEvent, match="c = None: must be the time of the event; d would do as well"):
        fields.timestamp("c", "d")


def test_a_nested_value_that_says_nothing_leaves_dotted_columns() -> None:
    assert Fields({"process": "-", "process.name": "a.exe"}).within("process").text("name") == "a.exe"
    assert Fields({"process": NAN, "process.name": "a.exe"}).within("process").text("name") == "a.exe"


@pytest.mark.parametrize(("power", "kept"), [(63, 2**63), (64, str(2**64)), (9000, None)])
def test_an_id_of_a_record_that_is_too_large_costs_no_event(power: int, kept: str | int | None) -> None:
    assert Fields({"x": 2**power}).record_id("x") == kept
