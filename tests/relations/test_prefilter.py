"""The prefilter lets through what could matter, and nothing that names and needed facts settle."""

from __future__ import annotations

from typing import Any

import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    RelationRegistry,
    Verdict,
)
from parentchild.relations.conditions import Fact
from parentchild.relations.prefilter import EVALUATE, Answer, Opened, Prefilter
from parentchild.relations.relation import ExpectedLaunch, Relation
from parentchild.windows.programs import ProgramKind

SEED = Prefilter(SEED_RELATIONS.compiled, evidence=frozenset({"werfault.exe"}))
SYSTEM32 = r"C:\Windows\System32"
COLUMNS = {fact: fact.value for fact in Fact}


def over(*relations: Relation, **options: Any) -> Prefilter:
    return Prefilter(RelationRegistry(relations).compiled, **options)


PLACED = over(
    ExpectedParents("child.exe", ["parent.exe"], directories=(SYSTEM32,)),
    ExpectedParents("parent.exe", ["x.exe"], directories=(SYSTEM32,)),
    ExpectedChildren("closed.exe", ["a.exe"]),
)


@pytest.mark.parametrize(
    ("child", "parent", "answer"),
    [
        ("notepad.exe", "explorer.exe", Verdict.UNWATCHED),
        ("svchost.exe", "services.exe", Verdict.EXPECTED),
        ("SVCHOST.EXE", "Services.exe", Verdict.EXPECTED),
        ("svchost.exe", "explorer.exe", EVALUATE),
        ("svchost.exe", "services.exe:x", EVALUATE),
        ("svchost.exe", "?", EVALUATE),
        ("svchost.exe", None, EVALUATE),
        ("WerFault.exe", "svchost.exe", EVALUATE),
        (None, "services.exe", EVALUATE),
        (7, "services.exe", EVALUATE),
        (["svchost.exe"], "services.exe", EVALUATE),
        ("svchost.exe", {}, EVALUATE),
        ("-", "explorer.exe", EVALUATE),
        ("1234", "explorer.exe", EVALUATE),
    ],
)
def test_names_settle_what_they_can(child: Any, parent: Any, answer: Answer) -> None:
    for _ in range(2):  # the second answer comes from memory
        assert SEED.answer(child, parent) is answer
        assert SEED.created(child, parent) is (answer is EVALUATE)


@pytest.mark.parametrize(
    ("child", "parent", "matters"),
    [
        ("child.exe", "parent.exe", True),
        (rf"{SYSTEM32}\child.exe", rf"{SYSTEM32}\parent.exe", False),
        (rf"{SYSTEM32}\child.exe", "parent.exe", True),
        (r"C:\Temp\child.exe", rf"{SYSTEM32}\parent.exe", True),
        ("cmd.exe", "closed.exe", True),
    ],
)
def test_full_paths_settle_what_depends_on_directories(child: str, parent: str, *, matters: bool) -> None:
    assert PLACED.created(child, parent) is matters


@pytest.mark.parametrize(
    ("child", "parent", "creator", "matters"),
    [
        ("cmd.exe", "explorer.exe", None, False),
        ("cmd.exe", "explorer.exe", "explorer.exe", False),
        ("cmd.exe", "explorer.exe", "notepad.exe", False),
        ("cmd.exe", "explorer.exe", "closed.exe", True),
        ("cmd.exe", "explorer.exe", "closed.exe:x", True),
        (rf"{SYSTEM32}\child.exe", rf"{SYSTEM32}\parent.exe", None, False),
        (rf"{SYSTEM32}\child.exe", rf"{SYSTEM32}\parent.exe", "cmd.exe", True),
        ("cmd.exe", "explorer.exe", 7, True),
    ],
)
def test_a_creator_lets_through_what_it_could_change(
    child: str, parent: str, creator: object, *, matters: bool
) -> None:
    assert PLACED.created(child, parent, creator) is matters


def test_it_counts_what_it_held_back_as_expected_and_nothing_else() -> None:
    prefilter = over(ExpectedParents("a.exe", ["b.exe"]))
    for parent in ("b.exe", "B.EXE", "c.exe"):
        prefilter.created("a.exe", parent)
    prefilter.created("x.exe", "b.exe")
    assert prefilter.expected == 2


@pytest.mark.parametrize(
    ("source", "matters"),
    [
        ("WerFault.exe", True),
        (r"C:\Temp\WERFAULT.EXE", True),
        ("csrss.exe", False),
        (None, True),
        (7, True),
        ([], True),
    ],
)
def test_only_threads_by_the_crash_handler_matter(source: Any, *, matters: bool) -> None:
    for _ in range(2):
        assert SEED.thread(source) is matters


def test_where_processes_are_remembered_every_start_and_exit_matters() -> None:
    prefilter = Prefilter(SEED_RELATIONS.compiled, remembers_processes=True)
    assert prefilter.created("notepad.exe", "explorer.exe")
    assert prefilter.exits
    assert not SEED.exits


P, C = Fact.PARENT_PATH, Fact.CHILD_PATH
LINE, SIGNER, INTEGRITY = Fact.CHILD_COMMAND_LINE, Fact.PARENT_SIGNER, Fact.CHILD_INTEGRITY
PAIR = ("parent.exe",)


@pytest.mark.parametrize(
    ("relations", "needs"),
    [
        ([ExpectedParents("child.exe", PAIR)], ()),
        ([ExpectedParents("child.exe", PAIR, directories=(SYSTEM32,))], (C,)),
        ([ExpectedParents("child.exe", [ExpectedImage("parent.exe", directories=(SYSTEM32,))])], (P,)),
        (
            [
                ExpectedParents(
                    "child.exe", [ExpectedImage("parent.exe", counterpart_directories=(SYSTEM32,))]
                )
            ],
            (C,),
        ),
        (
            [
                ExpectedParents("child.exe", PAIR),
                ExpectedParents("parent.exe", ["x.exe"], directories=(SYSTEM32,)),
            ],
            (P,),
        ),
        ([ExpectedParents("child.exe", [ExpectedImage("parent.exe", signer="x")])], (SIGNER,)),
        ([ExpectedParents("child.exe", [ExpectedImage("parent.exe", integrity="High")])], (INTEGRITY,)),
        ([ExpectedParents("child.exe", [ExpectedImage("parent.exe", arguments=("-x",))])], (LINE,)),
        (
            [ExpectedParents("child.exe", [ExpectedImage("parent.exe", parent_arguments=("-x",))])],
            (Fact.PARENT_COMMAND_LINE,),
        ),
        (
            [ExpectedParents("child.exe", [ExpectedImage("parent.exe", service_groups=("g",))])],
            (Fact.PARENT_COMMAND_LINE,),
        ),
        ([ExpectedParents("child.exe", PAIR, protects_name=True)], (Fact.CHILD_ORIGINAL_NAME,)),
        ([ExpectedParents("child.exe", PAIR, arguments=("-x",))], (LINE,)),
        ([ExpectedParents("child.exe", PAIR), ExpectedLaunch("child.exe", arguments=("-x",))], (LINE,)),
        ([ExpectedParents("child.exe", ["parent.exe", ExpectedImage("other.exe", signer="x")])], ()),
        ([ExpectedParents("child.exe", ["parent.exe", ExpectedImage("parent.exe", signer="x")])], ()),
        ([ExpectedChildren("parent.exe", ["child.exe"])], ()),
        ([ExpectedChildren("parent.exe", [ExpectedImage("child.exe", directories=(SYSTEM32,))])], (C,)),
        ([ExpectedChildren("parent.exe", ["child.exe"], services=("s",))], (Fact.PARENT_COMMAND_LINE,)),
        ([ExpectedChildren("parent.exe", (), is_open=True, refused_kinds=(ProgramKind.SHELL,))], (C,)),
        ([ExpectedLaunch("child.exe", directories=(SYSTEM32,))], (C,)),
        (
            [ExpectedLaunch("child.exe", arguments=("-x",), bears_own_name=True)],
            (LINE, Fact.CHILD_ORIGINAL_NAME),
        ),
        ([], ()),
    ],
)
def test_it_needs_the_facts_that_could_settle_a_pair_and_no_others(
    relations: list[Relation], needs: tuple[Fact, ...]
) -> None:
    prefilter = over(*relations)
    assert prefilter.needs("child.exe", "parent.exe") == needs
    answer = prefilter.answer("child.exe", "parent.exe")
    assert answer is (EVALUATE if needs else Verdict.EXPECTED if relations else Verdict.UNWATCHED)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ({C: rf"{SYSTEM32}\child.exe", P: rf"{SYSTEM32}\parent.exe"}, Verdict.EXPECTED),
        ({C: rf"{SYSTEM32}\child.exe"}, Verdict.EXPECTED),
        ({}, Verdict.EXPECTED),
        ({C: "", P: None}, Verdict.EXPECTED),
        ({C: r"C:\Temp\child.exe"}, EVALUATE),
        ({C: rf"{SYSTEM32}\child.exe", P: r"C:\Temp\parent.exe"}, EVALUATE),
        ({C: 7}, EVALUATE),
        ({C: ["x"]}, EVALUATE),
        ({C: "-"}, EVALUATE),  # no path, but perhaps no gap either: a reader has to tell
    ],
)
def test_the_values_of_needed_facts_settle_a_row(row: dict[Fact, object], answer: Answer) -> None:
    columns = {fact.value: value for fact, value in row.items()}
    for _ in range(2):  # the second answer comes from memory
        assert PLACED.settle("child.exe", "parent.exe", columns, COLUMNS) is answer
        assert PLACED.settle_values("child.exe", "parent.exe", row) is answer


def test_a_row_is_settled_without_a_look_at_facts_that_nobody_needs() -> None:
    row = {C.value: r"C:\Temp\notepad.exe"}
    assert PLACED.settle("notepad.exe", "explorer.exe", row, COLUMNS) is Verdict.UNWATCHED
    assert PLACED.settle("child.exe", "cmd.exe", row, COLUMNS) is EVALUATE
    assert PLACED.needs("child.exe", "cmd.exe") == ()


@pytest.mark.parametrize("text", ["-", "N/A", "(null)", "1234"])
def test_a_text_that_a_reader_may_take_for_a_gap_settles_only_what_it_does_not_change(text: str) -> None:
    harmless = over(ExpectedParents("child.exe", PAIR, protects_name=True))
    values = {Fact.CHILD_ORIGINAL_NAME: text}
    assert harmless.settle_values("child.exe", "parent.exe", values) is Verdict.EXPECTED
    signed = over(ExpectedParents("child.exe", [ExpectedImage("parent.exe", signer="x")]))
    assert signed.settle_values("child.exe", "parent.exe", {SIGNER: text}) is EVALUATE


def test_it_evaluates_with_the_system_drives_that_it_was_given() -> None:
    relation = ExpectedParents("child.exe", ["parent.exe"], directories=(SYSTEM32,))
    on_d = over(relation, system_drives=frozenset({"d:"}))
    assert on_d.answer(r"D:\Windows\System32\child.exe", "parent.exe") is Verdict.EXPECTED
    assert on_d.answer(r"C:\Windows\System32\child.exe", "parent.exe") is EVALUATE
    assert over(relation).answer(r"D:\Windows\System32\child.exe", "parent.exe") is EVALUATE


def test_what_it_remembers_is_bounded() -> None:
    prefilter = over(
        ExpectedParents("child.exe", ["parent.exe"], directories=(SYSTEM32,)),
        ExpectedChildren("closed.exe", ()),
    )
    for number in range(70_000):
        prefilter.answer(f"x{number}.exe", "parent.exe")
        prefilter.settle_values("child.exe", "parent.exe", {C: rf"C:\{number:0900}\child.exe"})
    assert len(prefilter.memo) <= 65_536
    known = (prefilter.memo.get("child.exe") or {}).get("parent.exe")
    assert isinstance(known, Opened)
    values = [each for answers in known.answers.values() for each in answers]
    assert 0 < sum(map(len, map(str, values))) <= 4 << 20
    assert prefilter.answer("y" * 261, "parent.exe") is Verdict.UNWATCHED
    assert "y" * 261 not in prefilter.memo


def test_one_mapping_is_the_memo_however_often_it_starts_anew() -> None:
    prefilter = over(ExpectedParents("child.exe", ["parent.exe"]))
    memo = prefilter.memo
    prefilter.answer("child.exe", "parent.exe")
    assert prefilter.memo is memo
    assert memo["child.exe"] == {"parent.exe": Verdict.EXPECTED}


def test_an_engine_is_told_which_spellings_are_of_interest() -> None:
    spellings = ["child.exe", "notepad.exe", None, "-"]
    assert PLACED.children_of_interest(spellings) == ["child.exe", None, "-"]
    parents = ["closed.exe", "closed.exe:x", "explorer.exe", "-"]
    assert PLACED.parents_of_interest(parents) == ["closed.exe", "closed.exe:x", "-"]


def test_the_shipped_relations_settle_a_usual_service_host_by_its_facts() -> None:
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    row = {
        C: rf"{SYSTEM32}\svchost.exe",
        P: rf"{SYSTEM32}\services.exe",
        LINE: rf"{SYSTEM32}\svchost.exe -k netsvcs -p -s Schedule",
        Fact.CHILD_ORIGINAL_NAME: "svchost.exe",
    }
    assert prefilter.settle_values("svchost.exe", "services.exe", row) is Verdict.EXPECTED
    assert prefilter.settle_values("svchost.exe", "services.exe", row | {LINE: "svchost.exe"}) is EVALUATE


def test_a_name_behind_an_apostrophe_is_for_a_reader() -> None:
    """A table writes it before what a spreadsheet would take for a formula."""
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    assert prefilter.created("'=svchost.exe", "cmd.exe")
    assert prefilter.created("'-agent.exe", "cmd.exe")
    assert not prefilter.created("=agent.exe", "cmd.exe")
