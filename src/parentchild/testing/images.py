r"""Images: where the simulated machine keeps them, and how it starts them.

Directories are those of the shipped relations, so a simulated boot is right by the data that evaluates it;
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
        "displayswitch.exe",
        "dsmusertask.exe",
        "launchtm.exe",
        "mrt.exe",
        "mystify.scr",
        "notepad.exe",
        "relpost.exe",
        "sethc.exe",
        "utilman.exe",
    }
)
_ANY_TEXT: Final = "4.18.26010.5-0"
"""What stands for the `*` of an expected directory: the version of a Defender platform, for one."""

_GUID: Final = "{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}"
_ARGUMENTS: Final = MappingProxyType(
    {
        "svchost.exe": "-k netsvcs -p",
        "dllhost.exe": f"/Processid:{_GUID}",
        "consent.exe": "868 324 000001BA5E703A40",
        "logonui.exe": "/flags:0x2",
        "searchindexer.exe": "/Embedding",
        "searchprotocolhost.exe": r"Global\UsGthrFltPipeMssGthrPipe1_ Global\UsGthrCtrlFltPipeMssGthrPipe1 1",
        "searchfilterhost.exe": "0 768 772 780 8192 776",
        "backgroundtaskhost.exe": "-ServerName:App.AppX0000000000000000000000000000000.mca",
        "rundll32.exe": "shell32.dll,Control_RunDLL",
        "wermgr.exe": "-upload",
        "werfault.exe": "-u -p 4242 -s 480",
        **dict.fromkeys(
            (
                "mousocoreworker.exe",
                "runtimebroker.exe",
                "smartscreen.exe",
                "tiworker.exe",
                "usocoreworker.exe",
                "winrshost.exe",
                "wmiprvse.exe",
                "wsmprovhost.exe",
            ),
            "-Embedding",
        ),
    }
)
"""The arguments with which Windows starts an image, of those that it always starts with some."""

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
    for relation in (DEFAULT_RELATIONS.get(name), DEFAULT_RELATIONS.expected_launches.get(name)):
        if relation is not None and relation.directories:
            return relation.directories[0].replace("*", _ANY_TEXT)
    if name in _WINDOWS_OWN:
        return _SYSTEM32
    return _ELSEWHERE.get(name, rf"C:\Program Files\{ntpath.splitext(name)[0]}")


def command_line_of(image: str) -> str | None:
    r"""Return the command line with which Windows starts an image; None where it has no file.

    >>> command_line_of("svchost.exe"), command_line_of(r"C:\Temp\acme.exe")
    ('C:\\Windows\\System32\\svchost.exe -k netsvcs -p', 'C:\\Temp\\acme.exe')
    """
    path = path_of(image)
    arguments = _ARGUMENTS.get(base_name(image).lower())
    return path if path is None or arguments is None else f"{path} {arguments}"


def service_group_of(image: str) -> str | None:
    r"""Return the service host that starts an image, as `-k` and `-s` write it; None where any may.

    >>> service_group_of("consent.exe"), service_group_of("RuntimeBroker.exe"), service_group_of("cmd.exe")
    ('-k netsvcs -p -s Appinfo', '-k DcomLaunch -p', None)
    """
    relation = DEFAULT_RELATIONS.get(base_name(image).lower())
    for parent in () if relation is None else relation.parents:
        if parent.name == "svchost.exe" and parent.service_groups:
            group, _, service = parent.service_groups[0].partition(":")
            return f"-k {group} -p" + (f" -s {service}" if service else "")
    return None
