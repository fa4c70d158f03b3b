"""The one-call form: rows in, a report out."""

from __future__ import annotations

from parentchild.hunting.hunts import CAPACITY, Hunt, hunt
from parentchild.hunting.report import Report
from parentchild.hunting.rows import InvalidRow, RowSource
from parentchild.hunting.stats import HuntStats, SourceCount

__all__ = ["CAPACITY", "Hunt", "HuntStats", "InvalidRow", "Report", "RowSource", "SourceCount", "hunt"]
