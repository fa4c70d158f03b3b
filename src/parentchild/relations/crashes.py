r"""The crash handler: which findings it explains, and by which evidence.

When a process crashes, WerFault.exe makes a thread in it, and that thread clones the process so that the
clone can be dumped. The clone shows up as a child with its parent's own image, which looks like a mismatch
for every image that never starts itself. A second way makes no thread: WerFault.exe is started with `-pss`
and the pid, and clones from outside. Sources: Hunt & Hackett, "The Definitive Guide To Process Cloning on
Windows"; Windows Internals, 6th edition, part 2, "Process Reflection"; for `-pss`, recorded Security 4688
events of the OTRF data sets.
"""

from __future__ import annotations

import ntpath
from datetime import datetime, timedelta
from typing import Protocol

import attrs

from parentchild.errors import InvalidArgument
from parentchild.events import LONGEST_COMMAND_LINE, Event, Process, ProcessCreated, RemoteThreadCreated
from parentchild.relations.evaluation import Evaluation, Reason, name_of
from parentchild.windows.names import fold, image_name, is_bare_name
from parentchild.windows.paths import directory_of, is_in, is_same_directory

WERFAULT = "werfault.exe"
REPORTERS = frozenset({WERFAULT, "werfaultsecure.exe", "wermgr.exe"})
"""What error reporting starts, and nothing else a process that was cloned to be dumped."""

_SYSTEM32 = (r"C:\Windows\System32",)
_SYSTEM = (*_SYSTEM32, r"C:\Windows\SysWOW64")
_SERVICE_HOST = "svchost.exe"  # the error reporting service runs in it
_NEVER = frozenset({"lsass.exe"})  # its clone is how credentials are dumped, by WerFault itself too
_NOW = timedelta(0)
_COPY_REASONS = frozenset({Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD, Reason.SELF_COPY})


@attrs.frozen(kw_only=True)
class CrashEvidence:
    """Evidence that the crash handler worked in one process.

    Args:
        device: where.
        pid: the pid of the process it worked in.
        at: when it began.
        name: that process's name as logged, where known.
        started_at: when that process had started, where known.
        guid: that process instance's own id, where known.
    """

    device: str
    pid: int | None
    at: datetime
    name: str | None = None
    started_at: datetime | None = None
    guid: str | None = None


class Suppression(Protocol):
    """A crash-handler policy: what is evidence, and which findings it clears."""

    @property
    def evidence_names(self) -> frozenset[str]:
        """The comparable names of the images whose actions may be evidence: the prefilter lets them pass."""
        ...

    @property
    def copies(self) -> int:
        """How many events one piece of evidence clears at most."""
        ...

    def evidence_in(self, event: Event) -> CrashEvidence | None:
        """Return the evidence in an event, if it is any. Its processes are resolved as far as they can be."""
        ...

    def could_be_evidence(self, parent: str, command_line: str | None) -> bool:
        """Tell whether a start of one of `evidence_names` could be evidence; of other rows none is parsed.

        Args:
            parent: the parent's raw name or full path; one that stands for no name is not asked about.
            command_line: that of the started process, None where unknown.
        """
        ...

    def could_clear(self, evaluation: Evaluation, event: ProcessCreated) -> bool:
        """Tell whether any evidence at all could clear this event."""
        ...

    def clears(self, evidence: CrashEvidence, event: ProcessCreated) -> bool:
        """Tell whether this evidence clears this event, given that some could, on the same device and pid."""
        ...


def _within(value: object) -> timedelta:
    if not isinstance(value, timedelta) or value < _NOW:
        raise InvalidArgument("within", value, "must be a timedelta that is not negative")
    return value


def _check_copies(policy: CrashHandler, field: attrs.Attribute[int], value: object) -> None:
    del policy
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidArgument(field.name, value, "must be an int of at least 1")


@attrs.frozen(kw_only=True)
class CrashHandler:
    """The default policy: only clones, only with evidence into that very process, only in order and at once.

    It clears an event when the child has its parent's image and, as far as both are known, its command line,
    nothing but that is wrong with it, the image is not lsass.exe, and evidence names the parent's process on
    that device (by pid, and by start time and guid where both sides know them) at or before the child, by at
    most `within`. Evidence is a remote thread made by WerFault.exe, or its start with `-pss` and that pid by
    a svchost.exe that is known by name; either outside its own directory does not count, and neither does a
    starter without a name.

    Args:
        within: the longest time between the evidence and the clone.
        copies: how many clones one piece of evidence clears. Error reporting clones once for each dump that
            it writes (triage, heap, full) and may try again; more than four is not a crash.

    Raises:
        InvalidArgument: `within` is no timedelta, or negative; `copies` is no int, or below 1.
    """

    within: timedelta = attrs.field(default=timedelta(seconds=30), converter=_within)
    copies: int = attrs.field(default=4, validator=_check_copies)

    @property
    def evidence_names(self) -> frozenset[str]:
        """WerFault.exe alone."""
        return frozenset({WERFAULT})

    def evidence_in(self, event: Event) -> CrashEvidence | None:
        """Return what a remote thread by WerFault.exe, or its start with `-pss`, tells."""
        if isinstance(event, RemoteThreadCreated):
            target = event.target
            if not target.pid or not _is(event.source, WERFAULT, _SYSTEM):
                return None
            return CrashEvidence(
                device=event.device,
                pid=target.pid,
                at=event.timestamp,
                name=target.name,
                started_at=target.started_at,
                guid=target.guid,
            )
        if isinstance(event, ProcessCreated) and _is(event.process, WERFAULT, _SYSTEM):
            pid = _snapshot_pid(event.process.command_line)
            if pid is not None and event.parent is not None and _is(event.parent, _SERVICE_HOST, _SYSTEM32):
                return CrashEvidence(device=event.device, pid=pid, at=event.timestamp)
        return None

    def could_be_evidence(self, parent: str, command_line: str | None) -> bool:
        """Tell whether a start of WerFault.exe is by a svchost.exe, with `-pss` and a pid."""
        return _snapshot_pid(command_line) is not None and _is_named(parent, _SERVICE_HOST)

    def could_clear(self, evaluation: Evaluation, event: ProcessCreated) -> bool:
        """Tell whether the event looks like a clone of a process that may be cloned."""
        parent = event.parent
        return (
            evaluation.child == evaluation.parent
            and parent is not None
            and bool(parent.pid)
            and evaluation.child not in _NEVER
            and _COPY_REASONS.issuperset(evaluation.reasons)
            and _same_directory(event.process, parent, evaluation.child)
            and _same_line(event.process.command_line, parent.command_line)
        )

    def clears(self, evidence: CrashEvidence, event: ProcessCreated) -> bool:
        """Tell whether the evidence is about the clone's parent, and just before the clone."""
        parent = event.parent
        if parent is None or not _NOW <= event.timestamp - evidence.at <= self.within:
            return False
        if parent.started_at is not None and evidence.at < parent.started_at:
            return False
        return (
            (evidence.name is None or name_of(Process(evidence.name)) == name_of(parent))
            and _agree(evidence.started_at, parent.started_at)
            and _agree(evidence.guid, parent.guid)
        )


def is_reporter(process: Process) -> bool:
    """Tell whether a process is one of `REPORTERS`, from where Windows keeps it as far as that is known."""
    name = name_of(process)
    return name in REPORTERS and _is(process, name, _SYSTEM)


def _is(process: Process, name: str, directories: tuple[str, ...]) -> bool:
    """Tell whether a process has exactly this name, and lies in one of the directories where that is known.

    A name is compared as it is written: with a stream or a space behind it, it is another file's. A path may
    be that of the file, or of its directory alone, as Defender logs it for a process that acts.
    """
    told = [text for text in (process.name, process.path) if text]
    # A path beside a name may be that of the directory alone; one of another file is in no such directory.
    if not told or not _is_named(told[0], name):
        return False
    for text in told:
        if not _is_named(text, name) and image_name(text) == name:
            return False
        directory = directory_of(text, name)
        if directory is not None and not is_in(directory, directories):
            return False
    return True


def _is_named(text: str, name: str) -> bool:
    tail = text[text.rfind("\\") + 1 :] if text[1:3] == ":\\" else text
    if is_bare_name(tail):  # nearly always, and a fourth of what it takes to split a path
        return tail.lower() == name
    return fold(ntpath.basename(text)) == name


def _snapshot_pid(command_line: str | None) -> int | None:
    """Return the pid that a `WerFault.exe -pss -s 460 -p 5728 -ip 5728` command line names."""
    if command_line is None or len(command_line) > LONGEST_COMMAND_LINE:
        return None
    folded = fold(command_line)
    if "-pss" not in folded:  # nearly always, and quicker to see than any word
        return None
    words = folded.split()
    if "-pss" not in words or "-p" not in words[:-1]:
        return None
    pid = words[words.index("-p") + 1]
    return int(pid) if pid.isascii() and pid.isdigit() else None


def _same_directory(child: Process, parent: Process, name: str) -> bool:
    here, there = directory_of(child.path, name), directory_of(parent.path, name)
    return here is None or there is None or is_same_directory(here, there)


def _same_line(one: str | None, other: str | None) -> bool:
    """Tell whether two command lines are one, as far as both are known: a clone keeps its parent's."""
    if not (one and one.strip() and other and other.strip()):
        return True
    return one.strip()[:LONGEST_COMMAND_LINE] == other.strip()[:LONGEST_COMMAND_LINE]


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other
