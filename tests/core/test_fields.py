"""Fields: what a saved field must be, and that a refusal names its place, its value and what it must be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from parentchild import InvalidState
from parentchild.detector.fields import Fields

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
Read = Callable[[Fields], object]


READERS: dict[str, Read] = {
    "count": lambda fields: fields.count("x"),
    "time": lambda fields: fields.time("x"),
    "seconds": lambda fields: fields.seconds("x"),
    "record_id": lambda fields: fields.record_id(),
    "inner": lambda fields: fields.inner("x"),
    "items": lambda fields: fields.items("x"),
    "str": lambda fields: fields.take("x", str),
    "int": lambda fields: fields.take("x", int),
    "bool": lambda fields: fields.take("x", bool),
}
OPTIONAL: dict[str, Read] = {
    "take": lambda fields: fields.take_if_set("x", int),
    "time": lambda fields: fields.time_if_set("x"),
    "seconds": lambda fields: fields.seconds_if_set("x"),
    "inner": lambda fields: fields.inner_if_set("x"),
}


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        ("count", 0, 0),
        ("count", 7, 7),
        ("time", "2026-03-01T12:00:00+00:00", NOON),
        ("time", "2026-03-01T14:00:00+02:00", NOON),
        ("seconds", 7200, timedelta(hours=2)),
        ("seconds", 0.5, timedelta(seconds=0.5)),
        ("record_id", None, None),
        ("record_id", "a", "a"),
        ("record_id", 7, 7),
        ("items", [1, None], [1, None]),
        ("str", "", ""),
        ("int", -1, -1),
        ("bool", True, True),
    ],
)
def test_a_field_that_is_what_it_must_be_is_returned(reader: str, value: object, expected: object) -> None:
    name = "record_id" if reader == "record_id" else "x"
    assert READERS[reader](Fields({name: value}, "state")) == expected


@pytest.mark.parametrize(
    ("reader", "value", "reason"),
    [
        ("count", -1, "must not be negative"),
        ("count", "1", "must be int"),
        ("count", True, "must be int"),
        ("time", "noon", "must be a time in ISO 8601"),
        ("time", "2026-03-01T12:00:00", "must be a time with a zone"),
        ("time", 7, "must be str"),
        ("seconds", "1", "must be a number of seconds"),
        ("seconds", None, "must be a number of seconds"),
        ("seconds", 1e300, "must be a number of seconds"),
        ("record_id", 1.5, "must be str or int"),
        ("inner", [], "must be a JSON object"),
        ("inner", None, "must be a JSON object"),
        ("items", {}, "must be list"),
        ("str", None, "must be str"),
        ("int", False, "must be int"),
        ("bool", 1, "must be bool"),
    ],
)
@pytest.mark.parametrize(("place", "prefix"), [("", ""), ("members[3]", "members[3].")])
def test_a_field_that_is_not_is_refused_by_its_place(
    reader: str, value: object, reason: str, place: str, prefix: str
) -> None:
    name = "record_id" if reader == "record_id" else "x"
    with pytest.raises(InvalidState) as refused:
        READERS[reader](Fields({name: value}, place))
    assert refused.value.field == f"{prefix}{name}"
    assert refused.value.value == value
    assert refused.value.reason == reason


@pytest.mark.parametrize("reader", OPTIONAL)
@pytest.mark.parametrize("values", [{}, {"x": None}])
def test_an_optional_field_that_is_not_set_is_none(reader: str, values: dict[str, object]) -> None:
    assert OPTIONAL[reader](Fields(values, "state")) is None


@pytest.mark.parametrize("reader", OPTIONAL)
def test_an_optional_field_that_is_set_must_be_right(reader: str) -> None:
    with pytest.raises(InvalidState, match=r"^state\.x = 'wrong': "):
        OPTIONAL[reader](Fields({"x": "wrong"}, "state"))


def test_a_value_in_a_list_or_in_an_object_knows_its_place() -> None:
    values: dict[str, Any] = {"list": [{"n": 1}, {"n": 2}, {"n": -3}], "object": {"n": -4}}
    fields = Fields(values, "state")
    with pytest.raises(InvalidState, match=r"^state\.list\[2\]\.n = -3: must not be negative$"):
        fields.each("list", lambda each: each.count("n"))
    with pytest.raises(InvalidState, match=r"^state\.object\.n = -4: must not be negative$"):
        fields.inner("object").count("n")
    inner = fields.inner_if_set("object")
    assert inner is not None
    assert inner.at("n") == "state.object.n"
    assert fields.each("list", lambda each: each.take("n", int)) == (1, 2, -3)
