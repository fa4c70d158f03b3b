"""Started: the rows of a frame that tell what some processes were, and what copies of their parents started.

Most copies have started nothing, and to give whole rows an engine may have to read all of its columns. So it
is asked first which copies have started anything, in the few columns that tell. That and the rows are three
questions at most, however many copies there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from parentchild.errors import InvalidEvent
from parentchild.hunting.frames import eager, filtering, lazy
from parentchild.hunting.frames.counting import collected, distinct
from parentchild.hunting.frames.expressions import any_of, is_one_of
from parentchild.hunting.frames.schemas import Key, TableSchema, TableSource, known
from parentchild.hunting.frames.selection import Row, refuse_if_over
from parentchild.hunting.frames.wanted import Processes, Wanted
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import Device
from parentchild.telemetry.fields import Fields
from parentchild.windows.names import image_name
from parentchild.windows.placeholders import missing_name


def rows(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    prefilter: Prefilter,
    wanted: Wanted,
    most: int,
    device: Device | None,
) -> Iterable[Row]:
    """Return the rows of the processes that are wanted, of a frame of one source whose columns tell pids.

    Raises:
        InvalidArgument: there are too many.
    """
    [source] = schema.sources
    of_process, of_parent = source.pids
    copies = _that_started(nw, frame, schema, wanted, most)
    own = wanted.starters | copies
    matters = any_of([_has_pid(nw, of_process, own), _has_pid(nw, of_parent, copies)])
    if matters is None:
        return ()
    is_lazy = hasattr(frame, "collect")
    found = lazy.taken(nw, frame, schema, matters, most, device) if is_lazy else frame.filter(matters)
    refuse_if_over(len(found), most)
    lists: dict[str, list[object]] = {}

    def column(name: str) -> list[object]:
        if name not in lists:
            lists[name] = found[name].to_list()
        return lists[name]

    positions = filtering.exactly(schema, prefilter, column, len(found))
    devices = list(_devices(schema, source, column, len(found)))
    pids, parents = column(of_process), column(of_parent)
    return eager.chunks(
        found,
        [
            at
            for at in positions
            if devices[at] is None or (devices[at], pids[at]) in own or (devices[at], parents[at]) in copies
        ],
    )


def _that_started(
    nw: Any,  # noqa: ANN401
    frame: Any,  # noqa: ANN401
    schema: TableSchema,
    wanted: Wanted,
    most: int,
) -> Processes:
    """Return the copies that started anything, by the device, pid and name that rows give as their parent's.

    A pid is somebody's on every device, so an engine is first asked for the names that go with it, which are
    few however many rows there are.

    Raises:
        InvalidArgument: too many rows name such a pid and name.
    """
    [source] = schema.sources
    of_parent, named = source.pids[1], source.columns.parent
    matters = _has_pid(nw, of_parent, wanted.copies)
    if matters is None:
        return frozenset()
    if hasattr(frame, "collect"):
        seen = distinct(nw, frame.filter(matters), named)
        names = [parent for parent in seen if _may_be(parent, wanted.names)]
        if not names:
            return frozenset()
        matters &= is_one_of(nw, named, names)
    devices = (each for each in source.devices if each in schema.names)
    lists = _lists(frame, matters, tuple(dict.fromkeys((of_parent, named, *devices))), most)
    pids = lists[of_parent]
    found: set[tuple[str, int | None]] = set()
    for pid, parent, device in zip(
        pids, lists[named], _devices(schema, source, lists.__getitem__, len(pids)), strict=True
    ):
        if device is None:
            found.update(each for each in wanted.copies if each[1] == pid)
        elif (device, pid) in wanted.copies and _may_be(parent, wanted.names):
            found.add((device, int(pid)))
    return frozenset(found)


def _lists(frame: Any, matters: Any, names: tuple[str, ...], most: int) -> dict[str, list[Any]]:  # noqa: ANN401
    """Return some columns of the rows for which an expression is true; no other column is touched.

    Raises:
        InvalidArgument: there are too many rows.
    """
    if hasattr(frame, "collect"):
        told = collected(frame.filter(matters).select(*names), most + 1)
    else:
        mask = frame.select(matters.alias(names[0]))[names[0]].fill_null(value=False)
        told = {name: frame[name].filter(mask) for name in names}
    refuse_if_over(len(told[names[0]]), most)
    return {name: told[name].to_list() for name in names}


def _has_pid(nw: Any, name: str, processes: Processes) -> Any:  # noqa: ANN401
    """Return an expression for rows with the pid of one of some processes; None where there is none."""
    pids = sorted({pid for _, pid in processes if pid is not None})
    return is_one_of(nw, name, pids) if pids else None


def _devices(
    schema: TableSchema, source: TableSource, column: Callable[[str], Sequence[object]], size: int
) -> Iterator[str | None]:
    """Yield the device of each row, None for one whose columns tell none: the caller may name it."""
    names = [name for name in source.devices if name in schema.names]
    seen: dict[Key, str | None] = {}
    rows: Iterable[Key] = zip(*map(column, names), strict=True) if names else repeat((), size)
    for told in rows:
        try:
            device = seen[told]
        except KeyError:
            device = seen[told] = _device(dict(zip(names, map(known, told), strict=True)))
        except TypeError:  # not hashable, so no text
            device = None
        yield device


def _device(told: Row) -> str | None:
    try:
        return Fields(told).text(*told)
    except InvalidEvent:  # which its reader reports
        return None


def _may_be(parent: object, names: Collection[str]) -> bool:
    return not isinstance(parent, str) or missing_name(parent) is not None or image_name(parent) in names
