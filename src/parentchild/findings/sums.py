"""Sums: what the events of one finding add up to, and the finding that they make."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import TypeAlias

import attrs

from parentchild.events import ProcessCreated, shortened_text
from parentchild.findings.bounds import Bounds
from parentchild.findings.devices import Log, devices_now, joined, left
from parentchild.findings.finding import Activity, Finding
from parentchild.findings.variants import VariantLog, variant_of
from parentchild.relations.evaluation import Evaluation, Reason
from parentchild.relations.relation import Relation
from parentchild.relations.severity import Severity

Key: TypeAlias = tuple[str, str, tuple[Reason, ...], str]
"""Child, parent, reasons and directory: what findings are grouped by."""


def key_of(evaluation: Evaluation) -> Key:
    """Return what the finding of an evaluation is grouped by, its texts cut as they are remembered."""
    child, parent = shortened_text(evaluation.child), shortened_text(evaluation.parent)
    return child, parent, evaluation.reasons, shortened_text(evaluation.directory)


def checksum(key: Key) -> int:
    """Return a number of 32 bits by which a key is remembered where the key itself takes too much room."""
    child, parent, reasons, directory = key
    text = f"{child}\n{parent}\n{directory}\n{_values(reasons)}"
    return zlib.crc32(text.encode(errors="surrogatepass"))


@lru_cache(maxsize=256)
def _values(reasons: tuple[Reason, ...]) -> str:
    return "\n".join(reason.value for reason in reasons)


@attrs.define(eq=False)
class Sum(Bounds):
    """Events of one finding, counted over their devices.

    `device_count` is of the devices that have an occurrence; `is_exact` says that none of them was forgotten.
    `expected`, `relation` and `imitates` are what the evaluation of the event `evaluated` told, which another
    may precede: another creator, say, of which other children were expected. `evaluate` then tells of the
    earliest, so that no order of arrival shows.
    """

    key: Key = attrs.field(kw_only=True)
    expected: tuple[str, ...] = attrs.field(kw_only=True)
    relation: Relation | None = attrs.field(kw_only=True)
    imitates: str | None = attrs.field(kw_only=True)
    evaluated: ProcessCreated | None = attrs.field(kw_only=True)
    evaluate: Callable[[ProcessCreated], Evaluation] = attrs.field(kw_only=True)
    is_exact: bool = attrs.field(kw_only=True)
    device_count: int = 0
    occurrences: int = 0
    suppressed: int = 0
    variants: VariantLog = attrs.field(factory=VariantLog)
    _log: Log = None

    def take(self, event: ProcessCreated, age: timedelta | None, severity: Severity, after: int) -> int:
        """Take in one more event, of which its device has `after` now.

        Returns:
            1 if its variant is new on the device, else 0.
        """
        self.add(event, age, severity)
        self.count(event.device, 1, after)
        return self.variants.count(variant_of(event), event.device, 1)

    def count(self, device: str, number: int, after: int) -> None:
        """Count `number` more or less events of a device, which has `after` now; their variants aside."""
        self.occurrences += number
        if after and after == number:
            self.device_count += 1
            self._log = joined(self._log, device)
        elif number and not after:
            self.device_count -= 1
            self._log = left(self._log, device, self.device_count)

    def tell(self) -> None:
        """Bring what is told of the earliest event up to date, if it still is found for these reasons."""
        if self.first is not None and self.first is not self.evaluated:
            again, self.evaluated = self.evaluate(self.first), self.first
            if again.reasons == self.key[2]:
                self.expected, self.relation, self.imitates = again.expected, again.relation, again.imitates

    def finding(self, activity: Activity) -> Finding:
        """Return the finding of now. Cost: independent of the devices."""
        self.tell()
        first, last = self.first, self.last
        if first is None or last is None:
            raise AssertionError("a finding needs an event")
        child, parent, reasons, directory = self.key
        return Finding(
            activity=activity,
            reasons=reasons,
            severity=self.severity,
            child=child,
            parent=parent,
            directory=directory,
            expected=self.expected,
            relation=self.relation,
            event=first,
            first_seen=first.timestamp,
            last_seen=last,
            device_count=self.device_count,
            device_count_is_exact=self.is_exact,
            occurrences=self.occurrences,
            suppressed=self.suppressed,
            imitates=self.imitates,
            variants=self.variants.now(),
            inference_age=self.age,
            device_set=devices_now(self._log),
        )
