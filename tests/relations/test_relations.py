"""Relations: what each refusal says, and what becomes of every field when two about one name are united."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from parentchild import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    InvalidArgument,
    RelationRegistry,
    Severity,
    Tier,
)
from parentchild.relations.compiled import compiled

LONG_S = "\u017fervices.exe"
UNPARSEABLE: Any = 7  # what no field takes


@pytest.mark.parametrize(
    ("build", "field", "value", "reason"),
    [
        (lambda: ExpectedImage(UNPARSEABLE), "name", 7, "must be the base name of an image, got int"),
        (
            lambda: ExpectedImage(r"C:\x\a.exe"),
            "name",
            r"C:\x\a.exe",
            "is a path; give the base name, and the directory as directories=",
        ),
        (lambda: ExpectedImage("  "), "name", "  ", "is empty"),
        (
            lambda: ExpectedImage("a.exe", sources=UNPARSEABLE),
            "sources",
            7,
            "must be a collection, got int",
        ),
        (
            lambda: ExpectedImage("a.exe", sources="me"),
            "sources",
            "me",
            "must be a collection, got str",
        ),
        (
            lambda: ExpectedImage("a.exe", sources=("me", UNPARSEABLE)),
            "sources",
            7,
            "must be a str that is not empty",
        ),
        (lambda: ExpectedImage("a.exe", sources=("",)), "sources", "", "must be a str that is not empty"),
        (lambda: ExpectedImage("a.exe", why=UNPARSEABLE), "why", 7, "must be str, got int"),
        (lambda: ExpectedImage("a.exe", signer=UNPARSEABLE), "signer", 7, "must be str or None, got int"),
        (lambda: ExpectedImage("a.exe", tier=UNPARSEABLE), "tier", 7, "must be a Tier, got int"),
        (
            lambda: ExpectedParents("a.exe", (), severity=UNPARSEABLE),
            "severity",
            7,
            "must be a Severity, got int",
        ),
        (
            lambda: ExpectedImage("a.exe", windows=UNPARSEABLE),
            "windows",
            7,
            "must be a str such as 'all', '10+' or 'vista-7'",
        ),
        (
            lambda: ExpectedParents("a.exe", "b.exe"),
            "images",
            "b.exe",
            "must be a collection of names or ExpectedImage",
        ),
        (
            lambda: ExpectedParents("a.exe", {LONG_S}),
            "parents",
            LONG_S,
            "has non-ASCII letters: no such name is ever expected",
        ),
        (
            lambda: RelationRegistry([UNPARSEABLE]),
            "relation",
            7,
            "must be ExpectedParents, ExpectedChildren or ExpectedLaunch",
        ),
    ],
)
def test_a_refusal_says_which_field_had_which_value_and_what_it_must_be(
    build: Callable[[], object], field: str, value: object, reason: str
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        build()
    assert (refused.value.field, refused.value.value, refused.value.reason) == (field, value, reason)


def test_what_an_image_is_made_with_is_what_it_has() -> None:
    image = ExpectedImage("a.exe", signer="ACME", integrity="High", why="a test", pack="acme")
    assert (image.signer, image.integrity, image.why, image.pack) == ("ACME", "High", "a test", "acme")
    assert ExpectedImage("a.exe").signer is None


def test_the_images_of_a_set_are_in_one_order_whatever_their_hashes() -> None:
    images = [ExpectedImage("a.exe", why=why) for why in "edcba"]
    parents = ExpectedParents("x.exe", {*images, ExpectedImage("0.exe", why="z")}).parents
    assert [(image.name, image.why) for image in parents] == [
        ("0.exe", "z"),
        *(("a.exe", why) for why in "abcde"),
    ]


A = ExpectedImage("a.exe")
B = ExpectedImage("b.exe")
PLAIN_PARENTS = ExpectedParents("x.exe", [A])
FULL_PARENTS = ExpectedParents(
    "x.exe",
    [B],
    tier=Tier.VENDOR,
    why="a test",
    sources=("a page",),
    windows="10+",
    directories=(r"C:\X",),
    arguments=("-a",),
    is_minimal=True,
    creators=["c.exe"],
    severity=Severity.CRITICAL,
    session="0",
    parent_exits=True,
    protects_name=True,
)
PLAIN_CHILDREN = ExpectedChildren("x.exe", [A])
FULL_CHILDREN = ExpectedChildren(
    "x.exe",
    [B],
    tier=Tier.VENDOR,
    why="a test",
    sources=("a page",),
    windows="10+",
    severity=Severity.CRITICAL,
)


@pytest.mark.parametrize(
    ("first", "second", "images", "tier"),
    [
        (PLAIN_PARENTS, FULL_PARENTS, (A, B), Tier.VENDOR),
        (FULL_PARENTS, PLAIN_PARENTS, (B, A), Tier.CORE),
    ],
)
def test_two_relations_about_one_child_unite_to_all_that_either_says(
    first: ExpectedParents, second: ExpectedParents, images: tuple[ExpectedImage, ...], tier: Tier
) -> None:
    united = compiled([first, second]).expected_parents["x.exe"]
    assert united.parents == images
    assert united.tier is tier
    assert united.why == "a test"
    assert united.sources == ("a page",)
    assert united.windows == "all"
    assert united.directories == (r"C:\X",)
    assert united.arguments == ("-a",)
    assert united.is_minimal
    assert [image.name for image in united.creators] == ["c.exe"]
    assert united.severity is Severity.CRITICAL
    assert united.session == "0"
    assert united.parent_exits
    assert united.protects_name
    assert compiled([first, second]).protected_names == {"x.exe"}


def test_what_two_relations_about_one_child_both_say_is_said_once_and_in_order() -> None:
    other = attrs.evolve(FULL_PARENTS, arguments=("-b", "-a"), directories=(r"C:\Y", r"C:\X"))
    united = compiled([FULL_PARENTS, other]).expected_parents["x.exe"]
    assert (united.parents, united.arguments) == ((B,), ("-a", "-b"))
    assert united.directories == (r"C:\X", r"C:\Y")
    assert united.sources == ("a page",)


@pytest.mark.parametrize(
    ("first", "second", "images", "tier"),
    [
        (PLAIN_CHILDREN, FULL_CHILDREN, (A, B), Tier.VENDOR),
        (FULL_CHILDREN, PLAIN_CHILDREN, (B, A), Tier.CORE),
    ],
)
def test_two_relations_about_one_parent_unite_to_all_that_either_says(
    first: ExpectedChildren, second: ExpectedChildren, images: tuple[ExpectedImage, ...], tier: Tier
) -> None:
    united = compiled([first, second]).expected_children["x.exe", ()]
    assert united.children == images
    assert united.tier is tier
    assert united.why == "a test"
    assert united.sources == ("a page",)
    assert united.windows == "all"
    assert united.severity is Severity.CRITICAL


def test_the_later_texts_win_when_both_relations_have_them() -> None:
    one = ExpectedParents("x.exe", [A], why="one", session="1", sources=("a", "b"))
    other = ExpectedParents("x.exe", [A], why="other", session="2", sources=("b", "c"))
    united = compiled([one, other]).expected_parents["x.exe"]
    assert (united.why, united.session, united.sources) == ("other", "2", ("a", "b", "c"))
    none, some = (ExpectedChildren("x.exe", (), why=why) for why in ("one", "other"))
    assert compiled([none, some]).expected_children["x.exe", ()].why == "other"


def test_a_registry_of_relations_that_guard_nothing_guards_nothing() -> None:
    assert RelationRegistry([PLAIN_PARENTS, PLAIN_CHILDREN]).compiled.protected_names == frozenset()
