"""What exports and shells do to rows is undone, or refused by name: it is never read as another event."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from parentchild import hunt, telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import Event, ProcessCreated, ProcessExited
from parentchild.telemetry.fields import Fields
from tests.telemetry.rows import ASIM, AT, DEFENDER, SECURITY, SYSMON, flat, xml
from tests.telemetry.wrapped import MESSAGE


def read_all(rows: Any, **options: Any) -> list[Event]:
    return list(telemetry.read_many(telemetry.rows_in(rows), **options))


def read_noting(rows: Any) -> tuple[list[Event], list[InvalidEvent]]:
    """Return the events of rows, and what is wrong with those that cannot be read."""
    errors: list[InvalidEvent] = []

    def note(_: int, error: InvalidEvent) -> None:
        errors.append(error)

    return read_all(rows, on_invalid=note), errors


def pair(event: Event) -> tuple[str | None, str | None]:
    """Return the names of a started process and its parent."""
    assert isinstance(event, ProcessCreated)
    assert event.parent is not None
    return event.process.name, event.parent.name


# PowerShell -------------------------------------------------------------------------------------------------

UNTOLD = ["System.Diagnostics.Eventing.Reader.EventProperty"] * 23
"""What `ConvertTo-Json` writes for `Properties` where it may go no deeper."""
MESSAGE_WITHOUT_TIME = "\r\n".join(line for line in MESSAGE.splitlines() if not line.startswith("UtcTime"))
SHALLOW = {"Id": 1, "ProviderName": SYSMON, "MachineName": "ws-1", "TimeCreated": AT, "Properties": UNTOLD}


def test_types_in_place_of_values_are_not_read_as_names() -> None:
    assert pair(read_all([{**SHALLOW, "Message": MESSAGE}])[0]) == ("svchost.exe", "explorer.exe")
    with pytest.raises(InvalidEvent, match=r"^Properties = .*ConvertTo-Json -Depth 4"):
        read_all([SHALLOW])
    with pytest.raises(InvalidEvent, match="ConvertTo-Json -Depth 4"):
        read_all([{**SHALLOW, "Id": 4688, "ProviderName": SECURITY}])


def test_types_in_place_of_values_cost_nothing_in_another_event() -> None:
    counts = telemetry.RowCounts()
    logon = {**SHALLOW, "Id": 4624, "ProviderName": SECURITY}
    assert read_all([logon, {**SHALLOW, "ProviderName": "Kernel-General"}], counts=counts) == []
    assert counts.other_events == 2


def test_a_date_that_powershell_writes_as_an_object_is_a_time() -> None:
    date = {
        "value": "/Date(1718015400123)/",
        "DisplayHint": 2,
        "DateTime": "Monday, June 10, 2024 10:30:00 AM",
    }
    shell = {**SHALLOW, "Properties": None, "Message": MESSAGE}
    for row in (shell, flat(1)):
        known = {name: value for name, value in row.items() if "Time" not in name and name != "@timestamp"}
        (event,) = read_all([{**known, "TimeCreated": date}])
        assert event.timestamp.isoformat(timespec="milliseconds") == "2024-06-10T10:30:00.123+00:00"
        with pytest.raises(InvalidEvent, match=r"TimeCreated = \{'at': 5\}: must be a time"):
            read_all([{**known, "TimeCreated": {"at": 5}, "UtcTime": None, "Message": MESSAGE_WITHOUT_TIME}])


# Answers ----------------------------------------------------------------------------------------------------

ECS = {
    "@timestamp": AT,
    "host": {"name": "ws-1"},
    "event": {"category": ["process"], "type": ["start"]},
    "process": {"name": "svchost.exe", "pid": 42, "parent": {"name": "explorer.exe", "pid": 7}},
}


def test_groups_of_hits_are_read_beside_an_empty_list_of_hits() -> None:
    hits = {"hits": {"total": {"value": 1}, "hits": [{"_index": "a", "_id": "1", "_source": ECS}]}}
    answer: dict[str, Any] = {
        "took": 3,
        "hits": {"total": {"value": 1}, "hits": []},
        "aggregations": {"by_host": {"buckets": [{"key": "ws-1", "doc_count": 1, "first": hits}]}},
    }
    assert read_all(answer) == [telemetry.read(ECS)]
    assert len(hunt(answer)) == 1


def test_the_hits_that_a_hit_stands_for_are_read_too() -> None:
    hits = [{"_index": "a", "_id": str(n), "_source": {**ECS, "host": {"name": f"ws-{n}"}}} for n in range(3)]
    nested = {"_index": "a", "_id": "0", "_nested": {"field": "x"}, "_source": {"x": 1}}
    inner = {"latest": {"hits": {"hits": hits}}, "parts": {"hits": {"hits": [nested]}}}
    answer = {"hits": {"hits": [{**hits[0], "inner_hits": inner}]}}
    assert [event.device for event in read_all(answer)] == ["ws-0", "ws-1", "ws-2"]
    oddities: list[Any] = [None, [], {"a": 5}, {"a": {"hits": 5}}, {"a": {"hits": {"hits": [5]}}}]
    for odd in oddities:
        assert [event.device for event in read_all([{**hits[0], "inner_hits": odd}])] == ["ws-0"]


CELLS = {
    "@timestamp": AT,
    "host.name": "ws-1",
    "event.category": "process",
    "event.type": "start",
    "process.name": "svchost.exe",
    "process.parent.name": "explorer.exe",
}
HITS = {"hits": [{"_index": "a", "_id": "1", "_source": ECS}]}
TABLE = {
    "name": "PrimaryResult",
    "columns": [{"name": name} for name in CELLS],
    "rows": [list(CELLS.values())],
}


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"took": 9, "timed_out": True, "hits": HITS}, "timed_out"),
        ({"timed_out": False, "_shards": {"total": 5, "failed": 2}, "hits": HITS}, "_shards.failed"),
        ({"tables": [TABLE], "error": {"code": "PartialError"}}, "error"),
        (
            {"Tables": [TABLE], "Exceptions": ["Query execution has exceeded the allowed limits"]},
            "Exceptions",
        ),
        ({"is_partial": True, "columns": TABLE["columns"], "values": TABLE["rows"]}, "is_partial"),
    ],
)
def test_an_answer_that_says_that_it_lacks_rows_is_not_taken_for_whole(answer: Any, field: str) -> None:
    (event,), errors = read_noting(answer)
    assert pair(event) == ("svchost.exe", "explorer.exe")
    assert [error.field for error in errors] == [field]
    assert "says that the answer lacks rows" in errors[0].reason


def test_an_answer_that_failed_is_not_an_empty_one() -> None:
    with pytest.raises(InvalidEvent, match=r"^error = .*says that the answer lacks rows"):
        read_all({"value": [], "error": {"code": "TooManyRequests"}})


def test_an_answer_that_is_whole_says_nothing_more() -> None:
    shards = {"total": 5, "successful": 5, "failed": 0}
    assert read_all({"timed_out": False, "_shards": shards, "hits": HITS}) == [telemetry.read(ECS)]
    assert read_all({"tables": [TABLE], "error": None, "Exceptions": []}) == [telemetry.read(CELLS)]
    assert read_all([{**DEFENDER, "value": [], "error": "", "is_partial": False}]) == [
        telemetry.read(DEFENDER)
    ]


def test_an_empty_page_is_counted_and_is_no_fault() -> None:
    counts = telemetry.RowCounts()
    assert read_all([[DEFENDER], []], counts=counts) == [telemetry.read(DEFENDER)]
    assert (counts.starts, counts.other_events, counts.unreadable) == (1, 1, 0)
    given: list[Any] = ["[]", b" [ ]\n", [[]], ["[]"]]
    for nothing in given:
        assert (hunt(nothing).stats.other_events, hunt(nothing).stats.unreadable) == (1, 0)


@pytest.mark.parametrize("number", [1, 2, 5, 7])
def test_a_table_that_keeps_the_values_of_each_column_in_a_list_is_read(number: int) -> None:
    columns = [{"name": name, "type": "keyword"} for name in CELLS]
    answer = {"took": 3, "columns": columns, "values": [[value] * number for value in CELLS.values()]}
    assert read_all(answer) == [telemetry.read(CELLS)] * number


def test_a_table_of_as_many_rows_as_columns_is_read_by_what_holds_values_of_one_type() -> None:
    cells = {**CELLS, "process.pid": 4242}
    columns, number = [{"name": name} for name in cells], len(cells)
    by_row = {"columns": columns, "values": [list(cells.values())] * number}
    by_column = {"columns": columns, "values": [[value] * number for value in cells.values()]}
    assert read_all(by_row) == read_all(by_column) == [telemetry.read(cells)] * number


def test_a_table_whose_lists_fit_neither_rows_nor_columns_is_refused() -> None:
    columns = [{"name": name} for name in CELLS]
    values: list[Any] = [list(CELLS.values())[:-1], [list(CELLS.values()), "x"], [[1, 2]] * 5 + [[1]]]
    for given in values:
        with pytest.raises(InvalidEvent):
            read_all({"columns": columns, "values": given})


def azure_table(*rows: Mapping[str, Any]) -> Any:
    """Return a table as the client of Azure Monitor gives it."""
    return SimpleNamespace(
        name="PrimaryResult", columns=list(rows[0]), rows=[tuple(row.values()) for row in rows]
    )


def kusto_table(*rows: Mapping[str, Any]) -> Any:
    """Return a table as the client of Kusto gives it: its columns are objects, and its rows come once."""
    columns = [SimpleNamespace(column_name=name, column_type="string") for name in rows[0]]
    raw = [list(row.values()) for row in rows]
    return SimpleNamespace(columns=columns, raw_rows=raw, rows=iter(raw), to_dict=dict)


def test_the_tables_of_a_client_are_read_alone_and_as_a_list() -> None:
    one = telemetry.read(DEFENDER)
    table, other = azure_table(DEFENDER, DEFENDER), kusto_table(DEFENDER)
    assert read_all(table) == read_all([table]) == read_all(iter([table])) == [one, one]
    assert read_all(SimpleNamespace(tables=[table, table])) == [one] * 4
    assert read_all(SimpleNamespace(partial_data=[table], partial_error="too much")) == [one, one]
    assert read_all([SimpleNamespace(tables=[table]), SimpleNamespace(tables=[table])]) == [one] * 4
    assert read_all(other) == [one]
    status = kusto_table({"Timestamp": AT, "StatusCode": 0})
    assert read_all(SimpleNamespace(tables=[kusto_table(DEFENDER), status], primary_results=[other])) == [one]


# Lists in the cells of a table ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("['process']", "['start']"),
        ('["process"]', '["start"]'),
        ("[process]", "[start]"),
        ("{process}", "{start}"),
        ("host, process", "start, info"),
        ("host,process", "info,start"),
        ("['host', 'process']", "['info', 'start']"),
        (" process ", "start "),
    ],
)
def test_a_list_that_became_one_cell_is_still_the_list(category: str, kind: str) -> None:
    assert read_all([{**CELLS, "event.category": category, "event.type": kind}]) == [telemetry.read(CELLS)]


def test_a_list_in_a_cell_that_tells_of_something_else_is_another_event() -> None:
    counts = telemetry.RowCounts()
    rows = [
        {**CELLS, "event.category": "['network']"},
        {**CELLS, "event.type": "['info', 'change']"},
        {**CELLS, "event.category": "intrusion_detection"},
    ]
    assert read_all(rows, counts=counts) == []
    assert counts.other_events == 3


def test_a_row_of_ecs_that_does_not_say_what_happened_is_refused() -> None:
    chosen = {name: value for name, value in CELLS.items() if name != "event.type"}
    with pytest.raises(InvalidEvent, match=r"^event.action = None: does not say that a process starts"):
        read_all([chosen])
    assert read_all([{**chosen, "event.action": "Process Create (rule: ProcessCreate)"}])
    counts = telemetry.RowCounts()
    assert read_all([{**chosen, "event.action": "Image loaded (rule: ImageLoad)"}], counts=counts) == []
    assert counts.other_events == 1


def test_the_fields_of_a_hit_in_the_cells_of_a_table_are_read() -> None:
    fields = {**CELLS, "process.executable": r"C:\Windows\System32\svchost.exe", "process.pid": 42}
    for write in (repr, json.dumps):
        cells = {name: write([value]) for name, value in fields.items()}
        assert read_all([cells]) == [telemetry.read(fields)]
        hit = {"_index": "a", "_id": "1", **{f"fields.{name}": value for name, value in cells.items()}}
        assert read_all([hit]) == [telemetry.read(fields)]
        for kinds in ("['info', 'start']", "['info' 'start']"):  # as pandas and numpy write it
            assert read_all([{**cells, "event.type": kinds, "process.title": "[]"}]) == [
                telemetry.read(fields)
            ]


@pytest.mark.parametrize("name", ["\u0441vchost.exe", "exe.tsohcvs\u202e", "it's.exe", 'a"b', "[", "a b"])
def test_a_text_comes_out_of_a_cell_as_it_went_in(name: str) -> None:
    fields = {**CELLS, "process.name": name}
    for write in (repr, json.dumps):
        assert pair(read_all([{name: write([value]) for name, value in fields.items()}])[0])[0] == name


def test_what_only_looks_like_a_list_in_a_cell_is_no_danger() -> None:
    times = json.dumps([AT])
    for odd in ("[" * 60_000 + "]", "[" * 70_000 + "]", "['a'", "[1+1]", "[__import__('os')]", "[{}]"):
        (event,) = read_all([{**CELLS, "@timestamp": times, "process.title": odd}])
        assert pair(event) == ("svchost.exe", "explorer.exe")


# What tables put around a text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action",
    [
        "ProcessCreated      ",
        " ProcessCreated",
        '"ProcessCreated"',
        "['ProcessCreated']",
        "ProcessCreated\r\n",
        "ProcessCreated\nProcessCreated",  # a field that Splunk extracts twice, in its CSV
    ],
)
def test_what_happened_in_blanks_or_quotes_is_refused_and_not_counted_as_something_else(action: str) -> None:
    for row in (
        {**DEFENDER, "ActionType": action},
        {"category": "AdvancedHunting-DeviceProcessEvents", "properties": {**DEFENDER, "ActionType": action}},
    ):
        with pytest.raises(InvalidEvent, match=r"ActionType = .*once and without blanks, quotes or brackets"):
            read_all([row])
        with pytest.raises(InvalidEvent, match="ActionType"):
            list(telemetry.defender.read_many([row]))
        with pytest.raises(InvalidEvent, match="ActionType"):
            telemetry.defender.read(row)
    report = hunt({name: [value] for name, value in {**DEFENDER, "ActionType": action}.items()})
    assert (report.stats.unreadable, report.stats.other_events) == (1, 0)


CIM = {
    "_time": "2024-06-10T10:30:00Z",
    "dest": "ws-1",
    "process_name": "svchost.exe",
    "parent_process_name": "explorer.exe",
}


@pytest.mark.parametrize("row", [DEFENDER, CIM, {**ASIM, "EventType": "ProcessCreated"}, flat(1), flat(4688)])
@pytest.mark.parametrize(
    "written", ["{0}\n{0}", "['{0}']", '["{0}"]', "{{'name': '{0}'}}", '{{"name":"{0}"}}']
)
def test_several_names_in_a_cell_are_refused_and_are_no_name(row: Any, written: str) -> None:
    (column,) = {"FileName", "process_name", "TargetProcessName", "Image", "NewProcessName"} & row.keys()
    wrong = {**row, column: written.format(row[column])}
    reports = [hunt([wrong]), hunt(iter([wrong])), hunt({name: [value] for name, value in wrong.items()})]
    for report in reports:
        assert (len(report), report.stats.unreadable) == (0, 1)
        reason = "has a list, an object or several values where its name or path should be"
        assert reason in str(report.invalid[0])
    assert hunt([row]).stats.starts == 1


def test_a_kind_that_is_in_no_column_is_a_readers_own_word() -> None:
    counts = telemetry.RowCounts()
    row = {"Date and Time": "6/10/2024 10:30:00 AM", "Event ID": "4624", "Source": "", "Level": "x"}
    assert read_all([row], counts=counts) == []
    assert counts.other_events == 1


@pytest.mark.parametrize(("between", "around"), [(", ", ""), (" | ", ""), (", ", '"'), ("\t ", "'")])
def test_a_table_with_blanks_beside_its_delimiters_is_read(between: str, around: str) -> None:
    lines = [
        between.join(f"{around}{cell}{around}" for cell in line) for line in (DEFENDER, DEFENDER.values())
    ]
    table = csv.DictReader(lines, delimiter=between.strip(" "))
    assert read_all(table) == [telemetry.read({name: str(value) for name, value in DEFENDER.items()})]


def test_what_stands_around_a_value_alone_stays() -> None:
    row = {**DEFENDER, " FileName": ' "svchost.exe', "ProcessCommandLine": ' "a" "b" '}
    del row["FileName"]
    (event,) = read_all([row])
    assert isinstance(event, ProcessCreated)
    assert (event.process.name, event.process.command_line) == ('"svchost.exe', ' "a" "b" ')


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4688,0", 4688),
        ("4688,", 4688),
        ("4688,00", 4688),
        ("4,688", 4688),
        ("4,688.0", 4688),
        ("1,004,688", 1_004_688),
    ],
)
def test_a_comma_is_that_of_thousands_or_of_a_decimal(text: str, number: int) -> None:
    assert Fields({"EventID": text}).number("EventID") == number


@pytest.mark.parametrize("text", ["4688,5", "46,88", "4,68,8", ",4688", "4,688,5", "1,2,3", "0x10,0"])
def test_a_comma_that_is_neither_is_refused(text: str) -> None:
    with pytest.raises(InvalidEvent, match="must be a whole number"):
        Fields({"EventID": text}).number("EventID")


# Columns that a query left out ------------------------------------------------------------------------------

OCSF = {
    "class_uid": 1007,
    "activity_id": 1,
    "type_uid": 100701,
    "time": 1718015400123,
    "device": {"hostname": "ws-1"},
    "actor": {"process": {"name": "explorer.exe", "pid": 7}},
    "process": {"name": "svchost.exe", "pid": 42},
}
CORTEX = {
    "_time": 1718015400123,
    "agent_hostname": "ws-1",
    "event_type": "PROCESS",
    "event_sub_type": "PROCESS_START",
    "actor_process_image_name": "explorer.exe",
    "action_process_image_name": "svchost.exe",
}


def test_the_number_of_a_process_event_alone_is_no_other_event() -> None:
    row = {"@timestamp": AT, "winlog.event_id": "1", "@rawstring": xml(1)}
    with pytest.raises(InvalidEvent, match=r"provider_name = None: must be who wrote the event"):
        read_all([row])
    counts = telemetry.RowCounts()
    assert read_all([{**row, "winlog.event_id": "7"}], counts=counts) == []
    assert counts.other_events == 1


def test_the_type_of_ocsf_tells_the_activity_too() -> None:
    chosen = {name: value for name, value in OCSF.items() if name != "activity_id"}
    assert read_all([chosen]) == [telemetry.read(OCSF)]
    assert isinstance(telemetry.read({**chosen, "type_uid": 100702}), ProcessExited)
    for lacking in ({"type_uid": None}, {"type_uid": 7}):
        with pytest.raises(InvalidEvent, match=r"^activity_id = None: must say what happened; type_uid"):
            read_all([{**chosen, **lacking}])


def test_a_row_without_the_number_of_its_class_or_kind_is_refused() -> None:
    with pytest.raises(InvalidEvent, match=r"^class_uid = None: must be the number of the class"):
        read_all([{**OCSF, "class_uid": None}])
    for lacking in ({}, {"event_sub_type": None}):
        row = {name: value for name, value in CORTEX.items() if name != "event_sub_type"}
        with pytest.raises(InvalidEvent, match=r"^event_sub_type = None: must say what happened"):
            read_all([{**row, **lacking}])
    assert read_all([CORTEX])


# The same event in another of its product's exports ---------------------------------------------------------


def test_the_events_of_an_alert_of_cortex_are_read() -> None:
    event = {**CORTEX, "event_type": "Process Execution", "event_sub_type": None}
    event["event_timestamp"] = event.pop("_time")
    del event["agent_hostname"]
    answer = {
        "reply": {"total_count": 1, "alerts": [{"alert_id": "1", "host_name": "ws-1", "events": [event]}]}
    }
    assert read_all(answer) == [telemetry.read(CORTEX)]
    counts = telemetry.RowCounts()
    assert read_all([{**event, "action_process_image_name": None}], counts=counts) == []
    assert counts.other_events == 1


def test_the_first_time_of_a_summary_of_splunk_is_its_time() -> None:
    row = {
        "dest": "ws-1",
        "process_name": "svchost.exe",
        "parent_process_name": "explorer.exe",
        "count": "3",
        "firstTime": "1718015400",
        "lastTime": "1718019000",
    }
    expected = telemetry.read({**row, "_time": "2024-06-10T10:30:00Z", "firstTime": "2024-01-01T00:00:00"})
    assert read_all([row]) == [expected]
    assert read_all([{f"Processes.{name}": value for name, value in row.items()}]) == [expected]
    with pytest.raises(InvalidEvent, match=r"^_time = None: must be the time of the event; firstTime"):
        read_all([{**row, "firstTime": None}])


@pytest.mark.parametrize("number", ["2.0", "2,0", 2.0, "2", 2])
def test_the_number_of_a_kind_in_a_column_with_gaps_is_that_number(number: object) -> None:
    row = {
        "eventTime": 1718015400123,
        "endpointHostName": "ws-1",
        "eventSubId": number,
        "objectFilePath": r"C:\Windows\System32\svchost.exe",
        "processFilePath": r"C:\Windows\explorer.exe",
    }
    assert pair(read_all([row])[0]) == ("svchost.exe", "explorer.exe")
    counts = telemetry.RowCounts()
    assert read_all([{**row, "eventSubId": "20"}], counts=counts) == []
    assert counts.other_events == 1


def test_a_text_in_a_list_of_a_hit_is_left_as_it_is() -> None:
    fields = {name: [value] for name, value in CELLS.items()} | {"process.command_line": ["['a']"]}
    (event,) = read_all([fields])
    assert isinstance(event, ProcessCreated)
    assert event.process.command_line == "['a']"


def test_the_numbers_of_udm_in_bigquery_are_read() -> None:
    row = {
        "metadata": {"event_timestamp": "2024-06-10T10:30:00Z", "event_type": "PROCESS_LAUNCH"},
        "principal": {"hostname": "ws-1", "process": {"file": {"full_path": r"C:\Windows\explorer.exe"}}},
        "target": {"process": {"file": {"full_path": r"C:\Windows\System32\svchost.exe"}}},
    }
    stored = {"event_timestamp": {"seconds": 1718015400, "nanos": 0}, "event_type": 10001}
    assert read_all([{**row, "metadata": stored}]) == [telemetry.read(row)]
    assert isinstance(telemetry.read({**row, "metadata": {**stored, "event_type": 10004}}), ProcessExited)
    counts = telemetry.RowCounts()
    assert read_all([{**row, "metadata": {**stored, "event_type": 10005}}], counts=counts) == []
    assert counts.other_events == 1


# Syslog -----------------------------------------------------------------------------------------------------

HEADS = ("<14>Mar  2 10:31:07 ws-1 ", "<14>1 2024-06-10T10:30:00Z ws-1 Microsoft-Windows-Sysmon 4 - - ")
JSON, XML = json.dumps(flat(1)), xml(1)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("event", [JSON, XML])
def test_the_event_in_a_message_of_syslog_is_read(head: str, event: str) -> None:
    expected = telemetry.read(event)
    assert read_all([head + event]) == [expected]
    assert read_all(f"{head}{event}\r\n\r\n{head}{event}\n".encode()) == [expected, expected]
    assert read_all([{"@timestamp": AT, "message": head + event, "host": "10.0.0.1"}]) == [expected]


def test_a_message_of_syslog_without_an_event_is_refused_for_that() -> None:
    other = f"{HEADS[0]}MSWinEventLog\t1\tSecurity\t7\t4688"
    for text in (other, f"{HEADS[0]}CEF:0|Microsoft|Windows||4688|x|Low| sproc=x", HEADS[0] + "{", "<14>"):
        with pytest.raises(InvalidEvent, match="is a message of syslog without the JSON or XML of an event"):
            read_all([text])
    lines = f"{other}\n{HEADS[0]}{JSON}\n{other}"
    events, errors = read_noting(lines)
    assert (len(events), len(errors)) == (1, 2)
    assert read_noting("<14>\n<14>\n")[0] == []


# What is refused, and why -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first", ["#TYPE Selected.System.Diagnostics.EventLogRecord", "sep=,", "Report of today"]
)
def test_a_line_before_the_header_is_what_is_wrong_with_a_table(first: str) -> None:
    lines = [first, ",".join(DEFENDER), ",".join(str(value) for value in DEFENDER.values())]
    with pytest.raises(InvalidEvent, match=r"^row = .*has more cells than columns: the first line"):
        read_all(csv.DictReader(lines))


def test_cells_beyond_the_columns_of_a_known_table_cost_nothing() -> None:
    assert read_all([{**DEFENDER, None: ["x"]}]) == [telemetry.read(DEFENDER)]


def test_a_message_that_is_not_english_is_refused_as_that() -> None:
    german = {"TimeCreated": AT, "Id": "4688", "Message": "Ein neuer Prozess wurde erstellt.\r\n"}
    with pytest.raises(InvalidEvent, match=r"^Message = 'Ein neuer .*must be the event's message in English"):
        read_all([german])
    with pytest.raises(InvalidEvent, match="is unrecognised"):
        read_all([{**german, "Id": "4"}])


@pytest.mark.parametrize("row", [DEFENDER, ASIM, *map(flat, [1, 5, 8, 4688, 4689])])
def test_a_row_whose_cells_are_formulas_of_texts_is_read_as_the_texts(row: dict[str, Any]) -> None:
    texts = {name: str(value) for name, value in row.items()}
    cells = {name: '="' + text.replace('"', '""') + '"' for name, text in texts.items()}
    assert telemetry.read(cells) == telemetry.read(texts)
    assert [each.uid for each in hunt([cells])] == [each.uid for each in hunt([texts])]


@pytest.mark.parametrize("name", ["FileName", "InitiatingProcessFileName", "Timestamp", "ProcessId"])
def test_one_cell_that_is_the_formula_of_a_text_hides_no_finding(name: str) -> None:
    (found,) = hunt([{**DEFENDER, name: f'="{DEFENDER[name]}"'}])
    assert (found.child, found.parent) == ("svchost.exe", "explorer.exe")
