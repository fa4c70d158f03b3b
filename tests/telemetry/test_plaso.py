"""Tables of plaso, as psort and Timesketch write them: an event is told in one text."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from parentchild import ProcessCreated, hunt, telemetry
from parentchild.errors import InvalidEvent

SECURITY = "Microsoft-Windows-Security-Auditing"
LINE = 'svchost.exe -k "it\'s"'
PARENT = r"C:\Users\ann\it's me\cmd.exe"
VALUES = [
    *("S-1-5-18", "WS-1$", "CORP", "0x00000000000003e7", "0x0000000000001092"),
    *(r"C:\Windows\System32\svchost.exe", "%%1936", "0x0000000000000539", LINE),
    *("S-1-0-0", "-", "-", "0x0000000000000000", PARENT, "S-1-16-16384"),
]
SHOWN = "**A new process has been created**.\\n\\nSubject:\\n\\tSecurity ID:\\t\\tS-1-5-18"
AT = "2026-03-02T10:31:07.123456+00:00"


def told(
    *, between: str = "  ", before: str = "", after: str = "", number: int = 4688, line: str = LINE
) -> str:
    strings = between.join(map(repr, [*VALUES[:8], line, *VALUES[9:]]))
    return (
        f"[{number} / 0x{number:04x}] Provider identifier: {{54849625-5478-4994-a5ba-3e3b0328c30d}} "
        f"Source Name: {SECURITY} {before and f'Message string: {before} '}Strings: [{strings}] "
        f"Computer Name: WS-1 Record Number: 3332 Event Level: 0{after and f' Message string: {after}'}"
    )


def row(message: str, **others: str) -> dict[str, Any]:
    return {
        "datetime": AT,
        "timestamp_desc": "Creation Time",
        "source": "EVT",
        "source_long": "WinEVTX",
        "message": message,
        "parser": "winevtx",
        "display_name": r"NTFS:\Security.evtx",
        "tag": "-",
        **others,
    }


LEGACY = {
    "date": "03/02/2026",
    "time": "10:31:07",
    "timezone": "UTC",
    "MACB": "...B",
    "source": "EVT",
    "sourcetype": "WinEVTX",
    "type": "Creation Time",
    "user": "-",
    "host": "-",
    "short": "[4688 / 0x1250]",
    "desc": told(),
    "version": "2",
    "filename": "x",
    "inode": "7",
    "notes": "-",
    "format": "winevtx",
    "extra": "recovered: False",
}
OTHER_FILE = row(
    r"NTFS:\Users\ann\a.txt Type: file", source="FILE", source_long="File stat", parser="filestat"
)


@pytest.mark.parametrize(
    "given",
    [
        row(told()),
        row(told(between=", ")),
        row(told(after=SHOWN)),
        row(told(before=SHOWN)),
        {
            "message": told(between=", "),
            "timestamp": "1772447467123456",
            "datetime": AT,
            "timestamp_desc": "x",
        },
        {
            "data_type": "windows:evtx:record",
            "parser": "winevtx",
            "timestamp": 1772447467123456,
            "event_identifier": 4688,
            "source_name": SECURITY,
            "computer_name": "WS-1",
            "record_number": 3332,
            "strings": repr(VALUES),
        },
    ],
    ids=["psort", "commas", "message at the end", "message first", "Timesketch", "a list as text"],
)
def test_an_event_in_one_text_is_read_as_its_record_is(given: dict[str, Any]) -> None:
    event = telemetry.read(given)
    assert isinstance(event, ProcessCreated)
    assert event.parent is not None
    assert (event.process.path, event.process.pid, event.process.command_line) == (VALUES[5], 4242, LINE)
    assert (event.parent.path, event.parent.pid) == (PARENT, 1337)
    assert (event.device, event.record_id, event.timestamp.isoformat()) == ("WS-1", 3332, AT)


def test_a_date_of_the_seventeen_columns_has_the_month_first_and_a_zone_of_its_own() -> None:
    event = telemetry.read(LEGACY)
    assert isinstance(event, ProcessCreated)
    assert event.timestamp.isoformat() == "2026-03-02T10:31:07+00:00"
    with pytest.raises(InvalidEvent, match="timezone = 'Europe/Amsterdam': must be UTC"):
        telemetry.read(LEGACY | {"timezone": "Europe/Amsterdam"})


def test_a_timeline_accounts_for_every_row() -> None:
    pandas = pytest.importorskip("pandas")
    rows = [
        *(row(told()), row(told(number=4625)), OTHER_FILE, row("[12 / 0x000c] no such text")),
        *(row(told(), datetime="Not a time"), row(told()[:-90])),
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    text.seek(0)
    for given in (rows, csv.DictReader(text), pandas.DataFrame(rows)):
        report = hunt(given)
        assert [finding.parent for finding in report] == ["cmd.exe"]
        stats = report.stats
        assert (stats.starts, stats.process_events, stats.other_events, stats.unreadable) == (1, 0, 3, 2)


@pytest.mark.parametrize(
    "message",
    [
        told()[:-60],
        told().replace("S-1-16-16384'", "S-1-16-16384"),
        f"[4688 / 0x1250] Source Name: {SECURITY} Computer Name: WS-1 Record Number: 1 Event Level: 0",
        told(before=" ".join(["Strings: ['a']"] * 40)),
        told()[:120],
    ],
    ids=["cut off", "a quote is missing", "no strings", "lists without end", "cut off early"],
)
def test_a_start_without_one_list_of_strings_is_unreadable(message: str) -> None:
    with pytest.raises(InvalidEvent, match="must tell one list of strings"):
        telemetry.read(row(message))


def test_a_command_line_that_looks_like_strings_gives_a_process_no_other_parent() -> None:
    """The message comes before the strings in plaso's older tables, and shows the command line as it is."""
    lie = [*VALUES[:13], r"C:\Windows\System32\services.exe", "S-1-16-16384"]
    tail = "Computer Name: WS-1 Record Number: 3332 Event Level: 0"
    whole = f"x Strings: [{'  '.join(map(repr, lie))}"
    ended = f"{whole}] {tail}"
    opened = (f"{whole}  '", f'{whole}  "', 'Strings: ["', "Strings: ['a' , '")
    for line in (whole, ended, f"{ended} Message string: x", *opened):
        event = telemetry.read(row(told(before=f"... {line} ...", line=line)))
        assert isinstance(event, ProcessCreated)
        assert event.parent is not None
        assert (event.parent.path, event.process.command_line) == (PARENT, line)
