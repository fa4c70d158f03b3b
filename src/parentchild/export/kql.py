"""Relations as Kusto queries, for Microsoft Defender XDR and Microsoft Sentinel."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from parentchild.export.kql_improved import improved_query
from parentchild.export.kql_published import published_query
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry


class KqlForm(enum.Enum):
    """How much of what the detector does the query does as well."""

    PUBLISHED = "published"
    """The published query with the registry's names in its table: its operators, and its flaws."""
    IMPROVED = "improved"
    """All that Kusto can say of the detector: crash evidence for each event, directories, both directions."""


class KqlPlatform(enum.Enum):
    """Where the query runs; the tables are the same."""

    DEFENDER_XDR = "defender-xdr"
    """Advanced hunting and custom detections."""
    SENTINEL = "sentinel"
    """Analytics rules over the tables of the Defender XDR connector."""


def render(
    registry: RelationRegistry,
    *,
    form: KqlForm = KqlForm.PUBLISHED,
    exclusions: Iterable[Exclusion] = (),
    platform: KqlPlatform = KqlPlatform.DEFENDER_XDR,
) -> str:
    """Return a registry as one query over `DeviceProcessEvents` and `DeviceEvents`.

    Args:
        registry: the relations.
        form: the published query, or the improved one.
        exclusions: what is expected in your environment; it goes into the query's filter for that.
        platform: for Sentinel the improved form adds what an entity mapping for a hash needs.

    >>> from parentchild import SEED_RELATIONS
    >>> print(render(SEED_RELATIONS).splitlines()[2])
        "smss.exe", dynamic(["smss.exe", "ntoskrnl.exe", "system"]),
    """
    if form is KqlForm.PUBLISHED:
        return published_query(registry, exclusions)
    return improved_query(registry, exclusions, names_hash_algorithm=platform is KqlPlatform.SENTINEL)
