"""Exclusions: what is expected in the user's own environment. They are kept apart from what Windows does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Process, ProcessCreated, utc
from parentchild.relations.compiled import comparable
from parentchild.relations.evaluation import Evaluation, Reason
from parentchild.windows.names import fold, image_name
from parentchild.windows.paths import directory_of
from parentchild.windows.stars import STAR, fits

_MOST_STARTS = 64  # in a text, from which a pattern is tried; what is not found by then is not excluded
_PATHS_OF = {
    Reason.MISPLACED_IMAGE: ("child_path",),
    Reason.RENAMED_IMAGE: ("child_path",),
    Reason.MISPLACED_PARENT: ("parent_path",),
    Reason.UNEXPECTED_ARGUMENTS: ("child_path", "parent_path", "command_line"),
}
"""Reasons that an exclusion hides only if it names one of these: a pair says nothing of place and form."""


def _name(field: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and ("\\" in value or "/" in value):
        raise InvalidArgument(field, value, f"is a path; give it as {field}_path=")
    found = image_name(value) if isinstance(value, str) else ""
    if not found:
        raise InvalidArgument(field, value, "must be the base name of an image, or None for any")
    return comparable(found)


def _path(field: str, value: object) -> str | None:
    if value is None:
        return None
    found = directory_of(value, "") if isinstance(value, str) else None
    if found is None:
        raise InvalidArgument(field, value, "must be a full path, or None for any")
    return found


def _text(field: str, value: object) -> str | None:
    if value is not None and (not isinstance(value, str) or not value):
        raise InvalidArgument(field, value, "must be a str that is not empty, or None for any")
    return value


def _until(field: str, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return utc(field, value)
    except InvalidEvent as error:
        raise InvalidArgument(error.field, error.value, error.reason) from error


_CHECKS: Final[dict[str, Callable[[str, object], object]]] = {
    **dict.fromkeys(("child", "parent"), _name),
    **dict.fromkeys(("child_path", "parent_path"), _path),
    **dict.fromkeys(("device", "user", "signer", "command_line"), _text),
    "expires_at": _until,
}


@attrs.frozen(kw_only=True)
class Exclusion:
    r"""A pair, an image or a device that is expected in your environment. What is not given matches anything.

    An excluded event is counted and never reported. `*` stands for any run of characters but a backslash;
    nothing else is special, and case does not count. Each value is compared whole, except `command_line`,
    which must occur in the child's command line.

    A pair says nothing of places and arguments: a misplaced or renamed image and missing arguments are
    excluded only if the path of that image is named (for arguments, the command line will do as well).

    Args:
        reason: why it is expected; required.
        child: the child's image, by its base name.
        parent: the parent's image, by its base name.
        child_path: the full path of the child's image.
        parent_path: the full path of the parent's image.
        device: the device, as the source names it.
        user: the account that the child runs as.
        signer: who signed the child's image.
        command_line: a text that occurs in the child's command line.
        expires_at: from this moment on, in the events' own time, it excludes nothing.

    Raises:
        InvalidArgument: there is no reason, it would match every event, or a value is of the wrong form.

    >>> Exclusion(child="svchost.exe", parent="acme-*.exe", reason="ACME's agent hosts its services").parent
    'acme-*.exe'
    """

    reason: str
    child: str | None = None
    parent: str | None = None
    child_path: str | None = None
    parent_path: str | None = None
    device: str | None = None
    user: str | None = None
    signer: str | None = None
    command_line: str | None = None
    expires_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.reason, str) or not self.reason.strip():
            raise InvalidArgument("reason", self.reason, "must say why this is expected")
        for field, check in _CHECKS.items():
            object.__setattr__(self, field, check(field, getattr(self, field)))
        given = [value for name in _CHECKS if isinstance(value := getattr(self, name), str)]
        if not any(value.strip("*\\") for value in given):
            raise InvalidArgument(
                "child", self.child, "would exclude everything: name a child, parent or device"
            )

    def covers(self, event: ProcessCreated, evaluation: Evaluation) -> bool:
        """Tell whether it covers an event that was evaluated so. Cost: linear in the texts of the event."""
        return (
            (self.child is None or _matches(self.child, evaluation.child))
            and (self.parent is None or _matches(self.parent, evaluation.parent))
            and _same(self.device, event.device)
            and _same(self.user, event.process.user)
            and _same(self.signer, event.process.signer)
            and _lies_at(self.child_path, event.process)
            and _lies_at(self.parent_path, event.parent)
            and (self.command_line is None or _occurs(self.command_line, event.process.command_line))
            and (self.expires_at is None or event.timestamp < self.expires_at)
            and all(map(self._may_hide, evaluation.reasons))
        )

    def _may_hide(self, reason: Reason) -> bool:
        paths = _PATHS_OF.get(reason)
        return paths is None or any(getattr(self, name) is not None for name in paths)


def _same(wanted: str | None, actual: str | None) -> bool:
    return wanted is None or (actual is not None and _matches(fold(wanted), fold(actual)))


def _lies_at(wanted: str | None, process: Process | None) -> bool:
    if wanted is None:
        return True
    path = None if process is None else process.path or process.name
    actual = directory_of(path, "")
    return actual is not None and _matches(wanted, actual)


def _occurs(wanted: str, actual: str | None) -> bool:
    if actual is None:
        return False
    (first, *others), text = fold(wanted).split(STAR), fold(actual)
    start = text.find(first)
    for _ in range(_MOST_STARTS):
        if start < 0:
            return False
        if _follow(others, text, start + len(first)):
            return True
        start = text.find(first, start + 1)
    return False


def _follow(pieces: list[str], text: str, at: int) -> bool:
    """Tell whether some pieces follow one another from a place on, with no backslash between."""
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0 or "\\" in text[at:found]:
            return False
        at = found + len(piece)
    return True


def _matches(pattern: str, text: str) -> bool:
    """Tell whether a whole text matches a pattern, component by component: a star never spans a backslash."""
    if STAR not in pattern:
        return pattern == text
    wanted, actual = pattern.split("\\"), text.split("\\")
    return len(wanted) == len(actual) and all(map(fits, wanted, actual))
