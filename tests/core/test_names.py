"""How image names are compared and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild.windows.names import fold, image_name, is_kernel, printable


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
        ("System", "system"),
        ("Workplace Starter.exe", "workplace starter.exe"),
        ("", ""),
        ("...", ""),
        ('" "', ""),
        ("C:\\", ""),
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
