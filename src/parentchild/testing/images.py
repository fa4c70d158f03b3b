r"""Images: where the simulated machine keeps them, and how it starts them.

Directories are those of the shipped relations, so a simulated boot is right by the very data that judges it;
only images that no relation is about are placed here.
"""

from __future__ import annotations

import ntpath
from types import MappingProxyType
from typing import Final

from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.windows.names import is_kernel

_SYSTEM32: Final = r"C:\Windows\System32"
_ELSEWHERE: Final = MappingProxyType(
    {
        "explorer.exe": r"C:\Windows",
        "powershell.exe": r"C:\Windows\System32\WindowsPowerShell\v1.0",
        "tiworker.exe": r"C:\Windows\WinSxS\amd64_microsoft-windows-servicingstack_10.0.1",
        "winword.exe": r"C:\Program Files\Microsoft Office\root\Office16",
    }
)
_WINDOWS_OWN: Final = frozenset(
    {
        "cmd.exe",
        "conhost.exe",
        "mmc.exe",
        "mrt.exe",
        "notepad.exe",
        "rundll32.exe",
        "schtasks.exe",
        "taskmgr.exe",
        "werfault.exe",
        "werfaultsecure.exe",
        "wermgr.exe",
    }
)
_ANY_TEXT: Final = "4.18.26010.5-0"
"""What stands for the `*` of an expected directory: the version of a Defender platform, for one."""

_MINIMAL: Final = frozenset({"registry", "memcompression", "memory compression", "secure system"})


def base_name(image: str) -> str:
    r"""Return the base name of an image that is given by its name or its path.

    >>> base_name(r"C:\Temp\svchost.exe"), base_name("System")
    ('svchost.exe', 'System')
    """
    return ntpath.basename(image)


def path_of(image: str) -> str | None:
    r"""Return where an image lies; None for the kernel and its minimal processes, which have no file.

    A path is returned as it is. A name that nothing is known about lies under `C:\Program Files`.

    >>> path_of("svchost.exe"), path_of("System"), path_of(r"C:\Temp\svchost.exe")
    ('C:\\Windows\\System32\\svchost.exe', None, 'C:\\Temp\\svchost.exe')
    >>> path_of("acme.exe")
    'C:\\Program Files\\acme\\acme.exe'
    """
    name = base_name(image)
    if name != image:
        return image
    folded = name.lower()
    if is_kernel(folded) or folded in _MINIMAL:
        return None
    return f"{_directory(folded)}\\{name}"


def _directory(name: str) -> str:
    relation = DEFAULT_RELATIONS.get(name)
    if relation is not None and relation.directories:
        return relation.directories[0].replace("*", _ANY_TEXT)
    if name in _WINDOWS_OWN:
        return _SYSTEM32
    return _ELSEWHERE.get(name, rf"C:\Program Files\{ntpath.splitext(name)[0]}")
