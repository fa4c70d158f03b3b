"""A user's own schema is read by the names of its columns."""

from __future__ import annotations

from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.events import Process, ProcessCreated
from parentchild.relations.prefilter import Prefilter
from parentchild.telemetry import FieldMap
from tests.telemetry.rows import EXPLORER, SVCHOST

OURS = FieldMap(time="at", device="box", child="image", parent="by", pid="pid", parent_pid="ppid")
ROW: dict[str, Any] = {
    "at": "2024-06-10T10:30:00Z",
    "box": "ws-1",
    "image": SVCHOST,
    "by": "explorer.exe",
    "pid": 4242,
    "ppid": "0x539",
}


def test_a_row_is_read_by_the_users_names() -> None:
    event = OURS.read(ROW)
    assert isinstance(event, ProcessCreated)
    assert event.device == "ws-1"
    assert event.process == Process("svchost.exe", pid=4242, path=SVCHOST)
    assert event.parent == Process("explorer.exe", pid=1337)


def test_every_optional_column_is_read() -> None:
    full = FieldMap(
        time="at",
        device="box",
        child="image",
        parent="by",
        pid="pid",
        parent_pid="ppid",
        child_path="path",
        parent_path="by_path",
        command_line="line",
        user="who",
        ingested="seen",
        record_id="id",
    )
    more = {"path": SVCHOST, "by_path": EXPLORER, "line": "x", "who": "ann", "seen": 1718015460, "id": 7}
    event = full.read({**ROW, "image": "svchost.exe", "by": None, **more})
    assert isinstance(event, ProcessCreated)
    assert event.process == Process("svchost.exe", pid=4242, path=SVCHOST, command_line="x", user="ann")
    assert event.parent == Process("explorer.exe", pid=1337, path=EXPLORER)
    assert event.ingested_at is not None
    assert event.record_id == 7


def test_all_missing_columns_are_named_in_one_error() -> None:
    with pytest.raises(InvalidEvent, match=r"lacks the columns box, by, pid, ppid$"):
        OURS.read({"at": 1, "image": "svchost.exe"})


def test_missing_columns_are_found_behind_a_screen_too() -> None:
    errors: list[int] = []
    rows = [ROW, {"at": 1, "image": "svchost.exe"}]
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    events = OURS.read_many(rows, prefilter=prefilter, on_invalid=lambda index, _: errors.append(index))
    assert len(list(events)) == 1
    assert errors == [1]


def test_what_the_screen_rejects_is_not_parsed() -> None:
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    rows = [{**ROW, "image": "notepad.exe", "at": "never"}, ROW]
    assert len(list(OURS.read_many(rows, prefilter=prefilter))) == 1


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_column_has_a_name(name: Any) -> None:
    with pytest.raises(InvalidArgument, match="child"):
        FieldMap(time="at", device="box", child=name, parent="by")


def test_the_columns_are_there_for_engines() -> None:
    assert OURS.columns.needed == ("at", "box", "image", "by", "pid", "ppid")
    assert (OURS.columns.child, OURS.columns.parent) == ("image", "by")
