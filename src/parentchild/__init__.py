"""Did the right parent start this Windows process?"""

from __future__ import annotations

from parentchild._version import __version__
from parentchild.catalog import DEFAULT_RELATIONS, SEED_RELATIONS
from parentchild.registry import RelationRegistry

__all__ = ["DEFAULT_RELATIONS", "SEED_RELATIONS", "RelationRegistry", "__version__"]
