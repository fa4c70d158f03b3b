"""What a registry covers, as a layer of MITRE's ATT&CK Navigator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from parentchild.findings.attack import Technique, techniques
from parentchild.relations.evaluation import Reason
from parentchild.relations.registry import RelationRegistry

_LAYER_FORMAT: Final = "4.5"
_NAVIGATOR: Final = "5.1.0"


def layer(
    registry: RelationRegistry, *, name: str = "parentchild", attack_version: str = "18"
) -> dict[str, object]:
    """Return a layer: of each technique, how many images could show it, and for which reasons.

    Args:
        registry: the relations.
        name: the layer's name.
        attack_version: the major version of ATT&CK whose tactics the layer names.

    Raises:
        InvalidArgument: that is no version of ATT&CK.

    >>> from parentchild import SEED_RELATIONS
    >>> [(each["techniqueID"], each["score"]) for each in layer(SEED_RELATIONS)["techniques"]][:1]
    [('T1036.005', 11)]
    """
    images: dict[Technique, Counter[str]] = {}
    for image, reason in _covered(registry):
        for technique in techniques((reason,)):
            images.setdefault(technique, Counter())[f"{image} {reason.value}"] += 1
    return {
        "name": name,
        "versions": {"attack": attack_version, "navigator": _NAVIGATOR, "layer": _LAYER_FORMAT},
        "domain": "enterprise-attack",
        "description": "Parents, children, places and arguments of Windows' processes that are watched.",
        "filters": {"platforms": ["Windows"]},
        "sorting": 3,
        "techniques": [
            entry
            for technique, found in sorted(images.items(), key=lambda each: each[0].id)
            for entry in _entries(technique, found, attack_version)
        ],
        "gradient": {"colors": ["#ffffff", "#66b1ff"], "minValue": 0, "maxValue": max(1, len(registry))},
        "showTacticRowBackground": False,
        "selectTechniquesAcrossTactics": True,
    }


def _entries(technique: Technique, found: Counter[str], version: str) -> Iterator[dict[str, object]]:
    pairs = [text.rsplit(" ", 1) for text in found]
    images = {image for image, _ in pairs}
    reasons = sorted({reason for _, reason in pairs})
    for tactic in technique.tactics:
        yield {
            "techniqueID": technique.id,
            "tactic": tactic.name_in(version).lower().replace(" ", "-"),
            "score": len(images),
            "comment": f"{len(images)} images; {', '.join(reasons)}",
            "enabled": True,
            "showSubtechniques": False,
        }


def _covered(registry: RelationRegistry) -> Iterator[tuple[str, Reason]]:
    """Yield each image with each reason for which a creation of it could be a finding."""
    relations = registry.compiled
    for name, watched in relations.children.items():
        yield name, Reason.UNEXPECTED_PARENT
        yield name, Reason.SPOOFED_PARENT
        if any(row.place for rows in watched.by_parent.values() for row in rows):
            yield name, Reason.MISPLACED_PARENT
    for name in relations.parents:
        yield name, Reason.UNEXPECTED_CHILD
    for name, launches in relations.launches.items():
        for launch in launches:
            if launch.place is not None:
                yield name, Reason.MISPLACED_IMAGE
            if launch.arguments is not None:
                yield name, Reason.UNEXPECTED_ARGUMENTS
            if launch.own_name is not None:
                yield name, Reason.RENAMED_IMAGE
    for name in sorted(relations.protected_names):
        yield name, Reason.LOOKALIKE
