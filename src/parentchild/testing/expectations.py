"""Expectations: which findings must come, said briefly and compared so that a difference can be read."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from parentchild.findings.finding import Finding
from parentchild.relations.evaluation import Reason
from parentchild.windows.names import image_name, is_kernel, printable


def _name(value: str) -> str:
    return image_name(value)


def _parent(value: str) -> str:
    name = image_name(value)
    return "system" if is_kernel(name) else name


@attrs.frozen(order=True)
class Expected:
    """A finding that must come: the reason, the child, and the parent that started it.

    Args:
        reason: why it is a finding.
        child: the child's image.
        parent: the parent's image, `""` where it is unknown.
        occurrences: how often; None for any number of times.
        devices: on how many devices; None for any number.

    >>> str(Expected(Reason.UNEXPECTED_PARENT, "svchost.exe", "explorer.exe"))
    'unexpected-parent: svchost.exe <- explorer.exe'
    """

    reason: Reason = attrs.field(order=lambda reason: reason.value)
    child: str = attrs.field(converter=_name)
    parent: str = attrs.field(converter=_parent, default="")
    occurrences: int | None = attrs.field(default=None, kw_only=True, order=False)
    devices: int | None = attrs.field(default=None, kw_only=True, order=False)

    def matches(self, finding: Finding) -> bool:
        """Tell whether a finding is the one that is meant."""
        return (
            (self.reason, self.child, self.parent) == (finding.reason, finding.child, finding.parent)
            and self.occurrences in {None, finding.occurrences}
            and self.devices in {None, finding.device_count}
        )

    def __str__(self) -> str:
        counts = [
            f"{number} {word}"
            for number, word in ((self.occurrences, "times"), (self.devices, "devices"))
            if number is not None
        ]
        pair = f"{self.reason.value}: {printable(self.child)} <- {printable(self.parent) or '?'}"
        return f"{pair} ({', '.join(counts)})" if counts else pair


def expectation_of(finding: Finding) -> Expected:
    """Return the expectation that a finding fulfils, with its counts."""
    return Expected(
        finding.reason,
        finding.child,
        finding.parent,
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
