"""Drives: from which drive Windows runs on each device, by what the caller says and its own kernel tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parentchild.windows.paths import SYSTEM_DRIVES

_NO_VOLUME: Final = frozenset({"\\"})
"""A volume that no path has: where one is named, no other is the system's."""


class Drives:
    """The system drives of a fleet.

    Args:
        usual: that of the devices that `others` does not name.
        others: those of single devices.
    """

    __slots__ = ("_others", "_usual")

    def __init__(self, usual: str, others: Mapping[str, str]) -> None:
        self._usual = usual
        self._others = others

    @property
    def certain(self) -> frozenset[str]:
        """The drives from which Windows may run on every device; none where devices differ."""
        if not self._others:
            return _only(self._usual)
        has_volumes = not all(drive.endswith(":") for drive in self._others.values())
        return _NO_VOLUME if has_volumes else frozenset()

    def of(self, device: str, told: str | None) -> frozenset[str]:
        r"""Return the drives from which Windows runs on a device.

        Args:
            device: the device.
            told: what its own kernel has told, which goes before what the caller has said. A volume that the
                caller named (`\Device\HarddiskVolume3`) stays: it has no letter.
        """
        declared = self._others.get(device, self._usual)
        if told is None or told == declared:  # asked for each event
            return _only(declared)
        return _only(told) if declared.endswith(":") else frozenset({declared, told})


def _only(drive: str) -> frozenset[str]:
    """Return the set of one drive; the usual one as that which paths are known to be written for."""
    return SYSTEM_DRIVES if drive in SYSTEM_DRIVES else frozenset({drive})
