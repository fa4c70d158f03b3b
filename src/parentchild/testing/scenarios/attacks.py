"""Attacks: one scenario or more for each reason that a finding can have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import attrs

from parentchild.events import Event, Process
from parentchild.relations.evaluation import Reason
from parentchild.testing.expectations import Expected
from parentchild.testing.host import Host
from parentchild.testing.scenarios.scenario import Scenario

_PUBLIC: Final = r"c:\users\public"


def _service_host_from_the_shell(host: Host) -> Iterable[Event]:
    host.boot()
    host.logon("alice")
    host.masquerade("svchost.exe", parent="explorer.exe")
    return host.events


def _second_lsass(host: Host) -> Iterable[Event]:
    host.boot()
    host.masquerade("lsass.exe", parent="cmd.exe")
    return host.events


def _shell_from_lsass(host: Host) -> Iterable[Event]:
    host.boot()
    host.spawn("cmd.exe", parent="lsass.exe")
    return host.events


def _services_in_temp(host: Host) -> Iterable[Event]:
    host.boot()
    host.logon("alice")
    impostor = host.spawn(r"C:\Users\Public\services.exe", parent="explorer.exe").process
    host.spawn("svchost.exe", parent=impostor)
    return host.events


def _service_host_in_temp(host: Host) -> Iterable[Event]:
    host.boot()
    host.spawn(r"C:\Users\Public\svchost.exe", parent="services.exe")
    return host.events


def _spoofed_service_host(host: Host) -> Iterable[Event]:
    host.boot()
    host.spoof("svchost.exe", parent="services.exe", creator="powershell.exe")
    return host.events


def _lookalike(host: Host) -> Iterable[Event]:
    host.boot()
    host.logon("alice")
    host.spawn(r"C:\Users\Public\scvhost.exe", parent="explorer.exe")
    return host.events


def _padded_name(host: Host) -> Iterable[Event]:
    host.boot()
    host.logon("alice")
    host.spawn("svchost.exe ", parent="explorer.exe")
    return host.events


def _foreign_letter(host: Host) -> Iterable[Event]:
    host.boot()
    host.spawn("C:\\Windows\\System32\\tas\u212ahostw.exe", parent="svchost.exe")
    return host.events


def _child_of(
    parent: str, image: str, *, command_line: str | None = None
) -> Callable[[Host], Iterable[Event]]:
    """Return the play of a booted machine on which a parent starts an image."""

    def play(host: Host) -> Iterable[Event]:
        host.boot()
        host.logon("alice")
        host.spawn(image, parent=parent, command_line=command_line)
        return host.events

    return play


def _by_service(
    group: str, image: str, *, command_line: str | None = None
) -> Callable[[Host], Iterable[Event]]:
    """Return the play of a booted machine on which the host of a service starts an image."""

    def play(host: Host) -> Iterable[Event]:
        host.boot()
        line = rf"C:\Windows\system32\svchost.exe {group}"
        service = host.spawn("svchost.exe", parent="services.exe", command_line=line).process
        host.spawn(image, parent=service, command_line=command_line)
        return host.events

    return play


def _renamed_program(host: Host) -> Iterable[Event]:
    host.boot()
    service = host.spawn("svchost.exe", parent="services.exe")
    process = attrs.evolve(service.process, original_name="Cmd.Exe")
    return [*host.events[:-1], attrs.evolve(service, process=process)]


def _restarted_program(host: Host) -> Iterable[Event]:
    host.boot()
    host.clone("spoolsv.exe")
    return host.events


def _silent_exit(host: Host) -> Iterable[Event]:
    host.boot()
    line = r"C:\Windows\system32\WerFault.exe -s -t 4242 -i 4240 -e 4240 -c 0"
    handler = host.spawn("WerFault.exe", parent="svchost.exe", command_line=line).process
    host.spawn(r"C:\Windows\Temp\monitor.exe", parent=handler)
    return host.events


def _frozen_product(host: Host) -> Iterable[Event]:
    host.boot()
    host.logon("alice")
    tool = host.spawn(r"C:\Users\alice\Downloads\freeze.exe", parent="explorer.exe").process
    line = r"C:\Windows\System32\WerFaultSecure.exe /h /pid 4242 /tid 4244 /encfile 300 /cancel 304"
    host.spawn("WerFaultSecure.exe", parent=tool, command_line=line)
    return host.events


def _unknown_parent(host: Host) -> Iterable[Event]:
    host.spawn("svchost.exe", parent=None)
    return host.events


def _parent_by_pid_alone(host: Host) -> Iterable[Event]:
    shell = host.spawn("cmd.exe", parent="explorer.exe").process
    host.spawn("svchost.exe", parent=Process(None, pid=shell.pid))
    return host.events


def _reused_pid(host: Host) -> Iterable[Event]:
    manager = host.spawn("services.exe", parent="wininit.exe").process
    host.exit(manager)
    host.reuse_pid()
    impostor = host.spawn("beacon.exe", parent="explorer.exe").process
    host.spawn("svchost.exe", parent=Process(None, pid=impostor.pid))
    return host.events


def _three_hosts(host: Host) -> Iterable[Event]:
    host.masquerade("svchost.exe", parent="winword.exe")
    others = [Host(name, start=host.now) for name in ("ws-02", "ws-03")]
    for other in others:
        other.masquerade("svchost.exe", parent="winword.exe")
    return [*host.events, *(event for other in others for event in other.events)]


ATTACKS: Final = (
    Scenario(
        name="service-host-from-the-shell",
        why="a program that runs as svchost.exe is started by the user's shell",
        play=_service_host_from_the_shell,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "explorer.exe", occurrences=1),),
    ),
    Scenario(
        name="second-lsass",
        why="a second lsass.exe is started from a command prompt",
        play=_second_lsass,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "lsass.exe", "cmd.exe"),),
    ),
    Scenario(
        name="same-pair-on-three-hosts",
        why="one pair on three devices is one finding, and each of the three counts",
        play=_three_hosts,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "winword.exe", devices=3, occurrences=3),),
    ),
    Scenario(
        name="shell-from-lsass",
        why="code that was injected into lsass.exe starts a command prompt",
        play=_shell_from_lsass,
        finds=(Expected(Reason.UNEXPECTED_CHILD, "cmd.exe", "lsass.exe"),),
    ),
    Scenario(
        name="services-in-temp",
        why="a program named services.exe in a public directory starts a service host",
        play=_services_in_temp,
        finds=(
            Expected(
                (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE),
                "services.exe",
                "explorer.exe",
                directory=_PUBLIC,
            ),
            Expected(Reason.MISPLACED_PARENT, "svchost.exe", "services.exe", directory=_PUBLIC),
        ),
    ),
    Scenario(
        name="service-host-in-temp",
        why="a service runs a program named svchost.exe from a public directory",
        play=_service_host_in_temp,
        finds=(Expected(Reason.MISPLACED_IMAGE, "svchost.exe", "services.exe", directory=_PUBLIC),),
    ),
    Scenario(
        name="spoofed-service-host",
        why="powershell.exe starts svchost.exe and declares services.exe as its parent",
        play=_spoofed_service_host,
        finds=(Expected(Reason.SPOOFED_PARENT, "svchost.exe", "services.exe"),),
    ),
    Scenario(
        name="lookalike",
        why="two letters of svchost.exe are swapped, so that no relation is about the name",
        play=_lookalike,
        finds=(Expected(Reason.LOOKALIKE, "scvhost.exe", "explorer.exe"),),
    ),
    Scenario(
        name="padded-name",
        why="a space behind the name does not hide it",
        play=_padded_name,
        finds=(
            Expected((Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_ARGUMENTS), "svchost.exe", "explorer.exe"),
        ),
    ),
    Scenario(
        name="foreign-letter",
        why="a Kelvin sign is no k, though lower case turns it into one",
        play=_foreign_letter,
        finds=(Expected(Reason.LOOKALIKE, "tas\u212ahostw.exe", "svchost.exe"),),
    ),
    Scenario(
        name="unknown-parent-reported",
        why="a service host without a known parent is reported when that is asked for",
        play=_unknown_parent,
        report_unknown=True,
        finds=(Expected(Reason.UNKNOWN_PARENT, "svchost.exe", ""),),
    ),
    Scenario(
        name="parent-by-pid-alone",
        why="a parent that is known by its pid alone is looked up, and is the wrong one",
        play=_parent_by_pid_alone,
        resolve_parents=True,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "cmd.exe"),),
    ),
    Scenario(
        name="pid-used-again",
        why="services.exe is gone, and its pid belongs to a program that starts a service host",
        play=_reused_pid,
        resolve_parents=True,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "beacon.exe"),),
    ),
    Scenario(
        name="renamed-program",
        why="a service host whose version resource says that it is the command prompt",
        play=_renamed_program,
        finds=(Expected(Reason.RENAMED_IMAGE, "svchost.exe", "services.exe"),),
    ),
    Scenario(
        name="copy-without-a-crash",
        why="the print spooler starts itself with the same command line, and no crash is reported",
        play=_restarted_program,
        finds=(Expected(Reason.SELF_COPY, "spoolsv.exe", "spoolsv.exe"),),
    ),
    Scenario(
        name="shell-from-the-log-on",
        why="a command prompt on the log-on screen, started by a backdoor there",
        play=_child_of("winlogon.exe", "cmd.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "cmd.exe", "winlogon.exe"),),
    ),
    Scenario(
        name="unlisted-program-from-the-log-on",
        why="winlogon.exe starts a program that Windows does not have",
        play=_child_of("winlogon.exe", "acme.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "acme.exe", "winlogon.exe"),),
    ),
    Scenario(
        name="shell-from-the-spooler",
        why="an exploit of the print spooler starts a command prompt",
        play=_child_of("spoolsv.exe", "cmd.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "cmd.exe", "spoolsv.exe"),),
    ),
    Scenario(
        name="shell-from-a-task-host",
        why="a hijacked task of the host of tasks starts PowerShell",
        play=_child_of("taskhostw.exe", "powershell.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "powershell.exe", "taskhostw.exe"),),
    ),
    Scenario(
        name="event-viewer-starts-a-shell",
        why="the event viewer starts a command prompt: a bypass of the elevation prompt",
        play=_child_of("eventvwr.exe", "cmd.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "cmd.exe", "eventvwr.exe"),),
    ),
    Scenario(
        name="bare-service-host",
        why="a service host without a group, often a target of injected code",
        play=_child_of("services.exe", "svchost.exe", command_line=r"C:\Windows\System32\svchost.exe"),
        finds=(Expected(Reason.UNEXPECTED_ARGUMENTS, "svchost.exe", "services.exe"),),
    ),
    Scenario(
        name="bare-com-surrogate",
        why="a COM surrogate that is told no class",
        play=_child_of("svchost.exe", "dllhost.exe", command_line=r"C:\Windows\System32\dllhost.exe"),
        finds=(Expected(Reason.UNEXPECTED_ARGUMENTS, "dllhost.exe", "svchost.exe"),),
    ),
    Scenario(
        name="bare-rundll32",
        why="rundll32.exe without arguments, often a target of injected code",
        play=_child_of("winword.exe", "rundll32.exe", command_line=r'"C:\Windows\System32\rundll32.exe"'),
        finds=(Expected(Reason.UNEXPECTED_ARGUMENTS, "rundll32.exe", "winword.exe"),),
    ),
    Scenario(
        name="broker-by-another-service",
        why="the scheduler's service host starts a broker, which only the DCOM launcher does",
        play=_by_service("-k netsvcs -p -s Schedule", "RuntimeBroker.exe"),
        finds=(Expected(Reason.UNEXPECTED_PARENT, "runtimebroker.exe", "svchost.exe"),),
    ),
    Scenario(
        name="elevation-prompt-by-another-service",
        why="another service than Appinfo shows an elevation prompt",
        play=_by_service("-k LocalService -p -s nsi", "consent.exe"),
        finds=(Expected(Reason.UNEXPECTED_PARENT, "consent.exe", "svchost.exe"),),
    ),
    Scenario(
        name="tool-of-windows-in-a-public-directory",
        why="a copy of certutil.exe in a directory that everybody can write",
        play=_child_of("cmd.exe", r"C:\Users\Public\certutil.exe"),
        finds=(Expected(Reason.MISPLACED_IMAGE, "certutil.exe", "cmd.exe", directory=_PUBLIC),),
    ),
    Scenario(
        name="shell-as-a-service",
        why="a service runs a command, as tools for remote execution let it",
        play=_child_of("services.exe", "cmd.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "cmd.exe", "services.exe"),),
    ),
    Scenario(
        name="service-of-a-user",
        why="a service lies in a directory of a user",
        play=_child_of("services.exe", r"C:\Users\alice\AppData\Local\Temp\agent.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "agent.exe", "services.exe"),),
    ),
    Scenario(
        name="service-path-without-quotes",
        why="a service path without quotes starts a program in the root of the drive",
        play=_child_of("services.exe", r"C:\Program.exe"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "program.exe", "services.exe"),),
    ),
    Scenario(
        name="monitor-of-silent-exits",
        why="the crash handler starts a program that was registered for silent process exit",
        play=_silent_exit,
        finds=(Expected(Reason.UNEXPECTED_CHILD, "monitor.exe", "werfault.exe"),),
    ),
    Scenario(
        name="frozen-security-product",
        why="a tool of a user has a security product dumped, which halts it",
        play=_frozen_product,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "werfaultsecure.exe", "freeze.exe"),),
    ),
    Scenario(
        name="child-of-a-childless-service",
        why="code in the host of a service that starts nothing adds a user",
        play=_by_service("-k netsvcs -p -s IKEEXT", "net.exe", command_line="net user mallory pw /add"),
        finds=(Expected(Reason.UNEXPECTED_CHILD, "net.exe", "svchost.exe"),),
    ),
)
"""What must be found."""
