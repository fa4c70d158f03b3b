"""A plan gives what the methods of `Fields` give, and processes of checked values are those of any."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild.errors import InvalidEvent
from parentchild.events import Process, ProcessCreated, checked_creation, checked_process
from parentchild.telemetry.fields import NOTHING, Fields
from parentchild.telemetry.plans import ABSENT, Kind, Plan, Value

AWARE = datetime(2024, 6, 10, 10, 30, tzinfo=timezone.utc)


class Moment(datetime):
    """A subclass, as data frames have one."""


TEXTS = (
    *NOTHING,
    *(
        "'-k",
        "'=x",
        " ",
        "\u00a0\u2003",
        " x",
        "\tx",
        '"C:\\x.exe" -k',
        '""',
        "x",
        "\u0455vchost.exe",
        "\ud800",
    ),
    *(
        r"C:\\Windows\\x.exe",
        r"C:\Windows\x.exe",
        r"\\server\share",
        "CORP\\\\ann",
        "CORP\\ann",
        "\\\\?\\C:\\x",
    ),
    *(
        "4242",
        "0x1a4",
        "0X1A4",
        "0xzz",
        "\u0664",
        "1_0",
        "4294967296",
        "-1",
        "42.0",
        "1,234",
        "42,0",
        "4,2",
        "007",
        " 7 ",
    ),
    *(
        "2024-06-10T10:30:00.1234567Z",
        "2024-06-10 10:30:00",
        "2024-06-10T10:30:00+02:00",
        "2024-06-10",
        "then",
    ),
    *("30827-01-01T00:00:00Z", "1718015400", "6/10/2024 10:30:00 AM", "2024-06-10 10:30:00 UTC"),
    *("{A23EAE89-BD56-67E0-0000-0010E9D95E01}", "00000000-0000-0000-0000-000000000000", "{x}"),
)
VALUES = st.one_of(
    st.none(),
    st.sampled_from(TEXTS),
    st.text(max_size=12),
    st.integers(-(2**65), 2**65),
    st.booleans(),
    st.floats(),
    st.sampled_from(
        [AWARE, AWARE.replace(tzinfo=None), Moment(2024, 6, 10, tzinfo=timezone.utc), b"x", (1,)]
    ),
    st.builds(list[int]),
)
COLUMNS = ("a", "b", "c", "process.a", "process.b")
WANTED = [
    Value(kind, columns, is_secondary)
    for kind in Kind
    for columns in (("a",), ("a", "b"), ("c", "b", "a"))
    for is_secondary in (False, True)
]


def by_fields(wanted: Value, fields: Fields) -> Any:
    """What the method of `Fields` gives, or what it says is wrong."""
    of = fields.secondary if wanted.is_secondary else fields
    try:
        return getattr(of, wanted.kind.value)(*wanted.columns)
    except InvalidEvent as error:
        return str(error)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(COLUMNS), VALUES, max_size=5), st.sampled_from(["", "process."]))
def test_a_plan_gives_what_fields_give(row: dict[str, Any], dotted: str) -> None:
    for wanted in WANTED:
        expected = by_fields(wanted, Fields(row, dotted=dotted))
        try:
            found = PLANS[wanted].of(Fields(row, dotted=dotted))[1]
        except InvalidEvent as error:
            found = str(error)
        assert (found, type(found)) == (expected, type(expected))


PLANS = {wanted: Plan(ABSENT, wanted) for wanted in WANTED}


def test_a_plan_is_not_misled_by_the_shape_of_another_row() -> None:
    plan = Plan(Value(Kind.TEXT, ("a",)))
    assert plan.of(Fields({"process.a": "x", "b": 1}, dotted="process.")) == ["x"]
    assert plan.of(Fields({"process.a": "x", "b": 1})) == [None]
    assert plan.of(Fields({"b": 1, "a": "y"})) == plan.of(Fields({"a": "y", "b": 1})) == ["y"]
    for width in range(600):  # shapes come from outside, so they are forgotten
        assert plan.of(Fields({"a": "z", **{str(each): 1 for each in range(width)}})) == ["z"]


FULL: dict[str, Any] = {
    field.name: 7 if field.name in {"pid", "session"} else AWARE if field.name == "started_at" else field.name
    for field in attrs.fields(Process)
}


def test_a_process_of_checked_values_is_the_process_of_these_values() -> None:
    for names in [list(FULL), ["name"], ["name", "pid", "path"]]:
        given = {name: FULL[name] for name in names}
        made = checked_process(*given.values(), *[None] * (3 - len(names)))
        assert (made, hash(made), repr(made)) == (
            Process(**given),
            hash(Process(**given)),
            repr(Process(**given)),
        )
    assert checked_process(**FULL) == Process(**FULL)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.name = "x"  # type: ignore[misc]


def test_a_creation_of_checked_values_is_the_creation_of_these_values() -> None:
    child, parent = Process("a.exe"), Process("b.exe")
    given: dict[str, Any] = {
        "timestamp": AWARE,
        "device": "ws-1",
        "process": child,
        "parent": parent,
        "grandparent": child,
        "ingested_at": AWARE + timedelta(1),
        "record_id": 7,
        "creator": parent,
        "windows": "10",
        "from_snapshot": True,
    }
    assert checked_creation(**given) == ProcessCreated(**given)
    assert set(given) == {field.name for field in attrs.fields(ProcessCreated)}
