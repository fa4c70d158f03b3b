"""How image names are compared and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild.windows.names import fold, image_name, is_kernel, is_plain_name, printable


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("svchost.exe", "svchost.exe"),
        ("SvcHost.EXE", "svchost.exe"),
        (r"C:\Windows\System32\svchost.exe", "svchost.exe"),
        ("C:/Windows/System32/svchost.exe", "svchost.exe"),
        (r"\Device\HarddiskVolume3\Windows\System32\lsass.exe", "lsass.exe"),
        ('"svchost.exe"', "svchost.exe"),
        ("  svchost.exe\t", "svchost.exe"),
        ("svchost.exe ", "svchost.exe"),
        ("svchost.exe.", "svchost.exe"),
        ("svchost.exe. . .", "svchost.exe"),
        ("svchost.exe:evil.exe", "svchost.exe"),
        ("svchost.exe::$DATA", "svchost.exe"),
        ("svchost.exe\0", "svchost.exe"),
        ("svchost.exe\0 \0", "svchost.exe"),
        ("C:\\a/svchost.exe", "svchost.exe"),
        ("x:svchost.exe", "svchost.exe"),
        ("x:y:svchost.exe", "y"),
        ("\\\\svchost.exe", "svchost.exe"),
        ("\\\\server\\svchost.exe", "svchost.exe"),
        ("System", "system"),
        ("Workplace Starter.exe", "workplace starter.exe"),
        ("", ""),
        ("...", ""),
        ('" "', ""),
        ("C:\\", ""),
        ("C:\\Windows\\", ""),
        (r"C:\Windows\0", "0"),
        ("svchost.exe\\", "svchost.exe"),
        ("C:/Windows/svchost.exe//", "svchost.exe"),
        (r"svchost.exe\0\0", "svchost.exe"),
        (r"C:\Windows\SVCHOST.EXE\u0000\u0000", "svchost.exe"),
        (r"svchost.exe\x00", "svchost.exe"),
        (r"svchost.exe\x\0", "0"),
    ],
)
def test_a_name_is_compared_as_windows_would_open_it(text: str, name: str) -> None:
    assert image_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["\u017fervices.exe", "tas\u212ahostw.exe", "svchost.ex\u0435", "\uff53vchost.exe", "svchost\u200b.exe"],
)
def test_no_letter_outside_ascii_folds_into_a_system_name(text: str) -> None:
    assert image_name(text) not in {"services.exe", "taskhostw.exe", "svchost.exe"}


def test_exactly_the_letters_a_to_z_are_folded() -> None:
    assert fold("ABCXYZ\u00c4\u0130\u212a") == "abcxyz\u00c4\u0130\u212a"


@given(st.text())
def test_a_comparable_name_compares_as_itself(text: str) -> None:
    assert image_name(image_name(text)) == image_name(text)


@given(st.text(alphabet=' \t"'), st.text(alphabet=' ."'))
def test_padding_changes_no_name(before: str, after: str) -> None:
    assert image_name(f"{before}svchost.exe{after}") == "svchost.exe"


def test_the_kernel_has_two_names() -> None:
    assert is_kernel("system")
    assert is_kernel("ntoskrnl.exe")
    assert not is_kernel("system.exe")


@given(st.text())
def test_what_is_shown_can_neither_move_a_cursor_nor_turn_the_text(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert not set(shown) & {"\u202e", "\u2066", "\x1b", "\r", "\n"}


PLAIN = (
    "services.exe",
    "SERVICES.EXE",
    "System",
    "Memory Compression",
    "a+b (1)~2.tmp",
    ".exe",
    r"C:\Windows\System32\services.exe",
    "C:/Windows/System32/services.exe",
    r"\\?\C:\Windows\System32\services.exe",
    '"services.exe"',  # what no file name can hold, a tool has added
    r'"C:\Windows\System32\services.exe"',
    "services.exe\r\n",
    "\tservices.exe",
    "services.exe\0\0",
)
NOT_PLAIN = (
    "services.exe:evil",
    r"C:\Windows\System32\services.exe:evil",
    "services.exe::$DATA",
    "x:services.exe",
    "services.exe.",
    "services.exe. .",
    "services.exe ",  # a file may be named so
    " services.exe",
    "C:\\Temp\\ services.exe",
    '"services.exe "',
    '"services.exe',
    'services".exe',
    "services.exe\t ",
    "services\0.exe",
    "services\t.exe",
    "services\x7f.exe",
    "services?.exe",
    "services\u200b.exe",
    "services.exe\u00a0",
    "\u017fervices.exe",
    "\ud800services.exe",
    "",
    '""',
    "C:\\",
    "\0",
)


@pytest.mark.parametrize("text", PLAIN, ids=ascii)
def test_a_plain_name_may_be_expected(text: str) -> None:
    assert is_plain_name(text)


@pytest.mark.parametrize("text", NOT_PLAIN, ids=ascii)
def test_a_name_that_windows_would_cut_or_that_looks_like_another_is_never_expected(text: str) -> None:
    assert not is_plain_name(text)


@given(st.text(alphabet="aA.:\\/ \"\0\t\u200b'~"))
def test_what_may_be_expected_is_compared_letter_for_letter(text: str) -> None:
    if is_plain_name(text):
        last = text.strip('\t\0"').replace("/", "\\").rpartition("\\")[2]
        assert image_name(text) == last.lower()
