"""The name that an image bears in its version resource, beside the name of its file.

A copy of cmd.exe under the name of utilman.exe is still called Cmd.Exe inside. Most of Windows' images bear
their own file name there, some another; a localised resource adds `.mui`, and a few lack the extension.
Sources: the OriginalFileName of recorded Sysmon events; SigmaHQ/sigma, proc_creation_win, for the aids of
accessibility.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from parentchild.windows.names import image_name

_EXTENSIONS: Final = (".exe", ".dll", ".sys", ".com", ".scr")

OTHER_NAMES: Final = MappingProxyType(
    {
        "magnify.exe": frozenset({"screenmagnifier"}),
        "narrator.exe": frozenset({"sr"}),
        "schtasks.exe": frozenset({"sctasks"}),
        "systeminfo.exe": frozenset({"sysinfo"}),
        "utilman.exe": frozenset({"utilman2"}),
        "wlrmdr.exe": frozenset({"wlrmndr"}),
        "wmiadap.exe": frozenset({"wmicookr"}),
    }
)
"""Images of Windows whose resource has another name, without the extension."""


def is_own_name(image: str, original: str) -> bool:
    """Tell whether the name in a version resource is that of the image itself.

    Args:
        image: the comparable name of the image.
        original: the name in its resource, as logged.

    >>> is_own_name("wermgr.exe", "WerMgr"), is_own_name("svchost.exe", "svchost.exe.mui")
    (True, True)
    >>> is_own_name("utilman.exe", "utilman2.exe"), is_own_name("utilman.exe", "Cmd.Exe")
    (True, False)
    """
    inside = _stem(image_name(original).removesuffix(".mui"))
    return not inside or inside == _stem(image) or inside in OTHER_NAMES.get(image, frozenset())


def _stem(name: str) -> str:
    for extension in _EXTENSIONS:
        if name.endswith(extension):
            return name[: -len(extension)]
    return name
