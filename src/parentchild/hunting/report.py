"""The report of a hunt: its findings, and the accounts of what is not among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, overload

import attrs

from parentchild.display.markup import number
from parentchild.findings.finding import Finding, Printer
from parentchild.hunting.rows import InvalidRow
from parentchild.hunting.stats import HuntStats, SourceCount
from parentchild.hunting.view import ReportView, SourceRow
from parentchild.relations.evaluation import Reason
from parentchild.relations.exclusions import Exclusion
from parentchild.windows.names import printable

if TYPE_CHECKING:  # these are loaded when they are asked for
    from parentchild.hunting.by_device import DeviceFindings
    from parentchild.hunting.comparing import Difference
    from parentchild.hunting.families import Family
    from parentchild.hunting.suggestions import Suggestion

_MOST_IN_RICH: Final = 20
_MOST_UNREADABLE: Final = 10
_COPY: Final = (Reason.SELF_COPY,)


@attrs.frozen(kw_only=True, repr=False)
class Report:
    """What a hunt found. It reads as a collection of its findings.

    Args:
        findings: what is active: by severity, then by risk score, then the earliest first.
        suppressed: what crash-handler evidence cleared, as closed findings.
        stats: what was counted; four of the counts add up to the rows.
        invalid: rows that could not be read, equal reasons once with a count, the most frequent first.
        exclusions: the exclusions that were given, each with how many events it covered.
        sources: the account of all rows, by source.
        is_complete: False when the hunt had not come to its end.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    stats: HuntStats
    invalid: tuple[InvalidRow, ...] = ()
    exclusions: tuple[tuple[Exclusion, int], ...] = ()
    sources: tuple[SourceCount, ...] = ()
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
        """Return the findings as a `pyarrow.Table`, with the types that `findings.columns` declares.

        Raises:
            ModuleNotFoundError: PyArrow is not installed.
        """
        from parentchild.findings.tables import arrow_table  # noqa: PLC0415 - loaded when it is asked for

        return arrow_table(self.to_dicts())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def families(self) -> tuple[Family, ...]:
        """Return the findings as families: those that differ only in random or versioned parts are one.

        The highest first; every finding is in exactly one. Cost: linear in the findings and their devices.
        """
        from parentchild.hunting.families import families_of  # noqa: PLC0415 - loaded when it is asked for

        return families_of(self.findings)

    def suggestions(self) -> tuple[Suggestion, ...]:
        """Return an exclusion for each family that looks like software, with what it would hide.

        Nothing is applied: look at what each hides, and give those that are right to the next hunt.
        """
        from parentchild.hunting.suggestions import suggestions_for  # noqa: PLC0415 - as above

        return suggestions_for(self.families())

    def by_device(self) -> tuple[DeviceFindings, ...]:
        """Return the devices, the highest score first, each with its findings in the order of time."""
        from parentchild.hunting.by_device import devices_of  # noqa: PLC0415 - as above

        return devices_of(self.findings)

    def compare(self, earlier: Report | Iterable[Mapping[str, object]]) -> Difference:
        """Return what is new, gone or grown since an earlier report, or the rows of its `to_dicts`.

        Raises:
            InvalidArgument: `earlier` is something else.
        """
        from parentchild.hunting.comparing import difference  # noqa: PLC0415 - as above

        return difference(self.findings, earlier)

    def timeline(self) -> list[dict[str, object]]:
        """Return one record a pair, ready to plot: from when to when it was seen, and whether it is active.

        The columns are `uid`, `reason`, `severity`, `risk_score`, `child`, `parent`, `is_active` (False for
        what was cleared as a crash clone), `first_seen` and `last_seen` (datetimes in UTC), `occurrences`,
        `device_count`.
        """
        from parentchild.findings.records import timeline_of  # noqa: PLC0415 - loaded when it is asked for

        return timeline_of(self.findings, self.suppressed)

    def prevalence(self) -> list[dict[str, object]]:
        """Return one record a pair and device, ready to plot: how far each finding has spread.

        The columns are `uid`, `reason`, `severity`, `risk_score`, `child`, `parent`, `device`, `is_first`
        (whether it was the first of them), `device_count`, `device_count_is_exact`. Cost: linear in the
        devices.
        """
        from parentchild.findings.records import prevalence_of  # noqa: PLC0415 - loaded when it is asked for

        return prevalence_of(self.findings)

    def to_html(self) -> str:
        """Return the report as a whole HTML page, as text: it needs nothing else, and is light or dark.

        It holds the first 500 findings; all of them are in `to_dicts`.
        """
        from parentchild.hunting.html import report_page  # noqa: PLC0415 - loaded when it is asked for

        return report_page(_view(self))

    def to_markdown(self) -> str:
        """Return what fits into a ticket: the account, the ten highest findings, and what to check."""
        from parentchild.hunting.markdown import report_markdown  # noqa: PLC0415 - loaded when it is asked for

        return report_markdown(_view(self))

    def __str__(self) -> str:
        from parentchild.hunting.text import report_text  # noqa: PLC0415 - loaded when a report is shown

        return report_text(_view(self))

    def _repr_html_(self) -> str:
        from parentchild.hunting.html import report_html  # noqa: PLC0415 - loaded when a report is shown

        return report_html(_view(self))

    def _repr_pretty_(self, printer: Printer, cycle: object) -> None:
        del cycle  # a report does not hold itself
        printer.text(str(self))

    def __rich_repr__(self) -> Iterator[tuple[object, ...]]:
        yield "summary", _headline(self)
        yield "findings", list(self.findings[:_MOST_IN_RICH])
        yield "more_findings", max(len(self) - _MOST_IN_RICH, 0), 0


def _headline(report: Report) -> str:
    stats = report.stats
    so_far = "" if report.is_complete else "so far, "
    counts = f"{so_far}{number(len(report), 'finding')} in {number(stats.rows, 'row')}"
    if not stats.starts:
        return f"{counts}: no process start was read, so this does not mean that all is well"
    return (
        f"{counts}: {stats.watched:,} watched, {stats.suppressed:,} suppressed as crash clones, "
        f"{stats.excluded:,} excluded, {stats.unknown:,} with an unknown parent, "
        f"{stats.unreadable:,} unreadable"
    )


def _source_row(source: SourceCount) -> SourceRow:
    return source.name, source.starts, source.process_events, source.other_events, source.unreadable


def _view(report: Report) -> ReportView:
    return ReportView(
        headline=_headline(report),
        sources=tuple(map(_source_row, report.sources)),
        families=tuple(each for each in report.families() if each.reasons != _COPY),
        findings=tuple(each for each in report.findings if each.reasons != _COPY),
        copies=tuple(each for each in report.findings if each.reasons == _COPY),
        suppressed=report.suppressed,
        notes=tuple(_notes(report)),
        exclusions=tuple(
            f"{printable(each.reason)}: {number(count, 'event') if count else 'covered nothing'}"
            for each, count in report.exclusions
        ),
        unreadable=tuple(f"row {each.index}: {each}" for each in report.invalid[:_MOST_UNREADABLE]),
        unreadable_count=report.stats.unreadable,
    )


def _notes(report: Report) -> Iterator[str]:
    """Yield what is not among the findings and why, one line each."""
    stats = report.stats
    copies = [finding for finding in report if finding.reasons == _COPY]
    cleared = "Suppressed, since the crash handler was at work in that parent"
    apart = ((cleared, report.suppressed), ("Copies with nothing else against them", copies))
    line = " ".join(f"{what}: {_counted(findings)}." for what, findings in apart if findings)
    if line:
        yield line
    if stats.excluded:
        yield f"Excluded: {number(stats.excluded, 'time')}."
    idle = sum(1 for _, count in report.exclusions if not count)
    if idle:
        which = (
            "No exclusion"
            if idle == len(report.exclusions)
            else f"{idle:,} of {len(report.exclusions):,} exclusions"
        )
        matched = "matched anything" if idle == len(report.exclusions) else "matched nothing"
        yield f"{which} {matched}: check their names, paths, devices and dates of expiry."
    if stats.unknown:
        why = "; ".join(f"{count:,}: {missing.value}" for missing, count in stats.missing)
        yield f"Unknown parents, not evaluated: {number(stats.unknown, 'time')} ({why})."
    inferred = sum(1 for finding in report if finding.parent_is_inferred)
    if inferred:
        yield f"{number(inferred, 'finding')} with a parent that was not logged but looked up by its pid."
    if stats.truncated:
        was = "was" if stats.truncated == 1 else "were"
        which = ", ".join(
            f"{printable(each.name)} {each.truncated:,}" for each in report.sources if each.truncated
        )
        yield f"{number(stats.truncated, 'row')} {was} cut off; fields after the cut are missing ({which})."
    if stats.nameless:
        yield (
            f"Without a device: {number(stats.nameless, 'start')}. Device counts are not exact, and pids and "
            "crash evidence of such rows are not used. Name the device with `device=`."
        )


def _counted(findings: Collection[Finding]) -> str:
    times = number(sum(finding.occurrences for finding in findings), "time")
    return f"{times} ({number(len(findings), 'pair')})"
