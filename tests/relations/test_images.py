"""Images: the name, directory and text of each process, and what keeps a starter unknown."""

from __future__ import annotations

import attrs
import pytest

from parentchild import Process
from parentchild.relations.images import (
    MissingParent,
    drive_of_session_manager,
    image_of,
    is_nameless,
    is_same_process,
    name_of,
    starter_of,
)
from tests.detector.events import created

SYSTEM32 = r"c:\windows\system32"


@pytest.mark.parametrize(
    ("process", "name", "directory", "logged"),
    [
        (Process("A.EXE"), "a.exe", None, "A.EXE"),
        (Process("a.exe", path=r"C:\X\A.exe"), "a.exe", r"c:\x", "a.exe"),
        (Process("a.exe", path=r"C:\Windows\System32"), "a.exe", SYSTEM32, "a.exe"),
        (Process(None, path=r"C:\X\A.exe"), "a.exe", r"c:\x", r"C:\X\A.exe"),
        (Process("-", path=r"C:\X\A.exe"), "a.exe", r"c:\x", r"C:\X\A.exe"),
        (Process("-"), "-", None, "-"),
        (Process("unknown", path="n/a"), "unknown", None, "unknown"),
        (Process(r"C:\X\A.exe", path=r"C:\Y\A.exe"), "a.exe", r"c:\x", r"C:\X\A.exe"),
        (Process(r"\A.exe", path=r"C:\Y\A.exe"), "a.exe", r"c:\y", r"\A.exe"),
        (Process("a.exe ", path=r"C:\Y\A.exe"), "a.exe", r"c:\y", "a.exe "),
        (Process("a.exe:x"), "a.exe", None, "a.exe:x"),
        (Process(None), "", None, ""),
    ],
)
def test_an_image_has_the_name_and_the_directory_that_its_process_tells(
    process: Process, name: str, directory: str | None, logged: str
) -> None:
    image = image_of(process)
    assert (image.name, image.directory, image.logged) == (name, directory, logged)
    assert image.process is process
    assert name_of(process) == name


@pytest.mark.parametrize(
    ("drives", "path", "directory"),
    [
        ({"c:"}, r"C:\Windows\System32\a.exe", SYSTEM32),
        ({"c:"}, r"D:\Windows\System32\a.exe", r"d:\windows\system32"),
        ({"d:"}, r"D:\Windows\System32\a.exe", SYSTEM32),
        ({"d:"}, r"C:\Windows\System32\a.exe", r"\\?\c:\windows\system32"),
    ],
)
def test_the_drive_of_windows_is_written_as_c_and_no_other_is(
    drives: set[str], path: str, directory: str
) -> None:
    for process in (Process("a.exe", path=path), Process(path), Process(None, path=path)):
        assert image_of(process, frozenset(drives)).directory == directory
        starter = starter_of(process, frozenset(drives))
        assert not isinstance(starter, MissingParent)
        assert starter.directory == directory


@pytest.mark.parametrize(
    ("process", "is_so"),
    [
        (Process(None), True),
        (Process("-"), True),
        (Process("1234"), True),
        (Process("S-1-5-18"), True),
        (Process("-", path="-"), True),
        (Process("a.exe"), False),
        (Process("-", path=r"C:\X\a.exe"), False),
        (Process(r"C:\Temp\1234"), False),  # a directory is known, so it is a file
        (Process(None, path=r"C:\Temp\1234"), False),
        (Process("1234", path="C:\\Temp\\"), False),
    ],
)
def test_a_process_is_nameless_where_nothing_says_which_image_it_is(process: Process, *, is_so: bool) -> None:
    assert is_nameless(process) is is_so


@pytest.mark.parametrize(
    ("process", "name", "logged", "is_plain", "shown"),
    [
        (Process("A.EXE", path=r"C:\X\A.exe"), "a.exe", "A.EXE", True, "a.exe"),
        (Process("A.EXE"), "a.exe", "A.EXE", True, "a.exe"),
        (Process("a.exe "), "a.exe", "a.exe ", False, "a.exe "),
        (Process(r"C:\X\A.exe:y"), "a.exe", r"C:\X\A.exe:y", False, "a.exe:y"),
        (Process("C:/X/A.exe:y"), "a.exe", "C:/X/A.exe:y", False, "a.exe:y"),
        (Process(r"C:\Temp\1234"), "1234", r"C:\Temp\1234", True, "1234"),
        (Process("1234", path="C:\\Temp\\"), "1234", "1234", True, "1234"),
        (Process("ntoskrnl.exe"), "system", "ntoskrnl.exe", True, "system"),
        (Process("System", pid=4), "system", "System", True, "system"),
        (Process(None, pid=4), "system", "system", True, "system"),
        (Process("-", pid=4), "system", "system", True, "system"),
    ],
)
def test_a_starter_is_shown_by_its_name_and_one_that_is_no_plain_file_as_it_was_logged(
    process: Process, name: str, logged: str, shown: str, *, is_plain: bool
) -> None:
    starter = starter_of(process)
    assert not isinstance(starter, MissingParent)
    assert (starter.name, starter.logged, starter.is_plain, starter.shown) == (name, logged, is_plain, shown)
    assert starter.process is process


@pytest.mark.parametrize(
    ("path", "directory"),
    [
        (r"C:\Windows\System32\ntoskrnl.exe", SYSTEM32),
        (r"D:\Temp\ntoskrnl.exe", r"d:\temp"),
        (r"C:\Windows\System32\a.exe", r"c:\windows\system32\a.exe"),  # that may be a directory
        ("ntoskrnl.exe", None),
        (None, None),
    ],
)
def test_the_kernel_lies_where_its_own_file_does(path: str | None, directory: str | None) -> None:
    starter = starter_of(Process("System", pid=4, path=path))
    assert not isinstance(starter, MissingParent)
    assert (starter.name, starter.directory) == ("system", directory)


def test_the_kernel_lies_on_the_drive_of_its_device() -> None:
    starter = starter_of(Process("System", path=r"D:\Windows\System32\ntoskrnl.exe"), frozenset({"d:"}))
    assert not isinstance(starter, MissingParent)
    assert starter.directory == SYSTEM32


@pytest.mark.parametrize(
    ("process", "missing"),
    [
        (None, MissingParent.ABSENT),
        (Process(None), MissingParent.NAMELESS),
        (Process(None, pid=0), MissingParent.NAMELESS),
        (Process(None, pid=7), MissingParent.PID_ONLY),
        (Process("N/A", pid=7), MissingParent.PLACEHOLDER),
        (Process("S-1-5-18"), MissingParent.SID),
        (Process("1234"), MissingParent.NUMBER),
    ],
)
def test_a_starter_is_unknown_for_one_reason(process: Process | None, missing: MissingParent) -> None:
    assert starter_of(process) is missing


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"guid": "{a}", "pid": 1}, {"guid": "{a}", "pid": 2}, True),
        ({"guid": "{a}", "pid": 1}, {"guid": "{b}", "pid": 1}, False),
        ({"guid": "{a}", "pid": 1}, {"pid": 1}, True),
        ({"pid": 1}, {"guid": "{a}", "pid": 2}, False),
        ({"guid": "{a}"}, {"pid": 2}, None),
        ({"pid": 2}, {"pid": 0}, None),
        ({"pid": 0}, {"pid": 0}, None),
        ({}, {}, None),
    ],
)
def test_two_processes_of_one_event_are_one_by_guid_and_then_by_pid(
    one: dict[str, object], other: dict[str, object], same: object
) -> None:
    assert is_same_process(Process("a.exe", **one), Process("b.exe", **other)) is same  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "path", "parent_pid", "drive"),
    [
        ("smss.exe", r"D:\Windows\System32\smss.exe", 4, "d:"),
        ("smss.exe", r"C:\Windows\System32\smss.exe", 4, "c:"),
        ("smss.exe", r"D:\Windows\System32\smss.exe", 8, None),
        ("smss.exe", r"D:\Windows\smss.exe", 4, None),
        ("smss.exe", r"\\server\share\Windows\System32\smss.exe", 4, None),
        ("smss.exe", None, 4, None),
        ("csrss.exe", r"D:\Windows\System32\csrss.exe", 4, None),
    ],
)
def test_the_kernels_start_of_the_session_manager_tells_a_drive(
    name: str, path: str | None, parent_pid: int, drive: str | None
) -> None:
    event = created(name, "System", parent_pid=parent_pid, process={"path": path})
    assert drive_of_session_manager(event) == drive
    assert drive_of_session_manager(attrs.evolve(event, parent=None)) is None
