"""Laws: what a detector, a registry or a reader keeps whatever the events, as callable checks.

Give them events of your own, or strategies from `parentchild.testing.strategies`, to hold your registry, your
options and your reader to the laws that this library's own are held to. Each check returns None when the law
holds, and raises AssertionError with the law's name and the first difference when it does not.

A check takes `new`, a function that makes a fresh detector; where the law speaks of window and capacity, both
must be wide enough for the events, as the default `unbounded` has them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from parentchild import published
from parentchild.catalog import DEFAULT_RELATIONS, SEED_RELATIONS
from parentchild.detector import Detector
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event, ProcessCreated
from parentchild.findings.finding import Finding
from parentchild.relations.prefilter import Prefilter
from parentchild.relations.registry import RelationRegistry
from parentchild.testing.rows import Writer, defender
from parentchild.windows.names import image_name, is_kernel

NewDetector: TypeAlias = Callable[[], Detector]
Read: TypeAlias = Callable[[Mapping[str, object]], "Event | None"]
ReadMany: TypeAlias = Callable[[Iterable[Mapping[str, object]], "Prefilter | None"], Iterable[Event]]
Found: TypeAlias = tuple[str, str, tuple[str, ...], str]
"""Child, parent, reasons and directory of a finding."""

_ROOM = 1_000_000


def unbounded() -> Detector:
    """Return a detector with the shipped relations that forgets nothing."""
    return Detector(window=None, capacity=_ROOM)


def check_batch_is_fold(events: Sequence[Event], new: NewDetector = Detector) -> None:
    """Batch = fold: a batch gives what its events give one by one, and leaves the same behind."""
    whole, single = new(), new()
    found = whole.observe_many(events)
    _same("batch is fold", found, tuple(each for event in events for each in single.observe(event)))
    _same("batch is fold: the state", whole.state(), single.state())


def check_order(events: Sequence[Event], reordered: Sequence[Event], new: NewDetector = unbounded) -> None:
    """Order: within window and capacity the order of the events does not change what is active.

    Raises:
        AssertionError: the law is broken, or the detectors are outside it: they must look no parents up. A
            parent is looked up among the starts that came before its child.
    """
    if new().settings.resolve_parents:
        raise AssertionError("order speaks of parents that are named, and these detectors look them up")
    one, other = _fed(new, events), _fed(new, reordered)
    _same("order", one.findings(), other.findings())
    _same("order: what is suppressed", one.suppressed(), other.suppressed())
    _same("order: the counts", one.stats, other.stats)


def check_shards(events: Sequence[Event], new: NewDetector = unbounded) -> None:
    """Shard: detectors that saw one device each merge to one that saw all, in any order and grouping.

    None of them changes by it, and two that saw the same device are refused.
    """
    whole = _fed(new, events)
    by_device: dict[str, list[Event]] = {}
    for event in events:
        by_device.setdefault(event.device, []).append(event)
    parts = [_fed(new, share) for share in by_device.values()]
    before = [part.state() for part in parts]
    first = new()
    merged = first.merge(*parts) if parts else first
    _same("shard", merged.findings(), whole.findings())
    _same("shard: what is suppressed", merged.suppressed(), whole.suppressed())
    _same("shard: the counts", merged.stats, whole.stats)
    one_by_one = new()
    for part in reversed(parts):
        one_by_one = part.merge(one_by_one)
    _same("shard: in any order and grouping", one_by_one.state(), merged.state())
    _same("shard: none changes", [part.state() for part in parts], before)
    for part in parts:
        _same("shard: a device seen twice", _shares_devices(part), _is_refused(part, merged))


def check_fairness(events: Sequence[Event], flood: Sequence[Event], new: NewDetector) -> None:
    """Fairness: whatever other devices send, the findings of these stay what they are.

    Args:
        events: what some devices tell; it must fit into their fair share of the capacity.
        flood: what other devices tell.
        new: makes a detector, as small as you like.

    Raises:
        AssertionError: the law is broken, or both are told by one device.
    """
    if {event.device for event in events} & {event.device for event in flood}:
        raise AssertionError("fairness speaks of devices that differ")
    shared = {_pair(finding) for finding in _fed(unbounded, flood).findings()}
    calm, flooded = new(), new()
    for place in range(max(len(events), len(flood))):
        for event in events[place : place + 1]:
            told = [each for each in calm.observe(event) if _pair(each) not in shared]
            _same("fairness", [each for each in flooded.observe(event) if _pair(each) not in shared], told)
        flooded.observe_many(flood[place : place + 1])
    devices = {event.device for event in events}
    _same("fairness: what is active", _own(flooded, devices, shared), _own(calm, devices, shared))


def check_state(events: Sequence[Event], cut: int, new: NewDetector = Detector) -> None:
    """State: a detector that is saved and restored at any cut goes on as if nothing had happened."""
    kept = _fed(new, events[:cut])
    saved: dict[str, object] = json.loads(json.dumps(kept.state()))
    restored = Detector.from_state(saved, registry=kept.registry)
    _same("state: restored", restored.state(), kept.state())
    for event in events[cut:]:
        _same("state: what it finds", restored.observe(event), kept.observe(event))
    _same("state: at the end", restored.state(), kept.state())


def check_parity(events: Sequence[ProcessCreated]) -> None:
    """Parity: with the published table, plain names and no crashes, a detector finds what the query finds.

    Raises:
        AssertionError: the law is broken, or an event is outside it: its parent must be known and plainly
            named, and neither be the kernel; a child must be plainly named too, and lie where it belongs.
    """
    for event in events:
        _assert_plain(event)
    detector = _fed(lambda: Detector(SEED_RELATIONS, window=None, capacity=_ROOM), events)
    rows = [row for event in events if (row := defender(event)) is not None]
    for row in rows:
        row.pop("IngestionTime", None)
    now = min((event.timestamp for event in events), default=None)
    found = [] if now is None else published.run(rows, [], now=now)
    _same(
        "parity",
        {(each.child, each.parent, each.event.record_id, each.device_count) for each in detector.findings()},
        {(row["ImageFile"], row["ParentFile"], row["ReportId"], row["DeviceCount"]) for row in found},
    )


def check_monotone(registry: RelationRegistry, events: Sequence[Event], child: str, parent: str) -> None:
    """Monotone: to allow a pair removes findings of that pair and no other, and watches nothing new."""
    allowed = registry.allow(child, parent, why="a law is checked")
    _same("monotone: what is watched", set(allowed), set(registry))
    before, after = _pairs(registry, events), _pairs(allowed, events)
    pair = image_name(child), image_name(parent)
    added = {found[:2] for found in after} - {found[:2] for found in before}
    _same("monotone: what is added", added, set[tuple[object, ...]]())
    others = {found for found in before ^ after if found[:2] != pair and not _both_kernel(found, pair)}
    _same("monotone: what else is changed", others, set[tuple[object, ...]]())


def check_purity(events: Sequence[Event], new: NewDetector = Detector) -> None:
    """Purity: events are not changed, and the same events always give the same findings."""
    before = copy.deepcopy(list(events))
    found = new().observe_many(events)
    _same("purity: the events", list(events), before)
    _same("purity: the findings", new().observe_many(events), found)


def check_reader(read: Read, row: Mapping[str, object]) -> None:
    """Reader: a row gives an event, None, or InvalidEvent and nothing else; always the same, unchanged."""
    before = copy.deepcopy(dict(row))
    _same("reader: the same row twice", _answer(read, row), _answer(read, row))
    _same("reader: the row", repr(dict(row)), repr(before))


def check_agreement(
    events: Sequence[Event],
    write: Writer,
    read_many: ReadMany,
    registry: RelationRegistry = DEFAULT_RELATIONS,
) -> None:
    """Agreement: the rows of events find the same pairs as the events, screened or not.

    Args:
        events: the events; only such as the source can tell, with no creator that it does not know.
        write: gives the row of an event, None where the source has none.
        read_many: your reader: takes rows, and a prefilter or None, and gives events.
        registry: the relations to evaluate by.
    """
    written = [(event, row) for event in events if (row := write(event)) is not None]
    rows = [row for _, row in written]
    expected = _pairs(registry, [event for event, _ in written])
    _same("agreement", _pairs(registry, read_many(rows, None)), expected)
    prefilter = Detector(registry, report_unknown=True).prefilter
    _same("agreement: screened", _pairs(registry, read_many(rows, prefilter)), expected)


def _answer(read: Read, row: Mapping[str, object]) -> object:
    try:
        return read(row)
    except InvalidEvent as error:
        return str(error)


def _fed(new: NewDetector, events: Sequence[Event]) -> Detector:
    detector = new()
    detector.observe_many(events)
    return detector


def _pairs(registry: RelationRegistry, events: Iterable[Event]) -> set[Found]:
    detector = Detector(registry, window=None, capacity=_ROOM, report_unknown=True)
    detector.observe_many(events)
    return {_pair(finding) for finding in detector.findings()}


def _pair(finding: Finding) -> Found:
    reasons = tuple(reason.value for reason in finding.reasons)
    return finding.child, finding.parent, reasons, finding.directory


def _own(detector: Detector, devices: set[str], shared: set[Found]) -> list[Finding]:
    """Return the findings of some devices alone that no other could have made."""
    return [
        each for each in detector.findings() if devices.issuperset(each.devices) and _pair(each) not in shared
    ]


def _shares_devices(part: Detector) -> bool:
    """Tell whether anything of a device that has a name is remembered."""
    histories = cast("list[dict[str, object]]", part.state()["histories"])
    return any(history["device"] for history in histories)


def _is_refused(part: Detector, merged: Detector) -> bool:
    try:
        merged.merge(part)
    except InvalidArgument:
        return True
    return False


def _both_kernel(found: Found, pair: tuple[str, str]) -> bool:
    """Tell whether a finding is of the pair, its parent being the kernel under another of its names."""
    return found[0] == pair[0] and is_kernel(found[1]) and is_kernel(pair[1])


def _assert_plain(event: ProcessCreated) -> None:
    for role, process in (("child", event.process), ("parent", event.parent)):
        name = None if process is None else process.name
        if name is None or image_name(name) != name.lower() or not name.isascii() or is_kernel(name.lower()):
            raise AssertionError(f"parity speaks of plain names only, and the {role} is {name!a}")


def _same(law: str, actual: object, expected: object) -> None:
    if actual != expected:
        raise AssertionError(
            f"the law {law!r} is broken\n  one side:   {actual!r}\n  other side: {expected!r}"
        )
