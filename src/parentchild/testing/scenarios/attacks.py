"""Attacks: one scenario or more for each reason that a finding can have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parentchild.events import Event, Process
from parentchild.relations.evaluation import Reason
from parentchild.testing.expectations import Expected
from parentchild.testing.host import Host
from parentchild.testing.scenarios.scenario import Scenario


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
            Expected(Reason.UNEXPECTED_PARENT, "services.exe", "explorer.exe"),
            Expected(Reason.MISPLACED_IMAGE, "services.exe", "explorer.exe"),
            Expected(Reason.MISPLACED_PARENT, "svchost.exe", "services.exe"),
        ),
    ),
    Scenario(
        name="service-host-in-temp",
        why="a service runs a program named svchost.exe from a public directory",
        play=_service_host_in_temp,
        finds=(Expected(Reason.MISPLACED_IMAGE, "svchost.exe", "services.exe"),),
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
        finds=(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "explorer.exe"),),
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
)
"""What must be found."""
