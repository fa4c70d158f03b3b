"""What the published query finds, and what `hunt` finds, in the same made-up days.

Each scenario of `parentchild.testing` is written down as rows of Microsoft Defender, and both look at them:
the published query (version 2.2, as `published.run` executes it literally, over all rows at once) and `hunt`.

Run it with `python docs/examples/published_beside_hunt.py`.
"""

from __future__ import annotations

from datetime import timedelta

from parentchild import Reason, hunt, published
from parentchild.testing import ATTACKS, CLEAN, CRASHES, Scenario, rows

Pairs = set[tuple[str, str]]


def pairs_in(scenario: Scenario) -> tuple[Pairs, Pairs, Pairs]:
    """Return the pairs of child and parent that are wrong in truth, by the published query, and by `hunt`."""
    telemetry = [row for event in scenario.events if (row := rows.defender(event)) is not None]
    now = max(event.timestamp for event in scenario.events) + timedelta(minutes=1)
    by_query = published.run(
        [row for row in telemetry if row["ActionType"] == "ProcessCreated"],
        [row for row in telemetry if row["ActionType"] == "CreateRemoteThreadApiCall"],
        now=now,
    )
    return (
        {(each.child, each.parent) for each in scenario.finds if Reason.UNKNOWN_PARENT not in each.reasons},
        {(str(row["ImageFile"]), str(row["ParentFile"])) for row in by_query},
        {(finding.child, finding.parent) for finding in hunt(telemetry)},
    )


def main() -> None:
    """Print what is found in each kind of scenario."""
    print(
        f"{'scenarios':24}{'wrong pairs':>12}{'query: found':>14}{'false':>7}{'hunt: found':>13}{'false':>7}"
    )
    for kind, scenarios in (("attacks", ATTACKS), ("crashes", CRASHES), ("clean", CLEAN)):
        all_pairs = [pairs_in(scenario) for scenario in scenarios]
        counts = (
            sum(len(wrong) for wrong, _, _ in all_pairs),
            sum(len(query & wrong) for wrong, query, _ in all_pairs),
            sum(len(query - wrong) for wrong, query, _ in all_pairs),
            sum(len(mine & wrong) for wrong, _, mine in all_pairs),
            sum(len(mine - wrong) for wrong, _, mine in all_pairs),
        )
        wrong, query, query_false, mine, mine_false = counts
        name = f"{len(scenarios)} {kind}"
        print(f"{name:24}{wrong:>12}{query:>14}{query_false:>7}{mine:>13}{mine_false:>7}")


if __name__ == "__main__":
    main()
