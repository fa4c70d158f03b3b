"""What sort of program an image is, by its name and its directory."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild.windows.names import image_name, is_plain_name
from parentchild.windows.paths import directory_of, on_system_drive
from parentchild.windows.programs import PROGRAMS, WINDOWS_IMAGES, ProgramKind, kind_of

Kind = ProgramKind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("cmd.exe", Kind.SHELL),
        (r"C:\Temp\CMD.EXE", Kind.SHELL),
        (r"C:\Program Files\PowerShell\7\pwsh.exe", Kind.SHELL),
        ("mshta.exe", Kind.SCRIPT_HOST),
        (r"C:\Users\ann\AppData\Local\Programs\Python\Python312\python.exe", Kind.SCRIPT_HOST),
        (r"C:\Windows\System32\certutil.exe", Kind.LIVING_OFF_THE_LAND),
        ("rundll32.exe", Kind.LIVING_OFF_THE_LAND),
        (r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE", Kind.OFFICE),
        ("msedge.exe", Kind.BROWSER),
        (r"C:\Windows\PSEXESVC.exe", Kind.REMOTE_ADMINISTRATION),
        ("ScreenConnect.ClientService.exe", Kind.REMOTE_ADMINISTRATION),
        (r"C:\Program Files (x86)\TeamViewer\TeamViewer_Service.exe", Kind.REMOTE_ADMINISTRATION),
        # installers
        (r"C:\Users\ann\AppData\Local\Temp\is-7K2F9.tmp\AcmeSetup.tmp", Kind.INSTALLER_TEMPORARY),
        (r"C:\Users\ann\AppData\Local\Temp\is-7K2F9.tmp", Kind.INSTALLER_TEMPORARY),
        (r"C:\Windows\Installer\MSI1F.tmp", Kind.INSTALLER_TEMPORARY),
        (r"C:\Windows\Temp\MSI1F0A.tmp", Kind.INSTALLER_TEMPORARY),
        (r"C:\Users\ann\AppData\Local\Temp\~nsuA.tmp\Un_A.exe", Kind.INSTALLER_TEMPORARY),
        (r"C:\Users\ann\AppData\Local\Temp\nsk4F21.tmp\ns5D.tmp", Kind.INSTALLER_TEMPORARY),
        (r"C:\Users\ann\AppData\Local\Temp\setup_1.2.tmp", Kind.INSTALLER_TEMPORARY),
        (
            r"C:\Windows\Temp\{6A1F0C0E-0000-0000-0000-100000000000}\.cr\acme.exe",
            Kind.INSTALLER_TEMPORARY,
        ),
        ("MSI1F.tmp", Kind.INSTALLER_TEMPORARY),
        (r"C:\Users\ann\Downloads\MSI1F.tmp", Kind.USER_WRITABLE),
        (r"C:\Users\ann\AppData\Local\Temp\evil.tmp", Kind.USER_WRITABLE),
        (r"C:\Users\ann\AppData\Local\Temp\is-7K2F9.tmp\cmd.exe", Kind.SHELL),
        # places
        (r"C:\Users\Public\acme.exe", Kind.USER_WRITABLE),
        (r"C:\ProgramData\acme.exe", Kind.USER_WRITABLE),
        (r"C:\Windows\Temp\acme.exe", Kind.USER_WRITABLE),
        (r"C:\Windows\System32\spool\drivers\color\acme.exe", Kind.USER_WRITABLE),
        (r"C:\Windows\Tasks\svchost.exe", Kind.USER_WRITABLE),
        (r"C:\PerfLogs\acme.exe", Kind.USER_WRITABLE),
        (r"C:\$Recycle.Bin\S-1-5-21-1-2-3-1001\acme.exe", Kind.USER_WRITABLE),
        (r"\Device\HarddiskVolume3\Temp\acme.exe", Kind.USER_WRITABLE),
        (r"D:\Users\ann\acme.exe", Kind.USER_WRITABLE),
        (r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18\MsMpEng.exe", Kind.WINDOWS),
        (r"C:\Windows\System32\acme.exe", Kind.WINDOWS),
        (r"\SystemRoot\System32\acme.exe", Kind.WINDOWS),
        (r"C:\Windows\TasksX\acme.exe", Kind.WINDOWS),
        (r"E:\Windows\System32\mrt.exe", Kind.UNKNOWN),
        (r"C:\WindowsX\acme.exe", Kind.UNKNOWN),
        (r"C:\Program Files (x86)\Acme\acme.exe", Kind.PROGRAM_FILES),
        (r"E:\Program Files\Acme\acme.exe", Kind.UNKNOWN),
        (r"C:\Program FilesX\Acme\acme.exe", Kind.UNKNOWN),
        (r"C:\Acme\acme.exe", Kind.UNKNOWN),
        ("C:\\acme.exe", Kind.UNKNOWN),
        (r"\\server\share\acme.exe", Kind.REMOTE_LOCATION),
        (r"\Device\CdRom0\svchost.exe", Kind.REMOTE_LOCATION),
        (r"1:\Windows\acme.exe", Kind.REMOTE_LOCATION),
        # names alone
        ("svchost.exe", Kind.WINDOWS),
        ("System", Kind.WINDOWS),
        ("acme.exe", Kind.UNKNOWN),
        ("", Kind.UNKNOWN),
    ],
)
def test_name_shape_and_place_decide_in_this_order(path: str, kind: ProgramKind) -> None:
    name = image_name(path)
    assert kind_of(name, directory_of(path, name)) is kind


def test_windows_own_is_on_the_system_drive_that_the_caller_names() -> None:
    assert kind_of("mrt.exe", on_system_drive(r"e:\windows\system32", {"e:"})) is Kind.WINDOWS


def test_each_name_has_one_kind() -> None:
    kinds = Counter(name for row in PROGRAMS for name in row.names)
    assert [name for name, count in kinds.items() if count > 1] == []
    assert not WINDOWS_IMAGES & set(kinds)


def test_each_row_is_written_as_names_compare_and_says_its_source() -> None:
    for row in PROGRAMS:
        assert row.source
        assert {image_name(name) for name in row.names} == row.names
        assert all(map(is_plain_name, row.names))
    assert all(map(is_plain_name, WINDOWS_IMAGES))


@given(st.text() | st.from_regex(r"\A[\\a-z.~{}-]*\Z"), st.none() | st.text())
def test_every_name_and_path_has_a_kind(name: str, path: str | None) -> None:
    assert kind_of(image_name(name), directory_of(path, image_name(name))) in ProgramKind
