"""The variants of a finding: its events told apart by what the grouping leaves out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from heapq import nsmallest
from typing import Final, TypeAlias

import attrs

from parentchild.events import ProcessCreated

VariantKey: TypeAlias = tuple[str | None, str | None, str | None, str | None]
"""The child's path, the parent's, the command line and the user."""

MOST_VARIANTS: Final = 64
"""How many variants of a finding are told apart; of more, those with the lowest checksums are kept."""

_FEW: Final = 5  # devices that a variant names


@attrs.frozen
class Variant:
    """Events of one finding that agree in paths, command line and user.

    Args:
        child_path: the child's path as logged; None where the source does not tell.
        parent_path: the parent's path as logged.
        command_line: the child's command line.
        user: the account that the child runs as.
        occurrences: how many events agree in these.
        device_count: on how many devices.
        devices: the first few of them, sorted.
    """

    child_path: str | None
    parent_path: str | None
    command_line: str | None
    user: str | None
    occurrences: int = 1
    device_count: int = 1
    devices: tuple[str, ...] = ()

    @property
    def told(self) -> list[tuple[str, str]]:
        """What tells it from the others, as far as known: each with its label."""
        labels = ("child", "parent", "command line", "user")
        values = (self.child_path, self.parent_path, self.command_line, self.user)
        return [(label, value) for label, value in zip(labels, values, strict=True) if value]


@attrs.define(eq=False)
class VariantSum:
    """How often each device has one variant; `few` are the first devices while they are known."""

    key: VariantKey
    counts: dict[str, int] = attrs.field(factory=dict[str, int])
    occurrences: int = attrs.field(default=0, init=False)
    few: tuple[str, ...] | None = attrs.field(default=(), init=False)

    def add(self, device: str, number: int) -> int:
        """Count `number` more or less; return 1 if the device is new here, -1 if it is gone, else 0."""
        before = self.counts.get(device, 0)
        after = self.counts[device] = before + number
        self.occurrences += number
        if not after:
            del self.counts[device]
            self.few = None
        elif not before and self.few is not None:
            self.few = tuple(sorted((*self.few, device))[:_FEW]) if self.few else (device,)
        return bool(after) - bool(before)

    def variant(self) -> Variant:
        """Return the variant of now. Cost: constant, but linear in the devices after one has gone."""
        if self.few is None:
            self.few = tuple(nsmallest(_FEW, self.counts))
        return Variant(*self.key, self.occurrences, len(self.counts), self.few)


class VariantLog:
    """The variants of a finding while they are counted.

    Most findings are of one variant on one device: `_only` is that, and how often, and there are no sums.
    """

    __slots__ = ("_only", "_sums", "_worst")

    def __init__(self) -> None:
        self._only: tuple[VariantKey, str, int] | None = None
        self._sums: dict[VariantKey, VariantSum] | None = None
        self._worst: VariantKey | None = None  # that with the highest checksum, while it is known

    def count(self, key: VariantKey, device: str, number: int) -> int:
        """Count a variant; return 1 if the device is new to it, -1 if it is gone from it, else 0.

        Where there are too many, that with the highest checksum is dropped, so which ones are kept does not
        depend on the order in which they came.
        """
        if self._sums is None:
            if self._only is None and number > 0:
                self._only = key, device, number
                return 1
            if self._only is not None and self._only[0] == key and self._only[1] == device:
                after = self._only[2] + number
                self._only = (key, device, after) if after else None
                return 0 if after else -1
        sums = self._summed()
        self._sums, self._only = sums, None
        variant = sums.get(key)
        if variant is None:
            if number < 0 or (len(sums) >= MOST_VARIANTS and not self._drop_worse_than(key, sums)):
                return 0
            variant = sums[key] = VariantSum(key)
            self._worst = None
        moved = variant.add(device, number)
        if not variant.counts:
            del sums[key]
            self._worst = None
        return moved

    def forget(self, device: str) -> None:
        """Take a device's share away. Cost: linear in the variants."""
        if self._only is not None:
            if self._only[1] == device:
                self._only = None
            return
        for key, variant in tuple(self._summed().items()):
            if device in variant.counts:
                self.count(key, device, -variant.counts[device])

    def include(self, sums: Iterable[VariantSum]) -> None:
        """Count what others have counted."""
        for variant in sums:
            for device, number in variant.counts.items():
                self.count(variant.key, device, number)

    def sums(self) -> tuple[VariantSum, ...]:
        """Return what was counted, in one order."""
        sums = self._summed()
        return tuple(sums[key] for key in sorted(sums, key=repr))

    def now(self) -> tuple[Variant, ...]:
        """Return the variants of this moment, the rarest first."""
        if self._only is not None:
            key, device, number = self._only
            return (Variant(*key, number, 1, (device,)),)
        variants = [variant.variant() for variant in self._summed().values()]
        if len(variants) > 1:
            variants.sort(key=_rarest_first)
        return tuple(variants)

    def _summed(self) -> dict[VariantKey, VariantSum]:
        if self._only is None:
            return {} if self._sums is None else self._sums
        key, device, number = self._only
        variant = VariantSum(key)
        variant.add(device, number)
        return {key: variant}

    def _drop_worse_than(self, key: VariantKey, sums: dict[VariantKey, VariantSum]) -> bool:
        if self._worst is None:
            self._worst = max(sums, key=_checksum)
        if _checksum(key) >= _checksum(self._worst):
            return False
        del sums[self._worst]
        return True


def variant_of(event: ProcessCreated) -> VariantKey:
    """Return the variant that an event is of."""
    process, parent = event.process, event.parent
    return process.path, None if parent is None else parent.path, process.command_line, process.user


def _rarest_first(variant: Variant) -> tuple[int, int, str]:
    texts = (variant.child_path, variant.parent_path, variant.command_line, variant.user)
    return variant.device_count, variant.occurrences, repr(texts)


def _checksum(key: VariantKey) -> int:
    return zlib.crc32(repr(key).encode("utf-8", "surrogatepass"))
