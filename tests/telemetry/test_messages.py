"""The text of a message says what the event's data say, and what a process wrote into it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from parentchild import telemetry
from parentchild.errors import InvalidEvent
from parentchild.telemetry.messages import LONGEST, message_data, message_number, message_row
from tests.telemetry.products import ATTACKS, EXPLORER, TEMP
from tests.telemetry.rows import AT

SECURITY: str = ATTACKS["event viewer"][1]["Message"]
SYSMON = "\r\n".join(
    (
        "Process Create:",
        "RuleName: -",
        "UtcTime: 2024-06-10 10:30:00.123",
        "ProcessGuid: {A23EAE89-BD56-67E0-0000-0010E9D95E01}",
        "ProcessId: 4242",
        f"Image: {TEMP}",
        "OriginalFileName: Cmd.Exe",
        "CommandLine: svchost.exe -k netsvcs",
        "User: CORP\\ann",
        "ParentProcessId: 1337",
        f"ParentImage: {EXPLORER}",
        "ParentCommandLine: explorer.exe",
    )
)
EXIT = (
    "A process has exited.\n\nSubject:\n\tAccount Name:\tWS-1$\n\n"
    "Process Information:\n\tProcess ID:\t0x1092\n"
)


def test_a_creation_in_the_security_log() -> None:
    data = message_data(SECURITY)
    assert data is not None
    assert data["NewProcessName"] == TEMP
    assert data["ParentProcessName"] == EXPLORER
    assert (data["NewProcessId"], data["ProcessId"], data["CommandLine"]) == (
        "0x1092",
        "0x539",
        "svchost.exe -k netsvcs",
    )
    assert (data["SubjectUserName"], data["TargetUserName"]) == ("WS-1$", "-")


def test_a_creation_of_sysmon() -> None:
    data = message_data(SYSMON)
    assert data is not None
    assert (data["Image"], data["ParentImage"], data["ProcessId"]) == (TEMP, EXPLORER, "4242")
    assert (data["OriginalFileName"], data["CommandLine"]) == ("Cmd.Exe", "svchost.exe -k netsvcs")


def test_an_exit_and_a_remote_thread() -> None:
    assert message_data(EXIT) == {"SubjectUserName": "WS-1$", "ProcessId": "0x1092"}
    thread = "CreateRemoteThread detected:\nSourceProcessId: 7\nSourceImage: a.exe\nTargetImage: b.exe\n"
    assert message_data(thread) == {"SourceProcessId": "7", "SourceImage": "a.exe", "TargetImage": "b.exe"}


@pytest.mark.parametrize("text", [SECURITY, SYSMON, EXIT])
def test_line_ends_may_be_escaped_or_lost(text: str) -> None:
    plain = text.replace("\r\n", "\n")
    escaped = plain.replace("\n", "\\r\\n").replace(":\t\t", ":\\t\\t").replace(":\t", ":\\t")
    assert message_data(plain) == message_data(text)
    assert message_data(escaped.replace("\t", "\\t")) == message_data(text)
    one_line = {
        name: value for name, value in (message_data(plain.replace("\n", "  ")) or {}).items() if value
    }
    assert (
        one_line.items()
        >= {
            name: value
            for name, value in (message_data(text) or {}).items()
            if value and name != "CommandLine"
        }.items()
    )


@pytest.mark.parametrize(
    "line", [r"ParentImage: C:\Windows\System32\services.exe", r"Image: C:\Windows\System32\svchost.exe"]
)
def test_a_label_that_a_command_line_writes_makes_a_message_unreadable(line: str) -> None:
    with pytest.raises(InvalidEvent, match=r"twice|behind what follows it"):
        message_data(SYSMON.replace("-k netsvcs", f"-k\r\n{line}"))


@pytest.mark.parametrize(
    "line", ["TargetUser: x", r"SourceImage: C:\Windows\System32\services.exe", "StartModule: x"]
)
def test_a_label_of_another_event_in_a_command_line_hides_nothing(line: str) -> None:
    data = message_data(SYSMON.replace("-k netsvcs", f"-k\r\n{line}"))
    assert data is not None
    assert (data["Image"], data["ParentImage"]) == (TEMP, EXPLORER)


@pytest.mark.parametrize("label", ["ParentUser", "ParentCommandLine", "Hashes"])
def test_a_later_label_in_a_command_line_hides_no_earlier_one(label: str) -> None:
    old = "\r\n".join(line for line in SYSMON.splitlines() if not line.startswith("ParentUser:"))
    with pytest.raises(InvalidEvent, match=r"behind what follows it|twice"):
        message_data(old.replace("-k netsvcs", f"-k\r\n{label}: x"))


def test_a_label_that_a_command_line_writes_where_the_message_has_none_says_nothing() -> None:
    old = "\r\n".join(line for line in SYSMON.splitlines() if "OriginalFileName" not in line)
    data = message_data(old.replace("-k netsvcs", "-k\r\nOriginalFileName: svchost.exe"))
    assert data is not None
    assert "OriginalFileName" not in data
    before_10 = SECURITY.replace(f"\tCreator Process Name:\t{EXPLORER}\r\n", "")
    forged = before_10.replace(
        "-k netsvcs", "-k\r\n\tCreator Process Name:\tC:\\Windows\\System32\\services.exe"
    )
    assert "ParentProcessName" not in (message_data(forged) or {})


@pytest.mark.parametrize("text", ["", "Hello", "The process started.", "Ein neuer Prozess wurde erstellt."])
def test_other_texts_are_no_events(text: str) -> None:
    assert (message_data(text), message_number(text), message_row(text)) == (None, None, None)


def test_a_text_longer_than_an_event_can_be_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="is longer than"):
        message_data(SYSMON + "x" * LONGEST)


def test_splunks_whole_text_is_a_row() -> None:
    text = (
        "06/10/2024 10:30:00 AM\nLogName=Security\nEventCode=4688\nComputerName=ws-1\nRecordNumber=7\n"
        f"Message={SECURITY}"
    )
    row = message_row(text)
    assert row is not None
    assert (row["EventID"], row["Computer"], row["RecordNumber"]) == ("4688", "ws-1", "7")
    assert (row["EventTime"], row["NewProcessName"]) == ("06/10/2024 10:30:00 AM", TEMP)


def test_the_name_of_a_task_is_no_message() -> None:
    task = "Process Create (rule: ProcessCreate)"
    assert message_number(task) is None
    saved = {
        "Level": "Information",
        "Date and Time": "6/10/2024 10:30:00 AM",
        "Source": "Microsoft-Windows-Sysmon",
        "Event ID": "1",
        "Task Category": task,
        None: [SYSMON],
    }
    assert telemetry.read(cast("Mapping[str, object]", saved)) is not None
    block = f"Event ID: 1\nTask: {task}\nComputer: ws-1\nDescription:\n{SYSMON}"
    assert (message_row(block) or {})["Computer"] == "ws-1"


def test_a_number_that_the_message_does_not_tell_of_is_unreadable() -> None:
    row = {"EventID": 4688, "SourceName": "Microsoft-Windows-Security-Auditing", "TimeCreated": AT}
    assert telemetry.read({**row, "Message": SECURITY}) is not None
    with pytest.raises(InvalidEvent, match="process"):
        telemetry.read({**row, "Message": SYSMON})


def test_what_the_event_viewer_copies_is_a_row() -> None:
    text = (
        "Log Name:      Microsoft-Windows-Sysmon/Operational\r\nSource:        Microsoft-Windows-Sysmon\r\n"
        "Date:          6/10/2024 10:30:00 AM\r\nEvent ID:      1\r\nComputer:      ws-1\r\n"
        f"Description:\r\n{SYSMON}"
    )
    row = message_row(text)
    assert row is not None
    assert (row["EventID"], row["Computer"], row["SourceName"]) == ("1", "ws-1", "Microsoft-Windows-Sysmon")
    assert (row["EventTime"], row["Image"]) == ("6/10/2024 10:30:00 AM", TEMP)
