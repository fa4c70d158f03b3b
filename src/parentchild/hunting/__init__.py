"""The one-call form: rows in, a report out."""

from __future__ import annotations

from parentchild.hunting.hunts import CAPACITY, Hunt, hunt
from parentchild.hunting.report import InvalidRow, Report
from parentchild.hunting.rows import Row, Source

__all__ = ["CAPACITY", "Hunt", "InvalidRow", "Report", "Row", "Source", "hunt"]
