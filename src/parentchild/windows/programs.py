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

WINDOWS_IMAGES: Final = program_names.KERNEL_IMAGES | _names(program_names.WINDOWS_PROGRAMS)
"""Names of Windows' own images and kernel processes, those with a kind of their own left out."""

_KINDS: Final = MappingProxyType({name: row.kind for row in PROGRAMS for name in row.names})

_KINDS_BY_PLACE: Final = (
    (program_names.OWN_PLACES_IN_WRITABLE, ProgramKind.WINDOWS, False),
    (program_names.USER_WRITABLE, ProgramKind.USER_WRITABLE, True),
    (program_names.WINDOWS, ProgramKind.WINDOWS, False),
    (program_names.PROGRAM_FILES, ProgramKind.PROGRAM_FILES, False),
)
"""Places, the kind of what lies there, and whether that is so on any drive; the first that fits counts."""


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
    if program_names.REMOTE_ADMINISTRATION.fullmatch(name):
        return ProgramKind.REMOTE_ADMINISTRATION
    if directory is None:
        if program_names.TEMPORARY_NAME.fullmatch(name):
            return ProgramKind.INSTALLER_TEMPORARY
        return ProgramKind.WINDOWS if name in WINDOWS_IMAGES else ProgramKind.UNKNOWN
    root = root_of(directory)
    if root is None:
        return ProgramKind.REMOTE_LOCATION
    below = directory[len(root) :]
    is_temporary = program_names.TEMPORARY_PLACES.search(below) is not None
    if is_temporary and (
        program_names.TEMPORARY_NAME.fullmatch(name) or program_names.TEMPORARY_DIRECTORY.search(below)
    ):
        return ProgramKind.INSTALLER_TEMPORARY
    is_systems = may_be_system_drive(root)
    for pattern, kind, anywhere in _KINDS_BY_PLACE:
        if (anywhere or is_systems) and pattern.match(below):
            return kind
    return ProgramKind.UNKNOWN
