r"""The text in which Windows tells an event to people: 4688 and 4689, and Sysmon's 1, 5 and 8, in English.

It stands in `Message`, in Splunk's `_raw`, in what the Event Viewer saves and copies. Its labels become the
names that the same values have in the event's data. A process writes its own command line, and might write
labels into it. So a label that is there twice, or out of the event's order, makes the message unreadable; one
that the event has not, or has before the command line that it stands in, is part of that line, and so is any
after the command line of 4688.

>>> found = message_data("Process Create:\r\nProcessId: 42\r\nImage: C:\\x.exe\r\nParentImage: C:\\y.exe")
>>> found["Image"], found["ParentImage"]
('C:\\x.exe', 'C:\\y.exe')
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from parentchild.errors import InvalidEvent

LONGEST = 262_144
"""How many characters a message may have: a record of the event log has 65,536 at most."""

_BEGINNINGS = {
    "a new process has been created": 4688,
    "a process has exited": 4689,
    "process create": 1,
    "process terminated": 5,
    "createremotethread detected": 8,
}
NUMBERS_READ = frozenset(map(str, _BEGINNINGS.values()))
"""The numbers of the events that are read from their message, as text."""

_START = re.compile(rf"(?:^|[\r\n\t\"=:])[ \"]{{0,8}}({'|'.join(_BEGINNINGS)})(?=[.:])", re.IGNORECASE)
_SUBJECT = {
    "Security ID": "SubjectUserSid",
    "Account Name": "SubjectUserName",
    "Account Domain": "SubjectDomainName",
}
_TARGET = {
    "Security ID": "TargetUserSid",
    "Account Name": "TargetUserName",
    "Account Domain": "TargetDomainName",
}
_PROCESS = {
    "New Process ID": "NewProcessId",
    "New Process Name": "NewProcessName",
    "Token Elevation Type": "TokenElevationType",
    "Mandatory Label": "MandatoryLabel",
    "Creator Process ID": "ProcessId",
    "Creator Process Name": "ParentProcessName",
    "Process Command Line": "CommandLine",
    "Process ID": "ProcessId",
    "Process Name": "ProcessName",
    "Exit Status": "Status",
}
_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Subject": _SUBJECT,
    "Creator Subject": _SUBJECT,
    "Target Subject": _TARGET,
    "Process Information": _PROCESS,
}
_SYSMON = (
    *("RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "FileVersion", "Description", "Product"),
    *("Company", "OriginalFileName", "CommandLine", "CurrentDirectory", "User", "LogonGuid", "LogonId"),
    *("TerminalSessionId", "IntegrityLevel", "Hashes", "ParentProcessGuid", "ParentProcessId", "ParentImage"),
    *("ParentCommandLine", "ParentUser", "SourceProcessGuid", "SourceProcessId", "SourceImage"),
    *("TargetProcessGuid", "TargetProcessId", "TargetImage", "NewThreadId", "StartAddress", "StartModule"),
    *("StartFunction", "SourceUser", "TargetUser"),
)
_FROM_SOURCE = _SYSMON.index("SourceProcessGuid")  # of event 8, what is of event 1 being before it
_SYSMON_OF: Mapping[int, frozenset[str]] = {
    1: frozenset(_SYSMON[:_FROM_SOURCE]),
    5: frozenset({"RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "User"}),
    8: frozenset({"RuleName", "UtcTime", *_SYSMON[_FROM_SOURCE:]}),
}
_SYSMON_ORDER = {name: place for place, name in enumerate(_SYSMON)}
_LINES_OF_SYSMON = frozenset({_SYSMON_ORDER["CommandLine"], _SYSMON_ORDER["ParentCommandLine"]})
_LAST_OF_4688 = "CommandLine"
_HEADER = {
    "Log Name": "Channel",
    "LogName": "Channel",
    "Source": "SourceName",
    "SourceName": "SourceName",
    "Date": "EventTime",
    "Event ID": "EventID",
    "EventCode": "EventID",
    "Computer": "Computer",
    "ComputerName": "Computer",
    "RecordNumber": "RecordNumber",
}
_HEADER_LINE = re.compile(rf"[ \t]{{0,16}}({'|'.join(_HEADER)})[ \t]{{0,16}}[:=][ \t]*([^\r\n]*)")
_CLOCK = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4} [0-9]{1,2}:[0-9]{2}[^\r\n]{0,20}")
_ESCAPED_TAB = re.compile(r"(:|\n)(?:\\t)+")


def _labels(names: tuple[str, ...], before: str) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"{before}({'|'.join(longest_first)}):(?=\s|$)")


_LINE, _GAP, _WORD = r"(?:^|[\r\n])[ \t]{0,16}", r"(?:^|[\t\r\n]|[ ]{2})[ \t]{0,16}", r"(?:^|\s)"
_SECURITY_NAMES = (*_SECTIONS, *_SUBJECT, *_PROCESS)
_ALL_OF_SECURITY = frozenset(_SECURITY_NAMES)
_SECURITY_IN_LINES, _SECURITY_IN_ONE = _labels(_SECURITY_NAMES, _LINE), _labels(_SECURITY_NAMES, _GAP)
_SYSMON_IN_LINES, _SYSMON_IN_ONE = _labels(_SYSMON, _LINE), _labels(_SYSMON, _WORD)


_BLOCK = re.compile(r"^Event\[[0-9]+\]:?[ \t\r]*$", re.MULTILINE)
"""What heads each event in the text that `wevtutil` writes."""


def message_number(text: str) -> int | None:
    r"""Return which event a message tells of, None when it is none of those that are read.

    >>> message_number("A new process has been created.\r\n\r\nSubject:"), message_number("Hello")
    (4688, None)
    """
    start = _START.search(text[:LONGEST])
    return None if start is None else _BEGINNINGS[start[1].lower()]


def message_data(text: str, field: str = "Message") -> dict[str, str] | None:
    """Return the values of an event by their names in its data, None for a message of another event.

    Args:
        text: the message, also with what stands before it in the Event Viewer or in Splunk.
        field: the column that it comes from.

    Raises:
        InvalidEvent: it gives a value twice, or is longer than an event can be.

    Cost: linear in the length of the text.
    """
    if len(text) > LONGEST:
        raise InvalidEvent(field, text, f"is longer than the {LONGEST} characters of a message")
    start = _START.search(text)
    if start is None:
        return None
    return _values(field, text, _with_lines(text[start.start(1) :]), _BEGINNINGS[start[1].lower()])


def message_row(text: str, field: str = "_raw") -> dict[str, object] | None:
    r"""Return a whole event in text as a flat row, with what stands before its message; None for other text.

    The time before it is local, and becomes `EventTime`.

    Raises:
        InvalidEvent: it gives a value twice, or is longer than an event can be.

    >>> row = message_row("Event ID: 4689\nComputer: ws-1\nDescription:\nA process has exited.\n\nSubject:")
    >>> row["EventID"], row["Computer"]
    ('4689', 'ws-1')
    """
    data = message_data(text, field)
    if data is None:
        return None
    start = _START.search(text)
    row = _header(text[: start.start(1)] if start else "")
    row.setdefault("EventID", str(message_number(text)))
    return {**row, **data}


def message_rows(text: str, field: str = "row") -> list[dict[str, object]]:
    r"""Return the events that a text tells, one, or many in blocks headed `Event[0]`; [] for other text.

    Of an event that is not read, the header of its block is given.

    Raises:
        InvalidEvent: one gives a value twice, or is longer than an event can be.

    >>> text = "Event[0]\n  Event ID: 4624\nEvent[1]\n  Event ID: 4689\nA process has exited.\n\nSubject:"
    >>> [row["EventID"] for row in message_rows(text)]
    ['4624', '4689']
    """
    blocks = [block for block in _BLOCK.split(text) if block.strip()]
    if len(blocks) == 1 and _BLOCK.search(text) is None:
        row = message_row(text, field)
        return [] if row is None else [row]
    return [message_row(block, field) or _header(block) for block in blocks]


def _header(text: str) -> dict[str, object]:
    row: dict[str, object] = {}
    if clock := _CLOCK.match(text.lstrip()):
        row["EventTime"] = clock[0].strip()
    for found in _HEADER_LINE.finditer(text):
        row.setdefault(_HEADER[found[1]], found[2].strip())
    return row


def _with_lines(message: str) -> str:
    """Return a message with its line ends, where an export wrote them as escapes."""
    if "\n" in message or "\\r\\n" not in message:
        return message
    return _ESCAPED_TAB.sub(r"\1\t", message.replace("\\r\\n", "\n"))


def _values(field: str, text: str, message: str, number: int) -> dict[str, str]:
    in_lines = "\n" in message
    is_security = number in {4688, 4689}
    if is_security:
        labels = _SECURITY_IN_LINES if in_lines else _SECURITY_IN_ONE
    else:
        labels = _SYSMON_IN_LINES if in_lines else _SYSMON_IN_ONE
    of_event = _SYSMON_OF.get(number, _ALL_OF_SECURITY)
    found = [label for label in labels.finditer(message) if label[1] in of_event]
    names: Mapping[str, str] = {} if is_security else {name: name for name in of_event}
    values: dict[str, str] = {}
    last = -1
    for index, label in enumerate(found):
        if is_security and label[1] in _SECTIONS:
            names = _SECTIONS[label[1]]
            continue
        name = names.get(label[1])
        if name is None:
            continue
        if name in values:
            raise InvalidEvent(field, text, f"gives {name} twice")
        if not is_security and _SYSMON_ORDER[name] < last:
            if last in _LINES_OF_SYSMON:
                continue
            raise InvalidEvent(field, text, f"gives {name} behind what follows it in the event")
        last = -1 if is_security else _SYSMON_ORDER[name]
        end = found[index + 1].start() if index + 1 < len(found) else len(message)
        values[name] = message[label.end() : end].partition("\n")[0].strip()
        if name == _LAST_OF_4688 and is_security:
            names = {}  # what looks like a label from here on was written by the process itself
    return values
