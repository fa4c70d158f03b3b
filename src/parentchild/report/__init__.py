"""The one-call form: rows in, a report out."""

from __future__ import annotations

from parentchild.report.hunting import CAPACITY, Hunt, hunt
from parentchild.report.rows import Row, Source
from parentchild.report.summary import InvalidRow, Report

__all__ = ["CAPACITY", "Hunt", "InvalidRow", "Report", "Row", "Source", "hunt"]
