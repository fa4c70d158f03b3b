"""The quality of a report on a whole fleet: how many findings and families, and where the attacks rank.

`python -m tests.benchmarks.fleet_quality [EVENTS [DEVICES [SEED]]]`, 1,000,000 events of 5,000 devices unless
it is said otherwise. Figures depend on the fleet alone, but for seconds and memory.
"""

from __future__ import annotations

import resource
import sys
from time import process_time

from parentchild import Detector
from parentchild.hunting.report import Report
from parentchild.hunting.stats import HuntStats
from parentchild.testing import Fleet, fleet


def report_of(given: Fleet) -> Report:
    """Return the report of a fleet's events, which are events already and no rows."""
    detector = Detector(window=None, capacity=1_000_000)
    starts = 0
    for event in given:
        detector.observe(event)
        starts += 1
    stats = detector.stats
    return Report(
        findings=detector.findings(),
        suppressed=detector.suppressed(),
        stats=HuntStats(
            starts=starts,
            watched=stats.watched,
            expected=stats.expected,
            mismatched=stats.mismatched,
            unknown=stats.unknown,
            suppressed=stats.suppressed,
            missing=stats.missing,
        ),
    )


def ranks(report: Report, given: Fleet) -> dict[str, int | None]:
    """Return the rank of each planted attack's family, from 1; None for one that is in none."""
    found: dict[str, int | None] = {}
    families = report.families()
    for attack in given.attacks:
        found[attack.name] = next(
            (
                rank
                for rank, family in enumerate(families, start=1)
                for finding in family.members
                if (finding.child, finding.parent) == (attack.child, attack.parent)
                and attack.device in finding.devices
                and finding.event.record_id == attack.record_id
            ),
            None,
        )
    return found


def main() -> None:
    events, devices, seed = (
        int(each) for each in (*sys.argv[1:], *("1000000", "5000", "0")[len(sys.argv) - 1 :])
    )
    given = fleet(devices=devices, events=events, seed=seed)
    began = process_time()
    for _ in given:
        pass
    made = process_time() - began
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = process_time()
    report = report_of(given)
    took = process_time() - began - made
    families = report.families()
    copies = sum(1 for family in families if family.severity.value == 1)
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    lines = [
        f"{events:,} events of {devices:,} devices, seed {seed}",
        f"findings            {len(report):,}",
        f"families            {len(families):,}, {copies} of them informational",
        *(f"rank {rank!s:>4}           {name}" for name, rank in ranks(report, given).items()),
        f"suggestions         {len(report.suggestions())}",
        f"processor seconds   {took:.1f} (made in {made:.1f})",
        f"resident memory     {added:.0f} MiB more",
        "",
        str(report).partition("Details")[0],
        *map(str, report.suggestions()),
    ]
    print("\n".join(lines))  # noqa: T201 - the figures are what a benchmark is for


if __name__ == "__main__":
    main()
