r"""Where Windows keeps its images.

The drive is never compared, so `C:` stands for whichever volume Windows is on.
"""

from __future__ import annotations

from typing import Final

SYSTEM32: Final = (r"C:\Windows\System32",)
EITHER_BITNESS: Final = (r"C:\Windows\System32", r"C:\Windows\SysWOW64", r"C:\Windows\SysArm32")
"""Images that exist for the native and for the 32-bit world; `SysArm32` is that of 64-bit ARM."""
SYSWOW64: Final = (r"C:\Windows\SysWOW64", r"C:\Windows\SysArm32")
WBEM: Final = (r"C:\Windows\System32\wbem", r"C:\Windows\SysWOW64\wbem", r"C:\Windows\SysArm32\wbem")
COMPONENT_STORE: Final = (r"C:\Windows\WinSxS\*",)
SERVICING: Final = (r"C:\Windows\servicing",)
DOTNET: Final = (r"C:\Windows\Microsoft.NET\Framework*\*",)
WINDOWS: Final = (r"C:\Windows", r"C:\Windows\SysWOW64")
DEFENDER: Final = (
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\*",
    r"C:\Program Files\Windows Defender",
    r"C:\Program Files\Microsoft Security Client",
    r"C:\Program Files\Microsoft Security Client\Antimalware",
    r"C:\Program Files (x86)\Microsoft Security Client\Antimalware",
)
"""Defender, and the Security Essentials and System Center clients that came before it."""
