r"""Where Windows keeps its images.

The drive is never compared, so `C:` stands for whichever volume Windows is on.
"""

from __future__ import annotations

from typing import Final

SYSTEM32: Final = (r"C:\Windows\System32",)
EITHER_BITNESS: Final = (r"C:\Windows\System32", r"C:\Windows\SysWOW64")
"""Images that exist for the native and for the 32-bit world.

`SysArm32`, which 64-bit ARM had before 24H2, is not among them: elsewhere anyone could make it.
"""
SYSWOW64: Final = (r"C:\Windows\SysWOW64",)
WBEM: Final = (r"C:\Windows\System32\wbem", r"C:\Windows\SysWOW64\wbem")
COMPONENT_STORE: Final = (r"C:\Windows\WinSxS\*",)
UPGRADE_COMPONENTS: Final = (r"C:\$WINDOWS.~BT\NewOS\Windows\WinSxS\*",)
SERVICING: Final = (r"C:\Windows\servicing",)
DOTNET: Final = (r"C:\Windows\Microsoft.NET\Framework*\*",)
WINDOWS: Final = (r"C:\Windows", r"C:\Windows\SysWOW64")
WINDOWS_AND_SYSTEM32: Final = (*WINDOWS, r"C:\Windows\System32")
POWERSHELL: Final = (
    r"C:\Windows\System32\WindowsPowerShell\v1.0",
    r"C:\Windows\SysWOW64\WindowsPowerShell\v1.0",
)
UPDATE_STACK: Final = (
    r"C:\Windows\UUS\*",
    r"C:\Windows\UUS\Packages\*\*",
    r"C:\ProgramData\Microsoft\Windows\UUS\Packages\*\*",
)
"""Where Windows 11 keeps the update stack that it updates apart from itself."""
DEFENDER: Final = (
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\*",
    r"C:\Program Files\Windows Defender",
    r"C:\Program Files\Microsoft Security Client",
    r"C:\Program Files\Microsoft Security Client\Antimalware",
    r"C:\Program Files (x86)\Microsoft Security Client\Antimalware",
)
"""Defender, and the Security Essentials and System Center clients that came before it."""


SETUP: Final = (
    r"C:\$WINDOWS.~BT\**",
    r"C:\$WinREAgent\**",
    r"C:\Windows\SoftwareDistribution\Download\**",
    r"C:\Windows\SystemTemp\**",
    r"C:\Windows\WinSxS\**",
    r"C:\Windows\servicing\**",
    *UPDATE_STACK,
)
"""Where upgrades and servicing run Windows' own programs; only administrators can write there.

Of `SoftwareDistribution` only `Download` belongs to it: the other directories hold no programs.
"""

PROGRAM_FILES: Final = (r"C:\Program Files\**", r"C:\Program Files (x86)\**")
"""Where installers bring copies of some of Windows' own programs along."""

WRITABLE: Final = (
    r"C:\Users\Public\**",
    r"C:\Users\*\AppData\**",
    r"C:\Users\*\Desktop\**",
    r"C:\Users\*\Documents\**",
    r"C:\Users\*\Downloads\**",
    r"C:\Users\*\Music\**",
    r"C:\Users\*\Pictures\**",
    r"C:\Users\*\Videos\**",
    r"C:\Windows\Temp\**",
    r"C:\Windows\Tasks\**",
    r"C:\Windows\System32\Tasks\**",
    r"C:\Windows\System32\spool\drivers\color\**",
    r"C:\PerfLogs\**",
    r"C:\$Recycle.Bin\**",
    r"C:\Temp\**",
    r"C:\ProgramData",
    "C:\\",
)
"""Where users can write and no service is installed. Agents do lie in directories below `ProgramData`."""

DROPS: Final = (
    r"C:\Users\Public\**",
    r"C:\Users\*\Downloads\**",
    r"C:\Windows\Temp\**",
    r"C:\Windows\Tasks\**",
    r"C:\PerfLogs\**",
    r"C:\$Recycle.Bin\**",
    r"C:\Temp\**",
    r"C:\ProgramData",
)
"""Of `WRITABLE` what holds no program that a user could have installed for himself."""
