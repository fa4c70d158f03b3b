"""The shipped relations, as data."""

from __future__ import annotations

from parentchild.catalog.default import DEFAULT_RELATIONS, OPTIONAL_CHILDREN, for_windows
from parentchild.catalog.seed import SEED_RELATIONS

__all__ = ["DEFAULT_RELATIONS", "OPTIONAL_CHILDREN", "SEED_RELATIONS", "for_windows"]
