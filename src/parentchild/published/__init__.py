"""The published query of 0xFF-0080, version 2.2, executed literally: the reference to compare with."""

from __future__ import annotations

from parentchild.published.query import TIMEFRAME, run

__all__ = ["TIMEFRAME", "run"]
