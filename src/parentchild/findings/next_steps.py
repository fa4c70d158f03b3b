"""What to check next: the steps of `by_reason`, with the names of one event."""

from __future__ import annotations

from typing import Final

from parentchild.display.markup import shortened
from parentchild.events import Process, ProcessCreated
from parentchild.findings.by_reason import NEXT_STEPS
from parentchild.relations.evaluation import Reason, name_of
from parentchild.relations.sentences import shown

_MOST: Final = 4
_LONGEST: Final = 120


def next_steps(
    reasons: tuple[Reason, ...], *, event: ProcessCreated, child: str, parent: str
) -> tuple[str, ...]:
    """Return two to four concrete checks: those of the first reason, then the first one of each other.

    Args:
        reasons: why it is a finding, the weightiest first.
        event: its earliest event, which names files and the device.
        child: the child's comparable name.
        parent: the parent's comparable name, `""` where unknown.
    """
    names = {
        "child": shown(child) or "the child",
        "parent": shown(parent) or "the parent",
        "creator": shown(name_of(event.creator)) if event.creator is not None else "the creator",
        "device": shortened(event.device, _LONGEST) or "its device",
        "child_file": _file(event.process, child) or "the child's file",
        "parent_file": _file(event.parent, parent) or "the parent's file",
    }
    others = len(reasons) - 1
    own = NEXT_STEPS[reasons[0]][: max(_MOST - others, 2)]
    added = (NEXT_STEPS[reason][0] for reason in reasons[1:])
    steps = dict.fromkeys(step.format_map(names) for step in (*own, *added))
    return tuple(steps)[:_MOST]


def _file(process: Process | None, name: str) -> str:
    return shown((process.path if process is not None else None) or name)
