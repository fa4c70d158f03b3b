"""A record of the Windows event log, taken out of whichever envelope it travelled in.

The envelope says how a record was carried, the event what it means. Envelopes give a `Record`, and the
readers of Sysmon and of the security log know nothing of envelopes.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

import attrs

from parentchild.errors import InvalidEvent
from parentchild.events import Process, ProcessCreated
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.occurrence import Occurrence
from parentchild.telemetry.plans import creation_of
from parentchild.telemetry.times import has_zone, plain_time

PROCESS_NAMES = ("Image", "NewProcessName", "ProcessName", "SourceImage")
"""The names in an event's data of which one names its process, where it is a process event."""

_SECOND = timedelta(seconds=1)


@attrs.frozen(kw_only=True)
class Header:
    """The columns in which an envelope keeps what it knows of every record, best first.

    Args:
        provider: who wrote the record.
        channel: the log it was written to.
        event_id: its number.
        computer: the host it was written on.
        times: when it was written; UTC where no zone is given.
        zoned_times: columns that hold local time unless they give a zone, and then are not read.
        record_id: its number in the log.
        ingested: when it reached its store.
    """

    provider: tuple[str, ...]
    channel: tuple[str, ...]
    event_id: tuple[str, ...]
    computer: tuple[str, ...]
    times: tuple[str, ...]
    record_id: tuple[str, ...]
    zoned_times: tuple[str, ...] = ()
    ingested: tuple[str, ...] = ()

    def among(self, columns: AbstractSet[object]) -> Header:
        """Return the header for rows with these columns: what they lack need not be looked for in each."""
        there = {
            each.name: tuple(name for name in getattr(self, each.name) if name in columns)
            for each in attrs.fields(Header)
        }
        # Where nothing is there, an error still says what should be.
        needs = {name: there[name] or getattr(self, name) for name in ("event_id", "provider", "times")}
        return Header(**(there | needs))


@attrs.define  # one for each row; a frozen class takes twice as long to build
class Record:
    """One record: the fields of its envelope, the columns in which they are, and the event's own data.

    Args:
        envelope: what the envelope says.
        header: under which columns.
        data: what the event says.
        is_truncated: whether its text was cut off, so that values may be missing.

    Attributes:
        provider: who wrote the record, in lower case; None where the envelope does not say.
    """

    envelope: Fields
    header: Header
    data: Fields
    is_truncated: bool = False
    provider: str | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        provider = self.envelope.text(*self.header.provider)
        self.provider = None if provider is None else provider.lower()

    @property
    def channel(self) -> str | None:
        """The log it was written to, in lower case."""
        channel = self.envelope.text(*self.header.channel) if self.header.channel else None
        return None if channel is None else channel.lower()

    @property
    def event_id(self) -> int | None:
        """Its number."""
        return self.envelope.number(*self.header.event_id)

    def without_number(self) -> InvalidEvent:
        """Return the error that a record has no number, without which nobody knows what it tells of."""
        return self.envelope.invalid(self.header.event_id[0], "must be the number of the event")

    def without_writer(self) -> InvalidEvent:
        """Return the error that a record may be a process event of Sysmon, and nothing in it tells."""
        reason = "must be who wrote the event: by its number it may be Sysmon's, whose columns it lacks"
        return self.envelope.invalid(self.header.provider[0], reason)

    def timestamp(self, utc: str | None = None) -> datetime:
        """Return when the record was written.

        All records of one host keep one clock that way, whoever wrote them. `utc` names the data column that
        is used where the envelope gives no time, or none that can be trusted to be UTC.

        Raises:
            InvalidEvent: there is none, or only a local time without a zone.
        """
        for column in (*self.header.times, *self.header.zoned_times):
            value = self.envelope.raw(column)
            if value is None or not has_zone(value):
                continue
            time = plain_time(value) if type(value) is str else None
            if time is not None or (time := self.envelope.time(column)) is not None:
                return time if utc is None or time.microsecond else self._finer(time, utc)
        if utc is not None and (time := self.data.time(utc)) is not None:
            return time
        if (time := self.envelope.time(*self.header.times)) is not None:
            return time
        for column in self.header.zoned_times:
            if self.envelope.text(column) is not None:
                raise self.envelope.invalid(column, "is local time without a zone")
        return self.envelope.timestamp(*self.header.times)

    def _finer(self, time: datetime, utc: str) -> datetime:
        """Return the event's own time, where the envelope's is the same but was cut to whole seconds."""
        own = self.data.time(utc)
        return own if own is not None and time <= own < time + _SECOND else time

    def creation(self, process: Process, parent: Process, utc: str | None = None) -> ProcessCreated:
        """Return the creation of a process that it tells of; `utc` is as in `timestamp`.

        Raises:
            InvalidEvent: there is no time, or only a local one; or the process has neither name nor path.
        """
        envelope, header = self.envelope, self.header
        return creation_of(
            self.timestamp(utc),
            envelope.text(*header.computer) if header.computer else None,
            process,
            parent,
            ingested_at=envelope.time(*header.ingested) if header.ingested else None,
            record_id=envelope.record_id(*header.record_id) if header.record_id else None,
        )

    def occurrence(self, utc: str | None = None) -> Occurrence:
        """Return when and where what it tells of happened; `utc` is as in `timestamp`.

        Raises:
            InvalidEvent: there is no time, or only a local one without a zone.
        """
        return Occurrence(
            timestamp=self.timestamp(utc),
            device=self.envelope.text(*self.header.computer) if self.header.computer else None,
            ingested_at=self.envelope.time(*self.header.ingested) if self.header.ingested else None,
            record_id=self.envelope.record_id(*self.header.record_id) if self.header.record_id else None,
        )
