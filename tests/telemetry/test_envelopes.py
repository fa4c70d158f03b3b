"""Envelopes are opened, whatever is in them, and what they know of their rows is kept."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import pytest

from parentchild import telemetry
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Event, ProcessCreated
from tests.effort import lines_run
from tests.telemetry.agents import TOLD, TRACED
from tests.telemetry.rows import AT, DEFENDER, SVCHOST, SYSMON_1, all_rows, flat, xml
from tests.telemetry.wrapped import ECS, EVTX, WRAPPED

PROCESS = {"pid": "42", "name": "svchost.exe", "path": SVCHOST, "parent": "7", "start_time": "1718015400"}
VOLATILITY = {"PID": 8, "PPID": 4, "ImageFileName": "svchost.exe", "CreateTime": "2024-06-10 10:30:00 UTC"}


def read_all(rows: Any, **options: Any) -> list[Event]:
    return list(telemetry.read_many(telemetry.rows_in(rows), **options))


class Keyless:
    """What has keys, and no values under them."""

    def keys(self) -> list[str]:
        """Give one."""
        return ["a"]

    def __getitem__(self, key: str) -> object:
        raise KeyError(key)


def noting(reasons: list[str]) -> Callable[[int, InvalidEvent], None]:
    """Return what adds the reason of an error to a list."""
    return lambda _, error: reasons.append(error.reason)


@pytest.mark.parametrize("name", WRAPPED)
def test_a_row_is_read_through_its_envelope(name: str) -> None:
    (event,) = read_all([WRAPPED[name]])
    assert isinstance(event, ProcessCreated)
    assert event.parent is not None
    assert (event.process.name, event.parent.name) == ("svchost.exe", "explorer.exe")
    assert event.device in {"ws-1", "ws-1.corp.example", "WS-1", "a1"} or name == "panther"
    assert event.timestamp.isoformat().startswith("2024-06-10T10:30:00")
    assert event == telemetry.read(WRAPPED[name])


def test_an_envelope_within_an_envelope_is_opened() -> None:
    inner = {"preview": False, "result": {"_time": AT, "_raw": json.dumps(WRAPPED["wazuh"])}}
    assert read_all(json.dumps({"hits": {"hits": [{"_source": inner}]}})) == read_all([WRAPPED["wazuh"]])


def test_envelopes_without_end_are_refused() -> None:
    row: Any = DEFENDER
    for _ in range(50):
        row = {"results": [row]}
    with pytest.raises(InvalidEvent, match="is wrapped more than 8 times"):
        telemetry.read(row)


def hayabusa(line: str, extra: str = r"ParentImage: C:\Windows\explorer.exe") -> dict[str, Any]:
    """Return a row of Hayabusa's table, in which a process's own command line stands before its image."""
    details = f"Cmdline: {line} ¦ Proc: {SVCHOST} ¦ PID: 4242 ¦ ParentPID: 1337"
    return {**WRAPPED["hayabusa"], "Details": details, "ExtraFieldInfo": extra}


def test_a_command_line_in_a_table_of_hayabusa_names_no_other_parent() -> None:
    honest = telemetry.read(hayabusa("svchost.exe -k netsvcs"))
    services = r"C:\Windows\System32\services.exe"
    for injected in (f"ParentImage: {services}", r"Image: C:\x.exe", "ProcessId: 4", "Note: x"):
        event = telemetry.read(hayabusa(f"svchost.exe -k netsvcs ¦ {injected}"))
        assert isinstance(event, ProcessCreated)
        assert isinstance(honest, ProcessCreated)
        assert (event.process.path, event.process.pid) == (honest.process.path, honest.process.pid)
        assert event.parent == honest.parent
    for injected in (f"ParentProc: {services}", r"Proc: C:\x.exe", "PID: 4", "ParentPID: 4"):
        with pytest.raises(InvalidEvent, match=r"gives (another )?\w+ "):
            telemetry.read(hayabusa(f"svchost.exe -k netsvcs ¦ {injected}"))
    with pytest.raises(InvalidEvent, match="gives ParentImage twice"):
        telemetry.read(
            hayabusa("x", f"ParentCommandLine: x ¦ ParentImage: {services} ¦ ParentImage: {SVCHOST}")
        )


def test_a_field_of_hayabusa_that_says_nothing_leaves_it_to_the_next_column() -> None:
    details = {"Proc": SVCHOST, "PID": None, "ParentPID": 1337, "ParentProc": None}
    extra = {"ProcessId": 4242, "ParentImage": r"C:\Windows\explorer.exe", "ParentProcessId": "1337"}
    event = telemetry.read({**WRAPPED["hayabusa"], "Details": details, "ExtraFieldInfo": extra})
    assert isinstance(event, ProcessCreated)
    assert event.parent is not None
    assert (event.process.pid, event.parent.name, event.parent.pid) == (4242, "explorer.exe", 1337)


def test_a_document_gives_all_its_rows_in_order() -> None:
    document = {"hits": {"hits": [{"_source": {**ECS, "host": {"name": f"ws-{n}"}}} for n in range(5)]}}
    assert [event.device for event in read_all(document)] == [f"ws-{n}" for n in range(5)]


def test_pages_chunks_and_lines_are_rows() -> None:
    one = telemetry.read(DEFENDER)
    assert read_all([{"results": [DEFENDER]}, {"results": [DEFENDER]}]) == [one, one]
    assert read_all(iter([[DEFENDER, DEFENDER], [DEFENDER]])) == [one] * 3
    assert read_all("\n".join([json.dumps(DEFENDER)] * 3)) == [one] * 3
    assert read_all([json.dumps(DEFENDER), json.dumps(DEFENDER).encode()]) == [one] * 2
    assert len(read_all(xml(1) + "\r\n" + xml(4688))) == 2
    assert read_all(DEFENDER) == [one]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([json.dumps(DEFENDER, indent=2)] * 3),
        "\n".join([json.dumps(DEFENDER, indent="\t")] * 3),
        json.dumps(DEFENDER) * 3,
        "".join(f"Record {n}\n{json.dumps(EVTX, indent=2)}\n" for n in range(3)),
        "".join(f"Record {n}\n<?xml version='1.0'?>\n{xml(1)}\n" for n in range(3)),
        "".join(f"\x1e{json.dumps(DEFENDER)}\n" for _ in range(3)),
        f"{json.dumps(DEFENDER)},\n" * 3,
        "[\n" + f"{json.dumps(DEFENDER)},\n" * 3 + "]\n",
        f"\n{json.dumps(DEFENDER)}\n\n" * 3,
    ],
    ids=[
        "pretty",
        "tabs",
        "one line",
        "json records",
        "xml records",
        "rfc 7464",
        "commas",
        "array",
        "blanks",
    ],
)
def test_a_text_of_many_documents_gives_them_all(text: str) -> None:
    whole = read_all(text)
    assert len(whole) == 3
    assert whole == read_all(text.encode()) == read_all(bytearray(text, "utf-8")) == [whole[0]] * 3


def test_a_broken_document_costs_no_other() -> None:
    pretty = json.dumps(DEFENDER, indent=2)
    reasons: list[str] = []
    text = "\n".join([pretty, pretty[:-90], pretty])
    assert len(read_all(text, on_invalid=noting(reasons))) == 2
    assert reasons == ["is not complete JSON"]


@pytest.mark.parametrize("opening", ["[\n", '{"a":\n', '{"a": "', "[{\n"])
def test_many_broken_documents_cost_work_in_proportion(opening: str) -> None:
    def work(count: int) -> int:
        reasons: list[str] = []
        return lines_run(lambda: read_all(opening * count, on_invalid=noting(reasons)))

    assert work(8_000) <= 8 * work(1_000)


def test_a_line_of_a_document_asks_for_the_whole() -> None:
    with pytest.raises(InvalidEvent, match="give its whole text"):
        telemetry.read("[\n")


def test_blank_lines_of_a_file_are_counted_and_are_no_fault() -> None:
    counts = telemetry.RowCounts()
    assert len(read_all([f"{json.dumps(DEFENDER)}\n", "\n", " \r\n"], counts=counts)) == 1
    assert (counts.rows, counts.starts, counts.other_events, counts.unreadable) == (3, 1, 2, 0)


def test_rows_of_a_database_and_rows_by_their_ids_are_rows() -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    names = ", ".join(f"? AS {name}" for name in DEFENDER)
    rows = connection.execute(f"SELECT {names}", list(DEFENDER.values()))
    one = telemetry.read(DEFENDER)
    assert read_all(rows) == [one]
    connection.close()
    counts = telemetry.RowCounts()
    assert read_all([Keyless()], counts=counts, on_invalid=noting([])) == []
    assert counts.unreadable == 1
    assert read_all({"a1": DEFENDER, "a2": DEFENDER}) == [one, one]


def test_a_frame_in_json_of_any_orientation_is_its_rows() -> None:
    rows = [DEFENDER, {**DEFENDER, "DeviceName": "ws-2"}]
    by_column = {name: {str(at): row[name] for at, row in enumerate(rows)} for name in DEFENDER}
    for document in (
        by_column,
        {name: {int(at): value for at, value in column.items()} for name, column in by_column.items()},
        {str(at): row for at, row in enumerate(rows)},
        {"columns": list(DEFENDER), "index": [0, 1], "data": [list(row.values()) for row in rows]},
        {"schema": {"fields": [{"name": name} for name in DEFENDER]}, "data": rows},
    ):
        for given in (document, json.dumps(document)):
            assert [event.device for event in read_all(given)] == ["ws-1", "ws-2"]


def test_a_broken_line_costs_no_other() -> None:
    errors: list[int] = []

    def note(index: int, _: InvalidEvent) -> None:
        errors.append(index)

    text = "\n".join([json.dumps(DEFENDER), '{"Timestamp": "2024', json.dumps(DEFENDER)])
    assert len(read_all(text, on_invalid=note)) == 2
    assert errors == [1]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85"])
def test_what_ends_a_line_elsewhere_ends_none_of_json_lines(character: str) -> None:
    line = f"x {character} y"
    odd = {**DEFENDER, "ProcessCommandLine": line}
    text = json.dumps(DEFENDER) + "\n" + json.dumps(odd, ensure_ascii=False)
    for given in (text, text.replace("\n", "\r\n"), text.encode()):
        events = read_all(given)
        assert [getattr(each, "process").command_line for each in events][1:] == [line]  # noqa: B009


@pytest.mark.parametrize(
    ("writes", "reads"),
    [(b"\xed\xa0\x80", "\ud800"), (b"\xe9", "\ufffd"), (b"\xff\xfe", "\ufffd\ufffd")],
    ids=["lone surrogate", "another code page", "no text"],
)
def test_bytes_that_are_no_utf_8_hide_no_event(writes: bytes, reads: str) -> None:
    odd = json.dumps({**DEFENDER, "ProcessCommandLine": "x ?"}).encode().replace(b"x ?", b"x " + writes)
    first, second = read_all(odd + b"\n" + json.dumps(DEFENDER).encode())
    assert getattr(first, "process").command_line == "x " + reads  # noqa: B009
    assert second == telemetry.read(DEFENDER)


def test_an_event_that_was_cut_off_takes_no_other_with_it() -> None:
    whole = xml(1)
    for cut in (whole[:-30], whole[: whole.index("<Data Name='ParentImage'>") + 40]):
        counts = telemetry.RowCounts()
        for text in (
            cut + whole,
            whole + cut,
            "<Events>" + cut + whole + "</Events>",
            cut + "\n" + cut + whole,
        ):
            assert read_all(text, counts=counts)[-1 if text.endswith((whole, "</Events>")) else 0] == (
                telemetry.read(whole)
            )
        assert (counts.rows, counts.truncated) == (9, 5)


def test_a_row_with_an_empty_column_of_an_answer_is_still_a_row() -> None:
    for column in ("value", "results", "records"):
        assert read_all([{**DEFENDER, column: []}]) == [telemetry.read(DEFENDER)]


def test_an_empty_answer_holds_no_rows() -> None:
    assert read_all([{"hits": {"hits": []}}, {"results": []}, {"tables": []}]) == []


def test_a_snapshot_of_osquery_names_the_device_of_all_its_rows() -> None:
    row = {
        "name": "processes",
        "hostIdentifier": "ws-7",
        "action": "snapshot",
        "snapshot": [PROCESS, PROCESS],
    }
    assert [event.device for event in read_all([row])] == ["ws-7", "ws-7"]
    counts = telemetry.RowCounts()
    gone = {"name": "processes", "hostIdentifier": "ws-7", "action": "removed", "columns": PROCESS}
    assert read_all([gone], counts=counts) == []
    assert (counts.other_events, counts.rows) == (1, 1)


def test_the_rows_of_a_tree_are_read_from_the_top_down() -> None:
    tree = {**VOLATILITY, "__children": [{**VOLATILITY, "PID": 9, "__children": [{**VOLATILITY, "PID": 10}]}]}
    pids = [event.process.pid for event in read_all([tree]) if isinstance(event, ProcessCreated)]
    assert pids == [8, 9, 10]


def test_a_deep_tree_is_no_danger() -> None:
    row: dict[str, Any] = dict(VOLATILITY)
    for _ in range(5000):
        row = {**VOLATILITY, "__children": [row]}
    assert len(read_all([row])) == 5001


def test_ingestion_is_taken_from_the_envelope() -> None:
    (event,) = read_all([WRAPPED["openwec"]])
    assert event.ingested_at is not None
    assert event.ingested_at.isoformat() == "2024-06-10T10:30:09+00:00"


def test_the_device_of_the_row_comes_before_the_envelopes_and_that_before_the_callers() -> None:
    row = {"_time": AT, "host": "from-splunk", "_raw": json.dumps({"EventID": 1, "UtcTime": AT, **SYSMON_1})}
    assert read_all([row], device="from-caller")[0].device == "from-splunk"
    assert read_all([DEFENDER], device="from-caller")[0].device == telemetry.read(DEFENDER).device  # type: ignore[union-attr]
    assert read_all([VOLATILITY], device="from-caller")[0].device == "from-caller"

    def image(row: telemetry.Row) -> str:
        return str(row["image"])

    assert read_all([{**VOLATILITY, "image": "dump-3"}], device=image)[0].device == "dump-3"


def test_the_time_of_the_envelope_is_used_where_the_row_has_none() -> None:
    bare = {name: value for name, value in flat(4688).items() if "Time" not in name and name != "@timestamp"}
    row = {"_time": "2024-06-10T10:31:00Z", "_raw": json.dumps(bare)}
    assert read_all([row])[0].timestamp.isoformat() == "2024-06-10T10:31:00+00:00"


def test_local_times_are_read_in_the_zone_that_the_caller_names() -> None:
    row = {**flat(4688), "EventTime": "2024-06-10 12:30:00"}
    row = {name: value for name, value in row.items() if name == "EventTime" or "Time" not in name}
    row.pop("@timestamp", None)
    east = timezone(timedelta(hours=2))
    (event,) = read_all([row], zone=east)
    assert event.timestamp.isoformat() == "2024-06-10T10:30:00+00:00"
    with pytest.raises(InvalidEvent, match="is local time without a zone"):
        read_all([row])


@pytest.mark.parametrize(
    ("options", "field"),
    [({"device": 5}, "device"), ({"zone": "Europe/Berlin"}, "zone"), ({"zone": 2}, "zone")],
)
def test_options_are_checked_at_once(options: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArgument, match=field):
        telemetry.read_many([], **options)


class Frame:
    """What looks like a DataFrame."""

    columns = ("a",)

    def to_dict(self, orient: str) -> list[dict[str, int]]:
        return [{orient: 1}]


class Dataset:
    """What looks like a data set of Ray."""

    def iter_rows(self) -> None:
        """Give the rows."""


class Pandas(tuple[int, ...]):
    """What itertuples gives."""

    __slots__ = ()
    _fields = ("a",)


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("events.csv", "is a path: read it first"),
        (r"C:\logs\security.evtx", "is a path: read it first"),
        (
            "CEF:0|Microsoft|Windows||4688|x|Low| sproc=C:\\Windows\\explorer.exe",
            "is text, but neither JSON nor",
        ),
        ("a,b\n1,2\n", "csv.DictReader"),
        ("", "neither JSON nor the XML"),
        (b"ElfFile\0\0\0", "is an EVTX file: give the records of a parser"),
        (gzip.compress(b"[]", mtime=0), r"is compressed: unpack it first, .*gzip.decompress\(rows\)"),
        (b"PAR1\x15\x04", r"pyarrow.parquet.read_table\(path\)"),
        (b"PK\3\4" + b"x," * 99, "is a ZIP file, or a workbook"),
        (b"Obj\1\x04\x14avro.codec", "fastavro"),
        (Frame(), r"df.to_dict\(\"records\"\)"),
        ([Frame()], r"df.to_dict\(\"records\"\)"),
        ([Pandas((1,))], r"df.to_dict\(\"records\"\)"),
        (Dataset(), "dataset.iter_rows"),
        (5, "must be rows"),
        (None, "must be rows"),
    ],
)
def test_what_is_no_rows_is_refused_with_the_call_to_make(given: Any, advice: str) -> None:
    with pytest.raises(InvalidArgument, match=advice) as caught:
        telemetry.rows_in(given)
    assert len(str(caught.value)) <= 300


def test_every_envelope_has_a_row_here() -> None:
    rows: list[Any] = [
        row
        for row in (*WRAPPED.values(), *all_rows().values(), EVTX, *TOLD.values(), *TRACED.values())
        if isinstance(row, dict)
    ]
    opened = {
        envelope.name
        for row in rows
        for envelope in telemetry.ENVELOPES
        if envelope.wraps(frozenset(row)) and envelope.open(row) is not None
    }
    nested = {
        "Chainsaw document",
        "table of Kusto",
        "OpenTelemetry windowseventlog",
        "osquery windows_events",
    }
    elsewhere = {
        *("osquery snapshot", "tree of rows", "Defender device timeline", "Elasticsearch hit"),
        *("Wazuh archive", "CAPE report", "Fluentd", "Get-WinEvent"),
    }
    assert {envelope.name for envelope in telemetry.ENVELOPES} - opened <= nested | elsewhere
