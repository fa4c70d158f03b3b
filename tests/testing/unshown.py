"""The scenarios that the rows of a source cannot show to `hunt`: why, and what is found instead."""

from __future__ import annotations

import attrs

from parentchild import Reason
from parentchild.testing import Expected


@attrs.frozen
class Unshown:
    """What `hunt` makes of a scenario's rows, where it is not what the scenario finds.

    Args:
        why: what the source does not tell.
        finds: what is found instead.
        suppresses: what is suppressed instead.
    """

    why: str
    finds: tuple[Expected, ...] = ()
    suppresses: tuple[Expected, ...] = ()


def _pair(child: str, parent: str, occurrences: int = 1, devices: int = 1) -> Expected:
    return Expected(Reason.UNEXPECTED_PARENT, child, parent, occurrences=occurrences, devices=devices)


def _copy(image: str, occurrences: int = 1) -> Expected:
    return Expected(Reason.SELF_COPY, image, image, occurrences=occurrences, devices=1)


_CLONE = _copy("svchost.exe")
_TWO_CLONES = _copy("svchost.exe", 2)

_HUNTED = {"unknown-parent-reported": Unshown("hunt counts unknown parents, and reports none")}
_NO_CREATOR = {"spoofed-service-host": Unshown("the creator is not told apart from the parent")}
_UNNAMED_CREATOR = {
    "spoofed-service-host": Unshown("the creator has only a pid, and started before the recording")
}
_UNNUMBERED_CREATOR = {
    "spoofed-service-host": Unshown("the creator has only the sensor's number, which is not looked up")
}
_NO_THREADS = {
    "crash-by-thread": Unshown("there are no remote threads", (_CLONE,)),
    "evidence-comes-late": Unshown("there are no remote threads", (_copy("taskhostw.exe"),)),
    "crash-hides-no-other": Unshown("there are no remote threads, so both clones count", (_TWO_CLONES,)),
}
_NO_LINE_OF_PARENT = {
    name: Unshown("the parent's command line is not told, so which service it hosts is not known")
    for name in (
        "broker-by-another-service",
        "elevation-prompt-by-another-service",
        "child-of-a-childless-service",
    )
}
_NO_ORIGINAL_NAME = {"renamed-program": Unshown("the name in the version resource is not told")}
_NO_LINES = {
    **{
        name: Unshown("there are no command lines")
        for name in ("bare-service-host", "bare-com-surrogate", "bare-rundll32")
    },
    "padded-name": Unshown("there are no command lines", (_pair("svchost.exe", "explorer.exe"),)),
}
_UNNAMED = "the parent has only a pid, so that only the child's own place or form is found"
_UNNAMED_STARTER = {
    "event-viewer-starts-a-shell": Unshown("the parent has only a pid, and started before the recording"),
    "tool-of-windows-in-a-public-directory": Unshown(
        _UNNAMED, (Expected(Reason.MISPLACED_IMAGE, "certutil.exe", ""),)
    ),
    "fake-crash-handler": Unshown(_UNNAMED, (Expected(Reason.MISPLACED_IMAGE, "werfault.exe", ""),)),
}
_BEFORE = Unshown("the parent has only a pid, and started before the recording")
_UNNAMED_PARENT = dict.fromkeys(
    (
        "second-lsass",
        "same-pair-on-three-hosts",
        "evidence-comes-late",
        "crash-and-another-child",
        "thread-too-old",
        "thread-after-the-clone",
        "fake-crash-handler",
        "crash-on-another-device",
    ),
    _BEFORE,
)
_NO_PATH_OF_PARENT = {
    "wow64-hand-over": Unshown("a service host starts another: where the first lies is not told", (_CLONE,))
}

UNSHOWN: dict[str, dict[str, Unshown]] = {
    "defender": _HUNTED | _NO_CREATOR,
    "sysmon": _HUNTED | _NO_CREATOR,
    "asim": _HUNTED | _NO_CREATOR | _NO_THREADS,
    "security": _HUNTED | _NO_CREATOR | _NO_THREADS | _NO_ORIGINAL_NAME,
    "splunk_cim": _HUNTED | _NO_CREATOR | _NO_THREADS,
    "ocsf": _HUNTED,
    "ecs": _HUNTED | _UNNAMED_CREATOR | _NO_THREADS,
    "endgame": _HUNTED
    | _NO_CREATOR
    | _NO_THREADS
    | _NO_LINE_OF_PARENT
    | {
        "same-pair-on-three-hosts": Unshown(
            "the host is not told, so three are one", (_pair("svchost.exe", "winword.exe", 3),)
        ),
        "crash-by-snapshot": Unshown(
            "the host is not told, and evidence of a nameless host clears nothing", (_copy("spoolsv.exe"),)
        ),
        "parent-by-pid-alone": Unshown("the host is not told, and a pid means something on one host alone"),
        "pid-used-again": Unshown("the host is not told, and a pid means something on one host alone"),
    },
    "crowdstrike": _HUNTED
    | _UNNUMBERED_CREATOR
    | _NO_THREADS
    | _NO_LINE_OF_PARENT
    | _NO_PATH_OF_PARENT
    | {
        "services-in-temp": Unshown(
            "where the parent lies is not told",
            (
                Expected(
                    (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE),
                    "services.exe",
                    "explorer.exe",
                    directory=r"c:\users\public",
                ),
            ),
        ),
        "parent-by-pid-alone": Unshown("the parent's pid is not told"),
        "pid-used-again": Unshown("the parent's pid is not told"),
        "crash-by-snapshot": Unshown(
            "the crash handler names a pid, and that of the clone's parent is not told",
            (_copy("spoolsv.exe"),),
        ),
    },
    "osquery": _HUNTED
    | _UNNAMED_CREATOR
    | _NO_THREADS
    | _NO_ORIGINAL_NAME
    | _UNNAMED_PARENT
    | _UNNAMED_STARTER
    | {
        "bare-rundll32": Unshown(_UNNAMED, (Expected(Reason.UNEXPECTED_ARGUMENTS, "rundll32.exe", ""),)),
    },
    "etw": _HUNTED
    | _UNNAMED_CREATOR
    | _NO_THREADS
    | _NO_ORIGINAL_NAME
    | _NO_LINE_OF_PARENT
    | _NO_LINES
    | _UNNAMED_PARENT
    | _UNNAMED_STARTER
    | {
        "crash-by-snapshot": Unshown(
            "there are no command lines, so the crash handler does not say whom it clones",
            (_copy("spoolsv.exe"),),
        ),
    },
    "pslist": _HUNTED
    | _NO_CREATOR
    | _NO_PATH_OF_PARENT
    | _NO_LINE_OF_PARENT
    | _NO_ORIGINAL_NAME
    | _NO_LINES
    | {
        name: Unshown("paths are not told, and where it lies is all that is wrong")
        for name in (
            "service-host-in-temp",
            "tool-of-windows-in-a-public-directory",
            "service-of-a-user",
            "service-path-without-quotes",
            "monitor-of-silent-exits",
        )
    }
    | {"fake-crash-handler": Unshown("paths are not told, so that only the clone is found", (_CLONE,))}
    | {
        name: Unshown("the clone has exited by the time of the image")
        for name in ("crash-by-thread", "crash-by-snapshot", "evidence-comes-late", "lsass-clone")
    }
    | {
        "crash-hides-no-other": Unshown("one clone has exited by the time of the image", (_CLONE,)),
        "same-pair-on-three-hosts": Unshown(
            "each image is of one host, so that each has a finding of its own",
            (_pair("svchost.exe", "winword.exe"),) * 3,
        ),
        "services-in-temp": Unshown("paths are not told", (_pair("services.exe", "explorer.exe"),)),
    },
}
"""By the name of the source, then by that of the scenario."""
