"""Clean cycles: what Windows does every day, of which nothing may be found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from parentchild.events import Event, Process
from parentchild.testing.host import Host
from parentchild.testing.scenarios.scenario import Scenario


def _a_day(host: Host) -> Iterable[Event]:
    host.boot()
    host.logon("alice")
    return host.events


def _session(*acts: Callable[[Host], object]) -> Callable[[Host], Iterable[Event]]:
    """Return the play of a session in which something happens after the log-on."""

    def play(host: Host) -> Iterable[Event]:
        host.boot()
        host.logon("alice")
        for act in acts:
            act(host)
        return host.events

    return play


def _restart_service(host: Host) -> None:
    host.exit("spoolsv.exe")
    host.spawn("spoolsv.exe", parent="services.exe")


def _elevate(host: Host) -> None:
    host.spawn("consent.exe", parent="svchost.exe", command_line="consent.exe 1234 288 000001A2B3C4D5E6")
    host.spoof("mmc.exe", parent="explorer.exe", creator="svchost.exe")
    host.exit("consent.exe")


def _elevate_server(host: Host) -> None:
    host.spawn("consent.exe", parent="svchost.exe")
    host.spoof("dllhost.exe", parent="svchost.exe", creator="consent.exe")


def _scheduled_task(host: Host) -> None:
    host.spawn("taskhostw.exe", parent="svchost.exe", command_line="taskhostw.exe SYSTEM")
    host.exit("taskhostw.exe")


def _defender_emulates(host: Host) -> None:
    host.spawn("svchost.exe", parent="MsMpEng.exe", command_line=r"C:\Windows\system32\svchost.exe")


def _hand_over(host: Host) -> None:
    native = host.spawn("svchost.exe", parent="services.exe").process
    host.spawn(r"C:\Windows\SysWOW64\svchost.exe", parent=native)


def _update(host: Host) -> None:
    host.spawn("TrustedInstaller.exe", parent="services.exe")
    worker = host.spawn("TiWorker.exe", parent="svchost.exe").process
    host.spawn("svchost.exe", parent=worker)


def _user_works(host: Host) -> None:
    host.spawn("cmd.exe", parent="explorer.exe")
    host.spawn("conhost.exe", parent="cmd.exe")
    host.spawn("powershell.exe", parent="cmd.exe")
    host.spawn("winword.exe", parent="explorer.exe")


def _program_crashes(host: Host) -> None:
    host.crash("winword.exe")


def _fast_switch(host: Host) -> None:
    host.spawn("smss.exe", parent="System", session=2)
    host.spawn("smss.exe", parent="smss.exe", session=2)
    host.spawn("csrss.exe", parent="smss.exe")
    host.spawn("winlogon.exe", parent="smss.exe")
    host.exit("smss.exe")
    host.spawn("LogonUI.exe", parent="winlogon.exe")
    host.spawn("dwm.exe", parent="winlogon.exe")


def _lock_and_log_off(host: Host) -> None:
    host.spawn("LogonUI.exe", parent="winlogon.exe")
    host.exit("LogonUI.exe")
    host.exit("explorer.exe")


def _search(host: Host) -> None:
    host.spawn("SearchProtocolHost.exe", parent="SearchIndexer.exe")
    host.spawn("SearchFilterHost.exe", parent="SearchIndexer.exe")


def _manage_remotely(host: Host) -> None:
    host.spawn("WmiPrvSE.exe", parent="svchost.exe")
    host.spawn("wsmprovhost.exe", parent="svchost.exe")


def _shut_down(host: Host) -> None:
    host.spawn("LogonUI.exe", parent="wininit.exe")


def _unknown_parent(host: Host) -> Iterable[Event]:
    host.spawn("svchost.exe", parent=None)
    host.spawn("lsass.exe", parent=Process("-", pid=600))
    return host.events


def _parent_by_pid_alone(host: Host) -> Iterable[Event]:
    manager = host.spawn("services.exe", parent="wininit.exe").process
    host.spawn("svchost.exe", parent=Process(None, pid=manager.pid))
    return host.events


_NONE: Final = "nothing may be found"

CLEAN: Final = (
    *(
        Scenario(
            name=f"boot-and-log-on-{windows.lower().replace(' ', '-')}",
            why=f"Windows {windows} starts and a user logs on: {_NONE}",
            play=_a_day,
            windows=windows,
        )
        for windows in ("7", "8.1", "10", "11", "Server 2019", "Server 2022", "Server 2025")
    ),
    Scenario(name="service-restart", why=f"a service is restarted: {_NONE}", play=_session(_restart_service)),
    Scenario(name="elevation", why=f"a user elevates a program: {_NONE}", play=_session(_elevate)),
    Scenario(
        name="elevated-com-server",
        why=f"the elevation prompt creates a COM server for svchost.exe: {_NONE}",
        play=_session(_elevate_server),
    ),
    Scenario(name="scheduled-task", why=f"a scheduled task runs: {_NONE}", play=_session(_scheduled_task)),
    Scenario(
        name="defender-emulates",
        why=f"Defender's engine starts a bare service host: {_NONE}",
        play=_session(_defender_emulates),
    ),
    Scenario(
        name="wow64-hand-over",
        why=f"a 64-bit service host starts its 32-bit twin: {_NONE}",
        play=_session(_hand_over),
    ),
    Scenario(name="update", why=f"an update is installed: {_NONE}", play=_session(_update)),
    Scenario(name="user-works", why=f"a user starts programs: {_NONE}", play=_session(_user_works)),
    Scenario(
        name="program-crashes",
        why=f"a program that nobody watches crashes: {_NONE}",
        play=_session(_user_works, _program_crashes),
    ),
    Scenario(name="user-switch", why=f"a second user is let in: {_NONE}", play=_session(_fast_switch)),
    Scenario(
        name="lock-and-log-off", why=f"a user locks, logs off: {_NONE}", play=_session(_lock_and_log_off)
    ),
    Scenario(name="search", why=f"the indexer works: {_NONE}", play=_session(_search)),
    Scenario(
        name="remote-management",
        why=f"a machine is managed through WMI and WinRM: {_NONE}",
        play=_session(_manage_remotely),
    ),
    Scenario(name="shutdown", why=f"the prefilter of session 0 is shown: {_NONE}", play=_session(_shut_down)),
    Scenario(
        name="unknown-parent-counted",
        why="service hosts without a known parent are counted, not reported",
        play=_unknown_parent,
    ),
    Scenario(
        name="rightful-parent-by-pid-alone",
        why="a parent that is known by its pid alone is looked up, and is the right one",
        play=_parent_by_pid_alone,
        resolve_parents=True,
    ),
)
"""What must not be found."""
