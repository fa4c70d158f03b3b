"""The detector and what it is made of; everything that changes over time is in here.

The flow is one way: `processes` remembers starts and exits, `pairs` sums over the fleet, `history` correlates
on one device, `state` saves and restores, `fleet` holds them all, and `detector` routes events between them.
What is decided without memory stands in `parentchild.relations`.
"""

from __future__ import annotations

from parentchild.detector.detector import Detector
from parentchild.detector.settings import Settings
from parentchild.detector.stats import Stats

__all__ = ["Detector", "Settings", "Stats"]
