r"""Fleets: as many events as wanted, from as many devices, for load tests and for the quality of reports.

A fleet is ordinary: four in five events have a child that nobody watches, and most others are as Windows does
it. What is in its way is what fleets are like: third-party software, installers and updates that start images
of Windows' own, crashes with their clones, copies without evidence, parents that were not logged, tools of
administrators. A few attacks are planted in it, and it says which. Nothing is kept in memory.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import attrs

from parentchild.errors import InvalidArgument
from parentchild.events import Event, Process, ProcessCreated, RemoteThreadCreated
from parentchild.testing.host import START
from parentchild.testing.images import base_name, command_line_of, path_of, service_group_of
from parentchild.testing.processes import SYSTEM_ACCOUNT

_UNWATCHED_SHARE: Final = 0.8
_UNWATCHED: Final = (
    ("chrome.exe", "explorer.exe"),
    ("excel.exe", "explorer.exe"),
    ("git.exe", "code.exe"),
    ("msedge.exe", "msedge.exe"),
    ("node.exe", "code.exe"),
    ("outlook.exe", "explorer.exe"),
    ("python.exe", "code.exe"),
    ("slack.exe", "explorer.exe"),
    ("teams.exe", "explorer.exe"),
    ("winword.exe", "explorer.exe"),
)
_RIGHT: Final = (
    ("svchost.exe", "services.exe"),
    ("svchost.exe", "services.exe"),
    ("svchost.exe", "services.exe"),
    ("RuntimeBroker.exe", "svchost.exe"),
    ("taskhostw.exe", "svchost.exe"),
    ("dllhost.exe", "svchost.exe"),
    ("WmiPrvSE.exe", "svchost.exe"),
    ("SearchProtocolHost.exe", "SearchIndexer.exe"),
    ("userinit.exe", "winlogon.exe"),
)
_PIDS: Final = 16_384
_PID_STEP: Final = 4
_USER: Final = r"CORP\user{number}"
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@attrs.frozen
class _Software:
    """Somebody's software that starts an image of Windows' own, or that one of those starts.

    In a path, `{any}` are five letters, `{letter}` is one, `{hex}` a number, never the same; `{version}` is
    one of three versions, and `{user}` the account.
    """

    parent: str
    child: str
    share: float
    """On which part of the devices it is."""
    weight: int
    """How often it does so, against the others."""


_SOFTWARE: Final = (
    _Software(r"C:\Users\{user}\AppData\Local\Temp\is-{any}.tmp\is-{any}.tmp", "dllhost.exe", 0.4, 30),
    _Software(r"C:\Windows\Installer\MSI{hex}.tmp", "dllhost.exe", 0.5, 20),
    _Software(r"C:\Users\{user}\AppData\Local\Temp\ns{letter}{hex}A{hex}.tmp", "taskhostw.exe", 0.2, 10),
    _Software(r"C:\Program Files\Contoso Agent\agent-{version}.exe", "dllhost.exe", 0.6, 10),
    _Software(r"C:\Program Files\Contoso Agent\agent-{version}.exe", "WmiPrvSE.exe", 0.6, 6),
    _Software(r"C:\Program Files\Fabrikam\Sandbox\fsb.exe", "svchost.exe", 0.05, 5),
    _Software(r"C:\Program Files (x86)\Northwind\Update\{version}\nwupdate.exe", "RuntimeBroker.exe", 0.3, 8),
    _Software(r"C:\Users\{user}\AppData\Local\Litware\app-{version}\litware.exe", "dllhost.exe", 0.25, 8),
    _Software("spoolsv.exe", r"C:\Program Files\Tailspin Print\tpmon.exe", 0.1, 5),
    _Software("winlogon.exe", r"C:\Program Files\Proseware Badge\badgelogon.exe", 0.08, 4),
    _Software("mmc.exe", "taskhostw.exe", 0.01, 1),
    _Software(r"C:\Tools\procmgr64.exe", "svchost.exe", 0.002, 1),
)
_COPIED: Final = ("WmiPrvSE.exe", "dllhost.exe", "taskhostw.exe", "spoolsv.exe", "RuntimeBroker.exe")
_VERSIONS: Final = ("4.11.2", "4.12.0", "4.12.1")

_SOFTWARE_PART: Final = 0.6
_CRASH_PART: Final = 0.15
_COPY_PART: Final = 0.15  # what is left are parents that were not logged


@attrs.frozen(kw_only=True)
class PlantedAttack:
    """An attack that is planted in a fleet.

    Args:
        name: what it is, in a few words.
        device: where.
        child: the comparable name of the process that is wrong.
        parent: that of its parent.
        record_id: the number of its event.
    """

    name: str
    device: str
    child: str
    parent: str
    record_id: int


@attrs.frozen
class _Attack:
    name: str
    child: str
    parent: str
    command_line: str


_ATTACKS: Final = (
    _Attack("a program under the name of the service host", r"C:\ProgramData\svchost.exe", "services.exe",
            r"C:\ProgramData\svchost.exe -k netsvcs"),
    _Attack("a document starts a task host", "taskhostw.exe", "winword.exe", "taskhostw.exe"),
    _Attack("the print spooler starts a shell", "cmd.exe", "spoolsv.exe", "cmd.exe /c whoami"),
    _Attack("a hollowed service host", "svchost.exe", "rundll32.exe", r"C:\Windows\System32\svchost.exe"),
    _Attack("a name that looks like the service host", r"C:\Users\Public\scvhost.exe", "explorer.exe",
            r"C:\Users\Public\scvhost.exe"),
    _Attack("a second local security authority", "lsass.exe", "cmd.exe", "lsass.exe"),
    _Attack("a shell at the log-on screen", "cmd.exe", "winlogon.exe", "cmd.exe"),
    _Attack("a script starts a COM host without a class", "dllhost.exe", "wscript.exe", "dllhost.exe"),
)  # fmt: skip


@attrs.frozen(kw_only=True)
class Fleet:
    """The events of a whole fleet; each iteration gives the same ones, in the order of their times.

    Made by `fleet`, which says what the arguments mean.
    """

    devices: int
    events: int
    oddity_rate: float
    attack_count: int
    seed: int
    start: datetime
    span: timedelta

    @property
    def attacks(self) -> tuple[PlantedAttack, ...]:
        """The attacks that are planted in it, in the order of their times."""
        chance = random.Random(f"attacks {self.seed}")  # noqa: S311 - choices that can be made again
        planted: list[PlantedAttack] = []
        for number in range(min(self.attack_count, self.events)):
            attack = _ATTACKS[number % len(_ATTACKS)]
            planted.append(
                PlantedAttack(
                    name=attack.name,
                    device=_device(chance.randrange(self.devices)),
                    child=base_name(attack.child).lower(),
                    parent=base_name(attack.parent).lower(),
                    record_id=(2 * number + 1) * self.events // (2 * self.attack_count),
                )
            )
        return tuple(planted)

    def __iter__(self) -> Iterator[Event]:
        chance = random.Random(self.seed)  # noqa: S311 - choices that can be made again
        attacks = {
            planted.record_id: (planted, _ATTACKS[at % len(_ATTACKS)])
            for at, planted in enumerate(self.attacks)
        }
        clone: tuple[str, Process] | None = None
        for number in range(self.events):
            at = self.start + self.span * number / self.events
            if number in attacks:
                planted, attack = attacks[number]
                yield _attack(planted, attack, chance, at)
            elif clone is not None:
                device, crashed = clone
                yield _created(device, _copy(crashed, chance, at), crashed, number, at)
                clone = None
            elif chance.random() >= self.oddity_rate:
                pairs = _UNWATCHED if chance.random() < _UNWATCHED_SHARE else _RIGHT
                yield _ordinary(
                    _device(chance.randrange(self.devices)), chance.choice(pairs), chance, number, at
                )
            else:
                event, clone = self._oddity(chance, number, at)
                yield event

    def _oddity(
        self, chance: random.Random, number: int, at: datetime
    ) -> tuple[Event, tuple[str, Process] | None]:
        """Return something that fleets are full of, and of a crash the process whose clone comes next."""
        kind, device = chance.random(), _device(chance.randrange(self.devices))
        if kind < _SOFTWARE_PART:
            return self._software(chance, number, at), None
        image = chance.choice(_COPIED)
        original = _process(image, chance, at - timedelta(hours=1), user=SYSTEM_ACCOUNT)
        if kind < _SOFTWARE_PART + _CRASH_PART:
            handler = _process("WerFault.exe", chance, at, user=SYSTEM_ACCOUNT)
            thread = RemoteThreadCreated(
                timestamp=at, device=device, source=handler, target=original, record_id=number
            )
            return thread, (device, original)
        if kind < _SOFTWARE_PART + _CRASH_PART + _COPY_PART:
            return _created(device, _copy(original, chance, at), original, number, at), None
        nameless = Process(None, pid=_pid(chance))
        return _created(device, _process(image, chance, at, user=SYSTEM_ACCOUNT), nameless, number, at), None

    def _software(self, chance: random.Random, number: int, at: datetime) -> ProcessCreated:
        place = chance.choices(range(len(_SOFTWARE)), weights=[each.weight for each in _SOFTWARE])[0]
        software = _SOFTWARE[place]
        having = max(1, round(self.devices * software.share))
        at_device = (
            place * 7919 + chance.randrange(having)
        ) % self.devices  # those that have it lie together
        user = _USER.format(number=at_device)
        parent, child = (_filled(each, chance, user) for each in (software.parent, software.child))
        return _created(
            _device(at_device),
            _process(child, chance, at, user=user),
            _process(parent, chance, at - timedelta(minutes=1), user=user),
            number,
            at,
        )


def fleet(
    *,
    devices: int,
    events: int,
    oddity_rate: float = 0.002,
    attacks: int = len(_ATTACKS),
    seed: int = 0,
    start: datetime = START,
    span: timedelta = timedelta(hours=24),
) -> Fleet:
    """Return the events of a whole fleet, and which of them are attacks.

    The same arguments always give the same events. Of those that are neither attacks nor oddities, four in
    five have a child that nobody watches, and the others are as Windows does it.

    Args:
        devices: how many devices; each event comes from one of them at random.
        events: how many events.
        oddity_rate: what part of them is third-party software, crashes, copies, or without the name of a
            parent, from 0 to 1.
        attacks: how many attacks are planted, spread evenly.
        seed: what the choices depend on.
        start: the time of the first event.
        span: over how much time the events are spread.

    Raises:
        InvalidArgument: a number is out of its range.

    >>> fleet_of_ten = fleet(devices=10, events=1000, attacks=2)
    >>> sum(1 for _ in fleet_of_ten), [attack.child for attack in fleet_of_ten.attacks]
    (1000, ['svchost.exe', 'taskhostw.exe'])
    """
    if devices < 1:
        raise InvalidArgument("devices", devices, "must be at least 1")
    if events < 0:
        raise InvalidArgument("events", events, "must not be negative")
    if not 0 <= oddity_rate <= 1:
        raise InvalidArgument("oddity_rate", oddity_rate, "must lie between 0 and 1")
    if attacks < 0:
        raise InvalidArgument("attacks", attacks, "must not be negative")
    return Fleet(
        devices=devices,
        events=events,
        oddity_rate=oddity_rate,
        attack_count=attacks,
        seed=seed,
        start=start,
        span=span,
    )


def _device(number: int) -> str:
    return f"ws-{number:07}"


def _created(device: str, process: Process, parent: Process, number: int, at: datetime) -> ProcessCreated:
    return ProcessCreated(timestamp=at, device=device, process=process, parent=parent, record_id=number)


def _ordinary(
    device: str, pair: tuple[str, str], chance: random.Random, number: int, at: datetime
) -> ProcessCreated:
    child, parent = pair
    started, starter = _process(child, chance, at), _process(parent, chance, None)
    group = service_group_of(child) if parent == "svchost.exe" else None
    if group is not None:
        starter = attrs.evolve(starter, command_line=f"{starter.path} {group}")
    return _created(device, started, starter, number, at)


def _attack(planted: PlantedAttack, attack: _Attack, chance: random.Random, at: datetime) -> ProcessCreated:
    user = SYSTEM_ACCOUNT
    child = attrs.evolve(_process(attack.child, chance, at, user=user), command_line=attack.command_line)
    return _created(
        planted.device, child, _process(attack.parent, chance, None, user=user), planted.record_id, at
    )


def _process(
    image: str, chance: random.Random, started_at: datetime | None, *, user: str | None = None
) -> Process:
    return Process(
        base_name(image),
        pid=_pid(chance),
        path=path_of(image),
        command_line=command_line_of(image),
        started_at=started_at,
        user=user,
    )


def _copy(original: Process, chance: random.Random, at: datetime) -> Process:
    return attrs.evolve(original, pid=_pid(chance), started_at=at)


def _pid(chance: random.Random) -> int:
    return _PID_STEP * (2 + chance.randrange(_PIDS))


def _filled(image: str, chance: random.Random, user: str) -> str:
    """Return an image's path with what differs from one time to the next."""
    if "{" not in image:
        return image
    return image.format(
        any="".join(chance.choices(_LETTERS, k=5)),
        letter=chance.choice(_LETTERS[10:]).lower(),
        hex=f"{chance.randrange(256):X}",
        version=chance.choice(_VERSIONS),
        user=user.partition("\\")[2],
    )
