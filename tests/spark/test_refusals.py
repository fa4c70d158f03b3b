"""What a caller must mend is said before anything runs; it takes no Spark to try that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from inspect import signature
from typing import Any

import attrs
import pytest

from parentchild import CrashHandler, InvalidArgument, hunt, spark, telemetry
from parentchild.hunting.spark import tables
from parentchild.telemetry import FieldMap

DEFENDER = ["Timestamp", "DeviceName", "ActionType", "FileName", "InitiatingProcessFileName"]
NESTED = ["@timestamp", "event", "process", "host"]


@attrs.frozen
class Field:
    name: str
    metadata: dict[str, int]


@attrs.frozen
class Schema:
    fields: list[Field]


@attrs.frozen
class Frame:
    """A DataFrame of which only what costs nothing can be asked: all else is an AttributeError."""

    columns: list[str]
    isStreaming: bool = False  # noqa: N815 - as Spark has it
    watermark: str = ""

    def mapInArrow(self) -> None:  # noqa: N802 - as Spark has it
        raise AssertionError("something runs")

    @property
    def schema(self) -> Schema:
        delay = {"spark.watermarkDelayMs": 7_200_000}
        return Schema([Field(name, delay if name == self.watermark else {}) for name in self.columns])


class Own(CrashHandler):
    pass


def without(name: str) -> list[str]:
    return [each for each in DEFENDER if each != name]


TABLES: list[tuple[Any, dict[str, Any], str]] = [
    ([{"FileName": "x"}], {}, "must be a Spark DataFrame"),
    (Frame(DEFENDER, isStreaming=True), {}, "is a stream: use hunt_stream"),
    (Frame(NESTED), {}, "no flat source"),
    (Frame(["colour"]), {}, "no flat source"),
    (Frame(without("DeviceName")), {}, "must have a column that names the device"),
    (
        Frame(["at", "child", "parent"]),
        {"source": FieldMap(time="at", child="child", parent="parent")},
        "names the device",
    ),
    (
        Frame(["at", "child"]),
        {"source": FieldMap(time="at", child="child", parent="parent")},
        "lacks the columns parent",
    ),
    (Frame(without("FileName")), {"source": telemetry.defender}, "no flat source"),
    (Frame(DEFENDER), {"source": "defender"}, "must be telemetry"),
    (Frame(DEFENDER), {"registry": {}}, "must be a RelationRegistry"),
    (Frame(DEFENDER), {"system_drive": 5}, "must be a drive such as"),
    (Frame(DEFENDER), {"system_drive": {"ws-1": "disk"}}, "system_drive"),
    (Frame(DEFENDER), {"suppression": Own()}, "must be a CrashHandler, or None"),
]


@pytest.mark.parametrize(("frame", "options", "reason"), TABLES)
def test_a_table_that_cannot_be_hunted_in_is_refused(
    frame: Any, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        spark.hunt(frame, **options)


@pytest.mark.parametrize("partitions", [0, -1, 1.5, "2"])
def test_partitions_must_be_a_number_of_them(partitions: Any) -> None:
    with pytest.raises(InvalidArgument, match="at least 1"):
        spark.hunt(Frame(DEFENDER), partitions=partitions)


STREAMS: list[tuple[Any, dict[str, Any], str]] = [
    (Frame(DEFENDER), {}, "is no stream: use hunt"),
    (Frame(DEFENDER, isStreaming=True), {}, "must have a watermark"),
    (Frame(NESTED, isStreaming=True, watermark="@timestamp"), {}, "no flat source"),
    (Frame(without("DeviceName"), isStreaming=True, watermark="Timestamp"), {}, "names the device"),
    (Frame(DEFENDER, isStreaming=True, watermark="Timestamp"), {"window": None}, "may not grow for ever"),
    (Frame(DEFENDER, isStreaming=True, watermark="Timestamp"), {"window": timedelta(0)}, "above zero"),
    (Frame(DEFENDER, isStreaming=True, watermark="Timestamp"), {"capacity": 0}, "at least 1"),
]


@pytest.mark.parametrize(("frame", "options", "reason"), STREAMS)
def test_a_stream_that_cannot_be_hunted_in_is_refused(
    frame: Any, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        spark.hunt_stream(frame, **options)


UNREADABLE: list[tuple[Any, dict[str, Any], str]] = [
    (Frame(NESTED), {}, "no flat source"),
    (Frame(without("DeviceName"), isStreaming=True), {}, "names the device"),
    (Frame(DEFENDER), {"registry": {}}, "must be a RelationRegistry"),
]


@pytest.mark.parametrize(("frame", "options", "reason"), UNREADABLE)
def test_a_frame_whose_unreadable_rows_cannot_be_told_is_refused(
    frame: Any, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        spark.unreadable(frame, **options)


def test_spark_takes_the_options_of_hunt_but_those_that_mean_nothing_there() -> None:
    options = dict(signature(hunt).parameters)
    for here, missing, added in (
        (spark.hunt, {"progress", "window", "capacity"}, {"partitions"}),
        (spark.hunt_stream, {"progress"}, set[str]()),
    ):
        there = dict(signature(here).parameters)
        assert options.keys() - there.keys() - {"rows"} == missing
        assert there.keys() - options.keys() - {"frame"} == added
        assert [name for name in there if name in options] == [name for name in options if name in there]
        differing = {"resolve_parents", "window", "capacity"} if here is spark.hunt_stream else set[str]()
        for name in (options.keys() & there.keys()) - differing:
            assert there[name].default == options[name].default, name
            assert there[name].annotation == options[name].annotation, name


@pytest.mark.parametrize("of", [spark.hunt, spark.hunt_stream, spark.unreadable])
def test_nothing_that_is_no_frame_is_taken(of: Callable[..., Any]) -> None:
    for value in (None, 3, "frame", object()):
        with pytest.raises(InvalidArgument, match="must be a Spark DataFrame"):
            of(value)


def test_every_flat_source_says_in_which_columns_it_names_a_device() -> None:
    flat = {each.name for each in telemetry.SOURCES if each.columns is not None}
    assert flat == set(tables._DEVICES)
    assert flat - {"Sysmon columns"} == set(tables._PIDS)
