r"""The Event Viewer's CSV of the security log or of Sysmon, in English: the message holds the event.

The message stands in a last column that has no name, and the row names no device. Parent and creator are
those of the log, which `security` and `sysmon` describe. `Date and Time` is local time. FullEventLogView
calls that `Event Time`, the source `Provider`, and names the device in `Computer`.

>>> event = read({"Keywords": "Audit Success", "Date and Time": "6/10/2024 10:30:00 AM", "Event ID": "4688",
...               "Source": "Microsoft-Windows-Security-Auditing", "Task Category": "Process Creation",
...               None: ["A new process has been created.\n\nProcess Information:\n"
...                      "\tNew Process ID:\t\t0x1092\n\tNew Process Name:\tC:\\Temp\\svchost.exe\n"
...                      "\tCreator Process ID:\t0x539\n\tCreator Process Name:\tC:\\Windows\\explorer.exe"]})
>>> event.process.name, event.parent.name
('svchost.exe', 'explorer.exe')
"""

from __future__ import annotations

from parentchild.telemetry import security, sysmon
from parentchild.telemetry.fields import Fields
from parentchild.telemetry.marks import Marks
from parentchild.telemetry.messages import message_data, message_number
from parentchild.telemetry.nested import as_list
from parentchild.telemetry.record import Header, Record
from parentchild.telemetry.source import Outcome, Prefiltering, Row, Source

_TIMES, _NUMBER, _PROVIDERS = ("Date and Time", "Event Time"), "Event ID", ("Source", "Provider")
_SYSMON, _SECURITY = frozenset({1, 5, 8}), frozenset({4688, 4689})
_HEADER = Header(
    provider=_PROVIDERS,
    channel=("Log Name", "Channel"),
    event_id=(_NUMBER,),
    computer=("Computer",),
    times=_TIMES,
    record_id=("Record ID",),
)


def _event(row: Row, prefilter: Prefiltering) -> Outcome:
    fields = Fields(row)
    number, provider = fields.number(_NUMBER), (fields.text(*_PROVIDERS) or "").lower()
    is_sysmon, is_security = "sysmon" in provider, "security" in provider
    if not ((is_sysmon and number in _SYSMON) or (is_security and number in _SECURITY)):
        return f"{provider} {number}"
    message = next((text for text in _texts(row) if message_number(text) == number), None)
    data = None if message is None else message_data(message, "message")
    if not data:
        raise fields.invalid(_NUMBER, "must come with the event's message, in English, in the last column")
    record = Record(fields, _HEADER, Fields(data, "message."))
    return sysmon.event_of(record, prefilter) if is_sysmon else security.event_of(record, prefilter)


def _texts(row: Row) -> list[str]:
    """Return every text of a row, those without a column's name included."""
    found: list[str] = []
    for value in row.values():
        found.extend(each for each in (value, *(as_list(value) or ())) if isinstance(each, str))
    return found


SOURCE = Source(
    "Event Viewer",
    Marks(needs=(_TIMES, (_NUMBER,), _PROVIDERS), own=("Keywords", "Level", "Task Category")),
    _event,
    local_times=_TIMES,
)
read = SOURCE.read
read_many = SOURCE.read_many
