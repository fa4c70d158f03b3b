"""The detector and what it is made of; everything that changes over time is in here.

The flow is one way: `lazyheap` and `memory` keep entries within bounds, `groups` and `ledger` record pairs,
`resolution` and `orphans` name pids, `assessor` judges and records, `snapshots` and `state` save and unite,
and `detector` puts them together.
"""

from __future__ import annotations

from parentchild.detector.assessor import UnknownParents
from parentchild.detector.detector import Detector
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Stats

__all__ = ["Detector", "Settings", "Stats", "UnknownParents"]
