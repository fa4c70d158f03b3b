"""Fleets: as many events as wanted, from as many devices, for load tests; nothing is kept in memory."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from parentchild.errors import InvalidArgument
from parentchild.events import Process, ProcessCreated
from parentchild.testing.host import START
from parentchild.testing.images import path_of

_UNWATCHED_SHARE: Final = 0.8
_UNWATCHED: Final = (
    ("chrome.exe", "explorer.exe"),
    ("cmd.exe", "explorer.exe"),
    ("conhost.exe", "cmd.exe"),
    ("git.exe", "code.exe"),
    ("msedge.exe", "msedge.exe"),
    ("notepad.exe", "explorer.exe"),
    ("powershell.exe", "cmd.exe"),
    ("python.exe", "cmd.exe"),
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
_WRONG: Final = (
    ("svchost.exe", "explorer.exe"),
    ("svchost.exe", "winword.exe"),
    ("svchost.exe", "powershell.exe"),
    ("lsass.exe", "cmd.exe"),
    ("services.exe", "explorer.exe"),
    ("taskhostw.exe", "winword.exe"),
    ("RuntimeBroker.exe", "chrome.exe"),
    ("spoolsv.exe", "cmd.exe"),
)
_PIDS: Final = 16_384
_PID_STEP: Final = 4


def fleet(
    *,
    devices: int,
    events: int,
    mismatch_rate: float = 0.001,
    seed: int = 0,
    start: datetime = START,
    span: timedelta = timedelta(hours=24),
) -> Iterator[ProcessCreated]:
    """Yield process creations of a whole fleet, in the order of their times.

    The same arguments always give the same events. By the shipped relations, exactly
    `floor(events * mismatch_rate)` of them are mismatches, spread evenly; of the others four in five have a
    child that nobody watches.

    Args:
        devices: how many devices; each event comes from one of them at random.
        events: how many events.
        mismatch_rate: what part of them are mismatches, from 0 to 1.
        seed: what the choices depend on.
        start: the time of the first event.
        span: over how much time the events are spread.

    Raises:
        InvalidArgument: a number is out of its range.

    >>> sum(1 for _ in fleet(devices=10, events=1000))
    1000
    """
    if devices < 1:
        raise InvalidArgument("devices", devices, "must be at least 1")
    if events < 0:
        raise InvalidArgument("events", events, "must not be negative")
    if not 0 <= mismatch_rate <= 1:
        raise InvalidArgument("mismatch_rate", mismatch_rate, "must lie between 0 and 1")
    return _events(devices, events, Fraction(str(mismatch_rate)), random.Random(seed), start, span)  # noqa: S311


def _events(
    devices: int, events: int, rate: Fraction, chance: random.Random, start: datetime, span: timedelta
) -> Iterator[ProcessCreated]:
    paths = {name: path_of(name) for pair in (*_UNWATCHED, *_RIGHT, *_WRONG) for name in pair}
    for number in range(events):
        if int((number + 1) * rate) > int(number * rate):
            child, parent = chance.choice(_WRONG)
        else:
            child, parent = chance.choice(_UNWATCHED if chance.random() < _UNWATCHED_SHARE else _RIGHT)
        at = start + span * number / events
        yield ProcessCreated(
            timestamp=at,
            device=f"ws-{chance.randrange(devices):07}",
            process=_process(child, paths[child], chance, at),
            parent=_process(parent, paths[parent], chance, None),
            record_id=number,
        )


def _process(name: str, path: str | None, chance: random.Random, started_at: datetime | None) -> Process:
    pid = _PID_STEP * (1 + chance.randrange(_PIDS))
    return Process(name, pid=pid, path=path, command_line=path, started_at=started_at)
