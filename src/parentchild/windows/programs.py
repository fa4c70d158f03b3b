"""Kinds of programs (a stand-in until the windows room has its own)."""

from __future__ import annotations

import enum


class ProgramKind(enum.Enum):
    """What kind of program an image is."""

    SCRIPT_HOST = "script-host"
    SHELL = "shell"
    OFFICE = "office"
    BROWSER = "browser"
    LIVING_OFF_THE_LAND = "living-off-the-land"
    REMOTE_ADMINISTRATION = "remote-administration"
    INSTALLER = "installer"
    PROGRAM_FILES = "program-files"
    WINDOWS = "windows"
    UNKNOWN = "unknown"


_BY_NAME = {
    **dict.fromkeys(("wscript.exe", "cscript.exe", "mshta.exe"), ProgramKind.SCRIPT_HOST),
    **dict.fromkeys(("cmd.exe", "powershell.exe", "pwsh.exe"), ProgramKind.SHELL),
    **dict.fromkeys(("winword.exe", "excel.exe", "outlook.exe"), ProgramKind.OFFICE),
}


def kind_of(name: str, directory: str | None) -> ProgramKind:
    """Return the kind of a program."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if directory is None:
        return ProgramKind.UNKNOWN
    if directory.startswith("\\windows\\"):
        return ProgramKind.WINDOWS
    return ProgramKind.PROGRAM_FILES if directory.startswith("\\program files") else ProgramKind.UNKNOWN
