r"""Kinds of programs: what sort of thing stands at the other end of an unexpected pair.

A wrong parent of svchost.exe is one thing when it is a shell and another when it is an updater in Program
Files. Names and places decide; a name proves nothing about a file, so a kind ranks findings and never clears
one. The first of these that holds decides:

1. The name is one of `PROGRAMS`: a shell stays a shell wherever it lies, and attackers copy them.
2. The shape of the name and its directory are those of an installer's temporary file.
3. The directory: one that any user can write to, before Windows' own and Program Files that it may lie in.
4. Without a directory: the name is one of `WINDOWS_IMAGES`.
"""

from __future__ import annotations

import enum
import re
from types import MappingProxyType
from typing import Final

import attrs

from parentchild.windows import program_names
from parentchild.windows.paths import may_be_system_drive, root_of


class ProgramKind(enum.Enum):
    """What sort of program an image is."""

    SHELL = "shell"
    """Runs whatever commands it is given: cmd.exe, PowerShell, bash."""
    SCRIPT_HOST = "script-host"
    """Runs scripts: Windows Script Host, mshta.exe, interpreters."""
    LIVING_OFF_THE_LAND = "living-off-the-land"
    """Comes with Windows, and can run or fetch code of an attacker's choice."""
    OFFICE = "office"
    """Opens documents that come from outside."""
    BROWSER = "browser"
    """Shows pages that come from outside."""
    REMOTE_ADMINISTRATION = "remote-administration"
    """Lets somebody elsewhere act on the device."""
    INSTALLER_TEMPORARY = "installer-temporary"
    """A file that an installer unpacks, runs and deletes."""
    USER_WRITABLE = "user-writable"
    """Anything in a directory that any user can write to."""
    REMOTE_LOCATION = "remote-location"
    """Anything on the network, on a disc, or on a device that is no local disk."""
    PROGRAM_FILES = "program-files"
    """Software that an administrator installed."""
    WINDOWS = "windows"
    """Windows' own."""
    UNKNOWN = "unknown"
    """Nothing of the above is known of it."""


DANGEROUS: Final = frozenset({ProgramKind.SHELL, ProgramKind.SCRIPT_HOST, ProgramKind.LIVING_OFF_THE_LAND})
"""Kinds that run what they are told: started by a parent that never starts them, they matter most."""


@attrs.frozen
class NamedPrograms:
    """Programs that are of one kind by their names.

    Args:
        kind: the kind.
        names: their comparable names.
        source: where that is known from.
    """

    kind: ProgramKind
    names: frozenset[str]
    source: str


def _names(text: str) -> frozenset[str]:
    """Return names written in one text; `.exe` is left out there."""
    return frozenset(each + ".exe" for each in text.split())


PROGRAMS: Final = tuple(
    NamedPrograms(ProgramKind(kind), _names(names), source) for kind, names, source in program_names.PROGRAMS
)
"""Which programs are of which kind by name, with sources; no name has two kinds."""

_REMOTE_ADMINISTRATION = re.compile(
    r"(?:screenconnect|ultravnc|ultraviewer|aweray_remote|fleetdeck_)[^\\]*\.exe|aa_v[^\\]*\.exe"
)
"""Remote-administration tools whose names carry a part or a version; same source."""

WINDOWS_IMAGES: Final = program_names.KERNEL_IMAGES | _names(program_names.WINDOWS_PROGRAMS)
"""Names of Windows' own images and kernel processes, those with a kind of their own left out."""

_KINDS: Final = MappingProxyType({name: row.kind for row in PROGRAMS for name in row.names})

# Inno Setup, Windows Installer, NSIS, Wise, InstallShield, WiX Burn, by their own documentation and sources.
_TEMPORARY_NAME = re.compile(
    r"is-[0-9a-z]{4,8}\.tmp|msi[0-9a-f]{1,4}\.tmp|~?ns[a-z]{0,2}[0-9a-f]{0,5}\.tmp|gl[a-c][0-9a-f]{1,4}\.tmp"
    r"|(?:setup|install|uninstall|_isdel|_iu[0-9a-z]{3,8})[^\\]*\.tmp|un_[a-z]\.exe|au_\.exe|_is[0-9a-f]{1,4}\.exe"
)
_TEMPORARY_DIRECTORY = re.compile(
    r"\\(?:is-[0-9a-z]{4,8}\.tmp|~?ns[a-z]{0,2}[0-9a-f]{0,5}\.tmp|\{[0-9a-f-]{36}\}\\\.(?:cr|be|ba))(?=\\|\Z)"
)
_TEMPORARY_PLACES = re.compile(r"\\(?:temp|systemtemp|installer)(?=\\|\Z)")

_USER_WRITABLE = re.compile(
    r"\\(?:users|documents and settings|programdata|temp|tmp|perflogs|\$recycle\.bin|recycler"
    r"|windows\\(?:temp|tasks|tracing|debug\\wia|registration\\crmlog"
    r"|system32\\(?:tasks|fxstmp|com\\dmp|spool\\drivers\\color|spool\\(?:printers|servers)"
    r"|microsoft\\crypto\\rsa\\machinekeys)|syswow64\\(?:tasks|fxstmp|com\\dmp)))(?=\\|\Z)"
)
"""Places below which any user can write by default (api0cradle/UltimateAppLockerByPassList, generic bypasses;
ATT&CK T1036.005, T1074.001)."""

_OWN_PLACES_IN_WRITABLE = re.compile(r"\\programdata\\microsoft\\windows defender\\platform(?=\\|\Z)")
_PROGRAM_FILES = re.compile(r"\\program files(?: \(x86\)| \(arm\))?(?=\\|\Z)")
_WINDOWS = re.compile(r"\\windows(?=\\|\Z)")


def kind_of(name: str, directory: str | None) -> ProgramKind:
    r"""Return what sort of program an image is, by its name and the directory that it lies in.

    Args:
        name: its comparable name, from `names.image_name`.
        directory: its directory, from `paths.directory_of`; None where unknown. On another drive than the
            system's, which may be a stick or an image that somebody mounted, nothing counts as Windows' own
            or as installed.

    Cost: a look-up for a name with a kind; else linear in the length of the directory.

    >>> kind_of("powershell.exe", None), kind_of("setup.tmp", r"c:\users\ann\appdata\local\temp\is-7k2f9.tmp")
    (<ProgramKind.SHELL: 'shell'>, <ProgramKind.INSTALLER_TEMPORARY: 'installer-temporary'>)
    >>> kind_of("acme.exe", r"c:\program files\acme").value, kind_of("acme.exe", r"\\server\share").value
    ('program-files', 'remote-location')
    """
    by_name = _KINDS.get(name)
    if by_name is not None:
        return by_name
    if _REMOTE_ADMINISTRATION.fullmatch(name):
        return ProgramKind.REMOTE_ADMINISTRATION
    if directory is None:
        if _TEMPORARY_NAME.fullmatch(name):
            return ProgramKind.INSTALLER_TEMPORARY
        return ProgramKind.WINDOWS if name in WINDOWS_IMAGES else ProgramKind.UNKNOWN
    root = root_of(directory)
    if root is None:
        return ProgramKind.REMOTE_LOCATION
    below = directory[len(root) :]
    if _is_installers(name, below):
        return ProgramKind.INSTALLER_TEMPORARY
    return _kind_of_place(below, is_system_drive=may_be_system_drive(root))


def _is_installers(name: str, below: str) -> bool:
    if not _TEMPORARY_PLACES.search(below):
        return False
    return _TEMPORARY_NAME.fullmatch(name) is not None or _TEMPORARY_DIRECTORY.search(below) is not None


def _kind_of_place(below: str, *, is_system_drive: bool) -> ProgramKind:
    if is_system_drive and _OWN_PLACES_IN_WRITABLE.match(below):
        return ProgramKind.WINDOWS
    if _USER_WRITABLE.match(below):
        return ProgramKind.USER_WRITABLE
    if is_system_drive and _WINDOWS.match(below):
        return ProgramKind.WINDOWS
    if is_system_drive and _PROGRAM_FILES.match(below):
        return ProgramKind.PROGRAM_FILES
    return ProgramKind.UNKNOWN
