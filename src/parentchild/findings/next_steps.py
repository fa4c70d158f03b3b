"""What to check next, by reason: a table of concrete steps that anybody on a shift can take."""

from __future__ import annotations

from typing import Final

from parentchild.events import Process, ProcessCreated
from parentchild.relations.evaluation import Reason, name_of
from parentchild.relations.sentences import shortened, shown

_MOST: Final = 4

_STEPS: Final[dict[Reason, tuple[str, ...]]] = {
    Reason.SPOOFED_PARENT: (
        "Look at {creator}: its path, signature, user and who started it.",
        "Compare the token and session of {child} with those of {parent}.",
        "List what else {creator} started on {device} in that hour.",
    ),
    Reason.LOOKALIKE: (
        "Compare the signature and hash of {child_file} with the file whose name it imitates.",
        "Find out what wrote {child_file}, and when.",
        "Search the fleet for the same name and hash.",
    ),
    Reason.RENAMED_IMAGE: (
        "Compare the hash of {child_file} with that of the program its version resource names.",
        "Read the command line of {child} as a command line of that program.",
        "Find out what wrote {child_file}, and when.",
    ),
    Reason.MISPLACED_IMAGE: (
        "Compare the signature and hash of {child_file} with the file in its own directory.",
        "Find out what wrote {child_file}, and when.",
        "Search the fleet for the same directory and hash.",
    ),
    Reason.MISPLACED_PARENT: (
        "Check the signature and hash of {parent_file}.",
        "Find out what wrote {parent_file}, and who started {parent}.",
        "List what else {parent} started on {device}.",
    ),
    Reason.UNEXPECTED_PARENT: (
        "Check the path, signature and hash of {child_file}.",
        "Look at {parent}: its command line, user and who started it.",
        "Look for network connections and children of {child} in the minutes after.",
    ),
    Reason.UNEXPECTED_CHILD: (
        "Read the command line and user of {child}.",
        "Look for remote threads and unsigned modules in {parent} before that time.",
        "List what else {parent} started on {device} that day.",
    ),
    Reason.UNEXPECTED_ARGUMENTS: (
        "Read the whole command line of {child}, and check the hash of {child_file}.",
        "Compare the memory of {child} with its file, or look for network connections of it.",
        "Look at {parent}: its path, signature and who started it.",
    ),
    Reason.SELF_COPY: (
        "List what the copy of {child} started; anything but a crash reporter is suspicious.",
        "Look for a crash report of {child} on {device} at that time.",
    ),
    Reason.UNKNOWN_PARENT: (
        "Look up the parent's pid among the process starts of {device}.",
        "Check the path, signature and command line of {child}.",
    ),
}


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
        "device": shortened(event.device) or "its device",
        "child_file": _file(event.process, child) or "the child's file",
        "parent_file": _file(event.parent, parent) or "the parent's file",
    }
    others = len(reasons) - 1
    own = _STEPS[reasons[0]][: max(_MOST - others, 2)]
    added = (_STEPS[reason][0] for reason in reasons[1:])
    steps = dict.fromkeys(step.format_map(names) for step in (*own, *added))
    return tuple(steps)[:_MOST]


def _file(process: Process | None, name: str) -> str:
    return shown((process.path if process is not None else None) or name)
