"""Memory: what is kept, what goes, and in which order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from parentchild.detector.lazyheap import LazyHeap
from parentchild.detector.memory import Entry, Memory
from parentchild.testing.host import START

HOUR = timedelta(hours=1)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def memory_of(*entries: Entry, window: timedelta | None = HOUR, capacity: int = 100) -> Memory:
    memory = Memory(window, capacity)
    for entry in entries:
        memory.add(entry)
    return memory


def test_entries_are_in_the_order_of_their_last_use() -> None:
    a, b, c = (Entry("ws-01", at(0)) for _ in range(3))
    memory = memory_of(a, b, c)
    assert ([entry.touched for entry in (a, b, c)], memory.touches) == ([1, 2, 3], 3)
    memory.touch(a, at(-5))
    assert (a.touched, memory.touches, a.at) == (4, 4, at(0))
    memory.touch(b, at(5))
    assert (b.touched, memory.touches, b.at) == (5, 5, at(5))
    assert memory.entries() == (c, a, b)
    assert len(memory) == 3


def test_an_entry_has_not_been_used_until_it_is_added() -> None:
    entry = Entry("ws-01", at(0))
    assert (entry.touched, entry.gone) == (0, False)
    memory = Memory(None, 1)
    assert memory.touches == 0
    entry.touched = 7
    memory.restore(entry)
    assert (entry.touched, memory.touches, memory.entries()) == (7, 0, (entry,))


@pytest.mark.parametrize(
    ("now", "gone"), [(60, []), (60.001, [0]), (70, [0]), (71, [0, 1]), (999, [0, 1, 2])]
)
def test_what_is_older_than_the_window_goes_oldest_first(now: float, gone: list[int]) -> None:
    entries = [Entry("ws-01", at(minute)) for minute in (0, 10, 20)]
    elsewhere = Entry("ws-02", at(0))
    memory = memory_of(entries[2], elsewhere, entries[0], entries[1])
    assert memory.expired("ws-01", at(now)) == [entries[number] for number in gone]
    assert [entry.gone for entry in entries] == [number in gone for number in range(3)]
    assert memory.expired("ws-01", at(now)) == []
    assert elsewhere in memory.entries()
    assert memory.expired("ws-03", at(now)) == []


def test_what_was_used_again_is_as_young_as_its_last_use() -> None:
    old, used = Entry("ws-01", at(0)), Entry("ws-01", at(0))
    memory = memory_of(old, used)
    memory.touch(used, at(30))
    assert memory.expired("ws-01", at(70)) == [old]
    assert memory.expired("ws-01", at(91)) == [used]


def test_every_device_is_looked_at_on_request() -> None:
    entries = [Entry(f"ws-{number}", at(number)) for number in range(3)]
    memory = memory_of(*entries)
    assert memory.all_expired(at(61.5)) == entries[:2]
    assert memory.entries() == (entries[2],)


def test_without_a_window_nothing_grows_old() -> None:
    memory = memory_of(Entry("ws-01", at(0)), window=None)
    assert memory.expired("ws-01", at(10**6)) == memory.all_expired(at(10**6)) == []


def test_what_is_over_the_capacity_goes_used_longest_ago_first() -> None:
    entries = [Entry("ws-01", at(0)) for _ in range(5)]
    memory = memory_of(*entries, capacity=3)
    memory.touch(entries[0], at(0))
    assert memory.overflow() == entries[1:3]
    assert memory.overflow() == []
    assert memory.entries() == (entries[3], entries[4], entries[0])


def test_an_entry_can_be_removed_twice() -> None:
    entry, other = Entry("ws-01", at(0)), Entry("ws-01", at(0))
    memory = memory_of(entry, other)
    memory.remove(entry)
    memory.remove(entry)
    assert memory.entries() == (other,)
    assert memory.expired("ws-01", at(100)) == [other]


def test_of_a_device_nothing_is_left_when_its_last_entry_is_gone() -> None:
    entries = [Entry("ws-01", at(0)) for _ in range(3)]
    memory = memory_of(*entries)
    for entry in entries:
        assert "ws-01" in memory._by_device
        memory.remove(entry)
    assert memory._by_device == {}


def test_removed_entries_do_not_pile_up_behind_one_that_stays() -> None:
    memory = memory_of(Entry("ws-01", at(-50)))
    for _ in range(1000):
        entry = Entry("ws-01", at(0))
        memory.add(entry)
        memory.remove(entry)
        assert len(memory._by_device["ws-01"].heap._heap) <= 2 + 64 + 1
    assert len(memory) == 1


# the heap ---------------------------------------------------------------------------------------------


def heap_of(keys: dict[str, int | None]) -> LazyHeap[str]:
    heap: LazyHeap[str] = LazyHeap(keys.get)
    for item in keys:
        heap.push(item)
    return heap


def test_the_least_item_is_the_one_whose_key_of_now_is_least() -> None:
    keys: dict[str, int | None] = {"a": 1, "b": 2, "c": 3}
    heap = heap_of(keys)
    assert heap.least() == "a"
    keys["a"] = 9  # grown: noticed by itself
    assert heap.least() == "b"
    keys["c"] = 0  # shrunk: must be pushed
    heap.push("c")
    assert heap.least() == "c"
    keys["c"] = keys["b"] = None
    assert heap.least() == "a"
    keys["a"] = None
    assert heap.least() is None
    assert heap.least() is None


def test_of_equal_keys_the_item_pushed_first_is_the_least() -> None:
    assert heap_of({"b": 1, "a": 1}).least() == "b"


def test_a_heap_is_trimmed_only_when_stale_entries_outnumber_the_live_ones() -> None:
    keys: dict[str, int | None] = {f"{number:03}": number for number in range(74)}
    heap = heap_of(keys)
    for number in range(5, 74):
        keys[f"{number:03}"] = None
    heap.trim(5)
    assert len(heap._heap) == 74  # 2 * 5 + 64
    heap.push(min(keys))
    heap.trim(6)
    assert len(heap._heap) == 75
    heap.trim(5)
    assert len(heap._heap) == 5


def test_trimming_keeps_the_least_item_and_the_order() -> None:
    keys: dict[str, int | None] = {f"{number:03}": 500 - number for number in range(200)}
    heap = heap_of(keys)
    for item in list(keys)[::2]:
        keys[item] = None
    shrunk = sorted(keys)[1]
    keys[shrunk] = 1
    heap.push(shrunk)
    heap.trim(20)
    live = sorted((item for item in keys if keys[item] is not None), key=lambda item: keys[item] or 0)
    assert len(heap._heap) == len(live) == 100
    for item in live:
        assert heap.least() == item
        keys[item] = None
    assert heap.least() is None
