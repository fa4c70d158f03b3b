"""Exclusions: what a user calls normal at home. They are kept apart from what Windows does."""

from __future__ import annotations

from datetime import datetime

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import ProcessCreated, utc
from parentchild.windows.names import KERNEL, fold, image_name, is_kernel


def _name(field: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and ("\\" in value or "/" in value):
        raise InvalidArgument(field, value, "is a path; an exclusion knows base names alone")
    name = image_name(value) if isinstance(value, str) else ""
    if not name:
        raise InvalidArgument(field, value, "must be the base name of an image, or None for any")
    return name


def _child(value: object) -> str | None:
    return _name("child", value)


def _parent(value: object) -> str | None:
    name = _name("parent", value)
    return KERNEL if name is not None and is_kernel(name) else name


def _until(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return utc("expires_at", value)
    except InvalidEvent as error:
        raise InvalidArgument(error.field, error.value, error.reason) from error


@attrs.frozen(kw_only=True)
class Exclusion:
    """A pair, an image or a device that is normal at home. What is not given matches anything.

    An excluded event is counted and never reported. Nothing in it is a pattern: each value is compared whole,
    except `command_line`, which must occur in the child's command line. Case does not count.

    Args:
        reason: why it is normal; required.
        child: the child's image.
        parent: the parent's image.
        device: the device, as the source names it.
        user: the account that the child runs as.
        command_line: a text that occurs in the child's command line.
        expires_at: from this moment on, in the events' own time, it excludes nothing.

    Raises:
        InvalidArgument: there is no reason, it would match every event, or an image is given as a path.

    >>> Exclusion(child="svchost.exe", parent="acme.exe", reason="ACME's agent hosts its services").child
    'svchost.exe'
    """

    reason: str
    child: str | None = attrs.field(default=None, converter=_child)
    parent: str | None = attrs.field(default=None, converter=_parent)
    device: str | None = None
    user: str | None = None
    command_line: str | None = None
    expires_at: datetime | None = attrs.field(default=None, converter=_until)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.reason, str) or not self.reason.strip():
            raise InvalidArgument("reason", self.reason, "must say why this is normal")
        for name in ("device", "user", "command_line"):
            value: object = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value):
                raise InvalidArgument(name, value, "must be a str that is not empty, or None for any")
        if (self.child, self.parent, self.device, self.user, self.command_line) == (None,) * 5:
            raise InvalidArgument("child", None, "nothing is given, so everything would be excluded")

    @property
    def looks_like_a_pattern(self) -> bool:
        """Whether it holds a `*` where only that very character will match."""
        return any("*" in (value or "") for value in (self.child, self.parent, self.device, self.user))

    def covers(self, event: ProcessCreated, child: str, parent: str) -> bool:
        """Tell whether it covers an event whose comparable names are `child` and `parent`."""
        return (
            (self.child is None or self.child == child)
            and (self.parent is None or self.parent == parent)
            and _same(self.device, event.device)
            and _same(self.user, event.process.user)
            and _occurs(self.command_line, event.process.command_line)
            and (self.expires_at is None or event.timestamp < self.expires_at)
        )


def _same(wanted: str | None, actual: str | None) -> bool:
    return wanted is None or (actual is not None and fold(actual) == fold(wanted))


def _occurs(wanted: str | None, actual: str | None) -> bool:
    return wanted is None or (actual is not None and fold(wanted) in fold(actual))
