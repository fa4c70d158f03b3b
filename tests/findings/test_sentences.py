"""Sentences say what was seen, expected, and to be checked; nothing an attacker wrote breaks them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild.relations.evaluation import Reason
from parentchild.relations.relation import ExpectedImage, ExpectedParents, Tier
from parentchild.relations.sentences import inference, sentence

SYSTEM32 = r"C:\Windows\System32"
EXPECTED = {
    Reason.MISPLACED_IMAGE: (SYSTEM32, r"C:\Windows\SysWOW64"),
    Reason.MISPLACED_PARENT: (SYSTEM32,),
    Reason.UNEXPECTED_ARGUMENTS: ("-k",),
    Reason.LOOKALIKE: ("svchost.exe",),
}


def said(
    *reasons: Reason,
    child: str = "svchost.exe",
    parent: str = "cmd.exe",
    expected: tuple[str, ...] | None = None,
    device: str = "ws-42",
    age: timedelta | None = None,
) -> str:
    return sentence(
        reasons,
        child=child,
        parent=parent,
        expected=EXPECTED.get(reasons[0], ("services.exe",)) if expected is None else expected,
        device=device,
        directory=r"c:\users\*\temp",
        imitates="svchost.exe",
        creator="evil.exe",
        original_name="Tool.exe",
        inference_age=age,
    )


TABLE = {
    Reason.SPOOFED_PARENT: (
        "On ws-42, evil.exe started svchost.exe and declared cmd.exe as its parent. "
        "Expected creator: services.exe. "
        "Possible parent PID spoofing (T1134.004): check evil.exe and who started it."
    ),
    Reason.LOOKALIKE: (
        "On ws-42, cmd.exe started svchost.exe, whose name is nearly svchost.exe. "
        "Possible masquerading (T1036.005): check the child's path, signature and hash."
    ),
    Reason.RENAMED_IMAGE: (
        "On ws-42, cmd.exe started svchost.exe, whose version resource names Tool.exe. "
        "Possible renamed program (T1036.003): check the child's hash and signature."
    ),
    Reason.MISPLACED_IMAGE: (
        r"On ws-42, cmd.exe started svchost.exe from c:\users\*\temp; expected in C:\Windows\System32 or "
        r"C:\Windows\SysWOW64. Possible masquerading (T1036.005): check the child's signature and hash."
    ),
    Reason.MISPLACED_PARENT: (
        r"On ws-42, cmd.exe started svchost.exe, but cmd.exe lies in c:\users\*\temp. "
        "Its path is not a known location of cmd.exe: check the parent's signature and hash."
    ),
    Reason.UNEXPECTED_PARENT: (
        "On ws-42, cmd.exe started svchost.exe; expected services.exe. Possible masquerading (T1036.005) or "
        "process hollowing: check the child's path and signature."
    ),
    Reason.UNEXPECTED_CHILD: (
        "On ws-42, cmd.exe started svchost.exe; expected services.exe. "
        "Possible process injection (T1055): check which modules and threads run in cmd.exe."
    ),
    Reason.UNEXPECTED_ARGUMENTS: (
        "On ws-42, cmd.exe started svchost.exe without usual arguments; expected -k. Possible process "
        "hollowing (T1055.012) or masquerading: check the child's command line and path."
    ),
    Reason.SELF_COPY: (
        "On ws-42, svchost.exe started a copy of itself; nothing that is known of the two differs. "
        "Often a crash report or a restart: check what the copy itself started."
    ),
    Reason.UNKNOWN_PARENT: (
        "On ws-42, cmd.exe started svchost.exe; expected services.exe. "
        "Look up the parent's pid among the device's process starts."
    ),
}


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_says_what_was_seen_what_was_expected_and_what_to_check(reason: Reason) -> None:
    assert said(reason) == TABLE[reason]


@pytest.mark.parametrize("reason", Reason)
def test_no_sentence_has_more_than_twenty_five_words(reason: Reason) -> None:
    names = tuple(f"parent-{number}.exe" for number in range(9))
    for text in (
        said(reason, expected=names, age=timedelta(hours=3)),
        said(reason, *(other for other in Reason if other is not reason)),
        said(reason, expected=()),
        said(reason, parent="", device=""),
        said(reason, parent="svchost.exe", age=timedelta(minutes=9)),
    ):
        assert max(len(each.split()) for each in re.split(r"(?<=\.) (?=[A-Z])", text)) <= 25, text


def test_several_reasons_are_told_by_the_first_in_full_and_the_others_by_name() -> None:
    text = said(Reason.MISPLACED_IMAGE, Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_ARGUMENTS)
    assert text == f"{TABLE[Reason.MISPLACED_IMAGE]} Also: unexpected parent, unexpected arguments."


def test_a_borrowed_letter_is_shown_escaped() -> None:
    text = said(Reason.LOOKALIKE, child="sv\u0441host.exe", parent="\uff43md.exe")
    assert text.startswith(r"On ws-42, \uff43md.exe started sv\u0441host.exe, whose name is nearly")
    assert text.isascii()


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59.9), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
    ],
)
def test_an_inferred_parent_is_marked_with_its_age(age: timedelta, words: str) -> None:
    assert inference(age) == f"parent looked up by pid, started {words} earlier"
    text = said(Reason.UNEXPECTED_PARENT, age=age)
    assert f"started svchost.exe (parent looked up by pid, started {words} earlier); expected" in text


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.UNKNOWN_PARENT}, key=str))
def test_whatever_the_reason_an_inferred_parent_is_marked(reason: Reason) -> None:
    assert " (parent looked up by pid, started 12 s earlier)" in said(reason, age=timedelta(seconds=12))
    assert "looked up" not in said(reason)


def test_a_copy_is_told_as_a_copy_and_that_of_lsass_is_never_excused() -> None:
    assert said(Reason.UNEXPECTED_PARENT, parent="svchost.exe") == (
        "On ws-42, svchost.exe started a copy of itself; expected services.exe. Unless its crash was being "
        "reported, a copy can serve to read its memory or to run code in it: check both command lines."
    )
    assert "crash" not in said(Reason.UNEXPECTED_PARENT, child="lsass.exe", parent="lsass.exe")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.UNEXPECTED_PARENT, "; expected no parent at all."),
        (Reason.UNEXPECTED_CHILD, "; expected no child at all."),
        (Reason.MISPLACED_IMAGE, "; expected in its own directory."),
        (Reason.UNEXPECTED_ARGUMENTS, "; expected more."),
    ],
)
def test_where_nothing_is_expected_it_says_so(reason: Reason, words: str) -> None:
    assert words in said(reason, expected=())


def test_an_unknown_parent_and_no_device_read_well() -> None:
    text = said(Reason.UNKNOWN_PARENT, parent="", device="")
    assert text.startswith("an unknown parent started svchost.exe; expected services.exe.")


def test_only_a_few_names_are_listed_and_those_by_design_alone() -> None:
    names = ("a.exe", "b.exe", "c.exe", "d.exe", "e.exe", "f.exe")
    assert "; expected a.exe, b.exe, c.exe, d.exe or 2 more." in said(
        Reason.UNEXPECTED_PARENT, expected=names
    )
    relation = ExpectedParents("x.exe", [ExpectedImage("a.exe", tier=Tier.VENDOR), ExpectedImage("f.exe")])
    text = sentence(
        (Reason.UNEXPECTED_PARENT,), child="x.exe", parent="y.exe", expected=names, relation=relation
    )
    assert text.startswith("y.exe started x.exe; expected f.exe. ")


def test_what_an_attacker_writes_can_neither_turn_nor_flood_the_text() -> None:
    text = said(Reason.UNEXPECTED_PARENT, parent="\u202egpj.exe", device="a\nb")
    assert text.startswith("On a\\nb, \\u202egpj.exe started")
    assert len(said(Reason.UNEXPECTED_PARENT, parent="x" * 100_000)) < 500
    assert "{child}" in said(Reason.UNEXPECTED_PARENT, parent="{child}")


@given(
    reasons=st.lists(st.sampled_from(Reason), min_size=1, unique=True).map(tuple),
    names=st.lists(st.text(max_size=300), min_size=7, max_size=7),
    expected=st.lists(st.text(max_size=300), max_size=9).map(tuple),
    age=st.none() | st.timedeltas(),
)
def test_a_sentence_is_one_printable_line_whatever_the_names(
    reasons: tuple[Reason, ...], names: list[str], expected: tuple[str, ...], age: timedelta | None
) -> None:
    text = sentence(
        reasons,
        child=names[0],
        parent=names[1],
        expected=expected,
        device=names[2],
        directory=names[3],
        imitates=names[4],
        creator=names[5],
        original_name=names[6],
        inference_age=age,
    )
    assert text.isprintable()
    assert text.endswith(".")
