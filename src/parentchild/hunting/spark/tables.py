"""Tables: what the columns of a Spark DataFrame are, checked before anything runs."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import Any, Final, NamedTuple

from parentchild.errors import InvalidArgument
from parentchild.hunting.frames.schemas import TableSchema, columns_read, schema_of
from parentchild.telemetry import Device, FieldMap
from parentchild.telemetry.flat import HEADER
from parentchild.telemetry.sysmoncolumns import COLUMNS as SYSMON_COLUMNS

_DEVICES: Final = {
    "Microsoft Defender": ("DeviceName", "DeviceId"),
    "Microsoft Sentinel ASIM": ("DvcFQDN", "DvcHostname", "Dvc", "DvcId"),
    "Sysmon": HEADER.computer,
    "Windows security log": HEADER.computer,
    "Endgame": ("hostname",),
    "Splunk CIM": ("dest", "host"),
    "EQL events": ("hostname", "host", "endpoint_name"),
    "Sysmon columns": SYSMON_COLUMNS.needed,  # several dozen spellings; a row says which
}
"""In which columns the flat sources name a device."""

_PIDS: Final = {
    "Microsoft Defender": ("ProcessId", "InitiatingProcessId"),
    "Microsoft Sentinel ASIM": ("TargetProcessId", "ActingProcessId"),
    "Sysmon": ("ProcessId", "ParentProcessId"),
    "Windows security log": ("NewProcessId", "ProcessId"),
    "Endgame": ("pid", "ppid"),
    "Splunk CIM": ("process_id", "parent_process_id"),
    "EQL events": ("pid", "ppid"),
}
"""In which columns they tell the pids of a started process and of its parent; an exit may have another."""


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
) -> TableSchema:
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
    schema = flat_schema(columns, source)
    if device is None and not _names_device(columns, source, schema):
        reason = "must have a column that names the device; select it, or give device="
        raise InvalidArgument("frame", columns, reason)
    return schema


def flat_schema(columns: Collection[str], source: object) -> TableSchema:
    """Return what columns are.

    Raises:
        InvalidArgument: they are of no flat source.
    """
    schema = schema_of(columns, source)
    if schema is None:
        reason = "are columns of no flat source: select nested values into columns, or give a FieldMap"
        raise InvalidArgument("frame", list(columns), reason)
    return schema


def _names_device(columns: Collection[str], source: object, schema: TableSchema) -> bool:
    if isinstance(source, FieldMap):
        return source.device is not None and (not isinstance(source.device, str) or source.device in columns)
    named = {name for each in schema.sources for name in _DEVICES.get(each.name, ())}
    return not named.isdisjoint(columns)


def read_columns(frame: Any, schema: TableSchema, device: Device | None) -> Any:  # noqa: ANN401
    """Return a frame of those columns alone that are read: all of them where a function names the device."""
    return frame.select(*map(quoted, columns_read(schema, frame.columns, device)))


class Places(NamedTuple):
    """In which columns one source tells which process started.

    Args:
        pid: the column of its pid.
        parent_pid: that of its parent's.
        devices: those of its device; the first that says something counts.
    """

    pid: str
    parent_pid: str
    devices: tuple[str, ...]


def places(schema: TableSchema, source: object) -> list[Places]:
    """Return the places of each source of a table; none if those of one are not known."""
    told: list[tuple[tuple[object, object], tuple[object, ...]]]
    if isinstance(source, FieldMap):
        told = [((source.pid, source.parent_pid), (source.device,))]
    else:
        told = [(_PIDS.get(each.name, (None, None)), _DEVICES.get(each.name, ())) for each in schema.sources]
    found: list[Places] = []
    for (pid, parent_pid), devices in told:
        named = tuple(name for name in devices if isinstance(name, str) and name in schema.names)
        if isinstance(pid, str) and isinstance(parent_pid, str) and named:
            found.append(Places(pid, parent_pid, named))
    has_columns = all(each.pid in schema.names and each.parent_pid in schema.names for each in found)
    return found if len(found) == len(told) and has_columns else []


def quoted(name: str) -> Any:  # noqa: ANN401 - a pyspark Column
    """Return a column by its name, whatever stands in it."""
    return functions().col(escaped(name))


def escaped(name: str) -> str:
    """Return a column's name as Spark's SQL takes it, whatever stands in it."""
    return "`" + name.replace("`", "``") + "`"
