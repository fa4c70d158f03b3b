"""A heap whose entries may go stale: what is no longer true is thrown away when it comes to the top."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_SLACK = 64


class LazyHeap(Generic[T]):
    """Finds the item with the least key among those that are still current.

    Args:
        key_of: returns an item's key of now, or None when the item is gone. Keys must be comparable.

    An item whose key grows need not be pushed again: that is noticed when it comes to the top. One whose key
    shrinks must be.
    """

    __slots__ = ("_count", "_heap", "_key_of")

    def __init__(self, key_of: Callable[[T], Any]) -> None:
        self._key_of = key_of
        self._heap: list[tuple[Any, int, T]] = []
        self._count = 0

    def push(self, item: T) -> None:
        """Add an item, or note its new key. Cost: logarithmic."""
        self._count += 1
        heapq.heappush(self._heap, (self._key_of(item), self._count, item))

    def least(self) -> T | None:
        """Return the current item with the least key, or None. Cost: logarithmic, amortised."""
        while self._heap:
            key, count, item = self._heap[0]
            now = self._key_of(item)
            if now == key:
                return item
            if now is None:
                heapq.heappop(self._heap)
            else:
                heapq.heapreplace(self._heap, (now, count, item))
        return None

    def trim(self, live: int) -> None:
        """Throw stale entries away when they outnumber the `live` items; so memory follows what is live."""
        if len(self._heap) > 2 * live + _SLACK:
            latest = {id(item): (count, item) for _, count, item in self._heap}
            entries = ((self._key_of(item), count, item) for count, item in latest.values())
            self._heap = [entry for entry in entries if entry[0] is not None]
            heapq.heapify(self._heap)
