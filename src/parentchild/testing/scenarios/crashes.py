"""Crashes: what the crash handler explains, and what only looks as if it did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from parentchild.events import Event, RemoteThreadCreated
from parentchild.relations.evaluation import Reason
from parentchild.testing.expectations import Expected
from parentchild.testing.host import Capture, Host
from parentchild.testing.scenarios.scenario import Scenario


def _crash_by_thread(host: Host) -> Iterable[Event]:
    host.boot()
    host.crash("svchost.exe")
    return host.events


def _crash_by_snapshot(host: Host) -> Iterable[Event]:
    host.boot()
    host.crash("spoolsv.exe", capture=Capture.SNAPSHOT)
    return host.events


def _late_evidence(host: Host) -> Iterable[Event]:
    host.crash("taskhostw.exe")
    threads = [event for event in host.events if isinstance(event, RemoteThreadCreated)]
    return [*(event for event in host.events if event not in threads), *threads]


def _crash_among_attacks(host: Host) -> Iterable[Event]:
    host.boot()
    host.crash("svchost.exe")
    host.clone("svchost.exe")
    return host.events


def _lsass_clone(host: Host) -> Iterable[Event]:
    host.boot()
    host.crash("lsass.exe")
    return host.events


def _other_child(host: Host) -> Iterable[Event]:
    host.boot()
    host.thread(source="WerFault.exe", target="taskhostw.exe")
    host.spawn("svchost.exe", parent="taskhostw.exe")
    return host.events


def _old_thread(host: Host) -> Iterable[Event]:
    host.thread(source="WerFault.exe", target="svchost.exe")
    host.wait(timedelta(minutes=1))
    host.clone("svchost.exe")
    return host.events


def _thread_after(host: Host) -> Iterable[Event]:
    clone = host.clone("svchost.exe")
    host.thread(source="WerFault.exe", target=clone.parent or clone.process)
    return host.events


def _fake_handler(host: Host) -> Iterable[Event]:
    fake = host.spawn(r"C:\Users\Public\WerFault.exe", parent="explorer.exe").process
    host.thread(source=fake, target="svchost.exe")
    host.clone("svchost.exe")
    return host.events


def _other_process(host: Host) -> Iterable[Event]:
    first = host.spawn("svchost.exe", parent="services.exe").process
    second = host.spawn("svchost.exe", parent="services.exe").process
    host.thread(source="WerFault.exe", target=first)
    host.clone(second)
    return host.events


def _other_device(host: Host) -> Iterable[Event]:
    twin = Host("ws-02", start=host.now)
    twin.thread(source="WerFault.exe", target="svchost.exe")
    host.running("WerFault.exe")
    host.clone("svchost.exe")
    return [*twin.events, *host.events]


def _pid_used_again(host: Host) -> Iterable[Event]:
    first = host.spawn("svchost.exe", parent="services.exe").process
    host.thread(source="WerFault.exe", target=first)
    host.exit(first)
    host.reuse_pid()
    second = host.spawn("svchost.exe", parent="services.exe").process
    host.clone(second)
    return host.events


def _snapshot_by_another(host: Host) -> Iterable[Event]:
    host.boot()
    service = host.running("spoolsv.exe")
    line = f"WerFault.exe -pss -s 460 -p {service.pid} -ip {service.pid}"
    host.spawn("WerFault.exe", parent="cmd.exe", command_line=line)
    host.clone(service)
    return host.events


_SERVICE_HOST_CLONE: Final = Expected(Reason.SELF_COPY, "svchost.exe", "svchost.exe", occurrences=1)

CRASHES: Final = (
    Scenario(
        name="crash-by-thread",
        why="WerFault.exe makes a thread in a service host, which clones itself",
        play=_crash_by_thread,
        suppresses=(_SERVICE_HOST_CLONE,),
    ),
    Scenario(
        name="crash-by-snapshot",
        why="WerFault.exe -pss clones the print spooler from outside",
        play=_crash_by_snapshot,
        suppresses=(Expected(Reason.SELF_COPY, "spoolsv.exe", "spoolsv.exe"),),
    ),
    Scenario(
        name="evidence-comes-late",
        why="the thread's record arrives after the clone's, and closes the finding",
        play=_late_evidence,
        suppresses=(Expected(Reason.SELF_COPY, "taskhostw.exe", "taskhostw.exe"),),
    ),
    Scenario(
        name="crash-hides-no-other",
        why="a crash is explained, and a clone of another service host without evidence is not",
        play=_crash_among_attacks,
        finds=(_SERVICE_HOST_CLONE,),
        suppresses=(_SERVICE_HOST_CLONE,),
    ),
    Scenario(
        name="lsass-clone",
        why="a clone of lsass.exe is never explained: that is how its secrets are dumped",
        play=_lsass_clone,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "lsass.exe", "lsass.exe"),),
    ),
    Scenario(
        name="crash-and-another-child",
        why="a crash explains a clone of the crashing process, not another child of it",
        play=_other_child,
        finds=(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "taskhostw.exe"),),
    ),
    Scenario(
        name="thread-too-old",
        why="a thread of a minute ago does not explain a clone",
        play=_old_thread,
        finds=(_SERVICE_HOST_CLONE,),
    ),
    Scenario(
        name="thread-after-the-clone",
        why="a thread that is made after the clone does not explain it",
        play=_thread_after,
        finds=(_SERVICE_HOST_CLONE,),
    ),
    Scenario(
        name="fake-crash-handler",
        why="a WerFault.exe in a public directory explains nothing, and lies in the wrong place itself",
        play=_fake_handler,
        finds=(
            _SERVICE_HOST_CLONE,
            Expected(Reason.MISPLACED_IMAGE, "werfault.exe", "explorer.exe", directory=r"c:\users\public"),
        ),
    ),
    Scenario(
        name="crash-of-another-process",
        why="a thread in one service host does not explain the clone of another",
        play=_other_process,
        finds=(_SERVICE_HOST_CLONE,),
    ),
    Scenario(
        name="crash-on-another-device",
        why="a thread on another device explains nothing, though the pid is the same",
        play=_other_device,
        finds=(_SERVICE_HOST_CLONE,),
    ),
    Scenario(
        name="crash-before-the-pid-was-used-again",
        why="a thread in the process that had the pid before explains nothing",
        play=_pid_used_again,
        finds=(_SERVICE_HOST_CLONE,),
    ),
    Scenario(
        name="snapshot-by-another-program",
        why="WerFault.exe -pss explains a clone only when the error reporting service started it",
        play=_snapshot_by_another,
        finds=(Expected(Reason.SELF_COPY, "spoolsv.exe", "spoolsv.exe"),),
    ),
)
"""What evidence must clear, and what it must not."""
