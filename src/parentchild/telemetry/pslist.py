r"""Volatility's pslist, psscan and pstree: a snapshot of the processes in a memory image.

`PPID` is the parent. Its name is in another row of the same image, or nowhere; `snapshot` says more. A row
alone gives the parent's pid; `read_many` looks its name up in the whole list.

Name and path are the kernel's own where it has them, which are `ImageFileName` and `Audit`. `Path` and
`Cmd` lie in the process's memory, where the process can change them: `Path` is read only where it says the
same name as the kernel. The kernel keeps 14 characters of a name. A name of that length is completed by a
path that begins so, or when exactly one image that the default relations know does; otherwise it stays as
it is.

>>> event = read({"PID": 4116, "PPID": 824, "ImageFileName": "RuntimeBroker.",
...               "CreateTime": "2024-06-10 10:30:00 UTC"})
>>> event.process.name, event.parent.name, event.parent.pid
('RuntimeBroker.exe', None, 824)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from functools import cache

from parentchild.catalog import DEFAULT_RELATIONS, spelled
from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process, ProcessCreated
from parentchild.telemetry.counts import RowCounts
from parentchild.telemetry.fields import NOTHING, Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.nested import as_list, as_object
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.snapshot import Listed, completed
from parentchild.telemetry.source import (
    Device,
    Held,
    OnInvalid,
    Outcome,
    Prefiltering,
    Reading,
    Row,
    Source,
    checked,
    raise_invalid,
)
from parentchild.windows.names import fold

_KEPT = 14
_WITHIN = "__children"
_NAMES = ("ImageFileName", "Name")
_STARTED = ("CreateTime", "Start", "Time created", "Time", "Create Time")
_EXITED = ("ExitTime", "Exit", "Time exited", "Exit Time")
_TREE = re.compile(r"^[.\s]*(?:0x[0-9a-fA-F]+:)?")
"""What Volatility 2 writes before a name in a tree."""
_NOTHING = NOTHING | {"------", "Disabled"}


def read_many(
    rows: Iterable[Row],
    *,
    prefilter: Prefiltering | None = None,
    on_invalid: OnInvalid = raise_invalid,
    device: Device | None = None,
    zone: tzinfo | None = None,
    counts: RowCounts | None = None,
) -> Iterator[Event]:
    """Return the creations of the processes of one image, each with its parent's name where the list has it.

    The list is read whole first, since a parent may be anywhere in it, and in a tree (`__children`) the rows
    within rows are read too. Where it shows that the image is of Windows XP, the events say so.

    Args:
        rows: the rows of one image.
        prefilter: what could matter; it is asked once the parents are known.
        on_invalid: what to do with a row that cannot be read; rows are counted as they come, a tree's from
            the top down.
        device: the host that the image was taken of, which the list does not name.
        zone: the zone of times without one; without it they are UTC.
        counts: is told what became of each row.

    Raises:
        InvalidEvent: a row cannot be read, and `on_invalid` raised it.

    Cost: memory in proportion to the list.
    """
    reading = Reading(device=device, zone=zone)
    listed: list[Listed] = []
    of = None if counts is None else counts.of(SOURCE.name)
    for index, row in enumerate(_flattened(rows)):
        try:
            fields = Fields(reading.localised(checked(row), SOURCE), nothing=_NOTHING)
            event = reading.completed(_creation(fields), row)
            if isinstance(event, ProcessCreated):
                listed.append(Listed(event, fields.time(*_EXITED)))
        except InvalidEvent as error:  # noqa: PERF203 - one bad row must not end the list
            if of is not None:
                of.unreadable += 1
            on_invalid(index, error)
        else:
            if of is not None:
                of.starts += 1
    for event in completed(listed):
        parent = event.parent
        if prefilter is None or prefilter.created(
            event.process.name, None if parent is None else parent.name
        ):
            yield event


def _flattened(rows: Iterable[Row]) -> Iterator[object]:
    for row in rows:
        waiting: list[object] = [row]
        while waiting:
            each = waiting.pop()
            yield each
            node = as_object(each)
            within = None if node is None else as_list(node.get(_WITHIN))
            if within is not None:
                waiting.extend(reversed(within))


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row, nothing=_NOTHING)
    if row.get(_WITHIN):
        raise fields.invalid(_WITHIN, "holds rows within the row: a tree is read by pslist.read_many")
    # It is asked about the whole name, not the part that the kernel keeps, nor with the mark of a tree.
    # Nobody's parent is in the row, so only what the whole list says can settle whether it matters.
    return _creation(fields) if prefilter.created(_image(fields)[0], None) else Held.START


def _creation(fields: Fields) -> ProcessCreated:
    name, path = _image(fields)
    started = fields.timestamp(*_STARTED)
    process = Process(
        name,
        pid=fields.pid("PID", "Pid"),
        path=path,
        command_line=fields.secondary.command_line("Cmd", "CommandLine"),
        started_at=started,
        session=fields.session("SessionId", "Sess"),
    )
    parent = Process(None, pid=fields.secondary.pid("PPID", "PPid"))
    return Occurrence(timestamp=started, device=None).created(process, parent, from_snapshot=True)


def _image(fields: Fields) -> tuple[str | None, str | None]:
    """Return name and path: the kernel's own, and what the process says only where it says the same."""
    kept = fields.text(*_NAMES)
    if kept is not None:
        kept = _TREE.sub("", kept, count=1)
    for column in ("Audit", "Path"):
        path = fields.secondary.path(column)
        name = name_in(path)
        if name is not None and (not kept or _is_kept_of(kept, name)):
            return name, path
    return _completed(kept), None


def _is_kept_of(kept: str, name: str) -> bool:
    """Tell whether the kernel would keep `kept` of a name: all of it, or its first 14 characters."""
    return fold(kept) == fold(name) or (len(kept) >= _KEPT and fold(name).startswith(fold(kept)))


def _completed(name: str | None) -> str | None:
    if name is None or len(name) != _KEPT:
        return name
    longer = _known_names().get(fold(name), ())
    if len(longer) != 1:
        return name
    return name + spelled(longer[0])[_KEPT:]


@cache
def _known_names() -> Mapping[str, tuple[str, ...]]:
    """The names that the default relations know, by their first 14 characters."""
    names: dict[str, set[str]] = defaultdict(set)
    for name in DEFAULT_RELATIONS.compiled.known_names:
        names[name[:_KEPT]].add(name)
    return {cut: tuple(sorted(full)) for cut, full in names.items()}


SOURCE = Source(
    "Volatility pslist",
    Marks(
        needs=(("PID", "Pid"), ("PPID", "PPid"), _NAMES, _STARTED),
        own=(
            *("Offset(V)", "Offset(P)", "Offset", "Threads", "Handles", "SessionId", "Wow64", "File output"),
            *("Audit", "Cmd", "Path", "Thds", "Hnds", "Sess", "PDB", "TreeDepth", "__children", *_EXITED),
        ),
    ),
    _event,
    local_times=(*_STARTED, *_EXITED),
)
read = SOURCE.read
