"""The sentences about a creation by reason, as data: what was seen, what was expected, what to check."""

from __future__ import annotations

from typing import Final

from parentchild.relations.evaluation import Reason

_STARTED: Final = "{parent} started {child}{inferred}"
SENTENCES: Final[dict[Reason, tuple[str, str]]] = {
    Reason.SPOOFED_PARENT: (
        (
            "{creator} started {child} and declared {parent} as its parent{inferred}. "
            "Expected creator: {expected}"
        ),
        "Possible parent PID spoofing (T1134.004): check {creator} and who started it",
    ),
    Reason.LOOKALIKE: (
        f"{_STARTED}, whose name is nearly {{imitates}}",
        "Possible masquerading (T1036.005): check the child's path, signature and hash",
    ),
    Reason.RENAMED_IMAGE: (
        f"{_STARTED}, whose version resource names {{original}}",
        "Possible renamed program (T1036.003): check the child's hash and signature",
    ),
    Reason.MISPLACED_IMAGE: (
        f"{_STARTED} from {{directory}}; expected in {{expected}}",
        "Possible masquerading (T1036.005): check the child's signature and hash",
    ),
    Reason.MISPLACED_PARENT: (
        f"{_STARTED}, but {{parent}} lies in {{directory}}",
        "Its path is not a known location of {parent}: check the parent's signature and hash",
    ),
    Reason.UNEXPECTED_PARENT: (
        f"{_STARTED}; expected {{expected}}",
        "Possible masquerading (T1036.005) or process hollowing: check the child's path and signature",
    ),
    Reason.UNEXPECTED_CHILD: (
        f"{_STARTED}; expected {{expected}}",
        "Possible process injection (T1055): check which modules and threads run in {parent}",
    ),
    Reason.UNEXPECTED_ARGUMENTS: (
        f"{_STARTED} without usual arguments; expected {{expected}}",
        "Possible process hollowing (T1055.012) or masquerading: check the child's command line and path",
    ),
    Reason.SELF_COPY: (
        "{child} started a copy of itself{inferred}; nothing that is known of the two differs",
        "Often a crash report or a restart: check what the copy itself started",
    ),
    Reason.UNKNOWN_PARENT: (
        "{parent} started {child}; expected {expected}",
        "Look up the parent's pid among the device's process starts",
    ),
}
"""By reason: what was seen against what was expected, and what to check."""
COPY_SEEN: Final = "{child} started a copy of itself{inferred}; expected {expected}"
COPY_CHECK: Final = "copy can serve to read its memory or to run code in it: check both command lines"
NOTHING: Final = {
    Reason.UNEXPECTED_CHILD: "no child at all",
    Reason.MISPLACED_IMAGE: "its own directory",
    Reason.UNEXPECTED_ARGUMENTS: "more",
}
"""By reason: what to say where nothing that would have been right is known."""

REMEDIES: Final[dict[Reason, tuple[str, str]]] = {
    Reason.SPOOFED_PARENT: (
        "parent",
        "the process that made the call is the parent, or a broker known to call for it",
    ),
    Reason.RENAMED_IMAGE: ("child", "the version resource names {child} itself"),
    Reason.UNEXPECTED_PARENT: ("right", "the parent is {right}"),
    Reason.UNEXPECTED_CHILD: ("right", "the child is {right}"),
    Reason.MISPLACED_IMAGE: ("places", "the image lies in {places}"),
    Reason.MISPLACED_PARENT: ("parent", "the path of {parent} is a known location of it"),
    Reason.UNEXPECTED_ARGUMENTS: ("shapes", "its arguments include {shapes}"),
    Reason.SELF_COPY: ("child", "the program restarts itself, or its crash was reported"),
}
"""By reason: what would make it benign, and the word that must be known to say so."""
ALLOW: Final = "allow the pair (its path is still checked), or exclude it"
ALLOWED: Final = frozenset({Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD})
"""The reasons that an allowed pair settles."""
EXCLUDE_BY_PATH: Final = "exclude it, with the path of the image"
EXCLUDE: Final = {
    Reason.SPOOFED_PARENT: "exclude it",
    Reason.SELF_COPY: "exclude it",
    Reason.UNEXPECTED_ARGUMENTS: "exclude it, with its command line or path",
}
"""By reason that no allowed pair settles: what does; for all others an exclusion with the image's path."""
