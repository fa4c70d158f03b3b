"""Tables: what the columns of a Spark DataFrame are, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

import attrs

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.schemas import Kind, TableSchema, schemas_of
from parentchild.telemetry import SOURCES, Device, FieldMap
from parentchild.telemetry.flat import HEADER
from parentchild.telemetry.sysmoncolumns import COLUMNS as SYSMON_COLUMNS

_DEVICES: Final = {
    "Microsoft Defender": ("DeviceName", "DeviceId"),
    "Microsoft Sentinel ASIM": ("DvcFQDN", "DvcHostname", "Dvc", "DvcId"),
    "Sysmon": HEADER.computer,
    "Windows security log": HEADER.computer,
    "Endgame": ("hostname",),
    "Splunk CIM": ("dest", "host"),
    "Sysmon columns": SYSMON_COLUMNS.needed,  # several dozen spellings; a row says which
}
"""In which columns the flat sources name a device."""

_PIDS: Final = {
    "Microsoft Defender": {Kind.CREATION: "ProcessId"},
    "Microsoft Sentinel ASIM": {Kind.CREATION: "TargetProcessId", Kind.EXIT: "TargetProcessId"},
    "Sysmon": {Kind.CREATION: "ProcessId", Kind.EXIT: "ProcessId"},
    "Windows security log": {Kind.CREATION: "NewProcessId", Kind.EXIT: "ProcessId"},
    "Endgame": {Kind.CREATION: "pid", Kind.EXIT: "pid"},
    "Splunk CIM": {Kind.CREATION: "process_id"},
}
"""In which column they tell the pid of the process that started or exited."""


def functions() -> Any:  # noqa: ANN401 - an extra, which type checkers may not see
    """Return `pyspark.sql.functions`.

    Raises:
        ImportError: the extra `spark` is not installed.
    """
    try:
        return import_module("pyspark.sql.functions")
    except ImportError as error:
        raise ImportError("this needs PySpark: pip install 'parentchild[spark,frames]'") from error


def checked(
    frame: Any,  # noqa: ANN401 - a pyspark DataFrame
    source: object,
    device: Device | None,
    *,
    is_stream: bool,
) -> tuple[TableSchema, ...]:
    """Return what the columns of a Spark DataFrame are. Nothing runs for that.

    Raises:
        InvalidArgument: it is no Spark DataFrame, the wrong one of table and stream, of no flat source, or
            nothing in it names the device.
    """
    if not hasattr(frame, "mapInArrow") or not isinstance(getattr(frame, "isStreaming", None), bool):
        raise InvalidArgument("frame", frame, "must be a Spark DataFrame (PySpark 3.4 or newer)")
    if frame.isStreaming is not is_stream:
        reason = "is a stream: use hunt_stream" if frame.isStreaming else "is no stream: use hunt"
        raise InvalidArgument("frame", frame, reason)
    if not hasattr(source, "read_many"):
        raise InvalidArgument("source", source, "must be telemetry, one of its modules, or a FieldMap")
    columns = list(frame.columns)
    schemas = schemas_of(columns, source)
    if not schemas:
        reason = "are columns of no flat source: select nested values into columns, or give a FieldMap"
        raise InvalidArgument("frame", columns, reason)
    if device is None and not _names_device(columns, source, schemas):
        reason = "must have a column that names the device; select it, or give device="
        raise InvalidArgument("frame", columns, reason)
    return schemas


def _names_device(columns: Iterable[str], source: object, schemas: tuple[TableSchema, ...]) -> bool:
    if isinstance(source, FieldMap):
        return source.device is not None and (not isinstance(source.device, str) or source.device in columns)
    named = {name for schema in schemas for name in _DEVICES.get(schema.name, ())}
    return not named.isdisjoint(columns)


def read_columns(frame: Any, schemas: tuple[TableSchema, ...], device: Device | None) -> Any:  # noqa: ANN401
    """Return a frame of those columns alone that are read: all of them where a function names the device."""
    if callable(device):
        return frame
    wanted = {name.partition(".")[0] for schema in schemas for name in schema.columns.needed}
    for each in SOURCES:  # by these a row is recognised
        marks = each.marks
        wanted.update(name for group in marks.needs for name in group)
        wanted.update((*marks.own, *marks.without, *marks.looks_at))
    return frame.select(*(quoted(name) for name in frame.columns if name in wanted))


def quoted(name: str) -> Any:  # noqa: ANN401 - a pyspark Column
    """Return a column by its name, whatever stands in it."""
    return functions().col(escaped(name))


def escaped(name: str) -> str:
    """Return a column's name as Spark's SQL takes it, whatever stands in it."""
    return "`" + name.replace("`", "``") + "`"


@attrs.frozen(kw_only=True)
class Starts:
    """Rows of a table that tell of starts or exits.

    Args:
        condition: is true for them; None where every row is one.
        pid: the column of the pid, None where it is not known.
    """

    condition: Any
    pid: str | None


def starts_in(
    columns: Iterable[str], schemas: tuple[TableSchema, ...], actions: Iterable[object], source: object
) -> list[Starts]:
    """Return which rows of a table tell of starts and exits, by schema and kind.

    Args:
        columns: the columns of the table.
        schemas: what its rows are.
        actions: every value of its action column.
        source: what reads them.
    """
    names, values = frozenset(columns), list(actions)
    found: list[Starts] = []
    for schema in schemas:
        action = schema.columns.action
        for kind in (Kind.CREATION, Kind.EXIT):
            pid = _PIDS.get(schema.name, {}).get(kind)
            if isinstance(source, FieldMap):
                pid = source.pid if isinstance(source.pid, str) else None
            pid = pid if pid in names else None
            if action is None:
                if kind is Kind.CREATION:
                    found.append(Starts(condition=None, pid=pid))
                continue
            of_kind = [value for value in values if value is not None and schema.kind(value) is kind]
            if of_kind:
                found.append(Starts(condition=quoted(action).isin(of_kind), pid=pid))
    return found
