"""Comparing: what is new, gone or grown since an earlier report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import attrs

from parentchild.errors import InvalidArgument
from parentchild.findings.finding import Finding


@attrs.frozen
class Grown:
    """A finding that was there before, and is on more devices or has more occurrences now.

    Args:
        finding: as it is now.
        devices_before: on how many devices it was.
        occurrences_before: how many occurrences it had.
    """

    finding: Finding
    devices_before: int
    occurrences_before: int


@attrs.frozen(kw_only=True)
class Difference:
    """What changed since an earlier report; findings are told apart by their `uid`.

    Args:
        new: findings that were not there.
        gone: earlier findings that are not there any more, as their flat rows.
        grown: findings on more devices, or with more occurrences.
    """

    new: tuple[Finding, ...]
    gone: tuple[Mapping[str, object], ...]
    grown: tuple[Grown, ...]

    def __str__(self) -> str:
        return f"{len(self.new)} new, {len(self.gone)} gone, {len(self.grown)} grown"


def difference(findings: Sequence[Finding], earlier: object) -> Difference:
    """Return what changed since earlier findings.

    Args:
        findings: as they are now.
        earlier: the findings of an earlier report, or their flat rows.

    Raises:
        InvalidArgument: something else is among the earlier ones.
    """
    if not isinstance(earlier, Iterable) or isinstance(earlier, str | bytes | Mapping):
        raise InvalidArgument("earlier", earlier, _WANTED)  # pyright: ignore[reportUnknownArgumentType]
    before = {str(row["uid"]): row for row in map(_row, cast("Iterable[object]", earlier))}
    now = {finding.uid: finding for finding in findings}
    grown: list[Grown] = []
    for uid, finding in now.items():
        if uid in before:
            devices = _count(before[uid], "device_count")
            occurrences = _count(before[uid], "occurrences")
            if finding.device_count > devices or finding.occurrences > occurrences:
                grown.append(Grown(finding, devices, occurrences))
    return Difference(
        new=tuple(finding for uid, finding in now.items() if uid not in before),
        gone=tuple(row for uid, row in before.items() if uid not in now),
        grown=tuple(grown),
    )


_WANTED = "must be a Report, or the rows of its to_dicts()"


def _row(value: object) -> Mapping[str, object]:
    if isinstance(value, Finding):
        return value.to_dict()
    if isinstance(value, Mapping):
        row = cast("Mapping[str, object]", value)
        if isinstance(row.get("uid"), str):
            return row
    raise InvalidArgument("earlier", value, _WANTED)  # pyright: ignore[reportUnknownArgumentType]


def _count(row: Mapping[str, object], name: str) -> int:
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidArgument("earlier", row, f"has no {name}: give a Report, or the rows of its to_dicts()")
    return value
