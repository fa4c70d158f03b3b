"""What a detector depends on: its events and options. Nothing is read from or written to the outside."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from parentchild import Detector, Finding
from parentchild.testing import fleet

ROOT = Path(__file__).parents[2]


def run(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "tests.proof.representative", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
    )


def test_nothing_outside_of_the_interpreter_is_touched_at_run_time() -> None:
    audited = run("audited")
    assert (audited.returncode, audited.stderr) == (0, "")


def test_results_are_the_same_byte_for_byte_whatever_the_hash_seed() -> None:
    outputs = {run(seed=seed).stdout for seed in ("0", "1", "4242")}
    assert len(outputs) == 1
    assert len(outputs.pop().split()) == 2


@pytest.mark.parametrize("threads", [4])
def test_a_detector_a_thread_merges_to_what_one_detector_finds(threads: int) -> None:
    events = list(fleet(devices=40, events=4000, oddity_rate=0.1))
    shards = [[event for event in events if int(event.device[3:]) % threads == n] for n in range(threads)]
    detectors = [Detector(window=None) for _ in shards]
    workers = [
        threading.Thread(target=detector.observe_many, args=(shard,))
        for detector, shard in zip(detectors, shards, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    merged = detectors[0]
    for other in detectors[1:]:
        merged = merged.merge(other)
    whole = Detector(window=None)
    whole.observe_many(events)
    assert merged.findings() == whole.findings()


def test_one_detector_behind_a_lock_is_safe_to_share() -> None:
    events = list(fleet(devices=40, events=4000, oddity_rate=0.1))
    shared, lock = Detector(window=None, suppression=None), threading.Lock()
    found: list[Finding] = []

    def feed(share: slice) -> None:
        for event in events[share]:
            with lock:
                found.extend(shared.observe(event))

    workers = [threading.Thread(target=feed, args=(slice(n, None, 4),)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    whole = Detector(window=None, suppression=None)
    emitted = whole.observe_many(events)
    assert shared.findings() == whole.findings()
    assert len(found) == len(emitted)
