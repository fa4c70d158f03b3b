"""Bounded memory: what a detector remembers, for how long, and what goes when it is full.

Each device has its own clock, which is the time of the event that it sends now: a host set to 2099 forgets
only its own things. When memory is full, the entry that was touched longest ago goes, whatever its device.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from parentchild.detector.lazyheap import LazyHeap


class Entry:
    """One remembered thing. `at` is its time on its device's clock; `touched` orders all entries by use."""

    __slots__ = ("at", "device", "gone", "touched")

    def __init__(self, device: str, at: datetime) -> None:
        self.device = device
        self.at = at
        self.touched = 0
        self.gone = False


def _time_of(entry: Entry) -> datetime | None:
    return None if entry.gone else entry.at


class _Timeline:
    """The entries of one device, oldest first."""

    __slots__ = ("heap", "live")

    def __init__(self) -> None:
        self.heap: LazyHeap[Entry] = LazyHeap(_time_of)
        self.live = 0


class Memory:
    """Keeps entries until they are older than the window, or until there are too many.

    It only keeps the books: whoever adds entries forgets what `expired` and `overflow` return.

    Args:
        window: how long an entry is kept after its time, None for ever.
        capacity: how many entries are kept.
    """

    __slots__ = ("_by_device", "_recent", "capacity", "touches", "window")

    def __init__(self, window: timedelta | None, capacity: int) -> None:
        self.window = window
        self.capacity = capacity
        self.touches = 0
        # In the order of their last use. A plain dict would do, but to find its first entry it walks over all
        # that were deleted before it: 33 microseconds each time at a hundred thousand entries.
        self._recent: OrderedDict[Entry, None] = OrderedDict()
        self._by_device: dict[str, _Timeline] = {}

    def __len__(self) -> int:
        return len(self._recent)

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, the one used longest ago first."""
        return tuple(self._recent)

    def add(self, entry: Entry) -> None:
        """Remember an entry as the one used last."""
        self.touches += 1
        entry.touched = self.touches
        self.restore(entry)

    def restore(self, entry: Entry) -> None:
        """Remember an entry that knows already when it was used last; entries come in that order."""
        self._recent[entry] = None
        if self.window is None:
            return
        timeline = self._by_device.get(entry.device)
        if timeline is None:
            timeline = self._by_device[entry.device] = _Timeline()
        timeline.heap.push(entry)
        timeline.live += 1

    def touch(self, entry: Entry, at: datetime) -> None:
        """Note that an entry was used, and is at least as young as `at`."""
        self.touches += 1
        entry.touched = self.touches
        self._recent.move_to_end(entry)
        entry.at = max(entry.at, at)  # the heap learns of it when the entry comes to its top

    def remove(self, entry: Entry) -> None:
        """Forget an entry. An entry that is gone already is left alone."""
        if entry.gone:
            return
        entry.gone = True
        del self._recent[entry]
        timeline = self._by_device.get(entry.device)
        if timeline is None:
            return
        timeline.live -= 1
        if timeline.live:
            timeline.heap.trim(timeline.live)
        else:
            del self._by_device[entry.device]

    def expired(self, device: str, now: datetime) -> list[Entry]:
        """Remove and return the entries of a device that are older than the window at its time `now`."""
        timeline = self._by_device.get(device)
        gone: list[Entry] = []
        if timeline is None or self.window is None:
            return gone
        while (oldest := timeline.heap.least()) is not None and now - oldest.at > self.window:
            gone.append(oldest)
            self.remove(oldest)
        return gone

    def all_expired(self, now: datetime) -> list[Entry]:
        """Remove and return the entries of every device that are older than the window at the time `now`."""
        return [entry for device in tuple(self._by_device) for entry in self.expired(device, now)]

    def overflow(self) -> list[Entry]:
        """Remove and return the entries used longest ago, until no more than the capacity are left."""
        gone: list[Entry] = []
        while len(self._recent) > self.capacity:
            oldest = next(iter(self._recent))
            gone.append(oldest)
            self.remove(oldest)
        return gone
