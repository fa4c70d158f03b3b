"""Expectations: which findings must come, said briefly and compared so that a difference can be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from parentchild.findings.finding import Finding
from parentchild.relations.evaluation import Reason
from parentchild.windows.names import image_name, is_kernel, printable
from parentchild.windows.paths import is_same_directory

_REASONS: Final = tuple(Reason)


def _order(reasons: tuple[Reason, ...]) -> tuple[int, ...]:
    return tuple(map(_REASONS.index, reasons))


def _name(value: str) -> str:
    return image_name(value)


def _parent(value: str) -> str:
    name = image_name(value)
    return "system" if is_kernel(name) else name


def _reasons(value: Reason | Iterable[Reason]) -> tuple[Reason, ...]:
    given = (value,) if isinstance(value, Reason) else tuple(value)
    return tuple(sorted(given, key=_REASONS.index))


@attrs.frozen(order=True)
class Expected:
    r"""A finding that must come: its reasons, the child, and the parent that started it.

    Args:
        reasons: all reasons why it is a finding, in any order; one alone may stand for itself.
        child: the child's image.
        parent: the parent's image, `""` where it is unknown.
        directory: the place that is wrong, by its drive or its volume; None for any place.
        occurrences: how often; None for any number of times.
        devices: on how many devices; None for any number.

    >>> str(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "explorer.exe"))
    'unexpected-parent: svchost.exe <- explorer.exe'
    >>> str(Expected((Reason.MISPLACED_IMAGE, Reason.UNEXPECTED_PARENT), "svchost.exe", directory=r"c:\temp"))
    'unexpected-parent, misplaced-image: svchost.exe <- ? (in c:\\temp)'
    """

    reasons: tuple[Reason, ...] = attrs.field(converter=_reasons, order=_order)
    child: str = attrs.field(converter=_name)
    parent: str = attrs.field(converter=_parent, default="")
    directory: str | None = attrs.field(default=None, kw_only=True, order=False)
    occurrences: int | None = attrs.field(default=None, kw_only=True, order=False)
    devices: int | None = attrs.field(default=None, kw_only=True, order=False)

    def matches(self, finding: Finding) -> bool:
        """Tell whether a finding is the one that is meant."""
        return (
            self.reasons == _reasons(finding.reasons)
            and (self.child, self.parent) == (finding.child, finding.parent)
            and (self.directory is None or is_same_directory(self.directory, finding.directory))
            and self.occurrences in {None, finding.occurrences}
            and self.devices in {None, finding.device_count}
        )

    def __str__(self) -> str:
        details = [] if not self.directory else [f"in {printable(self.directory)}"]
        details += [
            f"{number} {word}"
            for number, word in ((self.occurrences, "times"), (self.devices, "devices"))
            if number is not None
        ]
        reasons = ", ".join(reason.value for reason in self.reasons)
        pair = f"{reasons}: {printable(self.child)} <- {printable(self.parent) or '?'}"
        return f"{pair} ({', '.join(details)})" if details else pair


def expectation_of(finding: Finding) -> Expected:
    """Return the expectation that a finding fulfils, with its place and counts."""
    return Expected(
        finding.reasons,
        finding.child,
        finding.parent,
        directory=finding.directory or None,
        occurrences=finding.occurrences,
        devices=finding.device_count,
    )


def difference(findings: Iterable[Finding], expected: Iterable[Expected]) -> str:
    """Return what is missing and what is there beside it, one line each; `""` when nothing is.

    Each expectation takes one finding, so an expectation that is given twice must be fulfilled twice.
    """
    left = list(findings)
    missing: list[Expected] = []
    for expectation in expected:
        found = next((finding for finding in left if expectation.matches(finding)), None)
        if found is None:
            missing.append(expectation)
        else:
            left.remove(found)
    lines = [f"- missing     {expectation}" for expectation in sorted(missing)]
    for finding in left:
        lines += (f"+ unexpected  {expectation_of(finding)}", f"              {finding.explanation}")
    return "\n".join(lines)


def assert_findings(findings: Iterable[Finding], *expected: Expected) -> None:
    """Assert that exactly the expected findings are there, in any order.

    Args:
        findings: `detector.findings()`, a report, or what `observe_many` returned.
        expected: what must come. Nothing else may; give none to say that nothing may come at all.

    Raises:
        AssertionError: something is missing or unexpected; the message has one line for each.

    >>> from parentchild import Detector
    >>> from parentchild.testing import Host
    >>> host, detector = Host("ws-01"), Detector()
    >>> _ = detector.observe(host.masquerade("svchost.exe", parent="explorer.exe"))
    >>> assert_findings(
    ...     detector.findings(), Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "explorer.exe")
    ... )
    >>> assert_findings(detector.findings())
    Traceback (most recent call last):
    AssertionError: the findings are not those expected
    + unexpected  unexpected-parent: svchost.exe <- explorer.exe (1 times, 1 devices)
    ...
    """
    told = difference(findings, expected)
    if told:
        raise AssertionError(f"the findings are not those expected\n{told}")
