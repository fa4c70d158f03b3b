"""The relations that a detector uses unless told otherwise."""

from __future__ import annotations

from parentchild.catalog.seed import SEED_RELATIONS
from parentchild.relations import ExpectedParents

DEFAULT_RELATIONS = SEED_RELATIONS.without("csmss.exe").with_relation(
    ExpectedParents("csrss.exe", ("smss.exe",))
)
"""The published table with its typing error corrected."""
