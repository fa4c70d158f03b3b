"""What a machine starts at boot and at a log-on, as data: in order, with parents, by Windows release."""

from __future__ import annotations

from typing import Final

import attrs


@attrs.frozen
class Step:
    """One process that is started, or one that ends.

    Args:
        image: the image.
        parent: the image of the parent, the one started last where there are several.
        command_line: its command line; None for that with which Windows starts it.
        session: the session it runs in; None for that of its parent.
        windows: the releases in which it is started.
        ends: the step is the end of the image's process, not its start.
        as_user: it runs as the user who logs on, and not as its parent's account.
    """

    image: str
    parent: str = attrs.field(default="")
    command_line: str | None = attrs.field(default=None, kw_only=True)
    session: int | None = attrs.field(default=None, kw_only=True)
    windows: str = attrs.field(default="all", kw_only=True)
    ends: bool = attrs.field(default=False, kw_only=True)
    as_user: bool = attrs.field(default=False, kw_only=True)


def _service_host(group: str, windows: str = "all") -> Step:
    line = rf"C:\Windows\system32\svchost.exe -k {group}"
    return Step("svchost.exe", "services.exe", command_line=line, windows=windows)


BOOT: Final = (
    Step("Registry", "System", windows="10+"),
    Step("smss.exe", "System", command_line=r"\SystemRoot\System32\smss.exe"),
    Step("autochk.exe", "smss.exe", command_line="*"),
    Step("autochk.exe", ends=True),
    Step("smss.exe", "smss.exe", command_line=r"\SystemRoot\System32\smss.exe 000000c4 00000084"),
    Step("csrss.exe", "smss.exe", command_line=r"%SystemRoot%\system32\csrss.exe"),
    Step("wininit.exe", "smss.exe", command_line="wininit.exe"),
    Step("smss.exe", ends=True),
    Step("smss.exe", "smss.exe", command_line=r"\SystemRoot\System32\smss.exe 000000d4 00000084", session=1),
    Step("csrss.exe", "smss.exe", command_line=r"%SystemRoot%\system32\csrss.exe"),
    Step("winlogon.exe", "smss.exe", command_line="winlogon.exe"),
    Step("smss.exe", ends=True),
    Step("services.exe", "wininit.exe"),
    Step("LsaIso.exe", "wininit.exe", windows="10+"),
    Step("lsass.exe", "wininit.exe"),
    Step("lsm.exe", "wininit.exe", windows="vista-7"),
    Step("fontdrvhost.exe", "wininit.exe", command_line='"fontdrvhost.exe"', windows="10+"),
    Step("fontdrvhost.exe", "winlogon.exe", command_line='"fontdrvhost.exe"', windows="10+"),
    _service_host("netsvcs -p -s Schedule"),
    _service_host("netsvcs -p -s Appinfo"),
    _service_host("netsvcs -p -s UserManager", windows="10+"),
    _service_host("LocalService -p"),
    _service_host("WerSvcGroup"),
    _service_host("DcomLaunch -p"),
    Step("dwm.exe", "winlogon.exe", command_line='"dwm.exe"', windows="8+"),
    Step("LogonUI.exe", "winlogon.exe", command_line='"LogonUI.exe" /flags:0x2'),
    Step("spoolsv.exe", "services.exe"),
    Step("MsMpEng.exe", "services.exe", windows="10+"),
    Step(
        "SearchIndexer.exe", "services.exe", command_line=r"C:\Windows\system32\SearchIndexer.exe /Embedding"
    ),
    Step("MemCompression", "System", windows="10+"),
)
"""From the kernel to the log-on screen. The session managers that set a session up are gone afterwards."""

LOGON: Final = (
    Step("userinit.exe", "winlogon.exe", session=1, as_user=True),
    Step("explorer.exe", "userinit.exe", command_line=r"C:\Windows\Explorer.EXE", as_user=True),
    Step("LogonUI.exe", ends=True),
    Step("userinit.exe", ends=True),
    Step("dwm.exe", "svchost.exe", command_line='"C:\\Windows\\system32\\Dwm.exe"', session=1, windows="7"),
    Step("sihost.exe", "svchost.exe", command_line="sihost.exe", session=1, windows="10+", as_user=True),
    Step(
        "taskhostw.exe",
        "svchost.exe",
        command_line="taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}",
        session=1,
        windows="10+",
        as_user=True,
    ),
    Step("taskhostex.exe", "svchost.exe", session=1, windows="8-8.1", as_user=True),
    Step("taskhost.exe", "services.exe", command_line='"taskhost.exe"', session=1, windows="7", as_user=True),
    Step(
        "RuntimeBroker.exe",
        "svchost.exe",
        command_line=r"C:\Windows\System32\RuntimeBroker.exe -Embedding",
        session=1,
        windows="10+",
        as_user=True,
    ),
)
"""A user's session, from the log-on screen to the desktop."""
