"""Releases of Windows and ranges of them."""

from __future__ import annotations

import pytest

from parentchild import InvalidArgument
from parentchild.windows.integrity import INTEGRITY_LEVELS, integrity_level
from parentchild.windows.releases import cover, holds, release


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("7", "7"),
        ("Windows 10", "10"),
        ("windows 8.1", "8.1"),
        ("Server 2003", "xp"),
        ("2008", "vista"),
        ("Windows Server 2008 R2", "7"),
        ("2012 r2", "8.1"),
        ("server 2016", "10"),
        ("2022", "2022"),
        ("2025", "11"),
        ("Windows 10 22H2", "10"),
        ("Windows 10 version 1809", "10"),
        ("11 21H2", "11"),
        ("24H2", "11"),
        ("Windows 11 25H2", "11"),
        ("Server 23H2", "11"),
    ],
)
def test_a_server_counts_as_the_client_with_its_kernel_and_a_version_as_its_release(
    text: str, canonical: str
) -> None:
    assert release(text) == canonical


@pytest.mark.parametrize("text", ["", "9", "12", "linux", "10+", "22H2", "11 1809x"])
def test_an_unknown_release_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="not a known release of Windows"):
        release(text)


@pytest.mark.parametrize(
    ("versions", "windows", "expected"),
    [
        ("all", "xp", True),
        ("10+", "8.1", False),
        ("10+", "11", True),
        ("vista-7", "7", True),
        ("vista-7", "8", False),
        ("7", "7", True),
        ("7", None, True),
    ],
)
def test_a_range_holds_from_its_first_to_its_last_release(
    versions: str,
    windows: str | None,
    expected: bool,  # noqa: FBT001
) -> None:
    assert holds(versions, windows) is expected


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="ends before it begins"):
        holds("10-7", "8")


@pytest.mark.parametrize(
    ("first", "second", "covered"),
    [
        ("7", "7", "7"),
        ("7", "10+", "7+"),
        ("xp", "11", "all"),
        ("vista-7", "8", "vista-8"),
        ("all", "7", "all"),
    ],
)
def test_the_cover_of_two_ranges_holds_both(first: str, second: str, covered: str) -> None:
    assert cover(first, second) == cover(second, first) == covered


@pytest.mark.parametrize(("name", "number"), INTEGRITY_LEVELS.items())
def test_an_integrity_level_has_one_name_however_it_is_written(name: str, number: int) -> None:
    written = (name, name.upper(), f"S-1-16-{number}", f"s-1-16-{number}", str(number))
    assert {integrity_level(text) for text in (*written, f"Mandatory Label\\{name} Mandatory Level")} == {
        name
    }


@pytest.mark.parametrize("text", ["", "lofty", "S-1-16-1", "S-1-5-18", "123456"])
def test_what_is_no_integrity_level_stays_as_it_is(text: str) -> None:
    assert integrity_level(text) == text.lower()
