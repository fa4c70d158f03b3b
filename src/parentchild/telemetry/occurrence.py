"""What every event has, whichever kind it is of: when, where, and what the store says of its record."""

from __future__ import annotations

from datetime import datetime

import attrs

from parentchild.errors import InvalidEvent
from parentchild.events import (
    Process,
    ProcessCreated,
    ProcessExited,
    RemoteThreadCreated,
    checked_creation,
)
from parentchild.telemetry.images import process_if_known
from parentchild.windows.placeholders import is_of_a_cell


@attrs.frozen(kw_only=True)
class Occurrence:
    """When and where something happened; makes the event once it is known what.

    Args:
        timestamp: when, in UTC.
        device: the host, `""` where the source names none.
        ingested_at: when the record reached its store, in UTC.
        record_id: the source's id of the record.
    """

    timestamp: datetime
    device: str | None
    ingested_at: datetime | None = None
    record_id: str | int | None = None

    def created(
        self,
        process: Process,
        parent: Process,
        *,
        creator: Process | None = None,
        grandparent: Process | None = None,
        from_snapshot: bool = False,
    ) -> ProcessCreated:
        """Return the creation of `process`; a parent of which nothing is known becomes None.

        Args:
            process: the new process.
            parent: the parent that Windows declares.
            creator: who made the call, where that is known.
            grandparent: the parent's parent.
            from_snapshot: whether a list of running processes tells of it.

        Raises:
            InvalidEvent: the new process has neither a name nor a path, or several in one text.
        """
        check_named(process)
        return checked_creation(
            self.timestamp,
            self.device or "",
            process,
            process_if_known(parent),
            None if grandparent is None else process_if_known(grandparent),
            self.ingested_at,
            self.record_id,
            creator,
            from_snapshot=from_snapshot,
        )

    def exited(self, process: Process) -> ProcessExited:
        """Return the exit of `process`.

        Raises:
            InvalidEvent: nothing is known of it.
        """
        _check_known(process)
        return ProcessExited(
            timestamp=self.timestamp,
            device=self.device or "",
            process=process,
            ingested_at=self.ingested_at,
            record_id=self.record_id,
        )

    def thread(self, source: Process, target: Process) -> RemoteThreadCreated:
        """Return the creation of a thread by `source` in `target`."""
        return RemoteThreadCreated(
            timestamp=self.timestamp,
            device=self.device or "",
            source=source,
            target=target,
            ingested_at=self.ingested_at,
            record_id=self.record_id,
        )


def check_named(process: Process) -> None:
    """Refuse a new process that has no name, or several in one text.

    Raises:
        InvalidEvent: it has neither a name nor a path, or several in one text.
    """
    name, path = process.name, process.path
    if name is None and path is None:
        raise InvalidEvent("process", None, "has neither name nor path in the row")
    if is_of_a_cell(name) or is_of_a_cell(path):
        reason = "has a list, an object or several values where its name or path should be"
        raise InvalidEvent("process", name if is_of_a_cell(name) else path, reason)


def _check_known(process: Process) -> None:
    if process.name is None and process.path is None and process.pid is None:
        raise InvalidEvent("process", None, "has no name, path or pid in the row")
