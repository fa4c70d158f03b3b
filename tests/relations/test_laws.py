"""Laws of the decision, over random relations and creations: nothing that was not read changes it."""

from __future__ import annotations

import pickle
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parentchild import (
    DEFAULT_RELATIONS,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Process,
    Reason,
    RelationRegistry,
    Severity,
    Verdict,
)
from parentchild.relations.conditions import Fact
from parentchild.relations.evaluation import Evaluation, evaluate
from parentchild.relations.prefilter import EVALUATE, Prefilter
from parentchild.relations.relation import ExpectedLaunch
from parentchild.windows.placeholders import missing_name
from parentchild.windows.programs import ProgramKind
from tests.effort import lines_run

IMAGES = ("agent.exe", "boss.exe", "cmd.exe", "system", "svchost.exe")
PLACES = (r"C:\Windows\System32", r"C:\A\*")
LINES = ("x", "x -a", "x -a -b", "x -k g -s one", "x -k g", '"-a"', "-")
SIGNERS = ("ACME", "acme", "Other", "-")

images = st.sampled_from(IMAGES)
places = st.lists(st.sampled_from(PLACES), max_size=1).map(tuple)
patterns = st.lists(st.sampled_from(["-a", "^ -a", "-b", "-a -b", "*"]), max_size=2).map(tuple)
listed = st.builds(
    ExpectedImage,
    images | st.just("ntoskrnl.exe"),
    windows=st.sampled_from(["all", "all", "7", "10+"]),
    directories=places,
    counterpart_directories=places,
    arguments=st.just(()) | patterns,
    parent_arguments=st.just(()) | patterns,
    service_groups=st.sampled_from([(), (), ("g",), ("g:one",)]),
    signer=st.none() | st.just("ACME"),
    integrity=st.none() | st.just("High"),
    excuses_arguments=st.booleans(),
)
rows = st.lists(st.one_of(images.map(ExpectedImage), listed, listed), max_size=4)
relations = st.one_of(
    st.builds(
        ExpectedParents,
        images,
        rows,
        windows=st.sampled_from(["all", "all", "10+"]),
        directories=places,
        arguments=st.just(()) | patterns,
        is_minimal=st.booleans(),
        creators=st.just(()) | rows,
        severity=st.sampled_from(Severity),
        protects_name=st.booleans(),
    ),
    st.builds(
        ExpectedChildren,
        images,
        rows,
        services=st.sampled_from([(), (), ("one",)]),
        windows=st.sampled_from(["all", "all", "10+"]),
    ),
    st.builds(
        ExpectedChildren,
        images,
        rows,
        is_open=st.just(value=True),
        refused_kinds=st.just((ProgramKind.SHELL, ProgramKind.USER_WRITABLE)),
        refused_directories=places,
    ),
    st.builds(
        ExpectedLaunch,
        images,
        directories=st.just((PLACES[0],)),
        arguments=st.just(()) | patterns,
        bears_own_name=st.booleans(),
    ),
)
registries = st.lists(relations, max_size=5).map(RelationRegistry) | st.just(DEFAULT_RELATIONS)

SPELLINGS = (
    *IMAGES,
    *("AGENT.EXE", "agent.exe:x", "boss.exe ", "agemt.exe", "services.exe", "werfault.exe", "\u0430gent.exe"),
    *("-", "", "1234", "S-1-5-18", "other.exe", "System", "ntoskrnl.exe"),
    *(r"C:\Windows\System32\agent.exe", r"C:\Temp\boss.exe", r"\agent.exe", r"C:\A\B\cmd.exe"),
)
names = st.sampled_from(SPELLINGS)
paths = st.sampled_from(
    (
        None,
        None,
        "",
        "-",
        r"C:\Windows\System32\agent.exe",
        r"C:\Windows\System32\boss.exe",
        r"C:\Windows\System32",
        r"C:\A\B\boss.exe",
        r"C:\Temp\agent.exe",
        r"E:\Windows\System32\agent.exe",
        r"C:\Windows\System32\ntoskrnl.exe",
    )
)
processes = st.builds(
    Process,
    names,
    pid=st.sampled_from([None, 0, 4, 8, 9]),
    path=paths,
    command_line=st.none() | st.sampled_from(LINES),
    signer=st.none() | st.sampled_from(SIGNERS),
    integrity=st.sampled_from([None, "High", "Low", "12288"]),
    user=st.sampled_from([None, "a", "b"]),
    original_name=st.sampled_from([None, "-", "Agent.exe", "other"]),
)
releases = st.sampled_from([None, None, "7", "11"])
unread_facts = st.frozensets(st.sampled_from(Fact))

_OF_CHILD = {
    Fact.CHILD_PATH: "path",
    Fact.CHILD_COMMAND_LINE: "command_line",
    Fact.CHILD_ORIGINAL_NAME: "original_name",
    Fact.CHILD_SIGNER: "signer",
    Fact.CHILD_INTEGRITY: "integrity",
    Fact.CHILD_USER: "user",
}
_OF_PARENT = {
    Fact.PARENT_PATH: "path",
    Fact.PARENT_COMMAND_LINE: "command_line",
    Fact.PARENT_SIGNER: "signer",
    Fact.PARENT_INTEGRITY: "integrity",
    Fact.PARENT_USER: "user",
}


def values_of(child: Process, parent: Process) -> dict[Fact, object]:
    """Return all facts that a row with these processes has, as a row has them."""
    values: dict[Fact, object] = {fact: getattr(child, name) for fact, name in _OF_CHILD.items()}
    return values | {fact: getattr(parent, name) for fact, name in _OF_PARENT.items()}


def without(process: Process, names: dict[Fact, str], unread: frozenset[Fact]) -> Process:
    """Return a process without the values of unread facts; a path that names it is read with the name."""
    gone = {name for fact, name in names.items() if fact in unread}
    if missing_name(process.name or "") is not None:
        gone.discard("path")
    return attrs.evolve(process, **dict.fromkeys(gone))


@settings(max_examples=300)
@given(registries, processes, processes, st.none() | processes, unread_facts)
def test_the_value_of_an_unread_fact_does_not_count(
    registry: RelationRegistry,
    child: Process,
    parent: Process,
    creator: Process | None,
    unread: frozenset[Fact],
) -> None:
    known = evaluate(registry.compiled, child, parent, creator, unread=unread)
    blind = evaluate(
        registry.compiled,
        without(child, _OF_CHILD, unread),
        without(parent, _OF_PARENT, unread),
        None if creator is None else without(creator, _OF_PARENT, unread),
        unread=unread,
    )
    assert known == blind


def test_an_unread_fact_is_needed_where_it_tells_which_row_fits() -> None:
    excused = ExpectedImage("boss.exe", signer="ACME", excuses_arguments=True)
    plain = ExpectedImage("boss.exe")
    registry = RelationRegistry([ExpectedParents("agent.exe", [plain, excused], arguments=("-a",))])
    child = Process("agent.exe", command_line="agent.exe")
    unread = frozenset({Fact.PARENT_SIGNER})
    found = evaluate(registry.compiled, child, Process("boss.exe"), unread=unread)
    assert found.needs == unread
    for signer, match, reasons in (
        ("ACME", excused, ()),
        ("Other", plain, (Reason.UNEXPECTED_ARGUMENTS,)),
    ):
        whole = evaluate(registry.compiled, child, Process("boss.exe", signer=signer))
        assert (whole.match, whole.reasons) == (match, reasons)


@pytest.mark.parametrize(("field", "one", "other"), [("user", "a", "b"), ("command_line", "x -a", "x -b")])
def test_what_tells_a_copy_from_its_image_is_needed(field: str, one: str, other: str) -> None:
    registry = RelationRegistry([ExpectedParents("agent.exe", ["boss.exe"])])
    both: list[dict[str, Any]] = [{field: one}, {field: other}]
    child, parent = (Process("agent.exe", **each) for each in both)
    assert evaluate(registry.compiled, child, parent).reasons == (Reason.UNEXPECTED_PARENT,)
    for fact in (Fact[f"CHILD_{field.upper()}"], Fact[f"PARENT_{field.upper()}"]):
        found = evaluate(registry.compiled, child, parent, unread=frozenset({fact}))
        assert found.reasons == (Reason.SELF_COPY,)
        assert found.needs == {fact}


@settings(max_examples=400)
@given(registries, processes, processes, st.none() | processes, releases, unread_facts)
def test_an_evaluation_that_needs_nothing_more_is_that_of_all_facts(
    registry: RelationRegistry,
    child: Process,
    parent: Process,
    creator: Process | None,
    windows: str | None,
    unread: frozenset[Fact],
) -> None:
    whole = evaluate(registry.compiled, child, parent, creator, windows=windows)
    assert not whole.needs
    found = evaluate(registry.compiled, child, parent, creator, windows=windows, unread=unread)
    while found.needs:
        assert found.needs <= unread
        unread -= found.needs
        found = evaluate(registry.compiled, child, parent, creator, windows=windows, unread=unread)
    assert found == whole


@settings(max_examples=400)
@given(registries, processes, processes)
def test_what_the_prefilter_holds_back_is_no_finding(
    registry: RelationRegistry, child: Process, parent: Process
) -> None:
    prefilter = Prefilter(registry.compiled)
    whole = evaluate(registry.compiled, child, parent)
    values = values_of(child, parent)
    row = {fact.value: value for fact, value in values.items()}
    columns = {fact: fact.value for fact in Fact}
    for _ in range(2):  # the second answers come from memory
        answers = {
            prefilter.answer(child.name, parent.name),
            prefilter.settle(child.name, parent.name, row, columns),
            prefilter.settle_values(child.name, parent.name, values),
        }
        for answer in answers - {EVALUATE}:
            assert (answer, ()) == (whole.verdict, whole.reasons)


@settings(max_examples=200)
@given(registries, st.lists(st.tuples(processes, processes), min_size=2, max_size=6))
def test_what_the_prefilter_saw_before_changes_no_answer(
    registry: RelationRegistry, pairs: list[tuple[Process, Process]]
) -> None:
    used = Prefilter(registry.compiled)
    for child, parent in pairs:
        fresh = Prefilter(registry.compiled)
        values = values_of(child, parent)
        assert used.answer(child.name, parent.name) is fresh.answer(child.name, parent.name)
        assert used.needs(child.name, parent.name) == fresh.needs(child.name, parent.name)
        assert used.settle_values(child.name, parent.name, values) is fresh.settle_values(
            child.name, parent.name, values
        )


@settings(max_examples=300)
@given(registries, processes, processes, processes)
def test_a_creation_with_a_creator_that_is_held_back_is_no_finding(
    registry: RelationRegistry, child: Process, parent: Process, creator: Process
) -> None:
    if not Prefilter(registry.compiled).created(child.name, parent.name, creator.name):
        if creator.name == parent.name:
            creator = attrs.evolve(parent, pid=creator.pid)  # a row tells no second path or signer
        found = evaluate(registry.compiled, child, parent, creator)
        assert found.reasons == ()


@settings(max_examples=400)
@given(registries, images, names, processes, processes, st.none() | processes)
def test_allowing_a_pair_only_removes_what_is_wrong_with_the_pair(
    registry: RelationRegistry,
    image: str,
    other: str,
    child: Process,
    parent: Process,
    creator: Process | None,
) -> None:
    for allowed_child, allowed_parent in ((image, other), (other, image)):
        try:
            allowed = registry.allow(allowed_child, allowed_parent, why="a law")
        except ValueError:
            continue  # no name of an image
        before = evaluate(registry.compiled, child, parent, creator)
        after = evaluate(allowed.compiled, child, parent, creator)
        gone = set(before.reasons) - set(after.reasons)
        assert set(after.reasons) <= set(before.reasons)
        assert gone <= {Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD, Reason.SELF_COPY}
        assert (before.verdict is Verdict.UNWATCHED) is (after.verdict is Verdict.UNWATCHED)
        assert after.directory == before.directory
        if gone:
            assert (after.child, after.parent) == (before.child, before.parent)
            assert {after.child, after.parent} <= {"system", *SPELLINGS}


@settings(max_examples=200)
@given(registries, processes, processes, st.none() | processes, releases)
def test_equal_registries_decide_alike_however_they_came_to_be(
    registry: RelationRegistry,
    child: Process,
    parent: Process,
    creator: Process | None,
    windows: str | None,
) -> None:
    twin: RelationRegistry = pickle.loads(pickle.dumps(registry))
    assert (twin, hash(twin)) == (registry, hash(registry))

    def decided(by: RelationRegistry) -> Evaluation:
        return evaluate(by.compiled, child, parent, creator, windows=windows)

    assert decided(registry) == decided(twin) == decided(registry | registry)


@settings(max_examples=200)
@given(registries, processes, processes, st.none() | processes, releases)
def test_reasons_are_in_order_and_each_verdict_has_its_own_fields(
    registry: RelationRegistry,
    child: Process,
    parent: Process,
    creator: Process | None,
    windows: str | None,
) -> None:
    found = evaluate(registry.compiled, child, parent, creator, windows=windows)
    assert list(found.reasons) == [reason for reason in Reason if reason in found.reasons]
    assert bool(found.reasons) is (found.verdict is Verdict.MISMATCH)
    assert found.reasons or found.severity is Severity.INFORMATIONAL
    assert (found.relation is None) is (found.verdict is Verdict.UNWATCHED)
    assert found.verdict is not Verdict.UNKNOWN or found.missing is not None
    is_placed = {Reason.MISPLACED_IMAGE, Reason.MISPLACED_PARENT} & set(found.reasons)
    assert bool(found.directory) is bool(is_placed)
    if windows is not None:
        narrowed = evaluate(registry.for_windows(windows).compiled, child, parent, creator, windows=windows)
        assert narrowed.verdict is found.verdict


texts = st.text(alphabet=st.characters(exclude_categories=()), max_size=40) | names
hostile: Any = st.builds(
    Process,
    st.none() | texts,
    path=st.none() | texts,
    command_line=st.none() | texts,
    signer=st.none() | texts,
    integrity=st.none() | texts,
    user=st.none() | texts,
    original_name=st.none() | texts,
)


@settings(max_examples=300)
@given(hostile, hostile, st.none() | hostile)
@example(Process("\ud800"), Process("\0"), Process("\u202e"))
@example(Process("svchost.exe", path="\ud800\\"), Process("services.exe\0", path="\\\\?\\\0"), None)
def test_no_text_raises_and_what_it_needs_is_read_like_any_other(
    child: Process, parent: Process, creator: Process | None
) -> None:
    found = evaluate(DEFAULT_RELATIONS.compiled, child, parent, creator)
    assert found.verdict in Verdict
    prefilter = Prefilter(DEFAULT_RELATIONS.compiled)
    answer = prefilter.settle_values(child.name, parent.name, values_of(child, parent))
    if answer is not EVALUATE:
        alone = evaluate(DEFAULT_RELATIONS.compiled, child, parent)
        assert (answer, ()) == (alone.verdict, alone.reasons)


@pytest.mark.parametrize(
    "pattern",
    ["a", "\\", "..\\", "~1\\", " ", '"', "\u200b", "\ud800", "-k ", "\\\\?\\", "s\u0441", ".exe", '"a\\'],
)
@pytest.mark.parametrize("field", ["name", "path", "command_line", "original_name", "signer"])
def test_the_cost_is_linear_in_every_text(field: str, pattern: str) -> None:
    def cost(length: int) -> int:
        values: dict[str, Any] = {"name": "svchost.exe", field: (pattern * length)[:length]}
        process = Process(values.pop("name"), **values)
        parent, creator = attrs.evolve(process, pid=8), attrs.evolve(process, pid=9)
        return lines_run(partial(evaluate, DEFAULT_RELATIONS.compiled, process, parent, creator), within="")

    small = cost(3_000)
    assert cost(30_000) <= 11 * small
    assert cost(100_000) <= 34 * small
