"""Facts: each is told, absent or unread, and what is unread is noted when it is asked for."""

from __future__ import annotations

import pytest

from parentchild import Process
from parentchild.relations.conditions import Fact, InDirectories, SignedBy
from parentchild.relations.facts import Facts
from parentchild.relations.images import image_of

CHILD = Process(
    "a.exe",
    path=r"C:\X\a.exe",
    command_line="a.exe -x",
    original_name="A",
    signer="ACME",
    integrity="High",
    user="ann",
)
PARENT = Process(
    "b.exe", path=r"C:\Y\b.exe", command_line="b.exe -y", signer="Other", integrity="Low", user="bob"
)
TOLD = {
    Fact.CHILD_PATH: r"c:\x",
    Fact.CHILD_COMMAND_LINE: "a.exe -x",
    Fact.CHILD_ORIGINAL_NAME: "A",
    Fact.CHILD_SIGNER: "ACME",
    Fact.CHILD_INTEGRITY: "High",
    Fact.CHILD_USER: "ann",
    Fact.PARENT_PATH: r"c:\y",
    Fact.PARENT_COMMAND_LINE: "b.exe -y",
    Fact.PARENT_SIGNER: "Other",
    Fact.PARENT_INTEGRITY: "Low",
    Fact.PARENT_USER: "bob",
    Fact.RELEASE: "10",
}
ALL = frozenset(Fact)


def facts(
    child: Process = CHILD,
    parent: Process | None = PARENT,
    release: str | None = "10",
    unread: frozenset[Fact] = frozenset(),
) -> Facts:
    return Facts(image_of(child), None if parent is None else image_of(parent), release, unread, set())


@pytest.mark.parametrize("fact", list(Fact))
def test_each_fact_is_read_of_its_own_process_and_absent_where_nothing_tells_it(fact: Fact) -> None:
    assert facts().value(fact) == TOLD[fact]
    bare = facts(Process("a.exe", signer=""), Process("b.exe", user=""), None)
    assert bare.value(fact) is None
    is_of_parent = fact.value.startswith("parent ")
    assert facts(parent=None).value(fact) == (None if is_of_parent else TOLD[fact])


@pytest.mark.parametrize("fact", list(Fact))
def test_what_is_unread_is_noted_when_it_is_asked_for_and_the_release_never_is(fact: Fact) -> None:
    unread = facts(unread=ALL)
    is_release = fact is Fact.RELEASE
    assert unread.is_unread(fact) is not is_release
    assert not unread.needs
    assert unread.read(fact) == ("10" if is_release else None)
    assert unread.needs == (frozenset() if is_release else {fact})
    known = facts(unread=ALL - {fact})
    assert (known.is_unread(fact), known.read(fact), known.needs) == (False, TOLD[fact], set())


def test_a_name_that_is_a_path_tells_the_path_too() -> None:
    whole = facts(Process(r"C:\X\a.exe"), Process(r"C:\Y\b.exe"), unread=ALL)
    assert not whole.is_unread(Fact.CHILD_PATH)
    assert not whole.is_unread(Fact.PARENT_PATH)
    assert whole.is_unread(Fact.CHILD_SIGNER)
    assert facts(parent=None, unread=ALL).is_unread(Fact.PARENT_PATH)


PLACE = InDirectories(Fact.CHILD_PATH, (r"C:\X",))
SIGNED = SignedBy(Fact.CHILD_SIGNER, "ACME")


@pytest.mark.parametrize(
    ("child", "truths", "fails"),
    [
        (CHILD, (True, True), False),
        (Process("a.exe", path=r"C:\Z\a.exe", signer="Other"), (False, False), True),
        (Process("a.exe"), (True, False), False),
    ],
)
def test_a_condition_holds_of_a_value_and_of_what_is_absent_unless_that_fails(
    child: Process, truths: tuple[bool, bool], *, fails: bool
) -> None:
    for condition in (PLACE, SIGNED):
        known = facts(child)
        found = known.truth(condition), known.truth(condition, absent_fails=True)
        assert (found, known.fails(condition), known.needs) == (truths, fails, set())
        other = facts(child, unread=ALL - {condition.fact})
        assert (other.truth(condition), other.fails(condition)) == (truths[0], fails)


def test_of_an_unread_fact_no_condition_is_true_false_or_failed_but_it_is_needed() -> None:
    unread = facts(unread=ALL)
    assert (unread.truth(PLACE), len(unread.needs)) == (None, 0)
    assert not unread.fails(PLACE)
    assert unread.needs == {Fact.CHILD_PATH}


def test_what_is_needed_of_a_caller_is_needed_of_the_creation() -> None:
    whole = facts(unread=ALL)
    caller = image_of(Process("c.exe"))
    of_caller = whole.of_caller(caller)
    assert (of_caller.child, of_caller.parent, of_caller.release) == (whole.child, caller, "10")
    assert (of_caller.unread, of_caller.is_of_caller, whole.is_of_caller) == (ALL, True, False)
    of_caller.read(Fact.PARENT_PATH)
    assert whole.needs == {Fact.PARENT_PATH}
