"""What a detector returns: findings, and the words of their lifecycle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from parentchild.findings.flat import flat
from parentchild.findings.record import Activity, FindingRecord, finding_uid

__all__ = ["Activity", "Finding", "Printer", "finding_order", "finding_uid"]


class Printer(Protocol):
    """What IPython hands to an object that shows itself as text."""

    def text(self, text: str) -> None:
        """Write a text."""
        ...


class Finding(FindingRecord):
    """One pair of images that does not fit Windows for the same reasons, over all devices that have it.

    It stores plain values; what can be derived from them is derived when it is asked for, since a detector
    may build hundreds of thousands of findings of which nobody reads most.

    Args:
        activity: what happened to it.
        reasons: why it is a finding, the weightiest first; at least one.
        severity: how much it matters.
        child: the child's comparable name.
        parent: the parent's comparable name, `""` where unknown.
        directory: where a place is wrong, that directory, normalised; else `""`.
        expected: what would have been right for the first reason: names, directories or arguments.
        relation: the relation that it breaks.
        event: the earliest event; equal times are ordered by record id, then by device.
        first_seen: the time of that event.
        last_seen: the time of the latest event.
        device_count: on how many devices it is active.
        device_count_is_exact: False once the detector's capacity made it forget a device of this finding;
            then the count is a lower bound.
        occurrences: how many events it covers.
        suppressed: how many more events were cleared by crash-handler evidence.
        imitates: for a look-alike, the name that it imitates.
        variants: its distinct paths, command lines and users, the rarest first, no more than a few.
        inference_age: how long before the child its parent had started, where the parent was not logged but
            looked up by its pid; else None.
        device_set: its devices.
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, object]:
        """Return the finding as one flat row of JSON values; absent values are None.

        The columns and their order are always the same. Cost: linear in the devices.
        """
        return flat(self)

    def __str__(self) -> str:
        from parentchild.findings.text import finding_text  # noqa: PLC0415 - loaded when a finding is shown

        return finding_text(self)

    def _repr_html_(self) -> str:
        from parentchild.findings.html import finding_html  # noqa: PLC0415 - loaded when a finding is shown

        return finding_html(self)

    def _repr_pretty_(self, printer: Printer, cycle: object) -> None:
        del cycle  # a finding does not hold itself
        printer.text(str(self))

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        yield "severity", self.severity.label
        yield "risk_score", self.risk_score
        yield "explanation", self.explanation
        yield "reasons", [reason.value for reason in self.reasons]
        yield "first_seen", self.first_seen
        yield "last_seen", self.last_seen
        yield "device_count", self.device_count
        yield "occurrences", self.occurrences


def finding_order(finding: Finding) -> tuple[int, int, datetime, str, str, tuple[str, ...], str]:
    """Return the key by which findings are listed: by severity, then by score, then the earliest first."""
    return (
        -finding.severity,
        -finding.risk_score,
        finding.first_seen,
        finding.child,
        finding.parent,
        tuple(reason.value for reason in finding.reasons),
        finding.directory,
    )
