"""The report of a hunt: its findings, and the accounts of what is not among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import attrs

from parentchild.detector.stats import Stats
from parentchild.errors import InvalidEvent
from parentchild.findings.finding import Finding, Printer
from parentchild.relations.exclusions import Exclusion
from parentchild.windows.names import printable

_MOST_IN_RICH = 20
_MOST_UNREADABLE = 3


@attrs.frozen
class InvalidRow:
    """A row that could not be read: where it stood, counted from 0, and why."""

    index: int
    error: InvalidEvent


@attrs.frozen(kw_only=True, repr=False)
class Report:
    """What a hunt found. It reads as a collection of its findings.

    Args:
        findings: what stands, the most severe first, then the earliest.
        suppressed: what crash-handler evidence cleared, as closed findings.
        stats: what was counted; `stats.seen` counts rows.
        invalid: rows that could not be read, the first ten thousand of them.
        invalid_count: how many rows could not be read.
        exclusions: what was called normal at home.
        is_complete: False when the hunt had not come to its end.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    stats: Stats
    invalid: tuple[InvalidRow, ...] = ()
    invalid_count: int = 0
    exclusions: tuple[Exclusion, ...] = ()
    is_complete: bool = True

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def __repr__(self) -> str:
        return f"<Report: {_headline(self)}>"

    def to_dicts(self) -> list[dict[str, object]]:
        """Return the findings as flat rows of JSON values, for a data frame or a file."""
        return [finding.to_dict() for finding in self.findings]

    def to_pandas(self) -> Any:  # noqa: ANN401 - the type of an optional library
        """Return the findings as a `pandas.DataFrame`, times in UTC, integers that may be absent, lists.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        from parentchild.findings.tables import pandas_frame  # noqa: PLC0415 - loaded when it is asked for

        return pandas_frame(self.to_dicts())

    def to_polars(self) -> Any:  # noqa: ANN401 - the type of an optional library
        """Return the findings as a `polars.DataFrame`, with the types of `to_arrow`.

        Raises:
            ModuleNotFoundError: Polars is not installed.
        """
        from parentchild.findings.tables import polars_frame  # noqa: PLC0415 - loaded when it is asked for

        return polars_frame(self.to_dicts())

    def to_arrow(self) -> Any:  # noqa: ANN401 - the type of an optional library
        """Return the findings as a `pyarrow.Table`, with the types that `export.columns` declares.

        Raises:
            ModuleNotFoundError: PyArrow is not installed.
        """
        from parentchild.findings.tables import arrow_table  # noqa: PLC0415 - loaded when it is asked for

        return arrow_table(self.to_dicts())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def timeline(self) -> list[dict[str, object]]:
        """Return one record a pair, ready to plot: from when to when it was seen, and whether it stands.

        The columns are `uid`, `reason`, `severity`, `child`, `parent`, `stands` (False for what was cleared
        as a crash clone), `first_seen` and `last_seen` (datetimes in UTC), `occurrences`, `device_count`.
        """
        from parentchild.findings.records import timeline_of  # noqa: PLC0415 - loaded when it is asked for

        return timeline_of(self.findings, self.suppressed)

    def prevalence(self) -> list[dict[str, object]]:
        """Return one record a pair and device, ready to plot: how far each finding has spread.

        The columns are `uid`, `reason`, `severity`, `child`, `parent`, `device`, `is_first` (whether it was
        the first of them), `device_count`, `device_count_is_exact`. Cost: linear in the devices.
        """
        from parentchild.findings.records import prevalence_of  # noqa: PLC0415 - loaded when it is asked for

        return prevalence_of(self.findings)

    def __str__(self) -> str:
        from parentchild.findings.text import findings_text  # noqa: PLC0415 - loaded when a report is shown

        return findings_text(self.findings, _headline(self), _last_lines(self), most=len(self))

    def _repr_html_(self) -> str:
        from parentchild.findings.html import report_html  # noqa: PLC0415 - loaded when a report is shown

        return report_html(
            _headline(self),
            self.findings,
            suppressed=self.suppressed,
            unknown=_unknown_lines(self.stats),
            excluded=self.stats.excluded,
            exclusions=self.exclusions,
            invalid=self.invalid,
            invalid_count=self.invalid_count,
        )

    def _repr_pretty_(self, printer: Printer, cycle: object) -> None:
        from parentchild.findings.text import findings_text  # noqa: PLC0415 - loaded when a report is shown

        del cycle  # a report does not hold itself
        printer.text(findings_text(self.findings, _headline(self), _last_lines(self)))

    def __rich_repr__(self) -> Iterator[tuple[object, ...]]:
        yield "summary", _headline(self)
        yield "findings", list(self.findings[:_MOST_IN_RICH])
        yield "more_findings", max(len(self) - _MOST_IN_RICH, 0), 0


def _headline(report: Report) -> str:
    stats = report.stats
    so_far = "" if report.is_complete else "so far, "
    return (
        f"{so_far}{_number(len(report), 'finding')} in {_number(stats.seen, 'row')}: "
        f"{stats.watched} watched, "
        f"{stats.suppressed} suppressed as crash clones, {stats.excluded} excluded, "
        f"{stats.unknown} with an unknown parent, {report.invalid_count} unreadable"
    )


def _last_lines(report: Report) -> list[str]:
    suppressed = [_suppressed_line(finding) for finding in report.suppressed]
    unreadable = [
        f"[unreadable] row {each.index}: {each.error}" for each in report.invalid[:_MOST_UNREADABLE]
    ]
    left = report.invalid_count - len(unreadable)
    more = [f"[unreadable] {left:,} more rows"] if unreadable and left > 0 else []
    unknown = [*_unknown_lines(report.stats), *_nameless_lines(report)]
    return [*suppressed, *_excluded_lines(report), *unknown, *unreadable, *more]


def _excluded_lines(report: Report) -> list[str]:
    if report.exclusions and not report.stats.excluded:
        hints = ["are names as the rows have them?"]
        if any(each.expires_at is not None for each in report.exclusions):
            hints.append("has one expired?")
        if any(each.looks_like_a_pattern for each in report.exclusions):
            hints.append("* stands for itself alone")
        return [f"[excluded] nothing: no exclusion covers any of this; {'; '.join(hints)}"]
    if not report.stats.excluded:
        return []
    reasons = [f"[excluded] what is normal at home: {printable(each.reason)}" for each in report.exclusions]
    if len(reasons) > 1:
        reasons.append("[excluded] these are counted together: some may cover nothing here")
    return reasons


def _nameless_lines(report: Report) -> list[str]:
    nameless = sum(1 for finding in report if "" in finding.devices)
    if not nameless:
        return []
    return [f"[unknown] {_number(nameless, 'finding')} with rows that name no device: devices are miscounted"]


def _suppressed_line(finding: Finding) -> str:
    return (
        f"[suppressed] {printable(finding.child)} started by {printable(finding.parent)}, "
        f"{_number(finding.occurrences, 'time')} on {_number(finding.device_count, 'device')}: "
        "the crash handler was at work in that parent just before"
    )


def _unknown_lines(stats: Stats) -> list[str]:
    return [
        f"[unknown] {_number(count, 'watched process', 'es')}: {gap.value}"
        for gap, count in stats.unknown_by_missing.items()
    ]


def _number(count: int, noun: str, plural: str = "s") -> str:
    return f"{count} {noun}{'' if count == 1 else plural}"
