"""Device lists that cost nothing until somebody reads them.

A finding that spreads over a fleet is emitted once a device. Were each of those findings to carry a copy of
all devices so far, a hundred thousand devices would cost five thousand million references. So a group keeps
one log of who joined and left, and a finding keeps the log and how far it had come.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import attrs

_SLACK = 128


@attrs.frozen(eq=False)
class _Left:
    device: str


Log: TypeAlias = list[str | _Left] | str | None
"""The growing log behind the device sets of one group; of a single device, that alone."""


@attrs.frozen(eq=False)
class DeviceSet:
    """The devices of a group at one moment."""

    _log: Log
    _length: int

    def names(self) -> tuple[str, ...]:
        """Return the devices, sorted. Cost: linear in the devices, plus the sort."""
        if not isinstance(self._log, list):
            return () if self._log is None else (self._log,)
        present: dict[str, None] = {}
        for entry in self._log[: self._length]:
            if isinstance(entry, _Left):
                present.pop(entry.device, None)
            else:
                present[entry] = None
        return tuple(sorted(present))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceSet) and self.names() == other.names()

    def __hash__(self) -> int:
        return hash(self.names())

    def __reduce__(self) -> tuple[object, ...]:
        return device_set_of, (self.names(),)


def device_set_of(devices: tuple[str, ...]) -> DeviceSet:
    """Return the set of these devices."""
    return DeviceSet(list(devices), len(devices))


def joined(log: Log, device: str) -> Log:
    """Return a log after a device joined."""
    if isinstance(log, list):
        log.append(device)
        return log
    return device if log is None else [log, device]


def left(log: Log, device: str, count: int) -> Log:
    """Return a log after a device left, `count` being there still; now and then one without those gone."""
    if not isinstance(log, list):
        return None
    log.append(_Left(device))
    return log if len(log) - count < len(log) // 2 + _SLACK else list(devices_now(log).names())


def devices_now(log: Log) -> DeviceSet:
    """Return the devices of this moment. Cost: constant."""
    return DeviceSet(log, len(log)) if isinstance(log, list) else _alone(log)


@lru_cache(maxsize=256)
def _alone(device: str | None) -> DeviceSet:
    """Return the set of one device or none, which the findings of that device share."""
    return DeviceSet(device, 0 if device is None else 1)
