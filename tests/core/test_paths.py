"""Whether an image lies where Windows keeps it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild.windows.paths import directory_of, is_in

SYSTEM32 = (r"C:\Windows\System32",)
DEFENDER = (
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\*",
    r"C:\Program Files\Windows Defender",
)


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Windows\System32\svchost.exe",
        r"c:\WINDOWS\system32\SVCHOST.EXE",
        r"D:\Windows\System32\svchost.exe",
        "C:/Windows/System32/svchost.exe",
        r"\??\C:\Windows\System32\svchost.exe",
        r"\\?\C:\Windows\System32\svchost.exe",
        r"\\?\GLOBALROOT\Device\HarddiskVolume3\Windows\System32\svchost.exe",
        r"\Device\HarddiskVolume12\Windows\System32\svchost.exe",
        r"\Device\VhdHardDisk{9e8d7c6b-0000-1111-2222-333344445555}\Windows\System32\svchost.exe",
        r"\SystemRoot\System32\svchost.exe",
        r"%SystemRoot%\System32\svchost.exe",
        r"%windir%\System32\svchost.exe",
        r"C:\Windows\Sysnative\svchost.exe",
        r"C:\Windows\.\Temp\..\System32\svchost.exe",
        r"C:\Windows\System32",
        r'"C:\Windows\System32\svchost.exe"',
    ],
)
def test_every_spelling_of_system32_is_system32(path: str) -> None:
    directory = directory_of(path, "svchost.exe")
    assert directory is not None
    assert is_in(directory, SYSTEM32)


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Temp\svchost.exe",
        r"C:\Windows\svchost.exe",
        r"C:\Windows\System32\evil\svchost.exe",
        r"C:\Windows\System32\..\Temp\svchost.exe",
        r"C:\Windows \System32\svchost.exe",
        r"C:\Windows\System32\svchost.exe:evil.exe",
        r"C:\Windows\System32\other.exe",
        r"\\server\c$\Windows\System32\svchost.exe",
        r"\\?\UNC\server\Windows\System32\svchost.exe",
        r"\Device\Mup\server\Windows\System32\svchost.exe",
        r"\Device\HarddiskVolumeShadowCopy7\Windows\System32\svchost.exe",
        r"C:\x\Windows\System32\svchost.exe",
        "C:\\Windows\\System32\0\\svchost.exe",
        r"C:\W\u0456ndows\System32\svchost.exe",
    ],
)
def test_no_other_directory_passes_as_system32(path: str) -> None:
    directory = directory_of(path, "svchost.exe")
    assert directory is not None
    assert not is_in(directory, SYSTEM32)


@pytest.mark.parametrize(
    "path", [None, "", "svchost.exe", "C:svchost.exe", r"System32\svchost.exe", "?", "-"]
)
def test_what_names_no_directory_says_nothing(path: str | None) -> None:
    assert directory_of(path, "svchost.exe") is None


def test_a_star_stands_for_one_component() -> None:
    inside = directory_of(
        r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.23110.3-0\MsMpEng.exe", "msmpeng.exe"
    )
    deeper = directory_of(
        r"C:\ProgramData\Microsoft\Windows Defender\Platform\a\b\MsMpEng.exe", "msmpeng.exe"
    )
    assert inside is not None
    assert is_in(inside, DEFENDER)
    assert deeper is not None
    assert not is_in(deeper, DEFENDER)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (r"C:\PROGRA~1\Windows Defender\MsMpEng.exe", True),
        (r"C:\PROGRA~9\Windows Defender\MsMpEng.exe", False),
        (r"C:\OTHERS~1\Windows Defender\MsMpEng.exe", False),
        (r"C:\Program Files\WINDOW~1\MsMpEng.exe", True),
    ],
)
def test_a_short_name_counts_for_what_it_can_be_short_for(path: str, found: bool) -> None:  # noqa: FBT001
    directory = directory_of(path, "msmpeng.exe")
    assert directory is not None
    assert is_in(directory, DEFENDER) is found


def test_a_path_longer_than_windows_allows_is_nowhere_that_is_expected() -> None:
    directory = directory_of("C:\\" + "..\\" * 3_000_000 + r"Windows\System32\svchost.exe", "svchost.exe")
    assert directory is not None
    assert not is_in(directory, SYSTEM32)


@given(st.text(), st.text())
def test_no_text_breaks_the_reading_of_a_path(path: str, image: str) -> None:
    directory = directory_of(path, image)
    if directory is not None:
        assert directory.startswith("\\")
        is_in(directory, SYSTEM32)
