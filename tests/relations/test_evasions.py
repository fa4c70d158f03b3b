r"""Evasions that were tried on the first edition: each attack beside its honest counterpart.

The numbers are those of the classes in docs/SECURITY.md; here each is shown at the level of one evaluation.
"""

from __future__ import annotations

from typing import Any

import pytest

from parentchild import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Process,
    Reason,
    RelationRegistry,
    Severity,
    Verdict,
)
from parentchild.relations.evaluation import Evaluation, MissingParent, evaluate
from parentchild.relations.relation import ExpectedLaunch
from parentchild.windows.programs import ProgramKind

SYSTEM32 = r"C:\Windows\System32"
SYSWOW64 = r"C:\Windows\SysWOW64"
REGISTRY = RelationRegistry(
    [
        ExpectedParents("services.exe", ["wininit.exe"], directories=(SYSTEM32,), protects_name=True),
        ExpectedParents("lsass.exe", ["wininit.exe"], directories=(SYSTEM32,), protects_name=True),
        ExpectedParents(
            "svchost.exe",
            [
                "services.exe",
                ExpectedImage("mrt.exe", directories=(SYSTEM32,)),
                ExpectedImage("rundll32.exe", arguments=("-k LocalService", "-p")),
                ExpectedImage("setup.exe", parent_arguments=("^ shell32.dll,Install",)),
            ],
            creators=["consent.exe"],
            directories=(SYSTEM32, SYSWOW64),
            protects_name=True,
        ),
        ExpectedParents("registry", ["system"], is_minimal=True, windows="10+"),
        ExpectedParents("system", (), directories=(SYSTEM32,)),
        ExpectedParents("taskhostw.exe", ["svchost.exe"], windows="8+"),
        ExpectedChildren("lsass.exe", [ExpectedImage("werfault.exe", directories=(SYSTEM32,))]),
        ExpectedChildren("word.exe", ["splwow64.exe"], is_open=True, refused_kinds=(ProgramKind.SHELL,)),
        ExpectedLaunch("mshta.exe", directories=(SYSTEM32, SYSWOW64)),
    ]
)


def started(
    child: str | Process, parent: str | Process | None, creator: Process | None = None, **options: Any
) -> Evaluation:
    process = child if isinstance(child, Process) else Process(child)
    starter = Process(parent) if isinstance(parent, str) else parent
    return evaluate(REGISTRY.compiled, process, starter, creator, **options)


def service_host(path: str) -> Evaluation:
    """Evaluate a service host at a path, started by the rightful parent."""
    return started(
        Process("svchost.exe", path=path), Process("services.exe", path=rf"{SYSTEM32}\services.exe")
    )


# 1 to 3: paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "directory"),
    [
        (r"C:\WINDOW~1\System32\svchost.exe", r"c:\window~1\system32"),
        (r"C:\w~1\s~1\svchost.exe", r"c:\w~1\s~1"),
        (r"C:\Windows\SYSTEM~1\svchost.exe", r"c:\windows\system~1"),
        (r"\\?\Volume{0a1b}\Temp\svchost.exe", r"\\?\volume*\temp"),
        (r"\\.\HarddiskVolume3\Temp\svchost.exe", r"\\?\harddiskvolume3\temp"),
        (r"1:\Temp\svchost.exe", r"\\?\1:\temp"),
        (r"\Device\HarddiskVolume3\Temp\svchost.exe", r"\temp"),
        (r"\\server\share\Windows\System32\svchost.exe", r"\\server\share\windows\system32"),
        (r"C:\Windows\System32\svchost.exe:x", r"c:\windows\system32\svchost.exe:x"),
        (r"C:\Windows \System32\svchost.exe", r"c:\windows \system32"),
        (r"C:\Windows\Sysnative\svchost.exe", r"c:\windows\sysnative"),
    ],
)
def test_a_service_host_elsewhere_is_misplaced_however_its_place_is_written(
    path: str, directory: str
) -> None:
    found = service_host(path)
    assert (found.reasons, found.directory) == ((Reason.MISPLACED_IMAGE,), directory)
    assert found.severity is Severity.HIGH


@pytest.mark.parametrize(
    "path",
    [
        rf"{SYSTEM32}\svchost.exe",
        rf"{SYSWOW64}\svchost.exe",
        rf"\\?\{SYSTEM32}\svchost.exe",
        rf"\??\{SYSTEM32}\svchost.exe",
        r"\SystemRoot\System32\svchost.exe",
        r"%windir%\System32\svchost.exe",
        r"\Device\HarddiskVolume3\Windows\System32\svchost.exe",
        r"c:/WINDOWS//system32/SVCHOST.EXE",
        SYSTEM32,
    ],
)
def test_a_service_host_in_its_place_is_expected_however_that_is_written(path: str) -> None:
    assert service_host(path).verdict is Verdict.EXPECTED


def test_a_mounted_image_is_not_the_system_drive_unless_somebody_says_so() -> None:
    on_e = Process("svchost.exe", path=r"E:\Windows\System32\svchost.exe")
    mrt = Process("mrt.exe", path=r"E:\Windows\System32\mrt.exe")
    mounted = started(on_e, mrt)
    assert mounted.reasons == (Reason.MISPLACED_IMAGE, Reason.MISPLACED_PARENT)
    assert mounted.severity is Severity.MEDIUM  # Windows may run from there: one finding says so
    assert mounted.directory == r"e:\windows\system32"
    told = started(on_e, mrt, system_drives=frozenset({"e:"}))
    assert told.verdict is Verdict.EXPECTED
    on_c = Process("svchost.exe", path=rf"{SYSTEM32}\svchost.exe")
    assert started(on_c, mrt, system_drives=frozenset({"e:"})).reasons == (Reason.MISPLACED_IMAGE,)


# 8: names that resemble -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "services.exe:evil",
        "services.exe::$DATA",
        "services.exe. .",
        "services.exe.",
        "services.exe ",
        " services.exe",
        "x:services.exe",
        "\u017fervices.exe",
        "services.exe\u202e",
        r"C:\Windows\System32\services.exe:evil",
    ],
)
def test_a_parent_that_only_resembles_an_expected_one_is_unexpected(name: str) -> None:
    found = started("svchost.exe", name)
    assert Reason.UNEXPECTED_PARENT in found.reasons
    assert found.parent != "services.exe"
    assert "services.exe" in found.expected
    assert started("svchost.exe", Process("services.exe"), Process(name, pid=9)).verdict is Verdict.MISMATCH


@pytest.mark.parametrize(
    "name", ["services.exe", "SERVICES.EXE", '"services.exe"', rf"{SYSTEM32}\Services.exe"]
)
def test_a_parent_under_its_plain_name_is_expected(name: str) -> None:
    assert started("svchost.exe", name).verdict is Verdict.EXPECTED


@pytest.mark.parametrize(
    "name", ["lsass.exe:x", "lsass.exe.", "lsass.exe ", r"C:\Temp\lsass.exe:x", "LSASS.EXE"]
)
def test_a_watched_parent_is_watched_however_its_name_is_written(name: str) -> None:
    assert started("cmd.exe", name).reasons == (Reason.UNEXPECTED_CHILD,)


def test_a_stream_starts_nothing_that_its_file_starts() -> None:
    child = Process("werfault.exe", path=rf"{SYSTEM32}\werfault.exe")
    assert started(child, "lsass.exe").verdict is Verdict.EXPECTED
    assert started(child, "lsass.exe:x").reasons == (Reason.UNEXPECTED_CHILD,)


def test_a_stream_is_no_harmless_copy_of_its_file() -> None:
    assert started("svchost.exe", "svchost.exe").reasons == (Reason.SELF_COPY,)
    for child, parent in (("svchost.exe:x", "svchost.exe"), ("svchost.exe", "svchost.exe:x")):
        assert started(child, parent).reasons == (Reason.UNEXPECTED_PARENT,)


# 10: what is known of a starter -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parent", "reasons"),
    [
        (Process(None, path="\\\\?\\C:\\Temp\\ "), (Reason.UNEXPECTED_PARENT,)),
        (Process("", path="C:\\Temp\\..."), (Reason.UNEXPECTED_PARENT,)),
        (Process("1234", path=r"C:\Temp\1234"), (Reason.UNEXPECTED_PARENT,)),
        (Process(r"C:\Temp\1234"), (Reason.UNEXPECTED_PARENT,)),
        (Process("S-1-5-18", path=r"C:\Temp\S-1-5-18"), (Reason.UNEXPECTED_PARENT,)),
        (Process("\u00b2"), (Reason.UNEXPECTED_PARENT,)),
        (Process("-", path=rf"{SYSTEM32}\services.exe"), ()),
        (Process("4242", path=rf"{SYSTEM32}\services.exe"), ()),
        (Process(None, path=rf"{SYSTEM32}\services.exe"), ()),
    ],
)
def test_a_known_directory_is_never_a_gap(parent: Process, reasons: tuple[Reason, ...]) -> None:
    found = started("svchost.exe", parent)
    assert (found.reasons, found.missing) == (reasons, None)


@pytest.mark.parametrize(
    ("creator", "reasons", "missing"),
    [
        (Process(None, pid=9, path="\\\\?\\C:\\Temp\\ "), (Reason.SPOOFED_PARENT,), None),
        (Process("1234", pid=9, path=r"C:\Temp\1234"), (Reason.SPOOFED_PARENT,), None),
        (Process("1234", pid=9), (), MissingParent.CREATOR),
        (Process("-", pid=9, path=rf"{SYSTEM32}\services.exe"), (), None),
    ],
)
def test_a_creator_with_a_known_directory_is_known(
    creator: Process, reasons: tuple[Reason, ...], missing: MissingParent | None
) -> None:
    found = started("svchost.exe", Process("services.exe", pid=8), creator)
    assert (found.reasons, found.missing) == (reasons, missing)


def test_a_child_is_named_by_its_path_where_its_name_is_a_placeholder() -> None:
    hidden = Process("-", path=r"C:\Temp\svchost.exe")
    assert started(hidden, "cmd.exe").reasons == (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE)


# 11: who made the call --------------------------------------------------------------------------------

PARENT = Process("explorer.exe", pid=8)


@pytest.mark.parametrize(
    ("child", "creator", "reasons"),
    [
        ("cmd.exe", Process("lsass.exe", pid=9), (Reason.SPOOFED_PARENT,)),
        ("cmd.exe", Process("lsass.exe:x", pid=9), (Reason.SPOOFED_PARENT,)),
        ("cmd.exe", Process("word.exe", pid=9), (Reason.SPOOFED_PARENT,)),
        ("calc.exe", Process("word.exe", pid=9), ()),
        ("werfault.exe", Process("lsass.exe", pid=9), ()),
        ("cmd.exe", Process("lsass.exe", pid=8), ()),  # the parent's own pid: the same process
        ("cmd.exe", Process("notepad.exe", pid=9), ()),
    ],
)
def test_the_creator_of_a_child_that_nothing_watches_is_evaluated_too(
    child: str, creator: Process, reasons: tuple[Reason, ...]
) -> None:
    assert started(child, PARENT, creator).reasons == reasons


@pytest.mark.parametrize(
    ("creator", "reasons"),
    [
        (Process("consent.exe", pid=9), ()),
        (Process("services.exe", pid=9), ()),
        (Process("services.exe", pid=9, path=r"C:\Temp\services.exe"), (Reason.SPOOFED_PARENT,)),
        (Process("mrt.exe", pid=9, path=r"C:\Temp\mrt.exe"), (Reason.SPOOFED_PARENT,)),
        (Process("cmd.exe", pid=9), (Reason.SPOOFED_PARENT,)),
    ],
)
def test_the_creator_must_be_expected_and_lie_where_it_belongs(
    creator: Process, reasons: tuple[Reason, ...]
) -> None:
    assert started("svchost.exe", Process("services.exe", pid=8), creator).reasons == reasons


def test_a_creator_is_evaluated_beside_a_wrong_parent_and_a_nameless_one() -> None:
    creator = Process("cmd.exe", pid=9)
    both = started("lsass.exe", PARENT, creator)
    assert both.reasons == (Reason.SPOOFED_PARENT, Reason.UNEXPECTED_PARENT)
    nameless = started("lsass.exe", Process(None, pid=8), creator)
    assert (nameless.reasons, nameless.missing) == ((Reason.SPOOFED_PARENT,), MissingParent.PID_ONLY)
    same = started("lsass.exe", Process(None, pid=9), creator)
    assert (same.verdict, same.missing) == (Verdict.UNKNOWN, MissingParent.PID_ONLY)
    assert started("lsass.exe", None, creator).verdict is Verdict.UNKNOWN


# 12: arguments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parent", "line", "parent_line", "verdict"),
    [
        ("rundll32.exe", "svchost.exe -k LocalService -p", None, Verdict.EXPECTED),
        ("rundll32.exe", "svchost.exe -p x -K localservice", None, Verdict.EXPECTED),
        ("rundll32.exe", 'svchost.exe "-k LocalService -p"', None, Verdict.MISMATCH),
        ("rundll32.exe", "svchost.exe x-k LocalService -p", None, Verdict.MISMATCH),
        ("rundll32.exe", None, None, Verdict.MISMATCH),
        ("setup.exe", None, "setup.exe shell32.dll,Install now", Verdict.EXPECTED),
        ("setup.exe", None, r"setup.exe C:\Users\a\evil.dll,Run shell32.dll,Install", Verdict.MISMATCH),
        ("setup.exe", None, r"setup.exe C:\shell32.dll,Install", Verdict.MISMATCH),
    ],
)
def test_arguments_are_matched_as_arguments(
    parent: str, line: str | None, parent_line: str | None, verdict: Verdict
) -> None:
    child = Process("svchost.exe", command_line=line)
    assert started(child, Process(parent, command_line=parent_line)).verdict is verdict


# 13: processes without a file -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("child", "parent", "reasons"),
    [
        (Process("Registry"), "System", ()),
        (Process("Registry", path="Registry"), "System", ()),
        (Process("Registry", path=""), "System", ()),
        (Process("Registry", path=r"C:\Temp\Registry"), "System", (Reason.MISPLACED_IMAGE,)),
        (Process("Registry", path=rf"{SYSTEM32}\Registry"), "System", (Reason.MISPLACED_IMAGE,)),
        (
            Process("System", path=r"C:\Temp\System"),
            "explorer.exe",
            (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE),
        ),
    ],
)
def test_a_minimal_process_has_no_directory(child: Process, parent: str, reasons: tuple[Reason, ...]) -> None:
    assert started(child, parent).reasons == reasons


# 21: what the user allows -----------------------------------------------------------------------------


def test_allowing_a_pair_covers_no_place_no_arguments_and_no_creator() -> None:
    allowed = REGISTRY.allow("svchost.exe", "acme.exe", why="a test").allow(
        "svchost.exe", "mrt.exe", why="a test"
    )

    def reasons(child: Process, parent: Process, creator: Process | None = None) -> tuple[Reason, ...]:
        return evaluate(allowed.compiled, child, parent, creator).reasons

    host = Process("svchost.exe")
    assert reasons(host, Process("acme.exe", path=r"C:\ACME\acme.exe")) == ()
    assert reasons(Process("svchost.exe", path=r"C:\Temp\svchost.exe"), Process("acme.exe")) == (
        Reason.MISPLACED_IMAGE,
    )
    assert reasons(host, Process("mrt.exe", path=r"C:\Temp\mrt.exe")) == (Reason.MISPLACED_PARENT,)
    assert reasons(host, Process("acme.exe", pid=8), Process("cmd.exe", pid=9)) == (Reason.SPOOFED_PARENT,)
    assert reasons(host, Process("services.exe", pid=8), Process("acme.exe", pid=9)) == (
        Reason.SPOOFED_PARENT,
    )


def test_allowing_a_child_of_a_watched_parent_covers_no_place_and_no_look_alike() -> None:
    allowed = REGISTRY.allow("werfault.exe", "lsass.exe", why="a test").allow(
        "scvhost.exe", "lsass.exe", why="a test"
    )
    misplaced = evaluate(
        allowed.compiled, Process("werfault.exe", path=r"C:\Temp\werfault.exe"), Process("lsass.exe")
    )
    assert (misplaced.reasons, misplaced.directory) == ((Reason.MISPLACED_IMAGE,), r"c:\temp")
    lookalike = evaluate(allowed.compiled, Process("scvhost.exe"), Process("lsass.exe"))
    assert lookalike.reasons == (Reason.LOOKALIKE,)


# Other bugs -------------------------------------------------------------------------------------------


def test_the_kernel_is_one_parent_under_both_its_names() -> None:
    allowed = RelationRegistry([ExpectedParents("agent.exe", ["x.exe"])]).allow(
        "agent.exe", "ntoskrnl.exe", why="a test"
    )
    for name in ("System", "ntoskrnl.exe"):
        assert allowed.verdict("agent.exe", name) is Verdict.EXPECTED
    kernel = RelationRegistry([ExpectedChildren("ntoskrnl.exe", ["smss.exe"])])
    for name in ("System", "ntoskrnl.exe"):
        assert kernel.verdict("cmd.exe", name) is Verdict.MISMATCH
        assert kernel.verdict("smss.exe", name) is Verdict.EXPECTED
    assert kernel.verdict("cmd.exe", Process(None, pid=4)) is Verdict.MISMATCH


def test_a_release_on_which_a_relation_does_not_hold_makes_the_image_unwatched() -> None:
    for windows, verdict in (("7", Verdict.UNWATCHED), ("10", Verdict.MISMATCH), (None, Verdict.MISMATCH)):
        assert REGISTRY.verdict("taskhostw.exe", "cmd.exe", windows=windows) is verdict
    assert REGISTRY.for_windows("7").verdict("taskhostw.exe", "cmd.exe") is Verdict.UNWATCHED


@pytest.mark.parametrize("parent", ["N/A", "#N/A", "(null)", "<unknown process>", "-", "nan"])
def test_a_placeholder_is_never_cut_as_a_path(parent: str) -> None:
    found = started("svchost.exe", parent)
    assert (found.verdict, found.parent, found.missing) == (
        Verdict.UNKNOWN,
        "",
        MissingParent.PLACEHOLDER,
    )


# what no relation lists -------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", ["word.exe", "lsass.exe", "explorer.exe", "-"])
def test_a_look_alike_is_one_whoever_starts_it(parent: str) -> None:
    assert Reason.LOOKALIKE in started("scvhost.exe", parent).reasons
    assert Reason.LOOKALIKE not in started("splwow64.exe", parent).reasons


def test_a_file_under_a_protected_name_whose_resource_names_another_program_is_renamed() -> None:
    shell = Process("services.exe", original_name="Cmd.Exe")
    assert started(shell, "wininit.exe").reasons == (Reason.RENAMED_IMAGE,)
    for honest in ("services.exe", "SERVICES.EXE.MUI", "-", ""):
        assert (
            started(Process("services.exe", original_name=honest), "wininit.exe").verdict is Verdict.EXPECTED
        )


def test_a_program_that_anybody_may_start_is_still_where_windows_keeps_it() -> None:
    assert started(Process("mshta.exe", path=r"C:\Temp\mshta.exe"), "cmd.exe").reasons == (
        Reason.MISPLACED_IMAGE,
    )
    assert started(Process("mshta.exe", path=rf"{SYSTEM32}\mshta.exe"), "cmd.exe").verdict is Verdict.EXPECTED


@pytest.mark.parametrize(
    ("child", "parent", "reason"),
    [
        ({}, {}, Reason.SELF_COPY),
        ({"path": rf"{SYSTEM32}\svchost.exe"}, {"path": rf"{SYSTEM32}\svchost.exe"}, Reason.SELF_COPY),
        ({"command_line": "a -k x"}, {"command_line": "a -k x "}, Reason.SELF_COPY),
        ({"integrity": "High"}, {"integrity": "S-1-16-12288"}, Reason.SELF_COPY),
        ({"user": r"NT AUTHORITY\SYSTEM"}, {"user": r"nt authority\system"}, Reason.SELF_COPY),
        ({"command_line": "a -k x"}, {"command_line": "a -k y"}, Reason.UNEXPECTED_PARENT),
        ({"integrity": "High"}, {"integrity": "Low"}, Reason.UNEXPECTED_PARENT),
        ({"user": "a"}, {"user": "b"}, Reason.UNEXPECTED_PARENT),
        (
            {"path": rf"{SYSWOW64}\svchost.exe"},
            {"path": rf"{SYSTEM32}\svchost.exe"},
            Reason.UNEXPECTED_PARENT,
        ),
        ({"path": r"C:\Temp\svchost.exe"}, {"path": r"C:\Temp\svchost.exe"}, Reason.UNEXPECTED_PARENT),
    ],
)
def test_a_copy_is_harmless_only_if_nothing_that_is_known_speaks_against_it(
    child: dict[str, Any], parent: dict[str, Any], reason: Reason
) -> None:
    found = started(Process("svchost.exe", **child), Process("svchost.exe", **parent))
    assert found.reasons[0] is reason
    assert (found.severity is Severity.INFORMATIONAL) is (reason is Reason.SELF_COPY)
    assert started("lsass.exe", "lsass.exe").reasons == (Reason.UNEXPECTED_PARENT,)
