"""Hypothesis strategies for events, rows, registries and whole fleets (the extra `testing`).

Names, pids, devices and times are few and close together, so that events meet: that is where mistakes hide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from parentchild.catalog import DEFAULT_RELATIONS, SEED_RELATIONS
from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
)
from parentchild.testing.damage import Place, places, replaced
from parentchild.testing.host import START, Capture, Host
from parentchild.testing.rows import Row, Writer, defender

CHILDREN: Final = (
    "svchost.exe",
    "SvcHost.exe",
    "taskhostw.exe",
    "lsass.exe",
    "csrss.exe",
    "cmd.exe",
    "scvhost.exe",
    "svchost.exe ",
    "svchost.exe:x",
    "sv\u03f2host.exe",
    "dllhost.exe",
    "Registry",
)
PARENTS: Final = (
    *CHILDREN,
    "services.exe",
    "services.exe:x",
    "explorer.exe",
    "System",
    "ntoskrnl.exe",
    "\u0455ervices.exe",
)
EXPECTABLE: Final = tuple(filter(str.isascii, PARENTS))
"""Names that a relation may expect."""
NO_NAMES: Final = ("?", "-", "", "S-1-16-16384", "1234", "N/A", "<unknown process>", None)
"""What sources write where they do not know a parent's name."""
DEVICES: Final = ("ws-01", "ws-02", "dc-01")
PIDS: Final = (4, 100, 104, 108, 112)
DIRECTORIES: Final = (
    None,
    None,
    r"C:\Windows\System32",
    r"C:\Windows\SysWOW64",
    r"C:\Temp",
    r"C:\Users\alice\Downloads",
    r"E:\Windows\System32",
    r"C:\WINDOW~1\System32",
    r"\\?\Volume{0a1b}\Temp",
    r"\Device\HarddiskVolume3\Windows\System32",
)
"""Where images lie: in their place, elsewhere, and where only a careless reader finds the place."""
COMMAND_LINES: Final = (
    None,
    "x",
    r"C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule",
    "svchost.exe -k DcomLaunch -p",
    'svchost.exe "-k netsvcs"',
    "dllhost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}",
    "x -Embedding \u202e\ud800",
)
_FACTS: Final[dict[str, Sequence[str | None]]] = {
    "command_line": COMMAND_LINES,
    "user": (None, "NT AUTHORITY\\SYSTEM", "CORP\\alice"),
    "integrity": (None, "System", "Medium"),
    "signer": (None, "Microsoft Windows", "ACME"),
    "original_name": (None, "svchost.exe.mui", "Cmd.Exe"),
}
HOUR: Final = timedelta(hours=1)
_WERFAULT: Final = (None, r"C:\Windows\System32\WerFault.exe", r"C:\Temp\WerFault.exe")


def times(*, start: datetime = START, span: timedelta = HOUR) -> SearchStrategy[datetime]:
    """Times from `start` on, ten seconds apart, so that crash evidence often is near enough to count."""
    step = timedelta(seconds=10)
    return st.integers(0, span // step).map(lambda steps: start + steps * step)


def names() -> SearchStrategy[str]:
    """Names of images, odd and hostile ones among them."""
    return st.one_of(st.sampled_from(PARENTS), st.text(max_size=40))


def processes(
    named: Sequence[str | None] = CHILDREN, *, pids: Sequence[int | None] = (*PIDS, None)
) -> SearchStrategy[Process]:
    """Processes with one of the names and pids given; of some a path and other facts are known."""

    def build(name: str | None, pid: int | None, directory: str | None, facts: dict[str, Any]) -> Process:
        path = None if directory is None or name is None else f"{directory}\\{name}"
        return Process(name, pid=pid, path=path, **facts)

    known = st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in _FACTS.items()})
    nothing = st.builds(dict[str, Any])
    place = st.sampled_from(DIRECTORIES)
    return st.builds(build, st.sampled_from(named), st.sampled_from(pids), place, nothing | known)


def creations(at: SearchStrategy[datetime] | None = None) -> SearchStrategy[ProcessCreated]:
    """Process creations, right and wrong, with known and unknown parents and creators."""
    named = processes(PARENTS)
    unnamed = processes(NO_NAMES)
    return st.builds(
        ProcessCreated,
        timestamp=times() if at is None else at,
        device=st.sampled_from(DEVICES),
        process=processes(CHILDREN),
        parent=st.one_of(st.none(), named, named, unnamed),
        creator=st.one_of(st.none(), st.none(), named, unnamed),
        record_id=st.one_of(st.none(), st.integers(0, 9), st.sampled_from(("a", "7"))),
    )


def plain_creations(at: SearchStrategy[datetime] | None = None) -> SearchStrategy[ProcessCreated]:
    """Creations with plain names alone, as the law of parity speaks of; record ids are far apart."""
    plain = (
        "svchost.exe",
        "SVCHOST.EXE",
        "lsass.exe",
        "csmss.exe",
        "smss.exe",
        "explorer.exe",
        "services.exe",
    )
    process = st.builds(Process, st.sampled_from(plain), pid=st.sampled_from(PIDS))
    return st.builds(
        ProcessCreated,
        timestamp=times() if at is None else at,
        device=st.sampled_from(DEVICES),
        process=process,
        parent=process,
        record_id=st.integers(0, 2**48),
    )


def clones(at: SearchStrategy[datetime] | None = None) -> SearchStrategy[ProcessCreated]:
    """Children that have their parent's own image, as the crash handler makes them."""

    def clone(name: str, pid: int, when: datetime, device: str) -> ProcessCreated:
        return ProcessCreated(
            timestamp=when, device=device, process=Process(name, pid=600), parent=Process(name, pid=pid)
        )

    when = times() if at is None else at
    return st.builds(
        clone, st.sampled_from(CHILDREN[:5]), st.sampled_from(PIDS), when, st.sampled_from(DEVICES)
    )


def threads(at: SearchStrategy[datetime] | None = None) -> SearchStrategy[RemoteThreadCreated]:
    """Remote threads by the crash handler, and by what only has its name."""
    return st.builds(
        RemoteThreadCreated,
        timestamp=times() if at is None else at,
        device=st.sampled_from(DEVICES),
        source=st.sampled_from(_WERFAULT).map(lambda path: Process("WerFault.exe", path=path)),
        target=processes(CHILDREN),
    )


def exits(at: SearchStrategy[datetime] | None = None) -> SearchStrategy[ProcessExited]:
    """Exits of processes."""
    return st.builds(
        ProcessExited,
        timestamp=times() if at is None else at,
        device=st.sampled_from(DEVICES),
        process=processes((None, *CHILDREN)),
    )


def events(at: SearchStrategy[datetime] | None = None) -> SearchStrategy[Event]:
    """Any event."""
    return st.one_of(creations(at), clones(at), threads(at), exits(at))


def rows(write: Writer = defender, event: SearchStrategy[Event] | None = None) -> SearchStrategy[Row]:
    """Rows of a telemetry source: sound events, as a writer of `parentchild.testing.rows` writes them."""
    drawn = events() if event is None else event
    return cast("SearchStrategy[Row]", drawn.map(write).filter(lambda row: row is not None))


def damaged_rows(write: Writer = defender) -> SearchStrategy[Row]:
    """Rows in which one value or more, at any depth, is something else than its column holds."""
    return rows(write).flatmap(damaged).map(lambda row: cast("Row", row))


def relations() -> SearchStrategy[Relation]:
    """Relations about few images, so that some meet the events; some expect places, arguments and more."""
    place = st.sampled_from(((), (r"C:\Windows\System32",), (r"C:\Windows\System32", r"C:\Windows\SysWOW64")))
    arguments = st.sampled_from(((), ("-k netsvcs",), ("-Embedding",)))
    name = st.sampled_from(EXPECTABLE)
    expected = st.builds(
        ExpectedImage,
        name,
        directories=place,
        arguments=arguments,
        signer=st.sampled_from((None, None, "Microsoft Windows")),
        integrity=st.sampled_from((None, None, "System")),
    )
    images = st.lists(name | expected, max_size=4)
    return st.one_of(
        st.builds(ExpectedParents, name, images, directories=place, protects_name=st.booleans()),
        st.builds(ExpectedChildren, name, images),
        st.builds(
            ExpectedLaunch,
            name,
            directories=st.just((r"C:\Windows\System32",)),
            arguments=arguments,
            bears_own_name=st.booleans(),
        ),
    )


def registries() -> SearchStrategy[RelationRegistry]:
    """Registries: those that are shipped, and new ones."""
    return st.one_of(
        st.sampled_from((DEFAULT_RELATIONS, SEED_RELATIONS)),
        st.lists(relations(), max_size=8).map(RelationRegistry),
    )


def fleets(*, hosts: int = 3, acts: int = 8) -> SearchStrategy[tuple[Event, ...]]:
    """What happens on a few simulated machines, in the order of time: coherent, unlike single `events`.

    Args:
        hosts: how many machines at most.
        acts: how many acts on each at most.
    """
    played = st.lists(st.lists(st.sampled_from(tuple(_ACTS)), max_size=acts), min_size=1, max_size=hosts)
    return played.map(_play)


def _play(acts: list[list[str]]) -> tuple[Event, ...]:
    found: list[Event] = []
    for number, sequence in enumerate(acts, start=1):
        host = Host(f"ws-{number:02}")
        for act in sequence:
            _ACTS[act](host)
        found += host.events
    return tuple(sorted(found, key=lambda event: event.timestamp))


def _spawn_with_old_pid(host: Host) -> None:
    host.exit("svchost.exe")
    host.reuse_pid()
    host.spawn("notepad.exe", parent="explorer.exe")


_ACTS: Final = MappingProxyType[str, Callable[[Host], object]](
    {
        "boot": Host.boot,
        "log on": lambda host: host.logon("alice"),
        "wait": lambda host: host.wait(timedelta(minutes=5)),
        "crash by thread": lambda host: host.crash("svchost.exe"),
        "crash by snapshot": lambda host: host.crash("spoolsv.exe", capture=Capture.SNAPSHOT),
        "clone": lambda host: host.clone("taskhostw.exe"),
        "masquerade": lambda host: host.masquerade("svchost.exe", parent="explorer.exe"),
        "spoof": lambda host: host.spoof("svchost.exe", parent="services.exe", creator="cmd.exe"),
        "inject": lambda host: host.spawn("cmd.exe", parent="lsass.exe"),
        "use a pid again": _spawn_with_old_pid,
        "lose the parent": lambda host: host.spawn("svchost.exe", parent=None),
    }
)

_DAMAGE: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**20, 10**30),
    st.floats(allow_nan=True),
    st.text(max_size=20),
    st.sampled_from(
        ("\x00", "\ud800", "svchost\u202e.exe", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00")
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.binary(max_size=5),
)


def damaged(value: object) -> SearchStrategy[object]:
    """JSON values like `value`, but with one to three others in places where they do not belong."""
    hits = st.lists(st.tuples(st.sampled_from(places(value)), _DAMAGE), min_size=1, max_size=3)

    def hit(drawn: list[tuple[Place, object]]) -> object:
        result = value
        for place, new in drawn:
            result = replaced(result, place, new)
        return result

    return hits.map(hit)
