"""What an envelope is: something that wraps rows, and may know more of them than they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeAlias

import attrs

from parentchild.telemetry.nested import as_object, reached
from parentchild.telemetry.source import Row


@attrs.frozen
class Aside:
    """What an envelope holds that is no row: an event about something else, told by the envelope alone.

    Args:
        kind: what it is about, as the tool calls it.
    """

    kind: str


class Context(NamedTuple):
    """What the envelopes of a row know of it.

    Attributes:
        device: the host.
        time: when it happened, as the envelope writes it.
        ingested: when it reached its store, as the envelope writes it.
    """

    device: str | None = None
    time: object = None
    ingested: object = None


NO_CONTEXT = Context()
"""The context of a row that nothing wraps."""

Opened: TypeAlias = Iterable[object] | None
"""The rows within, each a mapping, its text, or an `Aside`; None when it is not this envelope after all.

An error among them says that there should be more.
"""


@attrs.frozen
class Envelope:
    """One kind of envelope.

    Args:
        name: whose it is.
        wraps: tells from the names of a row's columns whether it may be one.
        open: gives what is within.
        device: where the device may stand in it, best first; dotted columns lead into objects.
        time: where the time may stand in it.
        ingested: where the time may stand at which it reached its store.
        looks_so: tells of a row with these columns, quickly, whether it may be one; None where the names of
            columns say enough.
    """

    name: str
    wraps: Callable[[AbstractSet[object]], bool]
    open: Callable[[Row], Opened]
    device: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    ingested: tuple[str, ...] = ()
    looks_so: Callable[[Row], bool] | None = None

    def context(self, row: Row, outer: Context) -> Context:
        """Return what is known of the rows within: what this envelope says, else what is around it."""
        if not (self.device or self.time or self.ingested):
            return outer
        device, time, ingested = (
            _text(row, self.device),
            _first(row, self.time),
            _first(row, self.ingested),
        )
        if device is None and time is None and ingested is None:
            return outer
        return Context(device or outer.device, time or outer.time, ingested or outer.ingested)


def having(*columns: str) -> Callable[[AbstractSet[object]], bool]:
    """Return what tells whether all of some columns are there."""
    wanted = frozenset(columns)
    return lambda found: wanted <= found


def having_any(*columns: str) -> Callable[[AbstractSet[object]], bool]:
    """Return what tells whether one of some columns is there."""
    wanted = frozenset(columns)
    return lambda found: not wanted.isdisjoint(found)


def _text(row: Row, paths: tuple[str, ...]) -> str | None:
    for path in paths:
        value = reached(row, path)
        if isinstance(value, str) and value.strip() not in {"", "-"}:
            return value
    return None


def _first(row: Row, paths: tuple[str, ...]) -> object:
    for path in paths:
        value = reached(row, path)
        if value is not None and not (isinstance(value, str) and not value) and as_object(value) is None:
            return value
    return None
