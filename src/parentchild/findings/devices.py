"""Device lists that cost nothing until somebody reads them.

A finding that spreads over a fleet is emitted once a device. Were each of those findings to carry a copy of
all devices so far, a hundred thousand devices would cost five thousand million references. So a group keeps
one log of who joined and left, and a finding keeps the log and how far it had come.
"""

from __future__ import annotations

import attrs

_SLACK = 64


@attrs.frozen(eq=False)
class _Left:
    device: str


@attrs.frozen(eq=False)
class DeviceSet:
    """The devices of a group at one moment."""

    _log: list[str | _Left]
    _length: int

    def names(self) -> tuple[str, ...]:
        """Return the devices, sorted. Cost: linear in the devices, plus the sort."""
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


class DeviceLog:
    """The growing log behind the device sets of one group."""

    __slots__ = ("_left", "_log")

    def __init__(self) -> None:
        self._log: list[str | _Left] = []
        self._left = 0

    def join(self, device: str) -> None:
        """Note that a device joined."""
        self._log.append(device)

    def leave(self, device: str) -> None:
        """Note that a device left; now and then start a new log without those that have gone."""
        self._log.append(_Left(device))
        self._left += 1
        if self._left > len(self._log) // 4 + _SLACK:
            self._log = list(self.now().names())
            self._left = 0

    def now(self) -> DeviceSet:
        """Return the devices of this moment. Cost: constant."""
        return DeviceSet(self._log, len(self._log))
