r"""Volatility's pslist and pstree: a snapshot of the processes in a memory image.

`PPID` is the parent. Its name is in another row of the same image, or nowhere: wininit, csrss, winlogon and
explorer outlive the process that started them, and a parent that is not in the list is unknown, not wrong. A
row alone gives the parent's pid; `read_many` looks its name up in the whole list.

The kernel keeps 14 characters of a name. A name of that length is completed when exactly one image that the
default relations know begins with it; otherwise it stays as it is.

>>> event = read({"PID": 4116, "PPID": 824, "ImageFileName": "RuntimeBroker.",
...               "CreateTime": "2024-06-10 10:30:00 UTC"})
>>> event.process.name, event.parent.name, event.parent.pid
('RuntimeBroker.exe', None, 824)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache

import attrs

from parentchild.catalog import DEFAULT_RELATIONS
from parentchild.errors import InvalidEvent
from parentchild.events import Event, Process, ProcessCreated
from parentchild.relations.relation import ExpectedParents
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.nested import as_list, as_object
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import OnInvalid, Prefiltering, Row, Source, checked, raise_invalid
from parentchild.windows.names import fold

_KEPT = 14
_WITHIN = "__children"


@attrs.frozen
class _Listed:
    """A process of the list, and how long it lived."""

    event: ProcessCreated
    exited_at: datetime | None

    def may_have_started(self, child: ProcessCreated) -> bool:
        """Tell whether it was there when `child` started: had it started later, its pid was another's."""
        started = self.event.timestamp
        gone = self.exited_at is not None and self.exited_at < child.timestamp
        return started <= child.timestamp and not gone and self.event is not child


def read_many(
    rows: Iterable[Row],
    *,
    prefilter: Prefiltering | None = None,
    on_invalid: OnInvalid = raise_invalid,
    device: str = "",
) -> Iterator[Event]:
    """Return the creations of the processes of one image, each with its parent's name where the list has it.

    The parent is the row with its pid that started last before the child and had not exited by then; when
    there is none, only its pid is known. The list is read whole first, since a parent may be anywhere in it,
    and in a tree (`__children`) the rows within rows are read too.

    Args:
        rows: the rows of one image.
        prefilter: what could matter; it is asked once the parents are known.
        on_invalid: what to do with a row that cannot be read; rows are counted as they come, a tree's from
            the top down.
        device: the host that the image was taken of, which the list does not name.

    Raises:
        InvalidEvent: a row cannot be read, and `on_invalid` raised it.

    Cost: memory in proportion to the list.
    """
    listed: dict[int | None, list[_Listed]] = defaultdict(list)
    children: list[ProcessCreated] = []
    for index, row in enumerate(_flattened(rows)):
        try:
            fields = Fields(checked(row))
            entry = _Listed(_creation(fields, device), fields.time("ExitTime"))
        except InvalidEvent as error:  # noqa: PERF203 - one bad row must not end the list
            on_invalid(index, error)
        else:
            listed[entry.event.process.pid].append(entry)
            children.append(entry.event)
    for child in children:
        event = _with_parent(child, listed)
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


def _with_parent(child: ProcessCreated, listed: Mapping[int | None, list[_Listed]]) -> ProcessCreated:
    if child.parent is None:
        return child
    candidates = [each for each in listed.get(child.parent.pid, ()) if each.may_have_started(child)]
    if not candidates:
        return child
    parent = max(candidates, key=lambda each: each.event.timestamp)
    return attrs.evolve(child, parent=parent.event.process)


def _event(row: Row, prefilter: Prefiltering) -> Event | None:
    fields = Fields(row)
    if row.get(_WITHIN):
        raise fields.invalid(_WITHIN, "holds rows within the row: a tree is read by pslist.read_many")
    return _creation(fields, "") if prefilter.created(fields.raw("ImageFileName"), None) else None


def _creation(fields: Fields, device: str) -> ProcessCreated:
    path = fields.text("Path", "Audit")
    started = fields.timestamp("CreateTime")
    process = Process(
        name_in(path) or _completed(fields.text("ImageFileName")),
        pid=fields.pid("PID"),
        path=path,
        command_line=fields.text("Cmd"),
        started_at=started,
        session=fields.session("SessionId"),
    )
    return Occurrence(timestamp=started, device=device).created(
        process, Process(None, pid=fields.pid("PPID"))
    )


def _completed(name: str | None) -> str | None:
    if name is None or len(name) != _KEPT:
        return name
    longer = _known_names().get(fold(name), ())
    return name + longer[0][_KEPT:] if len(longer) == 1 else name


@cache
def _known_names() -> Mapping[str, tuple[str, ...]]:
    """The names that the default relations know, by their first 14 characters."""
    names: dict[str, set[str]] = defaultdict(set)
    for relation in DEFAULT_RELATIONS.relations:
        if isinstance(relation, ExpectedParents):
            subject, images = relation.child, relation.parents
        else:
            subject, images = relation.parent, relation.children
        for name in (subject, *(image.name for image in images)):
            names[name[:_KEPT]].add(name)
    return {cut: tuple(sorted(full)) for cut, full in names.items()}


SOURCE = Source("Volatility pslist", "PID and PPID", _event)
read = SOURCE.read
