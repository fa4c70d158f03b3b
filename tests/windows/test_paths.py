"""In which directory an image lies, and whether Windows keeps it there: attacks beside honest spellings."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parentchild import InvalidArgument
from parentchild.windows.paths import (
    directory_of,
    is_in,
    is_same_directory,
    normalised_directory,
    on_system_drive,
    root_of,
    system_drive,
)

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
        "C:/Windows/System32/svchost.exe",
        r"\??\C:\Windows\System32\svchost.exe",
        r"\\?\C:\Windows\System32\svchost.exe",
        r"\\?\GLOBALROOT\Device\HarddiskVolume3\Windows\System32\svchost.exe",
        r"\Device\HarddiskVolume12\Windows\System32\svchost.exe",
        r"\Device\VhdHardDisk{9e8d7c6b-0000-1111-2222-333344445555}\Windows\System32\svchost.exe",
        r"\SystemRoot\System32\svchost.exe",
        r"%SystemRoot%\System32\svchost.exe",
        r"%windir%\System32\svchost.exe",
        "C:\\\\Windows\\\\System32\\\\svchost.exe",
        r"\\.\C:\Windows\System32\svchost.exe",
        r"\GLOBAL??\C:\Windows\System32\svchost.exe",
        r"\DosDevices\C:\Windows\System32\svchost.exe",
        r"\\?\GLOBALROOT\SystemRoot\System32\svchost.exe",
        r"\\?\GLOBALROOT\??\C:\Windows\System32\svchost.exe",
        r"%SystemDrive%\Windows\System32\svchost.exe",
        r"\Windows\System32\svchost.exe",
        r"C:\..\..\Windows\System32\svchost.exe",
        "C:\\Windows\\System32\\svchost.exe\0",
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
        # a drive that is not the system's: anybody can mount an image or plug in a stick
        r"E:\Windows\System32\svchost.exe",
        r"\\?\E:\Windows\System32\svchost.exe",
        r"\Device\CdRom0\Windows\System32\svchost.exe",
        r"\Device\LanmanRedirector\;X:0\server\Windows\System32\svchost.exe",
        r"\Device\WebDavRedirector\Windows\System32\svchost.exe",
        r"\Device\RdpDr\;:1\tsclient\Windows\System32\svchost.exe",
        r"\Device\Floppy0\Windows\System32\svchost.exe",
        # a root that is not known
        r"\\?\Volume{6a1f0c0e-0000-0000-0000-100000000000}\Windows\System32\svchost.exe",
        r"\\?\Volume{6a1f0c0e-0000-0000-0000-100000000000}\Temp\svchost.exe",
        r"\??\Volume{6a1f0c0e-0000-0000-0000-100000000000}\Windows\System32\svchost.exe",
        r"\\.\HarddiskVolume3\Windows\System32\svchost.exe",
        r"\\?\HarddiskVolume3\Temp\svchost.exe",
        r"\\.\PhysicalDrive0\Windows\System32\svchost.exe",
        r"\\?\\Device\HarddiskVolume3\Windows\System32\svchost.exe",
        r"\\?\GLOBALROOT\Windows\System32\svchost.exe",
        r"\\?\GLOBALROOT\Device\CdRom0\Windows\System32\svchost.exe",
        r"\??\\??\C:\Windows\System32\svchost.exe",
        r"\??\Windows\System32\svchost.exe",
        r"1:\Windows\System32\svchost.exe",
        r"1:\Temp\svchost.exe",
        "\u00e9:\\Windows\\System32\\svchost.exe",
        "\uff43:\\Windows\\System32\\svchost.exe",
        r"CC:\Windows\System32\svchost.exe",
        r"file:///C:/Windows/System32/svchost.exe",
        r"%TEMP%\svchost.exe",
        r"%windir%x\System32\svchost.exe",
        r"%windir%\..\System32\svchost.exe",
        # on 64-bit Windows no image lies there: the file system shows it to 32-bit callers alone
        r"C:\Windows\Sysnative\svchost.exe",
        # directories that have no short name, so these were made by hand
        r"C:\WINDOW~1\System32\svchost.exe",
        r"C:\Windows\SYSTEM~1\svchost.exe",
        r"C:\w~1\s~1\svchost.exe",
        r"C:\WI1A2B~1\System32\svchost.exe",
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
        (r"C:\PROGRA~2\Windows Defender\MsMpEng.exe", False),  # that of the 32-bit programs
        (r"C:\PROGRA~4\Windows Defender\MsMpEng.exe", False),  # anybody may make it
        (r"C:\PROGRA~9\Windows Defender\MsMpEng.exe", False),
        (r"C:\PROGR~1\Windows Defender\MsMpEng.exe", False),
        (r"C:\P~1\Windows Defender\MsMpEng.exe", False),
        (r"C:\PROGRA~1.EXE\Windows Defender\MsMpEng.exe", False),
        (r"C:\OTHERS~1\Windows Defender\MsMpEng.exe", False),
        (r"C:\Program Files\WINDOW~1\MsMpEng.exe", True),
        (r"C:\Program Files\WINDOW~3\MsMpEng.exe", True),  # there only administrators make directories
        (r"C:\Program Files\WINDOWS~1\MsMpEng.exe", False),
        (r"C:\PROGRA~3\MICROS~1\WINDOW~1\Platform\4.18.1\MsMpEng.exe", True),
        (r"C:\PROGRA~3\MICROS~1\WINDOW~1\Platform\418231~1.3-0\MsMpEng.exe", True),
        (r"C:\ProgramData\MICROS~2\Windows Defender\Platform\4.18.1\MsMpEng.exe", False),  # as above
    ],
)
def test_a_short_name_counts_only_for_a_long_name_that_has_it(path: str, found: bool) -> None:  # noqa: FBT001
    directory = directory_of(path, "msmpeng.exe")
    assert directory is not None
    assert is_in(directory, DEFENDER) is found


@pytest.mark.parametrize(
    ("component", "expected", "found"),
    [
        ("app123~1", "App*", True),
        ("b_pp12~1.tex", "B+p p123.text", True),
        ("b_pp12~1.exe", "B+p p123.text", False),
        ("appx~1", "App*", True),
        ("ap~1", "App*", False),
        ("x~1", " *", False),
    ],
)
def test_a_short_name_has_the_first_six_characters_and_the_extension(
    component: str,
    expected: str,
    found: bool,  # noqa: FBT001
) -> None:
    assert is_in(rf"c:\windows\{component}", [rf"C:\Windows\{expected}"]) is found


@pytest.mark.parametrize(
    ("directory", "system_drives", "found"),
    [
        (r"c:\windows\system32", {"c:"}, True),
        (r"c:\windows\system32", {"d:"}, False),
        (r"d:\windows\system32", {"d:"}, True),
        (r"d:\windows\system32", {"c:", "d:"}, True),
        (r"\windows\system32", {"d:"}, True),
        (r"\device\harddiskvolume3\windows\system32", {"d:"}, True),
        (r"\device\harddiskvolume3\windows\system32", {"c:", r"\device\harddiskvolume3"}, True),
        (r"\device\harddiskvolume9\windows\system32", {"c:", r"\device\harddiskvolume3"}, False),
        (r"\device\harddiskvolume3", {"c:"}, False),
    ],
)
def test_windows_own_directories_are_on_the_system_drive_that_the_caller_names(
    directory: str,
    system_drives: set[str],
    found: bool,  # noqa: FBT001
) -> None:
    assert is_in(on_system_drive(directory, system_drives), SYSTEM32) is found


def test_an_expected_directory_on_another_drive_means_that_drive() -> None:
    tools = [r"D:\Tools", r"\\server\share\tools"]
    assert is_in(r"d:\tools", tools)
    assert is_in(r"\device\harddiskvolume5\tools", tools)
    assert is_in(r"\\server\share\tools", tools)
    assert not is_in(r"c:\tools", tools)
    assert not is_in(r"\tools", tools)
    assert not is_in(r"\\server\other\tools", tools)


def test_a_star_counts_on_the_network_as_well() -> None:
    versions = (r"\\server\share\*\tools", r"\\server\apps\**")
    assert is_in(r"\\server\share\1.2\tools", versions)
    assert is_in(r"\\server\apps", versions)
    assert is_in(r"\\server\apps\a\b", versions)
    assert not is_in(r"\\server\share\1.2\3\tools", versions)
    assert not is_in(r"\\server\application", versions)


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        (r"C:\Windows\System32\a.exe", r"c:\windows\system32"),
        (r"c:/Windows//System32\.\a.exe", r"c:\windows\system32"),
        (r"C:\a.exe", "c:\\"),
        (r"C:\A+B, (1)&'x'\~tmp\a.exe", r"c:\a+b, (1)&'x'\~tmp"),
        ("C:\\Caf\u00c9\\a.exe", "c:\\caf\u00c9"),
        (r"\a.exe", "\\"),
        (r"\Device\HarddiskVolume3\a.exe", r"\device\harddiskvolume3"),
        (r"\Device\HarddiskVolume3\Temp\a.exe", r"\device\harddiskvolume3\temp"),
        ("\\Device\\HarddiskVolume3\\", r"\device\harddiskvolume3"),
        (r"%ProgramFiles(x86)%\X\a.exe", r"\program files (x86)\x"),
        (r"\\Server\C$\Temp\a.exe", r"\\server\c$\temp"),
        (r"\??\UNC\Server\C$\Temp\a.exe", r"\\server\c$\temp"),
        (r"\Device\Mup\Server\C$\Temp\a.exe", r"\\server\c$\temp"),
        (r"\Device\CdRom0\Temp\a.exe", r"\device\cdrom0\temp"),
        (r"\\?\Volume{AB-12}\Temp\a.exe", r"\\?\volume{ab-12}\temp"),
        (r"1:\Temp\a.exe", r"\\?\1:\temp"),
        (r"\\a.exe", "\\\\"),
    ],
)
def test_every_spelling_of_a_path_has_one_canonical_form(path: str, canonical: str) -> None:
    assert directory_of(path, "a.exe") == canonical
    assert directory_of(canonical, "a.exe") == canonical


@pytest.mark.parametrize(
    ("text", "root"),
    [("C:", "c:"), ("d:\\", "d:"), (r"\Device\HarddiskVolume3", r"\device\harddiskvolume3")],
)
def test_a_system_drive_is_a_letter_or_a_volume(text: str, root: str) -> None:
    assert system_drive(text) == root == root_of(root + "\\windows")


@pytest.mark.parametrize(
    "text", ["", "C", "1:", r"C:\Windows", r"\\server\share", r"\Device\CdRom0", "\\", None, 3]
)
def test_what_is_no_drive_is_refused_as_a_system_drive(text: object) -> None:
    with pytest.raises(InvalidArgument, match="must be like 'D:'"):
        system_drive(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (r"c:\windows", r"c:\windows", True),
        (r"c:\windows", r"\device\harddiskvolume3\windows", True),
        (r"c:\windows", r"\windows", True),
        (r"c:\windows", r"e:\windows", False),
        (r"\device\harddiskvolume3\x", r"\device\harddiskvolume9\x", False),
        (r"c:\windows", r"\\server\windows", False),
        (r"c:\windows", r"c:\temp", False),
        ("c:\\", r"\device\harddiskvolume3", True),
    ],
)
def test_two_directories_may_be_one_where_drive_and_volume_do_not_contradict(
    one: str,
    other: str,
    same: bool,  # noqa: FBT001
) -> None:
    assert is_same_directory(one, other) is is_same_directory(other, one) is same


@pytest.mark.parametrize(
    ("directory", "normalised"),
    [
        (r"c:\programdata", r"c:\programdata"),
        ("c:\\", "c:\\"),
        (r"c:\users", r"c:\users"),
        (r"c:\users\ann\downloads", r"c:\users\*\downloads"),
        (r"c:\users\ann", r"c:\users\*"),
        (r"c:\users\public\x", r"c:\users\public\x"),
        (r"\device\harddiskvolume3\users\ann\x", r"\users\*\x"),
        (r"\device\harddiskvolume3", "\\"),
        (r"c:\documents and settings\ann\x", r"c:\documents and settings\*\x"),
        (r"c:\$recycle.bin\s-1-5-21-1-2-3-1001\x", r"c:\$recycle.bin\*\x"),
        (r"\device\cdrom1\x1", r"\device\cdrom*\x1"),
        (r"\device\harddiskvolumeshadowcopy12\x", r"\device\harddiskvolumeshadowcopy*\x"),
        (r"\\?\volume{6a1f-0c}\x", r"\\?\volume*\x"),
        (r"\\server\users\ann", r"\\server\users\ann"),
    ],
)
def test_what_differs_by_user_or_device_is_left_out_of_a_normalised_directory(
    directory: str, normalised: str
) -> None:
    assert normalised_directory(directory) == normalised
    assert normalised_directory(normalised) == normalised


def test_a_path_longer_than_windows_allows_is_nowhere_that_is_expected() -> None:
    directory = directory_of("C:\\" + "..\\" * 3_000_000 + r"Windows\System32\svchost.exe", "svchost.exe")
    assert directory is not None
    assert not is_in(directory, SYSTEM32)


PIECES = (
    *(
        "C:",
        "1:",
        "\\",
        "\\\\",
        "/",
        "..",
        ".",
        "~1",
        "windows",
        "x",
        "?",
        "??",
        "device",
        "unc",
        "globalroot",
    ),
    *("a.exe", "harddiskvolume3", "cdrom0", "mup", "%windir%", "\0", " ", "\u0131", "volume{1}"),
)
pieces = st.sampled_from(PIECES)


@given(st.lists(pieces).map("".join) | st.text(), st.sampled_from(["", "a.exe", "x", "\\"]))
@example("\\\\?\\", "")
@example("C:\\", "")
def test_any_path_has_a_canonical_directory_or_none(path: str, image: str) -> None:
    directory = directory_of(path, image)
    if directory is not None:
        assert directory.startswith("\\") or directory[1:3] == ":\\"
        assert normalised_directory(normalised_directory(directory)) == normalised_directory(directory)
        assert is_same_directory(directory, directory)
        is_in(directory, DEFENDER)


@given(st.from_regex(r"\A[A-Za-z]:(?:\\[ -~]{0,6}){1,4}\Z"))
def test_the_short_way_for_plain_paths_finds_what_the_long_way_finds(path: str) -> None:
    plain = "C:\\" + path[3:]
    long_way = directory_of("\\??\\" + plain, "a.exe")
    assert directory_of(plain, "a.exe") == long_way


@given(st.lists(pieces, max_size=8).map("\\".join))
def test_a_way_up_and_down_again_changes_nothing(path: str) -> None:
    assert directory_of("C:\\" + path + "\\a.exe", "a.exe") == directory_of(
        "C:\\" + path + "\\deeper\\..\\a.exe", "a.exe"
    )
