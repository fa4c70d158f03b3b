"""The options of a detector, checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs

from parentchild.errors import InvalidArgument
from parentchild.relations.crashes import CrashHandler, Suppression
from parentchild.relations.exclusions import Exclusion
from parentchild.saving.forms import SAVED_AS
from parentchild.windows.paths import system_drive


def _exclusions(value: Any) -> tuple[Exclusion, ...]:  # noqa: ANN401 - checked here
    if isinstance(value, Exclusion) or not hasattr(value, "__iter__"):
        raise InvalidArgument("exclusions", value, "must be a collection of Exclusion")
    exclusions: tuple[Any, ...] = tuple(value)
    for exclusion in exclusions:
        if not isinstance(exclusion, Exclusion):
            raise InvalidArgument("exclusions", exclusion, "must be a collection of Exclusion")
    return exclusions


def _drives(value: object) -> tuple[tuple[str, str], ...]:
    told: Any = value
    if not isinstance(value, Mapping | tuple):
        reason = "must be a drive such as 'D:', or a mapping of devices to theirs"
        raise InvalidArgument("system_drive", value, reason)
    drives: dict[Any, Any] = dict(told)  # or pairs, as they are kept here
    for device in drives:
        if not isinstance(device, str):
            raise InvalidArgument("system_drive", device, "must map names of devices to drives")
    return tuple(sorted((str(device), system_drive(drive)) for device, drive in drives.items()))


@attrs.frozen(kw_only=True)
class Settings:
    """The options of a detector; `Detector` says what each means.

    Raises:
        InvalidArgument: an option is outside its range.
    """

    exclusions: tuple[Exclusion, ...] = attrs.field(default=(), converter=_exclusions)
    window: timedelta | None = timedelta(hours=2)
    capacity: int = 100_000
    suppression: Suppression | None = attrs.field(
        factory=CrashHandler, metadata={SAVED_AS: CrashHandler | None}
    )
    report_unknown: bool = False
    resolve_parents: bool = False
    system_drive: str = attrs.field(default="c:", converter=system_drive)
    device_drives: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_drives)

    def __attrs_post_init__(self) -> None:
        window, capacity, policy = self.window, self.capacity, self.suppression
        if window is not None and (not isinstance(window, timedelta) or window <= timedelta(0)):
            raise InvalidArgument("window", window, "must be a timedelta above zero, or None for ever")
        if not isinstance(capacity, int) or isinstance(capacity, bool) or capacity < 1:
            raise InvalidArgument("capacity", capacity, "must be an int of at least 1")
        if policy is not None and (isinstance(policy, type) or not hasattr(policy, "could_be_evidence")):
            raise InvalidArgument("suppression", policy, "must be CrashHandler(), a policy like it, or None")
        for name in ("report_unknown", "resolve_parents"):
            value: object = getattr(self, name)
            if not isinstance(value, bool):
                raise InvalidArgument(name, value, "must be True or False")
