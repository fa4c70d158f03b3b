"""Forms: each type is written as JSON and read back, and what does not fit is refused with its place."""

from __future__ import annotations

import enum
import json
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol

import attrs
import pytest

from parentchild.errors import InvalidArgument, InvalidState
from parentchild.saving.forms import SAVED_AS, form_of

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


class Shape(Protocol):
    @property
    def size(self) -> int: ...


@attrs.frozen
class Square:
    size: int

    def __attrs_post_init__(self) -> None:
        if self.size < 1:
            raise InvalidArgument("size", self.size, "must be at least 1")


@attrs.frozen
class Circle:
    size: int
    colour: Colour


@attrs.frozen(kw_only=True)
class Drawing:
    """A record of everything that a record may hold."""

    name: str
    id: str | int | None = None
    begun: datetime | None = None
    took: timedelta = timedelta(0)
    is_done: bool = False
    shapes: tuple[Square | Circle, ...] = ()
    corner: tuple[int, str] = (0, "")
    counts: dict[str, int] = attrs.field(factory=dict[str, int])
    first: Shape | None = attrs.field(default=None, metadata={SAVED_AS: Square | None})
    derived: int = attrs.field(default=7, init=False)


WHOLE = Drawing(
    name="x",
    id=-5,
    begun=NOON,
    took=timedelta(microseconds=3),
    is_done=True,
    shapes=(Circle(1, Colour.BLUE), Square(2)),
    corner=(3, "c"),
    counts={"b": 1, "a": 2},
    first=Square(4),
)
WRITTEN: dict[str, Any] = {
    "name": "x",
    "id": -5,
    "begun": "2026-03-01T12:00:00+00:00",
    "took": 3,
    "is_done": True,
    "shapes": [{"kind": "Circle", "size": 1, "colour": "BLUE"}, {"kind": "Square", "size": 2}],
    "corner": [3, "c"],
    "counts": {"a": 2, "b": 1},
    "first": {"size": 4},
}


def test_a_record_is_written_by_its_types_and_comes_back_from_json() -> None:
    form = form_of(Drawing)
    assert form.write(WHOLE) == WRITTEN
    assert list(form.write(WHOLE)["counts"]) == ["a", "b"]
    assert form.read(json.loads(json.dumps(WRITTEN))) == WHOLE


def test_what_is_none_is_not_written_and_what_is_not_there_is_none() -> None:
    form = form_of(Drawing)
    written: Any = form.write(Drawing(name="x"))
    assert {"id", "begun", "first", "derived"}.isdisjoint(written)
    assert form.read(written) == Drawing(name="x")


@pytest.mark.parametrize(
    ("part", "value", "field", "reason"),
    [
        ("name", 7, ".name", "must be a text"),
        ("name", None, ".name", "must be a text"),
        ("id", 1.5, ".id", "must be a text"),
        ("begun", "noon", ".begun", "is no datetime"),
        ("begun", "2026-03-01T12:00:00", ".begun", "must have a time zone"),
        ("took", -1, ".took", "not negative"),
        ("took", 10**30, ".took", "is out of range"),
        ("is_done", 1, ".is_done", "must be true or false"),
        ("shapes", {}, ".shapes", "must be a JSON array"),
        ("shapes", [{"size": 1}], ".shapes[0].kind", "is unknown"),
        ("shapes", [{"kind": ["Square"]}], ".shapes[0].kind", "is unknown"),
        ("shapes", [{"kind": "Square", "size": 0}], ".shapes[0].size", "must be at least 1"),
        ("shapes", [{"kind": "Circle", "size": 1, "colour": "r"}], ".shapes[0].colour", "is no Colour"),
        ("corner", [1], ".corner", "must hold 2 values"),
        ("corner", [1, 2], ".corner[1]", "must be a text"),
        ("counts", [], ".counts", "must be a JSON object"),
        ("counts", {"a": True}, ".counts.a", "a whole number"),
        ("first", 4, ".first", "must be a JSON object"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    part: str, value: object, field: str, reason: str
) -> None:
    with pytest.raises(InvalidState) as refused:
        form_of(Drawing).read({**WRITTEN, part: value})
    assert refused.value.field == field
    assert reason in refused.value.reason


def test_an_array_of_one_thing_holds_that_one_alone() -> None:
    form = form_of(tuple[int])
    assert (form.write((3,)), form.read([3])) == ([3], (3,))
    with pytest.raises(InvalidState, match=r"must hold 1 values"):
        form.read([3, 4])


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (Drawing, 7, "must be a JSON object"),
        (dict[str, int], [1], "must be a JSON object"),
        (tuple[int, str], [1], "must hold 2 values"),
        (tuple[int, str], {}, "must be a JSON array"),
        (Colour, "GREEN", "is no Colour that this release knows"),
        (datetime, "noon", "is no datetime"),
        (datetime, "2026-03-01T12:00:00", "must have a time zone: a naive time could be any of 24 hours"),
        (timedelta, 10**30, "is out of range"),
        (str, 7, "must be a text"),
        (bool, 1, "must be true or false"),
        (int, True, "must be a whole number that is not negative"),
    ],
)
def test_what_is_refused_at_the_top_has_no_place_but_its_value_and_a_reason(
    kind: Any, value: object, reason: str
) -> None:
    with pytest.raises(InvalidState) as refused:
        form_of(kind).read(value)
    assert (refused.value.field, refused.value.value, refused.value.reason) == ("", value, reason)


def test_a_refused_part_is_told_with_its_place_and_its_own_value() -> None:
    for damage, place, value in (
        ({"shapes": [{"kind": "Oval"}]}, ".shapes[0].kind", "Oval"),
        ({"shapes": [7]}, ".shapes[0]", 7),
        ({"corner": [1, 2]}, ".corner[1]", 2),
        ({"counts": {"a": "x"}}, ".counts.a", "x"),
        ({"shapes": [{"kind": "Square", "size": 0}]}, ".shapes[0].size", 0),
    ):
        with pytest.raises(InvalidState) as refused:
            form_of(Drawing).read({**WRITTEN, **damage})
        assert (refused.value.field, refused.value.value) == (place, value)
