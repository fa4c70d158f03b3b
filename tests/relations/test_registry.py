"""The registry reads as a mapping, never changes, and answers by name, path, creator and release."""

from __future__ import annotations

import copy
import pickle
from typing import Any, cast

import attrs
import pytest

from parentchild import (
    DEFAULT_RELATIONS,
    SEED_RELATIONS,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    InvalidArgument,
    InvalidEvent,
    Process,
    Reason,
    RelationRegistry,
    Severity,
    Tier,
    Verdict,
)
from parentchild.relations.evaluation import MissingParent
from parentchild.relations.relation import ExpectedLaunch

SYSTEM32 = r"C:\Windows\System32"
TABLE = RelationRegistry(
    [
        ExpectedParents("services.exe", {"wininit.exe"}, directories=(SYSTEM32,)),
        ExpectedParents(
            "svchost.exe",
            [
                "services.exe",
                ExpectedImage("MsMpEng.exe", directories=(r"C:\Program Files\Windows Defender",)),
                ExpectedImage(
                    "svchost.exe",
                    directories=(SYSTEM32,),
                    counterpart_directories=(r"C:\Windows\SysWOW64",),
                ),
                ExpectedImage("rundll32.exe", arguments=("-k LauncherCapp",)),
                ExpectedImage("ngen.exe", windows="7"),
                ExpectedImage("agent.exe", signer="ACME", integrity="System"),
            ],
            creators=["consent.exe"],
            directories=(SYSTEM32, r"C:\Windows\SysWOW64"),
        ),
        ExpectedParents("smss.exe", ("smss.exe", "ntoskrnl.exe", "system")),
        ExpectedParents("lsm.exe", {"wininit.exe"}, windows="vista-7"),
        ExpectedChildren("csrss.exe", {"conhost.exe", "werfault.exe"}),
    ]
)


def test_the_seed_is_the_published_table_in_its_order() -> None:
    assert {child: relation.names for child, relation in SEED_RELATIONS.items()} == {
        "smss.exe": ("smss.exe", "ntoskrnl.exe", "system"),
        "csmss.exe": ("smss.exe",),
        "wininit.exe": ("smss.exe",),
        "winlogon.exe": ("smss.exe",),
        "services.exe": ("wininit.exe",),
        "lsaiso.exe": ("wininit.exe",),
        "lsass.exe": ("wininit.exe",),
        "userinit.exe": ("winlogon.exe",),
        "svchost.exe": ("services.exe", "msmpeng.exe"),
        "runtimebroker.exe": ("svchost.exe",),
        "taskhostw.exe": ("svchost.exe",),
    }
    assert list(SEED_RELATIONS)[:2] == ["smss.exe", "csmss.exe"]
    assert len(SEED_RELATIONS) == 11
    assert not SEED_RELATIONS.expected_children


def test_the_default_watches_csrss_and_not_its_misspelling() -> None:
    assert "csrss.exe" in DEFAULT_RELATIONS
    assert "csmss.exe" not in DEFAULT_RELATIONS
    assert DEFAULT_RELATIONS.verdict("csrss.exe", "cmd.exe") is Verdict.MISMATCH
    assert DEFAULT_RELATIONS.verdict("csrss.exe", "smss.exe") is Verdict.EXPECTED


@pytest.mark.parametrize(
    ("child", "parent", "verdict"),
    [
        ("svchost.exe", "services.exe", Verdict.EXPECTED),
        ("SVCHOST.EXE", "Services.Exe", Verdict.EXPECTED),
        (r"C:\Windows\System32\svchost.exe", r"C:\Windows\System32\services.exe", Verdict.EXPECTED),
        ("svchost.exe ", "explorer.exe", Verdict.MISMATCH),
        ("svchost.exe.", "explorer.exe", Verdict.MISMATCH),
        ("svchost.exe:stream", "explorer.exe", Verdict.MISMATCH),
        ("svchost.exe", "\u017fervices.exe", Verdict.MISMATCH),
        ("svchost.exe", "services.exe\u202e", Verdict.MISMATCH),
        ("svchost.exe", "services.exe:x", Verdict.MISMATCH),
        ("svchost.exe", "services.exe. .", Verdict.MISMATCH),
        ("smss.exe", "System", Verdict.EXPECTED),
        ("smss.exe", "ntoskrnl.exe", Verdict.EXPECTED),
        ("smss.exe", "smss.exe", Verdict.EXPECTED),
        ("smss.exe", "system.exe", Verdict.MISMATCH),
        ("notepad.exe", "explorer.exe", Verdict.UNWATCHED),
        ("", "services.exe", Verdict.UNWATCHED),
        ("conhost.exe", "csrss.exe", Verdict.EXPECTED),
        ("cmd.exe", "csrss.exe", Verdict.MISMATCH),
        ("cmd.exe", "?", Verdict.UNWATCHED),
    ],
)
def test_names_decide(child: str, parent: str, verdict: Verdict) -> None:
    assert TABLE.verdict(child, parent) is verdict


@pytest.mark.parametrize(
    ("parent", "missing"),
    [
        (None, MissingParent.ABSENT),
        ("", MissingParent.NAMELESS),
        ("   ", MissingParent.NAMELESS),
        ("-", MissingParent.PLACEHOLDER),
        ("?", MissingParent.PLACEHOLDER),
        ("<unknown process>", MissingParent.PLACEHOLDER),
        ("&lt;unknown process&gt;", MissingParent.PLACEHOLDER),
        ("S-1-16-16384", MissingParent.SID),
        ("s-1-5-18", MissingParent.SID),
        ("1234", MissingParent.NUMBER),
    ],
)
def test_a_parent_without_a_usable_name_is_unknown_with_its_reason(
    parent: str | None, missing: MissingParent
) -> None:
    evaluation = TABLE.evaluate("svchost.exe", parent)
    assert (evaluation.verdict, evaluation.missing, evaluation.reasons) == (Verdict.UNKNOWN, missing, ())


@pytest.mark.parametrize("name", ["-", "S-1-16-16384", "1234"])
def test_an_odd_name_with_a_directory_is_a_file_and_no_gap(name: str) -> None:
    evaluation = TABLE.evaluate("svchost.exe", name, parent_path=rf"C:\Temp\{name}")
    assert evaluation.reasons == (Reason.UNEXPECTED_PARENT,)


@pytest.mark.parametrize(
    ("child_path", "parent", "parent_path", "reasons"),
    [
        (None, "services.exe", None, ()),
        (rf"{SYSTEM32}\svchost.exe", "services.exe", rf"{SYSTEM32}\services.exe", ()),
        (None, "services.exe", r"C:\Temp\services.exe", (Reason.MISPLACED_PARENT,)),
        (None, r"C:\Temp\services.exe", None, (Reason.MISPLACED_PARENT,)),
        (r"C:\Temp\svchost.exe", "services.exe", None, (Reason.MISPLACED_IMAGE,)),
        (
            r"C:\Temp\svchost.exe",
            "services.exe",
            r"C:\Temp\services.exe",
            (Reason.MISPLACED_IMAGE, Reason.MISPLACED_PARENT),
        ),
        (r"C:\Temp\svchost.exe", "cmd.exe", None, (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE)),
        (None, "msmpeng.exe", None, ()),
        (None, "msmpeng.exe", r"C:\Program Files\Windows Defender\MsMpEng.exe", ()),
        (None, "msmpeng.exe", r"C:\Temp\MsMpEng.exe", (Reason.MISPLACED_PARENT,)),
    ],
)
def test_paths_count_where_they_are_known(
    child_path: str | None, parent: str, parent_path: str | None, reasons: tuple[Reason, ...]
) -> None:
    evaluation = TABLE.evaluate("svchost.exe", parent, child_path=child_path, parent_path=parent_path)
    assert evaluation.reasons == reasons


@pytest.mark.parametrize(
    ("parent_path", "reasons"),
    [
        (None, ()),
        (SYSTEM32, ()),
        (rf"{SYSTEM32}\ntoskrnl.exe", ()),
        (r"C:\Temp\ntoskrnl.exe", (Reason.MISPLACED_PARENT,)),
        (rf"{SYSTEM32}\evil.exe", (Reason.MISPLACED_PARENT,)),
    ],
)
def test_the_name_system_beside_the_path_of_another_file_is_not_the_kernel(
    parent_path: str | None, reasons: tuple[Reason, ...]
) -> None:
    assert DEFAULT_RELATIONS.evaluate("smss.exe", "System", parent_path=parent_path).reasons == reasons


@pytest.mark.parametrize(
    ("child_path", "parent_path", "verdict"),
    [
        (None, None, Verdict.MISMATCH),
        (r"C:\Windows\SysWOW64\svchost.exe", None, Verdict.MISMATCH),
        (r"C:\Windows\SysWOW64\svchost.exe", rf"{SYSTEM32}\svchost.exe", Verdict.EXPECTED),
        (rf"{SYSTEM32}\svchost.exe", rf"{SYSTEM32}\svchost.exe", Verdict.MISMATCH),
        (r"C:\Windows\SysWOW64\svchost.exe", r"C:\Temp\svchost.exe", Verdict.MISMATCH),
    ],
)
def test_an_image_as_its_own_parent_needs_every_condition_shown(
    child_path: str | None, parent_path: str | None, verdict: Verdict
) -> None:
    assert (
        TABLE.verdict("svchost.exe", "svchost.exe", child_path=child_path, parent_path=parent_path) is verdict
    )


@pytest.mark.parametrize(
    ("command_line", "verdict"),
    [
        (None, Verdict.MISMATCH),
        ("svchost.exe -k x", Verdict.MISMATCH),
        ("SVCHOST.EXE -K launchercapp", Verdict.EXPECTED),
    ],
)
def test_an_exception_by_command_line_needs_the_command_line(
    command_line: str | None, verdict: Verdict
) -> None:
    assert TABLE.verdict("svchost.exe", "rundll32.exe", command_line=command_line) is verdict


@pytest.mark.parametrize(
    ("creator", "reasons", "verdict"),
    [
        (None, (), Verdict.EXPECTED),
        ("services.exe", (), Verdict.EXPECTED),
        ("powershell.exe", (Reason.SPOOFED_PARENT,), Verdict.MISMATCH),
        (r"C:\Temp\services.exe", (), Verdict.EXPECTED),
        ("consent.exe", (), Verdict.EXPECTED),
        ("?", (), Verdict.UNKNOWN),
    ],
)
def test_who_made_the_call_is_evaluated_too(
    creator: str | None, reasons: tuple[Reason, ...], verdict: Verdict
) -> None:
    evaluation = TABLE.evaluate("svchost.exe", "services.exe", creator=creator)
    assert (evaluation.reasons, evaluation.verdict) == (reasons, verdict)


def test_a_wrong_parent_is_reported_as_such_whoever_made_the_call() -> None:
    evaluation = TABLE.evaluate("svchost.exe", "cmd.exe", creator="services.exe")
    assert evaluation.reasons == (Reason.UNEXPECTED_PARENT,)


@pytest.mark.parametrize(
    ("child", "parent", "windows", "verdict"),
    [
        ("svchost.exe", "ngen.exe", None, Verdict.EXPECTED),
        ("svchost.exe", "ngen.exe", "7", Verdict.EXPECTED),
        ("svchost.exe", "ngen.exe", "11", Verdict.MISMATCH),
        ("lsm.exe", "wininit.exe", "Server 2008 R2", Verdict.EXPECTED),
        ("lsm.exe", "cmd.exe", "7", Verdict.MISMATCH),
        ("lsm.exe", "cmd.exe", "10", Verdict.UNWATCHED),
        ("lsm.exe", "wininit.exe", "10", Verdict.UNWATCHED),
    ],
)
def test_a_relation_holds_in_its_releases(
    child: str, parent: str, windows: str | None, verdict: Verdict
) -> None:
    assert TABLE.verdict(child, parent, windows=windows) is verdict


@pytest.mark.parametrize("value", [None, 7, b"svchost.exe", ["svchost.exe"]])
def test_a_child_that_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"^child = "):
        TABLE.verdict(value, "services.exe")


def test_growing_returns_a_new_registry_and_leaves_the_old() -> None:
    before = dict(TABLE)
    grown = TABLE.with_relation(ExpectedParents("agent.exe", {"services.exe"}))
    assert grown.verdict("agent.exe", "cmd.exe") is Verdict.MISMATCH
    assert TABLE.verdict("agent.exe", "cmd.exe") is Verdict.UNWATCHED
    assert dict(TABLE) == before
    assert len(grown) == len(TABLE) + 1


def test_a_second_relation_about_a_name_is_united_with_the_first() -> None:
    grown = TABLE.with_relation(ExpectedParents("svchost.exe", {"acme.exe"}, why="at home"))
    assert grown.verdict("svchost.exe", "acme.exe") is Verdict.EXPECTED
    assert grown.verdict("svchost.exe", "services.exe") is Verdict.EXPECTED
    assert grown["svchost.exe"].why == "at home"
    assert grown["svchost.exe"].directories == TABLE["svchost.exe"].directories


def test_allowing_a_pair_works_in_both_directions_and_watches_nothing_new() -> None:
    allowed = TABLE.allow("svchost.exe", "csrss.exe", why="a test").allow(
        "cmd.exe", "csrss.exe", why="a test"
    )
    assert allowed.verdict("svchost.exe", "csrss.exe") is Verdict.EXPECTED
    assert allowed.verdict("cmd.exe", "csrss.exe") is Verdict.EXPECTED
    assert allowed.verdict("powershell.exe", "csrss.exe") is Verdict.MISMATCH
    unwatched = TABLE.allow("notepad.exe", "explorer.exe", why="a test")
    assert unwatched.verdict("notepad.exe", "cmd.exe") is Verdict.UNWATCHED
    assert unwatched == TABLE


@pytest.mark.parametrize("why", ["", "  "])
def test_allowing_a_pair_needs_a_reason(why: str) -> None:
    with pytest.raises(InvalidArgument, match="must say why"):
        TABLE.allow("svchost.exe", "acme.exe", why=why)


def test_without_removes_a_name_as_child_and_as_parent() -> None:
    smaller = TABLE.without("SVCHOST.EXE", "csrss.exe")
    assert smaller.verdict("svchost.exe", "cmd.exe") is Verdict.UNWATCHED
    assert smaller.verdict("cmd.exe", "csrss.exe") is Verdict.UNWATCHED
    with pytest.raises(InvalidArgument, match="has no relation"):
        smaller.without("svchost.exe")


def test_packs_and_tiers_can_be_taken_out() -> None:
    vendor = ExpectedImage("acme.exe", tier=Tier.VENDOR, why="ACME", pack="acme")
    grown = TABLE | RelationRegistry([ExpectedParents("svchost.exe", [vendor])])
    assert grown.verdict("svchost.exe", "acme.exe") is Verdict.EXPECTED
    assert grown.without_pack("acme").verdict("svchost.exe", "acme.exe") is Verdict.MISMATCH
    assert grown.without_tier(Tier.VENDOR).verdict("svchost.exe", "acme.exe") is Verdict.MISMATCH
    with pytest.raises(InvalidArgument, match="it has acme"):
        grown.without_pack("sophos")


def test_a_pack_of_creators_alone_can_be_taken_out_too() -> None:
    broker = ExpectedImage("broker.exe", tier=Tier.VENDOR, why="ACME", pack="acme")
    registry = RelationRegistry([ExpectedParents("agent.exe", ["boss.exe"], creators=[broker])])
    boss, caller = Process("boss.exe", pid=8), Process("broker.exe", pid=9)
    assert registry.verdict("agent.exe", boss, creator=caller) is Verdict.EXPECTED
    assert registry.without_pack("acme").verdict("agent.exe", boss, creator=caller) is Verdict.MISMATCH


def test_narrowing_to_a_release_drops_what_does_not_hold_there() -> None:
    eleven = TABLE.for_windows("11")
    assert "lsm.exe" not in eleven
    assert eleven.verdict("svchost.exe", "ngen.exe") is Verdict.MISMATCH
    with pytest.raises(InvalidArgument):
        TABLE.for_windows("plan9")


def test_uniting_is_associative_idempotent_and_commutative_in_what_it_expects() -> None:
    other = DEFAULT_RELATIONS
    assert TABLE | TABLE == TABLE
    assert (TABLE | other) | SEED_RELATIONS == TABLE | (other | SEED_RELATIONS)
    one, two = TABLE | other, other | TABLE
    assert {child: set(relation.parents) for child, relation in one.items()} == {
        child: set(relation.parents) for child, relation in two.items()
    }
    assert TABLE.__or__({}) is NotImplemented  # type: ignore[operator]


def test_a_registry_reads_as_a_mapping_hashes_copies_and_pickles() -> None:
    assert TABLE["SVCHOST.exe"] is TABLE["svchost.exe"]
    assert TABLE.get("notepad.exe") is None
    stranger: Any = 7
    assert stranger not in TABLE
    assert hash(TABLE) == hash(RelationRegistry(TABLE.relations))
    for twin in (copy.copy(TABLE), copy.deepcopy(TABLE), pickle.loads(pickle.dumps(TABLE))):
        assert twin == TABLE
    assert repr(TABLE) == "<RelationRegistry of 4 children, 1 parents and 0 images>"
    with pytest.raises(TypeError):
        TABLE.expected_launches["x"] = ExpectedLaunch("x", arguments=("-x",))  # type: ignore[index]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ExpectedParents("", {"services.exe"}), "is empty"),
        (lambda: ExpectedParents(7, {"services.exe"}), "must be the base name"),  # type: ignore[arg-type]
        (
            lambda: ExpectedParents("agent.exe", {"services.exe"}, protects_name="no"),  # type: ignore[arg-type]
            "must be a bool",
        ),
        (lambda: ExpectedParents("agent.exe", "services.exe"), "must be a collection"),
        (lambda: ExpectedParents("agent.exe", 7), "must be a collection"),
        (lambda: ExpectedParents("agent.exe", {"\u017fervices.exe"}), "non-ASCII"),
        (lambda: ExpectedParents(r"C:\x\agent.exe", {"services.exe"}), "is a path"),
        (lambda: ExpectedParents("agent.exe", {"services.exe"}, windows="9+"), "not a known release"),
        (
            lambda: ExpectedParents("agent.exe", {"services.exe"}, windows=cast("Any", 7)),
            "must be a str such as",
        ),
        (lambda: ExpectedParents("agent.exe", {"services.exe"}, sources="me"), "must be a collection"),
        (lambda: ExpectedParents("agent.exe", {"services.exe"}, directories=7), "must be a collection"),
        (lambda: ExpectedParents("agent.exe", {"services.exe"}, directories=("",)), "not empty"),
        (lambda: ExpectedParents("agent.exe", {"services.exe"}, directories=("ACME",)), "is not a full path"),
        (lambda: ExpectedImage("a.exe", directories=(r"%TEMP%\ACME",)), "is not a full path"),
        (lambda: RelationRegistry(cast("Any", ["svchost.exe"])), "must be ExpectedParents"),
        (lambda: ExpectedParents("a.exe", {"b.exe"}, severity=cast("Any", "high")), "must be a Severity"),
        (lambda: ExpectedParents("a.exe", {"b.exe"}, tier=cast("Any", "core")), "must be a Tier"),
        (lambda: ExpectedParents("a.exe", {"b.exe"}, why=cast("Any", 5)), "must be str"),
        (lambda: ExpectedImage("a.exe", signer=cast("Any", 5)), "must be str or None"),
        (lambda: TABLE.verdict("a.exe", "b.exe", windows=cast("Any", 7)), "must be a str such as"),
        (lambda: TABLE.for_windows(cast("Any", None)), "must be a str such as"),
        (lambda: TABLE.without(cast("Any", 5)), "has no relation"),
    ],
)
def test_a_relation_that_makes_no_sense_is_refused(build: Any, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        build()


def test_directories_of_both_sides_hold_when_relations_are_united() -> None:
    one = RelationRegistry([ExpectedParents("a.exe", {"x.exe"}, directories=(r"C:\A",))])
    other = RelationRegistry([ExpectedParents("a.exe", {"x.exe"}, directories=(r"C:\B",))])
    for united in (one | other, other | one):
        for path in (r"C:\A\a.exe", r"C:\B\a.exe"):
            assert united.verdict("a.exe", "x.exe", child_path=path) is Verdict.EXPECTED
        assert united.verdict("a.exe", "x.exe", child_path=r"C:\C\a.exe") is Verdict.MISMATCH


def test_a_relation_about_a_name_that_no_image_can_have_is_still_read_by_it() -> None:
    odd = RelationRegistry([ExpectedParents('a"b\\', {"x.exe"})])
    assert [name for name, _ in odd.items()] == ['a"b\\']
    assert 'a"b\\' in odd


def test_nothing_can_be_taken_out_of_a_registry_by_its_compiled_form() -> None:
    parents: Any = DEFAULT_RELATIONS.compiled.children
    with pytest.raises(AttributeError):
        parents.pop("svchost.exe")
    assert TABLE.get(cast("Any", 5)) is None


def test_an_image_that_failed_its_conditions_is_not_said_to_be_expected() -> None:
    evaluation = TABLE.evaluate("svchost.exe", "svchost.exe")
    assert "svchost.exe" not in evaluation.expected


@pytest.mark.parametrize("field", ["parent", "child_path", "parent_path", "command_line", "creator"])
def test_a_wrong_argument_is_refused_by_its_own_name(field: str) -> None:
    arguments: dict[str, Any] = {"child": "svchost.exe", "parent": "services.exe", field: 5}
    with pytest.raises(InvalidEvent, match=f"^{field} = 5"):
        TABLE.verdict(**arguments)


def test_relations_are_immutable_and_equal_whatever_the_order_of_their_images() -> None:
    one, other = ExpectedParents("a.exe", ["b.exe", "c.exe"]), ExpectedParents("a.exe", ["c.exe", "b.exe"])
    assert one == other
    assert hash(one) == hash(other)
    assert ExpectedParents("a.exe", {"c.exe", "b.exe"}).names == ("b.exe", "c.exe")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.child = "x"  # type: ignore[misc]


def test_the_graver_severity_wins_when_relations_are_united() -> None:
    light = RelationRegistry([ExpectedParents("a.exe", ["b.exe"], severity=Severity.LOW, windows="7")])
    grave = RelationRegistry([ExpectedParents("a.exe", ["c.exe"], severity=Severity.CRITICAL, windows="10+")])
    assert (light | grave)["a.exe"].severity is (grave | light)["a.exe"].severity is Severity.CRITICAL
    assert (light | grave)["a.exe"].windows == "7+"
