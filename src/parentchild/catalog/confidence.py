"""What a row rests on, by its sources: recordings and documentation, or published rules alone."""

from __future__ import annotations

from typing import Final, TypeVar, cast

import attrs

from parentchild.catalog.sources import (
    ECHOTRAIL,
    ELASTIC_TRIAGE,
    FIBRATUS_570,
    OPENSSH,
    QUALCOMM,
    RECORDED,
    SIGMA_2560,
    WINDOWS_INTERNALS,
)
from parentchild.relations.relation import (
    Confidence,
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
)

EVIDENCE: Final = frozenset(
    {
        ECHOTRAIL,
        ELASTIC_TRIAGE,
        FIBRATUS_570,
        OPENSSH,
        QUALCOMM,
        RECORDED,
        SIGMA_2560,
        WINDOWS_INTERNALS,
    }
)
"""The sources that show events, count them, or are the maker's own word; all others are rules and tables."""

_Each = TypeVar("_Each", ExpectedImage, ExpectedLaunch, ExpectedParents, ExpectedChildren)
_Relation = TypeVar("_Relation", bound=Relation)


def rated(*relations: _Relation) -> tuple[_Relation, ...]:
    """Return relations with the confidence that their sources and those of their images give.

    >>> relation = ExpectedParents("agent.exe", [ExpectedImage("services.exe", sources=["a rule"])])
    >>> rated(relation)[0].parents[0].confidence.value
    'rule'
    """
    return tuple([cast("_Relation", _rated(relation)) for relation in relations])


def _rated(relation: Relation) -> Relation:
    if isinstance(relation, ExpectedParents):
        parents = tuple(map(_with_confidence, relation.parents))
        creators = tuple(map(_with_confidence, relation.creators))
        return _with_confidence(attrs.evolve(relation, parents=parents, creators=creators))
    if isinstance(relation, ExpectedChildren):
        children = tuple(map(_with_confidence, relation.children))
        return _with_confidence(attrs.evolve(relation, children=children))
    return _with_confidence(relation)


def _with_confidence(each: _Each) -> _Each:
    rests_on_evidence = not EVIDENCE.isdisjoint(each.sources)
    return attrs.evolve(each, confidence=Confidence.RECORDED if rests_on_evidence else Confidence.RULE)
