"""The evaluation in full: every field of its answer, and every condition that an expected image can have."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from parentchild import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Process,
    Reason,
    RelationRegistry,
    Verdict,
)
from parentchild.relations.evaluation import (
    Evaluation,
    MissingParent,
    evaluate,
    expected_names,
    is_settled_by_names,
    name_of,
)
from parentchild.relations.relation import Relation

SYSTEM32 = r"C:\Windows\System32"
AGENT = ExpectedParents("agent.exe", ("manager.exe",), protects_name=True)
CHIEF = ExpectedChildren("chief.exe", (ExpectedImage("helper.exe", windows="10+"),), windows="vista+")
REGISTRY = RelationRegistry([AGENT, CHIEF])


def judged(
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    relations: RelationRegistry = REGISTRY,
    windows: str | None = None,
) -> Evaluation:
    return evaluate(relations.table, child, parent, creator, windows=windows)


def about(image: ExpectedImage, **options: Any) -> RelationRegistry:
    return RelationRegistry([ExpectedParents("child.exe", (image,), **options)])


def verdict(image: ExpectedImage, parent: Process, child: Process | None = None) -> Verdict:
    return judged(child or Process("child.exe"), parent, relations=about(image)).verdict


@pytest.mark.parametrize(
    ("child", "parent", "expected"),
    [
        (
            "agent.exe",
            "cmd.exe",
            Evaluation(
                verdict=Verdict.MISMATCH,
                child="agent.exe",
                parent="cmd.exe",
                reasons=(Reason.UNEXPECTED_PARENT,),
                relation=AGENT,
            ),
        ),
        (
            "AGENT.EXE",
            "Manager.exe",
            Evaluation(verdict=Verdict.EXPECTED, child="agent.exe", parent="manager.exe", relation=AGENT),
        ),
        (
            "agent.exe",
            "-",
            Evaluation(
                verdict=Verdict.UNKNOWN,
                child="agent.exe",
                parent="",
                gap=MissingParent.PLACEHOLDER,
                relation=AGENT,
            ),
        ),
        (
            "cmd.exe",
            "Chief.exe",
            Evaluation(
                verdict=Verdict.MISMATCH,
                child="cmd.exe",
                parent="chief.exe",
                reasons=(Reason.UNEXPECTED_CHILD,),
                relation=CHIEF,
            ),
        ),
        (
            "helper.exe",
            "chief.exe",
            Evaluation(verdict=Verdict.EXPECTED, child="helper.exe", parent="chief.exe", relation=CHIEF),
        ),
        ("cmd.exe", "a.exe", Evaluation(verdict=Verdict.UNWATCHED, child="cmd.exe", parent="a.exe")),
        (
            "cmd.exe",
            "-",
            Evaluation(verdict=Verdict.UNWATCHED, child="cmd.exe", parent="", gap=MissingParent.PLACEHOLDER),
        ),
        (
            "agemt.exe",
            "-",
            Evaluation(
                verdict=Verdict.MISMATCH,
                child="agemt.exe",
                parent="",
                reasons=(Reason.LOOKALIKE,),
                gap=MissingParent.PLACEHOLDER,
                relation=AGENT,
                imitates="agent.exe",
            ),
        ),
    ],
)
def test_every_field_of_a_judgement_is_right(child: str, parent: str, expected: Evaluation) -> None:
    assert judged(Process(child), Process(parent)) == expected


@pytest.mark.parametrize(
    ("windows", "child", "expected"),
    [
        ("xp", "cmd.exe", Verdict.UNWATCHED),
        ("7", "cmd.exe", Verdict.MISMATCH),
        ("7", "helper.exe", Verdict.MISMATCH),
        ("10", "helper.exe", Verdict.EXPECTED),
        (None, "helper.exe", Verdict.EXPECTED),
    ],
)
def test_a_parents_children_hold_in_their_releases(
    windows: str | None, child: str, expected: Verdict
) -> None:
    assert judged(Process(child), Process("chief.exe"), windows=windows).verdict is expected


@pytest.mark.parametrize(
    ("process", "gap"),
    [
        (None, MissingParent.ABSENT),
        (Process(None), MissingParent.NAMELESS),
        (Process(None, pid=0), MissingParent.NAMELESS),
        (Process("", pid=8), MissingParent.PID_ONLY),
        (Process("<Unknown Process>"), MissingParent.PLACEHOLDER),
        (Process("S-1-5-18"), MissingParent.SID),
        (Process("4242"), MissingParent.NUMBER),
        (Process(None, pid=4), None),
        (Process("xxxx"), None),
        (Process("?", path=r"C:\Temp\?"), None),
    ],
)
def test_what_is_missing_of_a_parent_is_told(process: Process | None, gap: MissingParent | None) -> None:
    assert judged(Process("agent.exe"), process).gap is gap


SIGNED = ExpectedImage("parent.exe", signer="ACME")
LIFTED = ExpectedImage("parent.exe", integrity="High")
SERVED = ExpectedImage("parent.exe", parent_command_line=("/serve", "-q"))
TOLD = ExpectedImage("parent.exe", command_line=("/run",))
HERE = ExpectedImage("parent.exe", directories=(SYSTEM32,))
BESIDE = ExpectedImage("parent.exe", counterpart_directories=(SYSTEM32,))


@pytest.mark.parametrize(
    ("image", "parent", "child", "expected"),
    [
        (SIGNED, {"signer": "acme"}, {}, True),
        (SIGNED, {"signer": "Other"}, {}, False),
        (
            SIGNED,
            {},
            {"signer": "Other"},
            True,
        ),  # an unknown signer fails nothing, and the child's is not asked
        (LIFTED, {}, {"integrity": "HIGH"}, True),
        (LIFTED, {}, {"integrity": "S-1-16-12288"}, True),
        (LIFTED, {}, {"integrity": "12288"}, True),
        (LIFTED, {}, {"integrity": "Mandatory Label\\High Mandatory Level"}, True),
        (LIFTED, {}, {"integrity": "Low"}, False),
        (LIFTED, {}, {"integrity": "S-1-16-4096"}, False),
        (LIFTED, {}, {"integrity": "S-1-16-16384"}, False),
        (LIFTED, {"integrity": "Low"}, {}, True),
        (SERVED, {"command_line": "p /SERVE x -q"}, {}, True),
        (SERVED, {"command_line": "p /serve"}, {}, False),
        (SERVED, {}, {"command_line": "p /serve -q"}, False),
        (TOLD, {}, {"command_line": "c /RUN"}, True),
        (TOLD, {"command_line": "c /run"}, {}, False),
        (HERE, {"path": rf"{SYSTEM32}\parent.exe"}, {}, True),
        (HERE, {"path": r"C:\Temp\parent.exe"}, {}, False),
        (HERE, {}, {"path": r"C:\Temp\child.exe"}, True),
        (BESIDE, {}, {"path": rf"{SYSTEM32}\child.exe"}, True),
        (BESIDE, {}, {"path": r"C:\Temp\child.exe"}, False),
        (BESIDE, {"path": r"C:\Temp\parent.exe"}, {}, True),
    ],
)
def test_each_condition_is_asked_of_the_right_process(
    image: ExpectedImage, parent: dict[str, Any], child: dict[str, Any], *, expected: bool
) -> None:
    answer = verdict(image, Process("parent.exe", **parent), Process("child.exe", **child))
    assert answer is (Verdict.EXPECTED if expected else Verdict.MISMATCH)


UNTOLD = Process("child.exe")
IN_SYSTEM32 = Process("child.exe", path=rf"{SYSTEM32}\child.exe")


@pytest.mark.parametrize(
    ("image", "parent", "child"),
    [
        (ExpectedImage("child.exe", signer="ACME"), Process("child.exe", signer="ACME"), UNTOLD),
        (ExpectedImage("child.exe", integrity="High"), UNTOLD, Process("child.exe", integrity="High")),
        (ExpectedImage("child.exe", directories=(SYSTEM32,)), IN_SYSTEM32, UNTOLD),
        (ExpectedImage("child.exe", counterpart_directories=(SYSTEM32,)), UNTOLD, IN_SYSTEM32),
    ],
)
def test_an_image_as_its_own_parent_must_be_shown_to_fit(
    image: ExpectedImage, parent: Process, child: Process
) -> None:
    assert verdict(image, parent, child) is Verdict.EXPECTED
    unknown = judged(Process("child.exe"), Process("child.exe"), relations=about(image))
    assert unknown.reasons == (Reason.UNEXPECTED_PARENT,)


def test_an_own_parent_elsewhere_is_unexpected_and_another_is_misplaced() -> None:
    own = ExpectedImage("child.exe", directories=(SYSTEM32,))
    elsewhere = Process("child.exe", path=r"C:\Temp\child.exe")
    assert judged(Process("child.exe"), elsewhere, relations=about(own)).reasons == (
        Reason.UNEXPECTED_PARENT,
    )
    other = Process("parent.exe", path=r"C:\Temp\parent.exe")
    assert judged(Process("child.exe"), other, relations=about(HERE)).reasons == (Reason.MISPLACED_PARENT,)


def test_what_the_user_allows_is_right_wherever_it_stands_in_the_list() -> None:
    elsewhere = Process("parent.exe", path=r"C:\Temp\parent.exe")
    allowed = about(HERE).allow("child.exe", "parent.exe", why="a test")
    assert judged(Process("child.exe"), elsewhere, relations=allowed).verdict is Verdict.EXPECTED
    [relation] = allowed.relations
    assert isinstance(relation, ExpectedParents)
    turned = RelationRegistry([attrs.evolve(relation, parents=relation.parents[::-1])])
    assert judged(Process("child.exe"), elsewhere, relations=turned).verdict is Verdict.EXPECTED


def test_a_relation_that_places_the_parent_itself_overrules_the_parents_own_place() -> None:
    parent = ExpectedParents("parent.exe", ("x.exe",), directories=(SYSTEM32,))
    there = ExpectedImage("parent.exe", directories=(r"C:\Temp",))
    misplaced = Process("parent.exe", path=r"C:\Temp\parent.exe")
    child = ExpectedParents("child.exe", (there,))
    assert judged(Process("child.exe"), misplaced, relations=RelationRegistry([parent, child])).reasons == ()
    plain = ExpectedParents("child.exe", ("parent.exe", ExpectedImage("other.exe", directories=(SYSTEM32,))))
    found = judged(Process("child.exe"), misplaced, relations=RelationRegistry([parent, plain]))
    assert found.reasons == (Reason.MISPLACED_PARENT,)


BROKERED = about(
    ExpectedImage("parent.exe"),
    creators=(ExpectedImage("broker.exe", windows="10+", directories=(SYSTEM32,)),),
)


@pytest.mark.parametrize(
    ("creator", "windows", "reasons", "gap"),
    [
        (Process("broker.exe", pid=9), None, (), None),
        (Process("broker.exe", pid=9), "7", (Reason.SPOOFED_PARENT,), None),
        (Process("broker.exe", pid=9, path=r"C:\Temp\broker.exe"), None, (Reason.SPOOFED_PARENT,), None),
        (Process("parent.exe", pid=9), None, (), None),
        (Process("cmd.exe", pid=9), None, (Reason.SPOOFED_PARENT,), None),
        (Process("-", pid=9), None, (), MissingParent.CREATOR),
        (Process(None, pid=9), None, (), MissingParent.CREATOR),
        (Process("cmd.exe", pid=8), None, (), None),  # the parent's own pid: the same process
    ],
)
def test_the_one_who_made_the_call_is_judged_too(
    creator: Process, windows: str | None, reasons: tuple[Reason, ...], gap: MissingParent | None
) -> None:
    parent = Process("parent.exe", pid=8)
    found = judged(Process("child.exe"), parent, creator, relations=BROKERED, windows=windows)
    assert (found.reasons, found.gap) == (reasons, gap)


@pytest.mark.parametrize(
    ("parent", "creator", "same"),
    [
        ({"guid": "a", "pid": 1}, {"guid": "a", "pid": 2}, True),
        ({"guid": "a", "pid": 1}, {"guid": "b", "pid": 1}, False),
        ({"guid": "a", "pid": 1}, {"pid": 1}, True),
        ({"pid": 1}, {"guid": "b", "pid": 2}, False),
        ({"pid": 0}, {"pid": 1}, False),
        ({"pid": 1}, {"pid": 0}, False),
        ({"pid": 1}, {}, False),
    ],
)
def test_creator_and_parent_are_one_by_guid_then_by_pid_then_by_name(
    parent: dict[str, Any], creator: dict[str, Any], *, same: bool
) -> None:
    found = judged(
        Process("child.exe"),
        Process("parent.exe", **parent),
        Process("cmd.exe", **creator),
        relations=about(ExpectedImage("parent.exe")),
    )
    assert found.reasons == (() if same else (Reason.SPOOFED_PARENT,))
    spelled = judged(
        Process("child.exe"),
        Process("Parent.exe"),
        Process("PARENT.EXE", path=r"C:\Temp\parent.exe"),
        relations=about(HERE),
    )
    assert spelled.reasons == ()


@pytest.mark.parametrize(
    ("reason", "names"),
    [
        (Reason.UNEXPECTED_PARENT, ("parent.exe",)),
        (Reason.MISPLACED_PARENT, ("parent.exe",)),
        (Reason.SPOOFED_PARENT, ("parent.exe",)),
        (Reason.MISPLACED_IMAGE, (SYSTEM32,)),
        (Reason.LOOKALIKE, ("child.exe",)),
    ],
)
def test_what_would_have_been_right_is_names_or_directories(reason: Reason, names: tuple[str, ...]) -> None:
    relation = ExpectedParents("child.exe", ("parent.exe",), directories=(SYSTEM32,))
    evaluation = Evaluation(
        verdict=Verdict.MISMATCH, child="x.exe", parent="y.exe", relation=relation, imitates="child.exe"
    )
    assert expected_names(evaluation, reason) == names


def test_without_a_relation_nothing_is_known_to_be_right() -> None:
    evaluation = Evaluation(verdict=Verdict.UNWATCHED, child="x.exe", parent="y.exe")
    assert expected_names(evaluation, Reason.UNEXPECTED_PARENT) == ()
    assert expected_names(evaluation, Reason.LOOKALIKE) == ()
    children = Evaluation(verdict=Verdict.MISMATCH, child="x.exe", parent="chief.exe", relation=CHIEF)
    assert expected_names(children, Reason.UNEXPECTED_CHILD) == ("helper.exe",)


def test_a_name_comes_from_the_path_where_there_is_none() -> None:
    assert name_of(Process("A.exe", path=r"C:\b.exe")) == "a.exe"
    assert name_of(Process("", path=r"C:\B.exe")) == "b.exe"
    assert name_of(Process(None, path=r"C:\B.exe")) == "b.exe"
    assert name_of(Process(None)) == ""


def in_temp(name: str) -> Process:
    return Process(name, path=rf"C:\Temp\{name}")


PLACED = ExpectedParents("parent.exe", ("x.exe",), directories=(SYSTEM32,))


@pytest.mark.parametrize(
    ("relations", "with_paths", "settled"),
    [
        ([ExpectedParents("child.exe", ("parent.exe",))], "", True),
        ([ExpectedParents("child.exe", ("parent.exe",), directories=(SYSTEM32,))], "", False),
        ([ExpectedParents("child.exe", ("parent.exe",), directories=(SYSTEM32,))], "c", True),
        ([ExpectedParents("child.exe", ("parent.exe",), directories=(SYSTEM32,))], "p", False),
        ([ExpectedParents("child.exe", (HERE,))], "", False),
        ([ExpectedParents("child.exe", (HERE,))], "c", False),
        ([ExpectedParents("child.exe", (HERE,))], "p", True),
        ([ExpectedParents("child.exe", (BESIDE,))], "p", False),
        ([ExpectedParents("child.exe", (BESIDE,))], "c", True),
        ([ExpectedParents("child.exe", ("parent.exe",)), PLACED], "", False),
        ([ExpectedParents("child.exe", ("parent.exe",)), PLACED], "p", True),
        ([ExpectedParents("child.exe", (SIGNED,))], "cp", False),
        ([ExpectedParents("child.exe", (LIFTED,))], "cp", False),
        ([ExpectedParents("child.exe", (TOLD,))], "cp", False),
        ([ExpectedParents("child.exe", (SERVED,))], "cp", False),
        ([ExpectedParents("child.exe", ("parent.exe", ExpectedImage("other.exe", signer="x")))], "", True),
        ([ExpectedChildren("parent.exe", ("child.exe",))], "", True),
        ([ExpectedChildren("parent.exe", (ExpectedImage("child.exe", directories=(SYSTEM32,)),))], "", False),
        (
            [ExpectedChildren("parent.exe", (ExpectedImage("child.exe", directories=(SYSTEM32,)),))],
            "p",
            False,
        ),
        ([ExpectedChildren("parent.exe", (ExpectedImage("child.exe", directories=(SYSTEM32,)),))], "c", True),
        (
            [
                ExpectedChildren(
                    "parent.exe", (ExpectedImage("child.exe", counterpart_directories=(SYSTEM32,)),)
                )
            ],
            "c",
            False,
        ),
        (
            [
                ExpectedChildren(
                    "parent.exe", (ExpectedImage("child.exe", counterpart_directories=(SYSTEM32,)),)
                )
            ],
            "p",
            True,
        ),
        (
            [ExpectedChildren("parent.exe", ("child.exe", ExpectedImage("b.exe", directories=(SYSTEM32,))))],
            "",
            True,
        ),
        ([ExpectedChildren("parent.exe", (ExpectedImage("child.exe", signer="x"),))], "cp", False),
        ([], "cp", False),
    ],
)
def test_names_settle_what_depends_on_nothing_else(
    relations: list[Relation], with_paths: str, *, settled: bool
) -> None:
    table = RelationRegistry(relations).table
    child = in_temp("child.exe") if "c" in with_paths else Process("child.exe")
    parent = in_temp("parent.exe") if "p" in with_paths else Process("parent.exe")
    evaluation = Evaluation(
        verdict=Verdict.EXPECTED,
        child="child.exe",
        parent="parent.exe",
        relation=table.parents.get("child.exe") or table.children.get("parent.exe"),
    )
    assert is_settled_by_names(table, evaluation, child, parent) is settled


def test_a_pid_on_one_side_alone_leaves_the_names_to_tell() -> None:
    relations = about(HERE)
    creator = Process("parent.exe", pid=0, path=r"C:\Temp\parent.exe")
    assert (
        judged(Process("child.exe"), Process("parent.exe", pid=1), creator, relations=relations).reasons == ()
    )


def test_a_parents_directory_is_asked_for_where_its_child_depends_on_it() -> None:
    image = ExpectedImage("child.exe", counterpart_directories=(SYSTEM32,))
    relations = RelationRegistry([ExpectedChildren("parent.exe", (image,))])
    rightful = Process("parent.exe", path=rf"{SYSTEM32}\parent.exe")
    assert judged(in_temp("child.exe"), rightful, relations=relations).verdict is Verdict.EXPECTED
    assert judged(IN_SYSTEM32, in_temp("parent.exe"), relations=relations).verdict is Verdict.MISMATCH


@pytest.mark.parametrize(
    ("name", "path", "verdict"),
    [
        (r"\child.exe", rf"{SYSTEM32}\child.exe", Verdict.EXPECTED),
        (r"\child.exe", r"C:\Temp\child.exe", Verdict.MISMATCH),
        (r"\child.exe", None, Verdict.MISMATCH),
        (rf"{SYSTEM32}\child.exe", r"C:\Temp\child.exe", Verdict.EXPECTED),
        (r"C:\Temp\child.exe", rf"{SYSTEM32}\child.exe", Verdict.MISMATCH),
    ],
)
def test_a_name_that_is_a_path_goes_before_the_path_but_a_lone_backslash_does_not(
    name: str, path: str | None, verdict: Verdict
) -> None:
    relations = RelationRegistry([ExpectedParents("child.exe", ("parent.exe",), directories=(SYSTEM32,))])
    evaluation = judged(Process(name, path=path), Process("parent.exe"), relations=relations)
    assert evaluation.verdict is verdict


@pytest.mark.parametrize("listed", ["system", "ntoskrnl.exe"])
@pytest.mark.parametrize("logged", ["System", "ntoskrnl.exe"])
def test_the_kernel_has_two_names_and_one_directory(listed: str, logged: str) -> None:
    relations = about(ExpectedImage(listed, directories=(SYSTEM32,)))
    rightful = Process(logged, path=r"C:\Windows\System32\ntoskrnl.exe")
    assert judged(Process("child.exe"), rightful, relations=relations).verdict is Verdict.EXPECTED
    misplaced = judged(Process("child.exe"), in_temp(logged), relations=relations)
    assert misplaced.reasons == (Reason.MISPLACED_PARENT,)
