"""What it would cost to let every start pass whose parent could be a copy of its own parent.

`PYTHONPATH=src:. python tests/benchmarks/copies.py`
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from parentchild import DEFAULT_RELATIONS, Detector, Process, ProcessCreated, Reason
from parentchild.relations.evaluation import evaluate, name_of
from parentchild.testing import fleet

EVENTS = 60_000


def copied(names: set[str]) -> set[str]:
    """Return the images whose copies are harmless as long as they start nothing."""
    relations = DEFAULT_RELATIONS.compiled
    return {
        name
        for name in names
        if evaluate(relations, Process(name), Process(name)).reasons == (Reason.SELF_COPY,)
    }


def spent(work: Callable[[], object]) -> float:
    """Return the processor time of the fastest of three runs, in seconds."""
    times: list[float] = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    """Print how many starts these are, and what evaluating them would add."""
    events = list(fleet(devices=200, events=EVENTS, oddity_rate=0.01))
    starts = [
        (each, name_of(each.parent)) for each in events if isinstance(each, ProcessCreated) and each.parent
    ]
    names = copied({name for _, name in starts if name})
    settles = Detector().prefilter.settle_processes
    held = [each for each, name in starts if name in names and settles(each.process, each.parent) is not None]
    relations = DEFAULT_RELATIONS.compiled
    now = spent(lambda: Detector().observe_many(events))
    more = spent(lambda: [evaluate(relations, each.process, each.parent) for each in held])
    sys.stdout.write(
        f"{len(held) / len(events):.1%} of {len(events):,} events would pass;"
        f" all cost {now / len(events) * 1e6:.2f} us each, these {more / len(held) * 1e6:.2f} us more each,"
        f" in all {1 + more / now:.2f} times as much\n"
    )


if __name__ == "__main__":
    main()
