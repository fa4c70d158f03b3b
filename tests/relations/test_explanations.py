"""Explanations say what started what, what was expected and why it matters, and nothing an attacker wrote."""

from __future__ import annotations

import pytest

from parentchild import ExpectedChildren, ExpectedImage, ExpectedParents, RelationRegistry, Tier, catalog
from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.relations.evaluation import MissingParent, Reason, Verdict
from parentchild.relations.explanation import Explanation, explain

DEFAULT = catalog.DEFAULT_RELATIONS


def test_nothing_expected_reads_as_nothing() -> None:
    text = catalog.for_windows("11").explain("lsm.exe", "cmd.exe").sentence
    assert "expected no parent at all" in text
    nothing = DEFAULT.explain("cmd.exe", "Registry")
    assert "expected no child at all" in nothing.sentence
    assert all(remedy for remedy in nothing.remedies)


# the whole account --------------------------------------------------------------------------------------


def test_a_mismatch_is_accounted_for() -> None:
    explanation = DEFAULT.explain("svchost.exe", "cmd.exe")
    assert explanation.verdict is Verdict.MISMATCH
    assert explanation.reasons == (Reason.UNEXPECTED_PARENT,)
    assert explanation.relation == DEFAULT["svchost.exe"]
    assert explanation.expected[0][0].name == "services.exe"
    assert explanation.nearest is not None
    assert explanation.nearest.tier is Tier.KNOWN_BENIGN
    assert explanation.sources == DEFAULT["svchost.exe"].sources
    assert explanation.remedies[0] == "the parent is services.exe"
    assert "allow the pair" in explanation.remedies[-1]
    text = str(explanation)
    for part in (explanation.sentence, "services.exe (core)", "Nearest exception", "Sources:", "EchoTrail"):
        assert part in text


def test_the_nearest_exception_is_the_one_whose_condition_does_not_hold() -> None:
    elsewhere = r"C:\Users\ann\MsMpEng.exe"
    explanation = DEFAULT.explain("svchost.exe", "MsMpEng.exe", parent_path=elsewhere)
    assert explanation.reasons == (Reason.MISPLACED_PARENT,)
    assert explanation.nearest is not None
    assert explanation.nearest.name == "msmpeng.exe"
    assert any("Windows Defender" in remedy for remedy in explanation.remedies)


def test_a_copy_would_be_benign_with_a_crash_but_never_of_lsass() -> None:
    assert any("crash" in remedy for remedy in DEFAULT.explain("dwm.exe", "dwm.exe").remedies)
    assert not any("crash" in remedy for remedy in DEFAULT.explain("lsass.exe", "lsass.exe").remedies)


def test_an_expected_creation_says_by_what() -> None:
    explanation = DEFAULT.explain("svchost.exe", "services.exe")
    assert explanation.verdict is Verdict.EXPECTED
    assert explanation.match is not None
    assert explanation.match.name == "services.exe"
    assert explanation.nearest is None
    assert explanation.remedies == ()
    assert explanation.sentence.startswith("services.exe started svchost.exe, as expected: the service")


def test_an_unknown_parent_says_what_is_missing() -> None:
    explanation = DEFAULT.explain("svchost.exe", None)
    assert explanation.verdict is Verdict.UNKNOWN
    assert explanation.missing is MissingParent.ABSENT
    assert explanation.sentence == (
        "Whether services.exe started svchost.exe cannot be told: the source names no parent."
    )


def test_an_unwatched_child_says_so() -> None:
    explanation = DEFAULT.explain("notepad.exe", "explorer.exe")
    assert explanation.verdict is Verdict.UNWATCHED
    assert explanation.relation is None
    assert str(explanation) == (
        "unwatched: No relation says anything about notepad.exe started by explorer.exe."
    )


def test_a_look_alike_says_whom_it_imitates() -> None:
    explanation = DEFAULT.explain("scvhost.exe", "services.exe")
    assert explanation.imitates == "svchost.exe"
    assert "nearly svchost.exe" in explanation.sentence
    assert explanation.remedies == ("the name belongs to a product: exclude it, with the reason",)


def test_an_unexpected_child_is_explained_from_its_parent() -> None:
    explanation = DEFAULT.explain("rundll32.exe", "wermgr.exe", command_line="rundll32.exe evil.dll,Run")
    assert explanation.reasons == (Reason.UNEXPECTED_CHILD,)
    assert explanation.nearest is not None
    assert explanation.nearest.name == "rundll32.exe"
    assert any("WerConCpl.dll" in remedy for remedy in explanation.remedies)
    assert "Expected children:" in str(explanation)


def test_a_misplaced_image_and_a_spoofed_parent_have_their_remedies() -> None:
    image = DEFAULT.explain("svchost.exe", "services.exe", child_path=r"C:\Temp\svchost.exe")
    assert image.reasons == (Reason.MISPLACED_IMAGE,)
    assert image.remedies[0].startswith(r"the image lies in C:\Windows\System32")
    spoofed = DEFAULT.explain("lsass.exe", "wininit.exe", creator="evil.exe")
    assert spoofed.reasons == (Reason.SPOOFED_PARENT,)
    assert spoofed.creator == "evil.exe"
    assert "broker" in spoofed.remedies[0]


def test_every_verdict_of_the_catalog_has_a_text() -> None:
    for child in (*DEFAULT, "scvhost.exe", "acme.exe"):
        for parent in ("services.exe", "cmd.exe", "System", "", "wermgr.exe"):
            explanation = DEFAULT.explain(child, parent)
            assert str(explanation).splitlines()[0] == f"{explanation.verdict.value}: {explanation.sentence}"


def test_an_explanation_agrees_with_the_verdict_and_is_a_value() -> None:
    assert DEFAULT.explain("svchost.exe", "cmd.exe") == DEFAULT.explain("SVCHOST.EXE", "cmd.exe")
    assert isinstance(DEFAULT.explain("svchost.exe", "cmd.exe"), Explanation)
    assert explain.__module__ == "parentchild.relations.explanation"


def test_what_is_no_name_or_release_is_refused() -> None:
    with pytest.raises(InvalidEvent):
        DEFAULT.explain(4, "cmd.exe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidArgument):
        DEFAULT.explain("svchost.exe", "cmd.exe", windows="95")


def test_conditions_are_told_in_words() -> None:
    image = ExpectedImage(
        "agent.exe",
        windows="10+",
        directories=("C:\\A", "C:\\B"),
        counterpart_directories=("C:\\C",),
        arguments=("-x",),
        parent_arguments=("-y", "-z"),
        service_groups=("netsvcs:Appinfo",),
        signer="Acme",
        integrity="System",
    )
    registry = RelationRegistry([ExpectedParents("child.exe", [image])])
    [(row, words)] = registry.explain("child.exe", "agent.exe").expected
    assert row == image
    assert words == (
        "on Windows 10+",
        "the child in C:\\C",
        "the child's command line has -x",
        "the parent's command line has -y and -z",
        "the parent is the service host of netsvcs:Appinfo",
        "signed by Acme",
        "the child's integrity is System",
        "the parent in C:\\A or C:\\B",
    )
    plain = RelationRegistry([ExpectedParents("child.exe", ["agent.exe"])])
    assert plain.explain("child.exe", "agent.exe").expected == ((ExpectedImage("agent.exe"), ()),)


def test_a_listed_child_elsewhere_is_told_where_it_would_lie() -> None:
    row = ExpectedImage("tool.exe", directories=("C:\\A",))
    registry = RelationRegistry([ExpectedChildren("boss.exe", [row])])
    explanation = registry.explain("tool.exe", "boss.exe", child_path="C:\\B\\tool.exe")
    assert explanation.reasons == (Reason.MISPLACED_IMAGE,)
    assert explanation.remedies[0] == "the image lies in C:\\A"
