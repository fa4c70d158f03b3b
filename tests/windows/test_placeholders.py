"""What stands where a name is missing, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild.windows.placeholders import PLACEHOLDERS, MissingName, missing_name


@pytest.mark.parametrize("text", sorted(PLACEHOLDERS))
def test_a_placeholder_is_one_in_any_case_and_padding(text: str) -> None:
    for spelling in (text, text.upper(), text.title(), f"  {text}\t", f'"{text}"', text + "\0"):
        assert missing_name(spelling) is MissingName.PLACEHOLDER


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("S-1-5-18", MissingName.SID),
        ("s-1-5-21-1004336348-1177238915-682003330-512", MissingName.SID),
        ("1234", MissingName.NUMBER),
        ("0", MissingName.NUMBER),
        ("0x4D2", MissingName.NUMBER),
        (" " * 1_000, MissingName.PLACEHOLDER),
    ],
)
def test_an_account_or_a_pid_is_no_name(text: str, kind: MissingName) -> None:
    assert missing_name(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "services.exe",
        "System",
        "unknown.exe",
        "n/a.exe",
        "-.exe",
        "1234.exe",
        "S-1-5-18.exe",
        "S-1-5-x",
        "S-1",
        "\u00b2",
        "\u0661\u0662",
        "12 34",
        "0x",
        "a",
        "nothing",
        "C:\\N/A",
        "-" * 100_000,
        "1" * 100_000,
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_what_is_no_placeholder_is_a_name(text: str) -> None:
    assert missing_name(text) is None


@given(st.sampled_from(sorted(PLACEHOLDERS)) | st.sampled_from(["1234", "S-1-5-18"]))
def test_with_a_known_directory_every_text_names_a_file(text: str) -> None:
    assert missing_name(text, "c:\\temp") is None
