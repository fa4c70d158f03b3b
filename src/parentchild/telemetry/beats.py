"""Envelopes of Winlogbeat and Elastic Agent: `event_data` in version 6, `winlog.event_data` in ECS."""

from __future__ import annotations

from parentchild.telemetry.fields import Fields
from parentchild.telemetry.record import PROCESS_NAMES, Header, Record
from parentchild.telemetry.source import Row

_SIX = Header(
    provider=("source_name", "provider_name"),
    channel=("log_name", "channel"),
    event_id=("event_id",),
    computer=("computer_name", "computer", "host"),
    times=("@timestamp", "timestamp"),
    record_id=("record_number", "record_id"),
)
_ECS = Header(
    provider=("winlog.provider_name",),
    channel=("winlog.channel",),
    event_id=("winlog.event_id", "event.code"),
    computer=("winlog.computer_name", "host.name"),
    times=("@timestamp",),
    record_id=("winlog.record_id",),
    ingested=("event.ingested", "event.created"),
)


def is_winlogbeat_6(row: Row) -> bool:
    """Tell whether a row is one of Winlogbeat 6."""
    return "event_data" in row and "event_id" in row


def from_winlogbeat_6(row: Row) -> Record:
    """Return the record of a row of Winlogbeat 6.

    Raises:
        InvalidEvent: its event data are no object.
    """
    fields = Fields(row)
    return Record(fields, _SIX, fields.within("event_data"))


def from_ecs(row: Row) -> Record | None:
    """Return the record of a row in ECS, None when its event data have been moved to `process.*`.

    Raises:
        InvalidEvent: a part of it is no object.
    """
    fields = Fields(row)
    winlog = fields.within("winlog")
    data = winlog.within("event_data")
    if not any(data.has(name) for name in PROCESS_NAMES):
        return None
    event, host = fields.within("event"), fields.within("host")
    envelope = {
        **{column: winlog.raw(column.partition(".")[2]) for column in _WINLOG},
        "host.name": host.raw("name"),
        "event.code": event.raw("code"),
        "event.ingested": event.raw("ingested"),
        "event.created": event.raw("created"),
        "@timestamp": fields.raw("@timestamp"),
    }
    return Record(Fields(envelope), _ECS, data)


_WINLOG = (*_ECS.provider, *_ECS.channel, "winlog.event_id", "winlog.computer_name", *_ECS.record_id)
