"""What findings say by reason, as data: which processes are at fault, and what to check next."""

from __future__ import annotations

from typing import Final

from parentchild.relations.evaluation import Reason

WRONG_ROLE: Final = {
    Reason.SPOOFED_PARENT: "creator",
    Reason.LOOKALIKE: "child",
    Reason.RENAMED_IMAGE: "child",
    Reason.MISPLACED_IMAGE: "child",
    Reason.MISPLACED_PARENT: "parent",
    Reason.UNEXPECTED_PARENT: "parent",
    Reason.UNEXPECTED_CHILD: "child",
    Reason.UNEXPECTED_ARGUMENTS: "child",
    Reason.SELF_COPY: "child",
    Reason.UNKNOWN_PARENT: "parent",
}
"""The process that a chain marks."""

INSTEAD: Final = {
    Reason.LOOKALIKE: "imitates",
    Reason.MISPLACED_IMAGE: "expected in",
    Reason.MISPLACED_PARENT: "expected in",
    Reason.UNEXPECTED_ARGUMENTS: "expected with",
}
"""What the list of what would have been right is called there; it is "expected" where nothing stands here."""

_PARENT, _CHILD, _CREATOR = "parent", "process", "creator"
WRONG_ENDS: Final[dict[Reason, tuple[str, ...]]] = {
    Reason.SPOOFED_PARENT: (_CREATOR,),
    Reason.LOOKALIKE: (_CHILD, _PARENT),
    Reason.RENAMED_IMAGE: (_CHILD, _PARENT),
    Reason.MISPLACED_IMAGE: (_CHILD, _PARENT),
    Reason.MISPLACED_PARENT: (_PARENT,),
    Reason.UNEXPECTED_PARENT: (_PARENT,),
    Reason.UNEXPECTED_CHILD: (_CHILD,),
    Reason.UNEXPECTED_ARGUMENTS: (_CHILD, _PARENT),
    Reason.SELF_COPY: (_CHILD,),
    Reason.UNKNOWN_PARENT: (_CHILD,),
}
"""The processes of an event whose kinds weigh in the risk score."""

NEXT_STEPS: Final[dict[Reason, tuple[str, ...]]] = {
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
"""Two or three concrete checks that anybody on a shift can take, the most telling first."""
