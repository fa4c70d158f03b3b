r"""A user's own schema, described by the names of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import attrs

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event, Process
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.images import name_in
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.source import Columns, OnInvalid, Prefiltering, Row, Source, raise_invalid


@attrs.frozen(kw_only=True)
class FieldMap:
    r"""Reads rows of process creations that are in nobody's schema but the user's.

    Each argument is the name of a column. Every column that is named must be in every row that is read, with
    or without a value. A child or parent may be a base name or a full path.

    Args:
        time: when the process was created; anything that the other sources' times may be.
        device: the host.
        child: the new process's image.
        parent: the parent's image.
        pid: the new process's id, decimal or `0x...`.
        parent_pid: the parent's.
        child_path: the new process's full path, where `child` has only the base name.
        parent_path: the parent's.
        command_line: the new process's command line.
        user: the account it runs as.
        ingested: when the record reached its store.
        record_id: the record's id.

    Raises:
        InvalidArgument: a name is not text, or empty.

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

    time: str
    device: str
    child: str
    parent: str
    pid: str | None = None
    parent_pid: str | None = None
    child_path: str | None = None
    parent_path: str | None = None
    command_line: str | None = None
    user: str | None = None
    ingested: str | None = None
    record_id: str | None = None

    def __attrs_post_init__(self) -> None:
        required = {"time", "device", "child", "parent"}
        for option, column in attrs.asdict(self).items():
            if column is None and option not in required:
                continue
            if not isinstance(column, str) or not column:
                raise InvalidArgument(option, column, "must be the name of a column")

    @property
    def columns(self) -> Columns:
        """The columns that are named, for engines that filter and project."""
        named = attrs.astuple(self)
        return Columns(
            child=self.child,
            parent=self.parent,
            needed=tuple(name for name in named if name is not None),
            child_path=self.child_path,
            parent_path=self.parent_path,
            child_command_line=self.command_line,
        )

    @property
    def source(self) -> Source:
        """The source that this map describes."""
        columns = self.columns
        return Source("field map", ", ".join(columns.needed), partial(self._event, columns.needed), columns)

    def read(self, row: Row) -> Event | None:
        """Return the creation that a row tells of.

        Raises:
            InvalidEvent: columns are missing, all of which the error names, or a value is unusable.
        """
        return self.source.read(row)

    def read_many(
        self,
        rows: Iterable[Row],
        *,
        prefilter: Prefiltering | None = None,
        on_invalid: OnInvalid = raise_invalid,
    ) -> Iterator[Event]:
        """Return the creations of rows, lazily; the arguments are those of `telemetry.read_many`.

        Raises:
            InvalidEvent: a row cannot be read, and `on_invalid` raised it.
        """
        return self.source.read_many(rows, prefilter=prefilter, on_invalid=on_invalid)

    def _event(self, needed: tuple[str, ...], row: Row, prefilter: Prefiltering) -> Event | None:
        missing = [column for column in needed if column not in row]
        if missing:
            raise InvalidEvent("row", sorted(map(str, row)), f"lacks the columns {', '.join(missing)}")
        fields = Fields(row)
        if not prefilter.created(fields.raw(self.child), fields.raw(self.parent)):
            return None
        process = self._process(fields, self.child, self.child_path, self.pid)
        if self.command_line is not None or self.user is not None:
            process = attrs.evolve(
                process,
                command_line=fields.text(self.command_line) if self.command_line else None,
                user=fields.text(self.user) if self.user else None,
            )
        parent = self._process(fields, self.parent, self.parent_path, self.parent_pid)
        return Occurrence(
            timestamp=fields.timestamp(self.time),
            device=fields.identifier(self.device),
            ingested_at=fields.time(self.ingested) if self.ingested else None,
            record_id=fields.record_id(self.record_id) if self.record_id else None,
        ).created(process, parent)

    def _process(self, fields: Fields, image: str, path: str | None, pid: str | None) -> Process:
        text = fields.text(image)
        full = fields.text(path) if path else None
        return Process(
            name_in(text) or name_in(full),
            pid=fields.pid(pid) if pid else None,
            path=full or (text if name_in(text) != text else None),
        )
