r"""A user's own schema, described by the names of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from functools import partial

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event, Process
from parentchild.telemetry.counts import RowCounts
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.nested import reached
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import (
    Columns,
    Device,
    Held,
    OnInvalid,
    Outcome,
    Prefiltering,
    Row,
    Source,
    raise_invalid,
)


@attrs.frozen
class Constant:
    """A value that is the same for all rows, in place of a column.

    Args:
        value: the value.

    >>> ours = FieldMap(time="at", child="image", parent="by", device=Constant("ws-1"))
    >>> ours.read({"at": "2024-06-10T10:30:00Z", "image": "svchost.exe", "by": "explorer.exe"}).device
    'ws-1'
    """

    value: object


@attrs.frozen(kw_only=True)
class FieldMap:
    r"""Reads rows of process creations that are in nobody's schema but the user's.

    Each argument is the name of a column, or a `Constant`. A column may be dotted, `process.parent.name`:
    then it is looked for under that very name, and within objects.

    Every column that is named must be in every row
    that is read, with or without a value; of dotted ones only those of the time and the child. A child or
    parent may be a base name or a full path.

    Args:
        time: when the process was created; anything that the other sources' times may be.
        device: the host; None where rows do not name it.
        child: the new process's image.
        parent: the parent's image; None where rows have only its pid.
        pid: the new process's id, decimal or `0x...`.
        parent_pid: the parent's.
        child_path: the new process's full path, where `child` has only the base name.
        parent_path: the parent's.
        command_line: the new process's command line.
        parent_command_line: the parent's.
        user: the account it runs as.
        ingested: when the record reached its store.
        record_id: the record's id.

    Raises:
        InvalidArgument: a name is not text, or empty; or nothing names the parent.

    >>> ours = FieldMap(time="at", device="box", child="image", parent="started_by", parent_pid="ppid")
    >>> row = {"at": "2024-06-10T10:30:00Z", "box": "ws-1", "image": r"C:\Temp\svchost.exe",
    ...        "started_by": "explorer.exe", "ppid": 1337}
    >>> event = ours.read(row)
    >>> event.process.name, event.parent.pid
    ('svchost.exe', 1337)
    >>> ours.read({"at": "2024-06-10T10:30:00Z", "image": "svchost.exe", "ppid": 1})
    Traceback (most recent call last):
        ...
    parentchild.errors.InvalidEvent: row = ['at', 'image', 'ppid']: lacks the columns box, started_by
    """

    time: str | Constant
    device: str | Constant | None = None
    child: str | Constant
    parent: str | Constant | None = None
    pid: str | Constant | None = None
    parent_pid: str | Constant | None = None
    child_path: str | Constant | None = None
    parent_path: str | Constant | None = None
    command_line: str | Constant | None = None
    parent_command_line: str | Constant | None = None
    user: str | Constant | None = None
    ingested: str | Constant | None = None
    record_id: str | Constant | None = None

    def __attrs_post_init__(self) -> None:
        for option, column in attrs.asdict(self, recurse=False).items():
            if column is None and option not in {"time", "child"}:
                continue
            if not isinstance(column, Constant) and (not isinstance(column, str) or not column):
                raise InvalidArgument(option, column, "must be the name of a column, or a Constant")
        if self.parent is None and self.parent_path is None and self.parent_pid is None:
            raise InvalidArgument("parent", None, "must be the name of a column, or give parent_pid")

    @property
    def columns(self) -> Columns:
        """The columns that are named, for engines that filter and project."""
        return Columns(
            child=_column(self.child) or _column(self.child_path) or "",
            parent=_column(self.parent) or _column(self.parent_path) or _column(self.parent_pid) or "",
            needed=self._named,
            child_path=_column(self.child_path),
            parent_path=_column(self.parent_path),
            child_command_line=_column(self.command_line),
            parent_command_line=_column(self.parent_command_line),
        )

    @property
    def source(self) -> Source:
        """The source that this map describes."""
        named = self._named
        time = _column(self.time)
        return Source(
            "field map",
            Marks(tuple((name,) for name in named)),
            partial(self._event, named),
            self.columns,
            time=time,
            local_times=() if time is None else (time,),
        )

    def read(self, row: Row | str | bytes) -> Event | None:
        """Return the creation that a row tells of.

        Raises:
            InvalidEvent: columns are missing, all of which the error names, or a value is unusable.
        """
        return self.source.read(row)

    def read_many(
        self,
        rows: Iterable[Row | str | bytes],
        *,
        prefilter: Prefiltering | None = None,
        on_invalid: OnInvalid = raise_invalid,
        device: Device | None = None,
        zone: tzinfo | None = None,
        counts: RowCounts | None = None,
    ) -> Iterator[Event]:
        """Return the creations of rows, lazily; the arguments are those of `telemetry.read_many`.

        Raises:
            InvalidEvent: a row cannot be read, and `on_invalid` raised it.
            InvalidArgument: an option has a wrong value.
        """
        return self.source.read_many(
            rows, prefilter=prefilter, on_invalid=on_invalid, device=device, zone=zone, counts=counts
        )

    @property
    def _named(self) -> tuple[str, ...]:
        return tuple(name for value in attrs.astuple(self, recurse=False) if (name := _column(value)))

    def _event(self, needed: tuple[str, ...], row: Row, prefilter: Prefiltering) -> Outcome:
        missing = [column for column in needed if column not in row and not self._may_lack(row, column)]
        if missing:
            raise InvalidEvent("row", sorted(map(str, row)), f"lacks the columns {', '.join(missing)}")
        values = {
            option: value.value if isinstance(value, Constant) else reached(row, value)
            for option, value in attrs.asdict(self, recurse=False).items()
            if value is not None
        }
        fields = _Named(values, self)
        if not prefilter.created(fields.raw("child", "child_path"), fields.raw("parent", "parent_path")):
            return Held.START
        process = attrs.evolve(
            self._process(fields, "child", "child_path", "pid"),
            command_line=fields.secondary.text("command_line"),
            user=fields.secondary.text("user"),
        )
        parent = attrs.evolve(
            self._process(fields, "parent", "parent_path", "parent_pid"),
            command_line=fields.secondary.text("parent_command_line"),
        )
        return Occurrence(
            timestamp=fields.timestamp("time"),
            device=fields.identifier("device"),
            ingested_at=fields.time("ingested"),
            record_id=fields.secondary.record_id("record_id"),
        ).created(process, parent)

    def _may_lack(self, row: Row, column: str) -> bool:
        if "." not in column:
            return False
        return column not in {self.time, self.child} or reached(row, column) is not None

    def _process(self, fields: Fields, image: str, path: str, pid: str) -> Process:
        text, full = fields.path(image), fields.path(path)
        return Process(
            name_in(text) or name_in(full),
            pid=fields.pid(pid),
            path=full or (text if name_in(text) != text else None),
        )


class _Named(Fields):
    """Values by the argument that names their column; an error names the column."""

    __slots__ = ("_map",)

    def __init__(self, values: Row, fieldmap: FieldMap) -> None:
        super().__init__(values)
        self._map = fieldmap

    def _name(self, column: str) -> str:
        return _column(getattr(self._map, column)) or column


def _column(value: object) -> str | None:
    return value if isinstance(value, str) else None
