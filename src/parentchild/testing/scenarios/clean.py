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


def _aids_on_the_log_on_screen(host: Host) -> None:
    for image in (
        "sethc.exe",
        "DisplaySwitch.exe",
        "AtBroker.exe",
        "Utilman.exe",
        "LaunchTM.exe",
        "Mystify.scr",
    ):
        host.spawn(image, parent="winlogon.exe")


def _print(host: Host) -> None:
    host.spawn(r"C:\Windows\splwow64.exe", parent="spoolsv.exe", command_line=r"C:\Windows\splwow64.exe 8192")
    host.spawn("conhost.exe", parent="cmd.exe")


def _tasks(host: Host) -> None:
    host.spawn("taskhostw.exe", parent="svchost.exe")
    generator = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\ngentask.exe"
    host.spawn(generator, parent="taskhostw.exe")
    host.spawn("DsmUserTask.exe", parent="taskhostw.exe")


def _event_viewer(host: Host) -> None:
    host.spawn("eventvwr.exe", parent="explorer.exe")
    host.spawn("mmc.exe", parent="eventvwr.exe", command_line="mmc.exe eventvwr.msc")


def _com_servers(host: Host) -> None:
    for image in ("dllhost.exe", "RuntimeBroker.exe", "smartscreen.exe", "backgroundTaskHost.exe"):
        host.spawn(image, parent="svchost.exe")
    host.spawn("WmiPrvSE.exe", parent="svchost.exe", command_line=r"C:\Windows\system32\wbem\wmiprvse.exe")


def _shared_hosts(host: Host) -> None:
    line = r"C:\Windows\system32\svchost.exe -k netsvcs"
    shared = host.spawn("svchost.exe", parent="services.exe", command_line=line).process
    for image in ("consent.exe", "taskhostw.exe"):
        host.spawn(image, parent=shared)


def _lost_quote(host: Host) -> None:
    line = r'"C:\Windows\System32\rundll32.exe shell32.dll,Control_RunDLL'
    host.spawn("rundll32.exe", parent="explorer.exe", command_line=line)


def _upgrade(host: Host) -> None:
    setup = host.spawn(r"C:\$WINDOWS.~BT\Sources\SetupHost.exe", parent="svchost.exe").process
    host.spawn(r"C:\$WINDOWS.~BT\NewOS\Windows\System32\bcdedit.exe", parent=setup)
    host.spawn(r"C:\Windows\SoftwareDistribution\Download\0a1b2c\runonce.exe", parent=setup)
    worker = r"C:\Windows\UUS\Packages\Preview\amd64\MoUsoCoreWorker.exe"
    host.spawn(worker, parent="svchost.exe")


def _services(host: Host) -> None:
    for image in (
        r"C:\Program Files\Acme\agent.exe",
        r"C:\ProgramData\Acme\bin\agent.exe",
        r"C:\Windows\System32\DriverStore\FileRepository\nv_x\NVDisplay.Container.exe",
    ):
        host.spawn(image, parent="services.exe")
    host.spawn("msiexec.exe", parent="services.exe", command_line=r"C:\Windows\system32\msiexec.exe /V")


def _reports(host: Host) -> None:
    host.spawn("wermgr.exe", parent="svchost.exe")
    line = r"C:\Windows\system32\svchost.exe -k WerSvcGroup"
    service = host.spawn("svchost.exe", parent="services.exe", command_line=line).process
    line = r"C:\Windows\system32\WerFaultSecure.exe -protectedcrash -p 4242 -i1 380 -i2 384"
    host.spawn("WerFaultSecure.exe", parent=service, command_line=line)
    handler = host.spawn("WerFault.exe", parent="winword.exe").process
    host.spawn("winword.exe", parent=handler)


def _quiet_services(host: Host) -> None:
    for group, image in (
        ("-k LocalSystemNetworkRestricted -p -s WdiSystemHost", "RelPost.exe"),
        ("-k netsvcs -p -s IKEEXT", "WerFault.exe"),
        ("-k netsvcs -p -s Schedule", "cmd.exe"),
    ):
        line = rf"C:\Windows\system32\svchost.exe {group}"
        service = host.spawn("svchost.exe", parent="services.exe", command_line=line).process
        host.spawn(image, parent=service)


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
    Scenario(name="shutdown", why=f"the screen of session 0 is shown: {_NONE}", play=_session(_shut_down)),
    Scenario(
        name="aids-on-the-log-on-screen",
        why=f"a user asks for help, the task manager or a screen saver on the log-on screen: {_NONE}",
        play=_session(_aids_on_the_log_on_screen),
    ),
    Scenario(name="printing", why=f"a 32-bit program prints: {_NONE}", play=_session(_print)),
    Scenario(name="tasks-that-start-programs", why=f"tasks start programs: {_NONE}", play=_session(_tasks)),
    Scenario(
        name="event-viewer", why=f"a user opens the event viewer: {_NONE}", play=_session(_event_viewer)
    ),
    Scenario(
        name="com-servers",
        why=f"COM servers start, one without arguments: {_NONE}",
        play=_session(_com_servers),
    ),
    Scenario(
        name="shared-service-hosts",
        why=f"a service host that names no service starts what several of its services do: {_NONE}",
        play=_session(_shared_hosts),
    ),
    Scenario(
        name="lost-quote",
        why=f"a command line whose quote is never closed has arguments all the same: {_NONE}",
        play=_session(_lost_quote),
    ),
    Scenario(
        name="upgrade",
        why=f"an upgrade runs Windows' own programs from its own directories: {_NONE}",
        play=_session(_upgrade),
    ),
    Scenario(
        name="services-of-other-vendors",
        why=f"services lie where installers and drivers put them: {_NONE}",
        play=_session(_services),
    ),
    Scenario(
        name="crash-reports",
        why=f"reports are sent, a protected process is dumped, a program is started again: {_NONE}",
        play=_session(_reports),
    ),
    Scenario(
        name="services-that-start-little",
        why=f"services that start nothing crash, or start the one thing that they do: {_NONE}",
        play=_session(_quiet_services),
    ),
    Scenario(
        name="unknown-parent-counted",
        why="service hosts without a known parent are counted, not reported",
        play=_unknown_parent,
    ),
    Scenario(
        name="expected-parent-by-pid-alone",
        why="a parent that is known by its pid alone is looked up, and is the right one",
        play=_parent_by_pid_alone,
        resolve_parents=True,
    ),
)
"""What must not be found."""
