"""Reading many rows: lazily, with a prefilter, with nothing skipped in silence, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild import DEFAULT_RELATIONS, telemetry
from parentchild.errors import InvalidEvent
from parentchild.events import ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.relations.prefilter import Prefilter
from tests.telemetry.fuzz import run
from tests.telemetry.rows import (
    CROWDSTRIKE,
    DEFENDER,
    DEFENDER_THREAD,
    ECS_DOTTED,
    ENDGAME,
    ENVELOPES,
    OCSF,
    SOURCES,
    SPLUNK_CIM,
    all_rows,
    flat,
)

FLAT: dict[str, Mapping[str, Any]] = {
    "defender": DEFENDER,
    "sysmon": flat(1),
    "security": flat(4688),
    "endgame": ENDGAME,
    "asim": SOURCES["asim"],
    "splunk_cim": SPLUNK_CIM,
}
UNWATCHED = "notepad.exe"


class Asked:
    """A prefilter that rejects everything and remembers what it was asked."""

    exits = False

    def __init__(self) -> None:
        self.creations: list[tuple[object, object]] = []
        self.threads: list[object] = []

    def created(self, child: object, parent: object, /) -> bool:
        self.creations.append((child, parent))
        return False

    def thread(self, source: object, /) -> bool:
        self.threads.append(source)
        return False


class Recorded(dict[str, object]):
    """A row that remembers which of its columns were looked at."""

    def __init__(self, row: Mapping[str, object]) -> None:
        super().__init__(row)
        self.looked_at: set[str] = set()

    def get(self, key: str, default: object = None, /) -> object:
        self.looked_at.add(key)
        return super().get(key, default)


def named(row: Mapping[str, Any], child: str) -> dict[str, Any]:
    """The row with another child, wherever it names it."""
    text = {
        name: value for name, value in row.items() if isinstance(value, str) and value.endswith("svchost.exe")
    }
    return {**row, **{name: value.replace("svchost.exe", child) for name, value in text.items()}}


def test_rows_of_all_sources_are_read_as_they_come() -> None:
    rows = list(all_rows().values())
    assert list(telemetry.read_many(rows)) == [telemetry.read(row) for row in rows]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    seen: list[int] = []

    def rows() -> Iterator[Mapping[str, object]]:
        for index in range(3):
            seen.append(index)
            yield DEFENDER

    events = telemetry.read_many(rows())
    assert seen == []
    next(events)
    assert seen == [0]


def test_a_row_that_cannot_be_read_raises_by_default() -> None:
    events = telemetry.read_many([DEFENDER, {"colour": "red"}])
    next(events)
    with pytest.raises(
        InvalidEvent,
        match=r"row = \['colour'\]: is unrecognised: no source has such columns",
    ):
        next(events)


def test_rows_that_cannot_be_read_are_handed_over_with_their_index() -> None:
    invalid: list[tuple[int, str]] = []
    rows: list[Any] = [None, DEFENDER, 5, {"EventID": "x"}, {**DEFENDER, "Timestamp": "then"}]
    events = list(
        telemetry.read_many(rows, on_invalid=lambda index, error: invalid.append((index, error.field)))
    )
    assert len(events) == 1
    assert invalid == [(0, "row"), (2, "row"), (3, "EventID"), (4, "Timestamp")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**DEFENDER, "ProcessId": "many"}, "ProcessId = 'many': must be a whole number"),
        ({**DEFENDER, "ProcessId": True}, "ProcessId = True: must be a whole number"),
        ({**DEFENDER, "ProcessId": 2**32}, "ProcessId = 4294967296: must lie between 0 and 2"),
        ({**DEFENDER, "ProcessId": "1_0"}, "ProcessId = '1_0': must be a whole number"),
        ({**DEFENDER, "FileName": ["svchost.exe"]}, r"FileName = \['svchost.exe'\]: must be text"),
        (
            {**DEFENDER, "Timestamp": None},
            "Timestamp = None: must be the time of the event; TimeGenerated would do as well",
        ),
        ({**DEFENDER, "ActionType": None}, "ActionType = None: must say what happened"),
        ({"category": "AdvancedHunting-X", "properties": 1}, "properties = 1: must be an object"),
        ({**SOURCES["event hub"], "properties": {**DEFENDER, "Timestamp": 1.5e300}}, "properties.Timestamp"),
        ({**ENVELOPES["evtx"](1), "Event": {"System": 1}}, "Event.System = 1: must be an object"),
        ({"EventID": 1, "EventData": "nonsense"}, "EventData = 'nonsense': must be XML or JSON"),
        ({"EventID": 1, "EventData": '{"a": 1, "a": 2}'}, "EventData.*must give each name once"),
        ({"EventID": 1, "EventData": "[" * 100_000}, "EventData.*must be XML or JSON"),
        ({"EventID": 1, "EventData": "{" + "x" * 1_048_576}, "EventData.*is longer than"),
        ({"EventID": 1, "EventData": 5}, "EventData = 5: must be an object"),
        ({"EventID": 1, "EventData": {"Data": [{"Name": "a"}, {"Name": "a"}]}}, "EventData.Data = 'a'"),
        ({**SPLUNK_CIM, "_time": {}}, "_time = {}: must be a time"),
        ({**SOURCES["ecs"], "event": {"category": [1]}}, r"event.category = \[1\]: must be text, or a list"),
        (
            {"ActionType": "ProcessCreated", "Timestamp": 1},
            "process = None: has neither name nor path in the row",
        ),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_the_name_of_its_column(row: Any, message: str) -> None:
    with pytest.raises(InvalidEvent, match=message):
        telemetry.read(row)


@pytest.mark.parametrize("source", telemetry.SOURCES, ids=lambda source: source.name)
@pytest.mark.parametrize("row", [{}, {"a": 1}])
def test_a_source_says_what_it_looked_for(source: telemetry.Source, row: dict[str, object]) -> None:
    try:
        assert source.read(row) is None
    except InvalidEvent as error:
        assert error.reason  # noqa: PT017 - a row of another source may also just give nothing


# With a prefilter ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", FLAT)
def test_a_row_that_the_screen_rejects_is_not_parsed(source: str) -> None:
    asked = Asked()
    broken = {name: object() for name in FLAT[source]}
    kept = {name: value for name, value in FLAT[source].items() if isinstance(value, str)}
    times = ("Timestamp", "TimeCreated", "timestamp", "TimeGenerated", "_time")
    row = {**broken, **kept, **dict.fromkeys(times, "no time")}
    for key in set(broken) & {"EventID"}:
        row[key] = FLAT[source][key]
    assert list(telemetry.read_many([row], prefilter=asked)) == []
    assert len(asked.creations) == 1


@pytest.mark.parametrize(
    "name", sorted(set(all_rows()) - {"defender thread", "ocsf", "ecs dotted", "osquery"})
)
def test_a_screen_that_rejects_all_lets_nothing_through(name: str) -> None:
    assert list(telemetry.read_many([all_rows()[name]], prefilter=Asked())) == []


@pytest.mark.parametrize(
    "row", [OCSF, ECS_DOTTED, SOURCES["osquery"], {**CROWDSTRIKE, "SourceProcessId": "77"}]
)
def test_a_creator_that_is_not_the_parent_passes_every_screen(row: dict[str, Any]) -> None:
    (event,) = telemetry.read_many([row], prefilter=Asked())
    assert isinstance(event, ProcessCreated)
    assert event.creator is not None


def test_the_screen_is_asked_about_the_source_of_a_remote_thread() -> None:
    asked = Asked()
    rows = [DEFENDER_THREAD, flat(8), {**OCSF, "activity_id": 4, "injection_type_id": 1}]
    assert list(telemetry.read_many(rows, prefilter=asked)) == []
    assert asked.threads == ["explorer.exe", r"C:\Windows\explorer.exe", "powershell.exe"]


@pytest.mark.parametrize("name", sorted(all_rows()))
def test_what_the_screen_lets_through_is_read_as_without_it(name: str) -> None:
    prefilter = Prefilter(
        DEFAULT_RELATIONS.compiled, remembers_processes=True, evidence=frozenset({"explorer.exe"})
    )
    row = all_rows()[name]
    assert list(telemetry.read_many([row], prefilter=prefilter)) == [telemetry.read(row)]


@pytest.mark.parametrize("source", FLAT)
def test_the_screens_rejections_are_the_same_for_one_row_and_for_many(source: str) -> None:
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    module: Any = getattr(telemetry, source)
    rows = [FLAT[source], named(FLAT[source], UNWATCHED), MappingProxyType(FLAT[source])]
    shut = MappingProxyType(named(FLAT[source], UNWATCHED))  # no dict, so it misses the shortcut
    read = [event.process.name for event in module.read_many([*rows, shut], prefilter=prefilter)]
    assert read == ["svchost.exe", "svchost.exe"]


@pytest.mark.parametrize("odd", [[], {}, 5, object(), None, b"svchost.exe"])
def test_an_odd_name_passes_the_screen_and_is_complained_about(odd: object) -> None:
    row = {**DEFENDER, "FileName": odd, "InitiatingProcessFileName": "services.exe"}
    errors: list[InvalidEvent] = []
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    list(telemetry.read_many([row], prefilter=prefilter, on_invalid=lambda _, error: errors.append(error)))
    assert [error.field for error in errors] == ([] if odd is None else ["FileName"])


# Columns ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", FLAT)
def test_a_flat_source_looks_at_no_column_that_it_does_not_name(source: str) -> None:
    columns = getattr(telemetry, source).COLUMNS
    threads = {"defender": DEFENDER_THREAD, "sysmon": flat(8)}
    for row in (FLAT[source], threads.get(source, FLAT[source])):
        recorded = Recorded(row)
        getattr(telemetry, source).read(recorded)
        assert recorded.looked_at <= set(columns.needed)
    assert {columns.child, columns.parent} <= set(columns.needed)


@pytest.mark.parametrize("source", FLAT)
def test_the_columns_that_a_source_names_are_enough(source: str) -> None:
    columns = getattr(telemetry, source).COLUMNS
    row = {**FLAT[source], "Unrelated": 1}
    projected = {name: row[name] for name in columns.needed if name in row}
    assert getattr(telemetry, source).read(projected) == telemetry.read(row)


# Whatever comes -----------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted({key for row in all_rows().values() for key in row})), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(JSON)
def test_any_json_is_an_event_or_nothing_or_invalid(value: Any) -> None:
    try:
        event = telemetry.read(value)
    except InvalidEvent:
        return
    assert event is None or isinstance(event, (ProcessCreated, ProcessExited, RemoteThreadCreated))


def test_broken_rows_are_events_or_nothing_or_invalid() -> None:
    outcomes = run(2000, seed=7)
    assert outcomes.total() == 2000
    assert set(outcomes) <= {
        "ProcessCreated",
        "ProcessExited",
        "RemoteThreadCreated",
        "NoneType",
        "InvalidEvent",
    }
