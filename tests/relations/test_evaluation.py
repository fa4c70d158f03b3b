"""The evaluation in full: every field of its answer, and every condition that an expected image can have."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Process,
    Reason,
    RelationRegistry,
    Severity,
    Tier,
    Verdict,
)
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import (
    Evaluation,
    MissingParent,
    evaluate,
    is_nameless,
    name_of,
)
from parentchild.windows.programs import ProgramKind

SYSTEM32 = r"C:\Windows\System32"
AGENT = ExpectedParents("agent.exe", ("manager.exe",), protects_name=True)
CHIEF = ExpectedChildren("chief.exe", (ExpectedImage("helper.exe", windows="10+"),), windows="vista+")
REGISTRY = RelationRegistry([AGENT, CHIEF])


def evaluated(
    child: Process,
    parent: Process | None,
    creator: Process | None = None,
    *,
    relations: RelationRegistry = REGISTRY,
    windows: str | None = None,
) -> Evaluation:
    return evaluate(relations.compiled, child, parent, creator, windows=windows)


def about(image: ExpectedImage, **options: Any) -> RelationRegistry:
    return RelationRegistry([ExpectedParents("child.exe", (image,), **options)])


def verdict(image: ExpectedImage, parent: Process, child: Process | None = None) -> Verdict:
    return evaluated(child or Process("child.exe"), parent, relations=about(image)).verdict


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
                expected=("manager.exe",),
                severity=Severity.HIGH,
                relation=AGENT,
            ),
        ),
        (
            "AGENT.EXE",
            "Manager.exe",
            Evaluation(
                verdict=Verdict.EXPECTED,
                child="agent.exe",
                parent="manager.exe",
                relation=AGENT,
                match=AGENT.parents[0],
            ),
        ),
        (
            "agent.exe",
            "-",
            Evaluation(
                verdict=Verdict.UNKNOWN,
                child="agent.exe",
                parent="",
                missing=MissingParent.PLACEHOLDER,
                expected=("manager.exe",),
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
                expected=("helper.exe",),
                severity=Severity.HIGH,
                relation=CHIEF,
            ),
        ),
        (
            "helper.exe",
            "chief.exe",
            Evaluation(
                verdict=Verdict.EXPECTED,
                child="helper.exe",
                parent="chief.exe",
                relation=CHIEF,
                match=CHIEF.children[0],
            ),
        ),
        ("cmd.exe", "a.exe", Evaluation(verdict=Verdict.UNWATCHED, child="cmd.exe", parent="a.exe")),
        (
            "cmd.exe",
            "-",
            Evaluation(
                verdict=Verdict.UNWATCHED, child="cmd.exe", parent="", missing=MissingParent.PLACEHOLDER
            ),
        ),
        (
            "agemt.exe",
            "-",
            Evaluation(
                verdict=Verdict.MISMATCH,
                child="agemt.exe",
                parent="",
                reasons=(Reason.LOOKALIKE,),
                expected=("agent.exe",),
                severity=Severity.HIGH,
                missing=MissingParent.PLACEHOLDER,
                relation=AGENT,
                imitates="agent.exe",
            ),
        ),
    ],
)
def test_every_field_of_an_evaluation_is_right(child: str, parent: str, expected: Evaluation) -> None:
    assert evaluated(Process(child), Process(parent)) == expected


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
    assert evaluated(Process(child), Process("chief.exe"), windows=windows).verdict is expected


@pytest.mark.parametrize(
    ("process", "missing"),
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
def test_what_is_missing_of_a_parent_is_told(process: Process | None, missing: MissingParent | None) -> None:
    assert evaluated(Process("agent.exe"), process).missing is missing


SIGNED = ExpectedImage("parent.exe", signer="ACME")
LIFTED = ExpectedImage("parent.exe", integrity="High")
SERVED = ExpectedImage("parent.exe", parent_arguments=("/serve", "-q"))
TOLD = ExpectedImage("parent.exe", arguments=("/run",))
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
    unknown = evaluated(Process("child.exe"), Process("child.exe"), relations=about(image))
    assert unknown.reasons == (Reason.SELF_COPY,)


def test_an_own_parent_elsewhere_is_unexpected_and_another_is_misplaced() -> None:
    own = ExpectedImage("child.exe", directories=(SYSTEM32,))
    elsewhere = Process("child.exe", path=r"C:\Temp\child.exe")
    assert evaluated(IN_SYSTEM32, elsewhere, relations=about(own)).reasons == (Reason.UNEXPECTED_PARENT,)
    other = Process("parent.exe", path=r"C:\Temp\parent.exe")
    assert evaluated(Process("child.exe"), other, relations=about(HERE)).reasons == (Reason.MISPLACED_PARENT,)


@pytest.mark.parametrize(
    ("image", "parent", "before", "after"),
    [
        (SERVED, {}, (Reason.UNEXPECTED_PARENT,), ()),
        (HERE, {"path": r"C:\Temp\parent.exe"}, (Reason.MISPLACED_PARENT,), (Reason.MISPLACED_PARENT,)),
    ],
)
def test_what_the_user_allows_is_a_pair_and_no_place_wherever_it_stands_in_the_list(
    image: ExpectedImage, parent: dict[str, Any], before: tuple[Reason, ...], after: tuple[Reason, ...]
) -> None:
    starter = Process("parent.exe", **parent)
    relations = about(image)
    assert evaluated(Process("child.exe"), starter, relations=relations).reasons == before
    allowed = relations.allow("child.exe", "parent.exe", why="a test")
    [relation] = allowed.relations
    assert isinstance(relation, ExpectedParents)
    turned = RelationRegistry([attrs.evolve(relation, parents=relation.parents[::-1])])
    for each in (allowed, turned):
        assert evaluated(Process("child.exe"), starter, relations=each).reasons == after


def test_a_relation_that_places_the_parent_itself_overrules_the_parents_own_place() -> None:
    parent = ExpectedParents("parent.exe", ("x.exe",), directories=(SYSTEM32,))
    there = ExpectedImage("parent.exe", directories=(r"C:\Temp",))
    misplaced = Process("parent.exe", path=r"C:\Temp\parent.exe")
    child = ExpectedParents("child.exe", (there,))
    assert (
        evaluated(Process("child.exe"), misplaced, relations=RelationRegistry([parent, child])).reasons == ()
    )
    plain = ExpectedParents("child.exe", ("parent.exe", ExpectedImage("other.exe", directories=(SYSTEM32,))))
    found = evaluated(Process("child.exe"), misplaced, relations=RelationRegistry([parent, plain]))
    assert found.reasons == (Reason.MISPLACED_PARENT,)


BROKERED = about(
    ExpectedImage("parent.exe"),
    creators=(ExpectedImage("broker.exe", windows="10+", directories=(SYSTEM32,)),),
)


@pytest.mark.parametrize(
    ("creator", "windows", "reasons", "missing"),
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
def test_the_one_who_made_the_call_is_evaluated_too(
    creator: Process, windows: str | None, reasons: tuple[Reason, ...], missing: MissingParent | None
) -> None:
    parent = Process("parent.exe", pid=8)
    found = evaluated(Process("child.exe"), parent, creator, relations=BROKERED, windows=windows)
    assert (found.reasons, found.missing) == (reasons, missing)


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
    found = evaluated(
        Process("child.exe"),
        Process("parent.exe", **parent),
        Process("cmd.exe", **creator),
        relations=about(ExpectedImage("parent.exe")),
    )
    assert found.reasons == (() if same else (Reason.SPOOFED_PARENT,))
    spelled = evaluated(
        Process("child.exe"),
        Process("Parent.exe"),
        Process("PARENT.EXE", path=r"C:\Temp\parent.exe"),
        relations=about(HERE),
    )
    assert spelled.reasons == ()


def test_a_creator_that_is_expected_elsewhere_is_no_creator_of_the_child() -> None:
    there = ExpectedImage("child.exe", directories=(SYSTEM32,))
    relations = about(ExpectedImage("parent.exe"), creators=(there,))
    child, parent = Process("child.exe", path=r"C:\Temp\child.exe"), Process("parent.exe", pid=8)
    creator = Process("child.exe", pid=9, path=rf"{SYSTEM32}\child.exe")
    assert evaluated(child, parent, creator, relations=relations).reasons == ()
    untold = Process("child.exe", pid=9)  # of an image that starts itself, what is not known fails
    assert evaluated(child, parent, untold, relations=relations).reasons == (Reason.SPOOFED_PARENT,)


def test_the_signer_that_a_parents_relation_asks_for_is_the_childs() -> None:
    relations = RelationRegistry([ExpectedChildren("boss.exe", (ExpectedImage("it.exe", signer="ACME"),))])
    other = Process("boss.exe", signer="Other")
    assert evaluated(Process("it.exe", signer="Acme"), other, relations=relations).reasons == ()
    signed = evaluated(
        Process("it.exe", signer="Other"), Process("boss.exe", signer="ACME"), relations=relations
    )
    assert signed.reasons == (Reason.UNEXPECTED_CHILD,)


def test_a_child_that_is_its_own_parent_must_be_shown_to_fit_the_parents_relation() -> None:
    signed = ExpectedImage("boss.exe", signer="ACME")
    relations = RelationRegistry([ExpectedChildren("boss.exe", (signed,))])
    boss, other = Process("boss.exe", signer="ACME"), Process("boss.exe", signer="Other")
    assert evaluated(boss, Process("boss.exe"), relations=relations).verdict is Verdict.EXPECTED
    untold = evaluated(Process("boss.exe"), other, relations=relations)
    assert untold.verdict is Verdict.MISMATCH


def test_of_what_the_user_allowed_neither_place_nor_conditions_are_asked() -> None:
    local = ExpectedImage("parent.exe", tier=Tier.LOCAL, directories=(SYSTEM32,), signer="ACME")
    elsewhere = Process("parent.exe", path=r"C:\Temp\parent.exe", signer="Other")
    assert evaluated(Process("child.exe"), elsewhere, relations=about(local)).reasons == ()


@pytest.mark.parametrize(
    ("path", "severity"),
    [(r"C:\Temp\it.exe", Severity.HIGH), (r"D:\Windows\System32\it.exe", Severity.MEDIUM)],
)
def test_a_child_in_the_right_place_of_another_drive_matters_less(path: str, severity: Severity) -> None:
    placed = ExpectedImage("it.exe", directories=(SYSTEM32,))
    relations = RelationRegistry([ExpectedChildren("boss.exe", (placed,), severity=Severity.HIGH)])
    found = evaluated(Process("it.exe", path=path), Process("boss.exe"), relations=relations)
    assert (found.reasons, found.severity) == ((Reason.MISPLACED_IMAGE,), severity)


@pytest.mark.parametrize(
    ("name", "original"), [("exp1orer.exe", "explorer.exe"), ("s1host.exe", "sihost.exe")]
)
def test_what_looks_like_an_image_of_windows_is_a_look_alike_however_it_is_watched(
    name: str, original: str
) -> None:
    found = evaluated(Process(name), Process("cmd.exe"), relations=DEFAULT_RELATIONS)
    assert (found.reasons, found.imitates, found.expected) == ((Reason.LOOKALIKE,), original, (original,))
    assert found.severity >= Severity.HIGH


OPEN = ExpectedChildren(
    "boss.exe",
    (),
    is_open=True,
    refused_kinds=(ProgramKind.USER_WRITABLE,),
    refused_directories=(r"C:\Refused",),
)


@pytest.mark.parametrize(
    ("path", "reasons"),
    [
        (r"C:\Program Files\Acme\it.exe", ()),
        (r"C:\Users\ann\AppData\Local\it.exe", (Reason.UNEXPECTED_CHILD,)),
        (r"C:\Refused\it.exe", (Reason.UNEXPECTED_CHILD,)),
        (None, ()),
    ],
)
def test_an_open_parent_refuses_by_the_place_of_a_child(
    path: str | None, reasons: tuple[Reason, ...]
) -> None:
    relations = RelationRegistry([OPEN]).compiled
    child, boss = Process("it.exe", path=path), Process("boss.exe")
    assert evaluate(relations, child, boss).reasons == reasons
    unread = evaluate(relations, Process("it.exe"), boss, unread=frozenset({Fact.CHILD_PATH}))
    assert unread.reasons == ()
    assert unread.needs == frozenset({Fact.CHILD_PATH})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:/Temp/a.b/evil.exe:x", "evil.exe:x"),
        ("evil.exe:x\0", "evil.exe:x"),
        ("XX.exe:x\0", "xx.exe:x"),
        ("C:\\Temp\\evil.exe:x", "evil.exe:x"),
    ],
)
def test_a_starter_that_is_no_plain_file_is_shown_as_it_was_logged(name: str, shown: str) -> None:
    found = evaluated(Process("agent.exe"), Process(name))
    assert (found.reasons, found.parent) == ((Reason.UNEXPECTED_PARENT,), shown)


def test_a_placeholder_names_a_file_where_a_directory_is_known() -> None:
    assert is_nameless(Process("1234"))
    assert not is_nameless(Process("1234", path=r"C:\Temp\1234"))
    assert is_nameless(Process(None))


def test_the_compiled_form_names_what_each_relation_is_about() -> None:
    compiled = REGISTRY.compiled
    assert [each.name for each in compiled.children.values()] == ["agent.exe"]
    assert [each.name for there in compiled.parents.values() for each in there] == ["chief.exe"]
    [helper] = compiled.parents["chief.exe"][0].by_child["helper.exe"]
    [manager] = compiled.children["agent.exe"].by_parent["manager.exe"]
    assert (helper.name, manager.name) == ("helper.exe", "manager.exe")
    assert (helper.is_certain, manager.is_certain) == (False, True)
    assert compiled.known_names == {"agent.exe", "manager.exe", "chief.exe", "helper.exe"}


def test_a_name_comes_from_the_path_where_there_is_none() -> None:
    assert name_of(Process("A.exe", path=r"C:\b.exe")) == "a.exe"
    assert name_of(Process("", path=r"C:\B.exe")) == "b.exe"
    assert name_of(Process(None, path=r"C:\B.exe")) == "b.exe"
    assert name_of(Process(None)) == ""


def in_temp(name: str) -> Process:
    return Process(name, path=rf"C:\Temp\{name}")


def test_a_pid_on_one_side_alone_leaves_the_names_to_tell() -> None:
    relations = about(HERE)
    creator = Process("parent.exe", pid=0, path=r"C:\Temp\parent.exe")
    assert (
        evaluated(Process("child.exe"), Process("parent.exe", pid=1), creator, relations=relations).reasons
        == ()
    )


def test_a_parents_directory_is_asked_for_where_its_child_depends_on_it() -> None:
    image = ExpectedImage("child.exe", counterpart_directories=(SYSTEM32,))
    relations = RelationRegistry([ExpectedChildren("parent.exe", (image,))])
    rightful = Process("parent.exe", path=rf"{SYSTEM32}\parent.exe")
    assert evaluated(in_temp("child.exe"), rightful, relations=relations).verdict is Verdict.EXPECTED
    assert evaluated(IN_SYSTEM32, in_temp("parent.exe"), relations=relations).verdict is Verdict.MISMATCH


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
    evaluation = evaluated(Process(name, path=path), Process("parent.exe"), relations=relations)
    assert evaluation.verdict is verdict


@pytest.mark.parametrize("listed", ["system", "ntoskrnl.exe"])
@pytest.mark.parametrize("logged", ["System", "ntoskrnl.exe"])
def test_the_kernel_has_two_names_and_one_directory(listed: str, logged: str) -> None:
    relations = about(ExpectedImage(listed, directories=(SYSTEM32,)))
    rightful = Process(logged, path=r"C:\Windows\System32\ntoskrnl.exe")
    assert evaluated(Process("child.exe"), rightful, relations=relations).verdict is Verdict.EXPECTED
    misplaced = evaluated(Process("child.exe"), in_temp(logged), relations=relations)
    assert misplaced.reasons == (Reason.MISPLACED_PARENT,)


@pytest.mark.parametrize(
    ("own", "starters", "reasons"),
    [
        ("taskhostw.exe", None, (Reason.SELF_COPY,)),
        ("taskhostw.exe", " ", (Reason.SELF_COPY,)),
        ("", "taskhostw.exe", (Reason.SELF_COPY,)),
        ("taskhostw.exe ", "taskhostw.exe", (Reason.SELF_COPY,)),
        ("taskhostw.exe -x", "taskhostw.exe", (Reason.UNEXPECTED_PARENT,)),
    ],
)
def test_a_copy_is_harmless_as_long_as_no_two_known_command_lines_differ(
    own: str, starters: str | None, reasons: tuple[Reason, ...]
) -> None:
    child = Process("taskhostw.exe", pid=2, command_line=own)
    parent = Process("taskhostw.exe", pid=1, command_line=starters)
    assert evaluate(DEFAULT_RELATIONS.compiled, child, parent).reasons == reasons


def test_a_stream_of_an_image_is_shown_by_the_last_part_of_its_path() -> None:
    parent = Process(r"C:\Windows\System32\Services.exe:x", pid=8)
    found = evaluate(DEFAULT_RELATIONS.compiled, Process("svchost.exe", pid=4), parent)
    assert found.parent == "services.exe:x"


@pytest.mark.parametrize(
    ("path", "is_wrong"), [(r"C:\Drop\a.exe", True), (r"C:\Tools\a.exe", False), (None, False)]
)
def test_an_open_parent_starts_anything_but_from_the_directories_that_are_refused(
    path: str | None, *, is_wrong: bool
) -> None:
    relation = ExpectedChildren("host.exe", (), is_open=True, refused_directories=[r"C:\Drop"])
    found = RelationRegistry([relation]).evaluate(Process("a.exe", path=path), "host.exe")
    assert (found.verdict is Verdict.MISMATCH) is is_wrong


@pytest.mark.parametrize(("line", "is_wrong"), [("x.exe -a", False), ("x.exe -b", False), ("x.exe", True)])
def test_one_of_the_shapes_of_a_launch_is_enough(line: str, *, is_wrong: bool) -> None:
    registry = RelationRegistry([ExpectedLaunch("x.exe", arguments=("-a", "-b"))])
    found = registry.evaluate(Process("x.exe", command_line=line), "any.exe")
    assert (found.verdict is Verdict.MISMATCH) is is_wrong


@pytest.mark.parametrize("severity", [Severity.LOW, Severity.CRITICAL])
def test_a_child_of_a_listed_parent_from_elsewhere_has_the_severity_of_the_relation(
    severity: Severity,
) -> None:
    listed = ExpectedImage("a.exe", directories=[r"C:\Tools"])
    registry = RelationRegistry([ExpectedChildren("host.exe", [listed], severity=severity)])
    found = registry.evaluate(Process("a.exe", path=r"C:\Temp\a.exe"), "host.exe")
    assert (found.verdict, found.severity) == (Verdict.MISMATCH, severity)


# places -------------------------------------------------------------------------------------------------


def test_a_misplaced_image_or_parent_is_grouped_by_its_directory_and_told_the_right_one() -> None:
    placed = ExpectedParents("child.exe", (HERE,), directories=(SYSTEM32,))
    relations = RelationRegistry([placed])
    for child, parent, reasons, match in (
        (in_temp("child.exe"), Process("parent.exe"), (Reason.MISPLACED_IMAGE,), HERE),
        (Process("child.exe"), in_temp("parent.exe"), (Reason.MISPLACED_PARENT,), None),
    ):
        found = evaluated(child, parent, relations=relations)
        assert (found.reasons, found.directory, found.expected) == (reasons, r"c:\temp", (SYSTEM32,))
        assert found.match == match


@pytest.mark.parametrize(("windows", "is_wrong"), [(None, True), ("10", True), ("7", False)])
def test_where_an_image_lies_is_asked_on_the_releases_of_its_launch(
    windows: str | None, *, is_wrong: bool
) -> None:
    launch = ExpectedLaunch("it.exe", directories=(SYSTEM32,), windows="10+")
    relations = RelationRegistry([launch, ExpectedParents("child.exe", ("it.exe",))])
    found = evaluated(in_temp("it.exe"), Process("any.exe"), relations=relations, windows=windows)
    assert found.reasons == ((Reason.MISPLACED_IMAGE,) if is_wrong else ())
    assert found.relation == (launch if is_wrong else None)
    found = evaluated(Process("child.exe"), in_temp("it.exe"), relations=relations, windows=windows)
    assert found.reasons == ((Reason.MISPLACED_PARENT,) if is_wrong else ())


# what a parent of several roles starts ------------------------------------------------------------------


def test_each_relation_of_a_parent_is_asked_though_the_one_before_it_does_not_apply() -> None:
    first = ExpectedChildren("host.exe", ("a.exe",), services=("one",))
    second = ExpectedChildren("host.exe", ("b.exe",), services=("two",))
    host = Process("host.exe", command_line="host.exe -k group -s two")
    for order in ([first, second], [second, first]):
        found = evaluated(Process("a.exe"), host, relations=RelationRegistry(order))
        assert (found.reasons, found.relation) == ((Reason.UNEXPECTED_CHILD,), second)


@pytest.mark.parametrize(("child", "severity"), [("cmd.exe", Severity.HIGH), ("tool.exe", Severity.LOW)])
def test_a_child_that_serves_attackers_weighs_more_than_its_relation_says(
    child: str, severity: Severity
) -> None:
    boss = ExpectedChildren("boss.exe", ("a.exe", "b.exe"), severity=Severity.LOW)
    found = evaluated(Process(child), Process("boss.exe"), relations=RelationRegistry([boss]))
    assert (found.reasons, found.severity) == ((Reason.UNEXPECTED_CHILD,), severity)
    assert found.expected == ("a.exe", "b.exe")


def test_a_refused_kind_may_depend_on_the_place_so_an_unread_one_is_asked_for_first() -> None:
    boss = ExpectedChildren("boss.exe", (), is_open=True, refused_kinds=tuple(ProgramKind))
    relations, cmd = RelationRegistry([boss]).compiled, Process("cmd.exe")
    assert evaluate(relations, cmd, Process("boss.exe")).reasons == (Reason.UNEXPECTED_CHILD,)
    unread = evaluate(relations, cmd, Process("boss.exe"), unread=frozenset({Fact.CHILD_PATH}))
    assert (unread.reasons, unread.needs) == ((), frozenset({Fact.CHILD_PATH}))


def test_what_did_not_fit_is_not_said_to_be_expected() -> None:
    listed = ExpectedImage("a.exe", arguments=("/run",))
    boss = ExpectedChildren("boss.exe", (listed, ExpectedImage("b.exe"), ExpectedImage("ntoskrnl.exe")))
    relations = RelationRegistry([boss])
    wrong = Process("a.exe", command_line="a.exe /stop")
    assert evaluated(wrong, Process("boss.exe"), relations=relations).expected == ("b.exe", "ntoskrnl.exe")
    served = about(ExpectedImage("ntoskrnl.exe", signer="ACME"))
    kernel = Process("System", pid=4, signer="Other")
    assert evaluated(Process("child.exe"), kernel, relations=served).expected == ()


# what was not read --------------------------------------------------------------------------------------

ALL_FACTS = frozenset(Fact)


def needed(relations: RelationRegistry, child: Process, parent: Process) -> frozenset[Fact]:
    return evaluate(relations.compiled, child, parent, unread=ALL_FACTS).needs


def test_of_rows_about_one_image_the_facts_of_each_that_could_fit_are_needed() -> None:
    signed, lifted = ExpectedImage("parent.exe", signer="ACME"), ExpectedImage("parent.exe", integrity="High")
    relations = RelationRegistry([ExpectedParents("child.exe", (signed, lifted))])
    told = needed(relations, Process("child.exe"), Process("parent.exe"))
    assert told == {Fact.PARENT_SIGNER, Fact.CHILD_INTEGRITY}


def test_what_one_relation_needs_is_not_forgotten_for_what_another_needs() -> None:
    first = ExpectedChildren("host.exe", (ExpectedImage("a.exe", signer="ACME"),), services=("one",))
    second = ExpectedChildren("host.exe", (ExpectedImage("a.exe", integrity="High"),))
    relations = RelationRegistry([first, second])
    host = Process("host.exe", command_line="host.exe -k group -s one")
    unread = frozenset({Fact.CHILD_SIGNER, Fact.CHILD_INTEGRITY})
    assert evaluate(relations.compiled, Process("a.exe"), host, unread=unread).needs == unread


# who made the call, and how -----------------------------------------------------------------------------


def test_the_one_who_made_the_call_is_placed_by_the_drive_of_its_device_too() -> None:
    on_d = Process("broker.exe", pid=9, path=r"D:\Windows\System32\broker.exe")
    for drives, reasons in ((frozenset({"d:"}), ()), (frozenset({"c:"}), (Reason.SPOOFED_PARENT,))):
        found = evaluate(
            BROKERED.compiled, Process("child.exe"), Process("parent.exe", pid=8), on_d, system_drives=drives
        )
        assert found.reasons == reasons


def test_of_a_child_that_no_relation_is_about_no_creator_is_missing() -> None:
    parent, nameless = Process("parent.exe", pid=8), Process(None, pid=9)
    for name, missing in (("child.exe", MissingParent.CREATOR), ("other.exe", None)):
        assert evaluated(Process(name), parent, nameless, relations=BROKERED).missing is missing


def test_a_wrong_name_or_wrong_arguments_are_told_with_their_relation_and_what_was_right() -> None:
    launch = ExpectedLaunch("it.exe", arguments=("-a", "-b"), bears_own_name=True, severity=Severity.LOW)
    relations = RelationRegistry([launch])
    renamed = evaluated(Process("it.exe", original_name="evil.exe"), None, relations=relations)
    assert (renamed.reasons, renamed.expected) == ((Reason.RENAMED_IMAGE,), ("it.exe",))
    assert (renamed.relation, renamed.severity) == (launch, Severity.HIGH)
    lacking = evaluated(Process("it.exe", command_line="it.exe -c"), None, relations=relations)
    assert (lacking.reasons, lacking.expected) == ((Reason.UNEXPECTED_ARGUMENTS,), ("-a", "-b"))
    assert (lacking.relation, lacking.severity) == (launch, Severity.LOW)


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        (r"D:\Windows\System32\it.exe", Severity.MEDIUM),
        (r"\\server\share\Windows\System32\it.exe", Severity.HIGH),
        (r"D:\Temp\it.exe", Severity.HIGH),
        (r"D:\System32\it.exe", Severity.HIGH),
    ],
)
def test_windows_on_another_drive_matters_less_than_another_directory(path: str, severity: Severity) -> None:
    launch = ExpectedLaunch("it.exe", directories=(SYSTEM32,), severity=Severity.HIGH)
    found = evaluated(Process("it.exe", path=path), None, relations=RelationRegistry([launch]))
    assert (found.reasons, found.severity) == ((Reason.MISPLACED_IMAGE,), severity)


def test_the_kernel_that_is_known_by_its_pid_alone_is_asked_like_any_other() -> None:
    relations = about(ExpectedImage("system", signer="ACME"))
    for signer, reasons in (("ACME", ()), ("Other", (Reason.UNEXPECTED_PARENT,)), (None, ())):
        kernel = Process(None, pid=4, signer=signer)
        assert evaluated(Process("child.exe"), kernel, relations=relations).reasons == reasons
