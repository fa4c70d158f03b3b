"""Synthetic events for the property tests: few names, pids and devices, so that they meet often."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from parentchild import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated

START = datetime(2026, 3, 1, 9, 0, tzinfo=timezone.utc)
"""When the synthetic day begins."""

CHILDREN = ("svchost.exe", "SvcHost.exe", "taskhostw.exe", "lsass.exe", "csrss.exe", "cmd.exe")
PARENTS = (*CHILDREN, "services.exe", "explorer.exe", "System", "?", "-", "S-1-16-16384", None)
DEVICES = ("ws-01", "ws-02", "dc-01")
PIDS = (4, 100, 104, 108, 112)
WERFAULTS = ("WerFault.exe", r"C:\Windows\System32\WerFault.exe", r"C:\Temp\werfault.exe")


def times(minutes: int = 60) -> st.SearchStrategy[datetime]:
    """Times within `minutes` of the start, close enough to each other for crash evidence to count."""
    return st.integers(0, minutes * 6).map(lambda tens: START + timedelta(seconds=10 * tens))


def processes(names: tuple[str | None, ...]) -> st.SearchStrategy[Process]:
    """Processes with one of `names`; some have a path, some have no pid."""
    return st.builds(
        Process,
        st.sampled_from(names),
        pid=st.sampled_from((*PIDS, None)),
        path=st.sampled_from((None, None, r"C:\Windows\System32\svchost.exe", r"C:\Temp\svchost.exe")),
    )


def creations(minutes: int = 60) -> st.SearchStrategy[ProcessCreated]:
    """Process creations, right and wrong."""
    return st.builds(
        ProcessCreated,
        timestamp=times(minutes),
        device=st.sampled_from(DEVICES),
        process=processes(CHILDREN),
        parent=st.one_of(st.none(), processes(PARENTS)),
        creator=st.one_of(st.none(), st.none(), processes(PARENTS)),
        record_id=st.one_of(st.none(), st.integers(0, 9)),
    )


def clones(minutes: int = 60) -> st.SearchStrategy[ProcessCreated]:
    """Children that have their parent's image."""

    def clone(name: str, pid: int, at: datetime, device: str) -> ProcessCreated:
        return ProcessCreated(
            timestamp=at, device=device, process=Process(name, pid=600), parent=Process(name, pid=pid)
        )

    return st.builds(
        clone, st.sampled_from(CHILDREN[:4]), st.sampled_from(PIDS), times(minutes), st.sampled_from(DEVICES)
    )


def threads(minutes: int = 60) -> st.SearchStrategy[RemoteThreadCreated]:
    """Remote threads by the crash handler, and by what only has its name."""
    return st.builds(
        RemoteThreadCreated,
        timestamp=times(minutes),
        device=st.sampled_from(DEVICES),
        source=st.sampled_from(WERFAULTS).map(lambda path: Process("WerFault.exe", path=path)),
        target=processes(CHILDREN),
    )


def exits(minutes: int = 60) -> st.SearchStrategy[ProcessExited]:
    """Exits of processes."""
    return st.builds(
        ProcessExited,
        timestamp=times(minutes),
        device=st.sampled_from(DEVICES),
        process=processes((None, *CHILDREN)),
    )


def events(minutes: int = 60) -> st.SearchStrategy[Event]:
    """Any event."""
    return st.one_of(creations(minutes), clones(minutes), threads(minutes), exits(minutes))
