"""The shipped relations, as data."""

from __future__ import annotations

from parentchild.catalog.default import DEFAULT_RELATIONS, OPTIONAL_CHILDREN, for_windows, on_release
from parentchild.catalog.detection import DETECTION
from parentchild.catalog.disputes import DISPUTES
from parentchild.catalog.optional import OPTIONAL_PACKS
from parentchild.catalog.seed import SEED_RELATIONS
from parentchild.catalog.spellings import spelled
from parentchild.catalog.vendor_exclusions import VENDOR_EXCLUSIONS
from parentchild.catalog.vendors import VENDORS, vendor

__all__ = [
    "DEFAULT_RELATIONS",
    "DETECTION",
    "DISPUTES",
    "OPTIONAL_CHILDREN",
    "OPTIONAL_PACKS",
    "SEED_RELATIONS",
    "VENDORS",
    "VENDOR_EXCLUSIONS",
    "for_windows",
    "on_release",
    "spelled",
    "vendor",
]
