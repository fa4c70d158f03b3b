"""Envelopes of the Windows event log: what parsers and collectors of it write.

Each gives the record as `{"Event": {"System": ..., "EventData": ...}}`, with the event's own names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from parentchild.errors import InvalidEvent
from parentchild.telemetry.envelopes.envelope import Aside, Opened
from parentchild.telemetry.envelopes.positional import named
from parentchild.telemetry.eventxml import event_text
from parentchild.telemetry.messages import NUMBERS_READ, message_data, message_number
from parentchild.telemetry.nested import as_list, as_object, reached
from parentchild.telemetry.record import PROCESS_NAMES
from parentchild.telemetry.source import Row
from parentchild.telemetry.texts import XML_COLUMN, from_json, object_in, things_in

_SYSMON, _SECURITY = "Microsoft-Windows-Sysmon", "Microsoft-Windows-Security-Auditing"
_SYSMON_LOG = "Microsoft-Windows-Sysmon/Operational"
_STARTED_BY_SECURITY = "4688"
_WAZUH_WINDOWS = "windows_eventchannel"
_WIDEST = 512  # names in an event whose names are remembered
_DEFENDER = "AdvancedHunting-"  # of its streaming API, whose rows Defender's own reader knows


_DATA = (
    *(
        f"{above}{name}"
        for above in ("", "EventData.", "event_data.", "winlog.event_data.")
        for name in PROCESS_NAMES
    ),
    *("process.executable", "process.name"),
)
_MESSAGES = ("Message", "message", "RenderedDescription", "Description")
_NUMBERS = ("EventID", "EventId", "Id", "event_id", "EventIdentifier", "winlog.event_id", "event.code")
_NUMBERED = frozenset({*_NUMBERS, "winlog", "event"})
_PROVIDERS = (
    *("ProviderName", "SourceName", "Provider", "Source", "provider_name", "source_name", "source"),
    *("winlog.provider_name", "event.provider"),
)
_COMPUTERS = (
    *("Computer", "MachineName", "computer", "ComputerName", "computer_name", "Hostname", "hostname"),
    *("winlog.computer_name", "host.name", "host"),
)
_TIMES = (
    *("@timestamp", "TimeCreated", "TimeGenerated", "time_created", "timeCreated", "time_generated"),
    *("EventTime", "timestamp"),
)
_RECORD_IDS = (
    *("EventRecordID", "RecordId", "RecordNumber", "eventRecordID", "record_number", "record_id"),
    "winlog.record_id",
)


def record_of(
    data: Mapping[str, object],
    *,
    provider: object = None,
    number: object = None,
    channel: object = None,
    computer: object = None,
    time: object = None,
    record_id: object = None,
) -> Row:
    """Return a record of the event log, as the readers of its JSON know it."""
    system = {
        "Provider": provider,
        "EventID": number,
        "Channel": channel,
        "Computer": computer,
        "TimeCreated": time,
        "EventRecordID": record_id,
    }
    return {"Event": {"System": system, "EventData": data}}


def text_or_object(row: Row, column: str) -> Opened:
    """Open what is within a column: an object, or JSON or XML text of one."""
    value = row.get(column)
    if (found := as_object(value)) is not None:
        return (found,)
    if isinstance(value, str) and value.lstrip("\ufeff \t\r\n").startswith(("<", "{")):
        return things_in(value)
    return None


def parser_record(row: Row) -> Opened:
    """Open a record of pyevtx-rs: the event as JSON or XML text in `data`.

    An event that is an object already is left in it: the readers of the event log know it there.
    """
    data = as_object(row.get("data"))
    is_open = data is not None and as_object(data.get("Event")) is not None
    return None if is_open else text_or_object(row, "data")


def system_and_data(row: Row) -> Opened:
    """Open an event without `Event` around it, as Velociraptor and OpenWEC write it."""
    system = object_in(row.get("System"))
    if system is None:
        return None
    data = row.get("EventData")
    return ({"Event": {**row, "System": system, "EventData": object_in(data) or data}},)


def wazuh(row: Row) -> Opened:
    """Open an event of Wazuh: `data.win`, with names in lower case and doubled backslashes.

    What another decoder made, such as that of a Linux agent, is counted as another event.
    """
    win = as_object(reached(row, "data.win"))
    if win is None:
        win = as_object(row.get("win")) or as_object((object_in(row.get("full_log")) or {}).get("win"))
    system = None if win is None else as_object(win.get("system"))
    if win is None or system is None:
        decoder = reached(row, "decoder.name")
        is_other = isinstance(decoder, str) and decoder != _WAZUH_WINDOWS and "agent" in row
        return (Aside(f"Wazuh {decoder}"),) if is_other else None
    data = as_object(win.get("eventdata")) or {}
    return (
        record_of(
            dict(
                zip(
                    _event_names(tuple(data)) if len(data) <= _WIDEST else _capitalised(tuple(data)),
                    [
                        value.replace("\\\\", "\\") if isinstance(value, str) and "\\\\" in value else value
                        for value in data.values()
                    ],
                    strict=True,
                )
            ),
            provider=system.get("providerName"),
            number=system.get("eventID"),
            channel=system.get("channel"),
            computer=system.get("computer"),
            time=system.get("systemTime") or row.get("timestamp"),
            record_id=system.get("eventRecordID"),
        ),
    )


def _capitalised(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([name[:1].upper() + name[1:] for name in names])


_event_names = lru_cache(maxsize=64)(_capitalised)  # the same few events come again and again


def wazuh_dotted(row: Row) -> Opened:
    """Open a row of Wazuh's dashboard, whose columns are `data.win.eventdata.image` and the like."""
    win: dict[str, dict[str, object]] = {"system": {}, "eventdata": {}}
    for name, value in row.items():
        part, _, column = name.removeprefix("data.win.").partition(".")
        if name.startswith("data.win.") and part in win and column:
            win[part][column] = value
    return wazuh({"win": win, "timestamp": row.get("timestamp")})


def has_wazuh_columns(columns: AbstractSet[object]) -> bool:
    """Tell whether columns are those of Wazuh's dashboard."""
    return any(isinstance(name, str) and name.startswith("data.win.system.") for name in columns)


def evtxecmd(row: Row) -> Opened:
    """Open a row of EvtxECmd or KAPE: the event's data are JSON text in `Payload`."""
    payload = row.get("Payload")
    if payload in {None, ""} if isinstance(payload, (str, type(None))) else True:
        data: Mapping[str, object] = {}
    else:
        found = as_object(from_json("Payload", str(payload)))
        if found is None:
            raise InvalidEvent("Payload", payload, "must be the JSON of an object")
        inner = found.get("EventData")
        data = as_object(inner) or {}
    return (
        record_of(
            data,
            provider=row.get("Provider"),
            number=row.get("EventId"),
            channel=row.get("Channel"),
            computer=row.get("Computer"),
            time=_utc(row.get("TimeCreated")),
            record_id=row.get("EventRecordId"),
        ),
    )


def _utc(value: object) -> object:
    """Return a time of EvtxECmd, which is UTC also where it does not say so."""
    return f"{value}Z" if isinstance(value, str) and _PLAIN_TIME.fullmatch(value) else value


_PLAIN_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}(?:\.[0-9]+)?")


_HAYABUSA_CHANNELS = {"Sysmon": _SYSMON_LOG, "Sec": "Security"}
_HAYABUSA_PROVIDERS = {"Sysmon": _SYSMON, _SYSMON_LOG: _SYSMON, "Sec": _SECURITY, "Security": _SECURITY}
_HAYABUSA_SYSMON = {
    "Cmdline": "CommandLine",
    "Proc": "Image",
    "PID": "ProcessId",
    "PGUID": "ProcessGuid",
    "ParentCmdline": "ParentCommandLine",
    "ParentProc": "ParentImage",
    "ParentPID": "ParentProcessId",
    "ParentPGUID": "ParentProcessGuid",
    "SrcProc": "SourceImage",
    "SrcPID": "SourceProcessId",
    "SrcPGUID": "SourceProcessGuid",
    "TgtProc": "TargetImage",
    "TgtPID": "TargetProcessId",
    "TgtPGUID": "TargetProcessGuid",
}
_HAYABUSA_4688 = {
    "Cmdline": "CommandLine",
    "Proc": "NewProcessName",
    "PID": "NewProcessId",
    "ParentProc": "ParentProcessName",
    "ParentPID": "ProcessId",
}
_HAYABUSA_4689 = {"Proc": "ProcessName", "PID": "ProcessId"}
_HAYABUSA_TELLING = frozenset(
    name
    for names in (_HAYABUSA_SYSMON, _HAYABUSA_4688, _HAYABUSA_4689)
    for name in names.values()
    if "CommandLine" not in name
)
_HAYABUSA_PARTS = ("Details", "ExtraFieldInfo", "AllFieldInfo")


def hayabusa(row: Row) -> Opened:
    """Open a row of Hayabusa: the fields lie in `Details` under its own short names, and in other columns.

    In a table they are one text, and a process that writes names into its own command line could give itself
    another parent. So the event's long names are none in `Details`, and a name that is given twice, or
    otherwise in another column, makes the row unreadable.
    """
    data: dict[str, object] = {}
    names = _hayabusa_names(row)
    in_one_text = isinstance(row.get("Details"), str)
    for column in _HAYABUSA_PARTS:
        for name, value in _hayabusa_fields(row, column, names).items():
            known = names.get(name, name)
            told = data.get(known)
            if told is None:
                data[known] = value
            elif in_one_text and known in _HAYABUSA_TELLING and value is not None and value != told:
                raise InvalidEvent(column, row.get(column), f"gives another {known} than the column before")
    channel = row.get("Channel")
    short = channel if isinstance(channel, str) else ""
    return (
        record_of(
            data,
            provider=_HAYABUSA_PROVIDERS.get(short),
            number=row.get("EventID"),
            channel=_HAYABUSA_CHANNELS.get(short, channel),
            computer=row.get("Computer"),
            time=_first(row, "Timestamp", "datetime"),  # `datetime` for Timesketch
            record_id=row.get("RecordID"),
        ),
    )


def _hayabusa_names(row: Row) -> Mapping[str, str]:
    if row.get("Channel") in {"Sysmon", _SYSMON_LOG} if isinstance(row.get("Channel"), str) else False:
        return _HAYABUSA_SYSMON
    return _HAYABUSA_4688 if str(row.get("EventID")) == _STARTED_BY_SECURITY else _HAYABUSA_4689


def _hayabusa_fields(row: Row, column: str, names: Mapping[str, str]) -> Mapping[str, object]:
    value = row.get(column)
    if (found := as_object(value)) is not None:
        return found
    fields: dict[str, object] = {}
    for part in value.split(" ¦ ") if isinstance(value, str) else ():
        name, colon, rest = part.partition(": ")
        name = name.strip()
        if not colon or (column == "Details" and name not in names and name in names.values()):
            continue
        if name in fields and (name in names or name in names.values()):
            raise InvalidEvent(column, value, f"gives {name} twice")
        fields.setdefault(name, rest)
    return fields


_UNTOLD = "System.Diagnostics.Eventing.Reader.EventProperty"
"""What PowerShell writes for each value that lies deeper than it was asked to go."""


def positional(row: Row) -> Opened:
    """Open a record whose data are a list without names: Fluentd, Fluent Bit, Get-WinEvent."""
    for column in ("StringInserts", "string_inserts", "ReplacementStrings", "Properties", "EventData"):
        values = as_list(row.get(column))
        if values is None:
            continue
        provider = _first(
            row, "ProviderName", "SourceName", "provider_name", "source_name", "Provider", "Source"
        )
        number = _first(row, "EventID", "Id", "EventId", "event_id", "EventIdentifier")
        if _UNTOLD in values:
            record = told(row)
            if record is None and named(provider, number, ()) is not None:
                reason = "names the type of each value and not the value: give ConvertTo-Json -Depth 4"
                raise InvalidEvent(column, _UNTOLD, reason)
            return record or (_numbered_record(row, provider, number, {}),)
        data = named(provider, number, [_value(each) for each in values])
        if data is not None and any(name in data for name in PROCESS_NAMES):
            return (_numbered_record(row, provider, number, data),)
        return told(row) or (_numbered_record(row, provider, number, data or {}),)
    return None


def told(row: Row) -> Opened:
    """Open a record whose data stand in its message alone, as `Export-Csv` and many collectors leave it."""
    number = str(_first(row, *_NUMBERS)).strip()
    if number not in NUMBERS_READ or _first(row, *_DATA) is not None or _tells_data(row.get("EventData")):
        return None
    message = _first(row, *_MESSAGES)
    if not isinstance(message, str) or str(message_number(message)) != number:
        return None
    data = message_data(message, "message")
    provider = _first(row, *_PROVIDERS)
    if provider is None:
        provider = _SYSMON if len(number) == 1 else _SECURITY
    return (_numbered_record(row, provider, number, data or {}),)


def unreadable_message(row: Row) -> InvalidEvent | None:
    """Return what is wrong with a row that has a process event's number, and a message that is not read."""
    column = next((name for name in _MESSAGES if isinstance(row.get(name), str) and row[name]), None)
    if column is None or str(_first(row, *_NUMBERS)).strip() not in NUMBERS_READ:
        return None
    reason = "must be the event's message in English; in another language give its XML, $event.ToXml()"
    return InvalidEvent(column, row[column], reason)


def _tells_data(value: object) -> bool:
    """Tell whether an event's data stand in XML or JSON text: what they say comes before the message."""
    return isinstance(value, str) and any(name in value for name in PROCESS_NAMES)


def is_told(columns: AbstractSet[object]) -> bool:
    """Tell whether a row may have a record's number and message, and its data in neither of their places."""
    return not (
        columns.isdisjoint(_MESSAGES)
        or columns.isdisjoint(_NUMBERED)
        or not columns.isdisjoint(PROCESS_NAMES)
    )


def _numbered_record(row: Row, provider: object, number: object, data: Mapping[str, object]) -> Row:
    return record_of(
        data,
        provider=provider,
        number=number,
        channel=_first(row, "Channel", "LogName", "channel", "winlog.channel"),
        computer=_first(row, *_COMPUTERS),
        time=_first(row, *_TIMES),
        record_id=_first(row, *_RECORD_IDS),
    )


def _value(item: object) -> object:
    found = as_object(item)
    return item if found is None else found.get("Value")


def loki(row: Row) -> Opened:
    """Open an event of Loki's agents, whose `event_data` is a run of XML elements without one around them."""
    text = row.get("event_data")
    if not isinstance(text, str) or not text.lstrip().startswith("<Data"):
        return None
    data = event_text("event_data", f"<EventData>{text}</EventData>").data
    return (_numbered_record(row, _first(row, *_PROVIDERS), row.get("event_id"), data),)


def numbered_data(row: Row) -> Opened:
    """Open a row with the event's number in `ID` or `Id`, its data by name: Velociraptor's live events."""
    data = as_object(row.get("EventData"))
    if data is None:
        return None
    started_by_sysmon = "UtcTime" in data
    return (
        record_of(
            data,
            provider=_first(row, "ProviderName", "Provider") or (_SYSMON if started_by_sysmon else None),
            number=_first(row, "ID", "Id"),
            channel=_first(row, "Channel", "LogName"),
            computer=_first(row, "Computer", "MachineName", "Hostname", "Fqdn", "ClientId"),
            time=_first(row, "TimeCreated", "Timestamp", "EventTime"),
            record_id=_first(row, "EventRecordID", "RecordId"),
        ),
    )


def extra_event_data(row: Row) -> Opened:
    """Open a Windows event of Panther: its data are in `ExtraEventData`."""
    value = row.get("ExtraEventData")
    if isinstance(value, str):
        value = from_json("ExtraEventData", value) if value.strip() else dict[str, object]()
    data = as_object(value)
    if data is None:
        return None
    return (
        record_of(
            data,
            provider=_first(row, "ProviderName", "SourceName", "Provider"),
            number=_first(row, "EventID", "EventId"),
            channel=_first(row, "Channel", "LogName"),
            computer=_first(row, "Computer", "Hostname", "ComputerName"),
            time=_first(row, "TimeCreated", "EventTime", "p_event_time"),
            record_id=_first(row, "EventRecordID", "RecordNumber"),
        ),
    )


def opentelemetry(row: Row) -> Opened:
    """Open the body that OpenTelemetry's receiver of the Windows event log writes."""
    number = row.get("event_id")
    identity = as_object(number)
    data = row.get("event_data")
    listed = as_list(data)
    if listed is None and (found := as_object(data)) is not None:
        listed = as_list(found.get("data"))
    values: dict[str, object] = {}
    if listed is None:
        values.update(as_object(data) or {})
    for item in listed or ():
        values.update(as_object(item) or {})
    return (
        record_of(
            values,
            provider=reached(row, "provider.name") or row.get("provider"),
            number=number if identity is None else identity.get("id"),
            channel=row.get("channel"),
            computer=row.get("computer"),
            time=row.get("system_time"),
            record_id=row.get("record_id"),
        ),
    )


def windows_events(row: Row) -> Opened:
    """Open a row of osquery's table `windows_events`: the event's data are JSON text in `data`."""
    text = row.get("data")
    found = as_object(from_json("data", text)) if isinstance(text, str) and text.strip() else as_object(text)
    data = {} if found is None else as_object(found.get("EventData")) or {}
    return (
        record_of(
            data,
            provider=row.get("provider_name"),
            number=row.get("eventid"),
            channel=row.get("source"),
            computer=row.get("computer_name"),
            time=_first(row, "datetime", "time"),
        ),
    )


def diagnostics(row: Row) -> Opened:
    """Open a Windows event of Azure diagnostics: its XML, in `properties.RawXml`; other logs are counted.

    Of Defender's streaming API only `properties` that are still text are opened.
    """
    category = row.get("category")
    if not isinstance(category, str):
        return None
    if category.startswith(_DEFENDER):
        told = None if as_object(row.get("properties")) is not None else object_in(row.get("properties"))
        return None if told is None else ({**row, "properties": told},)
    xml = reached(row, "properties.RawXml")
    return ({XML_COLUMN: xml} if isinstance(xml, str) and xml.lstrip().startswith("<") else Aside(category),)


_SPLUNK_NAMES = {
    "CreatorProcessName": "ParentProcessName",
    "CreatorProcessID": "ProcessId",
    "CreatorProcessId": "ProcessId",
    "NewProcessID": "NewProcessId",
    "ProcessID": "ProcessId",
    "ProcessCommandLine": "CommandLine",
    "Process_Command_Line": "CommandLine",
}


def event_code(row: Row) -> Opened:
    """Open a row of Splunk's fields of a Windows event, which call its number `EventCode`."""
    origin = " ".join(
        str(row[name]) for name in ("source", "sourcetype", "LogName", "SourceName", "Channel") if name in row
    )
    is_sysmon = "sysmon" in origin.lower() or any(
        name in row for name in ("Image", "ParentImage", "SourceImage")
    )
    data: dict[str, object] = {}
    for name, value in row.items():
        plain = name.replace("_", "")
        data.setdefault(_SPLUNK_NAMES.get(plain, plain), value)
    if data.keys().isdisjoint(PROCESS_NAMES) and "parent_process_name" in row:
        return None  # the fields of the data model, with the number beside them
    return (
        record_of(
            data,
            provider=_SYSMON if is_sysmon else _SECURITY if "security" in origin.lower() else None,
            number=row.get("EventCode"),
            computer=_first(row, "Computer", "ComputerName", "dvc", "dest", "host"),
            time=_first(row, "_time", "SystemTime", "TimeCreated"),
            record_id=_first(row, "EventRecordID", "RecordNumber", "RecordID"),
        ),
    )


def _first(row: Row, *columns: str) -> object:
    for column in columns:
        value = reached(row, column)
        if value is not None and value != "":
            return value
    return None
