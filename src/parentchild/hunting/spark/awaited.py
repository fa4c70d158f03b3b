"""Awaited: what Spark is asked for to find the rows of the processes that devices wait for.

A pid means another process on each device, and on a large fleet each pid is somebody's. So rows are
compared by device and pid together, in the JVM, in one pass over the table. A row whose device or pid is not
plain passes, and its reader says what it means.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from parentchild.errors import InvalidEvent
from parentchild.hunting.frames.engines import spellings
from parentchild.hunting.spark.executors import Deferred, Processes
from parentchild.hunting.spark.tables import Places, escaped
from parentchild.telemetry.fields import NOTHING, Fields

_INTEGRAL: Final = frozenset({"tinyint", "smallint", "int", "bigint"})
"""Spark's names of whole numbers."""


def can_tell(frame: Any, told: Iterable[Places]) -> bool:  # noqa: ANN401 - a pyspark DataFrame
    """Tell whether the columns of device and pids are of kinds that can be compared."""
    kinds = dict(frame.dtypes)
    devices = {kinds[name] for each in told for name in each.devices}
    pids = {kinds[name] for each in told for name in (each.pid, each.parent_pid)}
    return bool(devices) and devices <= {"string"} and pids <= {"string", *_INTEGRAL}


def tells_of(frame: Any, places: Places, deferred: Deferred) -> str:  # noqa: ANN401 - a pyspark DataFrame
    """Return the SQL condition for rows that may start or end an awaited process, or be started by a copy.

    Args:
        frame: the whole table; it can tell.
        places: where its rows tell device and pids.
        deferred: what is awaited; its processes are named.
    """
    kinds = dict(frame.dtypes)
    told = (f"nullif({escaped(name)}, '')" for name in places.devices)
    device = f"coalesce({', '.join(told)})"
    parts = [
        f"NOT ({_is_plain(device)})",
        _is_odd(kinds, places.pid),
        _is_of(frame, kinds, places.pid, device, deferred.processes or frozenset()),
    ]
    if deferred.copies:
        parts.append(_is_odd(kinds, places.parent_pid))
        parts.append(_is_of(frame, kinds, places.parent_pid, device, deferred.copies))
    return f"({' OR '.join(f'coalesce({each}, true)' for each in parts)})"


def _is_plain(device: str) -> str:
    """Return the condition for devices whose names a reader takes as they are, whatever a table did to them.

    No text in it needs escaping, since sessions differ in how that is done.
    """
    nothing = ", ".join(sorted({f"'{each.lower()}'" for each in NOTHING if _can_be_written(each)}))
    return (
        f"instr({device}, chr(92)) = 0 AND NOT {_is_marked(device)} AND {device} rlike '[A-Za-z0-9]' "
        f"AND lower({device}) NOT IN ({nothing})"
    )


def _is_marked(column: str) -> str:
    """Return the condition for texts with an apostrophe or an equals sign: a table may have added it."""
    return f"(instr({column}, chr(39)) > 0 OR instr({column}, chr(61)) > 0)"


def _can_be_written(text: str) -> bool:
    return "\\" not in text and "'" not in text


def _is_odd(kinds: dict[str, str], name: str) -> str:
    """Return the condition for rows that tell no pid in a column, so that another may, or in an odd way."""
    column = escaped(name)
    if kinds[name] in _INTEGRAL:
        return f"{column} IS NULL"
    return f"({column} IS NULL OR NOT {column} rlike '[0-9]' OR {_is_marked(column)})"


def _is_of(frame: Any, kinds: dict[str, str], name: str, device: str, processes: Processes) -> str:  # noqa: ANN401
    """Return the condition for rows of these processes, by their device and the pid in one column."""
    by_pid: dict[int, list[str]] = {}
    for on, pid in processes:
        if pid is not None and _can_be_written(on):
            by_pid.setdefault(pid, []).append(on)
    if not by_pid:
        return "false"
    column = escaped(name)
    if kinds[name] in _INTEGRAL:
        spelled: Iterable[tuple[object, int]] = ((pid, pid) for pid in by_pid)
    else:
        spelled = ((each, pid) for each in spellings(frame, name) if (pid := _pid(each)) in by_pid)
    keys = sorted(
        {f"'{on} {each}'" for each, pid in spelled for on in by_pid[pid] if _can_be_written(str(each))}
    )
    return f"concat({device}, ' ', {column}) IN ({', '.join(keys)})" if keys else "false"


def _pid(value: object) -> int:
    try:
        pid = Fields({"pid": value}).pid("pid")
    except InvalidEvent:
        pid = None
    return -1 if pid is None else pid
