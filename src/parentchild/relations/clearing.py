"""Clearing: which crash evidence clears which events of one process, by a policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from parentchild.events import ProcessCreated, event_order
from parentchild.relations.crashes import CrashEvidence, Suppression

_T = TypeVar("_T")


def cleared(
    evidence: Mapping[CrashEvidence, int],
    events: Mapping[_T, tuple[ProcessCreated, object]],
    policy: Suppression,
) -> dict[_T, CrashEvidence]:
    """Return what is cleared, and by which: each piece clears the earliest events, and no more than it may.

    That depends on what is there, not on the order in which it came.

    Args:
        evidence: each piece about the process, and how many events it has cleared for good.
        events: those that could be cleared, with what orders them where their times and records do not.
        policy: what evidence clears, and how many.
    """
    found: dict[_T, CrashEvidence] = {}
    ordered = sorted(events, key=lambda each: (event_order(events[each][0]), repr(events[each][1])))
    for piece in sorted(evidence, key=evidence_order):
        room = policy.copies - evidence[piece]
        for each in ordered:
            if room > 0 and each not in found and policy.clears(piece, events[each][0]):
                found[each] = piece
                room -= 1
    return found


def evidence_order(evidence: CrashEvidence) -> tuple[datetime, str]:
    """Return the key by which one piece of evidence is earlier than another."""
    return evidence.at, repr(evidence)
