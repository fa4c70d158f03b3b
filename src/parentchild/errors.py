"""Every error this library raises on purpose, and whose fault each is."""

from __future__ import annotations

_MOST_BITS = 256
_SHOWN = 80


def shown(value: object) -> str:
    r"""Return `value` as short, printable ASCII text that is safe in a terminal and in a log.

    >>> shown("svchost\u202e.exe")
    "'svchost\\u202e.exe'"
    """
    if isinstance(value, (str, bytes)) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!a}... ({len(value)} long)"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"an int of {value.bit_length()} bits"  # Python refuses to write out thousands of digits
    try:
        text = ascii(value)
    except Exception:  # noqa: BLE001 - a foreign object's own __repr__ may raise anything
        return f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


class ParentChildError(ValueError):
    """The root of this library's errors: a value in `field` could not be used, for `reason`.

    Attributes:
        field: the name of the field or option, as the caller wrote it.
        value: the value as given.
        reason: one plain sentence part that completes "... cannot be used: it".
    """

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(field, value, reason)
        self.field = field
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.field} = {shown(self.value)}: {self.reason}"


class InvalidEvent(ParentChildError):  # noqa: N818 - the public contract names it so
    """The data's fault: a value in an event or a row cannot be what it claims to be."""


class InvalidArgument(ParentChildError):  # noqa: N818
    """The caller's fault: a relation, an exclusion or an option makes no sense."""


class InvalidState(ParentChildError):  # noqa: N818
    """A saved state is damaged, foreign, too large, or from a newer version; nothing of it was taken."""
