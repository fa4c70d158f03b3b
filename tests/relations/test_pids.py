"""Pids: which process a pid meant, as tables of what is known of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from parentchild import Process, ProcessCreated, ProcessExited
from parentchild.relations.evaluation import MissingParent
from parentchild.relations.pids import (
    Entry,
    age_in_list,
    completed,
    entry_of,
    is_incomplete,
    is_started_by,
    may_be_completed,
    meant,
)
from tests.detector.events import at, child_of, created, exited

SECOND, TICK = timedelta(seconds=1), timedelta(microseconds=1)
DAY = timedelta(days=1).total_seconds()


def start(seconds: float, name: str | None = "a.exe", *, is_followed: bool = False, **more: Any) -> Entry:
    """Return the start of pid 700 by pid 400, which is cmd.exe."""
    process: dict[str, Any] = {key: more.pop(key) for key in ("guid", "started_at", "path") if key in more}
    event = created(name, "cmd.exe", seconds=seconds, pid=700, process=process, **more)
    entry = entry_of(event, at(seconds), is_followed=is_followed)
    assert entry is not None
    return entry


def end(seconds: float, guid: str | None = None, **process: Any) -> Entry:
    event = exited(700, seconds, guid=guid)
    event = attrs.evolve(event, process=attrs.evolve(event.process, **process))
    entry = entry_of(event, at(seconds), is_followed=False)
    assert entry is not None
    return entry


def parent_of(event: ProcessCreated) -> Process:
    assert event.parent is not None
    return event.parent


def found(event: ProcessCreated, *entries: Entry) -> str | MissingParent | None:
    """Return the name of what the parent's pid meant, or why it means nothing."""
    start = meant(parent_of(event), event, entries)
    return start.process.name if isinstance(start, Entry) else start


# what is remembered of a start or an exit ---------------------------------------------------------------


def test_an_entry_says_what_its_event_says() -> None:
    event = created(
        "a.exe",
        "cmd.exe",
        seconds=5,
        pid=700,
        record_id=9,
        from_snapshot=True,
        parent_process={"guid": "{p}", "started_at": at(1)},
    )
    entry = entry_of(event, at(8), is_followed=True)
    assert entry is not None
    assert (entry.process, entry.when, entry.record_id, entry.at) == (event.process, at(5), 9, at(8))
    assert (entry.is_exit, entry.from_snapshot, entry.is_followed) == (False, True, True)
    assert entry.starter == (400, "cmd.exe", "{p}", at(1))


def test_an_exit_is_of_no_list_and_by_no_starter() -> None:
    entry = end(5, "{a}")
    assert (entry.process, entry.when) == (Process(None, pid=700, guid="{a}"), at(5))
    assert (entry.is_exit, entry.from_snapshot, entry.is_followed, entry.starter) == (
        True,
        False,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("event", "is_one"),
    [
        (created("a.exe", "cmd.exe", pid=700), True),
        (created("a.exe", "cmd.exe", pid=0), False),
        (created(None, "cmd.exe", pid=700), False),
        (created("-", "cmd.exe", pid=700), False),
        (exited(700, 0), True),
        (exited(0, 0), False),
    ],
)
def test_a_start_needs_a_pid_and_a_name_and_an_exit_a_pid(
    event: ProcessCreated | ProcessExited, *, is_one: bool
) -> None:
    assert (entry_of(event, at(0), is_followed=False) is not None) is is_one


@pytest.mark.parametrize(
    ("child", "parent", "starter"),
    [
        ("a.exe", Process("cmd.exe", pid=400), (400, "cmd.exe", None, None)),
        ("a.exe", Process(None, pid=400), (400, None, None, None)),
        ("a.exe", Process("cmd.exe"), None),
        ("a.exe", Process("cmd.exe", pid=0), None),
        ("a.exe", None, None),
        ("WerFault.exe", Process("cmd.exe", pid=400), None),
    ],
)
def test_a_starter_has_a_pid_and_started_no_crash_reporter(
    child: str, parent: Process | None, starter: object
) -> None:
    event = attrs.evolve(created(child, "cmd.exe", pid=700), parent=parent)
    entry = entry_of(event, at(0), is_followed=False)
    assert entry is not None
    assert entry.starter == starter


def test_starts_of_one_moment_are_ordered_by_record_id_and_then_by_what_they_say() -> None:
    whole = start(1, guid="{a}", path=r"C:\a.exe")
    texts = ("{a}", "a.exe", r"C:\a.exe", "")
    assert whole.order[0] == at(1)
    assert whole.order[2] == texts
    assert start(1, record_id=9).order < start(1, record_id=10).order < start(2, record_id=1).order
    assert start(1).order < start(1, "b.exe").order < start(1, guid="{a}").order


# what may be completed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("process", "is_so"),
    [
        (Process("a.exe", path=r"C:\a.exe", command_line="a.exe"), False),
        (Process("a.exe", path=r"C:\a.exe"), True),
        (Process("a.exe", command_line="a.exe"), True),
        (Process(None, path="-", command_line="a.exe"), True),
    ],
)
def test_a_parent_lacks_something_without_name_path_or_command_line(process: Process, *, is_so: bool) -> None:
    assert is_incomplete(process) is is_so


@pytest.mark.parametrize(("pid", "may"), [(700, True), (0, False), (None, False), (4, False), (9999, False)])
def test_neither_the_kernel_nor_the_process_itself_is_looked_up(pid: int | None, *, may: bool) -> None:
    event = child_of(700, 0)
    assert may_be_completed(Process(None, pid=pid), event) is may
    whole = Process("a.exe", pid=pid, path=r"C:\a.exe", command_line="a.exe")
    assert may_be_completed(whole, event) is False


@pytest.mark.parametrize(
    ("said", "told", "started_at"),
    [
        (None, None, at(1)),
        (None, at(0.5), at(0.5)),
        (at(1.5), None, at(1.5)),
        (at(1.5), at(0.5), at(1.5)),
    ],
)
def test_a_process_began_when_its_row_says_else_when_its_start_says_else_when_that_was_logged(
    said: datetime | None, told: datetime | None, started_at: datetime
) -> None:
    entry = start(1) if told is None else start(1, started_at=told)
    assert completed(Process(None, pid=700, started_at=said), entry).started_at == started_at


def test_what_a_row_says_stands_and_a_name_that_is_none_is_replaced_with_its_path() -> None:
    entry = start(1, path=r"C:\a.exe", guid="{a}")
    assert completed(Process("B.EXE", pid=700, guid="{b}"), entry) == Process(
        "B.EXE", pid=700, guid="{b}", path=r"C:\a.exe", started_at=at(1)
    )
    assert completed(Process("-", pid=700, path="-", user="ann"), entry) == Process(
        "a.exe", pid=700, path=r"C:\a.exe", guid="{a}", user="ann", started_at=at(1)
    )


# which start a pid meant --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "is_meant"),
    [(0 * TICK, True), (SECOND, True), (-SECOND, True), (SECOND + TICK, False), (-SECOND - TICK, False)],
)
def test_a_start_time_may_be_off_by_a_second_and_no_more(off: timedelta, *, is_meant: bool) -> None:
    event = child_of(700, 9, started_at=at(3) + off)
    assert found(event, start(3)) == ("a.exe" if is_meant else None)
    assert found(event, start(4, started_at=at(3))) == (
        "a.exe" if is_meant else None
    )  # not when it was logged


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"guid": "{a}"}, "a.exe"),
        ({"guid": "{b}"}, None),
        ({"guid": "{a}", "started_at": at(1)}, "a.exe"),
        ({"guid": "{a}", "started_at": at(9)}, None),
        ({"guid": "{b}", "started_at": at(1)}, None),
    ],
)
def test_both_guid_and_start_time_must_fit(told: dict[str, Any], name: str | None) -> None:
    assert found(child_of(700, 20, **told), start(1, guid="{a}")) == name
    assert found(child_of(700, 20, **told), start(1)) == (
        "a.exe" if told.get("started_at") != at(9) else None
    )


def test_what_fits_goes_before_what_started_later() -> None:
    events = start(1, "a.exe", guid="{a}"), start(5, "b.exe", guid="{b}"), start(7, "c.exe")
    assert found(child_of(700, 9, guid="{a}"), *events) == "a.exe"
    assert found(child_of(700, 9), *events) == "c.exe"


@pytest.mark.parametrize(
    ("listed", "child_listed", "name"),
    [
        (True, True, "a.exe"),
        (True, False, MissingParent.AMBIGUOUS),
        (False, True, MissingParent.AMBIGUOUS),
        (False, False, MissingParent.AMBIGUOUS),
    ],
)
def test_a_later_start_that_came_first_contradicts_unless_both_are_of_one_list(
    listed: bool,  # noqa: FBT001
    child_listed: bool,  # noqa: FBT001
    name: object,
) -> None:
    event = child_of(700, 9, from_snapshot=child_listed)
    assert found(event, start(1), start(10, "b.exe", from_snapshot=listed)) == name


@pytest.mark.parametrize(
    ("here", "there", "name"),
    [
        (4, 5, MissingParent.AMBIGUOUS),
        (5, 5, "a.exe"),  # of another log
        (6, 5, "a.exe"),
        ("4", 5, "a.exe"),
        (4, "5", "a.exe"),
        (None, 5, "a.exe"),
        (4, None, "a.exe"),
    ],
)
def test_a_start_that_was_read_ahead_contradicts_only_by_a_lower_record_id(
    here: Any, there: Any, name: object
) -> None:
    event = child_of(700, 9, record_id=there)
    assert found(event, start(1), start(10, "b.exe", record_id=here, is_followed=True)) == name


@pytest.mark.parametrize(
    ("gone", "name"),
    [
        (end(1), "a.exe"),  # of the one before it
        (end(1.5), None),
        (end(8.999), None),
        (end(9), "a.exe"),
        (end(5, "{a}"), None),
        (end(5, "{b}"), "a.exe"),
        (end(5, name="a.exe"), None),
        (end(5, name="b.exe"), None),
    ],
)
def test_a_pid_means_nothing_between_an_exit_and_the_next_start(gone: Entry, name: str | None) -> None:
    assert found(child_of(700, 9), start(1, guid="{a}"), gone) == name
    assert found(child_of(700, 9), start(1, guid="{a}"), gone, start(8.9999, "c.exe")) == "c.exe"


def test_an_exit_under_another_name_ends_no_process_that_its_row_names() -> None:
    event = child_of(700, 9, name="a.exe")
    assert found(event, start(1), end(5, name="b.exe")) == "a.exe"
    assert found(event, start(1), end(5, name="A.EXE")) is None
    assert found(event, start(1), end(5)) is None
    assert found(event, start(1), start(5, "b.exe")) == "a.exe"


@pytest.mark.parametrize(
    ("seconds", "told", "name"),
    [
        (DAY, {}, "a.exe"),
        (DAY + 0.000001, {}, MissingParent.TOO_OLD),
        (9 * DAY, {"started_at": at(0)}, "a.exe"),
    ],
)
def test_a_start_is_too_old_after_a_day_unless_it_is_proven(
    seconds: float, told: dict[str, Any], name: object
) -> None:
    assert found(child_of(700, seconds, **told), start(0)) == name


# who started it -----------------------------------------------------------------------------------------

COPY = Process("svchost.exe", pid=400, guid="{1}", started_at=at(0))


def by(seconds: float = 5, name: str | None = "svchost.exe", **parent: Any) -> Entry:
    """Return a start by pid 400."""
    event = created("a.exe", name, seconds=seconds, pid=700, parent_process=parent)
    entry = entry_of(event, at(seconds), is_followed=False)
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    ("started", "is_so"),
    [
        (by(), True),
        (by(0), True),
        (by(-0.001), False),
        (by(name="SVCHOST.EXE"), True),
        (by(name="other.exe"), False),
        (by(name=None), False),
        (by(name=None, guid="{1}"), True),
        (by(name=None, guid="{2}"), False),
        (by(guid="{2}"), False),
        (by(name="other.exe", guid="{1}"), False),
        (by(started_at=at(1)), True),
        (by(started_at=at(1.001)), False),
    ],
)
def test_a_start_is_by_a_process_of_that_name_guid_and_time(started: Entry, *, is_so: bool) -> None:
    assert is_started_by(COPY, at(0), started, ()) is is_so


@pytest.mark.parametrize(
    ("seconds", "name", "is_so"),
    [
        (0, "svchost.exe", True),
        (0.001, "svchost.exe", False),
        (4.999, "svchost.exe", False),
        (5, "svchost.exe", True),
        (3, "other.exe", True),
    ],
)
def test_a_start_is_by_another_if_one_of_the_name_had_the_pid_in_between(
    seconds: float, name: str, *, is_so: bool
) -> None:
    other = attrs.evolve(start(seconds, name), process=Process(name, pid=400))
    assert is_started_by(COPY, at(0), by(), [other]) is is_so
    assert is_started_by(COPY, at(0), by(guid="{1}"), [other]) is True


def test_what_no_one_is_known_to_have_started_was_started_by_none() -> None:
    assert is_started_by(COPY, at(0), end(5), ()) is False


# lists --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parent", "listed", "age"),
    [
        ({"started_at": at(3)}, True, timedelta(seconds=6)),
        ({"started_at": at(12)}, True, timedelta(0)),
        ({"started_at": at(3)}, False, None),
        ({}, True, None),
    ],
)
def test_a_list_tells_the_age_of_a_parent_whose_start_it_names(
    parent: dict[str, Any],
    listed: bool,  # noqa: FBT001
    age: timedelta | None,
) -> None:
    assert age_in_list(child_of(700, 9, name="a.exe", from_snapshot=listed, **parent)) == age


def test_a_list_looked_up_neither_the_kernel_nor_a_parent_that_it_lacks() -> None:
    assert age_in_list(child_of(4, 9, from_snapshot=True, started_at=at(3))) is None
    assert age_in_list(attrs.evolve(child_of(700, 9, from_snapshot=True), parent=None)) is None
